//! Editions of the list of regions are taken over, and what regions were stays what they were.
use entity::{audit_leaf, outbox_event, region_edition};
use jenjang::territory::{edition::service::EVENT_KIND, reference};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use crate::{
    on_both_databases,
    support::{Office, TestApp},
};

const HEADER: &str = "code,parent_code,tier,kind,name,previous_code,effective_on";

/// Two provinces, three kabupaten, four kecamatan, of which two are called alike.
pub const BEFORE: [&str; 9] = [
    "11 Utara",
    "11.01 Hulu",
    "11.01.01 Tepi",
    "11.01.02 Seberang",
    "11.02 Hilir",
    "11.02.01 Tepi",
    "12 Selatan",
    "12.01 Muara",
    "12.01.01 Pasir",
];

/// A list of lines, each `code name`, and after an equals sign what it states of the code before and after an at sign from
/// when on it holds.
pub fn list(lines: &[&str]) -> String {
    let line = |text: &&str| {
        let (text, on) = text.split_once('@').unwrap_or((text, ""));
        let (text, previous) = text.split_once('=').unwrap_or((text, ""));
        let (code, name) = text.split_once(' ').unwrap();
        let above = code.rsplit_once('.').map_or("", |(above, _own)| above);
        let tier = ["PROVINSI,PROVINSI", "KABUPATEN_KOTA,KABUPATEN", "KECAMATAN,KECAMATAN"][code.matches('.').count()];
        format!("{code},{above},{tier},{name},{previous},{on}")
    };
    let lines: Vec<String> = lines.iter().map(line).collect();
    format!("{HEADER}\n{}\n", lines.join("\n"))
}

pub fn edition(csv: &str) -> Value {
    json!({
        "name": "Edisi 2025",
        "legalBasis": { "number": "Kepmendagri 1 Tahun 2025", "date": "2025-03-01" },
        "effectiveOn": "2025-04-25",
        "csv": csv,
    })
}

const OUTCOME: &str = "outcome { edition { id name added renamed moved ended decreeNumber decreeDate effectiveOn by { name }
        differences { totalCount } }
    added renamed moved ended
    differences(first: 100) { totalCount nodes { effects effectiveOn codeBefore codeAfter nameBefore nameAfter region { id } } }
    unitsToMove { nodes { code parent { code } } } }";

pub async fn imports(office: &Office<'_>, input: Value) -> Result<Value, String> {
    let answer = office.command("importRegions", OUTCOME, input).await;
    answer
        .map(|payload| payload["outcome"].clone())
        .map_err(|refusal| format!("{} at {}", refusal.code, refusal.field))
}

async fn region(office: &Office<'_>, code: &str, on: Option<&str>) -> Value {
    let document = "query($code: String!, $on: Date) { region(code: $code, on: $on) {
        id code(on: $on) displayName(on: $on) qualifiedName(on: $on) parent(on: $on) { name(on: $on) }
        history { code name validFrom validTo edition { name } } validFrom validTo
        children(on: $on) { nodes { code(on: $on) } } } }";
    office.data(document, json!({ "code": code, "on": on })).await["region"].clone()
}

/// The events and leaves editions have left.
async fn traces(app: &TestApp) -> (u64, u64) {
    let events = outbox_event::Entity::find().filter(outbox_event::Column::Kind.eq(EVENT_KIND));
    let leaves = audit_leaf::Entity::find()
        .filter(audit_leaf::Column::SubjectType.eq(jenjang::audit::SubjectType::RegionEdition.word()));
    let reader = app.services.db.reader();
    (events.count(reader).await.unwrap(), leaves.count(reader).await.unwrap())
}

