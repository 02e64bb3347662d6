//! Who is asking: the only key to a use case.
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::{
    authz::{ActingSeat, Standing},
    clock::day_in_jakarta,
    identity::{Credential, Proof},
    services::Services,
    territory::directory::Directory,
};

/// A person who has signed in, with the seats held today and the directory they were read from.
#[derive(Clone)]
pub struct Actor {
    pub account: Uuid,
    /// By what the account proved itself.
    pub credential: Credential,
    pub seats: Vec<ActingSeat>,
    pub directory: Arc<Directory>,
    /// The day in Jakarta by which seats, units and regions were judged valid.
    pub today: NaiveDate,
}

impl Actor {
    /// From a proof of identity, which only a verified token gives.
    #[must_use]
    pub fn new(proof: &Proof, directory: Arc<Directory>, now: DateTime<Utc>) -> Self {
        let today = day_in_jakarta(now);
        let seats = directory.acting_seats(proof.account(), today);
        Self {
            account: proof.account(),
            credential: proof.credential(),
            seats,
            directory,
            today,
        }
    }

    /// Somebody else as the rules would see them, with some of their seats: to be asked about, never to act.
    #[must_use]
    pub fn supposing(&self, account: Uuid, seats: Vec<ActingSeat>) -> Self {
        Self {
            account,
            seats,
            ..self.clone()
        }
    }

    /// Where the unit of one of the actor's seats stands to a record's unit.
    #[must_use]
    pub fn standing(&self, seat: &ActingSeat, unit: Uuid) -> Standing {
        self.directory.tree.standing(seat.unit, unit)
    }
}

/// One request of an actor.
#[derive(Clone)]
pub struct Session {
    pub actor: Actor,
    pub services: Arc<Services>,
    /// What the client named this command, so that sending it twice does it once.
    pub idempotency_key: Option<String>,
    proof: Proof,
}

impl Session {
    #[must_use]
    pub fn new(proof: Proof, services: Arc<Services>, idempotency_key: Option<String>) -> Self {
        let actor = Actor::new(&proof, services.directory.load(), services.clock.now());
        Self {
            actor,
            services,
            idempotency_key,
            proof,
        }
    }

    #[must_use]
    pub fn proof(&self) -> &Proof {
        &self.proof
    }

    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.services.clock.now()
    }
}
