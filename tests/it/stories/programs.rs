//! Programs of units: what they may do with somebody's rights, and how they lose them.
use std::sync::Arc;

use chrono::{Duration, Utc};
use entity::{
    access_token, administrative_act, audit_leaf,
    enums::{ActKind, Function},
    event_scan, idempotency_record, outbox_event, unit,
};
use jenjang::{
    clock::{Clock, StillClock},
    graphql::id::Kind,
    identity::program::MOST_PROGRAMS,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};

use super::{
    FINAL_REPORT,
    door::{fits, gathers, moment, scan, sends_scans},
};
use crate::{
    on_both_databases,
    support::{
        TestApp,
        app::Variation,
        office::{code, command_document},
        people::Tenure,
    },
};

const DRAFTS: &[&str] = &["REPORTS_DRAFT"];
const READS: &[&str] = &["REPORTS_READ"];
const DOORS: &[&str] = &["EVENTS_CHECKIN"];
const HISTORY: &str = "query($id: ID!) { report(id: $id) { history { nodes { command person { email } service { id name unit { code } tokens { totalCount } } } } } }";

fn still(clock: &StillClock) -> Variation {
    Variation {
        clock: Arc::new(clock.clone()),
        ..Variation::default()
    }
}

async fn a_program_drafts_and_history_names_it(app: TestApp) {
    let head = app.office("head.32.75").await;
    let program = head.employs_program("32.75", DRAFTS).await;
    let draft = program.drafts(FINAL_REPORT).await;
    // It is no person's decision that this is right: a program never submits.
    let input = json!({ "report": draft.id, "expectedVersion": draft.version });
    let refused = program.post_command("submitReport", "report { id }", input, None).await;
    assert_eq!((refused.status, refused.code().as_str()), (403, "FORBIDDEN"));
    let answer = refused.json();
    assert!(answer["data"].is_null(), "nothing ran: {answer}");
    let submitted = head.submits(&draft).await.unwrap();

    let steps = head.data(HISTORY, json!({ "id": submitted.id })).await["report"]["history"]["nodes"].clone();
    assert_eq!(steps[0]["command"], "START");
    assert_eq!(steps[0]["service"]["name"], "Pemantau media");
    assert_eq!(steps[0]["service"]["unit"]["code"], "32.75");
    assert_eq!(steps[0]["service"]["tokens"]["totalCount"], 1);
    assert_eq!(
        steps[0]["person"]["email"], "head.32.75@demo.jenjang.id",
        "whose rights it used is responsible"
    );
    assert_eq!(steps[1]["command"], "SUBMIT");
    assert!(steps[1]["service"].is_null(), "the head submitted in person");

    // Those above read who did it, but do not look after the unit's programs.
    let province = app.office("head.32").await;
    let steps = province.data(HISTORY, json!({ "id": submitted.id })).await["report"]["history"]["nodes"].clone();
    assert_eq!(steps[0]["service"]["name"], "Pemantau media");
    assert!(steps[0]["service"]["tokens"].is_null());
    let node = "query($id: ID!) { node(id: $id) { id } }";
    let seen = province.data(node, json!({ "id": steps[0]["service"]["id"] })).await;
    assert!(seen["node"].is_null());
}

async fn scopes_bound_a_program(app: TestApp) {
    let head = app.office("head.32.75").await;
    let draft = head.drafts(FINAL_REPORT).await;
    let reader = head.employs_program("32.75", READS).await;
    assert_eq!(reader.sees(&draft).await, Some(draft.clone()));
    let input = json!({ "report": draft.id, "expectedVersion": draft.version, "answers": [] });
    let refused = reader.post_command("editReport", "report { id }", input, None).await;
    assert_eq!((refused.status, refused.code().as_str()), (403, "FORBIDDEN"));
    // What it may ask for does not take along what it may not, whatever it is called.
    for document in [
        "{ viewer { account { name } } }",
        "{ rateLimit { limit } me: viewer { account { name } } }",
        "{ ... on Query { viewer { account { name } } } }",
        "query { ...Q } fragment Q on Query { viewer { account { name } } }",
        "{ a: rateLimit { limit } a: viewer { account { name } } }",
        "{ serviceAccounts { totalCount } }",
    ] {
        assert_eq!(code(&reader.ask(document, json!({})).await), "FORBIDDEN", "{document}");
    }
    assert_eq!(
        code(&reader.ask("{ __schema { queryType { name } } }", json!({})).await),
        "ok"
    );
}

