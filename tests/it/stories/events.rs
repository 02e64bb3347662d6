//! Events: from the draft to the open door, as the host and its guests live through it.
use entity::{enums::Function, event_speaker};
use jenjang::graphql::id::Kind;
use sea_orm::{EntityTrait, sea_query::Expr};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    on_both_databases,
    support::{Office, Refusal, TestApp, app::Variation, rounds::in_days},
};

pub const EVENT: &str = "event { id version status }";

pub const INVITATION: &str = "invitation { id version status delegates { id version name standing } }";

/// The provinces of the third wave: those of Sumatera with Jakarta, Yogyakarta and Sulawesi Barat. The source names none; these
/// thirteen have 171 kabupaten/kota together.
pub const THIRD_WAVE: [&str; 13] = [
    "11", "12", "13", "14", "15", "16", "17", "18", "19", "21", "31", "34", "76",
];

/// What an event of a host is drafted with: in a week, for two days.
pub fn plan(office: &Office<'_>, title: &str) -> Value {
    let now = office.app.services.clock.now();
    json!({
        "title": title,
        "kinds": ["RAPAT_KOORDINASI"],
        "mode": "IN_PERSON",
        "place": "Ballroom, Batam",
        "startsAt": in_days(now, 7),
        "endsAt": in_days(now, 9),
        "replyBy": in_days(now, 5),
        "quota": 2,
        "audience": { "tiers": ["KECAMATAN"] },
        "letter": { "number": "0141/HM.00.00/K1/08/2025", "date": "2025-01-02" },
    })
}

/// Drafts an event and gives it with its id and version.
pub async fn drafts(office: &Office<'_>, input: Value) -> Result<Value, Refusal> {
    let payload = office.command("createEvent", EVENT, input).await?;
    Ok(payload["event"].clone())
}

/// Publishes an event.
pub async fn publishes(office: &Office<'_>, event: &Value) -> Result<Value, Refusal> {
    let input = json!({ "event": event["id"], "expectedVersion": event["version"] });
    let payload = office.command("publishEvent", EVENT, input).await?;
    Ok(payload["event"].clone())
}

/// Takes a step that owes no reason.
pub async fn steps(office: &Office<'_>, command: &str, event: &Value) -> Result<Value, Refusal> {
    let input = json!({ "event": event["id"], "expectedVersion": event["version"] });
    let payload = office.command(command, EVENT, input).await?;
    Ok(payload["event"].clone())
}

/// The invitation of the own unit to an event.
pub async fn invitation(office: &Office<'_>, event: &Value, code: &str) -> Option<Value> {
    let document = "query($filter: EventInvitationFilter) { eventInvitations(filter: $filter) { nodes { id version status quota \
         viewerCanReply meant { name } delegates { id version name standing } event { id title } } } }";
    let filter = json!({ "filter": { "event": event["id"], "unit": { "eq": office.unit(code).await } } });
    let data = office.data(document, filter).await;
    data["eventInvitations"]["nodes"].as_array().unwrap().first().cloned()
}

/// Confirms, sending these and nobody else.
pub async fn confirms(office: &Office<'_>, invitation: &Value, delegates: Value) -> Result<Value, Refusal> {
    let input = json!({
        "invitation": invitation["id"], "expectedVersion": invitation["version"], "reply": "CONFIRM", "delegates": delegates,
    });
    let payload = office.command("replyInvitation", INVITATION, input).await?;
    Ok(payload["invitation"].clone())
}

/// What an office is shown of an event: its title, if anything.
pub async fn knows(office: &Office<'_>, event: &Value) -> bool {
    let document = "query($id: ID!) { event(id: $id) { id } node(id: $id) { id } events { nodes { id } totalCount } }";
    let data = office.data(document, json!({ "id": event["id"] })).await;
    let listed = data["events"]["nodes"].as_array().unwrap();
    let listed = listed.iter().any(|node| node["id"] == event["id"]);
    assert_eq!(data["event"].is_object(), listed, "{}", office.name);
    assert_eq!(data["node"].is_object(), listed, "{}", office.name);
    assert!(data["events"]["totalCount"].as_i64() >= Some(i64::from(listed)));
    listed
}

