//! The bundle of an edition: from it anybody reckons the list again.
use std::collections::HashMap;

use entity::{award_edition, award_entry, award_list};
use uuid::Uuid;

use super::{
    freezing::Frozen,
    is_shown,
    listing::{Round, rounds},
    query,
};
use crate::{
    audit::canonical_json,
    award::{
        query as editions,
        ranking::{
            bundle::{Bundle, Category, CategoryResult, Edition, Entrant, Rules, TYPE, Unit, VERSION},
            inputs::Inputs,
        },
    },
    error::Error,
    session::{Actor, Session},
    territory::directory::Directory,
};

/// The title of an edition and the bundle of its last list that the caller may read, canonical JSON; None where there is none.
///
/// # Errors
/// The database's.
pub async fn bundle(session: &Session, id: Uuid) -> Result<Option<(String, String)>, Error> {
    let (connection, actor) = (session.services.db.reader(), &session.actor);
    let Some(edition) = editions::by_ids(connection, actor, &[id]).await?.pop() else {
        return Ok(None);
    };
    let lists = query::lists(connection, &[edition.id]).await?;
    let Some(list) = lists.into_iter().rfind(|list| is_shown(actor, &edition, list)) else {
        return Ok(None);
    };
    let categories = editions::categories(connection, &[edition.id]).await?;
    let rows = query::list_categories(connection, &[list.id]).await?;
    let frozen: Result<Vec<Frozen>, Error> = rows
        .iter()
        .map(|row| {
            let inputs: Inputs = serde_json::from_str(&row.inputs).map_err(Error::internal)?;
            Ok(Frozen {
                category: row.category_id,
                inputs,
            })
        })
        .collect();
    let directory = &actor.directory;
    let rounds = rounds(connection, directory, &edition, (&frozen?, &categories)).await?;
    let entries = query::entries(connection, edition.id).await?;
    let entries: HashMap<Uuid, award_entry::Model> = entries.into_iter().map(|entry| (entry.id, entry)).collect();
    let told = rounds.iter().map(|round| category(actor, round, &entries));
    let told: Result<Vec<Category>, Error> = told.collect();
    let (title, told) = (edition.title.clone(), told?);
    let edition = facts(directory, &edition, &list)?;
    let reckoned = tokio::task::spawn_blocking(move || written(edition, list.sha256, told));
    let text = reckoned.await.map_err(Error::internal)??;
    Ok(Some((title, text)))
}

/// The bundle as it is written; the results are reckoned out of what it holds.
fn written(
    (edition, rules): (Edition, Rules),
    results_sha256: String,
    categories: Vec<Category>,
) -> Result<String, Error> {
    let results = categories.iter().map(|category| {
        let result = CategoryResult::of(category.category, category.round, category.unit.id, &category.inputs);
        result.map_err(|faults| Error::internal(format!("a category cannot be ranked: {faults:?}")))
    });
    let results: Result<Vec<CategoryResult>, Error> = results.collect();
    canonical_json(&Bundle {
        typ: TYPE.to_owned(),
        version: VERSION,
        edition,
        rules,
        results: results?,
        categories,
        results_sha256,
    })
}

fn facts(
    directory: &Directory,
    edition: &award_edition::Model,
    list: &award_list::Model,
) -> Result<(Edition, Rules), Error> {
    let rules = edition.rules.clone().zip(edition.rules_sha256.clone());
    let (text, sha256) = rules.ok_or_else(|| Error::internal("a list without rules"))?;
    let edition = Edition {
        id: edition.id,
        title: edition.title.clone(),
        issuer: unit(directory, edition.unit_id)?,
        evidence_from: edition.evidence_from,
        evidence_to: edition.evidence_to,
        list: list.number,
        computed_at: list.computed_at,
        ratified_at: list.ratified_at,
        announced_at: list.announced_at,
    };
    Ok((edition, Rules { text, sha256 }))
}

fn category(actor: &Actor, round: &Round<'_>, entries: &HashMap<Uuid, award_entry::Model>) -> Result<Category, Error> {
    let directory = &actor.directory;
    let entrants = round.inputs.entries.iter().map(|ranked| {
        let entry = entries.get(&ranked.id);
        let entry = entry.ok_or_else(|| Error::internal("a list names an entry that is not there"))?;
        Ok(Entrant {
            entry: entry.id,
            unit: unit(directory, entry.unit_id)?,
            name: name_of(directory, entry),
        })
    });
    let entrants: Result<Vec<Entrant>, Error> = entrants.collect();
    Ok(Category {
        category: round.category.id,
        title: round.category.title.clone(),
        round: round.round,
        unit: unit(directory, round.unit)?,
        entrants: entrants?,
        inputs: round.inputs.clone(),
    })
}

/// Who is behind an entry beside its unit; None of units, and of people who were erased.
pub(super) fn name_of(directory: &Directory, entry: &award_entry::Model) -> Option<String> {
    let person = entry.account_id.and_then(|account| directory.person(account));
    let person = person.filter(|person| !person.erased).map(|person| person.name.clone());
    person.or_else(|| entry.name.clone())
}

fn unit(directory: &Directory, id: Uuid) -> Result<Unit, Error> {
    let unit = directory.tree.get(id);
    let unit = unit.ok_or_else(|| Error::internal("an award of a unit that is not in the directory"))?;
    Ok(Unit {
        id,
        code: unit.code.clone(),
        name: unit.name.clone(),
    })
}
