//! Erasing a person: what was done stays, who did it is forgotten.
//!
//! Two ADMINs of RI have to agree, neither of them the person or somebody who shares a seat with the person. The account
//! stays as a marker, so that reports, history and receipts keep pointing at something; what names the person goes from
//! every other row; and the salts of the audit leaves over those rows are destroyed, so that nothing can be proved about the
//! person any more while the leaves themselves, and whatever is built on them, stay what they are.
use entity::{
    access_token, account, administrative_act, audit_leaf, certificate, conflict, contact_read,
    enums::{ActKind, ProposedCommand},
    event_delegate, event_speaker, holder, idempotency_record, invitation, mail, notice, one_time_code, proposal,
    recovery_code, refresh_token, score_draft, second_factor, session,
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Value,
    sea_query::{Expr, ExprTrait},
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    act::{self, Act},
    reach::is_last_administrator,
};
use crate::{
    authz::ActingSeat,
    command::{self, Begun, Write},
    error::{Code, Error, Refusal},
    file::cleaning,
    locale::Text,
    proposal::service::{self as proposals, Opening},
    session::{Actor, Session},
};

pub mod named;
mod query;

/// What stands in the place of a name.
pub const MARKER: &str = "(dihapus)";

/// Proposes to erase a person.
#[derive(Clone, Debug, Serialize)]
pub struct Erase {
    pub account: Uuid,
    pub reason: String,
    pub seat: Option<Uuid>,
}

/// What stands in the place of an e-mail address: unique, and nobody's. No address has a colon.
#[must_use]
pub fn marker_address(id: Uuid) -> String {
    format!("erased:{id}")
}

/// Proposes to erase a person; another ADMIN of RI has to confirm it.
///
/// # Errors
/// `Forbidden` for all but ADMINs of RI, whoever it is about; `NotFound`, `WrongState` for one erased before, what [`check`]
/// refuses, `Required` and `TooLong` for the reason, `AlreadyExists` while it is proposed.
pub async fn propose(session: &Session, field: &str, input: Erase) -> Result<proposal::Model, Error> {
    let write = match command::begin(session, field, "erasePerson", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return proposals::proposed_before(session, *replay).await,
    };
    let unit = write.actor.directory.tree.root().id;
    let seat = proposals::seat_for(&write.actor, ProposedCommand::ErasePerson, unit, input.seat)?;
    if write.actor.directory.person(input.account).is_none() {
        return Err(Error::not_found("account"));
    }
    check(&write.actor, input.account).map_err(|refusal| refusal.at(["account"]))?;
    let opening = Opening {
        command: ProposedCommand::ErasePerson,
        subject_type: "account",
        subject: input.account,
        unit,
        expected_version: None,
        reason: proposals::owed_reason(&input.reason)?,
    };
    let proposed = proposals::open(&write, seat, opening).await?;
    let act = Act {
        kind: ActKind::ErasureProposed,
        account: Some(input.account),
        seat: None,
        unit,
        by: write.actor.account,
        by_seat: Some(seat.seat),
        details: json!({ "proposal": proposed.id }),
    };
    act::record(write.connection(), act, write.now).await?;
    write.commit(proposals::outcome(&proposed)).await?;
    Ok(proposed)
}

/// What has to hold of the person and of whoever proposes or confirms, when it is proposed and again when it is confirmed.
///
/// # Errors
/// `WrongState`, `LastAdmin`, `Forbidden`.
pub fn check(actor: &Actor, account: Uuid) -> Result<(), Refusal> {
    let directory = &actor.directory;
    if directory.person(account).is_none_or(|person| person.erased) {
        let text = Text::new("Orang ini sudah dihapus.", "This person was erased already.");
        return Err(Refusal::new(Code::WrongState, text));
    }
    if is_last_administrator(directory, account, actor.today) {
        let text = Text::new(
            "Orang ini satu-satunya ADMIN di RI; tunjuk penggantinya lebih dahulu.",
            "This person is the only ADMIN of RI; appoint another one first.",
        );
        return Err(Refusal::new(Code::LastAdmin, text));
    }
    if account == actor.account {
        let text = Text::new(
            "Penghapusan data Anda sendiri harus diusulkan dan disahkan oleh dua ADMIN RI yang lain.",
            "That your own data is erased has to be proposed and confirmed by two other ADMINs of RI.",
        );
        return Err(Refusal::new(Code::Forbidden, text));
    }
    if directory.are_seat_mates(account, actor.account) {
        let text = Text::new(
            "Anda memegang atau pernah memegang jabatan yang sama dengan orang ini; ADMIN RI yang lain harus memutuskannya.",
            "You hold or have held the same seat as this person; other ADMINs of RI have to decide.",
        );
        return Err(Refusal::new(Code::Forbidden, text));
    }
    Ok(())
}

