//! What has happened in the demo, chapter by chapter: in 2023 Lampung won six awards, in 2024 Jember was one of ten; the 27 kabupaten/kota of Jawa Barat handed their final reports over on
//! 21 January 2025, Jakarta waits for its day, Ponorogo's kecamatan are on their way up, those of two other kabupaten are
//! dissolved, Lampung has a circular to answer, in February experts reviewed what Jawa Barat had handed over, and RI
//! evaluated it; in March Batam and Ponorogo met; at the end of the year awards were given in two rounds.
use chrono::{DateTime, Duration, NaiveDate, Utc};
use entity::{draft, enums::ReportCommand, report};
use uuid::Uuid;

use super::{
    DOMAIN, awards, circular, evaluation, handing_over, meetings,
    offices::{self, FORMED_ON, FORMER},
    review,
};
use crate::{
    app::{App, StartError},
    clock::StillClock,
    error::Error,
    meeting::Offices,
    report::{
        answers, catalogue,
        finding::answering,
        service::{self, Advance},
        shipped::{FINAL_REPORT_CYCLE, KECAMATAN_CYCLE},
        starting::{self, Start},
        writing::{self, Edit},
    },
    session::{Actor, Session},
    territory::change::election::{self, DayOf, Extent},
};

/// Mesuji and Pesisir Barat, whose kecamatan bodies are dissolved again.
const ENDED: [&str; 2] = ["18.11", "18.13"];

/// The kecamatan where the result was disputed, so that their bodies lasted a month longer.
const DISPUTED: [&str; 3] = ["18.13.01", "18.13.02", "18.13.03"];

/// Who signs the offices in.
pub(super) struct Teller<'a> {
    pub app: &'a App,
    pub password: &'a str,
}

/// What an office does to a report.
pub(super) struct Step<'a> {
    pub command: ReportCommand,
    pub reason: Option<&'a str>,
    pub due_on: Option<NaiveDate>,
    pub answers: Vec<answering::Answer>,
}

impl Step<'_> {
    pub fn of(command: ReportCommand) -> Self {
        Self {
            command,
            reason: None,
            due_on: None,
            answers: Vec::new(),
        }
    }
}

impl<'a> Teller<'a> {
    pub fn offices(&self) -> Offices<'a> {
        Offices {
            app: self.app,
            password: self.password,
            domain: DOMAIN,
        }
    }

    pub async fn sign_in(&self, name: &str) -> Result<Session, Error> {
        self.offices().sign_in(name).await
    }

    pub fn cycle(&self, code: &str) -> Result<Uuid, Error> {
        let catalogue = self.app.services.catalogue.load();
        let cycle = catalogue.cycles().into_iter().find(|cycle| cycle.code == code);
        cycle
            .map(|cycle| cycle.id)
            .ok_or_else(|| Error::internal(format!("no cycle {code}")))
    }

    /// The staff of a unit writes its report.
    async fn write(&self, code: &str, cycle: &str) -> Result<report::Model, Error> {
        let staff = self.sign_in(&format!("staff.{code}")).await?;
        let start = Start {
            cycle: self.cycle(cycle)?,
            unit: None,
            client_id: None,
            prefill: false,
            seat: None,
        };
        let report = starting::start(&staff, "", start).await?;
        let template = catalogue::template(&self.app.services, report.template_id).await?;
        let unit = staff
            .actor
            .directory
            .unit_by_code(code, staff.actor.today)
            .map_or("unit ini", |unit| &unit.name)
            .to_owned();
        let answers = answers::fields(&template)
            .map(|field| (field.key.clone(), Some(draft::Answer::Text(text(&field.key, &unit)))))
            .collect();
        let edit = Edit {
            report: report.id,
            expected_version: report.version,
            answers,
            seat: None,
        };
        writing::edit(&staff, "", edit).await?.saved()
    }

    pub async fn step(
        &self,
        who: &Session,
        report: &report::Model,
        command: ReportCommand,
        reason: Option<&str>,
    ) -> Result<report::Model, Error> {
        Self::take(
            who,
            report,
            Step {
                reason,
                ..Step::of(command)
            },
        )
        .await
    }

    /// Takes a step with all that can be said by it.
    pub async fn take(who: &Session, report: &report::Model, step: Step<'_>) -> Result<report::Model, Error> {
        let advance = Advance {
            report: report.id,
            expected_version: report.version,
            command: step.command,
            reason: step.reason.map(str::to_owned),
            due_on: step.due_on,
            answers: step.answers,
            seat: None,
        };
        service::advance(who, "", "demo", advance).await
    }

    pub async fn write_and_submit(&self, code: &str, cycle: &str) -> Result<report::Model, Error> {
        let written = self.write(code, cycle).await?;
        let head = self.sign_in(&format!("head.{code}")).await?;
        self.step(&head, &written, ReportCommand::Submit, None).await
    }
}

