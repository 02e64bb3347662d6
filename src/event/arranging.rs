//! Drafting an event and changing it.
use chrono::{DateTime, Utc};
use entity::{
    enums::{EventActKind, EventStatus, RecordType},
    event, event_invitation, event_material, event_session, event_speaker,
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::Expr};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    draft::{self, Plan},
    query,
    sight::{self, not_found, stale},
    trace::{About, Act, record},
};
use crate::{
    authz::{ActingSeat, policy::event::Action},
    clock::new_id,
    command::{self, Begun, Replay, Write},
    db::insert_all,
    error::{Code, Error, Refusal},
    file::attachment,
    input::{invalid, trimmed},
    locale::Text,
    session::Session,
};

/// An event to be drafted.
#[derive(Clone, Debug, Serialize)]
pub struct Create {
    pub plan: Plan,
    /// The series it is a wave of, and which.
    pub wave_of: Option<(Uuid, i32)>,
    pub seat: Option<Uuid>,
}

/// Drafts an event of the unit of the seat that acts.
///
/// # Errors
/// `Forbidden`, `SeatAmbiguous`, `NotFound` for the series, units, people and files, and `Required`, `TooLong` and `Invalid`
/// for everything that does not fit, all at once.
pub async fn create(session: &Session, field: &str, input: Create) -> Result<event::Model, Error> {
    let write = match command::begin(session, field, "createEvent", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let seat = write.actor.seat_that_may(input.seat, Refusal::forbidden(), |seat| {
        crate::authz::policy::event::decide(
            seat.function,
            Action::Prepare,
            write.actor.standing(seat, seat.unit),
            crate::authz::policy::event::Ties::default(),
        )
    })?;
    draft::check(
        &input.plan,
        (seat.unit, draft::Speakers::Named),
        &write.actor,
        write.now,
    )?;
    if let Some((series, wave)) = input.wave_of {
        check_series(&write, seat, series, wave).await?;
    }
    let blank = event::Model {
        id: new_id(write.now),
        unit_id: seat.unit,
        parent_id: input.wave_of.map(|(series, _wave)| series),
        wave: input.wave_of.map(|(_series, wave)| wave),
        title: String::new(),
        kinds: event::Kinds::default(),
        mode: input.plan.mode,
        description: None,
        place: None,
        online_url: None,
        starts_at: input.plan.starts_at,
        ends_at: input.plan.ends_at,
        time_zone: String::new(),
        quota: input.plan.quota,
        capacity: None,
        audience: event::Audience::default(),
        reply_by: input.plan.reply_by,
        letter_number: None,
        letter_date: None,
        letter_file_id: None,
        minutes: None,
        minutes_file_id: None,
        status: EventStatus::Draft,
        published_at: None,
        reminded_at: None,
        finalised_at: None,
        sha256: None,
        head_position: None,
        head_link: None,
        version: 1,
        created_at: write.now,
        created_by: write.actor.account,
    };
    let row = planned(blank, &input.plan)?;
    // A file that is not there is told, not stumbled over.
    hold_files(&write, row.id, &input.plan).await?;
    row.clone().into_active_model().insert(write.connection()).await?;
    write_programme(&write, &row, &input.plan, &[]).await?;
    trace(&write, &row, seat, (EventActKind::Create, told(&row))).await?;
    write.commit(outcome(row.id)).await?;
    Ok(row)
}

/// A wave belongs to a series of the same host that is no wave itself and still being prepared or held.
async fn check_series(write: &Write, seat: ActingSeat, series: Uuid, wave: i32) -> Result<(), Error> {
    let found = query::held(write.connection(), &write.actor, series).await?;
    let found = found.filter(|row| row.unit_id == seat.unit);
    let row = found.ok_or_else(|| not_found().at(["series"]))?;
    let over = matches!(row.status, EventStatus::Final | EventStatus::Cancelled);
    if row.parent_id.is_some() || over {
        let text = Text::new(
            "Gelombang hanya dapat ditambahkan pada rangkaian yang masih berjalan dan bukan gelombang itu sendiri.",
            "Waves are added to a series that is not over, and that is no wave itself.",
        );
        return Err(Refusal::new(Code::Invalid, text).at(["series"]).into());
    }
    let waves = query::waves(write.connection(), &write.actor, &[series]).await?;
    if wave < 1 {
        return Err(invalid("wave", "Gelombang dihitung dari 1.", "Waves are counted from 1.").into());
    }
    let taken = |other: &event::Model| other.wave == Some(wave) && other.status != EventStatus::Cancelled;
    if waves.iter().any(taken) {
        let text = Text::new("Gelombang ini sudah ada.", "There is such a wave already.");
        return Err(Refusal::new(Code::AlreadyExists, text).at(["wave"]).into());
    }
    Ok(())
}

/// A change to an event: what is given replaces what there is.
#[derive(Clone, Debug, Serialize)]
pub struct Edit {
    pub event: Uuid,
    pub expected_version: i32,
    pub plan: Changes,
    pub seat: Option<Uuid>,
}

/// What of a plan is to change.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Changes {
    pub title: Option<String>,
    pub kinds: Option<Vec<entity::enums::EventKind>>,
    pub mode: Option<entity::enums::EventMode>,
    pub description: Option<Option<String>>,
    pub place: Option<Option<String>>,
    pub online_url: Option<Option<String>>,
    pub starts_at: Option<DateTime<Utc>>,
    pub ends_at: Option<DateTime<Utc>>,
    pub time_zone: Option<String>,
    pub quota: Option<i32>,
    pub capacity: Option<Option<i32>>,
    pub audience: Option<event::Audience>,
    pub reply_by: Option<DateTime<Utc>>,
    pub letter: Option<Option<crate::legal_basis::LegalBasis>>,
    pub letter_file: Option<Option<Uuid>>,
    pub sessions: Option<Vec<draft::Session>>,
    pub speakers: Option<Vec<draft::Speaker>>,
    pub materials: Option<Vec<draft::Material>>,
}

