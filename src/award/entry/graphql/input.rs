//! What commands on entries are given.
use async_graphql::{ID, InputObject, MaybeUndefined};

use super::words::AwardVerdict;
use crate::{
    award::{
        entry::{
            automatic::Automatic,
            nominating::{Edit, Nominate},
            settling::Advance,
            work::{Link, Work},
        },
        workflow::EntryStep,
    },
    error::Error,
    graphql::{id::Kind, input::change},
};

/// A page on the web that proves something.
#[derive(InputObject)]
pub struct AwardLinkInput {
    /// What it is, at most 200 characters.
    title: String,
    /// Its http or https address, at most 2,000 characters.
    url: String,
    /// A copy of the page, as a file you uploaded. Owed when the entry is submitted.
    copy: Option<ID>,
}

fn links(given: Vec<AwardLinkInput>) -> Result<Vec<Link>, Error> {
    let link = |link: AwardLinkInput| {
        Ok(Link {
            title: link.title,
            url: link.url,
            copy: Kind::File.maybe(link.copy.as_ref())?,
        })
    };
    given.into_iter().map(link).collect()
}

/// Whom to enter for an award, what for, and why.
#[derive(InputObject)]
pub struct NominateInput {
    /// The category.
    category: ID,
    /// The unit that is entered, or whose person is, or that names an outsider: your own or one beneath it. Left out: the unit
    /// of the seat that acts.
    unit: Option<ID>,
    /// In a category for people: somebody with an account who holds a seat of the unit.
    account: Option<ID>,
    /// In a category for people, without `account`: the person's name; in one for outsiders: theirs. At most 200 characters.
    name: Option<String>,
    /// What for, at most 200 characters.
    title: Option<String>,
    /// Why, at most 10,000 characters; owed at submission where jurors judge.
    statement: Option<String>,
    /// Pages that prove it, at most 30.
    #[graphql(default)]
    links: Vec<AwardLinkInput>,
    /// Files that prove it, that you uploaded, at most 30.
    #[graphql(default)]
    files: Vec<ID>,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

impl NominateInput {
    pub(super) fn resolve(self) -> Result<Nominate, Error> {
        Ok(Nominate {
            category: Kind::AwardCategory.uuid(&self.category)?,
            unit: Kind::Unit.maybe(self.unit.as_ref())?,
            account: Kind::Account.maybe(self.account.as_ref())?,
            name: self.name,
            work: Work {
                title: self.title,
                statement: self.statement,
                links: links(self.links)?,
                files: Kind::File.uuids(&self.files)?,
            },
            seat: Kind::Seat.maybe(self.seat.as_ref())?,
        })
    }
}

/// What is to change about an entry. What is left out stays as it is; null takes away what may be missing.
#[derive(InputObject)]
pub struct EditAwardEntryInput {
    /// The entry.
    entry: ID,
    /// The version you read.
    expected_version: i32,
    /// How an outsider, or a person without an account, is written.
    name: Option<String>,
    /// What for, at most 200 characters.
    title: MaybeUndefined<String>,
    /// Why, at most 10,000 characters.
    statement: MaybeUndefined<String>,
    /// All pages that prove it, at most 30.
    links: Option<Vec<AwardLinkInput>>,
    /// All files that prove it, at most 30: those it holds, or that you uploaded.
    files: Option<Vec<ID>>,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

impl EditAwardEntryInput {
    pub(super) fn resolve(self) -> Result<Edit, Error> {
        let files = self.files.map(|files| Kind::File.uuids(&files));
        Ok(Edit {
            entry: Kind::AwardEntry.uuid(&self.entry)?,
            expected_version: self.expected_version,
            name: self.name,
            title: change(self.title),
            statement: change(self.statement),
            links: self.links.map(links).transpose()?,
            files: files.transpose()?,
            seat: Kind::Seat.maybe(self.seat.as_ref())?,
        })
    }
}

/// Which entry to submit.
#[derive(InputObject)]
pub struct SubmitAwardEntryInput {
    /// The entry.
    entry: ID,
    /// The version you read.
    expected_version: i32,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

impl SubmitAwardEntryInput {
    pub(super) fn resolve(self) -> Result<Advance, Error> {
        Ok(Advance {
            entry: Kind::AwardEntry.uuid(&self.entry)?,
            expected_version: self.expected_version,
            reason: None,
            seat: Kind::Seat.maybe(self.seat.as_ref())?,
        })
    }
}

macro_rules! steps_with_reason {
    ($($(#[$about:meta])* $name:ident;)*) => {
        $(
            $(#[$about])*
            #[derive(InputObject)]
            pub struct $name {
                /// The entry.
                entry: ID,
                /// The version you read.
                expected_version: i32,
                /// Why, at most 2,000 characters.
                reason: String,
                /// Which of your seats acts; may be left out when exactly one may.
                seat: Option<ID>,
            }

            impl $name {
                pub(super) fn resolve(self) -> Result<Advance, Error> {
                    Ok(Advance {
                        entry: Kind::AwardEntry.uuid(&self.entry)?,
                        expected_version: self.expected_version,
                        reason: Some(self.reason),
                        seat: Kind::Seat.maybe(self.seat.as_ref())?,
                    })
                }
            }
        )*
    };
}

steps_with_reason! {
    /// Which entry to send back, and for what.
    ReturnAwardEntryInput;
    /// Which entry to take back, and why.
    WithdrawAwardEntryInput;
    /// Which entry to strike out, and why.
    DisqualifyAwardEntryInput;
}

/// What comes of verifying an entry.
#[derive(InputObject)]
pub struct VerifyAwardEntryInput {
    /// The entry.
    entry: ID,
    /// The version you read.
    expected_version: i32,
    /// What comes of it.
    verdict: AwardVerdict,
    /// Why it is not eligible, at most 2,000 characters; owed with INELIGIBLE.
    reason: Option<String>,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

impl VerifyAwardEntryInput {
    pub(super) fn resolve(self) -> Result<(EntryStep, Advance), Error> {
        let step = match self.verdict {
            AwardVerdict::Eligible => EntryStep::Verify,
            AwardVerdict::Ineligible => EntryStep::Reject,
        };
        let advance = Advance {
            entry: Kind::AwardEntry.uuid(&self.entry)?,
            expected_version: self.expected_version,
            reason: self.reason,
            seat: Kind::Seat.maybe(self.seat.as_ref())?,
        };
        Ok((step, advance))
    }
}

/// In which category to enter whoever reported and fulfils the rules.
#[derive(InputObject)]
pub struct NominateAutomaticallyInput {
    /// The category; one for units.
    category: ID,
    /// Only tell what would come of it; nothing is kept.
    #[graphql(default)]
    dry_run: bool,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

impl NominateAutomaticallyInput {
    pub(super) fn resolve(self) -> Result<Automatic, Error> {
        Ok(Automatic {
            category: Kind::AwardCategory.uuid(&self.category)?,
            dry_run: self.dry_run,
            seat: Kind::Seat.maybe(self.seat.as_ref())?,
        })
    }
}
