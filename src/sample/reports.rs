//! What came of the rounds: who sent what when, and what those above made of it. Every step is one the workflow allows, every
//! submission frozen as ever, and the ledger is told what the history says.
use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Duration, Utc};
use entity::{
    audit_leaf, cycle,
    draft::{self, Answer, Answers},
    enums::{
        Function, HandoverOutcome, ObligationActKind, ObligationStanding, Openness, ReportCommand, ReportStatus, Tier,
    },
    finding, finding_act, handover, handover_act, handover_expected, handover_item, handover_receiver,
    handover_session, handover_session_receiver, obligation, obligation_act, outbox_event, portfolio_entry, pulse,
    receipt, report, report_text, review_act, review_assignment, review_portfolio, revision, rubric, score_draft,
    score_sheet, template, transition,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde::Serialize;
use uuid::Uuid;

use super::{
    Sample,
    chance::Chance,
    review::Panels,
    rounds::{self, COUNTED, Period},
};
use crate::{
    app::App,
    audit::{Subject, SubjectType, canonical_json, chain, commitment},
    db::insert_all,
    error::Error,
    feed::{Event, FEED_PULSE},
    identity::{code::public_code_of, receipt_key::Signer},
    notice::query::NOTICES_PULSE,
    report::{
        audience, catalogue, ledger,
        query::Mark,
        receipt::{issuing::signed, payload::Facts},
        revision::{freeze, words},
        step,
        workflow::{self, Place, Way},
    },
    statement::payload::{Head, sealed_head},
    territory::{directory::Directory, tree::Unit},
};

pub(super) const DAY: u32 = 24 * 3600;

/// Where reports change hands.
pub(super) const PLACE: &str = "Media Center Bawaslu RI";

/// What becomes of one report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Accepted,
    /// Submitted, and waiting.
    Submitted,
    /// On the desk of those who decide.
    Reviewed,
    Returned,
    Declined,
    Draft,
    /// Never begun.
    Missing,
}

impl Fate {
    /// Out of a thousand, by whether the period is still on its way, and whether experts review it.
    fn of(chance: &mut Chance, underway: bool, reviewed: bool) -> Self {
        let shares: &[(u32, Self)] = if underway && reviewed {
            &[
                (150, Self::Accepted),
                (20, Self::Declined),
                (700, Self::Reviewed),
                (60, Self::Submitted),
                (50, Self::Draft),
                (20, Self::Missing),
            ]
        } else if underway {
            &[
                (50, Self::Accepted),
                (800, Self::Submitted),
                (40, Self::Reviewed),
                (50, Self::Returned),
                (50, Self::Draft),
                (10, Self::Missing),
            ]
        } else {
            &[
                (935, Self::Accepted),
                (5, Self::Submitted),
                (10, Self::Reviewed),
                (15, Self::Returned),
                (25, Self::Declined),
                (5, Self::Draft),
                (5, Self::Missing),
            ]
        };
        let mut drawn = chance.below(1000);
        for (share, fate) in shares {
            match drawn.checked_sub(*share) {
                None => return *fate,
                Some(rest) => drawn = rest,
            }
        }
        Self::Missing
    }
}

/// A seat with who sits there.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    pub seat: Uuid,
    pub account: Uuid,
    pub unit: Uuid,
}

/// One report that its province hands over.
struct Given {
    /// Its place among the rows, and that of what its unit owes.
    report: usize,
    owed: usize,
    fate: Fate,
}

/// By province.
type HandedOver = HashMap<Uuid, Vec<Given>>;

/// What one round has come to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Told {
    pub reports: usize,
    pub accepted: usize,
    pub submitted: usize,
}

