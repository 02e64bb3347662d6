//! What a command on a jury is decided on, and who reads how far it is.
use entity::{
    award_category::{self, Source},
    award_edition, award_entry, award_juror, award_panel,
    enums::{AwardEditionStatus, AwardEntryStatus, AwardPanelStatus, AwardRound},
};
use uuid::Uuid;

use super::query;
use crate::{
    authz::{
        ActingSeat,
        policy::award::{Action, PanelAction},
    },
    award::{
        arranging::wrong_state,
        query as editions,
        sight::{Case, Jury},
    },
    command::Write,
    error::{Code, Error, Refusal},
    locale::Text,
    session::Actor,
};

/// A jury as who chairs it decides on it.
pub struct Chaired {
    pub edition: award_edition::Model,
    pub category: award_category::Model,
    pub panel: award_panel::Model,
    pub seat: ActingSeat,
}

/// A jury as the caller has read it: its id, its version, and the seat that is named.
pub type Read = (Uuid, i32, Option<Uuid>);

/// An open jury, as the caller has read it, and the seat that chairs it: nobody else changes it meanwhile.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `StaleVersion`, `WrongState`; the database's.
pub async fn chaired(write: &Write, read: Read) -> Result<Chaired, Error> {
    let held = chaired_at(write, read).await?;
    check_open(&held.edition, &held.panel)?;
    Ok(held)
}

/// As [`chaired`], at work or closed. The edition is locked first, then the jury.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `StaleVersion`; the database's.
pub async fn chaired_at(write: &Write, (id, expected, named): Read) -> Result<Chaired, Error> {
    let (connection, actor) = (write.connection(), &write.actor);
    let seen = query::by_ids(connection, actor, &[id]).await?;
    let seen = seen.into_iter().next().ok_or_else(not_found)?;
    let edition = editions::shared(connection, actor, seen.edition_id).await?;
    let edition = edition.ok_or_else(not_found)?;
    let panel = query::held(connection, seen.id).await?.ok_or_else(not_found)?;
    let seat = Jury {
        edition: &edition,
        row: &panel,
        juror: false,
    }
    .seat(actor, PanelAction::Chair, named)?;
    if panel.version != expected {
        return Err(stale(&panel).into());
    }
    let category = query::category(connection, panel.category_id).await?;
    Ok(Chaired {
        edition,
        category: category.ok_or_else(|| Error::internal("a jury without its category"))?,
        panel,
        seat,
    })
}

/// Whether a jury is at work.
///
/// # Errors
/// `WrongState`.
pub fn check_open(edition: &award_edition::Model, panel: &award_panel::Model) -> Result<(), Refusal> {
    if edition.status != AwardEditionStatus::Judging {
        return Err(wrong_state(edition.status).at(["panel"]));
    }
    if panel.status == AwardPanelStatus::Open {
        return Ok(());
    }
    let text = Text::new("Penjurian ini sudah ditutup.", "This jury is closed.");
    Err(Refusal::new(Code::WrongState, text).at(["panel"]))
}

/// Whether somebody reads how far a jury is: while it is at work who chairs it, unless that person judges in it; afterwards also
/// who commands the edition.
#[must_use]
pub fn reads_progress(
    actor: &Actor,
    (edition, panel): (&award_edition::Model, &award_panel::Model),
    jurors: &[award_juror::Model],
) -> bool {
    let jury = Jury {
        edition,
        row: panel,
        juror: false,
    };
    let chairs = jury.may(actor, PanelAction::Chair);
    match panel.status {
        AwardPanelStatus::Open => chairs && !is_juror(actor, jurors),
        AwardPanelStatus::Closed => chairs || Case::of_issuer(edition).may(actor, Action::Command),
    }
}

/// Whether somebody is one of these jurors.
#[must_use]
pub fn is_juror(actor: &Actor, jurors: &[award_juror::Model]) -> bool {
    let oneself = actor.oneself();
    jurors.iter().any(|juror| Some(juror.account_id) == oneself)
}

/// Whether an entry is still before a jury of a round: not disqualified or withdrawn meanwhile.
#[must_use]
pub fn is_running(entry: &award_entry::Model, round: AwardRound) -> bool {
    is_before(entry.status, round)
}

/// Whether what stands so is before a jury of a round.
#[must_use]
pub fn is_before(status: AwardEntryStatus, round: AwardRound) -> bool {
    match round {
        AwardRound::Provinsi => status == AwardEntryStatus::Eligible,
        AwardRound::Issuer => matches!(status, AwardEntryStatus::Eligible | AwardEntryStatus::Shortlisted),
    }
}

/// The rubric by which jurors score, where there are jurors.
#[must_use]
pub fn rubric_of(category: &award_category::Model) -> Option<Uuid> {
    let mut criteria = category.criteria.0.iter();
    criteria.find_map(|criterion| match criterion.source {
        Source::Rubric { rubric } => Some(rubric),
        Source::OnTime | Source::Reported { .. } | Source::Evaluated | Source::Attended => None,
    })
}

/// Whether a jury is of RI, before which whole provinces are barred.
#[must_use]
pub fn is_national(actor: &Actor, panel: &award_panel::Model) -> bool {
    panel.unit_id == actor.directory.tree.root().id
}

/// The one answer for what is absent and for what is hidden.
#[must_use]
pub fn not_found() -> Refusal {
    let text = Text::new("Dewan juri tidak ditemukan.", "The jury was not found.");
    Refusal::new(Code::NotFound, text).at(["panel"])
}

/// That a jury has changed since it was read.
#[must_use]
pub fn stale(row: &award_panel::Model) -> Refusal {
    let text = Text::new(
        "Dewan juri ini sudah berubah sejak Anda membukanya; muat ulang lalu coba lagi.",
        "This jury has changed since you read it; read it again and decide anew.",
    );
    Refusal::stale(text, row.version)
}