impl Changes {
    /// Whether anything changes but what is shown and said, which may change while it takes place.
    fn touches_arrangement(&self) -> bool {
        let Self {
            title,
            kinds,
            mode,
            description: _,
            place,
            online_url: _,
            starts_at,
            ends_at,
            time_zone,
            quota,
            capacity,
            audience,
            reply_by,
            letter,
            letter_file,
            sessions,
            speakers: _,
            materials: _,
        } = self;
        title.is_some()
            || kinds.is_some()
            || mode.is_some()
            || place.is_some()
            || starts_at.is_some()
            || ends_at.is_some()
            || time_zone.is_some()
            || quota.is_some()
            || capacity.is_some()
            || audience.is_some()
            || reply_by.is_some()
            || letter.is_some()
            || letter_file.is_some()
            || sessions.is_some()
    }

    fn on(self, plan: Plan) -> Plan {
        Plan {
            title: self.title.unwrap_or(plan.title),
            kinds: self.kinds.unwrap_or(plan.kinds),
            mode: self.mode.unwrap_or(plan.mode),
            description: self.description.unwrap_or(plan.description),
            place: self.place.unwrap_or(plan.place),
            online_url: self.online_url.unwrap_or(plan.online_url),
            starts_at: self.starts_at.unwrap_or(plan.starts_at),
            ends_at: self.ends_at.unwrap_or(plan.ends_at),
            time_zone: self.time_zone.unwrap_or(plan.time_zone),
            quota: self.quota.unwrap_or(plan.quota),
            capacity: self.capacity.unwrap_or(plan.capacity),
            audience: self.audience.unwrap_or(plan.audience),
            reply_by: self.reply_by.unwrap_or(plan.reply_by),
            letter: self.letter.unwrap_or(plan.letter),
            letter_file: self.letter_file.unwrap_or(plan.letter_file),
            sessions: self.sessions.unwrap_or(plan.sessions),
            speakers: self.speakers.unwrap_or(plan.speakers),
            materials: self.materials.unwrap_or(plan.materials),
        }
    }
}

