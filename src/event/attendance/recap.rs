//! Who came, reckoned from what the door says, what was excused and what was sealed: pure. The list and the recap count the
//! same rows, so that their sums agree.
use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use entity::{
    attendance_sheet::Entry,
    enums::{EventStatus, InvitationReply, PresenceClaim, Tier},
    event, event_attendance, event_delegate, event_invitation,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{held::Excused, query::Gathered};
use crate::territory::tree::Tree;

/// Whether somebody is there, was, or was not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Presence {
    /// The event is not over, and nobody knows.
    Expected,
    /// There; once it is sealed: was there.
    Present,
    /// Was there, and has left.
    Left,
    /// The event is over, and nobody came.
    Absent,
    /// Did not come, and was excused.
    Excused,
}

impl Presence {
    pub const ALL: [Self; 5] = [Self::Expected, Self::Present, Self::Left, Self::Absent, Self::Excused];

    /// Whether somebody came.
    #[must_use]
    pub fn came(self) -> bool {
        match self {
            Self::Present | Self::Left => true,
            Self::Expected | Self::Absent | Self::Excused => false,
        }
    }

    /// What several come to: whoever came once came, and only who was excused from everything was excused.
    #[must_use]
    pub fn of(several: &[Self], otherwise: Self) -> Self {
        if several.is_empty() {
            return otherwise;
        }
        let ranked = [Self::Present, Self::Left, Self::Expected, Self::Absent];
        let found = ranked.into_iter().find(|presence| several.contains(presence));
        found.unwrap_or(Self::Excused)
    }
}

/// Somebody in a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InSession {
    pub session: Uuid,
    pub presence: Presence,
    /// By the door.
    pub first_in: Option<DateTime<Utc>>,
    pub last_out: Option<DateTime<Utc>>,
    pub seconds: i64,
}

/// Somebody at an event.
#[derive(Clone, Debug)]
pub struct Person<'g> {
    pub row: &'g event_delegate::Model,
    pub presence: Presence,
    pub sessions: Vec<InSession>,
}

/// Where a row lies in the list: by wave, event and invitation, which were made in the order of the hierarchy. Units that came
/// without one are last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key(pub i32, pub Uuid, pub bool, pub Uuid);

/// A unit at an event.
#[derive(Clone, Debug)]
pub struct Row<'g> {
    pub event: &'g event::Model,
    /// None: people of it came without the unit being invited.
    pub invitation: Option<&'g event_invitation::Model>,
    pub unit: Uuid,
    pub tier: Tier,
    pub province: Option<Uuid>,
    pub presence: Presence,
    pub people: Vec<Person<'g>>,
}

impl Row<'_> {
    #[must_use]
    pub fn key(&self) -> Key {
        let id = self.invitation.map_or(self.unit, |invitation| invitation.id);
        Key(
            self.event.wave.unwrap_or_default(),
            self.event.id,
            self.invitation.is_none(),
            id,
        )
    }
}

/// Which rows are wanted; everything given has to hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub unit: Option<Vec<Uuid>>,
    pub tier: Option<Vec<Tier>>,
    pub province: Option<Vec<Uuid>>,
    pub wave: Option<Vec<i32>>,
    /// Only what happened in these sessions counts.
    pub session: Option<Vec<Uuid>>,
    pub reply: Option<Vec<InvitationReply>>,
    pub presence: Option<Vec<Presence>>,
    pub came: Option<bool>,
}

impl Filter {
    fn takes(&self, row: &Row<'_>) -> bool {
        fn among<T: PartialEq>(wanted: Option<&Vec<T>>, has: Option<T>) -> bool {
            wanted.is_none_or(|wanted| has.is_some_and(|has| wanted.contains(&has)))
        }
        among(self.unit.as_ref(), Some(row.unit))
            && among(self.tier.as_ref(), Some(row.tier))
            && among(self.province.as_ref(), row.province)
            && among(self.wave.as_ref(), row.event.wave)
            && among(self.reply.as_ref(), row.invitation.map(|invitation| invitation.status))
            && among(self.presence.as_ref(), Some(row.presence))
            && self.came.is_none_or(|came| row.presence.came() == came)
    }
}

/// Whether an event has come to its end, so that who did not come is absent.
fn is_over(status: EventStatus) -> bool {
    match status {
        EventStatus::Ended | EventStatus::Final => true,
        EventStatus::Draft
        | EventStatus::Published
        | EventStatus::RegistrationClosed
        | EventStatus::Running
        | EventStatus::Cancelled
        | EventStatus::Postponed => false,
    }
}

/// The rows of what was gathered that a filter takes, in their order.
#[must_use]
pub fn rows<'g>(gathered: &'g Gathered, filter: &Filter, tree: &Tree) -> Vec<Row<'g>> {
    let reckoning = Reckoning::of(gathered, filter.session.as_deref());
    let mut rows: Vec<Row<'g>> = gathered
        .invitations
        .iter()
        .filter_map(|invitation| reckoning.of_invitation(invitation))
        .chain(reckoning.uninvited(tree))
        .filter(|row| filter.takes(row))
        .collect();
    rows.sort_by_key(Row::key);
    rows
}

