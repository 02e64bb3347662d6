//! March 2025: the third wave of a consolidation meets in Batam, after the one that news told of, and Ponorogo meets with its
//! kecamatan in a hotel without signal. Batam is sealed, with recommendations and certificates; at Ponorogo something is left for
//! everybody to do: a walk-in, an excuse, sheets to verify, an objection.
use chrono::{DateTime, Duration, Utc};
use entity::{
    enums::{EventKind, EventMode, Position, PresenceClaim, ScanDirection, ScanMethod, SpeakerRole, Tier},
    event, event_delegate, event_invitation,
    rubric::{Anchor, Criterion, Scale, Score},
};
use uuid::Uuid;

use super::{
    offices,
    story::{Teller, day, moment},
};
use crate::{
    app::StartError,
    clock::StillClock,
    error::Error,
    event::{
        arranging::{self, Create},
        attendance::{
            excusing::{self, Ask},
            sealing,
            workflow::Step as SheetStep,
            writing::{self, Edit, Said},
        },
        certifying,
        door::{
            desk::Caller,
            device,
            scanning::{self, Entry, Scans, Shown},
            walk_in,
        },
        draft::{Plan, Session as Part, Speaker},
        evaluation::{self, Answer as SaidOfIt, Evaluate},
        outcome::{self, Recommended, Record},
        query,
        replying::{self, Answer, Named, Reply},
        running::{self, Advance, Publish},
        workflow::Step,
    },
    legal_basis::LegalBasis,
    review::rubric::service::{self as rubrics, Asked, Content},
    session::Session,
};

/// The provinces of the third wave. The source names none; these thirteen have 171 kabupaten/kota together.
const THIRD_WAVE: [&str; 13] = [
    "11", "12", "13", "14", "15", "16", "17", "18", "19", "21", "31", "34", "76",
];

/// Those of Lampung that come, that decline, and that are excused; the others do not answer.
const COME: [&str; 9] = [
    "18.01", "18.02", "18.03", "18.04", "18.05", "18.06", "18.07", "18.71", "18.72",
];
const DECLINES: &str = "18.08";
const EXCUSED: &str = "18.72";

/// Tells it.
///
/// # Errors
/// What the commands say, should one be refused.
pub(super) async fn tell(teller: &Teller<'_>, clock: &StillClock) -> Result<(), StartError> {
    batam(teller, clock).await?;
    ponorogo(teller, clock).await?;
    Ok(())
}

/// What every event of the demo has in common.
fn plan(title: &str, (from, until): (DateTime<Utc>, DateTime<Utc>), place: &str) -> Result<Plan, Error> {
    Ok(Plan {
        title: title.to_owned(),
        kinds: vec![EventKind::RapatKoordinasi],
        mode: EventMode::InPerson,
        description: None,
        place: Some(place.to_owned()),
        online_url: None,
        starts_at: from,
        ends_at: until,
        time_zone: "Asia/Jakarta".to_owned(),
        quota: 2,
        capacity: None,
        audience: event::Audience::default(),
        reply_by: from - Duration::days(2),
        letter: Some(LegalBasis {
            number: "0031/HM.00.00/K1/03/2025".to_owned(),
            date: day(2025, 3, 3)?,
        }),
        letter_file: None,
        sessions: Vec::new(),
        speakers: Vec::new(),
        materials: Vec::new(),
    })
}

fn part(title: &str, from: DateTime<Utc>, until: DateTime<Utc>) -> Part {
    Part {
        id: None,
        title: title.to_owned(),
        place: None,
        starts_at: from,
        ends_at: until,
        counted: true,
    }
}

fn speaker(role: SpeakerRole, name: &str, title: &str, session: Option<usize>) -> Speaker {
    Speaker {
        role,
        account: None,
        name: Some(name.to_owned()),
        title: Some(title.to_owned()),
        session,
    }
}

/// An event with those who run it.
struct Meeting<'t> {
    teller: &'t Teller<'t>,
    host: Session,
    event: event::Model,
}

impl<'t> Meeting<'t> {
    async fn published(teller: &'t Teller<'t>, host: Session, plan: Create) -> Result<Self, Error> {
        let event = arranging::create(&host, "", plan).await?;
        let publish = Publish {
            event: event.id,
            expected_version: event.version,
            dry_run: false,
            seat: None,
        };
        let published = running::publish(&host, "", publish).await?;
        let event = published.event.unwrap_or(event);
        Ok(Self { teller, host, event })
    }

