//! Who was at an event has it on paper: signed, looked up by anybody who holds it, revoked in public, and erased with its person.
use std::{fs, path::Path, process::Command};

use entity::{
    attendance_seal, attendance_sheet, certificate,
    enums::{EventStatus, Function, PresenceClaim, SheetStatus},
    event, event_attendance, event_delegate, event_session,
};
use jenjang::{certificate::inspection, clock::new_id, event::certifying, graphql::id::Kind};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};

use super::events::{EVENT, confirms, drafts, invitation, plan, publishes, steps};
use crate::{
    on_both_databases,
    privacy::{
        life::id_of,
        proposing::{decides, proposes, with_admins},
    },
    support::{
        Office, TestApp,
        app::{Answer, Variation},
    },
};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/verify_receipt.py");

/// All there is to a certificate.
pub const CERTIFICATE: &str = "id kind code subject name unit { code } issuer { code } issuedAt revokedAt revokedBecause payload \
     signature kid account { id }";

/// An event of Ponorogo that is over, with those who were to come.
pub struct Held {
    pub event: Value,
    pub delegates: Vec<Value>,
}

/// Writes down that somebody was inside in every session, as the door does.
pub async fn attends(app: &TestApp, delegate: &Value) {
    let id = Kind::EventDelegate
        .uuid(&delegate["id"].as_str().unwrap().into())
        .unwrap();
    let connection = app.services.db.reader();
    let row = event_delegate::Entity::find_by_id(id)
        .one(connection)
        .await
        .unwrap()
        .unwrap();
    let sessions = event_session::Entity::find().filter(event_session::Column::EventId.eq(row.event_id));
    for session in sessions.all(connection).await.unwrap() {
        let attended = event_attendance::Model {
            delegate_id: id,
            session_id: session.id,
            event_id: row.event_id,
            unit_id: row.unit_id,
            first_in: Some(session.starts_at),
            last_out: None,
            inside: true,
            seconds: 0,
            conflict: false,
        };
        let transaction = app.services.db.begin().await.unwrap();
        attended
            .into_active_model()
            .insert(transaction.connection())
            .await
            .unwrap();
        transaction.commit().await.unwrap();
    }
}

/// Seals the attendance of an event that has ended.
pub async fn seals(app: &TestApp, event: &Value) {
    let id = Kind::Event.uuid(&event["id"].as_str().unwrap().into()).unwrap();
    let transaction = app.services.db.begin().await.unwrap();
    event::Entity::update_many()
        .col_expr(event::Column::Status, Expr::value(EventStatus::Final))
        .col_expr(event::Column::FinalisedAt, Expr::value(app.services.clock.now()))
        .col_expr(event::Column::Sha256, Expr::value("0".repeat(64)))
        .filter(event::Column::Id.eq(id))
        .exec(transaction.connection())
        .await
        .unwrap();
    transaction.commit().await.unwrap();
}

/// Lets Ponorogo hold an event, to which the first kecamatan sends its head, a colleague who manages people, and somebody without
/// an account; the first two come.
pub async fn held(app: &TestApp) -> Held {
    app.employs(&[("admin.35.02.01", "35.02.01", Function::Admin)]).await;
    let host = app.office("head.35.02").await;
    let mut input = plan(&host, "Rakernis Kehumasan");
    input["quota"] = json!(3);
    input["place"] = json!("Pendopo, Ponorogo");
    let event = publishes(&host, &drafts(&host, input).await.unwrap()).await.unwrap();
    let guest = app.office("head.35.02.01").await;
    let asked = invitation(&guest, &event, "35.02.01").await.unwrap();
    let mut named = Vec::new();
    for name in ["head.35.02.01", "admin.35.02.01"] {
        named.push(json!({ "account": id_of(&app.account(name).await), "title": "Ketua" }));
    }
    named.push(json!({ "name": "Wulan Lestari" }));
    let confirmed = confirms(&guest, &asked, json!(named)).await.unwrap();
    let delegates = confirmed["delegates"].as_array().unwrap().clone();
    for delegate in &delegates[..2] {
        attends(app, delegate).await;
    }
    let event = steps(&host, "startEvent", &event).await.unwrap();
    let event = steps(&host, "endEvent", &event).await.unwrap();
    Held { event, delegates }
}

/// Lets the host issue certificates, and gives those an office is shown, the earliest first.
pub async fn issues(host: &Office<'_>, event: &Value) -> Result<Vec<Value>, crate::support::Refusal> {
    let input = json!({ "event": event["id"] });
    host.command("issueCertificates", "event { id }", input).await?;
    Ok(shown(host, event).await)
}

