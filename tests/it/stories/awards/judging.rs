//! Juries: who judges what, blind to each other, until a jury is closed and what it came to is known.
use std::sync::Arc;

use entity::{
    award_edition, award_entry, award_panel, award_revision,
    enums::{AwardEditionStatus, AwardEntryStatus, AwardOrigin, AwardRecipient, Function, Tier},
    score_sheet,
};
use jenjang::{
    audit::canonical_json,
    award::ranking::{inputs::Inputs, rank},
    clock::new_id,
    digest::sha256,
    graphql::id::Kind,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel, PaginatorTrait};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{EDITION, judged, news, opens, owned, reckoned, refusals, steps};
use crate::{
    on_both_databases,
    stories::rubrics,
    support::{Office, Refusal, TestApp, app::Variation, people::Tenure},
};

pub const PANEL: &str = "panel { id version status round unit { code } jurors { seat { id } } viewerCanChair }";
pub const SCORING: &str = "scoring { id version state candidate { unit { code } } }";

/// The row behind a global id.
pub fn row_of(kind: Kind, id: &Value) -> Uuid {
    kind.uuid(&id.as_str().unwrap().into()).unwrap()
}

/// Enters a unit in the category at a place of an edition, found eligible; the id of the entry.
pub async fn enters(app: &TestApp, edition: &Value, place: usize, code: &str) -> Uuid {
    let connection = app.services.db.reader();
    let (now, account) = (app.services.clock.now(), app.account("admin.ri").await.id);
    let category = row_of(Kind::AwardCategory, &edition["categories"][place]["id"]);
    let (id, revision) = (new_id(now), new_id(now));
    let content = format!("{{\"unit\":\"{code}\"}}");
    let entry = award_entry::Model {
        id,
        edition_id: row_of(Kind::AwardEdition, &edition["id"]),
        category_id: category,
        unit_id: app.unit(code),
        tier: Tier::KabupatenKota,
        provinsi_id: app.unit(&code[..2]),
        recipient: AwardRecipient::Unit,
        account_id: None,
        name: None,
        name_salt: None,
        origin: AwardOrigin::Own,
        nominator_id: app.unit(code),
        title: Some(format!("Kehumasan {code}")),
        statement: None,
        status: AwardEntryStatus::Eligible,
        revision_id: Some(revision),
        submitted_at: Some(now),
        submitted_by: Some(account),
        version: 3,
        created_at: now,
        created_by: account,
    };
    entry.into_active_model().insert(connection).await.unwrap();
    let revision = award_revision::Model {
        id: revision,
        entry_id: id,
        number: 1,
        sha256: sha256(&content),
        content,
        account_id: account,
        seat_id: app.seat_of("admin.ri").await,
        at: now,
    };
    revision.into_active_model().insert(connection).await.unwrap();
    id
}

/// Lets an entry stand somewhere.
async fn stands(app: &TestApp, entry: Uuid, status: AwardEntryStatus) {
    let row = award_entry::ActiveModel {
        id: Set(entry),
        status: Set(status),
        ..Default::default()
    };
    row.update(app.services.db.reader()).await.unwrap();
}

async fn status_of(app: &TestApp, entry: Uuid) -> (AwardEntryStatus, i32) {
    let found = award_entry::Entity::find_by_id(entry).one(app.services.db.reader());
    let found = found.await.unwrap().unwrap();
    (found.status, found.version)
}

/// Takes no entries any more, before the time that was promised.
pub async fn verifying(app: &TestApp, edition: &Value) {
    let row = award_edition::ActiveModel {
        id: Set(row_of(Kind::AwardEdition, &edition["id"])),
        status: Set(AwardEditionStatus::Verification),
        ..Default::default()
    };
    row.update(app.services.db.reader()).await.unwrap();
}

/// The juries an office knows of: in the list, and each as a node.
pub async fn panels(office: &Office<'_>) -> Vec<Value> {
    let fields = "id version status round unit { code } jurors { seat { id } } viewerCanChair acts { kind } \
         candidates { totalCount } inputs result";
    let document = format!("{{ awardPanels(first: 50) {{ totalCount nodes {{ {fields} }} }} }}");
    let list = office.data(&document, json!({})).await["awardPanels"].clone();
    let nodes = list["nodes"].as_array().unwrap().clone();
    assert_eq!(list["totalCount"], nodes.len(), "{}", office.name);
    for node in &nodes {
        assert!(is_node(office, &node["id"]).await, "{}", office.name);
    }
    nodes
}

/// Whether an office is shown something by its id.
pub async fn is_node(office: &Office<'_>, id: &Value) -> bool {
    let document = "query($id: ID!) { node(id: $id) { id } }";
    office.data(document, json!({ "id": id })).await["node"].is_object()
}