/// The rows of one round, written together.
#[derive(Default)]
pub(super) struct Rows {
    obligations: Vec<obligation::Model>,
    acts: Vec<obligation_act::Model>,
    reports: Vec<report::Model>,
    pub texts: Vec<report_text::Model>,
    pub drafts: Vec<draft::Model>,
    pub revisions: Vec<revision::Model>,
    steps: Vec<transition::Model>,
    events: Vec<outbox_event::Model>,
    leaves: Vec<audit_leaf::Model>,
    pub sessions: Vec<handover_session::Model>,
    pub expected: Vec<handover_expected::Model>,
    pub awaiting: Vec<handover_session_receiver::Model>,
    pub session_acts: Vec<handover_act::Model>,
    handovers: Vec<handover::Model>,
    items: Vec<handover_item::Model>,
    receivers: Vec<handover_receiver::Model>,
    receipts: Vec<receipt::Model>,
    pub portfolios: Vec<review_portfolio::Model>,
    pub entries: Vec<portfolio_entry::Model>,
    pub assignments: Vec<review_assignment::Model>,
    pub score_drafts: Vec<score_draft::Model>,
    pub sheets: Vec<score_sheet::Model>,
    pub review_acts: Vec<review_act::Model>,
    pub findings: Vec<finding::Model>,
    pub finding_acts: Vec<finding_act::Model>,
}

impl Rows {
    /// An event of a moment; its number comes when all is told.
    pub(super) fn publish(&mut self, chance: &mut Chance, event: Event, at: DateTime<Utc>) {
        self.events.push(outbox_event::Model {
            id: chance.id(at),
            sequence: None,
            kind: event.kind.to_owned(),
            subject_type: event.subject_type.to_owned(),
            subject_id: event.subject,
            unit_id: event.unit,
            payload: event.payload,
            at,
        });
    }

    /// What attests a row.
    pub(super) fn attest<T: Serialize>(
        &mut self,
        chance: &mut Chance,
        subject: Subject<'_, T>,
        at: DateTime<Utc>,
    ) -> Result<(), Error> {
        let salt: [u8; 16] = chance.bytes();
        self.leaves.push(audit_leaf::Model {
            id: chance.id(at),
            subject_type: subject.subject_type.word().to_owned(),
            subject_id: subject.id,
            commitment: commitment(&salt, &canonical_json(subject.row)?).to_vec(),
            salt: Some(salt.to_vec()),
            at,
            position: None,
            link: None,
        });
        Ok(())
    }
}

/// Tells round after round.
pub struct Storyteller<'a> {
    app: &'a App,
    pub(super) sample: Sample,
    pub(super) directory: Arc<Directory>,
    desks: HashMap<(Uuid, Function), Desk>,
    /// What experts judge by.
    pub(super) rubric: rubric::Model,
    /// Who looks after which province.
    pub(super) panels: Panels,
    signer: Signer,
    /// The last link of the chain, to which receipts are bound.
    head: Option<Head>,
    /// The last number given in the feed.
    sequence: i64,
}

/// What is known of one report while it is told.
pub(super) struct Tale<'t> {
    pub report: report::Model,
    way: Way,
    pub chance: Chance,
    steps: Vec<transition::Model>,
    /// Whether it has been started.
    begun: bool,
    pub rows: &'t mut Rows,
}

impl Tale<'_> {
    /// Takes a step, as the workflow has it.
    pub(super) fn take(
        &mut self,
        command: ReportCommand,
        desk: Desk,
        at: DateTime<Utc>,
        reason: Option<&str>,
    ) -> Result<(), Error> {
        let from = Place {
            status: self.report.status,
            reviewing: self.report.reviewing_tier,
        };
        let begun = std::mem::replace(&mut self.begun, true);
        if begun {
            let place = workflow::next(from, command, &self.way)
                .map_err(|refused| Error::internal(format!("{refused:?} in a sample")))?;
            self.report = step::placed(&self.report, place, at);
        }
        if command == ReportCommand::Submit {
            self.report.submitted_at = Some(at);
            self.report.submitted_rank = at.timestamp_micros();
            self.report.first_submitted_at = self.report.first_submitted_at.or(Some(at));
            self.report.submitted_by = Some(desk.account);
        }
        let row = transition::Model {
            id: self.chance.id(at),
            report_id: self.report.id,
            version: self.report.version,
            command,
            from_status: begun.then_some(from.status),
            to_status: self.report.status,
            seat_id: desk.seat,
            account_id: desk.account,
            unit_id: desk.unit,
            reason: reason.map(str::to_owned),
            revision_id: self.report.revision_id,
            at,
            service_account_id: None,
            openness: None,
        };
        let event = step::event(&self.report, &row);
        self.rows.publish(&mut self.chance, event, at);
        let subject = Subject {
            subject_type: SubjectType::Transition,
            id: row.id,
            row: &row,
        };
        self.rows.attest(&mut self.chance, subject, at)?;
        self.steps.push(row);
        Ok(())
    }

    /// Freezes answers and submits them.
    pub(super) fn submit(
        &mut self,
        (unit, head): (&Unit, Desk),
        (template, cycle): (&template::Model, &cycle::Model),
        answers: &Answers,
        at: DateTime<Utc>,
    ) -> Result<(), Error> {
        let number = self.report.revision_number + 1;
        let frozen = freeze(
            &self.report,
            number,
            unit,
            (template, cycle),
            answers,
            (&[], Vec::new()),
        )?;
        let revision = revision::Model {
            id: self.chance.id(at),
            report_id: self.report.id,
            number,
            content: frozen.content,
            sha256: frozen.sha256,
            submitted_at: at,
            account_id: head.account,
            seat_id: head.seat,
        };
        self.report.revision_id = Some(revision.id);
        self.report.revision_number = number;
        self.report.return_due_on = None;
        self.rows.revisions.push(revision);
        self.take(ReportCommand::Submit, head, at, None)
    }
}

