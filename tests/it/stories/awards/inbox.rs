//! What waits of awards: for who verifies, who entered, who judges and who decides, and for nobody else.
use entity::enums::{Function, Tier};
use serde_json::{Value, json};

use super::{
    entries::{does, nominates},
    judged,
    judging::{appoints, completes, of_one_jury, on_panel, panels},
    opens,
};
use crate::{
    fixtures::awarded::{Category, Edition, Entrant, announces},
    on_both_databases,
    stories::rubrics,
    support::{Office, TestApp, app::Variation},
};

const TASKS: &str = "query($kinds: [TaskKind!]) { viewer { tasks(kinds: $kinds, first: 50) { totalCount counts { kind count } edges { cursor node { \
     kind dueAt since message seats { unit { code } } subject { ... on AwardEntry { id status unit { code } } \
     ... on AwardScoring { id state candidate { unit { code } title } } ... on AwardObjection { id reason } } } } } } }";

const KINDS: [&str; 4] = [
    "AWARD_ENTRY_TO_VERIFY",
    "AWARD_ENTRY_TO_CORRECT",
    "AWARD_ENTRY_TO_SCORE",
    "AWARD_OBJECTION_TO_DECIDE",
];

/// What of awards waits for an office; each is found again by its place.
pub async fn waits(office: &Office<'_>) -> Vec<Value> {
    let tasks = office.data(TASKS, json!({ "kinds": KINDS })).await["viewer"]["tasks"].clone();
    let edges = tasks["edges"].as_array().unwrap().clone();
    assert_eq!(tasks["totalCount"], edges.len(), "{}", office.name);
    let counts = tasks["counts"].as_array().unwrap().iter();
    let counted: i64 = counts.map(|count| count["count"].as_i64().unwrap()).sum();
    assert_eq!(usize::try_from(counted).unwrap(), edges.len(), "{}", office.name);
    let place = "query($cursor: String!) { viewer { task(cursor: $cursor) { task { kind } } } }";
    for edge in &edges {
        let found = office.data(place, json!({ "cursor": edge["cursor"] })).await;
        assert_eq!(found["viewer"]["task"]["task"]["kind"], edge["node"]["kind"]);
    }
    edges.into_iter().map(|edge| edge["node"].clone()).collect()
}

fn kinds(tasks: &[Value]) -> Vec<&str> {
    tasks.iter().map(|task| task["kind"].as_str().unwrap()).collect()
}

async fn nothing_waits_for(app: &TestApp, names: &[&str]) {
    for name in names {
        let waiting = waits(&app.office(name).await).await;
        assert_eq!(waiting, Vec::<Value>::new(), "{name}");
    }
}

async fn an_entry_waits_for_the_tier_above_and_then_for_who_entered_it(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    app.employs(&[("head2.32", "32", Function::Head)]).await;
    let (coordinator, province, second) = (
        app.office("coordinator.ri").await,
        app.office("head.32").await,
        app.office("head2.32").await,
    );
    let (staff, head) = (app.office("staff.32.73").await, app.office("head.32.73").await);
    let rubric = rubrics::publishes(&coordinator, "kehumasan").await;
    let edition = opens(&coordinator, &[judged("Media sosial", &rubric)]).await;
    let category = &edition["categories"][0];
    let draft = nominates(&staff, category, json!({ "statement": "Posko aduan." }))
        .await
        .unwrap();
    let others = [
        "staff.32",
        "head.32.04",
        "head.35",
        "coordinator.ri",
        "expert1.ri",
        "admin.32",
    ];
    nothing_waits_for(&app, &["head.32", "head.32.73"]).await;
    let submitted = does(&head, "submitAwardEntry", &draft, json!({})).await.unwrap();
    for office in [&province, &second] {
        let waiting = waits(office).await;
        assert_eq!(kinds(&waiting), ["AWARD_ENTRY_TO_VERIFY"], "{}", office.name);
        assert_eq!(waiting[0]["subject"]["id"], submitted["id"]);
        assert_eq!(waiting[0]["seats"], json!([{ "unit": { "code": "32" } }]));
        let message = waiting[0]["message"].as_str().unwrap();
        assert!(message.contains("Kota Bandung menunggu diverifikasi"), "{message}");
        assert_eq!(waiting[0]["dueAt"], Value::Null);
    }
    nothing_waits_for(&app, &["head.32.73", "staff.32.73"]).await;
    nothing_waits_for(&app, &others).await;

    let reason = json!({ "reason": "Lampirkan foto." });
    let returned = does(&province, "returnAwardEntry", &submitted, reason).await.unwrap();
    for office in [&staff, &head] {
        let waiting = waits(office).await;
        assert_eq!(kinds(&waiting), ["AWARD_ENTRY_TO_CORRECT"], "{}", office.name);
    }
    let since = waits(&staff).await[0]["since"].clone();
    let mended = does(
        &staff,
        "editAwardEntry",
        &returned,
        json!({ "statement": "Posko di 30 kecamatan." }),
    )
    .await;
    let mended = mended.unwrap();
    assert_eq!(waits(&staff).await[0]["since"], since, "it waits since it was returned");
    nothing_waits_for(&app, &["head.32", "head2.32"]).await;
    nothing_waits_for(&app, &others).await;
    let again = does(&head, "submitAwardEntry", &mended, json!({})).await.unwrap();
    nothing_waits_for(&app, &["staff.32.73", "head.32.73"]).await;
    does(&province, "verifyAwardEntry", &again, json!({ "verdict": "ELIGIBLE" }))
        .await
        .unwrap();
    nothing_waits_for(&app, &["head.32", "head2.32", "head.32.73"]).await;

    // What somebody submitted is verified by somebody else.
    let beneath = json!({ "unit": province.unit("32.04").await, "statement": "Rajin." });
    let own = nominates(&province, category, beneath).await.unwrap();
    does(&province, "submitAwardEntry", &own, json!({})).await.unwrap();
    nothing_waits_for(&app, &["head.32", "head.32.04"]).await;
    assert_eq!(kinds(&waits(&second).await), ["AWARD_ENTRY_TO_VERIFY"]);
}

