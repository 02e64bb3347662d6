//! Awards reckoned again far from the server: by the binary, and by the script that shares no line with it.
use std::{collections::BTreeMap, fs, path::Path, process::Command};

use chrono::{DateTime, NaiveDate, Utc};
use jenjang::{
    award::ranking::{
        amount::Hundredths,
        bundle::{self, Bundle, Category, CategoryResult, Edition, Entrant, Round, Rules, Unit},
        inputs::{Criterion, CriterionKind, Entry, Inputs, Scheme, Sheet},
    },
    digest::sha256,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::process;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/recompute_award.py");

/// What the rules of a made-up edition say.
pub const RULES: &str = r#"{"title":"Kehumasan Terbaik – \"sepuluh dari 514\""}"#;

fn unit(number: u128, code: &str, name: &str) -> Unit {
    Unit {
        id: Uuid::from_u128(number),
        code: code.to_owned(),
        name: name.to_owned(),
    }
}

/// An edition that was reckoned from these categories.
pub fn bundle_of(categories: Vec<Inputs>) -> Bundle {
    let moment = DateTime::<Utc>::from_timestamp(1_719_705_600, 0).unwrap();
    let issuer = unit(1, "RI", "Bawaslu RI");
    let categories = categories.into_iter().zip(1_u128..);
    let categories: Vec<Category> = categories
        .map(|(inputs, number)| Category {
            category: Uuid::from_u128(number << 64),
            title: format!("Kategori {number}\u{7f}\u{1f}\u{2028}\u{1f3c6}"),
            round: if number % 2 == 0 {
                Round::Provinsi
            } else {
                Round::Issuer
            },
            unit: issuer.clone(),
            entrants: inputs
                .entries
                .iter()
                .map(|entry| Entrant {
                    entry: entry.id,
                    unit: unit(2, "35.09", "Bawaslu Kabupaten Jember"),
                    name: None,
                })
                .collect(),
            inputs: Inputs {
                seed: sha256(RULES),
                ..inputs
            },
        })
        .collect();
    let results: Vec<CategoryResult> = categories
        .iter()
        .map(|category| {
            CategoryResult::of(category.category, category.round, category.unit.id, &category.inputs).unwrap()
        })
        .collect();
    Bundle {
        typ: bundle::TYPE.to_owned(),
        version: bundle::VERSION,
        edition: Edition {
            id: Uuid::from_u128(7),
            title: "Kehumasan Terbaik 2024".to_owned(),
            issuer,
            evidence_from: NaiveDate::from_ymd_opt(2023, 7, 1).unwrap(),
            evidence_to: NaiveDate::from_ymd_opt(2024, 5, 31).unwrap(),
            list: 1,
            computed_at: moment,
            ratified_at: moment,
            announced_at: moment,
        },
        rules: Rules {
            text: RULES.to_owned(),
            sha256: sha256(RULES),
        },
        categories,
        results_sha256: bundle::hash(&results).unwrap(),
        results,
    }
}

/// Whether the script agrees with a file, what it came to, and what it says otherwise.
pub fn by_script(folder: &Path, file: &[u8]) -> (bool, String, String) {
    fs::write(folder.join("bundle.json"), file).unwrap();
    let output = Command::new("python3")
        .args([SCRIPT, "bundle.json"])
        .current_dir(folder)
        .output()
        .unwrap_or_else(|error| panic!("python3: {error}"));
    let text = |octets: Vec<u8>| String::from_utf8(octets).unwrap();
    let complaint = text(output.stderr);
    assert!(!complaint.contains("Traceback"), "{complaint}");
    (output.status.success(), text(output.stdout), complaint)
}

fn entry(number: u128, report: &str, totals: [&str; 3]) -> Entry {
    let sheets = totals.into_iter().zip(1..).map(|(total, juror)| Sheet {
        juror: format!("J{juror}"),
        total: total.parse().unwrap(),
    });
    Entry {
        id: Uuid::from_u128(number),
        figures: BTreeMap::from([("laporan".to_owned(), report.parse::<Hundredths>().unwrap())]),
        sheets: sheets.collect(),
    }
}

/// Two of four are honoured, and the cut is between two who are equal but for the lot.
fn edition() -> Bundle {
    let criterion = |key: &str, weight: i32, kind: CriterionKind| Criterion {
        key: key.to_owned(),
        weight,
        kind,
    };
    let inputs = Inputs {
        scheme: Scheme::Unranked { count: 2 },
        criteria: vec![
            criterion("karya", 60, CriterionKind::Judged),
            criterion("laporan", 40, CriterionKind::Indicator),
        ],
        calibration_minimum: Some(3),
        tie_breaks: vec!["karya".to_owned()],
        seed: String::new(),
        entries: vec![
            entry(11, "90.00", ["71.25", "88.00", "90.50"]),
            entry(12, "90.00", ["71.25", "88.00", "90.50"]),
            entry(13, "100.00", ["80.00", "95.10", "97.33"]),
            entry(14, "10.00", ["50.00", "60.00", "70.00"]),
        ],
    };
    let single = Inputs {
        scheme: Scheme::Single {},
        ..inputs.clone()
    };
    bundle_of(vec![inputs, single])
}

/// What the binary says of a file: its exit status, what it prints, what it complains of.
fn by_binary(folder: &Path, file: &[u8]) -> (Option<i32>, String, String) {
    fs::write(folder.join("bundle.json"), file).unwrap();
    let ended = process::run(folder, &["award", "recompute", "bundle.json"], &[]);
    (ended.status.code(), ended.stdout, ended.stderr)
}

#[test]
fn whoever_has_the_bundle_gets_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let bundle = edition();
    let file = serde_json::to_vec_pretty(&bundle).unwrap();
    let (status, results, complaint) = by_binary(folder.path(), &file);
    assert_eq!((status, complaint.as_str()), (Some(0), ""));
    assert_eq!(sha256(&results), bundle.results_sha256);
    assert_eq!(
        serde_json::from_str::<Value>(&results).unwrap(),
        serde_json::to_value(&bundle.results).unwrap()
    );
    assert_eq!(by_script(folder.path(), &file), (true, results, String::new()));
    let made: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(made.len(), 1, "it needs no database and makes none");
}