impl<'a> Storyteller<'a> {
    pub fn new(
        app: &'a App,
        sample: Sample,
        directory: &Arc<Directory>,
        from: DateTime<Utc>,
        rubric: rubric::Model,
    ) -> Result<Self, Error> {
        let day = from.date_naive();
        let mut desks = HashMap::new();
        for unit in directory.tree.all() {
            for seat in directory.seats_of(unit.id, day) {
                let holders = directory.holders_of(seat.id, day);
                if let Some(holder) = holders.first() {
                    desks.entry((unit.id, seat.function)).or_insert(Desk {
                        seat: seat.id,
                        account: holder.account_id,
                        unit: unit.id,
                    });
                }
            }
        }
        Ok(Self {
            app,
            sample,
            directory: Arc::clone(directory),
            desks,
            rubric,
            panels: Panels::of(directory, day),
            signer: app.services.identity.receipts.signer(from),
            head: None,
            sequence: 0,
        })
    }

    pub(super) fn desk(&self, unit: Uuid, function: Function) -> Result<Desk, Error> {
        let desk = self.desks.get(&(unit, function)).copied();
        desk.ok_or_else(|| Error::internal(format!("nobody sits as {function:?} in {unit}")))
    }

    /// Tells one round, done with or still on its way.
    pub async fn tell(&mut self, template: &template::Model, period: &Period, underway: bool) -> Result<Told, Error> {
        let cycle = rounds::round(template, period, !underway);
        let mut rows = Rows::default();
        if template.route.experts && !self.panels.are_told() {
            self.tell_portfolios(template, &cycle, &mut rows)?;
        }
        let directory = Arc::clone(&self.directory);
        let asked = audience::asked(&cycle, &directory.history, |_life| true);
        let mut handed_over = HandedOver::new();
        // The history has no order of its own.
        let mut units: Vec<&Unit> = asked.iter().filter_map(|life| directory.tree.get(life.id)).collect();
        units.sort_by(|left, right| left.code.cmp(&right.code));
        for unit in units {
            let chance = Chance::of(self.sample.seed, &[&cycle.code, &unit.code]);
            let life = directory.history.life(unit.id);
            let life = life.ok_or_else(|| Error::internal("a unit without a history"))?;
            let mut owed = ledger::owed((&cycle, &[]), life, &directory.history, cycle.opens_at);
            self.tell_unit(
                template,
                &cycle,
                unit,
                chance,
                (&mut rows, &mut owed, &mut handed_over),
                underway,
            )?;
            if owed.report_id.is_none() && !underway {
                self.excuse(&cycle, unit, &mut owed, &mut rows)?;
            }
            rows.obligations.push(owed);
        }
        self.gather(template, &cycle, &handed_over, &mut rows)?;
        let count = |statuses: &[ReportStatus]| {
            let reports = rows.reports.iter();
            reports.filter(|report| statuses.contains(&report.status)).count()
        };
        let told = Told {
            reports: rows.reports.len(),
            accepted: count(&[ReportStatus::Accepted]),
            submitted: count(&[ReportStatus::Submitted, ReportStatus::Endorsed]),
        };
        self.write(cycle, rows).await?;
        Ok(told)
    }

