//! Opening an evaluation and writing it. Nothing is frozen before it closes.
use std::collections::HashSet;

use entity::{
    enums::{ReviewActKind, Tier},
    evaluation::{self, Proposal, Proposals, SectionNote, SectionNotes},
    template,
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{query, sight};
use crate::{
    authz::ActingSeat,
    clock::new_id,
    command::{self, Begun, Replay, Write},
    db::is_taken,
    error::{Code, Error, Refusal},
    input::{check_length, optional},
    locale::Text,
    report::{catalogue, cycle::sight as rounds},
    review::{About, Act, recommendation::making, record},
    session::Session,
};

/// The longest number it is filed under, characters.
const LONGEST_NUMBER: usize = 100;

/// The longest summary, characters.
pub const LONGEST_SUMMARY: usize = 10_000;

/// The most strengths, and the most weaknesses, of one section.
pub const MOST_POINTS: usize = 20;

/// The longest of them, characters.
pub const LONGEST_POINT: usize = 1_000;

/// Opens the evaluation of a round.
#[derive(Clone, Debug, Serialize)]
pub struct Open {
    pub cycle: Uuid,
    pub seat: Option<Uuid>,
}

/// Writes it: what is left out stays.
#[derive(Clone, Debug, Serialize)]
pub struct Edit {
    pub evaluation: Uuid,
    pub expected_version: i32,
    pub number: Option<String>,
    pub summary: Option<String>,
    pub sections: Option<Vec<SectionNote>>,
    pub recommendations: Option<Vec<Proposal>>,
    pub seat: Option<Uuid>,
}

/// Opens it.
///
/// # Errors
/// `NotFound` for the round, `Forbidden`, `SeatAmbiguous`, `Invalid` for a round whose reports do not come to the unit that
/// asks, `AlreadyExists`, and what [`command::begin`] says.
pub async fn open(session: &Session, field: &str, input: Open) -> Result<evaluation::Model, Error> {
    let write = match command::begin(session, field, "openEvaluation", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let absent = || rounds::not_found().at(["cycle"]);
    let catalogue = write.services().catalogue.load();
    let cycle = catalogue.cycle(input.cycle).ok_or_else(absent)?;
    if !rounds::is_visible(&write.actor, cycle.owner_id) {
        return Err(absent().into());
    }
    let root = write.actor.directory.tree.root().id;
    let row = evaluation::Model {
        id: new_id(write.now),
        cycle_id: cycle.id,
        unit_id: root,
        number: None,
        summary: String::new(),
        sections: SectionNotes::default(),
        proposed: Proposals::default(),
        figures: None,
        sha256: None,
        head_position: None,
        head_link: None,
        opened_at: write.now,
        closed_at: None,
        version: 1,
    };
    let seat = match sight::preparing_seat(&write.actor, &row, input.seat) {
        Ok(seat) => seat,
        // The round is no secret to who asks.
        Err(refusal) if refusal.code == Code::NotFound => return Err(Refusal::forbidden().into()),
        Err(refusal) => return Err(refusal.into()),
    };
    let template = catalogue::template(write.services(), cycle.template_id).await?;
    if cycle.owner_id != root || template.route.terminal != Tier::Ri {
        let text = Text::new(
            "Evaluasi nasional hanya untuk periode RI yang laporannya berakhir di RI.",
            "A national evaluation is of a cycle of RI whose reports come to RI.",
        );
        return Err(Refusal::new(Code::Invalid, text).at(["cycle"]).into());
    }
    let inserted = row.clone().into_active_model().insert(write.connection()).await;
    inserted.map_err(|error| if is_taken(&error) { exists() } else { error.into() })?;
    note(&write, seat, ReviewActKind::OpenEvaluation, &row, None).await?;
    write.commit(outcome(&row)).await?;
    Ok(row)
}

/// Writes it.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `StaleVersion`, `WrongState` once it is closed; `TooLong`, `Invalid`, `Required`
/// and `NotFound` for everything that does not fit, all at once.
pub async fn edit(session: &Session, field: &str, input: Edit) -> Result<evaluation::Model, Error> {
    let write = match command::begin(session, field, "editEvaluation", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let (row, seat) = held(&write, input.evaluation, input.expected_version, input.seat).await?;
    let cycle = catalogue::cycle(write.services(), row.cycle_id).await?;
    let template = catalogue::template(write.services(), cycle.template_id).await?;
    let mut faults = Vec::new();
    let mut edited = evaluation::Model {
        version: row.version + 1,
        ..row.clone()
    };
    if let Some(number) = &input.number {
        match optional(Some(number), "number", LONGEST_NUMBER) {
            Ok(number) => edited.number = number,
            Err(fault) => faults.push(fault),
        }
    }
    if let Some(summary) = input.summary {
        faults.extend(check_length(&summary, "summary", LONGEST_SUMMARY).err());
        summary.trim().clone_into(&mut edited.summary);
    }
    if let Some(sections) = input.sections {
        faults.extend(section_faults(&template, &sections));
        edited.sections = SectionNotes(sections);
    }
    if let Some(proposals) = input.recommendations {
        faults.extend(making::faults(&write, row.unit_id, &proposals, "recommendations"));
        edited.proposed = Proposals(proposals);
    }
    if !faults.is_empty() {
        return Err(Error::Refused(faults));
    }
    write_if_unchanged(&write, &row, &edited).await?;
    note(&write, seat, ReviewActKind::EditEvaluation, &edited, None).await?;
    write.commit(outcome(&edited)).await?;
    Ok(edited)
}

/// An open evaluation, held, and the seat that prepares it.
pub(super) async fn held(
    write: &Write,
    id: Uuid,
    expected_version: i32,
    seat: Option<Uuid>,
) -> Result<(evaluation::Model, ActingSeat), Error> {
    let row = query::held(write.connection(), &write.actor, id).await?;
    let row = row.ok_or_else(|| sight::not_found().at(["evaluation"]))?;
    let seat = sight::preparing_seat(&write.actor, &row, seat).map_err(|refusal| match refusal.code {
        Code::NotFound => refusal.at(["evaluation"]),
        _ => refusal,
    })?;
    if row.version != expected_version {
        return Err(stale(&row).into());
    }
    if row.closed_at.is_some() {
        let text = Text::new("Evaluasi ini sudah ditutup.", "This evaluation is closed.");
        return Err(Refusal::new(Code::WrongState, text).at(["evaluation"]).into());
    }
    Ok((row, seat))
}

fn section_faults(template: &template::Model, notes: &[SectionNote]) -> Vec<Refusal> {
    let known: HashSet<&str> = template.sections.0.iter().map(|section| section.key.as_str()).collect();
    let mut seen = HashSet::new();
    let mut faults = Vec::new();
    for (place, note) in notes.iter().enumerate() {
        let mut fault = |refusal: Refusal| {
            faults.push(refusal.within(["sections".to_owned(), place.to_string()]));
        };
        if !known.contains(note.section.as_str()) {
            let text = Text::new(
                "Templat tidak memiliki bagian tersebut.",
                "The template has no such section.",
            );
            fault(Refusal::new(Code::Invalid, text).at(["section"]));
        } else if !seen.insert(note.section.as_str()) {
            let text = Text::new("Bagian ini disebut dua kali.", "This section is named twice.");
            fault(Refusal::new(Code::Invalid, text).at(["section"]));
        }
        for (name, points) in [("strengths", &note.strengths), ("weaknesses", &note.weaknesses)] {
            if points.len() > MOST_POINTS {
                let text = Text::new(
                    format!("Paling banyak {MOST_POINTS} butir."),
                    format!("At most {MOST_POINTS} points."),
                );
                fault(Refusal::new(Code::TooLong, text).at([name]));
            }
            for (place, point) in points.iter().enumerate() {
                let at = |refusal: Refusal| refusal.at([name.to_owned(), place.to_string()]);
                if point.trim().is_empty() {
                    let text = Text::new("Isian ini wajib.", "This is required.");
                    fault(at(Refusal::new(Code::Required, text)));
                } else if let Err(refusal) = check_length(point, name, LONGEST_POINT) {
                    fault(at(refusal));
                }
            }
        }
    }
    faults
}

pub(super) async fn write_if_unchanged(
    write: &Write,
    before: &evaluation::Model,
    after: &evaluation::Model,
) -> Result<(), Error> {
    let written = evaluation::Entity::update_many()
        .set(after.clone().into_active_model().reset_all())
        .filter(evaluation::Column::Id.eq(before.id))
        .filter(evaluation::Column::Version.eq(before.version))
        .exec(write.connection())
        .await?;
    if written.rows_affected == 1 {
        Ok(())
    } else {
        Err(stale(before).into())
    }
}

/// Notes what was done. What was written is attested as a whole when it closes.
async fn note(
    write: &Write,
    seat: ActingSeat,
    kind: ReviewActKind,
    row: &evaluation::Model,
    reason: Option<String>,
) -> Result<(), Error> {
    let act = Act {
        kind,
        about: About::Evaluation(row),
        details: json!({ "version": row.version, "cycle": row.cycle_id }),
        reason,
    };
    record(write, seat, act).await
}

fn exists() -> Error {
    let text = Text::new(
        "Periode ini sudah mempunyai evaluasi nasional.",
        "This cycle has a national evaluation already.",
    );
    Refusal::new(Code::AlreadyExists, text).at(["cycle"]).into()
}

fn stale(row: &evaluation::Model) -> Refusal {
    let text = Text::new(
        "Evaluasi ini sudah berubah sejak Anda membukanya; muat ulang lalu coba lagi.",
        "This evaluation has changed since you read it; read it again and decide anew.",
    );
    Refusal::stale(text, row.version)
}

pub(super) fn outcome(row: &evaluation::Model) -> serde_json::Value {
    json!({ "evaluation": row.id })
}

/// Renders the outcome of an earlier run again, by what the caller may see now.
pub(super) async fn replayed(session: &Session, Replay { actor, outcome }: Replay) -> Result<evaluation::Model, Error> {
    let id = outcome["evaluation"].as_str().and_then(|id| id.parse().ok());
    let id: Uuid = id.ok_or_else(|| Error::internal("an outcome without an evaluation"))?;
    let found = query::by_ids(session.services.db.reader(), &actor, &[id]).await?;
    let found = found.into_iter().next();
    found.ok_or_else(|| sight::not_found().at(["evaluation"]).into())
}
