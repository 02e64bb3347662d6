//! What is read: the query a client sends, and the best SQL for the same rows.
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    http::{Connection, Request},
    id,
    psql::Database,
};

/// One operation with its limit.
pub struct Read {
    /// `W1 national`.
    pub name: String,
    /// The share of the limit it is to reach.
    pub goal: f64,
    /// Sent in turn.
    pub requests: Vec<Request>,
    /// For `pgbench`.
    pub limit: String,
}

/// Whom the operations are asked by.
pub struct Readers {
    pub national: String,
    pub province: String,
    pub kabupaten: String,
}

/// The province and the kabupaten/kota that are looked at.
const PROVINCE: &str = "32";
const KABUPATEN: &str = "32.75";

/// How many reports are opened in turn.
const OPENED: usize = 1_000;

/// How far back the archive is looked through, pages of fifty.
const PAGES: usize = 1_000;

const INBOX: &str = "id status submittedAt unit { name parent { name } } submittedBy { name } cycle { name }";

const ARCHIVED: &str = "id status submittedAt unit { name } cycle { name }";

/// Reports of a condition with the names around them: the rows first, then what is joined.
fn listed(condition: &str, limit: usize) -> String {
    format!(
        "SELECT r.id, r.status, r.submitted_at, u.name, p.name, a.name, c.name FROM (SELECT id, status, submitted_at, \
         submitted_rank, unit_id, submitted_by, cycle_id FROM report WHERE {condition} ORDER BY submitted_rank DESC, id DESC \
         LIMIT {limit}) r JOIN unit u ON u.id = r.unit_id LEFT JOIN unit p ON p.id = u.parent_id LEFT JOIN account a ON a.id = \
         r.submitted_by JOIN cycle c ON c.id = r.cycle_id ORDER BY r.submitted_rank DESC, r.id DESC;\n"
    )
}

fn archived(condition: &str) -> String {
    format!(
        "SELECT r.id, r.status, r.submitted_at, u.name, c.name FROM (SELECT id, status, submitted_at, submitted_rank, unit_id, \
         cycle_id FROM report WHERE {condition} ORDER BY submitted_rank DESC, id DESC LIMIT 51) r JOIN unit u ON u.id = \
         r.unit_id JOIN cycle c ON c.id = r.cycle_id ORDER BY r.submitted_rank DESC, r.id DESC;\n"
    )
}

/// Everything that is measured, each checked against the database before it is let run.
pub async fn all(connection: &mut Connection, database: &Database, readers: &Readers) -> Vec<Read> {
    let looked = Looked { connection, database };
    looked.all(readers).await
}

struct Looked<'a> {
    connection: &'a mut Connection,
    database: &'a Database,
}