    /// Of those who sent nothing, one in three had a reason that was heard.
    fn excuse(
        &self,
        cycle: &cycle::Model,
        unit: &Unit,
        owed: &mut obligation::Model,
        rows: &mut Rows,
    ) -> Result<(), Error> {
        let mut chance = Chance::of(self.sample.seed, &[&cycle.code, &unit.code, "dimaafkan"]);
        if !chance.in_thousand(333) {
            return Ok(());
        }
        let superior = self.directory.tree.superior(unit);
        let superior = superior.ok_or_else(|| Error::internal("nobody to excuse"))?;
        let function = if superior.tier == Tier::Ri {
            Function::Coordinator
        } else {
            Function::Head
        };
        let desk = self.desk(superior.id, function)?;
        let at = chance.within(cycle.opens_at + Duration::days(11), 3 * DAY);
        owed.standing = ObligationStanding::Excused;
        owed.version += 1;
        let act = obligation_act::Model {
            id: chance.id(at),
            obligation_id: owed.id,
            kind: ObligationActKind::Excuse,
            reason: "Kantor terdampak bencana.".to_owned(),
            until: None,
            account_id: desk.account,
            seat_id: desk.seat,
            unit_id: desk.unit,
            at,
        };
        let subject = Subject {
            subject_type: SubjectType::ObligationAct,
            id: act.id,
            row: &act,
        };
        rows.attest(&mut chance, subject, at)?;
        rows.acts.push(act);
        Ok(())
    }

    /// What one unit does in a round, and what is done to its report.
    fn tell_unit(
        &self,
        template: &template::Model,
        cycle: &cycle::Model,
        unit: &Unit,
        mut chance: Chance,
        (rows, owed, handed_over): (&mut Rows, &mut obligation::Model, &mut HandedOver),
        underway: bool,
    ) -> Result<(), Error> {
        let fate = Fate::of(&mut chance, underway, template.route.experts);
        if fate == Fate::Missing {
            return Ok(());
        }
        let (staff, head) = (
            self.desk(unit.id, Function::Staff)?,
            self.desk(unit.id, Function::Head)?,
        );
        let submits_at = submits_at(&mut chance, cycle);
        let begins_at = chance
            .within(submits_at - Duration::hours(20), 18 * 3600)
            .max(cycle.opens_at);
        let ancestor = |tier| self.directory.tree.ancestor_at(unit.id, tier).map(|unit| unit.id);
        let report = report::Model {
            id: chance.id(begins_at),
            unit_id: unit.id,
            provinsi_id: ancestor(Tier::Provinsi),
            kabupaten_kota_id: ancestor(Tier::KabupatenKota),
            kecamatan_id: ancestor(Tier::Kecamatan),
            template_id: template.id,
            cycle_id: cycle.id,
            status: ReportStatus::Draft,
            version: 1,
            reviewing_tier: None,
            revision_id: None,
            revision_number: 0,
            first_submitted_at: None,
            submitted_at: None,
            submitted_rank: 0,
            submitted_by: None,
            return_due_on: None,
            accepted_at: None,
            client_id: None,
            created_by: staff.account,
            created_at: begins_at,
            updated_at: begins_at,
            openness: Openness::Internal,
        };
        let answers = answers(&mut chance, &unit.name);
        let mut tale = Tale {
            report,
            way: Way::of(&template.route, unit.tier),
            chance,
            steps: Vec::new(),
            begun: false,
            rows,
        };
        tale.take(ReportCommand::Start, staff, begins_at, None)?;
        // Saving the draft raises the version and leaves no trace.
        tale.report.version += 1;
        if fate != Fate::Draft {
            tale.submit((unit, head), (template, cycle), &answers, submits_at)?;
            self.decide(&mut tale, unit, fate, cycle)?;
        }
        let Tale { report, steps, .. } = tale;
        owed.met_at = ledger::came(&steps);
        owed.report_id = Some(report.id);
        owed.accepted_at = report.accepted_at;
        owed.declined = report.status == ReportStatus::Declined;
        rows.texts.push(report_text::Model {
            report_id: report.id,
            words: words(unit, template, cycle, report.revision_id.is_some().then_some(&answers)),
        });
        rows.drafts.push(draft::Model {
            report_id: report.id,
            answers,
            updated_at: begins_at,
            saved: draft::Saved::default(),
            cites: draft::Cites::default(),
            prefilled_from: None,
        });
        if report.status == ReportStatus::Endorsed && matches!(fate, Fate::Accepted | Fate::Reviewed | Fate::Declined) {
            let province = report.provinsi_id.unwrap_or(unit.id);
            handed_over.entry(province).or_default().push(Given {
                report: rows.reports.len(),
                owed: rows.obligations.len(),
                fate,
            });
        }
        rows.steps.extend(steps);
        rows.reports.push(report);
        Ok(())
    }

