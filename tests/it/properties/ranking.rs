//! Random categories: the order does not hang on the order in which things are given, a better figure never harms, equals are
//! told apart to the end, and another language gets the same bytes.
use std::collections::{BTreeMap, HashMap, HashSet};

use jenjang::{
    audit::canonical_json,
    award::ranking::{
        Decided, Outcome, Ranking,
        amount::Hundredths,
        bundle::{self, read, recompute},
        calibration::SHEETS_PER_OUTSIDER,
        inputs::{Criterion, CriterionKind, Entry, Inputs, Scheme, Sheet},
        rank,
    },
    digest::sha256,
};
use proptest::{collection::vec, option, prelude::*, sample::Index, test_runner::TestRunner};
use uuid::Uuid;

use super::cases;
use crate::recomputing::{bundle_of, by_script};

const JURORS: usize = 12;

fn hundredths(number: u16) -> Hundredths {
    Hundredths::new(number).unwrap()
}

/// Any figure, and often one of few, so that there are equals.
fn figure() -> impl Strategy<Value = Hundredths> {
    prop_oneof![
        2 => (0_u16..=3).prop_map(|step| hundredths(5_000 + step)),
        1 => (0_u16..=10_000).prop_map(hundredths),
    ]
}

fn scheme() -> impl Strategy<Value = Scheme> {
    prop_oneof![
        (1..5, 0..5).prop_map(|(places, nominees)| Scheme::Ranked { places, nominees }),
        (1..12).prop_map(|count| Scheme::Unranked { count }),
        Just(Scheme::Single {}),
    ]
}

/// What an entry is made of: an indicator for each criterion there may be, and whether and how each juror scored it.
type Made = (Vec<Hundredths>, Vec<Option<Hundredths>>);

fn made() -> impl Strategy<Value = Made> {
    // Some jurors judge nearly everything, the others hardly anything: both sides of every minimum are met.
    let sheets: Vec<_> = (0..JURORS)
        .map(|juror| option::weighted(if juror < 4 { 0.7 } else { 0.15 }, figure()))
        .collect();
    (vec(figure(), 3), sheets)
}

fn category() -> impl Strategy<Value = Inputs> {
    let criteria = vec((prop_oneof![Just(1), 1..50], Just(CriterionKind::Indicator)), 1..=3);
    let minimum = option::weighted(0.8, 2..5_i32);
    let breaks = vec(any::<Index>(), 0..3);
    (
        scheme(),
        criteria,
        option::weighted(0.8, any::<Index>()),
        minimum,
        breaks,
        vec(made(), 0..14),
    )
        .prop_map(|(scheme, mut criteria, judged, calibration_minimum, breaks, made)| {
            if let Some(place) = judged {
                place.get_mut(&mut criteria).1 = CriterionKind::Judged;
            }
            let criteria: Vec<Criterion> = criteria
                .into_iter()
                .enumerate()
                .map(|(place, (weight, kind))| Criterion {
                    key: format!("kriteria-{place}"),
                    weight,
                    kind,
                })
                .collect();
            let mut tie_breaks: Vec<String> = Vec::new();
            for place in breaks {
                let key = &place.get(&criteria).key;
                if !tie_breaks.contains(key) {
                    tie_breaks.push(key.clone());
                }
            }
            let made = made.into_iter().zip(1_u128..);
            let entries = made.map(|(made, number)| entry(&criteria, judged.is_some(), number, &made));
            Inputs {
                scheme,
                tie_breaks,
                calibration_minimum,
                seed: sha256("peraturan"),
                entries: entries.collect(),
                criteria,
            }
        })
}

fn entry(criteria: &[Criterion], judged: bool, number: u128, (figures, sheets): &Made) -> Entry {
    let indicators = criteria.iter().zip(figures);
    let indicators = indicators.filter(|(criterion, _figure)| criterion.kind == CriterionKind::Indicator);
    let given = sheets.iter().enumerate();
    let given = given.filter_map(|(juror, total)| {
        Some(Sheet {
            juror: format!("J{}", juror + 1),
            total: (*total)?,
        })
    });
    let mut given: Vec<Sheet> = given.collect();
    if given.is_empty() {
        given.push(Sheet {
            juror: "J1".to_owned(),
            total: Hundredths::MOST,
        });
    }
    Entry {
        id: Uuid::from_u128(number * 0x1234_5678_9abc_def1),
        figures: indicators
            .map(|(criterion, figure)| (criterion.key.clone(), *figure))
            .collect(),
        sheets: if judged { given } else { Vec::new() },
    }
}

