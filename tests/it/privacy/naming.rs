//! Erasing somebody whom events know by name alone: nothing tells the name any more, and that somebody was there still stands.
use std::collections::BTreeSet;

use entity::{administrative_act, enums::ActKind};
use jenjang::{
    auditor::{self, witness::Witness},
    certificate::inspection as certificates,
    event::attendance::inspection as sheets,
    graphql::id::Kind,
};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use super::{
    life::{acts, id_of},
    proposing::{PROPOSAL, decides, with_admins},
};
use crate::{
    on_both_databases,
    stories::{
        attendance::finalises,
        certificates::{issues, paper, read},
        door::{fits, guests, invites, pairs, scan, sends, sends_scans, sessions},
        events::{confirms, invitation, steps},
    },
    support::{Office, Refusal, TestApp, app::Variation, search::occurs_in},
};

const NAME: &str = "Sari Wening";

const FIND: &str = "query($search: String!) { namedPeople(search: $search) { id part name title unit { code } event host { code } \
     startsAt } }";

/// Whom an office finds by words of a name.
async fn finds(office: &Office<'_>, search: &str) -> Vec<Value> {
    let data = office.data(FIND, json!({ "search": search })).await;
    data["namedPeople"].as_array().unwrap().clone()
}

/// Proposes to erase what is one person, and gives the proposal.
async fn proposes(office: &Office<'_>, people: &[&Value]) -> Result<String, Refusal> {
    let input = json!({ "people": people, "reason": "Sari Wening meminta dengan surat." });
    let payload = office.command("eraseNamedPerson", PROPOSAL, input).await?;
    Ok(payload["proposal"]["id"].as_str().unwrap().to_owned())
}

/// What becomes of two events that name Sari: she speaks at the one and came to the other, which is sealed and certified.
struct Told {
    planned: Value,
    sealed: Value,
    delegate: Value,
}

async fn names_sari(app: &TestApp) -> Told {
    let host = app.office("head.35.02").await;
    let speaks = json!({ "speakers": [
        { "role": "OPENER", "account": id_of(&app.account("head.35.02").await) },
        { "role": "SPEAKER", "name": "Prof. Sari Wening", "title": "Dosen Universitas Wening" },
        { "role": "MODERATOR", "name": "Tono Wening" },
    ] });
    let planned = invites(&host, "Rakernis kehumasan", speaks).await;
    let event = invites(&host, "Konsolidasi", json!({})).await;
    let head = app.office("head.35.02.01").await;
    let asked = invitation(&head, &event, "35.02.01").await.unwrap();
    let named = json!([{ "name": NAME, "title": "Relawan Wening" }, { "name": "Bayu Lestari" }]);
    confirms(&head, &asked, named).await.unwrap();
    sends(
        &app.office("head.35.02.02").await,
        &event,
        "35.02.02",
        &["Sari Lestari"],
    )
    .await;
    let event = steps(&host, "startEvent", &event).await.unwrap();
    let people = guests(&host, &event).await;
    let times = sessions(&host, &event).await;
    let door = pairs(&host, &event, "Pintu utara").await;
    let now = app.services.clock.now();
    for (place, guest) in people.iter().enumerate() {
        let scan = scan(&format!("s{place}"), &guest.code, &times[0], "IN", now);
        sends_scans(&door, None, &[scan]).await;
    }
    let event = steps(&host, "endEvent", &event).await.unwrap();
    finalises(&host, &event, Some("Tidak ada daftar hadir.")).await.unwrap();
    issues(&host, &event).await.unwrap();
    let sari = people.iter().find(|guest| guest.name == NAME).unwrap();
    Told {
        planned,
        delegate: sari.id.clone(),
        sealed: event,
    }
}

const ATTENDED: &str = "query($filter: EventInvitationFilter) { eventInvitations(filter: $filter, first: 40) { nodes { unit { code } \
     sheet { seals { sha256 entries { claim } } } delegates { id standing attendance { firstIn inside } certificate { code } } } } }";