async fn what_an_edition_would_do_is_shown_and_then_done(app: TestApp) {
    let app = app.beginning_with(&list(&BEFORE)).await;
    let admin = app.office("admin.ri").await;
    // Seberang gets another name, Hilir goes to Selatan with its Tepi, Pasir is gone and another one is new.
    let csv = list(&[
        "11 Utara",
        "11.01 Hulu",
        "11.01.01 Tepi",
        "11.01.02 Seberang Baru@2025-01-02",
        "12 Selatan",
        "12.01 Muara",
        "12.01.02 Karang=-",
        "12.02 Hilir",
        "12.02.01 Tepi",
    ]);
    let mut dry = edition(&csv);
    dry["dryRun"] = json!(true);
    let shown = imports(&admin, dry).await.unwrap();
    assert_eq!(shown["edition"], Value::Null);
    assert_eq!(traces(&app).await, (0, 0), "a dry run leaves nothing");
    assert_eq!(region(&admin, "12.02", None).await, Value::Null);

    let before = region(&admin, "11.02", None).await;
    let done = imports(&admin, edition(&csv)).await.unwrap();
    for count in ["added", "renamed", "moved", "ended"] {
        assert_eq!(done[count], shown[count], "{count}");
        assert_eq!(done["edition"][count], shown[count], "{count}");
    }
    assert_eq!((&done["added"], &done["renamed"]), (&json!(1), &json!(1)));
    assert_eq!((&done["moved"], &done["ended"]), (&json!(2), &json!(1)));
    assert_eq!(done["edition"]["differences"]["totalCount"], 5);
    assert_eq!(done["edition"]["by"]["name"], "Pengelola RI");
    let without_ids = |outcome: &Value| {
        let mut nodes = outcome["differences"]["nodes"].as_array().unwrap().clone();
        for node in &mut nodes {
            node.as_object_mut().unwrap().remove("region");
        }
        nodes
    };
    assert_eq!(without_ids(&done), without_ids(&shown), "what the dry run showed");
    assert_eq!(
        without_ids(&done)[0],
        json!({ "effects": ["RENAMED"], "effectiveOn": "2025-01-02", "codeBefore": "11.01.02", "codeAfter": "11.01.02",
            "nameBefore": "Kecamatan Seberang", "nameAfter": "Kecamatan Seberang Baru" })
    );
    let waiting = json!([{ "code": "12.02", "parent": { "code": "11" } }]);
    assert_eq!(done["unitsToMove"]["nodes"], waiting, "a list moves no unit");
    assert_eq!(
        shown["unitsToMove"]["nodes"][0]["code"], "11.02",
        "by the code it still has"
    );
    assert_eq!(traces(&app).await, (1, 1));

    let after = region(&admin, "12.02", None).await;
    assert_eq!(after["id"], before["id"]);
    assert_eq!(after["qualifiedName"], "Kabupaten Hilir, Selatan");
    assert_eq!(after["children"]["nodes"], json!([{ "code": "12.02.01" }]));
    assert_eq!(
        after["history"],
        json!([
            { "code": "11.02", "name": "Hilir", "validFrom": null, "validTo": "2025-04-25", "edition": { "name": "wilayah.csv" } },
            { "code": "12.02", "name": "Hilir", "validFrom": "2025-04-25", "validTo": null, "edition": { "name": "Edisi 2025" } },
        ])
    );
    let then = region(&admin, "11.02", Some("2025-04-24")).await;
    assert_eq!((&then["id"], &then["code"]), (&before["id"], &json!("11.02")));
    assert_eq!(then["qualifiedName"], "Kabupaten Hilir, Utara");
    assert_eq!(then["children"]["nodes"], json!([{ "code": "11.02.01" }]));
    assert_eq!(region(&admin, "11.02", None).await, Value::Null);
    let gone = region(&admin, "12.01.01", Some("2025-04-24")).await;
    assert_eq!(gone["validTo"], "2025-04-25");
    assert_eq!(region(&admin, "12.01.02", None).await["validFrom"], "2025-04-25");
    let listed = "query($on: Date) { regions(on: $on, first: 100) { totalCount nodes { code(on: $on) } }
        regionEditions { nodes { name decreeNumber effectiveOn added } } }";
    let now = admin.data(listed, json!({})).await;
    let once = admin.data(listed, json!({ "on": "2024-12-31" })).await;
    let codes = |data: &Value| -> Vec<String> {
        let nodes = data["regions"]["nodes"].as_array().unwrap();
        nodes
            .iter()
            .map(|node| node["code"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        codes(&once),
        BEFORE.map(|line| line.split(' ').next().unwrap().to_owned())
    );
    assert!(codes(&now).contains(&"12.01.02".to_owned()) && !codes(&now).contains(&"12.01.01".to_owned()));
    assert_eq!(
        now["regionEditions"]["nodes"],
        json!([
            { "name": "Edisi 2025", "decreeNumber": "Kepmendagri 1 Tahun 2025", "effectiveOn": "2025-04-25", "added": 1 },
            { "name": "wilayah.csv", "decreeNumber": null, "effectiveOn": null, "added": 9 },
        ])
    );
}

async fn two_regions_exchange_their_codes(app: TestApp) {
    let app = app.beginning_with(&list(&BEFORE)).await;
    let admin = app.office("admin.ri").await;
    let exchanged = |stated: bool, on: &str| {
        let states = |code: &str| if stated { format!("={code}") } else { String::new() };
        let lines = [
            "11 Utara".to_owned(),
            format!("11.01 Hilir{}{on}", states("11.02")),
            format!("11.02 Hulu{}", states("11.01")),
        ];
        let beneath = [
            "11.01.01 Tepi",
            "11.02.01 Tepi",
            "11.02.02 Seberang",
            "12 Selatan",
            "12.01 Muara",
            "12.01.01 Pasir",
        ];
        let lines: Vec<&str> = lines.iter().map(String::as_str).chain(beneath).collect();
        edition(&list(&lines))
    };
    assert_eq!(
        imports(&admin, exchanged(false, "")).await.unwrap_err(),
        "AMBIGUOUS at csv.3.previous_code"
    );
    assert_eq!(
        imports(&admin, exchanged(true, "@2025-04-26")).await.unwrap_err(),
        "INVALID at csv.4.effective_on",
        "a day on which one code would mean both"
    );
    let (hulu, hilir) = (region(&admin, "11.01", None).await, region(&admin, "11.02", None).await);
    imports(&admin, exchanged(true, "")).await.unwrap();
    assert_eq!(region(&admin, "11.02", None).await["id"], hulu["id"]);
    assert_eq!(region(&admin, "11.01", None).await["id"], hilir["id"]);
    assert_eq!(region(&admin, "11.01", Some("2025-04-24")).await["id"], hulu["id"]);
    // The kecamatan went along, though two are called alike and have got the code of the other.
    let tepi = region(&admin, "11.01.01", None).await;
    assert_eq!(
        (&tepi["history"][0]["code"], &tepi["parent"]["name"]),
        (&json!("11.02.01"), &json!("Hilir"))
    );
    let again = imports(&admin, exchanged(true, "")).await;
    assert_eq!(
        again.unwrap_err(),
        "INVALID at csv.3.effective_on",
        "the other way round on the very same day"
    );
}

async fn what_is_wrong_is_told_line_by_line(app: TestApp) {
    let app = app.beginning_with(&list(&BEFORE)).await;
    let admin = app.office("admin.ri").await;
    let with = |line: &str| {
        let mut csv = list(&BEFORE);
        csv.push_str(line);
        csv
    };
    for (csv, expected) in [
        (String::new(), "INVALID at csv.1"),
        (format!("{HEADER}\n"), "REQUIRED at csv"),
        (
            "code,parent_code,tier,kind\n11,,PROVINSI,PROVINSI\n".to_owned(),
            "INVALID at csv.1",
        ),
        (with("13,,PROVINSI,PROVINSI,Timur\n"), "INVALID at csv.11"),
        (with("13,,PROVINSI,PROVINSI,,,\n"), "REQUIRED at csv.11.name"),
        (
            with(&format!("13,,PROVINSI,PROVINSI,{},,\n", "n".repeat(101))),
            "TOO_LONG at csv.11.name",
        ),
        (with("1.3,,PROVINSI,PROVINSI,Timur,,\n"), "INVALID at csv.11.code"),
        (with("11.03,11,KECAMATAN,KABUPATEN,Timur,,\n"), "INVALID at csv.11.tier"),
        (
            with("11.03,11,KABUPATEN_KOTA,KECAMATAN,Timur,,\n"),
            "INVALID at csv.11.kind",
        ),
        (
            with("11.03,12,KABUPATEN_KOTA,KOTA,Timur,,\n"),
            "INVALID at csv.11.parent_code",
        ),
        (
            with("11.03.01,11.03,KECAMATAN,KECAMATAN,Timur,,\n"),
            "NOT_FOUND at csv.11.parent_code",
        ),
        (with("12,,PROVINSI,PROVINSI,Timur,,\n"), "ALREADY_EXISTS at csv.11.code"),
        (
            with("13,,PROVINSI,PROVINSI,Timur,x,\n"),
            "INVALID at csv.11.previous_code",
        ),
        (
            with("13,,PROVINSI,PROVINSI,Timur,14,\n"),
            "NOT_FOUND at csv.11.previous_code",
        ),
        (
            with("13,,PROVINSI,PROVINSI,Timur,,9999-12-31\n"),
            "INVALID at csv.11.effective_on",
        ),
        (
            with("13,,PROVINSI,PROVINSI,Timur,,25/4/2025\n"),
            "INVALID at csv.11.effective_on",
        ),
        (
            with("13,,PROVINSI,PROVINSI,Timur,,\n13.01,13,KABUPATEN_KOTA,KOTA,Kini,,2025-01-01\n"),
            "INVALID at csv.12.effective_on",
        ),
    ] {
        assert_eq!(imports(&admin, edition(&csv)).await.unwrap_err(), expected, "{csv}");
    }
    let mut future = edition(&list(&BEFORE));
    future["effectiveOn"] = json!("9999-12-31");
    assert_eq!(imports(&admin, future).await.unwrap_err(), "INVALID at effectiveOn");
    let mut unnamed = edition(&list(&BEFORE));
    unnamed["name"] = json!(" ");
    assert_eq!(imports(&admin, unnamed).await.unwrap_err(), "REQUIRED at name");

    let many: Vec<String> = (10..160)
        .map(|code| format!("{code},,PROVINSI,PROVINSI,Timur,,1\n"))
        .collect();
    let document = "mutation($input: ImportRegionsInput!) { importRegions(input: $input) { userErrors { message } } }";
    let answer = admin
        .data(document, json!({ "input": edition(&with(&many.concat())) }))
        .await;
    let errors = answer["importRegions"]["userErrors"].as_array().unwrap();
    assert_eq!(errors.len(), 100);
    // 150 days that are none, and 60 codes of three digits.
    assert!(
        errors[99]["message"].as_str().unwrap().contains("210"),
        "{}",
        errors[99]
    );
    let ambiguous = list(&["11 Selatan", "12 Utara"]);
    let answer = admin.data(document, json!({ "input": edition(&ambiguous) })).await;
    let message = answer["importRegions"]["userErrors"][0]["message"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        message.contains("Baris 2") && message.contains("11 Utara") && message.contains("12 Selatan"),
        "{message}"
    );
    assert_eq!(traces(&app).await, (0, 0));
}

async fn an_edition_sent_again_is_taken_over_once(app: TestApp) {
    let app = app.beginning_with(&list(&BEFORE)).await;
    let admin = app.office("admin.ri").await;
    let mut lines = BEFORE;
    lines[7] = "12.01 Muara Baru";
    let input = edition(&list(&lines));
    let send = async || {
        let key = Some("edisi-2025");
        let sent = admin
            .command_with_key("importRegions", OUTCOME, input.clone(), key)
            .await;
        sent.unwrap()["outcome"].clone()
    };
    assert_eq!(send().await, send().await);
    let count = region_edition::Entity::find()
        .count(app.services.db.reader())
        .await
        .unwrap();
    assert_eq!(count, 2, "the one it began with and this one");
}

/// As the list may really come: 7,837 lines with every column, in one variable.
async fn the_whole_list_fits_into_a_request(app: TestApp) {
    let admin = app.office("admin.ri").await;
    let lines = reference::LIST.lines().skip(1).map(|line| {
        let code = line.split(',').next().unwrap();
        let line = line.replace("Bekasi", "Bekasi Baru");
        format!("{line},{code},2025-04-25\n")
    });
    let csv = format!("{HEADER}\n{}", lines.collect::<String>());
    assert!(csv.len() > 400_000, "{}", csv.len());
    let done = imports(&admin, edition(&csv)).await.unwrap();
    let renamed = reference::LIST.matches("Bekasi").count();
    assert_eq!((&done["renamed"], &done["moved"]), (&json!(renamed), &json!(0)));
    assert_eq!((&done["added"], &done["ended"]), (&json!(0), &json!(0)));
    let bekasi = region(&admin, "32.75", None).await;
    assert_eq!(bekasi["displayName"], "Kota Bekasi Baru");
    assert_eq!(bekasi["history"][0]["name"], "Bekasi");
    assert_eq!(bekasi["history"][0]["edition"]["name"], reference::EDITION);
    assert_eq!(
        region(&admin, "32.75", Some("2025-04-24")).await["displayName"],
        "Kota Bekasi"
    );
    let id = bekasi["id"].as_str().unwrap();
    let node = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";
    let edition = done["edition"]["id"].as_str().unwrap();
    let data = admin.data(node, json!({ "ids": [id, edition] })).await;
    assert_eq!(data["nodes"][0]["__typename"], "Region");
    assert_eq!(data["nodes"][1]["__typename"], "RegionEdition");
}

on_both_databases! {
    what_an_edition_would_do_is_shown_and_then_done,
    two_regions_exchange_their_codes,
    what_is_wrong_is_told_line_by_line,
    an_edition_sent_again_is_taken_over_once,
    the_whole_list_fits_into_a_request,
}
