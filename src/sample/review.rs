//! What experts make of the yearly reports: who looks after which province, who is assigned and answers or stays silent, what is
//! found and answered, what is scored. Every step is one the workflows allow, and attested as ever.
use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Duration, NaiveDate, Utc};
use entity::{
    cycle,
    enums::{
        AssignmentState, FindingActKind, FindingSeverity, FindingState, Function, HandoverActKind, ReportCommand,
        ReviewActKind, ReviewSubjectType, Tier,
    },
    finding, finding_act, handover_act, handover_session, portfolio_entry, review_assignment, review_portfolio,
    rubric::{Score, Scores},
    score_draft, template,
};
use serde_json::json;
use uuid::Uuid;

use super::{
    chance::Chance,
    reports::{DAY, Desk, Fate, PLACE, Rows, Storyteller, Tale, answers},
};
use crate::{
    audit::{Subject, SubjectType},
    error::Error,
    report::{
        finding::{self as findings, SUBJECT_TYPE},
        gathering::arranging::{self, Arrangement, agenda_rows, with},
        reviewing::scoring::Judged,
        revision::words,
    },
    review::{
        About, Act, By,
        assignment::{self, Step},
        finding::{record::Raised, workflow::next},
        portfolio::Entry,
        rubric::score::total,
        traces,
    },
    territory::{directory::Directory, tree::Unit},
};

const HOUR: u32 = 3600;

/// How many experts look after a province.
const LOOKING_AFTER: [usize; 3] = [0, 7, 13];

/// What may be found: in which field, and what.
const FOUND: [(FindingSeverity, &str, &str); 4] = [
    (
        FindingSeverity::Must,
        "kegiatan",
        "Sebutkan tanggal dan tempat setiap kegiatan.",
    ),
    (
        FindingSeverity::Should,
        "unggahan",
        "Angka unggahan berbeda dari lampiran.",
    ),
    (
        FindingSeverity::Should,
        "siaran-pers",
        "Sebutkan media yang memuat siaran pers.",
    ),
    (
        FindingSeverity::Note,
        "aduan",
        "Baik bila aduan dipilah menurut tahapan.",
    ),
];

/// How far a review has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    /// Nobody is assigned yet.
    Received,
    /// The experts have not answered.
    Silent,
    Acknowledged,
    /// A revision was asked for.
    Asked,
    /// It came, and one of the findings was opened again.
    Answered,
    /// One sheet is being filled in.
    Drafting,
    /// One of two sheets is complete.
    Half,
    Done,
}

impl Reach {
    fn of(chance: &mut Chance, fate: Fate) -> Self {
        if fate != Fate::Reviewed {
            return Self::Done;
        }
        match chance.below(1000) {
            0..150 => Self::Received,
            150..350 => Self::Silent,
            350..500 => Self::Acknowledged,
            500..620 => Self::Asked,
            620..700 => Self::Answered,
            700..820 => Self::Drafting,
            820..930 => Self::Half,
            _ => Self::Done,
        }
    }
}

/// The experts, and which provinces they look after.
pub struct Panels {
    experts: Vec<Desk>,
    of_province: HashMap<Uuid, Vec<usize>>,
    told: bool,
}

impl Panels {
    /// Spread evenly, three to a province.
    pub(super) fn of(directory: &Directory, day: NaiveDate) -> Self {
        let root = directory.tree.root().id;
        let mut seats = directory.seats_of(root, day);
        seats.retain(|seat| seat.function == Function::Expert);
        seats.sort_by(|left, right| left.local_title.cmp(&right.local_title));
        let desk = |seat: Uuid| {
            let holder = directory.holders_of(seat, day).first().map(|holder| holder.account_id);
            holder.map(|account| Desk {
                seat,
                account,
                unit: root,
            })
        };
        let experts: Vec<Desk> = seats.iter().filter_map(|seat| desk(seat.id)).collect();
        let mut provinces: Vec<&Unit> = directory.tree.all().iter().collect();
        provinces.retain(|unit| unit.tier == Tier::Provinsi);
        provinces.sort_by(|left, right| left.code.cmp(&right.code));
        let those_of = |(place, province): (usize, &Unit)| {
            let experts = LOOKING_AFTER.map(|offset| (place + offset) % experts.len().max(1));
            (province.id, experts.into())
        };
        let of_province = provinces.into_iter().enumerate().map(those_of).collect();
        Self {
            experts,
            of_province,
            told: false,
        }
    }

