//! A notice, as the API shows it.
use std::collections::HashMap;

use async_graphql::{Context, Enum, ID, Object};
use entity::notice;
use uuid::Uuid;

use crate::{
    award::{graphql::types::AwardEdition, query::by_ids as editions_by_ids},
    error::Error,
    event::{graphql::types::Event, query::by_ids as events_by_ids},
    graphql::{context::Ask, id::Kind as NodeKind, scalars::DateTime},
    identity::{graphql::Account, reach::knows},
    notice::{
        kinds::{Kind, SubjectType},
        query,
        words::{self, Missing, Named, Person, findings_in},
    },
    report::{
        catalogue::{self, Catalogue},
        graphql::{cycle::ReportCycle, handover::HandoverSession, types::Report},
        query::by_ids as reports_by_ids,
    },
    review::recommendation::graphql::Recommendation,
    session::Session,
    territory::graphql::Unit,
};

/// What a notice tells of. Later versions know more kinds; show the message of one you do not know.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "Kind")]
pub enum NoticeKind {
    /// A report was submitted, and your unit is to review it.
    ReportSubmitted,
    /// Your unit's report was returned for correction.
    ReportReturned,
    /// A report was endorsed: your unit is next, or it is your own unit's and no tier comes after.
    ReportEndorsed,
    /// A report was handed over to RI, and you are to receive it or to see to it.
    ReportHandedOver,
    /// Your unit's report was received at RI.
    ReportReceived,
    /// Your unit's report was refused when it was handed over.
    ReportHandoverRefused,
    /// The experts asked your unit to revise its report.
    ReportRevisionAsked,
    /// Your unit's accepted report was reopened, to be revised.
    ReportReopened,
    /// A report was assigned to you for review.
    ReviewAssigned,
    /// An expert declined a review or recused from it; somebody else is to be assigned.
    ReviewGivenUp,
    /// Your scores of a report are due within days.
    ReviewDueSoon,
    /// The day by which your scores of a report were due is over.
    ReviewOverdue,
    /// The day by which an expert was to score a report is over, and the expert has not even answered the assignment.
    ReviewSilent,
    /// Your unit's report was accepted.
    ReportAccepted,
    /// Your unit's report was declined.
    ReportDeclined,
    /// The acceptance of your unit's report was retracted.
    ReportAcceptanceRetracted,
    /// Something was found in your unit's report by who reviews it.
    FindingsRaised,
    /// What your unit had found in a report was answered in its new submission.
    FindingAnswered,
    /// A finding in your unit's report was opened again: the answer does not do.
    FindingReopened,
    /// A finding in your unit's report is to be answered within three days.
    FindingDueSoon,
    /// You were appointed to a seat.
    HolderAppointed,
    /// Your holding of a seat was ended.
    HolderEnded,
    /// Your account was deactivated.
    AccountDeactivated,
    /// Your account was reactivated.
    AccountReactivated,
    /// The e-mail address of your account was changed.
    EmailChanged,
    /// Your password was changed.
    PasswordChanged,
    /// Your password was reset.
    PasswordReset,
    /// An administrator issued a code to reset the password of you, or of somebody beneath your unit.
    ResetCodeIssued,
    /// A second factor was set up for your account.
    SecondFactorEnrolled,
    /// The second factor of your account was turned off.
    SecondFactorDisabled,
    /// An administrator removed the second factor of you, or of somebody beneath your unit.
    SecondFactorReset,
    /// An access token for a program was made in your name.
    AccessTokenCreated,
    /// It was proposed to erase a person's data, and another administrator of RI has to decide.
    ErasureProposed,
    /// A unit you have a seat in is dissolved, or is to be, and your seat ends with it.
    UnitDissolved,
    /// Units beneath yours are dissolved, or are to be, and what they leave passes to you.
    CustodyPassed,
    /// What your unit owes is due within a week, or within a day, and has not come.
    ReportDueSoon,
    /// What your unit owes is overdue since the day before.
    ReportOverdue,
    /// Some of the units beneath yours have not sent what was due the day before.
    ReportsMissing,
    /// Your unit is asked for a report.
    CycleOpened,
    /// Your unit is asked for a report earlier, by a unit that passed a round on.
    CyclePassedOn,
    /// Your unit was given more time for a report.
    ObligationExtended,
    /// Your unit was excused from a report.
    ObligationExcused,
    /// A report of your unit was waived.
    ObligationWaived,
    /// A report that had been excused or waived is expected of your unit again.
    ObligationRestored,
    /// A session is scheduled in which your unit is to hand over, or you are to receive.
    HandoverScheduled,
    /// A session that concerns you was changed.
    HandoverChanged,
    /// A session that concerned you was cancelled.
    HandoverCancelled,
    /// The national evaluation of a cycle that asked your unit was closed, and can be read.
    EvaluationClosed,
    /// Your unit has a recommendation to follow.
    RecommendationMade,
    /// A unit answered a recommendation of your unit.
    RecommendationAnswered,
    /// More is asked for than your unit answered to a recommendation.
    RecommendationReturned,
    /// A recommendation to your unit was closed.
    RecommendationClosed,
    /// A recommendation to your unit is to be answered within seven days.
    RecommendationDueSoon,
    /// An event was published that your unit is invited to, or at which you speak.
    EventPublished,
    /// Your unit was invited to an event that had been published before.
    UnitInvited,
    /// Time, place or programme of an event that concerns you changed.
    EventChanged,
    /// An event that concerns you was postponed.
    EventPostponed,
    /// An event that concerned you was cancelled.
    EventCancelled,
    /// An event your unit was invited to is over, and your unit's attendance sheet is awaited.
    EventEnded,
    /// The attendance of an event your unit was invited to was sealed.
    EventFinalised,
    /// An event you are to come to, or to speak at, begins within a day.
    EventStartsSoon,
    /// Your unit is to answer an invitation within three days.
    ReplyDueSoon,
    /// Your unit sends you to an event.
    DelegatesNamed,
    /// A unit declined the invitation to an event of your unit.
    InvitationDeclined,
    /// Somebody is sent to an event instead of you, or you instead of somebody.
    DelegateSubstituted,
    /// Somebody who was not named came to an event of your unit, and you are to decide.
    WalkInAdded,
    /// A unit asks you to be excused from an event of your unit.
    ExcuseAsked,
    /// Your unit was excused from an event, or one of those it sends.
    ExcuseGranted,
    /// Your unit was not excused from an event.
    ExcuseRefused,
    /// A unit submitted its attendance sheet of an event of your unit.
    AttendanceSubmitted,
    /// Your unit's attendance sheet was verified.
    AttendanceVerified,
    /// Your unit's attendance sheet was returned for correction.
    AttendanceReturned,
    /// The sealed attendance of your unit was corrected.
    AttendanceCorrected,
    /// Your certificate of attendance was issued.
    CertificatesIssued,
    /// Your unit was evaluated at the end of an event, and is to answer.
    EventEvaluationIssued,
    /// A unit acknowledged how your unit evaluated it.
    EventEvaluationAcknowledged,
    /// A unit objected to how your unit evaluated it.
    EventEvaluationObjectedTo,
    /// Your unit may enter for awards.
    AwardNominationsOpened,
    /// An edition of awards that your unit entered for came to nothing.
    AwardVoided,
    /// It was announced who is honoured by awards that your unit or you were entered for.
    AwardAnnounced,
    /// The certificates of awards that your unit or you got were issued.
    AwardCertificatesIssued,
    /// A unit beneath yours submitted an entry for an award, and your unit is to verify it.
    AwardEntrySubmitted,
    /// An entry of your unit for an award was returned.
    AwardEntryReturned,
    /// An entry of your unit for an award was found eligible.
    AwardEntryVerified,
    /// An entry of your unit for an award was found ineligible.
    AwardEntryRejected,
    /// An entry of your unit for an award was disqualified.
    AwardEntryDisqualified,
    /// You were appointed a juror.
    AwardJurorAppointed,
    /// You are asked to look at a sheet of scores again.
    AwardSheetReopened,
    /// A unit objects to what your unit announced.
    AwardObjectedTo,
    /// An objection of your unit was upheld.
    AwardObjectionUpheld,
    /// An objection of your unit was rejected.
    AwardObjectionRejected,
    /// It is proposed to revoke an award of your unit's, and you may confirm it.
    AwardRevocationProposed,
    /// An award that your unit or you got was revoked.
    AwardRevoked,
}

