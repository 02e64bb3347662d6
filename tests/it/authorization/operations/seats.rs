//! What is done to seats, tried by every kind of office, and what the list of seats shows to each.
use entity::enums::Function;
use jenjang::graphql::id::Kind;
use serde_json::{Value, json};

use super::super::stage::Stage;
use crate::{
    on_both_databases,
    support::{TestApp, app::Variation, office::command_document},
};

/// A command on a HEAD seat of Kota Bekasi (32.75). The administrators above may carry it out; seats are open to everybody, so
/// whoever may not is told so.
struct Entry {
    command: &'static str,
    input: fn(&str) -> Value,
}

const ENTRIES: [Entry; 2] = [
    Entry {
        command: "updateSeat",
        input: |seat| json!({ "update": seat, "localTitle": "Ketua Harian" }),
    },
    Entry {
        command: "endSeat",
        input: |seat| json!({ "end": seat }),
    },
];

const READ: &str = "seats";

const DONE: &str = "admin.32 admin.ri";

/// The own unit, the province, next door and beneath, elsewhere, RI.
const OTHERS: &str = "staff.32.75 head.32.75 head.32 staff.32 observer.32 head.32.76 head.35.02.01 head.18 observer.18 admin.18 \
     admin.35 coordinator.ri expert1.ri";

/// Who may know the people of 32.75.
const KNOW: &str = "staff.32.75 head.32.75 head.32 staff.32 observer.32 coordinator.ri admin.32 admin.ri";

/// Every field this file tries.
pub fn fields() -> impl Iterator<Item = &'static str> {
    ENTRIES.iter().map(|entry| entry.command).chain([READ])
}

async fn only_an_admin_above_changes_seats(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let stage = Stage::set(&app).await;
    for entry in &ENTRIES {
        for done in DONE.split_whitespace() {
            let seat = app.makes_seat("32.75", Function::Head).await;
            app.reload_directory().await;
            let input = (entry.input)(Kind::Seat.id(seat).as_ref());
            let document = command_document(entry.command, "seat { id }");
            let nobody = app.ask(None, &document, json!({ "input": input })).await;
            assert_eq!(
                nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED",
                "{}",
                entry.command
            );
            for name in OTHERS.split_whitespace() {
                let office = stage.office(name).await;
                let told = office.command(entry.command, "seat { id }", input.clone()).await;
                assert_eq!(
                    told.map_err(|refusal| refusal.code),
                    Err("FORBIDDEN".to_owned()),
                    "{} by {name}",
                    entry.command
                );
            }
            let office = stage.office(done).await;
            let absent = (entry.input)(&app.absent(Kind::Seat));
            let told = office.command(entry.command, "seat { id }", absent).await;
            assert_eq!(told.map_err(|refusal| refusal.code), Err("NOT_FOUND".to_owned()));
            let told = office.command(entry.command, "seat { id }", input).await;
            assert!(told.is_ok(), "{} by {done}: {told:?}", entry.command);
        }
    }
}

/// An administrator of the own unit changes what decides nothing, as with every seat.
async fn an_administrator_changes_the_own_units_seats_that_decide_nothing(app: TestApp) {
    let stage = Stage::set(&app).await;
    for (function, told) in [
        (Function::Staff, "done"),
        (Function::Observer, "done"),
        (Function::Head, "FORBIDDEN"),
        (Function::Admin, "FORBIDDEN"),
    ] {
        let seat = app.makes_seat("32", function).await;
        app.reload_directory().await;
        let seat = Kind::Seat.id(seat).to_string();
        for entry in &ENTRIES {
            let office = stage.office("admin.32").await;
            let came = office.command(entry.command, "seat { id }", (entry.input)(&seat)).await;
            let came = came.map_or_else(|refusal| refusal.code, |_payload| "done".to_owned());
            assert_eq!(came, told, "{} of {function:?}", entry.command);
        }
    }
}

async fn seats_are_listed_to_all_and_vacancy_to_those_who_know(app: TestApp) {
    let stage = Stage::set(&app).await;
    let unit = stage.office("head.18").await.unit("32.75").await;
    let document = "query($unit: ID!) { open: seats(filter: {unit: {eq: $unit}}) { totalCount nodes { localTitle } } \
         vacant: seats(filter: {unit: {eq: $unit}, vacant: true}) { totalCount } \
         held: seats(filter: {unit: {eq: $unit}, vacant: false}) { totalCount nodes { holders { account { name } } } } \
         unit(id: $unit) { holders { totalCount } seats { vacant tenures { totalCount } } } }";
    let variables = json!({ "unit": unit });
    let nobody = app.ask(None, document, variables.clone()).await;
    assert_eq!(nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    for name in OTHERS.split_whitespace().chain(DONE.split_whitespace()) {
        let knows = KNOW.split_whitespace().any(|known| known == name);
        let data = stage.office(name).await.data(document, variables.clone()).await;
        assert_eq!(data["open"]["totalCount"], 5, "{name}");
        let counted = json!([data["vacant"]["totalCount"], data["held"]["totalCount"]]);
        assert_eq!(counted, if knows { json!([3, 2]) } else { json!([0, 0]) }, "{name}");
        assert_eq!(data["unit"]["holders"].is_null(), !knows, "{name}");
        let seats = data["unit"]["seats"].as_array().unwrap();
        assert!(
            seats
                .iter()
                .all(|seat| seat["vacant"].is_null() != knows && seat["tenures"].is_null() != knows),
            "{name}: {data}"
        );
    }
}

on_both_databases!(
    only_an_admin_above_changes_seats,
    an_administrator_changes_the_own_units_seats_that_decide_nothing,
    seats_are_listed_to_all_and_vacancy_to_those_who_know,
);
