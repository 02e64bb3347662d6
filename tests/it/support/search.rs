//! Looking for a text in everything the database holds.
use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};

use super::app::TestApp;

/// Every column of every table that can hold a text, `table.column`.
async fn columns(app: &TestApp) -> Vec<(String, String, bool)> {
    let connection = app.services.db.reader();
    let backend = connection.get_database_backend();
    let sql = match backend {
        DatabaseBackend::Sqlite => {
            "SELECT tables.name AS table_name, columns.name AS column_name, upper(columns.type) AS kind \
             FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns \
             WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite_%'"
        }
        _ => {
            "SELECT table_name::text, column_name::text, upper(data_type)::text AS kind FROM information_schema.columns \
             WHERE table_schema = 'public'"
        }
    };
    let rows = connection
        .query_all_raw(Statement::from_string(backend, sql))
        .await
        .unwrap();
    let text = |row: &sea_orm::QueryResult, name: &str| row.try_get::<String>("", name).unwrap();
    let known = [
        "TEXT",
        "BLOB",
        "BYTEA",
        "JSONB",
        "UUID",
        "BIGINT",
        "INTEGER",
        "BOOLEAN",
        "DATE",
        "TIMESTAMP WITH TIME ZONE",
        "CHARACTER VARYING",
        "VARCHAR",
        "TSVECTOR",
        // What SQLite keeps of a full-text index, whose columns have no type.
        "",
    ];
    let columns = rows.iter().map(|row| {
        let kind = text(row, "kind");
        assert!(known.contains(&kind.as_str()), "is there text in a {kind}?");
        (text(row, "table_name"), text(row, "column_name"), kind == "BYTEA")
    });
    columns.collect()
}

/// The columns in which a text occurs, whatever their type.
pub async fn occurs_in(app: &TestApp, needle: &str) -> BTreeSet<String> {
    let connection = app.services.db.reader();
    let backend = connection.get_database_backend();
    let mut found = BTreeSet::new();
    for (table, column, bytes) in columns(app).await {
        let place = match backend {
            DatabaseBackend::Sqlite => format!("instr(CAST(lower(\"{column}\") AS BLOB), CAST('{needle}' AS BLOB))"),
            _ if bytes => format!("position('{needle}'::bytea in \"{column}\")"),
            _ => format!("position('{needle}' in lower(\"{column}\"::text))"),
        };
        let sql = format!("SELECT 1 AS one FROM \"{table}\" WHERE {place} > 0 LIMIT 1");
        let row = connection
            .query_one_raw(Statement::from_string(backend, sql))
            .await
            .unwrap();
        if row.is_some() {
            found.insert(format!("{table}.{column}"));
        }
    }
    found
}
