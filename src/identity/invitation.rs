//! How people come in: an administrator offers a seat, and whoever has the code takes it with a password.
//!
//! The inviter never learns whether the address had an account: the invitation, its code and its letter are the same, and
//! the account, if it is a new one, is made when the code is used.
use std::{collections::HashSet, net::IpAddr, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{Duration, NaiveDate};
use entity::{account, enums::ActKind, invitation, seat};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::Expr};
use secrecy::SecretString;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    act::{self, Act},
    attempts::{Purpose, throttle},
    code::{code_hash, code_key, invalid_code, new_code},
    email::{checked_email, email_key},
    letters, query, reach, service, strength,
};
use crate::{
    authz::{ActingSeat, policy::identity::Action},
    clock::{day_in_jakarta, new_id},
    command::{self, Begun, Changes, Replay, Unsigned, Write},
    db::{insert_all, is_taken},
    error::{Code, Error, Refusal},
    input::required,
    locale::Text,
    mail::{self, Item},
    services::Services,
    session::{Actor, Session},
    territory::holding::{self, Tenure, check_tenure, seat_to_fill},
};

/// How long an invitation stays open.
pub const INVITATION_HOURS: i64 = 72;

/// The longest name of a person, characters.
pub const LONGEST_NAME: usize = 200;

/// Offers a seat to the owner of an e-mail address.
#[derive(Clone, Debug, Serialize)]
pub struct Invite {
    pub email: String,
    pub name: String,
    pub to: Uuid,
    pub tenure: Tenure,
    pub seat: Option<Uuid>,
}

/// An invitation, with its code for who made it, where that is not sent by e-mail.
#[derive(Clone, Debug)]
pub struct Issued {
    pub invitation: invitation::Model,
    pub code: Option<String>,
}

/// Accepts an invitation.
pub struct Activate {
    pub code: String,
    pub password: SecretString,
    /// The name as the person writes it; the inviter's wording when left out. An account that exists keeps its own.
    pub name: Option<String>,
    pub address: IpAddr,
}

/// Invites one person. An older open invitation of the same address to the same seat is replaced.
///
/// # Errors
/// `Invalid`, `Required` and `TooLong` for address and name; `NotFound`, `Forbidden`, `OwnSeat`, `AlreadyExists` for the
/// seat; and what [`command::begin`] says.
pub async fn invite(session: &Session, field: &str, input: Invite) -> Result<Issued, Error> {
    let write = match command::begin(session, field, "inviteAccount", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let (seat, by) = seat_to_fill(&write.actor, input.to, input.seat)?;
    let offer = checked(&write.actor, seat, by, (&input.email, &input.name), input.tenure)?;
    let issued = write_all(&write, vec![offer]).await?.pop();
    let issued = issued.ok_or_else(|| Error::internal("an invitation that was not written"))?;
    let outcome = outcome(write.services(), &issued)?;
    write.commit(outcome).await?;
    Ok(issued)
}

/// Takes an open invitation back.
///
/// # Errors
/// `NotFound`, `Forbidden`, and `WrongState` when it is no longer open.
pub async fn revoke(session: &Session, field: &str, id: Uuid, named: Option<Uuid>) -> Result<invitation::Model, Error> {
    let write = match command::begin(session, field, "revokeInvitation", &(id, named)).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return Ok(replayed(session, *replay).await?.invitation),
    };
    let found = query::invitations_by_id(write.connection(), &write.actor, &[id]).await?;
    let invitation = found.into_iter().next().ok_or_else(|| Error::not_found("invitation"))?;
    let seat = write.actor.directory.seat_with_unit(invitation.seat_id);
    let (seat, unit) = seat.ok_or_else(|| Error::not_found("invitation"))?;
    let by = reach::seat_over_unit(&write.actor, named, Action::Manage(seat.function), unit)?;
    let revoked = invitation::Entity::update_many()
        .col_expr(invitation::Column::RevokedAt, Expr::value(write.now))
        .filter(invitation::Column::Id.eq(id))
        .filter(invitation::Column::AcceptedAt.is_null())
        .filter(invitation::Column::RevokedAt.is_null())
        .exec(write.connection())
        .await?;
    if revoked.rows_affected == 0 {
        let text = Text::new(
            "Undangan ini sudah diterima atau dicabut.",
            "This invitation was accepted or revoked already.",
        );
        return Err(Refusal::new(Code::WrongState, text).at(["invitation"]).into());
    }
    let act = act_of_revoking(id, seat, write.actor.account, by);
    act::record(write.connection(), act, write.now).await?;
    let issued = Issued {
        invitation: invitation::Model {
            revoked_at: Some(write.now),
            ..invitation
        },
        code: None,
    };
    let outcome = outcome(write.services(), &issued)?;
    write.commit(outcome).await?;
    Ok(issued.invitation)
}

