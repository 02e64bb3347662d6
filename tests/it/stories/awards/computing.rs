//! What an edition comes to: computed by one person, ratified by another, announced to everybody at once, and reckoned again by
//! anybody; and nothing of it is known before.
use std::{collections::BTreeMap, sync::Arc};

use chrono::Duration;
use entity::{
    award, award_candidate, award_category, award_edition, award_entry, award_panel,
    enums::{
        AssignmentState, AwardEditionStatus, AwardEntryStatus, AwardHonour, AwardOrigin, AwardPanelStatus,
        AwardRecipient, AwardRound, Function, ReviewSubjectType, Tier,
    },
    review_assignment,
    rubric::Scores,
    score_sheet,
};
use jenjang::{
    award::ranking::bundle,
    clock::{Clock, StillClock, SystemClock, new_id},
    digest::sha256,
    graphql::id::Kind,
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{EDITION, drafts, judged, owned, plan, reckoned, refusals, steps};
use crate::{
    on_both_databases,
    recomputing::{by_binary, by_script},
    stories::{events, rubrics},
    support::{
        Office, TestApp,
        app::{Answer, Variation},
    },
};

const LISTS: &str = "lists { number status sha256 computedBy { id } ratifiedBy { id } letter { number } announcedAt categories { \
     category { title } ranked calibratedMean jurors { juror sheets mean shift } \
     standings { unit { code } name position outcome place score points parts { criterion figure raw } decided { by criterion margin } } \
     cut { winner { unit { code } } next { unit { code } } decided { by margin } } } }";

fn uuid(kind: Kind, id: &Value) -> Uuid {
    kind.uuid(&id.as_str().unwrap().into()).unwrap()
}

/// The lists an office is shown of an edition, and where it stands.
pub async fn lists(office: &Office<'_>, edition: &Value) -> Vec<Value> {
    let document = format!("query($id: ID!) {{ awardEdition(id: $id) {{ {LISTS} }} }}");
    let read = office.data(&document, json!({ "id": edition["id"] })).await;
    read["awardEdition"]["lists"].as_array().unwrap().clone()
}

async fn exported(office: &Office<'_>, edition: &Value) -> Answer {
    let bearer = [("authorization", format!("Bearer {}", office.access_token))];
    let path = format!("/export/awards/{}.json", edition["id"].as_str().unwrap());
    office.app.send("GET", &path, &bearer, Vec::new()).await
}

async fn categories(app: &TestApp, edition: &Value) -> Vec<award_category::Model> {
    let of_edition = award_category::Entity::find()
        .filter(award_category::Column::EditionId.eq(uuid(Kind::AwardEdition, &edition["id"])));
    let mut rows = of_edition.all(app.services.db.reader()).await.unwrap();
    rows.sort_by_key(|row| row.position);
    rows
}

/// An edition comes before its juries, as if they had been opened: with a jury of the issuer for each category.
pub async fn juries(app: &TestApp, edition: &Value) -> Vec<award_panel::Model> {
    let (id, connection) = (uuid(Kind::AwardEdition, &edition["id"]), app.services.db.reader());
    let row = award_edition::Entity::find_by_id(id)
        .one(connection)
        .await
        .unwrap()
        .unwrap();
    let now = app.services.clock.now();
    let mut panels = Vec::new();
    for category in categories(app, edition).await {
        let panel = award_panel::Model {
            id: new_id(now),
            edition_id: id,
            category_id: category.id,
            unit_id: row.unit_id,
            round: AwardRound::Issuer,
            status: AwardPanelStatus::Open,
            opened_at: now,
            closed_at: None,
            inputs: None,
            result: None,
            version: 1,
        };
        panel.clone().into_active_model().insert(connection).await.unwrap();
        panels.push(panel);
    }
    award_edition::Entity::update_many()
        .col_expr(award_edition::Column::Status, Expr::value(AwardEditionStatus::Judging))
        .filter(award_edition::Column::Id.eq(id))
        .exec(connection)
        .await
        .unwrap();
    panels
}

/// A unit stands before a jury, with the figures of its indicators; the candidate.
pub async fn stands(
    app: &TestApp,
    panel: &award_panel::Model,
    code: &str,
    figures: &[(&str, &str)],
) -> award_candidate::Model {
    let (now, connection) = (app.services.clock.now(), app.services.db.reader());
    let (unit, maker) = (app.unit(code), app.account("head.35").await.id);
    let entry = award_entry::Model {
        id: new_id(now),
        edition_id: panel.edition_id,
        category_id: panel.category_id,
        unit_id: unit,
        tier: Tier::KabupatenKota,
        provinsi_id: app.unit("35"),
        recipient: AwardRecipient::Unit,
        account_id: None,
        name: None,
        name_salt: None,
        origin: AwardOrigin::Automatic,
        nominator_id: unit,
        title: None,
        statement: None,
        status: AwardEntryStatus::Eligible,
        revision_id: Some(new_id(now)),
        submitted_at: Some(now),
        submitted_by: Some(maker),
        version: 3,
        created_at: now,
        created_by: maker,
    };
    entry.clone().into_active_model().insert(connection).await.unwrap();
    let figures = figures
        .iter()
        .map(|(key, figure)| ((*key).to_owned(), (*figure).to_owned()));
    let candidate = award_candidate::Model {
        id: new_id(now),
        panel_id: panel.id,
        entry_id: entry.id,
        unit_id: unit,
        figures: award_candidate::Figures(figures.collect::<BTreeMap<_, _>>()),
    };
    candidate.clone().into_active_model().insert(connection).await.unwrap();
    candidate
}

/// A juror's complete sheets of a candidate, the last of which counts.
pub async fn scores(app: &TestApp, rubric: &Value, candidate: &award_candidate::Model, juror: &str, totals: &[&str]) {
    let (now, connection) = (app.services.clock.now(), app.services.db.reader());
    let (account, seat) = (app.account(juror).await.id, app.seat_of(juror).await);
    let assignment = review_assignment::Model {
        id: new_id(now),
        subject_type: ReviewSubjectType::AwardCandidate,
        subject_id: candidate.id,
        unit_id: candidate.unit_id,
        seat_id: seat,
        account_id: account,
        lead: false,
        state: AssignmentState::Complete,
        due_on: None,
        assigned_by: account,
        assigned_at: now,
        updated_at: now,
        version: 1,
    };
    assignment.clone().into_active_model().insert(connection).await.unwrap();
    for (total, number) in totals.iter().zip(1..) {
        let sheet = score_sheet::Model {
            id: new_id(now),
            assignment_id: assignment.id,
            number,
            revision_id: new_id(now),
            rubric_id: uuid(Kind::Rubric, &rubric["id"]),
            scores: Scores::default(),
            comment: String::new(),
            total: (*total).to_owned(),
            content: "{}".to_owned(),
            sha256: String::new(),
            account_id: account,
            seat_id: seat,
            completed_at: now,
        };
        sheet.into_active_model().insert(connection).await.unwrap();
    }
}

/// All juries of an edition are done.
pub async fn close(app: &TestApp, edition: &Value) {
    award_panel::Entity::update_many()
        .col_expr(award_panel::Column::Status, Expr::value(AwardPanelStatus::Closed))
        .filter(award_panel::Column::EditionId.eq(uuid(Kind::AwardEdition, &edition["id"])))
        .exec(app.services.db.reader())
        .await
        .unwrap();
}

/// An edition of Jawa Timur whose rules are published: ranked places by a jury, and two equals by who submitted in time.
async fn published(office: &Office<'_>, rubric: &Value) -> Value {
    let mut by_jury = judged("Media sosial", rubric);
    by_jury["calibrationMinimum"] = json!(2);
    let input = plan(office, &[by_jury, reckoned("Ketepatan", 2)]);
    let edition = drafts(office, input).await.unwrap();
    steps(office, "publishAwardRules", &edition).await.unwrap()
}

/// Jawa Timur with a second HEAD and three jurors, in a time that stands still.
async fn jawa_timur(app: TestApp) -> (TestApp, StillClock) {
    let clock = StillClock::at(SystemClock.now());
    let variation = Variation {
        clock: Arc::new(clock.clone()),
        ..Variation::unthrottled()
    };
    let app = app.varied(variation).await;
    app.employs(&[
        ("ketua.35", "35", Function::Head),
        ("observer.35", "35", Function::Observer),
        ("juri1.35", "35", Function::Staff),
        ("juri2.35", "35", Function::Staff),
        ("juri3.35", "35", Function::Staff),
    ])
    .await;
    (app, clock)
}

const ENTRANTS: [&str; 5] = ["35.02", "35.09", "35.78", "35.01", "35.03"];

/// Five stand before the jury of the first category, three in the second; what there is to know, until somebody closes the juries.
async fn judged_by_three(app: &TestApp, edition: &Value, rubric: &Value) -> Vec<award_candidate::Model> {
    let panels = juries(app, edition).await;
    let totals = [
        ["60.00", "90.00"],
        ["70.00", "80.00"],
        ["50.00", "70.00"],
        ["40.00", "50.00"],
        ["30.00", "60.00"],
    ];
    let mut candidates = Vec::new();
    for (code, [harsh, lenient]) in ENTRANTS.into_iter().zip(totals) {
        let candidate = stands(app, &panels[0], code, &[]).await;
        scores(app, rubric, &candidate, "juri1.35", &["1.00", harsh]).await;
        scores(app, rubric, &candidate, "juri2.35", &[lenient]).await;
        candidates.push(candidate);
    }
    for (code, figure) in [("35.02", "100.00"), ("35.09", "90.00"), ("35.78", "90.00")] {
        candidates.push(stands(app, &panels[1], code, &[("tepat-waktu", figure)]).await);
    }
    candidates
}

async fn entries(app: &TestApp, edition: &Value) -> Vec<award_entry::Model> {
    let of_edition =
        award_entry::Entity::find().filter(award_entry::Column::EditionId.eq(uuid(Kind::AwardEdition, &edition["id"])));
    of_edition.all(app.services.db.reader()).await.unwrap()
}

async fn honours(app: &TestApp, edition: &Value) -> Vec<award::Model> {
    let of_edition =
        award::Entity::find().filter(award::Column::EditionId.eq(uuid(Kind::AwardEdition, &edition["id"])));
    of_edition.all(app.services.db.reader()).await.unwrap()
}

fn on(edition: &Value, more: &Value) -> Value {
    let mut input = json!({ "edition": edition["id"], "expectedVersion": edition["version"] });
    for (key, value) in more.as_object().unwrap() {
        input[key] = value.clone();
    }
    input
}

/// Does something to an edition, and gives what it is then.
pub async fn does(office: &Office<'_>, command: &str, edition: &Value, more: Value) -> Value {
    let payload = office.command(command, EDITION, on(edition, &more)).await;
    payload.unwrap_or_else(|refusal| panic!("{command}: {refusal:?}"))["edition"].clone()
}

fn codes(standings: &Value) -> Vec<&str> {
    let standings = standings.as_array().unwrap().iter();
    standings
        .map(|standing| standing["unit"]["code"].as_str().unwrap())
        .collect()
}

/// Nobody who does not command the edition is told anything of what it comes to.
async fn assert_nothing_leaks(app: &TestApp, edition: &Value, version: i32) {
    for name in ["staff.35", "observer.35", "head.35.02", "head.35.09", "coordinator.ri"] {
        let office = app.office(name).await;
        assert_eq!(lists(&office, edition).await, Vec::<Value>::new(), "{name}");
        let answer = exported(&office, edition).await;
        assert_eq!(answer.status, 404, "{name}");
        let changes = office
            .data(
                "{ changes(first: 100) { nodes { kind subject { __typename } } } }",
                json!({}),
            )
            .await;
        for word in ["RANK", "RATIF"] {
            assert!(!changes.to_string().contains(word), "{name}: {changes}");
        }
    }
    for entry in entries(app, edition).await {
        assert_eq!(entry.version, version, "a version would tell who was ranked");
    }
}

async fn a_list_is_ratified_by_another_and_announced_whole(app: TestApp) {
    let (app, clock) = jawa_timur(app).await;
    let (head, other) = (app.office("head.35").await, app.office("ketua.35").await);
    let rubric = rubrics::publishes(&head, "kehumasan").await;
    let edition = published(&head, &rubric).await;
    assert_eq!(
        refusals(&head, "computeRanking", on(&edition, &json!({}))).await,
        owned([("WRONG_STATE", "edition")])
    );
    let candidates = judged_by_three(&app, &edition, &rubric).await;
    let lonely = stands(&app, &juries_of(&app, &edition).await[0], "35.04", &[]).await;
    scores(&app, &rubric, &lonely, "juri3.35", &["100.00"]).await;
    assert_eq!(
        refusals(&head, "computeRanking", on(&edition, &json!({}))).await,
        owned([
            ("WRONG_STATE", "edition.categories.0"),
            ("QUORUM_MISSING", "edition.categories.0"),
            ("WRONG_STATE", "edition.categories.1"),
        ])
    );
    close(&app, &edition).await;
    assert_eq!(
        refusals(&head, "computeRanking", on(&edition, &json!({}))).await,
        owned([("QUORUM_MISSING", "edition.categories.0")]),
        "one sheet is too few"
    );
    scores(&app, &rubric, &lonely, "juri2.35", &["20.00"]).await;
    for office in ["staff.35", "observer.35", "head.35.09"] {
        let office = app.office(office).await;
        let refused = office
            .command("computeRanking", EDITION, on(&edition, &json!({})))
            .await;
        assert_eq!(refused.unwrap_err().code, "FORBIDDEN", "{}", office.name);
    }
    let ranked = does(&head, "computeRanking", &edition, json!({})).await;
    assert_eq!(ranked["status"], "RANKED");
    assert_nothing_leaks(&app, &edition, 3).await;
    assert_eq!(
        exported(&head, &edition).await.status,
        200,
        "who ratifies can reckon it before"
    );
    let read = lists(&other, &edition).await;
    let [list] = &read[..] else { panic!("{read:?}") };
    assert_eq!((&list["number"], &list["status"]), (&json!(1), &json!("COMPUTED")));
    let by_jury = &list["categories"][0];
    // J1 and J2 by chance: the harsh one has five sheets of 50 on average, the lenient one six of 61 2/3; the third stands outside.
    assert_eq!(by_jury["ranked"], 6);
    assert_eq!(by_jury["calibratedMean"], "56.363636");
    let shifts: Vec<&Value> = by_jury["jurors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|juror| &juror["shift"])
        .collect();
    for shift in [json!("6.363636"), json!("-5.303031"), Value::Null] {
        assert!(shifts.contains(&&shift), "{shift} of {shifts:?}");
    }
    assert_eq!(codes(&by_jury["standings"])[2..], ["35.78", "35.04"]);
    assert_eq!(by_jury["cut"]["winner"]["unit"]["code"], "35.78");
    let by_figure = &list["categories"][1];
    assert_eq!(by_figure["cut"]["decided"], json!({ "by": "LOT", "margin": null }));

    let sha = json!({ "sha256": list["sha256"] });
    let own = refusals(&head, "ratifyAwards", on(&ranked, &sha)).await;
    assert_eq!(own, owned([("OWN_WORK", "edition")]));
    let wrong = json!({ "sha256": sha256("lain"), "letter": { "number": " ", "date": "2024-06-01" } });
    assert_eq!(
        refusals(&other, "ratifyAwards", on(&ranked, &wrong)).await,
        owned([("INVALID", "sha256"), ("REQUIRED", "letter.number")])
    );
    let letter = json!({ "sha256": list["sha256"], "letter": { "number": "1/HM.00/2024", "date": "2024-06-01" } });
    let ratified = does(&other, "ratifyAwards", &ranked, letter).await;
    assert_eq!(ratified["status"], "RATIFIED");
    assert_nothing_leaks(&app, &edition, 3).await;

    let ponorogo = app.office("head.35.02").await;
    let elsewhere = events::drafts(&ponorogo, events::plan(&ponorogo, "Rakernis"))
        .await
        .unwrap();
    let mut evening = events::plan(&head, "Malam penganugerahan");
    evening["audience"] = json!({ "tiers": ["KABUPATEN_KOTA"] });
    let ceremony = events::drafts(&head, evening).await.unwrap();
    for (event, expected) in [(&elsewhere, "NOT_FOUND"), (&ceremony, "WRONG_STATE")] {
        let wrong = refusals(&head, "announceAwards", on(&ratified, &json!({ "event": event["id"] }))).await;
        assert_eq!(wrong, owned([(expected, "event")]));
    }
    let ceremony = events::publishes(&head, &ceremony).await.unwrap();
    let announced = does(&head, "announceAwards", &ratified, json!({ "event": ceremony["id"] })).await;
    assert_eq!(announced["status"], "ANNOUNCED");
    let far = app.office("head.32").await;
    let told = lists(&far, &edition).await;
    assert_eq!(told[0]["status"], "ANNOUNCED");
    assert_eq!(
        told[0]["categories"], list["categories"],
        "what was ratified, and nothing else"
    );
    let places: Vec<&Value> = told[0]["categories"][0]["standings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["place"])
        .collect();
    assert_eq!(places, [&json!(1), &json!(2), &json!(3), &Value::Null]);
    let awards = honours(&app, &edition).await;
    assert_eq!(awards.len(), 6, "three winners and a nominee, and two equals");
    assert!(awards.iter().all(|award| award.provinsi_id == app.unit("35")));
    let winners = awards
        .iter()
        .filter(|award| award.honour == AwardHonour::Winner)
        .count();
    assert_eq!(winners, 5);
    for entry in entries(&app, &edition).await {
        let honoured = awards.iter().any(|award| award.entry_id == entry.id);
        let expected = if honoured {
            AwardEntryStatus::Awarded
        } else {
            AwardEntryStatus::Unplaced
        };
        assert_eq!((entry.status, entry.version), (expected, 4));
    }

    let answer = exported(&far, &edition).await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, Some("application/json"))
    );
    let folder = tempfile::tempdir().unwrap();
    let bundle = bundle::read(&answer.bytes).unwrap();
    assert_eq!(json!(bundle.results_sha256), list["sha256"]);
    let (status, results, complaint) = by_binary(folder.path(), &answer.bytes);
    assert_eq!((status, complaint.as_str()), (Some(0), ""));
    assert_eq!(json!(sha256(&results)), list["sha256"]);
    assert_eq!(by_script(folder.path(), &answer.bytes), (true, results, String::new()));
    let text = String::from_utf8(answer.bytes).unwrap();
    for juror in ["juri1.35", "juri2.35", "juri3.35"] {
        let account = app.account(juror).await;
        assert!(
            !text.contains(&account.id.to_string()) && !text.contains(&account.name),
            "{juror}"
        );
    }
    for candidate in &candidates {
        assert!(text.contains(&candidate.entry_id.to_string()));
    }

    let early = refusals(&head, "closeAwardEdition", on(&announced, &json!({}))).await;
    assert_eq!(early, owned([("WRONG_STATE", "edition.objectionsUntil")]));
    clock.advance(Duration::days(400));
    let closed = does(&app.office("head.35").await, "closeAwardEdition", &announced, json!({})).await;
    assert_eq!(closed["status"], "CLOSED");
}

async fn juries_of(app: &TestApp, edition: &Value) -> Vec<award_panel::Model> {
    let of_edition =
        award_panel::Entity::find().filter(award_panel::Column::EditionId.eq(uuid(Kind::AwardEdition, &edition["id"])));
    let mut panels = of_edition.all(app.services.db.reader()).await.unwrap();
    panels.sort_by_key(|panel| panel.id);
    panels
}

async fn after_a_revocation_nobody_moves_up_without_a_new_list(app: TestApp) {
    let (app, _clock) = jawa_timur(app).await;
    let (head, other) = (app.office("head.35").await, app.office("ketua.35").await);
    let rubric = rubrics::publishes(&head, "kehumasan").await;
    let edition = published(&head, &rubric).await;
    judged_by_three(&app, &edition, &rubric).await;
    close(&app, &edition).await;
    let ranked = does(&head, "computeRanking", &edition, json!({})).await;
    let first = lists(&head, &edition).await[0].clone();
    let ratified = does(&other, "ratifyAwards", &ranked, json!({ "sha256": first["sha256"] })).await;
    let announced = does(&head, "announceAwards", &ratified, json!({})).await;
    let nothing = refusals(&head, "computeRanking", on(&announced, &json!({}))).await;
    assert_eq!(nothing, owned([("WRONG_STATE", "edition")]), "nothing was revoked");
    for command in ["announceAwards", "ratifyAwards"] {
        let more = if command == "ratifyAwards" {
            json!({ "sha256": first["sha256"] })
        } else {
            json!({})
        };
        let nothing = refusals(&head, command, on(&announced, &more)).await;
        assert_eq!(nothing, owned([("WRONG_STATE", "edition")]), "{command}: no list waits");
    }

    let order = codes(&first["categories"][0]["standings"])
        .iter()
        .map(|code| app.unit(code))
        .collect::<Vec<_>>();
    let before = honours(&app, &edition).await;
    let ranked_place = |place: i32| before.iter().find(|award| award.place == Some(place)).unwrap().clone();
    assert_eq!(ranked_place(1).unit_id, order[0]);
    award::Entity::update_many()
        .col_expr(award::Column::RevokedAt, Expr::value(app.services.clock.now()))
        .col_expr(award::Column::RevokedBecause, Expr::value("Data tidak benar"))
        .filter(award::Column::Id.eq(ranked_place(1).id))
        .exec(app.services.db.reader())
        .await
        .unwrap();
    let stands = honours(&app, &edition).await;
    assert_eq!(
        stands.iter().find(|award| award.unit_id == order[1]).unwrap().place,
        Some(2)
    );

    let again = does(&other, "computeRanking", &announced, json!({})).await;
    assert_eq!(again["status"], "ANNOUNCED");
    let told = lists(&app.office("head.35.09").await, &edition).await;
    assert_eq!(told, lists(&app.office("head.32").await, &edition).await);
    assert_eq!(told.len(), 1, "the new one is not told");
    let second = lists(&head, &edition).await[1].clone();
    let waits = refusals(&head, "closeAwardEdition", on(&again, &json!({}))).await;
    assert_eq!(waits.len(), 2, "too early, and a list waits: {waits:?}");
    let ratified = does(&head, "ratifyAwards", &again, json!({ "sha256": second["sha256"] })).await;
    does(&other, "announceAwards", &ratified, json!({})).await;
    let told = lists(&app.office("head.35.09").await, &edition).await;
    let statuses: Vec<&Value> = told.iter().map(|list| &list["status"]).collect();
    assert_eq!(statuses, [&json!("SUPERSEDED"), &json!("ANNOUNCED")]);
    let after = honours(&app, &edition).await;
    assert_eq!(after.len(), before.len() + 1, "the fifth is named now");
    for (place, unit) in [(1, order[1]), (2, order[2]), (3, order[3])] {
        let holds = after
            .iter()
            .find(|award| award.place == Some(place) && award.revoked_at.is_none())
            .unwrap();
        assert_eq!(
            (holds.unit_id, holds.honour),
            (unit, AwardHonour::Winner),
            "place {place}"
        );
    }
    let folder = tempfile::tempdir().unwrap();
    let answer = exported(&app.office("head.32").await, &edition).await;
    let (agrees, results, otherwise) = by_script(folder.path(), &answer.bytes);
    assert!(agrees, "{otherwise}");
    assert_eq!(json!(sha256(&results)), second["sha256"]);
}

on_both_databases!(
    a_list_is_ratified_by_another_and_announced_whole,
    after_a_revocation_nobody_moves_up_without_a_new_list,
);
