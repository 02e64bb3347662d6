//! What is done to people, their seats and invitations, tried by every kind of office; and what everybody does to oneself.
use entity::{enums::Function, holder, second_factor};
use jenjang::graphql::id::Kind;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::{Value, json};

use super::super::stage::Stage;
use crate::{
    on_both_databases,
    support::{TestApp, app::Variation, database::PASSWORD, office::command_document},
};

/// A person in a seat of Kota Bekasi (32.75), a seat that is free there, and an open invitation to it.
struct Subject {
    name: String,
    account: String,
    unit: String,
    vacancy: String,
    holder: String,
    invitation: String,
}

/// Who may carry a command out on such a person. Whoever is not named is told `others`.
struct Entry {
    command: &'static str,
    selection: &'static str,
    input: fn(&Subject) -> Value,
    forbidden: &'static str,
    others: &'static str,
}

/// Who may: the administrators above. Nobody else may do any of it.
const DONE: &str = "admin.32 admin.ri";

/// Who is tried besides: the own unit, the province, next door and beneath, elsewhere, RI.
const AROUND: &str = "staff.32.75 head.32.75 head.32 staff.32 observer.32 head.32.76 head.35.02.01 head.18 observer.18 admin.18 \
     admin.35 coordinator.ri expert1.ri";

/// Who knows the people of 32.75, and may do nothing to them.
const KNOW: &str = "staff.32.75 head.32.75 head.32 staff.32 observer.32 coordinator.ri";

const ENTRIES: [Entry; 9] = [
    Entry {
        command: "createSeat",
        selection: "seat { id }",
        input: |on| json!({ "unit": on.unit, "position": "KORDIV", "function": "HEAD", "localTitle": "Kordiv" }),
        forbidden: "",
        // Units and seats are open to everybody: there is nothing to hide.
        others: "FORBIDDEN",
    },
    Entry {
        command: "appointHolder",
        selection: "holder { id }",
        input: |on| json!({ "appointTo": on.vacancy, "account": on.account }),
        forbidden: "",
        others: "FORBIDDEN",
    },
    Entry {
        command: "endHolder",
        selection: "seat { id }",
        input: |on| json!({ "holder": on.holder }),
        forbidden: KNOW,
        others: "NOT_FOUND",
    },
    Entry {
        command: "inviteAccount",
        selection: "invitation { id }",
        input: |on| json!({ "email": "baru@contoh.id", "name": "Baru", "appointTo": on.vacancy }),
        forbidden: "",
        others: "FORBIDDEN",
    },
    Entry {
        command: "inviteAccounts",
        selection: "result { rows }",
        input: |_on| json!({ "csv": "email,name,unit,function,title\nbaru@contoh.id,Baru,32.75,HEAD,Kordiv Baru\n" }),
        forbidden: "",
        others: "FORBIDDEN",
    },
    Entry {
        command: "revokeInvitation",
        selection: "invitation { id }",
        input: |on| json!({ "invitation": on.invitation }),
        forbidden: "",
        others: "NOT_FOUND",
    },
    Entry {
        command: "deactivateAccount",
        selection: "account { id }",
        input: |on| json!({ "account": on.account }),
        forbidden: KNOW,
        others: "NOT_FOUND",
    },
    Entry {
        command: "issueResetCode",
        selection: "resetCode { code }",
        input: |on| json!({ "account": on.account }),
        forbidden: KNOW,
        others: "NOT_FOUND",
    },
    Entry {
        command: "resetSecondFactor",
        selection: "account { id }",
        input: |on| json!({ "account": on.account }),
        forbidden: KNOW,
        others: "NOT_FOUND",
    },
];

/// Tried after `deactivateAccount`, which it takes back.
const REACTIVATE: Entry = Entry {
    command: "reactivateAccount",
    selection: "account { id }",
    input: |on| json!({ "account": on.account }),
    forbidden: KNOW,
    others: "NOT_FOUND",
};

/// What one does to oneself.
const ONESELF: [&str; 5] = [
    "changePassword",
    "requestEmailChange",
    "confirmEmailChange",
    "revokeSession",
    "revokeAllSessions",
];

