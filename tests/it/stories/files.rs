//! Files: sent over lines that break, kept once, fetched by those who may, and forgotten when nothing holds them.
use std::{path::PathBuf, sync::Arc};

use chrono::{Duration, Utc};
use entity::{attachment, file, file_piece, stored_object};
use jenjang::{background, clock::StillClock, config::Config, file::inspection};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;

use super::KECAMATAN;
use crate::{
    on_both_databases,
    support::{
        Report, TestApp,
        app::Variation,
        files::{FIELD, UPLOAD, Upload, announcement, pdf, sha256},
    },
};

/// Where a server keeps the files of its database.
fn folder(app: &TestApp) -> PathBuf {
    app.database.folder.path().join("files")
}

/// Where a content is kept.
fn place(app: &TestApp, bytes: &[u8]) -> PathBuf {
    let sha256 = sha256(bytes);
    folder(app).join(&sha256[..2]).join(&sha256[2..4]).join(sha256)
}

/// How many parts wait.
fn parts(app: &TestApp) -> usize {
    std::fs::read_dir(folder(app).join("staging")).unwrap().count()
}

async fn a_file_is_sent_again_after_a_broken_upload(app: TestApp) {
    let office = app.office("staff.32.75").await;
    let bytes = pdf("Surat edaran", 3_000_000);
    let upload = office.announces("Surat edaran.pdf", &bytes).await.unwrap();
    assert_eq!(office.offset_of(&upload).await, Ok(0));
    office.puts_and_hangs_up(&upload, 0, bytes.len(), &bytes[..1_500_000]);
    // What was on the line when it broke may have come or not; the sender asks.
    let mut offset = 0;
    while offset == 0 {
        offset = office.offset_of(&upload).await.unwrap();
        tokio::task::yield_now().await;
    }
    assert!(offset <= 1_500_000, "{offset}");
    let wrong = office.puts(&upload, offset + 1, &bytes[offset + 1..]).await;
    assert_eq!(wrong.status, 409, "{}", wrong.json());
    assert_eq!(wrong.code(), "WRONG_OFFSET");
    // More of what had come may be written down at any moment: then the sender hears so, and goes on from there.
    let sent = loop {
        let offset = office.offset_of(&upload).await.unwrap();
        let sent = office.puts(&upload, offset, &bytes[offset..]).await;
        if sent.status != 409 {
            break sent;
        }
    };
    assert_eq!(sent.status, 200, "{}", sent.json());
    assert_eq!(sent.json()["complete"], true);
    assert_eq!(sent.header("upload-complete"), Some("?1"));
    let file = sent.json()["file"].as_str().unwrap().to_owned();
    let fetched = office.fetches(&file, &[]).await;
    assert_eq!((fetched.status, fetched.bytes == bytes), (200, true));
    assert_eq!(fetched.header("content-type"), Some("application/pdf"));
    assert_eq!(
        fetched.header("content-disposition"),
        Some("attachment; filename=\"Surat edaran.pdf\"")
    );
    assert_eq!(
        std::fs::read(place(&app, &bytes)).unwrap(),
        bytes,
        "kept under its hash"
    );
    assert_eq!(parts(&app), 0, "nothing waits any more");
}

async fn a_piece_sent_twice_changes_nothing(app: TestApp) {
    let office = app.office("staff.32.75").await;
    let bytes = pdf("dua kali", 5_000);
    let upload = office.announces("Laporan.pdf", &bytes).await.unwrap();
    let first = office.puts(&upload, 0, &bytes[..2_000]).await;
    assert_eq!(
        (first.status, first.json()),
        (
            200,
            json!({ "offset": 2_000, "size": 5_000, "complete": false, "file": null })
        )
    );
    let again = office.puts(&upload, 0, &bytes[..2_000]).await;
    assert_eq!(
        (again.status, again.code(), again.header("upload-offset")),
        (409, "WRONG_OFFSET".to_owned(), Some("2000"))
    );
    let nothing = office.puts(&upload, 2_000, &[]).await;
    assert_eq!((nothing.status, nothing.json()["offset"].clone()), (200, json!(2_000)));
    let last = office.puts(&upload, 2_000, &bytes[2_000..]).await;
    assert_eq!((last.status, last.json()["complete"].clone()), (200, json!(true)));
    let again = office.puts(&upload, 2_000, &bytes[2_000..]).await;
    assert_eq!((again.status, again.header("upload-offset")), (409, Some("5000")));
    let told = office
        .data(
            "query($id: ID!) { node(id: $id) { ... on Upload { offset size file { name size sha256 mediaType } } } }",
            json!({ "id": upload.id }),
        )
        .await;
    assert_eq!(
        told["node"],
        json!({ "offset": 5_000, "size": 5_000, "file": {
            "name": "Laporan.pdf", "size": 5_000, "sha256": sha256(&bytes), "mediaType": "application/pdf" } })
    );
}

