//! Who came is a function of what was scanned and decided: of the set, not of the order, nor of how often it was sent. Held against
//! a model that looks at neighbours instead of walking, and then over HTTP, where devices upload in pieces, in any order, twice.
use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, TimeZone, Utc};
use entity::enums::{ScanDirection, ScanMethod, ScanRuling};
use jenjang::event::door::merge::{CLOSE_SECONDS, Mark, Presence, presence};
use proptest::{
    prelude::*,
    test_runner::{TestCaseError, TestRunner},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::cases;
use crate::{
    stories::door::{Gathering, attendance, fits, gathers, moment, pairs, sends_scans},
    support::{Office, TestApp, app::Variation},
};

fn start() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2025, 1, 21, 2, 0, 0).single().unwrap()
}

fn direction() -> impl Strategy<Value = ScanDirection> {
    prop_oneof![3 => Just(ScanDirection::In), 2 => Just(ScanDirection::Out)]
}

prop_compose! {
    fn mark()(
        door in 1..4_u128,
        nonce in 0..40_u128,
        direction in direction(),
        paper in prop::bool::weighted(0.1),
        // Close enough together for doors to be rivals, and now and then the same moment.
        seconds in 0..40_i64,
        ruling in prop_oneof![
            6 => Just(None),
            1 => Just(Some(ScanRuling::Annulled)),
            1 => Just(Some(ScanRuling::SetAside)),
            2 => Just(Some(ScanRuling::Counted)),
        ],
    ) -> Mark {
        Mark {
            scan: Uuid::from_u128(door * 1_000 + nonce),
            source: Uuid::from_u128(door),
            nonce: nonce.to_string(),
            direction,
            method: if paper { ScanMethod::Paper } else { ScanMethod::Code },
            at: start() + Duration::seconds(seconds * 30),
            ruling,
        }
    }
}

/// Marks of which no two have the nonce of one door, with an order to send them in, some of them again.
fn uploads() -> impl Strategy<Value = (Vec<Mark>, Vec<Mark>)> {
    let one_of_each = |marks: Vec<Mark>| {
        let by_nonce: BTreeMap<Uuid, Mark> = marks.into_iter().map(|mark| (mark.scan, mark)).collect();
        by_nonce.into_values().collect::<Vec<_>>()
    };
    prop::collection::vec(mark(), 0..14)
        .prop_map(one_of_each)
        .prop_flat_map(|marks| {
            let again = prop::sample::subsequence(marks.clone(), 0..=marks.len());
            let sent = again.prop_map({
                let marks = marks.clone();
                move |again| [marks.clone(), again].concat()
            });
            (Just(marks), sent.prop_shuffle())
        })
}

fn is_in(mark: &Mark) -> bool {
    mark.direction == ScanDirection::In
}

/// From when to when somebody was inside.
type Stays = Vec<(DateTime<Utc>, Option<DateTime<Utc>>)>;

/// The scans that contradict each other.
type Conflicts = BTreeSet<BTreeSet<Uuid>>;

/// The same, told from neighbours: whoever came in last is inside, whatever was before.
fn model(marks: &[Mark]) -> (Stays, Conflicts) {
    let mut counted: Vec<&Mark> = marks
        .iter()
        .filter(|mark| !matches!(mark.ruling, Some(ScanRuling::Annulled | ScanRuling::SetAside)))
        .collect();
    counted.sort_by_key(|mark| (mark.at, !is_in(mark), mark.source, mark.nonce.clone()));
    let begins = |place: usize| is_in(counted[place]) && (place == 0 || !is_in(counted[place - 1]));
    let ends = |place: usize| !is_in(counted[place]) && place > 0 && is_in(counted[place - 1]);
    let places = || 0..counted.len();
    let mut out = places().filter(|place| ends(*place)).map(|place| counted[place].at);
    let stays = places()
        .filter(|place| begins(*place))
        .map(|place| (counted[place].at, out.next()))
        .collect();
    let doors: Vec<usize> = places()
        .filter(|place| is_in(counted[*place]) && counted[*place].method != ScanMethod::Paper)
        .collect();
    let mut groups: Vec<BTreeSet<Uuid>> = Vec::new();
    for pair in doors.windows(2) {
        let (one, other) = (counted[pair[0]], counted[pair[1]]);
        let stayed = counted[pair[0]..pair[1]].iter().all(|mark| is_in(mark));
        let close = (other.at - one.at).num_seconds() <= CLOSE_SECONDS;
        let decided = [one, other].iter().all(|mark| mark.ruling == Some(ScanRuling::Counted));
        if one.source != other.source && (stayed || close) && !decided {
            match groups.iter_mut().find(|group| group.contains(&one.scan)) {
                Some(group) => {
                    group.insert(other.scan);
                }
                None => groups.push([one.scan, other.scan].into()),
            }
        }
    }
    (stays, groups.into_iter().collect())
}

fn of(presence: &Presence) -> (Stays, Conflicts) {
    let stays = presence.stays.iter().map(|stay| (stay.from, stay.to)).collect();
    let groups = presence.conflicts.iter().map(|group| group.iter().copied().collect());
    (stays, groups.collect())
}

