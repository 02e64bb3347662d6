//! Receipts in the API: for those who see the report, and for anybody who has a code.
use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, SimpleObject, dataloader::DataLoader};
use entity::{enums, receipt};

use super::{
    handover::HandoverSession,
    loader::{VisibleReport, VisibleReports},
    types::Report,
};
use crate::{
    error::Error,
    graphql::{context::Ask, id::Kind, problem::of_field, scalars::DateTime},
    report::receipt::{
        payload::Payload,
        query,
        verification::{self, Sequel, Shown, ShownSeat, Verified},
    },
    territory::graphql::{Position, Seat},
};

/// Who may be told of a record beyond those who work on it.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::Openness")]
pub enum Openness {
    /// Meant for the public. Nothing is published by that alone.
    Public,
    /// For those who work on it, which is how every record begins.
    Internal,
    /// Exempt from publication by law: in public not even its unit is told.
    Exempt,
}

#[derive(Clone)]
pub struct Receipt {
    row: Arc<receipt::Model>,
    payload: Arc<Payload>,
}

impl Receipt {
    /// A receipt whose report the caller sees.
    ///
    /// # Errors
    /// Where what was signed is none of ours.
    pub fn of(row: receipt::Model) -> Result<Self, Error> {
        Ok(Self {
            payload: Arc::new(Payload::read(&row.payload)?),
            row: Arc::new(row),
        })
    }
}

/// What the server attests of a report that was received: which revision went from which seat to which, where and when. It
/// names seats and units, never a person, and is no certified electronic signature (TTE). How it is verified without this
/// server is told in docs/receipts.md. Seen by whoever sees the report.
#[Object]
impl Receipt {
    /// The global id.
    pub async fn id(&self) -> ID {
        Kind::Receipt.id(self.row.id)
    }

    /// By which anybody who holds the receipt looks it up: at `/verify/{code}` and by `verifyReceipt`.
    async fn code(&self) -> &str {
        &self.row.code
    }

    /// The report; null where you no longer see it.
    async fn report(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Report>> {
        let loader = ctx.data_unchecked::<DataLoader<VisibleReports>>();
        let found = loader.load_one(VisibleReport(self.row.report_id)).await;
        found.map(|row| row.map(Report::from)).map_err(of_field).transpose()
    }

    /// The session in which the report changed hands.
    async fn session(&self) -> HandoverSession {
        HandoverSession(self.row.session_id)
    }

    /// The number of the revision that was received.
    async fn revision(&self) -> i32 {
        self.payload.revision.number
    }

    /// The SHA-256 of that revision, hexadecimal.
    async fn sha256(&self) -> &str {
        &self.payload.revision.sha256
    }

    /// The seat that handed over.
    async fn giver(&self) -> Seat {
        Seat(self.payload.giver.id)
    }

    /// The seat that received.
    async fn receiver(&self) -> Seat {
        Seat(self.payload.receiver.id)
    }

    /// Where.
    async fn place(&self) -> &str {
        &self.payload.handover.place
    }

    /// When it was received, and signed.
    async fn received_at(&self) -> DateTime {
        DateTime(self.row.issued_at)
    }

    /// What was signed: canonical JSON (RFC 8785), byte for byte.
    async fn payload(&self) -> &str {
        &self.row.payload
    }

    /// Ed25519 over the UTF-8 bytes of `payload`, in base64url without padding.
    async fn signature(&self) -> &str {
        &self.row.signature
    }

    /// The name of the key that signed, as at `/.well-known/receipt-keys.json`.
    async fn kid(&self) -> &str {
        &self.row.kid
    }
}

/// What takes back what a receipt seems to promise.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "Sequel")]
pub enum ReceiptSequel {
    /// The report was declined later.
    Declined,
    /// The acceptance of the report was retracted.
    AcceptanceRetracted,
    /// The accepted report was reopened, to be revised.
    Reopened,
}

/// Something that happened to the report after it was received.
#[derive(SimpleObject)]
pub struct ReceiptSince {
    /// What.
    what: ReceiptSequel,
    /// When.
    at: DateTime,
}

pub struct ReceiptVerification(Verified);

/// What anybody is told of a receipt who has its code.
#[Object]
impl ReceiptVerification {
    /// The code, as it is written.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Whether the signature holds, computed at this moment.
    async fn valid(&self) -> bool {
        self.0.valid
    }

    /// What was signed; null where the signature does not hold.
    async fn receipt(&self) -> Option<PublicReceipt> {
        self.0.receipt.clone().map(PublicReceipt)
    }

