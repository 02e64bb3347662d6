//! What an edition comes to, for all its categories at once: computed from frozen inputs, and ratified whole by somebody else.
use std::collections::HashSet;

use entity::{
    award_category, award_edition, award_entry, award_list, award_list_category, award_panel,
    enums::{AwardActKind, AwardEntryStatus, AwardListStatus, AwardRound},
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::Expr,
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    freezing::{Frozen, freeze},
    query,
};
use crate::{
    audit::canonical_json,
    award::{
        arranging::{outcome, replayed, told, write_if_unchanged},
        query as editions,
        ranking::{
            bundle::{CategoryResult, hash},
            inputs::Inputs,
        },
        running::{Advance, commanded, stepped},
        trace::{About, Act, record},
        workflow::Step,
    },
    clock::new_id,
    command::{self, Begun, Write},
    db::insert_all,
    digest::sha256,
    error::{Code, Error, Refusal},
    legal_basis::{self, LegalBasis},
    locale::Text,
    session::Session,
    territory::directory::Directory,
};

/// Computes what an edition comes to: out of what its juries scored, once all of them are done; after an award was revoked, out
/// of what the list before was computed from, without the entry it was revoked of. Whoever computes does not ratify.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `StaleVersion`; `WrongState`, also where nothing was revoked or a list waits already;
/// what [`freeze`] says of juries; the database's.
pub async fn compute(session: &Session, field: &str, input: Advance) -> Result<award_edition::Model, Error> {
    let write = match command::begin(session, field, "computeRanking", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let (row, seat) = commanded(&write, &input).await?;
    let status = stepped(&row, Step::ComputeRanking)?;
    let connection = write.connection();
    let categories = editions::categories(connection, &[row.id]).await?;
    let before = query::lists(connection, &[row.id]).await?.pop();
    let frozen = match &before {
        None => freeze(connection, &row, &categories).await?,
        Some(list) => anew(&write, list, &categories).await?,
    };
    let rounds = rounds(connection, &write.actor.directory, &row, (&frozen, &categories)).await?;
    let results = results(&rounds)?;
    let list = award_list::Model {
        id: new_id(write.now),
        edition_id: row.id,
        number: before.map_or(1, |list| list.number + 1),
        status: AwardListStatus::Computed,
        sha256: hash(&results)?,
        computed_by: write.actor.account,
        computed_at: write.now,
        ratified_by: None,
        ratified_at: None,
        letter_number: None,
        letter_date: None,
        announced_at: None,
        version: 1,
    };
    let of_list = frozen.iter().map(|frozen| {
        let awarded = results.iter().find(|result| is_awarding(result, frozen.category));
        let awarded = awarded.ok_or_else(|| Error::internal("a category without a result"))?;
        let result = canonical_json(&awarded.ranking)?;
        Ok(award_list_category::Model {
            list_id: list.id,
            category_id: frozen.category,
            inputs: canonical_json(&frozen.inputs)?,
            inputs_sha256: awarded.inputs_sha256.clone(),
            result_sha256: sha256(&result),
            result,
        })
    });
    let of_list: Result<Vec<_>, Error> = of_list.collect();
    list.clone().into_active_model().insert(connection).await?;
    insert_all(connection, of_list?).await?;
    mark_ranked(&write, row.id, &frozen).await?;
    let after = award_edition::Model {
        status,
        version: row.version + 1,
        ..row.clone()
    };
    write_if_unchanged(&write, &row, &after).await?;
    let act = Act {
        kind: AwardActKind::ComputeRanking,
        about: About::Edition,
        details: details(&after, &list),
        reason: None,
    };
    record(&write, &after, seat, act).await?;
    write.commit(outcome(after.id)).await?;
    Ok(after)
}

/// What an act on a list tells.
pub(super) fn details(edition: &award_edition::Model, list: &award_list::Model) -> serde_json::Value {
    let mut details = told(edition);
    details["list"] = json!({ "id": list.id, "number": list.number, "sha256": list.sha256 });
    details
}

/// Whether a result is what the issuer awards by.
fn is_awarding(result: &CategoryResult, category: Uuid) -> bool {
    result.category == category && result.round == AwardRound::Issuer
}

/// What the list before was computed from, without the entries whose awards were revoked since.
async fn anew(
    write: &Write,
    list: &award_list::Model,
    categories: &[award_category::Model],
) -> Result<Vec<Frozen>, Error> {
    let connection = write.connection();
    if list.status != AwardListStatus::Announced {
        let text = Text::new(
            "Daftar yang dihitung sebelumnya belum diumumkan.",
            "The list that was computed before has not been announced.",
        );
        return Err(Refusal::new(Code::WrongState, text).at(["edition"]).into());
    }
    let awards = query::awards(connection, list.edition_id).await?;
    let revoked: HashSet<Uuid> = awards
        .iter()
        .filter(|award| award.revoked_at.is_some())
        .map(|award| award.entry_id)
        .collect();
    let mut changes = false;
    let rows = query::list_categories(connection, &[list.id]).await?;
    let mut frozen = Vec::with_capacity(rows.len());
    for category in categories {
        let Some(row) = rows.iter().find(|row| row.category_id == category.id) else {
            continue;
        };
        let mut inputs: Inputs = serde_json::from_str(&row.inputs).map_err(Error::internal)?;
        for entry in &mut inputs.entries {
            changes |= !entry.revoked && revoked.contains(&entry.id);
            entry.revoked |= revoked.contains(&entry.id);
        }
        frozen.push(Frozen {
            category: category.id,
            inputs,
        });
    }
    if changes {
        return Ok(frozen);
    }
    let text = Text::new(
        "Sejak daftar terakhir tidak ada penghargaan yang dicabut.",
        "No award was revoked since the last list.",
    );
    Err(Refusal::new(Code::WrongState, text).at(["edition"]).into())
}

/// A province's round of a category, as it was reckoned when its jury closed.
pub(super) fn shortlist(panel: &award_panel::Model) -> Option<Result<Inputs, Error>> {
    let inputs = panel
        .inputs
        .as_ref()
        .filter(|_inputs| panel.round == AwardRound::Provinsi)?;
    Some(serde_json::from_str(inputs).map_err(Error::internal))
}

/// What every round comes to, in their order.
fn results(rounds: &[Round<'_>]) -> Result<Vec<CategoryResult>, Error> {
    let reckoned = rounds.iter().map(|round| {
        let result = CategoryResult::of(round.category.id, round.round, round.unit, &round.inputs);
        result.map_err(|faults| Error::internal(format!("a category cannot be ranked: {faults:?}")))
    });
    reckoned.collect()
}

/// A category in a round.
pub(super) struct Round<'a> {
    pub category: &'a award_category::Model,
    pub round: AwardRound,
    pub unit: Uuid,
    pub inputs: Inputs,
}

/// Every round of every category, in the order of the bundle: category by category, provinces by their codes, then the issuer.
///
/// # Errors
/// The database's.
pub(super) async fn rounds<'a>(
    connection: &impl ConnectionTrait,
    directory: &Directory,
    edition: &award_edition::Model,
    (frozen, categories): (&[Frozen], &'a [award_category::Model]),
) -> Result<Vec<Round<'a>>, Error> {
    let code = |unit: Uuid| {
        directory
            .tree
            .get(unit)
            .map(|unit| unit.code.clone())
            .unwrap_or_default()
    };
    let mut panels = query::panels(connection, edition.id).await?;
    panels.sort_by_key(|panel| (code(panel.unit_id), panel.id));
    let mut rounds = Vec::new();
    for category in categories {
        let of_category = panels.iter().filter(|panel| panel.category_id == category.id);
        for panel in of_category {
            if let Some(inputs) = shortlist(panel) {
                rounds.push(Round {
                    category,
                    round: AwardRound::Provinsi,
                    unit: panel.unit_id,
                    inputs: inputs?,
                });
            }
        }
        if let Some(frozen) = frozen.iter().find(|frozen| frozen.category == category.id) {
            rounds.push(Round {
                category,
                round: AwardRound::Issuer,
                unit: edition.unit_id,
                inputs: frozen.inputs.clone(),
            });
        }
    }
    Ok(rounds)
}

