//! Scans and seals are audited rows: whoever changes one, or takes one away, is found out.
use chrono::Duration;
use jenjang::audit::SubjectType;
use serde_json::json;

use super::{stolen, tampering::every_byte_is_missed};
use crate::{
    on_both_databases,
    stories::{
        attendance::finalises,
        door::{gathers, pairs, scan, sends_scans},
        events::steps,
    },
    support::{TestApp, app::Variation},
};

async fn a_changed_byte_of_a_scan_is_found(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let host = app.office("head.35.02").await;
    let held = gathers(&app, "Rakernis", json!({})).await;
    let door = pairs(&host, &held.event, "Pintu").await;
    let start = app.services.clock.now() - Duration::hours(1);
    let sari = &held.guest("Sari Lestari").code;
    let sent = [
        scan("pertama", sari, &held.sessions[0], "IN", start),
        scan("kedua", "bukan kode", &held.sessions[0], "IN", start),
        scan("ketiga", sari, &held.sessions[0], "OUT", start + Duration::minutes(30)),
    ];
    for scan in sent {
        sends_scans(&door, None, &[scan]).await;
    }
    let stolen = stolen(app).await;
    stolen.is_sound().await;
    stolen.forgets_its_rules(&["event_scan"]).await;
    let tried = every_byte_is_missed(&stolen, SubjectType::EventScan, ("event_scan", "id"), &[]).await;
    assert!(tried >= 10, "{tried}");
    let row = stolen.one_of(SubjectType::EventScan, "id");
    let found = stolen
        .found_after(&[&format!("DELETE FROM event_scan WHERE {row}")])
        .await;
    assert_eq!(found, ["MISSING event_scan"]);
}

async fn a_changed_byte_of_a_seal_is_found(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let host = app.office("head.35.02").await;
    let held = gathers(&app, "Rakernis", json!({})).await;
    let ended = steps(&host, "endEvent", &held.event).await.unwrap();
    finalises(&host, &ended, Some("Tidak ada daftar hadir.")).await.unwrap();
    let stolen = stolen(app).await;
    stolen.is_sound().await;
    stolen.forgets_its_rules(&["attendance_seal"]).await;
    let seals = (SubjectType::AttendanceSeal, ("attendance_seal", "id"));
    let tried = every_byte_is_missed(&stolen, seals.0, seals.1, &[]).await;
    assert!(tried >= 6, "{tried}");
    let row = stolen.one_of(SubjectType::AttendanceSeal, "id");
    let found = stolen
        .found_after(&[&format!("DELETE FROM attendance_seal WHERE {row}")])
        .await;
    assert_eq!(found, ["MISSING attendance_seal"]);
}

on_both_databases!(a_changed_byte_of_a_scan_is_found, a_changed_byte_of_a_seal_is_found);
