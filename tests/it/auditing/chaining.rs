//! There is one chain, however many processes link, and however many leaves wait.
use std::sync::Arc;

use entity::{audit_leaf, transition};
use jenjang::{
    audit::{self, Subject, SubjectType, chain},
    feed,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};

use super::stolen;
use crate::{
    on_both_databases,
    stories::KECAMATAN,
    support::{TestApp, app::Variation},
};

async fn waiting(app: &TestApp) -> u64 {
    let waiting = audit_leaf::Entity::find().filter(audit_leaf::Column::Position.is_null());
    waiting.count(app.services.db.reader()).await.unwrap()
}

async fn two_processes_link_one_chain(app: TestApp) {
    let other = TestApp::on(Arc::clone(&app.database), Variation::default()).await;
    let mut offices = Vec::new();
    for place in 1..=6 {
        let server = if place % 2 == 0 { &app } else { &other };
        offices.push(server.office(&format!("staff.35.02.{place:02}")).await);
    }
    let started = futures_util::future::join_all(offices.iter().map(|office| office.starts(KECAMATAN))).await;
    assert!(started.iter().all(Result::is_ok), "{started:?}");
    while waiting(&app).await > 0 {
        let (here, there) = futures_util::join!(feed::number(&app.services.db), feed::number(&other.services.db));
        here.unwrap();
        there.unwrap();
    }
    let head = chain::sealed_head(app.services.db.reader()).await.unwrap().unwrap();
    other.stop().await;
    let summary = stolen(app).await.is_sound().await;
    assert_eq!(u64::try_from(head.position).unwrap(), summary.linked);
    assert!(summary.linked >= 6);
}

const BEFORE_THE_CHAIN: [&str; 6] = [
    "DROP INDEX audit_leaf_position",
    "DROP INDEX audit_leaf_unlinked",
    "ALTER TABLE audit_leaf DROP COLUMN position",
    "ALTER TABLE audit_leaf DROP COLUMN link",
    "DELETE FROM pulse WHERE name = 'audit'",
    "DELETE FROM seaql_migrations WHERE version = 'm20261123_000007_audit_chain'",
];

/// More leaves than are linked in one transaction, all over one row.
async fn leaves_of_before_are_linked_in_pages(app: TestApp) {
    app.office("staff.35.02.04").await.starts(KECAMATAN).await.unwrap();
    let step = transition::Entity::find().one(app.services.db.reader()).await;
    let step = step.unwrap().unwrap();
    let subject = || Subject {
        subject_type: SubjectType::Transition,
        id: step.id,
        row: &step,
    };
    let many: Vec<_> = (0..2 * chain::PAGE + 7).map(|_leaf| subject()).collect();
    let transaction = app.services.db.begin().await.unwrap();
    audit::attest_all(transaction.connection(), &many, app.services.clock.now())
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    let stolen = stolen(app).await;
    for sql in BEFORE_THE_CHAIN {
        stolen.does(sql).await;
    }
    let database = Arc::clone(&stolen.database);
    drop(stolen);
    let app = TestApp::on(database, Variation::default()).await;
    while waiting(&app).await > 0 {
        feed::number(&app.services.db).await.unwrap();
    }
    let summary = super::stolen(app).await.is_sound().await;
    assert!(summary.linked > 2 * chain::PAGE && summary.unlinked == 0);
}

/// A leaf that is cut off the end while nobody looks is missed afterwards, too.
async fn the_chain_does_not_close_over_a_gap(app: TestApp) {
    app.office("staff.35.02.04").await.starts(KECAMATAN).await.unwrap();
    feed::number(&app.services.db).await.unwrap();
    while waiting(&app).await > 0 {
        feed::number(&app.services.db).await.unwrap();
    }
    let cut = "DELETE FROM audit_leaf WHERE position = (SELECT version FROM pulse WHERE name = 'audit')";
    let transaction = app.services.db.begin().await.unwrap();
    transaction.connection().execute_unprepared(cut).await.unwrap();
    transaction.commit().await.unwrap();
    app.office("staff.35.02.05").await.starts(KECAMATAN).await.unwrap();
    let stolen = stolen(app).await;
    let (found, summary) = stolen.verified("").await;
    assert_eq!(super::told(&found), ["MISSING leaf", "UNATTESTED transition"]);
    assert_eq!(summary.unlinked, 0);
}

on_both_databases!(
    two_processes_link_one_chain,
    leaves_of_before_are_linked_in_pages,
    the_chain_does_not_close_over_a_gap,
);
