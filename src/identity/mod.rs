//! Accounts, sign-in, sessions and tokens: who is asking.
//!
//! A sign-in opens a session and gives an access token of minutes and a refresh token that is rotated at every use. Ending
//! a session reaches every process within a second ([`revocation`]); a write does not wait for that, it asks the database.
use entity::enums::Function;
use uuid::Uuid;

pub mod account;
pub mod act;
pub mod attempts;
pub mod bulk;
pub mod code;
pub mod contact_read;
pub mod door_key;
pub mod email;
pub mod erasure;
pub mod export;
pub mod graphql;
pub mod invitation;
pub mod jwks;
pub mod keys;
pub mod letters;
pub mod link;
pub mod password;
pub mod program;
pub mod query;
pub mod reach;
pub mod receipt_key;
pub mod recovery;
pub mod refresh;
pub mod revocation;
pub mod rotation;
pub mod second_factor;
pub mod secret;
pub mod service;
pub mod sessions;
pub mod strength;
pub mod throttle;
pub mod token;
pub mod uses;
pub mod vault;

/// What the process needs to prove who is asking.
pub struct Identity {
    pub tokens: token::Tokens,
    pub links: link::Links,
    pub receipts: receipt_key::ReceiptKeys,
    pub doors: door_key::DoorKeys,
    pub hasher: password::Hasher,
    pub throttle: throttle::Throttle,
    pub revocations: revocation::Revocations,
    pub vault: vault::Vault,
    /// Of the tokens of programs.
    pub uses: uses::Uses,
    /// Whose seats ask for a second factor.
    pub second_factor_for: Vec<Function>,
}

/// By what somebody proved who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    /// A person's sign-in.
    Session(Uuid),
    /// A token of a program, which acts with what its maker may do, and never beyond its scopes.
    Token { token: Uuid, program: Uuid },
}

impl Credential {
    /// The program that acts, if it is one.
    #[must_use]
    pub fn program(self) -> Option<Uuid> {
        match self {
            Self::Session(_) => None,
            Self::Token { token: _, program } => Some(program),
        }
    }
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