pub async fn own_account(office: &Office<'_>) -> Value {
    office.data("{ viewer { account { id } } }", json!({})).await["viewer"]["account"]["id"].clone()
}

async fn the_third_wave_comes_to_batam(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    app.employs(&[
        ("head.21.71", "21.71", Function::Head),
        ("staff.21.71", "21.71", Function::Staff),
        ("head.21", "21", Function::Head),
    ])
    .await;
    let coordinator = app.office("coordinator.ri").await;
    let now = app.services.clock.now();
    let mut series = plan(&coordinator, "Konsolidasi Kehumasan");
    series["audience"] = json!(null);
    series["kinds"] = json!(["KONSOLIDASI", "RAPAT_KOORDINASI"]);
    let series = drafts(&coordinator, series).await.unwrap();
    let mut provinces = Vec::new();
    for code in THIRD_WAVE {
        provinces.push(coordinator.unit(code).await);
    }
    let mut wave = plan(&coordinator, "Konsolidasi Kehumasan Gelombang III");
    wave["audience"] = json!({ "tiers": ["PROVINSI", "KABUPATEN_KOTA"], "beneath": provinces });
    wave["series"] = series["id"].clone();
    wave["wave"] = json!(3);
    let (starts, noon, ends) = (wave["startsAt"].clone(), in_days(now, 8), wave["endsAt"].clone());
    wave["sessions"] = json!([
        { "title": "Pembukaan", "startsAt": starts, "endsAt": noon, "place": "Ruang A" },
        { "title": "Strategi media sosial", "startsAt": noon, "endsAt": ends },
    ]);
    wave["speakers"] = json!([
        { "role": "OPENER", "name": "Bagas Nusantara", "title": "Deputi" },
        { "role": "SPEAKER", "name": "Ratna Samudra", "title": "Praktisi media", "session": 1 },
    ]);
    let wave = drafts(&coordinator, wave).await.unwrap();

    // Nobody beneath knows of a draft; whom it would invite is shown first.
    let lampung = app.office("head.18").await;
    assert!(!knows(&lampung, &wave).await);
    let preview = json!({ "event": wave["id"], "expectedVersion": 1, "dryRun": true });
    let counted = "event { id } invited { units people places byTier { tier units } }";
    let preview = coordinator.command("publishEvent", counted, preview).await.unwrap();
    assert_eq!(
        preview,
        json!({
            "event": null,
            "invited": { "units": 184, "people": null, "places": 368, "byTier": [
                { "tier": "PROVINSI", "units": 13 }, { "tier": "KABUPATEN_KOTA", "units": 171 },
            ] },
            "userErrors": [],
        })
    );
    let wave = publishes(&coordinator, &wave).await.unwrap();
    assert_eq!(wave["status"], "PUBLISHED");
    assert!(knows(&lampung, &wave).await);
    assert!(
        !knows(&app.office("head.32").await, &wave).await,
        "Jawa Barat belongs to another wave"
    );
    assert!(
        !knows(&app.office("admin.18").await, &wave).await,
        "who manages people is invited to nothing"
    );

    // Batam sends its head and a colleague without an account; more than two there is no room for.
    let head = app.office("head.21.71").await;
    let asked = invitation(&head, &wave, "21.71").await.unwrap();
    assert_eq!(
        (&asked["status"], &asked["viewerCanReply"]),
        (&json!("INVITED"), &json!(true))
    );
    let me = own_account(&head).await;
    let three = json!([{ "account": me }, { "name": "Sari Bahari" }, { "name": "Tono Bahari" }]);
    let refused = confirms(&head, &asked, three).await.unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.field.as_str()),
        ("TOO_LONG", "delegates")
    );
    let letter = json!({ "number": "12/HM.01/K.BTM/08/2025", "date": "2025-01-03" });
    let two = json!([{ "account": me, "title": "Ketua" }, { "name": "Sari Bahari", "title": "Staf humas", "letter": letter }]);
    let staff = app.office("staff.21.71").await;
    assert_eq!(
        confirms(&staff, &asked, two.clone()).await.unwrap_err().code,
        "FORBIDDEN"
    );
    let confirmed = confirms(&head, &asked, two.clone()).await.unwrap();
    assert_eq!(confirmed["status"], "CONFIRMED");
    assert_eq!(confirms(&head, &asked, two).await.unwrap_err().code, "STALE_VERSION");

    // Somebody of the unit itself cannot be named by two units, nor somebody who holds no seat of the unit.
    let of_province = app.office("head.21").await;
    let theirs = invitation(&of_province, &wave, "21").await.unwrap();
    let refused = confirms(&of_province, &theirs, json!([{ "account": me }]))
        .await
        .unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.field.as_str()),
        ("INVALID", "delegates.0.account")
    );

    // One declines, and says why.
    let asked = invitation(&lampung, &wave, "18").await.unwrap();
    let decline = json!({ "invitation": asked["id"], "expectedVersion": 1, "reply": "DECLINE" });
    let refused = lampung
        .command("replyInvitation", INVITATION, decline.clone())
        .await
        .unwrap_err();
    assert_eq!((refused.code.as_str(), refused.field.as_str()), ("REQUIRED", "reason"));
    let mut decline = decline;
    decline["reason"] = json!("Sedang mengawasi pemungutan suara ulang.");
    lampung.command("replyInvitation", INVITATION, decline).await.unwrap();

    // Somebody else comes than was named: the surat tugas is owed.
    let sari = &confirmed["delegates"][1];
    assert_eq!(sari["name"], "Sari Bahari");
    let mut instead = json!({
        "delegate": sari["id"], "expectedVersion": 1, "reason": "Sakit.", "by": { "name": "Tono Bahari" },
    });
    let delegate = "delegate { id name standing replaces letter { number } }";
    let refused = head
        .command("substituteDelegate", delegate, instead.clone())
        .await
        .unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.field.as_str()),
        ("REQUIRED", "by.letter")
    );
    instead["by"]["letter"] = letter;
    let tono = head
        .command("substituteDelegate", delegate, instead.clone())
        .await
        .unwrap();
    assert_eq!(
        (&tono["delegate"]["name"], &tono["delegate"]["replaces"]),
        (&json!("Tono Bahari"), &sari["id"])
    );
    assert_eq!(
        head.command("substituteDelegate", delegate, instead)
            .await
            .unwrap_err()
            .code,
        "STALE_VERSION"
    );
    let all = "query($id: ID!) { node(id: $id) { ... on EventInvitation { delegates(all: true) { name standing } } } }";
    let all = head.data(all, json!({ "id": confirmed["id"] })).await;
    let named = all["node"]["delegates"].as_array().unwrap();
    assert_eq!(named.len(), 3);
    assert_eq!(named[1], json!({ "name": "Sari Bahari", "standing": "REPLACED" }));

    // The host reads what was answered; those who are invited read of their own.
    let counts = "query($id: ID!) { event(id: $id) { replies { invited confirmed declined noReply delegates } \
         sessions { title place } speakers { role name title } series { title } wave } }";
    let shown = coordinator.data(counts, json!({ "id": wave["id"] })).await["event"].clone();
    assert_eq!(
        shown["replies"],
        json!({ "invited": 182, "confirmed": 1, "declined": 1, "noReply": 0, "delegates": 2 })
    );
    assert_eq!(
        (shown["wave"].as_i64(), &shown["series"]["title"]),
        (Some(3), &json!("Konsolidasi Kehumasan"))
    );
    assert_eq!(shown["speakers"][0]["name"], "Bagas Nusantara");
    let shown = lampung.data(counts, json!({ "id": wave["id"] })).await["event"].clone();
    assert_eq!((&shown["replies"], &shown["series"]), (&json!(null), &json!(null)));
    assert_eq!(shown["sessions"][1]["title"], "Strategi media sosial");
    for (office, expected) in [(&coordinator, 184), (&of_province, 8), (&lampung, 16), (&head, 1)] {
        let listed = office.data("{ eventInvitations { totalCount } }", json!({})).await;
        assert_eq!(listed["eventInvitations"]["totalCount"], expected, "{}", office.name);
    }

    // Registration closes, the door opens and closes again.
    let wave = steps(&coordinator, "closeRegistration", &wave).await.unwrap();
    let shown = coordinator.data(counts, json!({ "id": wave["id"] })).await["event"].clone();
    assert_eq!(shown["replies"]["noReply"], 182);
    let asked = invitation(&of_province, &wave, "21").await.unwrap();
    let refused = confirms(&of_province, &asked, json!([{ "name": "Putra Bahari" }])).await;
    assert_eq!(refused.unwrap_err().code, "WRONG_STATE");
    let wave = steps(&coordinator, "startEvent", &wave).await.unwrap();
    let wave = steps(&coordinator, "endEvent", &wave).await.unwrap();
    assert_eq!(wave["status"], "ENDED");
    assert_eq!(
        steps(&coordinator, "startEvent", &wave).await.unwrap_err().code,
        "WRONG_STATE"
    );
}