async fn people_are_told_only_with_the_scope(app: TestApp) {
    let head = app.office("head.32.75").await;
    let draft = head.drafts(FINAL_REPORT).await;
    let account = Kind::Account.id(app.account("head.32.75").await.id).to_string();
    let document = "query($account: ID!, $report: ID!) { node(id: $account) { id } \
        unit(code: \"32.75\") { seats { holders { account { name email } } } } \
        report(id: $report) { history { nodes { person { name } } } } }";
    let variables = json!({ "account": account, "report": draft.id });
    for (scopes, told) in [(READS, false), (&["REPORTS_READ", "PEOPLE_READ"][..], true)] {
        let program = head.employs_program("32.75", scopes).await;
        let data = program.data(document, variables.clone()).await;
        assert_eq!(data["node"].is_null(), !told, "{data}");
        assert_eq!(data["unit"]["seats"][0]["holders"].is_null(), !told, "{data}");
        assert_eq!(
            data["report"]["history"]["nodes"][0]["person"].is_null(),
            !told,
            "{data}"
        );
        assert_eq!(data.to_string().contains("@demo.jenjang.id"), told, "{data}");
    }
}

async fn a_program_acts_for_its_unit_alone(app: TestApp) {
    app.hires("rangkap").await;
    for (unit, function) in [
        ("32.75", entity::enums::Function::Head),
        ("32.16", entity::enums::Function::Head),
    ] {
        let seat = app.makes_seat(unit, function).await;
        app.appoints("rangkap", seat, crate::support::people::Tenure::SETTLED)
            .await;
    }
    app.reload_directory().await;
    let both = app.office("rangkap").await;
    let elsewhere = app.office("head.32.16").await.drafts(FINAL_REPORT).await;
    assert!(both.sees(&elsewhere).await.is_some(), "the person sits in both");
    let program = both.employs_program("32.75", DRAFTS).await;
    assert!(program.sees(&elsewhere).await.is_none());
    assert_eq!(
        program.starts(FINAL_REPORT).await.unwrap().status,
        "DRAFT",
        "no seat to be named"
    );
    let cycle = program.cycle(FINAL_REPORT).await;
    let unit = program.unit("32.16").await;
    let refused = program
        .command("startReport", "report { id }", json!({ "cycle": cycle, "unit": unit }))
        .await;
    assert_eq!(refused.unwrap_err().code, "FORBIDDEN");
}

async fn a_token_is_good_from_its_addresses_only(app: TestApp) {
    let head = app.office("head.32.75").await;
    let program = head.makes_program("32.75", "Pemantau media").await.unwrap();
    let make = async |ranges: Value| {
        let made = head
            .makes_token(&program, READS, json!({ "addressRanges": ranges }))
            .await;
        head.with_secret(&made.unwrap())
    };
    let (elsewhere, here) = (
        make(json!(["203.0.113.0/24", "2001:db8::/32"])).await,
        make(json!(["203.0.113.0/24", "127.0.0.1"])).await,
    );
    assert_eq!(here.gets().await, "ok");
    let document = json!({ "query": "{ units(first: 0) { totalCount } }" });
    let told = async |token: &str| {
        let headers = [
            ("authorization", format!("Bearer {token}")),
            ("x-request-id", "satu".to_owned()),
        ];
        let answer = app.post(&headers, document.clone()).await;
        (answer.status, String::from_utf8(answer.bytes).unwrap())
    };
    let outside = told(&elsewhere.access_token).await;
    assert_eq!(outside.0, 401);
    let unknown = jenjang::identity::secret::new_secret();
    assert_eq!(outside, told(&unknown).await, "like a token that never was");
    assert_eq!(outside, told(&unknown[..40]).await, "and like none");
}