/// A notice with what it is about, which the reader may see.
#[derive(Clone)]
pub struct Notice {
    pub(super) row: notice::Model,
    kind: Kind,
    report: Option<Report>,
    event: Option<Event>,
    edition: Option<AwardEdition>,
    missing: Option<Missing>,
    findings: usize,
}

/// Something that happened and that you are told of. What you may no longer see, you are no longer told of.
#[Object]
impl Notice {
    /// The global id.
    pub async fn id(&self) -> ID {
        NodeKind::Notice.id(self.row.id)
    }

    /// What it tells of.
    async fn kind(&self) -> NoticeKind {
        self.kind.into()
    }

    /// What happened, as a sentence in the language asked for by `Accept-Language`.
    async fn message(&self, ctx: &Context<'_>) -> async_graphql::Result<String> {
        let session = ctx.session()?;
        let text = words::sentence(self.kind, self.named(session, &session.services.catalogue.load()));
        Ok(text.in_language(ctx.request().language).to_owned())
    }

    /// When it happened.
    async fn created_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }

    /// Since when it counts as read; null while it is unread.
    async fn read_at(&self) -> Option<DateTime> {
        self.row.read_at.map(DateTime)
    }

    /// The report it is about; null where it is about none.
    async fn report(&self) -> Option<&Report> {
        self.report.as_ref()
    }

    /// The person it is about, yourself or another; null where it is about a report, a round or a unit, or you may not know who it is.
    async fn account(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Account>> {
        match self.kind.subject() {
            SubjectType::Account => Account::of(ctx, self.row.subject_id),
            SubjectType::Report
            | SubjectType::Unit
            | SubjectType::Cycle
            | SubjectType::Obligation
            | SubjectType::Handover
            | SubjectType::Recommendation
            | SubjectType::Event
            | SubjectType::Award => None,
        }
    }

    /// The round it is about; null where it is about none.
    async fn cycle(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<ReportCycle>> {
        match self.kind.subject() {
            SubjectType::Cycle | SubjectType::Obligation => {}
            SubjectType::Report
            | SubjectType::Account
            | SubjectType::Unit
            | SubjectType::Handover
            | SubjectType::Recommendation
            | SubjectType::Event
            | SubjectType::Award => return None,
        }
        let cycle = catalogue::cycle(&ctx.request().services, self.row.subject_id).await;
        Some(cycle.map(ReportCycle).map_err(Into::into))
    }

    /// The session it is about; null where it is about none.
    async fn handover_session(&self) -> Option<HandoverSession> {
        match self.kind.subject() {
            SubjectType::Handover => Some(HandoverSession(self.row.subject_id)),
            SubjectType::Report
            | SubjectType::Account
            | SubjectType::Unit
            | SubjectType::Cycle
            | SubjectType::Obligation
            | SubjectType::Recommendation
            | SubjectType::Event
            | SubjectType::Award => None,
        }
    }

    /// The recommendation it is about; null where it is about none.
    async fn recommendation(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<Recommendation>> {
        match self.kind.subject() {
            SubjectType::Recommendation => Recommendation::visible(ctx, self.row.subject_id).await,
            SubjectType::Report
            | SubjectType::Account
            | SubjectType::Unit
            | SubjectType::Cycle
            | SubjectType::Obligation
            | SubjectType::Handover
            | SubjectType::Event
            | SubjectType::Award => None,
        }
    }

    /// The event it is about; null where it is about none.
    async fn event(&self) -> Option<&Event> {
        self.event.as_ref()
    }

    /// The edition of awards it is about; null where it is about none.
    async fn award_edition(&self) -> Option<&AwardEdition> {
        self.edition.as_ref()
    }

    /// The unit it concerns: whose report it is, who asks for one, where the person sits or sat, or what happened to itself.
    async fn unit(&self) -> Unit {
        Unit(self.row.unit_id)
    }
}

impl Notice {
    /// Which notice it is.
    #[must_use]
    pub fn uuid(&self) -> Uuid {
        self.row.id
    }

    fn named<'n>(&'n self, session: &'n Session, catalogue: &'n Catalogue) -> Named<'n> {
        let actor = &session.actor;
        let template = self.report.as_ref().map(|report| report.0.template_id);
        let template = template.and_then(|id| catalogue.template(id));
        let subject = self.row.subject_id;
        let person = if subject == actor.account {
            Person::Reader
        } else if knows(actor, subject) {
            let person = actor.directory.person(subject);
            person.map_or(Person::Unnamed, |person| Person::Known(&person.name))
        } else {
            Person::Unnamed
        };
        let cycle = catalogue.cycle(subject);
        Named {
            report: template.map_or("", |template| &template.name),
            cycle: cycle.map_or("", |cycle| &cycle.name),
            missing: self.missing,
            findings: self.findings,
            event: self.event.as_ref().map_or("", |event| &event.0.title),
            award: self.edition.as_ref().map_or("", |edition| &edition.0.title),
            unit: actor.directory.tree.get(self.row.unit_id).map_or("", |unit| &unit.name),
            person,
        }
    }
}

