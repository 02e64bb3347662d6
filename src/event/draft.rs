//! What an event has to be before it is kept: pure but for the directory, and everything that is wrong is told at once.
use chrono::{DateTime, Utc};
use entity::{
    enums::{EventKind, EventMode, SpeakerRole},
    event::Audience,
};
use serde::Serialize;
use url::Url;
use uuid::Uuid;

use crate::{
    clock::day_in_jakarta,
    error::{Code, Refusal},
    faults::{LONGEST_NAME, fault, few, named, short, within},
    input::{Wrong, invalid, near, time_zone},
    legal_basis::{self, LegalBasis},
    locale::Text,
    session::Actor,
    territory::directory::is_valid,
};

/// The longest description, characters.
pub const LONGEST_DESCRIPTION: usize = 10_000;

/// The longest address of a meeting online, characters.
const LONGEST_URL: usize = 1_000;

/// How many delegates a unit may name at most.
pub const MOST_DELEGATES: i32 = 100;

/// How many sessions an event has at most.
pub const MOST_SESSIONS: usize = 100;

/// How many speakers and materials an event has at most.
const MOST_NAMED: usize = 200;

/// How many units a list may name: every kabupaten/kota and provinsi there is.
const MOST_LISTED: usize = 600;

/// An event as it is meant to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Plan {
    pub title: String,
    pub kinds: Vec<EventKind>,
    pub mode: EventMode,
    pub description: Option<String>,
    pub place: Option<String>,
    pub online_url: Option<String>,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub time_zone: String,
    pub quota: i32,
    pub capacity: Option<i32>,
    pub audience: Audience,
    pub reply_by: DateTime<Utc>,
    pub letter: Option<LegalBasis>,
    pub letter_file: Option<Uuid>,
    /// Empty: one as long as the event.
    pub sessions: Vec<Session>,
    pub speakers: Vec<Speaker>,
    pub materials: Vec<Material>,
}

/// A part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Session {
    /// One that is there already.
    pub id: Option<Uuid>,
    pub title: String,
    pub place: Option<String>,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub counted: bool,
}

/// Who opens it, speaks or moderates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Speaker {
    pub role: SpeakerRole,
    /// Somebody with an account, or else a name.
    pub account: Option<Uuid>,
    pub name: Option<String>,
    pub title: Option<String>,
    /// The place of the session in the list, from 0 up; none: of the event as a whole.
    pub session: Option<usize>,
}

/// A file that belongs to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Material {
    pub file: Uuid,
    pub title: String,
    /// The place of the session in the list, from 0 up.
    pub session: Option<usize>,
}

