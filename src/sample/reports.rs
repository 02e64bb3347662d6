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
    handover, handover_item, handover_receiver, handover_session, obligation, obligation_act, outbox_event, pulse,
    report, report_text, revision, template, transition,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde::Serialize;
use uuid::Uuid;

use super::{
    Sample,
    chance::Chance,
    rounds::{self, COUNTED, Month},
};
use crate::{
    app::App,
    audit::{SubjectType, canonical_json, chain, commitment},
    db::insert_all,
    error::Error,
    feed::FEED_PULSE,
    notice::query::NOTICES_PULSE,
    report::{
        audience, catalogue, ledger,
        revision::{freeze, words},
        step,
        workflow::{self, Place, Way},
    },
    territory::{directory::Directory, tree::Unit},
};

const DAY: u32 = 24 * 3600;

/// What becomes of one report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
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
    /// Out of a thousand, by whether the month is still on its way.
    fn of(chance: &mut Chance, underway: bool) -> Self {
        let shares: &[(u32, Self)] = if underway {
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
struct Desk {
    seat: Uuid,
    account: Uuid,
    unit: Uuid,
}

/// One report that its province hands over.
struct Given {
    /// Its place among the rows, and that of what its unit owes.
    report: usize,
    owed: usize,
    fate: Fate,
    route: template::Route,
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
struct Rows {
    obligations: Vec<obligation::Model>,
    acts: Vec<obligation_act::Model>,
    reports: Vec<report::Model>,
    texts: Vec<report_text::Model>,
    drafts: Vec<draft::Model>,
    revisions: Vec<revision::Model>,
    steps: Vec<transition::Model>,
    events: Vec<outbox_event::Model>,
    leaves: Vec<audit_leaf::Model>,
    sessions: Vec<handover_session::Model>,
    handovers: Vec<handover::Model>,
    items: Vec<handover_item::Model>,
    receivers: Vec<handover_receiver::Model>,
}

/// Tells round after round.
pub struct Storyteller<'a> {
    app: &'a App,
    sample: Sample,
    directory: Arc<Directory>,
    desks: HashMap<(Uuid, Function), Desk>,
    /// The last number given in the feed.
    sequence: i64,
}

/// What is known of one report while it is told.
struct Tale<'t> {
    report: report::Model,
    way: Way,
    chance: Chance,
    steps: Vec<transition::Model>,
    /// Whether it has been started.
    begun: bool,
    rows: &'t mut Rows,
}

impl Tale<'_> {
    /// Takes a step, as the workflow has it.
    fn take(
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
        self.rows.events.push(outbox_event::Model {
            id: self.chance.id(at),
            sequence: None,
            kind: event.kind.to_owned(),
            subject_type: event.subject_type.to_owned(),
            subject_id: event.subject,
            unit_id: event.unit,
            payload: event.payload,
            at,
        });
        let salt = self.chance.salt();
        let id = self.chance.id(at);
        self.rows
            .leaves
            .push(leaf(SubjectType::Transition, row.id, &row, (id, salt, at))?);
        self.steps.push(row);
        Ok(())
    }
}

