//! Signing: in the transaction of who issues, one certificate for each subject.
use entity::certificate;
use uuid::Uuid;

use super::{
    Issued,
    payload::{About, Facts, Holder, Payload},
};
use crate::{
    audit::{self, SubjectType},
    clock::new_id,
    command::Write,
    db::insert_all,
    error::Error,
    identity::code,
    statement::payload::sealed_head,
};

/// Somebody who is to have a certificate.
#[derive(Clone, Debug)]
pub struct Deserving {
    /// What is attested.
    pub about: About,
    /// The record that makes them deserve it.
    pub subject: Uuid,
    pub unit: Uuid,
    pub account: Option<Uuid>,
    pub name: String,
}

/// Signs a certificate for each of those, who have none yet, and leaves each with its audit leaf; in few statements, however
/// many they are.
///
/// # Errors
/// The database's, and the key's.
pub async fn issue(
    write: &Write,
    issuer: Uuid,
    subject_type: &str,
    deserving: &[Deserving],
) -> Result<Vec<certificate::Model>, Error> {
    let connection = write.connection();
    let signer = write.services().identity.receipts.signer(write.now);
    let kid = signer.kid()?;
    let head = sealed_head(connection).await?;
    let mut issued = Vec::with_capacity(deserving.len());
    for one in deserving {
        let salt: [u8; 32] = rand::random();
        let (id, code) = (new_id(write.now), code::public_code());
        let facts = Facts {
            about: &one.about,
            issuer,
            unit: one.unit,
            holder: Holder::of(&one.name, &salt),
            issued_at: write.now,
        };
        let payload = Payload::of(&write.actor.directory, facts, (id, &code, kid), head.clone())?.canonical()?;
        issued.push(certificate::Model {
            id,
            kind: one.about.kind(),
            subject_type: subject_type.to_owned(),
            subject_id: one.subject,
            issuer_id: issuer,
            unit_id: one.unit,
            account_id: one.account,
            name: Some(one.name.clone()),
            kid: kid.to_owned(),
            signature: signer.sign(&payload)?,
            code,
            payload,
            salt: Some(salt.to_vec()),
            issued_at: write.now,
            revoked_at: None,
            revoked_because: None,
        });
    }
    insert_all(connection, issued.clone()).await?;
    let attested: Vec<Issued<'_>> = issued.iter().map(Issued::from).collect();
    let leaves = attested.iter().map(|row| audit::Subject {
        subject_type: SubjectType::Certificate,
        id: row.id,
        row,
    });
    audit::attest_all(connection, &leaves.collect::<Vec<_>>(), write.now).await?;
    Ok(issued)
}
