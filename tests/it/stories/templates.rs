//! What is asked is made by offices: drafted, tried, published, asked otherwise in the next version, and retired.
use serde_json::{Value, json};

use crate::{
    on_both_databases,
    support::{Office, Refusal, TestApp, office::command_document},
};

/// Everything of a template that can be written back.
pub const WHOLE: &str = "id code version name description status lockVersion owner { code } authorTiers endorsingTiers \
     terminalTier expertsReview publishedAt retiredAt retiredReason viewerCanEdit viewerCanPublish viewerCanDiscard \
     viewerCanRetire faults { code message field } \
     sections { key title guidance fields { key label guidance required shape { ...S ... on TableShape { \
         columns { key label required shape { ...S } } leastRows mostRows rowKey } } } } \
     comparisons { left { field column } is right { field column } message }";

/// The kinds of answers that stand in a table too, and files.
pub const SHAPES: &str = "fragment S on FieldShape { kind: __typename ... on TextShape { longest } \
     ... on NumberShape { places least most unit target } ... on ChoiceShape { options { key label } } \
     ... on DateShape { earliest latest } ... on LinkShape { schemes } ... on FileShape { types leastFiles mostFiles largest } }";

/// A route by which kabupaten/kota and kecamatan of a province report to it.
pub fn route() -> Value {
    json!({ "authorTiers": ["KABUPATEN_KOTA", "KECAMATAN"], "endorsingTiers": ["KABUPATEN_KOTA"], "terminalTier": "PROVINSI" })
}

/// A field that takes an answer of a kind.
pub fn field(key: &str, shape: Value) -> Value {
    json!({ "key": key, "label": format!("Isian {key}"), "guidance": "", "required": false, "shape": shape })
}

/// A section with every kind of answer.
pub fn every_shape() -> Value {
    let platforms = json!([{ "key": "instagram", "label": "Instagram" }, { "key": "x", "label": "X" }]);
    let columns = json!([
        { "key": "kanal", "label": "Kanal", "required": true, "shape": { "choice": { "options": platforms } } },
        { "key": "unggahan", "label": "Unggahan", "required": true, "shape": { "number":
            { "places": 0, "least": "0", "most": null, "unit": "unggahan", "target": "30" } } },
        { "key": "catatan", "label": "Catatan", "required": false, "shape": { "text": { "longest": 200 } } },
    ]);
    json!([{ "key": "semua", "title": "Semua", "guidance": "Apa adanya.", "fields": [
        field("uraian", json!({ "text": { "longest": 2000 } })),
        field("siaran-pers", json!({ "number": { "places": 0, "least": "0", "most": "500", "unit": "siaran pers", "target": "12" } })),
        field("anggaran", json!({ "number": { "places": 2, "least": "0", "most": null, "unit": "juta rupiah", "target": null } })),
        field("penilaian", json!({ "choice": { "options": [{ "key": "baik", "label": "Baik" }] } })),
        field("mulai", json!({ "date": { "earliest": "2026-01-01", "latest": null } })),
        field("selesai", json!({ "date": { "earliest": null, "latest": "2026-12-31" } })),
        field("tautan", json!({ "link": { "schemes": ["http", "https"] } })),
        field("per-kanal", json!({ "table": { "columns": columns, "leastRows": 0, "mostRows": 5, "rowKey": "kanal" } })),
        field("lampiran", json!({ "file": { "types": ["application/pdf"], "leastFiles": 0, "mostFiles": 3, "largest": 5_000_000 } })),
    ] }])
}

/// Comparisons between the fields of [`every_shape`].
fn comparisons() -> Value {
    json!([
        { "left": { "field": "mulai", "column": null }, "is": "AT_MOST", "right": { "field": "selesai", "column": null },
          "message": "Kegiatan selesai setelah dimulai." },
        { "left": { "field": "siaran-pers", "column": null }, "is": "LESS_THAN",
          "right": { "field": "per-kanal", "column": "unggahan" }, "message": "Setiap siaran pers diunggah." },
    ])
}

/// Carries out a command on a template and gives the template, or the first refusal.
pub async fn does(office: &Office<'_>, command: &str, input: Value) -> Result<Value, Refusal> {
    let payload = office
        .command(command, "template { id code version name status lockVersion }", input)
        .await?;
    Ok(payload["template"].clone())
}

