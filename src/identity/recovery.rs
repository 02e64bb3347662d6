//! Coming back in after a password was forgotten.
use crate::{error::Error, mail::Letter, services::Services};

/// The letter that lets the owner of an address set a new password; None where no account has it. Asked when it is about
/// to be sent, and asked again when sending it failed.
///
/// # Errors
/// The database's.
#[expect(clippy::unused_async, reason = "it is going to ask the database")]
pub async fn letter_for(_services: &Services, _email: &str) -> Result<Option<Letter>, Error> {
    Ok(None)
}