async fn beginning_twice_under_one_key_begins_once(app: TestApp) {
    let office = app.office("staff.32.75").await;
    let input = announcement("Laporan.pdf", &pdf("sekali", 500));
    let begin = || office.command_with_key("beginUpload", UPLOAD, input.clone(), Some("unggah-1"));
    let (first, again) = (begin().await.unwrap(), begin().await.unwrap());
    assert_eq!(first["upload"]["id"], again["upload"]["id"]);
}

/// Two processes on one folder are sent the same upload at once.
async fn rivals_send_one_upload_and_make_one_file(app: TestApp) {
    let other = TestApp::on(Arc::clone(&app.database), Variation::default()).await;
    let (here, there) = (app.office("staff.32.75").await, other.office("staff.32.75").await);
    let bytes = pdf("dua proses", 2_500_000);
    let upload = here.announces("Laporan.pdf", &bytes).await.unwrap();
    let mut offset = 0;
    // Each sends half a million at a time, wherever it hears that the upload ends.
    for _round in 0..20 {
        let end = (offset + 500_000).min(bytes.len());
        let (one, two) = futures_util::join!(
            here.puts(&upload, offset, &bytes[offset..end]),
            there.puts(&upload, offset, &bytes[offset..end]),
        );
        let statuses = [one.status, two.status];
        assert!(statuses.contains(&200), "{statuses:?}");
        assert!(
            statuses.iter().all(|status| [200, 409].contains(status)),
            "{statuses:?}"
        );
        let further = here.offset_of(&upload).await.unwrap();
        assert_eq!(further, end, "a piece was counted twice or not at all");
        if end == bytes.len() {
            break;
        }
        offset = end;
    }
    let told = "query($id: ID!) { node(id: $id) { ... on Upload { file { id } } } }";
    let told = there.data(told, json!({ "id": upload.id })).await;
    let file = told["node"]["file"]["id"].as_str().unwrap().to_owned();
    for office in [&here, &there] {
        assert!(office.fetches(&file, &[]).await.bytes == bytes);
    }
    assert_eq!(parts(&app), 0, "the loser's parts are gone, too");
}

/// What was acknowledged is there when another process takes over, and an upload of which all has come is finished then.
async fn what_was_acknowledged_outlives_the_process(app: TestApp) {
    let bytes = pdf("bertahan", 4_000_000);
    let upload = {
        let office = app.office("staff.32.75").await;
        let upload = office.announces("Laporan.pdf", &bytes).await.unwrap();
        assert_eq!(office.puts(&upload, 0, &bytes[..3_000_000]).await.status, 200);
        upload
    };
    let app = app.varied(Variation::default()).await;
    let office = app.office("staff.32.75").await;
    assert_eq!(office.offset_of(&upload).await, Ok(3_000_000));
    assert_eq!(office.puts(&upload, 3_000_000, &bytes[3_000_000..]).await.status, 200);
    // Killed between the last piece and the file: all has come, and nothing was made of it.
    let late = pdf("terlambat", 1_000);
    let upload = office.announces("Terlambat.pdf", &late).await.unwrap();
    assert_eq!(office.puts(&upload, 0, &late[..999]).await.status, 200);
    let pieces = file_piece::Entity::find().all(app.services.db.reader()).await.unwrap();
    let staged = folder(&app).join("staging").join(pieces[0].part_id.to_string());
    std::fs::write(staged, &late).unwrap();
    for sql in [
        "UPDATE file SET received = size WHERE name = 'Terlambat.pdf'",
        "UPDATE file_piece SET length = 1000",
    ] {
        use sea_orm::ConnectionTrait;
        app.services.db.reader().execute_unprepared(sql).await.unwrap();
    }
    assert_eq!(office.offset_of(&upload).await, Ok(1_000));
    let finished = office.puts(&upload, 1_000, &[]).await;
    assert_eq!(
        (finished.status, finished.json()["complete"].clone()),
        (200, json!(true)),
        "an empty piece asks for it"
    );
}

