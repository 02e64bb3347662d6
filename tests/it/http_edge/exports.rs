//! The door to exports from outside.
use jenjang::graphql::id::Kind;

use super::HEALTHY;
use crate::{
    on_both_databases,
    support::{TestApp, exports::records},
};

const ROUND: &str = "laporan-akhir-kehumasan-2024";

async fn a_file_is_handed_on_to_be_saved_and_by_nobody_kept(app: TestApp) {
    let office = app.office("head.32.75").await;
    let cycle = office.cycle(ROUND).await;
    let today = app.services.clock.today();
    for (extension, media_type) in [
        ("csv", "text/csv; charset=utf-8; header=present"),
        (
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        ("jsonl", "application/jsonl; charset=utf-8"),
    ] {
        let headers = [
            ("authorization", format!("Bearer {}", office.access_token)),
            ("x-request-id", "ekspor-1".to_owned()),
        ];
        let path = format!("/export/cycles/{cycle}.{extension}");
        let disposition = format!("attachment; filename=\"{ROUND} {today}.{extension}\"");
        for method in ["GET", "HEAD"] {
            let answer = app.send(method, &path, &headers, Vec::new()).await;
            assert_eq!(answer.status, 200, "{method} {extension}");
            for (name, value) in [
                ("content-type", media_type),
                ("content-disposition", disposition.as_str()),
                ("content-security-policy", "default-src 'none'; sandbox"),
                ("x-content-type-options", "nosniff"),
                ("cache-control", "private, no-store"),
                ("referrer-policy", "no-referrer"),
                ("x-request-id", "ekspor-1"),
            ] {
                assert_eq!(answer.header(name), Some(value), "{method} {extension}: {name}");
            }
            assert!(method == "GET" || answer.bytes.is_empty());
        }
    }
}

async fn what_can_be_packed_is(app: TestApp) {
    let office = app.office("head.32.75").await;
    let cycle = office.cycle(ROUND).await;
    for (extension, packed) in [("csv", Some("gzip")), ("xlsx", Some("identity"))] {
        let headers = [
            ("authorization", format!("Bearer {}", office.access_token)),
            ("accept-encoding", "gzip".to_owned()),
        ];
        let path = format!("/export/cycles/{cycle}.{extension}");
        let answer = app.send("GET", &path, &headers, Vec::new()).await;
        assert_eq!((answer.status, answer.header("content-encoding")), (200, packed));
    }
    assert_eq!(records(&office.exports(&cycle, "csv").await.bytes).len(), 1, "headings");
}

async fn what_is_no_export_is_refused(app: TestApp) {
    let office = app.office("head.32.75").await;
    let token = ("authorization", format!("Bearer {}", office.access_token));
    let (cycle, absent) = (office.cycle(ROUND).await, app.absent(Kind::ReportCycle));
    let (unit, number) = (office.unit("32.75").await, "00000000-0000-0000-0000-000000000000");
    for file in [
        format!("{cycle}.pdf"),
        format!("{cycle}.CSV"),
        format!("{cycle}."),
        format!("{cycle}.csv.csv"),
        cycle.clone(),
        format!("{absent}.csv"),
        format!("{unit}.csv"),
        format!("{number}.csv"),
        ".csv".to_owned(),
        "..%2f..%2fkeys.csv".to_owned(),
        "%00.csv".to_owned(),
        "%ff.csv".to_owned(),
        "a/b.csv".to_owned(),
    ] {
        let path = format!("/export/cycles/{file}");
        let answer = app.send("GET", &path, std::slice::from_ref(&token), Vec::new()).await;
        answer.is_refused_with(404, "NOT_FOUND");
        let head = app.send("HEAD", &path, std::slice::from_ref(&token), Vec::new()).await;
        assert_eq!((head.status, head.bytes.len()), (404, 0), "{file}");
    }
    let path = format!("/export/cycles/{cycle}.csv");
    for wrong in ["Bearer x", "Basic eDp5", "x"] {
        let answer = app
            .send("GET", &path, &[("authorization", wrong.to_owned())], Vec::new())
            .await;
        answer.is_refused_with(401, "UNAUTHENTICATED");
    }
    for method in ["POST", "PUT", "DELETE", "PATCH"] {
        let answer = app.send(method, &path, std::slice::from_ref(&token), Vec::new()).await;
        answer.is_refused_with(405, "BAD_USER_INPUT");
        assert_eq!(answer.header("allow"), Some("GET, HEAD"));
    }
    for (language, sentence) in [
        ("id", "Periode laporan atau bentuk ekspor ini tidak ditemukan."),
        ("en", "There is no such cycle, or no such form of export."),
    ] {
        let answer = office.exports_in(&absent, "csv", language).await;
        assert_eq!(answer.json()["errors"][0]["message"], sentence);
    }
    assert!(!app.runs(HEALTHY).await.json()["data"].is_null());
}

on_both_databases! {
    a_file_is_handed_on_to_be_saved_and_by_nobody_kept,
    what_can_be_packed_is,
    what_is_no_export_is_refused,
}
