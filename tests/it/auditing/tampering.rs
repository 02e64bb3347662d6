//! One byte of one column of one row, a row, or a leaf: each is done to a database, looked at, and taken back.
use jenjang::audit::SubjectType;
use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};
use serde_json::json;

use super::{Stolen, everything_is_done, stolen, told};
use crate::{
    on_both_databases,
    privacy::{
        life::{id_of, lived},
        proposing::{decides, proposes, with_admins},
    },
    stories::regions::{BEFORE, edition, imports, list},
    support::TestApp,
};

/// A column with the words, in SQL, for the same with one byte changed.
struct Change {
    column: String,
    to: String,
}

impl Stolen {
    fn backend(&self) -> DatabaseBackend {
        self.db.reader().get_database_backend()
    }

    async fn texts(&self, sql: &str) -> Vec<String> {
        let statement = Statement::from_string(self.backend(), sql);
        let rows = self.db.reader().query_all_raw(statement).await.unwrap();
        rows.iter().map(|row| row.try_get("", "text").unwrap()).collect()
    }

    /// Whoever writes the database can do without its rules.
    pub(super) async fn forgets_its_rules(&self, tables: &[&str]) {
        if self.backend() == DatabaseBackend::Sqlite {
            self.does("PRAGMA foreign_keys = OFF").await;
            return self.does("PRAGMA ignore_check_constraints = ON").await;
        }
        let foreign =
            "SELECT 'ALTER TABLE ' || conrelid::regclass::text || ' DROP CONSTRAINT ' || quote_ident(conname) AS text
            FROM pg_constraint WHERE contype = 'f'";
        for sql in self.texts(foreign).await {
            self.does(&sql).await;
        }
        for table in tables {
            let checks = format!(
                "SELECT 'ALTER TABLE {table} DROP CONSTRAINT ' || quote_ident(conname) AS text FROM pg_constraint
                 WHERE contype = 'c' AND conrelid = '{table}'::regclass"
            );
            for sql in self.texts(&checks).await {
                self.does(&sql).await;
            }
        }
    }

    /// Every change of a byte that is tried on the row of a table: of texts the first, one in the middle and the last.
    async fn changes(&self, table: &str, row: &str) -> Vec<Change> {
        if self.backend() == DatabaseBackend::Sqlite {
            self.changes_on_sqlite(table, row).await
        } else {
            self.changes_on_postgres(table, row).await
        }
    }

    async fn changes_on_sqlite(&self, table: &str, row: &str) -> Vec<Change> {
        let mut changes = Vec::new();
        let columns = format!("SELECT name AS text FROM pragma_table_info('{table}')");
        for column in self.texts(&columns).await {
            let kept = format!("SELECT typeof({column}) || ' ' || hex({column}) AS text FROM {table} WHERE {row}");
            let kept = self.texts(&kept).await.remove(0);
            let (kind, digits) = kept.split_once(' ').unwrap();
            let bytes = || {
                (0..digits.len())
                    .step_by(2)
                    .map(|place| u8::from_str_radix(&digits[place..place + 2], 16).unwrap())
            };
            let bytes: Vec<u8> = bytes().collect();
            let mut change = |to: String| {
                changes.push(Change {
                    column: column.clone(),
                    to,
                })
            };
            match kind {
                "integer" => change(format!("{column} + 1000000")),
                "text" | "blob" => {
                    for place in places(bytes.len()) {
                        let mut bytes = bytes.clone();
                        bytes[place] = if bytes[place] == b'~' { b'}' } else { bytes[place] ^ 1 };
                        let changed: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                        change(match kind {
                            "text" => format!("CAST(x'{changed}' AS TEXT)"),
                            _ => format!("x'{changed}'"),
                        });
                    }
                }
                _null => {}
            }
        }
        changes
    }

