//! The door of an event in the API.
pub mod input;
pub mod loader;
pub mod mutation;
pub mod query;
pub mod types;
pub mod words;

use async_graphql::Context;

use super::desk::Caller;
use crate::{error::Error, graphql::context::Ask};

/// Who asks at the door: a device, or else a program or somebody who has signed in.
///
/// # Errors
/// `Unauthenticated` where it is neither.
pub(super) fn caller<'r>(ctx: &Context<'r>) -> Result<Caller<'r>, Error> {
    let request = ctx.request();
    if let Some(device) = request.device {
        return Ok(Caller::Device(&request.services, device));
    }
    let session = ctx.session()?;
    Ok(match session.actor.program() {
        Some(program) => Caller::Program(session, program),
        None => Caller::Person(session),
    })
}
