//! A kecamatan's report climbs tier by tier: sent back once, corrected, endorsed by Ponorogo, and accepted by the province.
use std::sync::Arc;

use chrono::{Duration, Utc};
use entity::enums::Function;
use jenjang::clock::StillClock;
use serde_json::json;

use super::{FINAL_REPORT, KECAMATAN};
use crate::{
    on_both_databases,
    support::{Refusal, TestApp, app::Variation},
};

fn refused(code: &str, field: &str) -> Refusal {
    Refusal {
        code: code.to_owned(),
        field: field.to_owned(),
    }
}

async fn a_returned_report_is_corrected_and_goes_up_again(app: TestApp) {
    let (staff, head) = (app.office("staff.35.02.04").await, app.office("head.35.02.04").await);
    let (regency, clerk) = (app.office("head.35.02").await, app.office("staff.35.02").await);

    let submitted = head.submits(&staff.drafts(KECAMATAN).await).await.unwrap();
    assert_eq!(submitted.status, "SUBMITTED");
    assert_eq!(
        regency.does("endorseReport", &submitted).await.unwrap_err(),
        refused("WRONG_STATE", "report"),
        "not taken up yet"
    );
    let taken = clerk.does("takeReport", &submitted).await.unwrap();
    assert_eq!(taken.status, "TIER_REVIEW");
    assert_eq!(
        clerk
            .does_because("returnReport", &taken, "Kurang foto")
            .await
            .unwrap_err(),
        refused("FORBIDDEN", "report"),
        "staff takes, the head decides"
    );
    assert_eq!(
        head.does_because("withdrawReport", &taken, "Keliru").await.unwrap_err(),
        refused("WRONG_STATE", "report"),
        "it was taken up"
    );
    assert_eq!(
        regency.does_because("returnReport", &taken, "  ").await.unwrap_err(),
        refused("REQUIRED", "reason")
    );
    let returned = regency
        .does_because("returnReport", &taken, "Lampirkan jumlah pengikut.")
        .await
        .unwrap();
    assert_eq!(returned.status, "RETURNED");
    assert_eq!(
        regency.does("endorseReport", &taken).await.unwrap_err(),
        refused("STALE_VERSION", "expectedVersion"),
        "it has moved on"
    );

    let corrected = staff
        .fills_in(&returned, "Pengikut 1.204 per 31 Desember.")
        .await
        .unwrap();
    let again = head.submits(&corrected).await.unwrap();
    let told = regency
        .data(
            "query($id: ID!) { report(id: $id) { revision { number answers { text } } draft { updatedAt } history { nodes { command reason } } } }",
            json!({ "id": again.id }),
        )
        .await;
    assert_eq!(told["report"]["revision"]["number"], 2);
    assert_eq!(
        told["report"]["revision"]["answers"][0]["text"],
        "Pengikut 1.204 per 31 Desember."
    );
    assert!(
        told["report"]["draft"].is_null(),
        "a working draft is its own unit's alone"
    );
    let steps: Vec<&str> = told["report"]["history"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["command"].as_str().unwrap())
        .collect();
    assert_eq!(steps, ["START", "SUBMIT", "TAKE", "RETURN", "SUBMIT"]);
    assert_eq!(
        told["report"]["history"]["nodes"][3]["reason"],
        "Lampirkan jumlah pengikut."
    );
}

async fn a_report_climbs_from_kecamatan_to_province(app: TestApp) {
    let (head, regency, province) = (
        app.office("head.35.02.05").await,
        app.office("head.35.02").await,
        app.office("head.35").await,
    );
    let submitted = head
        .submits(&app.office("staff.35.02.05").await.drafts(KECAMATAN).await)
        .await
        .unwrap();
    assert_eq!(
        province.does("takeReport", &submitted).await.unwrap_err(),
        refused("FORBIDDEN", "report"),
        "Ponorogo comes first"
    );
    let taken = regency.does("takeReport", &submitted).await.unwrap();
    let released = regency.does("releaseReport", &taken).await.unwrap();
    assert_eq!(released.status, "SUBMITTED");
    let taken = regency.does("takeReport", &released).await.unwrap();
    assert_eq!(
        regency
            .does_because("declineReport", &taken, "Tidak layak")
            .await
            .unwrap_err(),
        refused("WRONG_STATE", "report"),
        "the province has the last word"
    );
    let endorsed = regency.does("endorseReport", &taken).await.unwrap();
    assert_eq!(endorsed.status, "SUBMITTED", "and waits at the next desk");
    let desk = head
        .data(
            "query($id: ID!) { report(id: $id) { reviewingUnit { code } } }",
            json!({ "id": endorsed.id }),
        )
        .await;
    assert_eq!(desk["report"]["reviewingUnit"]["code"], "35");
    assert_eq!(
        head.does_because("withdrawReport", &endorsed, "Keliru")
            .await
            .unwrap_err(),
        refused("WRONG_STATE", "report"),
        "a tier has decided already"
    );
    assert_eq!(
        regency.does("takeReport", &endorsed).await.unwrap_err(),
        refused("FORBIDDEN", "report")
    );
    let taken = province.does("takeReport", &endorsed).await.unwrap();
    let accepted = province.does("endorseReport", &taken).await.unwrap();
    assert_eq!(accepted.status, "ACCEPTED");
    let coordinator = app.office("coordinator.ri").await;
    assert_eq!(
        coordinator
            .does_because("retractAcceptance", &accepted, "Salah")
            .await
            .unwrap_err(),
        refused("WRONG_STATE", "report"),
        "RI never received it"
    );
}