async fn what_cannot_be_taken_is_refused_before_it_is_sent(app: TestApp) {
    let app = app
        .varied(Variation {
            configure: |mut config| {
                config.files.largest = 10_000;
                config.files.quota = 25_000;
                Config {
                    throttle: None,
                    ..config
                }
            },
            ..Variation::default()
        })
        .await;
    let office = app.office("staff.32.75").await;
    let bytes = pdf("batas", 10_000);
    let with = |field: &str, value: serde_json::Value| {
        let mut input = announcement("Laporan.pdf", &bytes);
        input[field] = value;
        input
    };
    for (input, code, field) in [
        (
            with("mediaType", json!("application/x-msdownload")),
            "INVALID",
            "mediaType",
        ),
        (with("mediaType", json!("image/svg+xml")), "INVALID", "mediaType"),
        (with("mediaType", json!("image/png")), "INVALID", "name"),
        (with("size", json!(10_001)), "TOO_LARGE", "size"),
        (with("size", json!(0)), "INVALID", "size"),
        (with("size", json!(-5)), "INVALID", "size"),
        (with("name", json!("")), "REQUIRED", "name"),
        (with("name", json!("Laporan.exe")), "INVALID", "name"),
        (with("name", json!("../../Laporan.pdf")), "INVALID", "name"),
        (
            with("name", json!(format!("{}.pdf", "a".repeat(300)))),
            "TOO_LONG",
            "name",
        ),
    ] {
        let refused = office.command("beginUpload", UPLOAD, input).await.unwrap_err();
        assert_eq!((refused.code.as_str(), refused.field.as_str()), (code, field));
    }
    let hash = office
        .command("beginUpload", UPLOAD, with("sha256", json!("abc")))
        .await
        .unwrap_err();
    assert_eq!(hash.code, "BAD_USER_INPUT", "a hash has its own form");
    // The room of a unit is counted from the announcement on, whoever of the unit announces.
    let head = app.office("head.32.75").await;
    office.announces("Satu.pdf", &bytes).await.unwrap();
    head.announces("Dua.pdf", &bytes).await.unwrap();
    let full = office.announces("Tiga.pdf", &bytes).await.unwrap_err();
    assert_eq!((full.code.as_str(), full.field.as_str()), ("TOO_LARGE", "size"));
    office.announces("Kecil.pdf", &bytes[..5_000]).await.unwrap();
    let neighbour = app.office("staff.32.76").await;
    neighbour.announces("Satu.pdf", &bytes).await.unwrap();
}

/// Many announce at once what there is room for once.
async fn the_room_of_a_unit_is_not_promised_twice(app: TestApp) {
    let app = app
        .varied(Variation {
            configure: |mut config| {
                config.files.quota = 10_000;
                Config {
                    throttle: None,
                    ..config
                }
            },
            ..Variation::default()
        })
        .await;
    let office = app.office("staff.32.75").await;
    let bytes = pdf("rebutan", 6_000);
    let attempts = (0..6).map(|_| office.announces("Laporan.pdf", &bytes));
    let outcomes = futures_util::future::join_all(attempts).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
}

