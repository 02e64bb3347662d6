//! What is signed: canonical JSON that names units and what was attended or won, and of the person only a salted hash.
//! docs/receipts.md tells each field to whoever verifies one.
use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    enums::{AwardHonour, AwardRecipient, AwardScheme, CertificateKind},
    event,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    audit,
    digest::hexadecimal,
    error::Error,
    statement::payload::{Head, Statement, Unit, moment, unit},
    territory::directory::Directory,
};

/// What the text is, so that no other text signed by a server can pass for it.
pub const TYP: &str = "jenjang-certificate";

/// The version of the fields.
pub const VERSION: u32 = 1;

/// What it is and is not, in the text itself.
const STATEMENT: [&str; 2] = [
    "Pernyataan server Jenjang sebagaimana tertulis di sini. Ini bukan Tanda Tangan Elektronik (TTE) tersertifikasi dan tidak menggantikannya. Pencabutan hanya diketahui dari server.",
    "The Jenjang server's statement of what is written here. It is not a certified electronic signature (TTE) and does not replace one. Only the server knows whether it was revoked.",
];

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Payload {
    pub typ: String,
    pub version: u32,
    /// The certificate's.
    pub id: Uuid,
    /// By which it is looked up.
    pub code: String,
    /// The key that signed.
    pub kid: String,
    pub about: About,
    /// Who issues it.
    pub issuer: Unit,
    /// Whose it is, or whose person.
    pub unit: Unit,
    pub holder: Holder,
    pub issued_at: String,
    /// The last link of the chain of the audit when it was signed: null while nothing is linked yet.
    pub audit_head: Option<Head>,
    pub statement: Statement,
}

/// What is attested.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum About {
    /// That somebody was at an event.
    Attendance { event: Event },
    /// That somebody was honoured.
    Award { award: Award },
}

impl About {
    /// The kind of certificate that attests this.
    #[must_use]
    pub fn kind(&self) -> CertificateKind {
        match self {
            Self::Attendance { .. } => CertificateKind::Attendance,
            Self::Award { .. } => CertificateKind::Award,
        }
    }
}

/// An award as it was announced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Award {
    pub id: Uuid,
    pub edition: Named,
    pub category: Named,
    pub recipient: AwardRecipient,
    pub scheme: AwardScheme,
    pub honour: AwardHonour,
    /// None among equals, and of nominees.
    pub place: Option<i32>,
    pub announced_at: String,
    /// The day in Jakarta.
    pub announced_on: NaiveDate,
    pub time_zone: String,
    /// Of the rules as they were published.
    pub rules_sha256: Option<String>,
    /// By which it was announced.
    pub list: List,
}

/// Something by its title.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    pub id: Uuid,
    pub title: String,
}

/// A list of those who were honoured, and the letter by which it was ratified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    pub number: i32,
    pub sha256: String,
    pub letter: Option<Letter>,
}

/// A letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    pub number: String,
    pub date: NaiveDate,
}

/// An event as it was when it was attested.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    pub id: Uuid,
    pub title: String,
    pub place: Option<String>,
    pub starts_at: String,
    pub ends_at: String,
    pub time_zone: String,
}

impl From<&event::Model> for Event {
    fn from(row: &event::Model) -> Self {
        Self {
            id: row.id,
            title: row.title.clone(),
            place: row.place.clone(),
            starts_at: moment(row.starts_at),
            ends_at: moment(row.ends_at),
            time_zone: row.time_zone.clone(),
        }
    }
}

/// Who it is of, without saying who.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// SHA-256 of the salt followed by the name in UTF-8, hexadecimal.
    pub sha256: String,
}

impl Holder {
    /// The holder of a name, under a salt.
    #[must_use]
    pub fn of(name: &str, salt: &[u8]) -> Self {
        let hash = Sha256::new().chain_update(salt).chain_update(name).finalize();
        Self {
            sha256: hexadecimal(&hash),
        }
    }
}

/// What is to be attested of somebody.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    pub about: &'a About,
    pub issuer: Uuid,
    pub unit: Uuid,
    pub holder: Holder,
    pub issued_at: DateTime<Utc>,
}

impl Payload {
    /// Puts it into the words of the directory of this moment.
    ///
    /// # Errors
    /// Where a unit is not in the directory, which holds all that ever were.
    pub fn of(
        directory: &Directory,
        facts: Facts<'_>,
        (id, code, kid): (Uuid, &str, &str),
        head: Option<Head>,
    ) -> Result<Self, Error> {
        let [id_words, en_words] = STATEMENT.map(str::to_owned);
        Ok(Self {
            typ: TYP.to_owned(),
            version: VERSION,
            id,
            code: code.to_owned(),
            kid: kid.to_owned(),
            about: facts.about.clone(),
            issuer: unit(directory, facts.issuer)?,
            unit: unit(directory, facts.unit)?,
            holder: facts.holder,
            issued_at: moment(facts.issued_at),
            audit_head: head,
            statement: Statement {
                id: id_words,
                en: en_words,
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