async fn attended(office: &Office<'_>, event: &Value) -> Value {
    office
        .data(ATTENDED, json!({ "filter": { "event": event["id"] } }))
        .await
}

/// Everything that is sealed, signed and audited holds.
async fn everything_verifies(app: &TestApp) {
    let db = &app.services.db;
    jenjang::feed::number(db).await.unwrap();
    let mut findings = Vec::new();
    auditor::verify(db, Witness::read("").unwrap(), &mut |finding| {
        findings.push(format!("{finding:?}"));
    })
    .await
    .unwrap();
    // A salt that is gone is known to have gone with an erasure: that of the reason for a rejection.
    findings.retain(|finding| !finding.contains("finding: Erased"));
    assert_eq!(findings, Vec::<String>::new());
    assert_eq!(certificates::inspect(db).await.unwrap().faults, Vec::<String>::new());
    assert_eq!(sheets::faults(db).await.unwrap(), Vec::<String>::new());
    fits(app).await;
}

async fn a_name_goes_and_attendance_stays(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    with_admins(&app).await;
    let (admin, second) = (app.office("admin.ri").await, app.office("admin2.ri").await);
    let told = names_sari(&app).await;
    let host = app.office("head.35.02").await;
    let before = attended(&host, &told.sealed).await;
    let named_in = ["certificate.name", "event_delegate.name", "event_speaker.name"];
    assert_eq!(occurs_in(&app, "sari wening").await, named_in.map(str::to_owned).into());

    // Words in any order, capitals or not; who only shares a word is not found.
    let found = finds(&admin, "WENING sari").await;
    let parts: Vec<_> = found.iter().map(|one| one["part"].as_str().unwrap()).collect();
    assert_eq!(parts, ["DELEGATE", "SPEAKER"]);
    assert_eq!(
        (
            &found[0]["id"],
            &found[0]["unit"]["code"],
            &found[0]["event"],
            &found[0]["host"]["code"]
        ),
        (
            &told.delegate,
            &json!("35.02.01"),
            &json!("Konsolidasi"),
            &json!("35.02")
        )
    );
    assert_eq!(found[1]["title"], "Dosen Universitas Wening");
    assert!(found[1]["unit"].is_null());
    assert_eq!(finds(&admin, "%%%").await, Vec::<Value>::new(), "a sign is no pattern");
    // It is written down who looked and who was shown, and not what was looked for.
    let looked = acts(&app, ActKind::NamedPeopleSought).await;
    assert_eq!(looked.len(), 2);
    assert_eq!(looked[0].by_account, app.account("admin.ri").await.id);
    assert_eq!(looked[0].details["found"].as_array().unwrap().len(), 2);

    let people = [&found[0]["id"], &found[1]["id"]];
    // Once it was rejected, for a reason that names her.
    let first = proposes(&admin, &people[1..]).await.unwrap();
    let input = json!({ "proposal": first, "reason": "Sari Wening juga hadir sebagai utusan." });
    second
        .command("rejectProposal", "proposal { id }", input)
        .await
        .unwrap();
    assert!(
        occurs_in(&app, "sari wening")
            .await
            .contains("administrative_act.details")
    );
    let proposal = proposes(&admin, &people).await.unwrap();
    assert_eq!(proposes(&second, &people).await.unwrap_err().code, "ALREADY_EXISTS");
    let shown = "query($id: ID!) { node(id: $id) { ... on Proposal { command reason viewerCanConfirm subject { ... on NamedPeople { \
         people { id name } } } } } }";
    let node = second.data(shown, json!({ "id": proposal })).await["node"].clone();
    assert_eq!(node["command"], "ERASE_NAMED_PERSON");
    assert_eq!(
        node["subject"]["people"][0],
        json!({ "id": told.delegate, "name": NAME })
    );
    assert_eq!(node["viewerCanConfirm"], true);
    let own = decides(&admin, "confirmProposal", &proposal).await.unwrap_err();
    assert_eq!(own.code, "OWN_WORK");
    decides(&second, "confirmProposal", &proposal).await.unwrap();

    assert_eq!(occurs_in(&app, "sari wening").await, BTreeSet::new());
    assert_eq!(occurs_in(&app, "relawan wening").await, BTreeSet::new());
    assert_eq!(finds(&admin, "wening").await.len(), 1, "Tono still moderates");
    assert_eq!(attended(&host, &told.sealed).await, before, "she was there");
    everything_verifies(&app).await;
    let node = second.data(shown, json!({ "id": proposal })).await["node"].clone();
    assert_eq!(
        (&node["reason"], &node["subject"]["people"][0]),
        (&json!(""), &json!({ "id": told.delegate, "name": null }))
    );
    the_paper_tells_of_nobody(&app, &host, &told).await;
    the_programme_goes_on(&host, &told.planned).await;

    // Once more, and with somebody else.
    let again = proposes(&admin, &people).await.unwrap_err();
    assert_eq!((again.code.as_str(), again.field.as_str()), ("WRONG_STATE", "people"));
    let tono = finds(&admin, "tono").await[0]["id"].clone();
    let more = proposes(&admin, &[&told.delegate, &tono]).await.unwrap();
    decides(&second, "confirmProposal", &more).await.unwrap();
    assert_eq!(occurs_in(&app, "tono wening").await, BTreeSet::new());
    everything_verifies(&app).await;
}