/// Changes an event. While it takes place only what is shown and said of it; afterwards nothing. Who is invited stays once it
/// was published.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SeatAmbiguous`, `StaleVersion`, `WrongState`, and what [`create`] says of what does not fit.
pub async fn edit(session: &Session, field: &str, input: Edit) -> Result<event::Model, Error> {
    let write = match command::begin(session, field, "editEvent", &input).await? {
        Begun::Fresh(write) => write,
        Begun::Replay(replay) => return replayed(session, *replay).await,
    };
    let asked = (Action::Prepare, input.seat);
    let (row, seat) = sight::held(write.connection(), &write.actor, input.event, asked).await?;
    if row.version != input.expected_version {
        return Err(stale(&row).into());
    }
    check_open(&row, &input.plan)?;
    let rearranged = row.published_at.is_some() && input.plan.touches_arrangement();
    let (before, sessions) = plan_of(&write, &row).await?;
    let speakers = match input.plan.speakers {
        Some(_) => draft::Speakers::Named,
        None => draft::Speakers::Kept,
    };
    let plan = input.plan.on(before.clone());
    draft::check(&plan, (row.unit_id, speakers), &write.actor, write.now)?;
    check_sessions(&plan, &sessions)?;
    check_quota(&row, &plan)?;
    let after = planned(
        event::Model {
            version: row.version + 1,
            // Who was reminded of another day is reminded again.
            reminded_at: row.reminded_at.filter(|_reminded| row.starts_at == plan.starts_at),
            ..row.clone()
        },
        &plan,
    )?;
    hold_files(&write, after.id, &plan).await?;
    write_if_unchanged(&write, &row, &after).await?;
    write_programme(&write, &after, &plan, &sessions).await?;
    let_go(&write, after.id, &before, &plan).await?;
    if row.quota < after.quota {
        widen(&write, &after).await?;
    }
    if row.reply_by != after.reply_by {
        remind_again(&write, after.id).await?;
    }
    let mut details = told(&after);
    details["rearranged"] = rearranged.into();
    trace(&write, &after, seat, (EventActKind::Edit, details)).await?;
    write.commit(outcome(after.id)).await?;
    Ok(after)
}

/// Whether so much may still change.
fn check_open(row: &event::Model, changes: &Changes) -> Result<(), Refusal> {
    let open = match row.status {
        EventStatus::Draft => true,
        EventStatus::Published | EventStatus::RegistrationClosed | EventStatus::Postponed => {
            if changes.audience.is_some() {
                let text = Text::new(
                    "Undangan sudah dikirim; yang diundang tidak dapat diubah lagi, hanya ditambah.",
                    "Units have been invited; who is invited does not change any more, but for units invited later.",
                );
                return Err(Refusal::new(Code::WrongState, text).at(["audience"]));
            }
            true
        }
        EventStatus::Running | EventStatus::Ended => !changes.touches_arrangement(),
        EventStatus::Final | EventStatus::Cancelled => false,
    };
    if open { Ok(()) } else { Err(wrong_state(row.status)) }
}

/// That a command does not follow from where an event stands.
#[must_use]
pub fn wrong_state(status: EventStatus) -> Refusal {
    let (id, en) = match status {
        EventStatus::Draft => ("masih berupa rancangan", "still a draft"),
        EventStatus::Published => ("sudah diterbitkan", "published"),
        EventStatus::RegistrationClosed => ("sudah menutup pendaftaran", "closed for registration"),
        EventStatus::Running => ("sedang berlangsung", "running"),
        EventStatus::Ended => ("sudah berakhir", "over"),
        EventStatus::Final => ("sudah disegel", "sealed"),
        EventStatus::Cancelled => ("sudah dibatalkan", "cancelled"),
        EventStatus::Postponed => ("sedang ditunda", "postponed"),
    };
    let text = Text::new(
        format!("Kegiatan ini {id}; perintah tersebut tidak dapat dilakukan sekarang."),
        format!("This event is {en}; the command does not follow from there."),
    );
    Refusal::new(Code::WrongState, text).at(["event"])
}