/// The jury of a unit, as an office reads it.
pub async fn panel_of(office: &Office<'_>, code: &str) -> Value {
    let found = panels(office).await;
    let found = found
        .into_iter()
        .find(|panel| panel["unit"]["code"] == code && panel["status"] == "OPEN");
    found.unwrap_or_else(|| panic!("{} knows no open jury of {code}", office.name))
}

/// What is before a jury, as an office reads it.
pub async fn candidates(office: &Office<'_>, panel: &Value, short: bool) -> Value {
    let document = "query($id: ID!, $short: Boolean!) { node(id: $id) { ... on AwardPanel { candidates(short: $short, first: 50) { totalCount \
         nodes { unit { code } listed sheetsComplete sheetsOpen outliers { scoring total median juror { id } } \
         sheets { juror { id } sheet { number total } } } } } } }";
    let variables = json!({ "id": panel["id"], "short": short });
    let found = office.data(document, variables).await["node"]["candidates"].clone();
    if found.is_object() {
        assert_eq!(found["totalCount"], found["nodes"].as_array().unwrap().len());
    }
    found["nodes"].clone()
}

pub fn of_unit<'v>(found: &'v Value, code: &str) -> &'v Value {
    let mut nodes = found.as_array().unwrap().iter();
    nodes.find(|node| node["unit"]["code"] == code).unwrap()
}

/// What an office judges: each scoring with the code of its unit.
pub async fn scorings(office: &Office<'_>) -> Vec<Value> {
    let document = "{ awardScorings(first: 50) { totalCount nodes { id version state sheets { number total } acts { kind reason } \
         candidate { unit { code } title content rubric { code } panel { status } } viewerCanSave viewerCanComplete } } }";
    let list = office.data(document, json!({})).await["awardScorings"].clone();
    let nodes = list["nodes"].as_array().unwrap().clone();
    assert_eq!(list["totalCount"], nodes.len(), "{}", office.name);
    nodes
}

/// The one about a unit.
pub async fn scoring(office: &Office<'_>, code: &str) -> Option<Value> {
    let found = scorings(office).await;
    found
        .into_iter()
        .find(|node| node["candidate"]["unit"]["code"] == code && node["candidate"]["panel"]["status"] == "OPEN")
}

/// Both criteria of the rubric at one score.
pub fn scores(score: i32) -> Value {
    let one = |criterion| json!({ "criterion": criterion, "score": score, "comment": "Lihat tautan." });
    json!([one("isi"), one("bukti")])
}

/// Saves both scores of what an office judges of a unit.
async fn saves(office: &Office<'_>, code: &str, score: i32) -> Result<Value, Refusal> {
    let of = scoring(office, code)
        .await
        .unwrap_or_else(|| panic!("{} does not judge {code}", office.name));
    let input = json!({ "scoring": of["id"], "expectedVersion": of["version"], "scores": scores(score) });
    Ok(office.command("saveAwardScores", SCORING, input).await?["scoring"].clone())
}

pub fn on_scoring(of: &Value) -> Value {
    json!({ "scoring": of["id"], "expectedVersion": of["version"] })
}

/// Saves and completes.
pub async fn completes(office: &Office<'_>, code: &str, score: i32) -> Value {
    let of = saves(office, code, score).await.unwrap();
    let payload = office
        .command("completeAwardScores", SCORING, on_scoring(&of))
        .await
        .unwrap();
    payload["scoring"].clone()
}

pub fn on_panel(panel: &Value, more: Value) -> Value {
    let mut input = json!({ "panel": panel["id"], "expectedVersion": panel["version"] });
    for (key, value) in more.as_object().unwrap() {
        input[key] = value.clone();
    }
    input
}

/// The seats of offices, as they are named.
pub async fn seats(app: &TestApp, names: &[&str]) -> Vec<String> {
    let mut seats = Vec::with_capacity(names.len());
    for name in names {
        seats.push(Kind::Seat.id(app.seat_of(name).await).to_string());
    }
    seats
}

pub async fn appoints(chair: &Office<'_>, panel: &Value, names: &[&str]) -> Value {
    let jurors = seats(chair.app, names).await;
    let input = on_panel(panel, json!({ "jurors": jurors }));
    chair.command("appointJurors", PANEL, input).await.unwrap()["panel"].clone()
}

/// Those of Jawa Timur that the demo has not.
pub async fn employs(app: &TestApp) {
    app.employs(&[
        ("observer.35", "35", Function::Observer),
        ("admin.35", "35", Function::Admin),
    ])
    .await;
}

