//! What every act on an edition of awards leaves behind.
use entity::{award_act, award_edition, enums::AwardActKind};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{audit, authz::ActingSeat, clock::new_id, command::Write, db::insert_all, error::Error, feed};

/// What an act is about, with the unit in whose scope it falls where that is not the issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    Edition,
    Entry {
        id: Uuid,
        unit: Uuid,
    },
    Panel {
        id: Uuid,
        unit: Uuid,
    },
    Juror {
        id: Uuid,
        unit: Uuid,
    },
    /// What one juror makes of one candidate.
    Scoring {
        id: Uuid,
        unit: Uuid,
    },
    List(Uuid),
    Award {
        id: Uuid,
        unit: Uuid,
    },
    Objection {
        id: Uuid,
        unit: Uuid,
    },
}

impl About {
    /// The word for it, which one it is, and in whose scope it falls; given is the edition with its issuer.
    fn told(self, (edition, issuer): (Uuid, Uuid)) -> (&'static str, Uuid, Uuid) {
        match self {
            Self::Edition => ("edition", edition, issuer),
            Self::List(id) => ("list", id, issuer),
            Self::Entry { id, unit } => ("entry", id, unit),
            Self::Panel { id, unit } => ("panel", id, unit),
            Self::Juror { id, unit } => ("juror", id, unit),
            Self::Scoring { id, unit } => ("scoring", id, unit),
            Self::Award { id, unit } => ("award", id, unit),
            Self::Objection { id, unit } => ("objection", id, unit),
        }
    }
}

/// What was done.
pub struct Act {
    pub kind: AwardActKind,
    pub about: About,
    /// What it left, without a word that somebody wrote and without a name.
    pub details: Value,
    pub reason: Option<String>,
}

/// Writes acts with their events and their leaves, in the order given; their ids.
///
/// # Errors
/// The database's.
pub async fn record_all(
    write: &Write,
    edition: &award_edition::Model,
    seat: ActingSeat,
    acts: Vec<Act>,
) -> Result<Vec<Uuid>, Error> {
    let made: Vec<_> = acts.into_iter().map(|act| traces(write, edition, seat, act)).collect();
    let (rows, events): (Vec<_>, Vec<_>) = made.into_iter().unzip();
    let connection = write.connection();
    insert_all(connection, rows.clone()).await?;
    let subjects: Vec<_> = rows
        .iter()
        .map(|row| audit::Subject {
            subject_type: audit::SubjectType::AwardAct,
            id: row.id,
            row,
        })
        .collect();
    audit::attest_all(connection, &subjects, write.now).await?;
    feed::publish_all(connection, events, write.now).await?;
    Ok(rows.iter().map(|row| row.id).collect())
}

/// Writes one act; its id.
///
/// # Errors
/// The database's.
pub async fn record(write: &Write, edition: &award_edition::Model, seat: ActingSeat, act: Act) -> Result<Uuid, Error> {
    let ids = record_all(write, edition, seat, vec![act]).await?;
    ids.first()
        .copied()
        .ok_or_else(|| Error::internal("an act that was not written"))
}

/// The row of an act and its event.
fn traces(
    write: &Write,
    edition: &award_edition::Model,
    seat: ActingSeat,
    act: Act,
) -> (award_act::Model, feed::Event) {
    let (about_type, about_id, unit) = act.about.told((edition.id, edition.unit_id));
    let row = award_act::Model {
        id: new_id(write.now),
        edition_id: edition.id,
        kind: act.kind,
        about_type: about_type.to_owned(),
        about_id,
        details: act.details,
        reason: act.reason,
        account_id: write.actor.account,
        seat_id: seat.seat,
        unit_id: seat.unit,
        at: write.now,
    };
    let published = feed::Event {
        kind: event_kind(row.kind),
        // Whatever it is about, it is read by way of the edition.
        subject_type: "award_edition",
        subject: edition.id,
        unit,
        payload: json!({
            "edition": edition.id,
            "issuer": edition.unit_id,
            "about": { "type": row.about_type, "id": row.about_id },
            "details": row.details,
            "by": row.account_id,
            "bySeat": row.seat_id,
            "at": row.at,
        }),
    };
    (row, published)
}

/// The kind of event an act leaves in the feed.
#[must_use]
pub fn event_kind(kind: AwardActKind) -> &'static str {
    match kind {
        AwardActKind::CreateEdition => "award.edition_created",
        AwardActKind::EditEdition => "award.edition_edited",
        AwardActKind::PublishRules => "award.rules_published",
        AwardActKind::OpenNominations => "award.nominations_opened",
        AwardActKind::CloseNominations => "award.nominations_closed",
        AwardActKind::OpenJudging => "award.judging_opened",
        AwardActKind::CloseJudging => "award.judging_closed",
        AwardActKind::ComputeRanking => "award.ranking_computed",
        AwardActKind::Ratify => "award.ratified",
        AwardActKind::Announce => "award.announced",
        AwardActKind::CloseEdition => "award.edition_closed",
        AwardActKind::VoidEdition => "award.edition_voided",
        AwardActKind::Nominate => "award_entry.nominated",
        AwardActKind::EditEntry => "award_entry.edited",
        AwardActKind::SubmitEntry => "award_entry.submitted",
        AwardActKind::ReturnEntry => "award_entry.returned",
        AwardActKind::VerifyEntry => "award_entry.verified",
        AwardActKind::RejectEntry => "award_entry.rejected",
        AwardActKind::WithdrawEntry => "award_entry.withdrawn",
        AwardActKind::DisqualifyEntry => "award_entry.disqualified",
        AwardActKind::AppointJuror => "award.juror_appointed",
        AwardActKind::RemoveJuror => "award.juror_removed",
        AwardActKind::ReopenSheet => "award.sheet_reopened",
        AwardActKind::ReopenJudging => "award.judging_reopened",
        AwardActKind::ObjectToAward => "award.objected_to",
        AwardActKind::UpholdObjection => "award.objection_upheld",
        AwardActKind::RejectObjection => "award.objection_rejected",
        AwardActKind::ProposeRevocation => "award.revocation_proposed",
        AwardActKind::RejectRevocation => "award.revocation_rejected",
        AwardActKind::RevokeAward => "award.revoked",
        AwardActKind::IssueCertificates => "award.certificates_issued",
    }
}
