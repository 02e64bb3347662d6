//! Explanations agree with what happens, and tell nobody more than they may know.
use entity::enums::{Function, Tier};
use jenjang::graphql::id::Kind;
use serde_json::{Value, json};

use super::life::id_of;
use crate::{
    authorization::{
        stage::{Situation, Stage},
        stranger::alike,
    },
    fixtures::{
        awarded::{Category, Edition, Entrant, announces},
        reviewed::asks,
    },
    on_both_databases,
    stories::{
        awards::judging::{appoints, of_one_jury},
        reviewing::{assigns, finds, own, received},
        rubrics::publishes,
    },
    support::{TestApp, app::Variation, people::Tenure},
};

const COMMANDS: [&str; 18] = [
    "EDIT",
    "SUBMIT",
    "WITHDRAW",
    "TAKE",
    "RELEASE",
    "RETURN",
    "ENDORSE",
    "HAND_OVER",
    "RECEIVE",
    "REFUSE_HANDOVER",
    "ACCEPT",
    "DECLINE",
    "RETRACT_ACCEPTANCE",
    "ABANDON",
    "ASSIGN",
    "ASK_REVISION",
    "REOPEN",
    "SET_OPENNESS",
];

const EXPLAINED: &str = "allowed code reason limitedToYourReach seats { seat { id function unit { code } } standing relations decision rule { key text } }";

const EXPLAIN: &str = "query($action: AccessAction!, $id: ID!, $account: ID) { explainAccess(action: $action, id: $id, account: $account) { allowed code reason limitedToYourReach seats { seat { id function unit { code } } standing relations decision rule { key text } } } }";

const KECAMATAN: &str = "staff.own head.own staff.35.02 head.35.02 head.35 observer.35 admin.35 head.35.02.01 \
     head.35.09 head.32.75 observer.32 admin.32 coordinator.ri expert1.ri expert2.ri admin.ri";

const KABUPATEN: &str = "staff.own head.own staff.32 head.32 observer.32 admin.32 head.32.01 head.18 observer.18 \
     admin.18 coordinator.ri expert1.ri expert2.ri admin.ri";

/// What a report says one may do, beside what is explained of it.
fn both(commands: &[&str]) -> String {
    let explained: String = commands
        .iter()
        .map(|action| format!("{action}: explainAccess(action: {action}, id: $id) {{ {EXPLAINED} }} "))
        .collect();
    format!(
        "query($id: ID!) {{ report(id: $id) {{ availableActions {{ action allowed code }} draft {{ updatedAt }} }} \
         READ: explainAccess(action: READ, id: $id) {{ allowed }} \
         READ_DRAFT: explainAccess(action: READ_DRAFT, id: $id) {{ allowed }} {explained} }}"
    )
}

async fn what_is_explained_is_what_happens(app: TestApp) {
    let stage = Stage::set(&app).await;
    let mut seen = 0;
    let scene = [
        ("35.02.03", Situation::Draft, KECAMATAN),
        ("35.02.04", Situation::Submitted, KECAMATAN),
        ("35.02.05", Situation::Taken, KECAMATAN),
        ("35.02.06", Situation::WithProvince, KECAMATAN),
        ("32.02", Situation::Draft, KABUPATEN),
        ("32.03", Situation::Endorsed, KABUPATEN),
        ("32.04", Situation::HandedOver, KABUPATEN),
        ("32.05", Situation::Received, KABUPATEN),
        ("32.06", Situation::Accepted, KABUPATEN),
    ];
    for (unit, situation, around) in scene {
        let subject = stage.subject(unit, situation).await;
        for name in around.split_whitespace() {
            let office = stage.office(&name.replace("own", unit)).await;
            // One request may not ask for all of them.
            let (some, others) = COMMANDS.split_at(COMMANDS.len() / 2);
            let id = json!({ "id": subject.report });
            let mut data = office.data(&both(some), id.clone()).await;
            let more = office.data(&both(others), id).await;
            data.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            if data["report"].is_null() {
                let explained = data.as_object().unwrap().values();
                assert!(
                    explained.into_iter().all(Value::is_null),
                    "{name} on {situation:?}: {data}"
                );
                continue;
            }
            seen += 1;
            assert_eq!(data["READ"]["allowed"], true, "{name} on {situation:?}");
            let draft = data["READ_DRAFT"]["allowed"].as_bool().unwrap();
            assert!(draft || data["report"]["draft"].is_null(), "{name} on {situation:?}");
            for offered in data["report"]["availableActions"].as_array().unwrap() {
                let action = offered["action"].as_str().unwrap();
                let explained = &data[action];
                assert_eq!(
                    (&explained["allowed"], &explained["code"]),
                    (&offered["allowed"], &offered["code"]),
                    "{action} by {name} on {situation:?}: {explained}"
                );
                assert_eq!(explained["limitedToYourReach"], false);
                let granted = decisions(explained).contains(&"ALLOWED");
                assert!(
                    granted || explained["allowed"] == false,
                    "no seat grants it: {explained}"
                );
            }
        }
    }
    assert!(seen > 40, "only {seen} cases were seen");
}

