//! Signing: in the transaction that receives, one receipt for each report.
use entity::{receipt, report};
use uuid::Uuid;

use super::payload::{Facts, Payload};
use crate::{
    audit::{self, SubjectType},
    authz::ActingSeat,
    clock::new_id,
    command::Write,
    db::insert_all,
    error::Error,
    identity::{code, receipt_key::Signer},
    report::{catalogue, query},
    statement::payload::{Head, sealed_head},
    territory::directory::Directory,
};

/// A report that is received.
pub struct Received<'a> {
    pub report: &'a report::Model,
    pub handover: &'a query::Handover,
    /// The seat that receives.
    pub seat: ActingSeat,
}

/// Signs a receipt for each, and leaves it with its audit leaf.
///
/// # Errors
/// The database's, and the key's.
pub async fn issue(write: &Write, received: &[Received<'_>]) -> Result<(), Error> {
    let connection = write.connection();
    let signer = write.services().identity.receipts.signer(write.now);
    let head = sealed_head(connection).await?;
    let revisions: Vec<_> = received.iter().map(|one| one.handover.item.revision_id).collect();
    let marks = query::revision_marks(connection, &revisions).await?;
    let mut receipts = Vec::with_capacity(received.len());
    for one in received {
        let mark = marks.iter().find(|mark| mark.revision == one.handover.item.revision_id);
        let mark = mark.ok_or_else(|| Error::internal("a handover without its revision"))?;
        let facts = Facts {
            report: one.report.id,
            unit: one.report.unit_id,
            template: &*catalogue::template(write.services(), one.report.template_id).await?,
            cycle: &*catalogue::cycle(write.services(), one.report.cycle_id).await?,
            mark,
            act: &one.handover.act,
            receiver: one.seat.seat,
            received_at: write.now,
        };
        let named = (new_id(write.now), code::public_code());
        receipts.push(signed(&write.actor.directory, &facts, named, (&signer, head.clone()))?);
    }
    let leaves = receipts.iter().map(|row| audit::Subject {
        subject_type: SubjectType::Receipt,
        id: row.id,
        row,
    });
    audit::attest_all(connection, &leaves.collect::<Vec<_>>(), write.now).await?;
    insert_all(connection, receipts).await
}

/// A receipt for what changed hands, by its id and its code.
///
/// # Errors
/// The key's; where a seat or unit is not in the directory.
pub(crate) fn signed(
    directory: &Directory,
    facts: &Facts<'_>,
    (id, code): (Uuid, String),
    (signer, head): (&Signer, Option<Head>),
) -> Result<receipt::Model, Error> {
    let kid = signer.kid()?;
    let payload = Payload::of(directory, facts, (id, &code, kid), head)?.canonical()?;
    Ok(receipt::Model {
        id,
        report_id: facts.report,
        revision_id: facts.mark.revision,
        handover_id: facts.act.id,
        session_id: facts.act.session_id,
        kid: kid.to_owned(),
        signature: signer.sign(&payload)?,
        code,
        payload,
        issued_at: facts.received_at,
    })
}
