//! Sessions of handing over: who schedules, changes and cancels one, and who sees it.
use serde_json::json;

use super::super::stage::Stage;
use crate::{
    on_both_databases,
    stories::gathering::arrangement,
    support::{TestApp, app::Variation, office::command_document},
};

pub const FIELDS: [&str; 5] = [
    "scheduleHandover",
    "changeHandover",
    "cancelHandover",
    "handoverSession",
    "handoverSessions",
];

/// Who is tried on a session of Jawa Barat (32) that expects Kota Bekasi (32.75).
const AROUND: &str = "staff.32.75 head.32.75 staff.32 head.32 observer.32 admin.32 head.32.76 staff.32.76 head.35.02 \
     head.18 observer.18 admin.18 coordinator.ri expert1.ri expert2.ri admin.ri";

const ARRANGES: [&str; 2] = ["head.32", "coordinator.ri"];

/// expert1.ri receives.
const SEES: &str = "staff.32.75 head.32.75 staff.32 head.32 observer.32 coordinator.ri expert1.ri";

async fn the_province_and_ri_arrange(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let stage = Stage::set(&app).await;
    let document = |command| command_document(command, "session { id version }");
    let province = stage.office("head.32").await;
    let mut input = arrangement(&province, &["32.75"]).await;
    let expert = stage.office("expert1.ri").await;
    let seat = expert.data("{ viewer { seats { id } } }", json!({})).await["viewer"]["seats"][0]["id"].clone();
    input["receivers"] = json!([seat]);
    let nobody = app
        .ask(None, &document("scheduleHandover"), json!({ "input": input }))
        .await;
    assert_eq!(nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    for name in AROUND.split_whitespace() {
        let answer = stage.office(name).await;
        let answer = answer
            .ask(&document("scheduleHandover"), json!({ "input": input }))
            .await;
        let code = answer["data"]["scheduleHandover"]["userErrors"][0]["code"].as_str();
        let expected = if ARRANGES.contains(&name) {
            None
        } else {
            Some("FORBIDDEN")
        };
        assert_eq!(code, expected, "{name}: {answer}");
    }

    for command in ["changeHandover", "cancelHandover"] {
        for last in ARRANGES {
            let made = province
                .command("scheduleHandover", "session { id }", input.clone())
                .await
                .unwrap();
            let id = made["session"]["id"].clone();
            let on_it = json!({ "session": id, "expectedVersion": 1, "reason": "Aula dipakai." });
            let nobody = app.ask(None, &document(command), json!({ "input": on_it })).await;
            assert_eq!(nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
            let others = AROUND.split_whitespace().filter(|name| !ARRANGES.contains(name));
            for name in others.chain([last]) {
                let answer = stage
                    .office(name)
                    .await
                    .ask(&document(command), json!({ "input": on_it }))
                    .await;
                let code = answer["data"][command]["userErrors"][0]["code"].as_str();
                let expected = match name {
                    _ if name == last => None,
                    _ if SEES.split_whitespace().any(|sees| sees == name) => Some("FORBIDDEN"),
                    _ => Some("NOT_FOUND"),
                };
                assert_eq!(code, expected, "{command} by {name}: {answer}");
            }
        }
    }
}

async fn a_session_is_seen_by_who_is_on_it_and_above(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let stage = Stage::set(&app).await;
    let coordinator = stage.office("coordinator.ri").await;
    let mut input = arrangement(&coordinator, &["32.75"]).await;
    let expert = stage.office("expert1.ri").await;
    let seat = expert.data("{ viewer { seats { id } } }", json!({})).await["viewer"]["seats"][0]["id"].clone();
    input["receivers"] = json!([seat]);
    let made = coordinator
        .command("scheduleHandover", "session { id }", input)
        .await
        .unwrap();
    let id = made["session"]["id"].clone();
    let document = "query($id: ID!) { handoverSession(id: $id) { id } node(id: $id) { id } handoverSessions { totalCount nodes { id } } }";
    let nobody = app.ask(None, document, json!({ "id": id })).await;
    assert_eq!(nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    for name in AROUND.split_whitespace() {
        let data = stage.office(name).await.data(document, json!({ "id": id })).await;
        let sees = SEES.split_whitespace().any(|sees| sees == name);
        assert_eq!(data["handoverSession"].is_null(), !sees, "{name}");
        assert_eq!(data["node"].is_null(), !sees, "{name}");
        assert_eq!(data["handoverSessions"]["totalCount"], i32::from(sees), "{name}");
        let listed = data["handoverSessions"]["nodes"].as_array().unwrap();
        assert_eq!(listed.len(), usize::from(sees), "{name}");
    }
}

on_both_databases!(the_province_and_ri_arrange, a_session_is_seen_by_who_is_on_it_and_above);