/// The certificates of an event that an office is shown, the earliest first.
async fn shown(office: &Office<'_>, event: &Value) -> Vec<Value> {
    let document = format!(
        "query($id: ID!) {{ event(id: $id) {{ certificates(last: 100) {{ totalCount nodes {{ {CERTIFICATE} }} }} }} }}"
    );
    let data = office.data(&document, json!({ "id": event["id"] })).await;
    let found = &data["event"]["certificates"];
    let mut nodes = found["nodes"].as_array().cloned().unwrap_or_default();
    assert_eq!(
        found["totalCount"].as_u64().unwrap_or_default(),
        nodes.len() as u64,
        "{}",
        office.name
    );
    nodes.reverse();
    nodes
}

/// An event whose people have certificates.
pub async fn certified(app: &TestApp) -> (Held, Vec<Value>) {
    let held = held(app).await;
    seals(app, &held.event).await;
    let issued = issues(&app.office("head.35.02").await, &held.event).await.unwrap();
    (held, issued)
}

async fn looks_up(app: &TestApp, code: &str, accept: &str) -> Answer {
    let headers = [("accept", accept.to_owned())];
    app.send("GET", &format!("/verify/{code}"), &headers, Vec::new()).await
}

pub async fn page(app: &TestApp, certificate: &Value) -> String {
    let answer = looks_up(app, certificate["code"].as_str().unwrap(), "text/html").await;
    assert_eq!(answer.status, 200);
    String::from_utf8(answer.bytes).unwrap()
}

pub async fn verification(app: &TestApp, certificate: &Value) -> Value {
    let answer = looks_up(app, certificate["code"].as_str().unwrap(), "application/json").await;
    assert_eq!(answer.status, 200);
    answer.json()
}

/// What anybody is told by the API who has the code.
pub async fn verified(app: &TestApp, certificate: &Value) -> Value {
    let document = "query($code: String!) { verifyCertificate(code: $code) { code standing revocation { at reason } \
         certificate { kind name salt unit unitCode issuer event place startsAt endsAt issuedAt payload signature \
         award { edition category recipient honour place announcedOn } } } }";
    let answer = app.ask(None, document, json!({ "code": certificate["code"] })).await;
    assert!(answer["errors"].is_null(), "{answer}");
    answer["data"]["verifyCertificate"].clone()
}

pub async fn keys(app: &TestApp) -> Value {
    app.send("GET", "/.well-known/receipt-keys.json", &[], Vec::new())
        .await
        .json()
}

/// Runs the script far from the server: on two files alone.
pub fn verified_offline(folder: &Path, certificate: &Value, keys: &Value) -> (bool, String) {
    for (name, value) in [("certificate.json", certificate), ("keys.json", keys)] {
        fs::write(folder.join(name), value.to_string()).unwrap();
    }
    let output = Command::new("python3")
        .args([SCRIPT, "certificate.json", "keys.json"])
        .current_dir(folder)
        .output()
        .unwrap_or_else(|error| panic!("python3: {error}"));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    (output.status.success(), String::from_utf8(output.stdout).unwrap())
}

/// The paper at an address, as an office gets it.
pub async fn paper(office: &Office<'_>, path: &str) -> Answer {
    let bearer = [("authorization", format!("Bearer {}", office.access_token))];
    office.app.send("GET", path, &bearer, Vec::new()).await
}

