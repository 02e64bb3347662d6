//! Spreading reports over experts, evenly: pure, and the same for the same question.
use std::collections::{BTreeMap, HashMap, HashSet};

use uuid::Uuid;

/// An expert that reports may be spread over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub seat: Uuid,
    pub account: Uuid,
    /// How many reviews the expert still has to complete.
    pub load: i64,
}

/// Who may review which report.
#[derive(Clone, Debug, Default)]
pub struct Fitness {
    /// Seat and report: the portfolio covers it.
    pub covered: HashSet<(Uuid, Uuid)>,
    /// Person and report: not to be assigned, for a conflict of interest or being part of it already.
    pub barred: HashSet<(Uuid, Uuid)>,
}

/// One report with its experts, the lead first; fewer than asked for where there are not enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub report: Uuid,
    pub reviewers: Vec<Candidate>,
}

/// Gives every report so many experts of those who may review it: each time those with the least to do, and of these the
/// one who leads the fewest as its lead.
#[must_use]
pub fn spread(reports: &[Uuid], candidates: &[Candidate], fitness: &Fitness, per_report: usize) -> Vec<Row> {
    let mut load: HashMap<Uuid, i64> = candidates.iter().map(|one| (one.seat, one.load)).collect();
    let mut leading: BTreeMap<Uuid, usize> = BTreeMap::new();
    let mut rows = Vec::with_capacity(reports.len());
    for &report in reports {
        let fits = |one: &&Candidate| {
            fitness.covered.contains(&(one.seat, report)) && !fitness.barred.contains(&(one.account, report))
        };
        let mut fitting: Vec<Candidate> = candidates.iter().filter(fits).copied().collect();
        fitting.sort_by_key(|one| (load[&one.seat], one.seat));
        // Nobody reviews twice for sitting twice.
        let mut people = HashSet::new();
        fitting.retain(|one| people.insert(one.account));
        fitting.truncate(per_report);
        fitting.sort_by_key(|one| (leading.get(&one.seat).copied().unwrap_or_default(), one.seat));
        for one in &fitting {
            *load.entry(one.seat).or_default() += 1;
        }
        if let Some(lead) = fitting.first() {
            *leading.entry(lead.seat).or_default() += 1;
        }
        rows.push(Row {
            report,
            reviewers: fitting,
        });
    }
    rows
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ids(many: usize, group: u128) -> Vec<Uuid> {
        (0..many as u128)
            .map(|number| Uuid::from_u128(group << 64 | number))
            .collect()
    }

    prop_compose! {
        fn question()(reports in 1..40_usize, experts in 1..8_usize, per_report in 1..4_usize)(
            covered in prop::collection::vec(any::<bool>(), reports * experts),
            barred in prop::collection::vec(prop::bool::weighted(0.2), reports * experts),
            loads in prop::collection::vec(0..9_i64, experts),
            reports in Just(ids(reports, 1)),
            per_report in Just(per_report),
        ) -> (Vec<Uuid>, Vec<Candidate>, Fitness, usize) {
            let seats = ids(loads.len(), 2);
            let people = ids(loads.len(), 3);
            let candidates: Vec<Candidate> = (0..loads.len())
                .map(|number| Candidate { seat: seats[number], account: people[number], load: loads[number] })
                .collect();
            let mut fitness = Fitness::default();
            for (place, report) in reports.iter().enumerate() {
                for (number, one) in candidates.iter().enumerate() {
                    if covered[place * candidates.len() + number] {
                        fitness.covered.insert((one.seat, *report));
                    }
                    if barred[place * candidates.len() + number] {
                        fitness.barred.insert((one.account, *report));
                    }
                }
            }
            (reports, candidates, fitness, per_report)
        }
    }

    proptest! {
        #[test]
        fn who_may_not_is_not_chosen_and_who_may_is((reports, candidates, fitness, per_report) in question()) {
            for row in spread(&reports, &candidates, &fitness, per_report) {
                let mut seats = HashSet::new();
                for one in &row.reviewers {
                    prop_assert!(seats.insert(one.seat));
                    prop_assert!(fitness.covered.contains(&(one.seat, row.report)));
                    prop_assert!(!fitness.barred.contains(&(one.account, row.report)));
                }
                let fitting = candidates.iter().filter(|one| {
                    fitness.covered.contains(&(one.seat, row.report))
                        && !fitness.barred.contains(&(one.account, row.report))
                });
                prop_assert_eq!(row.reviewers.len(), fitting.count().min(per_report));
            }
        }

        #[test]
        fn where_everybody_may_the_work_is_even(many in 1..60_usize, experts in 1..9_usize, per_report in 1..4_usize) {
            let reports = ids(many, 1);
            let candidates: Vec<Candidate> = ids(experts, 2)
                .into_iter()
                .zip(ids(experts, 3))
                .map(|(seat, account)| Candidate { seat, account, load: 0 })
                .collect();
            let covered = candidates.iter().flat_map(|one| reports.iter().map(|report| (one.seat, *report)));
            let fitness = Fitness { covered: covered.collect(), barred: HashSet::new() };
            let mut load: HashMap<Uuid, usize> = candidates.iter().map(|one| (one.seat, 0)).collect();
            for row in spread(&reports, &candidates, &fitness, per_report) {
                for one in row.reviewers {
                    *load.get_mut(&one.seat).expect("a candidate") += 1;
                }
            }
            let most = load.values().max().copied().unwrap_or_default();
            let least = load.values().min().copied().unwrap_or_default();
            prop_assert!(most - least <= 1);
        }
    }
}