async fn everything_wrong_with_a_draft_is_told_at_once(app: TestApp) {
    let head = app.office("head.35.02").await;
    let mut wrong = plan(&head, " ");
    let now = app.services.clock.now();
    wrong["kinds"] = json!([]);
    wrong["mode"] = json!("HYBRID");
    wrong["onlineUrl"] = json!("http://rapat.example");
    wrong["endsAt"] = json!(in_days(now, 6));
    wrong["replyBy"] = json!(in_days(now, 8));
    wrong["timeZone"] = json!("Europe/Paris");
    wrong["quota"] = json!(0);
    wrong["audience"] = json!({ "tiers": ["KECAMATAN"], "beneath": [head.unit("35.09").await] });
    wrong["letter"] = json!({ "number": " ", "date": "2025-01-02" });
    wrong["sessions"] =
        json!([{ "title": "", "startsAt": in_days(now, 1), "endsAt": in_days(now, 2), "counted": false }]);
    wrong["speakers"] = json!([{ "role": "SPEAKER" }]);
    let document = crate::support::office::command_document("createEvent", EVENT);
    let answer = head.ask(&document, json!({ "input": wrong })).await;
    let errors = answer["data"]["createEvent"]["userErrors"].as_array().unwrap();
    let mut told: Vec<String> = errors
        .iter()
        .map(|error| {
            let field: Vec<&str> = error["field"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(Value::as_str)
                .collect();
            format!("{} {}", error["code"].as_str().unwrap(), field.join("."))
        })
        .collect();
    told.sort();
    assert_eq!(
        told,
        [
            "INVALID endsAt",
            "INVALID onlineUrl",
            "INVALID quota",
            "INVALID replyBy",
            "INVALID sessions",
            "INVALID sessions.0.endsAt",
            "INVALID speakers.0.name",
            "INVALID timeZone",
            "NOT_FOUND audience.beneath.0",
            "REQUIRED kinds",
            "REQUIRED letter.number",
            "REQUIRED sessions.0.title",
            "REQUIRED title",
        ]
    );
}

async fn what_was_published_changes_as_far_as_it_may(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let head = app.office("head.35.02").await;
    let mut bare = plan(&head, "Rakernis Kehumasan");
    bare["letter"] = json!(null);
    bare["audience"] = json!({ "tiers": ["KECAMATAN"], "positions": ["KETUA", "ANGGOTA"] });
    let event = drafts(&head, bare).await.unwrap();
    let refused = publishes(&head, &event).await.unwrap_err();
    assert_eq!((refused.code.as_str(), refused.field.as_str()), ("REQUIRED", "letter"));
    let edit = |event: &Value, changes: Value| {
        let mut input = json!({ "event": event["id"], "expectedVersion": event["version"] });
        for (key, value) in changes.as_object().unwrap() {
            input[key] = value.clone();
        }
        let head = &head;
        async move {
            head.command("editEvent", EVENT, input)
                .await
                .map(|payload| payload["event"].clone())
        }
    };
    let letter = json!({ "letter": { "number": "7/HM.00/K.JI-22/2025", "date": "2025-01-05" } });
    let event = edit(&event, letter).await.unwrap();
    let staff = app.office("staff.35.02").await;
    assert_eq!(publishes(&staff, &event).await.unwrap_err().code, "FORBIDDEN");
    let event = publishes(&head, &event).await.unwrap();

    let kecamatan = app.office("head.35.02.01").await;
    let asked = invitation(&kecamatan, &event, "35.02.01").await.unwrap();
    assert!(!asked["meant"].as_array().unwrap().is_empty(), "its chair is meant");
    let refused = edit(&event, json!({ "audience": { "tiers": ["KABUPATEN_KOTA"] } }))
        .await
        .unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.field.as_str()),
        ("WRONG_STATE", "audience")
    );
    assert_eq!(edit(&event, json!({ "quota": 1 })).await.unwrap_err().field, "quota");
    let event = edit(&event, json!({ "quota": 3, "place": "Aula kabupaten" }))
        .await
        .unwrap();
    let asked = invitation(&kecamatan, &event, "35.02.01").await.unwrap();
    assert_eq!(asked["quota"], 3);
    confirms(&kecamatan, &asked, json!([{ "name": "Wulan Lestari" }]))
        .await
        .unwrap();

    // Postponed, it waits for a new time; what was answered stays.
    let postpone = json!({ "event": event["id"], "expectedVersion": event["version"] });
    let mut with_reason = postpone.clone();
    with_reason["reason"] = json!("Banjir.");
    let postponed = head.command("postponeEvent", EVENT, with_reason).await.unwrap()["event"].clone();
    assert_eq!(postponed["status"], "POSTPONED");
    let now = app.services.clock.now();
    let moved = json!({ "startsAt": in_days(now, 20), "endsAt": in_days(now, 21), "replyBy": in_days(now, 19), "sessions": [] });
    let event = edit(&postponed, moved).await.unwrap();
    let event = publishes(&head, &event).await.unwrap();
    let asked = invitation(&kecamatan, &event, "35.02.01").await.unwrap();
    assert_eq!(asked["status"], "CONFIRMED");

    // While it runs only what is shown and said of it changes.
    let event = steps(&head, "startEvent", &event).await.unwrap();
    assert_eq!(
        edit(&event, json!({ "title": "Rapat" })).await.unwrap_err().code,
        "WRONG_STATE"
    );
    let event = edit(
        &event,
        json!({ "description": "Dengan narasumber.", "speakers": [{ "role": "SPEAKER", "name": "Endah" }] }),
    );
    let event = event.await.unwrap();
    let acts = "query($id: ID!) { event(id: $id) { acts { kind reason } availableSteps } }";
    let shown = head.data(acts, json!({ "id": event["id"] })).await["event"].clone();
    let kinds: Vec<&str> = shown["acts"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|act| act["kind"].as_str())
        .collect();
    assert_eq!(
        kinds,
        [
            "CREATE", "EDIT", "PUBLISH", "EDIT", "POSTPONE", "EDIT", "PUBLISH", "START", "EDIT"
        ]
    );
    assert_eq!(shown["availableSteps"], json!(["END"]));
}