    async fn step(&mut self, step: Step) -> Result<(), Error> {
        let advance = Advance {
            event: self.event.id,
            expected_version: self.event.version,
            reason: None,
            seat: None,
        };
        self.event = running::advance(&self.host, "", step, advance).await?;
        Ok(())
    }

    async fn invitation(&self, code: &str) -> Result<event_invitation::Model, Error> {
        let unit = offices::unit(&self.host.actor, code)?;
        let all = query::invitations_of(self.teller.app.services.db.reader(), &[self.event.id]).await?;
        let found = all.into_iter().find(|row| row.unit_id == unit);
        found.ok_or_else(|| Error::internal(format!("{code} is not invited")))
    }

    async fn delegates(&self, code: &str) -> Result<Vec<event_delegate::Model>, Error> {
        let invitation = self.invitation(code).await?;
        query::delegates_of_invitations(self.teller.app.services.db.reader(), &[invitation.id]).await
    }

    /// The head of a unit comes, with a colleague who has no account.
    async fn confirmed(&self, code: &str, colleague: Option<&str>) -> Result<(), Error> {
        let head = self.teller.sign_in(&format!("head.{code}")).await?;
        let named = |account: Option<Uuid>, name: Option<&str>, title: &str| Named {
            account,
            name: name.map(str::to_owned),
            title: Some(title.to_owned()),
            letter: None,
            letter_file: None,
        };
        let mut name = vec![named(Some(head.actor.account), None, "Koordinator Divisi Humas")];
        name.extend(colleague.map(|colleague| named(None, Some(colleague), "Staf Humas")));
        let answer = Answer::Confirm { keep: Vec::new(), name };
        self.reply(&head, code, answer).await
    }

    async fn reply(&self, head: &Session, code: &str, answer: Answer) -> Result<(), Error> {
        let invitation = self.invitation(code).await?;
        let reply = Reply {
            invitation: invitation.id,
            expected_version: invitation.version,
            answer,
            seat: None,
        };
        replying::reply(head, "", reply).await.map(drop)
    }

    /// What the door sends of these people in each session, at a moment.
    async fn entries(&self, codes: &[&str], at: DateTime<Utc>) -> Result<Vec<Entry>, Error> {
        let sessions = query::sessions(self.teller.app.services.db.reader(), &[self.event.id]).await?;
        let mut entries = Vec::new();
        for code in codes {
            for delegate in self.delegates(code).await? {
                for session in &sessions {
                    entries.push(Entry {
                        nonce: format!("demo-{}", entries.len()),
                        shown: Shown::Person(Some(delegate.id)),
                        session: Some(session.id),
                        direction: ScanDirection::In,
                        method: ScanMethod::Hand,
                        client_time: at.to_rfc3339(),
                    });
                }
            }
        }
        Ok(entries)
    }

    async fn sent(&self, caller: &Caller<'_>, entries: Vec<Entry>) -> Result<(), Error> {
        let scans = Scans {
            event: Some(self.event.id),
            entries,
            seat: None,
        };
        scanning::take(caller, ("", "syncCheckIns"), "scans", scans)
            .await
            .map(drop)
    }

    /// The head of a unit says that everybody was there, and submits that.
    async fn submitted(&self, code: &str) -> Result<writing::Written, Error> {
        let head = self.teller.sign_in(&format!("head.{code}")).await?;
        let sheet = self.invitation(code).await?.id;
        let sessions = query::sessions(self.teller.app.services.db.reader(), &[self.event.id]).await?;
        let mut entries = Vec::new();
        for delegate in self.delegates(code).await? {
            entries.extend(sessions.iter().map(|session| Said {
                delegate: delegate.id,
                session: session.id,
                claim: Some(PresenceClaim::Present),
                note: None,
                evidence: Vec::new(),
            }));
        }
        let edit = Edit {
            sheet,
            expected_version: 0,
            entries,
            note: None,
            seat: None,
        };
        let written = writing::edit(&head, "", edit).await?;
        let submit = sheet_at(sheet, written.1.version);
        writing::submit(&head, "", submit).await
    }

