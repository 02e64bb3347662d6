//! Accounts, sign-in, sessions and tokens: who is asking.
//!
//! A sign-in opens a session and gives an access token of minutes and a refresh token that is rotated at every use. Ending
//! a session reaches every process within a second ([`revocation`]); a write does not wait for that, it asks the database.
use uuid::Uuid;

pub mod act;
pub mod contact_read;
pub mod erasure;
pub mod export;
pub mod graphql;
pub mod keys;
pub mod password;
pub mod query;
pub mod refresh;
pub mod revocation;
pub mod service;
pub mod throttle;
pub mod token;
pub mod vault;

/// What the process needs to prove who is asking.
pub struct Identity {
    pub tokens: token::Tokens,
    pub hasher: password::Hasher,
    pub throttle: throttle::Throttle,
    pub revocations: revocation::Revocations,
    pub vault: vault::Vault,
}

/// By what somebody proved who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    /// A person's sign-in.
    Session(Uuid),
}

/// That an account has proved itself. Only this slice makes one.
#[derive(Clone, Debug)]
pub struct Proof {
    account: Uuid,
    credential: Credential,
}

impl Proof {
    #[must_use]
    pub fn account(&self) -> Uuid {
        self.account
    }

    #[must_use]
    pub fn credential(&self) -> Credential {
        self.credential
    }
}
