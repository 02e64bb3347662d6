//! Lampung takes what its kabupaten/kota have told of 2023 home in files: typed, of its own units alone, never a draft, and
//! without a formula somebody has smuggled in.
use calamine::{Data, DataType};
use entity::{enums::Tier, report, revision};
use jenjang::{
    clock::new_id,
    db::insert_all,
    error::Error,
    identity,
    report::export::reading::{PAGE, Reading},
    session::Session,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::{
    fixtures::annual::{self, REGENCIES},
    on_both_databases,
    support::{
        Office, Report, TestApp,
        app::Variation,
        exports::{records, sheets},
        files::{FIELD, pdf, sha256},
        office::{REPORT, report},
    },
};

const SUBMISSION: &str = "query($id: ID!) { report(id: $id) { submittedAt revision { sha256 } } }";

async fn lampung(app: TestApp) -> TestApp {
    annual::asks(&app).await;
    // The round also asks for files.
    app.asking_for_files(REGENCIES).await
}

fn answer(field: &str, value: Value) -> Value {
    json!({ "field": field, "value": value })
}

async fn saves(office: &Office<'_>, on: &Report, answers: &[Value]) -> Report {
    let input = json!({ "report": on.id, "expectedVersion": on.version, "answers": answers });
    let payload = office
        .command("editReport", &format!("report {{ {REPORT} }}"), input)
        .await;
    report(&payload.unwrap()["report"])
}

/// A head who writes and submits a summary and a count of press releases, and what else is told.
async fn submits(office: &Office<'_>, summary: &str, more: &[Value]) -> Report {
    let started = office.starts(REGENCIES).await.unwrap();
    let mut answers = vec![
        answer("ringkasan", json!({ "text": summary })),
        answer("siaran-pers", json!({ "number": 12 })),
    ];
    answers.extend_from_slice(more);
    let told = saves(office, &started, &answers).await;
    office.submits(&told).await.unwrap()
}

fn channel(key: &str, account: Option<&str>, posts: i64) -> Value {
    let mut cells = vec![
        json!({ "column": "kanal", "value": { "choice": key } }),
        json!({ "column": "unggahan", "value": { "number": posts } }),
    ];
    cells.extend(account.map(|account| json!({ "column": "akun", "value": { "link": account } })));
    json!({ "cells": cells })
}

/// The report of Lampung Selatan, with an answer to everything.
async fn tells_everything(office: &Office<'_>) -> (Report, String) {
    let file = office.uploads("Siaran pers.pdf", &pdf("ekspor", 500)).await;
    let channels = json!({ "rows": [
        channel("instagram", Some("https://instagram.com/bawaslu"), 100),
        channel("tiktok", None, 7),
    ] });
    let more = [
        answer("mulai", json!({ "date": "2023-01-02" })),
        answer("anggaran", json!({ "number": "-1250000.50" })),
        answer("media-sosial", channels),
        answer(FIELD, json!({ "files": [file] })),
    ];
    (submits(office, "Terlaksana, “sesuai” rencana.", &more).await, file)
}

const HEADINGS: [&str; 19] = [
    "Kode unit",
    "Unit",
    "Tingkat",
    "Status",
    "Pengiriman ke-",
    "Dikirim (Asia/Jakarta)",
    "Batas waktu (Asia/Jakarta)",
    "Ketepatan waktu",
    "Disetujui (Asia/Jakarta)",
    "Laporan yang dikutip",
    "Versi templat",
    "SHA-256",
    "ID laporan",
    "Ringkasan [umum.ringkasan]",
    "Hari pertama [umum.mulai]",
    "Lampiran [umum.lampiran]",
    "Siaran pers [hitungan.siaran-pers]",
    "Anggaran, rupiah [hitungan.anggaran]",
    "Media sosial [hitungan.media-sosial]",
];

async fn every_form_tells_the_same_with_its_types(app: TestApp) {
    let app = lampung(app).await;
    let (office, head) = (app.office("head.18.01").await, app.office("head.18").await);
    let (report, held) = tells_everything(&office).await;
    let cycle = head.cycle(REGENCIES).await;
    let told = head.data(SUBMISSION, json!({ "id": report.id })).await;
    let hash = told["report"]["revision"]["sha256"].as_str().unwrap();
    let submitted_at = told["report"]["submittedAt"].as_str().unwrap();
    let submitted_at = chrono::DateTime::parse_from_rfc3339(submitted_at).unwrap();
    let in_jakarta = submitted_at.with_timezone(&chrono::FixedOffset::east_opt(7 * 3600).unwrap());
    let due = "2024-02-15T23:59:59+07:00";
    let unit = "Bawaslu Kabupaten Lampung Selatan";

    let line = &head.exports_lines(&cycle).await[0];
    assert_eq!(
        chrono::DateTime::parse_from_rfc3339(line["submittedAt"].as_str().unwrap()),
        Ok(submitted_at)
    );
    let expected = json!({
        "report": report.id,
        "unit": { "code": "18.01", "name": unit, "tier": "KABUPATEN_KOTA" },
        "status": "SUBMITTED",
        "submission": 1,
        "sha256": hash,
        "submittedAt": line["submittedAt"],
        "dueAt": due,
        "timeliness": "MET_LATE",
        "acceptedAt": null,
        "templateVersion": 1,
        "citations": 0,
        "answers": {
            "ringkasan": "Terlaksana, “sesuai” rencana.",
            "mulai": "2023-01-02",
            "siaran-pers": 12,
            "anggaran": "-1250000.5",
            "media-sosial": [
                { "kanal": "instagram", "akun": "https://instagram.com/bawaslu", "unggahan": 100 },
                { "kanal": "tiktok", "unggahan": 7 },
            ],
            FIELD: [{
                "id": held,
                "name": "Siaran pers.pdf",
                "mediaType": "application/pdf",
                "size": 500,
                "sha256": sha256(&pdf("ekspor", 500)),
            }],
        },
    });
    assert_eq!(line, &expected);

    let csv = head.exports(&cycle, "csv").await;
    let table = "[{\"akun\":\"https://instagram.com/bawaslu\",\"kanal\":\"instagram\",\"unggahan\":100},{\"kanal\":\"tiktok\",\"unggahan\":7}]";
    let row = [
        "18.01",
        unit,
        "KABUPATEN_KOTA",
        "SUBMITTED",
        "1",
        &in_jakarta.to_rfc3339_opts(chrono::SecondsFormat::Secs, false),
        due,
        "MET_LATE",
        "",
        "0",
        "1",
        hash,
        &report.id,
        "Terlaksana, “sesuai” rencana.",
        "2023-01-02",
        "Siaran pers.pdf",
        "12",
        "-1250000.5",
        table,
    ];
    assert_eq!(
        records(&csv.bytes),
        [HEADINGS.map(str::to_owned).to_vec(), row.map(str::to_owned).to_vec()]
    );
    let english = head.exports_in(&cycle, "csv", "en").await;
    assert_eq!(records(&english.bytes)[0][..2], ["Unit code", "Unit"]);

    let workbook = sheets(&head.exports(&cycle, "xlsx").await.bytes);
    let names: Vec<&str> = workbook.iter().map(|(name, _rows)| name.as_str()).collect();
    assert_eq!(names, ["1 Laporan", "2 Media sosial"]);
    let rows = &workbook[0].1;
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0], HEADINGS.map(|heading| Data::String(heading.to_owned())));
    for (place, text) in [
        (0, "18.01"),
        (1, unit),
        (3, "SUBMITTED"),
        (11, hash),
        (15, "Siaran pers.pdf"),
    ] {
        assert_eq!(rows[1][place], Data::String(text.to_owned()), "{}", HEADINGS[place]);
    }
    for (place, number) in [(4, 1.0), (9, 0.0), (16, 12.0), (17, -1_250_000.5), (18, 2.0)] {
        assert_eq!(rows[1][place], Data::Float(number), "{}", HEADINGS[place]);
    }
    let shown = |place: usize| match &rows[1][place] {
        Data::DateTime(moment) => moment.to_ymd_hms_milli(),
        other => panic!("{other:?} is no moment"),
    };
    assert_eq!(shown(6), (2024, 2, 15, 23, 59, 59, 0));
    assert_eq!(shown(14), (2023, 1, 2, 0, 0, 0, 0));
    assert_eq!(rows[1][8], Data::Empty);
    let table = &workbook[1].1;
    let text = |text: &str| Data::String(text.to_owned());
    let headings = [
        "Kode unit",
        "Unit",
        "Baris",
        "ID laporan",
        "Kanal [kanal]",
        "Akun [akun]",
        "Unggahan [unggahan]",
    ];
    let row = |place: f64, channel: &str, account: Data, posts: f64| {
        vec![
            text("18.01"),
            text(unit),
            Data::Float(place),
            text(&report.id),
            text(channel),
            account,
            Data::Float(posts),
        ]
    };
    assert_eq!(
        table,
        &[
            headings.map(text).to_vec(),
            row(1.0, "INSTAGRAM", text("https://instagram.com/bawaslu"), 100.0),
            row(2.0, "TIKTOK", Data::Empty, 7.0),
        ]
    );
}

