//! Explanations in the API.
use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use entity::enums::ReportCommand;

use super::{
    explain::{self, Explained, Explanation, Question, Relation},
    review::{OnFinding, OnReview},
};
use crate::{
    authz::{
        Decision, Standing,
        policy::{
            award::{Action as OnEdition, EntryAction},
            event::{Action as OnEvent, UnitAction},
            report::Action,
        },
    },
    error::Error,
    graphql::{context::Ask, id::Kind, problem::UserErrorCode},
    locale::Language,
    report::template::availability::Command,
    review::{assignment::Step, rubric::availability::Command as RubricCommand},
    territory::graphql::Seat,
};

/// What can be asked about: each action of one type of thing.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessAction {
    /// To know of a report and read what was submitted of it.
    Read,
    /// To read the working draft of a report.
    ReadDraft,
    /// `editReport`, of a report; and so on down to ABANDON.
    Edit,
    /// `submitReport`.
    Submit,
    /// `withdrawReport`.
    Withdraw,
    /// `takeReport`.
    Take,
    /// `releaseReport`.
    Release,
    /// `returnReport`.
    Return,
    /// `endorseReport`.
    Endorse,
    /// `handOverReports`.
    HandOver,
    /// `receiveReports`.
    Receive,
    /// `refuseHandover`.
    RefuseHandover,
    /// `assignReviews`.
    Assign,
    /// `askRevision`.
    AskRevision,
    /// `acceptReport`.
    Accept,
    /// `declineReport`.
    Decline,
    /// `retractAcceptance`.
    RetractAcceptance,
    /// `reopenReport`.
    Reopen,
    /// `setOpenness`.
    SetOpenness,
    /// `abandonReport`.
    Abandon,
    /// `raiseFinding`, of a report.
    RaiseFinding,
    /// To be told of a finding.
    ReadFinding,
    /// `acknowledgeFindings`, of a finding; and so on down to REOPEN_FINDING.
    AcknowledgeFinding,
    /// `resolveFinding`.
    ResolveFinding,
    /// `reopenFinding`.
    ReopenFinding,
    /// To know of a review assignment.
    ReadReview,
    /// To read the sheets of scores that came of a review assignment.
    ReadScoreSheets,
    /// `acknowledgeReview`, of a review assignment; and so on down to MAKE_REVIEW_LEAD.
    AcknowledgeReview,
    /// `declineReview`.
    DeclineReview,
    /// `recuseReview`.
    RecuseReview,
    /// `lapseReview`.
    LapseReview,
    /// `saveScoreSheet`.
    SaveScoreSheet,
    /// `completeReview`.
    CompleteReview,
    /// `makeReviewLead`.
    MakeReviewLead,
    /// To know of an event.
    ReadEvent,
    /// To read who is invited to an event, what they answered and who came.
    ReadEventAttendance,
    /// `editEvent` and `evaluateUnit`, of an event, and to write down what came of it.
    PrepareEvent,
    /// `publishEvent`, of an event, and every step after it.
    CommandEvent,
    /// To work the door of an event.
    KeepDoor,
    /// To know of the invitation of a unit to an event.
    ReadInvitation,
    /// `replyInvitation` and `substituteDelegate`, of an invitation, and whatever else the unit says by its HEAD.
    AnswerInvitation,
    /// To write down who of a unit was there, of its invitation.
    DraftAttendance,
    /// To verify and return what a unit says of its attendance, and to excuse it, of its invitation.
    SettleAttendance,
    /// To know of an edition of awards and of its rules.
    ReadAwardEdition,
    /// `editAwardEdition`, of an edition of awards.
    PrepareAwardEdition,
    /// To read every entry that was submitted for an edition of awards, and who judges.
    OverseeAwardEdition,
    /// `publishAwardRules`, of an edition of awards, and every step after it.
    CommandAwardEdition,
    /// To know of an entry for an award.
    ReadAwardEntry,
    /// `editAwardEntry`, of an entry; and so on down to OBJECT_TO_AWARD.
    EditAwardEntry,
    /// `submitAwardEntry`.
    SubmitAwardEntry,
    /// `withdrawAwardEntry`.
    WithdrawAwardEntry,
    /// `verifyAwardEntry` and `returnAwardEntry`.
    VerifyAwardEntry,
    /// `disqualifyAwardEntry`.
    DisqualifyAwardEntry,
    /// `objectToAward`, for an entry.
    ObjectToAward,
    /// To know of an award.
    ReadAward,
    /// `revokeAward`, of an award.
    RevokeAward,
    /// To know of a version of a template.
    ReadTemplate,
    /// `editReportTemplate`, of a version of a template; and so on down to RETIRE_TEMPLATE.
    EditTemplate,
    /// `publishReportTemplate`.
    PublishTemplate,
    /// `discardReportTemplate`.
    DiscardTemplate,
    /// `retireReportTemplate`.
    RetireTemplate,
    /// To know of a version of a rubric.
    ReadRubric,
    /// `editRubric`, of a version of a rubric; and so on down to RETIRE_RUBRIC.
    EditRubric,
    /// `publishRubric`.
    PublishRubric,
    /// `discardRubric`.
    DiscardRubric,
    /// `retireRubric`.
    RetireRubric,
    /// To know of a cycle.
    ReadCycle,
    /// `editReportCycle` and `closeReportCycle`, of a cycle.
    ManageCycle,
    /// `passOnReportCycle`, of a cycle.
    PassOnCycle,
    /// `startReports`, of a cycle: to begin the reports of units beneath the own.
    StartReports,
    /// To read the e-mail address of an account.
    ReadContacts,
    /// To fill and empty a seat.
    Manage,
    /// To rename, move, split, merge and dissolve a unit.
    ChangeUnit,
}

