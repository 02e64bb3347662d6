//! Certificates of attendance in the API.
use std::{collections::HashMap, sync::Arc};

use async_graphql::{
    Context, ID, InputObject, Object, SimpleObject,
    dataloader::{DataLoader, Loader},
};
use entity::certificate;
use uuid::Uuid;

use super::{Issue, Revoke, issue, query, revoke};
use crate::{
    award::{graphql::types::AwardEdition, honour::certifying as awards},
    certificate::{graphql::Certificate, query as certificates},
    connection,
    error::Error,
    event::graphql::{loader::EventLoader, types::Event},
    graphql::{
        context::Ask,
        id::Kind,
        page::{Arguments, cursor},
        problem::{UserError, of_field},
    },
    payload,
};

connection!(
    CertificateConnection,
    CertificateEdge,
    Certificate,
    CountedCertificates,
    "certificates"
);

/// How many certificates of an event the caller may know of, counted when asked for.
pub struct CountedCertificates(Uuid);

impl CountedCertificates {
    /// As the connection calls it.
    ///
    /// # Errors
    /// The database's.
    pub async fn count(&self, ctx: &Context<'_>) -> Result<u64, Error> {
        let session = ctx.session()?;
        let of_event = query::delegates_of(self.0);
        certificates::count(session.services.db.reader(), &session.actor, of_event).await
    }
}

/// The certificates of an event that the caller may know of.
///
/// # Errors
/// `BadInput` for the arguments; the database's.
pub async fn of_event(
    ctx: &Context<'_>,
    event: Uuid,
    arguments: Arguments,
) -> async_graphql::Result<CertificateConnection> {
    const LIST: &str = "event-certificates";
    let session = ctx.session()?;
    let window = arguments.window::<Uuid>(LIST)?;
    let of_event = query::delegates_of(event);
    let page = certificates::page(session.services.db.reader(), &session.actor, of_event, &window).await?;
    let page = page.map(|row| (cursor(LIST, &row.id), Certificate(row)));
    Ok(CertificateConnection::new(page, CountedCertificates(event)))
}

/// The certificate of a delegate, if the caller may know of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CertificateOf(pub Uuid);

impl Loader<CertificateOf> for EventLoader {
    type Value = certificate::Model;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[CertificateOf]) -> Result<HashMap<CertificateOf, Self::Value>, Arc<Error>> {
        let Some(actor) = &self.actor else {
            return Ok(HashMap::new());
        };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = certificates::of_subjects(self.services.db.reader(), actor, &ids).await?;
        Ok(found
            .into_iter()
            .map(|row| (CertificateOf(row.subject_id), row))
            .collect())
    }
}

/// The certificate of a delegate; None where there is none the caller may know of.
pub async fn of_delegate(ctx: &Context<'_>, delegate: Uuid) -> Option<async_graphql::Result<Certificate>> {
    let loader = ctx.data_unchecked::<DataLoader<EventLoader>>();
    let found = loader.load_one(CertificateOf(delegate)).await.map_err(of_field);
    found.map(|row| row.map(Certificate)).transpose()
}

/// For which event, or for which edition of awards, certificates are to be issued: give exactly one of the two.
#[derive(InputObject)]
pub struct IssueCertificatesInput {
    /// The event.
    event: Option<ID>,
    /// The edition of awards.
    edition: Option<ID>,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

/// Which certificate is to attest nothing any more, and why.
#[derive(InputObject)]
pub struct RevokeCertificateInput {
    /// The certificate.
    certificate: ID,
    /// Why, at most 2,000 characters. Everybody reads it who looks the certificate up: name nobody in it.
    reason: String,
    /// Which of your seats acts; may be left out when exactly one may.
    seat: Option<ID>,
}

/// What became of `issueCertificates`.
#[derive(SimpleObject)]
pub struct IssueCertificatesPayload {
    /// The event, with its certificates.
    event: Option<Event>,
    /// The edition, whose awards have their certificates.
    edition: Option<AwardEdition>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

payload! {
    /// What became of `revokeCertificate`.
    RevokeCertificatePayload {
        /// The certificate, revoked.
        certificate: Certificate
    }
}

#[derive(Default)]
pub struct CertificateMutation;

#[Object]
impl CertificateMutation {
    /// Sign a certificate for everybody who deserves one and has none: who was present at an event whose attendance is sealed, by
    /// HEAD of the host; or whom an announced edition of awards honours, winners and nominees alike, by HEAD of the issuer; at RI by
    /// a COORDINATOR. Whoever has one keeps it, so it may be done again after a correction.
    async fn issue_certificates(
        &self,
        ctx: &Context<'_>,
        input: IssueCertificatesInput,
    ) -> async_graphql::Result<IssueCertificatesPayload> {
        let (session, field) = (ctx.session()?, ctx.command_field());
        let seat = Kind::Seat.maybe(input.seat.as_ref())?;
        match (&input.event, &input.edition) {
            (Some(event), None) => {
                let event = Kind::Event.uuid(event)?;
                let result = issue(session, &field, Issue { event, seat }).await;
                let (event, user_errors) = ctx.settle(result.map(Event::from))?;
                Ok(IssueCertificatesPayload {
                    event,
                    edition: None,
                    user_errors,
                })
            }
            (None, Some(edition)) => {
                let edition = Kind::AwardEdition.uuid(edition)?;
                let given = awards::Issue { edition, seat };
                let result = awards::issue(session, &field, given).await;
                let (edition, user_errors) = ctx.settle(result.map(AwardEdition::from))?;
                Ok(IssueCertificatesPayload {
                    event: None,
                    edition,
                    user_errors,
                })
            }
            (Some(_), Some(_)) | (None, None) => Err(Error::bad_input(
                "Berikan `event` atau `edition`, tepat satu.",
                "Give `event` or `edition`, exactly one of the two.",
            )
            .into()),
        }
    }

    /// Revoke a certificate of attendance for good: HEAD of the host, at RI a COORDINATOR. A reason is owed; whoever looks the
    /// certificate up is told when and why. No other is issued to the same delegate. That of an award is revoked by `revokeAward`.
    async fn revoke_certificate(
        &self,
        ctx: &Context<'_>,
        input: RevokeCertificateInput,
    ) -> async_graphql::Result<RevokeCertificatePayload> {
        let given = Revoke {
            certificate: Kind::Certificate.uuid(&input.certificate)?,
            reason: input.reason,
            seat: Kind::Seat.maybe(input.seat.as_ref())?,
        };
        let result = revoke(ctx.session()?, &ctx.command_field(), given).await;
        Ok(ctx.settle(result.map(Certificate))?.into())
    }
}
