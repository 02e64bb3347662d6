//! Taking an edition on: publishing its rules, and taking entries.
use entity::{
    award_edition,
    enums::{AwardActKind, AwardEditionStatus},
};
use serde::Serialize;
use uuid::Uuid;

use super::{
    arranging::{outcome, plan_of, replayed, told, usable_rubrics, write_if_unchanged, wrong_state},
    draft::{self, Category},
    query,
    rules::Rules,
    sight::{self, stale},
    trace::{About, Act, record},
    workflow::{self, Refused, Step, needs_reason},
};
use crate::{
    authz::{ActingSeat, policy::award::Action},
    command::{self, Begun, Write},
    digest::sha256,
    error::{Code, Error, Refusal},
    input::{optional, required},
    locale::Text,
    session::Session,
};

/// The longest reason, characters.
pub const LONGEST_REASON: usize = 2_000;

/// Takes an edition one step on.
#[derive(Clone, Debug, Serialize)]
pub struct Advance {
    pub edition: Uuid,
    pub expected_version: i32,
    pub reason: Option<String>,
    pub seat: Option<Uuid>,
}

/// Publishes the rules of an edition: they are hashed, with the rubrics they name, and change no more.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `StaleVersion`, `WrongState`, `Required` for categories, and what became wrong
/// with it since it was drafted.
pub async fn publish_rules(session: &Session, field: &str, input: Advance) -> Result<award_edition::Model, Error> {
    let write = match command::begin(session, field, "publishAwardRules", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let (row, seat) = commanded(&write, &input).await?;
    let status = stepped(&row, Step::PublishRules)?;
    let categories = query::categories(write.connection(), &[row.id]).await?;
    let plan = plan_of(&row, &categories);
    let named: Vec<Uuid> = plan.categories.iter().filter_map(Category::rubric).collect();
    let rubrics = usable_rubrics(&write, &named).await?;
    let known = draft::Known {
        issuer: seat.tier,
        rubrics: &rubrics,
        catalogue: &write.services().catalogue.load(),
    };
    draft::check(&plan, &known, write.now)?;
    draft::check_publishable(&plan, write.now)?;
    let rules = Rules::of(&row, &categories, &rubrics, &write.actor.directory)?.canonical()?;
    let after = award_edition::Model {
        status,
        rules_sha256: Some(sha256(&rules)),
        rules: Some(rules),
        rules_published_at: Some(write.now),
        version: row.version + 1,
        ..row.clone()
    };
    write_if_unchanged(&write, &row, &after).await?;
    leave(&write, &after, seat, (AwardActKind::PublishRules, None)).await?;
    write.commit(outcome(after.id)).await?;
    Ok(after)
}

/// Opens or closes nominations, or voids an edition.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `StaleVersion`; `WrongState`, also for closing before the time that was promised;
/// `Required` and `TooLong` for the reason.
pub async fn advance(
    session: &Session,
    field: &str,
    step: Step,
    input: Advance,
) -> Result<award_edition::Model, Error> {
    let (name, kind) = match step {
        Step::OpenNominations => ("openNominations", AwardActKind::OpenNominations),
        Step::CloseNominations => ("closeNominations", AwardActKind::CloseNominations),
        Step::Void => ("voidAwardEdition", AwardActKind::VoidEdition),
        Step::PublishRules | Step::OpenJudging | Step::ComputeRanking | Step::Ratify | Step::Announce | Step::Close => {
            return Err(Error::internal("a step with a command of its own"));
        }
    };
    let write = match command::begin(session, field, name, &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let (row, seat) = commanded(&write, &input).await?;
    let status = stepped(&row, step)?;
    let reason = if needs_reason(step) {
        Some(required(
            input.reason.as_deref().unwrap_or_default(),
            "reason",
            LONGEST_REASON,
        )?)
    } else {
        optional(input.reason.as_deref(), "reason", LONGEST_REASON)?
    };
    if step == Step::CloseNominations && write.now < row.entries_by {
        let text = Text::new(
            "Aturan menjanjikan waktu pengajuan yang belum lewat.",
            "The rules promise time for entries that has not passed yet.",
        );
        return Err(Refusal::new(Code::WrongState, text).at(["edition", "entriesBy"]).into());
    }
    let after = award_edition::Model {
        status,
        version: row.version + 1,
        ..row.clone()
    };
    write_if_unchanged(&write, &row, &after).await?;
    leave(&write, &after, seat, (kind, reason)).await?;
    write.commit(outcome(after.id)).await?;
    Ok(after)
}

/// The edition as a command is decided on it, as the caller has read it, and the seat that commands it.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `StaleVersion`; the database's.
pub(super) async fn commanded(write: &Write, input: &Advance) -> Result<(award_edition::Model, ActingSeat), Error> {
    let asked = (Action::Command, input.seat);
    let (row, seat) = sight::held(write.connection(), &write.actor, input.edition, asked).await?;
    if row.version != input.expected_version {
        return Err(stale(&row).into());
    }
    Ok((row, seat))
}

/// Where a step leads.
///
/// # Errors
/// `WrongState`.
pub(super) fn stepped(row: &award_edition::Model, step: Step) -> Result<AwardEditionStatus, Refusal> {
    workflow::next(row.status, step).map_err(|Refused| wrong_state(row.status))
}

/// Leaves what an act on an edition leaves.
///
/// # Errors
/// The database's.
pub(super) async fn leave(
    write: &Write,
    row: &award_edition::Model,
    seat: ActingSeat,
    (kind, reason): (AwardActKind, Option<String>),
) -> Result<(), Error> {
    let act = Act {
        kind,
        about: About::Edition,
        details: told(row),
        reason,
    };
    record(write, row, seat, act).await.map(drop)
}