/// Room is asked of all units together: of two that take the last place at once, one gets it.
async fn the_last_place_is_taken_once(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let head = app.office("head.35.02").await;
    let mut narrow = plan(&head, "Rakernis Kehumasan");
    narrow["capacity"] = json!(3);
    let event = drafts(&head, narrow).await.unwrap();
    let event = publishes(&head, &event).await.unwrap();
    let names = ["head.35.02.01", "head.35.02.02", "head.35.02.03"];
    let mut offices = Vec::new();
    for name in names {
        let office = app.office(name).await;
        let asked = invitation(&office, &event, &name["head.".len()..]).await.unwrap();
        offices.push((office, asked));
    }
    let two = json!([{ "name": "Wulan Lestari" }, { "name": "Yoga Lestari" }]);
    let answers = offices
        .iter()
        .map(|(office, asked)| confirms(office, asked, two.clone()));
    let answers = futures_util::future::join_all(answers).await;
    let taken = answers.iter().filter(|answer| answer.is_ok()).count();
    let refused: Vec<_> = answers.iter().filter_map(|answer| answer.as_ref().err()).collect();
    assert_eq!(taken, 1, "{answers:?}");
    assert!(
        refused
            .iter()
            .all(|refusal| refusal.code == "TOO_LONG" && refusal.field == "delegates")
    );
}