#[test]
fn whatever_was_altered_is_told_by_both() {
    let folder = tempfile::tempdir().unwrap();
    let whole = serde_json::to_value(edition()).unwrap();
    let other = sha256("lain");
    let alterations: &[(&str, Value, &str)] = &[
        ("/rules/text", json!("{}"), "rules"),
        (
            "/categories/0/inputs/entries/0/sheets/0/total",
            json!("71.26"),
            "results",
        ),
        (
            "/categories/0/inputs/entries/3/figures/laporan",
            json!("10.01"),
            "results",
        ),
        ("/categories/1/inputs/criteria/0/weight", json!(61), "results"),
        ("/categories/0/inputs/seed", json!(other), "categories.0"),
        ("/categories/1/round", json!("ISSUER"), "results"),
        ("/results/0/ranking/entries/0/score", json!("99.000000"), "results"),
        ("/results/0/ranking/entries/2/outcome", json!("WINNER"), "results"),
        ("/results/1/inputsSha256", json!(other), "results"),
        ("/resultsSha256", json!(other), "resultsSha256"),
        ("/results", json!([]), "results"),
    ];
    for (place, value, told) in alterations {
        let mut altered = whole.clone();
        *altered.pointer_mut(place).unwrap() = value.clone();
        let file = altered.to_string().into_bytes();
        let (status, results, complaint) = by_binary(folder.path(), &file);
        assert_eq!(status, Some(1), "{place}");
        assert!(
            complaint.lines().any(|line| line.starts_with(told)),
            "{place}: {complaint}"
        );
        let last = complaint.lines().last().unwrap();
        assert!(
            last.starts_with("jenjang: bundle.json does not agree"),
            "{place}: {last}"
        );
        let (agrees, by_script, otherwise) = by_script(folder.path(), &file);
        assert!(
            !agrees && otherwise.lines().any(|line| line.starts_with(told)),
            "{place}: {otherwise}"
        );
        assert_eq!(by_script, results, "{place}");
    }
}

