//! Drafting an edition and changing it, until its rules are published.
use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    award_category, award_edition,
    enums::{AwardActKind, AwardEditionStatus, RecordType, RubricStatus},
    rubric,
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    draft::{self, Category, Known, Plan},
    query,
    sight::{self, not_found, stale},
    trace::{About, Act, record},
};
use crate::{
    authz::{
        ActingSeat,
        policy::award::{Action, begins},
    },
    clock::new_id,
    command::{self, Begun, Replay, Write},
    db::insert_all,
    error::{Code, Error, Refusal},
    file::attachment,
    input::trimmed,
    legal_basis::LegalBasis,
    locale::Text,
    review::rubric::query as rubrics,
    session::Session,
};

/// An edition to be drafted.
#[derive(Clone, Debug, Serialize)]
pub struct Create {
    pub plan: Plan,
    pub seat: Option<Uuid>,
}

/// Drafts an edition of the unit of the seat that acts: RI, or a province.
///
/// # Errors
/// `Forbidden`, `SeatAmbiguous`, and `Required`, `TooLong`, `NotFound` and `Invalid` for everything that does not fit, all at
/// once.
pub async fn create(session: &Session, field: &str, input: Create) -> Result<award_edition::Model, Error> {
    let write = match command::begin(session, field, "createAwardEdition", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let seat = write.actor.seat_that_may(input.seat, Refusal::forbidden(), |seat| {
        begins(seat.function, seat.tier)
    })?;
    check(&write, seat, &input.plan).await?;
    let blank = award_edition::Model {
        id: new_id(write.now),
        unit_id: seat.unit,
        title: String::new(),
        description: None,
        time_zone: String::new(),
        evidence_from: input.plan.evidence_from,
        evidence_to: input.plan.evidence_to,
        entries_by: input.plan.entries_by,
        objection_days: input.plan.objection_days,
        letter_number: None,
        letter_date: None,
        letter_file_id: None,
        rules: None,
        rules_sha256: None,
        rules_published_at: None,
        status: AwardEditionStatus::Draft,
        announced_at: None,
        event_id: None,
        objections_until: None,
        version: 1,
        created_at: write.now,
        created_by: write.actor.account,
    };
    let row = planned(blank, &input.plan)?;
    hold_letter(&write, &row, None).await?;
    row.clone().into_active_model().insert(write.connection()).await?;
    write_categories(&write, &row, &input.plan, &[]).await?;
    trace(&write, &row, seat, AwardActKind::CreateEdition).await?;
    write.commit(outcome(row.id)).await?;
    Ok(row)
}

/// A change to an edition: what is given replaces what there is.
#[derive(Clone, Debug, Serialize)]
pub struct Edit {
    pub edition: Uuid,
    pub expected_version: i32,
    pub plan: Changes,
    pub seat: Option<Uuid>,
}

/// What of a plan is to change.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Changes {
    pub title: Option<String>,
    pub description: Option<Option<String>>,
    pub time_zone: Option<String>,
    pub evidence_from: Option<NaiveDate>,
    pub evidence_to: Option<NaiveDate>,
    pub entries_by: Option<DateTime<Utc>>,
    pub objection_days: Option<i32>,
    pub letter: Option<Option<LegalBasis>>,
    pub letter_file: Option<Option<Uuid>>,
    pub categories: Option<Vec<Category>>,
}

impl Changes {
    fn on(self, plan: Plan) -> Plan {
        Plan {
            title: self.title.unwrap_or(plan.title),
            description: self.description.unwrap_or(plan.description),
            time_zone: self.time_zone.unwrap_or(plan.time_zone),
            evidence_from: self.evidence_from.unwrap_or(plan.evidence_from),
            evidence_to: self.evidence_to.unwrap_or(plan.evidence_to),
            entries_by: self.entries_by.unwrap_or(plan.entries_by),
            objection_days: self.objection_days.unwrap_or(plan.objection_days),
            letter: self.letter.unwrap_or(plan.letter),
            letter_file: self.letter_file.unwrap_or(plan.letter_file),
            categories: self.categories.unwrap_or(plan.categories),
        }
    }
}

