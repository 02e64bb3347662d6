//! What is read of an evaluation and of what it recommends, in SQL against the rule: called for each world of [`super::scope`].
use std::collections::BTreeSet;

use entity::{
    cycle,
    enums::{EvaluationOutcome, RecommendationSource, RecommendationState},
    evaluation, evaluation_entry, recommendation,
};
use jenjang::{
    authz::{
        Decision,
        policy::{
            evaluation::{Action as OfEvaluation, decide as decide_on_evaluation},
            recommendation::{Action, Ties, decide},
        },
    },
    page::Window,
    report::evaluation::query,
    review::recommendation::query as recommendations,
    session::Actor,
    territory::tree::Unit,
};
use proptest::prelude::*;
use sea_orm::{ConnectionTrait, EntityTrait};
use uuid::Uuid;

use super::{
    forest::{Model, id},
    rows::{self, insert},
};

/// A closed evaluation that counts every unit and recommends something to each, the issuers taking turns.
async fn write(connection: &impl ConnectionTrait, units: &[Unit], root: Uuid) -> Uuid {
    let cycle = cycle::Entity::find().one(connection).await.unwrap().unwrap();
    let row = evaluation::Model {
        id: id(40, 0),
        cycle_id: cycle.id,
        unit_id: root,
        number: None,
        summary: "Baik.".to_owned(),
        sections: evaluation::SectionNotes::default(),
        proposed: evaluation::Proposals::default(),
        figures: Some(evaluation::Figures {
            all: evaluation::Group::default(),
            tiers: Vec::new(),
            provinces: Vec::new(),
            criteria: Vec::new(),
            sections: Vec::new(),
        }),
        sha256: Some(String::new()),
        head_position: None,
        head_link: None,
        opened_at: rows::moment(),
        closed_at: Some(rows::moment()),
        version: 2,
    };
    let entry = |unit: &Unit| evaluation_entry::Model {
        evaluation_id: row.id,
        unit_id: unit.id,
        tier: unit.tier,
        provinsi_id: None,
        outcome: EvaluationOutcome::Missing,
        on_time: None,
        report_id: None,
        revision_id: None,
        sha256: None,
        sheets: 0,
        score: None,
    };
    let recommended = |(place, unit): (usize, &Unit)| recommendation::Model {
        id: id(41, place),
        subject_type: RecommendationSource::Evaluation,
        subject_id: row.id,
        position: i32::try_from(place).unwrap() + 1,
        issuer_id: units[(place * 7) % units.len()].id,
        unit_id: unit.id,
        text: "Arsipkan.".to_owned(),
        due_on: rows::today(),
        state: RecommendationState::Open,
        made_at: rows::moment(),
        reminded_at: None,
        version: 1,
    };
    insert(connection, std::slice::from_ref(&row)).await;
    insert(connection, &units.iter().map(entry).collect::<Vec<_>>()).await;
    insert(
        connection,
        &units.iter().enumerate().map(recommended).collect::<Vec<_>>(),
    )
    .await;
    row.id
}

/// What is shown is what the rule lets the actor read, told by a walk through the hierarchy.
pub async fn is_read_by_the_rule(
    connection: &impl ConnectionTrait,
    (units, root): (&[Unit], Uuid),
    actor: &Actor,
    custodians: impl Fn(Uuid) -> BTreeSet<Uuid>,
) -> Result<(), TestCaseError> {
    let model = Model::new(units);
    let evaluation = write(connection, units, root).await;
    let window = Window {
        limit: 100,
        after: None,
        before: None,
        from_end: false,
    };
    let any = query::EntryFilter {
        evaluation,
        unit: None,
        outcome: None,
    };
    let found = query::entry_page(connection, actor, &any, &window).await.unwrap();
    let found: BTreeSet<Uuid> = found.items.iter().map(|entry| entry.unit_id).collect();
    let reads = |unit: &&Unit| {
        actor.seats.iter().any(|seat| {
            let standing = model.standing(seat.unit, unit.id);
            decide_on_evaluation(seat.function, OfEvaluation::ReadUnit, standing, true) == Decision::Allowed
        })
    };
    let expected: BTreeSet<Uuid> = units.iter().filter(reads).map(|unit| unit.id).collect();
    prop_assert_eq!(&found, &expected, "entries");
    let count = query::entry_count(connection, actor, &any).await.unwrap();
    prop_assert_eq!(count, expected.len() as u64, "entries, counted");

    let all: Vec<Uuid> = (0..units.len()).map(|place| id(41, place)).collect();
    let kept = recommendation::Entity::find().all(connection).await.unwrap();
    let knows = |row: &&recommendation::Model| {
        actor.seats.iter().any(|seat| {
            let ties = Ties {
                issuer: seat.unit == row.issuer_id,
                custodian: custodians(row.unit_id).contains(&seat.seat),
                answered: false,
            };
            decide(
                seat.function,
                Action::Read,
                model.standing(seat.unit, row.unit_id),
                ties,
            ) == Decision::Allowed
        })
    };
    let expected: BTreeSet<Uuid> = kept.iter().filter(knows).map(|row| row.id).collect();
    let found = recommendations::by_ids(connection, actor, &all).await.unwrap();
    let found: BTreeSet<Uuid> = found.iter().map(|row| row.id).collect();
    prop_assert_eq!(&found, &expected, "recommendations");
    let any = recommendations::Filter::default();
    let count = recommendations::count(connection, actor, &any).await.unwrap();
    prop_assert_eq!(count, expected.len() as u64, "recommendations, counted");
    Ok(())
}
