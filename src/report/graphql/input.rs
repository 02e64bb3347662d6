//! What commands on reports are told. Every one takes `seat`: which of your seats acts; it may be left out when exactly
//! one of them is allowed to.
use async_graphql::{ID, InputObject};

use super::{answer::AnswerInput, finding_mutation::FindingAnswerInput, receipt::Openness};
use crate::{
    error::Error,
    graphql::{
        id::{self, Kind},
        scalars,
    },
    report::{files::Attach, handover, openness::SetOpenness, service, starting, writing},
};

/// Which report to start.
#[derive(InputObject)]
pub struct StartReportInput {
    /// The round it is for.
    cycle: ID,
    /// The unit it is of; may be left out by who sits in one unit only.
    unit: Option<ID>,
    /// A name of your own making, so that starting it twice, from a phone without signal, starts it once.
    client_id: Option<scalars::Uuid>,
    /// Whether it begins with what the unit submitted last: texts, choices, links and the rows of tables, of the latest of
    /// the three earlier rounds of the same template in which it submitted anything. Numbers, dates and files are left open.
    #[graphql(default)]
    prefill: bool,
    /// The seat that acts.
    seat: Option<ID>,
}

impl StartReportInput {
    pub(super) fn resolve(&self) -> Result<starting::Start, Error> {
        Ok(starting::Start {
            cycle: Kind::ReportCycle.uuid(&self.cycle)?,
            unit: self.unit.as_ref().map(|id| Kind::Unit.uuid(id)).transpose()?,
            client_id: self.client_id.map(|id| id.0),
            prefill: self.prefill,
            seat: Kind::Seat.maybe(self.seat.as_ref())?,
        })
    }
}

/// Whose reports to start.
#[derive(InputObject)]
pub struct StartReportsInput {
    /// The round they are for.
    cycle: ID,
    /// The units they are of, 1 to 1,000; left out, every unit that owes one and that you may start it for.
    units: Option<Vec<ID>>,
    /// Whether each begins with what its unit submitted last, as in `startReport`.
    #[graphql(default)]
    prefill: bool,
    /// Whether to tell only what would be done.
    #[graphql(default)]
    dry_run: bool,
    /// The seat that acts for all of them; left out, for each unit the one that may.
    seat: Option<ID>,
}

impl StartReportsInput {
    pub(super) fn resolve(&self) -> Result<starting::StartMany, Error> {
        let units = self.units.as_ref().map(|units| Kind::Unit.uuids(units));
        Ok(starting::StartMany {
            cycle: Kind::ReportCycle.uuid(&self.cycle)?,
            units: units.transpose()?,
            prefill: self.prefill,
            dry_run: self.dry_run,
            seat: Kind::Seat.maybe(self.seat.as_ref())?,
        })
    }
}

/// What a draft is to cite, and what no longer.
#[derive(InputObject)]
pub struct CiteReportsInput {
    /// The report that cites: a draft, or returned.
    report: ID,
    /// The version you read.
    expected_version: i32,
    /// Reports of units beneath, at most 100: of each, the submission in force now is cited. To name one that is cited
    /// already is to cite what has come of it since.
    #[graphql(default)]
    add: Vec<ID>,
    /// Reports that are to be cited no longer. One that is not cited is passed over.
    #[graphql(default)]
    remove: Vec<ID>,
    /// The seat that acts.
    seat: Option<ID>,
}

impl CiteReportsInput {
    pub(super) fn resolve(&self) -> Result<writing::Cite, Error> {
        Ok(writing::Cite {
            report: Kind::Report.uuid(&self.report)?,
            expected_version: self.expected_version,
            add: Kind::Report.uuids(&self.add)?,
            remove: Kind::Report.uuids(&self.remove)?,
            seat: Kind::Seat.maybe(self.seat.as_ref())?,
        })
    }
}

/// What to change in the draft. Fields not named stay as they are.
#[derive(InputObject)]
pub struct EditReportInput {
    /// The report.
    report: ID,
    /// The version you read. An older one than the report's is taken, too: then fields that nobody has saved since are
    /// saved, and one that somebody has saved with another answer is a conflict.
    expected_version: i32,
    /// The fields to change, each once.
    answers: Vec<AnswerInput>,
    /// The seat that acts.
    seat: Option<ID>,
}