async fn a_draft_is_never_in_it(app: TestApp) {
    let app = lampung(app).await;
    let province = app.office("head.18").await;
    let cycle = province.cycle(REGENCIES).await;
    let first = app.office("head.18.01").await;
    let submitted = submits(&first, "Yang dikirim.", &[]).await;
    let second = app.office("head.18.02").await;
    let started = second.starts(REGENCIES).await.unwrap();
    saves(&second, &started, &[answer("ringkasan", json!({ "text": "Rahasia." }))]).await;
    for office in [&province, &first, &second, &app.office("coordinator.ri").await] {
        let expected: &[&str] = if office.name == second.name { &[] } else { &["18.01"] };
        assert_eq!(office.exports_units(&cycle).await, expected, "{}", office.name);
    }

    // Sent back, it is written anew; what was submitted stays what it was.
    let taken = province.does("takeReport", &submitted).await.unwrap();
    let back = province
        .does_because("returnReport", &taken, "Lengkapi.")
        .await
        .unwrap();
    let rewritten = saves(&first, &back, &[answer("ringkasan", json!({ "text": "Rahasia." }))]).await;
    for office in [&province, &first] {
        for extension in ["csv", "jsonl", "xlsx"] {
            let answer = office.exports(&cycle, extension).await;
            let text = match extension {
                "xlsx" => format!("{:?}", sheets(&answer.bytes)),
                _ => String::from_utf8(answer.bytes).unwrap(),
            };
            assert!(text.contains("Yang dikirim."), "{extension}: {text}");
            assert!(text.contains("RETURNED"), "{extension}: {text}");
            assert!(!text.contains("Rahasia"), "{extension}: {text}");
        }
    }

    // Submitted anew and taken back, nothing of it stands.
    let again = first.submits(&rewritten).await.unwrap();
    assert_eq!(
        province.exports_lines(&cycle).await[0]["submission"],
        2,
        "the submission in force"
    );
    first.does_because("withdrawReport", &again, "Keliru.").await.unwrap();
    assert_eq!(province.exports_units(&cycle).await, Vec::<String>::new());
}

