//! A client on a bad connection sends its command again: it is carried out once.
use std::sync::Arc;

use chrono::{Duration, Utc};
use entity::{idempotency_record, refresh_token};
use jenjang::clock::StillClock;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;

use super::KECAMATAN;
use crate::{
    on_both_databases,
    support::{Office, TestApp, app::Variation},
};

async fn a_repeated_command_is_answered_by_its_outcome(app: TestApp) {
    let (staff, head) = (app.office("staff.35.02.12").await, app.office("head.35.02.12").await);
    let draft = staff.drafts(KECAMATAN).await;
    let input = json!({ "report": draft.id, "expectedVersion": draft.version });
    let first = head
        .command_with_key(
            "submitReport",
            "report { version status }",
            input.clone(),
            Some("kirim-1"),
        )
        .await
        .unwrap();
    let again = head
        .command_with_key(
            "submitReport",
            "report { id version status }",
            input.clone(),
            Some("kirim-1"),
        )
        .await
        .unwrap();
    assert_eq!(
        again["report"]["version"], first["report"]["version"],
        "replay wins over a stale version"
    );
    assert_eq!(
        again["report"]["id"],
        json!(draft.id),
        "and renders what is asked for now"
    );
    let other = json!({ "report": draft.id, "expectedVersion": 99 });
    let mismatch = head
        .command_with_key("submitReport", "report { id }", other, Some("kirim-1"))
        .await
        .unwrap_err();
    assert_eq!(mismatch.code, "IDEMPOTENCY_MISMATCH");
    let without = head
        .command("submitReport", "report { id }", input.clone())
        .await
        .unwrap_err();
    assert_eq!(without.code, "STALE_VERSION");
    let stranger = app.office("head.35.02.13").await;
    let theirs = stranger
        .command_with_key("submitReport", "report { id }", input, Some("kirim-1"))
        .await
        .unwrap_err();
    assert_eq!(theirs.code, "NOT_FOUND", "a key is its account's own");
}

async fn a_refusal_is_not_remembered(app: TestApp) {
    let (staff, head) = (app.office("staff.35.02.14").await, app.office("head.35.02.14").await);
    let started = staff.starts(KECAMATAN).await.unwrap();
    let input = json!({ "report": started.id, "expectedVersion": 2 });
    let refused = head
        .command_with_key("submitReport", "report { id }", input.clone(), Some("k"))
        .await
        .unwrap_err();
    assert_eq!(refused.code, "STALE_VERSION");
    staff.fills_in(&started, "Lengkap.").await.unwrap();
    let submitted = head
        .command_with_key("submitReport", "report { status }", input, Some("k"))
        .await
        .unwrap();
    assert_eq!(
        submitted["report"]["status"], "SUBMITTED",
        "nothing was changed by the refusal, so it is decided anew"
    );
}

async fn rivals_under_one_key_are_carried_out_once(app: TestApp) {
    let staff = app.office("staff.35.02.15").await;
    let input = json!({ "cycle": staff.cycle(KECAMATAN).await });
    let send = || staff.command_with_key("startReport", "report { id }", input.clone(), Some("mulai"));
    let (first, second, third) = futures_util::join!(send(), send(), send());
    let mut ids = Vec::new();
    for outcome in [first, second, third] {
        match outcome {
            Ok(payload) => ids.push(payload["report"]["id"].clone()),
            Err(refusal) => assert_eq!(refusal.code, "CONFLICT", "in flight, and nothing else"),
        }
    }
    ids.dedup();
    assert_eq!(ids.len(), 1);
    let listed = staff.data("{ reports { totalCount } }", json!({})).await;
    assert_eq!(listed["reports"]["totalCount"], 1);
}

