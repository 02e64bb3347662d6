//! Which seat may do something to an event, or to the invitation of a unit: the rule, asked by commands and by whoever shows a
//! button.
use std::collections::HashSet;

use entity::{event, event_invitation};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::query::{self, Reached};
use crate::{
    authz::{
        ActingSeat, Decision, Verdict,
        policy::event::{Action, Ties, UnitAction, UnitTies, decide, decide_of_unit},
        which_seat,
    },
    error::{Code, Error, Refusal},
    locale::Text,
    session::Actor,
};

/// An event with whom it reaches.
pub struct Case<'a> {
    pub row: &'a event::Model,
    /// The invited units.
    pub invited: HashSet<Uuid>,
    /// Whether the actor is named in it.
    pub named: bool,
}

impl<'a> Case<'a> {
    /// Of what was read with the event.
    #[must_use]
    pub fn of(row: &'a event::Model, reached: &Reached) -> Self {
        Self {
            row,
            invited: reached.invited.get(&row.id).cloned().unwrap_or_default(),
            named: reached.named.contains(&row.id),
        }
    }

    /// Where only its host is asked about.
    #[must_use]
    pub fn of_host(row: &'a event::Model) -> Self {
        Self {
            row,
            invited: HashSet::new(),
            named: false,
        }
    }

    /// What the rule says of a seat.
    #[must_use]
    pub fn decision(&self, actor: &Actor, seat: &ActingSeat, action: Action) -> Decision {
        let tree = &actor.directory.tree;
        let tops: Vec<Uuid> = tree.scope(seat.unit).map(|top| top.id).collect();
        let reaches = |unit: &Uuid| tops.iter().any(|top| tree.is_within(*unit, *top));
        let ties = Ties {
            published: self.row.published_at.is_some(),
            invited: self.invited.iter().any(reaches),
            named: self.named,
        };
        decide(seat.function, action, actor.standing(seat, self.row.unit_id), ties)
    }

    /// Whether some seat of the actor may.
    #[must_use]
    pub fn may(&self, actor: &Actor, action: Action) -> bool {
        let mut seats = actor.seats.iter();
        seats.any(|seat| self.decision(actor, seat, action) == Decision::Allowed)
    }

    /// The seat that may.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `SeatAmbiguous`.
    pub fn seat(&self, actor: &Actor, action: Action, named: Option<Uuid>) -> Result<ActingSeat, Refusal> {
        granted(which_seat(&actor.seats, named, |seat| {
            self.decision(actor, seat, action)
        }))
    }
}

/// An invited unit, with the event.
#[derive(Clone, Copy)]
pub struct Guest<'a> {
    pub event: &'a event::Model,
    pub unit: Uuid,
    /// Whether the actor is one of those the unit sends.
    pub named: bool,
    /// Whether the actor handed in what is to be settled.
    pub submitted: bool,
}

impl<'a> Guest<'a> {
    /// Where nothing personal is asked about.
    #[must_use]
    pub fn of(event: &'a event::Model, row: &event_invitation::Model) -> Self {
        Self::of_unit(event, row.unit_id)
    }

    /// As [`Guest::of`], where the invitation itself is not at hand.
    #[must_use]
    pub fn of_unit(event: &'a event::Model, unit: Uuid) -> Self {
        Self {
            event,
            unit,
            named: false,
            submitted: false,
        }
    }

    /// What the rule says of a seat.
    #[must_use]
    pub fn decision(&self, actor: &Actor, seat: &ActingSeat, action: UnitAction) -> Decision {
        use crate::authz::Standing::{Above, Parent};
        let ties = UnitTies {
            host: seat.unit == self.event.unit_id,
            above_host: matches!(actor.standing(seat, self.event.unit_id), Parent | Above),
            custodian: actor.directory.keeps(seat, self.unit, actor.today),
            named: self.named,
            submitted: self.submitted,
        };
        decide_of_unit(seat.function, action, actor.standing(seat, self.unit), ties)
    }

