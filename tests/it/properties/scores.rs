//! Random rubrics and sheets: what they come to stays within bounds, rises with each score, and knows no order.
use entity::rubric::{Anchor, Criteria, Criterion, Scale, Score, Scores};
use jenjang::review::rubric::{
    faults::{MOST_CRITERIA, MOST_WEIGHT},
    score::{Spread, check, spread, spread_per_criterion, total},
};
use proptest::{collection::vec, prelude::*, sample::Index};
use rust_decimal::Decimal;

use super::cases;

/// A criterion of a width with a score of its scale.
fn scored() -> impl Strategy<Value = (i32, i32, i32, i32)> {
    let widths = prop_oneof![Just(1), Just(4), Just(9), Just(10), Just(97), Just(100), 1..=3];
    (1..=MOST_WEIGHT, -1_000..=900, widths)
        .prop_flat_map(|(weight, least, width)| (Just(weight), Just(least), Just(least + width), least..=least + width))
}

fn sheet() -> impl Strategy<Value = (Criteria, Scores)> {
    vec(scored(), 1..=MOST_CRITERIA).prop_map(|rows| {
        let (mut criteria, mut scores) = (Criteria::default(), Scores::default());
        for (place, (weight, least, most, score)) in rows.into_iter().enumerate() {
            let key = format!("kriteria-{place}");
            let anchor = |score| Anchor {
                score,
                sentence: "Contoh.".to_owned(),
            };
            criteria.0.push(Criterion {
                key: key.clone(),
                title: key.clone(),
                guidance: String::new(),
                weight,
                scale: Scale {
                    least,
                    most,
                    anchors: vec![anchor(least), anchor(most)],
                },
                comment_at_extremes: false,
            });
            let score = Score {
                score: Some(score),
                comment: String::new(),
            };
            scores.0.insert(key, score);
        }
        (criteria, scores)
    })
}

/// Figures of two places.
fn figures() -> impl Strategy<Value = Vec<Decimal>> {
    vec(
        (0_i64..=10_000).prop_map(|hundredths| Decimal::new(hundredths, 2)),
        1..12,
    )
}

/// Every score at one end of its scale.
fn at_the_end(criteria: &Criteria, end: impl Fn(&Scale) -> i32) -> Scores {
    let score = |criterion: &Criterion| {
        let score = Score {
            score: Some(end(&criterion.scale)),
            comment: String::new(),
        };
        (criterion.key.clone(), score)
    };
    Scores(criteria.0.iter().map(score).collect())
}

/// The same within a cent, by numbers that are not exact.
fn is_near(found: Decimal, expected: f64) -> bool {
    let found: f64 = found.to_string().parse().unwrap();
    (found - expected).abs() < 0.005_001
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn a_total_lies_between_its_ends_and_is_the_weighted_mean((criteria, scores) in sheet()) {
        prop_assert_eq!(check(&criteria, &scores, true), []);
        let found = total(&criteria, &scores).unwrap();
        prop_assert!((Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(&found));
        prop_assert_eq!(found.scale(), 2);
        let (mut earned, mut weights) = (0.0, 0.0);
        for criterion in &criteria.0 {
            let Scale { least, most, .. } = criterion.scale;
            let climbed = f64::from(scores.0[&criterion.key].score.unwrap() - least);
            earned += f64::from(criterion.weight) * climbed / f64::from(most - least);
            weights += f64::from(criterion.weight);
        }
        prop_assert!(is_near(found, 100.0 * earned / weights), "{} of {}", found, 100.0 * earned / weights);
        let worst = at_the_end(&criteria, |scale| scale.least);
        prop_assert_eq!(total(&criteria, &worst), Some(Decimal::ZERO));
        let best = at_the_end(&criteria, |scale| scale.most);
        prop_assert_eq!(total(&criteria, &best), Some(Decimal::ONE_HUNDRED));
    }

    #[test]
    fn a_better_score_makes_no_worse_total((criteria, mut scores) in sheet(), which in any::<Index>()) {
        let before = total(&criteria, &scores);
        let criterion = which.get(&criteria.0);
        let score = scores.0.get_mut(&criterion.key).unwrap();
        score.score = score.score.map(|score| (score + 1).min(criterion.scale.most));
        prop_assert!(total(&criteria, &scores) >= before);
    }

    #[test]
    fn the_order_of_criteria_changes_nothing((criteria, scores) in sheet(), turn in any::<Index>()) {
        let mut turned = criteria.clone();
        turned.0.rotate_left(turn.index(criteria.0.len()));
        turned.0.reverse();
        prop_assert_eq!(total(&turned, &scores), total(&criteria, &scores));
    }

    #[test]
    fn what_is_missing_leaves_no_total((criteria, mut scores) in sheet(), which in any::<Index>()) {
        scores.0.remove(&which.get(&criteria.0).key);
        prop_assert_eq!(total(&criteria, &scores), None);
        prop_assert_eq!(check(&criteria, &scores, false), []);
        prop_assert_eq!(check(&criteria, &scores, true).len(), 1);
    }

    #[test]
    fn a_spread_knows_no_order_and_holds_its_figures(figures in figures(), turn in any::<Index>()) {
        let found = spread(&figures).unwrap();
        let mut turned = figures.clone();
        turned.rotate_left(turn.index(figures.len()));
        turned.reverse();
        prop_assert_eq!(spread(&turned), Some(found.clone()));
        let Spread { count, least, most, mean, median, range, deviation } = found;
        prop_assert_eq!(count, figures.len());
        prop_assert!(figures.iter().all(|figure| (least..=most).contains(figure)));
        prop_assert!((least..=most).contains(&mean) && (least..=most).contains(&median));
        prop_assert_eq!(range, most - least);
        prop_assert!(deviation <= range);
        let known: Vec<f64> = figures.iter().map(|figure| figure.to_string().parse().unwrap()).collect();
        let count = f64::from(u32::try_from(count).unwrap());
        let middle = known.iter().sum::<f64>() / count;
        let variance = known.iter().map(|figure| (figure - middle).powi(2)).sum::<f64>() / count;
        prop_assert!(is_near(mean, middle) && is_near(deviation, variance.sqrt()), "{} {}", mean, deviation);
    }

    #[test]
    fn each_criterion_is_spread_like_its_scores((criteria, scores) in sheet(), copies in 1_usize..4) {
        let sheets = vec![scores.clone(); copies];
        for (key, spread) in spread_per_criterion(&criteria, &sheets) {
            let spread = spread.unwrap();
            prop_assert_eq!(spread.count, copies);
            prop_assert_eq!(Some(spread.mean), scores.0[&key].score.map(Decimal::from));
            prop_assert_eq!(spread.deviation, Decimal::ZERO);
        }
    }
}
