//! Asking the rules about a person, and telling what they said.
use std::sync::Arc;

use entity::{cycle, enums::ReportCommand, template};
use uuid::Uuid;

use super::award::{about_award, about_edition, about_entry};
use super::event::{about_event, about_invitation};
use super::review::{OnFinding, OnReview, about_finding, about_raising, about_review};
use crate::{
    authz::{
        ActingSeat, Decision, Standing, Verdict,
        policy::{
            award as award_rules, cycle as round_rules, event as event_rules, identity, report as report_rules,
            rubric as rubric_rules, rule::Rule, template as template_rules, territory,
        },
        which_seat,
    },
    error::{Code, Error, Refusal},
    locale::Text,
    report::{
        self,
        availability::Case,
        cycle::sight,
        starting::asks_for,
        template::availability::{self as templates, Command},
        ties::Ties,
    },
    review::rubric::{
        self,
        availability::{self as rubrics, Command as RubricCommand},
    },
    session::{Actor, Session},
};

/// What is asked about, with the thing it would be done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Of a report.
    Report(report_rules::Action, Uuid),
    /// To find something in a report.
    RaiseFinding(Uuid),
    /// Of what was found in a report.
    Finding(OnFinding, Uuid),
    /// Of the review of a report by an expert.
    Review(OnReview, Uuid),
    /// Of an event.
    Event(event_rules::Action, Uuid),
    /// Of the invitation of a unit to an event.
    Invitation(event_rules::UnitAction, Uuid),
    /// Of an edition of awards.
    AwardEdition(award_rules::Action, Uuid),
    /// Of an entry for an award.
    AwardEntry(award_rules::EntryAction, Uuid),
    /// Of an award.
    Award(award_rules::Action, Uuid),
    /// To know of a version of a template.
    ReadTemplate(Uuid),
    /// Of a version of a template.
    Template(Command, Uuid),
    /// To know of a version of a rubric.
    ReadRubric(Uuid),
    /// Of a version of a rubric.
    Rubric(RubricCommand, Uuid),
    /// To know of a round.
    ReadCycle(Uuid),
    /// To change and close a round.
    ManageCycle(Uuid),
    /// To pass a round on.
    PassOnCycle(Uuid),
    /// To begin the reports of units beneath in a round.
    StartBeneath(Uuid),
    /// To read the contact data of a person.
    ReadContacts(Uuid),
    /// To fill and empty a seat.
    Manage(Uuid),
    /// To rename, move, split, merge and dissolve a unit.
    ChangeUnit(Uuid),
}

/// What the rules say.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// Why not; none where it is allowed.
    pub refusal: Option<Code>,
    pub reason: Text,
    /// Whether it is about somebody else, of whom only the seats within the asker's reach were looked at.
    pub limited: bool,
    pub seats: Vec<Explained>,
}

/// What they say of one seat.
#[derive(Clone, Debug)]
pub struct Explained {
    pub seat: Uuid,
    pub standing: Standing,
    pub relations: Vec<Relation>,
    pub decision: Decision,
    pub rule: Rule,
}

/// What ties a seat or its holder to a report beyond the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    Turn,
    Province,
    Receiver,
    Submitter,
    Custodian,
    Assigned,
    Lead,
    Portfolio,
    Conflicted,
}

