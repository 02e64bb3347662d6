//! Who came, in the API: unit by unit, in numbers, and over the years.
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use chrono::{Datelike, Duration, NaiveDate, NaiveTime};
use entity::{event, event_delegate, event_invitation};
use uuid::Uuid;

use super::words::{AttendanceGrouping, Presence};
use crate::{
    clock::day_in,
    connection,
    error::Error,
    event::{
        attendance::{
            query,
            recap::{self, Count, Filter, Group, Person, Row},
        },
        graphql::{
            invitation::{EventDelegate, EventInvitation},
            query::InvitationReplyFilter,
            types::{Event, EventSession},
        },
    },
    graphql::{
        context::Ask,
        id::Kind,
        page::{Arguments, IdFilter, Known, either},
        scalars::DateTime,
    },
    input::EARLIEST_YEAR,
    territory::graphql::{Tier, TierFilter, Unit, ids, tiers},
};

connection!(
    AttendanceConnection,
    AttendanceEdge,
    UnitAttendance,
    Known,
    "units with their attendance"
);

/// How many years of a unit are told at once.
const MOST_YEARS: i32 = 10;

/// How many years of a unit are told when the caller does not say.
const YEARS: i32 = 5;

/// Chooses by whether units came.
#[derive(InputObject, Clone, Debug, Default)]
pub struct PresenceFilter {
    /// Exactly this one.
    eq: Option<Presence>,
    /// Any of these.
    #[graphql(name = "in")]
    any: Option<Vec<Presence>>,
}

/// Chooses by the number of a wave.
#[derive(InputObject, Clone, Debug, Default)]
pub struct WaveFilter {
    /// Exactly this one.
    eq: Option<i32>,
    /// Any of these, at most 100.
    #[graphql(name = "in")]
    any: Option<Vec<i32>>,
}

/// Which units are wanted; everything given has to hold.
#[derive(InputObject, Clone, Debug, Default)]
pub struct AttendanceFilter {
    /// Exactly these units.
    unit: Option<IdFilter>,
    /// By their tier when they were invited.
    tier: Option<TierFilter>,
    /// Of units that lay in these provinces when they were invited, and of the provinces themselves.
    province: Option<IdFilter>,
    /// Invited to these waves of the series.
    wave: Option<WaveFilter>,
    /// Counts only what happened in these sessions.
    session: Option<IdFilter>,
    /// By what they answered.
    reply: Option<InvitationReplyFilter>,
    /// By what became of them.
    presence: Option<PresenceFilter>,
    /// Only units of which somebody came, or only those of which nobody did, excused or not.
    came: Option<bool>,
}

impl AttendanceFilter {
    fn resolve(self) -> Result<Filter, Error> {
        let PresenceFilter { eq, any } = self.presence.unwrap_or_default();
        let presence = either(eq, any)?;
        let WaveFilter { eq, any } = self.wave.unwrap_or_default();
        Ok(Filter {
            unit: ids(Kind::Unit, self.unit)?,
            tier: tiers(self.tier)?,
            province: ids(Kind::Unit, self.province)?,
            wave: either(eq, any)?,
            session: ids(Kind::EventSession, self.session)?,
            reply: self.reply.map(InvitationReplyFilter::resolve).transpose()?.flatten(),
            presence: presence.map(|wanted| wanted.into_iter().map(Into::into).collect()),
            came: self.came,
        })
    }
}

/// Somebody in a session of an event.
#[derive(SimpleObject, Clone)]
pub struct SessionAttendance {
    /// The session.
    session: EventSession,
    /// Whether they are there, were, or were not.
    presence: Presence,
    /// When they first came in, by the door; null where it says nothing.
    first_in: Option<DateTime>,
    /// When they last left, by the door; null while they are inside, and where it says nothing.
    last_out: Option<DateTime>,
    /// How long they were inside, of the times that have ended, seconds.
    seconds: i32,
}

/// Somebody at an event.
#[derive(SimpleObject, Clone)]
pub struct DelegateAttendance {
    /// Who.
    delegate: EventDelegate,
    /// What it comes to in all sessions that count.
    presence: Presence,
    /// Session by session.
    sessions: Vec<SessionAttendance>,
}