/// Makes a draft and publishes it.
pub async fn publishes(office: &Office<'_>, input: Value) -> Value {
    let draft = does(office, "createReportTemplate", input).await.unwrap();
    let published = does(office, "publishReportTemplate", on(&draft)).await;
    published.unwrap_or_else(|refusal| panic!("{refusal:?}"))
}

/// The input of a command that needs nothing but the version.
pub fn on(template: &Value) -> Value {
    json!({ "template": template["id"], "expectedVersion": template["lockVersion"] })
}

/// A template as somebody sees it, whole; null where it is not seen.
pub async fn whole(office: &Office<'_>, id: &Value) -> Value {
    let document = format!("query($id: ID!) {{ reportTemplate(id: $id) {{ {WHOLE} }} }} {SHAPES}");
    office.data(&document, json!({ "id": id })).await["reportTemplate"].clone()
}

/// Everything that stands in the way of a command: the code and the path of each.
async fn refusals(office: &Office<'_>, command: &str, input: Value) -> Vec<(String, String)> {
    let document = command_document(command, "template { id }");
    let answer = office.ask(&document, json!({ "input": input })).await;
    let errors = answer["data"][command]["userErrors"].as_array().cloned();
    let errors = errors.unwrap_or_else(|| panic!("{answer}"));
    errors.iter().map(placed).collect()
}

fn placed(problem: &Value) -> (String, String) {
    let path = problem["field"].as_array().unwrap().iter();
    let path: Vec<&str> = path.map(|part| part.as_str().unwrap()).collect();
    (problem["code"].as_str().unwrap().to_owned(), path.join("."))
}

/// What was read of a shape, as it is written.
fn written(mut shape: Value) -> Value {
    let kind = shape.as_object_mut().unwrap().remove("kind").unwrap();
    let kind = kind.as_str().unwrap().strip_suffix("Shape").unwrap().to_lowercase();
    let columns = shape.get_mut("columns").and_then(Value::as_array_mut);
    for column in columns.into_iter().flatten() {
        column["shape"] = written(column["shape"].take());
    }
    json!({ kind: shape })
}

/// What was read of a template, as it is written.
fn written_back(read: &Value) -> Value {
    let mut sections = read["sections"].clone();
    for section in sections.as_array_mut().unwrap() {
        for field in section["fields"].as_array_mut().unwrap() {
            field["shape"] = written(field["shape"].take());
        }
    }
    let route = ["authorTiers", "endorsingTiers", "terminalTier", "expertsReview"];
    let route: serde_json::Map<String, Value> = route
        .map(|part| (part.to_owned(), read[part].clone()))
        .into_iter()
        .collect();
    json!({ "code": read["code"], "name": read["name"], "description": read["description"], "route": route,
        "sections": sections, "comparisons": read["comparisons"] })
}