    async fn changes_on_postgres(&self, table: &str, row: &str) -> Vec<Change> {
        let mut changes = Vec::new();
        let columns = format!(
            "SELECT column_name || ' ' || udt_name AS text FROM information_schema.columns WHERE table_name = '{table}'"
        );
        for column in self.texts(&columns).await {
            let (column, kind) = column.split_once(' ').unwrap();
            let length = format!(
                "SELECT length({column}::text)::text AS text FROM {table} WHERE {row} AND {column} IS NOT NULL"
            );
            let Some(length) = self.texts(&length).await.pop() else {
                continue;
            };
            let mut change = |to: String| {
                let column = column.to_owned();
                changes.push(Change { column, to });
            };
            match kind {
                "int4" | "int8" => change(format!("{column} + 1000000")),
                "timestamptz" => change(format!("{column} + interval '1 microsecond'")),
                "date" => change(format!("{column} + 1")),
                "uuid" => change(format!(
                    "overlay({column}::text placing CASE right({column}::text, 1) WHEN '0' THEN '1' ELSE '0' END from 36)::uuid"
                )),
                "bytea" => change(format!("set_byte({column}, 0, get_byte({column}, 0) # 1)")),
                "jsonb" => change(format!(
                    "CASE jsonb_typeof({column}) WHEN 'object' THEN {column} || '{{\"x\": 1}}' ELSE {column} || '[1]' END"
                )),
                "text" => {
                    for place in places(length.parse().unwrap()) {
                        let place = place + 1;
                        change(format!(
                            "overlay({column} placing chr(ascii(substr({column}, {place}, 1)) # 1) from {place} for 1)"
                        ));
                    }
                }
                other => panic!("{table}.{column} is {other}"),
            }
        }
        changes
    }

    /// What is found when this is done, which is then taken back.
    pub(super) async fn found_after(&self, sql: &[&str]) -> Vec<String> {
        self.does("BEGIN").await;
        for sql in sql {
            self.does(sql).await;
        }
        let (found, summary) = self.verified("").await;
        self.does("ROLLBACK").await;
        assert_eq!(summary.is_sound(), found.is_empty(), "{found:?}");
        told(&found)
    }

    /// The last row that a leaf of this type attests, in SQL.
    pub(super) fn one_of(&self, subject_type: SubjectType, key: &str) -> String {
        format!(
            "{key} = (SELECT subject_id FROM audit_leaf WHERE subject_type = '{}' ORDER BY position DESC LIMIT 1)",
            subject_type.word()
        )
    }
}

/// The first, the one in the middle and the last of so many.
fn places(length: usize) -> Vec<usize> {
    let mut places = vec![0, length / 2, length.saturating_sub(1)];
    places.dedup();
    places.retain(|place| *place < length);
    places
}

/// Where rows are kept, by what they are found, and the columns that no leaf tells of.
const TABLES: [(SubjectType, &str, &str, &[&str]); 14] = [
    (SubjectType::Transition, "transition", "id", &[]),
    (SubjectType::AdministrativeAct, "administrative_act", "id", &[]),
    (SubjectType::ReportingAct, "reporting_act", "id", &[]),
    (SubjectType::ObligationAct, "obligation_act", "id", &[]),
    (SubjectType::UnitChange, "unit_change", "id", &[]),
    (SubjectType::UnitChange, "unit_touch", "change_id", &[]),
    (
        SubjectType::TemplateRetirement,
        "template",
        "id",
        &["status", "lock_version", "created_by", "created_at"],
    ),
    (
        SubjectType::RubricRetirement,
        "rubric",
        "id",
        &["status", "lock_version", "created_by", "created_at"],
    ),
    (
        SubjectType::Finding,
        "finding",
        "id",
        // Where it stands is told by what was done about it.
        &[
            "state",
            "version",
            "acknowledged_at",
            "acknowledged_by",
            "answered_in",
            "reminded_at",
            "updated_at",
        ],
    ),
    (SubjectType::FindingAct, "finding_act", "id", &[]),
    (SubjectType::ReviewAct, "review_act", "id", &[]),
    (SubjectType::Receipt, "receipt", "id", &[]),
    (SubjectType::HandoverAct, "handover_act", "id", &[]),
    (
        SubjectType::Certificate,
        "certificate",
        "id",
        // Erased with the person, and told by the act that revokes.
        &["account_id", "name", "salt", "revoked_at", "revoked_because"],
    ),
];

