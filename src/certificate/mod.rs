//! Certificates: signed statements on the format of the receipts, of attendance and of awards. Other slices issue them.
//!
//! `payload` is what is signed, `issuing` signs it in the transaction of who issues, `query` is the only door to the table,
//! `verification` is what anybody is told who has a code, on a `page` or through the API, `paper` is what is printed,
//! `inspection` looks whether all of them still verify. What names the person stands beside the payload, which holds a salted
//! hash of it: a certificate verifies after its person was erased, and then tells of nobody.
use chrono::{DateTime, Utc};
use entity::{certificate, enums::CertificateKind};
use serde::Serialize;
use uuid::Uuid;

pub mod graphql;
pub mod http;
pub mod inspection;
pub mod issuing;
pub mod page;
pub mod paper;
pub mod payload;
pub mod query;
pub mod verification;

/// A certificate as it was attested when it was issued: without what may change, and without what an erasure takes away.
#[derive(Debug, Serialize)]
pub struct Issued<'c> {
    id: Uuid,
    kind: CertificateKind,
    subject_type: &'c str,
    subject_id: Uuid,
    issuer_id: Uuid,
    unit_id: Uuid,
    code: &'c str,
    kid: &'c str,
    payload: &'c str,
    signature: &'c str,
    issued_at: DateTime<Utc>,
}

impl<'c> From<&'c certificate::Model> for Issued<'c> {
    fn from(row: &'c certificate::Model) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            subject_type: &row.subject_type,
            subject_id: row.subject_id,
            issuer_id: row.issuer_id,
            unit_id: row.unit_id,
            code: &row.code,
            kid: &row.kid,
            payload: &row.payload,
            signature: &row.signature,
            issued_at: row.issued_at,
        }
    }
}