/// Puts notices that are in scope together with their reports and events, in one statement for all of each.
pub(super) async fn with_reports(session: &Session, rows: Vec<notice::Model>) -> Result<Vec<Notice>, Error> {
    let told = rows.into_iter().filter_map(|row| Some((Kind::of(&row.kind)?, row)));
    let told: Vec<(Kind, notice::Model)> = told.collect();
    let on_reports = told.iter().filter(|(kind, _row)| kind.subject() == SubjectType::Report);
    let ids: Vec<Uuid> = on_reports.map(|(_kind, row)| row.subject_id).collect();
    let mut reports: HashMap<Uuid, Report> = HashMap::new();
    if !ids.is_empty() {
        let found = reports_by_ids(session.services.db.reader(), &session.actor, &ids).await?;
        reports.extend(found.into_iter().map(|row| (row.id, Report::from(row))));
    }
    let held = told.iter().filter(|(kind, _row)| kind.subject() == SubjectType::Event);
    let ids: Vec<Uuid> = held.map(|(_kind, row)| row.subject_id).collect();
    let mut events: HashMap<Uuid, Event> = HashMap::new();
    if !ids.is_empty() {
        let found = events_by_ids(session.services.db.reader(), &session.actor, &ids).await?;
        events.extend(found.into_iter().map(|row| (row.id, Event::from(row))));
    }
    let given = told.iter().filter(|(kind, _row)| kind.subject() == SubjectType::Award);
    let ids: Vec<Uuid> = given.map(|(_kind, row)| row.subject_id).collect();
    let mut editions: HashMap<Uuid, AwardEdition> = HashMap::new();
    if !ids.is_empty() {
        let found = editions_by_ids(session.services.db.reader(), &session.actor, &ids).await?;
        editions.extend(found.into_iter().map(|row| (row.id, AwardEdition::from(row))));
    }
    let counts = |kind: Kind| kind == Kind::ReportsMissing || kind.is_on_findings();
    let counted = told.iter().filter(|(kind, _row)| counts(*kind));
    let counted: Vec<Uuid> = counted.map(|(_kind, row)| row.event_id).collect();
    let said = if counted.is_empty() {
        HashMap::new()
    } else {
        query::payloads(session.services.db.reader(), &counted).await?
    };
    let notices = told.into_iter().filter_map(|(kind, row)| {
        let missing = said.get(&row.event_id).and_then(Missing::of);
        let findings = said.get(&row.event_id).map_or(0, findings_in);
        let report = reports.get(&row.subject_id).cloned();
        let event = events.get(&row.subject_id).cloned();
        let edition = editions.get(&row.subject_id).cloned();
        // Hidden between the two statements: then the notice is, too.
        let told = match kind.subject() {
            SubjectType::Report => report.is_some(),
            SubjectType::Event => event.is_some(),
            SubjectType::Award => edition.is_some(),
            SubjectType::Account
            | SubjectType::Unit
            | SubjectType::Cycle
            | SubjectType::Obligation
            | SubjectType::Handover
            | SubjectType::Recommendation => true,
        };
        told.then_some(Notice {
            row,
            kind,
            report,
            event,
            edition,
            missing,
            findings,
        })
    });
    Ok(notices.collect())
}

/// The caller's notices among these ids, of what the caller may see.
///
/// # Errors
/// The database's.
pub async fn by_ids(session: &Session, ids: &[Uuid]) -> Result<Vec<Notice>, Error> {
    let connection = session.services.db.reader();
    let scope = query::scope(connection, &session.actor).await?;
    with_reports(session, query::by_ids(connection, &scope, ids).await?).await
}
