//! What was handed over leaves proof: a signed receipt that anybody verifies, here, in public, and far from this server.
use std::{fs, path::Path, process::Command, sync::Arc};

use chrono::{Duration, Utc};
use entity::receipt;
use jenjang::{
    background,
    clock::{Clock, StillClock},
    config::Config,
    identity::keys,
    report::receipt::inspection,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use super::FINAL_REPORT;
use crate::{
    on_both_databases,
    support::{
        Office, Report, TestApp,
        app::{Answer, Variation},
    },
};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/verify_receipt.py");

/// All there is to a receipt.
pub const RECEIPT: &str = "id code revision sha256 place receivedAt payload signature kid \
     giver { localTitle } receiver { localTitle } session { id } report { id }";

/// The report of a kabupaten/kota of Jawa Barat, handed over by the province and received by an expert.
pub async fn received(app: &TestApp, code: &str) -> Report {
    let draft = app.office(&format!("staff.{code}")).await.drafts(FINAL_REPORT).await;
    let submitted = app.office(&format!("head.{code}")).await.submits(&draft).await.unwrap();
    let (given, _session) = app
        .office("head.32")
        .await
        .hands_over(&[&submitted], None)
        .await
        .unwrap();
    let received = app.office("expert1.ri").await.receives(&[&given[0]]).await.unwrap();
    received.into_iter().next().unwrap()
}

/// The receipts of a report, as an office sees them.
pub async fn receipts_of(office: &Office<'_>, report: &Report) -> Vec<Value> {
    let document = format!("query($id: ID!) {{ report(id: $id) {{ receipts {{ {RECEIPT} }} }} }}");
    let data = office.data(&document, json!({ "id": report.id })).await;
    data["report"]["receipts"].as_array().unwrap().clone()
}

/// The same by the name of the office.
async fn receipts(app: &TestApp, office: &str, report: &Report) -> Vec<Value> {
    receipts_of(&app.office(office).await, report).await
}

async fn looks_up(app: &TestApp, code: &str, accept: &str) -> Answer {
    let code = code.replace(' ', "%20");
    let headers = [("accept", accept.to_owned())];
    app.send("GET", &format!("/verify/{code}"), &headers, Vec::new()).await
}

async fn page(app: &TestApp, code: &str) -> String {
    let answer = looks_up(app, code, "text/html,application/xhtml+xml,*/*;q=0.8").await;
    assert_eq!(answer.status, 200);
    String::from_utf8(answer.bytes).unwrap()
}

async fn verification(app: &TestApp, code: &str) -> Value {
    let answer = looks_up(app, code, "application/json").await;
    assert_eq!(answer.status, 200);
    answer.json()
}

/// Every key that ever signed, as it is published.
async fn published(app: &TestApp) -> Value {
    let answer = app.send("GET", "/.well-known/receipt-keys.json", &[], Vec::new()).await;
    assert_eq!(answer.status, 200);
    answer.json()
}

/// Runs the script far from the server: on two files alone.
fn verified_offline(folder: &Path, receipt: &Value, keys: &Value, more: &[&str]) -> (bool, String) {
    for (name, value) in [("receipt.json", receipt), ("keys.json", keys)] {
        fs::write(folder.join(name), value.to_string()).unwrap();
    }
    let output = Command::new("python3")
        .args([SCRIPT, "receipt.json", "keys.json"])
        .args(more)
        .current_dir(folder)
        .output()
        .unwrap_or_else(|error| panic!("python3: {error}"));
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert_eq!(complaint, "");
    (output.status.success(), String::from_utf8(output.stdout).unwrap())
}

async fn who_receives_signs(app: TestApp) {
    let report = received(&app, "32.75").await;
    let own = receipts(&app, "head.32.75", &report).await;
    assert_eq!(own.len(), 1);
    let receipt = &own[0];
    for office in ["head.32", "coordinator.ri", "expert1.ri"] {
        assert_eq!(receipts(&app, office, &report).await, own, "{office}");
    }
    assert_eq!(receipt["report"]["id"], json!(report.id));
    assert_eq!(receipt["revision"], 1);
    let payload: Value = serde_json::from_str(receipt["payload"].as_str().unwrap()).unwrap();
    assert_eq!(
        payload.to_string(),
        receipt["payload"].as_str().unwrap(),
        "sorted and without blanks, as RFC 8785 has it"
    );
    assert_eq!(
        (&payload["typ"], &payload["version"]),
        (&json!("jenjang-receipt"), &json!(1))
    );
    assert_eq!((&payload["code"], &payload["kid"]), (&receipt["code"], &receipt["kid"]));
    assert_eq!(payload["unit"]["code"], "32.75");
    assert_eq!(payload["revision"]["sha256"], receipt["sha256"]);
    assert_eq!(payload["giver"]["unit"]["code"], "32", "the province gave it");
    assert_eq!(payload["receiver"]["unit"]["code"], "RI");
    assert_eq!(payload["handover"]["place"], "Media Center Bawaslu RI, Jakarta");
    assert_eq!(payload["handover"]["at"], "2025-01-21T02:00:00Z");
    assert_eq!(payload["receivedAt"], receipt["receivedAt"]);
    assert!(
        payload["statement"]["id"]
            .as_str()
            .unwrap()
            .contains("bukan Tanda Tangan Elektronik")
    );
    for name in ["staff.32.75", "head.32.75", "head.32", "expert1.ri"] {
        let account = app.account(name).await;
        assert!(
            !payload.to_string().contains(&account.name),
            "no person is in it: {name}"
        );
        assert!(!payload.to_string().contains(&account.id.to_string()), "{name}");
    }

    let code = receipt["code"].as_str().unwrap();
    let told = page(&app, code).await;
    let hash = receipt["sha256"].as_str().unwrap();
    for shown in [
        "Tanda tangan sah",
        "Bawaslu Kota Bekasi",
        "21 Januari 2025 pukul 09.00 WIB",
        hash,
        code,
    ] {
        assert!(told.contains(shown), "{shown}: {told}");
    }
    assert!(!told.contains("<script"), "{told}");
    let answer = looks_up(&app, &code.to_lowercase().replace('-', " "), "text/html").await;
    assert_eq!(answer.status, 200, "however it is typed");
    assert_eq!(answer.header("x-robots-tag"), Some("noindex, nofollow"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");

    let json = verification(&app, code).await;
    assert_eq!(
        (&json["valid"], &json["isRevisionInForce"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(json["receipt"]["signed"]["payload"], receipt["payload"]);
    let document = "query($code: String!) { verifyReceipt(code: $code) { code valid isRevisionInForce since { what } receipt { unit unitCode sha256 payload signature giver { position unit } } } }";
    let public = app.ask(None, document, json!({ "code": code })).await;
    let public = &public["data"]["verifyReceipt"];
    assert_eq!((&public["valid"], &public["since"]), (&json!(true), &json!([])));
    assert_eq!(public["receipt"]["unitCode"], "32.75");
    assert_eq!(public["receipt"]["signature"], receipt["signature"]);
}

async fn a_stranger_is_told_of_no_receipt(app: TestApp) {
    let report = received(&app, "32.75").await;
    let receipt = receipts(&app, "head.32.75", &report).await.remove(0);
    let document = format!("query($id: ID!) {{ receipt(id: $id) {{ {RECEIPT} }} node(id: $id) {{ id }} }}");
    for (office, sees) in [
        ("staff.32.75", true),
        ("head.32", true),
        ("observer.32", true),
        ("head.32.76", false),
        ("head.18", false),
        ("expert1.ri", true),
        ("admin.ri", false),
    ] {
        let data = app
            .office(office)
            .await
            .data(&document, json!({ "id": receipt["id"] }))
            .await;
        assert_eq!(data["receipt"].is_null(), !sees, "{office}");
        assert_eq!(data["node"].is_null(), !sees, "{office}");
    }
    for code in ["", "abc", "0000-0000-0000-0000-0000-0000-0000", "%00", "../graphql"] {
        let answer = looks_up(&app, &code.replace('/', "%2F"), "text/html").await;
        assert_eq!(answer.status, 404, "{code}");
    }
    let unknown = looks_up(&app, "0000-0000-0000-0000-0000-0000-0000", "text/html").await;
    assert!(
        String::from_utf8(unknown.bytes.clone())
            .unwrap()
            .contains("Tidak ada tanda terima atau sertifikat dengan kode ini")
    );
    assert_eq!(unknown.header("x-robots-tag"), Some("noindex, nofollow"));
    let unknown = looks_up(&app, "0000", "application/json").await;
    assert_eq!((unknown.status, unknown.code()), (404, "NOT_FOUND".to_owned()));
    let posted = app.send("POST", "/verify/0000", &[], Vec::new()).await;
    assert_eq!(posted.status, 405);
}

async fn what_is_taken_back_later_is_said(app: TestApp) {
    let report = received(&app, "32.75").await;
    let code = receipts(&app, "head.32.75", &report).await[0]["code"]
        .as_str()
        .unwrap()
        .to_owned();
    let coordinator = app.office("coordinator.ri").await;
    let accepted = coordinator.does("acceptReport", &report).await.unwrap();
    assert_eq!(
        verification(&app, &code).await["since"],
        json!([]),
        "an acceptance is not public yet"
    );
    let retracted = coordinator
        .does_because("retractAcceptance", &accepted, "Lampiran tertukar.")
        .await
        .unwrap();
    coordinator
        .does_because("declineReport", &retracted, "Lampiran tidak ada.")
        .await
        .unwrap();
    let since = verification(&app, &code).await["since"].clone();
    let what: Vec<&Value> = since.as_array().unwrap().iter().map(|since| &since["what"]).collect();
    assert_eq!(what, ["ACCEPTANCE_RETRACTED", "DECLINED"]);
    let told = page(&app, &code).await;
    assert!(told.contains("Persetujuan atas laporan ditarik kembali pada"), "{told}");
    assert!(told.contains("Laporan kemudian ditolak pada"), "{told}");
    assert!(!told.contains("tertukar"), "reasons are not public");
}

async fn an_exempt_report_is_not_told_in_public(app: TestApp) {
    let report = received(&app, "32.75").await;
    let code = receipts(&app, "head.32.75", &report).await[0]["code"]
        .as_str()
        .unwrap()
        .to_owned();
    let head = app.office("head.32.75").await;
    let input = |report: &Report, openness: &str| json!({ "report": report.id, "expectedVersion": report.version, "openness": openness, "reason": "Memuat data pelapor." });
    let same = head
        .on_report("setOpenness", input(&report, "INTERNAL"))
        .await
        .unwrap_err();
    assert_eq!((same.code.as_str(), same.field.as_str()), ("INVALID", "openness"));
    let exempt = head.on_report("setOpenness", input(&report, "EXEMPT")).await.unwrap();
    assert_eq!(exempt.status, "RECEIVED", "it stands where it stood");
    let told = page(&app, &code).await;
    let json = verification(&app, &code).await;
    for hidden in ["Bekasi", "Jawa Barat", "Laporan Akhir", "Media Center", "32.75"] {
        assert!(!told.contains(hidden), "{hidden}: {told}");
        assert!(!json.to_string().contains(hidden), "{hidden}: {json}");
    }
    assert_eq!(
        (&json["valid"], &json["receipt"]["report"]),
        (&json!(true), &Value::Null)
    );
    assert!(told.contains("Dikecualikan"), "{told}");

    let coordinator = app.office("coordinator.ri").await;
    let accepted = coordinator.does("acceptReport", &exempt).await.unwrap();
    let late = head
        .on_report("setOpenness", input(&accepted, "PUBLIC"))
        .await
        .unwrap_err();
    assert_eq!(late.code, "FORBIDDEN", "what is decided on is RI's");
    let open = coordinator
        .on_report("setOpenness", input(&accepted, "PUBLIC"))
        .await
        .unwrap();
    assert_eq!(open.status, "ACCEPTED");
    let document = "query($id: ID!) { report(id: $id) { openness acceptedAt history { nodes { command reason } } } found: reports(filter: {openness: {eq: PUBLIC}}) { totalCount } none: reports(filter: {openness: {eq: EXEMPT}}) { totalCount } }";
    let data = coordinator.data(document, json!({ "id": report.id })).await;
    assert_eq!(data["report"]["openness"], "PUBLIC");
    assert!(
        !data["report"]["acceptedAt"].is_null(),
        "it was accepted when it was accepted"
    );
    let last = data["report"]["history"]["nodes"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()
        .clone();
    assert_eq!(
        last,
        json!({ "command": "SET_OPENNESS", "reason": "Memuat data pelapor." })
    );
    assert_eq!(
        (&data["found"]["totalCount"], &data["none"]["totalCount"]),
        (&json!(1), &json!(0))
    );
    assert!(page(&app, &code).await.contains("Bawaslu Kota Bekasi"));
}

async fn a_receipt_is_verified_far_away_after_its_key_is_gone(app: TestApp) {
    let clock = StillClock::at(Utc::now());
    let variation = Variation {
        clock: Arc::new(clock.clone()),
        ..Variation::unthrottled()
    };
    let app = app.varied(variation).await;
    let folder = tempfile::tempdir().unwrap();
    let old = receipts(&app, "head.32.75", &received(&app, "32.75").await)
        .await
        .remove(0);

    // Exchanged twice: with the second the file of the first is removed.
    let keys_folder = app.database.folder.path().join("keys");
    for _time in 0..2 {
        clock.advance(Duration::hours(1));
        keys::rotate_receipts(&keys_folder, clock.now()).unwrap();
    }
    clock.advance(Duration::hours(1));
    let old_kid = old["kid"].as_str().unwrap();
    assert!(!keys_folder.join(format!("receipt-{old_kid}.pem")).exists());
    background::read_keys(&app.services, &keys_folder).await.unwrap();
    let new = receipts(&app, "head.32.76", &received(&app, "32.76").await)
        .await
        .remove(0);
    assert_ne!(new["kid"], old["kid"]);

    let keys = published(&app).await;
    let key = |kid: &Value| {
        let keys = keys["keys"].as_array().unwrap();
        keys.iter().find(|key| key["kid"] == *kid).cloned()
    };
    let (first, last) = (key(&old["kid"]).expect("kept for ever"), key(&new["kid"]).unwrap());
    assert!(first["supersededAt"].is_string() && last["supersededAt"].is_null());
    for (receipt, city) in [(&old, "Kota Bekasi"), (&new, "Kota Depok")] {
        let (valid, told) = verified_offline(folder.path(), receipt, &keys, &[]);
        assert!(valid && told.starts_with("VALID\n") && told.contains(city), "{told}");
        assert_eq!(
            verification(&app, receipt["code"].as_str().unwrap()).await["valid"],
            true
        );
    }
    assert_eq!(inspected(&app, &keys_folder).await, (2, Vec::new()));
    // The answer of the public page will do, too.
    let public = verification(&app, old["code"].as_str().unwrap()).await;
    assert!(verified_offline(folder.path(), &public, &keys, &[]).0);

    let document = "query($id: ID!) { report(id: $id) { revision { content } } }";
    let content = app
        .office("head.32.75")
        .await
        .data(document, json!({ "id": old["report"]["id"] }))
        .await;
    let content = content["report"]["revision"]["content"].as_str().unwrap().to_owned();
    fs::write(folder.path().join("report.json"), &content).unwrap();
    assert!(verified_offline(folder.path(), &old, &keys, &["--report", "report.json"]).0);
    let (valid, told) = verified_offline(folder.path(), &new, &keys, &["--report", "report.json"]);
    assert!(!valid && told.contains("not the revision"), "{told}");

    let text = |receipt: &Value, field: &str| receipt[field].as_str().unwrap().to_owned();
    let altered = |field: &str, value: String| {
        let mut altered = old.clone();
        altered[field] = json!(value);
        altered
    };
    for (why, tampered) in [
        (
            "another place",
            altered("payload", text(&old, "payload").replace("Jakarta", "Bandung")),
        ),
        ("a blank", altered("payload", text(&old, "payload") + " ")),
        ("another's signature", altered("signature", text(&new, "signature"))),
        ("another's text", altered("payload", text(&new, "payload"))),
        ("another key", altered("kid", text(&new, "kid"))),
        ("no signature", altered("signature", String::new())),
        ("an unknown key", altered("kid", "20200101T000000Z-0000".to_owned())),
    ] {
        let (valid, told) = verified_offline(folder.path(), &tampered, &keys, &[]);
        assert!(!valid && told.starts_with("NOT VALID"), "{why}: {told}");
    }
}

/// What the doctor is told: how many receipts there are, and what is wrong.
async fn inspected(app: &TestApp, folder: &Path) -> (usize, Vec<String>) {
    let now = app.services.clock.now();
    let found = inspection::inspect(&app.services.db, folder, now).await.unwrap();
    (found.receipts, found.faults)
}

async fn a_key_that_is_not_the_one_that_is_kept_is_told(app: TestApp) {
    let signed = receipts(&app, "head.32.75", &received(&app, "32.75").await).await;
    let kid = signed[0]["kid"].as_str().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let none = inspected(&app, folder.path()).await;
    assert!(
        none.0 == 1 && none.1.len() == 1 && none.1[0].contains("receipt"),
        "{none:?}"
    );
    keys::generate_missing(folder.path(), app.services.clock.now()).unwrap();
    assert_eq!(
        inspected(&app, folder.path()).await,
        (1, Vec::new()),
        "a new one is written down by the next that serves"
    );
    let is_of_receipts = |path: &std::path::PathBuf| path.to_string_lossy().contains("receipt-");
    let mut paths = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
    fs::rename(
        paths.find(is_of_receipts).unwrap(),
        folder.path().join(format!("receipt-{kid}.pem")),
    )
    .unwrap();
    let other = inspected(&app, folder.path()).await.1;
    assert_eq!(
        other,
        [format!("the key {kid} is not the one that is kept by this name")]
    );
}

async fn an_altered_row_is_told_not_shown(app: TestApp) {
    let report = received(&app, "32.75").await;
    let told = receipts(&app, "head.32.75", &report).await.remove(0);
    let row = receipt::Entity::find()
        .one(app.services.db.reader())
        .await
        .unwrap()
        .unwrap();
    let altered = row.payload.replace("Kota Bekasi", "Kota Depok");
    assert_ne!(altered, row.payload);
    let transaction = app.services.db.begin().await.unwrap();
    let mut row = row.into_active_model();
    row.payload = Set(altered);
    row.update(transaction.connection()).await.unwrap();
    transaction.commit().await.unwrap();
    let (all, faults) = inspected(&app, &app.database.folder.path().join("keys")).await;
    assert!(
        all == 1 && faults.len() == 1 && faults[0].ends_with("does not verify"),
        "{faults:?}"
    );
    let code = told["code"].as_str().unwrap();
    let json = verification(&app, code).await;
    assert_eq!((&json["valid"], &json["receipt"]), (&json!(false), &Value::Null));
    let told = page(&app, code).await;
    assert!(told.contains("TIDAK sah") && !told.contains("Depok"), "{told}");
}

async fn who_guesses_is_slowed_down(app: TestApp) {
    let app = app
        .varied(Variation {
            configure: |config| Config {
                throttle: Some(jenjang::identity::throttle::ThrottleLimits::default()),
                ..config
            },
            ..Variation::default()
        })
        .await;
    let mut statuses = Vec::new();
    for guess in 0..61 {
        let code = format!("{guess:04}-0000-0000-0000-0000-0000-0000");
        statuses.push(looks_up(&app, &code, "text/html").await.status);
    }
    assert_eq!(statuses[..60], [404; 60]);
    let code = "0061-0000-0000-0000-0000-0000-0000";
    let document = "query($code: String!) { verifyReceipt(code: $code) { valid } }";
    // A minute has sixty places, one of which may have come free by now.
    let mut page = looks_up(&app, code, "text/html").await;
    while page.status == 404 {
        page = looks_up(&app, code, "text/html").await;
    }
    assert_eq!(page.status, 429);
    let seconds: u64 = page.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&seconds));
    assert!(
        String::from_utf8(page.bytes)
            .unwrap()
            .contains("Terlalu banyak pemeriksaan")
    );
    let mut asked = app.ask(None, document, json!({ "code": code })).await;
    while asked["errors"].is_null() {
        asked = app.ask(None, document, json!({ "code": code })).await;
    }
    assert_eq!(asked["errors"][0]["extensions"]["code"], "RATE_LIMITED");
}

on_both_databases!(
    who_receives_signs,
    a_stranger_is_told_of_no_receipt,
    what_is_taken_back_later_is_said,
    an_exempt_report_is_not_told_in_public,
    a_receipt_is_verified_far_away_after_its_key_is_gone,
    a_key_that_is_not_the_one_that_is_kept_is_told,
    an_altered_row_is_told_not_shown,
    who_guesses_is_slowed_down,
);