fn positions(ranking: &Ranking) -> HashMap<Uuid, u32> {
    ranking
        .entries
        .iter()
        .map(|ranked| (ranked.entry, ranked.position))
        .collect()
}

/// A figure raised by at least a hundredth; None where it is the most already.
fn raised(figure: Hundredths, by: u16) -> Option<Hundredths> {
    let now = u16::try_from(figure.micros().0 / 10_000).unwrap();
    (figure < Hundredths::MOST).then(|| hundredths((now + by).min(10_000)))
}

/// Whoever stood behind an entry still does.
fn still_behind(before: &Ranking, after: &Ranking, entry: Uuid) -> Result<(), TestCaseError> {
    let (before, after) = (positions(before), positions(after));
    for (other, position) in &before {
        if *position > before[&entry] {
            prop_assert!(after[other] > after[&entry], "{} passed {}", other, entry);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(1024))]

    #[test]
    fn the_order_in_which_things_are_given_changes_nothing(
        (inputs, turned) in category().prop_flat_map(|inputs| {
            let entries = Just(inputs.entries.clone()).prop_shuffle();
            (Just(inputs), entries)
        }),
    ) {
        let mut turned = Inputs { entries: turned, ..inputs.clone() };
        for entry in &mut turned.entries {
            entry.sheets.reverse();
        }
        prop_assert_eq!(rank(&inputs).unwrap(), rank(&turned).unwrap());
        prop_assert_eq!(
            canonical_json(&inputs.sorted()).unwrap(),
            canonical_json(&turned.sorted()).unwrap()
        );
    }

    #[test]
    fn a_better_sheet_never_lets_anybody_pass(
        inputs in category(),
        (which, sheet) in (any::<Index>(), any::<Index>()),
        by in prop_oneof![Just(1_u16), 1..2_000_u16],
    ) {
        prop_assume!(!inputs.entries.is_empty() && inputs.judged().is_some());
        let mut better = inputs.clone();
        let entry = which.get_mut(&mut better.entries);
        let (id, sheet) = (entry.id, sheet.get_mut(&mut entry.sheets));
        let Some(total) = raised(sheet.total, by) else { return Ok(()) };
        sheet.total = total;
        still_behind(&rank(&inputs).unwrap(), &rank(&better).unwrap(), id)?;
    }

    #[test]
    fn a_better_indicator_never_lets_anybody_pass(
        inputs in category(),
        (which, figure) in (any::<Index>(), any::<Index>()),
        by in prop_oneof![Just(1_u16), 1..2_000_u16],
    ) {
        prop_assume!(inputs.entries.iter().any(|entry| !entry.figures.is_empty()));
        let mut better = inputs.clone();
        let entry = which.get_mut(&mut better.entries);
        let id = entry.id;
        let mut figures: Vec<&mut Hundredths> = entry.figures.values_mut().collect();
        let figure = figure.get_mut(&mut figures);
        let Some(total) = raised(**figure, by) else { return Ok(()) };
        **figure = total;
        still_behind(&rank(&inputs).unwrap(), &rank(&better).unwrap(), id)?;
    }

    #[test]
    fn everybody_has_a_place_and_every_pair_a_reason(inputs in category()) {
        let ranking = rank(&inputs).unwrap();
        let given: HashSet<Uuid> = inputs.entries.iter().map(|entry| entry.id).collect();
        let placed: HashSet<Uuid> = ranking.entries.iter().map(|ranked| ranked.entry).collect();
        prop_assert_eq!(given, placed);
        prop_assert_eq!(ranking.entries.len(), inputs.entries.len());
        for (ranked, position) in ranking.entries.iter().zip(1_u32..) {
            prop_assert_eq!(ranked.position, position);
            prop_assert_eq!(ranked.place.is_some(), ranked.outcome == Outcome::Winner
                && matches!(inputs.scheme, Scheme::Ranked { .. }));
        }
        let count = |outcome| ranking.entries.iter().filter(|ranked| ranked.outcome == outcome).count();
        let winners = inputs.scheme.winners().min(inputs.entries.len());
        prop_assert_eq!(count(Outcome::Winner), winners);
        prop_assert_eq!(count(Outcome::Nominee), inputs.scheme.nominees().min(inputs.entries.len() - winners));
        for pair in ranking.entries.windows(2) {
            let figure = |place: usize, key: &str| {
                pair[place].parts.iter().find(|part| part.criterion == key).unwrap().figure
            };
            match pair[0].decided.as_ref().unwrap() {
                Decided::Score { points, .. } => {
                    prop_assert!(points.0 > 0);
                    prop_assert_eq!(pair[0].points.0 - pair[1].points.0, points.0);
                }
                Decided::TieBreak { criterion, margin } => {
                    prop_assert_eq!(pair[0].points, pair[1].points);
                    prop_assert!(margin.0 > 0);
                    prop_assert_eq!(figure(0, criterion).0 - figure(1, criterion).0, margin.0);
                    let before = inputs.tie_breaks.iter().take_while(|key| *key != criterion);
                    for key in before {
                        prop_assert_eq!(figure(0, key), figure(1, key));
                    }
                }
                Decided::Lot { first, next } => {
                    prop_assert_eq!(pair[0].points, pair[1].points);
                    for key in &inputs.tie_breaks {
                        prop_assert_eq!(figure(0, key), figure(1, key));
                    }
                    prop_assert_eq!(first, &sha256(&format!("{}\n{}", inputs.seed, pair[0].entry)));
                    prop_assert_eq!(next, &sha256(&format!("{}\n{}", inputs.seed, pair[1].entry)));
                    prop_assert!(first < next);
                }
            }
        }
        prop_assert!(ranking.entries.last().is_none_or(|last| last.decided.is_none()));
        if let Some(cut) = &ranking.cut {
            prop_assert_eq!(ranking.entries[winners - 1].entry, cut.winner);
            prop_assert_eq!(ranking.entries[winners].entry, cut.next);
            prop_assert_eq!(ranking.entries[winners - 1].decided.as_ref(), Some(&cut.decided));
        } else {
            prop_assert_eq!(winners, inputs.entries.len());
        }
    }

    #[test]
    fn equals_are_told_apart_by_lot_alone(count in 2_usize..40, total in figure(), rules in any::<u64>()) {
        let criteria = vec![Criterion { key: "karya".to_owned(), weight: 1, kind: CriterionKind::Judged }];
        let equal = |number: u128| Entry {
            id: Uuid::from_u128(number),
            figures: BTreeMap::new(),
            sheets: vec![Sheet { juror: "J1".to_owned(), total }],
        };
        let inputs = Inputs {
            scheme: Scheme::Unranked { count: 1 },
            criteria,
            calibration_minimum: Some(2),
            tie_breaks: vec!["karya".to_owned()],
            seed: sha256(&rules.to_string()),
            entries: (0..count as u128).map(equal).collect(),
        };
        let ranking = rank(&inputs).unwrap();
        let by_lot = |decided: &Decided| matches!(decided, Decided::Lot { .. });
        prop_assert_eq!(ranking.entries.iter().filter_map(|ranked| ranked.decided.as_ref()).filter(|decided| by_lot(decided)).count(), count - 1);
        let mut lots: Vec<(String, Uuid)> = inputs.entries.iter().map(|entry| (sha256(&format!("{}\n{}", inputs.seed, entry.id)), entry.id)).collect();
        lots.sort();
        let drawn: Vec<Uuid> = lots.into_iter().map(|(_lot, entry)| entry).collect();
        prop_assert_eq!(ranking.entries.iter().map(|ranked| ranked.entry).collect::<Vec<_>>(), drawn);
    }

    #[test]
    fn below_the_minimum_nobody_is_calibrated_and_above_it_all_have_one_mean(inputs in category()) {
        let ranking = rank(&inputs).unwrap();
        let minimum = inputs.calibration_minimum.map(|minimum| u32::try_from(minimum).unwrap());
        let has_enough = |sheets: u32| minimum.is_some_and(|minimum| sheets >= minimum);
        let jurors = &ranking.calibration.jurors;
        let (enough, outsiders): (Vec<_>, Vec<_>) = jurors.iter().partition(|juror| has_enough(juror.sheets));
        let sheets: u32 = enough.iter().map(|juror| juror.sheets).sum();
        let calibrates = enough.len() >= 2 && sheets as usize >= SHEETS_PER_OUTSIDER * outsiders.len();
        prop_assert_eq!(ranking.calibration.mean.is_some(), calibrates);
        prop_assert!(outsiders.iter().all(|juror| juror.shift.is_none()));
        for juror in &enough {
            prop_assert_eq!(juror.shift.is_some(), calibrates);
            if let (Some(shift), Some(mean)) = (juror.shift, ranking.calibration.mean) {
                prop_assert_eq!(juror.mean.0 + shift.0, mean.0);
            }
        }
        if !calibrates {
            let parts = ranking.entries.iter().flat_map(|ranked| &ranked.parts);
            for part in parts {
                prop_assert!(part.raw.is_none_or(|raw| raw == part.figure));
            }
        }
    }

    #[test]
    fn a_broken_bundle_is_refused_or_contradicted_and_never_a_panic(
        inputs in category(),
        changes in vec((any::<Index>(), any::<u8>()), 1..4),
    ) {
        let bundle = bundle_of(vec![inputs]);
        let mut file = canonical_json(&bundle).unwrap().into_bytes();
        for (place, octet) in changes {
            let place = place.index(file.len());
            file[place] = octet;
        }
        if let Ok(read) = read(&file)
            && let Ok(recomputed) = recompute(&read)
            && recomputed.contradictions.is_empty()
        {
            prop_assert_eq!(&read.rules, &bundle.rules);
            prop_assert_eq!(&read.results, &bundle.results);
        }
    }
}

