//! Whether what is kept of reports fits together: each with all its steps, each step after the one before, every submission
//! frozen as its hash says and every step attested, and each finding as what was done about it left it. The ledger has an inspection of its own, [`super::owed::check`].
use sea_orm::{ConnectionTrait, Statement};
use uuid::Uuid;

use super::query;
use crate::{db::Db, digest::sha256, error::Error};

/// What must not be, each with the statement that finds it. Versions move without a step while a report is being written.
const RULES: [(&str, &str); 8] = [
    (
        "lacks a step",
        "SELECT report.id FROM report LEFT JOIN (
             SELECT report_id, MIN(version) AS first, MAX(version) AS last FROM transition GROUP BY report_id
         ) AS taken ON taken.report_id = report.id
         WHERE taken.first IS NULL OR taken.first <> 1 OR taken.last > report.version
            OR (taken.last < report.version AND report.status NOT IN ('DRAFT','RETURNED','REVISION_ASKED'))",
    ),
    (
        "stands otherwise than its last step left it",
        "SELECT report.id FROM report JOIN (
             SELECT report_id, MAX(version) AS last FROM transition GROUP BY report_id
         ) AS taken ON taken.report_id = report.id
         JOIN transition ON transition.report_id = report.id AND transition.version = taken.last
         WHERE transition.to_status <> report.status",
    ),
    (
        "has a step that does not follow the one before it",
        "SELECT step.report_id AS id FROM (
             SELECT report_id, version, from_status, at, LAG(version) OVER steps AS version_before,
                    LAG(to_status) OVER steps AS status_before, LAG(at) OVER steps AS at_before
             FROM transition WINDOW steps AS (PARTITION BY report_id ORDER BY version)
         ) AS step
         WHERE (step.version_before IS NULL) <> (step.from_status IS NULL)
            OR step.from_status <> step.status_before OR step.at < step.at_before
            OR (step.version > step.version_before + 1 AND step.from_status NOT IN ('DRAFT','RETURNED','REVISION_ASKED'))",
    ),
    (
        "has other revisions than it counts",
        "SELECT report.id FROM report LEFT JOIN (
             SELECT report_id, COUNT(*) AS submissions, MAX(number) AS last FROM revision GROUP BY report_id
         ) AS frozen ON frozen.report_id = report.id
         WHERE COALESCE(frozen.submissions, 0) <> report.revision_number
            OR COALESCE(frozen.last, 0) <> report.revision_number",
    ),
    (
        "is in force in a revision that is not its last",
        "SELECT report.id FROM report LEFT JOIN revision ON revision.id = report.revision_id
         WHERE (report.revision_id IS NULL) <> (report.revision_number = 0)
            OR revision.report_id <> report.id OR revision.number <> report.revision_number",
    ),
    (
        "has a step that nothing attests",
        "SELECT transition.report_id AS id FROM transition
         WHERE NOT EXISTS (SELECT 1 FROM audit_leaf
             WHERE audit_leaf.subject_type = 'transition' AND audit_leaf.subject_id = transition.id)",
    ),
    (
        "has a finding that stands otherwise than what was done about it left it",
        "SELECT finding.subject_id AS id FROM finding LEFT JOIN finding_act AS done ON done.id = (
             SELECT act.id FROM finding_act AS act WHERE act.finding_id = finding.id AND act.kind <> 'ACKNOWLEDGE'
             ORDER BY act.id DESC LIMIT 1)
         WHERE done.id IS NULL OR finding.state <> CASE done.kind
             WHEN 'ANSWER' THEN 'ANSWERED' WHEN 'RESOLVE' THEN 'RESOLVED' ELSE 'OPEN' END",
    ),
    (
        "has a finding, or something done about one, that nothing attests",
        "SELECT finding.subject_id AS id FROM finding
         WHERE NOT EXISTS (SELECT 1 FROM audit_leaf
             WHERE audit_leaf.subject_type = 'finding' AND audit_leaf.subject_id = finding.id)
            OR EXISTS (SELECT 1 FROM finding_act WHERE finding_act.finding_id = finding.id
             AND NOT EXISTS (SELECT 1 FROM audit_leaf
                 WHERE audit_leaf.subject_type = 'finding_act' AND audit_leaf.subject_id = finding_act.id))",
    ),
];

/// What is wrong, a sentence each. Reads every revision through; changes nothing.
///
/// # Errors
/// The database's.
pub async fn faults(db: &Db) -> Result<Vec<String>, Error> {
    let connection = db.reader();
    let mut faults = Vec::new();
    for (what, sql) in RULES {
        let found = connection
            .query_all_raw(Statement::from_string(connection.get_database_backend(), sql))
            .await?;
        for row in found {
            let report: Uuid = row.try_get("", "id")?;
            faults.push(format!("report {report} {what}"));
        }
    }
    let mut after = Uuid::nil();
    loop {
        let frozen = query::frozen_after(connection, after).await?;
        let Some(last) = frozen.last() else { return Ok(faults) };
        after = last.id;
        let altered = frozen
            .iter()
            .filter(|revision| sha256(&revision.content) != revision.sha256);
        faults.extend(altered.map(|revision| {
            let (report, number) = (revision.report_id, revision.number);
            format!("report {report} is not what it was in revision {number}")
        }));
    }
}
