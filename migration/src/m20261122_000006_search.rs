//! Reports are found by words that are made before they are kept, so that both databases find the same.
use std::collections::HashSet;

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DatabaseBackend, Statement, prelude::Uuid},
};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// How many reports are read and written at a time.
const BATCH: u64 = 500;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let (table, index): (&str, &[&str]) = match manager.get_database_backend() {
            DatabaseBackend::Postgres => (TABLE_ON_POSTGRES, &INDEX_ON_POSTGRES),
            _ => (TABLE_ON_SQLITE, &INDEX_ON_SQLITE),
        };
        crate::run(manager, table).await?;
        fill(manager.get_connection()).await?;
        crate::run(manager, "DROP TABLE report_text").await?;
        crate::run(manager, "ALTER TABLE report_words RENAME TO report_text").await?;
        for statement in index {
            crate::run(manager, statement).await?;
        }
        Ok(())
    }

    async fn down(&self, _manager: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration(
            "steps are not undone: restore a backup instead".to_owned(),
        ))
    }
}

// `words` holds each word once, divided by blanks. What a server of the release before still writes may hold more blanks.
const TABLE_ON_POSTGRES: &str = r"
CREATE TABLE report_words (
    report_id UUID CONSTRAINT report_words_key PRIMARY KEY REFERENCES report (id),
    words {text} NOT NULL,
    tokens TSVECTOR NOT NULL GENERATED ALWAYS AS (array_to_tsvector(array_remove(string_to_array(words, ' '), ''))) STORED
)";

// The planner does not know how common the beginning of a word is, and would read every text for one that none has: the
// function always asks the index.
const INDEX_ON_POSTGRES: [&str; 2] = [
    "CREATE INDEX report_text_tokens ON report_text USING gin (tokens)",
    "CREATE FUNCTION report_text_found (wanted TSQUERY, most BIGINT) RETURNS SETOF UUID
         LANGUAGE sql STABLE ROWS 1000 SET enable_seqscan = off
         AS 'SELECT report_id FROM report_text WHERE tokens @@ wanted LIMIT most'",
];

// `number` is what the index knows a report by: a row number that nobody declared may change when the file is compacted.
const TABLE_ON_SQLITE: &str = r"
CREATE TABLE report_words (
    number INTEGER PRIMARY KEY,
    report_id BLOB NOT NULL UNIQUE REFERENCES report (id),
    words TEXT NOT NULL
)";

// The tokenizer `ascii` divides at blanks and takes everything that is not ASCII for a letter: words stay as they were made.
const INDEX_ON_SQLITE: [&str; 5] = [
    "CREATE VIRTUAL TABLE report_text_index USING fts5 (
         words, content = 'report_text', content_rowid = 'number', tokenize = 'ascii', detail = none, columnsize = 0)",
    "CREATE TRIGGER report_text_inserted AFTER INSERT ON report_text BEGIN
         INSERT INTO report_text_index (rowid, words) VALUES (new.number, new.words);
     END",
    "CREATE TRIGGER report_text_deleted AFTER DELETE ON report_text BEGIN
         INSERT INTO report_text_index (report_text_index, rowid, words) VALUES ('delete', old.number, old.words);
     END",
    "CREATE TRIGGER report_text_updated AFTER UPDATE ON report_text BEGIN
         INSERT INTO report_text_index (report_text_index, rowid, words) VALUES ('delete', old.number, old.words);
         INSERT INTO report_text_index (rowid, words) VALUES (new.number, new.words);
     END",
    "INSERT INTO report_text_index (report_text_index) VALUES ('rebuild')",
];

/// Makes the words of every report that there is.
async fn fill(connection: &SchemaManagerConnection<'_>) -> Result<(), DbErr> {
    let backend = connection.get_database_backend();
    let mut last = Uuid::nil();
    loop {
        let sql =
            format!("SELECT report_id, words FROM report_text WHERE report_id > $1 ORDER BY report_id LIMIT {BATCH}");
        let rows = connection
            .query_all_raw(Statement::from_sql_and_values(backend, sql, [last.into()]))
            .await?;
        let mut insert = Query::insert()
            .into_table("report_words")
            .columns(["report_id", "words"])
            .to_owned();
        for row in &rows {
            last = row.try_get("", "report_id")?;
            let text: String = row.try_get("", "words")?;
            insert.values_panic([last.into(), kept(&text).into()]);
        }
        if rows.is_empty() {
            return Ok(());
        }
        connection.execute(&insert).await?;
    }
}

/// How words were made when this step was written; later ways of making them are steps of their own.
fn kept(text: &str) -> String {
    let mut seen = HashSet::new();
    let mut kept = String::new();
    for word in words(text) {
        if kept.len() + word.len() >= 512 * 1024 {
            break;
        }
        if seen.contains(&word) {
            continue;
        }
        if !kept.is_empty() {
            kept.push(' ');
        }
        kept.push_str(&word);
        seen.insert(word);
    }
    kept
}

fn words(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    let is_digit = |place: Option<usize>| {
        place
            .and_then(|place| characters.get(place))
            .is_some_and(char::is_ascii_digit)
    };
    let mut words = Vec::new();
    let mut word = String::new();
    for (place, &character) in characters.iter().enumerate() {
        let divides_digits = character == '.' && is_digit(place.checked_sub(1)) && is_digit(Some(place + 1));
        if character.is_alphanumeric() || (!word.is_empty() && (is_combining_mark(character) || divides_digits)) {
            word.push(character);
        } else {
            words.push(std::mem::take(&mut word));
        }
    }
    words.push(word);
    let plain = |word: String| -> String {
        let lower = word.nfkd().flat_map(char::to_lowercase);
        let plain = lower.nfkd().filter(|character| character.is_alphanumeric());
        plain.take(100).collect()
    };
    words.into_iter().map(plain).filter(|word| !word.is_empty()).collect()
}
