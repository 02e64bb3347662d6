//! February 2025: experts review what Jawa Barat has handed over. One comes from there and is kept out, one stays silent and is
//! replaced; Kota Bekasi is asked for a revision and answers; some reports are accepted, some wait for a decision, some for an
//! expert and some to be assigned. What is accepted, RI evaluates.
use chrono::Duration;
use entity::{
    cycle, draft,
    enums::{ConflictKind, FindingActKind, FindingSeverity, ReportCommand},
    finding, report, review_assignment,
    rubric::Score,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use super::{
    handing_over::JAWA_BARAT,
    offices,
    story::{Step, Teller, day, moment},
};
use crate::{
    app::{App, StartError},
    clock::StillClock,
    error::{Code, Error},
    report::{
        catalogue,
        finding::{
            answering,
            raising::{self, Finding, Raise},
            settling::{self, Acknowledge, Settle},
        },
        reviewing::{
            answer::{self, Answer},
            assign::{self, Assign, To},
            scoring::{self, Complete, Save},
        },
        shipped::FINAL_REPORT_CYCLE,
        writing::{self, Edit},
    },
    review::{
        assignment,
        conflict::{self, Declare},
        portfolio::{self, Entry, SetPortfolio},
    },
    session::Session,
};

/// Kota Bekasi, which is asked for a revision.
const BEKASI: &str = "32.75";

/// Kabupaten Bekasi, whose first expert stays silent; its sheets are complete, and RI has yet to decide.
const SILENT: &str = "32.16";

/// Those that are accepted as they are.
const ACCEPTED: [&str; 5] = ["32.01", "32.04", "32.13", "32.71", "32.76"];

/// Those that wait for their experts.
const WAITING: [&str; 7] = ["32.02", "32.03", "32.05", "32.06", "32.72", "32.73", "32.74"];

const CRITERIA: [&str; 6] = [
    "program",
    "strategi",
    "media-sosial",
    "media-massa",
    "partisipasi",
    "kelengkapan-bukti",
];

/// Lets the round of the final report go by the newest version of its template, which experts review. Nothing has been reported
/// yet; where it has, a round stays with the version it was opened with.
///
/// # Errors
/// The database's.
pub(super) async fn begin_with_experts(app: &App) -> Result<(), Error> {
    let services = &app.services;
    let catalogue = services.catalogue.load();
    let cycle = catalogue
        .cycles()
        .into_iter()
        .find(|cycle| cycle.code == FINAL_REPORT_CYCLE);
    let template = cycle.and_then(|cycle| catalogue.template(cycle.template_id));
    let newest = template.and_then(|template| catalogue.newest_published(&template.code));
    let newest = newest.ok_or_else(|| Error::internal("no final report"))?;
    let transaction = services.db.begin().await?;
    let connection = transaction.connection();
    catalogue::bump(connection).await?;
    cycle::Entity::update_many()
        .col_expr(cycle::Column::TemplateId, Expr::value(newest.id))
        .filter(cycle::Column::Code.eq(FINAL_REPORT_CYCLE))
        .exec(connection)
        .await?;
    transaction.commit().await?;
    catalogue::reload(services).await?;
    Ok(())
}

/// Tells it, of reports that were received.
///
/// # Errors
/// What the commands say, should one be refused that is not meant to be.
pub(super) async fn tell(
    teller: &Teller<'_>,
    clock: &StillClock,
    received: Vec<report::Model>,
) -> Result<(), StartError> {
    clock.set(moment("2025-02-03T02:00:00Z")?);
    let root = teller.app.services.directory.load().tree.root().clone();
    let joining = offices::joining_experts(&root);
    offices::seat_all(teller.app, teller.password, offices::FORMED_ON, &joining).await?;
    let panel = Panel {
        coordinator: teller.sign_in("coordinator.ri").await?,
        experts: [teller.sign_in("expert1.ri").await?, teller.sign_in("expert2.ri").await?],
        from_jawa_barat: teller.sign_in("expert3.ri").await?,
        silent: teller.sign_in("expert4.ri").await?,
        received,
    };
    panel.prepare().await?;
    panel.keep_out_who_comes_from_there().await?;
    clock.advance(Duration::hours(1));
    let bekasi = panel.assigned(BEKASI, [0, 1]).await?;
    let mut accepted = Vec::new();
    for (place, code) in ACCEPTED.into_iter().enumerate() {
        accepted.push(panel.assigned(code, [place % 2, 1 - place % 2]).await?);
    }
    let silent = panel.assigned_to_the_silent().await?;
    panel.spread(&WAITING).await?;
    clock.set(moment("2025-02-05T03:00:00Z")?);
    let (asked, findings) = panel.ask_for_a_revision(&bekasi).await?;
    for review in &accepted {
        clock.advance(Duration::minutes(50));
        panel.score(review).await?;
    }
    clock.set(moment("2025-02-10T02:00:00Z")?);
    let answered = revised(teller, &asked, &findings).await?;
    clock.set(moment("2025-02-11T02:00:00Z")?);
    for finding in findings {
        panel.resolve(finding).await?;
    }
    accepted.push(Review {
        report: answered,
        ..bekasi
    });
    if let Some(revised) = accepted.last() {
        panel.score(revised).await?;
    }
    panel.replace(silent).await?;
    clock.set(moment("2025-02-12T03:00:00Z")?);
    for review in accepted {
        clock.advance(Duration::minutes(5));
        teller
            .step(&panel.coordinator, &review.report, ReportCommand::Accept, None)
            .await?;
    }
    Ok(())
}

/// A report with those who review it.
struct Review {
    report: report::Model,
    code: &'static str,
    assignments: Vec<review_assignment::Model>,
}

/// Those who review, and what there is to review.
struct Panel {
    coordinator: Session,
    experts: [Session; 2],
    from_jawa_barat: Session,
    silent: Session,
    received: Vec<report::Model>,
}

impl Panel {
    /// Says who looks after Jawa Barat.
    async fn prepare(&self) -> Result<(), Error> {
        let province = offices::unit(&self.coordinator.actor, JAWA_BARAT)?;
        for expert in self.experts.iter().chain([&self.silent]) {
            let set = SetPortfolio {
                reviewer: seat(expert)?,
                expected_version: 0,
                entries: vec![Entry {
                    province: Some(province),
                    template_code: None,
                    cycle: None,
                }],
                seat: None,
            };
            portfolio::set(&self.coordinator, "", set).await?;
        }
        let home = Declare {
            person: None,
            kind: ConflictKind::HomeProvince,
            unit: province,
            until: None,
            reason: "Berasal dari Jawa Barat.".to_owned(),
            seat: None,
        };
        conflict::declare(&self.from_jawa_barat, "", home).await?;
        Ok(())
    }

    async fn keep_out_who_comes_from_there(&self) -> Result<(), Error> {
        let to = To::Each(vec![seat(&self.from_jawa_barat)?]);
        let refused = assign::assign(&self.coordinator, "", assigning(vec![self.received(BEKASI)?.id], to)?).await;
        match refused {
            Err(Error::Refused(refusals)) if refusals.iter().all(|one| one.code == Code::ConflictOfInterest) => Ok(()),
            Err(other) => Err(other),
            Ok(_done) => Err(Error::internal("an expert of Jawa Barat was assigned to its reports")),
        }
    }

    fn received(&self, code: &str) -> Result<&report::Model, Error> {
        let unit = offices::unit(&self.coordinator.actor, code)?;
        let report = self.received.iter().find(|report| report.unit_id == unit);
        report.ok_or_else(|| Error::internal(format!("{code} has handed nothing over")))
    }

    /// Assigns a report to both, the first of whom leads, and they take it on.
    async fn assigned(&self, code: &'static str, order: [usize; 2]) -> Result<Review, Error> {
        let order = order.map(|place| &self.experts[place]);
        let seats: Result<Vec<Uuid>, Error> = order.into_iter().map(seat).collect();
        let mut review = self.assign(code, seats?).await?;
        for (expert, assignment) in order.into_iter().zip(&mut review.assignments) {
            *assignment = answers(expert, assignment, assignment::Step::Acknowledge, None).await?;
        }
        Ok(review)
    }

    async fn assign(&self, code: &'static str, seats: Vec<Uuid>) -> Result<Review, Error> {
        let asked = assigning(vec![self.received(code)?.id], To::Each(seats))?;
        let mut done = assign::assign(&self.coordinator, "", asked).await?;
        let (report, _reviewers) = done.rows.pop().ok_or_else(|| Error::internal("nothing was assigned"))?;
        Ok(Review {
            report,
            code,
            assignments: done.assignments,
        })
    }

    /// The one who is put in the lead does not answer.
    async fn assigned_to_the_silent(&self) -> Result<Review, Error> {
        let [_first, second] = &self.experts;
        let mut review = self.assign(SILENT, vec![seat(&self.silent)?, seat(second)?]).await?;
        if let Some(own) = review.assignments.last_mut() {
            *own = answers(second, own, assignment::Step::Acknowledge, None).await?;
        }
        Ok(review)
    }

    /// Takes the review away from who stays silent, and gives it to another.
    async fn replace(&self, mut review: Review) -> Result<(), Error> {
        let lapses = assignment::Step::Lapse;
        let silent = review.assignments.remove(0);
        let reason = "Tidak menjawab sampai batas waktu.";
        answers(&self.coordinator, &silent, lapses, Some(reason)).await?;
        let [first, _second] = &self.experts;
        let replacing = self.assign(review.code, vec![seat(first)?]).await?;
        review.assignments.extend(replacing.assignments);
        self.score(&review).await
    }

    /// Evenly, to those who look after Jawa Barat.
    async fn spread(&self, codes: &[&str]) -> Result<(), Error> {
        let reports: Result<Vec<Uuid>, Error> = codes.iter().map(|code| Ok(self.received(code)?.id)).collect();
        let among = self.experts.iter().map(seat).collect::<Result<Vec<Uuid>, Error>>()?;
        let spread = To::Spread {
            per_report: 2,
            among: Some(among),
        };
        assign::assign(&self.coordinator, "", assigning(reports?, spread)?).await?;
        Ok(())
    }

    fn expert_of(&self, assignment: &review_assignment::Model) -> Result<&Session, Error> {
        let mut experts = self.experts.iter();
        let expert = experts.find(|expert| expert.actor.account == assignment.account_id);
        expert.ok_or_else(|| Error::internal("an assignment of somebody else"))
    }

    /// Each for themselves, not knowing what the other wrote.
    async fn score(&self, review: &Review) -> Result<(), Error> {
        for (place, assignment) in review.assignments.iter().enumerate() {
            let expert = self.expert_of(assignment)?;
            let save = Save {
                assignment: assignment.id,
                expected_version: assignment.version,
                scores: scores(review.code, place),
                comment: Some("Dinilai menurut instrumen, dengan lampiran yang menyertainya.".to_owned()),
                seat: None,
            };
            let saved = scoring::save(expert, "", save).await?;
            let complete = Complete {
                assignment: saved.id,
                expected_version: saved.version,
                seat: None,
            };
            scoring::complete(expert, "", complete).await?;
        }
        Ok(())
    }

    async fn ask_for_a_revision(&self, review: &Review) -> Result<(report::Model, Vec<finding::Model>), Error> {
        let [lead, _second] = &self.experts;
        let due_on = Some(day(2025, 2, 12)?);
        let finding = |field: &str, severity, text: &str| Finding {
            section: None,
            field: Some(field.to_owned()),
            severity,
            text: text.to_owned(),
            due_on,
        };
        let raise = Raise {
            report: review.report.id,
            expected_version: review.report.version,
            findings: vec![
                finding(
                    "media-sosial",
                    FindingSeverity::Must,
                    "Jumlah unggahan dan pengikut setiap akun belum disebutkan.",
                ),
                finding(
                    "media-massa",
                    FindingSeverity::Should,
                    "Sebutkan berapa siaran pers yang dimuat, dan oleh media apa.",
                ),
            ],
            seat: None,
        };
        let raised = raising::raise(lead, "", raise).await?;
        let asks = Step {
            reason: Some("Angka media sosial belum ada, sehingga bagian itu belum dapat dinilai."),
            due_on,
            ..Step::of(ReportCommand::AskRevision)
        };
        let asked = Teller::take(lead, &review.report, asks).await?;
        Ok((asked, raised))
    }

    async fn resolve(&self, finding: finding::Model) -> Result<(), Error> {
        let [lead, _second] = &self.experts;
        let settle = Settle {
            finding: finding.id,
            // It was answered since.
            expected_version: finding.version + 1,
            reason: None,
            seat: None,
        };
        settling::settle(lead, "", FindingActKind::Resolve, settle).await?;
        Ok(())
    }
}

/// The unit notes what was found, mends its report and says what it did.
async fn revised(
    teller: &Teller<'_>,
    asked: &report::Model,
    findings: &[finding::Model],
) -> Result<report::Model, Error> {
    let (staff, head) = (
        teller.sign_in(&format!("staff.{BEKASI}")).await?,
        teller.sign_in(&format!("head.{BEKASI}")).await?,
    );
    let noted = Acknowledge {
        findings: findings.iter().map(|finding| finding.id).collect(),
        seat: None,
    };
    settling::acknowledge(&head, "", noted).await?;
    let said = [
        (
            "media-sosial",
            "Instagram: 212 unggahan, 18.400 pengikut. Facebook: 180 unggahan, 9.100 pengikut. TikTok: 96 unggahan, \
             4.300 pengikut. Dihitung sampai 31 Desember 2024.",
        ),
        (
            "media-massa",
            "Bawaslu Kota Bekasi menerbitkan siaran pers setiap pekan dan mengadakan dua forum media. Tiga puluh satu \
             terbit, dua puluh enam di antaranya dimuat.",
        ),
    ];
    let answers = said.map(|(field, text)| (field.to_owned(), Some(draft::Answer::Text(text.to_owned()))));
    let edit = Edit {
        report: asked.id,
        expected_version: asked.version,
        answers: answers.into(),
        seat: None,
    };
    let edited = writing::edit(&staff, "", edit).await?.saved()?;
    let answers = findings.iter().map(|finding| answering::Answer {
        finding: finding.id,
        remedied: true,
        text: "Sudah dilengkapi pada bagian ini.".to_owned(),
    });
    let submits = Step {
        answers: answers.collect(),
        ..Step::of(ReportCommand::Submit)
    };
    Teller::take(&head, &edited, submits).await
}

async fn answers(
    who: &Session,
    assignment: &review_assignment::Model,
    step: assignment::Step,
    reason: Option<&str>,
) -> Result<review_assignment::Model, Error> {
    let input = Answer {
        assignment: assignment.id,
        expected_version: assignment.version,
        step,
        reason: reason.map(str::to_owned),
        seat: None,
    };
    answer::answer(who, ("", "demo"), input).await
}

/// What is asked of whom until 14 February.
fn assigning(reports: Vec<Uuid>, to: To) -> Result<Assign, Error> {
    Ok(Assign {
        reports,
        to,
        lead: None,
        due_on: Some(day(2025, 2, 14)?),
        dry_run: false,
        seat: None,
    })
}

/// The one seat of somebody.
fn seat(who: &Session) -> Result<Uuid, Error> {
    let seat = who.actor.seats.first();
    seat.map(|seat| seat.seat)
        .ok_or_else(|| Error::internal("an expert without a seat"))
}

/// Two to four for each criterion, so that reports differ and experts nearly agree.
fn scores(code: &str, reader: usize) -> Vec<(String, Score)> {
    let seed: usize = code.bytes().map(usize::from).sum();
    let score = |(place, criterion): (usize, &str)| {
        let strictness = usize::from(reader == place % 3);
        let score = [3, 4, 4, 3, 5][(seed + place * place) % 5] - i32::try_from(strictness).unwrap_or_default();
        let comment = if score == 5 { "Patut dijadikan contoh." } else { "" };
        let score = Score {
            score: Some(score),
            comment: comment.to_owned(),
        };
        (criterion.to_owned(), score)
    };
    CRITERIA.into_iter().enumerate().map(score).collect()
}