/// Everything that is wrong with a plan of a host. Speakers who were named before are not asked for again: they may have been
/// erased since, or be known to the host no more.
///
/// # Errors
/// All of it at once.
pub fn check(
    plan: &Plan,
    (host, speakers): (Uuid, Speakers),
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<(), crate::error::Error> {
    let mut wrong = Wrong::default();
    wrong.extend(named("title", &plan.title, LONGEST_NAME));
    wrong.extend(short(
        "description",
        plan.description.as_deref().unwrap_or_default(),
        LONGEST_DESCRIPTION,
    ));
    if plan.kinds.is_empty() {
        wrong.extend([fault(
            Code::Required,
            "Sebutkan jenis kegiatan.",
            "Say what kind of event it is.",
        )
        .at(["kinds"])]);
    }
    if (1..plan.kinds.len()).any(|place| plan.kinds[..place].contains(&plan.kinds[place])) {
        wrong.extend([invalid(
            "kinds",
            "Jenis ini disebut dua kali.",
            "A kind is named twice.",
        )]);
    }
    wrong.extend(places(plan));
    wrong.note(time_zone(&plan.time_zone));
    wrong.extend(moments(plan, now));
    wrong.extend(numbers(plan));
    wrong.extend(legal_basis::faults(
        plan.letter.as_ref(),
        plan.letter_file.is_some(),
        day_in_jakarta(now),
    ));
    wrong.extend(audience(&plan.audience, host, actor));
    wrong.extend(sessions(plan));
    wrong.extend(people(plan, speakers, actor));
    wrong.extend(materials(plan));
    wrong.settle()
}

fn places(plan: &Plan) -> Vec<Refusal> {
    let mut faults = Vec::new();
    let missing = |field: &'static str| fault(Code::Required, "Isian ini wajib.", "This is required.").at([field]);
    let (in_person, online) = match plan.mode {
        EventMode::InPerson => (true, false),
        EventMode::Online => (false, true),
        EventMode::Hybrid => (true, true),
    };
    match &plan.place {
        Some(place) => faults.extend(named("place", place, LONGEST_NAME)),
        None if in_person => faults.push(missing("place")),
        None => {}
    }
    match &plan.online_url {
        Some(url) => faults.extend(address(url)),
        None if online => faults.push(missing("onlineUrl")),
        None => {}
    }
    faults
}

/// An address is followed by people who trust the letter: it is one of the web, and encrypted.
fn address(url: &str) -> Option<Refusal> {
    if let Some(long) = short("onlineUrl", url, LONGEST_URL) {
        return Some(long);
    }
    let sound = Url::parse(url).is_ok_and(|url| url.scheme() == "https" && url.has_host());
    (!sound).then(|| {
        invalid(
            "onlineUrl",
            "Alamat pertemuan dimulai dengan https://.",
            "The address of the meeting begins with https://.",
        )
    })
}

fn moments(plan: &Plan, now: DateTime<Utc>) -> Vec<Refusal> {
    let named = [
        ("startsAt", plan.starts_at),
        ("endsAt", plan.ends_at),
        ("replyBy", plan.reply_by),
    ];
    let mut faults: Vec<Refusal> = named
        .into_iter()
        .filter_map(|(field, moment)| near(field, moment, now).err())
        .collect();
    if plan.ends_at <= plan.starts_at {
        faults.push(invalid(
            "endsAt",
            "Kegiatan berakhir setelah dimulai.",
            "An event ends after it begins.",
        ));
    }
    if plan.starts_at < plan.reply_by {
        faults.push(invalid(
            "replyBy",
            "Jawaban ditunggu paling lambat saat kegiatan dimulai.",
            "Replies are awaited until the event begins at the latest.",
        ));
    }
    faults
}

fn numbers(plan: &Plan) -> Vec<Refusal> {
    let mut faults = crate::faults::of_bounds("quota", (1, plan.quota), MOST_DELEGATES);
    if let Some(capacity) = plan.capacity {
        faults.extend(crate::faults::of_bounds("capacity", (1, capacity), 1_000_000));
    }
    faults
}

/// What is wrong with the rule by which units are invited. That it invites somebody is asked when it is published.
fn audience(audience: &Audience, host: Uuid, actor: &Actor) -> Vec<Refusal> {
    let tree = &actor.directory.tree;
    let lists = [
        ("beneath", &audience.beneath),
        ("units", &audience.units),
        ("except", &audience.except),
    ];
    let mut faults = Vec::new();
    for (field, units) in lists {
        faults.extend(few(units.len(), MOST_LISTED).map(|fault| fault.at(["audience", field])));
        let exists = |unit: &Uuid| {
            let row = tree.get(*unit);
            tree.is_within(*unit, host) && row.is_some_and(|row| is_valid(actor.today, row.formed_on, row.dissolved_on))
        };
        let strangers = units.iter().enumerate().filter(|(_place, unit)| !exists(unit));
        faults.extend(strangers.map(|(place, _unit)| {
            let text = Text::new(
                "Tidak ada unit seperti ini di bawah penyelenggara.",
                "There is no such unit beneath the host.",
            );
            let path = ["audience".to_owned(), field.to_owned(), place.to_string()];
            Refusal::new(Code::NotFound, text).at(path)
        }));
    }
    let narrowed = lists.iter().any(|(_field, units)| !units.is_empty()) || !audience.positions.is_empty();
    if audience.tiers.is_empty() && narrowed {
        let text = Text::new("Sebutkan tingkat yang diundang.", "Say which tiers are invited.");
        faults.push(Refusal::new(Code::Required, text).at(["audience", "tiers"]));
    }
    faults
}

fn sessions(plan: &Plan) -> Vec<Refusal> {
    let mut faults: Vec<Refusal> = few(plan.sessions.len(), MOST_SESSIONS).into_iter().collect();
    if !plan.sessions.is_empty() && plan.sessions.iter().all(|session| !session.counted) {
        faults.push(fault(
            Code::Invalid,
            "Kehadiran dicatat paling sedikit dalam satu sesi.",
            "Attendance is taken in at least one session.",
        ));
    }
    for (place, session) in plan.sessions.iter().enumerate() {
        let mut of_one: Vec<Refusal> = named("title", &session.title, LONGEST_NAME).into_iter().collect();
        of_one.extend(short(
            "place",
            session.place.as_deref().unwrap_or_default(),
            LONGEST_NAME,
        ));
        if session.ends_at <= session.starts_at || session.starts_at < plan.starts_at || plan.ends_at < session.ends_at
        {
            of_one.push(invalid(
                "endsAt",
                "Sesi terletak dalam waktu kegiatan dan berakhir setelah dimulai.",
                "A session lies within the event, and ends after it begins.",
            ));
        }
        faults.extend(within(place, of_one));
    }
    faults.into_iter().map(|fault| fault.within(["sessions"])).collect()
}

/// Whether the speakers of a plan are named by it, or were before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speakers {
    Named,
    Kept,
}