/// Entries that were ranked. Their versions stay: a higher one would tell who reads the entry that it came that far.
async fn mark_ranked(write: &Write, edition: Uuid, frozen: &[Frozen]) -> Result<(), Error> {
    use AwardEntryStatus as Is;
    for frozen in frozen {
        let ranked = frozen.inputs.entries.iter().filter(|entry| !entry.revoked);
        award_entry::Entity::update_many()
            .col_expr(award_entry::Column::Status, Expr::value(Is::Ranked))
            .filter(award_entry::Column::EditionId.eq(edition))
            .filter(award_entry::Column::CategoryId.eq(frozen.category))
            .filter(award_entry::Column::Status.is_in([Is::Eligible, Is::Shortlisted, Is::Unplaced]))
            .filter(award_entry::Column::Id.is_in(ranked.map(|entry| entry.id)))
            .exec(write.connection())
            .await?;
    }
    Ok(())
}

/// Ratifies what was computed.
#[derive(Clone, Debug, Serialize)]
pub struct Ratify {
    pub edition: Uuid,
    pub expected_version: i32,
    /// Of the list that was read.
    pub sha256: String,
    /// The letter by which it is ratified.
    pub letter: Option<LegalBasis>,
    pub seat: Option<Uuid>,
}

/// Ratifies the whole list that was computed, as it was read: no row of it can be changed. Not by whoever computed it.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `StaleVersion`, `WrongState`; `OwnWork` for who computed it; `Invalid` where another
/// list was read; what is wrong with the letter.
pub async fn ratify(session: &Session, field: &str, input: Ratify) -> Result<award_edition::Model, Error> {
    let write = match command::begin(session, field, "ratifyAwards", &input).await? {
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
    let status = stepped(&row, Step::Ratify)?;
    let list = waiting(&write, &row, AwardListStatus::Computed).await?;
    if list.computed_by == write.actor.account {
        let text = Text::new(
            "Daftar yang Anda hitung sendiri ditetapkan oleh orang lain.",
            "Somebody else ratifies the list you computed.",
        );
        return Err(Refusal::new(Code::OwnWork, text).at(["edition"]).into());
    }
    let mut faults = Vec::new();
    if list.sha256 != input.sha256 {
        let text = Text::new(
            "Ini bukan SHA-256 daftar yang dihitung; bacalah daftarnya sekali lagi.",
            "This is not the SHA-256 of the list that was computed; read the list again.",
        );
        faults.push(Refusal::new(Code::Invalid, text).at(["sha256"]));
    }
    let today = crate::clock::day_in(&row.time_zone, write.now);
    faults.extend(legal_basis::faults(input.letter.as_ref(), false, today));
    if !faults.is_empty() {
        return Err(Error::Refused(faults));
    }
    let letter = input.letter.as_ref().map(LegalBasis::checked).transpose()?;
    let ratified = award_list::Model {
        status: AwardListStatus::Ratified,
        ratified_by: Some(write.actor.account),
        ratified_at: Some(write.now),
        letter_number: letter.as_ref().map(|letter| letter.number.clone()),
        letter_date: letter.map(|letter| letter.date),
        version: list.version + 1,
        ..list.clone()
    };
    write_list(&write, &list, &ratified).await?;
    let after = award_edition::Model {
        status,
        version: row.version + 1,
        ..row.clone()
    };
    write_if_unchanged(&write, &row, &after).await?;
    let act = Act {
        kind: AwardActKind::Ratify,
        about: About::Edition,
        details: details(&after, &ratified),
        reason: None,
    };
    record(&write, &after, seat, act).await?;
    write.commit(outcome(after.id)).await?;
    Ok(after)
}

/// The last list of an edition, where it stands as a command needs it.
pub(super) async fn waiting(
    write: &Write,
    edition: &award_edition::Model,
    status: AwardListStatus,
) -> Result<award_list::Model, Error> {
    let last = query::lists(write.connection(), &[edition.id]).await?.pop();
    last.filter(|list| list.status == status).ok_or_else(|| {
        let text = match status {
            AwardListStatus::Ratified => Text::new(
                "Tidak ada daftar yang sudah ditetapkan dan belum diumumkan.",
                "There is no list that was ratified and not announced.",
            ),
            AwardListStatus::Computed | AwardListStatus::Announced | AwardListStatus::Superseded => Text::new(
                "Tidak ada daftar yang menunggu penetapan.",
                "There is no list that waits to be ratified.",
            ),
        };
        Refusal::new(Code::WrongState, text).at(["edition"]).into()
    })
}

/// Writes a list where it is still as it was decided on.
pub(super) async fn write_list(
    write: &Write,
    before: &award_list::Model,
    after: &award_list::Model,
) -> Result<(), Error> {
    let written = award_list::Entity::update_many()
        .set(after.clone().into_active_model().reset_all())
        .filter(award_list::Column::Id.eq(before.id))
        .filter(award_list::Column::Version.eq(before.version))
        .exec(write.connection())
        .await?;
    if written.rows_affected == 1 {
        return Ok(());
    }
    // The edition is held, so that nobody else writes its lists.
    Err(Error::internal("a list changed under its edition"))
}

/// Whether an edition has a list that was computed and is not announced yet.
#[must_use]
pub fn is_pending(lists: &[award_list::Model]) -> bool {
    let mut lists = lists.iter();
    lists.any(|list| matches!(list.status, AwardListStatus::Computed | AwardListStatus::Ratified))
}