async fn provinces_judge_first_and_then_ri(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    employs(&app).await;
    let coordinator = app.office("coordinator.ri").await;
    let (head, clerk, observer) = (
        app.office("head.35").await,
        app.office("staff.35").await,
        app.office("observer.35").await,
    );
    let (ponorogo, jember) = (app.office("head.35.02").await, app.office("head.35.09").await);
    let rubric = rubrics::publishes(&coordinator, "kehumasan").await;
    let mut category = judged("Media sosial", &rubric);
    category["shortlist"] = json!(1);
    category["outlierPoints"] = json!(20);
    let edition = opens(&coordinator, &[category, reckoned("Ketepatan", 3)]).await;
    let mut entries = Vec::new();
    for code in ["35.02", "35.09", "32.75", "32.76"] {
        entries.push(enters(&app, &edition, 0, code).await);
    }
    enters(&app, &edition, 1, "35.02").await;
    verifying(&app, &edition).await;

    // Every entry is verified first.
    stands(&app, entries[1], AwardEntryStatus::Returned).await;
    let early = steps(&coordinator, "openJudging", &edition).await.unwrap_err();
    assert_eq!(
        (early.code.as_str(), early.field.as_str()),
        ("WRONG_STATE", "edition.entries")
    );
    stands(&app, entries[1], AwardEntryStatus::Eligible).await;
    let edition = steps(&coordinator, "openJudging", &edition).await.unwrap();
    assert_eq!(edition["status"], "JUDGING");
    let again = steps(&coordinator, "openJudging", &edition).await.unwrap_err();
    assert_eq!(
        (again.code.as_str(), again.field.as_str()),
        ("WRONG_STATE", "edition.panels")
    );

    // The issuer knows of all juries, a province of its own, entrants of none.
    assert_eq!(panels(&coordinator).await.len(), 3);
    let panel = panel_of(&head, "35").await;
    assert_eq!(
        (&panel["round"], &panel["viewerCanChair"]),
        (&json!("PROVINSI"), &json!(true))
    );
    assert_eq!(panels(&head).await.len(), 1);
    assert_eq!(panels(&observer).await[0]["candidates"], Value::Null);
    for office in [&ponorogo, &jember, &app.office("head.32.75").await] {
        assert!(panels(office).await.is_empty(), "{}", office.name);
        assert!(!is_node(office, &panel["id"]).await, "{}", office.name);
    }
    assert_eq!(
        candidates(&coordinator, &panel, false).await,
        Value::Null,
        "how far a jury is is for who chairs it"
    );
    assert_eq!(candidates(&head, &panel, true).await.as_array().unwrap().len(), 2);

    // Whoever chairs does not judge, experts judge for RI, and nobody judges twice.
    let named = seats(&app, &["head.35", "expert1.ri", "admin.35", "staff.35", "staff.35"]).await;
    let input = on_panel(&panel, json!({ "jurors": named }));
    let expected = owned([
        ("INVALID", "jurors.0"),
        ("INVALID", "jurors.1"),
        ("INVALID", "jurors.2"),
        ("INVALID", "jurors.4"),
    ]);
    assert_eq!(refusals(&head, "appointJurors", input).await, expected);
    let panel = appoints(&head, &panel, &["staff.35", "observer.35", "head.35.09"]).await;
    assert_eq!(panel["jurors"].as_array().unwrap().len(), 3);
    let twice = on_panel(&panel, json!({ "jurors": seats(&app, &["staff.35"]).await }));
    assert_eq!(
        refusals(&head, "appointJurors", twice).await,
        owned([("ALREADY_EXISTS", "jurors.0")])
    );

    // Jember judges Ponorogo and not itself; nobody is told of it as of a review.
    assert_eq!(scorings(&clerk).await.len(), 2);
    let of_jember = scorings(&jember).await;
    assert_eq!(of_jember.len(), 1);
    assert_eq!(of_jember[0]["candidate"]["unit"]["code"], "35.02");
    assert_eq!(of_jember[0]["candidate"]["content"], "{\"unit\":\"35.02\"}");
    assert_eq!(of_jember[0]["candidate"]["rubric"]["code"], "kehumasan");
    let not_own = scoring(&clerk, "35.09").await.unwrap();
    for office in [&jember, &ponorogo, &observer, &head, &coordinator] {
        assert!(!is_node(office, &not_own["id"]).await, "{}", office.name);
    }
    let foreign = json!({ "scoring": not_own["id"], "expectedVersion": 1, "scores": scores(3) });
    let refused = jember.command("saveAwardScores", SCORING, foreign).await.unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.field.as_str()),
        ("NOT_FOUND", "scoring")
    );

    // A sheet is told everything that is wrong with it.
    let of = scoring(&clerk, "35.02").await.unwrap();
    let wrong = json!({ "scoring": of["id"], "expectedVersion": of["version"], "scores": [{ "criterion": "isi", "score": 9 }, { "criterion": "gaya" }] });
    let expected = owned([("INVALID", "scores.isi.score"), ("INVALID", "scores.gaya")]);
    assert_eq!(refusals(&clerk, "saveAwardScores", wrong).await, expected);
    let early = clerk
        .command("completeAwardScores", SCORING, on_scoring(&of))
        .await
        .unwrap_err();
    assert_eq!((early.code.as_str(), early.field.as_str()), ("WRONG_STATE", "scoring"));
    assert_eq!(completes(&clerk, "35.02", 5).await["state"], "COMPLETE");
    completes(&jember, "35.02", 5).await;
    completes(&observer, "35.02", 1).await;
    completes(&clerk, "35.09", 3).await;
    saves(&observer, "35.09", 4).await.unwrap();

    // Blind to each other; who chairs sees who is short, and what lies apart.
    for office in [&clerk, &observer, &jember, &coordinator] {
        assert_eq!(candidates(office, &panel, false).await, Value::Null, "{}", office.name);
    }
    let found = candidates(&head, &panel, false).await;
    assert_eq!(
        (
            &of_unit(&found, "35.09")["sheetsComplete"],
            &of_unit(&found, "35.09")["sheetsOpen"]
        ),
        (&json!(1), &json!(1))
    );
    assert_eq!(of_unit(&found, "35.02")["sheets"], Value::Null);
    let apart = of_unit(&found, "35.02")["outliers"].clone();
    assert_eq!(apart.as_array().unwrap().len(), 1);
    assert_eq!(
        (&apart[0]["total"], &apart[0]["median"]),
        (&json!("0.00"), &json!("100.00"))
    );
    assert_eq!(candidates(&head, &panel, true).await.as_array().unwrap().len(), 1);
    let mut missing = refusals(&head, "closeJudging", on_panel(&panel, json!({}))).await;
    missing.sort();
    let place = missing[0].1.split('.').nth(2).unwrap().to_owned();
    let expected = [
        ("QUORUM_MISSING".to_owned(), format!("panel.candidates.{place}.sheets")),
        ("WRONG_STATE".to_owned(), format!("panel.candidates.{place}.scorings")),
    ];
    assert_eq!(missing, expected);

    // What lies apart is looked at again by its juror, with a reason; nothing else is.
    let reopen = |scoring: &Value, reason: &str| on_panel(&panel, json!({ "scoring": scoring, "reason": reason }));
    let close_by = scoring(&clerk, "35.02").await.unwrap()["id"].clone();
    let refused = head
        .command("reopenAwardScores", PANEL, reopen(&close_by, "Tinggi."))
        .await
        .unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.field.as_str()),
        ("WRONG_STATE", "scoring")
    );
    let silent = head
        .command("reopenAwardScores", PANEL, reopen(&apart[0]["scoring"], " "))
        .await
        .unwrap_err();
    assert_eq!((silent.code.as_str(), silent.field.as_str()), ("REQUIRED", "reason"));
    let payload = head
        .command(
            "reopenAwardScores",
            PANEL,
            reopen(&apart[0]["scoring"], "Jauh dari yang lain."),
        )
        .await;
    let panel = payload.unwrap()["panel"].clone();
    let reopened = scoring(&observer, "35.02").await.unwrap();
    assert_eq!(reopened["state"], "DRAFT");
    assert_eq!(
        reopened["sheets"],
        json!([{ "number": 1, "total": "0.00" }]),
        "it stays"
    );
    assert_eq!(reopened["acts"][0]["reason"], "Jauh dari yang lain.");
    let found = candidates(&head, &panel, false).await;
    assert_eq!(of_unit(&found, "35.02")["sheetsComplete"], 2, "it does not count");
    completes(&observer, "35.02", 4).await;
    completes(&observer, "35.09", 4).await;
    let sheets = score_sheet::Entity::find()
        .count(app.services.db.reader())
        .await
        .unwrap();
    assert_eq!(sheets, 6, "none was overwritten");

    // Closed: the shortlist is within the quota, and can be recomputed from what is kept.
    let input = on_panel(&panel, json!({}));
    let closed = head.command("closeJudging", PANEL, input).await.unwrap()["panel"].clone();
    assert_eq!(
        (&closed["status"], &closed["viewerCanChair"]),
        (&json!("CLOSED"), &json!(false))
    );
    assert_eq!(status_of(&app, entries[0]).await, (AwardEntryStatus::Shortlisted, 3));
    assert_eq!(status_of(&app, entries[1]).await, (AwardEntryStatus::NotListed, 3));
    let row = award_panel::Entity::find_by_id(row_of(Kind::AwardPanel, &closed["id"]));
    let row = row.one(app.services.db.reader()).await.unwrap().unwrap();
    let inputs: Inputs = serde_json::from_str(row.inputs.as_deref().unwrap()).unwrap();
    assert_eq!(
        canonical_json(&rank(&inputs).unwrap()).unwrap(),
        row.result.clone().unwrap()
    );
    let account = app.account("staff.35").await.id.to_string();
    assert!(!row.inputs.unwrap().contains(&account), "jurors have no names in it");
    for office in [&head, &coordinator] {
        let found = candidates(office, &closed, false).await;
        let listed = of_unit(&found, "35.02");
        assert_eq!(listed["listed"], true, "{}", office.name);
        assert_eq!(of_unit(&found, "35.09")["listed"], false);
        let totals: Vec<&Value> = listed["sheets"]
            .as_array()
            .unwrap()
            .iter()
            .map(|sheet| &sheet["sheet"]["total"])
            .collect();
        assert_eq!(totals.len(), 3);
        assert!(totals.contains(&&json!("75.00")) && !totals.contains(&&json!("0.00")));
    }
    for office in [&clerk, &observer, &jember] {
        assert_eq!(candidates(office, &closed, false).await, Value::Null, "{}", office.name);
    }
    assert!(!is_node(&ponorogo, &closed["id"]).await);
    let late = clerk
        .command(
            "saveAwardScores",
            SCORING,
            json!({ "scoring": close_by, "expectedVersion": 3 }),
        )
        .await;
    assert_eq!(late.unwrap_err().code, "WRONG_STATE");

    // The other province, then RI.
    let west = app.office("head.32").await;
    let of_west = panel_of(&west, "32").await;
    // Nobody judges what they submitted.
    let submitted = award_entry::ActiveModel {
        id: Set(entries[3]),
        submitted_by: Set(Some(app.account("staff.32").await.id)),
        ..Default::default()
    };
    submitted.update(app.services.db.reader()).await.unwrap();
    let of_west = appoints(&west, &of_west, &["staff.32", "observer.32", "head.32.75"]).await;
    let (own, third, regency) = (
        app.office("staff.32").await,
        app.office("observer.32").await,
        app.office("head.32.75").await,
    );
    assert_eq!(scorings(&own).await.len(), 1);
    completes(&own, "32.75", 4).await;
    completes(&third, "32.75", 4).await;
    completes(&third, "32.76", 2).await;
    completes(&regency, "32.76", 2).await;
    west.command("closeJudging", PANEL, on_panel(&of_west, json!({})))
        .await
        .unwrap();
    let edition = steps(&coordinator, "openJudging", &edition).await.unwrap();
    let third = steps(&coordinator, "openJudging", &edition).await.unwrap_err();
    assert_eq!((third.code.as_str(), third.field.as_str()), ("WRONG_STATE", "edition"));
    let national = panels(&coordinator).await.into_iter();
    let national: Vec<Value> = national
        .filter(|panel| panel["unit"]["code"] == "RI" && panel["candidates"]["totalCount"] == 2)
        .collect();
    assert_eq!(national.len(), 1);
    let (first, second) = (app.office("expert1.ri").await, app.office("expert2.ri").await);
    let panel = appoints(&coordinator, &national[0], &["expert1.ri", "expert2.ri", "staff.35"]).await;
    assert_eq!(scorings(&first).await.len(), 2);
    assert!(
        scoring(&clerk, "35.02").await.is_none(),
        "a juror of the province judges none of it for RI"
    );
    completes(&first, "35.02", 4).await;
    completes(&first, "32.75", 3).await;
    completes(&second, "35.02", 4).await;
    completes(&second, "32.75", 4).await;
    saves(&clerk, "32.75", 5).await.unwrap();

    // A conflict of interest that is declared afterwards takes the sheet along.
    let home =
        json!({ "kind": "HOME_PROVINCE", "unit": coordinator.unit("32").await, "reason": "Berasal dari Jawa Barat." });
    let of_home = scoring(&first, "32.75").await.unwrap();
    first.command("declareConflict", "conflict { id }", home).await.unwrap();
    assert!(scoring(&first, "32.75").await.is_none());
    assert!(!is_node(&first, &of_home["id"]).await);
    let found = candidates(&coordinator, &panel, false).await;
    assert_eq!(of_unit(&found, "32.75")["sheetsComplete"], 1);
    assert_eq!(of_unit(&found, "35.02")["sheetsComplete"], 2);
    let missing = refusals(&coordinator, "closeJudging", on_panel(&panel, json!({}))).await;
    assert_eq!(missing.len(), 2, "{missing:?}");
    let waiting = scoring(&clerk, "32.75").await.unwrap();
    clerk
        .command("completeAwardScores", SCORING, on_scoring(&waiting))
        .await
        .unwrap();
    let panel = coordinator
        .command("closeJudging", PANEL, on_panel(&panel, json!({})))
        .await
        .unwrap()["panel"]
        .clone();
    let found = candidates(&coordinator, &panel, false).await;
    assert_eq!(of_unit(&found, "32.75")["sheets"].as_array().unwrap().len(), 2);
    assert_eq!(of_unit(&found, "32.75")["listed"], Value::Null);

    // None of it is a review of a report, and nobody was told of it as of one.
    for office in [&first, &coordinator] {
        let data = office.data("{ reviewAssignments { totalCount } }", json!({})).await;
        assert_eq!(data["reviewAssignments"]["totalCount"], 0, "{}", office.name);
        assert!(
            !is_node(
                office,
                &json!(Kind::ReviewAssignment.id(row_of(Kind::AwardScoring, &of_home["id"])))
            )
            .await
        );
    }
    news::tell(&app).await;
    let document = "{ viewer { notices(first: 50) { nodes { kind } } } }";
    for office in [&first, &second, &coordinator] {
        let notices = office.data(document, json!({})).await["viewer"]["notices"]["nodes"].clone();
        let of_reviews = |notice: &&Value| notice["kind"].as_str().unwrap().starts_with("REVIEW_");
        assert_eq!(
            notices.as_array().unwrap().iter().filter(of_reviews).count(),
            0,
            "{notices}"
        );
    }
    for office in [&head, &ponorogo, &jember] {
        let shown = news::changes(office).await;
        let of_judging = |change: &&(String, String)| change.0.contains("JUDG") || change.0.contains("SCOR");
        assert_eq!(shown.iter().filter(of_judging).count(), 0, "{shown:?}");
    }
}