    /// What was taken back since, earliest first.
    async fn since(&self) -> Vec<ReceiptSince> {
        let told = |since: &verification::Since| ReceiptSince {
            what: since.what.into(),
            at: DateTime(since.at),
        };
        self.0.since.iter().map(told).collect()
    }

    /// Whether the revision that was received is the one in force.
    async fn is_revision_in_force(&self) -> bool {
        self.0.is_revision_in_force
    }
}

pub struct PublicReceipt(Shown);

/// A receipt as it is shown in public.
#[Object]
impl PublicReceipt {
    /// What the report was asked by; null where it is exempt.
    async fn template(&self) -> Option<&str> {
        self.0.report.as_ref().map(|report| report.template.as_str())
    }

    /// The round of the report; null where it is exempt.
    async fn cycle(&self) -> Option<&str> {
        self.0.report.as_ref().map(|report| report.cycle.as_str())
    }

    /// The unit whose report it is; null where it is exempt.
    async fn unit(&self) -> Option<&str> {
        self.0.report.as_ref().map(|report| report.unit.as_str())
    }

    /// The code of that unit; null where the report is exempt.
    async fn unit_code(&self) -> Option<&str> {
        self.0.report.as_ref().map(|report| report.unit_code.as_str())
    }

    /// The seat that handed over.
    async fn giver(&self) -> PublicSeat {
        PublicSeat(self.0.giver.clone())
    }

    /// The seat that received.
    async fn receiver(&self) -> PublicSeat {
        PublicSeat(self.0.receiver.clone())
    }

    /// Where; null where the report is exempt.
    async fn place(&self) -> Option<&str> {
        self.0.place.as_deref()
    }

    /// When it was handed over, as the giver stated it, RFC 3339 as it was signed.
    async fn handed_over_at(&self) -> &str {
        &self.0.handed_over_at
    }

    /// When it was received, RFC 3339 as it was signed.
    async fn received_at(&self) -> &str {
        &self.0.received_at
    }

    /// The number of the revision that was received.
    async fn revision(&self) -> i32 {
        self.0.revision
    }

    /// The SHA-256 of that revision, hexadecimal.
    async fn sha256(&self) -> &str {
        &self.0.sha256
    }

    /// What was signed, to be verified by oneself; null where the report is exempt.
    async fn payload(&self) -> Option<&str> {
        self.0.signed.as_ref().map(|signed| signed.payload.as_str())
    }

    /// Ed25519 over it, in base64url; null where the report is exempt.
    async fn signature(&self) -> Option<&str> {
        self.0.signed.as_ref().map(|signed| signed.signature.as_str())
    }
}

pub struct PublicSeat(ShownSeat);

/// A seat as it is shown in public: what it is, not whose.
#[Object]
impl PublicSeat {
    /// What it is in the organisation.
    async fn position(&self) -> Position {
        self.0.position.into()
    }

    /// The title as the unit words it; null where that would tell the unit of an exempt report.
    async fn title(&self) -> Option<&str> {
        self.0.title.as_deref()
    }

    /// The name of its unit; null where that would tell the unit of an exempt report.
    async fn unit(&self) -> Option<&str> {
        self.0.unit.as_deref()
    }
}

#[derive(Default)]
pub struct ReceiptQuery;

#[Object]
impl ReceiptQuery {
    /// A receipt by id; null when there is none whose report you may see.
    async fn receipt(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The receipt's global id.")] id: ID,
    ) -> Option<async_graphql::Result<Receipt>> {
        let (session, id) = match (ctx.session(), Kind::Receipt.uuid(&id)) {
            (Ok(session), Ok(id)) => (session, id),
            (Err(error), _) | (_, Err(error)) => return Some(Err(error.into())),
        };
        match query::by_ids(session.services.db.reader(), &session.actor, &[id]).await {
            Ok(rows) => rows.into_iter().next().map(|row| Ok(Receipt::of(row)?)),
            Err(error) => Some(Err(error.into())),
        }
    }

    /// What there is to a receipt whose code somebody holds; null when there is no receipt of that code. Open to everybody,
    /// signed in or not, sixty times a minute from one address.
    async fn verify_receipt(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The code, in capitals or small letters, with dashes, blanks or nothing between.")]
        code: String,
    ) -> Option<async_graphql::Result<ReceiptVerification>> {
        let request = ctx.request();
        let verified = verification::verify(&request.services, &code, request.address).await;
        let told = verified.map(|found| found.map(ReceiptVerification));
        told.map_err(Into::into).transpose()
    }
}