    /// Whether some seat of the actor may.
    #[must_use]
    pub fn may(&self, actor: &Actor, action: UnitAction) -> bool {
        let mut seats = actor.seats.iter();
        seats.any(|seat| self.decision(actor, seat, action) == Decision::Allowed)
    }

    /// The seat that may.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `OwnWork`, `SeatAmbiguous`.
    pub fn seat(&self, actor: &Actor, action: UnitAction, named: Option<Uuid>) -> Result<ActingSeat, Refusal> {
        granted(which_seat(&actor.seats, named, |seat| {
            self.decision(actor, seat, action)
        }))
    }
}

fn granted(verdict: Verdict) -> Result<ActingSeat, Refusal> {
    match verdict {
        Verdict::Granted(seat) => Ok(seat),
        Verdict::Ambiguous => Err(Refusal::seat_ambiguous()),
        Verdict::Forbidden => Err(Refusal::forbidden()),
        Verdict::OwnWork => Err(own_work()),
        Verdict::Hidden => Err(not_found()),
    }
}

/// An event the actor may know of, as a command is decided on it, and the seat that may: nobody else changes it meanwhile.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`; the database's.
pub async fn held(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    id: Uuid,
    (action, named): (Action, Option<Uuid>),
) -> Result<(event::Model, ActingSeat), Error> {
    let row = query::held(connection, actor, id).await?;
    let row = row.ok_or_else(|| not_found().at(["event"]))?;
    let seat = seat_of_host(actor, &row, (action, named))?;
    Ok((row, seat))
}

/// As [`held`], by a command that changes what belongs to the event but not the event: many at a time.
///
/// # Errors
/// As [`held`].
pub async fn shared(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    id: Uuid,
    (action, named): (Action, Option<Uuid>),
) -> Result<(event::Model, ActingSeat), Error> {
    let row = query::shared(connection, actor, id).await?;
    let row = row.ok_or_else(|| not_found().at(["event"]))?;
    let seat = seat_of_host(actor, &row, (action, named))?;
    Ok((row, seat))
}

/// The seat that may do something to an event the actor has been shown: who may not is told so, never that it is absent.
///
/// # Errors
/// `Forbidden`, `SeatAmbiguous`.
pub fn seat_of_host(
    actor: &Actor,
    row: &event::Model,
    (action, named): (Action, Option<Uuid>),
) -> Result<ActingSeat, Refusal> {
    let seat = Case::of_host(row).seat(actor, action, named);
    seat.map_err(|refusal| {
        if refusal.code == Code::NotFound {
            Refusal::forbidden().at(["event"])
        } else if refusal.field.is_empty() {
            refusal.at(["event"])
        } else {
            refusal
        }
    })
}

/// The one answer for what is absent and for what is hidden.
#[must_use]
pub fn not_found() -> Refusal {
    let text = Text::new("Kegiatan tidak ditemukan.", "The event was not found.");
    Refusal::new(Code::NotFound, text)
}

/// The one answer for an invitation that is absent or hidden.
#[must_use]
pub fn invitation_not_found() -> Refusal {
    let text = Text::new("Undangan tidak ditemukan.", "The invitation was not found.");
    Refusal::new(Code::NotFound, text)
}

fn own_work() -> Refusal {
    let text = Text::new(
        "Yang Anda kirim sendiri diputuskan oleh orang lain.",
        "Somebody else settles what you handed in.",
    );
    Refusal::new(Code::OwnWork, text)
}

/// That an event has changed since it was read.
#[must_use]
pub fn stale(row: &event::Model) -> Refusal {
    let text = Text::new(
        "Kegiatan ini sudah berubah sejak Anda membukanya; muat ulang lalu coba lagi.",
        "This event has changed since you read it; read it again and decide anew.",
    );
    Refusal::stale(text, row.version)
}