/// Takes the open invitations to seats back that would last beyond the day these end on, with an act for each.
///
/// # Errors
/// The database's.
pub(crate) async fn revoke_outlasting(
    write: &Write,
    seats: &[Uuid],
    ends_on: NaiveDate,
    by: ActingSeat,
) -> Result<(), Error> {
    let open = query::open_invitations_outlasting(write.connection(), seats, ends_on).await?;
    let ids: Vec<Uuid> = open.iter().map(|row| row.id).collect();
    revoke_all(write, ids).await?;
    let act = |row: &invitation::Model| {
        let seat = write.actor.directory.seat(row.seat_id)?;
        Some(act_of_revoking(row.id, seat, write.actor.account, by))
    };
    act::record_all(write.connection(), open.iter().filter_map(act).collect(), write.now).await?;
    Ok(())
}

fn act_of_revoking(invitation: Uuid, seat: &seat::Model, by: Uuid, from: ActingSeat) -> Act {
    Act {
        kind: ActKind::InvitationRevoked,
        account: None,
        seat: Some(seat.id),
        unit: seat.unit_id,
        by,
        by_seat: Some(from.seat),
        details: json!({ "invitation": invitation }),
    }
}

async fn revoke_all(write: &Write, invitations: Vec<Uuid>) -> Result<(), Error> {
    if invitations.is_empty() {
        return Ok(());
    }
    invitation::Entity::update_many()
        .col_expr(invitation::Column::RevokedAt, Expr::value(write.now))
        .filter(invitation::Column::Id.is_in(invitations))
        .filter(invitation::Column::AcceptedAt.is_null())
        .exec(write.connection())
        .await?;
    Ok(())
}

/// An invitation that has been found to be allowed.
pub(super) struct Offer {
    pub seat: seat::Model,
    pub by: ActingSeat,
    pub email: String,
    pub name: String,
    pub tenure: Tenure,
}

/// Checks what is asked of an invitation beyond the right to make it.
///
/// # Errors
/// `Invalid`, `Required` and `TooLong` for address and name; `OwnSeat` for the own address; what [`check_tenure`] says.
pub(super) fn checked(
    actor: &Actor,
    seat: &seat::Model,
    by: ActingSeat,
    (email, name): (&str, &str),
    tenure: Tenure,
) -> Result<Offer, Error> {
    let (email, name) = (checked_email(email, "email")?, checked_name(name)?);
    let own = actor.directory.person(actor.account);
    if own.is_some_and(|person| email_key(&person.email) == email_key(&email)) {
        return Err(reach::own("email"));
    }
    check_tenure(&actor.directory, seat, None, tenure)?;
    Ok(Offer {
        seat: seat.clone(),
        by,
        email,
        name,
        tenure,
    })
}

/// Writes invitations with their letters, or with their codes for the inviter, in few statements however many they are.
pub(super) async fn write_all(write: &Write, offers: Vec<Offer>) -> Result<Vec<Issued>, Error> {
    let connection = write.connection();
    replace_open(write, &offers).await?;
    let mut issued = Vec::with_capacity(offers.len());
    let (mut acts, mut letters) = (Vec::new(), Vec::new());
    for offer in offers {
        let (code, hash) = new_code();
        let row = row(write, &offer, hash);
        acts.push(Act {
            kind: ActKind::AccountInvited,
            account: None,
            seat: Some(offer.seat.id),
            unit: offer.seat.unit_id,
            by: write.actor.account,
            by_seat: Some(offer.by.seat),
            // The address stands in the invitation alone, where an erasure finds it.
            details: json!({ "invitation": row.id }),
        });
        let mailed = write.services().mail.as_ref().map(|settings| {
            let unit = write.actor.directory.tree.get(offer.seat.unit_id);
            let unit = unit.map_or("", |unit| unit.name.as_str());
            Item::Letter(letters::invitation(
                settings,
                &row.email,
                &offer.seat.local_title,
                unit,
                &code,
            ))
        });
        issued.push(Issued {
            invitation: row,
            code: mailed.is_none().then_some(code),
        });
        letters.extend(mailed);
    }
    let rows = issued.iter().map(|issued| issued.invitation.clone()).collect();
    insert_all(connection, rows).await?;
    act::record_all(connection, acts, write.now).await?;
    mail::post_all(connection, &write.services().identity.vault, &letters, write.now).await?;
    Ok(issued)
}