    pub(super) fn are_told(&self) -> bool {
        self.told
    }

    /// Those who look after a province.
    fn panel(&self, province: Uuid) -> Result<Vec<Desk>, Error> {
        let places = self.of_province.get(&province);
        let places = places.ok_or_else(|| Error::internal("nobody looks after a province"))?;
        let experts: Option<Vec<Desk>> = places.iter().map(|place| self.experts.get(*place).copied()).collect();
        experts.ok_or_else(|| Error::internal("there are no experts"))
    }

    /// Who receives what a province hands over.
    pub(super) fn receiver(&self, province: Uuid) -> Result<Desk, Error> {
        let panel = self.panel(province)?;
        panel.first().copied().ok_or_else(|| Error::internal("nobody receives"))
    }
}

/// A report that is reviewed, and what is asked in its round.
#[derive(Clone, Copy)]
struct Reviewed<'r> {
    template: &'r template::Model,
    cycle: &'r cycle::Model,
    unit: &'r Unit,
    /// Its place among the rows.
    place: usize,
}

/// One expert's part.
struct Reviewer {
    row: review_assignment::Model,
    desk: Desk,
}

impl Storyteller<'_> {
    /// Says at the beginning of a round who looks after which province.
    pub(super) fn tell_portfolios(
        &mut self,
        template: &template::Model,
        cycle: &cycle::Model,
        rows: &mut Rows,
    ) -> Result<(), Error> {
        let coordinator = self.coordinator()?;
        let mut chance = Chance::of(self.sample.seed, &[&cycle.code, "portofolio"]);
        let mut provinces: Vec<&Unit> = self.directory.tree.all().iter().collect();
        provinces.retain(|unit| unit.tier == Tier::Provinsi);
        provinces.sort_by(|left, right| left.code.cmp(&right.code));
        for (place, expert) in self.panels.experts.iter().enumerate() {
            let at = chance.within(cycle.opens_at, DAY);
            let covers = |unit: &&&Unit| self.panels.of_province[&unit.id].contains(&place);
            let covered: Vec<Entry> = provinces
                .iter()
                .filter(covers)
                .map(|unit| Entry {
                    province: Some(unit.id),
                    template_code: Some(template.code.clone()),
                    cycle: None,
                })
                .collect();
            let row = review_portfolio::Model {
                seat_id: expert.seat,
                version: 1,
                updated_at: at,
                updated_by: coordinator.account,
            };
            let act = Act {
                kind: ReviewActKind::SetPortfolio,
                about: About::Portfolio(&row),
                details: json!({ "version": row.version, "entries": covered }),
                reason: None,
            };
            keep(rows, &mut chance, act, (coordinator, at))?;
            rows.entries
                .extend(covered.into_iter().map(|entry| portfolio_entry::Model {
                    id: chance.id(at),
                    seat_id: expert.seat,
                    provinsi_id: entry.province,
                    template_code: entry.template_code,
                    cycle_id: None,
                }));
            rows.portfolios.push(row);
        }
        self.panels.told = true;
        Ok(())
    }

    /// A session that its province has arranged a week before.
    pub(super) fn arrange(
        &self,
        (session, giver): (handover_session::Model, Desk),
        (units, receiver): (Vec<Uuid>, Desk),
        chance: &mut Chance,
        rows: &mut Rows,
    ) -> Result<handover_session::Model, Error> {
        let begins = session.created_at;
        let at = begins - Duration::days(7);
        let arranged = Arrangement {
            place: PLACE.to_owned(),
            starts_at: begins,
            ends_at: begins + Duration::hours(4),
            note: None,
            agenda: units,
            receivers: vec![receiver.seat],
        };
        let session = handover_session::Model {
            created_at: at,
            ..with(session, &arranged)
        };
        let (expected, awaiting) = agenda_rows(session.id, &arranged);
        rows.expected.extend(expected);
        rows.awaiting.extend(awaiting);
        let act = handover_act::Model {
            id: chance.id(at),
            session_id: session.id,
            kind: HandoverActKind::Scheduled,
            details: serde_json::to_value(&arranged).map_err(Error::internal)?,
            reason: None,
            account_id: giver.account,
            seat_id: giver.seat,
            unit_id: giver.unit,
            at,
        };
        let told = (arranged.agenda, arranged.receivers);
        rows.publish(chance, arranging::event(&session, &act, told), at);
        let subject = Subject {
            subject_type: SubjectType::HandoverAct,
            id: act.id,
            row: &act,
        };
        rows.attest(chance, subject, at)?;
        rows.session_acts.push(act);
        Ok(session)
    }

    /// What becomes of a report that was received.
    pub(super) fn review(
        &self,
        tale: &mut Tale<'_>,
        (template, cycle): (&template::Model, &cycle::Model),
        (unit, place): (&Unit, usize),
        (fate, received_at): (Fate, DateTime<Utc>),
    ) -> Result<(), Error> {
        let about = Reviewed {
            template,
            cycle,
            unit,
            place,
        };
        let reach = Reach::of(&mut tale.chance, fate);
        if reach == Reach::Received {
            return Ok(());
        }
        let (mut reviewers, answered_at) = self.assigned(tale, reach, received_at)?;
        if let Some(decided_at) = self.reviewed(tale, about, (&mut reviewers, answered_at), reach)? {
            self.judge(tale, fate, decided_at)?;
        }
        let rows = reviewers.into_iter().map(|reviewer| reviewer.row);
        tale.rows.assignments.extend(rows);
        Ok(())
    }

    fn coordinator(&self) -> Result<Desk, Error> {
        self.desk(self.directory.tree.root().id, Function::Coordinator)
    }

    /// Two of those who look after the province get it, and take it on unless they stay silent. Of some one is replaced.
    fn assigned(
        &self,
        tale: &mut Tale<'_>,
        reach: Reach,
        received_at: DateTime<Utc>,
    ) -> Result<(Vec<Reviewer>, DateTime<Utc>), Error> {
        let coordinator = self.coordinator()?;
        let mut panel = self
            .panels
            .panel(tale.report.provinsi_id.unwrap_or(tale.report.unit_id))?;
        let turn = tale.chance.below(3) as usize;
        panel.rotate_left(turn);
        let mut at = tale.chance.within(received_at, 3 * DAY);
        tale.take(ReportCommand::Assign, coordinator, at, None)?;
        let mut reviewers = Vec::new();
        for (place, desk) in panel.iter().take(2).enumerate() {
            reviewers.push(tale.assign(*desk, place == 0, (coordinator, at))?);
        }
        if reach == Reach::Silent {
            return Ok((reviewers, at));
        }
        if tale.chance.in_thousand(60) {
            at = tale.chance.within(at + Duration::days(7), DAY);
            let mut silent = reviewers.remove(0);
            let why = Some("Tidak menjawab.".to_owned());
            tale.advance(&mut silent, Step::Lapse, (coordinator, at), why)?;
            tale.rows.assignments.push(silent.row);
            at += Duration::hours(1);
            if let Some(desk) = panel.last() {
                reviewers.insert(0, tale.assign(*desk, true, (coordinator, at))?);
            }
        }
        for reviewer in &mut reviewers {
            at = tale.chance.within(at, DAY);
            let desk = reviewer.desk;
            tale.advance(reviewer, Step::Acknowledge, (desk, at), None)?;
        }
        Ok((reviewers, at))
    }

    /// What the experts do. Gives when it may be decided on, where both sheets are complete.
    fn reviewed(
        &self,
        tale: &mut Tale<'_>,
        about: Reviewed<'_>,
        (reviewers, mut at): (&mut [Reviewer], DateTime<Utc>),
        reach: Reach,
    ) -> Result<Option<DateTime<Utc>>, Error> {
        let is_asked = matches!(reach, Reach::Asked | Reach::Answered);
        if is_asked || (reach == Reach::Done && tale.chance.in_thousand(200)) {
            at = self.asked(tale, about, (reviewers[0].desk, at), reach)?;
        }
        if reach < Reach::Drafting {
            return Ok(None);
        }
        for reviewer in reviewers {
            at = tale.chance.within(at + Duration::hours(1), 3 * DAY);
            let scores = scores(&mut tale.chance, &self.rubric.criteria.0);
            let desk = reviewer.desk;
            tale.advance(reviewer, Step::Save, (desk, at), None)?;
            tale.rows.score_drafts.push(score_draft::Model {
                assignment_id: reviewer.row.id,
                scores: scores.clone(),
                comment: String::new(),
                updated_at: at,
            });
            if reach == Reach::Drafting {
                return Ok(None);
            }
            at = tale.chance.within(at, 2 * HOUR);
            self.complete(tale, reviewer, scores, at)?;
            if reach == Reach::Half {
                return Ok(None);
            }
        }
        Ok(Some(tale.chance.within(at + Duration::hours(1), 3 * DAY)))
    }

    fn complete(
        &self,
        tale: &mut Tale<'_>,
        reviewer: &mut Reviewer,
        scores: Scores,
        at: DateTime<Utc>,
    ) -> Result<(), Error> {
        reviewer.row.state = stepped(reviewer.row.state, Step::Complete)?;
        reviewer.row.version += 1;
        reviewer.row.updated_at = at;
        let revision = tale.rows.revisions.iter();
        let revision = revision.rev().find(|row| Some(row.id) == tale.report.revision_id);
        let total = total(&self.rubric.criteria, &scores);
        let judged = Judged {
            assignment: &reviewer.row,
            rubric: &self.rubric,
            revision: revision.ok_or_else(|| Error::internal("a review without its revision"))?,
            scores,
            comment: String::new(),
            total: total
                .ok_or_else(|| Error::internal("scores without a total"))?
                .to_string(),
        };
        let desk = reviewer.desk;
        let sheet = judged.frozen(1, (desk.account, desk.seat), (tale.chance.id(at), at))?;
        let act = Act {
            kind: ReviewActKind::Complete,
            about: About::Assignment(&reviewer.row),
            details: json!({
                "version": reviewer.row.version, "sheet": sheet.id, "number": sheet.number, "sha256": sheet.sha256,
            }),
            reason: None,
        };
        keep(tale.rows, &mut tale.chance, act, (desk, at))?;
        tale.rows.sheets.push(sheet);
        Ok(())
    }

    /// The lead finds something and asks for a revision; the unit notes it, mends its report and answers.
    fn asked(
        &self,
        tale: &mut Tale<'_>,
        about: Reviewed<'_>,
        (lead, after): (Desk, DateTime<Utc>),
        reach: Reach,
    ) -> Result<DateTime<Utc>, Error> {
        let (staff, head) = (
            self.desk(about.unit.id, Function::Staff)?,
            self.desk(about.unit.id, Function::Head)?,
        );
        let at = tale.chance.within(after, 3 * DAY);
        let many = 1 + tale.chance.below(4) as usize;
        let due_on = (at + Duration::days(7)).date_naive();
        let mut found = Vec::with_capacity(many);
        for what in FOUND.into_iter().take(many) {
            found.push(tale.raise(what, due_on, (lead, at))?);
        }
        tale.tell_findings(findings::RAISED, &found, (lead, at));
        let asked_at = at + Duration::hours(1);
        let why = Some("Lengkapi menurut temuan.");
        tale.take(ReportCommand::AskRevision, lead, asked_at, why)?;
        tale.report.return_due_on = Some(due_on);
        let mut at = tale.chance.within(asked_at + Duration::hours(1), DAY);
        if reach != Reach::Asked || tale.chance.in_thousand(500) {
            for finding in &mut found {
                tale.deal(finding, FindingActKind::Acknowledge, None, (staff, at))?;
            }
            tale.tell_findings(findings::ACKNOWLEDGED, &found, (staff, at));
        }
        if reach != Reach::Asked {
            at = tale.chance.within(at + Duration::hours(1), 5 * DAY);
            self.revised(tale, about, (head, at), &mut found)?;
            at = tale.chance.within(at + Duration::hours(1), 2 * DAY);
            settled(tale, &mut found, (lead, at), reach)?;
        }
        tale.rows.findings.extend(found);
        Ok(at)
    }

    /// What comes back, with an answer to all that asks for one.
    fn revised(
        &self,
        tale: &mut Tale<'_>,
        about: Reviewed<'_>,
        (head, at): (Desk, DateTime<Utc>),
        found: &mut [finding::Model],
    ) -> Result<(), Error> {
        let Reviewed {
            template,
            cycle,
            unit,
            place,
        } = about;
        let answers = answers(&mut tale.chance, &unit.name);
        // Saving the draft raises the version and leaves no trace.
        tale.report.version += 1;
        tale.submit((unit, head), (template, cycle), &answers, at)?;
        for finding in found.iter_mut().filter(|row| row.severity != FindingSeverity::Note) {
            let text = Some("Sudah dilengkapi.".to_owned());
            tale.deal(finding, FindingActKind::Answer, text, (head, at))?;
        }
        tale.tell_findings(findings::ANSWERED, found, (head, at));
        tale.rows.texts[place].words = words(unit, template, cycle, Some(&answers));
        tale.rows.drafts[place].answers = answers;
        tale.rows.drafts[place].updated_at = at;
        Ok(())
    }
}

