//! Programs of units and the tokens they sign in with.
//!
//! A program has no rights of its own. A token acts with those its maker has in the program's unit at the moment of each
//! request, within its scopes (`authz::service`): it dies with the maker's seat, the maker's account and the unit.
use std::net::{IpAddr, Ipv4Addr};

use chrono::{DateTime, Duration, Utc};
use entity::{
    access_token,
    enums::{ActKind, Scope},
    service_account,
};
use ipnet::{IpNet, Ipv4Net};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::Expr};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    act::{self, Act},
    refresh::token_hash,
    secret::{hint, new_secret},
};
use crate::{
    authz::{
        ActingSeat, Decision,
        policy::identity::{Action, decide},
        service::gives,
    },
    clock::new_id,
    command::{self, Begun, Write},
    error::{Code, Error, Refusal},
    input::required,
    locale::Text,
    session::{Actor, Session},
    territory::programs::{AccessToken, Program},
};

/// The longest name of a program or a token, characters.
pub const LONGEST_NAME: usize = 100;

/// How long a token may live, days.
pub const LONGEST_LIFE_DAYS: i64 = 365;

/// How many programs a unit may have at a time.
pub const MOST_PROGRAMS: usize = 50;

/// How many tokens that hold a program may have at a time.
pub const MOST_TOKENS: usize = 20;

/// How many networks a token may be used from.
pub const MOST_RANGES: usize = 20;

/// Makes a program of a unit.
#[derive(Clone, Debug, Serialize)]
pub struct Create {
    pub unit: Uuid,
    pub name: String,
    pub seat: Option<Uuid>,
}

/// Ends a program, and with it its tokens.
#[derive(Clone, Debug, Serialize)]
pub struct End {
    pub program: Uuid,
    pub seat: Option<Uuid>,
}

/// Makes a token for a program.
#[derive(Clone, Debug, Serialize)]
pub struct CreateToken {
    pub program: Uuid,
    pub name: String,
    pub scopes: Vec<Scope>,
    pub expires_at: DateTime<Utc>,
    /// Networks or single addresses; none: from anywhere.
    pub address_ranges: Vec<String>,
    pub seat: Option<Uuid>,
}

/// Takes a token away.
#[derive(Clone, Debug, Serialize)]
pub struct RevokeToken {
    pub token: Uuid,
    pub seat: Option<Uuid>,
}

/// A token that was made. It shows its text once and is kept nowhere, so it has no `Debug`.
pub struct Created {
    pub token: AccessToken,
    /// None when the command was only told again.
    pub secret: Option<String>,
}

/// Whether the actor may know what programs a unit has.
#[must_use]
pub fn sees(actor: &Actor, unit: Uuid) -> bool {
    actor
        .seats
        .iter()
        .any(|seat| decision(actor, seat, Action::RevokeTokens, unit) == Decision::Allowed)
}

/// A program the actor may know of.
#[must_use]
pub fn visible(actor: &Actor, program: Uuid) -> Option<&Program> {
    let program = actor.directory.programs.program(program);
    program.filter(|program| sees(actor, program.unit_id))
}

/// A token of a program the actor may know of.
#[must_use]
pub fn visible_token(actor: &Actor, token: Uuid) -> Option<&AccessToken> {
    let token = actor.directory.programs.token(token);
    token.filter(|token| visible(actor, token.program).is_some())
}

/// Makes a program. HEAD and COORDINATOR of the unit.
///
/// # Errors
/// `NotFound` for the unit, `Forbidden`, `SeatAmbiguous`, `Required` and `TooLong` for the name, `TooLong` when the unit
/// has too many, and what [`command::begin_on_directory`] says.
pub async fn create(session: &Session, field: &str, input: Create) -> Result<Program, Error> {
    let write = match command::begin_on_directory(session, field, "createServiceAccount", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return program_again(&replay.actor, &replay.outcome, "unit"),
    };
    let actor = &write.actor;
    if actor.directory.tree.get(input.unit).is_none() {
        return Err(Error::not_found("unit"));
    }
    let seat = acting_seat(actor, Action::MakeTokens, input.unit, input.seat, "unit")?;
    let name = required(&input.name, "name", LONGEST_NAME)?;
    let of_the_unit = |program: &&Program| program.unit_id == input.unit && program.ended_at.is_none();
    if actor.directory.programs.all().filter(of_the_unit).count() >= MOST_PROGRAMS {
        let text = Text::new(
            format!("Sebuah unit paling banyak mempunyai {MOST_PROGRAMS} program; akhiri yang tidak dipakai."),
            format!("A unit has at most {MOST_PROGRAMS} programs; end those that are not used."),
        );
        return Err(Refusal::new(Code::TooLong, text).at(["unit"]).into());
    }
    let program = service_account::Model {
        id: new_id(write.now),
        unit_id: input.unit,
        name,
        created_by: actor.account,
        created_at: write.now,
        ended_at: None,
    };
    program.clone().into_active_model().insert(write.connection()).await?;
    let details = json!({ "serviceAccount": program.id, "name": program.name });
    record(&write, ActKind::ServiceAccountCreated, &seat, input.unit, details).await?;
    write.commit(outcome_of(&program)).await?;
    Ok(program)
}