async fn no_text_becomes_a_formula(app: TestApp) {
    let app = lampung(app).await;
    let province = app.office("head.18").await;
    let cycle = province.cycle(REGENCIES).await;
    let texts = [
        (
            "18.01",
            "=HYPERLINK(\"http://contoh.id\",A1)",
            "'=HYPERLINK(\"http://contoh.id\",A1)",
        ),
        ("18.02", "+62 812 0000", "'+62 812 0000"),
        ("18.03", "-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"),
        ("18.04", "@SUM(A1:A9)", "'@SUM(A1:A9)"),
        ("18.05", "＝1+1", "'＝1+1"),
        ("18.06", "aman;=1+1\n-1", "aman;'=1+1\n'-1"),
        ("18.07", "'=1+1", "''=1+1"),
    ];
    for (code, text, _written) in texts {
        submits(&app.office(&format!("head.{code}")).await, text, &[]).await;
    }
    let csv = records(&province.exports(&cycle, "csv").await.bytes);
    let workbook = sheets(&province.exports(&cycle, "xlsx").await.bytes);
    let lines = province.exports_lines(&cycle).await;
    let place = HEADINGS
        .iter()
        .position(|heading| heading.starts_with("Ringkasan"))
        .unwrap();
    for (row, (code, text, written)) in texts.into_iter().enumerate() {
        assert_eq!(csv[row + 1][0], code);
        assert_eq!(csv[row + 1][place], written);
        assert_eq!(workbook[0].1[row + 1][place], Data::String(text.to_owned()));
        assert_eq!(lines[row]["answers"]["ringkasan"], text);
    }
}

