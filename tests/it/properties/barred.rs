//! What a juror is shown to judge, in SQL against the rule: called for each world of [`super::scope`], after the entries of
//! [`super::entered`] are written.
use std::collections::{BTreeSet, HashSet};

use entity::{
    award_candidate, award_category, award_entry, award_juror, award_panel,
    enums::{
        AssignmentState, AwardEntryStatus, AwardOrigin, AwardPanelStatus, AwardRecipient, AwardRound,
        ReviewSubjectType, Tier,
    },
    review_assignment,
};
use jenjang::{
    award::judging::{bars::Bars, query},
    session::Actor,
    territory::tree::Unit,
};
use proptest::prelude::*;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{
    forest::id,
    rows::{self, insert},
};

/// Who is entered, and who submitted that.
type Whose = (Option<Uuid>, Option<Uuid>);

/// Entries of every unit that can be entered, before a jury of RI and before one of another unit in turn: of nobody, of the juror,
/// submitted by the juror, and by nobody yet.
fn entries(category: &award_category::Model, units: &[Unit], actor: &Actor) -> Vec<award_entry::Model> {
    let entered: Vec<&Unit> = units
        .iter()
        .filter(|unit| matches!(unit.tier, Tier::Provinsi | Tier::KabupatenKota))
        .collect();
    let whose: [Whose; 4] = [
        (None, Some(rows::OTHER)),
        (Some(rows::ACTOR), None),
        (None, Some(rows::ACTOR)),
        (None, None),
    ];
    let entry = |number: usize, unit: &Unit, (account, submitted_by): Whose| {
        let province = actor.directory.tree.ancestor_at(unit.id, Tier::Provinsi);
        award_entry::Model {
            id: id(72, number),
            edition_id: category.edition_id,
            category_id: category.id,
            unit_id: unit.id,
            tier: unit.tier,
            provinsi_id: province.map_or(unit.id, |province| province.id),
            recipient: AwardRecipient::Person,
            account_id: account,
            name: account.is_none().then(|| "Sari".to_owned()),
            name_salt: account.is_none().then(|| "0".repeat(32)),
            origin: AwardOrigin::Own,
            nominator_id: unit.id,
            title: None,
            statement: None,
            // Withdrawn, so that one person can be entered several times: it is nothing to who must not judge.
            status: AwardEntryStatus::Withdrawn,
            revision_id: None,
            submitted_at: None,
            submitted_by,
            version: 1,
            created_at: rows::moment(),
            created_by: rows::OTHER,
        }
    };
    let each = entered
        .iter()
        .flat_map(|unit| whose.iter().map(move |whose| (*unit, *whose)));
    // Twice: before the one jury and the other.
    let twice = each.clone().chain(each).enumerate();
    twice
        .map(|(number, (unit, whose))| entry(number, unit, whose))
        .collect()
}

struct Juries {
    national: award_panel::Model,
    local: award_panel::Model,
}

async fn juries(connection: &impl ConnectionTrait, category: &award_category::Model, units: &[Unit]) -> Option<Juries> {
    let root = units.iter().find(|unit| unit.parent.is_none())?;
    let other = units.iter().find(|unit| unit.parent.is_some())?;
    let panel = |number: usize, unit: &Unit| award_panel::Model {
        id: id(74, number),
        edition_id: category.edition_id,
        category_id: category.id,
        unit_id: unit.id,
        round: AwardRound::Provinsi,
        status: AwardPanelStatus::Open,
        opened_at: rows::moment(),
        closed_at: None,
        inputs: None,
        result: None,
        version: 1,
    };
    let juries = Juries {
        national: panel(0, root),
        local: panel(1, other),
    };
    insert(connection, &[juries.national.clone(), juries.local.clone()]).await;
    Some(juries)
}

/// Whoever judges is shown exactly what the rule does not bar, whatever is known of the person.
pub async fn is_judged_by_the_rule(
    connection: &impl ConnectionTrait,
    units: &[Unit],
    actor: &Actor,
) -> Result<(), TestCaseError> {
    let category = award_category::Entity::find().one(connection).await.unwrap();
    let (Some(seat), Some(category)) = (actor.seats.first(), category) else {
        return Ok(());
    };
    let Some(Juries { national, local }) = juries(connection, &category, units).await else {
        return Ok(());
    };
    let entries = entries(&category, units, actor);
    insert(connection, &entries).await;
    let is_national = |number: usize| number < entries.len() / 2;
    let (mut candidates, mut assignments) = (Vec::new(), Vec::new());
    for (number, entry) in entries.iter().enumerate() {
        let panel = if is_national(number) { &national } else { &local };
        candidates.push(award_candidate::Model {
            id: id(75, number),
            panel_id: panel.id,
            entry_id: entry.id,
            unit_id: entry.unit_id,
            figures: award_candidate::Figures::default(),
        });
        assignments.push(review_assignment::Model {
            id: id(76, number),
            subject_type: ReviewSubjectType::AwardCandidate,
            subject_id: id(75, number),
            unit_id: entry.unit_id,
            seat_id: seat.seat,
            account_id: rows::ACTOR,
            lead: false,
            state: AssignmentState::Draft,
            due_on: None,
            assigned_by: rows::OTHER,
            assigned_at: rows::moment(),
            updated_at: rows::moment(),
            version: 1,
        });
    }
    insert(connection, &candidates).await;
    insert(connection, &assignments).await;
    let juror = |number: usize, panel: &award_panel::Model| award_juror::Model {
        id: id(77, number),
        panel_id: panel.id,
        seat_id: seat.seat,
        account_id: rows::ACTOR,
        appointed_by: rows::OTHER,
        appointed_at: rows::moment(),
        removed_at: None,
        version: 1,
    };
    insert(connection, &[juror(0, &national), juror(1, &local)]).await;

    // What is known of the person in this world, and units struck out one way and another.
    let every = |step: usize, first: usize| -> HashSet<Uuid> {
        units.iter().skip(first).step_by(step).map(|unit| unit.id).collect()
    };
    let known = query::bars(connection, actor).await.unwrap();
    let nothing = || Bars {
        account: rows::ACTOR,
        ..Bars::default()
    };
    let worlds = [
        known,
        nothing(),
        Bars {
            declared: every(3, 1),
            ..nothing()
        },
        Bars {
            national: every(2, 1),
            ..nothing()
        },
        Bars {
            local: every(2, 0),
            ..nothing()
        },
        Bars {
            declared: every(5, 2),
            national: every(3, 0),
            local: every(4, 1),
            ..nothing()
        },
    ];
    for bars in worlds {
        let free = entries.iter().enumerate();
        let free = free.filter(|(number, entry)| !bars.bar(entry, is_national(*number)));
        let expected: BTreeSet<Uuid> = free.map(|(_number, entry)| entry.id).collect();
        let shown = award_entry::Entity::find()
            .filter(award_entry::Column::Id.in_subquery(query::entries_judged_by(actor, &bars)))
            .all(connection)
            .await
            .unwrap();
        let shown: BTreeSet<Uuid> = shown.into_iter().map(|row| row.id).collect();
        prop_assert_eq!(shown, expected, "{:?}", bars);
    }
    Ok(())
}