async fn what_is_not_what_was_announced_becomes_no_file(app: TestApp) {
    let office = app.office("staff.32.75").await;
    let bytes = pdf("asli", 4_000);
    let upload = office.announces("Laporan.pdf", &bytes).await.unwrap();
    let mut altered = bytes.clone();
    altered[2_000] ^= 1;
    let sent = office.puts(&upload, 0, &altered).await;
    assert_eq!((sent.status, sent.code()), (422, "HASH_MISMATCH".to_owned()));
    assert_eq!(office.offset_of(&upload).await, Ok(0), "it begins again");
    let sent = office.puts(&upload, 0, &[&bytes[..], b"lebih"].concat()).await;
    assert_eq!((sent.status, sent.code()), (413, "PAYLOAD_TOO_LARGE".to_owned()));
    assert_eq!(office.offset_of(&upload).await, Ok(0), "nothing of it was kept");
    assert_eq!(office.puts(&upload, 0, &bytes).await.status, 200);
    let program = b"MZ\x90\0\x03\0\0\0 this is no document".repeat(20);
    let upload = office.announces("Laporan.pdf", &program).await.unwrap();
    let sent = office.puts(&upload, 0, &program).await;
    assert_eq!((sent.status, sent.code()), (422, "WRONG_MEDIA_TYPE".to_owned()));
    assert_eq!(office.offset_of(&upload).await, Err(404), "it was thrown away");
    assert!(!place(&app, &program).exists());
    assert_eq!(parts(&app), 0);
}

async fn one_content_is_kept_once_and_goes_with_its_last_file(app: TestApp) {
    let clock = StillClock::at(Utc::now() - Duration::days(3));
    let app = app
        .varied(Variation {
            clock: Arc::new(clock.clone()),
            ..Variation::unthrottled()
        })
        .await;
    let bytes = pdf("sama", 2_000);
    app.office("staff.32.75").await.uploads("Satu.pdf", &bytes).await;
    clock.advance(Duration::hours(20));
    let (one, other) = (app.office("staff.32.75").await, app.office("staff.32.76").await);
    let second = other.uploads("Dua.pdf", &bytes).await;
    let unfinished = one.announces("Setengah.pdf", &pdf("setengah", 3_000)).await.unwrap();
    one.puts(&unfinished, 0, &pdf("setengah", 3_000)[..1_000]).await;
    let connection = app.services.db.reader();
    assert_eq!(file::Entity::find().count(connection).await.unwrap(), 3);
    assert_eq!(stored_object::Entity::find().count(connection).await.unwrap(), 1);
    clock.advance(Duration::hours(5));
    background::forget(&app.services).await.unwrap();
    assert_eq!(
        file::Entity::find().count(connection).await.unwrap(),
        2,
        "the first had its day"
    );
    assert!(place(&app, &bytes).exists(), "the second still has it");
    let other = app.office("staff.32.76").await;
    assert!(other.fetches(&second, &[]).await.bytes == bytes);
    clock.advance(Duration::hours(20));
    background::forget(&app.services).await.unwrap();
    assert_eq!(file::Entity::find().count(connection).await.unwrap(), 0);
    assert_eq!(file_piece::Entity::find().count(connection).await.unwrap(), 0);
    clock.advance(Duration::hours(25));
    background::forget(&app.services).await.unwrap();
    assert_eq!(stored_object::Entity::find().count(connection).await.unwrap(), 0);
    assert!(!place(&app, &bytes).exists());
    // The clock of the test stands three days back, the parts are of today.
    clock.set(Utc::now() + Duration::days(2));
    background::forget(&app.services).await.unwrap();
    assert_eq!(parts(&app), 0, "what was left behind is cleared away");
}

