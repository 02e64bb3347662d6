//! A finding in any hands, and the time a report lay in each.
use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    enums::{
        FindingActKind::{self, Answer, Raise, Reopen, Resolve},
        FindingState, ReportCommand, ReportStatus, Tier,
    },
    template::Route,
    transition,
};
use jenjang::{
    report::{
        held::{Holders, Side, spans, sums},
        workflow::{Place, Way, next},
    },
    review::finding::workflow,
};
use proptest::{prelude::*, sample::Index};
use sea_orm::Iterable;
use uuid::Uuid;

use super::cases;

#[test]
fn what_is_done_last_says_where_a_finding_stands() {
    for from in [None].into_iter().chain(FindingState::iter().map(Some)) {
        for act in FindingActKind::iter() {
            let Ok(state) = workflow::next(from, act) else { continue };
            assert_eq!(from.is_none(), act == Raise, "{from:?} {act:?}");
            let expected = match act {
                Raise | Reopen => Some(FindingState::Open),
                Answer => Some(FindingState::Answered),
                Resolve => Some(FindingState::Resolved),
                FindingActKind::Acknowledge => from,
            };
            assert_eq!(Some(state), expected, "{from:?} {act:?}");
            assert!(
                from.is_none() || act == FindingActKind::Acknowledge || Some(state) != from,
                "something is done"
            );
        }
    }
    for state in FindingState::iter() {
        assert!(
            FindingActKind::iter().any(|act| workflow::next(Some(state), act).is_ok_and(|next| next != state)),
            "{state:?} is no end"
        );
    }
}

const AUTHOR: Uuid = Uuid::from_u128(4);
const RI: Uuid = Uuid::from_u128(1);

fn desk(tier: Tier) -> Option<Uuid> {
    Some(Uuid::from_u128(match tier {
        Tier::Ri => 1,
        Tier::Provinsi => 2,
        Tier::KabupatenKota => 3,
        Tier::Kecamatan => 4,
    }))
}

fn start() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

/// A walk of a report by its workflow: whose it was after each step, and the history that is kept of it.
fn walked(way: &Way, steps: &[(Index, u32)]) -> Vec<(Place, transition::Model)> {
    let mut place = Place::at(ReportStatus::Draft);
    let mut at = start();
    let mut walk = vec![(place, step(ReportCommand::Start, place, at))];
    for (chosen, seconds) in steps {
        let possible: Vec<(ReportCommand, Place)> = ReportCommand::iter()
            .filter_map(|command| Some((command, next(place, command, way).ok()?)))
            .filter(|(command, _place)| *command != ReportCommand::Edit)
            .collect();
        let Some(&(command, reached)) = possible.get(chosen.index(possible.len().max(1))) else {
            break;
        };
        place = reached;
        at += TimeDelta::seconds(i64::from(*seconds));
        walk.push((place, step(command, place, at)));
    }
    walk
}

fn step(command: ReportCommand, place: Place, at: DateTime<Utc>) -> transition::Model {
    transition::Model {
        id: Uuid::nil(),
        report_id: Uuid::nil(),
        version: 1,
        command,
        from_status: None,
        to_status: place.status,
        seat_id: Uuid::nil(),
        account_id: Uuid::nil(),
        unit_id: Uuid::nil(),
        reason: None,
        revision_id: None,
        at,
        service_account_id: None,
        openness: None,
    }
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn the_times_a_report_was_held_tile_its_life(
        endorsers in 0..4_u8,
        to_ri in any::<bool>(),
        experts in any::<bool>(),
        steps in prop::collection::vec((any::<Index>(), 0..1_000_u32), 0..20),
        since in 0..1_000_i64,
    ) {
        let tiers = [(1, Tier::KabupatenKota), (2, Tier::Provinsi)];
        let route = Route {
            authors: vec![Tier::Kecamatan],
            endorsers: tiers.iter().filter(|(bit, _tier)| endorsers & bit != 0).map(|(_bit, tier)| *tier).collect(),
            terminal: if to_ri { Tier::Ri } else { Tier::Provinsi },
            experts,
            quorum: None,
            rubric: None,
        };
        let way = Way::of(&route, Tier::Kecamatan);
        let walk = walked(&way, &steps);
        let history: Vec<transition::Model> = walk.iter().map(|(_place, step)| step.clone()).collect();
        let now = history.last().unwrap().at + TimeDelta::seconds(since);
        let found = spans(&history, &way, &Holders { author: AUTHOR, ri: RI, desk: &desk });

        prop_assert_eq!(found[0].since, start());
        for pair in found.windows(2) {
            prop_assert_eq!(pair[0].until, Some(pair[1].since));
            prop_assert_ne!((pair[0].side, pair[0].unit), (pair[1].side, pair[1].unit), "one time, not two");
        }
        prop_assert_eq!(found.last().unwrap().until, None);
        let total: TimeDelta = sums(&found, now).into_iter().map(|(_side, length)| length).sum();
        prop_assert_eq!(total, now - start());

        // At every moment it lies where the workflow says.
        for (place, step) in &walk {
            let last = walk.iter().rev().find(|(_place, other)| other.at == step.at).unwrap();
            if last.1 != *step {
                continue;
            }
            let holding = found.iter().find(|span| span.since <= step.at && span.until.is_none_or(|until| step.at < until));
            let expected = match (place.status, place.reviewing) {
                (ReportStatus::Submitted | ReportStatus::TierReview, Some(tier)) => (Side::Tier, desk(tier)),
                (ReportStatus::HandedOver | ReportStatus::Received | ReportStatus::ExpertReview, _) => (Side::Ri, Some(RI)),
                (ReportStatus::Accepted | ReportStatus::Evaluated | ReportStatus::Declined | ReportStatus::Abandoned, _) => {
                    (Side::Nobody, None)
                }
                _ => (Side::Author, Some(AUTHOR)),
            };
            prop_assert_eq!(holding.map(|span| (span.side, span.unit)), Some(expected));
        }
    }
}
