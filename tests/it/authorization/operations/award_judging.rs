//! What is done with juries of awards, tried by every kind of office: who chairs, jurors, and everybody else.
use serde_json::{Value, json};

use super::super::stage::Stage;
use super::events::{AROUND, is_among, tried};
use crate::{
    on_both_databases,
    stories::{
        awards::{
            EDITION, judged,
            judging::{
                PANEL, SCORING, completes, enters, is_node, panels, scores, scoring, scorings, seats, verifying,
            },
            opens,
        },
        rubrics,
    },
    support::{TestApp, app::Variation},
};

pub const FIELDS: [&str; 11] = [
    "openJudging",
    "appointJurors",
    "removeJuror",
    "reopenAwardScores",
    "closeJudging",
    "reopenJudging",
    "saveAwardScores",
    "completeAwardScores",
    "recuseFromAward",
    "awardPanels",
    "awardScorings",
];

/// Who knows of an edition of Jawa Timur once its rules are published.
const KNOWS_EDITION: &str = "staff.35.02.01 head.35.02.01 staff.35.02.02 head.35.02.02 staff.35.02 head.35.02 staff.35 head.35 \
     observer.35 head.35.09 coordinator.ri observer.ri";

/// Who knows of its jury.
const KNOWS: &str = "staff.35 head.35 observer.35";

/// And its juror from another unit.
const KNOWS_WITH_JURORS: &str = "staff.35 head.35 observer.35 head.35.09";

async fn only_who_chairs_runs_a_jury_and_only_jurors_score(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    app.employs(&[("observer.ri", "RI", entity::enums::Function::Observer)])
        .await;
    let stage = Stage::set(&app).await;
    let head = stage.office("head.35").await;
    let rubric = rubrics::publishes(&head, "lomba").await;
    let mut category = judged("Media sosial", &rubric);
    category["outlierPoints"] = json!(20);
    let edition = opens(&head, &[category]).await;
    enters(&app, &edition, 0, "35.02").await;
    verifying(&app, &edition).await;
    let open = json!({ "edition": edition["id"], "expectedVersion": edition["version"] });
    tried(&stage, ("openJudging", EDITION), &open, &["head.35"], KNOWS_EDITION).await;
    let panel = panels(&head).await.remove(0);
    for name in AROUND.split_whitespace() {
        let office = stage.office(name).await;
        let known = panels(&office).await.len();
        assert_eq!(known, usize::from(is_among(name, KNOWS)), "{name}");
        assert_eq!(is_node(&office, &panel["id"]).await, known == 1, "{name}");
        assert!(scorings(&office).await.is_empty(), "{name}");
    }
    let on = |version: i32, more: Value| {
        let mut input = json!({ "panel": panel["id"], "expectedVersion": version });
        for (key, value) in more.as_object().unwrap() {
            input[key] = value.clone();
        }
        input
    };
    let chairs = ["head.35"];
    let jurors = seats(&app, &["staff.35", "observer.35", "head.35.09"]).await;
    let appointed = on(1, json!({ "jurors": jurors }));
    tried(&stage, ("appointJurors", PANEL), &appointed, &chairs, KNOWS).await;
    for name in AROUND.split_whitespace() {
        let office = stage.office(name).await;
        assert_eq!(
            panels(&office).await.len(),
            usize::from(is_among(name, KNOWS_WITH_JURORS)),
            "{name}"
        );
        let judges = is_among(name, "staff.35 observer.35 head.35.09");
        assert_eq!(scorings(&office).await.len(), usize::from(judges), "{name}");
    }
    let jember = stage.office("head.35.09").await;
    let of = scoring(&jember, "35.02").await.unwrap();
    let work = |version: i32, more: Value| {
        let mut input = json!({ "scoring": of["id"], "expectedVersion": version });
        for (key, value) in more.as_object().unwrap() {
            input[key] = value.clone();
        }
        input
    };
    let save = work(1, json!({ "scores": scores(1) }));
    tried(&stage, ("saveAwardScores", SCORING), &save, &["head.35.09"], "").await;
    tried(
        &stage,
        ("completeAwardScores", SCORING),
        &work(2, json!({})),
        &["head.35.09"],
        "",
    )
    .await;
    for name in ["staff.35", "observer.35"] {
        completes(&*stage.office(name).await, "35.02", 5).await;
    }
    let reopen = on(2, json!({ "scoring": of["id"], "reason": "Jauh dari yang lain." }));
    tried(
        &stage,
        ("reopenAwardScores", PANEL),
        &reopen,
        &chairs,
        KNOWS_WITH_JURORS,
    )
    .await;
    let recuse = work(4, json!({ "reason": "Kerabat." }));
    tried(&stage, ("recuseFromAward", SCORING), &recuse, &["head.35.09"], "").await;
    let remove = on(3, json!({ "juror": jurors[2], "reason": "Melepaskan diri." }));
    tried(&stage, ("removeJuror", PANEL), &remove, &chairs, KNOWS_WITH_JURORS).await;
    tried(&stage, ("closeJudging", PANEL), &on(4, json!({})), &chairs, KNOWS).await;
    let document =
        "query($id: ID!) { node(id: $id) { ... on AwardPanel { candidates { totalCount } acts { kind } } } }";
    for name in AROUND.split_whitespace() {
        let read = stage
            .office(name)
            .await
            .data(document, json!({ "id": panel["id"] }))
            .await;
        assert_eq!(read["node"]["candidates"].is_object(), name == "head.35", "{name}");
        assert_eq!(read["node"]["acts"].is_array(), name == "head.35", "{name}");
    }
    // A juror of another tier says what only RI's say otherwise, and the jury is opened again.
    let observer = stage.office("observer.35").await;
    let home = json!({ "kind": "FAMILY", "unit": head.unit("35.02").await, "reason": "Kerabat." });
    observer
        .command("declareConflict", "conflict { id }", home)
        .await
        .unwrap();
    let anew = on(5, json!({ "reason": "Ada benturan kepentingan." }));
    tried(&stage, ("reopenJudging", PANEL), &anew, &chairs, KNOWS).await;
    for document in ["{ awardPanels { totalCount } }", "{ awardScorings { totalCount } }"] {
        let nobody = app.ask(None, document, json!({})).await;
        assert_eq!(
            nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED",
            "{document}"
        );
    }
}

on_both_databases!(only_who_chairs_runs_a_jury_and_only_jurors_score);