async fn a_link_holds_a_minute_and_only_in_its_session(app: TestApp) {
    let clock = StillClock::at(Utc::now());
    let app = app
        .varied(Variation {
            clock: Arc::new(clock.clone()),
            ..Variation::unthrottled()
        })
        .await;
    let office = app.office("staff.32.75").await;
    let bytes = pdf("tautan", 1_000);
    let (file, other) = (
        office.uploads("Laporan.pdf", &bytes).await,
        office.uploads("Lain.pdf", &pdf("lain", 1_000)).await,
    );
    let status = async |link: &str| app.send("GET", link, &[], Vec::new()).await.status;
    let link = office.links_to(&file).await.unwrap();
    assert_eq!(status(&link).await, 200);
    assert_eq!(status(&link).await, 200, "as often as needed");
    let (path, token) = link.split_once("?link=").unwrap();
    assert_eq!(status(path).await, 401, "the file alone is no right");
    let other_path = office.links_to(&other).await.unwrap();
    let other_path = other_path.split_once('?').unwrap().0;
    assert_eq!(
        status(&format!("{other_path}?link={token}")).await,
        401,
        "of another file"
    );
    assert_eq!(
        status(&format!("{path}?link={}", office.access_token)).await,
        401,
        "an access token is no link"
    );
    let bearer = [("authorization", format!("Bearer {token}"))];
    let asked = app.post(&bearer, json!({ "query": "{ viewer { __typename } }" })).await;
    assert_eq!(asked.status, 401, "and a link no access token");
    let mut forged = link.clone();
    forged.replace_range(link.len() - 3.., "AAA");
    assert_eq!(status(&forged).await, 401);
    clock.advance(Duration::seconds(61));
    assert_eq!(status(&link).await, 401, "it has run out");
    let fresh = office.links_to(&file).await.unwrap();
    assert_eq!(status(&fresh).await, 200);
    office.command("signOut", "account { name }", json!({})).await.unwrap();
    assert_eq!(status(&fresh).await, 401, "its session has ended");
}

async fn what_is_missing_or_altered_is_told_and_never_served(app: TestApp) {
    let office = app.office("staff.32.75").await;
    let (whole, altered, missing) = (pdf("utuh", 90_000), pdf("diubah", 90_000), pdf("hilang", 90_000));
    let mut files = Vec::new();
    for bytes in [&whole, &altered, &missing] {
        files.push(office.uploads("Laporan.pdf", bytes).await);
    }
    assert_eq!(
        office.fetches(&files[1], &[]).await.status,
        200,
        "before it was altered"
    );
    let mut bytes = altered.clone();
    bytes[80_000] ^= 1;
    std::fs::write(place(&app, &altered), &bytes).unwrap();
    std::fs::remove_file(place(&app, &missing)).unwrap();
    assert_eq!(office.fetches(&files[0], &[]).await.status, 200);
    for damaged in &files[1..] {
        let beginning = [("range", "bytes=0-99".to_owned())];
        for headers in [&[][..], &beginning] {
            let told = office.fetches(damaged, headers).await;
            assert_eq!((told.status, told.code()), (500, "INTERNAL_SERVER_ERROR".to_owned()));
        }
    }
    let found = inspection::inspect(&app.services.db, &folder(&app)).await.unwrap();
    assert_eq!((found.files, found.contents), (3, 3));
    assert_eq!(found.altered, [sha256(&altered)]);
    assert_eq!(found.missing, [sha256(&missing)]);
    // Whoever still has it sends it again, and every file with this content is whole.
    office.uploads("Laporan lagi.pdf", &missing).await;
    assert!(office.fetches(&files[2], &[]).await.bytes == missing);
}

async fn a_program_uploads_with_the_scope_to_draft_alone(app: TestApp) {
    let head = app.office("head.32.75").await;
    let bytes = pdf("program", 1_000);
    let reader = head.employs_program("32.75", &["REPORTS_READ"]).await;
    let refused = reader.announces("Laporan.pdf", &bytes).await.unwrap_err();
    assert_eq!(refused.code, "FORBIDDEN");
    let writer = head.employs_program("32.75", &["REPORTS_DRAFT"]).await;
    let upload = writer.announces("Laporan.pdf", &bytes).await.unwrap();
    for stranger in [&reader, &head] {
        assert_eq!(stranger.offset_of(&upload).await, Err(404));
        assert_eq!(stranger.puts(&upload, 0, &bytes).await.status, 404);
    }
    let sent = writer.puts(&upload, 0, &bytes).await;
    assert_eq!(sent.status, 200, "{}", sent.json());
    let file = sent.json()["file"].as_str().unwrap().to_owned();
    assert!(writer.fetches(&file, &[]).await.bytes == bytes);
    assert_eq!(head.links_to(&file).await, None, "not even for its maker");
}

const ROUND: &str = "laporan-akhir-kehumasan-2024";

const ANSWERS: &str = "query($id: ID!) { report(id: $id) { version \
     draft { answers { key value { ... on FileValue { count files { id name } } } } } \
     revision { content answers { key value { ... on FileValue { count files { id name sha256 } } } } } } }";