async fn a_token_runs_out(app: TestApp) {
    let clock = StillClock::at(Utc::now());
    let app = app.varied(still(&clock)).await;
    let program = app.office("head.32.75").await.employs_program("32.75", READS).await;
    clock.advance(Duration::seconds(3599));
    assert_eq!(program.gets().await, "ok");
    clock.advance(Duration::seconds(1));
    assert_eq!(program.gets().await, "UNAUTHENTICATED");
}

async fn a_revocation_reaches_the_other_process(app: TestApp) {
    let other = TestApp::on(Arc::clone(&app.database), Variation::default()).await;
    let head = app.office("head.32.75").await;
    let program = head.makes_program("32.75", "Pemantau media").await.unwrap();
    let token = head.makes_token(&program, READS, json!({})).await.unwrap();
    let (here, secret) = (head.with_secret(&token), token.secret.clone().unwrap());
    assert_eq!(here.gets().await, "ok");
    let there = async || {
        code(
            &other
                .ask(Some(&secret), "{ units(first: 0) { totalCount } }", json!({}))
                .await,
        )
    };
    // The other process hears of the token within half a second; the test asks until it has.
    while there().await != "ok" {}
    let revoked = head
        .command(
            "revokeAccessToken",
            "accessToken { id revokedAt }",
            json!({ "accessToken": token.id }),
        )
        .await
        .unwrap();
    assert!(revoked["accessToken"]["revokedAt"].is_string());
    assert_eq!(here.gets().await, "UNAUTHENTICATED", "at once where it happened");
    while there().await == "ok" {}
    assert_eq!(there().await, "UNAUTHENTICATED");
    let again = head
        .command(
            "revokeAccessToken",
            "accessToken { revokedAt }",
            json!({ "accessToken": token.id }),
        )
        .await
        .unwrap();
    assert_eq!(again["accessToken"]["revokedAt"], revoked["accessToken"]["revokedAt"]);
}

async fn a_write_does_not_wait_for_the_news_of_a_revocation(app: TestApp) {
    let program = app.office("head.32.75").await.employs_program("32.75", DRAFTS).await;
    let cycle = program.cycle(FINAL_REPORT).await;
    // Revoked in the database by another process, of which this one may not have heard.
    let revoke = "UPDATE access_token SET revoked_at = created_at";
    app.services.db.reader().execute_unprepared(revoke).await.unwrap();
    let refused = program
        .command("startReport", "report { id }", json!({ "cycle": cycle }))
        .await;
    assert_eq!(refused.unwrap_err().code, "UNAUTHENTICATED");
}

async fn a_write_does_not_wait_for_the_news_of_a_dismissal(app: TestApp) {
    let program = app.office("head.32.75").await.employs_program("32.75", DRAFTS).await;
    let cycle = program.cycle(FINAL_REPORT).await;
    app.dismisses("head.32.75").await;
    let refused = program
        .command("startReport", "report { id }", json!({ "cycle": cycle }))
        .await;
    assert_eq!(refused.unwrap_err().code, "UNAUTHENTICATED");
}

