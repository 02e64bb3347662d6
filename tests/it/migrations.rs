//! A database that was written by an earlier release is brought up to date with what it holds.
use std::{sync::Arc, time::Duration};

use entity::{enums::Function, report_text};
use jenjang::{
    db::{Db, insert_all},
    graphql::id::Kind,
    report::search,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseBackend, EntityTrait, QueryFilter};
use serde_json::json;

use crate::{
    on_both_databases,
    stories::KECAMATAN,
    support::{TestApp, app::Variation, office::command_document},
};

/// How texts were kept before they were kept as words.
const BEFORE_WORDS_ON_SQLITE: [&str; 3] = [
    "DROP TABLE report_text_index",
    "DROP TABLE report_text",
    "CREATE TABLE report_text (report_id BLOB PRIMARY KEY REFERENCES report (id), words TEXT NOT NULL)",
];
const BEFORE_WORDS_ON_POSTGRES: [&str; 3] = [
    "DROP FUNCTION report_text_found",
    "DROP TABLE report_text",
    "CREATE TABLE report_text (report_id UUID PRIMARY KEY REFERENCES report (id), words TEXT COLLATE \"C\" NOT NULL)",
];

async fn texts_kept_before_are_found_by_their_words(app: TestApp) {
    let reports = ["35.02.04", "35.02.05"];
    for unit in reports {
        app.office(&format!("staff.{unit}")).await.drafts(KECAMATAN).await;
    }
    // Nobody is at work while a database is brought up to date.
    let database = Arc::clone(&app.database);
    app.stop().await;
    let db = Db::connect(&database.url, 1, Duration::from_secs(5)).await.unwrap();
    let connection = db.reader();
    let rows = report_text::Entity::find().all(connection).await.unwrap();
    let before: &[&str] = match connection.get_database_backend() {
        DatabaseBackend::Sqlite => &BEFORE_WORDS_ON_SQLITE,
        _ => &BEFORE_WORDS_ON_POSTGRES,
    };
    for statement in before {
        connection.execute_unprepared(statement).await.unwrap();
    }
    let texts = ["panwaslu kecamatan 35.02.04\npâtroli — malam, malam", "…"];
    let kept_before = rows.iter().zip(texts).map(|(row, text)| report_text::Model {
        report_id: row.report_id,
        words: text.to_owned(),
    });
    insert_all(connection, kept_before.collect()).await.unwrap();
    let forget = "DELETE FROM seaql_migrations WHERE version = 'm20261122_000006_search'";
    connection.execute_unprepared(forget).await.unwrap();

    let app = TestApp::on(database, Variation::default()).await;
    let connection = app.services.db.reader();
    for (row, text) in rows.iter().zip(texts) {
        let found = report_text::Entity::find().filter(report_text::Column::ReportId.eq(row.report_id));
        let words = found.one(connection).await.unwrap().unwrap().words;
        assert_eq!(words, search::kept(text), "as they are made today");
    }
    let mut found = 0;
    for unit in reports {
        let staff = app.office(&format!("staff.{unit}")).await;
        let document = "{ searchReports(query: \"PATROLI 350\") { totalCount } }";
        found += staff.data(document, json!({})).await["searchReports"]["totalCount"]
            .as_u64()
            .unwrap();
    }
    assert_eq!(found, 1);
}

/// How codes were kept before it was kept who had issued them.
const CODES_BEFORE: [&str; 4] = [
    "ALTER TABLE one_time_code RENAME TO issued_code",
    "CREATE TABLE one_time_code (code_hash {bytes} PRIMARY KEY, account_id {uuid} NOT NULL REFERENCES account (id), \
     purpose TEXT NOT NULL, new_email TEXT, created_at {time} NOT NULL, expires_at {time} NOT NULL, used_at {time})",
    "INSERT INTO one_time_code SELECT code_hash, account_id, purpose, new_email, created_at, expires_at, used_at FROM issued_code",
    "DROP TABLE issued_code",
];

async fn codes_issued_before_end_with_the_right_of_who_issued_them(app: TestApp) {
    app.employs(&[("second.32", "32", Function::Admin)]).await;
    let input = json!({ "account": Kind::Account.id(app.account("head.32.75").await.id).to_string() });
    let mut codes = Vec::new();
    for name in ["second.32", "admin.32"] {
        let issued = app
            .office(name)
            .await
            .command("issueResetCode", "resetCode { code }", input.clone())
            .await;
        codes.push(issued.unwrap()["resetCode"]["code"].clone());
    }
    // Nobody is at work while a database is brought up to date.
    let database = Arc::clone(&app.database);
    app.stop().await;
    let db = Db::connect(&database.url, 1, Duration::from_secs(5)).await.unwrap();
    let connection = db.reader();
    let [bytes, uuid, time] = match connection.get_database_backend() {
        DatabaseBackend::Sqlite => ["BLOB", "BLOB", "TEXT"],
        _ => ["BYTEA", "UUID", "TIMESTAMPTZ"],
    };
    for statement in CODES_BEFORE {
        let statement = statement.replace("{bytes}", bytes).replace("{uuid}", uuid);
        let statement = statement.replace("{time}", time);
        connection.execute_unprepared(&statement).await.unwrap();
    }
    let forget = "DELETE FROM seaql_migrations WHERE version = 'm20261124_000020_code_issuers'";
    connection.execute_unprepared(forget).await.unwrap();

    let app = TestApp::on(database, Variation::default()).await;
    app.dismisses("second.32").await;
    for (code, told) in codes.iter().zip([json!("INVALID_CODE"), json!(null)]) {
        let document = command_document("resetPassword", "account { id }");
        let input = json!({ "code": code, "newPassword": "kuda baterai tepat stapler" });
        let answer = app.ask(None, &document, json!({ "input": input })).await;
        assert_eq!(
            answer["data"]["resetPassword"]["userErrors"][0]["code"], told,
            "{answer}"
        );
    }
}

on_both_databases!(
    texts_kept_before_are_found_by_their_words,
    codes_issued_before_end_with_the_right_of_who_issued_them,
);