async fn a_province_asks_its_own_and_what_was_published_stays(app: TestApp) {
    let (head, staff) = (app.office("head.35").await, app.office("staff.35").await);
    let (beneath, above, beside) = (
        app.office("head.35.02").await,
        app.office("coordinator.ri").await,
        app.office("head.32").await,
    );
    let draft = does(
        &head,
        "createReportTemplate",
        json!({ "code": "kegiatan-bulanan", "name": "  Kegiatan Bulanan ", "description": "Untuk rapat bulanan.",
            "route": route(), "sections": every_shape(), "comparisons": comparisons() }),
    )
    .await
    .unwrap();
    assert_eq!((&draft["version"], &draft["status"]), (&json!(1), &json!("DRAFT")));
    assert_eq!(draft["name"], "Kegiatan Bulanan");
    // A draft is the unit's own.
    let seen = whole(&staff, &draft["id"]).await;
    assert_eq!(seen["owner"]["code"], "35");
    assert_eq!((&seen["viewerCanEdit"], &seen["faults"]), (&json!(false), &json!([])));
    for office in [&beneath, &above, &beside] {
        assert_eq!(whole(office, &draft["id"]).await, Value::Null, "{}", office.name);
    }

    let edit =
        json!({ "template": draft["id"], "expectedVersion": 1, "name": "Kegiatan per Bulan", "description": null });
    let edited = does(&head, "editReportTemplate", edit.clone()).await.unwrap();
    assert_eq!(
        (&edited["name"], &edited["lockVersion"]),
        (&json!("Kegiatan per Bulan"), &json!(2))
    );
    let late = does(&head, "editReportTemplate", edit).await.unwrap_err();
    assert_eq!(
        (late.code.as_str(), late.field.as_str()),
        ("STALE_VERSION", "expectedVersion")
    );
    let before = whole(&head, &draft["id"]).await;
    assert_eq!(
        (&before["description"], &before["viewerCanPublish"]),
        (&json!(""), &json!(true))
    );
    assert_eq!(
        before["sections"].as_array().unwrap().len(),
        1,
        "what is not named stays"
    );

    let published = does(&head, "publishReportTemplate", on(&edited)).await.unwrap();
    assert_eq!(published["status"], "PUBLISHED");
    let after = whole(&head, &draft["id"]).await;
    assert_eq!(written_back(&after), written_back(&before));
    assert_eq!(
        json!([after["viewerCanEdit"], after["viewerCanRetire"]]),
        json!([false, true])
    );
    for office in [&beneath, &above] {
        assert_eq!(
            whole(office, &draft["id"]).await["code"],
            "kegiatan-bulanan",
            "{}",
            office.name
        );
    }
    assert_eq!(whole(&beside, &draft["id"]).await, Value::Null);

    for (command, input) in [
        ("editReportTemplate", json!({ "name": "Lain" })),
        ("publishReportTemplate", json!({})),
        ("discardReportTemplate", json!({})),
    ] {
        let mut input = input;
        input["template"] = published["id"].clone();
        input["expectedVersion"] = published["lockVersion"].clone();
        let selection = if command == "discardReportTemplate" {
            "discarded"
        } else {
            "template { id }"
        };
        let refused = head.command(command, selection, input).await.unwrap_err();
        assert_eq!(
            (refused.code.as_str(), refused.field.as_str()),
            ("WRONG_STATE", "template"),
            "{command}"
        );
    }

    let mut input = on(&published);
    input["reason"] = json!(" ");
    let refused = does(&head, "retireReportTemplate", input.clone()).await.unwrap_err();
    assert_eq!((refused.code.as_str(), refused.field.as_str()), ("REQUIRED", "reason"));
    input["reason"] = json!("Diganti dengan laporan nasional.");
    let retired = does(&head, "retireReportTemplate", input).await.unwrap();
    assert_eq!(retired["status"], "RETIRED");
    let told = whole(&beneath, &draft["id"]).await;
    assert_eq!(told["retiredReason"], "Diganti dengan laporan nasional.");
    assert_eq!(written_back(&told), written_back(&before), "it stays to be read");
}

async fn what_was_read_can_be_written_back(app: TestApp) {
    let head = app.office("head.32").await;
    let input = json!({ "code": "bolak-balik", "name": "Bolak-balik", "description": "Semua jenis isian.",
        "route": route(), "sections": every_shape(), "comparisons": comparisons() });
    let first = publishes(&head, input.clone()).await;
    let read = whole(&head, &first["id"]).await;
    let mut written = written_back(&read);
    written["route"]["expertsReview"] = json!(false);
    let second = does(&head, "createReportTemplate", written.clone()).await.unwrap();
    assert_eq!(second["version"], 2, "the same code is the next version");
    assert_eq!(written_back(&whole(&head, &second["id"]).await), written_back(&read));
    let changes = "query($id: ID!) { reportTemplate(id: $id) { changesSince(version: 1) { kind } } }";
    let data = head.data(changes, json!({ "id": second["id"] })).await;
    assert_eq!(data["reportTemplate"]["changesSince"], json!([]));
    // The shape of every field came back as it was sent.
    assert_eq!(written["sections"], input["sections"]);

    let again = does(&head, "createReportTemplate", written).await.unwrap_err();
    assert_eq!(
        (again.code.as_str(), again.field.as_str()),
        ("ALREADY_EXISTS", "code"),
        "one draft at a time"
    );
    let foreign = json!({ "code": "bolak-balik", "name": "Milik lain", "route": route() });
    let refused = does(&app.office("head.35").await, "createReportTemplate", foreign)
        .await
        .unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.field.as_str()),
        ("ALREADY_EXISTS", "code")
    );
    let done = head
        .command("discardReportTemplate", "discarded", on(&second))
        .await
        .unwrap();
    assert_eq!(done["discarded"], second["id"]);
    assert_eq!(whole(&head, &second["id"]).await, Value::Null);
}

