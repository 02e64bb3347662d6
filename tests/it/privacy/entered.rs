//! Erasing somebody whom entries and awards know by name alone: the name goes, and who was honoured can still be reckoned again.
use std::collections::BTreeSet;

use entity::{award_revision, enums::ActKind};
use jenjang::{
    auditor::{self, witness::Witness},
    award::honour::inspection,
    certificate::inspection as certificates,
    graphql::id::Kind,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use super::{
    life::acts,
    proposing::{PROPOSAL, decides, with_admins},
};
use crate::{
    on_both_databases,
    recomputing::{by_binary, by_script},
    stories::{
        awards::{
            computing::{does, lists},
            entries::{self, nominates},
            judged,
            judging::{PANEL, appoints, completes, on_panel, panels, verifying},
            opens, steps,
        },
        rubrics,
    },
    support::{Office, TestApp, app::Variation, search::occurs_in},
};

const NAME: &str = "Sari Wening";

const FIND: &str = "query($search: String!) { namedPeople(search: $search) { id part name title unit { code } event host { code } startsAt } }";

async fn finds(office: &Office<'_>, search: &str) -> Vec<Value> {
    let data = office.data(FIND, json!({ "search": search })).await;
    data["namedPeople"].as_array().unwrap().clone()
}

async fn erases((one, other): (&Office<'_>, &Office<'_>), people: &[&Value]) {
    let input = json!({ "people": people, "reason": "Sari Wening meminta dengan surat." });
    let payload = one.command("eraseNamedPerson", PROPOSAL, input).await.unwrap();
    let proposal = payload["proposal"]["id"].as_str().unwrap().to_owned();
    decides(other, "confirmProposal", &proposal).await.unwrap();
}

/// A document of an edition, as an office takes it home.
async fn file(office: &Office<'_>, edition: &Value, extension: &str) -> Vec<u8> {
    let path = format!("/export/awards/{}.{extension}", edition["id"].as_str().unwrap());
    let bearer = [("authorization", format!("Bearer {}", office.access_token))];
    let answer = office.app.send("GET", &path, &bearer, Vec::new()).await;
    assert_eq!(answer.status, 200, "{path}");
    answer.bytes
}

async fn everything_verifies(app: &TestApp) {
    let db = &app.services.db;
    jenjang::feed::number(db).await.unwrap();
    let mut findings = Vec::new();
    auditor::verify(db, Witness::read("").unwrap(), &mut |finding| {
        findings.push(format!("{finding:?}"));
    })
    .await
    .unwrap();
    assert_eq!(findings, Vec::<String>::new());
    assert_eq!(certificates::inspect(db).await.unwrap().faults, Vec::<String>::new());
    assert_eq!(inspection::faults(db).await.unwrap(), Vec::<String>::new());
}

/// What was submitted of an entry.
async fn submitted(app: &TestApp, entry: &Value) -> (String, String) {
    let id = Kind::AwardEntry.uuid(&entry["id"].as_str().unwrap().into()).unwrap();
    let found = award_revision::Entity::find()
        .filter(award_revision::Column::EntryId.eq(id))
        .one(app.services.db.reader());
    let row = found.await.unwrap().unwrap();
    (row.content, row.sha256)
}

async fn a_name_goes_from_an_award_and_the_list_stays(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    with_admins(&app).await;
    app.employs(&[
        ("ketua.35", "35", entity::enums::Function::Head),
        ("observer.35", "35", entity::enums::Function::Observer),
        ("head.35.01", "35.01", entity::enums::Function::Head),
    ])
    .await;
    let (admin, second) = (app.office("admin.ri").await, app.office("admin2.ri").await);
    let (head, other) = (app.office("head.35").await, app.office("ketua.35").await);
    let rubric = rubrics::publishes(&head, "teladan").await;
    let mut people = judged("Humas teladan", &rubric);
    people["recipient"] = json!("PERSON");
    let edition = opens(&head, &[people]).await;
    let category = &edition["categories"][0];
    let mut entered = Vec::new();
    for (code, name) in [("35.02", NAME), ("35.09", "Tono Wening")] {
        let unit = app.office(&format!("head.{code}")).await;
        let entry = nominates(&unit, category, json!({ "name": name, "statement": "Rajin." }))
            .await
            .unwrap();
        let entry = entries::does(&unit, "submitAwardEntry", &entry, json!({}))
            .await
            .unwrap();
        let verdict = json!({ "verdict": "ELIGIBLE" });
        entered.push(entries::does(&head, "verifyAwardEntry", &entry, verdict).await.unwrap());
    }
    let before = submitted(&app, &entered[0]).await;
    // A draft of another unit names her, too.
    let unit = app.office("head.35.01").await;
    let draft = nominates(&unit, category, json!({ "name": "SARI WENING", "statement": "Rajin." }))
        .await
        .unwrap();
    verifying(&app, &edition).await;
    let edition = steps(&head, "openJudging", &edition).await.unwrap();
    let panel = appoints(&head, &panels(&head).await[0], &["staff.35", "observer.35"]).await;
    for (name, score) in [("staff.35", 5), ("observer.35", 4)] {
        let juror = app.office(name).await;
        completes(&juror, "35.02", score).await;
        completes(&juror, "35.09", score - 2).await;
    }
    head.command("closeJudging", PANEL, on_panel(&panel, json!({})))
        .await
        .unwrap();
    let edition = does(&head, "computeRanking", &edition, json!({})).await;
    let sha256 = lists(&head, &edition).await[0]["sha256"].clone();
    let edition = does(&other, "ratifyAwards", &edition, json!({ "sha256": sha256 })).await;
    let edition = does(&head, "announceAwards", &edition, json!({})).await;
    head.command(
        "issueCertificates",
        "edition { id }",
        json!({ "edition": edition["id"] }),
    )
    .await
    .unwrap();
    let document = "query($id: ID!) { awardEdition(id: $id) { awards { nodes { id version place name entry { name } unit { code } certificate { id code name } } } \
         lists { sha256 categories { inputsSha256 standings { name entry { name } score } } } } }";
    let shown = async || head.data(document, json!({ "id": edition["id"] })).await["awardEdition"].clone();
    let whole = shown().await;
    let bundle = String::from_utf8(file(&head, &edition, "json").await).unwrap();
    assert!(bundle.contains(NAME));
    let named_in = ["award.name", "award_entry.name", "certificate.name"];
    assert_eq!(occurs_in(&app, "sari wening").await, named_in.map(str::to_owned).into());

    let found = finds(&admin, "wening sari").await;
    let parts: Vec<_> = found.iter().map(|one| (&one["part"], &one["unit"]["code"])).collect();
    assert_eq!(
        parts,
        [
            (&json!("ENTRANT"), &json!("35.01")),
            (&json!("ENTRANT"), &json!("35.02"))
        ]
    );
    assert_eq!(
        (&found[1]["id"], &found[1]["host"]["code"], &found[1]["title"]),
        (&entered[0]["id"], &json!("35"), &Value::Null)
    );
    assert!(found[1]["event"].is_string() && found[1]["startsAt"].is_string());
    // A revocation that was proposed before is of the same award.
    let award = whole["awards"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|node| node["name"] == NAME)
        .unwrap();
    let input =
        json!({ "award": award["id"], "expectedVersion": award["version"], "reason": "Ternyata bukan karyanya." });
    let revocation = head.command("revokeAward", PROPOSAL, input).await.unwrap()["proposal"]["id"].clone();
    erases((&admin, &second), &[&found[0]["id"], &found[1]["id"]]).await;

    assert_eq!(occurs_in(&app, "sari wening").await, BTreeSet::new());
    assert_eq!(finds(&admin, "wening").await.len(), 1, "Tono is still honoured");
    assert_eq!(submitted(&app, &entered[0]).await, before, "what was submitted stands");
    everything_verifies(&app).await;
    let erased = shown().await;
    assert_eq!(erased["lists"][0]["sha256"], whole["lists"][0]["sha256"]);
    let standing = &erased["lists"][0]["categories"][0]["standings"][0];
    assert_eq!(
        standing["score"],
        whole["lists"][0]["categories"][0]["standings"][0]["score"]
    );
    assert_eq!(
        (&standing["name"], &standing["entry"]["name"]),
        (&Value::Null, &Value::Null)
    );
    let award = erased["awards"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|node| node["unit"]["code"] == "35.02")
        .unwrap();
    assert_eq!(
        (&award["place"], &award["name"], &award["certificate"]["name"]),
        (&json!(1), &Value::Null, &Value::Null)
    );
    // The bundle is the same but for the name, and comes to the same list.
    let after = String::from_utf8(file(&head, &edition, "json").await).unwrap();
    assert!(!after.contains("Sari"));
    let (told, now): (Value, Value) = (
        serde_json::from_str(&bundle).unwrap(),
        serde_json::from_str(&after).unwrap(),
    );
    for key in ["results", "resultsSha256", "rules"] {
        assert_eq!(told[key], now[key], "{key}");
    }
    let folder = tempfile::tempdir().unwrap();
    let (status, results, complaint) = by_binary(folder.path(), after.as_bytes());
    assert_eq!((status, complaint), (Some(0), String::new()));
    assert_eq!(by_binary(folder.path(), bundle.as_bytes()).1, results);
    assert_eq!(
        by_script(folder.path(), after.as_bytes()),
        (true, results, String::new())
    );
    let csv = String::from_utf8(file(&head, &edition, "csv").await).unwrap();
    assert!(csv.contains("Tono Wening") && !csv.contains("Sari"), "{csv}");
    let code = award["certificate"]["code"].as_str().unwrap();
    let headers = [("accept", "text/html".to_owned())];
    let page = app.send("GET", &format!("/verify/{code}"), &headers, Vec::new()).await;
    let page = String::from_utf8(page.bytes).unwrap();
    assert!(page.contains("(dihapus)") && page.contains("sah dan berlaku"), "{page}");

    // Nobody is given a name back by what is done next, and what names nobody is not submitted.
    decides(&other, "confirmProposal", revocation.as_str().unwrap())
        .await
        .unwrap();
    let stale = json!({ "id": draft["id"], "version": draft["version"] });
    let edit = entries::does(&unit, "editAwardEntry", &stale, json!({ "title": "Lain" })).await;
    assert!(edit.is_err(), "{edit:?}");
    assert_eq!(occurs_in(&app, "sari wening").await, BTreeSet::new());
    assert_eq!(acts(&app, ActKind::NamedPersonErased).await.len(), 1);
    everything_verifies(&app).await;
}

async fn an_entry_without_a_name_is_not_submitted(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    with_admins(&app).await;
    let (admin, second) = (app.office("admin.ri").await, app.office("admin2.ri").await);
    let (head, unit) = (app.office("head.35").await, app.office("head.35.02").await);
    let rubric = rubrics::publishes(&head, "mitra").await;
    let mut outsiders = judged("Media", &rubric);
    outsiders["recipient"] = json!("OUTSIDER");
    let edition = opens(&head, &[outsiders, judged("Media sosial", &rubric)]).await;
    let own = nominates(&unit, &edition["categories"][1], json!({ "statement": "Rajin." }))
        .await
        .unwrap();
    let entry = nominates(
        &unit,
        &edition["categories"][0],
        json!({ "name": NAME, "statement": "Rajin." }),
    )
    .await
    .unwrap();
    let wrong = json!({ "people": [entry["id"], own["id"]], "reason": "Diminta." });
    let refused = admin.command("eraseNamedPerson", PROPOSAL, wrong).await.unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.field.as_str()),
        ("NOT_FOUND", "people.1"),
        "a unit is no person"
    );
    erases((&admin, &second), &[&entry["id"]]).await;
    let document = "query($id: ID!) { node(id: $id) { ... on AwardEntry { id version name } } }";
    let read = unit.data(document, json!({ "id": entry["id"] })).await["node"].clone();
    assert_eq!((&read["name"], &read["version"]), (&Value::Null, &json!(2)));
    let submitted = entries::does(&unit, "submitAwardEntry", &read, json!({}))
        .await
        .unwrap_err();
    assert_eq!(
        (submitted.code.as_str(), submitted.field.as_str()),
        ("REQUIRED", "entry.name")
    );
    let named = entries::does(&unit, "editAwardEntry", &read, json!({ "name": "Harian Contoh" }))
        .await
        .unwrap();
    entries::does(&unit, "submitAwardEntry", &named, json!({}))
        .await
        .unwrap();
    everything_verifies(&app).await;
}

on_both_databases!(
    a_name_goes_from_an_award_and_the_list_stays,
    an_entry_without_a_name_is_not_submitted,
);
