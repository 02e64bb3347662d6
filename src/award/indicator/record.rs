//! What the records of one unit come to: pure and exact.
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::award_category::{Criteria, Eligibility, Source};
use rust_decimal::Decimal;
use serde::Serialize;
use uuid::Uuid;

/// The records of a unit within the period, as far as they were asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// What it owed, by obligation. What is not due yet, and what was excused or waived and did not come, is not among it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub owed: Vec<Owed>,
    /// Its reports that were accepted, by id.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reports: Vec<Accepted>,
    /// Findings it has to settle that nobody has found settled, by id.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub open_musts: Vec<Uuid>,
    /// How national evaluations counted it, by evaluation.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evaluated: Vec<Evaluated>,
    /// The counted sessions of sealed events it was invited to and not excused from, by session.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sessions: Vec<Session>,
    /// The sums of numbers in its accepted reports, by template and field.
    #[serde(skip)]
    pub sums: BTreeMap<(String, String), Decimal>,
}

/// Something a unit owed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Owed {
    pub obligation: Uuid,
    /// None: it did not come.
    pub met_at: Option<DateTime<Utc>>,
    pub on_time: bool,
}

/// A report that was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Accepted {
    pub report: Uuid,
    pub revision: Option<Uuid>,
    /// Of the revision, hexadecimal.
    pub sha256: Option<String>,
}

/// The score of a unit in an evaluation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Evaluated {
    pub evaluation: Uuid,
    /// Of two places.
    pub score: String,
}

/// A session, and whether somebody of the unit was there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    pub event: Uuid,
    pub session: Uuid,
    pub came: bool,
}

/// What eligibility asks of a unit, and whether it holds. Where there was nothing to do, nothing is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Nothing it owed is missing.
    pub obligations_met: bool,
    /// No finding it has to settle is open.
    pub no_open_must: bool,
    /// A report was accepted.
    pub reported: bool,
    /// Of a hundred sessions, rounded down; none where it was invited to none.
    pub attended_percent: Option<u32>,
}

impl Facts {
    /// What is asked and does not hold.
    #[must_use]
    pub fn missing(&self, asked: &Eligibility) -> Vec<Missing> {
        let attended = asked.attended_percent.is_none_or(|least| {
            let least = u32::try_from(least).unwrap_or_default();
            self.attended_percent.is_none_or(|percent| least <= percent)
        });
        let held = [
            (!asked.obligations_met || self.obligations_met, Missing::ObligationsMet),
            (!asked.no_open_must || self.no_open_must, Missing::NoOpenMust),
            (!asked.reported || self.reported, Missing::Reported),
            (attended, Missing::AttendedPercent),
        ];
        held.into_iter()
            .filter(|(holds, _fact)| !holds)
            .map(|(_holds, fact)| fact)
            .collect()
    }
}

/// A rule of eligibility that does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    ObligationsMet,
    NoOpenMust,
    Reported,
    AttendedPercent,
}

impl Record {
    /// What of the rules of eligibility it fulfils.
    #[must_use]
    pub fn facts(&self) -> Facts {
        Facts {
            obligations_met: self.owed.iter().all(|owed| owed.met_at.is_some()),
            no_open_must: self.open_musts.is_empty(),
            reported: !self.reports.is_empty(),
            attended_percent: self.attended_percent(),
        }
    }

    fn attended_percent(&self) -> Option<u32> {
        let came = self.sessions.iter().filter(|session| session.came).count();
        let percent = (100 * came).checked_div(self.sessions.len())?;
        u32::try_from(percent).ok()
    }

    /// The figures of the indicators among criteria, by key.
    pub fn figures<'r>(&'r self, criteria: &'r Criteria) -> impl Iterator<Item = (String, String)> + 'r {
        let figure = |source: &Source| match source {
            Source::Rubric { .. } => None,
            Source::OnTime => Some(self.on_time()),
            Source::Evaluated => Some(self.mean_score()),
            Source::Attended => Some(self.attended()),
            Source::Reported { template, field, full } => Some(self.reported(template, field, full)),
        };
        let told = move |source: &Source| figure(source).map(|figure| figure.unwrap_or_default().to_string());
        let criteria = criteria.0.iter();
        criteria.filter_map(move |criterion| Some((criterion.key.clone(), told(&criterion.source)?)))
    }

    fn on_time(&self) -> Option<Figure> {
        share(self.owed.iter().filter(|owed| owed.on_time).count(), self.owed.len())
    }

    fn attended(&self) -> Option<Figure> {
        let came = self.sessions.iter().filter(|session| session.came).count();
        share(came, self.sessions.len())
    }

    fn mean_score(&self) -> Option<Figure> {
        let scores = self.evaluated.iter().filter_map(|counted| hundredths(&counted.score));
        let scores: Vec<i128> = scores.collect();
        let count = i128::try_from(scores.len()).ok()?;
        Some(Figure(rounded(scores.iter().sum(), count)?))
    }

    fn reported(&self, template: &str, field: &str, full: &str) -> Option<Figure> {
        let sum = self.sums.get(&(template.to_owned(), field.to_owned()))?;
        let full: Decimal = full.parse().ok()?;
        if full <= *sum {
            return Some(Figure(FULL));
        }
        if *sum <= Decimal::ZERO {
            return None;
        }
        let (part, whole) = alike(sum.normalize(), full.normalize())?;
        Some(Figure(rounded(part.checked_mul(FULL)?, whole)?))
    }
}

/// 100.00.
const FULL: i128 = 100 * 100;

/// So many hundredths, none below 0 and above 100.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Figure(i128);