/// A unit at an event.
#[derive(Clone)]
pub struct UnitAttendance {
    event: Box<event::Model>,
    invitation: Option<Box<event_invitation::Model>>,
    unit: Uuid,
    tier: entity::enums::Tier,
    province: Option<Uuid>,
    presence: recap::Presence,
    people: Vec<DelegateAttendance>,
}

impl UnitAttendance {
    fn of(row: &Row<'_>, sessions: &[entity::event_session::Model]) -> Self {
        Self {
            event: Box::new(row.event.clone()),
            invitation: row.invitation.cloned().map(Box::new),
            unit: row.unit,
            tier: row.tier,
            province: row.province,
            presence: row.presence,
            people: row.people.iter().map(|person| of_person(person, sessions)).collect(),
        }
    }
}

fn of_person(person: &Person<'_>, sessions: &[entity::event_session::Model]) -> DelegateAttendance {
    let in_session = |of: &recap::InSession| {
        let row = sessions.iter().find(|row| row.id == of.session)?;
        Some(SessionAttendance {
            session: EventSession(row.clone()),
            presence: of.presence.into(),
            first_in: of.first_in.map(DateTime),
            last_out: of.last_out.map(DateTime),
            seconds: i32::try_from(of.seconds).unwrap_or(i32::MAX),
        })
    };
    let delegate: &event_delegate::Model = person.row;
    DelegateAttendance {
        delegate: EventDelegate(delegate.clone()),
        presence: person.presence.into(),
        sessions: person.sessions.iter().filter_map(in_session).collect(),
    }
}

/// A unit at an event, and who of it came: what is sealed, before that what the door says and what was excused. Read by whoever
/// reads its invitation.
#[Object]
impl UnitAttendance {
    /// The event: of a series, the wave.
    async fn event(&self) -> Event {
        Event::from((*self.event).clone())
    }

    /// The invitation; null of a unit that came without one, which only the host and those above it read.
    async fn invitation(&self) -> Option<EventInvitation> {
        self.invitation.as_deref().cloned().map(EventInvitation)
    }

    /// The unit.
    async fn unit(&self) -> Unit {
        Unit(self.unit)
    }

    /// Its tier when it was invited.
    async fn tier(&self) -> Tier {
        self.tier.into()
    }

    /// The province it lay in when it was invited, or itself; null for RI.
    async fn province(&self) -> Option<Unit> {
        self.province.map(Unit)
    }

    /// What it comes to: a unit came when somebody of it did; it is excused when the whole of it is, or everybody it sends.
    async fn presence(&self) -> Presence {
        self.presence.into()
    }

    /// Everybody who is expected for it, or was let in.
    async fn delegates(&self) -> &[DelegateAttendance] {
        &self.people
    }
}

/// How many units and people there are, by what became of them.
#[derive(SimpleObject, Clone, Copy, Debug)]
pub struct AttendanceCount {
    /// Invited units: `confirmed` + `declined` + `noReply`, and also `came` + `excused` + `absent` + `expected`.
    invited: i32,
    /// Units that said they come.
    confirmed: i32,
    /// Units that said they do not.
    declined: i32,
    /// Units that have not answered.
    no_reply: i32,
    /// Invited units of which somebody came.
    came: i32,
    /// Invited units of which nobody came, and that were excused, or everybody they send was.
    excused: i32,
    /// Invited units of which nobody came and that are not excused.
    absent: i32,
    /// Invited units that can still come.
    expected: i32,
    /// People whom invited units send: `delegatesPresent` + `delegatesExcused` + `delegatesAbsent` + `delegatesExpected`.
    delegates: i32,
    /// Those who came.
    delegates_present: i32,
    /// Those who did not and were excused.
    delegates_excused: i32,
    /// Those who did not and were not excused.
    delegates_absent: i32,
    /// Those who can still come.
    delegates_expected: i32,
    /// Units that were let in without an invitation; not among `invited`.
    uninvited: i32,
    /// How many of their people came; not among `delegates`.
    uninvited_present: i32,
}