/// Ends a program. Ending it twice is no error.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, and what [`command::begin_on_directory`] says.
pub async fn end(session: &Session, field: &str, input: End) -> Result<Program, Error> {
    const FIELD: &str = "serviceAccount";
    let write = match command::begin_on_directory(session, field, "endServiceAccount", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return program_again(&replay.actor, &replay.outcome, FIELD),
    };
    let found = visible(&write.actor, input.program).ok_or_else(|| Error::not_found(FIELD))?;
    let seat = acting_seat(&write.actor, Action::RevokeTokens, found.unit_id, input.seat, FIELD)?;
    let mut program = found.clone();
    if program.ended_at.is_none() {
        program.ended_at = Some(write.now);
        service_account::Entity::update_many()
            .col_expr(service_account::Column::EndedAt, Expr::value(write.now))
            .filter(service_account::Column::Id.eq(program.id))
            .filter(service_account::Column::EndedAt.is_null())
            .exec(write.connection())
            .await?;
        let details = json!({ "serviceAccount": program.id, "name": program.name });
        record(&write, ActKind::ServiceAccountEnded, &seat, program.unit_id, details).await?;
    }
    write.commit(outcome_of(&program)).await?;
    Ok(program)
}

/// Makes a token, and gives its text this one time.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`; `WrongState` when the program has ended; `Required`, `TooLong` and `Invalid`
/// for what is wrong with the input, all of it at once; and what [`command::begin_on_directory`] says.
pub async fn create_token(session: &Session, field: &str, input: CreateToken) -> Result<Created, Error> {
    const FIELD: &str = "serviceAccount";
    let write = match command::begin_on_directory(session, field, "createAccessToken", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => {
            let token = token_again(&replay.actor, &replay.outcome)?;
            return Ok(Created { token, secret: None });
        }
    };
    let program = visible(&write.actor, input.program).ok_or_else(|| Error::not_found(FIELD))?;
    let seat = acting_seat(&write.actor, Action::MakeTokens, program.unit_id, input.seat, FIELD)?;
    check_room(&write, program)?;
    let wanted = Wanted::check(&write, program, input)?;
    let secret = new_secret();
    let row = access_token::Model {
        id: new_id(write.now),
        service_account_id: program.id,
        token_hash: token_hash(&secret).to_vec(),
        name: wanted.name,
        hint: hint(&secret),
        scopes: access_token::Scopes(wanted.scopes),
        address_ranges: access_token::AddressRanges(wanted.address_ranges),
        created_by: write.actor.account,
        created_at: write.now,
        expires_at: wanted.expires_at,
        revoked_at: None,
        last_used_at: None,
        last_used_address: None,
    };
    row.clone().into_active_model().insert(write.connection()).await?;
    let token = AccessToken::from(row);
    let details = details_of(&token);
    record(&write, ActKind::AccessTokenCreated, &seat, program.unit_id, details).await?;
    write.commit(json!({ "accessToken": token.id })).await?;
    Ok(Created {
        token,
        secret: Some(secret),
    })
}

/// Takes a token away. Doing it twice is no error.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, and what [`command::begin_on_directory`] says.
pub async fn revoke_token(session: &Session, field: &str, input: RevokeToken) -> Result<AccessToken, Error> {
    const FIELD: &str = "accessToken";
    let write = match command::begin_on_directory(session, field, "revokeAccessToken", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return token_again(&replay.actor, &replay.outcome),
    };
    let mut token = visible_token(&write.actor, input.token)
        .cloned()
        .ok_or_else(|| Error::not_found(FIELD))?;
    let program = visible(&write.actor, token.program).ok_or_else(|| Error::not_found(FIELD))?;
    let seat = acting_seat(&write.actor, Action::RevokeTokens, program.unit_id, input.seat, FIELD)?;
    if token.revoked_at.is_none() {
        token.revoked_at = Some(write.now);
        access_token::Entity::update_many()
            .col_expr(access_token::Column::RevokedAt, Expr::value(write.now))
            .filter(access_token::Column::Id.eq(token.id))
            .filter(access_token::Column::RevokedAt.is_null())
            .exec(write.connection())
            .await?;
        let details = details_of(&token);
        record(&write, ActKind::AccessTokenRevoked, &seat, program.unit_id, details).await?;
    }
    write.commit(json!({ "accessToken": token.id })).await?;
    Ok(token)
}