/// Changes a draft. Once its rules are published an edition does not change any more: another takes its place.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `StaleVersion`, `WrongState`, and what [`create`] says of what does not fit.
pub async fn edit(session: &Session, field: &str, input: Edit) -> Result<award_edition::Model, Error> {
    let write = match command::begin(session, field, "editAwardEdition", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let asked = (Action::Prepare, input.seat);
    let (row, seat) = sight::held(write.connection(), &write.actor, input.edition, asked).await?;
    if row.version != input.expected_version {
        return Err(stale(&row).into());
    }
    if row.status != AwardEditionStatus::Draft {
        return Err(wrong_state(row.status).into());
    }
    let categories = query::categories(write.connection(), &[row.id]).await?;
    let plan = input.plan.on(plan_of(&row, &categories));
    check(&write, seat, &plan).await?;
    check_categories(&plan, &categories)?;
    let after = planned(
        award_edition::Model {
            version: row.version + 1,
            ..row.clone()
        },
        &plan,
    )?;
    // A file that is not there is told, not stumbled over.
    hold_letter(&write, &after, row.letter_file_id).await?;
    write_if_unchanged(&write, &row, &after).await?;
    write_categories(&write, &after, &plan, &categories).await?;
    trace(&write, &after, seat, AwardActKind::EditEdition).await?;
    write.commit(outcome(after.id)).await?;
    Ok(after)
}

/// Everything that is wrong with a plan of the unit of a seat.
async fn check(write: &Write, seat: ActingSeat, plan: &Plan) -> Result<(), Error> {
    let named: Vec<Uuid> = plan.categories.iter().filter_map(Category::rubric).collect();
    let known = Known {
        issuer: seat.tier,
        rubrics: &usable_rubrics(write, &named).await?,
        catalogue: &write.services().catalogue.load(),
    };
    draft::check(plan, &known, write.now)
}

/// The published rubrics among these that the actor may know of.
pub(super) async fn usable_rubrics(write: &Write, named: &[Uuid]) -> Result<Vec<rubric::Model>, Error> {
    let mut found = rubrics::by_ids(write.connection(), &write.actor, named).await?;
    found.retain(|row| row.status == RubricStatus::Published);
    Ok(found)
}

/// The edition as a plan, with its categories in their order.
pub(super) fn plan_of(row: &award_edition::Model, categories: &[award_category::Model]) -> Plan {
    let letter = row.letter_number.clone().zip(row.letter_date);
    Plan {
        title: row.title.clone(),
        description: row.description.clone(),
        time_zone: row.time_zone.clone(),
        evidence_from: row.evidence_from,
        evidence_to: row.evidence_to,
        entries_by: row.entries_by,
        objection_days: row.objection_days,
        letter: letter.map(|(number, date)| LegalBasis { number, date }),
        letter_file: row.letter_file_id,
        categories: categories.iter().map(category_of).collect(),
    }
}

fn category_of(row: &award_category::Model) -> Category {
    Category {
        id: Some(row.id),
        title: row.title.clone(),
        description: row.description.clone(),
        recipient: row.recipient,
        tier: row.tier,
        scheme: row.scheme,
        places: row.places,
        nominees: row.nominees,
        shortlist: row.shortlist,
        criteria: row.criteria.clone(),
        tie_breaks: row.tie_breaks.clone(),
        eligibility: row.eligibility.clone(),
        sheets_minimum: row.sheets_minimum,
        calibration_minimum: row.calibration_minimum,
        outlier_points: row.outlier_points,
    }
}

/// Categories that are named to be there already are.
fn check_categories(plan: &Plan, known: &[award_category::Model]) -> Result<(), Error> {
    let strange = |(place, category): (usize, &Category)| {
        let id = category.id?;
        let earlier = plan.categories.iter().take(place).any(|other| other.id == Some(id));
        (earlier || !known.iter().any(|row| row.id == id)).then(|| {
            let text = Text::new("Kategori tidak ditemukan.", "The category was not found.");
            let path = ["categories".to_owned(), place.to_string(), "id".to_owned()];
            Refusal::new(Code::NotFound, text).at(path)
        })
    };
    let faults: Vec<Refusal> = plan.categories.iter().enumerate().filter_map(strange).collect();
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::Refused(faults))
    }
}

/// The edition as a plan says. Texts are kept without blanks around them.
pub(crate) fn planned(row: award_edition::Model, plan: &Plan) -> Result<award_edition::Model, Error> {
    let letter = plan.letter.as_ref().map(LegalBasis::checked).transpose()?;
    Ok(award_edition::Model {
        title: plan.title.trim().to_owned(),
        description: trimmed(plan.description.as_deref()),
        time_zone: plan.time_zone.clone(),
        evidence_from: plan.evidence_from,
        evidence_to: plan.evidence_to,
        entries_by: plan.entries_by,
        objection_days: plan.objection_days,
        letter_number: letter.as_ref().map(|letter| letter.number.clone()),
        letter_date: letter.map(|letter| letter.date),
        letter_file_id: plan.letter_file,
        ..row
    })
}

/// The categories of a plan as rows; one that was there keeps its id.
pub(crate) fn category_rows(edition: Uuid, plan: &Plan, now: DateTime<Utc>) -> Vec<award_category::Model> {
    let row = |(category, position): (&Category, i32)| award_category::Model {
        id: category.id.unwrap_or_else(|| new_id(now)),
        edition_id: edition,
        position,
        title: category.title.trim().to_owned(),
        description: trimmed(category.description.as_deref()),
        recipient: category.recipient,
        tier: category.tier,
        scheme: category.scheme,
        places: category.places,
        nominees: category.nominees,
        shortlist: category.shortlist,
        criteria: category.criteria.clone(),
        tie_breaks: category.tie_breaks.clone(),
        eligibility: category.eligibility.clone(),
        sheets_minimum: category.sheets_minimum,
        calibration_minimum: category.calibration_minimum,
        outlier_points: category.outlier_points,
    };
    plan.categories.iter().zip(1..).map(row).collect()
}

