//! What an event leads to: minutes, what units are to do about it, and the papers.
use entity::enums::Function;
use jenjang::{feed, notice::telling};
use serde_json::{Value, json};

use super::{
    certificates::{held, paper, read, seals},
    events::{drafts, plan, publishes},
};
use crate::{
    on_both_databases,
    support::{Office, Refusal, TestApp, app::Variation, files::pdf, rounds::in_days},
};

/// What came of an event.
pub const OUTCOME: &str = "event { id version outcome { minutes file { name } recommendations(last: 100) { totalCount nodes { id \
     version state text position dueOn sourceTitle source unit { code } issuer { code } } } } }";

/// A day a month from now.
pub fn in_a_month(app: &TestApp) -> String {
    in_days(app.services.clock.now(), 30)[..10].to_owned()
}

/// Writes down what came of an event, as it is read then.
pub async fn records(by: &Office<'_>, event: &Value, more: Value) -> Result<Value, Refusal> {
    let mut input = json!({ "event": event["id"], "expectedVersion": event["version"] });
    for (key, value) in more.as_object().unwrap() {
        input[key] = value.clone();
    }
    let payload = by.command("recordOutcome", OUTCOME, input).await?;
    Ok(payload["event"].clone())
}

async fn recommended(by: &Office<'_>, event: &Value) -> Vec<Value> {
    let document = "query($event: ID) { recommendations(filter: {event: $event}) { totalCount nodes { id version state answer \
         sourceTitle source unit { code } viewerCanAnswer } } }";
    let found = by.data(document, json!({ "event": event["id"] })).await["recommendations"].clone();
    let nodes = found["nodes"].as_array().unwrap().clone();
    assert_eq!(found["totalCount"], nodes.len());
    nodes
}

/// The kinds of the tasks and of the unread notices of an office that are about recommendations.
async fn waits(by: &Office<'_>) -> (Vec<String>, Vec<String>) {
    let services = &by.app.services;
    feed::number(&services.db).await.unwrap();
    while telling::tell(services).await.unwrap() > 0 {}
    let document = "{ viewer { tasks { nodes { kind } } notices(filter: {unread: true}) { nodes { kind recommendation { sourceTitle } } } } }";
    let found = by.data(document, json!({})).await["viewer"].clone();
    let kinds = |list: &str| {
        let nodes = found[list]["nodes"].as_array().unwrap().iter();
        let kinds = nodes.map(|node| node["kind"].as_str().unwrap().to_owned());
        kinds
            .filter(|kind| kind.starts_with("RECOMMENDATION"))
            .collect::<Vec<_>>()
    };
    for notice in found["notices"]["nodes"].as_array().unwrap() {
        if notice["recommendation"].is_object() {
            assert_eq!(notice["recommendation"]["sourceTitle"], "Rakernis Kehumasan");
        }
    }
    (kinds("tasks"), kinds("notices"))
}

