//! The order of a category, what each entry comes to, and what decided between those who stand beside each other.
use std::{cmp::Ordering, collections::HashMap};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    amount::{Micros, shared},
    calibration::{Calibration, calibrate},
    inputs::{CriterionKind, Entry, Inputs, Scheme, faults, one_form},
};
use crate::{digest::hexadecimal, error::Refusal};

/// What a category comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ranking {
    /// The sum of the weights: points divided by it are the score.
    pub weights: i64,
    pub calibration: Calibration,
    /// The best first.
    pub entries: Vec<Ranked>,
    /// Between those who win and the others; None where all win, or nobody does.
    pub cut: Option<Cut>,
}

/// An entry at its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ranked {
    #[serde(deserialize_with = "one_form")]
    pub entry: Uuid,
    /// From 1 up. Among equals it says how the choice was made, and is no place of honour.
    pub position: u32,
    pub outcome: Outcome,
    /// What is written on the certificate of a ranked winner; None for all others.
    pub place: Option<u32>,
    /// The sum of weight times figure: what entries are ordered by.
    pub points: Micros,
    /// Points divided by the weights, to six places; for people, nothing is decided by it.
    pub score: Micros,
    /// In the order of the criteria.
    pub parts: Vec<Part>,
    /// Why it stands before the next; None for the last.
    pub decided: Option<Decided>,
}

/// What an entry comes to by one criterion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Part {
    pub criterion: String,
    /// What counts: of what is judged the mean of the calibrated sheets, which may lie a little outside 0 to 100.
    pub figure: Micros,
    /// The mean of the sheets as they were given; None of an indicator.
    pub raw: Option<Micros>,
}

/// What becomes of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Outcome {
    Winner,
    Nominee,
    Unplaced,
}

/// What decided between an entry and the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "by",
    rename_all = "SCREAMING_SNAKE_CASE",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub enum Decided {
    /// The points; by so much, and by so much of the score.
    Score { points: Micros, score: Micros },
    /// The points are equal; the figure of this criterion is higher by so much.
    TieBreak { criterion: String, margin: Micros },
    /// All is equal; the lot of the first sorts before that of the next.
    Lot { first: String, next: String },
}

/// How close it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Cut {
    /// The last who wins.
    #[serde(deserialize_with = "one_form")]
    pub winner: Uuid,
    /// The first who does not.
    #[serde(deserialize_with = "one_form")]
    pub next: Uuid,
    pub decided: Decided,
}

/// The order of a category. The order in which entries and sheets are given means nothing.
///
/// # Errors
/// Everything that is wrong with what is given, each at its place.
pub fn rank(inputs: &Inputs) -> Result<Ranking, Vec<Refusal>> {
    let faults = faults(inputs);
    if !faults.is_empty() {
        return Err(faults);
    }
    let calibration = calibrate(inputs);
    let weights: i64 = inputs
        .criteria
        .iter()
        .map(|criterion| i64::from(criterion.weight))
        .sum();
    let shifts = calibration.jurors.iter();
    let shifts = shifts.filter_map(|juror| Some((juror.juror.as_str(), juror.shift?)));
    let shifts: HashMap<&str, Micros> = shifts.collect();
    let tie_breaks: Vec<usize> = inputs
        .tie_breaks
        .iter()
        .filter_map(|key| place_of(inputs, key))
        .collect();
    let mut standings: Vec<Standing> = inputs
        .entries
        .iter()
        .map(|entry| Standing::of(inputs, &shifts, entry))
        .collect();
    standings.sort_by(|one, other| one.against(other, &tie_breaks));
    let decided: Vec<Decided> = standings
        .windows(2)
        .filter_map(|pair| match pair {
            [first, next] => Some(first.decided_over(next, inputs, &tie_breaks, weights)),
            _ => None,
        })
        .collect();
    let winners = inputs.scheme.winners();
    let cut = winners.checked_sub(1).and_then(|last| {
        Some(Cut {
            winner: standings.get(last)?.entry,
            next: standings.get(winners)?.entry,
            decided: decided.get(last)?.clone(),
        })
    });
    let mut decided = decided.into_iter();
    let entries = standings.into_iter().zip(1_u32..);
    let entries = entries.map(|(standing, position)| standing.at(position, inputs, weights, decided.next()));
    Ok(Ranking {
        weights,
        calibration,
        entries: entries.collect(),
        cut,
    })
}