fn row(write: &Write, offer: &Offer, hash: [u8; 32]) -> invitation::Model {
    invitation::Model {
        id: new_id(write.now),
        seat_id: offer.seat.id,
        acting: offer.tenure.acting,
        valid_from: offer.tenure.from,
        valid_to: offer.tenure.to,
        email: offer.email.clone(),
        email_key: email_key(&offer.email),
        name: offer.name.clone(),
        code_hash: hash.to_vec(),
        invited_by: write.actor.account,
        invited_from: offer.by.seat,
        created_at: write.now,
        expires_at: write.now + Duration::hours(INVITATION_HOURS),
        account_id: None,
        accepted_at: None,
        revoked_at: None,
    }
}

/// Takes back the open invitations of the same addresses to the same seats.
async fn replace_open(write: &Write, offers: &[Offer]) -> Result<(), Error> {
    let pairs: HashSet<(String, Uuid)> = offers
        .iter()
        .map(|offer| (email_key(&offer.email), offer.seat.id))
        .collect();
    let keys: Vec<String> = pairs.iter().map(|(key, _seat)| key.clone()).collect();
    let open = query::open_invitations_to(write.connection(), &keys).await?;
    let replaced: Vec<Uuid> = open
        .into_iter()
        .filter(|row| pairs.contains(&(row.email_key.clone(), row.seat_id)))
        .map(|row| row.id)
        .collect();
    revoke_all(write, replaced).await
}

/// What a repetition is answered by. The code waits sealed, as long as the outcome is kept.
pub(super) fn outcome(services: &Services, issued: &Issued) -> Result<Value, Error> {
    let context = sealed_for(issued.invitation.id);
    let sealed = issued
        .code
        .as_ref()
        .map(|code| services.identity.vault.seal(&context, code.as_bytes()))
        .transpose()
        .map_err(Error::internal)?;
    Ok(json!({ "invitation": issued.invitation.id, "code": sealed.map(|sealed| STANDARD.encode(sealed)) }))
}

/// The code in an outcome.
pub(super) fn code_in(services: &Services, outcome: &Value) -> Result<Option<String>, Error> {
    let Some(sealed) = outcome["code"].as_str() else {
        return Ok(None);
    };
    let id: Uuid = serde_json::from_value(outcome["invitation"].clone()).map_err(Error::internal)?;
    let sealed = STANDARD.decode(sealed).map_err(Error::internal)?;
    let code = services
        .identity
        .vault
        .open(&sealed_for(id), &sealed)
        .map_err(Error::internal)?;
    Ok(Some(String::from_utf8(code).map_err(Error::internal)?))
}

fn sealed_for(invitation: Uuid) -> String {
    format!("invitation:{invitation}")
}

async fn replayed(session: &Session, Replay { actor, outcome }: Replay) -> Result<Issued, Error> {
    let id: Uuid = serde_json::from_value(outcome["invitation"].clone()).map_err(Error::internal)?;
    let found = query::invitations_by_id(session.services.db.reader(), &actor, &[id]).await?;
    Ok(Issued {
        invitation: found.into_iter().next().ok_or_else(|| Error::not_found("invitation"))?,
        code: code_in(&session.services, &outcome)?,
    })
}

/// Takes the seat an invitation offers: a new account gets the password, an account that exists has to prove itself by its
/// own. Gives the account.
///
/// # Errors
/// `InvalidCode` for a code that is not open any more, whatever the reason; `WeakPassword`, `TooLong`, `Required` for what a
/// new account is made of; `InvalidCredentials` where the account exists; `AlreadyExists` where the seat was filled meanwhile.
pub async fn activate(services: &Arc<Services>, input: Activate) -> Result<Uuid, Error> {
    let hash = code_hash(&input.code);
    throttle(services, Purpose::CodeRedemption, &code_key(&hash), input.address).await?;
    let reader = services.db.reader();
    let invitation = query::open_invitation(reader, hash, services.clock.now())
        .await?
        .ok_or_else(invalid_code)?;
    let known = query::account_by_email(reader, &invitation.email_key).await?;
    let name = match &input.name {
        Some(name) => checked_name(name)?,
        None => invitation.name.clone(),
    };
    let password_hash = match known.as_ref().map(|account| account.deactivated_at) {
        Some(Some(_deactivated)) => return Err(invalid_code()),
        Some(None) => {
            // Counted like a sign-in: a code is no way to guess at somebody's password.
            service::prove(services, &invitation.email, input.password, input.address).await?;
            None
        }
        None => {
            let about = [invitation.name.as_str(), name.as_str(), invitation.email.as_str()];
            Some(strength::hashed(services, input.password, &about, "password").await?)
        }
    };
    let unsigned = command::begin_unsigned(services, Changes::Directory).await?;
    let account = accept(
        &unsigned,
        &invitation,
        known.map(|account| account.id),
        password_hash,
        name,
    )
    .await?;
    unsigned.commit().await?;
    Ok(account)
}