impl From<Count> for AttendanceCount {
    fn from(count: Count) -> Self {
        let saturated = |number: i64| i32::try_from(number).unwrap_or(i32::MAX);
        Self {
            invited: saturated(count.invited),
            confirmed: saturated(count.confirmed),
            declined: saturated(count.declined),
            no_reply: saturated(count.no_reply),
            came: saturated(count.came),
            excused: saturated(count.excused),
            absent: saturated(count.absent),
            expected: saturated(count.expected),
            delegates: saturated(count.delegates),
            delegates_present: saturated(count.delegates_present),
            delegates_excused: saturated(count.delegates_excused),
            delegates_absent: saturated(count.delegates_absent),
            delegates_expected: saturated(count.delegates_expected),
            uninvited: saturated(count.uninvited),
            uninvited_present: saturated(count.uninvited_present),
        }
    }
}

/// A group of what is counted. Of tier, province, wave and session it has the one it is grouped by.
#[derive(SimpleObject, Clone)]
pub struct AttendanceGroup {
    /// The tier.
    tier: Option<Tier>,
    /// The province; null also of what lies in none.
    province: Option<Unit>,
    /// The wave; null also of what belongs to none.
    wave: Option<i32>,
    /// The session.
    session: Option<EventSession>,
    /// How many.
    count: AttendanceCount,
}

/// What the attendance at an event comes to.
#[derive(SimpleObject)]
pub struct AttendanceRecap {
    /// All of it together.
    total: AttendanceCount,
    /// Group by group: tiers from the highest down, provinces by their codes, waves and sessions in their order. Groups of
    /// which nobody was invited are left out. Tiers, provinces and waves add up to the total; sessions each count everybody.
    groups: Vec<AttendanceGroup>,
}

/// A unit's attendance in a year.
#[derive(SimpleObject)]
pub struct AttendanceYear {
    /// The year in which the events began, in the zones of their places.
    year: i32,
    /// How often it was invited, came, was excused and was absent.
    count: AttendanceCount,
    /// The events, the earliest first, as far as you may read its invitations.
    events: Vec<UnitAttendance>,
}

#[derive(Default)]
pub struct AttendanceQuery;

#[Object]
impl AttendanceQuery {
    /// Who came to an event, unit by unit in the order of the hierarchy; of a series, to its waves. The host and those above it
    /// read all of it, everybody else that of their own unit and of the units beneath. Null when there is no such event that
    /// you may see.
    #[expect(clippy::too_many_arguments, reason = "they are the arguments of a connection")]
    async fn attendance(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The event, or the series.")] event: ID,
        #[graphql(desc = "Which units.")] filter: Option<AttendanceFilter>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Option<async_graphql::Result<AttendanceConnection>> {
        let listed = async {
            let session = ctx.session()?;
            let filter = filter.unwrap_or_default().resolve()?;
            let arguments = Arguments {
                first,
                last,
                after,
                before,
            };
            let event = Kind::Event.uuid(&event)?;
            let gathered = query::gathered(session.services.db.reader(), &session.actor, event).await?;
            let Some(gathered) = gathered else { return Ok(None) };
            let rows = recap::rows(&gathered, &filter, &session.actor.directory.tree);
            let (page, total) = arguments.page_of("attendance", rows, Row::key, false)?;
            let page = page.map(|(cursor, row)| (cursor, UnitAttendance::of(&row, &gathered.sessions)));
            Ok::<_, async_graphql::Error>(Some(AttendanceConnection::new(page, total)))
        };
        listed.await.transpose()
    }