/// Where among the criteria the one of a key stands.
fn place_of(inputs: &Inputs, key: &str) -> Option<usize> {
    inputs.criteria.iter().position(|criterion| criterion.key == key)
}

/// An entry before it has its place.
struct Standing {
    entry: Uuid,
    points: i128,
    parts: Vec<Part>,
    lot: [u8; 32],
}

impl Standing {
    fn of(inputs: &Inputs, shifts: &HashMap<&str, Micros>, entry: &Entry) -> Self {
        let part = |criterion: &super::inputs::Criterion| match criterion.kind {
            CriterionKind::Judged => judged(&criterion.key, shifts, entry),
            CriterionKind::Indicator => Part {
                criterion: criterion.key.clone(),
                figure: entry.figures.get(&criterion.key).copied().unwrap_or_default().micros(),
                raw: None,
            },
        };
        let parts: Vec<Part> = inputs.criteria.iter().map(part).collect();
        let weighed = inputs.criteria.iter().zip(&parts);
        Self {
            entry: entry.id,
            points: weighed
                .map(|(criterion, part)| i128::from(criterion.weight) * part.figure.0)
                .sum(),
            parts,
            lot: lot(&inputs.seed, entry.id),
        }
    }

    /// Which of two comes first; never equal, as ids differ.
    fn against(&self, other: &Self, tie_breaks: &[usize]) -> Ordering {
        let by_points = other.points.cmp(&self.points);
        let by_figures = tie_breaks
            .iter()
            .map(|place| other.figure(*place).cmp(&self.figure(*place)));
        let by_lot = (self.lot, self.entry).cmp(&(other.lot, other.entry));
        by_figures.fold(by_points, Ordering::then).then(by_lot)
    }

    fn figure(&self, place: usize) -> Micros {
        self.parts.get(place).map(|part| part.figure).unwrap_or_default()
    }

    fn decided_over(&self, next: &Self, inputs: &Inputs, tie_breaks: &[usize], weights: i64) -> Decided {
        let ahead = self.points - next.points;
        if ahead > 0 {
            return Decided::Score {
                points: Micros(ahead),
                score: score(ahead, weights),
            };
        }
        let unequal = tie_breaks.iter().zip(&inputs.tie_breaks);
        let mut unequal = unequal.filter(|(place, _key)| self.figure(**place) != next.figure(**place));
        if let Some((place, key)) = unequal.next() {
            return Decided::TieBreak {
                criterion: key.clone(),
                margin: Micros(self.figure(*place).0 - next.figure(*place).0),
            };
        }
        Decided::Lot {
            first: hexadecimal(&self.lot),
            next: hexadecimal(&next.lot),
        }
    }

    fn at(self, position: u32, inputs: &Inputs, weights: i64, decided: Option<Decided>) -> Ranked {
        let before = usize::try_from(position - 1).unwrap_or(usize::MAX);
        let (winners, nominees) = (inputs.scheme.winners(), inputs.scheme.nominees());
        let outcome = if before < winners {
            Outcome::Winner
        } else if before < winners.saturating_add(nominees) {
            Outcome::Nominee
        } else {
            Outcome::Unplaced
        };
        let ranked = matches!(inputs.scheme, Scheme::Ranked { .. }) && outcome == Outcome::Winner;
        Ranked {
            entry: self.entry,
            position,
            outcome,
            place: ranked.then_some(position),
            points: Micros(self.points),
            score: score(self.points, weights),
            parts: self.parts,
            decided,
        }
    }
}

