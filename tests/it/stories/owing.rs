//! What is owed, by whom, since when, and how complete a round is.
use jenjang::report::owed::check;
use serde_json::{Value, json};

use super::{FINAL_REPORT, KECAMATAN, hierarchy::changes};
use crate::{
    on_both_databases,
    support::{Office, TestApp, app::Variation},
};

const OWED: &str = "query($filter: ObligationFilter, $first: Int, $after: String, $last: Int, $before: String) {
    obligations(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
        totalCount
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        nodes { state daysOverdue unit { code } report { status } contacts { account { email } } declined metAt acceptedAt }
    }
}";

async fn owed(office: &Office<'_>, variables: Value) -> Value {
    office.data(OWED, variables).await["obligations"].clone()
}

fn codes(page: &Value) -> Vec<&str> {
    let nodes = page["nodes"].as_array().unwrap().iter();
    nodes.map(|node| node["unit"]["code"].as_str().unwrap()).collect()
}

async fn a_province_sees_who_has_not_sent_and_whom_to_ask(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let province = app.office("head.32").await;
    let cycle = province.cycle(FINAL_REPORT).await;
    let overdue = json!({ "filter": { "cycle": { "eq": cycle }, "state": { "eq": "OVERDUE" } }, "first": 100 });
    let before = owed(&province, overdue.clone()).await;
    assert_eq!(before["totalCount"], 28, "27 kabupaten/kota and the province itself");
    assert!(codes(&before).iter().all(|code| code.starts_with("32")));
    let bekasi = before["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|node| node["unit"]["code"] == "32.75");
    let bekasi = bekasi.unwrap();
    assert!(bekasi["daysOverdue"].as_i64().unwrap() > 300);
    let emails = bekasi["contacts"].as_array().unwrap().iter();
    assert!(
        emails
            .map(|holder| &holder["account"]["email"])
            .any(|email| email == "head.32.75@demo.jenjang.id")
    );

    let draft = app.office("staff.32.75").await.drafts(FINAL_REPORT).await;
    let begun = owed(&province, overdue.clone()).await;
    assert_eq!(begun["totalCount"], 28, "what is only begun has not come");
    let report = app.office("head.32.75").await.submits(&draft).await.unwrap();
    let after = owed(&province, overdue).await;
    assert_eq!(after["totalCount"], 27);
    assert!(!codes(&after).contains(&"32.75"));
    let of_bekasi = json!({ "filter": { "cycle": { "eq": cycle }, "unit": { "eq": province.unit("32.75").await } } });
    let node = owed(&province, of_bekasi).await["nodes"][0].clone();
    assert_eq!(
        (&node["state"], &node["daysOverdue"]),
        (&json!("MET_LATE"), &json!(null))
    );
    assert_eq!(node["report"]["status"], report.status.as_str());
    assert!(node["metAt"].is_string());

    let own = owed(
        &app.office("staff.32.76").await,
        json!({ "filter": { "cycle": { "eq": cycle } } }),
    )
    .await;
    assert_eq!(codes(&own), ["32.76"], "a kabupaten/kota sees its own");
    assert!(own["nodes"][0]["report"].is_null());
}

async fn what_is_only_begun_or_is_withdrawn_has_not_come(app: TestApp) {
    let draft = app.office("staff.35.02.18").await.drafts(KECAMATAN).await;
    let (slahung, ponorogo) = (app.office("head.35.02.18").await, app.office("head.35.02").await);
    let cycle = slahung.cycle(KECAMATAN).await;
    let wanted = json!({ "filter": { "cycle": { "eq": cycle }, "unit": { "eq": slahung.unit("35.02.18").await } } });
    let seen = async |office: &Office<'_>| owed(office, wanted.clone()).await["nodes"][0].clone();
    assert_eq!(seen(&slahung).await["report"]["status"], "DRAFT");
    let above = seen(&ponorogo).await;
    assert_eq!(above["state"], "OVERDUE");
    assert!(above["report"].is_null(), "the obligation, not the draft");
    let report = slahung.submits(&draft).await.unwrap();
    assert_eq!(seen(&ponorogo).await["state"], "MET_LATE");
    slahung
        .does_because("withdrawReport", &report, "Lampiran tertinggal")
        .await
        .unwrap();
    let again = seen(&ponorogo).await;
    assert_eq!((&again["state"], &again["metAt"]), (&json!("OVERDUE"), &json!(null)));
    assert_eq!(check::faults(&app.services.db).await.unwrap(), Vec::<String>::new());
}

async fn pages_go_both_ways_and_cost_no_more_statements_for_more_rows(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    for code in ["32.75", "32.76"] {
        let draft = app.office(&format!("staff.{code}")).await.drafts(FINAL_REPORT).await;
        app.office(&format!("head.{code}")).await.submits(&draft).await.unwrap();
    }
    let observer = app.office("observer.32").await;
    let cycle = observer.cycle(FINAL_REPORT).await;
    let filter = json!({ "cycle": { "eq": cycle } });
    let all = owed(&observer, json!({ "filter": filter, "first": 100 })).await;
    let (mut seen, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = owed(&observer, json!({ "filter": filter, "first": 10, "after": after })).await;
        seen.extend(codes(&page).into_iter().map(str::to_owned));
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    assert_eq!(seen, codes(&all));
    let last = owed(&observer, json!({ "filter": filter, "last": 3 })).await;
    assert_eq!(codes(&last), &codes(&all)[25..]);
    let earlier = json!({ "filter": filter, "last": 3, "before": last["pageInfo"]["startCursor"] });
    assert_eq!(codes(&owed(&observer, earlier).await), &codes(&all)[22..25]);

    let document = "query($filter: ObligationFilter) { obligations(filter: $filter, first: 50) { nodes {
        state daysOverdue cycle { name } unit { name } report { status } acts { kind } contacts { account { name } } } } }";
    observer.data(document, json!({ "filter": filter })).await;
    assert_eq!(
        app.last_statements().len(),
        3,
        "obligations, their reports, their acts: {:?}",
        app.last_statements()
    );
}

