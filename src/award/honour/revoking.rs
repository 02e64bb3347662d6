//! Taking an award back, by two persons who command its edition, with its certificate. Nobody takes its place: that needs another
//! list that is ratified and announced.
use entity::{
    award, award_edition, certificate,
    enums::{AwardActKind, CertificateKind, ProposedCommand},
    proposal,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    SUBJECT,
    objecting::{award_not_found, revoked_already, stale_award},
    query,
};
use crate::{
    authz::{
        ActingSeat, Decision,
        policy::award::{Action, Ties, decide},
    },
    award::{
        query as editions,
        sight::Case,
        trace::{About, Act, record},
    },
    command::{self, Begun, Write},
    error::{Code, Error, Refusal},
    proposal::service::{self as proposals, Opening},
    session::{Actor, Session},
};

/// Proposes to revoke an award.
#[derive(Clone, Debug, Serialize)]
pub struct Revoke {
    pub award: Uuid,
    pub expected_version: i32,
    pub reason: String,
    pub seat: Option<Uuid>,
}

/// Whether a seat may confirm that awards of an issuer are revoked: who commands its editions.
#[must_use]
pub fn decision(actor: &Actor, seat: &ActingSeat, issuer: Uuid) -> Decision {
    let announced = Ties {
        published: true,
        announced: true,
        juror: false,
    };
    decide(seat.function, Action::Command, actor.standing(seat, issuer), announced)
}

/// Proposes that an award be revoked: who commands the edition. Another person who does confirms it.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `StaleVersion`; `WrongState` when it was revoked before; `Required` and `TooLong`
/// for the reason; `AlreadyExists` while it is proposed.
pub async fn propose(session: &Session, field: &str, input: Revoke) -> Result<proposal::Model, Error> {
    let write = match command::begin(session, field, "revokeAward", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return proposals::proposed_before(session, *replay).await,
    };
    let (edition, row) = held(&write, input.award).await?;
    let seat = Case::of_issuer(&edition).seat(&write.actor, Action::Command, input.seat);
    let seat = seat.map_err(of_award)?;
    if row.version != input.expected_version {
        return Err(stale_award(&row).into());
    }
    if row.revoked_at.is_some() {
        return Err(revoked_already().into());
    }
    let reason = proposals::owed_reason(&input.reason)?;
    let opening = Opening {
        command: ProposedCommand::RevokeAward,
        subject_type: SUBJECT,
        subject: row.id,
        unit: edition.unit_id,
        expected_version: Some(row.version),
        reason: reason.clone(),
    };
    let proposed = proposals::open(&write, seat, opening).await?;
    let told = (
        AwardActKind::ProposeRevocation,
        json!({ "proposal": proposed.id, "version": row.version }),
    );
    leave(&write, (&edition, &row), seat, told, Some(reason)).await?;
    write.commit(proposals::outcome(&proposed)).await?;
    Ok(proposed)
}

/// An award with its edition, neither of which anybody changes meanwhile.
async fn held(write: &Write, id: Uuid) -> Result<(award_edition::Model, award::Model), Error> {
    let (connection, actor) = (write.connection(), &write.actor);
    let known = query::by_ids(connection, actor, &[id]).await?;
    let known = known.into_iter().next().ok_or_else(award_not_found)?;
    // The edition first, as whoever issues certificates does.
    let edition = editions::held(connection, actor, known.edition_id).await?;
    let row = query::held(connection, actor, id).await?;
    Ok((edition.ok_or_else(award_not_found)?, row.ok_or_else(award_not_found)?))
}

/// Keeps an award that the actor may know of as it is, with its edition, before a proposal on it is held.
///
/// # Errors
/// The database's.
pub async fn hold(write: &Write, id: Uuid) -> Result<(), Error> {
    match held(write, id).await {
        // What is absent or hidden is told when the proposal is carried out.
        Ok(_) | Err(Error::Refused(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// What is refused of the edition, told of the award that was named.
fn of_award(refusal: Refusal) -> Refusal {
    match refusal.code {
        Code::Forbidden => refusal.at(["award"]),
        _ => refusal,
    }
}

/// Revokes an award with its certificate as a proposal that is being confirmed would have it, in the transaction of the
/// confirmation.
///
/// # Errors
/// `NotFound`, `StaleVersion`, `WrongState`; the database's.
pub async fn carry_out(write: &Write, seat: ActingSeat, proposal: &proposal::Model) -> Result<(), Error> {
    let held = held(write, proposal.subject_id).await;
    let (edition, row) = held.map_err(|error| error.at("proposal"))?;
    if row.revoked_at.is_some() {
        return Err(revoked_already().at(["proposal"]).into());
    }
    if proposal.expected_version != Some(row.version) {
        return Err(stale_award(&row).at(["proposal"]).into());
    }
    let connection = write.connection();
    let revoked = award::Entity::update_many()
        .col_expr(award::Column::RevokedAt, Expr::value(write.now))
        .col_expr(award::Column::RevokedBecause, Expr::value(proposal.reason.clone()))
        .col_expr(award::Column::Version, Expr::value(row.version + 1))
        .filter(award::Column::Id.eq(row.id))
        .filter(award::Column::Version.eq(row.version))
        .filter(award::Column::RevokedAt.is_null())
        .exec(connection)
        .await?;
    if revoked.rows_affected != 1 {
        return Err(stale_award(&row).at(["proposal"]).into());
    }
    let certificates = certificate::Entity::update_many()
        .col_expr(certificate::Column::RevokedAt, Expr::value(write.now))
        .col_expr(
            certificate::Column::RevokedBecause,
            Expr::value(proposal.reason.clone()),
        )
        .filter(certificate::Column::Kind.eq(CertificateKind::Award))
        .filter(certificate::Column::SubjectType.eq(SUBJECT))
        .filter(certificate::Column::SubjectId.eq(row.id))
        .filter(certificate::Column::RevokedAt.is_null())
        .exec(connection)
        .await?;
    let details = json!({
        "proposal": proposal.id,
        "version": row.version + 1,
        "proposedBy": proposal.proposed_by,
        "category": row.category_id,
        "certificates": certificates.rows_affected,
    });
    let told = (AwardActKind::RevokeAward, details);
    leave(write, (&edition, &row), seat, told, Some(proposal.reason.clone())).await
}

/// Notes that a revocation was rejected, or withdrawn by who proposed it.
///
/// # Errors
/// The database's.
pub async fn reject(
    write: &Write,
    seat: ActingSeat,
    proposal: &proposal::Model,
    reason: Option<String>,
) -> Result<(), Error> {
    let held = held(write, proposal.subject_id).await;
    let (edition, row) = held.map_err(|error| error.at("proposal"))?;
    let told = (AwardActKind::RejectRevocation, json!({ "proposal": proposal.id }));
    leave(write, (&edition, &row), seat, told, reason).await
}

async fn leave(
    write: &Write,
    (edition, row): (&award_edition::Model, &award::Model),
    seat: ActingSeat,
    (kind, details): (AwardActKind, Value),
    reason: Option<String>,
) -> Result<(), Error> {
    let act = Act {
        kind,
        about: About::Award {
            id: row.id,
            unit: row.unit_id,
        },
        details,
        reason,
    };
    record(write, edition, seat, act).await.map(drop)
}
