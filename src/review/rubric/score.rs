//! What the scores of a sheet come to, and how far sheets lie apart. Pure and exact: whoever has the rubric and the scores
//! gets the same figures to the last digit.
use std::collections::HashSet;

use entity::rubric::{Criteria, Criterion, Scores};
use rust_decimal::Decimal;

use crate::{
    error::{Code, Refusal},
    input::check_length,
    locale::Text,
};

/// The longest comment on a score, characters.
pub const LONGEST_COMMENT: usize = 5_000;

/// The places of every figure; halves are rounded up.
const PLACES: u32 = 2;

/// One, in the last of these places.
const ONE: i128 = 100;

/// Everything that is wrong with the scores of a sheet, each at the key of its criterion and its `score` or `comment`. What
/// is still missing is wrong only with a sheet that is to be `complete`.
#[must_use]
pub fn check(criteria: &Criteria, scores: &Scores, complete: bool) -> Vec<Refusal> {
    let mut faults = Vec::new();
    for criterion in &criteria.0 {
        let of_criterion = of_criterion(criterion, scores, complete);
        faults.extend(of_criterion.map(|fault| fault.within([criterion.key.clone()])));
    }
    let known: HashSet<&str> = criteria.0.iter().map(|criterion| criterion.key.as_str()).collect();
    let unknown = scores.0.keys().filter(|key| !known.contains(key.as_str()));
    faults.extend(unknown.map(|key| no_criterion().at([key])));
    faults
}

fn of_criterion(criterion: &Criterion, scores: &Scores, complete: bool) -> impl Iterator<Item = Refusal> {
    let given = scores.0.get(&criterion.key);
    let score = given.and_then(|given| given.score);
    let comment = given.map(|given| given.comment.as_str()).unwrap_or_default();
    let score_fault = match score {
        Some(score) => (!is_in_scale(criterion, score)).then(|| out_of_scale(criterion)),
        None => complete.then(no_score),
    };
    let owed = complete && score.is_some_and(|score| owes_comment(criterion, score));
    let comment_fault = if owed && comment.trim().is_empty() {
        Some(no_comment())
    } else {
        check_length(comment, "comment", LONGEST_COMMENT).err()
    };
    score_fault.into_iter().chain(comment_fault)
}

fn is_in_scale(criterion: &Criterion, score: i32) -> bool {
    (criterion.scale.least..=criterion.scale.most).contains(&score)
}

/// Whether a score is one that has to be explained.
#[must_use]
pub fn owes_comment(criterion: &Criterion, score: i32) -> bool {
    criterion.comment_at_extremes && (score == criterion.scale.least || score == criterion.scale.most)
}

/// What a sheet comes to, from 0 to 100: 100 times the weighted mean of how far up its scale each score is, which is
/// (score - least) / (most - least). Computed in fractions and rounded once, to two places, halves up. None while a
/// criterion has no score of its scale.
///
/// Of a rubric without faults no figure overflows; of a draft with them there may be no total.
#[must_use]
pub fn total(criteria: &Criteria, scores: &Scores) -> Option<Decimal> {
    let parts: Vec<Part> = criteria
        .0
        .iter()
        .map(|criterion| Part::of(criterion, scores))
        .collect::<Option<_>>()?;
    let denominator = parts
        .iter()
        .try_fold(1, |common, part| least_common_multiple(common, part.width))?;
    let (mut earned, mut weights) = (0_i128, 0_i128);
    for part in &parts {
        let share = part.weight.checked_mul(part.climbed)?;
        earned = earned.checked_add(share.checked_mul(denominator / part.width)?)?;
        weights = weights.checked_add(part.weight)?;
    }
    let whole = weights.checked_mul(denominator)?;
    figure(rounded(earned.checked_mul(100 * ONE)?, whole)?)
}

/// What one score adds.
struct Part {
    weight: i128,
    /// Steps above the least.
    climbed: i128,
    /// Steps from the least to the most.
    width: i128,
}

impl Part {
    fn of(criterion: &Criterion, scores: &Scores) -> Option<Self> {
        let score = scores.0.get(&criterion.key)?.score?;
        let (least, most) = (i128::from(criterion.scale.least), i128::from(criterion.scale.most));
        (is_in_scale(criterion, score) && least < most && criterion.weight > 0).then(|| Self {
            weight: criterion.weight.into(),
            climbed: i128::from(score) - least,
            width: most - least,
        })
    }
}

fn least_common_multiple(left: i128, right: i128) -> Option<i128> {
    let (mut divisor, mut rest) = (left, right);
    while rest != 0 {
        (divisor, rest) = (rest, divisor % rest);
    }
    (left / divisor).checked_mul(right)
}

/// A fraction of positive denominator as a whole number, halves up.
fn rounded(numerator: i128, denominator: i128) -> Option<i128> {
    let doubled = numerator.checked_mul(2)?.checked_add(denominator)?;
    doubled.checked_div_euclid(denominator.checked_mul(2)?)
}