fn decision(actor: &Actor, seat: &ActingSeat, action: Action, unit: Uuid) -> Decision {
    let tier = actor.directory.tree.get(unit).map(|unit| unit.tier);
    tier.map_or(Decision::Hidden, |tier| {
        decide(seat.function, action, actor.standing(seat, unit), tier)
    })
}

/// The seat that acts on what the actor knows of; `field` is where the input named it.
fn acting_seat(
    actor: &Actor,
    action: Action,
    unit: Uuid,
    named: Option<Uuid>,
    field: &str,
) -> Result<ActingSeat, Refusal> {
    actor.seat_that_may(named, Refusal::forbidden().at([field]), |seat| {
        decision(actor, seat, action, unit)
    })
}

async fn record(write: &Write, kind: ActKind, seat: &ActingSeat, unit: Uuid, details: Value) -> Result<(), Error> {
    let act = Act {
        kind,
        account: None,
        seat: None,
        unit,
        by: write.actor.account,
        by_seat: Some(seat.seat),
        details,
    };
    act::record(write.connection(), act, write.now).await.map(drop)
}

/// Without its name, which is as often as not that of a person: an erasure finds it in the token's row alone.
fn details_of(token: &AccessToken) -> Value {
    json!({
        "accessToken": token.id,
        "serviceAccount": token.program,
        "hint": token.hint,
        "scopes": token.scopes,
        "addressRanges": token.address_ranges,
        "expiresAt": token.expires_at,
    })
}

fn outcome_of(program: &Program) -> Value {
    json!({ "serviceAccount": program.id })
}

/// The program of an earlier run, if the actor may still know of it.
fn program_again(actor: &Actor, outcome: &Value, field: &str) -> Result<Program, Error> {
    let program = visible(actor, id_in(outcome, "serviceAccount")?);
    program.cloned().ok_or_else(|| Error::not_found(field))
}

fn token_again(actor: &Actor, outcome: &Value) -> Result<AccessToken, Error> {
    let token = visible_token(actor, id_in(outcome, "accessToken")?);
    token.cloned().ok_or_else(|| Error::not_found("accessToken"))
}

fn id_in(outcome: &Value, name: &str) -> Result<Uuid, Error> {
    let id = outcome[name].as_str().and_then(|id| id.parse().ok());
    id.ok_or_else(|| Error::internal("an outcome without what it was about"))
}

fn check_room(write: &Write, program: &Program) -> Result<(), Refusal> {
    if program.ended_at.is_some() {
        let text = Text::new("Program ini sudah diakhiri.", "This program has ended.");
        return Err(Refusal::new(Code::WrongState, text).at(["serviceAccount"]));
    }
    let tokens = write.actor.directory.programs.tokens_of(program.id);
    if tokens.filter(|token| token.holds(write.now)).count() < MOST_TOKENS {
        return Ok(());
    }
    let text = Text::new(
        format!("Sebuah program paling banyak mempunyai {MOST_TOKENS} token yang berlaku; cabut yang tidak dipakai."),
        format!("A program has at most {MOST_TOKENS} tokens that hold; revoke those that are not used."),
    );
    Err(Refusal::new(Code::TooLong, text).at(["serviceAccount"]))
}

/// What of an input makes a token, once it was found good.
struct Wanted {
    name: String,
    scopes: Vec<Scope>,
    address_ranges: Vec<String>,
    expires_at: DateTime<Utc>,
}

impl Wanted {
    /// Tells all that is wrong at once.
    fn check(write: &Write, program: &Program, input: CreateToken) -> Result<Self, Error> {
        let mut refusals = Vec::new();
        let mut wrong = |refusal| refusals.push(refusal);
        let name = required(&input.name, "name", LONGEST_NAME)
            .map_err(&mut wrong)
            .unwrap_or_default();
        let mut scopes = input.scopes;
        scopes.sort();
        scopes.dedup();
        if let Err(refusal) = check_scopes(write, program, &scopes) {
            wrong(refusal);
        }
        if let Err(refusal) = check_expiry(input.expires_at, write.now) {
            wrong(refusal);
        }
        let address_ranges = checked_ranges(&input.address_ranges).unwrap_or_else(|found| {
            refusals.extend(found);
            Vec::new()
        });
        if !refusals.is_empty() {
            return Err(Error::Refused(refusals));
        }
        Ok(Self {
            name,
            scopes,
            address_ranges,
            expires_at: input.expires_at,
        })
    }
}

