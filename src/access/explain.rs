//! Asking the rules about a person, and telling what they said.
use entity::enums::ReportCommand;
use uuid::Uuid;

use crate::{
    authz::{
        ActingSeat, Decision, Standing, Verdict,
        policy::{identity, report as report_rules, rule::Rule, territory},
        which_seat,
    },
    error::{Code, Error},
    locale::Text,
    report::{self, availability::Case},
    session::{Actor, Session},
};

/// What is asked about, with the thing it would be done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Of a report.
    Report(report_rules::Action, Uuid),
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
struct Said {
    seats: Vec<Explained>,
    refusal: Option<(Code, Option<Text>)>,
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
    let handovers = report::query::handovers_in_force(reader, &[row.id]).await?;
    let receivers = handovers.get(&row.id).map_or(&[][..], |handover| &handover.receivers);
    let template = report::catalogue::template(&session.services, row.template_id).await?;
    let case = Case {
        report: &row,
        template: &template,
        receivers,
        now: session.now(),
    };
    let seats = person.seats.iter().map(|seat| {
        let (standing, relations) = (person.standing(seat, row.unit_id), case.relations(person, seat));
        Explained {
            seat: seat.seat,
            standing,
            relations: told_relations(relations),
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

/// A command is refused by the policy or by the workflow, as it would be when it is given.
fn refused_command(case: &Case<'_>, person: &Actor, command: ReportCommand) -> Option<(Code, Option<Text>)> {
    let refusal = case.check(person, command, None).err()?;
    // What the workflow says is about the report; the rest speaks to whoever acts, who need not be the asker.
    let of_the_report = refusal.code == Code::WrongState;
    Some((refusal.code, of_the_report.then_some(refusal.text)))
}

/// Reading takes any seat, and several do no harm.
fn refused_sight(person: &Actor, decide: impl Fn(&ActingSeat) -> Decision) -> Option<(Code, Option<Text>)> {
    match which_seat(&person.seats, None, decide) {
        Verdict::Granted(_) | Verdict::Ambiguous => None,
        Verdict::Forbidden | Verdict::OwnWork => Some((Code::Forbidden, None)),
        Verdict::Hidden => Some((Code::NotFound, None)),
    }
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

fn told_relations(relations: report_rules::Relations) -> Vec<Relation> {
    let ties = [
        (relations.turn, Relation::Turn),
        (relations.province, Relation::Province),
        (relations.receiver, Relation::Receiver),
        (relations.submitter, Relation::Submitter),
        (relations.custodian, Relation::Custodian),
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
            "Orang ini sendiri yang mengirim laporan; orang lain harus memutuskannya.",
            "The person submitted the report; somebody else has to decide on it.",
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