async fn the_paper_tells_of_nobody(app: &TestApp, host: &Office<'_>, told: &Told) {
    let document = "query($id: ID!) { node(id: $id) { ... on EventDelegate { name certificate { id code name } } } }";
    let node = host.data(document, json!({ "id": told.delegate })).await["node"].clone();
    assert!(
        node["name"].is_null() && node["certificate"]["name"].is_null(),
        "{node}"
    );
    let code = node["certificate"]["code"].as_str().unwrap();
    let headers = [("accept", "text/html".to_owned())];
    let page = app.send("GET", &format!("/verify/{code}"), &headers, Vec::new()).await;
    let page = String::from_utf8(page.bytes).unwrap();
    assert!(page.contains("(dihapus)") && page.contains("sah dan berlaku"), "{page}");
    let id = node["certificate"]["id"].as_str().unwrap();
    let printed = read(&paper(host, &format!("/certificates/{id}.pdf")).await.bytes);
    assert!(
        printed.contains("(dihapus)") && !printed.contains("Wening"),
        "{printed}"
    );
    let event = told.sealed["id"].as_str().unwrap();
    let list = read(&paper(host, &format!("/events/{event}/daftar-hadir.pdf")).await.bytes);
    assert!(
        list.contains("(dihapus)") && list.contains("Bayu Lestari") && !list.contains("Wening"),
        "{list}"
    );
}

/// A programme with a speaker who was erased can still be changed.
async fn the_programme_goes_on(host: &Office<'_>, event: &Value) {
    let input = json!({ "event": event["id"], "expectedVersion": event["version"], "place": "Pendopo" });
    host.command("editEvent", "event { id }", input).await.unwrap();
    let document = "query($id: ID!) { event(id: $id) { speakers { id role name title } } }";
    let speakers = host.data(document, json!({ "id": event["id"] })).await["event"]["speakers"].clone();
    let speaker = &speakers[1];
    assert_eq!(
        (&speaker["role"], &speaker["name"], &speaker["title"]),
        (&json!("SPEAKER"), &Value::Null, &Value::Null)
    );
}