    async fn verified(&self, code: &str) -> Result<(), Error> {
        let submitted = self.submitted(code).await?;
        let sheet = self.invitation(code).await?.id;
        let verify = sheet_at(sheet, submitted.1.version);
        writing::settle(&self.host, "", SheetStep::Verify, verify)
            .await
            .map(drop)
    }
}

fn sheet_at(sheet: Uuid, expected_version: i32) -> writing::Advance {
    writing::Advance {
        sheet,
        expected_version,
        reason: None,
        seat: None,
    }
}

/// 13 provinces with their 171 kabupaten/kota are invited, Lampung answers.
async fn batam(teller: &Teller<'_>, clock: &StillClock) -> Result<(), StartError> {
    clock.set(moment("2025-03-04T02:00:00Z")?);
    let host = teller.sign_in("coordinator.ri").await?;
    let (from, until) = (moment("2025-03-18T02:00:00Z")?, moment("2025-03-19T08:00:00Z")?);
    let series = plan("Konsolidasi Nasional Kehumasan", (from, until), "Batam")?;
    let series = Create {
        plan: series,
        wave_of: None,
        seat: None,
    };
    let series = arranging::create(&host, "", series).await?;
    let provinces = THIRD_WAVE.iter().map(|code| offices::unit(&host.actor, code));
    let noon = moment("2025-03-18T06:00:00Z")?;
    let wave = Plan {
        kinds: vec![EventKind::Konsolidasi, EventKind::RapatKoordinasi],
        audience: event::Audience {
            tiers: vec![Tier::Provinsi, Tier::KabupatenKota],
            beneath: provinces.collect::<Result<_, Error>>()?,
            ..event::Audience::default()
        },
        sessions: vec![
            part("Pembukaan", from, noon),
            part("Strategi media sosial pengawasan", noon, until),
        ],
        speakers: vec![
            speaker(SpeakerRole::Opener, "Bagas Nusantara", "Deputi", Some(0)),
            speaker(SpeakerRole::Speaker, "Ratna Samudra", "Praktisi media", Some(1)),
        ],
        ..plan("Konsolidasi Nasional Kehumasan Gelombang III", (from, until), "Batam")?
    };
    let wave = Create {
        plan: wave,
        wave_of: Some((series.id, 3)),
        seat: None,
    };
    let mut meeting = Meeting::published(teller, host, wave).await?;
    let publish = Publish {
        event: series.id,
        expected_version: series.version,
        dry_run: false,
        seat: None,
    };
    running::publish(&meeting.host, "", publish).await?;
    meeting.confirmed("18", Some("Sari Lampung")).await?;
    for code in COME {
        meeting.confirmed(code, None).await?;
    }
    let head = teller.sign_in(&format!("head.{DECLINES}")).await?;
    let reason = "Sedang mengawasi pemungutan suara ulang.".to_owned();
    meeting.reply(&head, DECLINES, Answer::Decline { reason }).await?;
    clock.set(moment("2025-03-17T03:00:00Z")?);
    meeting.host = teller.sign_in("coordinator.ri").await?;
    meeting.step(Step::CloseRegistration).await?;
    excused(&meeting).await?;
    clock.set(moment("2025-03-18T01:30:00Z")?);
    meeting.host = teller.sign_in("coordinator.ri").await?;
    meeting.step(Step::Start).await?;
    clock.set(moment("2025-03-19T02:00:00Z")?);
    meeting.host = teller.sign_in("coordinator.ri").await?;
    // One of those who said they would come does not, and is not excused.
    let present: Vec<&str> = COME
        .into_iter()
        .filter(|code| ![EXCUSED, "18.07"].contains(code))
        .collect();
    let entries = meeting
        .entries(&[&["18"], present.as_slice()].concat(), from + Duration::minutes(5))
        .await?;
    meeting.sent(&Caller::Person(&meeting.host), entries).await?;
    clock.set(until + Duration::hours(1));
    meeting.host = teller.sign_in("coordinator.ri").await?;
    meeting.step(Step::End).await?;
    for code in [&["18"], &present[..4]].concat() {
        meeting.verified(code).await?;
    }
    recorded(&mut meeting).await?;
    let seal = Advance {
        event: meeting.event.id,
        expected_version: meeting.event.version,
        reason: Some("Unit lain tidak mengirim daftar hadirnya sampai batas waktu.".to_owned()),
        seat: None,
    };
    meeting.event = sealing::finalise(&meeting.host, "", seal).await?;
    let issue = certifying::Issue {
        event: meeting.event.id,
        seat: None,
    };
    certifying::issue(&meeting.host, "", issue).await?;
    Ok(())
}

