//! The programs of the units and their tokens, as far as every request needs to know them: part of the directory, so that
//! a program proves itself without SQL and a revocation travels as fast as a dismissal.
use std::{
    collections::{BTreeMap, HashMap},
    net::IpAddr,
};

use chrono::{DateTime, NaiveDate, Utc};
use entity::{access_token, enums::Scope, service_account};
use ipnet::IpNet;
use uuid::Uuid;

use super::directory::Directory;
use crate::authz::{
    ActingSeat,
    service::{capped, keeps_doors},
};

/// A program of a unit.
pub type Program = service_account::Model;

/// A token of a program, without its hash and its uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken {
    pub id: Uuid,
    pub program: Uuid,
    pub name: String,
    pub hint: String,
    pub scopes: Vec<Scope>,
    /// Networks; none: from anywhere.
    pub address_ranges: Vec<String>,
    /// Whose rights bound it.
    pub created_by: Uuid,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
}

impl AccessToken {
    /// Whether it has neither been revoked nor run out.
    #[must_use]
    pub fn holds(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }

    /// Whether it may be used from an address. A network that cannot be read lets nobody in.
    #[must_use]
    pub fn admits(&self, address: IpAddr) -> bool {
        let within = |range: &String| range.parse().is_ok_and(|range: IpNet| range.contains(&address));
        self.address_ranges.is_empty() || self.address_ranges.iter().any(within)
    }
}

impl From<access_token::Model> for AccessToken {
    fn from(row: access_token::Model) -> Self {
        Self {
            id: row.id,
            program: row.service_account_id,
            name: row.name,
            hint: row.hint,
            scopes: row.scopes.0,
            address_ranges: row.address_ranges.0,
            created_by: row.created_by,
            created_at: row.created_at,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
        }
    }
}

/// Every program and every token there ever was.
#[derive(Debug, Default)]
pub struct Programs {
    /// In the order they were made, as their ids sort.
    programs: BTreeMap<Uuid, Program>,
    tokens: BTreeMap<Uuid, AccessToken>,
    tokens_by_hash: HashMap<Vec<u8>, Uuid>,
}

impl Programs {
    pub(super) fn new(programs: Vec<Program>, tokens: Vec<access_token::Model>) -> Self {
        let mut all = Self {
            programs: programs.into_iter().map(|program| (program.id, program)).collect(),
            ..Self::default()
        };
        for row in tokens {
            all.tokens_by_hash.insert(row.token_hash.clone(), row.id);
            all.tokens.insert(row.id, row.into());
        }
        all
    }

    /// Every program, in the order they were made.
    pub fn all(&self) -> impl Iterator<Item = &Program> {
        self.programs.values()
    }

    #[must_use]
    pub fn program(&self, id: Uuid) -> Option<&Program> {
        self.programs.get(&id)
    }

    #[must_use]
    pub fn token(&self, id: Uuid) -> Option<&AccessToken> {
        self.tokens.get(&id)
    }

    /// The token whose text has this SHA-256.
    #[must_use]
    pub fn token_by_hash(&self, hash: &[u8; 32]) -> Option<&AccessToken> {
        self.tokens_by_hash.get(hash.as_slice()).and_then(|id| self.token(*id))
    }

    /// The tokens of a program, in the order they were made.
    pub fn tokens_of(&self, program: Uuid) -> impl Iterator<Item = &AccessToken> {
        self.tokens.values().filter(move |token| token.program == program)
    }
}

impl Directory {
    /// The seats a token acts from on a day: those its maker may act from that day in the program's unit, each with no
    /// more rights than the scopes give it. None once the program has ended; none of it depends on what was when the
    /// token was made.
    #[must_use]
    pub fn seats_of_token(&self, token: Uuid, day: NaiveDate) -> Vec<ActingSeat> {
        let cap = |seat: ActingSeat, scopes: &[Scope]| {
            let function = capped(seat.function, scopes)?;
            Some(ActingSeat { function, ..seat })
        };
        self.makers_seats(token, day, cap)
    }

    /// The seats by which a token works the doors of its unit's events on a day: its maker's, as they are. They are asked about
    /// doors alone, never about anything that is read.
    #[must_use]
    pub fn door_seats_of_token(&self, token: Uuid, day: NaiveDate) -> Vec<ActingSeat> {
        self.makers_seats(token, day, |seat, scopes| {
            keeps_doors(seat.function, scopes).then_some(seat)
        })
    }

    /// Whether there is anything a token may do on a day: one that is good for nothing is nobody's.
    #[must_use]
    pub fn token_acts(&self, token: Uuid, day: NaiveDate) -> bool {
        !self.seats_of_token(token, day).is_empty() || !self.door_seats_of_token(token, day).is_empty()
    }

    fn makers_seats(
        &self,
        token: Uuid,
        day: NaiveDate,
        with: impl Fn(ActingSeat, &[Scope]) -> Option<ActingSeat>,
    ) -> Vec<ActingSeat> {
        let Some(token) = self.programs.token(token) else {
            return Vec::new();
        };
        let program = self.programs.program(token.program);
        let Some(program) = program.filter(|program| program.ended_at.is_none()) else {
            return Vec::new();
        };
        let held = self.acting_seats(token.created_by, day).into_iter();
        held.filter(|seat| seat.unit == program.unit_id)
            .filter_map(|seat| with(seat, &token.scopes))
            .collect()
    }
}