/// What a paper says, page by page, without the blanks between.
pub fn read(pdf: &[u8]) -> String {
    let document = lopdf::Document::load_mem(pdf).unwrap();
    let pages: Vec<u32> = document.get_pages().into_keys().collect();
    let text = document.extract_text(&pages).unwrap();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

async fn who_was_present_has_a_certificate(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let Held { event, delegates } = held(&app).await;
    let host = app.office("head.35.02").await;
    assert_eq!(
        issues(&host, &event).await.unwrap_err().code,
        "WRONG_STATE",
        "it is not sealed"
    );
    seals(&app, &event).await;
    let staff = app.office("staff.35.02").await;
    assert_eq!(issues(&staff, &event).await.unwrap_err().code, "FORBIDDEN");
    let issued = issues(&host, &event).await.unwrap();
    let whose: Vec<&Value> = issued.iter().map(|row| &row["subject"]).collect();
    assert_eq!(whose, [&delegates[0]["id"], &delegates[1]["id"]], "Wulan did not come");

    // What is signed names nobody.
    let first = &issued[0];
    let person = app.account("head.35.02.01").await;
    assert_eq!(first["name"], json!(person.name));
    let payload: Value = serde_json::from_str(first["payload"].as_str().unwrap()).unwrap();
    assert_eq!(payload.to_string(), first["payload"].as_str().unwrap(), "canonical");
    assert_eq!(
        (&payload["typ"], &payload["version"]),
        (&json!("jenjang-certificate"), &json!(1))
    );
    assert_eq!(payload["about"]["kind"], "ATTENDANCE");
    assert_eq!(payload["about"]["event"]["title"], "Rakernis Kehumasan");
    assert_eq!(
        (&payload["issuer"]["code"], &payload["unit"]["code"]),
        (&json!("35.02"), &json!("35.02.01"))
    );
    assert!(!payload.to_string().contains(&person.name));
    assert!(!payload.to_string().contains(&person.id.to_string()));

    // Whoever has one keeps it; who turns out to have been there gets one too.
    attends(&app, &delegates[2]).await;
    let again = issues(&host, &event).await.unwrap();
    assert_eq!(again.len(), 3);
    assert_eq!(again[..2], issued[..]);
    assert_eq!(again[2]["name"], "Wulan Lestari");
    assert_eq!(issues(&host, &event).await.unwrap(), again);

    // Anybody who has the code is told what stands on the paper.
    let told = page(&app, first).await;
    for shown in [
        "Sertifikat ini sah dan berlaku",
        "Rakernis Kehumasan",
        "Pendopo, Ponorogo",
        &person.name,
    ] {
        assert!(told.contains(shown), "{shown}: {told}");
    }
    assert!(!told.contains("<script"));
    let public = verified(&app, first).await;
    assert_eq!(
        (&public["standing"], &public["revocation"]),
        (&json!("VALID"), &json!(null))
    );
    assert_eq!(public["certificate"]["payload"], first["payload"]);
    assert_eq!(public["certificate"]["event"], "Rakernis Kehumasan");
    assert_eq!(public["certificate"]["unitCode"], "35.02.01");
    let json = verification(&app, first).await;
    assert_eq!(
        (&json["standing"], &json["certificate"]["name"]),
        (&json!("VALID"), &json!(person.name))
    );

    // And verifies it without the server, the name included.
    let folder = tempfile::tempdir().unwrap();
    let keys = keys(&app).await;
    let (valid, words) = verified_offline(folder.path(), &json, &keys);
    assert!(valid && words.starts_with("VALID"), "{words}");
    assert!(
        words.contains(&person.name) && words.contains("Rakernis Kehumasan"),
        "{words}"
    );
    let (valid, words) = verified_offline(folder.path(), first, &keys);
    assert!(valid, "the node of the API will do, too: {words}");
    let mut forged = json.clone();
    forged["certificate"]["name"] = json!("Orang Lain");
    let (valid, words) = verified_offline(folder.path(), &forged, &keys);
    assert!(!valid && words.starts_with("NOT VALID"), "{words}");
    let mut forged = json.clone();
    let signed = &mut forged["certificate"]["signed"]["payload"];
    *signed = json!(signed.as_str().unwrap().replace("Rakernis", "Rakornas"));
    let (valid, words) = verified_offline(folder.path(), &forged, &keys);
    assert!(!valid, "{words}");
    assert!(inspection::inspect(&app.services.db).await.unwrap().faults.is_empty());
}

async fn strangers_are_shown_no_certificate(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    app.employs(&[("admin.35", "35", Function::Admin)]).await;
    let (held, issued) = certified(&app).await;
    let document = format!(
        "query($id: ID!, $delegate: ID!) {{ node(id: $id) {{ ... on Certificate {{ {CERTIFICATE} }} }} \
         delegate: node(id: $delegate) {{ ... on EventDelegate {{ certificate {{ id }} }} }} }}"
    );
    for (name, own, other) in [
        ("head.35.02", true, true),
        ("staff.35.02", true, true),
        ("head.35", true, true),
        ("coordinator.ri", true, true),
        ("head.35.02.01", true, true),
        ("staff.35.02.01", true, true),
        // Whoever manages people has the own, and not the colleague's.
        ("admin.35.02.01", false, true),
        ("head.35.02.02", false, false),
        ("head.35.09", false, false),
        ("head.32", false, false),
        ("admin.35", false, false),
        ("expert1.ri", false, false),
    ] {
        let office = app.office(name).await;
        let seen = shown(&office, &held.event).await;
        let ids: Vec<&Value> = seen.iter().map(|row| &row["id"]).collect();
        for (certificate, sees) in [(&issued[0], own), (&issued[1], other)] {
            let variables = json!({ "id": certificate["id"], "delegate": certificate["subject"] });
            let data = office.data(&document, variables).await;
            assert_eq!(data["node"].is_object(), sees, "{name}");
            assert_eq!(data["delegate"]["certificate"].is_object(), sees, "{name}");
            assert_eq!(ids.contains(&&certificate["id"]), sees, "{name}");
            let path = format!("/certificates/{}.pdf", certificate["id"].as_str().unwrap());
            let answer = paper(&office, &path).await;
            assert_eq!(answer.status, if sees { 200 } else { 404 }, "{name}");
            if sees {
                let told = read(&answer.bytes);
                assert!(
                    told.contains("SERTIFIKAT") && told.contains("Rakernis Kehumasan"),
                    "{told}"
                );
            }
        }
    }
    let path = format!("/certificates/{}.pdf", issued[0]["id"].as_str().unwrap());
    assert_eq!(app.send("GET", &path, &[], Vec::new()).await.status, 401);
    let unknown = looks_up(&app, "0000-0000-0000-0000-0000-0000-0000", "text/html").await;
    assert_eq!(unknown.status, 404);
    assert_eq!(verified(&app, &json!({ "code": "0000" })).await, json!(null));
}

async fn a_revoked_certificate_says_so_in_public(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let (held, issued) = certified(&app).await;
    let input = |reason: &str| json!({ "certificate": issued[0]["id"], "reason": reason });
    let selection = "certificate { id revokedAt revokedBecause }";
    for (name, code, field) in [
        ("head.35.02.02", "NOT_FOUND", "certificate"),
        ("head.35.02.01", "FORBIDDEN", "certificate"),
        ("head.35", "FORBIDDEN", "certificate"),
        ("staff.35.02", "FORBIDDEN", "certificate"),
        ("head.35.02", "REQUIRED", "reason"),
    ] {
        let reason = if code == "REQUIRED" { " " } else { "Tertukar." };
        let office = app.office(name).await;
        let refused = office
            .command("revokeCertificate", selection, input(reason))
            .await
            .unwrap_err();
        assert_eq!((refused.code.as_str(), refused.field.as_str()), (code, field), "{name}");
    }
    let host = app.office("head.35.02").await;
    let revoked = host
        .command("revokeCertificate", selection, input("Nama peserta tertukar."))
        .await
        .unwrap();
    assert_eq!(revoked["certificate"]["revokedBecause"], "Nama peserta tertukar.");
    assert!(revoked["certificate"]["revokedAt"].is_string());
    let again = host
        .command("revokeCertificate", selection, input("Lagi."))
        .await
        .unwrap_err();
    assert_eq!(again.code, "WRONG_STATE");

    let told = page(&app, &issued[0]).await;
    assert!(
        told.contains("DICABUT") && told.contains("Nama peserta tertukar."),
        "{told}"
    );
    assert!(!told.contains("sah dan berlaku"), "{told}");
    let public = verified(&app, &issued[0]).await;
    assert_eq!(public["standing"], "REVOKED");
    assert_eq!(public["revocation"]["reason"], "Nama peserta tertukar.");
    assert_eq!(public["revocation"]["at"], revoked["certificate"]["revokedAt"]);
    assert_eq!(verified(&app, &issued[1]).await["standing"], "VALID");
    let path = format!("/certificates/{}.pdf", issued[0]["id"].as_str().unwrap());
    assert!(read(&paper(&host, &path).await.bytes).contains("DICABUT"));

    // It is not replaced.
    let kept = issues(&host, &held.event).await.unwrap();
    assert_eq!(kept.len(), 2);
    assert_eq!(
        (&kept[0]["id"], &kept[0]["payload"]),
        (&issued[0]["id"], &issued[0]["payload"])
    );
    assert!(inspection::inspect(&app.services.db).await.unwrap().faults.is_empty());
}

async fn a_certificate_outlives_its_person_and_tells_of_nobody(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    with_admins(&app).await;
    let (_held, issued) = certified(&app).await;
    let person = app.account("head.35.02.01").await;
    let proposal = proposes(&app.office("admin.ri").await, &id_of(&person)).await.unwrap();
    decides(&app.office("admin2.ri").await, "confirmProposal", &proposal)
        .await
        .unwrap();

    let public = verified(&app, &issued[0]).await;
    assert_eq!(public["standing"], "VALID");
    assert_eq!(
        (&public["certificate"]["name"], &public["certificate"]["salt"]),
        (&json!(null), &json!(null))
    );
    assert_eq!(public["certificate"]["payload"], issued[0]["payload"]);
    let told = page(&app, &issued[0]).await;
    assert!(told.contains("(dihapus)") && !told.contains(&person.name), "{told}");
    let json = verification(&app, &issued[0]).await;
    assert!(!json.to_string().contains(&person.name), "{json}");
    let folder = tempfile::tempdir().unwrap();
    let (valid, words) = verified_offline(folder.path(), &json, &keys(&app).await);
    assert!(valid, "{words}");
    let host = app.office("head.35.02").await;
    let path = format!("/certificates/{}.pdf", issued[0]["id"].as_str().unwrap());
    let printed = read(&paper(&host, &path).await.bytes);
    assert!(
        printed.contains("(dihapus)") && !printed.contains(&person.name),
        "{printed}"
    );
    assert_eq!(
        verified(&app, &issued[1]).await["certificate"]["name"],
        issued[1]["name"]
    );
    assert!(inspection::inspect(&app.services.db).await.unwrap().faults.is_empty());
}

async fn whoever_writes_the_database_does_not_make_a_certificate(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let (_held, issued) = certified(&app).await;
    let change = async |certificate: &Value, column: certificate::Column, to: &str| {
        let id = Kind::Certificate
            .uuid(&certificate["id"].as_str().unwrap().into())
            .unwrap();
        let transaction = app.services.db.begin().await.unwrap();
        certificate::Entity::update_many()
            .col_expr(column, Expr::value(to))
            .filter(certificate::Column::Id.eq(id))
            .exec(transaction.connection())
            .await
            .unwrap();
        transaction.commit().await.unwrap();
    };
    change(&issued[0], certificate::Column::Name, "Orang Lain").await;
    let payload = issued[1]["payload"].as_str().unwrap().replace("Rakernis", "Rakornas");
    change(&issued[1], certificate::Column::Payload, &payload).await;
    for certificate in &issued {
        let public = verified(&app, certificate).await;
        assert_eq!(
            public,
            json!({ "code": certificate["code"], "standing": "NOT_AUTHENTIC", "revocation": null, "certificate": null })
        );
        let told = page(&app, certificate).await;
        assert!(told.contains("TIDAK sah") && !told.contains("Orang Lain"), "{told}");
    }
    let faults = inspection::inspect(&app.services.db).await.unwrap().faults;
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(faults[0].contains("does not verify"), "{faults:?}");

    // Nor does whoever makes a revocation undone.
    assert_eq!(
        certifying::faults(&app.services.db).await.unwrap(),
        Vec::<String>::new()
    );
    let revoke = json!({ "certificate": issued[0]["id"], "reason": "Tertukar." });
    let host = app.office("head.35.02").await;
    host.command("revokeCertificate", "certificate { id }", revoke)
        .await
        .unwrap();
    assert_eq!(
        certifying::faults(&app.services.db).await.unwrap(),
        Vec::<String>::new()
    );
    let transaction = app.services.db.begin().await.unwrap();
    certificate::Entity::update_many()
        .col_expr(certificate::Column::RevokedAt, Expr::cust("NULL"))
        .col_expr(certificate::Column::RevokedBecause, Expr::cust("NULL"))
        .exec(transaction.connection())
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    let faults = certifying::faults(&app.services.db).await.unwrap();
    assert_eq!(faults.len(), 1, "{faults:?}");
}

/// Seals what the sheet of the first kecamatan says, as its next version.
async fn seals_sheet(app: &TestApp, held: &Held, number: i32, claims: &[(usize, PresenceClaim)]) {
    let id = |delegate: &Value| {
        Kind::EventDelegate
            .uuid(&delegate["id"].as_str().unwrap().into())
            .unwrap()
    };
    let connection = app.services.db.reader();
    let now = app.services.clock.now();
    let row = event_delegate::Entity::find_by_id(id(&held.delegates[0]))
        .one(connection)
        .await
        .unwrap()
        .unwrap();
    let sessions = event_session::Entity::find().filter(event_session::Column::EventId.eq(row.event_id));
    let session = sessions.one(connection).await.unwrap().unwrap();
    let entries = claims.iter().map(|(place, claim)| attendance_sheet::Entry {
        delegate: id(&held.delegates[*place]),
        session: session.id,
        claim: *claim,
        note: None,
        evidence: Vec::new(),
    });
    let sheet = attendance_sheet::Model {
        id: row.invitation_id.unwrap(),
        event_id: row.event_id,
        invitation_id: row.invitation_id.unwrap(),
        unit_id: row.unit_id,
        status: SheetStatus::Sealed,
        entries: attendance_sheet::Entries(entries.collect()),
        note: None,
        submitted_at: None,
        sealed: number,
        version: number,
    };
    let seal = attendance_seal::Model {
        id: new_id(now),
        sheet_id: sheet.id,
        number,
        entries: sheet.entries.clone(),
        note: None,
        sha256: "0".repeat(64),
        sealed_at: now,
    };
    let transaction = app.services.db.begin().await.unwrap();
    let connection = transaction.connection();
    if number == 1 {
        sheet.into_active_model().insert(connection).await.unwrap();
    } else {
        attendance_sheet::Entity::update_many()
            .set(sheet.into_active_model().reset_all())
            .filter(attendance_sheet::Column::InvitationId.eq(row.invitation_id))
            .exec(connection)
            .await
            .unwrap();
    }
    seal.into_active_model().insert(connection).await.unwrap();
    transaction.commit().await.unwrap();
}

async fn the_newest_seal_says_who_was_present(app: TestApp) {
    use PresenceClaim::{Absent, Present};
    let app = app.varied(Variation::unthrottled()).await;
    let held = held(&app).await;
    let host = app.office("head.35.02").await;
    // The door let in the first two; the sheet says that it was the first and the third.
    seals_sheet(&app, &held, 1, &[(0, Present), (1, Absent), (2, Present)]).await;
    seals(&app, &held.event).await;
    let issued = issues(&host, &held.event).await.unwrap();
    let whose = |issued: &[Value]| issued.iter().map(|row| row["subject"].clone()).collect::<Vec<_>>();
    assert_eq!(
        whose(&issued),
        [held.delegates[0]["id"].clone(), held.delegates[2]["id"].clone()]
    );
    let path = format!("/events/{}/daftar-hadir.pdf", held.event["id"].as_str().unwrap());
    let told = read(&paper(&host, &path).await.bytes);
    for said in [
        "Tercatat di pintu",
        "Hadir menurut segel",
        "Tidak dihitung hadir",
        "2 dari 3 peserta tercatat hadir",
    ] {
        assert!(told.contains(said), "{said}: {told}");
    }
    // Corrected: who is in the newest version has one, and who had one keeps it until it is revoked.
    seals_sheet(&app, &held, 2, &[(0, Present), (1, Present), (2, Absent)]).await;
    let again = issues(&host, &held.event).await.unwrap();
    assert_eq!(again.len(), 3);
    assert_eq!(again[2]["subject"], held.delegates[1]["id"]);
}

/// However many come, the statements of a command are bounded.
async fn many_certificates_cost_as_many_statements_as_one(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let host = app.office("head.35.02").await;
    let mut costs = Vec::new();
    for kecamatan in [1, 12] {
        let event = publishes(&host, &drafts(&host, plan(&host, "Rakernis")).await.unwrap())
            .await
            .unwrap();
        for number in 1..=kecamatan {
            let code = format!("35.02.{number:02}");
            let guest = app.office(&format!("head.{code}")).await;
            let asked = invitation(&guest, &event, &code).await.unwrap();
            let named = json!([{ "name": "Tono Lestari" }, { "name": "Rina Lestari" }]);
            let confirmed = confirms(&guest, &asked, named).await.unwrap();
            for delegate in confirmed["delegates"].as_array().unwrap() {
                attends(&app, delegate).await;
            }
        }
        let event = steps(&host, "startEvent", &event).await.unwrap();
        let event = steps(&host, "endEvent", &event).await.unwrap();
        seals(&app, &event).await;
        host.command("issueCertificates", EVENT, json!({ "event": event["id"] }))
            .await
            .unwrap();
        costs.push(app.last_statements().len());
        assert_eq!(shown(&host, &event).await.len(), kecamatan * 2);
    }
    assert_eq!(costs[0], costs[1]);
}

on_both_databases!(
    who_was_present_has_a_certificate,
    strangers_are_shown_no_certificate,
    a_revoked_certificate_says_so_in_public,
    a_certificate_outlives_its_person_and_tells_of_nobody,
    whoever_writes_the_database_does_not_make_a_certificate,
    the_newest_seal_says_who_was_present,
    many_certificates_cost_as_many_statements_as_one,
);