impl AccessAction {
    /// The action with the thing it is asked of.
    fn of(self, id: &ID) -> Result<Question, Error> {
        let report = |action| Ok(Question::Report(action, Kind::Report.uuid(id)?));
        let command = |command| report(Action::Do(command));
        let template = |command| Ok(Question::Template(command, Kind::ReportTemplate.uuid(id)?));
        let rubric = |command| Ok(Question::Rubric(command, Kind::Rubric.uuid(id)?));
        let finding = |question| Ok(Question::Finding(question, Kind::Finding.uuid(id)?));
        let review = |question| Ok(Question::Review(question, Kind::ReviewAssignment.uuid(id)?));
        let event = |action| Ok(Question::Event(action, Kind::Event.uuid(id)?));
        let invitation = |action| Ok(Question::Invitation(action, Kind::EventInvitation.uuid(id)?));
        let edition = |action| Ok(Question::AwardEdition(action, Kind::AwardEdition.uuid(id)?));
        let entry = |action| Ok(Question::AwardEntry(action, Kind::AwardEntry.uuid(id)?));
        let award = |action| Ok(Question::Award(action, Kind::Award.uuid(id)?));
        match self {
            Self::ReadAwardEdition => edition(OnEdition::Read),
            Self::PrepareAwardEdition => edition(OnEdition::Prepare),
            Self::OverseeAwardEdition => edition(OnEdition::Oversee),
            Self::CommandAwardEdition => edition(OnEdition::Command),
            Self::ReadAwardEntry => entry(EntryAction::Read),
            Self::EditAwardEntry => entry(EntryAction::Draft),
            Self::SubmitAwardEntry => entry(EntryAction::Submit),
            Self::WithdrawAwardEntry => entry(EntryAction::Withdraw),
            Self::VerifyAwardEntry => entry(EntryAction::Verify),
            Self::DisqualifyAwardEntry => entry(EntryAction::Disqualify),
            Self::ObjectToAward => entry(EntryAction::Object),
            Self::ReadAward => award(OnEdition::Read),
            Self::RevokeAward => award(OnEdition::Command),
            Self::ReadEvent => event(OnEvent::Read),
            Self::ReadEventAttendance => event(OnEvent::ReadAttendance),
            Self::PrepareEvent => event(OnEvent::Prepare),
            Self::CommandEvent => event(OnEvent::Command),
            Self::KeepDoor => event(OnEvent::KeepDoor),
            Self::ReadInvitation => invitation(UnitAction::Read),
            Self::AnswerInvitation => invitation(UnitAction::Answer),
            Self::DraftAttendance => invitation(UnitAction::Draft),
            Self::SettleAttendance => invitation(UnitAction::Settle),
            Self::RaiseFinding => Ok(Question::RaiseFinding(Kind::Report.uuid(id)?)),
            Self::ReadFinding => finding(OnFinding::Read),
            Self::AcknowledgeFinding => finding(OnFinding::Acknowledge),
            Self::ResolveFinding => finding(OnFinding::Resolve),
            Self::ReopenFinding => finding(OnFinding::Reopen),
            Self::ReadReview => review(OnReview::Read),
            Self::ReadScoreSheets => review(OnReview::ReadSheets),
            Self::AcknowledgeReview => review(OnReview::Do(Step::Acknowledge)),
            Self::DeclineReview => review(OnReview::Do(Step::Decline)),
            Self::RecuseReview => review(OnReview::Do(Step::Recuse)),
            Self::LapseReview => review(OnReview::Do(Step::Lapse)),
            Self::SaveScoreSheet => review(OnReview::Do(Step::Save)),
            Self::CompleteReview => review(OnReview::Do(Step::Complete)),
            Self::MakeReviewLead => review(OnReview::MakeLead),
            Self::Read => report(Action::Read),
            Self::ReadDraft => report(Action::ReadDraft),
            Self::Edit => command(ReportCommand::Edit),
            Self::Submit => command(ReportCommand::Submit),
            Self::Withdraw => command(ReportCommand::Withdraw),
            Self::Take => command(ReportCommand::Take),
            Self::Release => command(ReportCommand::Release),
            Self::Return => command(ReportCommand::Return),
            Self::Endorse => command(ReportCommand::Endorse),
            Self::HandOver => command(ReportCommand::HandOver),
            Self::Receive => command(ReportCommand::Receive),
            Self::RefuseHandover => command(ReportCommand::RefuseHandover),
            Self::Assign => command(ReportCommand::Assign),
            Self::AskRevision => command(ReportCommand::AskRevision),
            Self::Accept => command(ReportCommand::Accept),
            Self::Decline => command(ReportCommand::Decline),
            Self::RetractAcceptance => command(ReportCommand::RetractAcceptance),
            Self::Reopen => command(ReportCommand::Reopen),
            Self::SetOpenness => command(ReportCommand::SetOpenness),
            Self::Abandon => command(ReportCommand::Abandon),
            Self::ReadTemplate => Ok(Question::ReadTemplate(Kind::ReportTemplate.uuid(id)?)),
            Self::EditTemplate => template(Command::Edit),
            Self::PublishTemplate => template(Command::Publish),
            Self::DiscardTemplate => template(Command::Discard),
            Self::RetireTemplate => template(Command::Retire),
            Self::ReadRubric => Ok(Question::ReadRubric(Kind::Rubric.uuid(id)?)),
            Self::EditRubric => rubric(RubricCommand::Edit),
            Self::PublishRubric => rubric(RubricCommand::Publish),
            Self::DiscardRubric => rubric(RubricCommand::Discard),
            Self::RetireRubric => rubric(RubricCommand::Retire),
            Self::ReadCycle => Ok(Question::ReadCycle(Kind::ReportCycle.uuid(id)?)),
            Self::ManageCycle => Ok(Question::ManageCycle(Kind::ReportCycle.uuid(id)?)),
            Self::PassOnCycle => Ok(Question::PassOnCycle(Kind::ReportCycle.uuid(id)?)),
            Self::StartReports => Ok(Question::StartBeneath(Kind::ReportCycle.uuid(id)?)),
            Self::ReadContacts => Ok(Question::ReadContacts(Kind::Account.uuid(id)?)),
            Self::Manage => Ok(Question::Manage(Kind::Seat.uuid(id)?)),
            Self::ChangeUnit => Ok(Question::ChangeUnit(Kind::Unit.uuid(id)?)),
        }
    }
}