impl EditReportInput {
    pub(super) fn resolve(self) -> Result<writing::Edit, Error> {
        Ok(writing::Edit {
            report: Kind::Report.uuid(&self.report)?,
            expected_version: self.expected_version,
            seat: Kind::Seat.maybe(self.seat.as_ref())?,
            answers: self
                .answers
                .into_iter()
                .map(AnswerInput::resolve)
                .collect::<Result<_, _>>()?,
        })
    }
}

/// Which file to put into the draft.
#[derive(InputObject)]
pub struct AttachFileInput {
    /// The report.
    report: ID,
    /// The version you read.
    expected_version: i32,
    /// The key of the field in the template, one that takes files.
    field: String,
    /// The file, or the upload it came by.
    file: ID,
    /// The seat that acts.
    seat: Option<ID>,
}

impl AttachFileInput {
    pub(super) fn resolve(self) -> Result<Attach, Error> {
        let file = match id::parse(&self.file)? {
            (Kind::Upload, upload) => upload,
            _ => Kind::File.uuid(&self.file)?,
        };
        Ok(Attach {
            report: Kind::Report.uuid(&self.report)?,
            expected_version: self.expected_version,
            field: self.field,
            file,
            seat: Kind::Seat.maybe(self.seat.as_ref())?,
        })
    }
}