/// The answer to the field that takes files.
fn attached(answers: &serde_json::Value) -> serde_json::Value {
    let answers = answers.as_array().unwrap();
    answers.iter().find(|answer| answer["key"] == FIELD).unwrap()["value"].clone()
}

async fn files_are_put_into_a_draft_and_frozen_with_the_revision(app: TestApp) {
    let app = app.asking_for_files(KECAMATAN).await;
    let (staff, head) = (app.office("staff.35.02.12").await, app.office("head.35.02.12").await);
    let first = pdf("satu", 2_000);
    let (one, two) = (
        staff.uploads("Satu.pdf", &first).await,
        head.uploads("Dua.pdf", &pdf("dua", 2_000)).await,
    );
    let draft = staff.drafts(KECAMATAN).await;
    let draft = staff.attaches(&draft, &one).await.unwrap();
    let again = staff.attaches(&draft, &one).await.unwrap();
    assert_eq!(again, draft, "it is there already");
    let stale = staff
        .attaches(
            &Report {
                version: draft.version - 1,
                ..draft.clone()
            },
            &one,
        )
        .await
        .unwrap_err();
    assert_eq!(stale.code, "STALE_VERSION");
    let taken = staff.attaches(&draft, &two).await.unwrap_err();
    assert_eq!(
        (taken.code.as_str(), taken.field.as_str()),
        ("NOT_FOUND", "file"),
        "the colleague's own, so far"
    );
    let draft = head.attaches(&draft, &two).await.unwrap();
    let seen = staff.data(ANSWERS, json!({ "id": draft.id })).await;
    assert_eq!(
        attached(&seen["report"]["draft"]["answers"]),
        json!({ "count": 2, "files": [{ "id": one, "name": "Satu.pdf" }, { "id": two, "name": "Dua.pdf" }] })
    );
    let submitted = head.submits(&draft).await.unwrap();
    let seen = app
        .office("head.35.02")
        .await
        .data(ANSWERS, json!({ "id": submitted.id }))
        .await;
    let frozen = attached(&seen["report"]["revision"]["answers"]);
    assert_eq!(
        frozen["files"][0],
        json!({ "id": one, "name": "Satu.pdf", "sha256": sha256(&first) })
    );
    let content: serde_json::Value =
        serde_json::from_str(seen["report"]["revision"]["content"].as_str().unwrap()).unwrap();
    assert_eq!(
        content["files"][0]["sha256"],
        json!(sha256(&first)),
        "what is hashed stands for the bytes"
    );
    // Taken back, the draft loses the file; the revision keeps it.
    let back = head
        .does_because("withdrawReport", &submitted, "Salah lampiran.")
        .await
        .unwrap();
    let emptied = staff.lists_files(&back, &[&two]).await.unwrap();
    assert!(head.reads_file(&one).await, "frozen");
    staff.lists_files(&emptied, &[&two, &one]).await.unwrap();
}