impl std::fmt::Display for Figure {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let hundredths = self.0.clamp(0, FULL);
        write!(formatter, "{}.{:02}", hundredths / 100, hundredths % 100)
    }
}

fn share(part: usize, whole: usize) -> Option<Figure> {
    let (part, whole) = (i128::try_from(part).ok()?, i128::try_from(whole).ok()?);
    Some(Figure(rounded(part.checked_mul(FULL)?, whole)?))
}

/// A fraction of positive denominator as a whole number, halves up; none where there is nothing to divide by.
fn rounded(numerator: i128, denominator: i128) -> Option<i128> {
    let doubled = numerator.checked_mul(2)?.checked_add(denominator)?;
    (denominator > 0).then(|| doubled.div_euclid(2 * denominator))
}

/// Two numbers in units of one last place.
fn alike(left: Decimal, right: Decimal) -> Option<(i128, i128)> {
    let places = left.scale().max(right.scale());
    let whole = |number: Decimal| {
        let missing = 10_i128.checked_pow(places - number.scale())?;
        number.mantissa().checked_mul(missing)
    };
    whole(left).zip(whole(right))
}

fn hundredths(figure: &str) -> Option<i128> {
    let mut figure: Decimal = figure.parse().ok()?;
    figure.rescale(2);
    Some(figure.mantissa())
}

#[cfg(test)]
mod tests {
    use entity::award_category::Criterion;

    use super::*;

    fn owed(came: &[Option<bool>]) -> Vec<Owed> {
        let one = |on_time: &Option<bool>| Owed {
            obligation: Uuid::nil(),
            met_at: on_time.map(|_came| DateTime::UNIX_EPOCH),
            on_time: *on_time == Some(true),
        };
        came.iter().map(one).collect()
    }

    fn figure(record: &Record, source: Source) -> String {
        let criteria = Criteria(vec![Criterion {
            key: "k".to_owned(),
            title: String::new(),
            weight: 1,
            source,
        }]);
        let figures: BTreeMap<String, String> = record.figures(&criteria).collect();
        figures["k"].clone()
    }

    fn reported(sum: &str, full: &str) -> String {
        let (template, field) = ("laporan".to_owned(), "siaran".to_owned());
        let record = Record {
            sums: [((template.clone(), field.clone()), sum.parse().unwrap())].into(),
            ..Record::default()
        };
        let full = full.to_owned();
        figure(&record, Source::Reported { template, field, full })
    }

    #[test]
    fn shares_are_exact_and_halves_go_up() {
        let of = |came: &[Option<bool>]| {
            let record = Record {
                owed: owed(came),
                ..Record::default()
            };
            figure(&record, Source::OnTime)
        };
        assert_eq!(of(&[]), "0.00", "who owed nothing has no basis");
        assert_eq!(of(&[Some(true), Some(false), None]), "33.33");
        assert_eq!(of(&[Some(true), Some(true), None]), "66.67");
        assert_eq!(of(&[Some(true)]), "100.00");
        // 1 of 32 is 3.125.
        let mut came = vec![None; 31];
        came.push(Some(true));
        assert_eq!(of(&came), "3.13");
    }

    #[test]
    fn a_sum_earns_what_it_is_of_the_full_and_never_more() {
        for (sum, full, expected) in [
            ("0", "10", "0.00"),
            ("-5", "10", "0.00"),
            ("5", "10", "50.00"),
            ("1", "3", "33.33"),
            ("10", "10", "100.00"),
            ("9.99995", "10", "100.00"),
            ("9.9994", "10", "99.99"),
            ("1000000000000000000", "0.000001", "100.00"),
            ("0.000001", "999999999999.999999", "0.00"),
            // Exactly half of the last place.
            ("0.00005", "1", "0.01"),
            ("0.0000499999999999999999999999", "1", "0.00"),
        ] {
            assert_eq!(reported(sum, full), expected, "{sum} of {full}");
        }
    }

    #[test]
    fn a_mean_is_rounded_once() {
        let scored = |scores: &[&str]| {
            let evaluated = scores.iter().map(|score| Evaluated {
                evaluation: Uuid::nil(),
                score: (*score).to_owned(),
            });
            let record = Record {
                evaluated: evaluated.collect(),
                ..Record::default()
            };
            figure(&record, Source::Evaluated)
        };
        assert_eq!(scored(&[]), "0.00");
        assert_eq!(scored(&["80.01", "80.02"]), "80.02");
        assert_eq!(scored(&["0.00", "100.00", "50"]), "50.00");
    }

    #[test]
    fn what_is_asked_and_missing_is_named() {
        let asked = Eligibility {
            obligations_met: true,
            no_open_must: true,
            reported: true,
            attended_percent: Some(67),
        };
        let session = |came| Session {
            event: Uuid::nil(),
            session: Uuid::nil(),
            came,
        };
        let poor = Record {
            owed: owed(&[Some(false), None]),
            open_musts: vec![Uuid::nil()],
            sessions: vec![session(true), session(true), session(false)],
            ..Record::default()
        };
        let missing = poor.facts().missing(&asked);
        let all = [
            Missing::ObligationsMet,
            Missing::NoOpenMust,
            Missing::Reported,
            Missing::AttendedPercent,
        ];
        assert_eq!(missing, all);
        assert_eq!(poor.facts().missing(&Eligibility::default()), []);
        // Who owed nothing and was invited to nothing has missed nothing, but has not reported either.
        assert_eq!(Record::default().facts().missing(&asked), [Missing::Reported]);
    }
}