/// Explains what a person may do; none where there is nothing that the asker may see. `account` is left out for oneself.
///
/// # Errors
/// The database's.
pub async fn explain(
    session: &Session,
    question: Question,
    account: Option<Uuid>,
) -> Result<Option<Explanation>, Error> {
    let asker = &session.actor;
    let Some(person) = person(asker, account) else {
        return Ok(None);
    };
    let said = match question {
        Question::Report(action, id) => about_report(session, &person, action, id).await?,
        Question::RaiseFinding(id) => about_raising(session, &person, id).await?,
        Question::Finding(question, id) => about_finding(session, &person, question, id).await?,
        Question::Review(question, id) => about_review(session, &person, question, id).await?,
        Question::Event(action, id) => about_event(session, &person, action, id).await?,
        Question::Invitation(action, id) => about_invitation(session, &person, action, id).await?,
        Question::AwardEdition(action, id) => about_edition(session, &person, action, id).await?,
        Question::AwardEntry(action, id) => about_entry(session, &person, action, id).await?,
        Question::Award(action, id) => about_award(session, &person, action, id).await?,
        Question::ReadTemplate(id) => about_template(session, &person, None, id),
        Question::Template(command, id) => about_template(session, &person, Some(command), id),
        Question::ReadRubric(id) => about_rubric(session, &person, None, id).await?,
        Question::Rubric(command, id) => about_rubric(session, &person, Some(command), id).await?,
        Question::ReadCycle(id) => about_cycle(session, &person, round_rules::Action::Read, id),
        Question::ManageCycle(id) => about_cycle(session, &person, round_rules::Action::Manage, id),
        Question::PassOnCycle(id) => about_cycle(session, &person, round_rules::Action::PassOn, id),
        Question::StartBeneath(id) => about_starting(session, &person, id),
        Question::ReadContacts(id) => about_contacts(asker, &person, id),
        Question::Manage(id) => about_seat(&person, id),
        Question::ChangeUnit(id) => about_unit(&person, id),
    };
    let limited = person.account != asker.account;
    Ok(said.map(|said| said.told(&person, limited)))
}

/// The person asked about, with the seats the asker may be told of. Decided in memory, so that nobody who is out of reach
/// can be told from nobody at all.
fn person(asker: &Actor, account: Option<Uuid>) -> Option<Actor> {
    let Some(account) = account.filter(|account| *account != asker.account) else {
        return Some(asker.clone());
    };
    let mut seats = asker.directory.acting_seats(account, asker.today);
    seats.retain(|seat| {
        asker.seats.iter().any(|own| {
            let standing = asker.standing(own, seat.unit);
            identity::decide(own.function, identity::Action::Explain, standing, seat.tier) == Decision::Allowed
        })
    });
    (!seats.is_empty()).then(|| asker.supposing(account, seats))
}

/// What the rules said, before it is put into words.
pub(super) struct Said {
    pub(super) seats: Vec<Explained>,
    pub(super) refusal: Option<(Code, Option<Text>)>,
}

/// The report as the asker sees it, held against the seats of the person.
async fn about_report(
    session: &Session,
    person: &Actor,
    action: report_rules::Action,
    id: Uuid,
) -> Result<Option<Said>, Error> {
    let reader = session.services.db.reader();
    let Some(row) = report::query::by_id(reader, &session.actor, id).await? else {
        return Ok(None);
    };
    let ties = ties_of(session, person, row.id).await?;
    let oneself = person.account == session.actor.account;
    let template = report::catalogue::template(&session.services, row.template_id).await?;
    let case = Case {
        report: &row,
        template: &template,
        ties: &ties,
        open: report::finding::availability::open(reader, &row).await?,
        now: session.now(),
    };
    let seats = person.seats.iter().map(|seat| {
        let (standing, relations) = (person.standing(seat, row.unit_id), case.relations(person, seat));
        Explained {
            seat: seat.seat,
            standing,
            relations: told_relations(relations, oneself),
            decision: case.decision(person, seat, action),
            rule: report_rules::rule(seat.function, action, standing, relations, case.state()),
        }
    });
    let refusal = match action {
        report_rules::Action::Do(command) => refused_command(&case, person, command),
        report_rules::Action::Read | report_rules::Action::ReadDraft => {
            refused_sight(person, |seat| case.decision(person, seat, action))
        }
    };
    Ok(Some(Said {
        seats: seats.collect(),
        refusal,
    }))
}

/// What ties the person to a report. That somebody has a conflict of interest is known to that person and to those who direct
/// reviews: nobody else gets it out of what would be refused.
pub(super) async fn ties_of(session: &Session, person: &Actor, report: Uuid) -> Result<Ties, Error> {
    let mut ties = report::reviewing::query::ties(session.services.db.reader(), person, &[report]).await?;
    let ties = ties.remove(&report).unwrap_or_default();
    let oneself = person.account == session.actor.account;
    Ok(Ties {
        conflicted: ties.conflicted && oneself,
        ..ties
    })
}