async fn a_field_takes_what_it_says_it_takes(app: TestApp) {
    let app = app.asking_for_files(ROUND).await;
    let office = app.office("staff.32.75").await;
    let draft = office.starts(ROUND).await.unwrap();
    let content = b"kecamatan,jumlah\n";
    let table =
        json!({ "name": "Rekap.csv", "size": content.len(), "sha256": sha256(content), "mediaType": "text/csv" });
    let begun = office.command("beginUpload", UPLOAD, table).await.unwrap();
    let upload = Upload {
        id: begun["upload"]["id"].as_str().unwrap().to_owned(),
        url: begun["upload"]["url"].as_str().unwrap().to_owned(),
    };
    let unfinished = office.attaches(&draft, &upload.id).await.unwrap_err();
    assert_eq!(
        (unfinished.code.as_str(), unfinished.field.as_str()),
        ("NOT_FOUND", "file"),
        "not there yet"
    );
    office.puts(&upload, 0, content).await;
    let other_type = office.attaches(&draft, &upload.id).await.unwrap_err();
    assert_eq!(
        (other_type.code.as_str(), other_type.field.as_str()),
        ("INVALID", "file")
    );
    let large = office.uploads("Besar.pdf", &pdf("besar", 10_001)).await;
    assert_eq!(office.attaches(&draft, &large).await.unwrap_err().code, "TOO_LARGE");
    let mut few = Vec::new();
    for word in ["a", "b", "c"] {
        few.push(office.uploads("Kecil.pdf", &pdf(word, 100)).await);
    }
    let few: Vec<&str> = few.iter().map(String::as_str).collect();
    let many = office.lists_files(&draft, &few).await.unwrap_err();
    assert_eq!(
        (many.code.as_str(), many.field.as_str()),
        ("TOO_LONG", "answers.0.value")
    );
    let neighbour = app.office("staff.32.76").await;
    let theirs = neighbour.uploads("Milik.pdf", &pdf("milik", 100)).await;
    let strange = office.lists_files(&draft, &[few[0], &theirs]).await.unwrap_err();
    assert_eq!(
        (strange.code.as_str(), strange.field.as_str()),
        ("NOT_FOUND", "answers.0.value")
    );
    let input =
        json!({ "report": draft.id, "expectedVersion": draft.version, "field": "media-sosial", "file": few[0] });
    let elsewhere = office.command("attachFile", "report { id }", input).await.unwrap_err();
    assert_eq!(
        (elsewhere.code.as_str(), elsewhere.field.as_str()),
        ("INVALID", "field")
    );
    let draft = office.lists_files(&draft, &few[..2]).await.unwrap();
    let full = office.attaches(&draft, few[2]).await.unwrap_err();
    assert_eq!((full.code.as_str(), full.field.as_str()), ("TOO_LONG", "file"));
}

/// What a draft holds is kept, what it lets go has a day; and of attaching and clearing away at once, one comes first.
async fn what_is_attached_is_kept(app: TestApp) {
    let clock = StillClock::at(Utc::now());
    let app = app.asking_for_files(ROUND).await;
    let app = app
        .varied(Variation {
            clock: Arc::new(clock.clone()),
            ..Variation::unthrottled()
        })
        .await;
    let office = app.office("staff.32.75").await;
    let bytes = pdf("simpan", 1_000);
    let file = office.uploads("Laporan.pdf", &bytes).await;
    let draft = office.starts(ROUND).await.unwrap();
    let draft = office.attaches(&draft, &file).await.unwrap();
    clock.advance(Duration::days(5));
    background::forget(&app.services).await.unwrap();
    let office = app.office("staff.32.75").await;
    assert!(office.reads_file(&file).await);
    let draft = office.lists_files(&draft, &[]).await.unwrap();
    clock.advance(Duration::hours(23));
    background::forget(&app.services).await.unwrap();
    let office = app.office("staff.32.75").await;
    assert!(office.reads_file(&file).await, "its day begins when it is let go");
    clock.advance(Duration::hours(2));
    let office = app.office("staff.32.75").await;
    let (attached, forgotten) = futures_util::join!(office.attaches(&draft, &file), background::forget(&app.services));
    forgotten.unwrap();
    match attached {
        Ok(_draft) => assert!(office.reads_file(&file).await),
        Err(refusal) => assert_eq!(refusal.code, "NOT_FOUND"),
    }
    let held = attachment::Entity::find()
        .count(app.services.db.reader())
        .await
        .unwrap();
    let files = file::Entity::find().count(app.services.db.reader()).await.unwrap();
    assert_eq!(held, files);
}

on_both_databases!(
    files_are_put_into_a_draft_and_frozen_with_the_revision,
    a_field_takes_what_it_says_it_takes,
    what_is_attached_is_kept,
    a_file_is_sent_again_after_a_broken_upload,
    a_piece_sent_twice_changes_nothing,
    beginning_twice_under_one_key_begins_once,
    rivals_send_one_upload_and_make_one_file,
    what_was_acknowledged_outlives_the_process,
    what_cannot_be_taken_is_refused_before_it_is_sent,
    the_room_of_a_unit_is_not_promised_twice,
    what_is_not_what_was_announced_becomes_no_file,
    one_content_is_kept_once_and_goes_with_its_last_file,
    a_link_holds_a_minute_and_only_in_its_session,
    what_is_missing_or_altered_is_told_and_never_served,
    a_program_uploads_with_the_scope_to_draft_alone,
);