/// An edition of Jawa Timur with one jury, and its jury.
pub async fn of_one_jury(app: &TestApp, codes: &[&str]) -> (Value, Value) {
    employs(app).await;
    let head = app.office("head.35").await;
    let rubric = rubrics::publishes(&head, "lomba").await;
    let edition = opens(&head, &[judged("Media sosial", &rubric)]).await;
    for code in codes {
        enters(app, &edition, 0, code).await;
    }
    verifying(app, &edition).await;
    let edition = steps(&head, "openJudging", &edition).await.unwrap();
    let panel = panel_of(&head, "35").await;
    (edition, panel)
}

async fn a_jury_is_closed_or_a_score_changes(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let (_edition, panel) = of_one_jury(&app, &["35.02"]).await;
    let other = TestApp::on(Arc::clone(&app.database), Variation::unthrottled()).await;
    let head = app.office("head.35").await;
    let panel = appoints(&head, &panel, &["staff.35", "observer.35", "head.35.09"]).await;
    let (clerk, observer) = (other.office("staff.35").await, other.office("observer.35").await);
    completes(&clerk, "35.02", 4).await;
    completes(&app.office("head.35.09").await, "35.02", 4).await;
    let of = saves(&observer, "35.02", 3).await.unwrap();
    // Completing what closing waits for: it is done, and closing came before it in vain or after it.
    let (done, closed) = tokio::join!(
        observer.command("completeAwardScores", SCORING, on_scoring(&of)),
        head.command("closeJudging", PANEL, on_panel(&panel, json!({}))),
    );
    done.unwrap();
    if let Err(refusal) = closed {
        assert_eq!(refusal.code, "WRONG_STATE");
        // Changing a complete sheet, and closing: one of the two.
        let of = scoring(&clerk, "35.02").await.unwrap();
        let mut anew = on_scoring(&of);
        anew["scores"] = scores(2);
        let (saved, closed) = tokio::join!(
            clerk.command("saveAwardScores", SCORING, anew),
            head.command("closeJudging", PANEL, on_panel(&panel, json!({}))),
        );
        assert_ne!(saved.is_ok(), closed.is_ok(), "{saved:?} {closed:?}");
        if closed.is_err() {
            completes(&clerk, "35.02", 2).await;
            head.command("closeJudging", PANEL, on_panel(&panel, json!({})))
                .await
                .unwrap();
        }
    }
    let panel = panels(&head).await.remove(0);
    assert_eq!(panel["status"], "CLOSED");
    let found = candidates(&head, &panel, false).await;
    assert_eq!(of_unit(&found, "35.02")["sheets"].as_array().unwrap().len(), 3);
    assert_eq!(of_unit(&found, "35.02")["sheetsOpen"], 0);
    other.stop().await;
}