async fn everything_wrong_is_told_at_once_and_where(app: TestApp) {
    let head = app.office("head.35").await;
    let number =
        |least: &str, most: &str, target: &str| json!({ "number": { "least": least, "most": most, "target": target } });
    let column = |key: &str, shape: Value| json!({ "key": key, "label": "Kolom", "required": true, "shape": shape });
    let sections = json!([
        { "key": "satu", "title": "", "fields": [
            field("Kunci Salah", json!({ "text": { "longest": 0 } })),
            field("angka", number("5", "3", "4")),
            field("angka", number("0.5", "10", "20")),
            field("pilihan", json!({ "choice": { "options": [] } })),
            field("pilihan-ganda", json!({ "choice": { "options": [{ "key": "a", "label": "A" }, { "key": "a", "label": " " }] } })),
            field("tanggal", json!({ "date": { "earliest": "2026-02-01", "latest": "2026-01-01" } })),
            field("tabel", json!({ "table": { "mostRows": 201, "rowKey": "tiada", "columns": [
                column("dalam", json!({ "file": { "mostFiles": 1, "largest": 1 } })) ] } })),
            field("berkas", json!({ "file": { "types": ["application/x-msdownload"], "leastFiles": 3, "mostFiles": 2, "largest": 0 } })),
        ] },
        { "key": "satu", "title": "Dua", "fields": [] },
    ]);
    let side = |field: &str, column: Value| json!({ "field": field, "column": column });
    let comparisons = json!([
        { "left": side("angka", json!(null)), "is": "EQUAL", "right": side("tanggal", json!(null)), "message": "" },
        { "left": side("tiada", json!(null)), "is": "EQUAL", "right": side("tabel", json!("dalam")), "message": "Tidak." },
    ]);
    let route = json!({ "authorTiers": ["PROVINSI", "KECAMATAN", "KECAMATAN"], "endorsingTiers": ["KECAMATAN"],
        "terminalTier": "RI", "expertsReview": true });
    let draft = does(
        &head,
        "createReportTemplate",
        json!({ "code": "salah-semua", "name": "Salah", "route": route, "sections": sections, "comparisons": comparisons }),
    )
    .await
    .unwrap();
    let told = refusals(&head, "publishReportTemplate", on(&draft)).await;
    let expected = [
        ("INVALID", "route.authorTiers.0"),
        ("INVALID", "route.authorTiers.2"),
        ("INVALID", "route.endorsingTiers.0"),
        ("INVALID", "route.terminalTier"),
        ("INVALID", "route.expertsReview"),
        ("REQUIRED", "route.rubric"),
        ("INVALID", "sections.1.key"),
        ("INVALID", "sections.0.fields.0.key"),
        ("INVALID", "sections.0.fields.2.key"),
        ("REQUIRED", "sections.0.title"),
        ("INVALID", "sections.0.fields.0.shape.text.longest"),
        ("INVALID", "sections.0.fields.1.shape.number.most"),
        ("INVALID", "sections.0.fields.2.shape.number.least"),
        ("INVALID", "sections.0.fields.2.shape.number.target"),
        ("REQUIRED", "sections.0.fields.3.shape.choice.options"),
        ("INVALID", "sections.0.fields.4.shape.choice.options.1.key"),
        ("REQUIRED", "sections.0.fields.4.shape.choice.options.1.label"),
        ("INVALID", "sections.0.fields.5.shape.date.latest"),
        ("INVALID", "sections.0.fields.6.shape.table.columns.0.shape"),
        ("INVALID", "sections.0.fields.6.shape.table.mostRows"),
        ("INVALID", "sections.0.fields.6.shape.table.rowKey"),
        ("INVALID", "sections.0.fields.7.shape.file.types.0"),
        ("INVALID", "sections.0.fields.7.shape.file.mostFiles"),
        ("INVALID", "sections.0.fields.7.shape.file.largest"),
        ("REQUIRED", "sections.1.fields"),
        ("REQUIRED", "comparisons.0.message"),
        ("INVALID", "comparisons.0.right"),
        ("INVALID", "comparisons.1.left.field"),
        ("INVALID", "comparisons.1.right.column"),
    ];
    let expected: Vec<(String, String)> = expected.map(|(code, path)| (code.to_owned(), path.to_owned())).into();
    assert_eq!(told, expected);
    let faults = whole(&head, &draft["id"]).await["faults"].clone();
    let faults: Vec<(String, String)> = faults.as_array().unwrap().iter().map(placed).collect();
    assert_eq!(faults, expected, "the draft tells the same");

    // What no draft may say is refused when it is saved.
    let deep = json!([{ "key": "a", "title": "A", "fields": [field("b", json!({ "text": { "longest": -1 } })),
        field("c", json!({ "link": { "schemes": ["ftp"] } }))] }]);
    let edit = |part: &str, value: Value| json!({ "template": draft["id"], "expectedVersion": 1, part: value });
    for (input, expected) in [
        (edit("name", json!("n".repeat(201))), vec![("TOO_LONG", "name")]),
        (edit("name", json!(null)), vec![("REQUIRED", "name")]),
        (edit("route", json!(null)), vec![("REQUIRED", "route")]),
        (
            edit("description", json!("d".repeat(5_001))),
            vec![("TOO_LONG", "description")],
        ),
        (
            edit("sections", deep),
            vec![
                ("INVALID", "sections.0.fields.0.shape.text.longest"),
                ("INVALID", "sections.0.fields.1.shape.link.schemes"),
            ],
        ),
    ] {
        let told = refusals(&head, "editReportTemplate", input).await;
        let told: Vec<(&str, &str)> = told.iter().map(|(code, path)| (code.as_str(), path.as_str())).collect();
        assert_eq!(told, expected);
    }
    let nameless = refusals(&head, "createReportTemplate", json!({ "code": "A!" })).await;
    let expected = [("INVALID", "code"), ("REQUIRED", "route"), ("REQUIRED", "name")];
    assert_eq!(
        nameless,
        expected.map(|(code, path)| (code.to_owned(), path.to_owned()))
    );
}

