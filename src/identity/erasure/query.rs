//! Finds what names a person who is being erased. No scope: two ADMINs of RI have decided on the whole person.
#![expect(
    clippy::disallowed_methods,
    reason = "this is a query module; it reads the rows of the one person who is being erased"
)]
use chrono::{DateTime, Utc};
use entity::{
    access_token, account, administrative_act, audit_leaf, enums::ActKind, invitation, mail, review_assignment, session,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Alias, Expr, ExprTrait, Func, LikeExpr, SelectStatement},
};
use uuid::Uuid;

use crate::{
    audit::SubjectType,
    db::like_anywhere,
    error::Error,
    identity::{email::email_key, vault::Vault},
    mail::{self as mails, Item},
};

pub(super) async fn account(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<account::Model>, Error> {
    Ok(account::Entity::find_by_id(id).one(connection).await?)
}

pub(super) fn sessions_of(account: Uuid) -> SelectStatement {
    session::Entity::find()
        .select_only()
        .column(session::Column::Id)
        .filter(session::Column::AccountId.eq(account))
        .into_query()
}

pub(super) fn assignments_of(account: Uuid) -> SelectStatement {
    review_assignment::Entity::find()
        .select_only()
        .column(review_assignment::Column::Id)
        .filter(review_assignment::Column::AccountId.eq(account))
        .into_query()
}

/// Mail to the person: by the account, and what waits for the address alone. Little ever waits, so it is opened to look.
pub(super) async fn mail_to(
    connection: &impl ConnectionTrait,
    vault: &Vault,
    person: &account::Model,
) -> Result<Vec<Uuid>, Error> {
    let waiting = mail::Entity::find()
        .filter(
            mail::Column::AccountId
                .eq(person.id)
                .or(mail::Column::AccountId.is_null()),
        )
        .all(connection)
        .await?;
    let is_to_the_person = |row: &mail::Model| {
        // Where its key is gone it can neither be sent nor read.
        let address = mails::open(vault, row).ok();
        let address = address.as_ref().and_then(Item::address);
        row.account_id == Some(person.id) || address.is_some_and(|address| email_key(address) == person.email_key)
    };
    Ok(waiting.into_iter().filter(is_to_the_person).map(|row| row.id).collect())
}

/// The addresses the person has given up, as keys, each with when.
async fn former_addresses(
    connection: &impl ConnectionTrait,
    person: &account::Model,
) -> Result<Vec<(String, DateTime<Utc>)>, Error> {
    let changes = administrative_act::Entity::find()
        .filter(administrative_act::Column::Kind.eq(ActKind::EmailChanged))
        .filter(administrative_act::Column::AccountId.eq(person.id))
        .all(connection)
        .await?;
    let former = |row: administrative_act::Model| Some((email_key(row.details["from"].as_str()?), row.at));
    Ok(changes.into_iter().filter_map(former).collect())
}

/// Invitations the person accepted, under whatever address, those to the address the account has, and those nobody accepted
/// to one it had. What was sent there after the person had left it was for somebody else.
pub(super) async fn invitations_of(
    connection: &impl ConnectionTrait,
    person: &account::Model,
) -> Result<Vec<Uuid>, Error> {
    let mut of_the_person = Condition::any()
        .add(invitation::Column::AccountId.eq(person.id))
        .add(invitation::Column::EmailKey.eq(person.email_key.as_str()));
    for (address, left_at) in former_addresses(connection, person).await? {
        of_the_person = of_the_person.add(
            Condition::all()
                .add(invitation::Column::AccountId.is_null())
                .add(invitation::Column::EmailKey.eq(address))
                .add(invitation::Column::CreatedAt.lte(left_at)),
        );
    }
    let found = invitation::Entity::find()
        .select_only()
        .column(invitation::Column::Id)
        .filter(of_the_person);
    Ok(found.into_tuple().all(connection).await?)
}

/// Acts on the person, and acts whose details tell of the address or of an invitation of the person: somebody who is
/// invited has no account yet. And those on tokens the person made, as long as they told what a token is called.
pub(super) async fn acts_about(
    connection: &impl ConnectionTrait,
    person: &account::Model,
    invitations: &[Uuid],
) -> Result<Vec<Uuid>, Error> {
    let details = || {
        let text = Expr::col(administrative_act::Column::Details).cast_as(Alias::new("text"));
        Expr::expr(Func::lower(text))
    };
    let told = |text: &str| details().like(LikeExpr::new(like_anywhere(text)).escape('\\'));
    let tokens = access_token::Entity::find()
        .select_only()
        .column(access_token::Column::Id)
        .filter(access_token::Column::CreatedBy.eq(person.id));
    let tokens: Vec<Uuid> = tokens.into_tuple().all(connection).await?;
    let mut of_tokens = Condition::any();
    for id in &tokens {
        of_tokens = of_tokens.add(told(&id.to_string()));
    }
    let mut about = Condition::any()
        .add(administrative_act::Column::AccountId.eq(person.id))
        .add(told(&person.email_key));
    if !tokens.is_empty() {
        let named = Condition::all()
            .add(administrative_act::Column::Kind.is_in([ActKind::AccessTokenCreated, ActKind::AccessTokenRevoked]))
            .add(told("\"name\""))
            .add(of_tokens);
        about = about.add(named);
    }
    for id in invitations {
        about = about.add(told(&id.to_string()));
    }
    let found = administrative_act::Entity::find()
        .select_only()
        .column(administrative_act::Column::Id)
        .filter(about);
    Ok(found.into_tuple().all(connection).await?)
}

/// The leaves over these acts and invitations whose salt is still there.
pub(super) async fn leaves_over(connection: &impl ConnectionTrait, rows: &[Uuid]) -> Result<Vec<Uuid>, Error> {
    let types = [SubjectType::AdministrativeAct, SubjectType::Invitation];
    let found = audit_leaf::Entity::find()
        .select_only()
        .column(audit_leaf::Column::Id)
        .filter(audit_leaf::Column::SubjectType.is_in(types.map(SubjectType::word)))
        .filter(audit_leaf::Column::SubjectId.is_in(rows.iter().copied()))
        .filter(audit_leaf::Column::Salt.is_not_null());
    Ok(found.into_tuple().all(connection).await?)
}
