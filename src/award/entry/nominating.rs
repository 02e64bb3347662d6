//! Entering somebody, and writing the entry until it is submitted.
use entity::{
    award_category, award_edition, award_entry, award_link,
    enums::{AwardActKind, AwardEntryStatus, AwardOrigin, AwardRecipient, RecordType, Tier},
};
use sea_orm::{ActiveModelTrait, ColumnTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    query,
    stage::{entered_already, is_time_for, may_be_written, not_found, stale, takes_new},
    submission::salt,
    work::{Link, Whom, Work, faults_of},
};
use crate::{
    authz::{
        ActingSeat, Standing,
        policy::award::{EntryAction, nominates},
    },
    award::{
        query as editions,
        sight::Entrant,
        trace::{About, Act, record},
        workflow::EntryStep,
    },
    clock::new_id,
    command::{self, Begun, Replay, Write},
    db::{insert_all, is_taken},
    error::{Code, Error, Refusal},
    faults::{LONGEST_NAME, named},
    file::attachment,
    input::{Wrong, invalid, trimmed},
    locale::Text,
    session::Session,
};

/// Enters somebody.
#[derive(Clone, Debug, Serialize)]
pub struct Nominate {
    pub category: Uuid,
    /// None: the unit of the seat that acts.
    pub unit: Option<Uuid>,
    pub account: Option<Uuid>,
    pub name: Option<String>,
    pub work: Work,
    pub seat: Option<Uuid>,
}