async fn a_draft_is_tried_before_it_is_published(app: TestApp) {
    let head = app.office("head.35").await;
    let draft = does(
        &head,
        "createReportTemplate",
        json!({ "code": "dicoba-dulu", "name": "Dicoba Dulu", "route": route(), "sections": every_shape(),
            "comparisons": comparisons() }),
    )
    .await
    .unwrap();
    let document = "query($id: ID!, $answers: [AnswerInput!]!) { \
         reportTemplate(id: $id) { lockVersion problems(answers: $answers) { code message field } } }";
    let row = |platform: &str, posts: i32| {
        json!({ "cells": [{ "column": "kanal", "value": { "choice": platform } },
            { "column": "unggahan", "value": { "number": posts } }] })
    };
    let answers = |rows: Value, from: &str, more: &[Value]| {
        let mut answers = vec![
            json!({ "field": "siaran-pers", "value": { "number": 9 } }),
            json!({ "field": "per-kanal", "value": { "rows": rows } }),
            json!({ "field": "mulai", "value": { "date": from } }),
            json!({ "field": "selesai", "value": { "date": "2026-03-31" } }),
        ];
        answers.extend_from_slice(more);
        json!({ "id": draft["id"], "answers": answers })
    };
    let good = answers(json!([row("instagram", 7), row("x", 3)]), "2026-03-01", &[]);
    let data = head.data(document, good).await;
    assert_eq!(data["reportTemplate"]["problems"], json!([]));
    let wrong = [
        json!({ "field": "anggaran", "value": { "number": "1.005" } }),
        json!({ "field": "tiada", "value": { "text": "?" } }),
    ];
    let bad = answers(json!([row("x", 4), row("x", 5)]), "2026-04-01", &wrong);
    let data = head.data(document, bad).await;
    let told = data["reportTemplate"]["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(placed);
    let told: Vec<(String, String)> = told.collect();
    let expected = [
        ("INVALID", "anggaran"),
        ("INVALID", "tiada"),
        ("INVALID", "per-kanal.1.kanal"),
        ("INVALID", "mulai"),
        ("INVALID", "siaran-pers"),
    ];
    assert_eq!(told, expected.map(|(code, path)| (code.to_owned(), path.to_owned())));
    assert_eq!(data["reportTemplate"]["lockVersion"], 1, "nothing was kept");
}

async fn versions_tell_what_they_ask_otherwise(app: TestApp) {
    let head = app.office("head.35").await;
    let input = json!({ "code": "berversi", "name": "Berversi", "route": route(), "sections": every_shape() });
    let first = publishes(&head, input).await;
    let mut sections = every_shape();
    let fields = sections[0]["fields"].as_array_mut().unwrap();
    fields[0]["shape"] = json!({ "text": { "longest": 4000 } });
    fields[1]["shape"]["number"]["most"] = json!("100");
    fields[2]["shape"] = json!({ "text": { "longest": 10 } });
    fields[3]["required"] = json!(true);
    fields[7]["shape"]["table"]["columns"][1]["shape"]["number"]["target"] = json!("31");
    fields.remove(6);
    fields.push(field("penutup", json!({ "text": { "longest": 100 } })));
    let begun = json!({ "code": "berversi", "from": first["id"], "sections": sections, "name": "Berversi Dua",
        "comparisons": comparisons() });
    let second = does(&head, "createReportTemplate", begun).await.unwrap();
    let document = "query($id: ID!) { reportTemplate(id: $id) { changesSince(version: 1) { kind section \
         before { ... on ReportField { key } ... on TemplateText { text } } \
         after { ... on ReportField { key } ... on TemplateText { text } } } none: changesSince(version: 9) { kind } } }";
    let data = head.data(document, json!({ "id": second["id"] })).await;
    let changes = data["reportTemplate"]["changesSince"].as_array().unwrap().clone();
    let kinds = changes.iter().map(|change| {
        let about = [&change["after"], &change["before"]]
            .into_iter()
            .find_map(|part| part["key"].as_str());
        (change["kind"].as_str().unwrap(), about.unwrap_or_default())
    });
    let expected = [
        ("NAME_CHANGED", ""),
        ("FIELD_WIDENED", "uraian"),
        ("FIELD_NARROWED", "siaran-pers"),
        ("FIELD_RESHAPED", "anggaran"),
        ("FIELD_MADE_REQUIRED", "penilaian"),
        ("FIELD_REWORDED", "per-kanal"),
        ("FIELD_ADDED", "penutup"),
        ("FIELD_REMOVED", "tautan"),
        ("COMPARISON_ADDED", ""),
        ("COMPARISON_ADDED", ""),
    ];
    assert_eq!(kinds.collect::<Vec<_>>(), expected);
    assert_eq!(changes[0]["before"]["text"], "Berversi");
    assert_eq!(data["reportTemplate"]["none"], Value::Null);

    // Beneath, the published one is what the code means until the next is published.
    let beneath = app.office("head.35.02").await;
    let by_code = "{ reportTemplate(code: \"berversi\") { version changesSince(version: 2) { kind } } \
         second: reportTemplate(code: \"berversi\", version: 2) { version } }";
    let data = beneath.data(by_code, json!({})).await;
    assert_eq!(
        data,
        json!({ "reportTemplate": { "version": 1, "changesSince": null }, "second": null })
    );
    does(&head, "publishReportTemplate", on(&second)).await.unwrap();
    let data = beneath.data(by_code, json!({})).await;
    assert_eq!(
        (&data["reportTemplate"]["version"], &data["second"]["version"]),
        (&json!(2), &json!(2))
    );
}

async fn a_list_shows_what_one_may_see(app: TestApp) {
    let (head, beneath) = (app.office("head.35").await, app.office("staff.35.02").await);
    publishes(
        &head,
        json!({ "code": "aaa-terbit", "name": "Zeta", "route": route(), "sections": every_shape() }),
    )
    .await;
    let draft = json!({ "code": "aaa-konsep", "name": "Zeta Konsep", "route": route() });
    does(&head, "createReportTemplate", draft).await.unwrap();
    let document = "query($filter: ReportTemplateFilter, $search: String) { \
         reportTemplates(filter: $filter, search: $search, first: 50) { totalCount nodes { code version } } }";
    let found = async |office: &Office<'_>, variables: Value| {
        let data = office.data(document, variables).await;
        let nodes = data["reportTemplates"]["nodes"].as_array().unwrap().clone();
        assert_eq!(data["reportTemplates"]["totalCount"], nodes.len());
        nodes
            .iter()
            .map(|node| node["code"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    // Of the final report there is a version that experts review, and one that they do not.
    let shipped = [
        "laporan-akhir-kehumasan",
        "laporan-akhir-kehumasan",
        "laporan-kehumasan-bulanan",
        "laporan-kehumasan-kecamatan",
    ];
    let own = found(&head, json!({})).await;
    assert_eq!(own, [&["aaa-konsep", "aaa-terbit"][..], &shipped].concat());
    assert_eq!(
        found(&beneath, json!({})).await,
        [&["aaa-terbit"][..], &shipped].concat()
    );
    assert_eq!(found(&app.office("head.32").await, json!({})).await, shipped);
    let unit = head.unit("35").await;
    for (variables, expected) in [
        (
            json!({ "filter": { "status": { "eq": "DRAFT" } } }),
            &["aaa-konsep"][..],
        ),
        (
            json!({ "filter": { "owner": { "eq": unit } } }),
            &["aaa-konsep", "aaa-terbit"],
        ),
        (json!({ "filter": { "code": "aaa-terbit" } }), &["aaa-terbit"]),
        (json!({ "search": "ZETA konsep" }), &["aaa-konsep"]),
    ] {
        assert_eq!(found(&head, variables).await, expected);
    }
    let backwards = "query($after: String) { reportTemplates(orderBy: {field: NAME, direction: DESC}, first: 1, after: $after) { \
         edges { cursor node { name } } pageInfo { hasNextPage hasPreviousPage } } }";
    let first = head.data(backwards, json!({})).await["reportTemplates"].clone();
    assert_eq!(first["edges"][0]["node"]["name"], "Zeta Konsep");
    let next = head
        .data(backwards, json!({ "after": first["edges"][0]["cursor"] }))
        .await["reportTemplates"]
        .clone();
    assert_eq!(next["edges"][0]["node"]["name"], "Zeta");
    assert_eq!(
        next["pageInfo"],
        json!({ "hasNextPage": true, "hasPreviousPage": true })
    );
    let both = head.ask("{ reportTemplate(version: 1) { id } }", json!({})).await;
    assert_eq!(both["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
}

/// Of two who publish and edit at once one wins and one is told; and who sends a command again is answered alike.
async fn rivals_and_repetitions(app: TestApp) {
    let head = app.office("head.35").await;
    let create = json!({ "code": "sekali-saja", "name": "Sekali Saja", "route": route(), "sections": every_shape() });
    let selection = "template { id lockVersion status }";
    let first = head.command_with_key("createReportTemplate", selection, create.clone(), Some("k1"));
    let first = first.await.unwrap()["template"].clone();
    let again = head.command_with_key("createReportTemplate", selection, create, Some("k1"));
    assert_eq!(again.await.unwrap()["template"], first);
    let edit = json!({ "template": first["id"], "expectedVersion": 1, "name": "Lain" });
    let (published, edited) = futures_util::join!(
        does(&head, "publishReportTemplate", on(&first)),
        does(&head, "editReportTemplate", edit),
    );
    let codes = [published, edited].map(|told| told.map_or_else(|refusal| refusal.code, |_done| "done".to_owned()));
    assert!(
        codes == ["done", "STALE_VERSION"] || codes == ["STALE_VERSION", "done"],
        "{codes:?}"
    );
    // Two first drafts of one code: one of them comes first.
    let other = app.office("head.32").await;
    let rival = json!({ "code": "rebutan", "name": "Rebutan", "route": route() });
    let (one, two) = futures_util::join!(
        does(&head, "createReportTemplate", rival.clone()),
        does(&other, "createReportTemplate", rival),
    );
    let mut codes = [one, two].map(|told| told.map_or_else(|refusal| refusal.code, |_done| "done".to_owned()));
    codes.sort();
    assert_eq!(codes, ["ALREADY_EXISTS", "done"]);
}

on_both_databases! {
    a_province_asks_its_own_and_what_was_published_stays,
    what_was_read_can_be_written_back,
    everything_wrong_is_told_at_once_and_where,
    a_draft_is_tried_before_it_is_published,
    versions_tell_what_they_ask_otherwise,
    a_list_shows_what_one_may_see,
    rivals_and_repetitions,
}