/// The event as a plan, with its sessions in their order.
async fn plan_of(write: &Write, row: &event::Model) -> Result<(Plan, Vec<event_session::Model>), Error> {
    let connection = write.connection();
    let sessions = query::sessions(connection, &[row.id]).await?;
    let place_of = |id: Option<Uuid>| id.and_then(|id| sessions.iter().position(|session| session.id == id));
    let speakers = query::speakers(connection, &[row.id]).await?;
    let materials = query::materials(connection, &[row.id]).await?;
    let letter = row.letter_number.clone().zip(row.letter_date);
    let plan = Plan {
        title: row.title.clone(),
        kinds: row.kinds.0.clone(),
        mode: row.mode,
        description: row.description.clone(),
        place: row.place.clone(),
        online_url: row.online_url.clone(),
        starts_at: row.starts_at,
        ends_at: row.ends_at,
        time_zone: row.time_zone.clone(),
        quota: row.quota,
        capacity: row.capacity,
        audience: row.audience.clone(),
        reply_by: row.reply_by,
        letter: letter.map(|(number, date)| crate::legal_basis::LegalBasis { number, date }),
        letter_file: row.letter_file_id,
        speakers: speakers
            .into_iter()
            .map(|speaker| draft::Speaker {
                role: speaker.role,
                account: speaker.account_id,
                name: speaker.name,
                title: speaker.title,
                session: place_of(speaker.session_id),
            })
            .collect(),
        materials: materials
            .into_iter()
            .map(|material| draft::Material {
                file: material.file_id,
                title: material.title,
                session: place_of(material.session_id),
            })
            .collect(),
        sessions: sessions
            .iter()
            .map(|session| draft::Session {
                id: Some(session.id),
                title: session.title.clone(),
                place: session.place.clone(),
                starts_at: session.starts_at,
                ends_at: session.ends_at,
                counted: session.counted,
            })
            .collect(),
    };
    Ok((plan, sessions))
}

/// Sessions that are named to be there already are.
fn check_sessions(plan: &Plan, sessions: &[event_session::Model]) -> Result<(), Error> {
    let strange = |(place, session): (usize, &draft::Session)| {
        let id = session.id?;
        let earlier = plan.sessions.iter().take(place).any(|other| other.id == Some(id));
        (earlier || !sessions.iter().any(|row| row.id == id)).then(|| {
            let text = Text::new("Sesi tidak ditemukan.", "The session was not found.");
            let path = ["sessions".to_owned(), place.to_string(), "id".to_owned()];
            Refusal::new(Code::NotFound, text).at(path)
        })
    };
    let faults: Vec<Refusal> = plan.sessions.iter().enumerate().filter_map(strange).collect();
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::Refused(faults))
    }
}

/// The event as a plan says. Texts are kept without blanks around them.
fn planned(row: event::Model, plan: &Plan) -> Result<event::Model, Error> {
    let letter = plan.letter.as_ref().map(crate::legal_basis::LegalBasis::checked);
    let letter = letter.transpose()?;
    Ok(event::Model {
        title: plan.title.trim().to_owned(),
        kinds: event::Kinds(plan.kinds.clone()),
        mode: plan.mode,
        description: trimmed(plan.description.as_deref()),
        place: trimmed(plan.place.as_deref()),
        online_url: plan.online_url.clone(),
        starts_at: plan.starts_at,
        ends_at: plan.ends_at,
        time_zone: plan.time_zone.clone(),
        quota: plan.quota,
        capacity: plan.capacity,
        audience: plan.audience.clone(),
        reply_by: plan.reply_by,
        letter_number: letter.as_ref().map(|letter| letter.number.clone()),
        letter_date: letter.map(|letter| letter.date),
        letter_file_id: plan.letter_file,
        ..row
    })
}

/// Writes sessions, speakers and materials anew; sessions that stay keep their ids, by which people are present in them.
async fn write_programme(
    write: &Write,
    row: &event::Model,
    plan: &Plan,
    before: &[event_session::Model],
) -> Result<(), Error> {
    let connection = write.connection();
    let speakers_before = query::speakers(connection, &[row.id]).await?;
    event_speaker::Entity::delete_many()
        .filter(event_speaker::Column::EventId.eq(row.id))
        .exec(connection)
        .await?;
    event_material::Entity::delete_many()
        .filter(event_material::Column::EventId.eq(row.id))
        .exec(connection)
        .await?;
    let sessions = sessions_of(row, plan, before, write.now);
    event_session::Entity::delete_many()
        .filter(event_session::Column::EventId.eq(row.id))
        .filter(event_session::Column::Id.is_not_in(sessions.iter().map(|session| session.id)))
        .exec(connection)
        .await?;
    let (kept, new): (Vec<_>, Vec<_>) = sessions
        .iter()
        .cloned()
        .partition(|session| before.iter().any(|old| old.id == session.id));
    for session in kept {
        event_session::Entity::update(session.into_active_model().reset_all())
            .exec(connection)
            .await?;
    }
    insert_all(connection, new).await?;
    let (speakers, materials) = programme_of(row.id, plan, &sessions, write.now);
    insert_all(connection, with_their_ids(speakers, speakers_before)).await?;
    insert_all(connection, materials).await
}