/// Nobody gives a program more than the own rights, and none that would only come to life later.
fn check_scopes(write: &Write, program: &Program, scopes: &[Scope]) -> Result<(), Refusal> {
    if scopes.is_empty() {
        let text = Text::new("Pilih sedikitnya satu cakupan.", "Choose at least one scope.");
        return Err(Refusal::new(Code::Required, text).at(["scopes"]));
    }
    let own = write.actor.seats.iter().filter(|seat| seat.unit == program.unit_id);
    let given = |scope: &Scope| own.clone().any(|seat| gives(seat.function, scopes, *scope));
    if scopes.iter().all(given) {
        return Ok(());
    }
    let text = Text::new(
        "Jabatan Anda sendiri di unit ini tidak memberi hak yang diminta; PEOPLE_READ hanya berarti bersama cakupan laporan.",
        "Your own seats in this unit do not give what is asked for; PEOPLE_READ means something only beside a scope of reports.",
    );
    Err(Refusal::new(Code::Invalid, text).at(["scopes"]))
}

fn check_expiry(expires_at: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Refusal> {
    if expires_at > now && expires_at <= now + Duration::days(LONGEST_LIFE_DAYS) {
        return Ok(());
    }
    let text = Text::new(
        format!("Masa berlaku harus berakhir di masa depan, paling lama {LONGEST_LIFE_DAYS} hari dari sekarang."),
        format!("It has to expire in the future, at most {LONGEST_LIFE_DAYS} days from now."),
    );
    Err(Refusal::new(Code::Invalid, text).at(["expiresAt"]))
}

/// The networks in one form, or a refusal for each that is none.
fn checked_ranges(ranges: &[String]) -> Result<Vec<String>, Vec<Refusal>> {
    if ranges.len() > MOST_RANGES {
        let text = Text::new(
            format!("Paling banyak {MOST_RANGES} rentang alamat."),
            format!("At most {MOST_RANGES} address ranges."),
        );
        return Err(vec![Refusal::new(Code::TooLong, text).at(["addressRanges"])]);
    }
    let (mut networks, mut refusals) = (Vec::new(), Vec::new());
    for (place, range) in ranges.iter().enumerate() {
        match network(range) {
            Some(network) => networks.push(network.to_string()),
            None => {
                let text = Text::new(
                    "Ini bukan alamat IP atau rentang seperti 203.0.113.0/24.",
                    "This is no IP address and no range such as 203.0.113.0/24.",
                );
                refusals.push(Refusal::new(Code::Invalid, text).at(["addressRanges".to_owned(), place.to_string()]));
            }
        }
    }
    if refusals.is_empty() {
        Ok(networks)
    } else {
        Err(refusals)
    }
}

/// A network in the form addresses are compared in: IPv4 written as IPv6 is IPv4.
fn network(text: &str) -> Option<IpNet> {
    /// How much of an IPv6 address that stands for one of IPv4 comes before it, bits.
    const BEFORE_IPV4: u8 = 96;
    let network = match text.parse::<IpNet>() {
        Ok(network) => network,
        Err(_no_network) => IpNet::from(text.parse::<IpAddr>().ok()?),
    };
    match (network.addr().to_canonical(), network) {
        (IpAddr::V4(address), IpNet::V6(_)) => ipv4(address, network.prefix_len().checked_sub(BEFORE_IPV4)?),
        (IpAddr::V4(_) | IpAddr::V6(_), IpNet::V4(_) | IpNet::V6(_)) => Some(network.trunc()),
    }
}

fn ipv4(address: Ipv4Addr, prefix: u8) -> Option<IpNet> {
    Ipv4Net::new(address, prefix)
        .ok()
        .map(|network| IpNet::V4(network.trunc()))
}

#[cfg(test)]
mod tests {
    use super::network;

    #[test]
    fn networks_are_kept_in_one_form() {
        for (given, kept) in [
            ("203.0.113.7", Some("203.0.113.7/32")),
            ("203.0.113.7/24", Some("203.0.113.0/24")),
            ("0.0.0.0/0", Some("0.0.0.0/0")),
            ("2001:db8::1/32", Some("2001:db8::/32")),
            ("::ffff:203.0.113.7", Some("203.0.113.7/32")),
            ("::ffff:203.0.113.7/120", Some("203.0.113.0/24")),
            ("::ffff:203.0.113.7/64", None),
            ("203.0.113.0/33", None),
            ("203.0.113.0/24 ", None),
            ("kantor", None),
            ("", None),
        ] {
            let found = network(given).map(|network| network.to_string());
            assert_eq!(found.as_deref(), kept, "{given}");
        }
    }
}