/// So many of the last place as a number.
fn figure(hundredths: i128) -> Option<Decimal> {
    Decimal::try_from_i128_with_scale(hundredths, PLACES).ok()
}

/// How far figures lie apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spread {
    pub count: usize,
    pub least: Decimal,
    pub most: Decimal,
    pub mean: Decimal,
    /// The middle one, or the mean of the two in the middle.
    pub median: Decimal,
    /// From the least to the most.
    pub range: Decimal,
    /// Of these figures as the whole there is, not as a sample.
    pub deviation: Decimal,
}

/// How far figures of at most two places lie apart, in whatever order they are given. Each result is rounded once, to two
/// places, halves up. None where there is nothing to tell: no figure, or one beyond a million either way.
#[must_use]
pub fn spread(figures: &[Decimal]) -> Option<Spread> {
    let mut sorted: Vec<i128> = figures.iter().map(hundredths).collect::<Option<_>>()?;
    sorted.sort_unstable();
    let (least, most) = (*sorted.first()?, *sorted.last()?);
    let count = i128::try_from(sorted.len()).ok()?;
    let sum: i128 = sorted.iter().sum();
    let squares: i128 = sorted.iter().map(|figure| figure * figure).sum();
    let upper = sorted.len() / 2;
    let lower = (sorted.len() - 1) / 2;
    Some(Spread {
        count: sorted.len(),
        least: figure(least)?,
        most: figure(most)?,
        mean: figure(rounded(sum, count)?)?,
        median: figure(rounded(sorted[lower] + sorted[upper], 2)?)?,
        range: figure(most - least)?,
        deviation: figure(rounded_root(count * squares - sum * sum, count)?)?,
    })
}

/// A figure in units of the last place; none beyond a million, so that the squares of many can be added up.
fn hundredths(figure: &Decimal) -> Option<i128> {
    const FARTHEST: Decimal = Decimal::from_parts(1_000_000, 0, 0, false, 0);
    let mut figure = *figure;
    if figure.abs() > FARTHEST || figure.normalize().scale() > PLACES {
        return None;
    }
    figure.rescale(PLACES);
    Some(figure.mantissa())
}

/// A square root divided by a count, halves up: the floor of (2 root + count) / 2 count, for which the floor of the doubled
/// root is enough.
fn rounded_root(square: i128, count: i128) -> Option<i128> {
    let doubled = square.checked_mul(4)?.checked_isqrt()?;
    (doubled + count).checked_div(2 * count)
}

/// How far the scores that sheets give each criterion lie apart, in the order of the rubric; none where no sheet has one.
#[must_use]
pub fn spread_per_criterion<'s>(
    criteria: &Criteria,
    sheets: impl IntoIterator<Item = &'s Scores> + Clone,
) -> Vec<(String, Option<Spread>)> {
    let of_criterion = |criterion: &Criterion| {
        let scores = sheets.clone().into_iter().filter_map(|sheet| {
            let score = sheet.0.get(&criterion.key)?.score?;
            is_in_scale(criterion, score).then(|| Decimal::from(score))
        });
        (criterion.key.clone(), spread(&scores.collect::<Vec<_>>()))
    };
    criteria.0.iter().map(of_criterion).collect()
}

fn no_criterion() -> Refusal {
    let text = Text::new(
        "Instrumen ini tidak memiliki kriteria tersebut.",
        "The rubric has no such criterion.",
    );
    Refusal::new(Code::Invalid, text)
}

fn out_of_scale(criterion: &Criterion) -> Refusal {
    let (least, most) = (criterion.scale.least, criterion.scale.most);
    let text = Text::new(
        format!("Nilai berada antara {least} dan {most}."),
        format!("A score lies between {least} and {most}."),
    );
    Refusal::new(Code::Invalid, text).at(["score"])
}

fn no_score() -> Refusal {
    let text = Text::new("Kriteria ini belum dinilai.", "This criterion has no score yet.");
    Refusal::new(Code::Required, text).at(["score"])
}

fn no_comment() -> Refusal {
    let text = Text::new(
        "Nilai terendah dan tertinggi wajib disertai catatan.",
        "The least and the most of a scale owe a comment.",
    );
    Refusal::new(Code::Required, text).at(["comment"])
}

#[cfg(test)]
mod tests {
    use entity::rubric::{Anchor, Scale, Score};

    use super::*;

    fn criterion(key: &str, weight: i32, least: i32, most: i32) -> Criterion {
        let anchor = |score| Anchor {
            score,
            sentence: "Contoh.".to_owned(),
        };
        Criterion {
            key: key.to_owned(),
            title: key.to_owned(),
            guidance: String::new(),
            weight,
            scale: Scale {
                least,
                most,
                anchors: vec![anchor(least), anchor(most)],
            },
            comment_at_extremes: true,
        }
    }

    fn scores<const N: usize>(given: [(&str, Option<i32>, &str); N]) -> Scores {
        let score = |(key, score, comment): (&str, Option<i32>, &str)| {
            let comment = comment.to_owned();
            (key.to_owned(), Score { score, comment })
        };
        Scores(given.into_iter().map(score).collect())
    }