/// Where a seat's unit stands to the unit of what is asked about.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "Standing")]
pub enum AccessStanding {
    /// The same unit.
    Own,
    /// The unit that decides on it: its parent, or its acting superior while it has one.
    Parent,
    /// Higher up.
    Above,
    /// Beneath it.
    Below,
    /// None of these.
    Outside,
}

/// What ties a seat, or who holds it, to a report beyond the tree.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "Relation")]
pub enum AccessRelation {
    /// The report waits for the seat's unit, or lies there.
    Turn,
    /// The seat's unit is the province of the report's unit, or acts in its place.
    Province,
    /// The seat is named to receive the report.
    Receiver,
    /// The person submitted the revision in force.
    Submitter,
    /// The report's unit is dissolved, and the seat keeps what it left.
    Custodian,
    /// The seat is assigned to review the report.
    Assigned,
    /// The seat leads its review.
    Lead,
    /// The seat's portfolio covers the report.
    Portfolio,
    /// The person has a conflict of interest with the report's unit. Told to that person alone.
    Conflicted,
}

/// What a rule says of one seat.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "Decision")]
pub enum AccessDecision {
    /// It may.
    Allowed,
    /// It may know of the thing, but not do this.
    Forbidden,
    /// Nobody decides on the own work.
    OwnWork,
    /// It may not know of the thing.
    Hidden,
}