/// Every other kabupaten/kota has submitted the same, but longer.
async fn everybody_submits_the_same(app: &TestApp, cycle: &str, longer: &str) -> usize {
    let connection = app.services.db.reader();
    let cycle = entity::cycle::Entity::find().filter(entity::cycle::Column::Code.eq(cycle));
    let cycle = cycle.one(connection).await.unwrap().unwrap();
    let original = report::Entity::find().filter(report::Column::CycleId.eq(cycle.id));
    let original = original.one(connection).await.unwrap().unwrap();
    let said = revision::Entity::find_by_id(original.revision_id.unwrap());
    let said = said.one(connection).await.unwrap().unwrap();
    let directory = app.services.directory.load();
    let now = app.services.clock.now();
    let (mut reports, mut revisions) = (Vec::new(), Vec::new());
    for unit in directory.tree.all() {
        if unit.tier != Tier::KabupatenKota || unit.id == original.unit_id {
            continue;
        }
        let (report_id, revision_id) = (new_id(now), new_id(now));
        let province = directory.tree.ancestor_at(unit.id, Tier::Provinsi);
        reports.push(report::Model {
            id: report_id,
            unit_id: unit.id,
            provinsi_id: province.map(|province| province.id),
            kabupaten_kota_id: Some(unit.id),
            revision_id: Some(revision_id),
            ..original.clone()
        });
        revisions.push(revision::Model {
            id: revision_id,
            report_id,
            content: said.content.replace("Terlaksana.", longer),
            ..said.clone()
        });
    }
    let transaction = app.services.db.begin().await.unwrap();
    let all = reports.len() + 1;
    // As few at a time as a statement may be long.
    let mut revisions = revisions.into_iter().peekable();
    insert_all(transaction.connection(), reports).await.unwrap();
    while revisions.peek().is_some() {
        let some: Vec<_> = revisions.by_ref().take(20).collect();
        insert_all(transaction.connection(), some).await.unwrap();
    }
    transaction.commit().await.unwrap();
    all
}

async fn a_whole_country_comes_page_by_page(app: TestApp) {
    let app = lampung(app).await;
    submits(&app.office("head.18.01").await, "Terlaksana.", &[]).await;
    let all = everybody_submits_the_same(&app, REGENCIES, "Terlaksana.").await;
    assert!(all > 2 * PAGE, "more than two pages");
    let coordinator = app.office("coordinator.ri").await;
    let cycle = coordinator.cycle(REGENCIES).await;
    let units = coordinator.exports_units(&cycle).await;
    assert_eq!(units.len(), all);
    assert!(units.is_sorted_by(|before, after| before < after), "each once, by code");
    let csv = records(&coordinator.exports(&cycle, "csv").await.bytes);
    let workbook = sheets(&coordinator.exports(&cycle, "xlsx").await.bytes);
    let of_csv: Vec<&String> = csv.iter().skip(1).map(|record| &record[0]).collect();
    assert_eq!(of_csv, units.iter().collect::<Vec<_>>());
    let rows = workbook[0].1.iter().skip(1);
    let of_workbook: Vec<Option<String>> = rows.map(|row| row[0].as_string()).collect();
    assert_eq!(of_workbook, units.iter().cloned().map(Some).collect::<Vec<_>>());
    let province = app.office("observer.32").await;
    let own = province.exports_units(&cycle).await;
    assert!(
        own.len() == 27 && own.iter().all(|code| code.starts_with("32.")),
        "{own:?}"
    );
}

