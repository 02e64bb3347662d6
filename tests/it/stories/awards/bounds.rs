//! What lists of awards cost: as many statements however long they are.
use entity::enums::Tier;
use serde_json::{Value, json};

use super::{
    entries::{does, nominates},
    judged,
    judging::{appoints, employs, enters, panels, verifying},
    opens, steps,
};
use crate::{
    fixtures::awarded::{Category, Edition, Entrant, announces},
    on_both_databases,
    stories::rubrics,
    support::{Office, TestApp, app::Variation},
};

/// What an answer cost, which is not empty.
async fn cost(office: &Office<'_>, document: &str, list: &str, expected: usize) -> Vec<String> {
    let data = office.data(document, json!({})).await;
    assert_eq!(data[list]["nodes"].as_array().unwrap().len(), expected, "{data}");
    office.app.last_statements()
}

fn alike(few: &[String], many: &[String], most: usize) {
    assert_eq!(few.len(), many.len(), "{many:#?}");
    assert!(many.len() <= most, "{} statements: {many:#?}", many.len());
}

async fn announced(app: &TestApp, title: &str) {
    let entrants = [
        Entrant::of("35.02").wins(Some(1)),
        Entrant::of("35.09").wins(Some(2)),
        Entrant::of("32.73"),
    ];
    let ranked = Category::ranked("Kehumasan", Tier::KabupatenKota, &entrants);
    let given = announces(app, &Edition::of_ri(title, app.services.clock.now(), &[ranked])).await;
    let input = json!({ "category": given.categories[0], "reason": "Bukti itu milik unit kami." });
    app.office("head.32.73")
        .await
        .command("objectToAward", "objection { id }", input)
        .await
        .unwrap();
}

async fn editions_and_awards_cost_the_same_however_many(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let coordinator = app.office("coordinator.ri").await;
    // What is loaded at one depth alone: at two it is loaded once or twice, as it comes.
    let award =
        "id name unit { name } category { title } entry { status version } certificate { code } viewerCanRevoke";
    let of_editions = format!(
        "{{ awardEditions(first: 4) {{ totalCount nodes {{ title categories {{ title }} acts {{ kind }} lists {{ number }} \
         awards(first: 3) {{ totalCount nodes {{ {award} }} }} open: objections(first: 3, filter: {{ state: {{ eq: OPEN }} }}) {{ totalCount nodes {{ reason award {{ id }} }} }} \
         all: objections(first: 3) {{ totalCount nodes {{ id filedAt }} }} }} }} }}"
    );
    let of_awards = format!("{{ awards(first: 8) {{ totalCount nodes {{ {award} }} }} }}");
    announced(&app, "Anugerah 2022").await;
    let few = (
        cost(&coordinator, &of_editions, "awardEditions", 1).await,
        cost(&coordinator, &of_awards, "awards", 2).await,
    );
    for title in ["Anugerah 2023", "Anugerah 2024"] {
        announced(&app, title).await;
    }
    let many = (
        cost(&coordinator, &of_editions, "awardEditions", 3).await,
        cost(&coordinator, &of_awards, "awards", 6).await,
    );
    alike(&few.0, &many.0, 18);
    alike(&few.1, &many.1, 9);

    // The pages within are each edition's own, from both ends.
    let pages = "{ awardEditions(first: 4) { nodes { id first: awards(first: 1) { totalCount pageInfo { hasNextPage hasPreviousPage } nodes { id place } } \
                 last: awards(last: 1) { pageInfo { hasNextPage hasPreviousPage } nodes { id place } } \
                 objections(first: 0) { totalCount nodes { id } } } } }";
    let data = coordinator.data(pages, json!({})).await;
    for edition in data["awardEditions"]["nodes"].as_array().unwrap() {
        assert_eq!(edition["first"]["totalCount"], 2, "{edition}");
        assert_eq!(
            edition["first"]["pageInfo"],
            json!({ "hasNextPage": true, "hasPreviousPage": false })
        );
        assert_eq!(
            edition["last"]["pageInfo"],
            json!({ "hasNextPage": false, "hasPreviousPage": true })
        );
        let places = [
            &edition["first"]["nodes"][0]["place"],
            &edition["last"]["nodes"][0]["place"],
        ];
        assert_eq!(places, [&json!(2), &json!(1)], "those made last first");
        assert_eq!(
            (&edition["objections"]["totalCount"], &edition["objections"]["nodes"]),
            (&json!(1), &json!([]))
        );
        let document = "query($id: ID!, $after: String) { awardEdition(id: $id) { awards(first: 1, after: $after) { pageInfo { endCursor } nodes { id } } } }";
        let one = coordinator.data(document, json!({ "id": edition["id"] })).await["awardEdition"]["awards"].clone();
        assert_eq!(one["nodes"][0]["id"], edition["first"]["nodes"][0]["id"]);
        let after = json!({ "id": edition["id"], "after": one["pageInfo"]["endCursor"] });
        let two = coordinator.data(document, after).await["awardEdition"]["awards"].clone();
        assert_eq!(two["nodes"][0]["id"], edition["last"]["nodes"][0]["id"]);
    }
}

