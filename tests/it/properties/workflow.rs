//! Every way a template can lay, walked to its ends.
use std::collections::BTreeSet;

use entity::{
    enums::{
        ReportCommand,
        ReportStatus::{self, Abandoned, Accepted, Declined, Draft, Submitted, TierReview},
        Tier,
    },
    template::Route,
};
use jenjang::report::workflow::{MAYBE_UNSUBMITTED, Place, Way, next};
use proptest::{prelude::*, sample::Index};
use sea_orm::Iterable;

use super::cases;

/// Every route with its author: each set of endorsers, in a silly order, towards each terminal tier, from each tier.
fn routes() -> Vec<(Route, Tier)> {
    let mut routes = Vec::new();
    for terminal in Tier::iter() {
        for author in Tier::iter() {
            for chosen in 0..32_u8 {
                let endorsers: Vec<Tier> = Tier::iter()
                    .enumerate()
                    .filter(|(bit, _tier)| chosen & (1 << bit) != 0)
                    .map(|(_bit, tier)| tier)
                    .collect();
                let route = Route {
                    authors: vec![author],
                    endorsers: endorsers.iter().chain(&endorsers).copied().collect(),
                    terminal,
                    experts: chosen & 16 != 0,
                    quorum: None,
                    rubric: None,
                };
                routes.push((route, author));
            }
        }
    }
    routes
}

fn places() -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    for status in ReportStatus::iter() {
        if reviews(status) {
            places.extend(Tier::iter().map(|tier| Place {
                status,
                reviewing: Some(tier),
            }));
        } else {
            places.push(Place::at(status));
        }
    }
    places
}

fn reviews(status: ReportStatus) -> bool {
    matches!(status, Submitted | TierReview)
}

/// Every place that can be reached from a first draft.
fn reachable(from: Place, way: &Way) -> BTreeSet<Place> {
    let mut reached = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(place) = open.pop() {
        for to in ReportCommand::iter().filter_map(|command| next(place, command, way).ok()) {
            if reached.insert(to) {
                open.push(to);
            }
        }
    }
    reached
}

#[test]
fn somebody_has_a_turn_exactly_while_submitted_or_under_review() {
    for (route, author) in routes() {
        let way = Way::of(&route, author);
        for place in places() {
            for command in ReportCommand::iter() {
                if let Ok(to) = next(place, command, &way) {
                    assert_eq!(
                        to.reviewing.is_some(),
                        reviews(to.status),
                        "{place:?} {command:?} {route:?}"
                    );
                }
            }
        }
    }
}

/// The scope of a list by status asks no report whether it was submitted where its status says so.
#[test]
fn without_a_submit_a_report_gets_no_further_than_a_draft_that_is_given_up() {
    for (route, author) in routes() {
        let way = Way::of(&route, author);
        let (mut reached, mut open) = (BTreeSet::new(), vec![Place::at(Draft)]);
        while let Some(place) = open.pop() {
            let steps = ReportCommand::iter().filter(|command| *command != ReportCommand::Submit);
            let led = steps.filter_map(|command| next(place, command, &way).ok());
            open.extend(led.filter(|to| reached.insert(*to)));
        }
        let reached: BTreeSet<ReportStatus> = reached.into_iter().map(|place| place.status).collect();
        assert_eq!(reached, BTreeSet::from(MAYBE_UNSUBMITTED), "{route:?}");
    }
}

#[test]
fn nothing_follows_an_end_but_a_retraction_a_reopening_or_the_evaluation() {
    for (route, author) in routes() {
        let way = Way::of(&route, author);
        // How open it is may be said of what is decided, too; that leads nowhere.
        for command in ReportCommand::iter().filter(|command| *command != ReportCommand::SetOpenness) {
            for end in [Declined, Abandoned] {
                assert!(next(Place::at(end), command, &way).is_err(), "{end:?} {command:?}");
            }
            if let Ok(to) = next(Place::at(ReportStatus::Evaluated), command, &way) {
                assert_eq!(
                    (command, to.status),
                    (ReportCommand::Reopen, ReportStatus::RevisionAsked)
                );
            }
            if let Ok(to) = next(Place::at(Accepted), command, &way) {
                if command == ReportCommand::Reopen {
                    assert_eq!(to, Place::at(ReportStatus::RevisionAsked));
                    continue;
                }
                if command == ReportCommand::Evaluate {
                    assert_eq!(to, Place::at(ReportStatus::Evaluated));
                    assert_eq!(route.terminal, Tier::Ri, "only what came to RI is evaluated");
                    continue;
                }
                assert_eq!(command, ReportCommand::RetractAcceptance);
                let back = if route.experts {
                    ReportStatus::ExpertReview
                } else {
                    ReportStatus::Received
                };
                assert_eq!(to, Place::at(back));
                assert_eq!(
                    route.terminal,
                    Tier::Ri,
                    "a tier's acceptance has nowhere to go back to"
                );
            }
        }
    }
}