/// Erases the person of a proposal that is being confirmed, in the transaction of the confirmation.
///
/// # Errors
/// The database's.
pub async fn carry_out(write: &Write, seat: ActingSeat, proposal: &proposal::Model) -> Result<(), Error> {
    let person = query::account(write.connection(), proposal.subject_id).await?;
    let person = person.ok_or_else(|| Error::internal("a proposal to erase nobody"))?;
    forget_how_to_sign_in(write, &person).await?;
    forget_what_was_told(write, &person).await?;
    cleaning::forget_of(write.connection(), person.id).await?;
    forget_certificates(write, person.id).await?;
    forget_titles(write, person.id).await?;
    end_what_is_held(write, person.id).await?;
    let leaves = forget_acts(write, &person).await?;
    leave_the_marker(write, person.id).await?;
    let act = Act {
        kind: ActKind::PersonErased,
        account: Some(person.id),
        seat: None,
        unit: proposal.unit_id,
        by: write.actor.account,
        by_seat: Some(seat.seat),
        details: json!({ "proposal": proposal.id, "leaves": leaves }),
    };
    act::record(write.connection(), act, write.now).await?;
    Ok(())
}

/// Sessions stay as history, without saying where and by what; everything a person proves themselves by goes.
async fn forget_how_to_sign_in(write: &Write, person: &account::Model) -> Result<(), Error> {
    let connection = write.connection();
    session::Entity::update_many()
        .col_expr(session::Column::EndedAt, Expr::value(write.now))
        .filter(session::Column::AccountId.eq(person.id))
        .filter(session::Column::EndedAt.is_null())
        .exec(connection)
        .await?;
    let nothing = || Expr::value(Value::String(None));
    session::Entity::update_many()
        .col_expr(session::Column::DeviceName, nothing())
        .col_expr(session::Column::Address, nothing())
        .col_expr(session::Column::LastAddress, nothing())
        .filter(session::Column::AccountId.eq(person.id))
        .exec(connection)
        .await?;
    refresh_token::Entity::delete_many()
        .filter(refresh_token::Column::SessionId.in_subquery(query::sessions_of(person.id)))
        .exec(connection)
        .await?;
    second_factor::Entity::delete_many()
        .filter(second_factor::Column::AccountId.eq(person.id))
        .exec(connection)
        .await?;
    recovery_code::Entity::delete_many()
        .filter(recovery_code::Column::AccountId.eq(person.id))
        .exec(connection)
        .await?;
    one_time_code::Entity::delete_many()
        .filter(one_time_code::Column::AccountId.eq(person.id))
        .exec(connection)
        .await?;
    // Nobody repeats a command of this account any more, and an outcome may tell of anything.
    idempotency_record::Entity::delete_many()
        .filter(idempotency_record::Column::AccountId.eq(person.id))
        .exec(connection)
        .await?;
    Ok(())
}

/// What was sent or is to be sent to the person, who read about the person, and why this was proposed.
async fn forget_what_was_told(write: &Write, person: &account::Model) -> Result<(), Error> {
    let connection = write.connection();
    notice::Entity::delete_many()
        .filter(notice::Column::AccountId.eq(person.id))
        .exec(connection)
        .await?;
    let vault = &write.services().identity.vault;
    let to_the_person = query::mail_to(connection, vault, person).await?;
    mail::Entity::delete_many()
        .filter(mail::Column::Id.is_in(to_the_person))
        .exec(connection)
        .await?;
    contact_read::Entity::delete_many()
        .filter(contact_read::Column::SubjectId.eq(person.id))
        .exec(connection)
        .await?;
    conflict::Entity::update_many()
        .col_expr(conflict::Column::Reason, Expr::value(""))
        .filter(conflict::Column::AccountId.eq(person.id))
        .exec(connection)
        .await?;
    score_draft::Entity::delete_many()
        .filter(score_draft::Column::AssignmentId.in_subquery(query::assignments_of(person.id)))
        .exec(connection)
        .await?;
    proposal::Entity::update_many()
        .col_expr(proposal::Column::Reason, Expr::value(""))
        .filter(proposal::Column::Command.eq(ProposedCommand::ErasePerson))
        .filter(proposal::Column::SubjectId.eq(person.id))
        .exec(connection)
        .await?;
    Ok(())
}

/// Certificates still verify, and tell of nobody: without name and salt the hash in them says nothing.
async fn forget_certificates(write: &Write, person: Uuid) -> Result<(), Error> {
    certificate::Entity::update_many()
        .col_expr(certificate::Column::Name, Expr::value(Value::String(None)))
        .col_expr(certificate::Column::Salt, Expr::value(Value::Bytes(None)))
        .filter(certificate::Column::AccountId.eq(person))
        .exec(write.connection())
        .await?;
    Ok(())
}

