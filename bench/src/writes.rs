//! What is written: reports that are begun, filled in and submitted, each step a request with an idempotency key of its own; and
//! the same rows by the best SQL for them.
use std::cell::Cell;

use chrono::Utc;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    http::{Connection, Request, data},
    id,
    psql::Database,
};

/// Reports that may be begun: of each kabupaten/kota one in each of some rounds.
pub struct Writes {
    tokens: Vec<String>,
    cycles: Vec<String>,
    begun: Cell<usize>,
    /// For `pgbench`.
    pub limit: String,
}

/// One report to be written.
pub struct Work<'w> {
    token: &'w str,
    cycle: &'w str,
    number: usize,
}

const START: &str =
    "mutation($input: StartReportInput!) { startReport(input: $input) { report { id version } userErrors { code } } }";
const EDIT: &str =
    "mutation($input: EditReportInput!) { editReport(input: $input) { report { id version } userErrors { code } } }";
const SUBMIT: &str =
    "mutation($input: SubmitReportInput!) { submitReport(input: $input) { report { id status } userErrors { code } } }";

impl Writes {
    /// Opens rounds for so many reports of the server and as many of the limit, and signs everybody in.
    pub async fn prepare(
        connection: &mut Connection,
        database: &Database,
        coordinator: &str,
        tokens: Vec<String>,
        reports: usize,
    ) -> Self {
        let template = database.id("SELECT id FROM template WHERE code = 'sampel-bulanan'");
        let rounds = reports.div_ceil(tokens.len());
        let mut cycles = Vec::new();
        for _round in 0..2 * rounds {
            cycles.push(open_round(connection, coordinator, template).await);
        }
        let limited = cycles.split_off(rounds);
        let writes = Self {
            tokens,
            cycles,
            begun: Cell::new(0),
            limit: String::new(),
        };
        let first = writes.next().unwrap();
        let model = carry_out(connection, &first).await;
        check(database, model);
        let limit = limit(database, model, &limited);
        Self { limit, ..writes }
    }

    /// The next report that nobody has begun.
    pub fn next(&self) -> Option<Work<'_>> {
        let number = self.begun.get();
        self.begun.set(number + 1);
        Some(Work {
            cycle: self.cycles.get(number / self.tokens.len())?,
            token: &self.tokens[number % self.tokens.len()],
            number,
        })
    }
}

async fn open_round(connection: &mut Connection, coordinator: &str, template: Uuid) -> String {
    let now = Utc::now();
    let day = |days: i64| (now + chrono::Duration::days(days)).date_naive().to_string();
    let moment = |days: i64| (now + chrono::Duration::days(days)).to_rfc3339();
    let input = json!({
        "template": id::of("ReportTemplate", template), "code": format!("ukur-{}", Uuid::new_v4().simple()),
        "name": "Pengukuran", "periodKind": "AD_HOC", "periodStart": day(-1), "periodEnd": day(-1), "opensAt": moment(-1),
        "dueAt": moment(7), "timeZone": "Asia/Jakarta", "audience": { "tiers": ["KABUPATEN_KOTA"] },
    });
    let document = "mutation($input: OpenReportCycleInput!) { openReportCycle(input: $input) { outcome { cycle { id } } userErrors { \
         code message field } } }";
    let data = connection
        .ask(Some(coordinator), document, &json!({ "input": input }))
        .await;
    let opened = &data["openReportCycle"]["outcome"]["cycle"]["id"];
    opened.as_str().unwrap_or_else(|| panic!("{data}")).to_owned()
}

/// Begins, fills in and submits one report.
pub async fn carry_out(connection: &mut Connection, work: &Work<'_>) -> Uuid {
    let start = json!({ "cycle": work.cycle, "clientId": Uuid::new_v4() });
    let begun = step(connection, work, ("startReport", START), start).await;
    let number = |key: &str, value: usize| json!({ "field": key, "value": { "number": value.to_string() } });
    let text = "Sosialisasi pengawasan partisipatif, pendampingan media, dan penanganan aduan masyarakat.";
    let edit = json!({
        "report": begun["id"], "expectedVersion": begun["version"], "answers": [
            number("unggahan", 30), number("berita-situs", 12), number("siaran-pers", 4), number("aduan", work.number),
            { "field": "kegiatan", "value": { "text": text } },
        ],
    });
    let edited = step(connection, work, ("editReport", EDIT), edit).await;
    let submit = json!({ "report": begun["id"], "expectedVersion": edited["version"] });
    let submitted = step(connection, work, ("submitReport", SUBMIT), submit).await;
    // Nobody endorses these: they wait to be handed over.
    assert_eq!(submitted["status"], "ENDORSED");
    id::row(begun["id"].as_str().unwrap())
}