fn decisions(explained: &Value) -> Vec<&str> {
    let seats = explained["seats"].as_array().unwrap();
    seats.iter().map(|seat| seat["decision"].as_str().unwrap()).collect()
}

async fn the_seat_the_tie_and_the_rule_are_told(app: TestApp) {
    let stage = Stage::set(&app).await;
    let subject = stage.subject("35.02.03", Situation::Taken).await;
    let explain = async |name: &str, action: &str, account: Option<&str>| {
        let account = match account {
            Some(name) => Some(id_of(&app.account(name).await)),
            None => None,
        };
        let variables = json!({ "action": action, "id": subject.report, "account": account });
        let data = stage.office(name).await.data(EXPLAIN, variables).await;
        data["explainAccess"].clone()
    };
    let cases = [
        (
            "ENDORSE",
            "head.35.02",
            None,
            "PARENT",
            &["TURN"][..],
            "ALLOWED",
            "report.head-of-desk-decides",
        ),
        (
            "ENDORSE",
            "staff.35.02",
            None,
            "PARENT",
            &["TURN"],
            "FORBIDDEN",
            "report.head-of-desk-decides",
        ),
        (
            "ENDORSE",
            "head.35.02.03",
            None,
            "OWN",
            &["SUBMITTER"],
            "OWN_WORK",
            "report.nobody-judges-own-work",
        ),
        (
            "HAND_OVER",
            "head.35",
            None,
            "ABOVE",
            &["PROVINCE"],
            "ALLOWED",
            "report.head-hands-over",
        ),
        (
            "READ",
            "observer.35",
            None,
            "ABOVE",
            &["PROVINCE"],
            "ALLOWED",
            "report.seen-from-own-unit-and-above",
        ),
        (
            "ENDORSE",
            "observer.35",
            Some("head.35.02"),
            "PARENT",
            &["TURN"],
            "ALLOWED",
            "report.head-of-desk-decides",
        ),
        (
            "READ",
            "observer.35",
            Some("admin.35"),
            "ABOVE",
            &["PROVINCE"],
            "HIDDEN",
            "report.admins-see-none",
        ),
        (
            "READ",
            "observer.35",
            Some("head.35.09"),
            "OUTSIDE",
            &[],
            "HIDDEN",
            "report.seen-from-own-unit-and-above",
        ),
    ];
    for (action, asker, account, standing, relations, decision, rule) in cases {
        let said = explain(asker, action, account).await;
        let seat = &said["seats"][0];
        let found = json!([
            seat["standing"],
            seat["relations"],
            seat["decision"],
            seat["rule"]["key"]
        ]);
        assert_eq!(
            found,
            json!([standing, relations, decision, rule]),
            "{action} {asker} {account:?}"
        );
        assert_eq!(
            said["limitedToYourReach"],
            account.is_some(),
            "{action} {asker} {account:?}"
        );
    }
    // The policy grants it, the workflow does not: both are told.
    let said = explain("head.35", "HAND_OVER", None).await;
    assert_eq!(
        (&said["allowed"], &said["code"]),
        (&json!(false), &json!("WRONG_STATE"))
    );
    let english = [
        (
            "authorization",
            format!("Bearer {}", stage.office("head.35").await.access_token),
        ),
        ("accept-language", "en".to_owned()),
    ];
    let body = json!({ "query": EXPLAIN, "variables": { "action": "HAND_OVER", "id": subject.report } });
    let said = app.post(&english, body).await.json();
    assert_eq!(
        said["data"]["explainAccess"]["reason"],
        "This report is under review; the command does not follow from there."
    );
}