/// What was gathered, by what it belongs to.
struct Reckoning<'g> {
    events: HashMap<Uuid, &'g event::Model>,
    /// The sessions that count, by event.
    sessions: HashMap<Uuid, Vec<Uuid>>,
    /// Whom a unit sends, by invitation.
    people: HashMap<Uuid, Vec<&'g event_delegate::Model>>,
    strangers: BTreeMap<(Uuid, Uuid), Vec<&'g event_delegate::Model>>,
    door: HashMap<(Uuid, Uuid), &'g event_attendance::Model>,
    sealed: HashMap<(Uuid, Uuid), &'g Entry>,
    excused: Excused,
}

impl<'g> Reckoning<'g> {
    fn of(gathered: &'g Gathered, only: Option<&[Uuid]>) -> Self {
        let mut sessions: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
        let wanted = |session: Uuid| only.is_none_or(|only| only.contains(&session));
        for session in gathered.sessions.iter().filter(|row| row.counted && wanted(row.id)) {
            sessions.entry(session.event_id).or_default().push(session.id);
        }
        let mut people: HashMap<Uuid, Vec<_>> = HashMap::new();
        let mut strangers: BTreeMap<(Uuid, Uuid), Vec<_>> = BTreeMap::new();
        for person in &gathered.people {
            match person.invitation_id {
                Some(invitation) => people.entry(invitation).or_default().push(person),
                None => strangers
                    .entry((person.event_id, person.unit_id))
                    .or_default()
                    .push(person),
            }
        }
        let entries = gathered.sheets.iter().flat_map(|sheet| &sheet.entries.0);
        Self {
            events: gathered.events.iter().map(|event| (event.id, event)).collect(),
            sessions,
            people,
            strangers,
            door: gathered
                .door
                .iter()
                .map(|row| ((row.delegate_id, row.session_id), row))
                .collect(),
            sealed: entries.map(|entry| ((entry.delegate, entry.session), entry)).collect(),
            excused: Excused::of(&gathered.excuses),
        }
    }

    /// None where the session that is asked about is of another event.
    fn of_invitation(&self, invitation: &'g event_invitation::Model) -> Option<Row<'g>> {
        let event = *self.events.get(&invitation.event_id)?;
        let sessions = self.sessions.get(&event.id)?;
        let people = self.people.get(&invitation.id).map_or(&[][..], Vec::as_slice);
        let people: Vec<_> = people
            .iter()
            .map(|person| self.person(event, person, sessions))
            .collect();
        let of_each: Vec<Presence> = people.iter().map(|person| person.presence).collect();
        let otherwise = if self.excused.units.contains(&invitation.id) {
            Presence::Excused
        } else if is_over(event.status) || invitation.status == InvitationReply::Declined {
            Presence::Absent
        } else {
            Presence::Expected
        };
        Some(Row {
            event,
            invitation: Some(invitation),
            unit: invitation.unit_id,
            tier: invitation.tier,
            province: invitation.provinsi_id,
            presence: Presence::of(&of_each, otherwise),
            people,
        })
    }

    fn uninvited<'r>(&'r self, tree: &'r Tree) -> impl Iterator<Item = Row<'g>> + 'r {
        self.strangers.iter().filter_map(move |((event, unit), people)| {
            let event = *self.events.get(event)?;
            let sessions = self.sessions.get(&event.id)?;
            let people: Vec<_> = people
                .iter()
                .map(|person| self.person(event, person, sessions))
                .collect();
            let of_each: Vec<Presence> = people.iter().map(|person| person.presence).collect();
            Some(Row {
                event,
                invitation: None,
                unit: *unit,
                tier: tree.get(*unit)?.tier,
                province: tree.ancestor_at(*unit, Tier::Provinsi).map(|province| province.id),
                presence: Presence::of(&of_each, Presence::Absent),
                people,
            })
        })
    }

