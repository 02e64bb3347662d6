//! What is read and counted of entries for awards, in SQL against the rule: called for each world of [`super::scope`].
use std::collections::{BTreeMap, BTreeSet};

use entity::{
    award_candidate, award_category, award_edition, award_entry, award_panel,
    enums::{
        AssignmentState, AwardEditionStatus, AwardEntryStatus, AwardOrigin, AwardPanelStatus, AwardRecipient,
        AwardRound, AwardScheme, ReviewSubjectType, Tier,
    },
    review_assignment, seat,
};
use jenjang::{
    authz::{
        Decision,
        policy::award::{EntryAction, EntryTies, decide_of_entry},
    },
    award::entry::{
        query::{self, Filter},
        stage::told,
    },
    session::Actor,
    territory::tree::Unit,
};
use proptest::prelude::*;
use sea_orm::{ConnectionTrait, Iterable};
use uuid::Uuid;

use super::{
    forest::{Model, id},
    rows::{self, insert},
};

/// Editions of whoever gives awards, each a little further on, and who is entered for them by whom; some of it is a draft, some of
/// it the person judges, or judged until that was taken away.
struct Written {
    editions: Vec<award_edition::Model>,
    entries: Vec<award_entry::Model>,
    judged: BTreeSet<Uuid>,
}

fn edition(number: usize, issuer: &Unit) -> award_edition::Model {
    let stages: Vec<AwardEditionStatus> = AwardEditionStatus::iter()
        .filter(|status| *status != AwardEditionStatus::Draft)
        .collect();
    award_edition::Model {
        id: id(60, number),
        unit_id: issuer.id,
        title: "Anugerah".to_owned(),
        description: None,
        time_zone: "Asia/Jakarta".to_owned(),
        evidence_from: rows::today(),
        evidence_to: rows::today(),
        entries_by: rows::moment(),
        objection_days: 14,
        letter_number: None,
        letter_date: None,
        letter_file_id: None,
        rules: None,
        rules_sha256: None,
        rules_published_at: Some(rows::moment()),
        status: stages[number % stages.len()],
        announced_at: None,
        event_id: None,
        objections_until: None,
        version: 1,
        created_at: rows::moment(),
        created_by: rows::OTHER,
    }
}

fn category(number: usize, edition: &award_edition::Model) -> award_category::Model {
    award_category::Model {
        id: id(61, number),
        edition_id: edition.id,
        position: 1,
        title: "Terbaik".to_owned(),
        description: None,
        recipient: AwardRecipient::Outsider,
        tier: Tier::KabupatenKota,
        scheme: AwardScheme::Single,
        places: 1,
        nominees: 0,
        shortlist: None,
        criteria: award_category::Criteria::default(),
        tie_breaks: award_category::TieBreaks::default(),
        eligibility: award_category::Eligibility::default(),
        sheets_minimum: 0,
        calibration_minimum: None,
        outlier_points: None,
    }
}

async fn write(connection: &impl ConnectionTrait, units: &[Unit], seat: Option<&seat::Model>) -> Written {
    let issuers = units
        .iter()
        .filter(|unit| matches!(unit.tier, Tier::Ri | Tier::Provinsi));
    let editions: Vec<_> = issuers
        .enumerate()
        .map(|(number, unit)| edition(number, unit))
        .collect();
    let categories: Vec<_> = editions
        .iter()
        .enumerate()
        .map(|(number, row)| category(number, row))
        .collect();
    insert(connection, &editions).await;
    insert(connection, &categories).await;
    let statuses: Vec<AwardEntryStatus> = AwardEntryStatus::iter().collect();
    let entered = units
        .iter()
        .filter(|unit| matches!(unit.tier, Tier::Provinsi | Tier::KabupatenKota));
    let entry = |(number, unit): (usize, &Unit)| {
        let at = number % editions.len();
        let status = statuses[number % statuses.len()];
        let submitted = status != AwardEntryStatus::Draft;
        award_entry::Model {
            id: id(62, number),
            edition_id: editions[at].id,
            category_id: categories[at].id,
            unit_id: unit.id,
            tier: unit.tier,
            provinsi_id: unit.id,
            recipient: AwardRecipient::Outsider,
            account_id: None,
            name: Some("Harian Contoh".to_owned()),
            name_salt: Some("0".repeat(32)),
            origin: AwardOrigin::Parent,
            nominator_id: units[(number * 5) % units.len()].id,
            title: None,
            statement: None,
            status,
            revision_id: submitted.then(|| id(63, number)),
            submitted_at: submitted.then(rows::moment),
            submitted_by: submitted.then_some(rows::OTHER),
            version: 1,
            created_at: rows::moment(),
            created_by: rows::OTHER,
        }
    };
    // Each unit several times, so that every status and every edition comes up.
    let entries: Vec<_> = entered.cycle().take(20).enumerate().map(entry).collect();
    insert(connection, &entries).await;
    let mut judged = BTreeSet::new();
    if let Some(seat) = seat {
        judged = assigned(connection, &entries, &categories, seat).await;
    }
    Written {
        editions,
        entries,
        judged,
    }
}

