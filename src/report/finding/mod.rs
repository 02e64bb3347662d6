//! What is found in reports. What a finding is and what may become of it is said in [`crate::review::finding`]; here is what
//! is a report's own: who finds something and when, what it can be about, and what it keeps a report from.
use entity::{finding, report};
use serde_json::json;
use uuid::Uuid;

use crate::feed::Event;

pub mod answering;
pub mod availability;
pub mod place;
pub mod query;
pub mod raising;
pub mod reminding;
pub mod settling;

/// As findings in reports are kept.
pub const SUBJECT_TYPE: &str = "report";

/// Something was found in a report.
pub const RAISED: &str = "report.findings_raised";
/// The unit of a report took note of findings.
pub const ACKNOWLEDGED: &str = "report.findings_acknowledged";
/// Findings were answered in a submission.
pub const ANSWERED: &str = "report.findings_answered";
/// A finding was settled.
pub const RESOLVED: &str = "report.finding_resolved";
/// A finding waits for an answer again.
pub const REOPENED: &str = "report.finding_reopened";
/// An answer to findings is due within days.
pub const DUE_SOON: &str = "report.findings_due_soon";

/// What is left in the feed of something done about findings of one report, by a person from a seat, which is not a step of the
/// report itself.
pub(crate) fn event<'f>(
    kind: &'static str,
    report: &report::Model,
    by: Option<(Uuid, Uuid)>,
    findings: impl IntoIterator<Item = &'f finding::Model>,
) -> Event {
    let (ids, mut desks): (Vec<Uuid>, Vec<Uuid>) = findings
        .into_iter()
        .map(|finding| (finding.id, finding.raised_unit))
        .unzip();
    desks.sort_unstable();
    desks.dedup();
    let payload = json!({
        "report": report.id,
        "unit": report.unit_id,
        "cycle": report.cycle_id,
        "version": report.version,
        "from": report.status,
        "to": report.status,
        "revision": report.revision_id,
        "findings": ids,
        "desks": desks,
        "by": by.map(|(account, _seat)| account),
        "seat": by.map(|(_account, seat)| seat),
    });
    Event {
        kind,
        subject_type: "report",
        subject: report.id,
        unit: report.unit_id,
        payload,
    }
}
