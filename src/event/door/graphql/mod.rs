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

/// Who asks at the door: a device, or else somebody who has signed in.
///
/// # Errors
/// `Unauthenticated` where it is neither.
pub(super) fn caller<'r>(ctx: &Context<'r>) -> Result<Caller<'r>, Error> {
    let request = ctx.request();
    match request.device {
        Some(device) => Ok(Caller::Device(&request.services, device)),
        None => Ok(Caller::Person(ctx.session()?)),
    }
}