/// Only tiers strictly above the author's and below RI endorse, none above where the way ends.
#[test]
fn only_tiers_between_the_author_and_the_end_have_a_turn() {
    for (route, author) in routes() {
        let way = Way::of(&route, author);
        for place in reachable(Place::at(Draft), &way) {
            if let Some(tier) = place.reviewing {
                assert!(
                    Tier::Ri < tier && tier < author && tier >= route.terminal,
                    "{place:?} {route:?}"
                );
                assert!(route.endorsers.contains(&tier) || tier == route.terminal);
            }
        }
        for &tier in route.endorsers.iter().filter(|&&tier| Tier::Ri < tier && tier < author) {
            let passes = reachable(Place::at(Draft), &way).contains(&Place::before(tier));
            assert_eq!(passes, tier >= route.terminal, "{tier:?} of {route:?} from {author:?}");
        }
    }
}

/// A report never gets stuck: from wherever it can be, some commands lead to an end.
#[test]
fn every_place_has_a_path_to_an_end() {
    for (route, author) in routes() {
        let way = Way::of(&route, author);
        for place in reachable(Place::at(Draft), &way) {
            let ends = reachable(place, &way)
                .into_iter()
                .any(|place| matches!(place.status, Accepted | Declined | Abandoned));
            assert!(ends, "{place:?} of {route:?} from {author:?}");
        }
    }
}

/// What reports upward can be accepted, what has nobody above it cannot.
#[test]
fn a_report_can_be_accepted_exactly_where_somebody_above_has_the_last_word() {
    for (route, author) in routes() {
        let way = Way::of(&route, author);
        let accepted = reachable(Place::at(Draft), &way).contains(&Place::at(Accepted));
        assert_eq!(accepted, route.terminal < author, "{route:?} from {author:?}");
    }
}

/// With experts nobody decides before them, and they review nothing that does not come to RI.
#[test]
fn experts_review_exactly_what_comes_to_ri_by_a_route_that_has_them() {
    for (route, author) in routes() {
        let way = Way::of(&route, author);
        let reviewed = reachable(Place::at(Draft), &way).contains(&Place::at(ReportStatus::ExpertReview));
        let comes_to_ri = route.terminal == Tier::Ri && author > Tier::Ri;
        assert_eq!(reviewed, route.experts && comes_to_ri, "{route:?} from {author:?}");
        for command in [ReportCommand::Accept, ReportCommand::Decline] {
            let decided = next(Place::at(ReportStatus::Received), command, &way).is_ok();
            assert_eq!(decided, !reviewed, "{command:?} {route:?} from {author:?}");
        }
    }
}

proptest! {
    #![proptest_config(cases(500))]

    /// "What ends below R enters no national evaluation."
    #[test]
    fn a_way_that_ends_below_ri_never_comes_to_ri(
        (route, author) in prop::sample::select(routes()),
        steps in prop::collection::vec(any::<Index>(), 0..40),
    ) {
        let way = Way::of(&route, author);
        let mut place = Place::at(Draft);
        let mut submits = 0;
        for step in steps {
            let open: Vec<(ReportCommand, Place)> = ReportCommand::iter()
                .filter_map(|command| Some((command, next(place, command, &way).ok()?)))
                .collect();
            if open.is_empty() {
                break;
            }
            let (command, to) = *step.get(&open);
            submits += u32::from(command == ReportCommand::Submit);
            prop_assert!(
                submits > 0 || matches!(to.status, Draft | Abandoned),
                "nobody sees it before it was submitted"
            );
            if route.terminal != Tier::Ri {
                prop_assert!(
                    !matches!(
                        to.status,
                        ReportStatus::Endorsed
                            | ReportStatus::HandedOver
                            | ReportStatus::Received
                            | ReportStatus::ExpertReview
                    ),
                    "{:?} leads to {:?}", command, to
                );
            }
            place = to;
        }
    }
}