/// Every field this file tries.
pub fn fields() -> impl Iterator<Item = &'static str> {
    let reads = ["account", "accounts", "invitations"];
    ENTRIES
        .iter()
        .map(|entry| entry.command)
        .chain([REACTIVATE.command])
        .chain(ONESELF)
        .chain(reads)
}

async fn subject(app: &TestApp, number: usize) -> Subject {
    let name = format!("subjek{number}.32.75");
    app.employs(&[(&name, "32.75", Function::Head)]).await;
    let vacancy = app.makes_seat("32.75", Function::Head).await;
    app.reload_directory().await;
    let account = app.account(&name).await;
    let reader = app.services.db.reader();
    let held = holder::Entity::find().filter(holder::Column::AccountId.eq(account.id));
    let held = held.one(reader).await.unwrap().unwrap();
    let factor = second_factor::Model {
        account_id: account.id,
        secret: None,
        pending_secret: Some(vec![1]),
        confirmed_at: None,
        last_step: 0,
    };
    factor.into_active_model().insert(reader).await.unwrap();
    let vacancy = Kind::Seat.id(vacancy).to_string();
    let admin = app.office("admin.ri").await;
    let input = json!({ "email": "tamu@contoh.id", "name": "Tamu", "appointTo": vacancy });
    let invited = admin
        .command("inviteAccount", "invitation { id }", input)
        .await
        .unwrap();
    Subject {
        name,
        account: Kind::Account.id(account.id).to_string(),
        unit: admin.unit("32.75").await,
        vacancy,
        holder: Kind::SeatHolder.id(held.id).to_string(),
        invitation: invited["invitation"]["id"].as_str().unwrap().to_owned(),
    }
}

/// What came of a command: `done`, or the code of its refusal.
async fn attempt(app: &TestApp, token: Option<&str>, entry: &Entry, input: Value) -> String {
    let document = command_document(entry.command, entry.selection);
    let answer = app.ask(token, &document, json!({ "input": input })).await;
    let top = &answer["errors"][0]["extensions"]["code"];
    let refused = &answer["data"][entry.command]["userErrors"][0]["code"];
    top.as_str().or(refused.as_str()).unwrap_or("done").to_owned()
}

async fn tried(stage: &Stage<'_>, entry: &Entry, on: &Subject, done: &str) {
    let app = stage.app;
    let input = (entry.input)(on);
    assert_eq!(
        attempt(app, None, entry, input.clone()).await,
        "UNAUTHENTICATED",
        "{} by nobody",
        entry.command
    );
    for name in AROUND.split_whitespace() {
        let forbidden = entry.forbidden.split_whitespace().any(|known| known == name);
        let token = stage.office(name).await.access_token.clone();
        let told = attempt(app, Some(&token), entry, input.clone()).await;
        let expected = if forbidden { "FORBIDDEN" } else { entry.others };
        assert_eq!(told, expected, "{} by {name}", entry.command);
    }
    if entry.others == "NOT_FOUND" && on_a_person(entry) {
        let oneself = app.signs_in(&format!("{}@demo.jenjang.id", on.name), PASSWORD).await;
        if let Ok(oneself) = oneself {
            let told = attempt(app, Some(&oneself.access_token), entry, input.clone()).await;
            assert_eq!(told, "OWN_SEAT", "{} by the person", entry.command);
        }
    }
    let token = stage.office(done).await.access_token.clone();
    assert_eq!(
        attempt(app, Some(&token), entry, input).await,
        "done",
        "{} by {done}",
        entry.command
    );
}

fn on_a_person(entry: &Entry) -> bool {
    entry.command != "revokeInvitation"
}

async fn done_to_others(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let stage = Stage::set(&app).await;
    let mut number = 0;
    for entry in &ENTRIES {
        for done in DONE.split_whitespace() {
            number += 1;
            let on = subject(&app, number).await;
            tried(&stage, entry, &on, done).await;
            if entry.command == "deactivateAccount" {
                tried(&stage, &REACTIVATE, &on, done).await;
            }
        }
    }
}