async fn a_sheet_waits_for_its_juror_alone(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let (edition, panel) = of_one_jury(&app, &["35.02", "35.09"]).await;
    let head = app.office("head.35").await;
    nothing_waits_for(&app, &["staff.35", "head.35"]).await;
    let panel = appoints(&head, &panel, &["staff.35", "observer.35", "head.35.09"]).await;
    let (clerk, observer, jember) = (
        app.office("staff.35").await,
        app.office("observer.35").await,
        app.office("head.35.09").await,
    );
    let waiting = waits(&clerk).await;
    assert_eq!(kinds(&waiting), ["AWARD_ENTRY_TO_SCORE"; 2]);
    assert_eq!(waiting[0]["seats"], json!([{ "unit": { "code": "35" } }]));
    let of = |tasks: &[Value]| -> Vec<String> {
        let codes = tasks.iter().map(|task| {
            task["subject"]["candidate"]["unit"]["code"]
                .as_str()
                .unwrap()
                .to_owned()
        });
        let mut codes: Vec<String> = codes.collect();
        codes.sort();
        codes
    };
    assert_eq!(of(&waiting), ["35.02", "35.09"]);
    assert_eq!(of(&waits(&jember).await), ["35.02"], "nobody judges the own unit");
    let others = ["head.35", "head.35.02", "coordinator.ri", "expert1.ri"];
    nothing_waits_for(&app, &others).await;

    completes(&clerk, "35.02", 4).await;
    assert_eq!(of(&waits(&clerk).await), ["35.09"]);
    assert_eq!(of(&waits(&observer).await), ["35.02", "35.09"], "each by itself");
    completes(&jember, "35.02", 4).await;
    nothing_waits_for(&app, &["head.35.09"]).await;

    // What is out of the running is not scored.
    let entries = "query { awardEntries(first: 50) { nodes { id version unit { code } } } }";
    let nodes = head.data(entries, json!({})).await["awardEntries"]["nodes"].clone();
    let mut nodes = nodes.as_array().unwrap().iter();
    let entry = nodes.find(|node| node["unit"]["code"] == "35.09").unwrap();
    let strike = json!({ "entry": entry["id"], "expectedVersion": entry["version"], "reason": "Bukan karyanya." });
    head.command("disqualifyAwardEntry", "entry { id }", strike)
        .await
        .unwrap();
    assert_eq!(of(&waits(&observer).await), ["35.02"]);
    nothing_waits_for(&app, &["staff.35"]).await;
    completes(&observer, "35.02", 4).await;
    let current = panels(&head).await.remove(0);
    assert_eq!(current["version"], panel["version"]);
    head.command("closeJudging", "panel { id }", on_panel(&current, json!({})))
        .await
        .unwrap();
    nothing_waits_for(&app, &["staff.35", "observer.35", "head.35.09", "head.35"]).await;
    assert!(edition["id"].is_string());
}

