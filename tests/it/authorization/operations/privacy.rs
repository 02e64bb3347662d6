//! What tells of rights, what takes two persons, and what touches a person's data: each tried by every kind of office.
use jenjang::graphql::id::Kind;
use serde_json::{Value, json};

use super::super::{
    stage::{Situation, Stage},
    stranger::alike,
};
use crate::{
    on_both_databases,
    stories::events::{drafts, plan},
    support::{TestApp, office::command_document},
};

pub const FIELDS: [&str; 8] = [
    "confirmProposal",
    "eraseNamedPerson",
    "erasePerson",
    "explainAccess",
    "exportPersonalData",
    "namedPeople",
    "proposals",
    "rejectProposal",
];

/// Around somebody who sits at 32.75: the own unit, above it, next door, elsewhere, RI; the ADMIN of RI apart.
const AROUND: &str = "staff.32.75 head.32.75 staff.32 head.32 observer.32 admin.32 head.32.01 head.18 observer.18 \
     admin.18 coordinator.ri expert1.ri";

const ADMINS: [(&str, &str, entity::enums::Function); 2] = [
    ("admin2.ri", "RI", entity::enums::Function::Admin),
    ("admin3.ri", "RI", entity::enums::Function::Admin),
];

/// What came of a command: `done`, or the code of its refusal.
async fn attempt(app: &TestApp, token: Option<&str>, command: &str, selection: &str, input: &Value) -> String {
    let document = command_document(command, selection);
    let answer = app.ask(token, &document, json!({ "input": input })).await;
    let top = &answer["errors"][0]["extensions"]["code"];
    let refused = &answer["data"][command]["userErrors"][0]["code"];
    top.as_str().or(refused.as_str()).unwrap_or("done").to_owned()
}

async fn account(app: &TestApp, name: &str) -> String {
    Kind::Account.id(app.account(name).await.id).to_string()
}

/// Nobody but an ADMIN of RI; and to nobody else does it tell whether there is such a person.
async fn erasing_takes_two_admins_of_ri(app: TestApp) {
    app.employs(&ADMINS).await;
    let stage = Stage::set(&app).await;
    let subject = account(&app, "head.32.75").await;
    let absent = app.absent(Kind::Account);
    let erase = json!({ "account": subject, "reason": "Atas permintaan." });
    let nobody = attempt(&app, None, "erasePerson", "proposal { id }", &erase).await;
    assert_eq!(nobody, "UNAUTHENTICATED");
    let document = command_document("erasePerson", "proposal { id }");
    for name in AROUND.split_whitespace() {
        let office = stage.office(name).await;
        let variables = |id: &str| json!({ "input": { "account": id, "reason": "Atas permintaan." } });
        let said = alike(&office, &document, variables, &[&absent, &subject]).await;
        assert_eq!(
            said["data"]["erasePerson"]["userErrors"][0]["code"], "FORBIDDEN",
            "{name}"
        );
    }
    let admin = stage.office("admin.ri").await;
    let proposed = admin.command("erasePerson", "proposal { id }", erase).await.unwrap();
    let proposal = proposed["proposal"]["id"].as_str().unwrap();
    let absent = app.absent(Kind::Proposal);

    let list = "{ proposals { totalCount nodes { id } } }";
    let node = "query($id: ID!) { node(id: $id) { id } }";
    assert_eq!(
        app.ask(None, list, json!({})).await["errors"][0]["extensions"]["code"],
        "UNAUTHENTICATED"
    );
    for command in ["confirmProposal", "rejectProposal"] {
        let input = json!({ "proposal": proposal });
        let nobody = attempt(&app, None, command, "proposal { id }", &input).await;
        assert_eq!(nobody, "UNAUTHENTICATED", "{command}");
    }
    for name in AROUND.split_whitespace() {
        let office = stage.office(name).await;
        let data = office.data(list, json!({})).await;
        assert_eq!(data["proposals"], json!({ "totalCount": 0, "nodes": [] }), "{name}");
        let said = alike(&office, node, |id| json!({ "id": id }), &[&absent, proposal]).await;
        assert_eq!(said["data"]["node"], Value::Null, "{name}");
        for command in ["confirmProposal", "rejectProposal"] {
            let document = command_document(command, "proposal { id }");
            let variables = |id: &str| json!({ "input": { "proposal": id } });
            let said = alike(&office, &document, variables, &[&absent, proposal]).await;
            assert_eq!(
                said["data"][command]["userErrors"][0]["code"], "NOT_FOUND",
                "{command} by {name}"
            );
        }
    }
    let input = json!({ "proposal": proposal });
    let expected = [
        ("admin.ri", "confirmProposal", "OWN_WORK"),
        ("admin2.ri", "confirmProposal", "done"),
        ("admin3.ri", "confirmProposal", "WRONG_STATE"),
        ("admin3.ri", "rejectProposal", "WRONG_STATE"),
    ];
    for (name, command, told) in expected {
        let office = stage.office(name).await;
        let data = office.data(list, json!({})).await;
        assert_eq!(data["proposals"]["totalCount"], 1, "{name}");
        let token = Some(office.access_token.as_str());
        let said = attempt(&app, token, command, "proposal { id }", &input).await;
        assert_eq!(said, told, "{command} by {name}");
    }
    let other = json!({ "account": account(&app, "staff.32.75").await, "reason": "Atas permintaan." });
    let proposed = admin.command("erasePerson", "proposal { id }", other).await.unwrap();
    let token = stage.office("admin2.ri").await.access_token.clone();
    let input = json!({ "proposal": proposed["proposal"]["id"] });
    let said = attempt(&app, Some(&token), "rejectProposal", "proposal { id }", &input).await;
    assert_eq!(said, "done");
}