/// Writes what accepting means. Everything it was decided on is asked again in this transaction.
async fn accept(
    unsigned: &Unsigned,
    invitation: &invitation::Model,
    known: Option<Uuid>,
    password_hash: Option<String>,
    name: String,
) -> Result<Uuid, Error> {
    let (connection, directory, now) = (unsigned.connection(), &unsigned.directory, unsigned.now);
    let today = day_in_jakarta(now);
    let (seat, unit) = directory.seat_with_unit(invitation.seat_id).ok_or_else(invalid_code)?;
    // An inviter who may no longer fill the seat can no longer fill it through an old invitation.
    let inviting = reach::seat_kept(directory, invitation.invited_by, invitation.invited_from, today);
    let still = inviting.is_some_and(|acting| reach::reaches(directory, &acting, Action::Manage(seat.function), unit));
    // Nor the own seats, whosever address the invited one has become since; and who was closed out meanwhile stays out.
    let may_sit =
        known.is_none_or(|id| id != invitation.invited_by && directory.person(id).is_some_and(|person| person.active));
    if !still || !may_sit {
        return Err(invalid_code());
    }
    let account = match known {
        Some(id) => id,
        None => new_account(unsigned, invitation, password_hash, name).await?,
    };
    let tenure = Tenure {
        acting: invitation.acting,
        from: invitation.valid_from,
        to: invitation.valid_to,
    };
    check_tenure(directory, seat, Some(account), tenure)?;
    let accepted = invitation::Entity::update_many()
        .col_expr(invitation::Column::AcceptedAt, Expr::value(now))
        .col_expr(invitation::Column::AccountId, Expr::value(account))
        .filter(invitation::Column::Id.eq(invitation.id))
        .filter(invitation::Column::AcceptedAt.is_null())
        .filter(invitation::Column::RevokedAt.is_null())
        .filter(invitation::Column::ExpiresAt.gt(now))
        .exec(connection)
        .await?;
    if accepted.rows_affected == 0 {
        return Err(invalid_code());
    }
    let appointed = Act {
        kind: ActKind::HolderAppointed,
        account: Some(account),
        seat: Some(seat.id),
        unit: unit.id,
        by: invitation.invited_by,
        by_seat: Some(invitation.invited_from),
        details: json!({ "invitation": invitation.id, "acting": tenure.acting, "from": tenure.from, "to": tenure.to }),
    };
    holding::seat_person(connection, seat.id, account, tenure, appointed, now).await?;
    if known.is_none() {
        let activated = Act {
            unit: unit.id,
            ..Act::on_oneself(ActKind::AccountActivated, account, directory, today)
        };
        act::record(connection, activated, now).await?;
    }
    Ok(account)
}

async fn new_account(
    unsigned: &Unsigned,
    invitation: &invitation::Model,
    password_hash: Option<String>,
    name: String,
) -> Result<Uuid, Error> {
    let row = account::Model {
        id: new_id(unsigned.now),
        email: invitation.email.clone(),
        email_key: invitation.email_key.clone(),
        name,
        password_hash,
        created_at: unsigned.now,
        deactivated_at: None,
        email_copies: true,
        password_changed_at: Some(unsigned.now),
        erased_at: None,
    };
    let id = row.id;
    // The same address may have been activated by another invitation a moment ago: then the code is good, the password is not.
    let inserted = row.into_active_model().insert(unsigned.connection()).await;
    inserted.map_err(|error| {
        if is_taken(&error) {
            service::wrong_credentials()
        } else {
            error.into()
        }
    })?;
    Ok(id)
}

fn checked_name(given: &str) -> Result<String, Error> {
    let name = required(given, "name", LONGEST_NAME)?;
    if name.chars().any(char::is_control) {
        let text = Text::new(
            "Nama tidak boleh memuat karakter kendali.",
            "A name has no control characters.",
        );
        return Err(Refusal::new(Code::Invalid, text).at(["name"]).into());
    }
    Ok(name)
}
