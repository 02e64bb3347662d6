//! Hidden rounds and absent ones, on every path that takes a round's id.
use jenjang::graphql::id::Kind;
use serde_json::json;

use super::{alike, refusal};
use crate::{
    on_both_databases,
    support::{
        TestApp,
        app::Variation,
        office::command_document,
        rounds::{in_days, letter},
    },
};

async fn a_hidden_round_is_like_an_absent_one(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let province = app.office("head.32").await;
    let mut round = province.annual_round("32-tahunan-2025").await;
    round["audience"] = json!({ "tiers": ["KABUPATEN_KOTA"] });
    let (hidden, absent) = (province.opens(round).await.unwrap(), app.absent(Kind::ReportCycle));
    let unit = province.unit("32.75").await;
    let moment = in_days(app.services.clock.now(), 3);
    let stranger = app.office("head.18.01").await;
    for document in [
        "query($id: ID!) { reportCycle(id: $id) { id name audience { tiers } passings { totalCount } } }",
        "query($id: ID!) { node(id: $id) { id } }",
        "query($id: ID!) { reports(filter: { cycle: { eq: $id } }) { totalCount nodes { id } } }",
    ] {
        alike(&stranger, document, |id| json!({ "id": id }), &[&absent, &hidden]).await;
    }
    for (command, selection, input) in [
        ("startReport", "report { id }", json!({})),
        (
            "editReportCycle",
            "cycle { id }",
            json!({ "expectedVersion": 7, "name": "Lain" }),
        ),
        ("closeReportCycle", "cycle { id }", json!({ "expectedVersion": 7 })),
        (
            "passOnReportCycle",
            "cycle { id }",
            json!({ "dueAt": moment, "legalBasis": letter() }),
        ),
        (
            "extendObligation",
            "acts { kind }",
            json!({ "units": [unit], "reason": "x", "until": moment }),
        ),
        (
            "excuseObligation",
            "acts { kind }",
            json!({ "units": [unit], "reason": "x" }),
        ),
        (
            "waiveObligation",
            "acts { kind }",
            json!({ "units": [unit], "reason": "x" }),
        ),
        (
            "restoreObligation",
            "acts { kind }",
            json!({ "units": [unit], "reason": "x" }),
        ),
    ] {
        let variables = |id: &str| {
            let mut input = input.clone();
            input["cycle"] = json!(id);
            json!({ "input": input })
        };
        let document = command_document(command, selection);
        let answer = alike(&stranger, &document, variables, &[&absent, &hidden]).await;
        assert_eq!(refusal(&answer, command), "NOT_FOUND", "{command}");
    }
}

on_both_databases!(a_hidden_round_is_like_an_absent_one);