async fn what_may_be_done_to_rounds_and_templates_is_explained(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let province = app.office("head.35").await;
    let round = province.own_round("35-kegiatan").await;
    let template = round["template"].clone();
    let cycle = province.opens(round).await.unwrap();
    app.office("head.35.02").await.passes_on(&cycle, 10).await.unwrap();
    let of = |id: &str, actions: &[&str]| -> String {
        let asked = actions
            .iter()
            .map(|action| format!("{action}: explainAccess(action: {action}, id: ${id}) {{ {EXPLAINED} }} "));
        asked.collect()
    };
    let document = format!(
        "query($cycle: ID!, $template: ID!) {{ reportCycle(id: $cycle) {{ viewerCanManage viewerCanPassOn }} \
         reportTemplate(id: $template) {{ viewerCanEdit viewerCanPublish viewerCanDiscard viewerCanRetire }} {} {} }}",
        of(
            "cycle",
            &["READ_CYCLE", "MANAGE_CYCLE", "PASS_ON_CYCLE", "START_REPORTS"]
        ),
        of(
            "template",
            &[
                "READ_TEMPLATE",
                "EDIT_TEMPLATE",
                "PUBLISH_TEMPLATE",
                "DISCARD_TEMPLATE",
                "RETIRE_TEMPLATE"
            ]
        ),
    );
    let ids = json!({ "cycle": cycle, "template": template });
    for (name, begins) in [
        ("head.35", true),
        ("head.35.02", true),
        ("staff.35", false),
        ("admin.ri", false),
        ("coordinator.ri", false),
        ("head.35.09", false),
        ("head.35.02.18", false),
    ] {
        let seen = app.office(name).await.data(&document, ids.clone()).await;
        for (action, offered) in [
            ("MANAGE_CYCLE", &seen["reportCycle"]["viewerCanManage"]),
            ("PASS_ON_CYCLE", &seen["reportCycle"]["viewerCanPassOn"]),
            ("EDIT_TEMPLATE", &seen["reportTemplate"]["viewerCanEdit"]),
            ("PUBLISH_TEMPLATE", &seen["reportTemplate"]["viewerCanPublish"]),
            ("DISCARD_TEMPLATE", &seen["reportTemplate"]["viewerCanDiscard"]),
            ("RETIRE_TEMPLATE", &seen["reportTemplate"]["viewerCanRetire"]),
            ("READ_CYCLE", &json!(true)),
            ("READ_TEMPLATE", &json!(true)),
            ("START_REPORTS", &json!(begins)),
        ] {
            assert_eq!(&seen[action]["allowed"], offered, "{action} by {name}: {seen}");
        }
    }
    let seen = province.data(&document, ids.clone()).await;
    assert_eq!(seen["EDIT_TEMPLATE"]["code"], "WRONG_STATE", "it is published");
    for (action, rule) in [
        ("MANAGE_CYCLE", "cycle.directed-by-its-unit"),
        ("PASS_ON_CYCLE", "cycle.passed-on-by-units-between"),
        ("READ_CYCLE", "cycle.seen-along-the-line"),
        ("START_REPORTS", "report.who-asks-lays-out-drafts"),
        ("RETIRE_TEMPLATE", "template.directed-by-its-unit"),
        ("READ_TEMPLATE", "template.seen-along-the-line"),
    ] {
        assert_eq!(seen[action]["seats"][0]["rule"]["key"], rule);
    }
    let close = json!({ "cycle": cycle, "expectedVersion": 1 });
    province
        .command("closeReportCycle", "cycle { id }", close)
        .await
        .unwrap();
    let closed = province.data(&document, ids.clone()).await;
    for action in ["MANAGE_CYCLE", "START_REPORTS"] {
        assert_eq!(closed[action]["code"], "CYCLE_NOT_OPEN", "{action}");
        assert_eq!(
            decisions(&closed[action]),
            ["ALLOWED"],
            "the policy grants it all the same"
        );
    }
    for name in ["head.32", "observer.32", "head.32.75"] {
        let hidden = app.office(name).await.data(&document, ids.clone()).await;
        let absent = json!({ "cycle": app.absent(Kind::ReportCycle), "template": app.absent(Kind::ReportTemplate) });
        let absent = app.office(name).await.data(&document, absent).await;
        assert_eq!(hidden, absent, "{name}");
        assert!(
            hidden.as_object().unwrap().values().all(Value::is_null),
            "{name}: {hidden}"
        );
    }
}

