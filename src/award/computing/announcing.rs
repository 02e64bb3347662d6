//! Telling everybody who was honoured, at an event or without, and closing the edition once objections are decided.
use chrono::Days;
use entity::{
    award, award_edition, award_entry,
    enums::{
        AwardActKind, AwardEntryStatus, AwardHonour, AwardListStatus,
        EventStatus::{Cancelled, Draft, Ended, Final, Postponed, Published, RegistrationClosed, Running},
        Tier,
    },
    event,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter,
    sea_query::{Expr, ExprTrait},
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    listing::{details, is_pending, waiting, write_list},
    query,
};
use crate::{
    award::{
        arranging::{outcome, replayed, write_if_unchanged, wrong_state},
        ranking::{Outcome, Ranked, Ranking},
        running::{Advance, commanded, leave, stepped},
        trace::{About, Act, record},
        workflow::Step,
    },
    clock::{day_in_jakarta, new_id},
    command::{self, Begun, Write},
    db::insert_all,
    error::{Code, Error, Refusal},
    event::query as events,
    locale::Text,
    session::Session,
};

/// Announces what was ratified.
#[derive(Clone, Debug, Serialize)]
pub struct Announce {
    pub edition: Uuid,
    pub expected_version: i32,
    /// Where it is announced.
    pub event: Option<Uuid>,
    pub seat: Option<Uuid>,
}

