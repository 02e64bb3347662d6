//! The door to files, by what the standards ask of one.
use serde_json::json;

use crate::{
    on_both_databases,
    support::{
        TestApp,
        files::{Upload, pdf, sha256},
        office::Office,
    },
};

async fn ranges_are_served_as_they_are_asked_for(app: TestApp) {
    let office = app.office("staff.32.75").await;
    let bytes = pdf("rentang", 100_000);
    let file = office.uploads("Laporan.pdf", &bytes).await;
    let tag = format!("\"{}\"", sha256(&bytes));
    for (range, if_range, status, expected, content_range) in [
        (None, None, 200, &bytes[..], None),
        (Some("bytes=0-0"), None, 206, &bytes[..1], Some("bytes 0-0/100000")),
        (
            Some("bytes=10-19"),
            None,
            206,
            &bytes[10..20],
            Some("bytes 10-19/100000"),
        ),
        (
            Some("bytes=99990-"),
            None,
            206,
            &bytes[99_990..],
            Some("bytes 99990-99999/100000"),
        ),
        (
            Some("bytes=-5"),
            None,
            206,
            &bytes[99_995..],
            Some("bytes 99995-99999/100000"),
        ),
        (
            Some("bytes=50000-999999"),
            None,
            206,
            &bytes[50_000..],
            Some("bytes 50000-99999/100000"),
        ),
        (
            Some("bytes=0-9"),
            Some(tag.as_str()),
            206,
            &bytes[..10],
            Some("bytes 0-9/100000"),
        ),
        (Some("bytes=0-9"), Some("\"another\""), 200, &bytes[..], None),
        (Some("bytes=0-1,4-5"), None, 200, &bytes[..], None),
        (Some("bytes=9-2"), None, 200, &bytes[..], None),
        (Some("potatoes=1-2"), None, 200, &bytes[..], None),
    ] {
        // Whatever the client could unpack: packed, the ranges would be those of something else.
        let mut headers = vec![("accept-encoding", "gzip".to_owned())];
        headers.extend(range.map(|range| ("range", range.to_owned())));
        headers.extend(if_range.map(|tag| ("if-range", tag.to_owned())));
        let answer = office.fetches(&file, &headers).await;
        assert_eq!(answer.status, status, "{range:?}");
        assert!(answer.bytes == expected, "{range:?}");
        assert_eq!(answer.header("content-range"), content_range, "{range:?}");
        assert_eq!(
            answer.header("content-length"),
            Some(expected.len().to_string().as_str())
        );
        assert_eq!(answer.header("etag"), Some(tag.as_str()));
        assert_eq!(answer.header("accept-ranges"), Some("bytes"));
        assert_eq!(answer.header("content-encoding"), Some("identity"));
    }
    let beyond = office.fetches(&file, &[("range", "bytes=100000-".to_owned())]).await;
    beyond.is_refused_with(416, "BAD_USER_INPUT");
    assert_eq!(beyond.header("content-range"), Some("bytes */100000"));
    let link = office.links_to(&file).await.unwrap();
    let head = app.send("HEAD", &link, &[], Vec::new()).await;
    assert_eq!((head.status, head.bytes.len()), (200, 0));
    assert_eq!(head.header("content-length"), Some("100000"));
}

async fn a_file_is_handed_on_to_be_saved_and_by_nobody_kept(app: TestApp) {
    let office = app.office("staff.32.75").await;
    let content = "kecamatan,<script>alert(1)</script>\n";
    let input = json!({ "name": "Rekap “akhir”.csv", "size": content.len(), "sha256": sha256(content.as_bytes()),
        "mediaType": "text/csv" });
    let begun = office.command("beginUpload", "upload { id url }", input).await.unwrap();
    let upload = Upload {
        id: begun["upload"]["id"].as_str().unwrap().to_owned(),
        url: begun["upload"]["url"].as_str().unwrap().to_owned(),
    };
    let sent = office.puts(&upload, 0, content.as_bytes()).await;
    let file = sent.json()["file"].as_str().unwrap().to_owned();
    let answer = office.fetches(&file, &[]).await;
    for (name, value) in [
        ("content-type", "text/csv; charset=utf-8"),
        (
            "content-disposition",
            "attachment; filename=\"Rekap _akhir_.csv\"; filename*=UTF-8''Rekap%20%E2%80%9Cakhir%E2%80%9D.csv",
        ),
        ("content-security-policy", "default-src 'none'; sandbox"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "private, no-store"),
        ("referrer-policy", "no-referrer"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{name}");
    }
}

/// A piece with any headers.
async fn put(office: &Office<'_>, url: &str, headers: &[(&str, &str)]) -> crate::support::app::Answer {
    let mut all = vec![("authorization", format!("Bearer {}", office.access_token))];
    all.extend(headers.iter().map(|(name, value)| (*name, (*value).to_owned())));
    office.app.send("PUT", url, &all, b"%PDF-1.7".to_vec()).await
}

async fn what_is_no_piece_is_refused(app: TestApp) {
    let office = app.office("staff.32.75").await;
    let upload = office.announces("Laporan.pdf", &pdf("tepi", 500)).await.unwrap();
    for offset in ["", "-1", "1.5", "0x10", "+1", "99999999999999999999", "a"] {
        let answer = put(&office, &upload.url, &[("upload-offset", offset)]).await;
        answer.is_refused_with(400, "BAD_USER_INPUT");
    }
    put(&office, &upload.url, &[])
        .await
        .is_refused_with(400, "BAD_USER_INPUT");
    put(&office, &upload.url, &[("upload-offset", "400")])
        .await
        .is_refused_with(409, "WRONG_OFFSET");
    for url in [
        "/files/1",
        "/files/..%2f..%2fkeys",
        "/files/00000000-0000-0000-0000-000000000000",
    ] {
        put(&office, url, &[("upload-offset", "0")])
            .await
            .is_refused_with(404, "NOT_FOUND");
    }
    let nobody = app
        .send("PUT", &upload.url, &[("upload-offset", "0".to_owned())], b"x".to_vec())
        .await;
    nobody.is_refused_with(401, "UNAUTHENTICATED");
    assert!(nobody.header("www-authenticate").is_some());
    for link in ["", "?link=", "?link=a.b.c", "?link=%00", "?link=%ff", "?token=x"] {
        let answer = app.send("GET", &format!("{}{link}", upload.url), &[], Vec::new()).await;
        answer.is_refused_with(401, "UNAUTHENTICATED");
    }
    for method in ["POST", "DELETE", "PATCH"] {
        let answer = app.send(method, &upload.url, &[], Vec::new()).await;
        answer.is_refused_with(405, "BAD_USER_INPUT");
        assert_eq!(answer.header("allow"), Some("GET, HEAD, PUT"));
    }
    assert_eq!(office.offset_of(&upload).await, Ok(0));
    app.is_alive().await;
}

on_both_databases!(
    ranges_are_served_as_they_are_asked_for,
    a_file_is_handed_on_to_be_saved_and_by_nobody_kept,
    what_is_no_piece_is_refused,
);