/// Points as a score, rounded once.
fn score(points: i128, weights: i64) -> Micros {
    Micros(shared(points, usize::try_from(weights).unwrap_or(usize::MAX)))
}

/// What an entry comes to by its sheets.
fn judged(key: &str, shifts: &HashMap<&str, Micros>, entry: &Entry) -> Part {
    let count = entry.sheets.len();
    let raw: i128 = entry.sheets.iter().map(|sheet| sheet.total.micros().0).sum();
    let shift = |juror: &str| shifts.get(juror).copied().unwrap_or_default().0;
    let shifted: i128 = entry.sheets.iter().map(|sheet| shift(&sheet.juror)).sum();
    Part {
        criterion: key.to_owned(),
        figure: Micros(shared(raw + shifted, count)),
        raw: Some(Micros(shared(raw, count))),
    }
}

/// What is drawn where all else is equal: SHA-256 of the seed, a line feed and the entry's id, in ASCII.
fn lot(seed: &str, entry: Uuid) -> [u8; 32] {
    let digest = Sha256::new().chain_update(seed).chain_update("\n");
    digest.chain_update(entry.hyphenated().to_string()).finalize().into()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{
        super::{
            amount::Hundredths,
            inputs::{Criterion, Sheet},
        },
        *,
    };

    fn criterion(key: &str, weight: i32, kind: CriterionKind) -> Criterion {
        Criterion {
            key: key.to_owned(),
            weight,
            kind,
        }
    }

    fn entry(id: u128, figure: &str, sheets: &[(&str, &str)]) -> Entry {
        let figure = figure.parse().unwrap();
        let sheet = |(juror, total): &(&str, &str)| Sheet {
            juror: (*juror).to_owned(),
            total: total.parse().unwrap(),
        };
        Entry {
            id: Uuid::from_u128(id),
            figures: BTreeMap::from([("laporan".to_owned(), figure)]),
            sheets: sheets.iter().map(sheet).collect(),
        }
    }

    fn inputs(scheme: Scheme, entries: Vec<Entry>) -> Inputs {
        Inputs {
            scheme,
            criteria: vec![
                criterion("karya", 3, CriterionKind::Judged),
                criterion("laporan", 1, CriterionKind::Indicator),
            ],
            calibration_minimum: Some(2),
            tie_breaks: vec!["laporan".to_owned()],
            seed: "0".repeat(64),
            entries,
        }
    }

    fn ids(ranking: &Ranking) -> Vec<u128> {
        ranking.entries.iter().map(|ranked| ranked.entry.as_u128()).collect()
    }

    /// The example of `docs/awards.md`, reckoned by hand there.
    #[test]
    fn a_harsh_juror_and_a_lenient_one_are_made_alike() {
        let entries = vec![
            entry(1, "80.00", &[("J1", "60.00"), ("J2", "90.00")]),
            entry(2, "90.00", &[("J1", "50.00"), ("J3", "70.00")]),
            entry(3, "70.00", &[("J2", "80.00"), ("J1", "55.00")]),
        ];
        let ranking = rank(&inputs(Scheme::Ranked { places: 1, nominees: 1 }, entries)).unwrap();
        // J3 alone has fewer than two; the five sheets of the others are four and more.
        assert_eq!(ranking.calibration.mean, Some(Micros(67_000_000)));
        let shifts = ranking
            .calibration
            .jurors
            .iter()
            .map(|juror| juror.shift.map(|shift| shift.0));
        assert_eq!(shifts.collect::<Vec<_>>(), [Some(12_000_000), Some(-18_000_000), None]);
        assert_eq!(ids(&ranking), [1, 2, 3]);
        let [first, second, third] = &ranking.entries[..] else {
            panic!("three")
        };
        assert_eq!(
            (first.points.to_string().as_str(), first.score.to_string().as_str()),
            ("296.000000", "74.000000")
        );
        assert_eq!(second.points.to_string(), "288.000000");
        assert_eq!(third.parts[0].figure.to_string(), "64.500000");
        assert_eq!(third.parts[0].raw.unwrap().to_string(), "67.500000");
        assert_eq!(
            [first, second, third].map(|ranked| (ranked.outcome, ranked.place)),
            [
                (Outcome::Winner, Some(1)),
                (Outcome::Nominee, None),
                (Outcome::Unplaced, None)
            ]
        );
        let cut = ranking.cut.unwrap();
        assert_eq!((cut.winner.as_u128(), cut.next.as_u128()), (1, 2));
        let margin = Decided::Score {
            points: Micros(8_000_000),
            score: Micros(2_000_000),
        };
        assert_eq!((&cut.decided, first.decided.as_ref()), (&margin, Some(&margin)));
    }

    #[test]
    fn equals_are_told_apart_by_a_criterion_then_by_lot() {
        let entries = vec![
            entry(1, "60.00", &[("J1", "80.00")]),
            entry(2, "90.00", &[("J1", "70.00")]),
            entry(3, "60.00", &[("J2", "80.00")]),
        ];
        let ranking = rank(&inputs(Scheme::Unranked { count: 2 }, entries)).unwrap();
        assert_eq!(ranking.calibration.mean, None, "J2 has one sheet");
        assert_eq!(ranking.entries[0].entry.as_u128(), 2);
        let margin = Decided::TieBreak {
            criterion: "laporan".to_owned(),
            margin: Micros(30_000_000),
        };
        assert_eq!(ranking.entries[0].decided, Some(margin));
        let Some(Decided::Lot { first, next }) = &ranking.entries[1].decided else {
            panic!("{ranking:?}")
        };
        assert!(first < next);
        assert!(ranking.entries.iter().all(|ranked| ranked.place.is_none()));
        assert_eq!(ranking.cut.unwrap().next, ranking.entries[2].entry);
    }

    #[test]
    fn of_none_there_is_no_cut_and_of_one_neither() {
        for count in 0..2 {
            let entries: Vec<Entry> = (0..count).map(|id| entry(id, "1.00", &[("J1", "1.00")])).collect();
            let ranking = rank(&inputs(Scheme::Single {}, entries)).unwrap();
            assert_eq!(
                (ranking.entries.len(), ranking.cut),
                (usize::try_from(count).unwrap(), None)
            );
        }
    }

    #[test]
    fn everything_wrong_is_told_at_once() {
        let mut wrong = inputs(
            Scheme::Ranked {
                places: 0,
                nominees: -1,
            },
            vec![
                entry(1, "1.00", &[]),
                entry(1, "1.00", &[("J1", "1.00"), ("J1", "2.00"), ("J 2", "2.00")]),
            ],
        );
        wrong.criteria.push(criterion("laporan", 0, CriterionKind::Judged));
        wrong.calibration_minimum = Some(1);
        wrong.tie_breaks = vec!["karya".to_owned(), "karya".to_owned(), "lain".to_owned()];
        wrong.seed = "A".repeat(64);
        wrong.entries[0].figures = BTreeMap::from([("lain".to_owned(), Hundredths::MOST)]);
        let places: Vec<String> = rank(&wrong)
            .unwrap_err()
            .iter()
            .map(|fault| fault.field.join("."))
            .collect();
        let expected = [
            "scheme.places",
            "scheme.nominees",
            "criteria.2.key",
            "criteria.2.weight",
            "criteria.2.kind",
            "calibrationMinimum",
            "tieBreaks.1",
            "tieBreaks.2",
            "seed",
            "entries.0.figures.laporan",
            "entries.0.figures.lain",
            "entries.0.sheets",
            "entries.1.id",
            "entries.1.sheets.1.juror",
            "entries.1.sheets.2.juror",
        ];
        assert_eq!(places, expected);
    }
}
