//! Forward-only schema steps, safe to run beside the previous release. They never use the entities, which move on.
//!
//! The steps are written in SQL with a few placeholders for the types in which the two databases differ, because the
//! builder cannot say CHECK, partial indexes and collations, and a reader of SQL needs no translation.
pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DatabaseBackend},
};

mod m20261122_000001_spine;
mod m20261122_000002_identity;
mod m20261122_000003_hierarchy;
mod m20261122_000004_reporting;
mod m20261122_000005_files;
mod m20261122_000006_search;
mod m20261123_000007_audit_chain;
mod m20261123_000008_findings;
mod m20261123_000009_receipts;
mod m20261123_000010_rubrics;
mod m20261123_000011_review;
mod m20261123_000012_passing_letter;
mod m20261123_000013_evaluation;
mod m20261123_000014_review_reminders;
mod m20261124_000015_events;
mod m20261124_000016_awards;
mod m20261124_000017_named_people;
mod m20261124_000018_named_entrants;
mod m20261124_000019_kabupaten_inbox;
mod m20261124_000020_code_issuers;

pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_spine::Migration),
            Box::new(m20261122_000002_identity::Migration),
            Box::new(m20261122_000003_hierarchy::Migration),
            Box::new(m20261122_000004_reporting::Migration),
            Box::new(m20261122_000005_files::Migration),
            Box::new(m20261122_000006_search::Migration),
            Box::new(m20261123_000007_audit_chain::Migration),
            Box::new(m20261123_000008_findings::Migration),
            Box::new(m20261123_000009_receipts::Migration),
            Box::new(m20261123_000010_rubrics::Migration),
            Box::new(m20261123_000011_review::Migration),
            Box::new(m20261123_000012_passing_letter::Migration),
            Box::new(m20261123_000013_evaluation::Migration),
            Box::new(m20261123_000014_review_reminders::Migration),
            Box::new(m20261124_000015_events::Migration),
            Box::new(m20261124_000016_awards::Migration),
            Box::new(m20261124_000017_named_people::Migration),
            Box::new(m20261124_000018_named_entrants::Migration),
            Box::new(m20261124_000019_kabupaten_inbox::Migration),
            Box::new(m20261124_000020_code_issuers::Migration),
        ]
    }
}

/// Runs SQL in which `{uuid}`, `{time}`, `{date}`, `{text}`, `{bytes}` and `{json}` stand for the column types of the database at hand.
/// Text collates by its bytes on both, so that one sort key orders alike everywhere.
async fn run(manager: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let types: [(&str, &str, &str); 6] = [
        ("{uuid}", "BLOB", "UUID"),
        ("{time}", "TEXT", "TIMESTAMPTZ"),
        ("{date}", "TEXT", "DATE"),
        ("{text}", "TEXT", "TEXT COLLATE \"C\""),
        ("{bytes}", "BLOB", "BYTEA"),
        ("{json}", "TEXT", "JSONB"),
    ];
    let sqlite = connection.get_database_backend() == DatabaseBackend::Sqlite;
    let statement = types
        .iter()
        .fold(sql.to_owned(), |text, (placeholder, on_sqlite, on_postgres)| {
            text.replace(placeholder, if sqlite { on_sqlite } else { on_postgres })
        });
    connection.execute_unprepared(&statement).await.map(drop)
}