async fn what_came_of_an_event_is_followed(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let held = held(&app).await;
    let (host, staff) = (app.office("head.35.02").await, app.office("staff.35.02").await);
    let file = staff.uploads("Notulensi.pdf", &pdf("notulensi", 800)).await;
    let due = in_a_month(&app);
    let text = "Menyusun kalender konten bulanan.";
    let (first, second) = (host.unit("35.02.01").await, host.unit("35.02.02").await);
    let recorded = records(
        &staff,
        &held.event,
        json!({
            "minutes": "Kegiatan membahas kalender konten.\n\nDisepakati tiga hal.",
            "minutesFile": file,
            "recommendations": [{ "text": text, "units": [first, second], "dueOn": due }],
        }),
    )
    .await
    .unwrap();
    let outcome = &recorded["outcome"];
    assert_eq!(
        outcome["minutes"],
        "Kegiatan membahas kalender konten.\n\nDisepakati tiga hal."
    );
    assert_eq!(outcome["file"]["name"], "Notulensi.pdf");
    assert_eq!(outcome["recommendations"]["totalCount"], 2, "one for each unit");
    assert_eq!(
        records(&staff, &held.event, json!({})).await.unwrap_err().code,
        "STALE_VERSION"
    );

    // More is added behind what is there; what is left out stays.
    let third = host.unit("35.02.03").await;
    let more = json!({ "recommendations": [{ "text": "Mengaktifkan akun resmi.", "units": [third], "dueOn": due }] });
    let recorded = records(&host, &recorded, more).await.unwrap();
    let nodes = recorded["outcome"]["recommendations"]["nodes"].as_array().unwrap();
    let mut positions: Vec<i64> = nodes.iter().map(|node| node["position"].as_i64().unwrap()).collect();
    positions.sort_unstable();
    assert_eq!(positions, [1, 2, 3]);
    assert_eq!(recorded["outcome"]["file"]["name"], "Notulensi.pdf");

    // Those invited read the minutes, and of the recommendations their own, with where it comes from.
    let (guest, other) = (app.office("head.35.02.01").await, app.office("head.35.02.04").await);
    let document = "query($id: ID!) { event(id: $id) { outcome { minutes recommendations { totalCount } } } }";
    for (office, own) in [(&guest, 1), (&other, 0), (&host, 3)] {
        let data = office.data(document, json!({ "id": held.event["id"] })).await;
        let outcome = &data["event"]["outcome"];
        assert!(outcome["minutes"].is_string(), "{}", office.name);
        assert_eq!(outcome["recommendations"]["totalCount"], own, "{}", office.name);
        assert_eq!(recommended(office, &held.event).await.len(), own, "{}", office.name);
    }
    let theirs = recommended(&guest, &held.event).await.remove(0);
    assert_eq!(
        (&theirs["sourceTitle"], &theirs["source"], &theirs["viewerCanAnswer"]),
        (&json!("Rakernis Kehumasan"), &held.event["id"], &json!(true))
    );
    let (tasks, notices) = waits(&guest).await;
    assert_eq!(
        (tasks, notices),
        (
            vec!["RECOMMENDATION_TO_ANSWER".to_owned()],
            vec!["RECOMMENDATION_MADE".to_owned()]
        )
    );
    assert_eq!(waits(&other).await, (Vec::new(), Vec::new()));

    // It is answered by the one follow-up there is.
    let answer =
        |on: &Value, text: &str| json!({ "recommendation": on["id"], "expectedVersion": on["version"], "text": text });
    let selection = "recommendation { id version state answer }";
    let refused = other
        .command("answerOutcome", selection, answer(&theirs, "Sudah."))
        .await
        .unwrap_err();
    assert_eq!(refused.code, "NOT_FOUND");
    let answered = guest
        .command("answerOutcome", selection, answer(&theirs, "Kalender sudah disusun."))
        .await
        .unwrap();
    assert_eq!(answered["recommendation"]["state"], "ANSWERED");
    assert_eq!(waits(&host).await.0, ["RECOMMENDATION_TO_SETTLE"]);
    let close = json!({ "recommendation": theirs["id"], "expectedVersion": answered["recommendation"]["version"] });
    let closed = host.command("closeRecommendation", selection, close).await.unwrap();
    assert_eq!(closed["recommendation"]["state"], "CLOSED");
    let (tasks, notices) = waits(&guest).await;
    assert_eq!(tasks, Vec::<String>::new());
    assert!(notices.contains(&"RECOMMENDATION_CLOSED".to_owned()), "{notices:?}");
}

async fn who_was_not_invited_is_told_what_it_comes_from(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let host = app.office("head.35.02").await;
    let mut input = plan(&host, "Rakernis Kehumasan");
    input["audience"]["except"] = json!([host.unit("35.02.05").await]);
    let event = publishes(&host, &drafts(&host, input).await.unwrap()).await.unwrap();
    let early = records(&host, &event, json!({ "minutes": "Belum." }))
        .await
        .unwrap_err();
    assert_eq!(early.code, "WRONG_STATE");
    let event = super::events::steps(&host, "startEvent", &event).await.unwrap();
    let unit = host.unit("35.02.05").await;
    let given =
        json!({ "recommendations": [{ "text": "Menyusul kegiatan.", "units": [unit], "dueOn": in_a_month(&app) }] });
    records(&host, &event, given).await.unwrap();
    let absent = app.office("head.35.02.05").await;
    let theirs = recommended(&absent, &event).await.remove(0);
    assert_eq!(theirs["sourceTitle"], "Rakernis Kehumasan");
    let document = "query($id: ID!) { node(id: $id) { id } }";
    assert!(absent.data(document, json!({ "id": theirs["source"] })).await["node"].is_null());
}