    /// What the endorsing tier makes of it, where there is one.
    fn decide(&self, tale: &mut Tale<'_>, unit: &Unit, fate: Fate, cycle: &cycle::Model) -> Result<(), Error> {
        let Some(tier) = tale.report.reviewing_tier else {
            return Ok(());
        };
        let superior = self.directory.tree.superior_at(unit.id, tier);
        let superior = superior.ok_or_else(|| Error::internal("nobody to endorse"))?;
        let desk = self.desk(superior.id, Function::Head)?;
        let taken_at = tale.chance.within(cycle.opens_at + Duration::days(16), 4 * DAY);
        let decided_at = tale.chance.within(taken_at, 5 * DAY);
        if fate != Fate::Submitted {
            tale.take(ReportCommand::Take, desk, taken_at, None)?;
        }
        match fate {
            Fate::Accepted => tale.take(ReportCommand::Endorse, desk, decided_at, None),
            Fate::Returned => tale.take(
                ReportCommand::Return,
                desk,
                decided_at,
                Some("Lengkapi uraian kegiatan."),
            ),
            Fate::Declined => tale.take(
                ReportCommand::Decline,
                desk,
                decided_at,
                Some("Angka tidak didukung bukti."),
            ),
            Fate::Submitted | Fate::Reviewed | Fate::Draft | Fate::Missing => Ok(()),
        }
    }

    /// Each province hands over what is to be handed over, in one session, and RI decides.
    fn gather(
        &self,
        template: &template::Model,
        cycle: &cycle::Model,
        handed_over: &HandedOver,
        rows: &mut Rows,
    ) -> Result<(), Error> {
        let mut provinces: Vec<&Unit> = handed_over
            .keys()
            .filter_map(|id| self.directory.tree.get(*id))
            .collect();
        provinces.sort_by(|left, right| left.code.cmp(&right.code));
        for province in provinces {
            let mut chance = Chance::of(self.sample.seed, &[&cycle.code, &province.code, "serah terima"]);
            let giver = self.desk(province.id, Function::Head)?;
            let receiver = self.panels.receiver(province.id)?;
            let at = chance.within(cycle.opens_at + Duration::days(17), 3 * DAY);
            let mut session = handover_session::Model::opened(chance.id(at), province.id, at);
            let given = &handed_over[&province.id];
            if template.route.experts {
                let units = given.iter().map(|one| rows.reports[one.report].unit_id).collect();
                session = self.arrange((session, giver), (units, receiver), &mut chance, rows)?;
            }
            let act = handover::Model {
                id: chance.id(at),
                session_id: session.id,
                place: PLACE.to_owned(),
                at,
                seat_id: giver.seat,
                account_id: giver.account,
                created_at: at,
            };
            rows.receivers.push(handover_receiver::Model {
                handover_id: act.id,
                seat_id: receiver.seat,
            });
            rows.sessions.push(session);
            rows.handovers.push(act.clone());
            for one in given {
                self.receive((template, cycle), one, &act, (giver, receiver), rows)?;
            }
        }
        Ok(())
    }

