//! March 2025: the third wave of a consolidation meets in Batam, after the one that news told of, and Ponorogo meets with its
//! kecamatan in a hotel without signal. Batam is sealed, with recommendations and certificates; at Ponorogo something is left for
//! everybody to do: a walk-in, an excuse, sheets to verify, an objection.
use chrono::{DateTime, Duration, Utc};
use entity::{
    enums::{EventKind, Position, SpeakerRole, Tier},
    event,
    rubric::{Anchor, Criterion, Scale, Score},
};

use super::story::{Teller, day, moment};
use crate::{
    app::StartError,
    clock::StillClock,
    error::Error,
    event::{
        arranging::{self, Create},
        attendance::{
            excusing::{self, Ask},
            sealing,
        },
        certifying,
        door::{desk::Caller, device, walk_in},
        draft::{Plan, Session as Part, Speaker},
        evaluation::{self, Answer as SaidOfIt, Evaluate},
        outcome::{self, Recommended, Record},
        query,
        workflow::Step,
    },
    legal_basis::LegalBasis,
    meeting::{self, Meeting},
    review::rubric::service::{self as rubrics, Asked, Content},
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

fn plan(title: &str, days: (DateTime<Utc>, DateTime<Utc>), place: &str) -> Result<Plan, Error> {
    let letter = LegalBasis {
        number: "0031/HM.00.00/K1/03/2025".to_owned(),
        date: day(2025, 3, 3)?,
    };
    Ok(meeting::plan(title, days, place, letter))
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

/// 13 provinces with their 171 kabupaten/kota are invited, Lampung answers.
async fn batam(teller: &Teller<'_>, clock: &StillClock) -> Result<(), StartError> {
    clock.set(moment("2025-03-04T02:00:00Z")?);
    let offices = teller.offices();
    let host = offices.sign_in("coordinator.ri").await?;
    let (from, until) = (moment("2025-03-18T02:00:00Z")?, moment("2025-03-19T08:00:00Z")?);
    let series = plan("Konsolidasi Nasional Kehumasan", (from, until), "Batam")?;
    let series = Create {
        plan: series,
        wave_of: None,
        seat: None,
    };
    let series = arranging::create(&host, "", series).await?;
    let provinces = THIRD_WAVE.iter().map(|code| meeting::unit(&host.actor, code));
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
    let mut meeting = Meeting::published(offices, host, wave).await?;
    meeting::publish(&meeting.host, &series).await?;
    meeting.confirmed("18", Some("Sari Lampung")).await?;
    for code in COME {
        meeting.confirmed(code, None).await?;
    }
    meeting
        .declined(DECLINES, "Sedang mengawasi pemungutan suara ulang.")
        .await?;
    clock.set(moment("2025-03-17T03:00:00Z")?);
    meeting.step("coordinator.ri", Step::CloseRegistration).await?;
    excused(&meeting).await?;
    clock.set(moment("2025-03-18T01:30:00Z")?);
    meeting.step("coordinator.ri", Step::Start).await?;
    clock.set(moment("2025-03-19T02:00:00Z")?);
    meeting.host = offices.sign_in("coordinator.ri").await?;
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
    meeting.step("coordinator.ri", Step::End).await?;
    for code in [&["18"], &present[..4]].concat() {
        meeting.verified(code).await?;
    }
    recorded(&mut meeting).await?;
    let reason = "Unit lain tidak mengirim daftar hadirnya sampai batas waktu.";
    let seal = meeting.advance(Some(reason));
    meeting.event = sealing::finalise(&meeting.host, "", seal).await?;
    let issue = certifying::Issue {
        event: meeting.event.id,
        seat: None,
    };
    certifying::issue(&meeting.host, "", issue).await?;
    Ok(())
}

async fn excused(meeting: &Meeting<'_>) -> Result<(), Error> {
    let head = meeting.offices.sign_in(&format!("head.{EXCUSED}")).await?;
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
            units: vec![meeting::unit(&meeting.host.actor, code)?],
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
    let offices = teller.offices();
    let host = offices.sign_in("head.35.02").await?;
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
    let mut meeting = Meeting::published(offices, host, rakernis).await?;
    let codes: Vec<String> = (1..=21).map(|number| format!("35.02.{number:02}")).collect();
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    for code in &codes[..19] {
        meeting.confirmed(code, None).await?;
    }
    clock.set(moment("2025-03-27T00:30:00Z")?);
    meeting.step("head.35.02", Step::Start).await?;
    at_the_door(&meeting, clock, (&codes, from)).await?;
    clock.set(until + Duration::minutes(30));
    meeting.host = offices.sign_in("head.35.02").await?;
    judged(&meeting, &codes[..4]).await?;
    meeting.step("head.35.02", Step::End).await?;
    meeting.verified(codes[0]).await?;
    for code in &codes[1..3] {
        meeting.submitted(code).await?;
    }
    let head = offices.sign_in(&format!("head.{}", codes[18])).await?;
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
    let services = &meeting.offices.app.services;
    let paired = device::pair(services, &added.code, std::net::Ipv4Addr::LOCALHOST.into()).await?;
    clock.set(from + Duration::hours(6));
    let device = device::authenticate(services, &paired.token).await?;
    let entries = meeting.entries(&codes[..18], from + Duration::minutes(10)).await?;
    let caller = Caller::Device(services, device);
    meeting.sent(&caller, entries).await?;
    let sessions = query::sessions(services.db.reader(), &[meeting.event.id]).await?;
    let walk_in = walk_in::Add {
        event: None,
        unit: meeting::unit(&meeting.host.actor, codes[19])?,
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

pub(super) fn criterion(key: &str, title: &str, weight: i32) -> Criterion {
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
        let head = meeting.offices.sign_in(&format!("head.{code}")).await?;
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