/// Tells it, moving the clock along.
///
/// # Errors
/// What the commands say, should one be refused.
pub(super) async fn tell(app: &App, clock: &StillClock, password: &str) -> Result<(), StartError> {
    let teller = Teller { app, password };
    awards::tell_of_earlier_years(&teller, clock).await?;
    clock.set(moment("2025-01-13T02:00:00Z")?);
    offices::form_ponorogo(app, password).await?;
    review::begin_with_experts(app).await?;
    let received = handing_over::tell(&teller, clock).await?;
    ponorogo(&teller, clock).await?;
    // Jakarta has endorsed its own and waits for its day; Lampung is still writing.
    teller.write_and_submit("31", FINAL_REPORT_CYCLE).await?;
    teller.write("18", FINAL_REPORT_CYCLE).await?;
    dissolved(&teller, clock).await?;
    circular::tell(&teller, clock).await?;
    review::tell(&teller, clock, received).await?;
    evaluation::tell(&teller, clock).await?;
    meetings::tell(&teller, clock).await?;
    awards::tell(&teller, clock).await
}

/// Three kecamatan: one accepted by the province, one sent back, one waiting for Ponorogo.
async fn ponorogo(teller: &Teller<'_>, clock: &StillClock) -> Result<(), Error> {
    let (regency, province) = (teller.sign_in("head.35.02").await?, teller.sign_in("head.35").await?);
    for (place, code) in ["35.02.01", "35.02.02", "35.02.03"].into_iter().enumerate() {
        clock.advance(Duration::minutes(25));
        let submitted = teller.write_and_submit(code, KECAMATAN_CYCLE).await?;
        if place == 2 {
            continue;
        }
        let taken = teller.step(&regency, &submitted, ReportCommand::Take, None).await?;
        if place == 0 {
            let endorsed = teller.step(&regency, &taken, ReportCommand::Endorse, None).await?;
            let taken = teller.step(&province, &endorsed, ReportCommand::Take, None).await?;
            teller.step(&province, &taken, ReportCommand::Endorse, None).await?;
        } else {
            let reason = "Jumlah pengikut akun Instagram belum disebutkan.";
            teller
                .step(&regency, &taken, ReportCommand::Return, Some(reason))
                .await?;
        }
    }
    Ok(())
}

/// The kecamatan bodies of Mesuji and Pesisir Barat were formed for the election and are dissolved; some reports they left
/// open are in custody: a draft, a returned one and one that waits in Mesuji, a draft in Pesisir Barat.
async fn dissolved(teller: &Teller<'_>, clock: &StillClock) -> Result<(), StartError> {
    let admin = teller.sign_in("admin.18").await?;
    let units = |codes: &[&str], actor: &Actor| -> Result<Vec<Uuid>, Error> {
        codes.iter().map(|code| offices::unit(actor, code)).collect()
    };
    let regencies = units(&ENDED, &admin.actor)?;
    let everywhere = offices::beneath(regencies);
    election::form(&admin, "", offices::decree(FORMED_ON), everywhere.clone()).await?;
    offices::seat(teller.app, teller.password, FORMED_ON, |office, directory| {
        let unit = directory.tree.get(office.unit);
        unit.is_some_and(|unit| FORMER.contains(&unit.code.as_str()))
    })
    .await?;
    teller.write("18.11.01", KECAMATAN_CYCLE).await?;
    teller.write("18.13.01", KECAMATAN_CYCLE).await?;
    teller.write_and_submit("18.11.02", KECAMATAN_CYCLE).await?;
    let submitted = teller.write_and_submit("18.11.03", KECAMATAN_CYCLE).await?;
    let regency = teller.sign_in("head.18.11").await?;
    let taken = teller.step(&regency, &submitted, ReportCommand::Take, None).await?;
    let reason = "Jangkauan siaran pers belum disebutkan.";
    teller
        .step(&regency, &taken, ReportCommand::Return, Some(reason))
        .await?;

    clock.set(moment("2025-01-27T02:00:00Z")?);
    let admin = teller.sign_in("admin.18").await?;
    let (most, rest) = (day(2025, 1, 27)?, day(2025, 2, 28)?);
    let late = units(&DISPUTED, &admin.actor)?.into_iter();
    let ended = Extent {
        dates: late.map(|underneath| DayOf { underneath, on: rest }).collect(),
        ..everywhere
    };
    election::dissolve(&admin, "", offices::decree(most), ended).await?;
    Ok(())
}

pub(super) fn moment(text: &str) -> Result<DateTime<Utc>, Error> {
    text.parse().map_err(Error::internal)
}

pub(super) fn day(year: i32, month: u32, day: u32) -> Result<NaiveDate, Error> {
    NaiveDate::from_ymd_opt(year, month, day).ok_or_else(|| Error::internal("no such day"))
}

/// What a unit says about itself, shortly.
fn text(section: &str, unit: &str) -> String {
    match section {
        "program" => {
            format!("{unit} menjalankan program pengawasan partisipatif di sekolah dan pasar selama tahapan kampanye.")
        }
        "strategi" => {
            format!("{unit} menyebarkan informasi tiga kali sepekan, disesuaikan dengan tahapan yang berjalan.")
        }
        "media-sosial" => {
            format!("{unit} mengelola akun Instagram, Facebook, dan TikTok dengan satu unggahan setiap hari kerja.")
        }
        "media-massa" => format!("{unit} menerbitkan siaran pers setiap pekan dan mengadakan dua forum media."),
        "partisipasi" => format!("{unit} membuka posko aduan dan menanggapi setiap aduan dalam tiga hari."),
        _ => format!("{unit} mengadakan sosialisasi tatap muka di setiap desa bersama pengawas kelurahan dan desa."),
    }
}