async fn a_token_ends_with_what_it_stands_on(app: TestApp) {
    app.employs(&[
        ("head2.32.75", "32.75", entity::enums::Function::Head),
        ("head3.32.75", "32.75", entity::enums::Function::Head),
    ])
    .await;
    let mut programs = Vec::new();
    for name in ["head.32.75", "head2.32.75", "head3.32.75", "head.32.16"] {
        let head = app.office(name).await;
        programs.push(head.employs_program(name.split_once('.').unwrap().1, READS).await);
    }
    let who_gets_in = async || {
        let mut codes = Vec::new();
        for program in &programs {
            codes.push(program.gets().await == "ok");
        }
        codes
    };
    assert_eq!(who_gets_in().await, [true; 4]);
    app.dismisses("head.32.75").await;
    app.reload_directory().await;
    assert_eq!(
        who_gets_in().await,
        [false, true, true, true],
        "its maker lost the seat"
    );
    app.deactivates("head2.32.75").await;
    app.reload_directory().await;
    assert_eq!(
        who_gets_in().await,
        [false, false, true, true],
        "its maker's account was closed"
    );
    let head = app.office("head3.32.75").await;
    let listed = head
        .data("{ serviceAccounts { nodes { id createdBy { email } } } }", json!({}))
        .await;
    let own = listed["serviceAccounts"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|program| program["createdBy"]["email"] == "head3.32.75@demo.jenjang.id")
        .unwrap();
    let ended = head
        .command(
            "endServiceAccount",
            "serviceAccount { endedAt }",
            json!({ "serviceAccount": own["id"] }),
        )
        .await
        .unwrap();
    assert!(ended["serviceAccount"]["endedAt"].is_string());
    assert_eq!(
        who_gets_in().await,
        [false, false, false, true],
        "the program was ended"
    );
    let refused = head.makes_token(own["id"].as_str().unwrap(), READS, json!({})).await;
    assert_eq!(refused.unwrap_err().code, "WRONG_STATE");
    let (gone, today) = (app.unit("32.16"), app.services.clock.today());
    app.change_directory(async |connection| {
        unit::Entity::update_many()
            .col_expr(unit::Column::DissolvedOn, Expr::value(today))
            .filter(unit::Column::Id.eq(gone))
            .exec(connection)
            .await
            .unwrap();
    })
    .await;
    app.reload_directory().await;
    assert_eq!(who_gets_in().await, [false; 4], "the unit was dissolved");
}

async fn a_token_is_shown_once_and_kept_nowhere(app: TestApp) {
    let head = app.office("head.32.75").await;
    let program = head.makes_program("32.75", "Pemantau media").await.unwrap();
    let input = head.token_input(&program, DRAFTS, json!({}));
    let selection = "token accessToken { id hint scopes expiresAt }";
    let make = async || {
        let made = head.command_with_key("createAccessToken", selection, input.clone(), Some("satu"));
        made.await.unwrap()
    };
    let (first, again) = (make().await, make().await);
    assert_eq!(first["accessToken"], again["accessToken"], "one token was made");
    assert!(again["token"].is_null(), "and shown once");
    let secret = first["token"].as_str().unwrap();
    assert!(secret.ends_with(first["accessToken"]["hint"].as_str().unwrap()));

    let connection = app.services.db.reader();
    let mut kept = String::new();
    kept += &format!("{:?}", access_token::Entity::find().all(connection).await.unwrap());
    kept += &format!(
        "{:?}",
        administrative_act::Entity::find().all(connection).await.unwrap()
    );
    kept += &format!("{:?}", outbox_event::Entity::find().all(connection).await.unwrap());
    kept += &format!("{:?}", audit_leaf::Entity::find().all(connection).await.unwrap());
    kept += &format!(
        "{:?}",
        idempotency_record::Entity::find().all(connection).await.unwrap()
    );
    assert!(kept.contains("access_token.created") && kept.contains("Pemantau media"));
    let acts = administrative_act::Entity::find().all(connection).await.unwrap();
    let told: Vec<_> = acts
        .iter()
        .filter(|act| act.kind == ActKind::AccessTokenCreated)
        .collect();
    assert!(
        told.len() == 1 && told[0].details.get("name").is_none(),
        "what a token is called stands in its row alone"
    );
    // Neither whole nor in part: the hint is all that is left of it.
    assert!(!kept.contains(&secret[..20]) && !kept.contains(&secret[56..]));
}