async fn everything_wrong_with_an_outcome_is_told_at_once(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let held = held(&app).await;
    let host = app.office("head.35.02").await;
    let (own, outside) = (host.unit("35.02.01").await, host.unit("35.09").await);
    let input = json!({
        "event": held.event["id"], "expectedVersion": held.event["version"],
        "minutes": "a".repeat(50_001),
        "minutesFile": app.absent(jenjang::graphql::id::Kind::File),
        "recommendations": [
            { "text": "Baik.", "units": [own], "dueOn": in_a_month(&app) },
            { "text": " ", "units": [own, outside, own], "dueOn": "2020-01-01" },
            { "text": "Kosong.", "units": [], "dueOn": in_a_month(&app) },
        ],
    });
    let document = crate::support::office::command_document("recordOutcome", OUTCOME);
    let answer = host.ask(&document, json!({ "input": input })).await;
    let errors = answer["data"]["recordOutcome"]["userErrors"].as_array().unwrap();
    let mut told: Vec<String> = errors
        .iter()
        .map(|error| {
            let field = error["field"].as_array().unwrap().iter();
            let field: Vec<&str> = field.filter_map(Value::as_str).collect();
            format!("{} {}", error["code"].as_str().unwrap(), field.join("."))
        })
        .collect();
    told.sort();
    assert_eq!(
        told,
        [
            "INVALID recommendations.1.dueOn",
            "INVALID recommendations.1.units.2",
            "NOT_FOUND minutesFile",
            "NOT_FOUND recommendations.1.units.1",
            "REQUIRED recommendations.1.text",
            "REQUIRED recommendations.2.units",
            "TOO_LONG minutes",
        ]
    );
    assert!(
        recommended(&host, &held.event).await.is_empty(),
        "nothing is done by halves"
    );
}

async fn the_papers_tell_what_their_reader_may_know(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let held = held(&app).await;
    let host = app.office("head.35.02").await;
    let id = held.event["id"].as_str().unwrap();
    let (list, minutes) = (
        format!("/events/{id}/daftar-hadir.pdf"),
        format!("/events/{id}/berita-acara.pdf"),
    );
    let given = json!({
        "minutes": "Disepakati tiga hal.",
        "recommendations": [{ "text": "Menyusun kalender konten.", "units": [host.unit("35.02.02").await], "dueOn": in_a_month(&app) }],
    });
    records(&host, &held.event, given).await.unwrap();
    let name = app.account("head.35.02.01").await.name;

    let whole = paper(&host, &list).await;
    assert_eq!(whole.status, 200);
    assert_eq!(whole.header("content-type"), Some("application/pdf"));
    let whole = read(&whole.bytes);
    for said in [
        "DAFTAR HADIR",
        "Rakernis Kehumasan",
        "DRAF",
        "Pendopo, Ponorogo",
        "0141/HM.00.00/K1/08/2025",
        &name,
        "Wulan Lestari",
        "1 dari 21 unit hadir; 2 dari 3 peserta tercatat hadir",
        "Tidak menjawab undangan",
        "Tercatat di pintu",
    ] {
        assert!(whole.contains(said), "{said}: {whole}");
    }
    // A unit gets its part, and those who send nobody and others nothing at all.
    let part = read(&paper(&app.office("staff.35.02.01").await, &list).await.bytes);
    assert!(part.contains(&name) && part.contains("1 dari 1 unit hadir"), "{part}");
    assert!(!part.contains("Tidak menjawab undangan"), "{part}");
    let other = read(&paper(&app.office("head.35.02.02").await, &list).await.bytes);
    assert!(!other.contains(&name) && !other.contains("Wulan"), "{other}");
    app.employs(&[("admin.35", "35", Function::Admin)]).await;
    for (office, lists, minuted) in [
        ("head.35", 200, 200),
        ("coordinator.ri", 200, 200),
        ("admin.35.02.01", 200, 404),
        ("head.35.02.01", 200, 404),
        ("head.35.09", 404, 404),
        ("admin.35", 404, 404),
        ("head.32", 404, 404),
    ] {
        let office = app.office(office).await;
        assert_eq!(paper(&office, &list).await.status, lists, "{}", office.name);
        assert_eq!(paper(&office, &minutes).await.status, minuted, "{}", office.name);
    }
    assert_eq!(app.send("GET", &list, &[], Vec::new()).await.status, 401);
    let garbled = paper(&host, "/events/abc/daftar-hadir.pdf").await;
    assert_eq!(garbled.status, 404);

    let told = read(&paper(&host, &minutes).await.bytes);
    for said in [
        "BERITA ACARA",
        "DRAF",
        "rapat koordinasi",
        "21 unit",
        "1 unit, 2 peserta",
        "Disepakati tiga hal.",
        "Menyusun kalender konten.",
        "Nama dan NIP",
    ] {
        assert!(told.contains(said), "{said}: {told}");
    }
    seals(&app, &held.event).await;
    for path in [&list, &minutes] {
        let told = read(&paper(&host, path).await.bytes);
        assert!(
            told.contains("Segel") && told.contains("00000000") && !told.contains("DRAF"),
            "{told}"
        );
    }
}

on_both_databases!(
    what_came_of_an_event_is_followed,
    who_was_not_invited_is_told_what_it_comes_from,
    everything_wrong_with_an_outcome_is_told_at_once,
    the_papers_tell_what_their_reader_may_know,
);