/// A command is refused by the policy or by the workflow, as it would be when it is given.
fn refused_command(case: &Case<'_>, person: &Actor, command: ReportCommand) -> Option<(Code, Option<Text>)> {
    case.check(person, command, None).err().map(of_the_thing)
}

/// Reading takes any seat, and several do no harm.
pub(super) fn refused_sight(person: &Actor, decide: impl Fn(&ActingSeat) -> Decision) -> Option<(Code, Option<Text>)> {
    match which_seat(&person.seats, None, decide) {
        Verdict::Granted(_) | Verdict::Ambiguous => None,
        Verdict::Forbidden | Verdict::OwnWork => Some((Code::Forbidden, None)),
        Verdict::Hidden => Some((Code::NotFound, None)),
    }
}

/// A version of a template as the asker sees it. None: whether the person may know of it.
fn about_template(session: &Session, person: &Actor, command: Option<Command>, id: Uuid) -> Option<Said> {
    let catalogue = session.services.catalogue.load();
    let row: &template::Model = catalogue.template(id)?;
    if !templates::is_visible(&session.actor, row) {
        return None;
    }
    let action = match command {
        None => template_rules::Action::Read,
        Some(_command) => template_rules::Action::Manage,
    };
    let decide = |seat: &ActingSeat| templates::decision(person, seat, action, row);
    let rule = template_rules::rule(action, row.status);
    let refusal = match command {
        None => refused_sight(person, decide),
        Some(command) => templates::check(person, row, command, None).err().map(of_the_thing),
    };
    Some(Said {
        seats: seat_by_seat(person, row.owner_id, decide, rule),
        refusal,
    })
}

/// A version of a rubric as the asker sees it. None: whether the person may know of it.
async fn about_rubric(
    session: &Session,
    person: &Actor,
    command: Option<RubricCommand>,
    id: Uuid,
) -> Result<Option<Said>, Error> {
    let reader = session.services.db.reader();
    let Some(row) = rubric::query::visible(reader, &session.actor, id).await? else {
        return Ok(None);
    };
    let action = match command {
        None => rubric_rules::Action::Read,
        Some(_command) => rubric_rules::Action::Manage,
    };
    let decide = |seat: &ActingSeat| rubrics::decision_in(person, seat, action, row.owner_id, row.status);
    let rule = rubric_rules::rule(action, row.status);
    let refusal = match command {
        None => refused_sight(person, decide),
        Some(command) => rubrics::check(person, &row, command, None).err().map(of_the_thing),
    };
    Ok(Some(Said {
        seats: seat_by_seat(person, row.owner_id, decide, rule),
        refusal,
    }))
}

/// A round as the asker sees it.
fn about_cycle(session: &Session, person: &Actor, action: round_rules::Action, id: Uuid) -> Option<Said> {
    let row = visible_cycle(session, id)?;
    let decide = |seat: &ActingSeat| sight::decision(person, seat, action, row.owner_id);
    let refusal = if action == round_rules::Action::Read {
        refused_sight(person, decide)
    } else {
        sight::check_open(person, &row, action).err().map(of_the_thing)
    };
    Some(Said {
        seats: seat_by_seat(person, row.owner_id, decide, round_rules::rule(action)),
        refusal,
    })
}

/// To begin reports of units beneath, by who asks for them.
fn about_starting(session: &Session, person: &Actor, id: Uuid) -> Option<Said> {
    let row = visible_cycle(session, id)?;
    let catalogue = session.services.catalogue.load();
    let decide = |seat: &ActingSeat| match sight::decision(person, seat, round_rules::Action::Read, row.owner_id) {
        Decision::Allowed => {
            let asks = asks_for(person, seat, &row, &catalogue);
            // Whatever lies beneath the own unit lies beneath it or further down.
            report_rules::begins_beneath(seat.function, Standing::Above, asks)
        }
        refused => refused,
    };
    let refusal = match which_seat(&person.seats, None, decide) {
        // Of several seats each begins what is beneath its own unit.
        Verdict::Granted(_) | Verdict::Ambiguous if row.closed_at.is_some() => Some(of_the_thing(sight::closed())),
        Verdict::Granted(_) | Verdict::Ambiguous => None,
        Verdict::Forbidden | Verdict::OwnWork => Some((Code::Forbidden, None)),
        Verdict::Hidden => Some((Code::NotFound, None)),
    };
    Some(Said {
        seats: seat_by_seat(person, row.owner_id, decide, report_rules::rule_beneath()),
        refusal,
    })
}