async fn a_round_is_recapitulated_in_one_statement(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    for code in ["32.75", "18.01"] {
        let draft = app.office(&format!("staff.{code}")).await.drafts(FINAL_REPORT).await;
        app.office(&format!("head.{code}")).await.submits(&draft).await.unwrap();
    }
    let national = app.office("coordinator.ri").await;
    let (cycle, ri) = (national.cycle(FINAL_REPORT).await, national.unit("RI").await);
    let counts = "counts { expected submitted onTime late overdue excused waived open unmet accepted declined }";
    let document = format!(
        "query($unit: ID!, $cycle: ID, $tier: Tier, $last: Int) {{ completeness(unit: $unit, cycle: $cycle, tier: $tier, last: $last) {{
            {counts} children {{ unit {{ code }} {counts} }} cycles {{ cycle {{ code }} {counts} }} }} }}"
    );
    let data = national.data(&document, json!({ "unit": ri, "cycle": cycle })).await;
    assert_eq!(app.last_statements().len(), 1);
    let recap = &data["completeness"];
    assert_eq!(recap["counts"]["expected"], 552);
    assert_eq!(
        (&recap["counts"]["late"], &recap["counts"]["overdue"]),
        (&json!(2), &json!(550))
    );
    let children = recap["children"].as_array().unwrap();
    assert_eq!(children.len(), 38);
    for count in ["expected", "submitted", "late", "overdue"] {
        let sum: i64 = children
            .iter()
            .map(|child| child["counts"][count].as_i64().unwrap())
            .sum();
        assert_eq!(recap["counts"][count], sum, "{count}");
    }
    assert_eq!(recap["cycles"][0]["cycle"]["code"], FINAL_REPORT);
    assert_eq!(recap["cycles"][0]["counts"], recap["counts"]);
    let provinces = json!({ "unit": ri, "cycle": cycle, "tier": "PROVINSI" });
    let data = national.data(&document, provinces).await;
    assert_eq!(data["completeness"]["counts"]["expected"], 38);

    let trend = national.data(&document, json!({ "unit": ri, "last": 2 })).await;
    assert_eq!(app.last_statements().len(), 1);
    assert_eq!(trend["completeness"]["cycles"].as_array().unwrap().len(), 2);
    let refused = json!({ "unit": ri, "last": 61 });
    let refused = app.ask(Some(&national.access_token), &document, refused).await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");

    let lampung = app.office("head.18").await;
    let of = |unit: &str| json!({ "unit": unit, "cycle": cycle });
    let own = lampung.data(&document, of(&lampung.unit("18").await)).await;
    assert_eq!(own["completeness"]["counts"]["submitted"], 1);
    for above_or_beside in ["RI", "32"] {
        let data = lampung.data(&document, of(&lampung.unit(above_or_beside).await)).await;
        assert_eq!(data["completeness"], json!(null), "{above_or_beside}");
    }
}

async fn what_was_beneath_a_unit_then_is_still_counted_and_read_there(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let admin = app.office("admin.ri").await;
    let (slahung, jember) = (admin.unit("35.02.18").await, admin.unit("35.09").await);
    let report = app.office("staff.35.02.18").await.drafts(KECAMATAN).await;
    app.office("head.35.02.18").await.submits(&report).await.unwrap();
    let (ponorogo, there) = (app.office("head.35.02").await, app.office("head.35.09").await);
    let cycle = ponorogo.cycle(KECAMATAN).await;
    let wanted = json!({ "filter": { "cycle": { "eq": cycle }, "unit": { "eq": slahung } } });
    assert_eq!(
        owed(&ponorogo, wanted.clone()).await["nodes"][0]["report"]["status"],
        "SUBMITTED"
    );

    let to_jember = json!({ "unit": slahung, "expectedVersion": 1, "parent": jember, "on": "2025-06-01" });
    changes(&admin, "moveUnit", to_jember).await.unwrap();
    let then = owed(&ponorogo, wanted.clone()).await;
    assert_eq!(then["nodes"][0]["state"], "MET_LATE", "the tree of the period");
    assert!(
        then["nodes"][0]["report"].is_null(),
        "who opens the report is decided by that of today"
    );
    assert!(then["nodes"][0]["contacts"].is_null(), "and so is who knows its people");
    assert_eq!(owed(&there, wanted.clone()).await["totalCount"], 0);
    assert_eq!(check::faults(&app.services.db).await.unwrap(), Vec::<String>::new());

    // A decree that was in force in the period already: the period is read otherwise.
    let before = json!({ "unit": slahung, "expectedVersion": 2, "parent": jember, "on": "2024-06-01" });
    changes(&admin, "moveUnit", before).await.unwrap();
    assert_eq!(owed(&ponorogo, wanted.clone()).await["totalCount"], 0);
    assert_eq!(owed(&there, wanted).await["totalCount"], 1);
    assert_eq!(check::faults(&app.services.db).await.unwrap(), Vec::<String>::new());
}

on_both_databases! {
    a_province_sees_who_has_not_sent_and_whom_to_ask,
    what_is_only_begun_or_is_withdrawn_has_not_come,
    pages_go_both_ways_and_cost_no_more_statements_for_more_rows,
    a_round_is_recapitulated_in_one_statement,
    what_was_beneath_a_unit_then_is_still_counted_and_read_there,
}
