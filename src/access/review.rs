//! Explaining what may be done about what was found in a report, and in its review by an expert.
use entity::{enums::FindingActKind, report, review_assignment};
use uuid::Uuid;

use super::explain::{Explained, Said, of_the_thing, refused_sight, ties_of, told_relations};
use crate::{
    authz::{
        ActingSeat, Decision, Verdict,
        policy::{
            finding as finding_rules,
            report::{self as report_rules, Action as OnReport},
            review::{self as review_rules, Action},
            rule::Rule,
        },
        which_seat,
    },
    error::{Code, Error, Refusal},
    report::{
        availability::Case,
        catalogue,
        finding::{
            availability::{Open, decision, noting_seat, raising_seat, settling_seat},
            query as findings,
        },
        query as reports,
        reviewing::{
            answer::{check_completable, check_under_review},
            query as reviews,
        },
        ties::Ties,
    },
    review::assignment::{Step, is_live, next, wrong_state},
    session::{Actor, Session},
};

/// What is asked about a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnFinding {
    /// To be told of it.
    Read,
    /// To take note of it.
    Acknowledge,
    /// To resolve it.
    Resolve,
    /// To reopen it.
    Reopen,
}

/// What is asked about the review of a report by an expert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnReview {
    /// To know of it.
    Read,
    /// To read the sheets that came of it.
    ReadSheets,
    /// To take it one step on.
    Do(Step),
    /// To put its expert in the lead.
    MakeLead,
}

impl OnReview {
    fn action(self) -> Action {
        match self {
            Self::Read => Action::ReadAssignment,
            Self::ReadSheets => Action::ReadSheet,
            Self::Do(Step::Acknowledge | Step::Decline | Step::Recuse) => Action::Answer,
            Self::Do(Step::Save | Step::Complete) => Action::Score,
            Self::Do(Step::Lapse | Step::Reopen) | Self::MakeLead => Action::Direct,
        }
    }

    /// Whether it follows from where the review stands.
    fn check(self, row: &review_assignment::Model, report: &report::Model) -> Result<(), Refusal> {
        match self {
            Self::Read | Self::ReadSheets => Ok(()),
            Self::MakeLead if row.lead || !is_live(row.state) => Err(wrong_state(row.state)),
            Self::MakeLead => check_under_review(report),
            Self::Do(step) => {
                check_under_review(report)?;
                if step == Step::Complete {
                    check_completable(report)?;
                }
                next(row.state, step)
                    .map(drop)
                    .map_err(|_refused| wrong_state(row.state))
            }
        }
    }
}

/// To find something in a report that the asker sees.
pub(super) async fn about_raising(session: &Session, person: &Actor, id: Uuid) -> Result<Option<Said>, Error> {
    let Some(report) = reports::by_id(session.services.db.reader(), &session.actor, id).await? else {
        return Ok(None);
    };
    let ties = ties_of(session, person, report.id).await?;
    let template = catalogue::template(&session.services, report.template_id).await?;
    let case = case(session, &report, &template, &ties);
    let asked = (finding_rules::Action::Raise, None);
    let decide = |seat: &ActingSeat| decision(&case, person, seat, asked);
    let refusal = raising_seat(&case, person, None).err().map(of_the_thing);
    let rule = |seat: &ActingSeat| rule_on_finding(&case, person, seat, finding_rules::rule(asked.0));
    Ok(Some(said(session, (&case, person), decide, rule, refusal)))
}

/// A finding that the asker is told of.
pub(super) async fn about_finding(
    session: &Session,
    person: &Actor,
    question: OnFinding,
    id: Uuid,
) -> Result<Option<Said>, Error> {
    let reader = session.services.db.reader();
    let Some(finding) = findings::visible(reader, &session.actor, &[id]).await?.pop() else {
        return Ok(None);
    };
    let Some(report) = reports::by_id(reader, &session.actor, finding.subject_id).await? else {
        return Ok(None);
    };
    let ties = ties_of(session, person, report.id).await?;
    let template = catalogue::template(&session.services, report.template_id).await?;
    let case = case(session, &report, &template, &ties);
    let action = match question {
        OnFinding::Read => None,
        OnFinding::Acknowledge => Some(finding_rules::Action::Acknowledge),
        OnFinding::Resolve | OnFinding::Reopen => Some(finding_rules::Action::Settle),
    };
    let decide = |seat: &ActingSeat| match action {
        None => case.follows(person, seat),
        Some(action) => decision(&case, person, seat, (action, Some(finding.raised_unit))),
    };
    let refusal = match question {
        OnFinding::Read => refused_sight(person, decide),
        OnFinding::Acknowledge => noting_seat(&case, person, None).err().map(of_the_thing),
        OnFinding::Resolve => {
            let settling = settling_seat(&case, person, &finding, FindingActKind::Resolve, None);
            settling.err().map(of_the_thing)
        }
        OnFinding::Reopen => {
            let settling = settling_seat(&case, person, &finding, FindingActKind::Reopen, None);
            settling.err().map(of_the_thing)
        }
    };
    let granting = action.map_or(review_rules::rule(Action::Follow), finding_rules::rule);
    let rule = |seat: &ActingSeat| rule_on_finding(&case, person, seat, granting);
    Ok(Some(said(session, (&case, person), decide, rule, refusal)))
}

