//! Certificates in the API: for those who may know of them, and for anybody who has a code.
use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use entity::{certificate, enums};

use super::{
    payload::Award,
    verification::{self, Revocation, Shown, Standing, Verified},
};
use crate::{
    award::graphql::words::{AwardHonour, AwardRecipient},
    graphql::{
        context::Ask,
        id::Kind,
        scalars::{Date, DateTime},
    },
    identity::graphql::Account,
    territory::graphql::Unit,
};

/// What a certificate attests.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "enums::CertificateKind")]
pub enum CertificateKind {
    /// That somebody was at an event.
    Attendance,
    /// That somebody won an award.
    Award,
}

#[derive(Clone)]
pub struct Certificate(pub certificate::Model);

/// What the server attests of somebody, signed on the format of the receipts. What is signed holds a salted hash of the name and
/// not the name, so that it still verifies when the person was erased. It is no certified electronic signature (TTE). Seen by the
/// unit whose person it is, by the unit that issued it, by those above either, and by the person.
#[Object]
impl Certificate {
    /// The global id. On paper it is at `/certificates/{id}.pdf`, with a token.
    pub async fn id(&self) -> ID {
        Kind::Certificate.id(self.0.id)
    }

    /// What it attests.
    async fn kind(&self) -> CertificateKind {
        self.0.kind.into()
    }

    /// By which anybody who holds it looks it up: at `/verify/{code}` and by `verifyCertificate`.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// What makes somebody deserve it, as a global id for `node`: an EventDelegate, or an Award.
    async fn subject(&self) -> ID {
        match self.0.kind {
            enums::CertificateKind::Attendance => Kind::EventDelegate.id(self.0.subject_id),
            enums::CertificateKind::Award => Kind::Award.id(self.0.subject_id),
        }
    }

    /// The name of the person, or of the unit, as it was when it was issued; null of somebody who was erased.
    async fn name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }

    /// The account, where the person has one and people of the unit are within what you may see.
    async fn account(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Account>> {
        Account::of(ctx, self.0.account_id?)
    }

    /// The unit whose it is, or whose person.
    async fn unit(&self) -> Unit {
        Unit(self.0.unit_id)
    }

    /// The unit that issued it.
    async fn issuer(&self) -> Unit {
        Unit(self.0.issuer_id)
    }

    /// When it was issued, and signed.
    async fn issued_at(&self) -> DateTime {
        DateTime(self.0.issued_at)
    }

    /// When it was revoked; null while it is good.
    async fn revoked_at(&self) -> Option<DateTime> {
        self.0.revoked_at.map(DateTime)
    }

    /// Why it was revoked.
    async fn revoked_because(&self) -> Option<&str> {
        self.0.revoked_because.as_deref()
    }

    /// What was signed: canonical JSON (RFC 8785), byte for byte.
    async fn payload(&self) -> &str {
        &self.0.payload
    }

    /// Ed25519 over the UTF-8 bytes of `payload`, in base64url without padding.
    async fn signature(&self) -> &str {
        &self.0.signature
    }

    /// The name of the key that signed, as at `/.well-known/receipt-keys.json`.
    async fn kid(&self) -> &str {
        &self.0.kid
    }
}

/// What a certificate is worth.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "Standing")]
pub enum CertificateStanding {
    /// The signature holds, and it was not revoked.
    Valid,
    /// The signature holds, and it was revoked: it attests nothing any more.
    Revoked,
    /// The signature does not hold.
    NotAuthentic,
}

/// That a certificate attests nothing any more.
#[derive(SimpleObject)]
pub struct CertificateRevocation {
    /// When.
    at: DateTime,
    /// Why.
    reason: String,
}

pub struct CertificateVerification(Verified);

/// What anybody is told of a certificate who has its code.
#[Object]
impl CertificateVerification {
    /// The code, as it is written.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// What it is worth, computed at this moment.
    async fn standing(&self) -> CertificateStanding {
        self.0.standing.into()
    }