#[test]
fn any_order_and_any_repetition_come_to_the_same() {
    let outcome = TestRunner::new(cases(20_000)).run(&uploads(), |(marks, sent)| {
        let expected = presence(&marks);
        prop_assert_eq!(of(&expected), model(&marks));
        prop_assert_eq!(&presence(&sent), &expected);
        // Stays follow on each other, and only the last may last.
        for pair in expected.stays.windows(2) {
            prop_assert!(pair[0].to.is_some_and(|to| pair[0].from <= to && to <= pair[1].from));
        }
        prop_assert!(expected.seconds() >= 0);
        // The server's ids follow on the order of arrival, and are nothing to go by.
        let renamed: Vec<Mark> = sent
            .iter()
            .map(|mark| Mark {
                scan: Uuid::from_u128(u128::MAX - mark.scan.as_u128()),
                ..mark.clone()
            })
            .collect();
        prop_assert_eq!(presence(&renamed).stays, expected.stays);
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}

/// A scan of one of three people at one of three doors.
#[derive(Clone, Debug)]
struct Made {
    door: usize,
    person: usize,
    session: usize,
    direction: ScanDirection,
    minute: i64,
}

prop_compose! {
    fn made()(door in 0..3_usize, person in 0..3_usize, session in 0..2_usize, direction in direction(), minute in 0..90_i64)
        -> Made {
        Made { door, person, session, direction, minute }
    }
}

/// What was made, and how it is uploaded: pieces of one door each, by the places of what was made.
type Uploads = (Vec<Made>, Vec<Vec<usize>>);

fn interleaved() -> impl Strategy<Value = Uploads> {
    prop::collection::vec(made(), 1..16).prop_flat_map(|made| {
        let places: Vec<usize> = (0..made.len()).collect();
        let again = prop::sample::subsequence(places.clone(), 0..=places.len());
        let order = again.prop_flat_map(move |again| Just([places.clone(), again].concat()).prop_shuffle());
        let pieces = (order, 1..5_usize).prop_map(|(order, size)| order.chunks(size).map(<[usize]>::to_vec).collect());
        (Just(made), pieces)
    })
}

struct Scene<'a> {
    host: Office<'a>,
    held: Gathering,
    doors: Vec<Office<'a>>,
    people: [&'static str; 3],
}

fn marks_of(made: &[Made], begin: DateTime<Utc>, person: usize, session: usize) -> Vec<Mark> {
    let of_pair = made
        .iter()
        .enumerate()
        .filter(|(_place, made)| (made.person, made.session) == (person, session));
    of_pair
        .map(|(place, made)| Mark {
            scan: Uuid::from_u128(place as u128),
            source: Uuid::from_u128(made.door as u128),
            nonce: place.to_string(),
            direction: made.direction,
            method: ScanMethod::Code,
            at: begin + Duration::minutes(made.minute),
            ruling: None,
        })
        .collect()
}

async fn uploaded_in_pieces(app: &TestApp, scene: &Scene<'_>, (made, pieces): Uploads) -> Result<(), TestCaseError> {
    let begin = Utc
        .timestamp_opt((app.services.clock.now() - Duration::hours(5)).timestamp(), 0)
        .unwrap();
    for piece in pieces {
        for (number, door) in scene.doors.iter().enumerate() {
            let scans: Vec<Value> = piece
                .iter()
                .filter(|place| made[**place].door == number)
                .map(|place| {
                    let made = &made[*place];
                    let person = scene.held.guest(scene.people[made.person]);
                    let session = &scene.held.sessions[made.session];
                    let direction = if made.direction == ScanDirection::In {
                        "IN"
                    } else {
                        "OUT"
                    };
                    let at = begin + Duration::minutes(made.minute);
                    crate::stories::door::scan(&place.to_string(), &person.code, session, direction, at)
                })
                .collect();
            if !scans.is_empty() {
                let answers = sends_scans(door, None, &scans).await;
                prop_assert!(answers.iter().all(|answer| answer["fault"].is_null()), "{:?}", answers);
            }
        }
    }
    let told = attendance(&scene.host, &scene.held.event).await;
    for (person, name) in scene.people.iter().enumerate() {
        let mut expected = Vec::new();
        for (session, title) in ["Pembukaan", "Evaluasi"].iter().enumerate() {
            let marks = marks_of(&made, begin, person, session);
            if marks.is_empty() {
                continue;
            }
            let presence = presence(&marks);
            expected.push(json!({
                "session": { "title": title },
                "firstIn": presence.first_in().map(moment),
                "lastOut": presence.last_out().map(moment),
                "inside": presence.inside(),
                "seconds": presence.seconds(),
                "conflict": !presence.conflicts.is_empty(),
            }));
        }
        prop_assert_eq!(&told[name], &Value::from(expected), "{}", name);
    }
    fits(app).await;
    Ok(())
}

fn try_on(app: impl Future<Output = Option<TestApp>>) {
    let system = actix_web::rt::System::new();
    let Some(app) = system.block_on(app) else { return };
    let app = system.block_on(app.varied(Variation::unthrottled()));
    let outcome = TestRunner::new(cases(6)).run(&interleaved(), |case| {
        system.block_on(async {
            let host = app.office("head.35.02").await;
            let held = gathers(&app, "Rakernis", json!({})).await;
            let mut doors = Vec::new();
            for name in ["Utara", "Selatan", "Timur"] {
                doors.push(pairs(&host, &held.event, name).await);
            }
            let people = ["Sari Lestari", "Tono Lestari", "Wulan Lestari"];
            let scene = Scene {
                host,
                held,
                doors,
                people,
            };
            uploaded_in_pieces(&app, &scene, case).await
        })
    });
    system.block_on(app.stop());
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}

#[test]
fn any_interleaving_of_uploads_on_sqlite() {
    try_on(async { Some(TestApp::on_sqlite().await) });
}

#[test]
fn any_interleaving_of_uploads_on_postgres() {
    try_on(TestApp::on_postgres());
}