/// What was answered is resolved; of a review that goes no further one is opened again.
fn settled(
    tale: &mut Tale<'_>,
    found: &mut [finding::Model],
    (lead, at): (Desk, DateTime<Utc>),
    reach: Reach,
) -> Result<(), Error> {
    let mut answered: Vec<&mut finding::Model> = found.iter_mut().collect();
    answered.retain(|finding| finding.state == FindingState::Answered);
    for (place, finding) in answered.into_iter().enumerate() {
        let (kind, told, why) = match (reach, place) {
            (Reach::Answered, 0) => (FindingActKind::Reopen, findings::REOPENED, Some("Tempatnya belum ada.")),
            // What is left is looked at later.
            (Reach::Answered, _) => continue,
            _ => (FindingActKind::Resolve, findings::RESOLVED, None),
        };
        tale.deal(finding, kind, why.map(str::to_owned), (lead, at))?;
        tale.tell_findings(told, std::slice::from_ref(finding), (lead, at));
    }
    Ok(())
}

impl Tale<'_> {
    fn assign(&mut self, desk: Desk, lead: bool, (by, at): (Desk, DateTime<Utc>)) -> Result<Reviewer, Error> {
        let row = review_assignment::Model {
            id: self.chance.id(at),
            subject_type: ReviewSubjectType::Report,
            subject_id: self.report.id,
            unit_id: self.report.unit_id,
            seat_id: desk.seat,
            account_id: desk.account,
            lead,
            state: AssignmentState::Assigned,
            due_on: Some((at + Duration::days(14)).date_naive()),
            assigned_by: by.account,
            assigned_at: at,
            updated_at: at,
            version: 1,
        };
        let act = Act {
            kind: ReviewActKind::Assign,
            about: About::Assignment(&row),
            details: serde_json::to_value(&row).map_err(Error::internal)?,
            reason: None,
        };
        keep(self.rows, &mut self.chance, act, (by, at))?;
        Ok(Reviewer { row, desk })
    }

    /// Takes an assignment one step on, as the workflow has it.
    fn advance(
        &mut self,
        reviewer: &mut Reviewer,
        step: Step,
        (by, at): (Desk, DateTime<Utc>),
        reason: Option<String>,
    ) -> Result<(), Error> {
        let row = &mut reviewer.row;
        row.state = stepped(row.state, step)?;
        row.version += 1;
        row.updated_at = at;
        let Some(kind) = step.act() else { return Ok(()) };
        let act = Act {
            kind,
            about: About::Assignment(row),
            details: json!({ "state": row.state, "version": row.version }),
            reason,
        };
        keep(self.rows, &mut self.chance, act, (by, at))
    }

    fn raise(
        &mut self,
        (severity, field, text): (FindingSeverity, &str, &str),
        due_on: NaiveDate,
        (by, at): (Desk, DateTime<Utc>),
    ) -> Result<finding::Model, Error> {
        let section = if field == "kegiatan" { "uraian" } else { "angka" };
        let row = finding::Model {
            id: self.chance.id(at),
            subject_type: SUBJECT_TYPE.to_owned(),
            subject_id: self.report.id,
            unit_id: self.report.unit_id,
            revision: self.report.revision_number,
            section: Some(section.to_owned()),
            field: Some(field.to_owned()),
            severity,
            text: text.to_owned(),
            due_on: (severity != FindingSeverity::Note).then_some(due_on),
            state: FindingState::Open,
            raised_by: by.account,
            raised_seat: by.seat,
            raised_unit: by.unit,
            raised_at: at,
            acknowledged_by: None,
            acknowledged_at: None,
            answered_in: None,
            reminded_at: None,
            version: 1,
        };
        let subject = Subject {
            subject_type: SubjectType::Finding,
            id: row.id,
            row: &Raised::from(&row),
        };
        self.rows.attest(&mut self.chance, subject, at)?;
        self.keep_deed(&row, FindingActKind::Raise, None, (by, at))?;
        Ok(row)
    }

    /// Does something about a finding, as the workflow has it.
    fn deal(
        &mut self,
        finding: &mut finding::Model,
        kind: FindingActKind,
        text: Option<String>,
        (by, at): (Desk, DateTime<Utc>),
    ) -> Result<(), Error> {
        let state = next(Some(finding.state), kind);
        finding.state = state.map_err(|refused| Error::internal(format!("{refused:?} in a sample")))?;
        match kind {
            FindingActKind::Acknowledge => {
                finding.acknowledged_by = Some(by.account);
                finding.acknowledged_at = Some(at);
            }
            FindingActKind::Answer => {
                finding.version += 1;
                finding.answered_in = Some(self.report.revision_number);
            }
            FindingActKind::Raise | FindingActKind::Resolve | FindingActKind::Reopen => finding.version += 1,
        }
        self.keep_deed(finding, kind, text, (by, at))
    }

    fn keep_deed(
        &mut self,
        finding: &finding::Model,
        kind: FindingActKind,
        text: Option<String>,
        (by, at): (Desk, DateTime<Utc>),
    ) -> Result<(), Error> {
        let is_answer = kind == FindingActKind::Answer;
        let act = finding_act::Model {
            id: self.chance.id(at),
            finding_id: finding.id,
            kind,
            text,
            remedied: is_answer.then_some(true),
            revision: is_answer.then_some(self.report.revision_number),
            account_id: by.account,
            seat_id: by.seat,
            unit_id: by.unit,
            at,
        };
        let subject = Subject {
            subject_type: SubjectType::FindingAct,
            id: act.id,
            row: &act,
        };
        self.rows.attest(&mut self.chance, subject, at)?;
        self.rows.finding_acts.push(act);
        Ok(())
    }

    fn tell_findings(&mut self, kind: &'static str, found: &[finding::Model], (by, at): (Desk, DateTime<Utc>)) {
        let event = findings::event(kind, &self.report, Some((by.account, by.seat)), found);
        self.rows.publish(&mut self.chance, event, at);
    }
}

