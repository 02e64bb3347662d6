//! Entering every unit that reported and fulfils the rules, by who gives the awards: at once, and as often as one likes.
use std::collections::HashSet;

use entity::{
    award_category, award_edition, award_entry, award_revision,
    enums::{AwardActKind, AwardEntryStatus, AwardOrigin, AwardRecipient, Tier},
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    query,
    stage::takes_new,
    submission::freeze,
    work::{Work, of_unit},
};
use crate::{
    audit,
    authz::{ActingSeat, policy::award::Action},
    award::{
        indicator::{Wants, record::Record, records},
        query as editions, sight,
        trace::{About, Act, record},
    },
    clock::new_id,
    command::{self, Begun, Write},
    db::insert_all,
    error::{Code, Error, Refusal},
    input::invalid,
    locale::Text,
    session::Session,
};

/// Enters whoever fits a category.
#[derive(Clone, Debug, Serialize)]
pub struct Automatic {
    pub category: Uuid,
    /// Only tell what would come of it.
    pub dry_run: bool,
    pub seat: Option<Uuid>,
}

/// What came of it, or would.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entered {
    pub dry_run: bool,
    /// Units of the category's tier beneath the issuer.
    pub units: i32,
    pub entered: i32,
    /// Had been entered before, whatever became of it.
    pub already: i32,
    /// No report of theirs was accepted.
    pub unreported: i32,
    /// Reported, and do not fulfil the rules of eligibility.
    pub unfit: i32,
}

/// Enters every unit of the tier of a category beneath the issuer that has an accepted report of the period and fulfils the rules
/// of eligibility, found eligible at once. Whoever was entered before is left as it is. One act tells of all of them, and what
/// each is entered for is frozen with it.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`; `WrongState` where no entries are taken; `Invalid` for a category that is not for
/// units.
pub async fn nominate(session: &Session, field: &str, input: Automatic) -> Result<Entered, Error> {
    let write = match command::begin(session, field, "nominateAutomatically", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => {
            let counts = replay.outcome["entered"].clone();
            return serde_json::from_value(counts).map_err(Error::internal);
        }
    };
    let missing = || {
        let text = Text::new("Kategori tidak ditemukan.", "The category was not found.");
        Refusal::new(Code::NotFound, text).at(["category"])
    };
    let found = editions::categories_by_id(write.connection(), &write.actor, &[input.category]).await?;
    let category = found.into_iter().next().ok_or_else(missing)?;
    // Alone, so that two of these do not enter the same.
    let asked = (Action::Command, input.seat);
    let (edition, seat) = sight::held(write.connection(), &write.actor, category.edition_id, asked).await?;
    takes_new(&edition, write.now)?;
    if category.recipient != AwardRecipient::Unit {
        return Err(invalid(
            "category",
            "Hanya unit yang diajukan dari laporannya.",
            "Only units are entered out of what they reported.",
        )
        .into());
    }
    let (fitting, counts) = fitting(&write, (&edition, &category), input.dry_run).await?;
    if !input.dry_run && !fitting.is_empty() {
        enter(&write, (&edition, &category), seat, &fitting).await?;
        let act = Act {
            kind: AwardActKind::Nominate,
            about: About::Edition,
            details: json!({ "category": category.id, "origin": AwardOrigin::Automatic, "entered": counts.entered }),
            reason: None,
        };
        record(&write, &edition, seat, act).await?;
    }
    write.commit(json!({ "entered": counts })).await?;
    Ok(counts)
}

/// The units to be entered, with what they are entered for, and how many are not.
async fn fitting(
    write: &Write,
    (edition, category): (&award_edition::Model, &award_category::Model),
    dry_run: bool,
) -> Result<(Vec<(Uuid, Record)>, Entered), Error> {
    let tree = &write.actor.directory.tree;
    let units = tree.subtree(edition.unit_id).iter();
    let units = units.filter(|unit| of_unit(unit, (edition, category), &write.actor).is_none());
    let units: Vec<Uuid> = units.map(|unit| unit.id).collect();
    let entered = query::units_entered(write.connection(), category.id).await?;
    let entered: HashSet<Uuid> = entered.into_iter().collect();
    let new: Vec<Uuid> = units.iter().copied().filter(|unit| !entered.contains(unit)).collect();
    let mut wants = Wants::of_criteria([category]).and_eligibility(category);
    wants.reports = true;
    let mut records = records(write.connection(), edition, &wants, &new, write.now).await?;
    let mut counts = Entered {
        dry_run,
        units: counted(units.len()),
        already: counted(units.len() - new.len()),
        ..Entered::default()
    };
    let mut fitting = Vec::new();
    for unit in new {
        let Some(record) = records.remove(&unit) else { continue };
        let facts = record.facts();
        if !facts.reported {
            counts.unreported += 1;
        } else if facts.missing(&category.eligibility).is_empty() {
            fitting.push((unit, record));
        } else {
            counts.unfit += 1;
        }
    }
    counts.entered = counted(fitting.len());
    Ok((fitting, counts))
}

fn counted(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// Writes the entries with their submissions.
async fn enter(
    write: &Write,
    (edition, category): (&award_edition::Model, &award_category::Model),
    seat: ActingSeat,
    fitting: &[(Uuid, Record)],
) -> Result<(), Error> {
    let directory = &write.actor.directory;
    let (mut entries, mut revisions) = (Vec::new(), Vec::new());
    for (unit, record) in fitting {
        let province = directory.tree.ancestor_at(*unit, Tier::Provinsi);
        let row = award_entry::Model {
            id: new_id(write.now),
            edition_id: edition.id,
            category_id: category.id,
            unit_id: *unit,
            tier: category.tier,
            provinsi_id: province.map_or(*unit, |province| province.id),
            recipient: AwardRecipient::Unit,
            account_id: None,
            name: None,
            name_salt: None,
            origin: AwardOrigin::Automatic,
            nominator_id: edition.unit_id,
            title: None,
            statement: None,
            status: AwardEntryStatus::Eligible,
            revision_id: Some(new_id(write.now)),
            submitted_at: Some(write.now),
            submitted_by: Some(write.actor.account),
            version: 1,
            created_at: write.now,
            created_by: write.actor.account,
        };
        let said = (&Work::default(), &[][..], Some(record));
        let frozen = freeze(&row, 1, (edition, category), said, directory)?;
        revisions.push(award_revision::Model {
            id: row.revision_id.unwrap_or_default(),
            entry_id: row.id,
            number: 1,
            content: frozen.content,
            sha256: frozen.sha256,
            account_id: write.actor.account,
            seat_id: seat.seat,
            at: write.now,
        });
        entries.push(row);
    }
    let connection = write.connection();
    insert_all(connection, entries).await?;
    insert_all(connection, revisions.clone()).await?;
    let subjects: Vec<_> = revisions
        .iter()
        .map(|row| audit::Subject {
            subject_type: audit::SubjectType::AwardRevision,
            id: row.id,
            row,
        })
        .collect();
    audit::attest_all(connection, &subjects, write.now).await
}