/// The review of a report by an expert, which the asker knows of.
pub(super) async fn about_review(
    session: &Session,
    person: &Actor,
    question: OnReview,
    id: Uuid,
) -> Result<Option<Said>, Error> {
    let reader = session.services.db.reader();
    let Some(row) = reviews::by_ids(reader, &session.actor, &[id]).await?.pop() else {
        return Ok(None);
    };
    let Some(report) = reports::by_id(reader, &session.actor, row.subject_id).await? else {
        return Ok(None);
    };
    let ties = ties_of(session, person, report.id).await?;
    let sheets = reviews::sheets(reader, person, &[report.id]).await?;
    let completed = sheets
        .values()
        .flatten()
        .any(|(assignment, _sheet)| assignment.account_id == person.account);
    let template = catalogue::template(&session.services, report.template_id).await?;
    let case = case(session, &report, &template, &ties);
    let decide = |seat: &ActingSeat| {
        let relations = review_rules::Relations {
            own: row.account_id == person.account && row.seat_id == seat.seat,
            assigned: ties.reviewing.iter().any(|(reviewing, _lead)| *reviewing == seat.seat),
            completed,
            conflicted: ties.conflicted,
            ..review_rules::Relations::default()
        };
        match case.decision(person, seat, OnReport::Read) {
            Decision::Allowed => review_rules::decide(seat.function, question.action(), relations),
            unseen => unseen,
        }
    };
    let refusal = match which_seat(&person.seats, None, decide) {
        Verdict::Granted(_) => question.check(&row, &report).err().map(of_the_thing),
        Verdict::Ambiguous if matches!(question, OnReview::Read | OnReview::ReadSheets) => None,
        Verdict::Ambiguous => Some((Code::SeatAmbiguous, None)),
        Verdict::Forbidden | Verdict::OwnWork => Some((Code::Forbidden, None)),
        Verdict::Hidden => Some((Code::NotFound, None)),
    };
    let rule = |seat: &ActingSeat| match case.decision(person, seat, OnReport::Read) {
        Decision::Allowed => review_rules::rule(question.action()),
        _unseen => rule_of_sight(&case, person, seat),
    };
    Ok(Some(said(session, (&case, person), decide, rule, refusal)))
}

fn case<'c>(
    session: &Session,
    report: &'c report::Model,
    template: &'c entity::template::Model,
    ties: &'c Ties,
) -> Case<'c> {
    Case {
        report,
        template,
        ties,
        open: Open::default(),
        now: session.now(),
    }
}

/// Whoever is not told of it is told by which rule; everybody else by which it is granted or not.
fn rule_on_finding(case: &Case<'_>, person: &Actor, seat: &ActingSeat, granting: Rule) -> Rule {
    if case.decision(person, seat, OnReport::Read) != Decision::Allowed {
        return rule_of_sight(case, person, seat);
    }
    match case.follows(person, seat) {
        Decision::Allowed => granting,
        _untold => review_rules::rule(Action::Follow),
    }
}

fn rule_of_sight(case: &Case<'_>, person: &Actor, seat: &ActingSeat) -> Rule {
    let (standing, relations) = (person.standing(seat, case.report.unit_id), case.relations(person, seat));
    report_rules::rule(seat.function, OnReport::Read, standing, relations, case.state())
}

fn said(
    session: &Session,
    (case, person): (&Case<'_>, &Actor),
    decide: impl Fn(&ActingSeat) -> Decision,
    rule: impl Fn(&ActingSeat) -> Rule,
    refusal: Option<(Code, Option<crate::locale::Text>)>,
) -> Said {
    let oneself = person.account == session.actor.account;
    let seats = person.seats.iter().map(|seat| Explained {
        seat: seat.seat,
        standing: person.standing(seat, case.report.unit_id),
        relations: told_relations(case.relations(person, seat), oneself),
        decision: decide(seat),
        rule: rule(seat),
    });
    Said {
        seats: seats.collect(),
        refusal,
    }
}
