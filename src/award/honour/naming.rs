//! Who an award went to, by name.
use entity::{award, enums::AwardRecipient};

use crate::territory::directory::Directory;

/// The name of whom an award went to: a unit as it was called when it was announced, somebody with an account as they are called
/// now, anybody else as they were entered. None of somebody who was erased.
#[must_use]
pub fn honoured(directory: &Directory, row: &award::Model) -> Option<String> {
    match (row.recipient, row.account_id) {
        (AwardRecipient::Unit, _) => unit_on(directory, row),
        (AwardRecipient::Person | AwardRecipient::Outsider, Some(account)) => {
            let person = directory.person(account).filter(|person| !person.erased);
            person.map(|person| person.name.clone())
        }
        (AwardRecipient::Person | AwardRecipient::Outsider, None) => row.name.clone(),
    }
}

/// What the unit was called when the award was announced.
#[must_use]
pub fn unit_on(directory: &Directory, row: &award::Model) -> Option<String> {
    let life = directory.history.life(row.unit_id)?;
    Some(life.name_on(row.announced_on).to_owned())
}