    fn person(&self, event: &event::Model, row: &'g event_delegate::Model, sessions: &[Uuid]) -> Person<'g> {
        let sessions: Vec<InSession> = sessions
            .iter()
            .map(|session| {
                let key = (row.id, *session);
                let door = self.door.get(&key);
                InSession {
                    session: *session,
                    presence: self.presence(event, row, key),
                    first_in: door.and_then(|door| door.first_in),
                    last_out: door.and_then(|door| door.last_out),
                    seconds: door.map_or(0, |door| door.seconds),
                }
            })
            .collect();
        let of_each: Vec<Presence> = sessions.iter().map(|session| session.presence).collect();
        Person {
            row,
            presence: Presence::of(&of_each, Presence::Expected),
            sessions,
        }
    }

    /// What is sealed, or else the door's word, or else what was excused.
    fn presence(&self, event: &event::Model, row: &event_delegate::Model, key: (Uuid, Uuid)) -> Presence {
        if let Some(entry) = self.sealed.get(&key) {
            return match entry.claim {
                PresenceClaim::Present => Presence::Present,
                PresenceClaim::Absent => Presence::Absent,
                PresenceClaim::Excused => Presence::Excused,
            };
        }
        match self.door.get(&key).filter(|door| came(door)) {
            Some(door) if door.inside => Presence::Present,
            Some(_door) => Presence::Left,
            None if self.excused.covers(row) => Presence::Excused,
            None if is_over(event.status) => Presence::Absent,
            None => Presence::Expected,
        }
    }
}

/// Whether the door says that somebody came.
#[must_use]
pub fn came(door: &event_attendance::Model) -> bool {
    door.first_in.is_some()
}

/// How many units and how many people, by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Invited units: those that confirmed, declined and have not replied.
    pub invited: i64,
    pub confirmed: i64,
    pub declined: i64,
    pub no_reply: i64,
    /// Of the invited units: those of whom somebody came, the excused, the absent and those that are still expected.
    pub came: i64,
    pub excused: i64,
    pub absent: i64,
    pub expected: i64,
    /// The people of invited units, and what became of them.
    pub delegates: i64,
    pub delegates_present: i64,
    pub delegates_excused: i64,
    pub delegates_absent: i64,
    pub delegates_expected: i64,
    /// Units that came without an invitation, and how many of their people came.
    pub uninvited: i64,
    pub uninvited_present: i64,
}

impl Count {
    /// Counts rows.
    pub fn of<'r, 'g: 'r>(rows: impl IntoIterator<Item = &'r Row<'g>>) -> Self {
        let mut count = Self::default();
        for row in rows {
            count.add(row);
        }
        count
    }

    fn add(&mut self, row: &Row<'_>) {
        let Some(invitation) = row.invitation else {
            self.uninvited += 1;
            let came = row.people.iter().filter(|person| person.presence.came());
            self.uninvited_present += i64::try_from(came.count()).unwrap_or(i64::MAX);
            return;
        };
        self.invited += 1;
        *match invitation.status {
            InvitationReply::Confirmed => &mut self.confirmed,
            InvitationReply::Declined => &mut self.declined,
            InvitationReply::Invited | InvitationReply::NoReply => &mut self.no_reply,
        } += 1;
        *match row.presence {
            Presence::Present | Presence::Left => &mut self.came,
            Presence::Excused => &mut self.excused,
            Presence::Absent => &mut self.absent,
            Presence::Expected => &mut self.expected,
        } += 1;
        for person in &row.people {
            self.delegates += 1;
            *match person.presence {
                Presence::Present | Presence::Left => &mut self.delegates_present,
                Presence::Excused => &mut self.delegates_excused,
                Presence::Absent => &mut self.delegates_absent,
                Presence::Expected => &mut self.delegates_expected,
            } += 1;
        }
    }
}

/// What rows are counted together by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupBy {
    Tier,
    Province,
    Wave,
    Session,
}

/// What a group has in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    Tier(Tier),
    /// None: of no province, as RI.
    Province(Option<Uuid>),
    /// None: not of a wave.
    Wave(Option<i32>),
    Session(Uuid),
}

/// Counts of all that a filter takes, and of each group of it. Sessions each count all units: their sum is no total.
#[must_use]
pub fn recap(gathered: &Gathered, filter: &Filter, by: GroupBy, tree: &Tree) -> (Count, Vec<(Group, Count)>) {
    let all = rows(gathered, filter, tree);
    let total = Count::of(&all);
    let key = |row: &Row<'_>| match by {
        GroupBy::Tier => Group::Tier(row.tier),
        GroupBy::Province => Group::Province(row.province),
        GroupBy::Wave | GroupBy::Session => Group::Wave(row.event.wave),
    };
    if by == GroupBy::Session {
        let wanted = |session: Uuid| filter.session.as_ref().is_none_or(|only| only.contains(&session));
        let wave = |event: Uuid| {
            gathered
                .events
                .iter()
                .find(|row| row.id == event)
                .and_then(|row| row.wave)
        };
        let sessions = gathered.sessions.iter().filter(|row| row.counted && wanted(row.id));
        let mut sessions: Vec<_> = sessions.collect();
        sessions.sort_by_key(|row| (wave(row.event_id), row.event_id, row.position));
        let groups = sessions.into_iter().map(|session| {
            let only = Filter {
                session: Some(vec![session.id]),
                ..filter.clone()
            };
            let rows = rows(gathered, &only, tree);
            (Group::Session(session.id), Count::of(&rows))
        });
        // As of a series, whose waves invite.
        let groups = groups.filter(|(_session, count)| count.invited + count.uninvited > 0);
        return (total, groups.collect());
    }
    let mut groups: BTreeMap<Group, Count> = BTreeMap::new();
    for row in &all {
        groups.entry(key(row)).or_default().add(row);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    if by == GroupBy::Province {
        // By their codes, as lists of provinces are read.
        let code = |group: &Group| match group {
            Group::Province(Some(province)) => tree.get(*province).map(|unit| unit.code.clone()),
            Group::Province(None) | Group::Tier(_) | Group::Wave(_) | Group::Session(_) => None,
        };
        groups.sort_by_key(|(group, _count)| code(group));
    }
    (total, groups)
}