/// Declares the input of a command that moves one report one step.
macro_rules! step_input {
    ($(#[$about:meta])* $name:ident, $command:ident { $($(#[$field_about:meta])* $field:ident: $type:ty => $kept:ident: $value:expr),* }) => {
        $(#[$about])*
        #[derive(InputObject)]
        pub struct $name {
            /// The report.
            report: ID,
            /// The version you read.
            expected_version: i32,
            $($(#[$field_about])* $field: $type,)*
            /// The seat that acts.
            seat: Option<ID>,
        }

        impl $name {
            pub(super) fn resolve(self) -> Result<service::Advance, Error> {
                let plain = service::Advance {
                    report: Kind::Report.uuid(&self.report)?,
                    expected_version: self.expected_version,
                    command: entity::enums::ReportCommand::$command,
                    reason: None,
                    due_on: None,
                    answers: Vec::new(),
                    seat: Kind::Seat.maybe(self.seat.as_ref())?,
                };
                Ok(service::Advance { $($kept: $value(self.$field),)* ..plain })
            }
        }
    };
}

fn due(day: Option<scalars::Date>) -> Option<chrono::NaiveDate> {
    day.map(|day| day.0)
}

/// Which report to submit, and what it says to what was found in it.
#[derive(InputObject)]
pub struct SubmitReportInput {
    /// The report.
    report: ID,
    /// The version you read.
    expected_version: i32,
    /// What it says to findings that wait for an answer, each at most once. Every one of severity MUST has to be among
    /// them.
    #[graphql(default)]
    answers: Vec<FindingAnswerInput>,
    /// The seat that acts.
    seat: Option<ID>,
}

impl SubmitReportInput {
    pub(super) fn resolve(self) -> Result<service::Advance, Error> {
        let answers = self.answers.into_iter().map(FindingAnswerInput::resolve);
        Ok(service::Advance {
            report: Kind::Report.uuid(&self.report)?,
            expected_version: self.expected_version,
            command: entity::enums::ReportCommand::Submit,
            reason: None,
            due_on: None,
            answers: answers.collect::<Result<_, _>>()?,
            seat: Kind::Seat.maybe(self.seat.as_ref())?,
        })
    }
}

step_input! {
    /// Which report to take back, and why.
    WithdrawReportInput, Withdraw {
        /// Why, at most 2,000 characters.
        reason: String => reason: Some
    }
}

step_input! {
    /// Which report to take up.
    TakeReportInput, Take {}
}

step_input! {
    /// Which report to put back for others to take up.
    ReleaseReportInput, Release {}
}

step_input! {
    /// Which report to send back, and why.
    ReturnReportInput, Return {
        /// What has to be corrected, at most 2,000 characters.
        reason: String => reason: Some,
        /// Until when the correction is awaited.
        due_on: Option<scalars::Date> => due_on: due
    }
}

step_input! {
    /// Which report to endorse.
    EndorseReportInput, Endorse {}
}

step_input! {
    /// Which report to accept.
    AcceptReportInput, Accept {}
}

step_input! {
    /// Which report to decline, and why.
    DeclineReportInput, Decline {
        /// Why, at most 2,000 characters.
        reason: String => reason: Some
    }
}

step_input! {
    /// Which acceptance to retract, and why.
    RetractAcceptanceInput, RetractAcceptance {
        /// Why, at most 2,000 characters.
        reason: String => reason: Some
    }
}

step_input! {
    /// Which report is to be revised, why and by when.
    AskRevisionInput, AskRevision {
        /// What is asked for, at most 2,000 characters.
        reason: String => reason: Some,
        /// Until when the revision is awaited.
        due_on: Option<scalars::Date> => due_on: due
    }
}

step_input! {
    /// Which report to give up, and why.
    AbandonReportInput, Abandon {
        /// Why, at most 2,000 characters.
        reason: String => reason: Some
    }
}

/// How open a report is to be.
#[derive(InputObject)]
pub struct SetOpennessInput {
    /// The report.
    report: ID,
    /// The version you read.
    expected_version: i32,
    /// Who may be told of it from now on.
    openness: Openness,
    /// Why, at most 2,000 characters.
    reason: String,
    /// The seat that acts.
    seat: Option<ID>,
}

impl SetOpennessInput {
    pub(super) fn resolve(self) -> Result<SetOpenness, Error> {
        Ok(SetOpenness {
            report: Kind::Report.uuid(&self.report)?,
            expected_version: self.expected_version,
            openness: self.openness.into(),
            reason: self.reason,
            seat: Kind::Seat.maybe(self.seat.as_ref())?,
        })
    }
}

/// What is handed over, where, when and to whom.
#[derive(InputObject)]
pub struct HandOverReportsInput {
    /// The reports, 1 to 100: all of them change hands, or none.
    reports: Vec<ID>,
    /// Where, at most 200 characters.
    place: String,
    /// When.
    at: scalars::DateTime,
    /// The seats named to receive: of experts or coordinators at RI, 1 to 20.
    receivers: Vec<ID>,
    /// The session to join; left out, a new one is opened.
    session: Option<ID>,
    /// The seat that gives.
    seat: Option<ID>,
}

impl HandOverReportsInput {
    pub(super) fn resolve(self) -> Result<handover::HandOver, Error> {
        Ok(handover::HandOver {
            reports: Kind::Report.uuids(&self.reports)?,
            receivers: Kind::Seat.uuids(&self.receivers)?,
            session: self
                .session
                .as_ref()
                .map(|id| Kind::HandoverSession.uuid(id))
                .transpose()?,
            seat: Kind::Seat.maybe(self.seat.as_ref())?,
            place: self.place,
            at: self.at.0,
        })
    }
}

/// What is received.
#[derive(InputObject)]
pub struct ReceiveReportsInput {
    /// The reports, 1 to 100: all of them are received, or none.
    reports: Vec<ID>,
    /// The seat that receives.
    seat: Option<ID>,
}

impl ReceiveReportsInput {
    pub(super) fn resolve(self) -> Result<handover::Answer, Error> {
        Ok(handover::Answer {
            reports: Kind::Report.uuids(&self.reports)?,
            receive: true,
            reason: None,
            expected_version: None,
            seat: Kind::Seat.maybe(self.seat.as_ref())?,
        })
    }
}

/// What is not received, and why.
#[derive(InputObject)]
pub struct RefuseHandoverInput {
    /// The report.
    report: ID,
    /// The version you read.
    expected_version: i32,
    /// Why, at most 2,000 characters.
    reason: String,
    /// The seat that refuses.
    seat: Option<ID>,
}

impl RefuseHandoverInput {
    pub(super) fn resolve(self) -> Result<handover::Answer, Error> {
        Ok(handover::Answer {
            reports: vec![Kind::Report.uuid(&self.report)?],
            receive: false,
            reason: Some(self.reason),
            expected_version: Some(self.expected_version),
            seat: Kind::Seat.maybe(self.seat.as_ref())?,
        })
    }
}
