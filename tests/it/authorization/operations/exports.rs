//! The export of a round, tried by every kind of office: everybody who knows of the round takes what they may read in it.
use serde_json::json;

use super::super::stage::{Situation, Stage};
use crate::{
    on_both_databases,
    support::{TestApp, app::Variation, rounds::letter},
};

/// Who gets the submission of Kota Bekasi (32.75): its own unit, the province, RI, and the expert it was handed over to.
const READ: &str = "staff.32.75 head.32.75 staff.32 head.32 observer.32 coordinator.ri expert1.ri";

/// Who gets a file without it: next door, beneath another province, elsewhere, those who manage people, and an expert who is
/// not named.
const EMPTY: &str =
    "head.32.76 staff.32.76 head.35.02 head.18 observer.18 staff.35.02.01 head.35.02.01 admin.32 admin.18 admin.ri";

async fn everybody_takes_what_they_may_read(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let stage = Stage::set(&app).await;
    let subject = stage.subject("32.75", Situation::HandedOver).await;
    let cycle = subject.cycle;
    for name in READ.split_whitespace() {
        assert_eq!(
            stage.office(name).await.exports_units(&cycle).await,
            ["32.75"],
            "{name}"
        );
    }
    for name in EMPTY.split_whitespace() {
        let units = stage.office(name).await.exports_units(&cycle).await;
        assert_eq!(units, Vec::<String>::new(), "{name}");
    }
    for extension in ["csv", "xlsx", "jsonl"] {
        let path = format!("/export/cycles/{cycle}.{extension}");
        let nobody = app.send("GET", &path, &[], Vec::new()).await;
        assert_eq!((nobody.status, nobody.code().as_str()), (401, "UNAUTHENTICATED"));
    }
}

async fn a_program_takes_what_its_scopes_allow(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let stage = Stage::set(&app).await;
    let cycle = stage.subject("32.75", Situation::Endorsed).await.cycle;
    let head = stage.office("head.32").await;
    let reading = head.employs_program("32", &["REPORTS_READ"]).await;
    assert_eq!(reading.exports_units(&cycle).await, ["32.75"]);
    let elsewhere = stage.office("head.18").await;
    let elsewhere = elsewhere.employs_program("18", &["REPORTS_READ"]).await;
    assert_eq!(elsewhere.exports_units(&cycle).await, Vec::<String>::new());
    for scopes in [&["REPORTS_DRAFT"][..], &["PEOPLE_READ", "REPORTS_DRAFT"]] {
        let program = head.employs_program("32", scopes).await;
        for cycle in [&cycle, &app.absent(jenjang::graphql::id::Kind::ReportCycle)] {
            let refused = program.exports(cycle, "csv").await;
            assert_eq!(
                (refused.status, refused.code().as_str()),
                (403, "FORBIDDEN"),
                "{scopes:?}"
            );
        }
    }
}

async fn a_hidden_round_is_like_an_absent_one(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let province = app.office("head.32").await;
    let mut round = province.annual_round("32-tahunan-2025").await;
    round["audience"] = json!({ "tiers": ["KABUPATEN_KOTA"] });
    round["legalBasis"] = letter();
    let hidden = province.opens(round).await.unwrap();
    let absent = app.absent(jenjang::graphql::id::Kind::ReportCycle);
    for name in ["head.32", "head.32.75", "coordinator.ri"] {
        assert_eq!(
            app.office(name).await.exports(&hidden, "csv").await.status,
            200,
            "{name}"
        );
    }
    for name in ["head.18", "head.18.01", "admin.18"] {
        let stranger = app.office(name).await;
        for extension in ["csv", "xlsx", "jsonl"] {
            let (one, other) = (
                stranger.exports(&hidden, extension).await,
                stranger.exports(&absent, extension).await,
            );
            assert_eq!((one.status, one.code().as_str()), (404, "NOT_FOUND"), "{name}");
            assert_eq!((one.status, &one.bytes), (other.status, &other.bytes), "{name}");
        }
    }
}

on_both_databases! {
    everybody_takes_what_they_may_read,
    a_program_takes_what_its_scopes_allow,
    a_hidden_round_is_like_an_absent_one,
}