async fn a_hidden_thing_is_explained_like_an_absent_one(app: TestApp) {
    let stage = Stage::set(&app).await;
    let subject = stage.subject("35.02.03", Situation::Taken).await;
    let draft = stage.subject("35.02.04", Situation::Draft).await;
    let absent = app.absent(Kind::Report);
    // Those who may not see it, the ADMIN above it among them, also when they ask about somebody who may.
    let askers = [
        ("head.18", None, &subject.report),
        ("head.35", None, &draft.report),
        ("admin.35", None, &subject.report),
        ("admin.35", Some("head.35.02"), &subject.report),
        ("admin.35", Some("head.35.02.03"), &subject.report),
        ("observer.35", Some("head.35.02.04"), &draft.report),
        ("observer.32", Some("head.32.75"), &subject.report),
    ];
    for (name, account, hidden) in askers {
        let account = match account {
            Some(name) => Some(id_of(&app.account(name).await)),
            None => None,
        };
        let office = stage.office(name).await;
        for action in ["READ", "ENDORSE"] {
            let variables = |id: &str| json!({ "action": action, "id": id, "account": account });
            let said = alike(&office, EXPLAIN, variables, &[&absent, hidden]).await;
            assert_eq!(said["data"], json!({ "explainAccess": null }), "{name}");
        }
    }
    let (absent, hidden) = (app.absent(Kind::Account), id_of(&app.account("head.18").await));
    let observer = stage.office("observer.35").await;
    let variables = |id: &str| json!({ "action": "READ_CONTACTS", "id": id });
    let said = alike(&observer, EXPLAIN, variables, &[&absent, &hidden]).await;
    assert_eq!(said["data"], json!({ "explainAccess": null }));
    let absent = app.absent(Kind::Seat);
    let said = observer
        .data(EXPLAIN, json!({ "action": "MANAGE", "id": absent }))
        .await;
    assert_eq!(said["explainAccess"], Value::Null);
}

async fn a_person_out_of_reach_is_explained_like_an_absent_one(app: TestApp) {
    let stage = Stage::set(&app).await;
    let subject = stage.subject("32.75", Situation::HandedOver).await;
    app.hires("tanpa.jabatan").await;
    app.reload_directory().await;
    let absent = app.absent(Kind::Account);
    let seat = Kind::Seat.id(app.seat_of("head.32.75").await).to_string();
    let cases = [
        // Out of reach of those who may ask.
        ("observer.18", "head.32.75"),
        ("admin.32", "head.18"),
        ("admin.32", "coordinator.ri"),
        ("observer.32", "tanpa.jabatan"),
        // And the others may not ask at all.
        ("head.32", "head.32.75"),
        ("staff.32.75", "head.32.75"),
        ("coordinator.ri", "head.32.75"),
        ("expert1.ri", "expert2.ri"),
    ];
    for (name, person) in cases {
        let person = id_of(&app.account(person).await);
        let office = stage.office(name).await;
        for (action, id) in [("READ", &subject.report), ("MANAGE", &seat)] {
            let variables = |account: &str| json!({ "action": action, "id": id, "account": account });
            let said = alike(&office, EXPLAIN, variables, &[&absent, &person]).await;
            assert_eq!(said["data"], json!({ "explainAccess": null }), "{name}");
        }
    }
}

/// Somebody with a second seat elsewhere is explained as if there were no such seat, word for word.
async fn seats_out_of_reach_are_not_told(app: TestApp) {
    let stage = Stage::set(&app).await;
    let subject = stage.subject("32.75", Situation::Endorsed).await;
    app.seats("dua.jabatan", "32.75", Function::Staff).await;
    let observer = stage.office("observer.32").await;
    let account = id_of(&app.account("dua.jabatan").await);
    let ask = async |action: &str, id: &str| {
        let variables = json!({ "action": action, "id": id, "account": account });
        observer.data(EXPLAIN, variables).await["explainAccess"].clone()
    };
    let contact = id_of(&app.account("head.32.75").await);
    let seat = Kind::Seat.id(app.seat_of("staff.18").await).to_string();
    let questions = [
        ("HAND_OVER", &subject.report),
        ("RECEIVE", &subject.report),
        ("READ_CONTACTS", &contact),
        ("MANAGE", &seat),
    ];
    let mut before = Vec::new();
    for (action, id) in questions {
        let said = ask(action, id).await;
        assert_eq!(said["seats"].as_array().unwrap().len(), 1, "{said}");
        before.push(said);
    }
    assert_eq!(before[0]["allowed"], false);
    // The new seats would allow all of it.
    for function in [Function::Coordinator, Function::Admin] {
        app.appoints("dua.jabatan", app.makes_seat("RI", function).await, Tenure::SETTLED)
            .await;
    }
    app.reload_directory().await;
    for ((action, id), before) in questions.into_iter().zip(before) {
        assert_eq!(ask(action, id).await, before, "{action}");
    }
}