/// Whom events name without an account is found and erased by ADMINs of RI alone; nobody else is told who there is.
async fn who_has_no_account_is_found_and_erased_by_admins_of_ri(app: TestApp) {
    app.employs(&ADMINS).await;
    let stage = Stage::set(&app).await;
    let host = stage.office("head.32.75").await;
    let mut input = plan(&host, "Rapat");
    input["audience"] = json!({ "tiers": ["KABUPATEN_KOTA"] });
    input["speakers"] = json!([{ "role": "SPEAKER", "name": "Sari Wening" }]);
    let event = drafts(&host, input).await.unwrap();
    let speakers = "query($id: ID!) { event(id: $id) { speakers { id } } }";
    let speakers = host.data(speakers, json!({ "id": event["id"] })).await;
    let subject = speakers["event"]["speakers"][0]["id"].as_str().unwrap();
    let absent = app.absent(Kind::EventSpeaker);
    let find = "query($search: String!) { namedPeople(search: $search) { id } }";
    let nobody = app.ask(None, find, json!({ "search": "sari" })).await;
    assert_eq!(nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    let erase = json!({ "people": [subject], "reason": "Atas permintaan." });
    let nobody = attempt(&app, None, "eraseNamedPerson", "proposal { id }", &erase).await;
    assert_eq!(nobody, "UNAUTHENTICATED");
    let document = command_document("eraseNamedPerson", "proposal { id }");
    for name in AROUND.split_whitespace() {
        let office = stage.office(name).await;
        let said = alike(&office, find, |search| json!({ "search": search }), &["sari", "nobody"]).await;
        assert_eq!(said["errors"][0]["extensions"]["code"], "FORBIDDEN", "{name}");
        let variables = |id: &str| json!({ "input": { "people": [id], "reason": "Atas permintaan." } });
        let said = alike(&office, &document, variables, &[&absent, subject]).await;
        let errors = &said["data"]["eraseNamedPerson"]["userErrors"];
        assert_eq!(errors[0]["code"], "FORBIDDEN", "{name}");
    }
    let admin = stage.office("admin.ri").await;
    let found = admin.data(find, json!({ "search": "sari" })).await;
    assert_eq!(found["namedPeople"], json!([{ "id": subject }]));
    let token = Some(admin.access_token.as_str());
    let said = attempt(&app, token, "eraseNamedPerson", "proposal { id }", &erase).await;
    assert_eq!(said, "done");
}

/// Everybody the own data; another's only an ADMIN of RI.
async fn everybody_takes_out_the_own_data(app: TestApp) {
    let stage = Stage::set(&app).await;
    let subject = account(&app, "staff.35.02").await;
    let absent = app.absent(Kind::Account);
    let selection = "export { sha256 }";
    let nobody = attempt(&app, None, "exportPersonalData", selection, &json!({})).await;
    assert_eq!(nobody, "UNAUTHENTICATED");
    let document = command_document("exportPersonalData", selection);
    for name in AROUND
        .split_whitespace()
        .chain(["head.35.02", "head.35", "observer.35", "admin.35"])
    {
        let office = stage.office(name).await;
        let token = Some(office.access_token.as_str());
        for input in [json!({}), json!({ "account": account(&app, name).await })] {
            let own = attempt(&app, token, "exportPersonalData", selection, &input).await;
            assert_eq!(own, "done", "{name}");
        }
        let variables = |id: &str| json!({ "input": { "account": id } });
        let said = alike(&office, &document, variables, &[&absent, &subject]).await;
        let errors = &said["data"]["exportPersonalData"]["userErrors"];
        assert_eq!(errors[0]["code"], "FORBIDDEN", "{name}");
    }
    let admin = stage.office("admin.ri").await;
    let input = json!({ "account": subject });
    let token = Some(admin.access_token.as_str());
    assert_eq!(
        attempt(&app, token, "exportPersonalData", selection, &input).await,
        "done"
    );
}

/// Oneself: everybody. Another: ADMIN and OBSERVER of the own unit or above it.
async fn who_is_told_of_whose_rights(app: TestApp) {
    let stage = Stage::set(&app).await;
    let subject = stage.subject("32.75", Situation::Endorsed).await;
    let seat = Kind::Seat.id(app.seat_of("head.32.75").await).to_string();
    let document = "query($report: ID!, $seat: ID!, $account: ID) { \
        report: explainAccess(action: HAND_OVER, id: $report, account: $account) { allowed } \
        seat: explainAccess(action: MANAGE, id: $seat, account: $account) { allowed } }";
    let person = account(&app, "head.32.75").await;
    let variables = |account: Option<&str>| json!({ "report": subject.report, "seat": seat, "account": account });
    let nobody = app.ask(None, document, variables(None)).await;
    assert_eq!(nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    // What each is told of the rights of head.32.75, on the report and on the own seat.
    let told = [
        ("head.32.75", json!(true), json!(false)),
        ("observer.32", json!(true), json!(false)),
        // An ADMIN sees no report, and so is told nothing about one.
        ("admin.32", Value::Null, json!(false)),
        ("admin.ri", Value::Null, json!(false)),
    ];
    for name in AROUND.split_whitespace().chain(["admin.ri", "observer.35"]) {
        let office = stage.office(name).await;
        let own = office.data(document, variables(None)).await;
        assert!(own["seat"]["allowed"].is_boolean(), "{name} is told of the own: {own}");
        let said = office.data(document, variables(Some(&person))).await;
        let found =
            [said["report"].get("allowed"), said["seat"].get("allowed")].map(|told| told.cloned().unwrap_or_default());
        let expected = told.iter().find(|(told, _report, _seat)| *told == name);
        let expected = expected.map_or([Value::Null, Value::Null], |(_name, report, seat)| {
            [report.clone(), seat.clone()]
        });
        assert_eq!(found, expected, "{name}");
    }
}

on_both_databases!(
    erasing_takes_two_admins_of_ri,
    who_has_no_account_is_found_and_erased_by_admins_of_ri,
    everybody_takes_out_the_own_data,
    who_is_told_of_whose_rights,
);