    /// One report changes hands, and RI decides on it unless it is still to.
    fn receive(
        &self,
        (template, cycle): (&template::Model, &cycle::Model),
        given: &Given,
        act: &handover::Model,
        (giver, receiver): (Desk, Desk),
        rows: &mut Rows,
    ) -> Result<(), Error> {
        let report = rows.reports[given.report].clone();
        let unit = self.directory.tree.get(report.unit_id);
        let unit = unit.ok_or_else(|| Error::internal("a report without its unit"))?;
        let mut chance = Chance::of(self.sample.seed, &[&cycle.code, &unit.code, "RI"]);
        let received_at = chance.within(act.at, DAY);
        let decided_at = chance.within(received_at, 5 * DAY);
        rows.items.push(handover_item::Model {
            handover_id: act.id,
            report_id: report.id,
            revision_id: report.revision_id.unwrap_or_default(),
            outcome: HandoverOutcome::Received,
            seat_id: Some(receiver.seat),
            account_id: Some(receiver.account),
            decided_at: Some(received_at),
            reason: None,
        });
        let mut tale = Tale {
            report,
            way: Way::of(&template.route, unit.tier),
            chance,
            steps: Vec::new(),
            begun: true,
            rows,
        };
        tale.take(ReportCommand::HandOver, giver, act.at, None)?;
        tale.take(ReportCommand::Receive, receiver, received_at, None)?;
        self.sign(&mut tale, (template, cycle), act, (receiver, received_at))?;
        if template.route.experts {
            let place = given.report;
            self.review(&mut tale, (template, cycle), (unit, place), (given.fate, received_at))?;
        } else {
            self.judge(&mut tale, given.fate, decided_at)?;
        }
        let Tale {
            report, steps, rows, ..
        } = tale;
        let owed = &mut rows.obligations[given.owed];
        owed.accepted_at = report.accepted_at;
        owed.declined = report.status == ReportStatus::Declined;
        rows.steps.extend(steps);
        rows.reports[given.report] = report;
        Ok(())
    }

    /// RI decides, unless it is still to.
    pub(super) fn judge(&self, tale: &mut Tale<'_>, fate: Fate, at: DateTime<Utc>) -> Result<(), Error> {
        let coordinator = self.desk(self.directory.tree.root().id, Function::Coordinator)?;
        match fate {
            Fate::Accepted => tale.take(ReportCommand::Accept, coordinator, at, None),
            Fate::Declined => tale.take(
                ReportCommand::Decline,
                coordinator,
                at,
                Some("Angka tidak didukung bukti."),
            ),
            Fate::Submitted | Fate::Reviewed | Fate::Returned | Fate::Draft | Fate::Missing => Ok(()),
        }
    }

    /// The receipt of a report that is received.
    fn sign(
        &self,
        tale: &mut Tale<'_>,
        (template, cycle): (&template::Model, &cycle::Model),
        act: &handover::Model,
        (receiver, received_at): (Desk, DateTime<Utc>),
    ) -> Result<(), Error> {
        let revision = tale
            .rows
            .revisions
            .iter()
            .rfind(|row| Some(row.id) == tale.report.revision_id);
        let revision = revision.ok_or_else(|| Error::internal("a handover without its revision"))?;
        let mark = Mark {
            revision: revision.id,
            report: revision.report_id,
            number: revision.number,
            sha256: revision.sha256.clone(),
        };
        let facts = Facts {
            report: tale.report.id,
            unit: tale.report.unit_id,
            template,
            cycle,
            mark: &mark,
            act,
            receiver: receiver.seat,
            received_at,
        };
        let named = (tale.chance.id(received_at), public_code_of(&tale.chance.bytes()));
        let receipt = signed(&self.directory, &facts, named, (&self.signer, self.head.clone()))?;
        let subject = Subject {
            subject_type: SubjectType::Receipt,
            id: receipt.id,
            row: &receipt,
        };
        tale.rows.attest(&mut tale.chance, subject, received_at)?;
        tale.rows.receipts.push(receipt);
        Ok(())
    }