async fn the_last_tier_may_decline_and_the_unit_may_start_anew(app: TestApp) {
    let (head, regency, province) = (
        app.office("head.35.02.06").await,
        app.office("head.35.02").await,
        app.office("head.35").await,
    );
    let staff = app.office("staff.35.02.06").await;
    let submitted = head.submits(&staff.drafts(KECAMATAN).await).await.unwrap();
    let endorsed = regency
        .does("endorseReport", &regency.does("takeReport", &submitted).await.unwrap())
        .await
        .unwrap();
    let taken = province.does("takeReport", &endorsed).await.unwrap();
    assert_eq!(
        staff.starts(KECAMATAN).await.unwrap_err(),
        refused("ALREADY_EXISTS", "cycle")
    );
    let declined = province
        .does_because("declineReport", &taken, "Bukan periode ini.")
        .await
        .unwrap();
    assert_eq!(declined.status, "DECLINED");
    assert_eq!(staff.starts(KECAMATAN).await.unwrap().status, "DRAFT");
}

async fn of_two_offices_deciding_at_once_one_wins(app: TestApp) {
    let head = app.office("head.35.02.07").await;
    app.seats("ketua.35.02", "35.02", Function::Head).await;
    let (kordiv, chair) = (app.office("head.35.02").await, app.office("ketua.35.02").await);
    let submitted = head
        .submits(&app.office("staff.35.02.07").await.drafts(KECAMATAN).await)
        .await
        .unwrap();
    let taken = kordiv.does("takeReport", &submitted).await.unwrap();
    let (endorsing, returning) = futures_util::join!(
        kordiv.does("endorseReport", &taken),
        chair.does_because("returnReport", &taken, "Kurang lengkap")
    );
    let winner = match (&endorsing, &returning) {
        (Ok(winner), Err(loser)) | (Err(loser), Ok(winner)) => {
            assert_eq!(*loser, refused("STALE_VERSION", "expectedVersion"));
            winner
        }
        _ => panic!("{endorsing:?} and {returning:?}"),
    };
    let seen = head
        .data(
            "query($id: ID!) { report(id: $id) { version history { totalCount } } }",
            json!({ "id": submitted.id }),
        )
        .await;
    assert_eq!(seen["report"]["version"], winner.version);
    assert_eq!(
        seen["report"]["history"]["totalCount"], 4,
        "start, submit, take and one decision"
    );
}

async fn a_refused_handover_goes_back_and_an_acceptance_can_be_retracted(app: TestApp) {
    let head = app.office("head.35.09").await;
    let endorsed = head
        .submits(&app.office("staff.35.09").await.drafts(FINAL_REPORT).await)
        .await
        .unwrap();
    let (given, _session) = head.hands_over(&[&endorsed], None).await.unwrap();
    let expert = app.office("expert1.ri").await;
    assert_eq!(
        expert.does_because("refuseHandover", &given[0], "").await.unwrap_err(),
        refused("REQUIRED", "reason")
    );
    let back = expert
        .does_because("refuseHandover", &given[0], "Belum ditandatangani.")
        .await
        .unwrap();
    assert_eq!(back.status, "ENDORSED");
    assert_eq!(
        expert.sees(&back).await,
        None,
        "who refused it has nothing to do with it any more"
    );
    let (given, _session) = head.hands_over(&[&back], None).await.unwrap();
    let received = expert.receives(&[&given[0]]).await.unwrap();
    let coordinator = app.office("coordinator.ri").await;
    let accepted = coordinator.does("acceptReport", &received[0]).await.unwrap();
    let retracted = coordinator
        .does_because("retractAcceptance", &accepted, "Lampiran tertukar.")
        .await
        .unwrap();
    assert_eq!(retracted.status, "RECEIVED");
    let declined = coordinator
        .does_because("declineReport", &retracted, "Lampiran milik daerah lain.")
        .await
        .unwrap();
    assert_eq!(declined.status, "DECLINED");
}

async fn an_acceptance_stands_after_a_day(app: TestApp) {
    let clock = StillClock::at(Utc::now());
    let app = app
        .varied(Variation {
            clock: Arc::new(clock.clone()),
            // The clock goes back below, which counted attempts do not.
            ..Variation::unthrottled()
        })
        .await;
    let (head, coordinator) = (app.office("head.35.09").await, app.office("coordinator.ri").await);
    let endorsed = head
        .submits(&app.office("staff.35.09").await.drafts(FINAL_REPORT).await)
        .await
        .unwrap();
    let (given, _session) = head.hands_over(&[&endorsed], None).await.unwrap();
    let received = coordinator.receives(&[&given[0]]).await.unwrap();
    let accepted = coordinator.does("acceptReport", &received[0]).await.unwrap();
    clock.advance(Duration::hours(24));
    let coordinator = app.office("coordinator.ri").await;
    assert_eq!(
        coordinator
            .does_because("retractAcceptance", &accepted, "Terlambat")
            .await
            .unwrap_err(),
        refused("WRONG_STATE", "report")
    );
    clock.advance(-Duration::minutes(1));
    let coordinator = app.office("coordinator.ri").await;
    let retracted = coordinator
        .does_because("retractAcceptance", &accepted, "Belum sehari")
        .await
        .unwrap();
    assert_eq!(retracted.status, "RECEIVED");
}

on_both_databases!(
    an_acceptance_stands_after_a_day,
    a_returned_report_is_corrected_and_goes_up_again,
    a_report_climbs_from_kecamatan_to_province,
    the_last_tier_may_decline_and_the_unit_may_start_anew,
    of_two_offices_deciding_at_once_one_wins,
    a_refused_handover_goes_back_and_an_acceptance_can_be_retracted,
);