async fn a_juror_who_goes_leaves_what_is_complete(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let (_edition, panel) = of_one_jury(&app, &["35.02", "35.09"]).await;
    let head = app.office("head.35").await;
    let panel = appoints(&head, &panel, &["staff.35", "observer.35"]).await;
    let (clerk, observer) = (app.office("staff.35").await, app.office("observer.35").await);
    completes(&clerk, "35.02", 4).await;
    saves(&clerk, "35.09", 4).await.unwrap();
    completes(&observer, "35.02", 4).await;
    // Recusing owes a reason; what was scored does not count any more.
    let of = scoring(&observer, "35.02").await.unwrap();
    let mut recuse = on_scoring(&of);
    recuse["reason"] = json!("");
    assert_eq!(
        refusals(&observer, "recuseFromAward", recuse.clone()).await,
        owned([("REQUIRED", "reason")])
    );
    recuse["reason"] = json!("Saudara bekerja di sana.");
    let over = observer.command("recuseFromAward", SCORING, recuse).await.unwrap()["scoring"].clone();
    assert_eq!((&over["state"], &over["candidate"]), (&json!("OVER"), &Value::Null));
    assert!(scoring(&observer, "35.02").await.is_none());
    let juror = seats(&app, &["staff.35"]).await.remove(0);
    let removal = on_panel(&panel, json!({ "juror": juror, "reason": "Cuti." }));
    let panel = head.command("removeJuror", PANEL, removal).await.unwrap()["panel"].clone();
    assert_eq!(panel["jurors"].as_array().unwrap().len(), 1);
    assert!(scorings(&clerk).await.is_empty(), "who is no juror reads nothing");
    let kinds = json!([{ "kind": "APPOINT_JUROR" }, { "kind": "APPOINT_JUROR" }, { "kind": "REMOVE_JUROR" }]);
    assert_eq!(panels(&head).await[0]["acts"], kinds);
    let found = candidates(&head, &panel, false).await;
    assert_eq!(of_unit(&found, "35.02")["sheetsComplete"], 1, "it stays and counts");
    assert_eq!(of_unit(&found, "35.09")["sheetsOpen"], 1, "the other juror's alone");

    // Whoever comes to sit in what is judged is out at once, and recused when the jury is closed.
    app.employs(&[
        ("juror.35", "35", Function::Staff),
        ("tamu.32", "32.75", Function::Staff),
    ])
    .await;
    let panel = appoints(&head, &panel, &["juror.35"]).await;
    let guest = on_panel(&panel, json!({ "jurors": seats(&app, &["tamu.32"]).await }));
    assert_eq!(
        refusals(&head, "appointJurors", guest).await,
        owned([("INVALID", "jurors.0")]),
        "beneath another province"
    );
    let juror = app.office("juror.35").await;
    completes(&juror, "35.02", 4).await;
    completes(&juror, "35.09", 4).await;
    let seat = app.makes_seat("35.09", Function::Staff).await;
    app.appoints("juror.35", seat, Tenure::SETTLED).await;
    app.reload_directory().await;
    let juror = app.office("juror.35").await;
    assert!(scoring(&juror, "35.09").await.is_none());
    assert!(scoring(&juror, "35.02").await.is_some());
    completes(&observer, "35.09", 4).await;
    let missing = refusals(&head, "closeJudging", on_panel(&panel, json!({}))).await;
    assert_eq!(
        missing.len(),
        1,
        "the sheet of who sits there does not count: {missing:?}"
    );
    assert_eq!(missing[0].0, "QUORUM_MISSING");
    let panel = appoints(&head, &panel, &["head.35.02"]).await;
    completes(&app.office("head.35.02").await, "35.09", 3).await;
    head.command("closeJudging", PANEL, on_panel(&panel, json!({})))
        .await
        .unwrap();
}