/// A unit that is formed later is offered to the host, and invited by it.
async fn a_unit_formed_later_is_invited_later(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let head = app.office("head.35.02").await;
    let mut one = plan(&head, "Rakernis Kehumasan");
    let missing = head.unit("35.02.05").await;
    one["audience"] = json!({ "tiers": ["KECAMATAN"], "except": [missing] });
    let event = drafts(&head, one).await.unwrap();
    let event = publishes(&head, &event).await.unwrap();
    assert!(
        invitation(&app.office("head.35.02.05").await, &event, "35.02.05")
            .await
            .is_none()
    );
    let invite = |units: Value| {
        let input = json!({ "event": event["id"], "units": units });
        let head = &head;
        async move {
            head.command("inviteUnits", "event { replies { invited } uninvited { code } }", input)
                .await
        }
    };
    let refused = invite(json!([missing, missing])).await.unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.field.as_str()),
        ("ALREADY_EXISTS", "units.1")
    );
    let elsewhere = head.unit("35.09").await;
    assert_eq!(invite(json!([elsewhere])).await.unwrap_err().code, "NOT_FOUND");
    let shown = invite(json!([missing])).await.unwrap();
    assert_eq!(shown["event"], json!({ "replies": { "invited": 21 }, "uninvited": [] }));
    let asked = invitation(&app.office("head.35.02.05").await, &event, "35.02.05")
        .await
        .unwrap();
    assert_eq!(asked["status"], "INVITED");
}

