//! The recap against counting the list, and the list against asking of each person anew.
use chrono::{DateTime, Duration, Utc};
use entity::{
    attendance_sheet::{self, Entries, Entry},
    enums::{DelegateStanding, EventMode, EventStatus, ExcuseState, InvitationReply, PresenceClaim, SheetStatus, Tier},
    event, event_attendance, event_delegate, event_excuse, event_invitation, event_session,
};
use jenjang::{
    event::attendance::{
        query::Gathered,
        recap::{Count, Filter, Group, GroupBy, Presence, recap, rows},
    },
    territory::tree::{Tree, Unit},
};
use proptest::prelude::*;
use sea_orm::Iterable;
use uuid::Uuid;

use super::{cases, forest::forest};

/// What is known of one who comes: of each of two sessions what the door says, and what is sealed.
#[derive(Clone, Debug)]
struct Comer {
    /// Of which unit, and whether by its invitation.
    unit: usize,
    invited: bool,
    door: [Option<bool>; 2],
    sealed: [PresenceClaim; 2],
    excused: bool,
}

#[derive(Clone, Debug)]
struct Held {
    units: Vec<Unit>,
    /// Two waves: which is over, and which is sealed.
    statuses: [EventStatus; 2],
    replies: Vec<InvitationReply>,
    excused: Vec<bool>,
    comers: Vec<Comer>,
}

fn moment() -> DateTime<Utc> {
    DateTime::from_timestamp(1_750_000_000, 0).unwrap()
}

fn numbered(kind: u128, number: usize) -> Uuid {
    Uuid::from_u128((kind << 64) + number as u128 + 1)
}

fn event_of(number: usize, status: EventStatus) -> event::Model {
    event::Model {
        id: numbered(1, number),
        unit_id: Uuid::nil(),
        parent_id: None,
        wave: Some(i32::try_from(number).unwrap() + 1),
        title: "Rapat".to_owned(),
        kinds: event::Kinds::default(),
        mode: EventMode::InPerson,
        description: None,
        place: None,
        online_url: None,
        starts_at: moment(),
        ends_at: moment() + Duration::days(1),
        time_zone: "Asia/Jakarta".to_owned(),
        quota: 3,
        capacity: None,
        audience: event::Audience::default(),
        reply_by: moment(),
        letter_number: None,
        letter_date: None,
        letter_file_id: None,
        minutes: None,
        minutes_file_id: None,
        status,
        published_at: Some(moment()),
        reminded_at: None,
        finalised_at: None,
        sha256: None,
        head_position: None,
        head_link: None,
        version: 1,
        created_at: moment(),
        created_by: Uuid::nil(),
    }
}