async fn a_rival_in_another_process_waits_and_is_answered_alike(app: TestApp) {
    let other = TestApp::on(Arc::clone(&app.database), Variation::default()).await;
    let here = app.office("staff.35.02.21").await;
    let there = Office {
        app: &other,
        ..app.office("staff.35.02.21").await
    };
    let input = json!({ "cycle": here.cycle(KECAMATAN).await });
    for turn in 0..5 {
        let key = format!("mulai-{turn}");
        let (first, second) = futures_util::join!(
            here.command_with_key("startReport", "report { id version }", input.clone(), Some(&key)),
            there.command_with_key("startReport", "report { id version }", input.clone(), Some(&key)),
        );
        let (first, second) = (first.unwrap(), second.unwrap());
        assert_eq!(
            first["report"]["id"], second["report"]["id"],
            "carried out once, whoever was first"
        );
        let give_up = json!({ "report": first["report"]["id"], "expectedVersion": 1, "reason": "Diulang." });
        app.office("head.35.02.21")
            .await
            .command("abandonReport", "report { id }", give_up)
            .await
            .unwrap();
    }
}

async fn several_commands_of_one_document_share_a_key(app: TestApp) {
    let head = app.office("head.35.02").await;
    let mut reports = Vec::new();
    for code in ["35.02.16", "35.02.17"] {
        let draft = app.office(&format!("staff.{code}")).await.drafts(KECAMATAN).await;
        reports.push(app.office(&format!("head.{code}")).await.submits(&draft).await.unwrap());
    }
    let document = "mutation($a: TakeReportInput!, $b: TakeReportInput!) { a: takeReport(input: $a) { report { status } userErrors { code } } b: takeReport(input: $b) { report { status } userErrors { code } } }";
    let input = |place: usize| json!({ "report": reports[place].id, "expectedVersion": reports[place].version });
    let headers = [
        ("authorization", format!("Bearer {}", head.access_token)),
        ("idempotency-key", "ambil-dua".to_owned()),
    ];
    for _time in 0..2 {
        let body = json!({ "query": document, "variables": { "a": input(0), "b": input(1) } });
        let answer = app.post(&headers, body).await.json();
        for key in ["a", "b"] {
            assert_eq!(answer["data"][key]["report"]["status"], "TIER_REVIEW", "{answer}");
        }
    }
}

async fn what_has_had_its_time_is_forgotten(app: TestApp) {
    let clock = StillClock::at(Utc::now());
    let variation = Variation {
        clock: Arc::new(clock.clone()),
        ..Variation::default()
    };
    let app = app.varied(variation).await;
    let earlier = refresh_token::Entity::find()
        .count(app.services.db.reader())
        .await
        .unwrap();
    let (staff, head) = (app.office("staff.35.02.20").await, app.office("head.35.02.20").await);
    let draft = staff.drafts(KECAMATAN).await;
    let input = json!({ "report": draft.id, "expectedVersion": draft.version });
    head.command_with_key("submitReport", "report { id }", input, Some("kirim"))
        .await
        .unwrap();
    let counts = async || {
        let connection = app.services.db.reader();
        let outcomes = idempotency_record::Entity::find().count(connection).await.unwrap();
        (outcomes, refresh_token::Entity::find().count(connection).await.unwrap())
    };
    clock.advance(Duration::hours(23));
    jenjang::background::forget(&app.services).await.unwrap();
    assert_eq!(counts().await, (1, earlier + 2));
    clock.advance(Duration::hours(2));
    jenjang::background::forget(&app.services).await.unwrap();
    assert_eq!(
        counts().await,
        (0, earlier + 2),
        "a command may be sent again for a day"
    );
    clock.advance(Duration::days(31));
    jenjang::background::forget(&app.services).await.unwrap();
    assert_eq!(counts().await, (0, 0), "and a session carried on for thirty");
}

on_both_databases!(
    a_rival_in_another_process_waits_and_is_answered_alike,
    what_has_had_its_time_is_forgotten,
    a_repeated_command_is_answered_by_its_outcome,
    a_refusal_is_not_remembered,
    rivals_under_one_key_are_carried_out_once,
    several_commands_of_one_document_share_a_key,
);