    fn number(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn a_sheet_is_checked_as_a_draft_and_as_a_whole() {
        let criteria = Criteria(vec![criterion("isi", 2, 1, 5), criterion("bukti", 1, 0, 10)]);
        let told = |given: &Scores, complete| {
            let faults = check(&criteria, given, complete).into_iter();
            faults
                .map(|fault| (fault.code, fault.field.join(".")))
                .collect::<Vec<_>>()
        };
        let at = |code, place: &str| (code, place.to_owned());
        let begun = scores([("isi", Some(5), " "), ("lain", Some(1), "")]);
        assert_eq!(told(&begun, false), [at(Code::Invalid, "lain")]);
        assert_eq!(
            told(&begun, true),
            [
                at(Code::Required, "isi.comment"),
                at(Code::Required, "bukti.score"),
                at(Code::Invalid, "lain")
            ]
        );
        let long = "a".repeat(LONGEST_COMMENT + 1);
        let wrong = scores([("isi", Some(0), ""), ("bukti", None, &long)]);
        assert_eq!(
            told(&wrong, false),
            [at(Code::Invalid, "isi.score"), at(Code::TooLong, "bukti.comment")]
        );
        let whole = scores([("isi", Some(1), "Tanpa data."), ("bukti", Some(9), "")]);
        assert_eq!(told(&whole, true), []);
    }

    #[test]
    fn halves_go_up_and_fractions_are_not_lost() {
        // 1/3 of one and 2/3 of another make exactly one half of the way; 1/16 is 6.25, 1/32 is 3.125.
        for (criteria, expected) in [
            (vec![("a", 1, 0, 3, 1), ("b", 1, 0, 6, 4)], "50.00"),
            (vec![("a", 1, 0, 16, 1)], "6.25"),
            (vec![("a", 1, 0, 32, 1)], "3.13"),
            (vec![("a", 1, 0, 97, 1), ("b", 31, 0, 1, 0)], "0.03"),
            (vec![("a", 2, 1, 5, 4), ("b", 1, 1, 5, 1)], "50.00"),
            (vec![("a", 1, -1, 2, 0)], "33.33"),
            (vec![("a", 1, -1, 2, 1)], "66.67"),
        ] {
            let scores = Scores(
                criteria
                    .iter()
                    .map(|(key, _weight, _least, _most, score)| {
                        let score = Score {
                            score: Some(*score),
                            comment: String::new(),
                        };
                        ((*key).to_owned(), score)
                    })
                    .collect(),
            );
            let criteria = criteria
                .into_iter()
                .map(|(key, weight, least, most, _score)| criterion(key, weight, least, most));
            let total = total(&Criteria(criteria.collect()), &scores);
            assert_eq!(total.map(|total| total.to_string()).as_deref(), Some(expected));
        }
    }

    #[test]
    fn there_is_no_total_of_a_part() {
        let criteria = Criteria(vec![criterion("isi", 2, 1, 5), criterion("bukti", 1, 0, 10)]);
        assert_eq!(total(&criteria, &scores([("isi", Some(3), "")])), None);
        let beyond = scores([("isi", Some(3), ""), ("bukti", Some(11), "")]);
        assert_eq!(total(&criteria, &beyond), None);
        assert_eq!(total(&Criteria::default(), &Scores::default()), None);
    }

    #[test]
    fn a_spread_is_exact() {
        let figures = ["90.01", "70", "80.5"].map(number);
        let found = spread(&figures).unwrap();
        assert_eq!(found.count, 3);
        let told = [
            found.least,
            found.most,
            found.mean,
            found.median,
            found.range,
            found.deviation,
        ];
        let told = told.map(|figure| figure.to_string());
        assert_eq!(told, ["70.00", "90.01", "80.17", "80.50", "20.01", "8.17"]);
        // Two figures an odd cent apart: the median and the deviation are halves of a cent.
        let close = spread(&[number("1.00"), number("1.01")]).unwrap();
        let told = [close.mean, close.median, close.deviation].map(|figure| figure.to_string());
        assert_eq!(told, ["1.01", "1.01", "0.01"]);
        assert_eq!(spread(&[]), None);
        assert_eq!(spread(&[Decimal::MAX]), None);
    }

    #[test]
    fn each_criterion_has_a_spread_of_its_own() {
        let criteria = Criteria(vec![criterion("isi", 2, 1, 5), criterion("bukti", 1, 0, 10)]);
        let sheets = [
            scores([("isi", Some(2), "")]),
            scores([("isi", Some(5), ""), ("bukti", None, "Menyusul.")]),
        ];
        let found = spread_per_criterion(&criteria, &sheets);
        let told: Vec<_> = found
            .iter()
            .map(|(key, spread)| (key.as_str(), spread.as_ref().map(|spread| spread.mean.to_string())))
            .collect();
        assert_eq!(told, [("isi", Some("3.50".to_owned())), ("bukti", None)]);
    }
}