/// The sessions of a plan; of one without any, one as long as the event.
pub(crate) fn sessions_of(
    row: &event::Model,
    plan: &Plan,
    before: &[event_session::Model],
    now: DateTime<Utc>,
) -> Vec<event_session::Model> {
    if plan.sessions.is_empty() {
        let kept = before.first();
        return vec![event_session::Model {
            id: kept.map_or_else(|| new_id(now), |kept| kept.id),
            event_id: row.id,
            position: 1,
            title: row.title.clone(),
            place: None,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            counted: true,
            join_code: None,
        }];
    }
    let session = |(session, position): (&draft::Session, i32)| {
        let old = before.iter().find(|old| Some(old.id) == session.id);
        event_session::Model {
            id: old.map_or_else(|| new_id(now), |old| old.id),
            event_id: row.id,
            position,
            title: session.title.trim().to_owned(),
            place: session.place.clone(),
            starts_at: session.starts_at,
            ends_at: session.ends_at,
            counted: session.counted,
            join_code: old.and_then(|old| old.join_code.clone()),
        }
    };
    plan.sessions.iter().zip(1..).map(session).collect()
}

/// Speakers who are still called the same keep their ids, by which they are erased.
fn with_their_ids(
    speakers: Vec<event_speaker::Model>,
    mut before: Vec<event_speaker::Model>,
) -> Vec<event_speaker::Model> {
    let kept = |speaker: event_speaker::Model| {
        let same = |old: &event_speaker::Model| old.account_id == speaker.account_id && old.name == speaker.name;
        match before.iter().position(same) {
            Some(place) => event_speaker::Model {
                id: before.remove(place).id,
                ..speaker
            },
            None => speaker,
        }
    };
    speakers.into_iter().map(kept).collect()
}

/// Who speaks, and the materials.
pub(crate) fn programme_of(
    event_id: Uuid,
    plan: &Plan,
    sessions: &[event_session::Model],
    now: DateTime<Utc>,
) -> (Vec<event_speaker::Model>, Vec<event_material::Model>) {
    let session_at = |place: Option<usize>| place.and_then(|place| sessions.get(place)).map(|session| session.id);
    let speakers = plan
        .speakers
        .iter()
        .zip(1..)
        .map(|(speaker, position)| event_speaker::Model {
            id: new_id(now),
            event_id,
            session_id: session_at(speaker.session),
            position,
            role: speaker.role,
            account_id: speaker.account,
            name: trimmed(speaker.name.as_deref()),
            title: speaker.title.clone(),
        });
    let materials = plan
        .materials
        .iter()
        .zip(1..)
        .map(|(material, position)| event_material::Model {
            id: new_id(now),
            event_id,
            session_id: session_at(material.session),
            file_id: material.file,
            title: material.title.trim().to_owned(),
            position,
        });
    (speakers.collect(), materials.collect())
}

/// Makes the event hold its letter and its materials.
async fn hold_files(write: &Write, event: Uuid, plan: &Plan) -> Result<(), Error> {
    let letter = plan.letter_file.map(|file| (file, vec!["letterFile".to_owned()]));
    let materials = plan.materials.iter().enumerate().map(|(place, material)| {
        let path = vec!["materials".to_owned(), place.to_string(), "file".to_owned()];
        (material.file, path)
    });
    let mut missing = Vec::new();
    for (file, path) in letter.into_iter().chain(materials) {
        let record = (RecordType::Event, event);
        if !attachment::hold_letter(write.connection(), &write.actor, record, file, write.now).await? {
            missing.push(attachment::not_found().at(path));
        }
    }
    if missing.is_empty() {
        Ok(())
    } else {
        Err(Error::Refused(missing))
    }
}