async fn what_cannot_be_erased_so_is_told_by_place(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    with_admins(&app).await;
    let (admin, second) = (app.office("admin.ri").await, app.office("admin2.ri").await);
    let told = names_sari(&app).await;
    let host = app.office("head.35.02").await;
    let speakers = "query($id: ID!) { event(id: $id) { version speakers { id name } } }";
    let planned = host.data(speakers, json!({ "id": told.planned["id"] })).await["event"].clone();
    let (opener, speaker) = (&planned["speakers"][0]["id"], &planned["speakers"][1]["id"]);
    let absent = json!(app.absent(Kind::EventDelegate));
    for (people, code, field) in [
        (vec![], "REQUIRED", "people"),
        (vec![&told.delegate, &absent], "NOT_FOUND", "people.1"),
        (vec![opener], "INVALID", "people.0"),
        (vec![speaker, speaker], "INVALID", "people.1"),
        (vec![speaker; 101], "TOO_LONG", "people"),
    ] {
        let refused = proposes(&admin, &people).await.unwrap_err();
        assert_eq!((refused.code.as_str(), refused.field.as_str()), (code, field));
    }
    let wrong = proposes(&admin, &[&told.planned["id"]]).await.unwrap_err();
    assert_eq!(wrong.code, "BAD_USER_INPUT", "an event is no person");
    let input = json!({ "people": [absent], "reason": " " });
    let answer = admin
        .post_command("eraseNamedPerson", PROPOSAL, input, None)
        .await
        .json();
    let errors = answer["data"]["eraseNamedPerson"]["userErrors"].as_array().unwrap();
    let codes: Vec<_> = errors.iter().map(|error| error["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["NOT_FOUND", "REQUIRED"], "all of it at once");
    for search in ["ab", " a ", &"x".repeat(201)] {
        let answer = admin.ask(FIND, json!({ "search": search })).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{search}");
    }
    assert_eq!(acts(&app, ActKind::NamedPeopleSought).await.len(), 0);

    // A programme that keeps a name keeps its id; one that calls the person otherwise is looked through anew.
    let proposal = proposes(&admin, &[speaker]).await.unwrap();
    let edit = async |version: &Value, name: &str| {
        let speakers = json!([{ "role": "SPEAKER", "name": "Tono Wening" }, { "role": "OPENER", "name": name }]);
        let input = json!({ "event": told.planned["id"], "expectedVersion": version, "speakers": speakers });
        host.command("editEvent", "event { id version }", input).await.unwrap()["event"]["version"].clone()
    };
    let version = edit(&planned["version"], "Prof. Sari Wening").await;
    let kept = host.data(speakers, json!({ "id": told.planned["id"] })).await["event"].clone();
    assert_eq!(kept["speakers"][1]["id"], *speaker);
    edit(&version, "Prof. Dr. Sari Wening").await;
    let gone = decides(&second, "confirmProposal", &proposal).await.unwrap_err();
    assert_eq!((gone.code.as_str(), gone.field.as_str()), ("WRONG_STATE", "proposal"));
    assert!(occurs_in(&app, "sari wening").await.contains("event_speaker.name"));
    decides(&second, "rejectProposal", &proposal).await.unwrap();
    assert_eq!(acts(&app, ActKind::NamedErasureRejected).await.len(), 1);
    let speaker = finds(&admin, "dr. sari").await[0]["id"].clone();
    let proposal = proposes(&admin, &[&speaker]).await.unwrap();
    decides(&second, "confirmProposal", &proposal).await.unwrap();
    let left = occurs_in(&app, "sari wening").await;
    assert!(
        left.contains("event_delegate.name") && !left.contains("event_speaker.name"),
        "{left:?}"
    );
    let all = administrative_act::Entity::find()
        .all(app.services.db.reader())
        .await
        .unwrap();
    let kinds: BTreeSet<String> = all.iter().map(|row| format!("{:?}", row.kind)).collect();
    assert!(
        kinds.contains("NamedPersonErased") && !kinds.contains("PersonErased"),
        "{kinds:?}"
    );
}

on_both_databases!(
    a_name_goes_and_attendance_stays,
    what_cannot_be_erased_so_is_told_by_place,
);