fn visible_cycle(session: &Session, id: Uuid) -> Option<Arc<cycle::Model>> {
    let catalogue = session.services.catalogue.load();
    let row = catalogue.cycle(id)?;
    sight::is_visible(&session.actor, row.owner_id).then(|| Arc::clone(row))
}

/// What a decision says of each seat about something of a unit.
fn seat_by_seat(person: &Actor, owner: Uuid, decide: impl Fn(&ActingSeat) -> Decision, rule: Rule) -> Vec<Explained> {
    let seats = person.seats.iter().map(|seat| Explained {
        seat: seat.seat,
        standing: person.standing(seat, owner),
        relations: Vec::new(),
        decision: decide(seat),
        rule,
    });
    seats.collect()
}

/// What the state of a thing forbids is told in its own words; the rest speaks to whoever acts, who need not be the asker.
pub(super) fn of_the_thing(refusal: Refusal) -> (Code, Option<Text>) {
    let is_of_the_thing = matches!(refusal.code, Code::WrongState | Code::CycleNotOpen);
    (refusal.code, is_of_the_thing.then_some(refusal.text))
}

/// Somebody is looked at in the units the asker knows them in, and in no other.
fn about_contacts(asker: &Actor, person: &Actor, id: Uuid) -> Option<Said> {
    let directory = &asker.directory;
    let known = directory.person(id).filter(|known| !known.erased)?.id;
    let decide =
        |seat: &ActingSeat, action, unit: Uuid| territory::decide(seat.function, action, asker.standing(seat, unit));
    let mut units: Vec<Uuid> = directory.units_of(known, asker.today).collect();
    units.retain(|unit| {
        let mut seats = asker.seats.iter();
        seats.any(|seat| decide(seat, territory::Action::ReadHolders, *unit) == Decision::Allowed)
    });
    if units.is_empty() && known != asker.account {
        return None;
    }
    let action = territory::Action::ReadContacts;
    let seats = person.seats.iter().map(|seat| {
        let standings = units.iter().map(|unit| person.standing(seat, *unit));
        let allowed = |unit: &Uuid| decide(seat, action, *unit) == Decision::Allowed;
        Explained {
            seat: seat.seat,
            // Of several units the nearest counts: the standings are in that order.
            standing: standings.min().unwrap_or(Standing::Outside),
            relations: Vec::new(),
            decision: if units.iter().any(allowed) {
                Decision::Allowed
            } else {
                Decision::Hidden
            },
            rule: territory::rule(seat.function, action),
        }
    });
    let seats: Vec<Explained> = seats.collect();
    // The own contact is everybody's own, with or without a seat.
    let allowed = person.account == known || seats.iter().any(|seat| seat.decision == Decision::Allowed);
    Some(Said {
        seats,
        refusal: (!allowed).then_some((Code::NotFound, None)),
    })
}

/// Seats are open to everybody; that nobody manages the own is asked beside the policy.
fn about_seat(person: &Actor, id: Uuid) -> Option<Said> {
    let row = person.directory.seat(id)?;
    let tier = person.directory.tree.get(row.unit_id)?.tier;
    let action = identity::Action::Manage(row.function);
    let decide = |seat: &ActingSeat| identity::decide(seat.function, action, person.standing(seat, row.unit_id), tier);
    let seats = person.seats.iter().map(|seat| Explained {
        seat: seat.seat,
        standing: person.standing(seat, row.unit_id),
        relations: Vec::new(),
        decision: decide(seat),
        rule: identity::rule(action),
    });
    let own = person.seats.iter().any(|seat| seat.seat == id);
    let refusal = match which_seat(&person.seats, None, decide) {
        Verdict::Granted(_) | Verdict::Ambiguous if own => Some(Code::OwnSeat),
        Verdict::Granted(_) => None,
        Verdict::Ambiguous => Some(Code::SeatAmbiguous),
        Verdict::Forbidden | Verdict::OwnWork | Verdict::Hidden => Some(Code::Forbidden),
    };
    Some(Said {
        seats: seats.collect(),
        refusal: refusal.map(|code| (code, None)),
    })
}