/// Changes every column of a row, one after the other, and gives how many changes were tried.
pub(super) async fn every_byte_is_missed(
    stolen: &Stolen,
    subject_type: SubjectType,
    (table, key): (&str, &str),
    but: &[&str],
) -> usize {
    let row = stolen.one_of(subject_type, key);
    let mut tried = 0;
    for Change { column, to } in stolen.changes(table, &row).await {
        if but.contains(&column.as_str()) {
            continue;
        }
        let found = stolen
            .found_after(&[&format!("UPDATE {table} SET {column} = {to} WHERE {row}")])
            .await;
        let of_template = |word: &str| word == format!("{table}_publication") || word == format!("{table}_retirement");
        let fits = |told: &String| {
            let (kind, word) = told.split_once(' ').unwrap();
            let kinds: &[&str] = if column == "id" {
                &["MISSING", "UNATTESTED"]
            } else {
                &["ALTERED"]
            };
            kinds.contains(&kind) && (word == subject_type.word() || of_template(word))
        };
        assert!(
            !found.is_empty() && found.iter().all(fits),
            "{table}.{column} = {to}: {found:?}"
        );
        tried += 1;
    }
    tried
}

async fn a_changed_byte_of_any_audited_row_is_found(app: TestApp) {
    everything_is_done(&app).await;
    let stolen = stolen(app).await;
    let sound = stolen.is_sound().await;
    assert_eq!(sound.proved, sound.linked);
    let tables: Vec<&str> = TABLES.iter().map(|(_type, table, ..)| *table).collect();
    stolen.forgets_its_rules(&tables).await;
    for (subject_type, table, key, but) in TABLES {
        let tried = every_byte_is_missed(&stolen, subject_type, (table, key), but).await;
        assert!(tried >= 5, "{table}");
    }
    for (subject_type, table, key, _but) in TABLES {
        let row = stolen.one_of(subject_type, key);
        let found = stolen.found_after(&[&format!("DELETE FROM {table} WHERE {row}")]).await;
        let expected: &[&str] = match table {
            "unit_touch" => &["ALTERED unit_change"],
            "template" => &["MISSING template_publication", "MISSING template_retirement"],
            "rubric" => &["MISSING rubric_publication", "MISSING rubric_retirement"],
            _ => &[&format!("MISSING {table}")],
        };
        assert_eq!(found, expected, "{table}");
    }
}

/// Gives the first leaf, one in the middle and the last, each in SQL, with the type of its row.
async fn some_leaves(stolen: &Stolen) -> Vec<(String, String)> {
    let types = stolen
        .texts("SELECT subject_type AS text FROM audit_leaf ORDER BY position")
        .await;
    let chosen = places(types.len());
    chosen
        .iter()
        .map(|place| (format!("position = {}", place + 1), types[*place].clone()))
        .collect()
}

async fn a_changed_byte_of_any_leaf_is_found(app: TestApp) {
    everything_is_done(&app).await;
    let stolen = stolen(app).await;
    stolen.forgets_its_rules(&["audit_leaf"]).await;
    for (leaf, subject_type) in some_leaves(&stolen).await {
        for Change { column, to } in stolen.changes("audit_leaf", &leaf).await {
            let found = stolen
                .found_after(&[&format!("UPDATE audit_leaf SET {column} = {to} WHERE {leaf}")])
                .await;
            let altered = |told: &String| told.starts_with("ALTERED");
            assert!(found.iter().any(altered), "{leaf} {column} = {to}: {found:?}");
            if ["commitment", "salt", "link"].contains(&column.as_str()) {
                assert!(found.iter().all(altered), "{leaf} {column}: {found:?}");
                assert!(
                    found.iter().all(|told| told.ends_with(&subject_type)),
                    "only this one: {found:?}"
                );
            }
        }
        let found = stolen
            .found_after(&[&format!("UPDATE audit_leaf SET salt = NULL WHERE {leaf}")])
            .await;
        assert_eq!(found, [format!("ALTERED {subject_type}")], "no erasure lists it");
        let found = stolen
            .found_after(&[&format!("DELETE FROM audit_leaf WHERE {leaf}")])
            .await;
        assert_eq!(
            found,
            ["MISSING leaf".to_owned(), format!("UNATTESTED {subject_type}")],
            "{leaf}"
        );
    }
    let found = stolen
        .found_after(&["UPDATE pulse SET version = version - 1 WHERE name = 'audit'"])
        .await;
    assert_eq!(found, ["ALTERED leaf"]);
    let found = stolen.found_after(&["DELETE FROM pulse WHERE name = 'audit'"]).await;
    assert_eq!(found, ["MISSING leaf"]);
}

