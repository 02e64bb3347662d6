//! What is signed: canonical JSON that names seats and units but no person, so that it stands when a person is erased.
//! docs/receipts.md tells each field to whoever verifies one.
use chrono::{DateTime, Utc};
use entity::{cycle, enums::Position, handover, template};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    audit,
    error::Error,
    report::query::Mark,
    statement::payload::{Head, Statement, Unit, moment, unit},
    territory::directory::Directory,
};

/// What the text is, so that no other text signed by a server can pass for it.
pub const TYP: &str = "jenjang-receipt";

/// The version of the fields.
pub const VERSION: u32 = 1;

/// What it is and is not, in the text itself.
const STATEMENT: [&str; 2] = [
    "Pernyataan server Jenjang bahwa laporan ini telah diterima. Ini bukan Tanda Tangan Elektronik (TTE) tersertifikasi dan tidak menggantikannya.",
    "The Jenjang server's statement that this report was received. It is not a certified electronic signature (TTE) and does not replace one.",
];

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Payload {
    pub typ: String,
    pub version: u32,
    /// The receipt's.
    pub id: Uuid,
    /// By which it is looked up.
    pub code: String,
    /// The key that signed.
    pub kid: String,
    pub report: Report,
    /// The unit whose report it is.
    pub unit: Unit,
    pub revision: Revision,
    pub giver: Seat,
    pub receiver: Seat,
    pub handover: Handover,
    pub received_at: String,
    /// The last link of the chain of the audit when the receipt was signed: null while nothing is linked yet.
    pub audit_head: Option<Head>,
    pub statement: Statement,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    pub id: Uuid,
    pub template: Named,
    pub cycle: Named,
}

/// A code and what it stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    pub code: String,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    pub id: Uuid,
    pub number: i32,
    pub sha256: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    pub id: Uuid,
    pub position: Position,
    pub title: String,
    pub unit: Unit,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    pub id: Uuid,
    pub session: Uuid,
    pub place: String,
    /// When, as the giver stated it.
    pub at: String,
}

/// What changed hands, as the rows have it.
pub struct Facts<'a> {
    pub report: Uuid,
    pub unit: Uuid,
    pub template: &'a template::Model,
    pub cycle: &'a cycle::Model,
    pub mark: &'a Mark,
    pub act: &'a handover::Model,
    /// The seat that received.
    pub receiver: Uuid,
    pub received_at: DateTime<Utc>,
}

impl Payload {
    /// Puts the rows into the words of the directory of this moment.
    ///
    /// # Errors
    /// Where a seat or unit is not in the directory, which holds all that ever were.
    pub fn of(
        directory: &Directory,
        facts: &Facts<'_>,
        (id, code, kid): (Uuid, &str, &str),
        head: Option<Head>,
    ) -> Result<Self, Error> {
        Ok(Self {
            typ: TYP.to_owned(),
            version: VERSION,
            id,
            code: code.to_owned(),
            kid: kid.to_owned(),
            report: Report {
                id: facts.report,
                template: Named {
                    code: facts.template.code.clone(),
                    name: facts.template.name.clone(),
                },
                cycle: Named {
                    code: facts.cycle.code.clone(),
                    name: facts.cycle.name.clone(),
                },
            },
            unit: unit(directory, facts.unit)?,
            revision: Revision {
                id: facts.mark.revision,
                number: facts.mark.number,
                sha256: facts.mark.sha256.clone(),
            },
            giver: seat(directory, facts.act.seat_id)?,
            receiver: seat(directory, facts.receiver)?,
            handover: Handover {
                id: facts.act.id,
                session: facts.act.session_id,
                place: facts.act.place.clone(),
                at: moment(facts.act.at),
            },
            received_at: moment(facts.received_at),
            audit_head: head,
            statement: {
                let [id, en] = STATEMENT.map(str::to_owned);
                Statement { id, en }
            },
        })
    }

    /// The bytes that are signed.
    ///
    /// # Errors
    /// None in practice: all of it has a JSON form.
    pub fn canonical(&self) -> Result<String, Error> {
        audit::canonical_json(self)
    }

    /// What a signed text says.
    ///
    /// # Errors
    /// When it is none of ours.
    pub fn read(text: &str) -> Result<Self, Error> {
        serde_json::from_str(text).map_err(Error::internal)
    }
}

fn seat(directory: &Directory, id: Uuid) -> Result<Seat, Error> {
    let seat = directory.seat(id);
    let seat = seat.ok_or_else(|| Error::internal("a receipt for a seat that is not in the directory"))?;
    Ok(Seat {
        id,
        position: seat.position,
        title: seat.local_title.clone(),
        unit: unit(directory, seat.unit_id)?,
    })
}