/// Keeps an act of a review with its event and its leaf.
fn keep(rows: &mut Rows, chance: &mut Chance, act: Act<'_>, (by, at): (Desk, DateTime<Utc>)) -> Result<(), Error> {
    let by = By {
        account: by.account,
        seat: by.seat,
        unit: by.unit,
    };
    let (row, event) = traces(act, by, (chance.id(at), at));
    rows.publish(chance, event, at);
    let subject = Subject {
        subject_type: SubjectType::ReviewAct,
        id: row.id,
        row: &row,
    };
    rows.attest(chance, subject, at)?;
    rows.review_acts.push(row);
    Ok(())
}

fn stepped(from: AssignmentState, step: Step) -> Result<AssignmentState, Error> {
    assignment::next(from, step).map_err(|_refused| Error::internal(format!("{step:?} from {from:?} in a sample")))
}

/// Mostly in the middle; whoever goes to an end says why.
fn scores(chance: &mut Chance, criteria: &[entity::rubric::Criterion]) -> Scores {
    let score = |criterion: &entity::rubric::Criterion| {
        let least = criterion.scale.least;
        let score = match chance.below(100) {
            0..4 => least,
            4..20 => least + 1,
            20..60 => least + 2,
            60..92 => least + 3,
            _ => criterion.scale.most,
        };
        let is_extreme = score == least || score == criterion.scale.most;
        let comment = if is_extreme { "Tampak dari lampiran." } else { "" };
        let score = Score {
            score: Some(score),
            comment: comment.to_owned(),
        };
        (criterion.key.clone(), score)
    };
    Scores(criteria.iter().map(score).collect::<BTreeMap<_, _>>())
}