/// The lists of an edition, as an office reads them.
async fn list_count(office: &Office<'_>, edition: &Value) -> usize {
    let document = "query($id: ID!) { awardEdition(id: $id) { lists { number } } }";
    let data = office.data(document, json!({ "id": edition["id"] })).await;
    data["awardEdition"]["lists"].as_array().unwrap().len()
}

async fn a_conflict_that_is_known_too_late_opens_the_jury_again(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let (edition, panel) = of_one_jury(&app, &["35.02", "35.09"]).await;
    let (head, observer) = (app.office("head.35").await, app.office("observer.35").await);
    let home = |unit: String| json!({ "kind": "FAMILY", "unit": unit, "reason": "Saudara bekerja di sana." });
    let jember = head.unit("35.09").await;
    let early = observer
        .command("declareConflict", "conflict { id }", home(jember.clone()))
        .await;
    assert_eq!(
        early.unwrap_err().code,
        "FORBIDDEN",
        "who judges nothing declares nothing"
    );
    let panel = appoints(&head, &panel, &["staff.35", "observer.35"]).await;
    let clerk = app.office("staff.35").await;
    for office in [&clerk, &observer] {
        completes(office, "35.02", 4).await;
        completes(office, "35.09", 3).await;
    }
    let open = on_panel(&panel, json!({ "reason": "Ada benturan." }));
    assert_eq!(
        refusals(&head, "reopenJudging", open).await,
        owned([("WRONG_STATE", "panel")])
    );
    let panel = head
        .command("closeJudging", PANEL, on_panel(&panel, json!({})))
        .await
        .unwrap()["panel"]
        .clone();
    let because = |panel: &Value| on_panel(panel, json!({ "reason": "Ada benturan kepentingan." }));
    assert_eq!(
        refusals(&head, "reopenJudging", because(&panel)).await,
        owned([("WRONG_STATE", "panel")]),
        "no sheet is missing"
    );

    // A juror of the province says so only now: that sheet counts no more, and the ranking says what to do.
    observer
        .command("declareConflict", "conflict { id }", home(jember))
        .await
        .unwrap();
    let seen = head
        .data(
            "query($id: ID!) { awardEdition(id: $id) { version } }",
            json!({ "id": edition["id"] }),
        )
        .await;
    let compute = json!({ "edition": edition["id"], "expectedVersion": seen["awardEdition"]["version"] });
    let answer = head
        .post_command("computeRanking", EDITION, compute.clone(), None)
        .await
        .json();
    let errors = &answer["data"]["computeRanking"]["userErrors"];
    assert_eq!(errors[0]["code"], "QUORUM_MISSING", "{answer}");
    assert!(
        errors[0]["message"]
            .as_str()
            .unwrap()
            .contains("buka kembali penjuriannya"),
        "{answer}"
    );
    let current = panels(&head).await.remove(0);
    let nameless = on_panel(&current, json!({ "reason": " " }));
    assert_eq!(
        refusals(&head, "reopenJudging", nameless).await,
        owned([("REQUIRED", "reason")])
    );
    let opened = head.command("reopenJudging", PANEL, because(&current)).await.unwrap()["panel"].clone();
    assert_eq!(opened["status"], "OPEN");
    let acts = panels(&head).await.remove(0)["acts"].clone();
    assert_eq!(acts.as_array().unwrap().last().unwrap()["kind"], "REOPEN_JUDGING");
    assert_eq!(
        candidates(&head, &opened, true).await.as_array().unwrap().len(),
        1,
        "one entry lacks a sheet"
    );
    let found = candidates(&head, &opened, false).await;
    assert_eq!(
        of_unit(&found, "35.02")["sheetsComplete"],
        2,
        "what was completed stays"
    );
    let opened = appoints(&head, &opened, &["head.35.02"]).await;
    completes(&app.office("head.35.02").await, "35.09", 5).await;
    let closed = head
        .command("closeJudging", PANEL, on_panel(&opened, json!({})))
        .await
        .unwrap();
    assert_eq!(closed["panel"]["status"], "CLOSED");
    head.command("computeRanking", EDITION, compute).await.unwrap();
    assert_eq!(list_count(&head, &edition).await, 1);
    assert_eq!(
        refusals(&head, "reopenJudging", because(&closed["panel"])).await,
        owned([("WRONG_STATE", "panel")]),
        "what was computed stands"
    );
}

