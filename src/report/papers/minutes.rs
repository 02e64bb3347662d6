//! *Berita Acara Serah Terima*: all that changed hands in a session, and what did not, as far as its reader may know.
use std::collections::HashMap;

use entity::{enums::HandoverOutcome, report};
use paper::{MinutesPaper, MinutesRow, Outcome};
use uuid::Uuid;

use crate::{
    error::Error,
    papers::words::{letterhead, moment, seat, unit_name, zone},
    report::{
        catalogue::Catalogue,
        gathering::{
            query::{self, Given},
            rows::{Row, rows},
        },
        query::{Mark, by_ids, revision_marks},
    },
    session::Session,
};

/// The minutes of a session the caller sees; None where there is none.
///
/// # Errors
/// The database's.
pub async fn of(session: &Session, id: Uuid) -> Result<Option<MinutesPaper>, Error> {
    let connection = session.services.db.reader();
    let actor = &session.actor;
    if query::by_ids(connection, actor, &[id]).await?.is_empty() {
        return Ok(None);
    }
    let gathering = query::gathering(connection, id).await?;
    let given = query::given(connection, &[id]).await?.remove(&id).unwrap_or_default();
    let rows = rows(actor, &gathering, &given);
    let told = || rows.iter().flat_map(|row| &row.given);
    let reports: Vec<Uuid> = told().map(|given| given.report).collect();
    let reports = by_ids(connection, actor, &reports).await?;
    let revisions: Vec<Uuid> = told().map(|given| given.revision).collect();
    let marks = revision_marks(connection, &revisions).await?;
    let directory = &actor.directory;
    let zone = zone(directory, gathering.row.unit_id);
    let catalogue = session.services.catalogue.load();
    let names = Names {
        reports: reports.iter().map(|report| (report.id, report)).collect(),
        marks: marks.iter().map(|mark| (mark.revision, mark)).collect(),
        catalogue: &catalogue,
    };
    let paper_row = |row: &Row, given: Option<&Given>| MinutesRow {
        unit: unit_name(directory, row.unit),
        report: given.and_then(|given| names.title(given.report)),
        sha256: given.and_then(|given| names.marks.get(&given.revision).map(|mark| mark.sha256.clone())),
        outcome: given.map_or(Outcome::Missing, outcome),
        at: given.map(|given| moment(given.decided_at.unwrap_or(given.given_at), zone)),
    };
    let known = rows.iter().filter(|row| row.done.is_some());
    let paper_rows = known.flat_map(|row| {
        if row.given.is_empty() {
            vec![paper_row(row, None)]
        } else {
            row.given.iter().map(|given| paper_row(row, Some(given))).collect()
        }
    });
    let seats = |ids: Vec<Uuid>| {
        let mut seen: Vec<Uuid> = Vec::new();
        for id in ids {
            if !seen.contains(&id) {
                seen.push(id);
            }
        }
        seen.into_iter()
            .filter_map(|id| seat(directory, id))
            .collect::<Vec<_>>()
    };
    let began = gathering.row.starts_at;
    let began = began.or_else(|| told().map(|given| given.given_at).min());
    let place = gathering.row.place.clone();
    let place = place.or_else(|| told().next().map(|given| given.place.clone()));
    let mut receivers = gathering.receivers.clone();
    receivers.extend(told().filter_map(|given| given.decided_by));
    Ok(Some(MinutesPaper {
        letterhead: letterhead(directory, gathering.row.unit_id),
        number: format!("BA-{}", number(id)),
        subject: "serah terima laporan kepada Bawaslu RI".to_owned(),
        place: place.unwrap_or_default(),
        began: moment(began.unwrap_or(gathering.row.created_at), zone),
        ended: gathering.row.ends_at.map(|at| moment(at, zone)),
        agenda: gathering
            .expected
            .iter()
            .map(|expected| unit_name(directory, expected.unit_id))
            .collect(),
        rows: paper_rows.collect(),
        givers: seats(told().map(|given| given.giver).collect()),
        receivers: seats(receivers),
        verify_url: None,
        made: moment(session.now(), zone),
    }))
}

/// What a session is filed under: the end of its id, which is random.
pub(super) fn number(id: Uuid) -> String {
    let text = id.simple().to_string().to_uppercase();
    text.chars().skip(text.len().saturating_sub(8)).collect()
}

struct Names<'a> {
    reports: HashMap<Uuid, &'a report::Model>,
    marks: HashMap<Uuid, &'a Mark>,
    catalogue: &'a Catalogue,
}

impl Names<'_> {
    fn title(&self, report: Uuid) -> Option<String> {
        let report = self.reports.get(&report)?;
        let cycle = self.catalogue.cycle(report.cycle_id)?;
        Some(cycle.name.clone())
    }
}

fn outcome(given: &Given) -> Outcome {
    match given.outcome {
        HandoverOutcome::Pending => Outcome::HandedOver,
        HandoverOutcome::Received => Outcome::Received,
        HandoverOutcome::Refused => Outcome::Refused {
            reason: given.reason.clone().unwrap_or_default(),
        },
    }
}