/// Lets go of files the event does not name any more.
async fn let_go(write: &Write, event: Uuid, before: &Plan, after: &Plan) -> Result<(), Error> {
    let files = |plan: &Plan| {
        let materials = plan.materials.iter().map(|material| material.file);
        plan.letter_file.into_iter().chain(materials).collect::<Vec<_>>()
    };
    let kept = files(after);
    for file in files(before).into_iter().filter(|file| !kept.contains(file)) {
        attachment::let_go(write.connection(), event, file, write.now).await?;
    }
    Ok(())
}

/// Units may have named as many as they were told to: the quota only grows once they were invited.
fn check_quota(row: &event::Model, plan: &Plan) -> Result<(), Refusal> {
    if row.published_at.is_none() || row.quota <= plan.quota {
        return Ok(());
    }
    Err(invalid(
        "quota",
        "Kuota tidak dapat dikurangi setelah undangan dikirim.",
        "The quota cannot be lowered once units were invited.",
    ))
}

/// Lets invited units name as many as the event allows now.
async fn widen(write: &Write, row: &event::Model) -> Result<(), Error> {
    event_invitation::Entity::update_many()
        .col_expr(event_invitation::Column::Quota, Expr::value(row.quota))
        .col_expr(event_invitation::Column::Version, Expr::cust("version + 1"))
        .filter(event_invitation::Column::EventId.eq(row.id))
        .filter(event_invitation::Column::Quota.lt(row.quota))
        .exec(write.connection())
        .await?;
    Ok(())
}

/// Units that were reminded of another day are reminded again.
async fn remind_again(write: &Write, event: Uuid) -> Result<(), Error> {
    event_invitation::Entity::update_many()
        .col_expr(event_invitation::Column::RemindedAt, Expr::cust("NULL"))
        .filter(event_invitation::Column::EventId.eq(event))
        .filter(event_invitation::Column::RemindedAt.is_not_null())
        .exec(write.connection())
        .await?;
    Ok(())
}

async fn trace(
    write: &Write,
    row: &event::Model,
    seat: ActingSeat,
    (kind, details): (EventActKind, Value),
) -> Result<(), Error> {
    let act = Act {
        kind,
        about: About::Event,
        details,
        reason: None,
    };
    record(write, row, seat, act).await.map(drop)
}

/// What of an event every act on it tells.
#[must_use]
pub fn told(row: &event::Model) -> Value {
    json!({
        "version": row.version,
        "status": row.status,
        "kinds": row.kinds,
        "mode": row.mode,
        "startsAt": row.starts_at,
        "endsAt": row.ends_at,
        "timeZone": row.time_zone,
        "replyBy": row.reply_by,
        "quota": row.quota,
        "capacity": row.capacity,
        "audience": row.audience,
        "series": row.parent_id,
        "wave": row.wave,
    })
}

/// Writes an event where it is still as it was decided on.
///
/// # Errors
/// `StaleVersion`; the database's.
pub async fn write_if_unchanged(write: &Write, before: &event::Model, after: &event::Model) -> Result<(), Error> {
    let written = event::Entity::update_many()
        .set(after.clone().into_active_model().reset_all())
        .filter(event::Column::Id.eq(before.id))
        .filter(event::Column::Version.eq(before.version))
        .filter(event::Column::Status.eq(before.status))
        .exec(write.connection())
        .await?;
    if written.rows_affected == 1 {
        Ok(())
    } else {
        Err(stale(before).into())
    }
}

pub(super) fn outcome(event: Uuid) -> Value {
    json!({ "event": event })
}

/// Renders the outcome of an earlier run again, by what the caller may see now.
pub(super) async fn replayed(session: &Session, Replay { actor, outcome }: Replay) -> Result<event::Model, Error> {
    let id = outcome["event"].as_str().and_then(|id| id.parse().ok());
    let id: Uuid = id.ok_or_else(|| Error::internal("an outcome without an event"))?;
    let found = query::by_ids(session.services.db.reader(), &actor, &[id]).await?;
    found.into_iter().next().ok_or_else(|| not_found().at(["event"]).into())
}