async fn figures_are_frozen_and_what_nobody_scores_needs_no_juror(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let coordinator = app.office("coordinator.ri").await;
    let edition = opens(&coordinator, &[reckoned("Ketepatan", 3), reckoned("Kedisiplinan", 3)]).await;
    let directory = app.services.directory.load();
    let regencies = directory
        .tree
        .all()
        .iter()
        .filter(|unit| unit.code.starts_with("32.") && unit.tier == Tier::KabupatenKota);
    let codes: Vec<String> = regencies.map(|unit| unit.code.clone()).collect();
    for code in &codes {
        enters(&app, &edition, 0, code).await;
        enters(&app, &edition, 1, code).await;
    }
    verifying(&app, &edition).await;
    let edition = steps(&coordinator, "openJudging", &edition).await.unwrap();
    let statements = app.last_statements().len();
    assert!(statements < 45, "{statements} for {} entries", 2 * codes.len());
    let found = panels(&coordinator).await;
    assert_eq!(found.len(), 2);
    let document = "query($id: ID!) { node(id: $id) { ... on AwardPanel { candidates(first: 1) { totalCount nodes { figures { criterion figure } } } } } }";
    let data = coordinator.data(document, json!({ "id": found[0]["id"] })).await;
    assert_eq!(data["node"]["candidates"]["totalCount"], codes.len());
    let figures = &data["node"]["candidates"]["nodes"][0]["figures"];
    assert_eq!(figures, &json!([{ "criterion": "tepat-waktu", "figure": "0.00" }]));
    let expert = on_panel(&found[0], json!({ "jurors": seats(&app, &["expert1.ri"]).await }));
    assert_eq!(
        refusals(&coordinator, "appointJurors", expert).await,
        owned([("WRONG_STATE", "panel")])
    );
    let closed = coordinator
        .command("closeJudging", PANEL, on_panel(&found[0], json!({})))
        .await
        .unwrap();
    assert_eq!(closed["panel"]["status"], "CLOSED");
    let again = coordinator
        .command("closeJudging", PANEL, on_panel(&closed["panel"], json!({})))
        .await
        .unwrap_err();
    assert_eq!((again.code.as_str(), again.field.as_str()), ("WRONG_STATE", "panel"));
    let void =
        json!({ "edition": edition["id"], "expectedVersion": edition["version"], "reason": "Anggaran ditiadakan" });
    coordinator.command("voidAwardEdition", EDITION, void).await.unwrap();
    let open = panels(&coordinator)
        .await
        .into_iter()
        .find(|panel| panel["status"] == "OPEN")
        .unwrap();
    let late = coordinator
        .command("closeJudging", PANEL, on_panel(&open, json!({})))
        .await
        .unwrap_err();
    assert_eq!((late.code.as_str(), late.field.as_str()), ("WRONG_STATE", "panel"));
}

on_both_databases!(
    provinces_judge_first_and_then_ri,
    a_jury_is_closed_or_a_score_changes,
    a_juror_who_goes_leaves_what_is_complete,
    figures_are_frozen_and_what_nobody_scores_needs_no_juror,
    a_conflict_that_is_known_too_late_opens_the_jury_again,
);