async fn an_administrator_of_the_own_unit_fills_what_decides_nothing(app: TestApp) {
    let stage = Stage::set(&app).await;
    for (name, code, function, told) in [
        ("admin.32", "32", "STAFF", "done"),
        ("admin.32", "32", "OBSERVER", "done"),
        ("admin.32", "32", "HEAD", "FORBIDDEN"),
        ("admin.32", "32", "ADMIN", "FORBIDDEN"),
        ("admin.32", "32.75", "ADMIN", "done"),
        ("admin.32", "RI", "STAFF", "FORBIDDEN"),
        ("admin.32", "32.75", "COORDINATOR", "INVALID"),
        ("admin.ri", "RI", "ADMIN", "done"),
        ("admin.ri", "RI", "COORDINATOR", "done"),
        ("admin.ri", "RI", "EXPERT", "done"),
        ("admin.ri", "18.01", "EXPERT", "INVALID"),
    ] {
        let office = stage.office(name).await;
        let unit = office.unit(code).await;
        let input = json!({ "unit": unit, "position": "OTHER", "function": function, "localTitle": "Jabatan" });
        let made = office.command("createSeat", "seat { id }", input).await;
        let came = made.err().map_or("done".to_owned(), |refusal| refusal.code);
        assert_eq!(came, told, "{function} at {code} by {name}");
    }
}

async fn reads_show_whom_one_may_know(app: TestApp) {
    let stage = Stage::set(&app).await;
    let on = subject(&app, 1).await;
    let one = "query($id: ID!) { account(id: $id) { id } }";
    let list = "{ accounts(search: \"subjek1\") { totalCount nodes { id } } invitations { totalCount nodes { id } } }";
    for document in [one, list] {
        let nobody = app.ask(None, document, json!({ "id": on.account })).await;
        assert_eq!(nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    }
    for name in AROUND.split_whitespace().chain(DONE.split_whitespace()) {
        let knows = format!("{KNOW} {DONE}").split_whitespace().any(|known| known == name);
        let fills = DONE.split_whitespace().any(|known| known == name);
        let office = stage.office(name).await;
        let found = office.data(one, json!({ "id": on.account })).await;
        assert_eq!(found["account"]["id"] == on.account, knows, "{name}");
        let listed = office.data(list, json!({})).await;
        assert_eq!(listed["accounts"]["totalCount"], u8::from(knows), "{name}");
        assert_eq!(listed["invitations"]["totalCount"], u8::from(fills), "{name}");
        let node = "query($id: ID!) { node(id: $id) { id } }";
        let invitation = office.data(node, json!({ "id": on.invitation })).await;
        assert_eq!(invitation["node"]["id"] == on.invitation, fills, "{name}");
        let holder = office.data(node, json!({ "id": on.holder })).await;
        assert_eq!(holder["node"]["id"] == on.holder, knows, "{name}");
    }
}

async fn what_one_does_to_oneself_needs_a_session(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let absent = app.absent(Kind::AccountSession);
    for command in ONESELF {
        let input_of = |name: &str| match command {
            "changePassword" => json!({ "currentPassword": "salah", "newPassword": "kuda baterai tepat stapler" }),
            "requestEmailChange" => json!({ "newEmail": "lain@contoh.id", "password": "salah" }),
            "confirmEmailChange" => json!({ "code": name }),
            "revokeSession" => json!({ "session": absent }),
            "revokeAllSessions" => json!({}),
            other => panic!("how is {other} told what to do? Say so here."),
        };
        let document = command_document(command, "account { id }");
        let nobody = app.ask(None, &document, json!({ "input": input_of("nobody") })).await;
        assert_eq!(
            nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED",
            "{command}"
        );
        for name in [
            "staff.32",
            "head.32.75",
            "observer.32",
            "coordinator.ri",
            "expert1.ri",
            "admin.ri",
        ] {
            let office = app.office(name).await;
            let told = office.command(command, "account { id }", input_of(name)).await;
            let expected = match command {
                "changePassword" => Some("INVALID_CREDENTIALS"),
                "requestEmailChange" => Some("UNAVAILABLE"),
                "confirmEmailChange" => Some("INVALID_CODE"),
                "revokeSession" => Some("NOT_FOUND"),
                _ => None,
            };
            assert_eq!(
                told.err().map(|refusal| refusal.code).as_deref(),
                expected,
                "{command} by {name}"
            );
        }
    }
}

on_both_databases!(
    done_to_others,
    an_administrator_of_the_own_unit_fills_what_decides_nothing,
    reads_show_whom_one_may_know,
    what_one_does_to_oneself_needs_a_session,
);
