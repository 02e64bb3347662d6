//! What an edition comes to: reckoned out of what juries scored, ratified whole, announced, and handed out so that anybody can
//! reckon it again.
//!
//! `freezing` makes of rows what `ranking` reckons from, `listing` computes and ratifies, `announcing` makes honours of a ratified
//! list and closes the edition, `exporting` writes the bundle. A list is read by who commands the edition, and once announced by
//! everybody who reads the edition ([`is_shown`]).
pub mod announcing;
pub mod exporting;
pub mod freezing;
pub mod graphql;
pub mod http;
pub mod listing;
pub mod query;

use entity::{award_edition, award_list, enums::AwardListStatus};

use super::sight::Case;
use crate::{authz::policy::award::Action, session::Actor};

/// Whether a list was told to everybody who reads the edition.
#[must_use]
pub fn was_announced(status: AwardListStatus) -> bool {
    match status {
        AwardListStatus::Announced | AwardListStatus::Superseded => true,
        AwardListStatus::Computed | AwardListStatus::Ratified => false,
    }
}

/// Whether a list of an edition that was shown is shown to the actor.
#[must_use]
pub fn is_shown(actor: &Actor, edition: &award_edition::Model, list: &award_list::Model) -> bool {
    was_announced(list.status) || Case::of_issuer(edition).may(actor, Action::Command)
}
