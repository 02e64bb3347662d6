//! Whatever is done to audited rows, to leaves and to their chain behind the API is found, and told for what it is.
mod chaining;
mod doors;
mod tampering;
mod witnessing;

use std::{sync::Arc, time::Duration};

use jenjang::{
    auditor::{self, Finding, Kind, Summary, witness::Witness},
    db::Db,
};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::{
    stories::{
        FINAL_REPORT, KECAMATAN, certificates,
        gathering::schedules,
        hierarchy::changes,
        rubrics,
        templates::{does, every_shape, on, publishes, route},
    },
    support::{TestApp, database::TestDatabase},
};

/// A database that nobody serves, and whoever has it can do with it whatever they like.
struct Stolen {
    db: Db,
    database: Arc<TestDatabase>,
}

/// Stops a server, and takes its database with all leaves linked.
async fn stolen(app: TestApp) -> Stolen {
    let database = Arc::clone(&app.database);
    app.stop().await;
    // One connection, so that what is set for a connection is set for all that is done.
    let db = Db::connect(&database.url, 1, Duration::from_secs(60)).await.unwrap();
    jenjang::feed::number(&db).await.unwrap();
    Stolen { db, database }
}

impl Stolen {
    async fn does(&self, sql: &str) {
        let done = self.db.reader().execute_unprepared(sql).await;
        done.unwrap_or_else(|error| panic!("{error}: {sql}"));
    }

    /// Everything that is found, and the counts.
    async fn verified(&self, witness: &str) -> (Vec<Finding>, Summary) {
        let mut found = Vec::new();
        let witness = Witness::read(witness).unwrap();
        let summary = auditor::verify(&self.db, witness, &mut |finding| found.push(finding.clone())).await;
        (found, summary.unwrap())
    }

    async fn is_sound(&self) -> Summary {
        let (found, summary) = self.verified("").await;
        assert!(found.is_empty() && summary.is_sound(), "{found:?}");
        summary
    }
}

/// What was found, in short: `ALTERED transition`.
fn told(found: &[Finding]) -> Vec<String> {
    let told = |finding: &Finding| {
        let kind = match finding.finding {
            Kind::Altered => "ALTERED",
            Kind::Missing => "MISSING",
            Kind::Unattested => "UNATTESTED",
            Kind::Erased => "ERASED",
        };
        format!("{kind} {}", finding.subject_type.as_deref().unwrap_or("leaf"))
    };
    found.iter().map(told).collect()
}

/// A receipt, and a session that was scheduled.
async fn hands_over_and_receives(app: &TestApp) {
    let draft = app.office("staff.32.75").await.drafts(FINAL_REPORT).await;
    let submitted = app.office("head.32.75").await.submits(&draft).await.unwrap();
    let province = app.office("head.32").await;
    schedules(&province, &["32.75"]).await.unwrap();
    let (handed_over, _session) = province.hands_over(&[&submitted], None).await.unwrap();
    app.office("expert1.ri")
        .await
        .receives(&[&handed_over[0]])
        .await
        .unwrap();
}

/// Something of everything that is attested, but for editions of the list of regions.
async fn everything_is_done(app: &TestApp) {
    let report = app.office("staff.35.02.19").await.drafts(KECAMATAN).await;
    let head = app.office("head.35.02.19").await;
    let submitted = head.submits(&report).await.unwrap();
    let above = app.office("head.35.02").await;
    let taken = above.does("takeReport", &submitted).await.unwrap();
    let finding = json!({ "severity": "MUST", "text": "Lampirkan bukti.", "dueOn": "2027-12-31" });
    let found = json!({ "report": taken.id, "expectedVersion": taken.version, "findings": [finding] });
    above.command("raiseFinding", "findings { id }", found).await.unwrap();
    above
        .does_because("returnReport", &taken, "Lengkapi dahulu.")
        .await
        .unwrap();
    let exported = head.command("exportPersonalData", "export { sha256 }", json!({})).await;
    exported.unwrap();
    let (ri, province) = (app.office("coordinator.ri").await, app.office("head.32").await);
    let cycle = ri.opens(ri.annual_round("tahunan-2025").await).await.unwrap();
    province.frees("excuseObligation", &cycle, &["32.03"]).await.unwrap();
    let input = json!({ "code": "catatan", "name": "Catatan", "route": route(), "sections": every_shape() });
    let mut input = on(&publishes(&ri, input).await);
    input["reason"] = json!("Tidak dipakai lagi.");
    does(&ri, "retireReportTemplate", input).await.unwrap();
    let rubric = rubrics::publishes(&ri, "dipakai-sekali").await;
    let mut retired = rubrics::on(&rubric);
    retired["reason"] = json!("Tidak dipakai lagi.");
    ri.command("retireRubric", "rubric { id }", retired).await.unwrap();
    let unit = ri.unit("35.02").await;
    let declared = json!({ "kind": "FAMILY", "unit": unit, "until": "2027-12-31", "reason": "Keluarga." });
    ri.command("declareConflict", "conflict { id version }", declared)
        .await
        .unwrap();
    hands_over_and_receives(app).await;
    certificates::certified(app).await;
    let admin = app.office("admin.ri").await;
    let document = "{ unit(code: \"35.09\") { id version } }";
    let unit = admin.data(document, json!({})).await["unit"].clone();
    let renamed = json!({ "unit": unit["id"], "expectedVersion": unit["version"], "name": "Bawaslu Jember Raya" });
    changes(&admin, "renameUnit", renamed).await.unwrap();
}