#[test]
fn what_is_no_bundle_is_refused_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let whole = serde_json::to_value(edition()).unwrap();
    let with = |place: &str, value: Value| {
        let mut altered = whole.clone();
        *altered.pointer_mut(place).unwrap() = value;
        altered.to_string().into_bytes()
    };
    let mut unknown = whole.clone();
    unknown["categories"][0]["inputs"]["bonus"] = json!({});
    let mut unknown_scheme = whole.clone();
    unknown_scheme["categories"][1]["inputs"]["scheme"]["count"] = json!(3);
    let text = whole.to_string();
    let twice = text.replace("\"laporan\":\"10.00\"", "\"laporan\":\"10.00\",\"laporan\":\"99.00\"");
    assert_ne!(text, twice);
    let garbage: Vec<(&str, Vec<u8>, &str)> = vec![
        ("nothing", Vec::new(), "no award bundle"),
        ("not UTF-8", vec![0xff, 0xfe], "no award bundle"),
        ("a half", text.as_bytes()[..text.len() / 2].to_vec(), "no award bundle"),
        ("nesting", "[".repeat(100_000).into_bytes(), "no award bundle"),
        ("another type", with("/typ", json!("jenjang-receipt")), "typ: "),
        ("another version", with("/version", json!(2)), "typ: "),
        (
            "an unknown field",
            unknown.to_string().into_bytes(),
            "unknown field `bonus`",
        ),
        (
            "a count of one",
            unknown_scheme.to_string().into_bytes(),
            "unknown field `count`",
        ),
        ("a key twice", twice.into_bytes(), "`laporan` is given twice"),
        (
            "a long figure",
            with("/categories/0/inputs/entries/0/sheets/0/total", json!("71.255")),
            "a figure is a text",
        ),
        (
            "a large figure",
            with("/categories/0/inputs/entries/0/sheets/0/total", json!("100.01")),
            "a figure is a text",
        ),
        (
            "a number",
            with("/categories/0/inputs/entries/0/sheets/0/total", json!(71.25)),
            "no award bundle",
        ),
        (
            "a large weight",
            with("/categories/0/inputs/criteria/0/weight", json!(1e300)),
            "no award bundle",
        ),
        (
            "no weight",
            with("/categories/0/inputs/criteria/0/weight", json!(0)),
            "categories.0.inputs.criteria.0.weight: ",
        ),
        (
            "another form of id",
            with(
                "/categories/0/inputs/entries/0/id",
                json!("0000000000000000000000000000000B"),
            ),
            "an id is a UUID",
        ),
        (
            "the same id",
            with("/categories/0/inputs/entries/1/id", json!(Uuid::from_u128(11))),
            "categories.0.inputs.entries.1.id: ",
        ),
        (
            "no sheets",
            with("/categories/1/inputs/entries/2/sheets", json!([])),
            "categories.1.inputs.entries.2.sheets: ",
        ),
    ];
    for (what, file, told) in garbage {
        let (status, printed, complaint) = by_binary(folder.path(), &file);
        assert_eq!((status, printed.as_str()), (Some(1), ""), "{what}");
        assert!(complaint.contains(told), "{what}: {complaint}");
        assert!(
            complaint.lines().last().unwrap().starts_with("jenjang: "),
            "{what}: {complaint}"
        );
        let (agrees, _results, _otherwise) = by_script(folder.path(), &file);
        assert!(!agrees, "{what}");
    }
    let absent = process::run(folder.path(), &["award", "recompute", "nowhere.json"], &[]);
    assert_eq!(absent.status.code(), Some(1));
    assert!(absent.stderr.contains("nowhere.json"), "{}", absent.stderr);
}
