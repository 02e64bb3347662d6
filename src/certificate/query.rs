//! The only door to the certificates. One is read by the unit whose it is, by those above that, by the unit that issued it and
//! those above that, and by the person it names; by its code it is found by everybody.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the slice's query module; each read applies the scope, is by a code the caller had to know, or serves a command"
)]
use std::collections::HashSet;

use entity::{
    certificate,
    enums::{CertificateKind, Function, Tier},
    receipt_key,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::SelectStatement,
};
use uuid::Uuid;

use crate::{
    db::newest_first,
    error::Error,
    page::{Page, Window},
    session::Actor,
};

/// How many are read at once by whoever looks them all through.
const STRETCH: u64 = 1_000;

/// The scope of certificates, as said of the row.
fn scope(actor: &Actor) -> Condition {
    use certificate::Column::{AccountId, IssuerId, UnitId};
    let content = |function: Function| match function {
        Function::Staff | Function::Head | Function::Observer | Function::Coordinator => true,
        Function::Admin | Function::Expert => false,
    };
    let seats = || actor.seats.iter().filter(|seat| content(seat.function));
    if seats().any(|seat| seat.tier == Tier::Ri) {
        return Condition::all();
    }
    let tree = &actor.directory.tree;
    let within: HashSet<Uuid> = seats()
        .flat_map(|seat| tree.scope(seat.unit))
        .flat_map(|top| tree.subtree(top.id))
        .map(|unit| unit.id)
        .collect();
    Condition::any()
        .add(UnitId.is_in(within.iter().copied()))
        .add(IssuerId.is_in(within))
        .add(AccountId.eq(actor.account))
}

/// The certificates among these that the actor may know of.
///
/// # Errors
/// The database's.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<certificate::Model>, Error> {
    Ok(certificate::Entity::find()
        .filter(certificate::Column::Id.is_in(ids.iter().copied()))
        .filter(scope(actor))
        .all(connection)
        .await?)
}

/// The certificates of these subjects that the actor may know of.
///
/// # Errors
/// The database's.
pub async fn of_subjects(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    subjects: &[Uuid],
) -> Result<Vec<certificate::Model>, Error> {
    Ok(certificate::Entity::find()
        .filter(certificate::Column::SubjectId.is_in(subjects.iter().copied()))
        .filter(scope(actor))
        .all(connection)
        .await?)
}

fn among(actor: &Actor, subjects: SelectStatement) -> Select<certificate::Entity> {
    certificate::Entity::find()
        .filter(certificate::Column::SubjectId.in_subquery(subjects))
        .filter(scope(actor))
}

/// A page of the certificates of the subjects a query finds, as far as the actor may know of them, the newest first.
///
/// # Errors
/// The database's.
pub async fn page(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    subjects: SelectStatement,
    window: &Window<Uuid>,
) -> Result<Page<certificate::Model>, Error> {
    newest_first(connection, among(actor, subjects), certificate::Column::Id, window).await
}

/// How many there are.
///
/// # Errors
/// The database's.
pub async fn count(connection: &impl ConnectionTrait, actor: &Actor, subjects: SelectStatement) -> Result<u64, Error> {
    Ok(among(actor, subjects).count(connection).await?)
}

/// Which of the subjects a query finds have a certificate of a kind, for a command on all of them.
///
/// # Errors
/// The database's.
pub async fn have(
    connection: &impl ConnectionTrait,
    kind: CertificateKind,
    subjects: SelectStatement,
) -> Result<HashSet<Uuid>, Error> {
    let found: Vec<Uuid> = certificate::Entity::find()
        .select_only()
        .column(certificate::Column::SubjectId)
        .filter(certificate::Column::Kind.eq(kind))
        .filter(certificate::Column::SubjectId.in_subquery(subjects))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(found.into_iter().collect())
}

/// A certificate with the key that is to have signed it.
#[derive(Clone, Debug)]
pub struct Found {
    pub certificate: certificate::Model,
    pub key: receipt_key::Model,
}

/// The certificate of a code, for whoever has the code.
///
/// # Errors
/// The database's.
pub async fn by_code(connection: &impl ConnectionTrait, code: &str) -> Result<Option<Found>, Error> {
    let found = certificate::Entity::find()
        .filter(certificate::Column::Code.eq(code))
        .one(connection)
        .await?;
    let Some(certificate) = found else { return Ok(None) };
    let key = receipt_key::Entity::find_by_id(&certificate.kid)
        .one(connection)
        .await?;
    let key = key.ok_or_else(|| Error::internal("a certificate without its key"))?;
    Ok(Some(Found { certificate, key }))
}

/// The next certificates by id, for whoever looks them all through.
pub(super) async fn after(connection: &impl ConnectionTrait, id: Uuid) -> Result<Vec<certificate::Model>, Error> {
    Ok(certificate::Entity::find()
        .filter(certificate::Column::Id.gt(id))
        .order_by_asc(certificate::Column::Id)
        .limit(STRETCH)
        .all(connection)
        .await?)
}