async fn excused(meeting: &Meeting<'_>) -> Result<(), Error> {
    let head = meeting.teller.sign_in(&format!("head.{EXCUSED}")).await?;
    let ask = Ask {
        invitation: meeting.invitation(EXCUSED).await?.id,
        delegate: None,
        reason: "Sidang sengketa hasil pemilihan.".to_owned(),
        file: None,
        seat: None,
    };
    let asked = excusing::request(&head, "", ask).await?;
    let decide = excusing::Decide {
        excuse: asked.id,
        expected_version: asked.version,
        grant: true,
        reason: None,
        seat: None,
    };
    excusing::decide(&meeting.host, "", decide).await.map(drop)
}

async fn recorded(meeting: &mut Meeting<'_>) -> Result<(), Error> {
    let minutes =
        "Peserta menyepakati satu kalender konten untuk seluruh provinsi dan pelaporan capaian setiap triwulan.";
    let to = |text: &str, code: &str| -> Result<Recommended, Error> {
        Ok(Recommended {
            text: text.to_owned(),
            units: vec![offices::unit(&meeting.host.actor, code)?],
            due_on: day(2025, 6, 30)?,
        })
    };
    let record = Record {
        event: meeting.event.id,
        expected_version: meeting.event.version,
        minutes: Some(Some(minutes.to_owned())),
        minutes_file: None,
        recommendations: vec![
            to("Susun kalender konten bersama kabupaten/kota.", "18")?,
            to("Tunjuk pengelola akun resmi dan laporkan namanya.", "18.07")?,
        ],
        seat: None,
    };
    meeting.event = outcome::record_outcome(&meeting.host, "", record).await?;
    Ok(())
}

/// The 21 kecamatan of Ponorogo are invited, chairs and members.
async fn ponorogo(teller: &Teller<'_>, clock: &StillClock) -> Result<(), StartError> {
    clock.set(moment("2025-03-20T02:00:00Z")?);
    let host = teller.sign_in("head.35.02").await?;
    let (from, until) = (moment("2025-03-27T01:00:00Z")?, moment("2025-03-27T09:00:00Z")?);
    let rakernis = Plan {
        kinds: vec![EventKind::Rakernis],
        audience: event::Audience {
            tiers: vec![Tier::Kecamatan],
            positions: vec![Position::Ketua, Position::Anggota],
            ..event::Audience::default()
        },
        letter: Some(LegalBasis {
            number: "014/HM.00/K.JI-20/03/2025".to_owned(),
            date: day(2025, 3, 19)?,
        }),
        speakers: vec![speaker(
            SpeakerRole::Speaker,
            "Galih Ponorogo",
            "Pegiat media sosial",
            None,
        )],
        ..plan("Rakernis Kehumasan", (from, until), "Aula hotel, Ponorogo")?
    };
    let rakernis = Create {
        plan: rakernis,
        wave_of: None,
        seat: None,
    };
    let mut meeting = Meeting::published(teller, host, rakernis).await?;
    let codes: Vec<String> = (1..=21).map(|number| format!("35.02.{number:02}")).collect();
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    for code in &codes[..19] {
        meeting.confirmed(code, None).await?;
    }
    clock.set(moment("2025-03-27T00:30:00Z")?);
    meeting.host = teller.sign_in("head.35.02").await?;
    meeting.step(Step::Start).await?;
    at_the_door(&meeting, clock, (&codes, from)).await?;
    clock.set(until + Duration::minutes(30));
    meeting.host = teller.sign_in("head.35.02").await?;
    judged(&meeting, &codes[..4]).await?;
    meeting.step(Step::End).await?;
    meeting.verified(codes[0]).await?;
    for code in &codes[1..3] {
        meeting.submitted(code).await?;
    }
    let head = teller.sign_in(&format!("head.{}", codes[18])).await?;
    let ask = Ask {
        invitation: meeting.invitation(codes[18]).await?.id,
        delegate: None,
        reason: "Ketua dan anggota menghadiri sidang kode etik.".to_owned(),
        file: None,
        seat: None,
    };
    excusing::request(&head, "", ask).await?;
    Ok(())
}

