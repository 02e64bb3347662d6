//! Who is asking: the only key to a use case.
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use entity::enums::{Function, Scope};
use uuid::Uuid;

use crate::{
    authz::{ActingSeat, Decision, Standing, Verdict, which_seat},
    clock::day_in_jakarta,
    error::Refusal,
    identity::{Credential, Proof},
    services::Services,
    territory::directory::Directory,
};

/// A person who has signed in, or a program that acts with some of a person's rights, with the seats held today and the
/// directory they were read from.
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
        let seats = match proof.credential() {
            Credential::Session(_) => directory.acting_seats(proof.account(), today),
            Credential::Token { token, program: _ } => directory.seats_of_token(token, today),
        };
        Self {
            account: proof.account(),
            credential: proof.credential(),
            seats,
            directory,
            today,
        }
    }

    /// Somebody who is not here, as the rules would see that person signed in: to be asked about, never to act. The session is
    /// nobody's, so that no write would take it.
    #[must_use]
    pub fn imagined(account: Uuid, directory: Arc<Directory>, today: NaiveDate) -> Self {
        Self {
            account,
            credential: Credential::Session(Uuid::nil()),
            seats: directory.acting_seats(account, today),
            directory,
            today,
        }
    }

    /// The program that acts, if it is one.
    #[must_use]
    pub fn program(&self) -> Option<Uuid> {
        self.credential.program()
    }

    /// Whether the actor may do anything at all: of a program only while its maker's seats give its token something.
    #[must_use]
    pub fn may_act(&self) -> bool {
        match self.credential {
            Credential::Session(_) => true,
            Credential::Token { token, program: _ } => self.directory.token_acts(token, self.today),
        }
    }

    /// The seats by which a program works the doors of its unit's events, with that unit; None of a person.
    #[must_use]
    pub fn door_seats(&self) -> Option<(Uuid, Vec<ActingSeat>)> {
        let Credential::Token { token, program } = self.credential else {
            return None;
        };
        let unit = self.directory.programs.program(program)?.unit_id;
        Some((unit, self.directory.door_seats_of_token(token, self.today)))
    }

    /// Whether people may be told at all. Which ones is asked besides.
    #[must_use]
    pub fn reads_people(&self) -> bool {
        match self.credential {
            Credential::Session(_) => true,
            Credential::Token { token, program: _ } => {
                let token = self.directory.programs.token(token);
                token.is_some_and(|token| token.scopes.contains(&Scope::PeopleRead))
            }
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

    /// The one seat of the actor that may do something to what is no secret; `forbidden` where none may.
    ///
    /// # Errors
    /// `forbidden`, and `SeatAmbiguous`.
    pub fn seat_that_may(
        &self,
        named: Option<Uuid>,
        forbidden: Refusal,
        decide: impl Fn(&ActingSeat) -> Decision,
    ) -> Result<ActingSeat, Refusal> {
        match which_seat(&self.seats, named, decide) {
            Verdict::Granted(seat) => Ok(seat),
            Verdict::Ambiguous => Err(Refusal::seat_ambiguous()),
            Verdict::Forbidden | Verdict::OwnWork | Verdict::Hidden => Err(forbidden),
        }
    }

    /// The seats that deal with content: those who keep people and those who review for RI do not. Of a program none: what is
    /// read by them names people, and no scope of a token is for that.
    pub fn content_seats(&self) -> impl Iterator<Item = &ActingSeat> {
        let is_person = self.program().is_none();
        self.seats.iter().filter(move |seat| {
            let content = matches!(
                seat.function,
                Function::Staff | Function::Head | Function::Observer | Function::Coordinator
            );
            is_person && content
        })
    }

    /// Whom records name when they name the actor: a program is nobody.
    #[must_use]
    pub fn oneself(&self) -> Option<Uuid> {
        self.program().is_none().then_some(self.account)
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

    /// The same request, by the newest directory.
    #[must_use]
    pub fn renewed(&self) -> Self {
        Self::new(
            self.proof.clone(),
            Arc::clone(&self.services),
            self.idempotency_key.clone(),
        )
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