async fn contacts_and_seats_are_explained(app: TestApp) {
    let stage = Stage::set(&app).await;
    let ask = async |name: &str, action: &str, id: &str, account: Option<&str>| {
        let account = match account {
            Some(name) => Some(id_of(&app.account(name).await)),
            None => None,
        };
        let variables = json!({ "action": action, "id": id, "account": account });
        stage.office(name).await.data(EXPLAIN, variables).await["explainAccess"].clone()
    };
    let contact = id_of(&app.account("head.32.75").await);
    for (name, account, allowed) in [
        ("head.32.75", None, true),
        ("head.32", None, true),
        ("admin.32", Some("head.32"), true),
        ("admin.32", Some("head.32.75"), true),
        ("admin.32", Some("head.32.01"), false),
        ("admin.ri", Some("expert1.ri"), false),
    ] {
        let said = ask(name, "READ_CONTACTS", &contact, account).await;
        assert_eq!(said["allowed"], allowed, "{name} about {account:?}: {said}");
    }
    let seat = async |name: &str| Kind::Seat.id(app.seat_of(name).await).to_string();
    for (name, of, account, code) in [
        ("admin.32", "head.32.75", None, Value::Null),
        ("admin.32", "head.32", None, json!("FORBIDDEN")),
        ("admin.32", "observer.32", None, Value::Null),
        ("admin.32", "head.18", None, json!("FORBIDDEN")),
        ("head.32", "head.32.75", None, json!("FORBIDDEN")),
        ("observer.32", "head.32.75", Some("admin.32"), Value::Null),
        ("observer.32", "head.32.75", Some("head.32"), json!("FORBIDDEN")),
        ("admin.ri", "head.32.75", Some("admin.32"), Value::Null),
        ("admin.ri", "admin.ri", None, json!("OWN_SEAT")),
    ] {
        let said = ask(name, "MANAGE", &seat(of).await, account).await;
        assert_eq!(said["code"], code, "{name} about {account:?} on {of}: {said}");
        assert_eq!(said["allowed"], code.is_null());
    }
    let bekasi = stage.office("admin.32").await.unit("32.75").await;
    for (name, account, code) in [
        ("admin.32", None, Value::Null),
        ("admin.18", None, json!("FORBIDDEN")),
        ("head.32", None, json!("FORBIDDEN")),
        ("observer.32", Some("admin.32"), Value::Null),
        ("admin.ri", Some("head.32.75"), json!("FORBIDDEN")),
    ] {
        let said = ask(name, "CHANGE_UNIT", &bekasi, account).await;
        assert_eq!(said["code"], code, "{name} about {account:?}: {said}");
    }
    let wrong = [
        ("READ", contact.clone()),
        ("CHANGE_UNIT", contact.clone()),
        ("MANAGE", contact.clone()),
        ("READ_CONTACTS", seat("head.32").await),
    ];
    for (action, id) in wrong {
        let said = stage
            .office("head.32")
            .await
            .ask(EXPLAIN, json!({ "action": action, "id": id }))
            .await;
        assert_eq!(said["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{action}");
    }
}

async fn what_may_be_done_to_rubrics_is_explained(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let rubric = publishes(&app.office("head.35").await, "dijelaskan").await;
    let actions = ["READ", "EDIT", "PUBLISH", "DISCARD", "RETIRE"];
    let asked =
        actions.map(|action| format!("{action}: explainAccess(action: {action}_RUBRIC, id: $id) {{ {EXPLAINED} }} "));
    let document = format!(
        "query($id: ID!) {{ rubric(id: $id) {{ viewerCanEdit viewerCanPublish viewerCanDiscard viewerCanRetire }} {} }}",
        asked.concat()
    );
    let ids = json!({ "id": rubric["id"] });
    for name in ["head.35", "staff.35", "expert1.ri", "admin.ri", "head.35.02"] {
        let seen = app.office(name).await.data(&document, ids.clone()).await;
        for (action, offered) in [
            ("READ", &json!(true)),
            ("EDIT", &seen["rubric"]["viewerCanEdit"]),
            ("PUBLISH", &seen["rubric"]["viewerCanPublish"]),
            ("DISCARD", &seen["rubric"]["viewerCanDiscard"]),
            ("RETIRE", &seen["rubric"]["viewerCanRetire"]),
        ] {
            assert_eq!(&seen[action]["allowed"], offered, "{action} by {name}: {seen}");
        }
    }
    let seen = app.office("head.35").await.data(&document, ids.clone()).await;
    assert_eq!(seen["EDIT"]["code"], "WRONG_STATE", "it is published");
    for (action, rule) in [
        ("RETIRE", "rubric.directed-by-its-unit"),
        ("READ", "rubric.seen-along-the-line"),
    ] {
        assert_eq!(seen[action]["seats"][0]["rule"]["key"], rule);
    }
    let next_door = app.office("head.32").await;
    let hidden = next_door.data(&document, ids).await;
    let absent = next_door
        .data(&document, json!({ "id": app.absent(Kind::Rubric) }))
        .await;
    assert_eq!(hidden, absent);
    assert!(hidden.as_object().unwrap().values().all(Value::is_null), "{hidden}");
}

async fn what_may_be_done_about_awards_is_explained(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let (edition, panel) = of_one_jury(&app, &["35.02"]).await;
    let head = app.office("head.35").await;
    appoints(&head, &panel, &["staff.35", "head.35.09"]).await;
    let entries = head
        .data("{ awardEntries(first: 5) { nodes { id } } }", json!({}))
        .await;
    let ids = json!({ "edition": edition["id"], "entry": entries["awardEntries"]["nodes"][0]["id"] });
    let of =
        |action: &str, what: &str| format!("{action}: explainAccess(action: {action}, id: ${what}) {{ {EXPLAINED} }} ");
    let document = format!(
        "query($edition: ID!, $entry: ID!) {{ awardEdition(id: $edition) {{ viewerCanEdit viewerSteps }} \
         node(id: $entry) {{ ... on AwardEntry {{ viewerCanVerify viewerCanDisqualify viewerCanWithdraw }} }} {} {} {} {} {} }}",
        of("READ_AWARD_EDITION", "edition"),
        of("COMMAND_AWARD_EDITION", "edition"),
        of("READ_AWARD_ENTRY", "entry"),
        of("DISQUALIFY_AWARD_ENTRY", "entry"),
        of("VERIFY_AWARD_ENTRY", "entry"),
    );
    let about = "query($id: ID!, $account: ID) { explainAccess(action: READ_AWARD_ENTRY, id: $id, account: $account) { allowed code } }";
    for name in [
        "head.35",
        "staff.35",
        "observer.35",
        "head.35.02",
        "head.35.09",
        "coordinator.ri",
        "head.32",
    ] {
        let seen = app.office(name).await.data(&document, ids.clone()).await;
        let known = seen["awardEdition"].is_object();
        assert_eq!(known, name != "head.32", "{name}");
        assert_eq!(
            seen["READ_AWARD_EDITION"]["allowed"] == json!(true),
            known,
            "{name}: {seen}"
        );
        assert_eq!(seen["READ_AWARD_EDITION"].is_object(), known, "{name}: {seen}");
        let steps = seen["awardEdition"]["viewerSteps"]
            .as_array()
            .is_some_and(|steps| !steps.is_empty());
        assert_eq!(
            seen["COMMAND_AWARD_EDITION"]["allowed"] == json!(true),
            steps,
            "{name}: {seen}"
        );
        let read = seen["node"].is_object();
        assert_eq!(
            seen["READ_AWARD_ENTRY"]["allowed"] == json!(true),
            read,
            "{name}: {seen}"
        );
        assert_eq!(seen["DISQUALIFY_AWARD_ENTRY"].is_object(), read, "{name}: {seen}");
        let strikes = seen["node"]["viewerCanDisqualify"] == json!(true);
        assert_eq!(
            seen["DISQUALIFY_AWARD_ENTRY"]["allowed"] == json!(true),
            strikes,
            "{name}: {seen}"
        );
    }
    // By the tier above; that it is time is another question.
    let seen = head.data(&document, ids.clone()).await;
    assert_eq!(seen["VERIFY_AWARD_ENTRY"]["seats"][0]["standing"], "PARENT");
    let rule = &seen["VERIFY_AWARD_ENTRY"]["seats"][0]["rule"]["key"];
    assert_eq!(rule, "award.entry-verified-by-the-tier-above");
    // A juror reads it; nobody else gets that out of an explanation.
    let jember = app.office("head.35.09").await;
    let own = jember.data(about, json!({ "id": ids["entry"] })).await;
    assert_eq!(own["explainAccess"]["allowed"], true, "{own}");
    let asked = json!({ "id": ids["entry"], "account": id_of(&app.account("head.35.09").await) });
    let told = app.office("observer.35").await.data(about, asked).await;
    assert_eq!(told["explainAccess"], json!({ "allowed": false, "code": "NOT_FOUND" }));

    let ranked = Category::ranked("Kehumasan", Tier::KabupatenKota, &[Entrant::of("35.02").wins(Some(1))]);
    let given = announces(&app, &Edition::of_ri("Anugerah", app.services.clock.now(), &[ranked])).await;
    let document = "query($id: ID!) { read: explainAccess(action: READ_AWARD, id: $id) { allowed } \
                    revoke: explainAccess(action: REVOKE_AWARD, id: $id) { allowed code } }";
    for (name, revokes) in [
        ("coordinator.ri", Value::Null),
        ("head.35", json!("FORBIDDEN")),
        ("head.32", json!("FORBIDDEN")),
    ] {
        let seen = app
            .office(name)
            .await
            .data(document, json!({ "id": given.awards[0] }))
            .await;
        assert_eq!(
            (&seen["read"]["allowed"], &seen["revoke"]["code"]),
            (&json!(true), &revokes),
            "{name}"
        );
    }
    let nobody = app.office("admin.32").await;
    let hidden = nobody.data(document, json!({ "id": given.awards[0] })).await;
    assert_eq!(
        hidden,
        nobody.data(document, json!({ "id": app.absent(Kind::Award) })).await
    );
    assert!(hidden["read"].is_null());
}

async fn what_may_be_done_in_a_review_is_explained(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    asks(&app).await;
    app.seats("coordinator2.ri", "RI", Function::Coordinator).await;
    app.seats("observer.ri", "RI", Function::Observer).await;
    let report = received(&app, "32.75").await;
    // Nobody has named this one to receive it.
    app.seats("expert3.ri", "RI", Function::Expert).await;
    let coordinator = app.office("coordinator.ri").await;
    assigns(&coordinator, &[&report], &["expert1.ri", "expert2.ri"], None)
        .await
        .unwrap();
    let report = coordinator.sees(&report).await.unwrap();
    let lead = app.office("expert1.ri").await;
    let found = finds(&lead, &report, "SHOULD").await;
    let assigned = own(&lead, &report).await.unwrap();
    let person = Kind::Account.id(app.account("coordinator2.ri").await.id).to_string();
    let unit = coordinator.unit("32.75").await;
    let pinned = json!({ "person": person, "kind": "FAMILY", "unit": unit, "reason": "Keluarga di unit ini." });
    coordinator
        .command("pinConflict", "conflict { id }", pinned)
        .await
        .unwrap();

    let explained =
        |action: &str, id: &str| format!("{action}: explainAccess(action: {action}, id: ${id}) {{ {EXPLAINED} }} ");
    let on_finding = [
        "READ_FINDING",
        "ACKNOWLEDGE_FINDING",
        "RESOLVE_FINDING",
        "REOPEN_FINDING",
    ]
    .map(|action| explained(action, "finding"));
    let on_review = [
        "READ_REVIEW",
        "READ_SCORE_SHEETS",
        "ACKNOWLEDGE_REVIEW",
        "DECLINE_REVIEW",
        "RECUSE_REVIEW",
        "LAPSE_REVIEW",
        "MAKE_REVIEW_LEAD",
        "SAVE_SCORE_SHEET",
        "COMPLETE_REVIEW",
    ]
    .map(|action| explained(action, "review"));
    let findings = format!(
        "query($finding: ID!) {{ node(id: $finding) {{ ... on Finding {{ viewerCanResolve viewerCanReopen }} }} {} }}",
        on_finding.concat()
    );
    let reviews = format!(
        "query($review: ID!) {{ node(id: $review) {{ ... on ReviewAssignment {{ viewerCanAcknowledge viewerCanDecline \
         viewerCanRecuse viewerCanLapse }} }} {} }}",
        on_review.concat()
    );
    let names = "staff.32.75 head.32.75 head.32 observer.32 admin.32 head.18 coordinator.ri coordinator2.ri expert1.ri \
                 expert2.ri expert3.ri observer.ri admin.ri";
    let allowed = |data: &Value| -> Vec<String> {
        let asked = data.as_object().unwrap().iter();
        let granted = asked.filter(|(_action, said)| said["allowed"] == true);
        granted.map(|(action, _said)| action.clone()).collect()
    };
    let mut told = Vec::new();
    for name in names.split_whitespace() {
        let office = app.office(name).await;
        let data = office.data(&findings, json!({ "finding": found })).await;
        let more = office.data(&reviews, json!({ "review": assigned.id })).await;
        for (data, can) in [
            (
                &data,
                &[
                    ("RESOLVE_FINDING", "viewerCanResolve"),
                    ("REOPEN_FINDING", "viewerCanReopen"),
                ][..],
            ),
            (
                &more,
                &[
                    ("ACKNOWLEDGE_REVIEW", "viewerCanAcknowledge"),
                    ("DECLINE_REVIEW", "viewerCanDecline"),
                    ("RECUSE_REVIEW", "viewerCanRecuse"),
                    ("LAPSE_REVIEW", "viewerCanLapse"),
                ],
            ),
        ] {
            let nodes = data.as_object().unwrap();
            if data["node"].is_null() {
                assert!(nodes.values().all(Value::is_null), "{name}: {data}");
                continue;
            }
            for (action, field) in can {
                assert_eq!(
                    data[action]["allowed"], data["node"][field],
                    "{action} by {name}: {data}"
                );
            }
            for (action, said) in nodes.iter().filter(|(action, _said)| *action != "node") {
                assert_eq!(said["limitedToYourReach"], false);
                assert_eq!(said["allowed"] == true, said["code"].is_null(), "{action}: {said}");
                assert!(
                    said["allowed"] == false || decisions(said).contains(&"ALLOWED"),
                    "{action}: {said}"
                );
            }
        }
        told.push((name, [allowed(&data), allowed(&more)].concat().join(" ")));
    }
    let expected = [
        ("staff.32.75", "ACKNOWLEDGE_FINDING READ_FINDING"),
        ("head.32.75", "ACKNOWLEDGE_FINDING READ_FINDING"),
        ("head.32", "READ_FINDING"),
        ("observer.32", "READ_FINDING"),
        ("admin.32", ""),
        ("head.18", ""),
        (
            "coordinator.ri",
            "READ_FINDING RESOLVE_FINDING LAPSE_REVIEW READ_REVIEW READ_SCORE_SHEETS",
        ),
        ("coordinator2.ri", ""),
        (
            "expert1.ri",
            "READ_FINDING RESOLVE_FINDING ACKNOWLEDGE_REVIEW DECLINE_REVIEW READ_REVIEW READ_SCORE_SHEETS RECUSE_REVIEW SAVE_SCORE_SHEET",
        ),
        ("expert2.ri", "READ_FINDING RESOLVE_FINDING READ_REVIEW"),
        ("expert3.ri", ""),
        ("observer.ri", "READ_FINDING"),
        ("admin.ri", ""),
    ];
    assert_eq!(told, expected.map(|(name, actions)| (name, actions.to_owned())));

    // Who may ask about others does not learn from the answer who has a conflict of interest.
    let variables = json!({ "action": "READ_FINDING", "id": found, "account": person });
    let said = app.office("observer.ri").await.data(EXPLAIN, variables).await["explainAccess"].clone();
    assert_eq!(
        (&said["allowed"], &said["seats"][0]["relations"]),
        (&json!(true), &json!([])),
        "{said}"
    );
    let raising = json!({ "action": "RAISE_FINDING", "id": report.id });
    for (name, expected) in [
        ("expert2.ri", Value::Null),
        ("coordinator.ri", json!("FORBIDDEN")),
        ("head.32", json!("FORBIDDEN")),
    ] {
        let said = app.office(name).await.data(EXPLAIN, raising.clone()).await["explainAccess"].clone();
        assert_eq!(said["code"], expected, "{name}: {said}");
    }
}

on_both_databases!(
    what_may_be_done_to_rounds_and_templates_is_explained,
    what_may_be_done_to_rubrics_is_explained,
    what_may_be_done_about_awards_is_explained,
    what_may_be_done_in_a_review_is_explained,
    what_is_explained_is_what_happens,
    the_seat_the_tie_and_the_rule_are_told,
    a_hidden_thing_is_explained_like_an_absent_one,
    a_person_out_of_reach_is_explained_like_an_absent_one,
    seats_out_of_reach_are_not_told,
    contacts_and_seats_are_explained,
);
