//! What every act leaves behind: history, an outbox row that gets its number, and a leaf that proves the history row.
use entity::{audit_leaf, outbox_event, transition};
use jenjang::audit::{canonical_json, commitment};
use sea_orm::{EntityTrait, QueryOrder};

use super::KECAMATAN;
use crate::{on_both_databases, support::TestApp};

async fn every_step_leaves_its_traces(app: TestApp) {
    let head = app.office("head.35.02.19").await;
    let submitted = head
        .submits(&app.office("staff.35.02.19").await.drafts(KECAMATAN).await)
        .await
        .unwrap();
    let refused = head.submits(&submitted).await.unwrap_err();
    assert_eq!(refused.code, "WRONG_STATE");

    let connection = app.services.db.reader();
    let steps = transition::Entity::find()
        .order_by_asc(transition::Column::Version)
        .all(connection)
        .await
        .unwrap();
    assert_eq!(steps.len(), 2, "start and submit; a refusal leaves nothing");
    for step in &steps {
        let leaves = audit_leaf::Entity::find().all(connection).await.unwrap();
        let leaf = leaves.iter().find(|leaf| leaf.subject_id == step.id).unwrap();
        let proof = commitment(leaf.salt.as_ref().unwrap(), &canonical_json(step).unwrap());
        assert_eq!(
            leaf.commitment, proof,
            "the leaf commits to the row as the database gives it back"
        );
        let altered = transition::Model {
            reason: Some("diubah".to_owned()),
            ..step.clone()
        };
        assert_ne!(
            leaf.commitment,
            commitment(leaf.salt.as_ref().unwrap(), &canonical_json(&altered).unwrap())
        );
    }
}

async fn rival_writers_leave_a_dense_sequence(app: TestApp) {
    let mut offices = Vec::new();
    for place in 1..=8 {
        offices.push(app.office(&format!("staff.35.02.{place:02}")).await);
    }
    let other = TestApp::on(
        std::sync::Arc::clone(&app.database),
        crate::support::app::Variation::default(),
    )
    .await;
    let started = futures_util::future::join_all(offices.iter().map(|office| office.starts(KECAMATAN))).await;
    assert!(started.iter().all(Result::is_ok), "{started:?}");
    // Two processes number the same feed, as often as it takes.
    let unnumbered = |events: &[outbox_event::Model]| events.iter().any(|event| event.sequence.is_none());
    let mut events = outbox_event::Entity::find()
        .all(app.services.db.reader())
        .await
        .unwrap();
    while unnumbered(&events) {
        let (here, there) = futures_util::join!(
            jenjang::feed::number(&app.services.db),
            jenjang::feed::number(&other.services.db)
        );
        here.unwrap();
        there.unwrap();
        events = outbox_event::Entity::find()
            .all(app.services.db.reader())
            .await
            .unwrap();
    }
    let mut numbers: Vec<i64> = events.iter().filter_map(|event| event.sequence).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..).take(events.len()).collect::<Vec<i64>>());
    // Before them come those of the units that the demo has formed.
    let first_steps = events
        .iter()
        .filter(|event| event.kind == "report.started" && event.payload["version"] == 1);
    assert_eq!(first_steps.count(), 8);
}

on_both_databases!(every_step_leaves_its_traces, rival_writers_leave_a_dense_sequence);
