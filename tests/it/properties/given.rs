//! What is read of editions of awards, in SQL against the rule: called for each world of [`super::scope`].
use std::collections::BTreeSet;

use entity::{
    award_category::{self, Criteria, Criterion, Eligibility, Source, TieBreaks},
    award_edition, award_juror, award_panel,
    enums::{AwardEditionStatus, AwardPanelStatus, AwardRecipient, AwardRound, AwardScheme, Tier},
};
use jenjang::{
    authz::{
        Decision,
        policy::award::{Action, Ties, decide},
    },
    award::query,
    session::Actor,
    territory::tree::Unit,
};
use proptest::prelude::*;
use sea_orm::{ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{
    forest::{Model, id},
    rows::{self, insert},
};

/// Editions of RI and of provinces, two of each, and the juries of some.
struct Written {
    editions: Vec<award_edition::Model>,
    panels: Vec<award_panel::Model>,
    jurors: Vec<award_juror::Model>,
}

/// Of every five one is a draft and one is announced. Every third has a jury, in which the person sits or sat.
async fn write(connection: &impl ConnectionTrait, units: &[Unit], seat: Uuid) -> Written {
    let issuers = units
        .iter()
        .filter(|unit| matches!(unit.tier, Tier::Ri | Tier::Provinsi));
    let given = |(number, unit): (usize, &Unit)| {
        let (status, announced) = match number % 5 {
            1 => (AwardEditionStatus::Draft, false),
            3 => (AwardEditionStatus::Announced, true),
            _ => (AwardEditionStatus::Judging, false),
        };
        award_edition::Model {
            id: id(60, number),
            unit_id: unit.id,
            title: format!("Anugerah {number}"),
            description: None,
            time_zone: "Asia/Jakarta".to_owned(),
            evidence_from: rows::moment().date_naive(),
            evidence_to: rows::moment().date_naive(),
            entries_by: rows::moment(),
            objection_days: 14,
            letter_number: None,
            letter_date: None,
            letter_file_id: None,
            rules: (number % 5 != 1).then(|| "{}".to_owned()),
            rules_sha256: (number % 5 != 1).then(String::new),
            rules_published_at: (number % 5 != 1).then(rows::moment),
            status,
            announced_at: announced.then(rows::moment),
            event_id: None,
            objections_until: announced.then(rows::moment),
            version: 1,
            created_at: rows::moment(),
            created_by: rows::OTHER,
        }
    };
    let twice = issuers.flat_map(|unit| [unit, unit]);
    let editions: Vec<award_edition::Model> = twice.enumerate().map(given).collect();
    let category = |(number, edition): (usize, &award_edition::Model)| award_category::Model {
        id: id(61, number),
        edition_id: edition.id,
        position: 1,
        title: "Ketepatan".to_owned(),
        description: None,
        recipient: AwardRecipient::Unit,
        tier: Tier::KabupatenKota,
        scheme: AwardScheme::Unranked,
        places: 3,
        nominees: 0,
        shortlist: None,
        criteria: Criteria(vec![Criterion {
            key: "tepat-waktu".to_owned(),
            title: "Ketepatan waktu".to_owned(),
            weight: 1,
            source: Source::OnTime,
        }]),
        tie_breaks: TieBreaks::default(),
        eligibility: Eligibility::default(),
        sheets_minimum: 0,
        calibration_minimum: None,
        outlier_points: None,
    };
    let categories: Vec<award_category::Model> = editions.iter().enumerate().map(category).collect();
    let judged = editions.iter().zip(&categories).enumerate().step_by(3);
    let panels: Vec<award_panel::Model> = judged
        .map(|(number, (edition, category))| award_panel::Model {
            id: id(62, number),
            edition_id: edition.id,
            category_id: category.id,
            unit_id: edition.unit_id,
            round: AwardRound::Issuer,
            status: AwardPanelStatus::Open,
            opened_at: rows::moment(),
            closed_at: None,
            inputs: None,
            result: None,
            version: 1,
        })
        .collect();
    let sits = |(number, panel): (usize, &award_panel::Model)| award_juror::Model {
        id: id(63, number),
        panel_id: panel.id,
        seat_id: seat,
        account_id: rows::ACTOR,
        appointed_by: rows::OTHER,
        appointed_at: rows::moment(),
        removed_at: (number % 2 == 1).then(rows::moment),
        version: 1,
    };
    let jurors: Vec<award_juror::Model> = panels.iter().enumerate().map(sits).collect();
    insert(connection, &editions).await;
    insert(connection, &categories).await;
    insert(connection, &panels).await;
    insert(connection, &jurors).await;
    Written {
        editions,
        panels,
        jurors,
    }
}

impl Written {
    fn judges(&self, edition: Uuid) -> bool {
        let panels = self.panels.iter().filter(|panel| panel.edition_id == edition);
        let mut sits = panels.flat_map(|panel| self.jurors.iter().filter(move |juror| juror.panel_id == panel.id));
        sits.any(|juror| juror.removed_at.is_none())
    }
}

/// What is shown is what the rule lets the actor read, told by a walk through the hierarchy. Who judges in an edition knows of it
/// with any seat and without one.
pub async fn is_read_by_the_rule(
    connection: &impl ConnectionTrait,
    units: &[Unit],
    actor: &Actor,
    seat: Uuid,
) -> Result<(), TestCaseError> {
    let model = Model::new(units);
    let written = write(connection, units, seat).await;
    let reads = |row: &&award_edition::Model| {
        let juror = written.judges(row.id);
        let ties = Ties {
            published: row.rules_published_at.is_some(),
            announced: row.announced_at.is_some(),
            juror,
        };
        let by_seat = actor.seats.iter().any(|seat| {
            let standing = model.standing(seat.unit, row.unit_id);
            decide(seat.function, Action::Read, standing, ties) == Decision::Allowed
        });
        by_seat || (juror && ties.published)
    };
    let expected: BTreeSet<Uuid> = written.editions.iter().filter(reads).map(|row| row.id).collect();
    let all: Vec<Uuid> = written.editions.iter().map(|row| row.id).collect();
    let found = query::by_ids(connection, actor, &all).await.unwrap();
    let found: BTreeSet<Uuid> = found.into_iter().map(|row| row.id).collect();
    prop_assert_eq!(&found, &expected, "editions");
    let counted = query::count(connection, actor, &query::Filter::default())
        .await
        .unwrap();
    prop_assert_eq!(counted, expected.len() as u64, "editions, counted");
    let seen = award_panel::Entity::find().filter(query::sees(
        actor,
        (award_panel::Entity, award_panel::Column::EditionId),
    ));
    let seen: BTreeSet<Uuid> = seen
        .all(connection)
        .await
        .unwrap()
        .into_iter()
        .map(|row| row.id)
        .collect();
    let of_expected = written
        .panels
        .iter()
        .filter(|panel| expected.contains(&panel.edition_id));
    let of_expected: BTreeSet<Uuid> = of_expected.map(|panel| panel.id).collect();
    prop_assert_eq!(seen, of_expected, "by way of another table");
    Ok(())
}
