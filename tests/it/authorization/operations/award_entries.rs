//! What is done with entries for awards, tried by every kind of office: who is entered, those above, the issuer, and everybody
//! else.
use entity::enums::Function;
use serde_json::{Value, json};

use super::super::stage::Stage;
use super::events::{is_among, tried_by};
use crate::{
    on_both_databases,
    stories::awards::{
        entries::{ENTRY, on, seen},
        opens, reckoned,
    },
    support::{TestApp, app::Variation, office::command_document},
};

pub const FIELDS: [&str; 9] = [
    "nominate",
    "editAwardEntry",
    "submitAwardEntry",
    "returnAwardEntry",
    "verifyAwardEntry",
    "withdrawAwardEntry",
    "disqualifyAwardEntry",
    "nominateAutomatically",
    "awardEntries",
];

/// Everybody around an entry of Ponorogo for an award of RI.
const AROUND: &str = "staff.35.02.01 head.35.02.01 staff.35.02 head.35.02 observer.35.02 head.35.09 staff.35 head.35 observer.35 admin.35 \
     head.32 staff.ri coordinator.ri observer.ri admin.ri expert1.ri";

/// Who reads it while it is a draft.
const DRAFTS: &str = "staff.35.02 head.35.02 observer.35.02";

/// Who reads it once it was submitted.
const READS: &str =
    "staff.35.02 head.35.02 observer.35.02 staff.35 head.35 observer.35 staff.ri coordinator.ri observer.ri";

async fn everybody_does_with_entries_what_is_theirs(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    app.employs(&[
        ("observer.ri", "RI", Function::Observer),
        ("staff.ri", "RI", Function::Staff),
        ("observer.35.02", "35.02", Function::Observer),
        ("head2.35", "35", Function::Head),
    ])
    .await;
    let stage = Stage::set(&app).await;
    let coordinator = stage.office("coordinator.ri").await;
    let edition = opens(&coordinator, &[reckoned("Ketepatan", 10)]).await;
    let category = edition["categories"][0]["id"].clone();
    let ponorogo = coordinator.unit("35.02").await;
    let input = json!({ "category": category, "unit": ponorogo });
    let document = command_document("nominate", ENTRY);
    let nobody = app.ask(None, &document, json!({ "input": input })).await;
    assert_eq!(nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    // Who may begins a draft that nobody else knows of, so that each of them may.
    let nominating = ["staff.35.02", "staff.35", "staff.ri"];
    let also = ["head.35.02", "head.35", "coordinator.ri"];
    // Knows of no edition of RI's: works for no unit.
    let unaware = ["admin.35", "admin.ri", "expert1.ri"];
    for name in AROUND.split_whitespace() {
        let office = stage.office(name).await;
        let begun = office.command("nominate", ENTRY, input.clone()).await;
        if nominating.contains(&name) {
            assert!(begun.is_ok(), "{name}: {begun:?}");
            continue;
        }
        let expected = if also.contains(&name) {
            "ALREADY_EXISTS"
        } else if unaware.contains(&name) {
            "NOT_FOUND"
        } else {
            "FORBIDDEN"
        };
        assert_eq!(begun.unwrap_err().code, expected, "{name}");
    }
    let document =
        "query($f: AwardEntryFilter) { awardEntries(filter: $f) { nodes { id version nominator { code } } } }";
    let filter = json!({ "f": { "category": { "eq": category } } });
    let own = stage.office("staff.35.02").await.data(document, filter).await["awardEntries"]["nodes"].clone();
    assert_eq!(own.as_array().unwrap().len(), 1);
    let mut entry = own[0].clone();
    reads(&stage, &entry, DRAFTS).await;
    let with = |entry: &Value, more: Value| on(entry, more);
    let take = async |command: &str, input: Value, may: &[&str], knows: &str| -> Value {
        tried_by(AROUND, &stage, (command, ENTRY), &input, (may, knows)).await["entry"].clone()
    };
    let both = ["staff.35.02", "head.35.02"];
    entry = take(
        "editAwardEntry",
        with(&entry, json!({ "title": "Posko" })),
        &both,
        DRAFTS,
    )
    .await;
    entry = take("submitAwardEntry", with(&entry, json!({})), &["head.35.02"], DRAFTS).await;
    reads(&stage, &entry, READS).await;
    let reason = json!({ "reason": "Lampirkan foto." });
    entry = take("returnAwardEntry", with(&entry, reason.clone()), &["head.35"], READS).await;
    entry = take("submitAwardEntry", with(&entry, json!({})), &["head.35.02"], READS).await;
    let verdict = json!({ "verdict": "ELIGIBLE" });
    entry = take("verifyAwardEntry", with(&entry, verdict), &["head.35"], READS).await;
    entry = take(
        "withdrawAwardEntry",
        with(&entry, reason.clone()),
        &["head.35.02"],
        READS,
    )
    .await;
    reads(&stage, &entry, READS).await;

    // What the province enters it submits, and does not verify by the same person; the unit may take it back.
    let province = stage.office("head.35").await;
    let of_province = "query($f: AwardEntryFilter) { awardEntries(filter: $f) { nodes { id version } } }";
    let filter = json!({ "f": { "category": { "eq": category }, "status": { "eq": "DRAFT" } } });
    let drafts = province.data(of_province, filter).await["awardEntries"]["nodes"].clone();
    assert_eq!(
        drafts.as_array().unwrap().len(),
        1,
        "the province reads its own draft alone"
    );
    let theirs = "staff.35 head.35 observer.35";
    let mut entry = take("submitAwardEntry", with(&drafts[0], json!({})), &["head.35"], theirs).await;
    reads(&stage, &entry, READS).await;
    let verdict = with(&entry, json!({ "verdict": "ELIGIBLE" }));
    let own = province
        .command("verifyAwardEntry", ENTRY, verdict.clone())
        .await
        .unwrap_err();
    assert_eq!((own.code.as_str(), own.field.as_str()), ("OWN_WORK", "entry"));
    let colleague = stage.office("head2.35").await;
    entry = colleague.command("verifyAwardEntry", ENTRY, verdict).await.unwrap()["entry"].clone();
    let struck = with(&entry, json!({ "reason": "Bukti palsu." }));
    take("disqualifyAwardEntry", struck, &["coordinator.ri"], READS).await;

    let selection = "result { entered }";
    let input = json!({ "category": category, "dryRun": true });
    let document = command_document("nominateAutomatically", selection);
    let nobody = app.ask(None, &document, json!({ "input": input })).await;
    assert_eq!(nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    for name in AROUND.split_whitespace() {
        let tried = stage
            .office(name)
            .await
            .command("nominateAutomatically", selection, input.clone())
            .await;
        let expected = if unaware.contains(&name) {
            "NOT_FOUND"
        } else {
            "FORBIDDEN"
        };
        match tried {
            Ok(_told) => assert_eq!(name, "coordinator.ri"),
            Err(refusal) => assert_eq!(refusal.code, expected, "{name}"),
        }
    }
    let nobody = app.ask(None, "{ awardEntries { totalCount } }", json!({})).await;
    assert_eq!(nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
}

async fn reads(stage: &Stage<'_>, entry: &Value, who: &str) {
    for name in AROUND.split_whitespace() {
        let known = seen(&*stage.office(name).await, entry, "version").await;
        assert_eq!(known.is_some(), is_among(name, who), "{name}");
    }
}

on_both_databases!(everybody_does_with_entries_what_is_theirs);
