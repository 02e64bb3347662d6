//! Handover sessions: seen by who opened them, by those beneath, who may join, and by who sees a report handed over there.
use jenjang::graphql::id::Kind;
use serde_json::json;

use super::{alike, refusal};
use crate::{
    authorization::stage::{Situation, Stage},
    on_both_databases,
    support::{TestApp, office::command_document},
};

const SESSION: &str =
    "query($id: ID!) { node(id: $id) { id ... on HandoverSession { reports { totalCount nodes { id } } } } }";

async fn a_hidden_session_looks_absent(app: TestApp) {
    let stage = Stage::set(&app).await;
    let handed_over = stage.subject("32.75", Situation::HandedOver).await;
    let province = stage.office("head.32").await;
    let of_report = "query($id: ID!) { report(id: $id) { handover { session { id } } } }";
    let data = province.data(of_report, json!({ "id": handed_over.report })).await;
    let session = data["report"]["handover"]["session"]["id"].as_str().unwrap().to_owned();
    let absent = app.absent(Kind::HandoverSession);

    for name in ["head.18", "head.35.02", "expert2.ri", "admin.32", "admin.ri"] {
        let office = stage.office(name).await;
        let said = alike(&office, SESSION, |id| json!({ "id": id }), &[&absent, &session]).await;
        assert_eq!(said["data"], json!({ "node": null }), "{name}");
    }
    let seen_by = [
        ("head.32", 1),
        ("observer.32", 1),
        ("head.32.75", 1),
        ("coordinator.ri", 1),
        ("expert1.ri", 1),
        // Beneath the unit that opened it, so free to join; what others handed over is none of its business.
        ("head.32.01", 0),
    ];
    for (name, reports) in seen_by {
        let data = stage.office(name).await.data(SESSION, json!({ "id": session })).await;
        assert_eq!(data["node"]["reports"]["totalCount"], reports, "{name}: {data}");
    }

    let own = stage.subject("18", Situation::Endorsed).await;
    let giver = stage.office("head.18").await;
    let document = command_document("handOverReports", "reports { id } session { id }");
    let variables = |id: &str| {
        let mut input = own.input("handOverReports");
        input["session"] = json!(id);
        json!({ "input": input })
    };
    let said = alike(&giver, &document, variables, &[&absent, &session]).await;
    assert_eq!(refusal(&said, "handOverReports"), "NOT_FOUND");
    assert_eq!(
        said["data"]["handOverReports"]["userErrors"][0]["field"],
        json!(["session"])
    );
}

async fn a_refused_handover_is_forgotten_by_its_receivers(app: TestApp) {
    let stage = Stage::set(&app).await;
    let refused = stage.subject("32.75", Situation::HandedOver).await;
    let expert = stage.office("expert1.ri").await;
    let selection = "report { id handover { session { id } } }";
    let done = expert
        .command("refuseHandover", selection, refused.input("refuseHandover"))
        .await;
    assert_eq!(done.unwrap()["report"]["handover"], json!(null));

    let path = format!(
        "query($id: ID!) {{ report(id: $id) {{ {} }} }}",
        super::reports::ALL_OF_IT
    );
    let absent = app.absent(Kind::Report);
    let said = alike(&expert, &path, |id| json!({ "id": id }), &[&absent, &refused.report]).await;
    assert_eq!(
        said["data"]["report"],
        json!(null),
        "it was refused, so it is none of the expert's business"
    );
    let document = command_document("receiveReports", "reports { id }");
    let variables = |id: &str| json!({ "input": { "reports": [id] } });
    let said = alike(&expert, &document, variables, &[&absent, &refused.report]).await;
    assert_eq!(refusal(&said, "receiveReports"), "NOT_FOUND");
    let again = expert
        .command("refuseHandover", "report { id }", refused.input("refuseHandover"))
        .await;
    let again = again.unwrap_err();
    assert_eq!((again.code.as_str(), again.field.as_str()), ("NOT_FOUND", "report"));
}

on_both_databases!(
    a_hidden_session_looks_absent,
    a_refused_handover_is_forgotten_by_its_receivers
);