async fn step(connection: &mut Connection, work: &Work<'_>, (field, document): (&str, &str), input: Value) -> Value {
    let key = Uuid::new_v4().to_string();
    let request = Request::keyed(Some(work.token), Some(&key), document, &json!({ "input": input }));
    let mut done = data(connection.send(&request).await);
    assert_eq!(done[field]["userErrors"], json!([]), "{field}");
    done[field]["report"].take()
}

/// That everything a submitted report leaves is there.
fn check(database: &Database, report: Uuid) {
    let count =
        |table: &str, condition: &str| database.value(&format!("SELECT count(*) FROM {table} WHERE {condition}"));
    let left = [
        count("revision", &format!("report_id = '{report}'")),
        count("transition", &format!("report_id = '{report}'")),
        count("outbox_event", &format!("subject_id = '{report}'")),
        count(
            "audit_leaf",
            &format!("subject_id IN (SELECT id FROM transition WHERE report_id = '{report}')"),
        ),
        count("obligation", &format!("report_id = '{report}' AND met_at IS NOT NULL")),
    ];
    assert_eq!(left, ["1", "2", "2", "2", "1"]);
}

/// Writes with new ids what the server wrote for one report: three transactions, because three requests are acknowledged, and
/// each one statement, because that is the fewest there can be.
fn limit(database: &Database, model: Uuid, cycles: &[String]) -> String {
    let ids: Vec<String> = cycles.iter().map(|cycle| format!("'{}'", id::row(cycle))).collect();
    database.run(&format!(
        "DROP TABLE IF EXISTS bench_owed; DROP SEQUENCE IF EXISTS bench_write; CREATE SEQUENCE bench_write; CREATE UNLOGGED TABLE \
         bench_owed AS SELECT row_number() OVER (ORDER BY cycle_id, unit_id) AS number, id AS obligation FROM obligation WHERE \
         cycle_id IN ({}); ALTER TABLE bench_owed ADD PRIMARY KEY (number); ANALYZE bench_owed; ANALYZE obligation",
        ids.join(", ")
    ));
    let copy = |table: &str, condition: &str, new: &[(&str, &str)]| copy(database, table, condition, new);
    // What is copied is named by its key: to look for it is no part of the limit.
    let keyed = |table: &str, condition: &str| {
        let id = database.id(&format!("SELECT id FROM {table} WHERE {condition}"));
        format!("m.id = '{id}'")
    };
    let step = |version: &str, kind: &str, step: &str| {
        [
            copy(
                "transition",
                &keyed("transition", &format!("report_id = '{model}' AND version = {version}")),
                &[
                    ("id", step),
                    ("report_id", "w.report"),
                    ("unit_id", "w.unit_id"),
                    ("at", "now()"),
                    (
                        "revision_id",
                        if kind == "report.submitted" {
                            "w.revision"
                        } else {
                            "NULL"
                        },
                    ),
                ],
            ),
            copy(
                "outbox_event",
                &keyed("outbox_event", &format!("subject_id = '{model}' AND kind = '{kind}'")),
                &[
                    ("id", "gen_random_uuid()"),
                    ("sequence", "NULL"),
                    ("subject_id", "w.report"),
                    ("unit_id", "w.unit_id"),
                    ("at", "now()"),
                ],
            ),
            copy(
                "audit_leaf",
                &keyed(
                    "audit_leaf",
                    &format!(
                        "subject_id = (SELECT id FROM transition WHERE report_id = '{model}' AND version = {version})"
                    ),
                ),
                &[
                    ("id", "gen_random_uuid()"),
                    ("subject_id", step),
                    ("at", "now()"),
                    ("position", "NULL"),
                    ("link", "NULL"),
                ],
            ),
        ]
        .join(", ")
    };
    let key = "INSERT INTO idempotency_record (account_id, key, field, input_sha256, outcome, created_at) SELECT m.created_by, \
         gen_random_uuid()::text, '', decode(repeat('ab', 32), 'hex'), jsonb_build_object('report', w.report), now() FROM w, report m WHERE m.id = ";
    let key = format!("k AS ({key}'{model}')");
    let owed = "o.unit_id, o.cycle_id, o.provinsi_id, o.kabupaten_kota_id, o.kecamatan_id";
    let begin = format!(
        "WITH w AS MATERIALIZED (SELECT o.id AS obligation, {owed}, gen_random_uuid() AS report, gen_random_uuid() AS step, \
         NULL::uuid AS revision FROM bench_owed b JOIN obligation o ON o.id = b.obligation WHERE b.number = (SELECT \
         nextval('bench_write'))), {}, {}, {}, {}, {key}, o AS (UPDATE obligation o SET report_id = w.report FROM w WHERE o.id = \
         w.obligation) SELECT report FROM w \\gset\n",
        copy(
            "report",
            &format!("m.id = '{model}'"),
            &[
                ("id", "w.report"),
                ("unit_id", "w.unit_id"),
                ("cycle_id", "w.cycle_id"),
                ("provinsi_id", "w.provinsi_id"),
                ("kabupaten_kota_id", "w.kabupaten_kota_id"),
                ("kecamatan_id", "w.kecamatan_id"),
                ("status", "'DRAFT'"),
                ("version", "1"),
                ("revision_id", "NULL"),
                ("revision_number", "0"),
                ("first_submitted_at", "NULL"),
                ("submitted_at", "NULL"),
                ("submitted_rank", "0"),
                ("submitted_by", "NULL"),
                ("client_id", "gen_random_uuid()"),
                ("created_at", "now()"),
                ("updated_at", "now()"),
            ],
        ),
        copy(
            "draft",
            &format!("m.report_id = '{model}'"),
            &[("report_id", "w.report"), ("updated_at", "now()")]
        ),
        copy(
            "report_text",
            &format!("m.report_id = '{model}'"),
            &[("report_id", "w.report")]
        ),
        step("1", "report.started", "w.step"),
    );
    let edit = format!(
        "WITH w AS MATERIALIZED (SELECT :'report'::uuid AS report), {key}, d AS (UPDATE draft d SET answers = m.answers, saved = \
         m.saved, updated_at = now() FROM w, draft m WHERE d.report_id = w.report AND m.report_id = '{model}') UPDATE report r SET \
         version = 2, updated_at = now() FROM w WHERE r.id = w.report AND r.version = 1;\n"
    );
    let submit = format!(
        "WITH w AS MATERIALIZED (SELECT r.id AS report, r.unit_id, gen_random_uuid() AS step, gen_random_uuid() AS revision FROM \
         report r WHERE r.id = :'report'::uuid), {}, {}, {key}, x AS (UPDATE report_text x SET words = m.words FROM w, report_text m \
         WHERE x.report_id = w.report AND m.report_id = '{model}'), o AS (UPDATE obligation o SET met_at = now() FROM w WHERE \
         o.report_id = w.report) UPDATE report r SET status = 'ENDORSED', version = 3, revision_id = w.revision, revision_number = \
         1, first_submitted_at = now(), submitted_at = now(), submitted_rank = (extract(epoch FROM now()) * 1000000)::bigint, \
         submitted_by = r.created_by, updated_at = now() FROM w WHERE r.id = w.report AND r.version = 2;\n",
        copy(
            "revision",
            &format!("m.report_id = '{model}'"),
            &[
                ("id", "w.revision"),
                ("report_id", "w.report"),
                ("submitted_at", "now()")
            ]
        ),
        step("3", "report.submitted", "w.step"),
    );
    // Prepared, a variable is a parameter and stands without quotes.
    [begin, edit, submit].concat().replace(":'report'", ":report")
}

/// Copies the row of a table with some columns new, as one part of a statement.
fn copy(database: &Database, table: &str, condition: &str, new: &[(&str, &str)]) -> String {
    let columns = database.value(&format!(
        "SELECT column_name FROM information_schema.columns WHERE table_name = '{table}' AND table_schema = 'public' AND \
         is_generated = 'NEVER' AND is_identity = 'NO' ORDER BY ordinal_position"
    ));
    let columns: Vec<&str> = columns.lines().collect();
    let values = columns.iter().map(|column| {
        let new = new.iter().find(|(name, _value)| name == column);
        new.map_or_else(|| format!("m.{column}"), |(_name, value)| (*value).to_owned())
    });
    let values: Vec<String> = values.collect();
    format!(
        "{table}_copy AS (INSERT INTO {table} ({}) SELECT {} FROM w, {table} m WHERE {condition})",
        columns.join(", "),
        values.join(", ")
    )
}
