//! What a resolver may ask of its request.
use std::{
    net::IpAddr,
    sync::{Arc, OnceLock},
};

use async_graphql::{Context, dataloader::DataLoader, runtime::TokioTimer};
use futures_util::task::{FutureObj, Spawn, SpawnError};
use uuid::Uuid;

use super::problem::{UserError, settle};
use crate::{
    db::on_behalf, error::Error, event::door::device::Device, identity::contact_read::ContactsRead, locale::Language,
    services::Services, session::Session,
};

/// What the edge knows of a request.
pub struct RequestContext {
    pub session: CurrentSession,
    /// The device that asks, at the door of an event; then nobody is signed in.
    pub device: Option<Device>,
    pub services: Arc<Services>,
    pub language: Language,
    /// Where the request came from, proxies the operator trusts apart.
    pub address: IpAddr,
    /// Whether the document holds several mutations: then each has a place of its own under the idempotency key.
    pub several_commands: bool,
    /// Whose contact data goes into the answer.
    pub contacts_read: Arc<ContactsRead>,
    /// What the operation was counted to cost.
    pub complexity: usize,
    pub complexity_limit: usize,
}

/// The session of a request. A command that changes the directory leaves one that sees what it changed, for what is
/// rendered after it; what was borrowed from the one before stays good as long as the request.
#[derive(Default)]
pub struct CurrentSession {
    /// None: nobody is signed in.
    session: Option<Session>,
    renewed: OnceLock<Box<Self>>,
}

impl CurrentSession {
    #[must_use]
    pub fn new(session: Option<Session>) -> Self {
        Self {
            session,
            renewed: OnceLock::new(),
        }
    }

    /// The newest.
    #[must_use]
    pub fn get(&self) -> Option<&Session> {
        match self.renewed.get() {
            Some(renewed) => renewed.get(),
            None => self.session.as_ref(),
        }
    }

    /// Looks at the directory again, if it has changed.
    pub fn renew(&self) {
        let Some(session) = self.get() else { return };
        if session.services.directory.load().version == session.actor.directory.version {
            return;
        }
        let mut newest = self;
        while let Some(renewed) = newest.renewed.get() {
            newest = renewed;
        }
        // Commands run one after the other, so nobody else renews at the same time; if somebody did, theirs is as new.
        let _set = newest.renewed.set(Box::new(Self::new(Some(session.renewed()))));
    }
}

/// Shorthands for resolvers.
pub trait Ask<'r> {
    /// The request's context.
    fn request(&self) -> &'r RequestContext;

    /// The actor's session.
    ///
    /// # Errors
    /// `Unauthenticated` when nobody is signed in.
    fn session(&self) -> Result<&'r Session, Error> {
        self.request().session.get().ok_or(Error::Unauthenticated)
    }

    /// Notes that a person's contact data goes into the answer. Who is not signed in is shown none but the own.
    fn reads_contact_of(&self, subject: Uuid) {
        let request = self.request();
        if let Some(session) = request.session.get() {
            request.contacts_read.note(session.actor.account, subject);
        }
    }

    /// What tells this field apart from others that share the document's idempotency key.
    fn command_field(&self) -> String;

    /// Divides a command's result into object and user errors. What is rendered next sees what the command changed.
    ///
    /// # Errors
    /// Whatever is no business refusal.
    fn settle<T>(&self, result: Result<T, Error>) -> Result<(Option<T>, Vec<UserError>), Error> {
        self.request().session.renew();
        settle(result, self.request().language)
    }
}

impl<'r> Ask<'r> for Context<'r> {
    fn request(&self) -> &'r RequestContext {
        self.data_unchecked::<RequestContext>()
    }

    fn command_field(&self) -> String {
        let field = self.field();
        if self.request().several_commands {
            field.alias().unwrap_or(field.name()).to_owned()
        } else {
            String::new()
        }
    }
}

/// A loader that batches what one request asks for; never shared between requests, whose scopes differ.
pub fn loader<L>(load: L) -> DataLoader<L> {
    DataLoader::new(load, OnBehalf, TokioTimer::default())
}

/// Batches run in tasks of their own; what they send counts for the operation that asked.
struct OnBehalf;

impl Spawn for OnBehalf {
    fn spawn_obj(&self, future: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        tokio::spawn(on_behalf(future));
        Ok(())
    }
}

/// Declares the payload of a mutation: its object, null exactly when there are user errors, and those.
#[macro_export]
macro_rules! payload {
    ($(#[$about:meta])* $name:ident { $(#[$object_about:meta])* $object:ident: $type:ty }) => {
        $(#[$about])*
        #[derive(async_graphql::SimpleObject)]
        pub struct $name {
            $(#[$object_about])*
            pub $object: Option<$type>,
            /// Why nothing was done; empty when it was.
            pub user_errors: Vec<$crate::graphql::problem::UserError>,
        }

        impl From<(Option<$type>, Vec<$crate::graphql::problem::UserError>)> for $name {
            fn from(($object, user_errors): (Option<$type>, Vec<$crate::graphql::problem::UserError>)) -> Self {
                Self { $object, user_errors }
            }
        }
    };
}