    /// What the attendance at an event comes to, in numbers that agree with `attendance` by the same filter; of a series, over
    /// its waves. Null when there is no such event that you may see.
    async fn attendance_recap(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The event, or the series.")] event: ID,
        #[graphql(desc = "What is counted together.")] group_by: AttendanceGrouping,
        #[graphql(desc = "Which units are counted.")] filter: Option<AttendanceFilter>,
    ) -> Option<async_graphql::Result<AttendanceRecap>> {
        let counted = async {
            let session = ctx.session()?;
            let filter = filter.unwrap_or_default().resolve()?;
            let event = Kind::Event.uuid(&event)?;
            let gathered = query::gathered(session.services.db.reader(), &session.actor, event).await?;
            let Some(gathered) = gathered else { return Ok(None) };
            let tree = &session.actor.directory.tree;
            let (total, groups) = recap::recap(&gathered, &filter, group_by.into(), tree);
            let groups = groups.into_iter().map(|group| group_of(group, &gathered.sessions));
            Ok::<_, async_graphql::Error>(Some(AttendanceRecap {
                total: total.into(),
                groups: groups.collect(),
            }))
        };
        counted.await.transpose()
    }

    /// To which events a unit was invited over the years and whether it came, as far as you may read its invitations; the
    /// latest year first, years without an invitation left out. Cancelled events are not counted.
    async fn unit_attendance(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The unit.")] unit: ID,
        #[graphql(desc = "From this year on; left out: the last five years.")] from: Option<i32>,
        #[graphql(desc = "Until the end of this year, at most ten in all; left out: this year and what lies ahead.")]
        until: Option<i32>,
    ) -> async_graphql::Result<Vec<AttendanceYear>> {
        let session = ctx.session()?;
        let unit = Kind::Unit.uuid(&unit)?;
        let (from, until) = years((from, until), session.actor.today.year())?;
        let reader = session.services.db.reader();
        // A day around, since years begin at different moments in the three zones.
        let begins = |year: i32| {
            NaiveDate::from_ymd_opt(year, 1, 1)
                .unwrap_or_default()
                .and_time(NaiveTime::MIN)
        };
        let within = (
            (begins(from) - Duration::days(1)).and_utc(),
            (begins(until + 1) + Duration::days(1)).and_utc(),
        );
        let gathered = query::of_unit(reader, &session.actor, unit, within).await?;
        let mut rows = recap::rows(&gathered, &Filter::default(), &session.actor.directory.tree);
        rows.sort_by_key(|row| (row.event.starts_at, row.event.id));
        let year_of = |row: &Row<'_>| day_in(&row.event.time_zone, row.event.starts_at).year();
        let years = (from..=until).rev().map(|year| {
            let rows: Vec<&Row<'_>> = rows.iter().filter(|row| year_of(row) == year).collect();
            AttendanceYear {
                year,
                count: Count::of(rows.iter().copied()).into(),
                events: rows
                    .iter()
                    .map(|row| UnitAttendance::of(row, &gathered.sessions))
                    .collect(),
            }
        });
        Ok(years.filter(|year| !year.events.is_empty()).collect())
    }
}

/// From which year until which.
fn years((from, until): (Option<i32>, Option<i32>), this: i32) -> Result<(i32, i32), Error> {
    // Events are held two years ahead at most.
    let latest = this + 2;
    let until = until.unwrap_or(latest);
    let from = from.unwrap_or(until.min(this) - YEARS + 1);
    let sound = EARLIEST_YEAR <= from && from <= until && until <= latest;
    if sound && until - from < MOST_YEARS {
        return Ok((from, until));
    }
    Err(Error::bad_input(
        format!("Tahun terletak antara {EARLIEST_YEAR} dan {latest}, paling banyak {MOST_YEARS} sekaligus."),
        format!("Years lie between {EARLIEST_YEAR} and {latest}, at most {MOST_YEARS} at once."),
    ))
}

fn group_of((group, count): (Group, Count), sessions: &[entity::event_session::Model]) -> AttendanceGroup {
    let blank = AttendanceGroup {
        tier: None,
        province: None,
        wave: None,
        session: None,
        count: count.into(),
    };
    match group {
        Group::Tier(tier) => AttendanceGroup {
            tier: Some(tier.into()),
            ..blank
        },
        Group::Province(province) => AttendanceGroup {
            province: province.map(Unit),
            ..blank
        },
        Group::Wave(wave) => AttendanceGroup { wave, ..blank },
        Group::Session(session) => AttendanceGroup {
            session: sessions.iter().find(|row| row.id == session).cloned().map(EventSession),
            ..blank
        },
    }
}
