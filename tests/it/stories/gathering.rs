//! Sessions of handing over: announced, changed, called off; who comes is told in the order of the agenda.
use chrono::Duration;
use serde_json::{Value, json};

use super::{FINAL_REPORT, receipts::receipts_of};
use crate::{
    on_both_databases,
    support::{Office, Refusal, Report, TestApp, app::Answer, app::Variation, rounds::in_days},
};

const SESSION: &str = "session { id version place cancelledAt rows { order progress unit { code } reports { id } } acts { kind reason } }";

const ROWS: &str = "query($id: ID!) { handoverSession(id: $id) { version place startsAt endsAt note receivers { localTitle } \
     rows { order progress unit { code } reports { id } } acts { kind reason } } }";

/// What a session is scheduled with: units in their order, from next week on.
pub async fn arrangement(office: &Office<'_>, codes: &[&str]) -> Value {
    let mut agenda = Vec::new();
    for (place, code) in codes.iter().enumerate() {
        agenda.push(json!({ "unit": office.unit(code).await, "order": place + 1 }));
    }
    let now = office.app.services.clock.now();
    json!({
        "place": "Media Center Bawaslu RI, Jakarta",
        "startsAt": in_days(now, 7),
        "endsAt": in_days(now, 8),
        "agenda": agenda,
        "receivers": office.seats_at_ri("EXPERT").await,
        "note": "Bawa satu salinan cetak.",
    })
}

pub async fn schedules(office: &Office<'_>, codes: &[&str]) -> Result<Value, Refusal> {
    let input = arrangement(office, codes).await;
    let payload = office.command("scheduleHandover", SESSION, input).await?;
    Ok(payload["session"].clone())
}

async fn endorsed(app: &TestApp, code: &str) -> Report {
    let draft = app.office(&format!("staff.{code}")).await.drafts(FINAL_REPORT).await;
    app.office(&format!("head.{code}")).await.submits(&draft).await.unwrap()
}

/// The rows of a session as an office is shown them: code, progress and how many reports.
pub async fn rows(office: &Office<'_>, session: &str) -> Vec<String> {
    let data = office.data(ROWS, json!({ "id": session })).await;
    let rows = data["handoverSession"]["rows"].as_array();
    let rows = rows.unwrap_or_else(|| panic!("{} does not see it", office.name));
    let told = rows.iter().map(|row| {
        let progress = row["progress"].as_str().unwrap_or("?");
        let reports = row["reports"].as_array().unwrap().len();
        format!("{} {progress} {reports}", row["unit"]["code"].as_str().unwrap())
    });
    told.collect()
}

/// The kinds of notices of sessions that somebody has, once all is told.
async fn told(app: &TestApp, office: &Office<'_>) -> Vec<String> {
    jenjang::feed::number(&app.services.db).await.unwrap();
    while jenjang::notice::telling::tell(&app.services).await.unwrap() > 0 {}
    let document = "{ viewer { notices(first: 50) { nodes { kind message handoverSession { id } } } } }";
    let data = office.data(document, json!({})).await;
    let notices = data["viewer"]["notices"]["nodes"].as_array().unwrap();
    let of_sessions = notices.iter().filter(|notice| !notice["handoverSession"].is_null());
    of_sessions
        .map(|notice| notice["kind"].as_str().unwrap().to_owned())
        .collect()
}

async fn fetches(office: &Office<'_>, path: &str) -> Answer {
    let headers = [("authorization", format!("Bearer {}", office.access_token))];
    office.app.send("GET", path, &headers, Vec::new()).await
}

fn refused_with(refused: Result<Value, Refusal>) -> (String, String) {
    let refusal = refused.unwrap_err();
    (refusal.code, refusal.field)
}