async fn keys_of_programs_and_persons_do_not_clash(app: TestApp) {
    let head = app.office("head.32.75").await;
    let program = head.employs_program("32.75", DRAFTS).await;
    let input = json!({ "cycle": head.cycle(FINAL_REPORT).await });
    let selection = "report { id version }";
    let started = program
        .command_with_key("startReport", selection, input.clone(), Some("satu"))
        .await
        .unwrap();
    let again = program
        .command_with_key("startReport", selection, input, Some("satu"))
        .await
        .unwrap();
    assert_eq!(started, again, "told again to the program");
    let answers = [json!({ "field": "program", "value": { "text": "Sekolah kader." } })];
    let edit = json!({ "report": started["report"]["id"], "expectedVersion": 1, "answers": answers });
    let edited = head.command_with_key("editReport", selection, edit, Some("satu")).await;
    assert_eq!(
        edited.unwrap()["report"]["version"],
        2,
        "the person's own key is another"
    );
}

async fn the_last_use_is_told(app: TestApp) {
    let head = app.office("head.32.75").await;
    let program = head.employs_program("32.75", READS).await;
    head.employs_program("32.75", READS).await;
    let document = "{ serviceAccounts { nodes { tokens { nodes { lastUsedAt lastUsedAddress } } } } }";
    let uses = async || {
        app.services.identity.uses.write(&app.services.db).await.unwrap();
        let data = head.data(document, json!({})).await;
        let used = |place: usize| data["serviceAccounts"]["nodes"][place]["tokens"]["nodes"][0].clone();
        (used(0), used(1))
    };
    let never = json!({ "lastUsedAt": null, "lastUsedAddress": null });
    assert_eq!(uses().await, (never.clone(), never.clone()));
    assert_eq!(program.gets().await, "ok");
    let (first, second) = uses().await;
    assert_eq!(first["lastUsedAddress"], "127.0.0.1");
    assert!(first["lastUsedAt"].is_string());
    assert_eq!(second, never, "another program's token was not used");
    let statements = app
        .last_statements()
        .iter()
        .filter(|sql| sql.contains("last_used_at"))
        .count();
    assert_eq!(statements, 1, "one statement for all tokens");
}