async fn an_export_ends_with_its_session(app: TestApp) {
    let app = lampung(app).await;
    submits(&app.office("head.18.01").await, "Terlaksana.", &[]).await;
    // So much that no buffer on the way holds it.
    everybody_submits_the_same(&app, REGENCIES, &"Terlaksana sesuai rencana. ".repeat(2_500)).await;
    let cycle = app.office("coordinator.ri").await.cycle(REGENCIES).await;
    for extension in ["csv", "jsonl"] {
        let office = app.office("coordinator.ri").await;
        let (bytes, whole) = office.exports_and_meanwhile(&cycle, extension, async || ()).await;
        assert!(
            whole && bytes.len() > 30_000_000,
            "{} bytes of {extension}",
            bytes.len()
        );
        let leaves = async || {
            office.command("signOut", "account { name }", json!({})).await.unwrap();
        };
        let (part, whole) = office.exports_and_meanwhile(&cycle, extension, leaves).await;
        assert!(
            !whole,
            "{extension} ended as if it were whole, with {} bytes",
            part.len()
        );
        assert!(part.len() < bytes.len());
    }

    // What is put together before it is sent is not sent at all.
    let office = app.office("coordinator.ri").await;
    let address = app.address.ip();
    let proof = identity::service::authenticate(&app.services, &office.access_token, address).unwrap();
    let session = Session::new(proof, app.services.clone(), None);
    let id = entity::cycle::Entity::find().filter(entity::cycle::Column::Code.eq(REGENCIES));
    let id = id.one(app.services.db.reader()).await.unwrap().unwrap().id;
    let mut reading = Reading::begin(session, id).await.unwrap();
    assert_eq!(reading.next().await.unwrap().unwrap().len(), PAGE);
    office.command("signOut", "account { name }", json!({})).await.unwrap();
    assert!(matches!(reading.next().await, Err(Error::Unauthenticated)));
    assert_eq!(office.exports(&cycle, "xlsx").await.status, 401);
}

async fn what_is_taken_back_meanwhile_is_left_out(app: TestApp) {
    let app = lampung(app).await.varied(Variation::unthrottled()).await;
    let office = app.office("head.18.01").await;
    let report = submits(&office, "Terlaksana.", &[]).await;
    let province = app.office("head.18").await;
    let proof = identity::service::authenticate(&app.services, &province.access_token, app.address.ip()).unwrap();
    let session = Session::new(proof, app.services.clone(), None);
    let id = entity::cycle::Entity::find().filter(entity::cycle::Column::Code.eq(REGENCIES));
    let id = id.one(app.services.db.reader()).await.unwrap().unwrap().id;
    let mut reading = Reading::begin(session, id).await.unwrap();
    office.does_because("withdrawReport", &report, "Keliru.").await.unwrap();
    assert!(reading.next().await.unwrap().unwrap().is_empty());
    assert!(reading.next().await.unwrap().is_none());
}

on_both_databases! {
    every_form_tells_the_same_with_its_types,
    a_draft_is_never_in_it,
    no_text_becomes_a_formula,
    a_whole_country_comes_page_by_page,
    an_export_ends_with_its_session,
    what_is_taken_back_meanwhile_is_left_out,
}