/// A device scans for hours without a signal and sends what it has in the evening; somebody came who had not been named.
async fn at_the_door(
    meeting: &Meeting<'_>,
    clock: &StillClock,
    (codes, from): (&[&str], DateTime<Utc>),
) -> Result<(), Error> {
    let add = device::Add {
        event: meeting.event.id,
        name: "Ponsel pintu utama".to_owned(),
        seat: None,
    };
    let added = device::add(&meeting.host, "", add).await?;
    let services = &meeting.teller.app.services;
    let paired = device::pair(services, &added.code, std::net::Ipv4Addr::LOCALHOST.into()).await?;
    clock.set(from + Duration::hours(6));
    let device = device::authenticate(services, &paired.token).await?;
    let entries = meeting.entries(&codes[..18], from + Duration::minutes(10)).await?;
    let caller = Caller::Device(services, device);
    meeting.sent(&caller, entries).await?;
    let sessions = query::sessions(services.db.reader(), &[meeting.event.id]).await?;
    let walk_in = walk_in::Add {
        event: None,
        unit: offices::unit(&meeting.host.actor, codes[19])?,
        account: None,
        name: Some("Yoga Ponorogo".to_owned()),
        title: Some("Anggota".to_owned()),
        session: sessions.first().map(|session| session.id),
        nonce: "demo-walk-in".to_owned(),
        client_time: (from + Duration::minutes(40)).to_rfc3339(),
        seat: None,
    };
    walk_in::add(&caller, "", walk_in).await.map(drop)
}

fn criterion(key: &str, title: &str, weight: i32) -> Criterion {
    let anchor = |score: i32, sentence: &str| Anchor {
        score,
        sentence: sentence.to_owned(),
    };
    Criterion {
        key: key.to_owned(),
        title: title.to_owned(),
        guidance: String::new(),
        weight,
        scale: Scale {
            least: 1,
            most: 5,
            anchors: vec![anchor(1, "Tidak ada."), anchor(5, "Teratur dan dapat diperiksa.")],
        },
        comment_at_extremes: false,
    }
}

/// How the kecamatan manage their accounts: one acknowledges what is said of it, one objects, two have not answered.
async fn judged(meeting: &Meeting<'_>, codes: &[&str]) -> Result<(), Error> {
    let content = Content {
        name: Some("Pengelolaan media sosial kecamatan".to_owned()),
        description: None,
        criteria: Some(vec![
            criterion("unggahan", "Unggahan yang teratur", 2),
            criterion("interaksi", "Tanggapan kepada warga", 1),
        ]),
    };
    let create = rubrics::Create {
        code: "media-sosial-kecamatan".to_owned(),
        owner: None,
        from: None,
        content,
        seat: None,
    };
    let rubric = rubrics::create(&meeting.host, "", create).await?;
    let asked = Asked {
        rubric: rubric.id,
        expected_version: rubric.lock_version,
        seat: None,
    };
    let rubric = rubrics::publish(&meeting.host, "", asked).await?;
    let mut evaluations = Vec::new();
    for (score, code) in (2..).zip(codes) {
        let given = |score: i32| Score {
            score: Some(score),
            comment: String::new(),
        };
        let evaluate = Evaluate {
            invitation: meeting.invitation(code).await?.id,
            expected_version: None,
            rubric: Some(rubric.id),
            scores: vec![
                ("unggahan".to_owned(), given(score)),
                ("interaksi".to_owned(), given(3)),
            ],
            note: None,
            seat: None,
        };
        evaluations.push(evaluation::evaluate(&meeting.host, "", evaluate).await?);
    }
    let issue = evaluation::Issue {
        event: meeting.event.id,
        evaluations: None,
        seat: None,
    };
    evaluation::issue(&meeting.host, "", issue).await?;
    for (place, code) in codes.iter().enumerate().take(2) {
        let head = meeting.teller.sign_in(&format!("head.{code}")).await?;
        let said = SaidOfIt {
            evaluation: evaluations[place].id,
            expected_version: evaluations[place].version + 1,
            reply: (place == 0).then(|| "Siaran langsung setiap Jumat belum dihitung.".to_owned()),
            seat: None,
        };
        evaluation::answer(&head, "", place == 0, said).await?;
    }
    Ok(())
}