/// A rule of the policy.
#[derive(SimpleObject)]
pub struct AccessRule {
    /// Its name, for programs: stable, whatever the language.
    key: &'static str,
    /// What it says.
    text: &'static str,
}

/// What the rules say of one seat.
#[derive(SimpleObject)]
pub struct SeatAccess {
    /// The seat.
    seat: Seat,
    /// Where its unit stands to the unit of the thing; of an account in several units, to the nearest.
    standing: AccessStanding,
    /// What else ties it to the thing.
    relations: Vec<AccessRelation>,
    /// What was decided. Whether the thing's status allows it is another question: see `AccessExplanation.code`.
    decision: AccessDecision,
    /// The rule it was decided by.
    rule: AccessRule,
}

/// Why somebody may or may not do something now. The very rules are asked that the operation itself runs by.
#[derive(SimpleObject)]
pub struct AccessExplanation {
    /// Whether it would be let through, its input apart.
    allowed: bool,
    /// What it would be refused with; null where it is allowed.
    code: Option<UserErrorCode>,
    /// The same as a sentence.
    reason: String,
    /// Whether it is about somebody else. Then only the seats within your reach are listed, and `allowed` speaks of those
    /// alone, whether there are others or not.
    limited_to_your_reach: bool,
    /// What the rules say, seat by seat.
    seats: Vec<SeatAccess>,
}

impl AccessExplanation {
    fn new(explanation: Explanation, language: Language) -> Self {
        let seat = |seat: Explained| SeatAccess {
            seat: Seat(seat.seat),
            standing: seat.standing.into(),
            relations: seat.relations.into_iter().map(Into::into).collect(),
            decision: seat.decision.into(),
            rule: AccessRule {
                key: seat.rule.key,
                text: match language {
                    Language::Indonesian => seat.rule.id,
                    Language::English => seat.rule.en,
                },
            },
        };
        Self {
            allowed: explanation.refusal.is_none(),
            code: explanation.refusal.map(Into::into),
            reason: explanation.reason.in_language(language).to_owned(),
            limited_to_your_reach: explanation.limited,
            seats: explanation.seats.into_iter().map(seat).collect(),
        }
    }
}

#[derive(Default)]
pub struct AccessQuery;

#[Object]
impl AccessQuery {
    /// Why somebody may or may not do something: you, or, for an ADMIN or OBSERVER, a person of the own unit or beneath it.
    /// Null where there is nothing that you may see.
    async fn explain_access(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What would be done.")] action: AccessAction,
        #[graphql(
            desc = "To what: the id of a report, of a finding, of a review assignment, of a version of a template or of a rubric, of a cycle, of an event or an invitation to it, of an edition of awards, an entry or an award; for READ_CONTACTS of an account, for MANAGE of a seat, for CHANGE_UNIT of a unit."
        )]
        id: ID,
        #[graphql(desc = "By whom; left out: by you.")] account: Option<ID>,
    ) -> Option<async_graphql::Result<AccessExplanation>> {
        let explained = async {
            let session = ctx.session()?;
            let account = account.map(|account| Kind::Account.uuid(&account)).transpose()?;
            explain::explain(session, action.of(&id)?, account).await
        };
        let language = ctx.request().language;
        explained
            .await
            .map(|said| said.map(|said| AccessExplanation::new(said, language)))
            .map_err(Error::into)
            .transpose()
    }
}