async fn what_is_wrong_with_a_token_is_told_all_at_once(app: TestApp) {
    let head = app.office("head.32.75").await;
    let program = head.makes_program("32.75", "  Pemantau media ").await.unwrap();
    let now = app.services.clock.now();
    let told = async |scopes: &[&str], special: Value| {
        let input = head.token_input(&program, scopes, special);
        let document = command_document("createAccessToken", "token accessToken { id }");
        let answer = head.ask(&document, json!({ "input": input })).await;
        let payload = &answer["data"]["createAccessToken"];
        assert_eq!(
            payload["accessToken"].is_null() && payload["token"].is_null(),
            payload["userErrors"] != json!([]),
            "{answer}"
        );
        let errors = payload["userErrors"].as_array().unwrap().iter();
        let words = errors.map(|error| {
            let path = error["field"]
                .as_array()
                .unwrap()
                .iter()
                .map(|part| part.as_str().unwrap());
            format!(
                "{} {}",
                error["code"].as_str().unwrap(),
                path.collect::<Vec<_>>().join(".")
            )
        });
        words.collect::<Vec<_>>()
    };
    assert_eq!(told(&[], json!({})).await, ["REQUIRED scopes"]);
    assert_eq!(told(&["PEOPLE_READ"], json!({})).await, ["INVALID scopes"]);
    assert_eq!(told(READS, json!({ "name": "  " })).await, ["REQUIRED name"]);
    assert_eq!(told(READS, json!({ "name": "a".repeat(101) })).await, ["TOO_LONG name"]);
    assert_eq!(told(READS, json!({ "name": "a".repeat(100) })).await, [""; 0]);
    for at in [now, now - Duration::days(1), now + Duration::days(366)] {
        assert_eq!(told(READS, json!({ "expiresAt": at })).await, ["INVALID expiresAt"]);
    }
    assert_eq!(
        told(READS, json!({ "expiresAt": now + Duration::days(365) })).await,
        [""; 0]
    );
    let ranges = json!({ "addressRanges": ["10.0.0.0/8", "kantor", "10.0.0.1", "10.0.0.0/40"] });
    assert_eq!(
        told(READS, ranges).await,
        ["INVALID addressRanges.1", "INVALID addressRanges.3"]
    );
    let ranges = json!({ "addressRanges": vec!["10.0.0.1"; 21] });
    assert_eq!(told(READS, ranges).await, ["TOO_LONG addressRanges"]);
    let all = json!({ "name": "", "expiresAt": now, "addressRanges": [""] });
    assert_eq!(
        told(&[], all).await,
        [
            "REQUIRED name",
            "REQUIRED scopes",
            "INVALID expiresAt",
            "INVALID addressRanges.0"
        ]
    );
    for _left in 0..18 {
        assert_eq!(told(&["REPORTS_READ", "REPORTS_READ"], json!({})).await, [""; 0]);
    }
    assert_eq!(
        told(READS, json!({})).await,
        ["TOO_LONG serviceAccount"],
        "twenty at a time"
    );
    let blank = head.makes_program("32.75", " ").await.unwrap_err();
    assert_eq!((blank.code.as_str(), blank.field.as_str()), ("REQUIRED", "name"));
    let listed = head.data("{ serviceAccounts { nodes { name } } }", json!({})).await;
    assert_eq!(
        listed["serviceAccounts"]["nodes"],
        json!([{ "name": "Pemantau media" }])
    );
}

async fn nobody_gives_a_program_more_than_the_own_rights(app: TestApp) {
    let coordinator = app.office("coordinator.ri").await;
    let program = coordinator.makes_program("RI", "Dasbor nasional").await.unwrap();
    for scopes in [&["REPORTS_DRAFT"][..], &["REPORTS_READ", "REPORTS_DRAFT"]] {
        let refused = coordinator.makes_token(&program, scopes, json!({})).await.unwrap_err();
        assert_eq!((refused.code.as_str(), refused.field.as_str()), ("INVALID", "scopes"));
    }
    let token = coordinator
        .makes_token(&program, &["REPORTS_READ", "PEOPLE_READ"], json!({}))
        .await
        .unwrap();
    let head = app.office("head.32.75").await;
    let draft = head.drafts(FINAL_REPORT).await;
    let reader = coordinator.with_secret(&token);
    assert!(reader.sees(&draft).await.is_none(), "no more than its maker");
    let submitted = head.submits(&draft).await.unwrap();
    assert_eq!(reader.sees(&submitted).await, Some(submitted));
}

