//! Every root field of the schema with what each kind of office gets from it. A field without an entry fails the build.
mod attendance;
mod award_entries;
mod award_honours;
mod award_judging;
mod award_lists;
mod awards;
mod commands;
mod cycles;
mod door;
mod evaluation;
mod events;
mod exports;
mod files;
mod findings;
mod gathering;
mod hierarchy;
mod judging;
mod ledger;
mod notices;
mod outcome;
mod people;
mod privacy;
mod programs;
mod reads;
mod receipts;
mod regions;
mod reviews;
mod rubrics;
mod seats;
mod second_factor;
mod templates;
mod writing;

use std::collections::BTreeSet;

use jenjang::graphql::root;
use serde_json::Value;

/// Fields that need no entry, each with the reason: a field, then what is to be said for it.
const EXEMPT: &str = include_str!("../../../golden/operations_exempt_from_authz.txt");

async fn root_fields() -> BTreeSet<String> {
    let introspection = "{ __schema { queryType { fields { name } } mutationType { fields { name } } } }";
    let answer = root::schema().execute(introspection).await;
    let schema = &answer.data.into_json().unwrap()["__schema"];
    let names = ["queryType", "mutationType"].map(|kind| schema[kind]["fields"].as_array().unwrap().clone());
    names
        .iter()
        .flatten()
        .map(|field: &Value| field["name"].as_str().unwrap().to_owned())
        .collect()
}

fn exempt() -> BTreeSet<String> {
    let lines = EXEMPT.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let exempt = lines.map(|line| {
        let (field, reason) = line.split_once(": ").expect("`field: reason`");
        assert!(!reason.trim().is_empty(), "{field} is exempt without a reason");
        field.to_owned()
    });
    exempt.collect()
}

#[actix_web::test]
async fn every_operation_is_tried_or_exempt() {
    let commands = commands::ON_A_KECAMATAN
        .iter()
        .chain(&commands::ON_A_KABUPATEN)
        .map(|entry| entry.command);
    let tried: BTreeSet<String> = commands
        .chain(reads::READS.iter().map(|read| read.field))
        .chain([commands::SIGN_OUT])
        .chain(people::fields())
        .chain(
            programs::COMMANDS
                .iter()
                .map(|entry| entry.field)
                .chain([programs::READ]),
        )
        .chain(second_factor::ON_ONESELF.map(|(command, _selection)| command))
        .chain(notices::COMMANDS)
        .chain(privacy::FIELDS)
        .chain(ledger::FIELDS)
        .chain(seats::fields())
        .chain(hierarchy::ENTRIES.iter().map(|entry| entry.command))
        .chain(cycles::fields())
        .chain([receipts::READ])
        .chain(evaluation::FIELDS)
        .chain(attendance::FIELDS)
        .chain(award_judging::FIELDS)
        .chain(award_honours::FIELDS)
        .chain(awards::FIELDS)
        .chain(award_lists::FIELDS)
        .chain(award_entries::FIELDS)
        .chain(door::FIELDS)
        .chain(events::FIELDS)
        .chain([events::READ])
        .chain(judging::FIELDS)
        .chain(outcome::FIELDS)
        .chain(gathering::FIELDS)
        .chain([regions::COMMAND])
        .chain(files::COMMANDS)
        .chain(findings::COMMANDS)
        .chain(templates::fields())
        .chain(reviews::fields())
        .chain(rubrics::fields())
        .chain([writing::COMMAND])
        .map(str::to_owned)
        .collect();
    let (fields, exempt) = (root_fields().await, exempt());
    let accounted: BTreeSet<String> = tried.union(&exempt).cloned().collect();
    let missing: Vec<_> = fields.difference(&accounted).collect();
    assert!(missing.is_empty(), "nobody has tried who may do this: {missing:?}");
    let gone: Vec<_> = accounted.difference(&fields).collect();
    assert!(gone.is_empty(), "no longer in the schema: {gone:?}");
    let needless: Vec<_> = tried.intersection(&exempt).collect();
    assert!(needless.is_empty(), "tried, so not exempt: {needless:?}");
}

/// Every command that takes a report that exists.
pub fn on_reports() -> BTreeSet<&'static str> {
    commands::ON_A_KECAMATAN
        .iter()
        .chain(&commands::ON_A_KABUPATEN)
        .map(|entry| entry.command)
        .filter(|command| *command != "startReport")
        .collect()
}