/// The person is to judge every third entry, and every second of those no more.
async fn assigned(
    connection: &impl ConnectionTrait,
    entries: &[award_entry::Model],
    categories: &[award_category::Model],
    seat: &seat::Model,
) -> BTreeSet<Uuid> {
    let panel = |(number, category): (usize, &award_category::Model)| award_panel::Model {
        id: id(64, number),
        edition_id: category.edition_id,
        category_id: category.id,
        unit_id: seat.unit_id,
        round: AwardRound::Issuer,
        status: AwardPanelStatus::Open,
        opened_at: rows::moment(),
        closed_at: None,
        inputs: None,
        result: None,
        version: 1,
    };
    let panels: Vec<_> = categories.iter().enumerate().map(panel).collect();
    insert(connection, &panels).await;
    let (mut candidates, mut assignments, mut judged) = (Vec::new(), Vec::new(), BTreeSet::new());
    for (number, entry) in entries.iter().enumerate().filter(|(number, _entry)| number % 3 == 0) {
        let panel = panels
            .iter()
            .find(|panel| panel.category_id == entry.category_id)
            .unwrap();
        let live = number % 2 == 0;
        candidates.push(award_candidate::Model {
            id: id(65, number),
            panel_id: panel.id,
            entry_id: entry.id,
            unit_id: entry.unit_id,
            figures: award_candidate::Figures::default(),
        });
        assignments.push(review_assignment::Model {
            id: id(66, number),
            // Ids are told apart by themselves.
            subject_type: ReviewSubjectType::Report,
            subject_id: id(65, number),
            unit_id: entry.unit_id,
            seat_id: seat.id,
            account_id: rows::ACTOR,
            lead: false,
            state: if live {
                AssignmentState::Draft
            } else {
                AssignmentState::Recused
            },
            due_on: None,
            assigned_by: rows::OTHER,
            assigned_at: rows::moment(),
            updated_at: rows::moment(),
            version: 1,
        });
        if live {
            judged.insert(entry.id);
        }
    }
    insert(connection, &candidates).await;
    insert(connection, &assignments).await;
    judged
}

/// What is shown is what the rule lets the actor read, told by a walk through the hierarchy; and what is counted by status is
/// counted by what the actor is told.
pub async fn is_read_by_the_rule(
    connection: &impl ConnectionTrait,
    units: &[Unit],
    actor: &Actor,
    seats: &[seat::Model],
) -> Result<(), TestCaseError> {
    let model = Model::new(units);
    let Written {
        editions,
        entries,
        judged,
    } = write(connection, units, seats.first()).await;
    let issuer: BTreeMap<Uuid, &award_edition::Model> = editions.iter().map(|row| (row.id, row)).collect();
    let reads = |row: &&award_entry::Model| {
        let ties = |issuer: bool, nominator: bool| EntryTies {
            issuer,
            nominator,
            submitted: row.submitted_at.is_some(),
            own_work: false,
            juror: judged.contains(&row.id),
        };
        // Who judges reads it in person, whatever the seat.
        let in_person = judged.contains(&row.id) && row.submitted_at.is_some();
        in_person
            || actor.seats.iter().any(|seat| {
                let ties = ties(
                    seat.unit == issuer[&row.edition_id].unit_id,
                    seat.unit == row.nominator_id,
                );
                let standing = model.standing(seat.unit, row.unit_id);
                decide_of_entry(seat.function, EntryAction::Read, standing, ties) == Decision::Allowed
            })
    };
    let expected: Vec<&award_entry::Model> = entries.iter().filter(reads).collect();
    let ids: Vec<Uuid> = entries.iter().map(|row| row.id).collect();
    let found = query::by_ids(connection, actor, &ids).await.unwrap();
    let found: BTreeSet<Uuid> = found.iter().map(|row| row.id).collect();
    let wanted: BTreeSet<Uuid> = expected.iter().map(|row| row.id).collect();
    prop_assert_eq!(found, wanted, "entries");
    let count = query::count(connection, actor, &Filter::default()).await.unwrap();
    prop_assert_eq!(count, expected.len() as u64, "entries, counted");
    for status in AwardEntryStatus::iter() {
        let filter = Filter {
            status: Some(vec![status]),
            ..Filter::default()
        };
        let count = query::count(connection, actor, &filter).await.unwrap();
        let stand = |row: &&&award_entry::Model| told(actor, issuer[&row.edition_id], row) == status;
        prop_assert_eq!(count, expected.iter().filter(stand).count() as u64, "{:?}", status);
    }
    Ok(())
}