async fn a_row_that_was_put_in_is_found(app: TestApp) {
    everything_is_done(&app).await;
    let stolen = stolen(app).await;
    stolen.forgets_its_rules(&["obligation_act"]).await;
    let forged = "INSERT INTO obligation_act (id, obligation_id, kind, reason, until, account_id, seat_id, unit_id, at)
        SELECT step.id, act.obligation_id, act.kind, act.reason, act.until, act.account_id, act.seat_id, act.unit_id, act.at
        FROM obligation_act AS act, transition AS step LIMIT 1";
    assert_eq!(stolen.found_after(&[forged]).await, ["UNATTESTED obligation_act"]);
}

async fn what_an_edition_changed_is_found_too(app: TestApp) {
    let app = app.beginning_with(&list(&BEFORE)).await;
    let admin = app.office("admin.ri").await;
    let first = [
        "11 Utara",
        "11.01 Hulu",
        "11.01.01 Tepi",
        "11.01.02 Seberang Baru@2025-01-02",
        "12 Selatan",
        "12.01 Muara",
        "12.01.02 Karang=-",
        "12.02 Hilir",
        "12.02.01 Tepi",
    ];
    imports(&admin, edition(&list(&first))).await.unwrap();
    let later = [
        "11 Utara",
        "11.01 Hulu",
        "11.01.01 Tepi",
        "11.01.02 Seberang Lama",
        "12 Selatan",
        "12.01 Muara",
        "12.01.02 Karang Baru",
        "12.02 Hilir",
        "12.02.01 Tepi",
    ];
    let mut later = edition(&list(&later));
    later["effectiveOn"] = json!("2025-06-01");
    imports(&admin, later).await.unwrap();
    let stolen = stolen(app).await;
    stolen.is_sound().await;
    stolen
        .forgets_its_rules(&["region_edition", "region", "region_past"])
        .await;
    every_byte_is_missed(&stolen, SubjectType::RegionEdition, ("region_edition", "id"), &[]).await;
    for (table, columns) in [
        ("region", ["code", "kind", "name", "parent_id", "edition_id"]),
        ("region_past", ["code", "kind", "name", "parent_id", "edition_id"]),
    ] {
        let row = format!(
            "edition_id IN (SELECT id FROM region_edition WHERE by_account IS NOT NULL) AND {table}.name LIKE '%Baru'"
        );
        let mut tried = 0;
        for Change { column, to } in stolen.changes(table, &row).await {
            if columns.contains(&column.as_str()) {
                let found = stolen
                    .found_after(&[&format!("UPDATE {table} SET {column} = {to} WHERE {row}")])
                    .await;
                let fits = |told: &String| told == "ALTERED region_edition_changes";
                assert!(
                    !found.is_empty() && found.iter().all(fits),
                    "{table}.{column} = {to}: {found:?}"
                );
                tried += 1;
            }
        }
        assert!(tried >= 5, "{table}");
    }
}

async fn who_was_erased_is_erased_and_nothing_else(app: TestApp) {
    with_admins(&app).await;
    let life = lived(&app).await;
    let proposal = proposes(&app.office("admin.ri").await, &id_of(&life.account))
        .await
        .unwrap();
    decides(&app.office("admin2.ri").await, "confirmProposal", &proposal)
        .await
        .unwrap();
    let stolen = stolen(app).await;
    let (found, summary) = stolen.verified("").await;
    let mut found = told(&found);
    found.sort();
    // What the life has of rows that were written beside the commands.
    found.retain(|told| !told.starts_with("UNATTESTED"));
    assert_eq!(
        found.iter().filter(|told| *told == "ERASED administrative_act").count(),
        7
    );
    assert_eq!(found.iter().filter(|told| *told == "ERASED invitation").count(), 3);
    assert_eq!((found.len(), summary.erased), (10, 10));
    // An erasure that lists less than what is gone proves nothing.
    let sql = "UPDATE administrative_act SET details = '{\"leaves\": []}' WHERE kind = 'PERSON_ERASED'";
    let found = stolen.found_after(&[sql]).await;
    assert_eq!(
        found.iter().filter(|told| told.starts_with("ALTERED")).count(),
        11,
        "{found:?}"
    );
}

on_both_databases!(
    a_changed_byte_of_any_audited_row_is_found,
    a_changed_byte_of_any_leaf_is_found,
    a_row_that_was_put_in_is_found,
    what_an_edition_changed_is_found_too,
    who_was_erased_is_erased_and_nothing_else,
);