    /// Writes a round with everything in it, the feed numbered in the order of what happened.
    async fn write(&mut self, cycle: cycle::Model, mut rows: Rows) -> Result<(), Error> {
        rows.events.sort_by_key(|event| event.id);
        for event in &mut rows.events {
            self.sequence += 1;
            event.sequence = Some(self.sequence);
        }
        let transaction = self.app.services.db.begin().await?;
        let connection = transaction.connection();
        catalogue::bump(connection).await?;
        insert_all(connection, vec![cycle]).await?;
        insert_all(connection, rows.reports).await?;
        insert_all(connection, rows.texts).await?;
        insert_all(connection, rows.drafts).await?;
        insert_all(connection, rows.revisions).await?;
        insert_all(connection, rows.steps).await?;
        insert_all(connection, rows.obligations).await?;
        insert_all(connection, rows.acts).await?;
        insert_all(connection, rows.sessions).await?;
        insert_all(connection, rows.expected).await?;
        insert_all(connection, rows.awaiting).await?;
        insert_all(connection, rows.session_acts).await?;
        insert_all(connection, rows.handovers).await?;
        insert_all(connection, rows.items).await?;
        insert_all(connection, rows.receivers).await?;
        insert_all(connection, rows.receipts).await?;
        insert_all(connection, rows.portfolios).await?;
        insert_all(connection, rows.entries).await?;
        insert_all(connection, rows.assignments).await?;
        insert_all(connection, rows.score_drafts).await?;
        insert_all(connection, rows.sheets).await?;
        insert_all(connection, rows.review_acts).await?;
        insert_all(connection, rows.findings).await?;
        insert_all(connection, rows.finding_acts).await?;
        insert_all(connection, rows.events).await?;
        insert_all(connection, rows.leaves).await?;
        transaction.commit().await?;
        self.link_leaves().await
    }

    /// Tells the feed where it stands, and that nobody waits to be told of the past.
    pub async fn finish(self) -> Result<(), Error> {
        let transaction = self.app.services.db.begin().await?;
        for name in [FEED_PULSE, NOTICES_PULSE] {
            pulse::Entity::update_many()
                .col_expr(pulse::Column::Version, Expr::value(self.sequence))
                .filter(pulse::Column::Name.eq(name))
                .exec(transaction.connection())
                .await?;
        }
        transaction.commit().await
    }

    /// Links all leaves, as the sequencer of a server would have.
    async fn link_leaves(&mut self) -> Result<(), Error> {
        loop {
            let transaction = self.app.services.db.begin().await?;
            let linked = chain::link_page(transaction.connection()).await?;
            transaction.commit().await?;
            if linked < chain::PAGE {
                self.head = sealed_head(self.app.services.db.reader()).await?;
                return Ok(());
            }
        }
    }
}

/// When a unit sends its report: a quarter of all on the last day, some late, the rest before.
fn submits_at(chance: &mut Chance, cycle: &cycle::Model) -> DateTime<Utc> {
    let last_day = cycle.due_at - Duration::days(1);
    match chance.below(1000) {
        0..250 => chance.within(last_day, DAY),
        250..310 => chance.within(cycle.due_at + Duration::seconds(1), 5 * DAY),
        _ => chance.within(cycle.opens_at + Duration::hours(21), 8 * DAY),
    }
}

pub(super) fn answers(chance: &mut Chance, unit: &str) -> Answers {
    const DONE: [&str; 6] = [
        "Sosialisasi tatap muka bersama pemilih pemula",
        "Forum media dengan wartawan setempat",
        "Siaran langsung pengawasan tahapan",
        "Konten edukasi tentang hoaks dan politik uang",
        "Kunjungan ke sekolah dan kampus",
        "Posko aduan masyarakat di pasar dan alun-alun",
    ];
    let counted = COUNTED.into_iter().map(|(key, _label, target)| {
        let number = i64::from(chance.below(target.max(5) * 2));
        (key.to_owned(), Answer::Integer(number))
    });
    let mut answers: std::collections::BTreeMap<_, _> = counted.collect();
    let (first, second) = (chance.pick(&DONE), chance.pick(&DONE));
    let told = format!("{first}. {second}. Dilaksanakan oleh {unit}.");
    answers.insert("kegiatan".to_owned(), Answer::Text(told));
    Answers(answers)
}