/// Nine jurors who judged nothing else beside one of four sheets that are calibrated: without the bound on outsiders, what
/// their shift takes back from a better sheet is more than the others lose.
#[test]
fn outsiders_are_too_many_to_calibrate_beside() {
    let sheet = |juror: &str, total: u16| Sheet {
        juror: juror.to_owned(),
        total: hundredths(total),
    };
    let entry = |number: u128, sheets: Vec<Sheet>| Entry {
        id: Uuid::from_u128(number),
        figures: BTreeMap::new(),
        sheets,
    };
    let with = |total: u16| {
        let mut of_first = vec![sheet("J1", total)];
        of_first.extend((10..19).map(|juror| sheet(&format!("J{juror}"), 5_000)));
        Inputs {
            scheme: Scheme::Single {},
            criteria: vec![Criterion {
                key: "karya".to_owned(),
                weight: 1,
                kind: CriterionKind::Judged,
            }],
            calibration_minimum: Some(2),
            tie_breaks: Vec::new(),
            seed: sha256("peraturan"),
            entries: vec![
                entry(1, of_first),
                entry(2, vec![sheet("J2", 4_900)]),
                entry(3, vec![sheet("J1", 4_000), sheet("J2", 4_900)]),
            ],
        }
    };
    let mut before = rank(&with(5_000)).unwrap();
    for total in 5_001..=10_000 {
        let after = rank(&with(total)).unwrap();
        still_behind(&before, &after, Uuid::from_u128(1)).unwrap();
        before = after;
    }
}

#[test]
fn another_language_gets_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let outcome = TestRunner::new(cases(48)).run(&vec(category(), 0..4), |categories| {
        let bundle = bundle_of(categories);
        let file = canonical_json(&bundle).unwrap();
        let recomputed = recompute(&read(file.as_bytes()).unwrap()).unwrap();
        prop_assert_eq!(&recomputed.contradictions, &[]);
        prop_assert_eq!(sha256(&recomputed.results), bundle.results_sha256);
        prop_assert_eq!(&recomputed.results, &canonical_json(&bundle.results).unwrap());
        prop_assert_eq!(
            by_script(folder.path(), file.as_bytes()),
            (true, recomputed.results, String::new())
        );
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
    assert_eq!(bundle::VERSION, 1, "the script knows no other");
}