impl<'a> Storyteller<'a> {
    pub fn new(app: &'a App, sample: Sample, directory: &Arc<Directory>, from: DateTime<Utc>) -> Result<Self, Error> {
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
            sequence: 0,
        })
    }

    fn desk(&self, unit: Uuid, function: Function) -> Result<Desk, Error> {
        let desk = self.desks.get(&(unit, function)).copied();
        desk.ok_or_else(|| Error::internal(format!("nobody sits as {function:?} in {unit}")))
    }

    /// Tells one round, done with or still on its way.
    pub async fn tell(&mut self, template: &template::Model, month: &Month, underway: bool) -> Result<Told, Error> {
        let cycle = rounds::round(template, month, !underway);
        let mut rows = Rows::default();
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
        self.gather(&cycle, &handed_over, &mut rows)?;
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
        let salt = chance.salt();
        rows.leaves.push(leaf(
            SubjectType::ObligationAct,
            act.id,
            &act,
            (chance.id(at), salt, at),
        )?);
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
        let fate = Fate::of(&mut chance, underway);
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
            let number = tale.report.revision_number + 1;
            let frozen = freeze(
                &tale.report,
                number,
                unit,
                (template, cycle),
                &answers,
                (&[], Vec::new()),
            )?;
            let revision = revision::Model {
                id: tale.chance.id(submits_at),
                report_id: tale.report.id,
                number,
                content: frozen.content,
                sha256: frozen.sha256,
                submitted_at: submits_at,
                account_id: head.account,
                seat_id: head.seat,
            };
            tale.report.revision_id = Some(revision.id);
            tale.report.revision_number = number;
            tale.rows.revisions.push(revision);
            tale.take(ReportCommand::Submit, head, submits_at, None)?;
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
                route: template.route.clone(),
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
    fn gather(&self, cycle: &cycle::Model, handed_over: &HandedOver, rows: &mut Rows) -> Result<(), Error> {
        let national = self.directory.tree.root().id;
        let (receiver, coordinator) = (
            self.desk(national, Function::Expert)?,
            self.desk(national, Function::Coordinator)?,
        );
        let mut provinces: Vec<&Unit> = handed_over
            .keys()
            .filter_map(|id| self.directory.tree.get(*id))
            .collect();
        provinces.sort_by(|left, right| left.code.cmp(&right.code));
        for province in provinces {
            let mut chance = Chance::of(self.sample.seed, &[&cycle.code, &province.code, "serah terima"]);
            let giver = self.desk(province.id, Function::Head)?;
            let at = chance.within(cycle.opens_at + Duration::days(17), 3 * DAY);
            let session = handover_session::Model::opened(chance.id(at), province.id, at);
            let act = handover::Model {
                id: chance.id(at),
                session_id: session.id,
                place: "Media Center Bawaslu RI".to_owned(),
                at,
                seat_id: giver.seat,
                account_id: giver.account,
                created_at: at,
            };
            rows.receivers.push(handover_receiver::Model {
                handover_id: act.id,
                seat_id: receiver.seat,
            });
            let given = (act.id, at);
            rows.sessions.push(session);
            rows.handovers.push(act);
            for one in &handed_over[&province.id] {
                self.receive(cycle, one, given, (giver, receiver, coordinator), rows)?;
            }
        }
        Ok(())
    }

    /// One report changes hands, and RI decides on it unless it is still to.
    fn receive(
        &self,
        cycle: &cycle::Model,
        given: &Given,
        (handover_id, given_at): (Uuid, DateTime<Utc>),
        (giver, receiver, coordinator): (Desk, Desk, Desk),
        rows: &mut Rows,
    ) -> Result<(), Error> {
        let report = rows.reports[given.report].clone();
        let unit = self.directory.tree.get(report.unit_id);
        let unit = unit.ok_or_else(|| Error::internal("a report without its unit"))?;
        let mut chance = Chance::of(self.sample.seed, &[&cycle.code, &unit.code, "RI"]);
        let received_at = chance.within(given_at, DAY);
        let decided_at = chance.within(received_at, 5 * DAY);
        rows.items.push(handover_item::Model {
            handover_id,
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
            way: Way::of(&given.route, unit.tier),
            chance,
            steps: Vec::new(),
            begun: true,
            rows,
        };
        tale.take(ReportCommand::HandOver, giver, given_at, None)?;
        tale.take(ReportCommand::Receive, receiver, received_at, None)?;
        match given.fate {
            Fate::Accepted => tale.take(ReportCommand::Accept, coordinator, decided_at, None)?,
            Fate::Declined => {
                tale.take(
                    ReportCommand::Decline,
                    coordinator,
                    decided_at,
                    Some("Angka tidak didukung bukti."),
                )?;
            }
            Fate::Submitted | Fate::Reviewed | Fate::Returned | Fate::Draft | Fate::Missing => {}
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
        insert_all(connection, rows.handovers).await?;
        insert_all(connection, rows.items).await?;
        insert_all(connection, rows.receivers).await?;
        insert_all(connection, rows.events).await?;
        insert_all(connection, rows.leaves).await?;
        transaction.commit().await
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
        transaction.commit().await?;
        self.link_leaves().await
    }

    /// Links all leaves, as the sequencer of a server would have.
    async fn link_leaves(self) -> Result<(), Error> {
        loop {
            let transaction = self.app.services.db.begin().await?;
            let linked = chain::link_page(transaction.connection()).await?;
            transaction.commit().await?;
            if linked < chain::PAGE {
                return Ok(());
            }
        }
    }
}

/// What attests a row.
fn leaf<T: Serialize>(
    subject_type: SubjectType,
    subject: Uuid,
    row: &T,
    (id, salt, at): (Uuid, [u8; 16], DateTime<Utc>),
) -> Result<audit_leaf::Model, Error> {
    Ok(audit_leaf::Model {
        id,
        subject_type: subject_type.word().to_owned(),
        subject_id: subject,
        commitment: commitment(&salt, &canonical_json(row)?).to_vec(),
        salt: Some(salt.to_vec()),
        at,
        position: None,
        link: None,
    })
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

fn answers(chance: &mut Chance, unit: &str) -> Answers {
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
