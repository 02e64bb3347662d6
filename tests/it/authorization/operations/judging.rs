//! How units are judged at the end of an event, tried by every kind of office.
use entity::enums::Function;
use serde_json::json;

use super::{
    super::stage::Stage,
    events::{KNOWS, KNOWS_INVITATION, is_among, tried},
};
use crate::{
    on_both_databases,
    stories::{
        events::invitation,
        judging::{EVALUATION, running},
        rubrics,
    },
    support::{TestApp, app::Variation},
};

pub const FIELDS: [&str; 4] = [
    "evaluateUnit",
    "issueEventEvaluations",
    "acknowledgeEventEvaluation",
    "objectToEventEvaluation",
];

/// Before it is issued.
const KNOWS_DRAFT: &str = "staff.35.02 head.35.02";

async fn the_host_judges_and_the_unit_answers(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    app.employs(&[("observer.ri", "RI", Function::Observer)]).await;
    let stage = Stage::set(&app).await;
    let host = stage.office("head.35.02").await;
    let rubric = rubrics::publishes(&host, "media-sosial").await;
    let event = running(&host).await;
    let asked = invitation(&host, &event, "35.02.01").await.unwrap();
    let scores = json!([{ "criterion": "isi", "score": 4 }, { "criterion": "bukti", "score": 4 }]);
    let write = json!({ "invitation": asked["id"], "rubric": rubric["id"], "scores": scores });
    let both = ["staff.35.02", "head.35.02"];
    let written = tried(&stage, ("evaluateUnit", EVALUATION), &write, &both, KNOWS_INVITATION).await;
    let evaluation = &written["evaluation"];
    let said = |version: i32| json!({ "evaluation": evaluation["id"], "expectedVersion": version, "reason": "Belum lengkap." });
    for name in super::events::AROUND.split_whitespace() {
        let office = stage.office(name).await;
        let node = office
            .data(
                "query($id: ID!) { node(id: $id) { id } }",
                json!({ "id": evaluation["id"] }),
            )
            .await;
        assert_eq!(
            node["node"].is_object(),
            is_among(name, KNOWS_DRAFT),
            "{name} knows of a draft"
        );
    }
    let issue = json!({ "event": event["id"] });
    let issuing = ("issueEventEvaluations", "event { id }");
    tried(&stage, issuing, &issue, &["head.35.02"], KNOWS).await;
    for name in super::events::AROUND.split_whitespace() {
        let office = stage.office(name).await;
        let node = office
            .data(
                "query($id: ID!) { node(id: $id) { id } }",
                json!({ "id": evaluation["id"] }),
            )
            .await;
        assert_eq!(node["node"].is_object(), is_among(name, KNOWS_INVITATION), "{name}");
    }
    let guest = ["head.35.02.01"];
    let objecting = ("objectToEventEvaluation", EVALUATION);
    tried(&stage, objecting, &said(2), &guest, KNOWS_INVITATION).await;
    let mut again = write.clone();
    again["expectedVersion"] = json!(3);
    host.command("evaluateUnit", EVALUATION, again).await.unwrap();
    host.command("issueEventEvaluations", "event { id }", issue)
        .await
        .unwrap();
    let acknowledge = json!({ "evaluation": evaluation["id"], "expectedVersion": 5 });
    let acknowledging = ("acknowledgeEventEvaluation", EVALUATION);
    tried(&stage, acknowledging, &acknowledge, &guest, KNOWS_INVITATION).await;
}

on_both_databases!(the_host_judges_and_the_unit_answers);