/// Somebody who was erased since keeps a place in the programme, and the event can still be changed.
async fn an_event_whose_speaker_was_erased_goes_on(app: TestApp) {
    let head = app.office("head.35.02").await;
    let mut one = plan(&head, "Rakernis Kehumasan");
    one["speakers"] = json!([{ "role": "SPEAKER", "name": "Ratna Samudra", "title": "Praktisi media" }]);
    let event = drafts(&head, one).await.unwrap();
    let erased = event_speaker::Entity::update_many()
        .col_expr(event_speaker::Column::Name, Expr::cust("NULL"))
        .exec(app.services.db.reader())
        .await;
    assert_eq!(erased.unwrap().rows_affected, 1);
    let edit = json!({ "event": event["id"], "expectedVersion": 1, "place": "Pendopo" });
    let changed = head
        .command("editEvent", "event { place speakers { name title } }", edit)
        .await
        .unwrap();
    let expected = json!({ "place": "Pendopo", "speakers": [{ "name": null, "title": "Praktisi media" }] });
    assert_eq!(changed["event"], expected);
    let mut named = json!({ "event": event["id"], "expectedVersion": 2 });
    named["speakers"] = json!([{ "role": "SPEAKER", "title": "Praktisi media" }]);
    let refused = head.command("editEvent", EVENT, named).await.unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.field.as_str()),
        ("INVALID", "speakers.0.name")
    );
}

async fn a_file_that_is_not_there_is_told(app: TestApp) {
    let host = app.office("head.35.02").await;
    let absent = Kind::File.id(Uuid::from_u128(7));
    let mut input = plan(&host, "Rakernis Kehumasan");
    let event = drafts(&host, input.clone()).await.unwrap();
    input["letterFile"] = json!(absent);
    let refusal = drafts(&host, input.clone()).await.unwrap_err();
    assert_eq!(
        (refusal.code.as_str(), refusal.field.as_str()),
        ("NOT_FOUND", "letterFile")
    );
    input["letterFile"] = Value::Null;
    input["materials"] = json!([{ "file": absent, "title": "Paparan" }]);
    let refusal = drafts(&host, input).await.unwrap_err();
    assert_eq!(
        (refusal.code.as_str(), refusal.field.as_str()),
        ("NOT_FOUND", "materials.0.file")
    );
    let edit = json!({ "event": event["id"], "expectedVersion": 1, "letterFile": absent });
    let refusal = host.command("editEvent", EVENT, edit).await.unwrap_err();
    assert_eq!(
        (refusal.code.as_str(), refusal.field.as_str()),
        ("NOT_FOUND", "letterFile")
    );
}

on_both_databases!(
    a_file_that_is_not_there_is_told,
    an_event_whose_speaker_was_erased_goes_on,
    the_third_wave_comes_to_batam,
    everything_wrong_with_a_draft_is_told_at_once,
    what_was_published_changes_as_far_as_it_may,
    the_last_place_is_taken_once,
    a_unit_formed_later_is_invited_later,
);