/// The units are invited to the waves in turn.
fn gathered(held: &Held) -> Gathered {
    let mut gathered = Gathered::default();
    for (number, status) in held.statuses.into_iter().enumerate() {
        gathered.events.push(event_of(number, status));
        for session in 0..2 {
            gathered.sessions.push(event_session::Model {
                id: numbered(2, number * 2 + session),
                event_id: numbered(1, number),
                position: i32::try_from(session).unwrap() + 1,
                title: "Sesi".to_owned(),
                place: None,
                starts_at: moment(),
                ends_at: moment() + Duration::hours(1),
                counted: true,
                join_code: None,
            });
        }
    }
    let tree = Tree::new(held.units.clone()).unwrap();
    for (place, unit) in held.units.iter().enumerate() {
        let wave = place % 2;
        gathered.invitations.push(event_invitation::Model {
            id: numbered(3, place),
            event_id: numbered(1, wave),
            unit_id: unit.id,
            tier: unit.tier,
            provinsi_id: tree.ancestor_at(unit.id, Tier::Provinsi).map(|province| province.id),
            quota: 3,
            status: held.replies[place % held.replies.len()],
            reason: None,
            late: false,
            invited_at: moment(),
            replied_at: None,
            reminded_at: None,
            version: 1,
        });
        if held.excused[place % held.excused.len()] {
            gathered.excuses.push(excuse(place, None));
        }
        if held.statuses[wave] == EventStatus::Final {
            gathered.sheets.push(sheet(held, place));
        }
    }
    for (number, comer) in held.comers.iter().enumerate() {
        let place = comer.unit % held.units.len();
        // Strangers come to the other wave.
        let wave = if comer.invited { place % 2 } else { (place + 1) % 2 };
        gathered.people.push(event_delegate::Model {
            id: numbered(4, number),
            event_id: numbered(1, wave),
            invitation_id: comer.invited.then(|| numbered(3, place)),
            unit_id: held.units[place].id,
            account_id: None,
            name: Some("Sari".to_owned()),
            title: None,
            standing: DelegateStanding::Expected,
            walk_in: !comer.invited,
            replaces_id: None,
            letter_number: None,
            letter_date: None,
            letter_file_id: None,
            named_at: moment(),
            version: 1,
        });
        if comer.excused && comer.invited {
            gathered.excuses.push(excuse(place, Some(numbered(4, number))));
        }
        for (session, inside) in comer.door.into_iter().enumerate() {
            let Some(inside) = inside else { continue };
            gathered.door.push(event_attendance::Model {
                delegate_id: numbered(4, number),
                session_id: numbered(2, wave * 2 + session),
                event_id: numbered(1, wave),
                unit_id: held.units[place].id,
                first_in: Some(moment()),
                last_out: (!inside).then(moment),
                inside,
                seconds: 0,
                conflict: false,
            });
        }
    }
    gathered
}

fn excuse(place: usize, delegate_id: Option<Uuid>) -> event_excuse::Model {
    event_excuse::Model {
        id: numbered(5, 0),
        event_id: numbered(1, place % 2),
        invitation_id: numbered(3, place),
        unit_id: Uuid::nil(),
        delegate_id,
        reason: "Sakit.".to_owned(),
        file_id: None,
        state: ExcuseState::Granted,
        asked_at: moment(),
        decided_at: Some(moment()),
        version: 2,
    }
}

fn sheet(held: &Held, place: usize) -> attendance_sheet::Model {
    let comers = held.comers.iter().enumerate();
    let own = comers.filter(|(_number, comer)| comer.invited && comer.unit % held.units.len() == place);
    let entries = own.flat_map(|(number, comer)| {
        [0, 1].map(|session| Entry {
            delegate: numbered(4, number),
            session: numbered(2, (place % 2) * 2 + session),
            claim: comer.sealed[session],
            note: None,
            evidence: Vec::new(),
        })
    });
    attendance_sheet::Model {
        id: numbered(3, place),
        event_id: numbered(1, place % 2),
        invitation_id: numbered(3, place),
        unit_id: held.units[place].id,
        status: SheetStatus::Sealed,
        entries: Entries(entries.collect()),
        note: None,
        submitted_at: None,
        sealed: 1,
        version: 1,
    }
}

/// Whether somebody of a unit came to the wave it was invited to: in any of these sessions.
fn came(held: &Held, place: usize, sessions: &[usize]) -> bool {
    let is_sealed = held.statuses[place % 2] == EventStatus::Final;
    let own = |comer: &&Comer| comer.invited && comer.unit % held.units.len() == place;
    held.comers.iter().filter(own).any(|comer| {
        sessions.iter().any(|session| {
            if is_sealed {
                comer.sealed[*session] == PresenceClaim::Present
            } else {
                comer.door[*session].is_some()
            }
        })
    })
}

fn any_of<T: Iterable + Clone + std::fmt::Debug + 'static>() -> impl Strategy<Value = T> {
    proptest::sample::select(T::iter().collect::<Vec<_>>())
}