/// Enters the own unit, one beneath, somebody of either, or an outsider, as a draft that nobody else reads.
///
/// # Errors
/// `NotFound` for the category, the unit or a file; `Forbidden`, `SeatAmbiguous`; `WrongState` where no entries are taken;
/// `AlreadyExists`; and `Required`, `TooLong` and `Invalid` for everything that does not fit, all at once.
pub async fn nominate(session: &Session, field: &str, input: Nominate) -> Result<award_entry::Model, Error> {
    let write = match command::begin(session, field, "nominate", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let (edition, category) = category_of(&write, input.category, is_told_by_name(&input)).await?;
    let (seat, unit) = nominator(&write, &input)?;
    takes_new(&edition, write.now)?;
    let tree = &write.actor.directory.tree;
    let unit = tree.get(unit).ok_or_else(|| unit_not_found("unit"))?;
    let name = trimmed(input.name.as_deref());
    let row = award_entry::Model {
        id: new_id(write.now),
        edition_id: edition.id,
        category_id: category.id,
        unit_id: unit.id,
        tier: unit.tier,
        // A unit that is of no province is refused below.
        provinsi_id: tree
            .ancestor_at(unit.id, Tier::Provinsi)
            .map_or(unit.id, |above| above.id),
        recipient: category.recipient,
        account_id: input.account,
        name_salt: name.is_some().then(salt),
        name,
        origin: if seat.unit == unit.id {
            AwardOrigin::Own
        } else {
            AwardOrigin::Parent
        },
        nominator_id: seat.unit,
        title: trimmed(input.work.title.as_deref()),
        statement: trimmed(input.work.statement.as_deref()),
        status: AwardEntryStatus::Draft,
        revision_id: None,
        submitted_at: None,
        submitted_by: None,
        version: 1,
        created_at: write.now,
        created_by: write.actor.account,
    };
    let whom = Whom {
        unit,
        account: input.account,
        name: input.name.as_deref(),
    };
    let mut wrong = Wrong::default();
    let faults = faults_of(whom, (&edition, &category), &write.actor);
    let fits = faults.is_empty();
    wrong.extend(faults);
    wrong.extend(input.work.faults());
    wrong.extend(unknown_files(&write, row.id, &input.work).await?);
    if fits && query::is_entered(write.connection(), &row).await? {
        wrong.extend([entered_already(&row)]);
    }
    wrong.settle()?;
    let inserted = row.clone().into_active_model().insert(write.connection()).await;
    inserted.map_err(|error| taken(error, &row))?;
    insert_all(write.connection(), links(&row, &input.work.links, &write)).await?;
    hold(&write, &row, &input.work).await?;
    leave(&write, &edition, (&row, seat), (AwardActKind::Nominate, None), None).await?;
    write.commit(outcome(row.id)).await?;
    Ok(row)
}

/// Whether somebody is entered by a name alone. No index keeps such a name from being entered twice at once.
fn is_told_by_name(input: &Nominate) -> bool {
    input.account.is_none() && input.name.is_some()
}

/// The category with its edition, which stays as it is until the transaction ends; `alone`: nobody enters anybody meanwhile.
pub(super) async fn category_of(
    write: &Write,
    id: Uuid,
    alone: bool,
) -> Result<(award_edition::Model, award_category::Model), Error> {
    let missing = || {
        Refusal::new(
            Code::NotFound,
            Text::new("Kategori tidak ditemukan.", "The category was not found."),
        )
    };
    let found = editions::categories_by_id(write.connection(), &write.actor, &[id]).await?;
    let category = found.into_iter().next().ok_or_else(|| missing().at(["category"]))?;
    let edition = edition_of(write, category.edition_id, alone).await?;
    let edition = edition.ok_or_else(|| missing().at(["category"]))?;
    Ok((edition, category))
}

async fn edition_of(write: &Write, id: Uuid, alone: bool) -> Result<Option<award_edition::Model>, Error> {
    if alone {
        editions::held(write.connection(), &write.actor, id).await
    } else {
        editions::shared(write.connection(), &write.actor, id).await
    }
}

/// The seat that enters, and whose unit. Units are no secret.
fn nominator(write: &Write, input: &Nominate) -> Result<(ActingSeat, Uuid), Refusal> {
    let actor = &write.actor;
    let Some(unit) = input.unit else {
        let seat = actor.seat_that_may(input.seat, Refusal::forbidden(), |seat| {
            nominates(seat.function, Standing::Own)
        })?;
        return Ok((seat, seat.unit));
    };
    if actor
        .directory
        .tree
        .get(unit)
        .is_none_or(crate::territory::tree::Unit::is_undone)
    {
        return Err(unit_not_found("unit"));
    }
    let seat = actor.seat_that_may(input.seat, Refusal::forbidden().at(["unit"]), |seat| {
        nominates(seat.function, actor.standing(seat, unit))
    })?;
    Ok((seat, unit))
}

fn unit_not_found(field: &str) -> Refusal {
    let text = Text::new("Unit tidak ditemukan.", "The unit was not found.");
    Refusal::new(Code::NotFound, text).at([field])
}

/// What is to change about an entry: what is given replaces what there is.
#[derive(Clone, Debug, Serialize)]
pub struct Edit {
    pub entry: Uuid,
    pub expected_version: i32,
    /// The name of an outsider, or of a person without an account.
    pub name: Option<String>,
    pub title: Option<Option<String>>,
    pub statement: Option<Option<String>>,
    pub links: Option<Vec<Link>>,
    pub files: Option<Vec<Uuid>>,
    pub seat: Option<Uuid>,
}

/// Changes an entry that is a draft, or was returned. Whom it is for does not change, but how somebody is written.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `StaleVersion`, `WrongState`, and what [`nominate`] says of what does not fit.
pub async fn edit(session: &Session, field: &str, input: Edit) -> Result<award_entry::Model, Error> {
    let write = match command::begin(session, field, "editAwardEntry", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let (edition, row, seat) = held(&write, input.entry, (EntryAction::Draft, input.seat)).await?;
    is_time_for(EntryStep::Submit, edition.status)?;
    if row.version != input.expected_version {
        return Err(stale(&row).into());
    }
    may_be_written(&edition, &row, write.now)?;
    let before = work_of(&write, &row).await?;
    let work = Work {
        title: input.title.unwrap_or(before.title),
        statement: input.statement.unwrap_or(before.statement),
        links: input.links.unwrap_or(before.links),
        files: input.files.unwrap_or(before.files),
    };
    let mut wrong = Wrong::default();
    wrong.extend(work.faults());
    wrong.extend(renaming(&row, input.name.as_deref()));
    wrong.extend(unknown_files(&write, row.id, &work).await?);
    wrong.settle()?;
    let name = trimmed(input.name.as_deref()).filter(|name| row.name.as_ref() != Some(name));
    let after = award_entry::Model {
        title: trimmed(work.title.as_deref()),
        statement: trimmed(work.statement.as_deref()),
        name_salt: name.as_ref().map_or(row.name_salt.clone(), |_new| Some(salt())),
        name: name.or_else(|| row.name.clone()),
        version: row.version + 1,
        ..row.clone()
    };
    if after.name != row.name && query::is_entered(write.connection(), &after).await? {
        return Err(entered_already(&after).into());
    }
    write_if_unchanged(&write, &row, &after).await?;
    award_link::Entity::delete_many()
        .filter(award_link::Column::EntryId.eq(row.id))
        .exec(write.connection())
        .await?;
    insert_all(write.connection(), links(&row, &work.links, &write)).await?;
    hold(&write, &row, &work).await?;
    leave(&write, &edition, (&after, seat), (AwardActKind::EditEntry, None), None).await?;
    write.commit(outcome(after.id)).await?;
    Ok(after)
}

fn renaming(row: &award_entry::Model, name: Option<&str>) -> Option<Refusal> {
    let given = name?;
    if row.recipient == AwardRecipient::Unit || row.account_id.is_some() {
        return Some(invalid(
            "name",
            "Entri ini bukan bagi seseorang yang disebut dengan namanya.",
            "This entry is not for somebody who is told by name.",
        ));
    }
    named("name", given, LONGEST_NAME)
}

/// What an entry says now, as whoever writes it reads it.
pub(super) async fn work_of(write: &Write, row: &award_entry::Model) -> Result<Work, Error> {
    let links = query::links(write.connection(), &[row.id]).await?;
    let links: Vec<Link> = links.into_iter().map(Link::from).collect();
    let mut files = query::files(write.connection(), &[row.id]).await?;
    let files = files.remove(&row.id).unwrap_or_default();
    Ok(work(row, links, files))
}

/// What an entry says, put together: the copies of links are no evidence by themselves.
#[must_use]
pub fn work(row: &award_entry::Model, links: Vec<Link>, mut files: Vec<Uuid>) -> Work {
    files.retain(|file| !links.iter().any(|link| link.copy == Some(*file)));
    Work {
        title: row.title.clone(),
        statement: row.statement.clone(),
        links,
        files,
    }
}

fn links(row: &award_entry::Model, links: &[Link], write: &Write) -> Vec<award_link::Model> {
    let one = |(link, position): (&Link, i32)| award_link::Model {
        id: new_id(write.now),
        entry_id: row.id,
        position,
        title: link.title.trim().to_owned(),
        url: link.url.trim().to_owned(),
        copy_id: link.copy,
    };
    links.iter().zip(1..).map(one).collect()
}

/// The files that are none of the actor's and none of the entry's, each at its place.
async fn unknown_files(write: &Write, entry: Uuid, work: &Work) -> Result<Vec<Refusal>, Error> {
    let files = work.all_files();
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let known = attachment::fitting(write.connection(), &write.actor, entry, &files).await?;
    Ok(missing(work, |file| known.iter().any(|known| known.id == file)))
}

fn missing(work: &Work, is_there: impl Fn(Uuid) -> bool) -> Vec<Refusal> {
    let files = work.files.iter().enumerate().filter(|(_place, file)| !is_there(**file));
    let files = files.map(|(place, _file)| attachment::not_found().at(["files".to_owned(), place.to_string()]));
    let links = work.links.iter().enumerate();
    let links = links.filter(|(_place, link)| link.copy.is_some_and(|copy| !is_there(copy)));
    let links = links.map(|(place, _link)| {
        let path = ["links".to_owned(), place.to_string(), "copy".to_owned()];
        attachment::not_found().at(path)
    });
    files.chain(links).collect()
}

/// Makes the entry hold exactly the files it names.
async fn hold(write: &Write, row: &award_entry::Model, work: &Work) -> Result<(), Error> {
    let record = (RecordType::AwardEntry, row.id);
    let gone = attachment::hold(write.connection(), record, &work.all_files(), write.now).await?;
    let mut wrong = Wrong::default();
    wrong.extend(missing(work, |file| !gone.contains(&file)));
    wrong.settle()
}

/// An entry as a command is decided on it, with its edition, and the seat that may: nobody changes either meanwhile.
///
/// # Errors
/// `NotFound`, `Forbidden`, `OwnWork`, `SeatAmbiguous`; the database's.
pub(super) async fn held(
    write: &Write,
    id: Uuid,
    (action, seat): (EntryAction, Option<Uuid>),
) -> Result<(award_edition::Model, award_entry::Model, ActingSeat), Error> {
    let missing = || not_found().at(["entry"]);
    let connection = write.connection();
    let found = query::by_ids(connection, &write.actor, &[id]).await?;
    let found = found.into_iter().next().ok_or_else(missing)?;
    // The edition first, as those who take it on do.
    let alone = found.recipient != AwardRecipient::Unit && found.account_id.is_none();
    let edition = edition_of(write, found.edition_id, alone).await?;
    let edition = edition.ok_or_else(missing)?;
    let row = query::held(connection, &write.actor, id).await?.ok_or_else(missing)?;
    let seat = Entrant::of(&edition, &row).seat(&write.actor, action, seat)?;
    Ok((edition, row, seat))
}

/// Writes an entry where it is still as it was decided on.
///
/// # Errors
/// `StaleVersion`; `AlreadyExists` where somebody else was faster; the database's.
pub(super) async fn write_if_unchanged(
    write: &Write,
    before: &award_entry::Model,
    after: &award_entry::Model,
) -> Result<(), Error> {
    let written = award_entry::Entity::update_many()
        .set(after.clone().into_active_model().reset_all())
        .filter(award_entry::Column::Id.eq(before.id))
        .filter(award_entry::Column::Version.eq(before.version))
        .filter(award_entry::Column::Status.eq(before.status))
        .exec(write.connection())
        .await
        .map_err(|error| taken(error, after))?;
    if written.rows_affected == 1 {
        Ok(())
    } else {
        Err(stale(before).into())
    }
}

/// That two entered the same at the same moment is told as if one had come later.
fn taken(error: DbErr, row: &award_entry::Model) -> Error {
    if is_taken(&error) {
        entered_already(row).into()
    } else {
        error.into()
    }
}

/// Leaves what an act on an entry leaves. A draft falls in the scope of who writes it.
pub(super) async fn leave(
    write: &Write,
    edition: &award_edition::Model,
    (row, seat): (&award_entry::Model, ActingSeat),
    (kind, reason): (AwardActKind, Option<String>),
    sha256: Option<&str>,
) -> Result<(), Error> {
    let unit = if row.submitted_at.is_some() {
        row.unit_id
    } else {
        row.nominator_id
    };
    let act = Act {
        kind,
        about: About::Entry { id: row.id, unit },
        details: told(row, sha256),
        reason,
    };
    record(write, edition, seat, act).await.map(drop)
}

/// What of an entry every act on it tells.
fn told(row: &award_entry::Model, sha256: Option<&str>) -> Value {
    json!({
        "category": row.category_id,
        "unit": row.unit_id,
        "nominator": row.nominator_id,
        "origin": row.origin,
        "status": row.status,
        "version": row.version,
        "sha256": sha256,
    })
}

pub(super) fn outcome(entry: Uuid) -> Value {
    json!({ "entry": entry })
}

/// Renders the outcome of an earlier run again, by what the caller may see now.
pub(super) async fn replayed(
    session: &Session,
    Replay { actor, outcome }: Replay,
) -> Result<award_entry::Model, Error> {
    let id = outcome["entry"].as_str().and_then(|id| id.parse().ok());
    let id: Uuid = id.ok_or_else(|| Error::internal("an outcome without an entry"))?;
    let found = query::by_ids(session.services.db.reader(), &actor, &[id]).await?;
    found.into_iter().next().ok_or_else(|| not_found().at(["entry"]).into())
}