/// Units are open to everybody.
fn about_unit(person: &Actor, id: Uuid) -> Option<Said> {
    let unit = person.directory.tree.get(id)?.id;
    let action = territory::Action::ChangeUnit;
    let decide = |seat: &ActingSeat| territory::decide(seat.function, action, person.standing(seat, unit));
    let seats = person.seats.iter().map(|seat| Explained {
        seat: seat.seat,
        standing: person.standing(seat, unit),
        relations: Vec::new(),
        decision: decide(seat),
        rule: territory::rule(seat.function, action),
    });
    let refusal = match which_seat(&person.seats, None, decide) {
        Verdict::Granted(_) => None,
        Verdict::Ambiguous => Some(Code::SeatAmbiguous),
        Verdict::Forbidden | Verdict::OwnWork | Verdict::Hidden => Some(Code::Forbidden),
    };
    Some(Said {
        seats: seats.collect(),
        refusal: refusal.map(|code| (code, None)),
    })
}

/// What somebody has to do with a review, and a conflict of interest, is told to whom it is about alone.
pub(super) fn told_relations(relations: report_rules::Relations, oneself: bool) -> Vec<Relation> {
    let ties = [
        (relations.turn, Relation::Turn),
        (relations.province, Relation::Province),
        (relations.receiver, Relation::Receiver),
        (relations.submitter, Relation::Submitter),
        (relations.custodian, Relation::Custodian),
        (relations.assigned && oneself, Relation::Assigned),
        (relations.lead && oneself, Relation::Lead),
        (relations.portfolio, Relation::Portfolio),
        (relations.conflicted && oneself, Relation::Conflicted),
    ];
    let holding = ties.into_iter().filter(|(holds, _relation)| *holds);
    holding.map(|(_holds, relation)| relation).collect()
}

impl Said {
    fn told(self, person: &Actor, limited: bool) -> Explanation {
        let reason = match &self.refusal {
            Some((_code, Some(text))) => text.clone(),
            Some((code, None)) => sentence(*code, person.seats.is_empty()),
            None => granted(),
        };
        Explanation {
            refusal: self.refusal.map(|(code, _text)| code),
            reason: if limited { limited_to_reach(&reason) } else { reason },
            limited,
            seats: self.seats,
        }
    }
}

fn granted() -> Text {
    Text::new("Boleh.", "It is allowed.")
}

/// Why it is refused, of whomever it is told.
fn sentence(code: Code, seatless: bool) -> Text {
    match code {
        _ if seatless => Text::new("Tidak ada jabatan yang dipegang hari ini.", "No seat is held today."),
        Code::NotFound => Text::new(
            "Tidak satu pun jabatan boleh mengetahui hal ini.",
            "None of the seats may know of this.",
        ),
        Code::OwnWork => Text::new(
            "Orang ini sendiri yang mengirimnya; orang lain harus memutuskannya.",
            "The person submitted it; somebody else has to decide on it.",
        ),
        Code::SeatAmbiguous => Text::new(
            "Boleh, dari lebih dari satu jabatan: perintahnya harus menyebutkan yang mana.",
            "It is allowed from more than one seat: the command has to name one.",
        ),
        Code::OwnSeat => Text::new(
            "Tidak seorang pun mengurus jabatannya sendiri.",
            "Nobody manages a seat of their own.",
        ),
        _ => Text::new(
            "Tidak satu pun jabatan berwenang melakukan ini.",
            "None of the seats may do this.",
        ),
    }
}

/// Said of everybody else alike, whether there are more seats or not.
fn limited_to_reach(reason: &Text) -> Text {
    Text::new(
        format!("{} Hanya jabatan dalam jangkauan Anda yang diperhitungkan.", reason.id),
        format!("{} Only seats within your reach are taken into account.", reason.en),
    )
}
