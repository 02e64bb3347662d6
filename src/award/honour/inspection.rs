//! Whether awards, the lists they were announced by, and their certificates agree.
use std::collections::HashMap;

use entity::{award, award_list, certificate};
use uuid::Uuid;

use super::query::{self, Listed};
use crate::{
    certificate::payload::{About, Payload},
    db::Db,
    error::Error,
};

/// How many are read at once.
const AT_ONCE: u64 = 500;

/// What must not be, a sentence each: an award whose list was not announced, that is not as its certificate was signed, or that is
/// revoked where its certificate is not or otherwise than the acts tell. Whether certificates verify is looked at with all others.
///
/// # Errors
/// The database's.
pub async fn faults(db: &Db) -> Result<Vec<String>, Error> {
    let connection = db.reader();
    let (mut faults, mut after) = (Vec::new(), Uuid::nil());
    loop {
        let listed = query::after(connection, after, AT_ONCE).await?;
        let Some(last) = listed.last() else { break };
        after = last.award.id;
        let ids: Vec<Uuid> = listed.iter().map(|listed| listed.award.id).collect();
        let certificates = query::certificates(connection, &ids).await?;
        let certificates = certificates.into_iter().map(|row| (row.subject_id, row));
        let certificates: HashMap<Uuid, certificate::Model> = certificates.collect();
        for Listed { award, list } in &listed {
            if !is_of(award, list.as_ref()) {
                faults.push(format!("award {} is of no list that was announced", award.id));
            }
            if let Some(certificate) = certificates.get(&award.id) {
                faults.extend(against(award, certificate));
            }
        }
    }
    let lost = query::certificates_of_nothing(connection).await?;
    faults.extend(lost.iter().map(|id| format!("certificate {id} is of no award")));
    let misstated = query::misstated(connection).await?;
    faults.extend(
        misstated
            .iter()
            .map(|id| format!("award {id} is revoked or not otherwise than its acts tell")),
    );
    Ok(faults)
}

/// Whether an award is of a list of its edition that was announced.
fn is_of(award: &award::Model, list: Option<&award_list::Model>) -> bool {
    list.is_some_and(|list| list.edition_id == award.edition_id && list.announced_at.is_some())
}

/// What of an award is otherwise than its certificate says.
fn against(award: &award::Model, certificate: &certificate::Model) -> Option<String> {
    let revoked = |row: (Option<_>, &Option<String>)| (row.0, row.1.clone());
    let of_award = revoked((award.revoked_at, &award.revoked_because));
    if of_award != revoked((certificate.revoked_at, &certificate.revoked_because)) {
        return Some(format!("award {} and its certificate are not revoked alike", award.id));
    }
    let said = Payload::read(&certificate.payload).ok()?;
    let signed = match &said.about {
        About::Award { award: about } => {
            (
                about.id,
                about.edition.id,
                about.category.id,
                about.honour,
                about.place,
                about.announced_on,
            ) == (
                award.id,
                award.edition_id,
                award.category_id,
                award.honour,
                award.place,
                award.announced_on,
            )
        }
        About::Attendance { .. } => false,
    };
    let fits = signed && (certificate.unit_id, certificate.issuer_id) == (award.unit_id, award.issuer_id);
    (!fits).then(|| format!("award {} is not as its certificate was signed", award.id))
}