/// The gate of the secretariat reads badges by itself.
async fn a_program_works_the_doors_of_its_unit(app: TestApp) {
    let clock = StillClock::at(app.services.clock.now());
    let app = app.varied(still(&clock)).await;
    let held = gathers(&app, "Rakernis", json!({})).await;
    let (staff, head) = (app.office("staff.35.02").await, app.office("head.35.02").await);
    let program = head.makes_program("35.02", "Gerbang").await.unwrap();
    let token = head.makes_token(&program, DOORS, json!({})).await.unwrap();
    let gate = head.with_secret(&token);

    let kit =
        "query($event: ID) { doorKit(event: $event) { event sessions { session } guests { name } keys { kid } } }";
    let told = gate.data(kit, json!({ "event": held.event["id"] })).await["doorKit"].clone();
    assert_eq!(told["event"], held.event["id"]);
    assert_eq!(told["guests"].as_array().unwrap().len(), 3);
    assert_eq!(code(&gate.ask(kit, json!({})).await), "BAD_USER_INPUT");

    let (now, session) = (clock.now(), &held.sessions[0]);
    let sari = held.guest("Sari Lestari");
    let came = [scan("1", &sari.code, session, "IN", now)];
    let answers = sends_scans(&gate, Some(&held.event), &came).await;
    assert_eq!(answers[0]["outcome"], "TAKEN", "{answers:?}");
    assert_eq!(answers[0]["name"], sari.name);
    let again = sends_scans(&gate, Some(&held.event), &came).await;
    assert_eq!(
        again[0]["scan"]["id"], answers[0]["scan"]["id"],
        "a nonce is sent again as often as need be"
    );
    let mut one = json!({
        "event": held.event["id"], "nonce": "2", "code": sari.code, "session": session, "clientTime": moment(now),
    });
    let out = gate
        .command("checkOut", "result { outcome }", one.clone())
        .await
        .unwrap();
    assert_eq!(out["result"]["outcome"], "TAKEN");
    one["nonce"] = json!("3");
    gate.command("checkIn", "result { outcome }", one).await.unwrap();
    let unit = gate.unit("35.02.03").await;
    let walk_in = json!({
        "event": held.event["id"], "unit": unit, "name": "Endah", "session": session, "nonce": "4",
        "clientTime": moment(now),
    });
    let added = gate
        .command("addWalkIn", "delegate { id standing }", walk_in)
        .await
        .unwrap();
    assert_eq!(added["delegate"]["standing"], "PENDING");

    // It takes back what it scanned itself, and nothing that others did, its maker among them.
    let own = sends_scans(
        &head,
        Some(&held.event),
        &[scan("h", &held.guests[2].code, session, "IN", now)],
    )
    .await;
    let annul = |scan: &Value| json!({ "scan": scan["scan"]["id"], "reason": "Salah." });
    let refused = gate
        .command("annulCheckIn", "scan { id }", annul(&own[0]))
        .await
        .unwrap_err();
    assert_eq!((refused.code.as_str(), refused.field.as_str()), ("NOT_FOUND", "scan"));
    gate.command("annulCheckIn", "scan { id ruling }", annul(&answers[0]))
        .await
        .unwrap();

    // History tells whose rights it acted with, and that it was no person.
    let scans = event_scan::Entity::find().all(app.services.db.reader()).await.unwrap();
    let by_gate: Vec<_> = scans
        .iter()
        .filter(|row| Some(row.source_id) != row.account_id)
        .collect();
    let maker = app.account("head.35.02").await;
    assert_eq!(by_gate.len(), 4);
    assert!(
        by_gate
            .iter()
            .all(|row| row.account_id == Some(maker.id) && row.device_id.is_none())
    );
    let decide = json!({ "delegate": added["delegate"]["id"], "expectedVersion": 1, "admit": true });
    staff
        .command("decideWalkIn", "delegate { id }", decide.clone())
        .await
        .unwrap_err();
    head.command("decideWalkIn", "delegate { id }", decide).await.unwrap();
    fits(&app).await;
}