async fn juries_and_entries_cost_the_same_however_many(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    employs(&app).await;
    let head = app.office("head.35").await;
    let candidates =
        "totalCount nodes { unit { name } name title isOver sheetsComplete sheetsOpen outliers { total } }";
    let of_juries = format!(
        "{{ awardPanels(first: 5) {{ nodes {{ category {{ title }} edition {{ title }} unit {{ name }} viewerCanChair jurors {{ person {{ name }} }} acts {{ kind }} \
         candidates(first: 3) {{ {candidates} }} short: candidates(first: 3, short: true) {{ totalCount nodes {{ unit {{ code }} }} }} }} }} }}"
    );
    let of_entries = "{ awardEntries(first: 10) { nodes { status version unit { name } \
         eligibility { fits } acts { kind } category { title } edition { title } viewerCanVerify } } }";
    let (mut of_panels, mut of_entered) = (Vec::new(), Vec::new());
    for (key, titles) in [("satu", &["Media sosial"][..]), ("dua", &["Situs", "Podcast", "Video"])] {
        let rubric = rubrics::publishes(&head, key).await;
        let categories: Vec<Value> = titles.iter().map(|title| judged(title, &rubric)).collect();
        let edition = opens(&head, &categories).await;
        for place in 0..titles.len() {
            enters(&app, &edition, place, "35.02").await;
            enters(&app, &edition, place, "35.09").await;
        }
        verifying(&app, &edition).await;
        steps(&head, "openJudging", &edition).await.unwrap();
        for panel in panels(&head).await {
            if panel["jurors"] == json!([]) {
                appoints(&head, &panel, &["staff.35", "observer.35"]).await;
            }
        }
        let juries = if key == "satu" { 1 } else { 4 };
        of_panels.push(cost(&head, &of_juries, "awardPanels", juries).await);
        of_entered.push(cost(&head, of_entries, "awardEntries", juries * 2).await);
    }
    alike(&of_panels[0], &of_panels[1], 16);
    alike(&of_entered[0], &of_entered[1], 22);
    // As each jury has it by itself.
    let document = "{ awardPanels(first: 5) { nodes { id candidates(first: 1) { totalCount pageInfo { hasNextPage } nodes { unit { code } } } } } }";
    let data = head.data(document, json!({})).await;
    for panel in data["awardPanels"]["nodes"].as_array().unwrap() {
        assert_eq!(
            (
                &panel["candidates"]["totalCount"],
                &panel["candidates"]["pageInfo"]["hasNextPage"]
            ),
            (&json!(2), &json!(true)),
            "{panel}"
        );
        assert_eq!(panel["candidates"]["nodes"], json!([{ "unit": { "code": "35.09" } }]));
    }
}

/// A page of what was submitted, with its files and links, costs the same however long.
async fn what_was_submitted_costs_the_same_however_many(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let province = app.office("head.32").await;
    let rubric = rubrics::publishes(&province, "kehumasan-jabar").await;
    let edition = opens(&province, &[judged("Media sosial", &rubric)]).await;
    let document = "{ awardEntries(first: 10) { nodes { title statement status links { title copy { name } } files { name } \
         submission { number files { name } links { url } person { name } } submissions { sha256 } eligibility { fits } acts { kind person { name } } viewerCanVerify } } }";
    let mut costs = Vec::new();
    let mut entered = 0;
    for codes in [&["32.73"][..], &["32.04", "32.75", "32.76"]] {
        for code in codes {
            let head = app.office(&format!("head.{code}")).await;
            let proof = head.uploads("bukti.pdf", &crate::support::files::pdf(code, 300)).await;
            let work = json!({ "statement": "Rajin.", "files": [proof] });
            let draft = nominates(&head, &edition["categories"][0], work).await.unwrap();
            does(&head, "submitAwardEntry", &draft, json!({})).await.unwrap();
            entered += 1;
        }
        costs.push(cost(&province, document, "awardEntries", entered).await);
    }
    alike(&costs[0], &costs[1], 22);
}

on_both_databases!(
    editions_and_awards_cost_the_same_however_many,
    juries_and_entries_cost_the_same_however_many,
    what_was_submitted_costs_the_same_however_many,
);