/// Announces the list that was ratified, at once and whole: from now on everybody reads who was honoured, in the hierarchy as it
/// is on this day, and objections are taken.
///
/// # Errors
/// `NotFound` for the edition and the event, `Forbidden`, `SeatAmbiguous`, `StaleVersion`; `WrongState`, also of an event that is
/// a draft or does not take place; `Invalid` for an event of somebody else.
pub async fn announce(session: &Session, field: &str, input: Announce) -> Result<award_edition::Model, Error> {
    let write = match command::begin(session, field, "announceAwards", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let asked = Advance {
        edition: input.edition,
        expected_version: input.expected_version,
        reason: None,
        seat: input.seat,
    };
    let (row, seat) = commanded(&write, &asked).await?;
    let status = stepped(&row, Step::Announce)?;
    let list = waiting(&write, &row, AwardListStatus::Ratified).await?;
    if let Some(event) = input.event {
        check_event(&write, &row, event).await?;
    }
    for earlier in query::lists(write.connection(), &[row.id]).await? {
        if earlier.status == AwardListStatus::Announced {
            let superseded = entity::award_list::Model {
                status: AwardListStatus::Superseded,
                version: earlier.version + 1,
                ..earlier.clone()
            };
            write_list(&write, &earlier, &superseded).await?;
        }
    }
    let announced = entity::award_list::Model {
        status: AwardListStatus::Announced,
        announced_at: Some(write.now),
        version: list.version + 1,
        ..list.clone()
    };
    write_list(&write, &list, &announced).await?;
    let honoured = honour(&write, &row, list.id).await?;
    let days = Days::new(row.objection_days.try_into().unwrap_or_default());
    let after = award_edition::Model {
        status,
        announced_at: row.announced_at.or(Some(write.now)),
        event_id: input.event.or(row.event_id),
        objections_until: write.now.checked_add_days(days),
        version: row.version + 1,
        ..row.clone()
    };
    write_if_unchanged(&write, &row, &after).await?;
    let mut details = details(&after, &announced);
    let told = |award: &award::Model| json!({ "award": award.id, "entry": award.entry_id, "honour": award.honour, "place": award.place });
    details["honours"] = honoured.iter().map(told).collect();
    let act = Act {
        kind: AwardActKind::Announce,
        about: About::Edition,
        details,
        reason: None,
    };
    record(&write, &after, seat, act).await?;
    write.commit(outcome(after.id)).await?;
    Ok(after)
}

/// The event of an announcement is the issuer's own, and takes place or took place.
async fn check_event(write: &Write, edition: &award_edition::Model, event: Uuid) -> Result<(), Error> {
    let found = events::by_ids(write.connection(), &write.actor, &[event]).await?.pop();
    let found = found.ok_or_else(|| Error::not_found("event"))?;
    if found.unit_id != edition.unit_id {
        let text = Text::new(
            "Pengumuman dilakukan pada kegiatan pemberi penghargaan sendiri.",
            "Awards are announced at an event of their issuer.",
        );
        return Err(Refusal::new(Code::Invalid, text).at(["event"]).into());
    }
    if takes_place(&found) {
        return Ok(());
    }
    let text = Text::new(
        "Kegiatan ini masih rancangan, ditunda, atau dibatalkan.",
        "This event is a draft, postponed or cancelled.",
    );
    Err(Refusal::new(Code::WrongState, text).at(["event"]).into())
}

fn takes_place(event: &event::Model) -> bool {
    match event.status {
        Published | RegistrationClosed | Running | Ended | Final => true,
        Draft | Cancelled | Postponed => false,
    }
}

/// Makes honours of a list. Whoever was honoured before and was not revoked stays so, at the place the list has now.
async fn honour(write: &Write, edition: &award_edition::Model, list: Uuid) -> Result<Vec<award::Model>, Error> {
    let connection = write.connection();
    let entries = query::entries(connection, edition.id).await?;
    let before = query::awards(connection, edition.id).await?;
    let (mut made, mut moved) = (Vec::new(), Vec::new());
    for row in query::list_categories(connection, &[list]).await? {
        let ranking: Ranking = serde_json::from_str(&row.result).map_err(Error::internal)?;
        for ranked in &ranking.entries {
            let Some(honour) = honour_of(ranked) else { continue };
            let place = ranked.place.map(i32::try_from).transpose().map_err(Error::internal)?;
            if let Some(known) = before.iter().find(|award| award.entry_id == ranked.entry) {
                if (known.honour, known.place) != (honour, place) {
                    moved.push(award::Model {
                        honour,
                        place,
                        list_id: list,
                        version: known.version + 1,
                        ..known.clone()
                    });
                }
                continue;
            }
            let entry = entries.iter().find(|entry| entry.id == ranked.entry);
            let entry = entry.ok_or_else(|| Error::internal("a list names an entry that is not there"))?;
            made.push(award_of(write, edition, list, entry, (honour, place)));
        }
    }
    insert_all(connection, made.clone()).await?;
    for award in &moved {
        let written = award::Entity::update_many()
            .set(award.clone().into_active_model().reset_all())
            .filter(award::Column::Id.eq(award.id))
            .filter(award::Column::Version.eq(award.version - 1))
            .exec(connection)
            .await?;
        if written.rows_affected != 1 {
            return Err(Error::internal("an award changed under its edition"));
        }
    }
    settle(write, edition.id, &made).await?;
    Ok(made.into_iter().chain(moved).collect())
}

fn honour_of(ranked: &Ranked) -> Option<AwardHonour> {
    match ranked.outcome {
        Outcome::Winner => Some(AwardHonour::Winner),
        Outcome::Nominee => Some(AwardHonour::Nominee),
        Outcome::Unplaced => None,
    }
}

/// An award, with the hierarchy as it is now.
fn award_of(
    write: &Write,
    edition: &award_edition::Model,
    list: Uuid,
    entry: &award_entry::Model,
    (honour, place): (AwardHonour, Option<i32>),
) -> award::Model {
    let tree = &write.actor.directory.tree;
    let province = tree
        .ancestors_and_self(entry.unit_id)
        .find(|unit| unit.tier == Tier::Provinsi);
    award::Model {
        id: new_id(write.now),
        edition_id: edition.id,
        category_id: entry.category_id,
        entry_id: entry.id,
        list_id: list,
        issuer_id: edition.unit_id,
        unit_id: entry.unit_id,
        tier: tree.get(entry.unit_id).map_or(entry.tier, |unit| unit.tier),
        provinsi_id: province.map_or(entry.provinsi_id, |unit| unit.id),
        recipient: entry.recipient,
        account_id: entry.account_id,
        name: entry.name.clone(),
        honour,
        place,
        announced_at: write.now,
        announced_on: day_in_jakarta(write.now),
        revoked_at: None,
        revoked_because: None,
        version: 1,
    }
}

/// Tells every entry that was ranked what became of it.
async fn settle(write: &Write, edition: Uuid, made: &[award::Model]) -> Result<(), Error> {
    let ranked = || {
        award_entry::Entity::update_many()
            .col_expr(
                award_entry::Column::Version,
                Expr::col(award_entry::Column::Version).add(1),
            )
            .filter(award_entry::Column::EditionId.eq(edition))
            .filter(award_entry::Column::Status.eq(AwardEntryStatus::Ranked))
    };
    for batch in made.chunks(500) {
        ranked()
            .col_expr(award_entry::Column::Status, Expr::value(AwardEntryStatus::Awarded))
            .filter(award_entry::Column::Id.is_in(batch.iter().map(|award| award.entry_id)))
            .exec(write.connection())
            .await?;
    }
    ranked()
        .col_expr(award_entry::Column::Status, Expr::value(AwardEntryStatus::Unplaced))
        .exec(write.connection())
        .await?;
    Ok(())
}

/// Closes an edition: the time for objections is over, all of them are decided, and no list waits.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `StaleVersion`, `WrongState`.
pub async fn close(session: &Session, field: &str, input: Advance) -> Result<award_edition::Model, Error> {
    let write = match command::begin(session, field, "closeAwardEdition", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let (row, seat) = commanded(&write, &input).await?;
    let status = stepped(&row, Step::Close)?;
    let Some(until) = row.objections_until else {
        return Err(wrong_state(row.status).into());
    };
    let mut faults = Vec::new();
    if write.now < until {
        let text = Text::new("Masa keberatan belum berakhir.", "The time for objections is not over.");
        faults.push(Refusal::new(Code::WrongState, text).at(["edition", "objectionsUntil"]));
    }
    let open = query::open_objections(write.connection(), row.id).await?;
    if open > 0 {
        let text = Text::new(
            format!("{open} keberatan belum diputuskan."),
            format!("{open} objections are not decided."),
        );
        faults.push(Refusal::new(Code::WrongState, text).at(["edition"]));
    }
    if is_pending(&query::lists(write.connection(), &[row.id]).await?) {
        let text = Text::new(
            "Ada daftar yang belum diumumkan.",
            "There is a list that was not announced.",
        );
        faults.push(Refusal::new(Code::WrongState, text).at(["edition"]));
    }
    if !faults.is_empty() {
        return Err(Error::Refused(faults));
    }
    let after = award_edition::Model {
        status,
        version: row.version + 1,
        ..row.clone()
    };
    write_if_unchanged(&write, &row, &after).await?;
    leave(&write, &after, seat, (AwardActKind::CloseEdition, None)).await?;
    write.commit(outcome(after.id)).await?;
    Ok(after)
}