async fn those_expected_come_in_their_order(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let province = app.office("head.32").await;
    let (bekasi, bogor) = (endorsed(&app, "32.75").await, endorsed(&app, "32.71").await);
    let depok = endorsed(&app, "32.76").await;
    let session = schedules(&province, &["32.75", "32.71", "32.73"]).await.unwrap();
    let id = session["id"].as_str().unwrap();
    assert_eq!(session["acts"], json!([{ "kind": "SCHEDULED", "reason": null }]));
    assert_eq!(
        rows(&province, id).await,
        ["32.75 MISSING 0", "32.71 MISSING 0", "32.73 MISSING 0"]
    );

    let head = app.office("head.32.75").await;
    head.hands_over(&[&bekasi], Some(id)).await.unwrap();
    let stranger = app.office("head.32.76").await;
    let refused = stranger.hands_over(&[&depok], Some(id)).await.unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.field.as_str()),
        ("NOT_FOUND", "session")
    );
    // Who scheduled it brings others along.
    province.hands_over(&[&bogor, &depok], Some(id)).await.unwrap();
    let expert = app.office("expert1.ri").await;
    let bogor = expert.sees(&bogor).await.unwrap();
    expert
        .does_because("refuseHandover", &bogor, "Lampiran tertukar.")
        .await
        .unwrap();
    expert.receives(&[&expert.sees(&bekasi).await.unwrap()]).await.unwrap();
    let all = [
        "32.75 RECEIVED 1",
        "32.71 REFUSED 1",
        "32.73 MISSING 0",
        "32.76 HANDED_OVER 1",
    ];
    for name in ["head.32", "observer.32", "coordinator.ri"] {
        assert_eq!(rows(&app.office(name).await, id).await, all, "{name}");
    }
    // A receiver knows who has come, and no longer sees what went back.
    let of_expert = [
        "32.75 RECEIVED 1",
        "32.71 REFUSED 0",
        "32.73 MISSING 0",
        "32.76 HANDED_OVER 1",
    ];
    assert_eq!(rows(&expert, id).await, of_expert);
    // One of those expected knows who else is, and of the own unit what it has done.
    assert_eq!(rows(&head, id).await, ["32.75 RECEIVED 1", "32.71 ? 0", "32.73 ? 0"]);

    let receipt = receipts_of(&head, &bekasi).await.remove(0);
    assert_eq!(receipt["session"]["id"], json!(id));
    let minutes = fetches(&province, &format!("/handovers/{id}.pdf")).await;
    assert_eq!(
        (minutes.status, minutes.header("content-type")),
        (200, Some("application/pdf"))
    );
    assert!(minutes.bytes.starts_with(b"%PDF-"));
    assert!(
        minutes
            .header("content-disposition")
            .unwrap()
            .contains("Berita Acara BA-")
    );
    let path = format!("/receipts/{}.pdf", receipt["id"].as_str().unwrap());
    for (name, status) in [
        ("head.32.75", 200),
        ("coordinator.ri", 200),
        ("head.32.71", 404),
        ("head.18", 404),
        ("admin.ri", 404),
    ] {
        assert_eq!(fetches(&app.office(name).await, &path).await.status, status, "{name}");
    }
    assert!(fetches(&head, &path).await.bytes.starts_with(b"%PDF-"));
    let nobody = app.send("GET", &path, &[], Vec::new()).await;
    assert_eq!((nobody.status, nobody.code().as_str()), (401, "UNAUTHENTICATED"));
    let elsewhere = app.office("head.18").await;
    assert_eq!(fetches(&elsewhere, &format!("/handovers/{id}.pdf")).await.status, 404);
    assert_eq!(fetches(&head, "/receipts/abc.pdf").await.status, 404);
}

async fn a_session_is_changed_and_called_off_with_a_reason(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let (province, expert) = (app.office("head.32").await, app.office("expert1.ri").await);
    let (bekasi, depok) = (app.office("head.32.75").await, app.office("staff.32.76").await);
    let session = schedules(&province, &["32.75"]).await.unwrap();
    let id = session["id"].as_str().unwrap();
    for office in [&bekasi, &expert] {
        assert_eq!(told(&app, office).await, ["HANDOVER_SCHEDULED"], "{}", office.name);
    }
    assert_eq!(
        told(&app, &province).await,
        Vec::<String>::new(),
        "nobody is told of what they did"
    );

    let change = json!({
        "session": id, "expectedVersion": 1, "place": "Aula Bawaslu RI",
        "agenda": [{ "unit": province.unit("32.76").await, "order": 1 }], "reason": "Bekasi kebanjiran.",
    });
    let changed = province
        .command("changeHandover", SESSION, change.clone())
        .await
        .unwrap();
    assert_eq!(changed["session"]["version"], 2);
    assert_eq!(changed["session"]["place"], "Aula Bawaslu RI");
    assert_eq!(rows(&province, id).await, ["32.76 MISSING 0"]);
    assert_eq!(told(&app, &depok).await, ["HANDOVER_CHANGED"]);
    let data = bekasi.data(ROWS, json!({ "id": id })).await;
    assert!(data["handoverSession"].is_null(), "it is expected no longer");
    let again = province.command("changeHandover", SESSION, change).await;
    assert_eq!(
        refused_with(again),
        ("STALE_VERSION".to_owned(), "expectedVersion".to_owned())
    );

    let cancel = |version: i32, reason: &str| json!({ "session": id, "expectedVersion": version, "reason": reason });
    let refused = province.command("cancelHandover", SESSION, cancel(2, " ")).await;
    assert_eq!(refused_with(refused), ("REQUIRED".to_owned(), "reason".to_owned()));
    let cancelled = province
        .command("cancelHandover", SESSION, cancel(2, "Libur nasional."))
        .await
        .unwrap();
    assert!(!cancelled["session"]["cancelledAt"].is_null());
    assert_eq!(
        cancelled["session"]["acts"][2],
        json!({ "kind": "CANCELLED", "reason": "Libur nasional." })
    );
    assert_eq!(told(&app, &depok).await, ["HANDOVER_CANCELLED", "HANDOVER_CHANGED"]);
    let twice = province
        .command("cancelHandover", SESSION, cancel(3, "Sekali lagi."))
        .await;
    assert_eq!(refused_with(twice), ("WRONG_STATE".to_owned(), "session".to_owned()));
    let report = endorsed(&app, "32.76").await;
    let late = app
        .office("head.32.76")
        .await
        .hands_over(&[&report], Some(id))
        .await
        .unwrap_err();
    assert_eq!((late.code.as_str(), late.field.as_str()), ("WRONG_STATE", "session"));

    let list =
        "query($filter: HandoverSessionFilter) { handoverSessions(filter: $filter) { totalCount nodes { id } } }";
    for (filter, count) in [
        (json!({}), 1),
        (json!({ "cancelled": false }), 0),
        (json!({ "unit": { "eq": province.unit("32.76").await } }), 1),
        (json!({ "unit": { "eq": province.unit("32.75").await } }), 0),
        (
            json!({ "starts": { "before": in_days(app.services.clock.now(), 1) } }),
            0,
        ),
    ] {
        let data = province.data(list, json!({ "filter": filter })).await;
        assert_eq!(data["handoverSessions"]["totalCount"], count, "{filter}");
        assert_eq!(
            data["handoverSessions"]["nodes"].as_array().unwrap().len(),
            count,
            "{filter}"
        );
    }
}