async fn an_objection_waits_for_who_decides(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    app.employs(&[("observer.ri", "RI", Function::Observer)]).await;
    let ranked = Category::ranked(
        "Kehumasan",
        Tier::KabupatenKota,
        &[Entrant::of("35.02").wins(Some(1)), Entrant::of("35.09")],
    );
    let given = announces(&app, &Edition::of_ri("Anugerah", app.services.clock.now(), &[ranked])).await;
    let (jember, coordinator) = (app.office("head.35.09").await, app.office("coordinator.ri").await);
    let input = json!({ "category": given.categories[0], "reason": "Bukti itu milik unit kami." });
    let objection = jember
        .command("objectToAward", "objection { id version }", input)
        .await
        .unwrap()["objection"]
        .clone();
    let waiting = waits(&coordinator).await;
    assert_eq!(kinds(&waiting), ["AWARD_OBJECTION_TO_DECIDE"]);
    assert_eq!(
        waiting[0]["subject"],
        json!({ "id": objection["id"], "reason": "Bukti itu milik unit kami." })
    );
    nothing_waits_for(
        &app,
        &[
            "head.35.09",
            "head.35.02",
            "head.35",
            "observer.ri",
            "expert1.ri",
            "head.32",
        ],
    )
    .await;
    let decide = json!({ "objection": objection["id"], "expectedVersion": objection["version"], "decision": "REJECT",
        "answer": "Bukti diunggah lebih dahulu oleh unit lain." });
    coordinator
        .command("decideObjection", "objection { state }", decide)
        .await
        .unwrap();
    nothing_waits_for(&app, &["coordinator.ri", "head.35.09"]).await;
}

/// However much of awards waits, the page costs the same.
async fn a_page_of_it_costs_the_same_however_much_waits(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let province = app.office("head.32").await;
    let rubric = rubrics::publishes(&province, "kehumasan-jabar").await;
    let edition = opens(&province, &[judged("Media sosial", &rubric)]).await;
    let category = &edition["categories"][0];
    let mut costs = Vec::new();
    for codes in [&["32.73"][..], &["32.04", "32.75", "32.76"]] {
        for code in codes {
            let head = app.office(&format!("head.{code}")).await;
            let draft = nominates(&head, category, json!({ "statement": "Rajin." }))
                .await
                .unwrap();
            does(&head, "submitAwardEntry", &draft, json!({})).await.unwrap();
        }
        province.data(TASKS, json!({ "kinds": KINDS })).await;
        costs.push(app.last_statements());
    }
    assert_eq!(costs[0].len(), costs[1].len(), "{:#?}", costs[1]);
    assert!(costs[1].len() <= 22, "{:#?}", costs[1]);

    let (_edition, panel) = of_one_jury(&app, &["35.02"]).await;
    appoints(&app.office("head.35").await, &panel, &["staff.35"]).await;
    let clerk = app.office("staff.35").await;
    clerk.data(TASKS, json!({ "kinds": KINDS })).await;
    let few = app.last_statements();
    let (_edition, panel) = of_a_second_jury(&app, &["35.09", "35.78", "35.01"]).await;
    appoints(&app.office("head.35").await, &panel, &["staff.35"]).await;
    clerk.data(TASKS, json!({ "kinds": KINDS })).await;
    assert_eq!(waits(&clerk).await.len(), 4);
    clerk.data(TASKS, json!({ "kinds": KINDS })).await;
    assert_eq!(few.len(), app.last_statements().len(), "{:#?}", app.last_statements());
    assert!(few.len() <= 26, "{few:#?}");
}

async fn of_a_second_jury(app: &TestApp, codes: &[&str]) -> (Value, Value) {
    use super::judging::{enters, panel_of, verifying};
    let head = app.office("head.35").await;
    let rubric = rubrics::publishes(&head, "lomba-kedua").await;
    let edition = opens(&head, &[judged("Situs", &rubric)]).await;
    for code in codes {
        enters(app, &edition, 0, code).await;
    }
    verifying(app, &edition).await;
    let before = panels(&head).await;
    let edition = super::steps(&head, "openJudging", &edition).await.unwrap();
    let now = panels(&head).await;
    let new = now
        .into_iter()
        .find(|panel| !before.iter().any(|old| old["id"] == panel["id"]));
    let panel = match new {
        Some(panel) => panel,
        None => panel_of(&head, "35").await,
    };
    (edition, panel)
}

on_both_databases!(
    an_entry_waits_for_the_tier_above_and_then_for_who_entered_it,
    a_sheet_waits_for_its_juror_alone,
    an_objection_waits_for_who_decides,
    a_page_of_it_costs_the_same_however_much_waits,
);