async fn a_program_of_doors_gets_nothing_else(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let held = gathers(&app, "Rakernis", json!({})).await;
    let head = app.office("head.35.02").await;
    let gate = head.employs_program("35.02", DOORS).await;
    let kit = "query($event: ID) { doorKit(event: $event) { title } }";
    let event = json!({ "event": held.event["id"] });

    // Not of reports, not of people, not of events.
    for asked in [
        "{ reports { totalCount } }",
        "{ events { totalCount } }",
        "{ viewer { account { name } } }",
        "{ node(id: \"x\") { id } }",
        "mutation { startReport }",
        "mutation { enterAttendance }",
        "mutation { decideWalkIn }",
    ] {
        assert_eq!(code(&gate.ask(asked, json!({})).await), "FORBIDDEN", "{asked}");
    }
    // Without the scope there is no door.
    let reader = head.employs_program("35.02", READS).await;
    assert_eq!(code(&reader.ask(kit, event.clone()).await), "FORBIDDEN");
    // Of another unit, above it too, and of the whole country there is no such event.
    for (office, unit) in [("head.35", "35"), ("head.35.09", "35.09"), ("coordinator.ri", "RI")] {
        let other = app.office(office).await.employs_program(unit, DOORS).await;
        assert_eq!(code(&other.ask(kit, event.clone()).await), "NOT_FOUND", "{office}");
        let scan = [scan(
            "x",
            &held.guests[0].code,
            &held.sessions[0],
            "IN",
            app.services.clock.now(),
        )];
        let input = json!({ "event": held.event["id"], "scans": scan });
        let refused = other
            .command("syncCheckIns", "results { outcome }", input)
            .await
            .unwrap_err();
        assert_eq!(
            (refused.code.as_str(), refused.field.as_str()),
            ("NOT_FOUND", "event"),
            "{office}"
        );
    }
    // Nobody gives what they do not have.
    let program = head.makes_program("35.02", "Gerbang lain").await.unwrap();
    let people = head
        .makes_token(&program, &["EVENTS_CHECKIN", "PEOPLE_READ"], json!({}))
        .await;
    assert_eq!(people.unwrap_err().code, "INVALID");

    // Who made it keeps the door no more: a token that is for more reads on, and one for doors alone is nobody's.
    let both = head
        .makes_token(&program, &["EVENTS_CHECKIN", "REPORTS_READ"], json!({}))
        .await
        .unwrap();
    let both = head.with_secret(&both);
    assert_eq!(code(&both.ask(kit, event.clone()).await), "ok");
    app.dismisses("head.35.02").await;
    let seat = app.makes_seat("35.02", Function::Observer).await;
    app.appoints("head.35.02", seat, Tenure::SETTLED).await;
    app.reload_directory().await;
    assert_eq!(code(&gate.ask(kit, event.clone()).await), "UNAUTHENTICATED");
    assert_eq!(code(&both.ask(kit, event).await), "FORBIDDEN");
    assert_eq!(both.gets().await, "ok");
}

async fn a_unit_has_fifty_programs_at_a_time(app: TestApp) {
    let head = app.office("head.32.75").await;
    let mut made = Vec::new();
    for number in 0..MOST_PROGRAMS {
        made.push(head.makes_program("32.75", &format!("Program {number}")).await.unwrap());
    }
    let more = head.makes_program("32.75", "Satu lagi").await.unwrap_err();
    assert_eq!((more.code.as_str(), more.field.as_str()), ("TOO_LONG", "unit"));
    // Those of other units do not count, and one that has ended makes room.
    app.office("head.32.16")
        .await
        .makes_program("32.16", "Lain")
        .await
        .unwrap();
    let end = json!({ "serviceAccount": made[0] });
    head.command("endServiceAccount", "serviceAccount { id }", end)
        .await
        .unwrap();
    head.makes_program("32.75", "Satu lagi").await.unwrap();
}

on_both_databases!(
    a_unit_has_fifty_programs_at_a_time,
    a_program_works_the_doors_of_its_unit,
    a_program_of_doors_gets_nothing_else,
    a_program_drafts_and_history_names_it,
    scopes_bound_a_program,
    people_are_told_only_with_the_scope,
    a_program_acts_for_its_unit_alone,
    a_token_is_good_from_its_addresses_only,
    a_token_runs_out,
    a_revocation_reaches_the_other_process,
    a_write_does_not_wait_for_the_news_of_a_revocation,
    a_write_does_not_wait_for_the_news_of_a_dismissal,
    a_token_ends_with_what_it_stands_on,
    a_token_is_shown_once_and_kept_nowhere,
    keys_of_programs_and_persons_do_not_clash,
    the_last_use_is_told,
    what_is_wrong_with_a_token_is_told_all_at_once,
    nobody_gives_a_program_more_than_the_own_rights,
);