impl Looked<'_> {
    async fn all(mut self, readers: &Readers) -> Vec<Read> {
        let mut reads = self.inbox(readers).await;
        reads.push(self.province(readers).await);
        reads.push(self.recap(readers).await);
        reads.push(self.one_report(readers).await);
        reads.extend(self.archive(readers).await);
        reads
    }

    fn unit(&self, code: &str) -> Uuid {
        let found = "SELECT u.id FROM unit u JOIN region r ON r.id = u.region_id WHERE r.code = ";
        self.database.id(&format!("{found}'{code}' AND NOT u.ad_hoc"))
    }

    /// The answer of a request, whose nodes are the very rows of the limit.
    async fn same_rows(
        &mut self,
        (token, document, variables): (&str, &str, &Value),
        path: &str,
        limit: &str,
    ) -> Value {
        let data = self.connection.ask(Some(token), document, variables).await;
        let nodes = data.pointer(path).and_then(Value::as_array).unwrap();
        let told: Vec<String> = nodes
            .iter()
            .map(|node| node["id"].as_str().unwrap().to_owned())
            .collect();
        let rows = self.database.ids(limit);
        let kept = rows.iter().take(told.len()).map(|row| id::of("Report", *row));
        assert_eq!(told, kept.collect::<Vec<_>>(), "{document}");
        assert!(!told.is_empty(), "{document}");
        data
    }

    /// The fifty reports submitted last, at three widths of scope, without and with their number.
    async fn inbox(&mut self, readers: &Readers) -> Vec<Read> {
        let (province, kabupaten) = (self.unit(PROVINCE), self.unit(KABUPATEN));
        let widths = [
            ("national", &readers.national, "status = 'SUBMITTED'".to_owned()),
            (
                "province",
                &readers.province,
                format!("provinsi_id = '{province}' AND status = 'SUBMITTED'"),
            ),
            (
                "kabupaten",
                &readers.kabupaten,
                format!("kabupaten_kota_id = '{kabupaten}' AND status = 'SUBMITTED'"),
            ),
        ];
        let mut reads = Vec::new();
        for (width, token, condition) in widths {
            let plain =
                format!("{{ reports(filter: {{status: {{eq: SUBMITTED}}}}, first: 50) {{ nodes {{ {INBOX} }} }} }}");
            let limit = listed(&condition, 51);
            self.same_rows((token, &plain, &json!({})), "/reports/nodes", &limit)
                .await;
            reads.push(Read {
                name: format!("W1 inbox, {width}"),
                goal: 0.30,
                requests: vec![Request::new(Some(token), &plain, &json!({}))],
                limit: limit.clone(),
            });
            let counted = plain.replace("nodes {", "totalCount nodes {");
            let data = self
                .same_rows((token, &counted, &json!({})), "/reports/nodes", &limit)
                .await;
            let count = format!("SELECT count(*) FROM report WHERE {condition};\n");
            let told = data["reports"]["totalCount"].as_i64();
            assert_eq!(told, self.database.value(&count).parse().ok());
            reads.push(Read {
                name: format!("W1c with totalCount, {width}"),
                goal: 0.85,
                requests: vec![Request::new(Some(token), &counted, &json!({}))],
                limit: limit + &count,
            });
        }
        reads
    }

    /// A province and its kabupaten/kota, each with its report of one round.
    async fn province(&mut self, readers: &Readers) -> Read {
        let province = self.unit(PROVINCE);
        let cycle = self.latest_round();
        let document = "query($cycle: ID!, $province: ID!) { obligations(filter: {cycle: {eq: $cycle}, underneath: {eq: \
             $province}}, first: 100) { nodes { unit { code name } state report { id status submittedAt } } } }";
        let variables = json!({
            "cycle": id::of("ReportCycle", cycle), "province": id::of("Unit", province),
        });
        let limit = format!(
            "SELECT r.id, o.id, u.name, g.code, o.standing, o.due_at, o.on_time_until, o.met_at, o.accepted_at, o.declined, \
             r.status, r.submitted_at FROM obligation o JOIN unit u ON u.id = o.unit_id JOIN region g ON g.id = u.region_id \
             LEFT JOIN report r ON r.id = o.report_id WHERE o.cycle_id = '{cycle}' AND o.provinsi_id = '{province}' ORDER BY \
             o.due_at, o.unit_id, o.id LIMIT 101;\n"
        );
        let data = self.connection.ask(Some(&readers.national), document, &variables).await;
        let nodes = data["obligations"]["nodes"].as_array().unwrap();
        let mut told: Vec<String> = nodes
            .iter()
            .filter_map(|node| node["report"]["id"].as_str())
            .map(str::to_owned)
            .collect();
        let mut rows: Vec<String> = self
            .database
            .ids(&limit)
            .into_iter()
            .map(|id| id::of("Report", id))
            .collect();
        told.sort();
        rows.sort();
        assert_eq!(told, rows);
        Read {
            name: format!("W2 a province's {} units, one round", nodes.len()),
            goal: 0.35,
            requests: vec![Request::new(Some(&readers.national), document, &variables)],
            limit,
        }
    }

    /// A closed round of the permanent units.
    fn latest_round(&self) -> Uuid {
        self.database
            .id("SELECT id FROM cycle WHERE code LIKE 'sampel-bulanan-2%' AND closed_at IS NOT NULL ORDER BY period_start DESC LIMIT 1")
    }

    /// What one round has come to, by province.
    async fn recap(&mut self, readers: &Readers) -> Read {
        let cycle = self
            .database
            .id("SELECT id FROM cycle WHERE code LIKE 'sampel-bulanan-kecamatan-2%' AND closed_at IS NOT NULL ORDER BY period_start DESC LIMIT 1");
        let root = self.database.id("SELECT id FROM unit WHERE tier = 'RI'");
        let document = "query($unit: ID!, $cycle: ID!) { completeness(unit: $unit, cycle: $cycle) { counts { expected onTime late \
             overdue accepted declined } children { unit { code name } counts { expected onTime late overdue accepted declined } } } }";
        let variables = json!({
            "unit": id::of("Unit", root), "cycle": id::of("ReportCycle", cycle),
        });
        let limit = format!(
            "SELECT o.provinsi_id, u.name, o.expected, o.met, o.accepted, o.declined FROM (SELECT provinsi_id, count(*) AS \
             expected, count(*) FILTER (WHERE outcome = 'ON_TIME') AS met, count(*) FILTER (WHERE verdict = 'ACCEPTED') AS \
             accepted, count(*) FILTER (WHERE verdict = 'DECLINED') AS declined FROM obligation WHERE cycle_id = '{cycle}' GROUP \
             BY provinsi_id) o JOIN unit u ON u.id = o.provinsi_id;\n"
        );
        let data = self.connection.ask(Some(&readers.national), document, &variables).await;
        let told = data["completeness"]["children"].as_array().unwrap();
        let counts: i64 = told
            .iter()
            .map(|child| child["counts"]["accepted"].as_i64().unwrap())
            .sum();
        let rows = self.database.rows(&limit);
        let counted: i64 = rows.iter().map(|row| row[4].parse::<i64>().unwrap()).sum();
        assert_eq!((counts, told.len()), (counted, rows.len()));
        assert_eq!(data["completeness"]["counts"]["accepted"].as_i64(), Some(counted));
        Read {
            name: "W3 national recap of a round".to_owned(),
            goal: 0.75,
            requests: vec![Request::new(Some(&readers.national), document, &variables)],
            limit,
        }
    }

    /// One report with what was done to it and what was found.
    async fn one_report(&mut self, readers: &Readers) -> Read {
        // The reviewed ones have the longest histories.
        self.database.run(&format!(
            "DROP TABLE IF EXISTS bench_report; CREATE UNLOGGED TABLE bench_report AS SELECT row_number() OVER () AS number, id \
             FROM (SELECT r.id FROM report r JOIN template t ON t.id = r.template_id WHERE t.code = 'sampel-tahunan' AND \
             r.status = 'ACCEPTED' ORDER BY r.id LIMIT {OPENED}) r; ALTER TABLE bench_report ADD PRIMARY KEY (number); ANALYZE \
             bench_report"
        ));
        let document = "query($id: ID!) { report(id: $id) { id status version submittedAt unit { code name } cycle { name } \
             submittedBy { name } revision { number sha256 } history(first: 50) { nodes { command at fromStatus toStatus reason \
             person { name } unit { name } } } findings(first: 50) { nodes { severity state section text raisedAt raisingUnit { \
             name } } } } }";
        let ids = self.database.ids("SELECT id FROM bench_report ORDER BY number");
        let mut requests = Vec::new();
        for id in &ids {
            let variables = json!({ "id": id::of("Report", *id) });
            requests.push(Request::new(Some(&readers.national), document, &variables));
        }
        let id = ids[0];
        let variables = json!({ "id": id::of("Report", id) });
        let data = self.connection.ask(Some(&readers.national), document, &variables).await;
        let steps = self
            .database
            .value(&format!("SELECT count(*) FROM transition WHERE report_id = '{id}'"));
        let found = self
            .database
            .value(&format!("SELECT count(*) FROM finding WHERE subject_id = '{id}'"));
        let nodes = |field: &str| data["report"][field]["nodes"].as_array().unwrap().len().to_string();
        assert_eq!((nodes("history"), nodes("findings")), (steps, found));
        Read {
            name: "W6 one report, history and findings".to_owned(),
            goal: 0.40,
            requests,
            limit: format!(
                "\\set n random(1, {})\n\
                 SELECT r.id, r.status, r.version, r.submitted_at, u.name, c.name, a.name, v.number, v.sha256 FROM report r JOIN \
                 unit u ON u.id = r.unit_id JOIN cycle c ON c.id = r.cycle_id LEFT JOIN account a ON a.id = r.submitted_by LEFT \
                 JOIN revision v ON v.id = r.revision_id WHERE r.id = (SELECT id FROM bench_report WHERE number = :n);\n\
                 SELECT t.command, t.at, t.from_status, t.to_status, t.reason, a.name, u.name FROM transition t JOIN account a ON \
                 a.id = t.account_id JOIN unit u ON u.id = t.unit_id WHERE t.report_id = (SELECT id FROM bench_report WHERE \
                 number = :n) ORDER BY t.version LIMIT 51;\n\
                 SELECT f.* FROM finding f WHERE f.subject_id = (SELECT id FROM bench_report WHERE number = :n) ORDER BY f.id LIMIT \
                 51;\n",
                ids.len()
            ),
        }
    }

    /// What was accepted, from the newest: the first page and one far back.
    async fn archive(&mut self, readers: &Readers) -> Vec<Read> {
        let document = format!(
            "query($after: String) {{ reports(filter: {{status: {{eq: ACCEPTED}}}}, first: 50, after: $after) {{ nodes {{ {ARCHIVED} \
             }} pageInfo {{ endCursor hasNextPage }} }} }}"
        );
        let mut after = Value::Null;
        for _page in 1..PAGES {
            let document = "query($after: String) { reports(filter: {status: {eq: ACCEPTED}}, first: 50, after: $after) { pageInfo { \
                 endCursor } } }";
            let data = self
                .connection
                .ask(Some(&readers.national), document, &json!({ "after": after }))
                .await;
            after = data["reports"]["pageInfo"]["endCursor"].clone();
            if after.is_null() {
                break;
            }
        }
        let key = self.database.rows(&format!(
            "SELECT submitted_rank, id FROM report WHERE status = 'ACCEPTED' ORDER BY submitted_rank DESC, id DESC OFFSET {} LIMIT 1",
            (PAGES - 1) * 50 - 1
        ));
        let far = key.first().map_or_else(String::new, |key| {
            format!("(submitted_rank, id) < ({}, '{}') AND ", key[0], key[1])
        });
        let mut reads = Vec::new();
        for (name, cursor, beyond) in [("page 1", Value::Null, String::new()), ("page 1,000", after, far)] {
            let variables = json!({ "after": cursor });
            let limit = archived(&format!("{beyond}status = 'ACCEPTED'"));
            self.same_rows((&readers.national, &document, &variables), "/reports/nodes", &limit)
                .await;
            reads.push(Read {
                name: format!("W7 archive, {name}"),
                goal: 0.25,
                requests: vec![Request::new(Some(&readers.national), &document, &variables)],
                limit,
            });
        }
        reads
    }
}