async fn what_was_handed_over_is_not_called_off(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let province = app.office("head.32").await;
    let report = endorsed(&app, "32.75").await;
    let id = schedules(&province, &["32.75"]).await.unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    app.office("head.32.75")
        .await
        .hands_over(&[&report], Some(&id))
        .await
        .unwrap();
    let input = json!({ "session": id, "expectedVersion": 1, "reason": "Libur." });
    let cancelled = province.command("cancelHandover", SESSION, input).await;
    assert_eq!(
        refused_with(cancelled),
        ("WRONG_STATE".to_owned(), "session".to_owned())
    );
    let without = json!({
        "session": id, "expectedVersion": 1, "reason": "Salah ketik.",
        "agenda": [{ "unit": province.unit("32.76").await, "order": 1 }],
    });
    let changed = province.command("changeHandover", SESSION, without).await;
    assert_eq!(refused_with(changed), ("INVALID".to_owned(), "agenda".to_owned()));
    // What nobody scheduled cannot be changed, and still takes whoever is beneath.
    let (_given, opened) = province
        .hands_over(&[&endorsed(&app, "32.73").await], None)
        .await
        .unwrap();
    let input = json!({ "session": opened, "expectedVersion": 1, "reason": "Libur." });
    let cancelled = province.command("cancelHandover", SESSION, input).await;
    assert_eq!(
        refused_with(cancelled),
        ("WRONG_STATE".to_owned(), "session".to_owned())
    );
    let joined = app.office("head.32.76").await;
    joined
        .hands_over(&[&endorsed(&app, "32.76").await], Some(&opened))
        .await
        .unwrap();
}

async fn what_is_wrong_with_a_session_is_told(app: TestApp) {
    let province = app.office("head.32").await;
    let good = arrangement(&province, &["32.75"]).await;
    let now = app.services.clock.now();
    let with = |field: &str, value: Value| {
        let mut input = good.clone();
        input[field] = value;
        input
    };
    let (own, other, root) = (
        province.unit("32.75").await,
        province.unit("18").await,
        province.unit("RI").await,
    );
    let agenda = |units: &[&str]| {
        let items = units.iter().map(|unit| json!({ "unit": unit, "order": 1 }));
        with("agenda", items.collect())
    };
    let past = json!((now - Duration::days(2)).to_rfc3339());
    for (input, code, field) in [
        (with("place", json!(" ")), "REQUIRED", "place"),
        (with("place", json!("x".repeat(201))), "TOO_LONG", "place"),
        (with("note", json!("x".repeat(2_001))), "TOO_LONG", "note"),
        (with("endsAt", good["startsAt"].clone()), "INVALID", "endsAt"),
        (with("endsAt", past), "INVALID", "endsAt"),
        (with("receivers", json!([])), "INVALID", "receivers"),
        (agenda(&[]), "INVALID", "agenda"),
        (agenda(&[&own, &own]), "INVALID", "agenda.1.unit"),
        (agenda(&[&own, &other]), "FORBIDDEN", "agenda.1.unit"),
        (agenda(&[&root]), "INVALID", "agenda.0.unit"),
    ] {
        let refused = province.command("scheduleHandover", SESSION, input).await;
        assert_eq!(refused_with(refused), (code.to_owned(), field.to_owned()));
    }
    let mut past = with("startsAt", json!((now - Duration::days(3)).to_rfc3339()));
    past["endsAt"] = json!((now - Duration::days(2)).to_rfc3339());
    let refused = province.command("scheduleHandover", SESSION, past).await;
    assert_eq!(refused_with(refused), ("INVALID".to_owned(), "endsAt".to_owned()));
}

on_both_databases!(
    those_expected_come_in_their_order,
    a_session_is_changed_and_called_off_with_a_reason,
    what_was_handed_over_is_not_called_off,
    what_is_wrong_with_a_session_is_told,
);