    /// What was signed; null where the signature does not hold.
    async fn certificate(&self) -> Option<PublicCertificate> {
        self.0.certificate.clone().map(PublicCertificate)
    }

    /// When and why it was revoked; null while it was not.
    async fn revocation(&self) -> Option<CertificateRevocation> {
        let told = |Revocation { at, reason }| CertificateRevocation {
            at: DateTime(at),
            reason,
        };
        self.0.revocation.clone().map(told)
    }
}

/// An award as its certificate tells it.
#[derive(SimpleObject)]
pub struct PublicAward {
    /// What the edition was called.
    edition: String,
    /// What the category was called.
    category: String,
    /// Whom the category honours.
    recipient: AwardRecipient,
    /// What it is.
    honour: AwardHonour,
    /// The place; null among equals, and of nominees.
    place: Option<i32>,
    /// The day it was announced, in Jakarta.
    announced_on: Date,
}

impl From<&Award> for PublicAward {
    fn from(award: &Award) -> Self {
        Self {
            edition: award.edition.title.clone(),
            category: award.category.title.clone(),
            recipient: award.recipient.into(),
            honour: award.honour.into(),
            place: award.place,
            announced_on: Date(award.announced_on),
        }
    }
}

pub struct PublicCertificate(Shown);

/// A certificate as it is shown in public: what stands on the paper.
#[Object]
impl PublicCertificate {
    /// What it attests.
    async fn kind(&self) -> CertificateKind {
        self.0.kind.into()
    }

    /// The name on it; null where the person was erased.
    async fn name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }

    /// With which the signed hash of the name is computed, hexadecimal; null where the person was erased.
    async fn salt(&self) -> Option<&str> {
        self.0.salt.as_deref()
    }

    /// The unit whose it is, or whose person, as it was called.
    async fn unit(&self) -> &str {
        &self.0.unit
    }

    /// The code of that unit.
    async fn unit_code(&self) -> &str {
        &self.0.unit_code
    }

    /// The unit that issued it, as it was called: the host of the event, or who gave the award.
    async fn issuer(&self) -> &str {
        &self.0.issuer
    }

    /// What the event was called; null of an award.
    async fn event(&self) -> Option<&str> {
        Some(&self.0.event.as_ref()?.title)
    }

    /// Where it was; null where it was online only, and of an award.
    async fn place(&self) -> Option<&str> {
        self.0.event.as_ref()?.place.as_deref()
    }

    /// When it began, RFC 3339 as it was signed; null of an award.
    async fn starts_at(&self) -> Option<&str> {
        Some(&self.0.event.as_ref()?.starts_at)
    }

    /// When it ended, RFC 3339 as it was signed; null of an award.
    async fn ends_at(&self) -> Option<&str> {
        Some(&self.0.event.as_ref()?.ends_at)
    }

    /// What was won; null of attendance.
    async fn award(&self) -> Option<PublicAward> {
        self.0.award.as_ref().map(PublicAward::from)
    }

    /// When it was issued, RFC 3339 as it was signed.
    async fn issued_at(&self) -> &str {
        &self.0.issued_at
    }

    /// What was signed, to be verified by oneself.
    async fn payload(&self) -> &str {
        &self.0.signed.payload
    }

    /// Ed25519 over it, in base64url.
    async fn signature(&self) -> &str {
        &self.0.signed.signature
    }
}

#[derive(Default)]
pub struct CertificateQuery;

#[Object]
impl CertificateQuery {
    /// What there is to a certificate whose code somebody holds; null when there is no certificate of that code. Open to
    /// everybody, signed in or not, sixty times a minute from one address, counted together with `verifyReceipt`.
    async fn verify_certificate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The code, in capitals or small letters, with dashes, blanks or nothing between.")]
        code: String,
    ) -> Option<async_graphql::Result<CertificateVerification>> {
        let request = ctx.request();
        let verified = verification::verify(&request.services, &code, request.address).await;
        let told = verified.map(|found| found.map(CertificateVerification));
        told.map_err(Into::into).transpose()
    }
}