fn comer() -> impl Strategy<Value = Comer> {
    (
        0_usize..24,
        proptest::bool::weighted(0.8),
        [any::<Option<bool>>(), any::<Option<bool>>()],
        [any_of::<PresenceClaim>(), any_of::<PresenceClaim>()],
        any::<bool>(),
    )
        .prop_map(|(unit, invited, door, sealed, excused)| Comer {
            unit,
            invited,
            door,
            sealed,
            excused,
        })
}

fn held() -> impl Strategy<Value = Held> {
    let status = || proptest::sample::select(vec![EventStatus::Running, EventStatus::Ended, EventStatus::Final]);
    (
        forest(12),
        [status(), status()],
        proptest::collection::vec(any_of::<InvitationReply>(), 1..6),
        proptest::collection::vec(any::<bool>(), 1..6),
        proptest::collection::vec(comer(), 0..20),
    )
        .prop_map(|(units, statuses, replies, excused, comers)| Held {
            units,
            statuses,
            replies,
            excused,
            comers,
        })
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn the_recap_counts_the_list(held in held()) {
        let gathered = gathered(&held);
        let tree = Tree::new(held.units.clone()).unwrap();
        let all = rows(&gathered, &Filter::default(), &tree);
        let count = Count::of(&all);
        prop_assert_eq!(count.invited, i64::try_from(held.units.len()).unwrap());
        prop_assert_eq!(count.invited, count.confirmed + count.declined + count.no_reply);
        prop_assert_eq!(count.invited, count.came + count.excused + count.absent + count.expected);
        let people = count.delegates_present + count.delegates_excused + count.delegates_absent + count.delegates_expected;
        prop_assert_eq!(count.delegates, people);
        prop_assert_eq!(count.delegates, held.comers.iter().filter(|comer| comer.invited).count() as i64);
        // Each presence, and having come or not, divides the list.
        let filtered = |filter: Filter| rows(&gathered, &filter, &tree).len();
        let of_each = Presence::ALL.map(|presence| filtered(Filter { presence: Some(vec![presence]), ..Filter::default() }));
        prop_assert_eq!(of_each.iter().sum::<usize>(), all.len());
        let of_two = [true, false].map(|came| filtered(Filter { came: Some(came), ..Filter::default() }));
        prop_assert_eq!(of_two.iter().sum::<usize>(), all.len());
        for by in [GroupBy::Tier, GroupBy::Province, GroupBy::Wave] {
            let (total, groups) = recap(&gathered, &Filter::default(), by, &tree);
            prop_assert_eq!(total, count);
            for (group, counted) in groups {
                let filter = match group {
                    Group::Tier(tier) => Filter { tier: Some(vec![tier]), ..Filter::default() },
                    Group::Province(Some(province)) => Filter { province: Some(vec![province]), ..Filter::default() },
                    Group::Wave(Some(wave)) => Filter { wave: Some(vec![wave]), ..Filter::default() },
                    Group::Province(None) | Group::Wave(None) | Group::Session(_) => continue,
                };
                prop_assert_eq!(counted, Count::of(&rows(&gathered, &filter, &tree)), "{:?}", group);
            }
        }
    }

    #[test]
    fn a_unit_came_when_somebody_of_it_did(held in held()) {
        let gathered = gathered(&held);
        let tree = Tree::new(held.units.clone()).unwrap();
        for sessions in [&[0, 1][..], &[0], &[1]] {
            let only = sessions.iter().flat_map(|session| [numbered(2, *session), numbered(2, 2 + session)]);
            let filter = Filter { session: Some(only.collect()), ..Filter::default() };
            for row in rows(&gathered, &filter, &tree).iter().filter(|row| row.invitation.is_some()) {
                let place = held.units.iter().position(|unit| unit.id == row.unit).unwrap();
                prop_assert_eq!(row.presence.came(), came(&held, place, sessions), "{:?}", row.unit);
                let is_over = held.statuses[place % 2] != EventStatus::Running;
                prop_assert!(!is_over || row.presence != Presence::Expected, "nobody is awaited when it is over");
            }
        }
    }
}