fn people(plan: &Plan, speakers: Speakers, actor: &Actor) -> Vec<Refusal> {
    let mut faults: Vec<Refusal> = few(plan.speakers.len(), MOST_NAMED).into_iter().collect();
    for (place, speaker) in plan.speakers.iter().enumerate() {
        let mut of_one = match speakers {
            Speakers::Named => person(
                (speaker.account, speaker.name.as_deref()),
                speaker.title.as_deref(),
                actor,
            ),
            Speakers::Kept => Vec::new(),
        };
        of_one.extend(session_named(speaker.session, plan));
        faults.extend(within(place, of_one));
    }
    faults.into_iter().map(|fault| fault.within(["speakers"])).collect()
}

/// What is wrong with how a person is named: by an account the actor may know, or by a name.
#[must_use]
pub fn person((account, name): (Option<Uuid>, Option<&str>), title: Option<&str>, actor: &Actor) -> Vec<Refusal> {
    let mut faults: Vec<Refusal> = short("title", title.unwrap_or_default(), LONGEST_NAME)
        .into_iter()
        .collect();
    match (account, name) {
        (Some(account), None) => {
            let known = crate::identity::reach::knows(actor, account)
                && actor.directory.person(account).is_some_and(|person| !person.erased);
            if !known {
                faults
                    .push(fault(Code::NotFound, "Orang tidak ditemukan.", "The person was not found.").at(["account"]));
            }
        }
        (None, Some(name)) => faults.extend(named("name", name, LONGEST_NAME)),
        (Some(_), Some(_)) | (None, None) => faults.push(
            fault(
                Code::Invalid,
                "Sebutkan akun atau nama, salah satu.",
                "Name an account or a name, one of the two.",
            )
            .at(["name"]),
        ),
    }
    faults
}

fn materials(plan: &Plan) -> Vec<Refusal> {
    let mut faults: Vec<Refusal> = few(plan.materials.len(), MOST_NAMED).into_iter().collect();
    for (place, material) in plan.materials.iter().enumerate() {
        let mut of_one: Vec<Refusal> = named("title", &material.title, LONGEST_NAME).into_iter().collect();
        of_one.extend(session_named(material.session, plan));
        faults.extend(within(place, of_one));
    }
    faults.into_iter().map(|fault| fault.within(["materials"])).collect()
}

fn session_named(session: Option<usize>, plan: &Plan) -> Option<Refusal> {
    session.filter(|place| plan.sessions.len() <= *place).map(|_place| {
        invalid(
            "session",
            "Tidak ada sesi pada urutan ini; hitungan dimulai dari 0.",
            "There is no session at this place; they are counted from 0.",
        )
    })
}
