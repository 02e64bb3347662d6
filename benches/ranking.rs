//! How long a national edition takes to be ranked: 514 entries in each of 13 categories, five jurors each out of a jury of
//! twenty, calibrated, beside three indicators. `cargo bench --bench ranking`; in this process, no database. It stops when the
//! median of ranking all categories is half a second or more, and tells what a bundle of them takes to be recomputed.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measuring program tells what it measured, or stops"
)]
use std::{
    collections::BTreeMap,
    hint::black_box,
    time::{Duration, Instant},
};

use jenjang::{
    audit::canonical_json,
    award::ranking::{
        amount::Hundredths,
        bundle::{CategoryResult, Round, hash},
        inputs::{Criterion, CriterionKind, Entry, Inputs, Scheme, Sheet},
        rank,
    },
    digest::sha256,
};
use uuid::Uuid;

const ENTRIES: u128 = 514;
const CATEGORIES: u128 = 13;
const JURORS_PER_ENTRY: u128 = 5;
const JURY: u128 = 20;

/// How often it is measured; the median counts.
const TURNS: usize = 21;

const MOST_TIME: Duration = Duration::from_millis(500);

/// A number below another that looks like chance and is the same in every run.
fn drawn(seed: u128, below: u16) -> u16 {
    let digest = sha256(&seed.to_string());
    u16::from_str_radix(&digest[..4], 16).unwrap() % below
}

fn category(number: u128) -> Inputs {
    let criterion = |key: &str, weight, kind| Criterion {
        key: key.to_owned(),
        weight,
        kind,
    };
    let indicators = ["laporan", "kehadiran", "penilaian"];
    let mut criteria = vec![criterion("karya", 55, CriterionKind::Judged)];
    criteria.extend(indicators.map(|key| criterion(key, 15, CriterionKind::Indicator)));
    let figure = |seed| Hundredths::new(drawn(seed, 10_001)).unwrap();
    let entry = |place: u128| {
        let seed = (number << 64) + (place << 16);
        let sheets = (0..JURORS_PER_ENTRY).map(|juror| Sheet {
            juror: format!("J{}", (place * JURORS_PER_ENTRY + juror) % JURY + 1),
            total: figure(seed + juror),
        });
        let figures = indicators.iter().zip(100_u128..);
        let figures = figures.map(|(key, number)| ((*key).to_owned(), figure(seed + number)));
        Entry {
            id: Uuid::from_u128(seed + 1),
            figures: figures.collect::<BTreeMap<_, _>>(),
            sheets: sheets.collect(),
        }
    };
    Inputs {
        scheme: Scheme::Unranked { count: 10 },
        criteria,
        calibration_minimum: Some(10),
        tie_breaks: indicators.map(str::to_owned).to_vec(),
        seed: sha256("peraturan"),
        entries: (0..ENTRIES).map(entry).collect(),
    }
}

fn median(name: &str, mut work: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..TURNS)
        .map(|_turn| {
            let began = Instant::now();
            work();
            began.elapsed()
        })
        .collect();
    times.sort();
    let median = times[TURNS / 2];
    println!("{name}: median {median:.1?}, worst {:.1?} of {TURNS}", times[TURNS - 1]);
    median
}

fn main() {
    let categories: Vec<Inputs> = (1..=CATEGORIES).map(category).collect();
    println!("{CATEGORIES} categories of {ENTRIES} entries with {JURORS_PER_ENTRY} sheets each");
    let ranked = median("ranked", || {
        for inputs in &categories {
            black_box(rank(inputs).unwrap());
        }
    });
    median("ranked, written as canonical JSON and hashed", || {
        let results: Vec<CategoryResult> = categories
            .iter()
            .map(|inputs| CategoryResult::of(Uuid::nil(), Round::Issuer, Uuid::nil(), inputs).unwrap())
            .collect();
        black_box(hash(&results).unwrap());
    });
    let size: usize = categories
        .iter()
        .map(|inputs| canonical_json(inputs).unwrap().len())
        .sum();
    println!("inputs: {} KiB", size >> 10);
    assert!(ranked < MOST_TIME, "ranking took {ranked:?}");
}
