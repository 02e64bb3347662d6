//! What is submitted of an entry: canonical JSON and its SHA-256. It names nobody: a person is told by an id, a name by a hash
//! with a salt that lies beside the name, so that the submission stands when the name is erased.
use entity::{
    award_category, award_edition, award_entry,
    enums::{AwardOrigin, AwardRecipient},
    file,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::work::{Link, Work};
use crate::{
    audit::canonical_json,
    award::indicator::record::Record,
    digest::{hexadecimal, sha256},
    error::Error,
    report::revision::SubmittedFile,
    statement::payload::{Unit, unit},
    territory::directory::Directory,
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Content<'a> {
    /// Tells what this JSON is wherever it turns up.
    typ: &'static str,
    entry: Uuid,
    number: i32,
    edition: Uuid,
    rules_sha256: Option<&'a str>,
    category: Uuid,
    unit: Unit,
    recipient: AwardRecipient,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name_sha256: Option<String>,
    origin: AwardOrigin,
    nominator: Unit,
    title: Option<&'a str>,
    statement: Option<&'a str>,
    links: Vec<SubmittedLink>,
    files: Vec<SubmittedFile>,
    /// What it was entered for, where the issuer entered it out of what was reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    sources: Option<&'a Record>,
}

/// A link as it was submitted.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct SubmittedLink {
    pub title: String,
    pub url: String,
    /// The id of the file that is its copy.
    pub copy: Option<Uuid>,
}

impl From<&Link> for SubmittedLink {
    fn from(link: &Link) -> Self {
        Self {
            title: link.title.clone(),
            url: link.url.clone(),
            copy: link.copy,
        }
    }
}

/// What a submission says, read back.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Submitted {
    pub title: Option<String>,
    pub statement: Option<String>,
    pub links: Vec<SubmittedLink>,
    pub files: Vec<SubmittedFile>,
}

impl Submitted {
    /// The files that are no copies of links.
    pub fn evidence(&self) -> impl Iterator<Item = Uuid> + '_ {
        let is_copy = |file: &Uuid| self.links.iter().any(|link| link.copy == Some(*file));
        let files = self.files.iter().map(|file| file.id);
        files.filter(move |file| !is_copy(file))
    }
}

/// Reads a submission back.
///
/// # Errors
/// When the content is no submission.
pub fn read(content: &str) -> Result<Submitted, Error> {
    serde_json::from_str(content).map_err(Error::internal)
}

/// A frozen text and its hash.
pub struct Frozen {
    /// Canonical JSON (RFC 8785).
    pub content: String,
    /// SHA-256 of exactly those bytes, lower-case hexadecimal.
    pub sha256: String,
}

/// A new salt for a name.
#[must_use]
pub fn salt() -> String {
    hexadecimal(&rand::random::<[u8; 16]>())
}

/// Freezes what an entry says as its submission `number`, with the files it holds.
///
/// # Errors
/// Where its units are not in the directory.
pub fn freeze(
    row: &award_entry::Model,
    number: i32,
    (edition, category): (&award_edition::Model, &award_category::Model),
    (work, files, sources): (&Work, &[file::Model], Option<&Record>),
    directory: &Directory,
) -> Result<Frozen, Error> {
    let named = row.name_salt.as_ref().zip(row.name.as_ref());
    let mut files: Vec<SubmittedFile> = files.iter().map(SubmittedFile::from).collect();
    files.sort_by_key(|file| file.id);
    let content = canonical_json(&Content {
        typ: "jenjang.award-entry.v1",
        entry: row.id,
        number,
        edition: edition.id,
        rules_sha256: edition.rules_sha256.as_deref(),
        category: category.id,
        unit: unit(directory, row.unit_id)?,
        recipient: row.recipient,
        account: row.account_id,
        name_sha256: named.map(|(salt, name)| sha256(&format!("{salt}{name}"))),
        origin: row.origin,
        nominator: unit(directory, row.nominator_id)?,
        title: work.title.as_deref(),
        statement: work.statement.as_deref(),
        links: work.links.iter().map(SubmittedLink::from).collect(),
        files,
        sources,
    })?;
    let sha256 = sha256(&content);
    Ok(Frozen { content, sha256 })
}