/// Nothing hangs on the categories of a draft yet: they are written anew.
async fn write_categories(
    write: &Write,
    row: &award_edition::Model,
    plan: &Plan,
    before: &[award_category::Model],
) -> Result<(), Error> {
    if !before.is_empty() {
        award_category::Entity::delete_many()
            .filter(award_category::Column::EditionId.eq(row.id))
            .exec(write.connection())
            .await?;
    }
    insert_all(write.connection(), category_rows(row.id, plan, write.now)).await
}

/// Makes the edition hold the file of its letter, and let go of one it names no more.
async fn hold_letter(write: &Write, row: &award_edition::Model, before: Option<Uuid>) -> Result<(), Error> {
    if let Some(file) = row.letter_file_id {
        let record = (RecordType::AwardEdition, row.id);
        if !attachment::hold_letter(write.connection(), &write.actor, record, file, write.now).await? {
            return Err(attachment::not_found().at(["letterFile"]).into());
        }
    }
    if let Some(file) = before.filter(|file| Some(*file) != row.letter_file_id) {
        attachment::let_go(write.connection(), row.id, file, write.now).await?;
    }
    Ok(())
}

async fn trace(write: &Write, row: &award_edition::Model, seat: ActingSeat, kind: AwardActKind) -> Result<(), Error> {
    let act = Act {
        kind,
        about: About::Edition,
        details: told(row),
        reason: None,
    };
    record(write, row, seat, act).await.map(drop)
}

/// What of an edition every act on it tells.
#[must_use]
pub fn told(row: &award_edition::Model) -> Value {
    json!({
        "version": row.version,
        "status": row.status,
        "evidenceFrom": row.evidence_from,
        "evidenceTo": row.evidence_to,
        "entriesBy": row.entries_by,
        "objectionDays": row.objection_days,
        "timeZone": row.time_zone,
        "rulesSha256": row.rules_sha256,
    })
}

/// Writes an edition where it is still as it was decided on.
///
/// # Errors
/// `StaleVersion`; the database's.
pub async fn write_if_unchanged(
    write: &Write,
    before: &award_edition::Model,
    after: &award_edition::Model,
) -> Result<(), Error> {
    let written = award_edition::Entity::update_many()
        .set(after.clone().into_active_model().reset_all())
        .filter(award_edition::Column::Id.eq(before.id))
        .filter(award_edition::Column::Version.eq(before.version))
        .filter(award_edition::Column::Status.eq(before.status))
        .exec(write.connection())
        .await?;
    if written.rows_affected == 1 {
        Ok(())
    } else {
        Err(stale(before).into())
    }
}

/// That a command does not follow from where an edition stands.
#[must_use]
pub fn wrong_state(status: AwardEditionStatus) -> Refusal {
    let (id, en) = match status {
        AwardEditionStatus::Draft => ("masih berupa rancangan", "still a draft"),
        AwardEditionStatus::RulesPublished => ("sudah menerbitkan aturannya", "one whose rules are published"),
        AwardEditionStatus::Nomination => ("sedang menerima entri", "taking entries"),
        AwardEditionStatus::Verification => ("sedang diverifikasi", "being verified"),
        AwardEditionStatus::Judging => ("sedang dinilai", "being judged"),
        AwardEditionStatus::Ranked => ("sudah diperingkat", "ranked"),
        AwardEditionStatus::Ratified => ("sudah ditetapkan", "ratified"),
        AwardEditionStatus::Announced => ("sudah diumumkan", "announced"),
        AwardEditionStatus::Closed => ("sudah ditutup", "closed"),
        AwardEditionStatus::Void => ("sudah dibatalkan", "void"),
    };
    let text = Text::new(
        format!("Edisi ini {id}; perintah tersebut tidak dapat dilakukan sekarang."),
        format!("This edition is {en}; the command does not follow from there."),
    );
    Refusal::new(Code::WrongState, text).at(["edition"])
}

/// What is kept of a command on an edition.
pub(super) fn outcome(edition: Uuid) -> Value {
    json!({ "edition": edition })
}

/// Renders the outcome of an earlier run again, by what the caller may see now.
pub(super) async fn replayed(
    session: &Session,
    Replay { actor, outcome }: Replay,
) -> Result<award_edition::Model, Error> {
    let id = outcome["edition"].as_str().and_then(|id| id.parse().ok());
    let id: Uuid = id.ok_or_else(|| Error::internal("an outcome without an edition"))?;
    let found = query::by_ids(session.services.db.reader(), &actor, &[id]).await?;
    found
        .into_iter()
        .next()
        .ok_or_else(|| not_found().at(["edition"]).into())
}
