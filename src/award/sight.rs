//! Which seat may do something to an edition, an entry or a jury: the rule, asked by commands and by whoever shows a button.
use entity::{award_edition, award_entry, award_panel};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{query, workflow::is_announced};
use crate::{
    authz::{
        ActingSeat, Decision, Verdict,
        policy::award::{
            Action, EntryAction, EntryTies, PanelAction, PanelTies, Ties, decide, decide_of_entry, decide_of_panel,
        },
        which_seat,
    },
    error::{Code, Error, Refusal},
    locale::Text,
    session::Actor,
};

/// An edition, and whether the actor judges in it.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    pub row: &'a award_edition::Model,
    pub juror: bool,
}

impl<'a> Case<'a> {
    /// Where only its issuer is asked about.
    #[must_use]
    pub fn of_issuer(row: &'a award_edition::Model) -> Self {
        Self { row, juror: false }
    }

    /// What the rule says of a seat.
    #[must_use]
    pub fn decision(&self, actor: &Actor, seat: &ActingSeat, action: Action) -> Decision {
        let ties = Ties {
            published: self.row.rules_published_at.is_some(),
            announced: is_announced(self.row.status),
            juror: self.juror,
        };
        decide(seat.function, action, actor.standing(seat, self.row.unit_id), ties)
    }

    /// Whether some seat of the actor may.
    #[must_use]
    pub fn may(&self, actor: &Actor, action: Action) -> bool {
        let mut seats = actor.seats.iter();
        seats.any(|seat| self.decision(actor, seat, action) == Decision::Allowed)
    }

    /// The seat that may do something to an edition the actor has been shown: who may not is told so, never that it is absent.
    ///
    /// # Errors
    /// `Forbidden`, `SeatAmbiguous`.
    pub fn seat(&self, actor: &Actor, action: Action, named: Option<Uuid>) -> Result<ActingSeat, Refusal> {
        shown(
            which_seat(&actor.seats, named, |seat| self.decision(actor, seat, action)),
            "edition",
        )
    }
}

/// An entry with its edition, and what ties the actor to it.
#[derive(Clone, Copy)]
pub struct Entrant<'a> {
    pub edition: &'a award_edition::Model,
    pub row: &'a award_entry::Model,
    /// Whether the actor judges it, without a conflict of interest.
    pub juror: bool,
}

impl<'a> Entrant<'a> {
    /// Where no juror is asked about.
    #[must_use]
    pub fn of(edition: &'a award_edition::Model, row: &'a award_entry::Model) -> Self {
        Self {
            edition,
            row,
            juror: false,
        }
    }

    /// What the rule says of a seat.
    #[must_use]
    pub fn decision(&self, actor: &Actor, seat: &ActingSeat, action: EntryAction) -> Decision {
        let ties = EntryTies {
            issuer: seat.unit == self.edition.unit_id,
            nominator: seat.unit == self.row.nominator_id,
            submitted: self.row.submitted_at.is_some(),
            own_work: self.row.submitted_by == Some(actor.account),
            juror: self.juror,
        };
        decide_of_entry(seat.function, action, actor.standing(seat, self.row.unit_id), ties)
    }

    /// Whether some seat of the actor may.
    #[must_use]
    pub fn may(&self, actor: &Actor, action: EntryAction) -> bool {
        let mut seats = actor.seats.iter();
        seats.any(|seat| self.decision(actor, seat, action) == Decision::Allowed)
    }

    /// The seat that may do something to an entry the actor has been shown.
    ///
    /// # Errors
    /// `Forbidden`, `OwnWork`, `SeatAmbiguous`.
    pub fn seat(&self, actor: &Actor, action: EntryAction, named: Option<Uuid>) -> Result<ActingSeat, Refusal> {
        shown(
            which_seat(&actor.seats, named, |seat| self.decision(actor, seat, action)),
            "entry",
        )
    }
}

/// A jury with its edition, and whether the actor is part of it.
#[derive(Clone, Copy)]
pub struct Jury<'a> {
    pub edition: &'a award_edition::Model,
    pub row: &'a award_panel::Model,
    pub juror: bool,
}

impl Jury<'_> {
    /// What the rule says of a seat.
    #[must_use]
    pub fn decision(&self, actor: &Actor, seat: &ActingSeat, action: PanelAction) -> Decision {
        let ties = PanelTies {
            issuer: seat.unit == self.edition.unit_id,
            juror: self.juror,
        };
        decide_of_panel(seat.function, action, actor.standing(seat, self.row.unit_id), ties)
    }

    /// Whether some seat of the actor may.
    #[must_use]
    pub fn may(&self, actor: &Actor, action: PanelAction) -> bool {
        let mut seats = actor.seats.iter();
        seats.any(|seat| self.decision(actor, seat, action) == Decision::Allowed)
    }

    /// The seat that may do something to a jury the actor has been shown.
    ///
    /// # Errors
    /// `Forbidden`, `SeatAmbiguous`.
    pub fn seat(&self, actor: &Actor, action: PanelAction, named: Option<Uuid>) -> Result<ActingSeat, Refusal> {
        shown(
            which_seat(&actor.seats, named, |seat| self.decision(actor, seat, action)),
            "panel",
        )
    }
}

fn shown(verdict: Verdict, field: &'static str) -> Result<ActingSeat, Refusal> {
    match verdict {
        Verdict::Granted(seat) => Ok(seat),
        Verdict::Ambiguous => Err(Refusal::seat_ambiguous()),
        Verdict::Forbidden | Verdict::Hidden => Err(Refusal::forbidden().at([field])),
        Verdict::OwnWork => {
            let text = Text::new(
                "Yang Anda ajukan sendiri diverifikasi oleh orang lain.",
                "Somebody else verifies what you submitted.",
            );
            Err(Refusal::new(Code::OwnWork, text).at([field]))
        }
    }
}

/// An edition the actor may know of, as a command is decided on it, and the seat that may: nobody else changes it meanwhile.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`; the database's.
pub async fn held(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    id: Uuid,
    (action, named): (Action, Option<Uuid>),
) -> Result<(award_edition::Model, ActingSeat), Error> {
    let row = query::held(connection, actor, id).await?;
    let row = row.ok_or_else(|| not_found().at(["edition"]))?;
    let seat = Case::of_issuer(&row).seat(actor, action, named)?;
    Ok((row, seat))
}

/// The one answer for what is absent and for what is hidden.
#[must_use]
pub fn not_found() -> Refusal {
    let text = Text::new(
        "Edisi penghargaan tidak ditemukan.",
        "The edition of awards was not found.",
    );
    Refusal::new(Code::NotFound, text)
}

/// That an edition has changed since it was read.
#[must_use]
pub fn stale(row: &award_edition::Model) -> Refusal {
    let text = Text::new(
        "Edisi penghargaan ini sudah berubah sejak Anda membukanya; muat ulang lalu coba lagi.",
        "This edition has changed since you read it; read it again and decide anew.",
    );
    Refusal::stale(text, row.version)
}