/// What a host wrote beside the person's name at an event, which as often as not tells who it is.
async fn forget_titles(write: &Write, person: Uuid) -> Result<(), Error> {
    let nothing = || Expr::value(Value::String(None));
    event_delegate::Entity::update_many()
        .col_expr(event_delegate::Column::Title, nothing())
        // Who has read the row does not write its title back.
        .col_expr(
            event_delegate::Column::Version,
            Expr::col(event_delegate::Column::Version).add(1),
        )
        .filter(event_delegate::Column::AccountId.eq(person))
        .filter(event_delegate::Column::Title.is_not_null())
        .exec(write.connection())
        .await?;
    event_speaker::Entity::update_many()
        .col_expr(event_speaker::Column::Title, nothing())
        .filter(event_speaker::Column::AccountId.eq(person))
        .filter(event_speaker::Column::Title.is_not_null())
        .exec(write.connection())
        .await?;
    Ok(())
}

/// Seats end today; what has not begun yet never does. Tokens of programs end with the rights they came from.
async fn end_what_is_held(write: &Write, person: Uuid) -> Result<(), Error> {
    let (connection, today) = (write.connection(), write.actor.today);
    holder::Entity::delete_many()
        .filter(holder::Column::AccountId.eq(person))
        .filter(holder::Column::ValidFrom.gte(today))
        .exec(connection)
        .await?;
    holder::Entity::update_many()
        .col_expr(holder::Column::ValidTo, Expr::value(today))
        .filter(holder::Column::AccountId.eq(person))
        .filter(holder::Column::ValidTo.is_null().or(holder::Column::ValidTo.gt(today)))
        .exec(connection)
        .await?;
    access_token::Entity::update_many()
        .col_expr(access_token::Column::RevokedAt, Expr::value(write.now))
        .filter(access_token::Column::CreatedBy.eq(person))
        .filter(access_token::Column::RevokedAt.is_null())
        .exec(connection)
        .await?;
    // What somebody calls a token is as often as not after themselves, or after their desk.
    access_token::Entity::update_many()
        .col_expr(access_token::Column::Name, Expr::value(MARKER))
        .col_expr(access_token::Column::LastUsedAddress, Expr::value(Value::String(None)))
        .filter(access_token::Column::CreatedBy.eq(person))
        .exec(connection)
        .await?;
    Ok(())
}

/// Takes the person out of invitations and of what was recorded about acts, and destroys the salts of the leaves over
/// those rows. Gives the ids of the leaves.
async fn forget_acts(write: &Write, person: &account::Model) -> Result<Vec<Uuid>, Error> {
    let connection = write.connection();
    let invitations = query::invitations_of(connection, person).await?;
    for id in &invitations {
        let marker = marker_address(*id);
        invitation::Entity::update_many()
            .col_expr(invitation::Column::Email, Expr::value(marker.clone()))
            .col_expr(invitation::Column::EmailKey, Expr::value(marker))
            .col_expr(invitation::Column::Name, Expr::value(MARKER))
            .filter(invitation::Column::Id.eq(*id))
            .exec(connection)
            .await?;
    }
    invitation::Entity::update_many()
        .col_expr(invitation::Column::RevokedAt, Expr::value(write.now))
        .filter(invitation::Column::Id.is_in(invitations.iter().copied()))
        .filter(invitation::Column::AcceptedAt.is_null())
        .filter(invitation::Column::RevokedAt.is_null())
        .exec(connection)
        .await?;
    let acts = query::acts_about(connection, person, &invitations).await?;
    empty(connection, &acts).await?;
    let rows: Vec<Uuid> = acts.into_iter().chain(invitations).collect();
    destroy_salts(connection, &rows).await
}

/// Takes out of acts what they tell.
async fn empty(connection: &impl ConnectionTrait, acts: &[Uuid]) -> Result<(), Error> {
    administrative_act::Entity::update_many()
        .col_expr(administrative_act::Column::Details, Expr::value(json!({})))
        .filter(administrative_act::Column::Id.is_in(acts.iter().copied()))
        .exec(connection)
        .await?;
    Ok(())
}

/// Destroys the salts of the leaves over these acts and invitations, and gives the ids of the leaves.
async fn destroy_salts(connection: &impl ConnectionTrait, rows: &[Uuid]) -> Result<Vec<Uuid>, Error> {
    let leaves = query::leaves_over(connection, rows).await?;
    audit_leaf::Entity::update_many()
        .col_expr(audit_leaf::Column::Salt, Expr::value(Value::Bytes(None)))
        .filter(audit_leaf::Column::Id.is_in(leaves.iter().copied()))
        .exec(connection)
        .await?;
    Ok(leaves)
}

async fn leave_the_marker(write: &Write, person: Uuid) -> Result<(), Error> {
    let marker = account::ActiveModel {
        id: NotSet,
        email: Set(marker_address(person)),
        email_key: Set(marker_address(person)),
        name: Set(MARKER.to_owned()),
        password_hash: Set(None),
        created_at: NotSet,
        deactivated_at: Set(Some(write.now)),
        email_copies: Set(false),
        password_changed_at: Set(None),
        erased_at: Set(Some(write.now)),
    };
    account::Entity::update_many()
        .set(marker)
        .filter(account::Column::Id.eq(person))
        .exec(write.connection())
        .await?;
    Ok(())
}
