//! Closed sets of words stored as text. Adding a word is a migration and a compile error in every place that decides.
use sea_orm::{DeriveActiveEnum, EnumIter, sea_query::StringLen};
use serde::{Deserialize, Serialize};

mod award;

pub use award::*;

/// The level of a unit. The order is the order of the hierarchy: `Ri` stands above `Provinsi`.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(16))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Tier {
    Ri,
    Provinsi,
    KabupatenKota,
    Kecamatan,
}

/// What a region is called in law.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(24))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
pub enum RegionKind {
    Provinsi,
    Kabupaten,
    Kota,
    KabupatenAdministrasi,
    KotaAdministrasi,
    Kecamatan,
    Distrik,
}

/// What kind of body a unit is. Aceh has Panwaslih where the others have Bawaslu.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(24))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BodyKind {
    BawasluRi,
    BawasluProvinsi,
    BawasluKabupatenKota,
    PanwasluKecamatan,
    PanwaslihProvinsi,
    PanwaslihKabupatenKota,
}

/// What a seat is in the organisation: it says who is invited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(24))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Position {
    Ketua,
    Anggota,
    Kordiv,
    WakilKordiv,
    KepalaSekretariat,
    Kasubbag,
    Staf,
    Deputi,
    SubKoordinator,
    TenagaAhli,
    Other,
}

/// What a seat may do; the policy decides by it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(16))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Function {
    Staff,
    Head,
    Admin,
    Observer,
    Coordinator,
    Expert,
}

/// Where a report stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(16))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReportStatus {
    Draft,
    Submitted,
    TierReview,
    Returned,
    Endorsed,
    HandedOver,
    Received,
    ExpertReview,
    RevisionAsked,
    Accepted,
    /// It counts in a national evaluation, as it was accepted.
    Evaluated,
    Declined,
    Abandoned,
}

/// What was done to a report: the verb of a transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(24))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReportCommand {
    Start,
    Edit,
    Submit,
    Withdraw,
    Take,
    Release,
    Return,
    Endorse,
    HandOver,
    Receive,
    RefuseHandover,
    Assign,
    AskRevision,
    Accept,
    Decline,
    RetractAcceptance,
    /// A national evaluation that closes counts it as it is.
    Evaluate,
    Reopen,
    Abandon,
    SetOpenness,
}

/// What span of time a cycle asks about.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(16))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PeriodKind {
    Monthly,
    Quarterly,
    Annual,
    StageFinal,
    AdHoc,
}

/// Who may be told of a record beyond those who work on it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(16))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Openness {
    Public,
    Internal,
    Exempt,
}

/// What was done to a gathering for handing over.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(16))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum HandoverActKind {
    Scheduled,
    Changed,
    Cancelled,
}

/// What became of one report in a handover.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(16))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
pub enum HandoverOutcome {
    Pending,
    Received,
    Refused,
}

/// What a one-time code is good for.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CodePurpose {
    PasswordReset,
    EmailChange,
}

/// What a program's token is for. Its rights are these, within those of whoever made it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Scope {
    ReportsRead,
    ReportsDraft,
    PeopleRead,
    EventsCheckin,
}

/// What was done to an account, a seat or a token.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ActKind {
    AccountInvited,
    InvitationRevoked,
    AccountActivated,
    AccountDeactivated,
    AccountReactivated,
    EmailChanged,
    PasswordChanged,
    PasswordReset,
    ResetCodeIssued,
    SecondFactorEnrolled,
    SecondFactorDisabled,
    SecondFactorReset,
    RecoveryCodesRegenerated,
    SeatCreated,
    SeatUpdated,
    SeatEnded,
    HolderAppointed,
    HolderEnded,
    ServiceAccountCreated,
    ServiceAccountEnded,
    AccessTokenCreated,
    AccessTokenRevoked,
    PersonalDataExported,
    ErasureProposed,
    ErasureRejected,
    PersonErased,
    NamedPeopleSought,
    NamedErasureProposed,
    NamedErasureRejected,
    NamedPersonErased,
}

/// An act that takes two persons.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ProposedCommand {
    ErasePerson,
    EraseNamedPerson,
    ReopenReport,
    CorrectAttendance,
    RevokeAward,
}

/// What became of a proposal. That one ran out is judged by the clock; the word is written when another takes its place.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ProposalStatus {
    Pending,
    Confirmed,
    Rejected,
    Expired,
}

/// A dated change of the hierarchy.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum UnitChangeKind {
    Form,
    Rename,
    Move,
    ActingSuperior,
    Split,
    Merge,
    Dissolve,
    Undo,
}

/// What a change did to one unit.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum UnitEffect {
    Formed,
    Renamed,
    Moved,
    ActingSuperiorSet,
    ActingSuperiorEnded,
    Split,
    MergedInto,
    Dissolved,
    Undone,
}

/// What of a unit may be something else from a day on.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum UnitFactKind {
    Name,
    Parent,
    ActingSuperior,
}

/// Where a version of a template stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TemplateStatus {
    /// It may still change, and nothing can be asked by it.
    Draft,
    /// It never changes again.
    Published,
    /// No new round may ask by it; what was asked goes on.
    Retired,
}

/// Where a version of a rubric stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RubricStatus {
    /// It may still change, and nothing can be judged by it.
    Draft,
    /// It never changes again.
    Published,
    /// Nothing new may be judged by it; what was begun goes on.
    Retired,
}

/// Whether a report is expected of a unit.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ObligationStanding {
    Expected,
    /// By the tier above, with a reason.
    Excused,
    /// By the owner of the round, with a reason.
    Waived,
    /// The unit was dissolved before it was due.
    NotApplicable,
}

/// What was decided about an obligation.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ObligationActKind {
    Extend,
    Excuse,
    Waive,
    /// What was excused or waived is expected again.
    Restore,
}

/// What kind of record holds a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
pub enum RecordType {
    Report,
    Cycle,
    /// How a round was passed on.
    CyclePassing,
    /// An event: its letter, its materials and its minutes.
    Event,
    /// The letters of delegates, excuses and attendance sheets of an invited unit.
    EventInvitation,
    /// An edition of awards: its letter.
    AwardEdition,
    /// An entry for an award: what proves it.
    AwardEntry,
    /// An objection to what was announced.
    AwardObjection,
}

/// What was done to a round or to a stage of an election.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReportingActKind {
    CycleOpened,
    CycleChanged,
    CyclePassedOn,
    CycleClosed,
    StageCreated,
    StageChanged,
}

/// What has come of an obligation, as it is counted.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ObligationOutcome {
    OnTime,
    Late,
    /// Nothing yet, and it is still owed unless the round is closed.
    Expected,
    Excused,
    Waived,
    NotApplicable,
}

/// What was decided about the report that came.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Verdict {
    Accepted,
    Declined,
}

/// Which reminder of something owed it is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReminderStage {
    /// A week before it is due.
    Week,
    /// A day before, or on the day.
    Day,
    /// On the day after.
    Overdue,
}

/// When an expert is reminded of a review.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReviewReminderStage {
    /// Within days of the day it is due on.
    Soon,
    /// Once that day is over.
    Overdue,
}

/// What kind of record is reviewed.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReviewSubjectType {
    Report,
    /// An entry for an award before a jury.
    AwardCandidate,
}

/// Where the review by one expert stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AssignmentState {
    Assigned,
    Acknowledged,
    /// A sheet is being filled in.
    Draft,
    /// A sheet is complete.
    Complete,
    Declined,
    Recused,
    /// Taken away by who assigned it.
    Lapsed,
}

/// Why somebody must not review a unit's records.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ConflictKind {
    HomeProvince,
    FormerUnit,
    Family,
    /// They organise an event together.
    CoHost,
    Other,
}

/// What was done in the course of a review.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReviewActKind {
    Assign,
    Acknowledge,
    Decline,
    Recuse,
    Lapse,
    MakeLead,
    Complete,
    DeclareConflict,
    PinConflict,
    LiftConflict,
    SetPortfolio,
    ProposeReopening,
    RejectReopening,
    OpenEvaluation,
    EditEvaluation,
    CloseEvaluation,
    MakeRecommendation,
    AnswerRecommendation,
    ReturnRecommendation,
    CloseRecommendation,
}

/// How a national evaluation counts a unit.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EvaluationOutcome {
    /// Its report was accepted, and is frozen by the evaluation.
    Evaluated,
    Declined,
    /// It was submitted, and nothing decided when the evaluation closed.
    Pending,
    /// Nothing was submitted.
    Missing,
    /// Nothing was submitted, and nothing had to be.
    Excused,
}

/// What a recommendation follows from.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RecommendationSource {
    Evaluation,
    Event,
}

/// How far a recommendation is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RecommendationState {
    /// It waits for the answer of its unit.
    Open,
    /// It was answered, and waits for who made it.
    Answered,
    /// Whoever made it is content.
    Closed,
}

/// How much a finding asks of whose record it is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FindingSeverity {
    /// It has to be answered before the record goes on.
    Must,
    /// An answer is expected.
    Should,
    /// Nothing is asked.
    Note,
}

/// Where a finding stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FindingState {
    /// Waiting for an answer.
    Open,
    /// Answered in a submission, waiting for who raised it.
    Answered,
    /// Settled by who raised it.
    Resolved,
}

/// What is done about a finding.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FindingActKind {
    Raise,
    /// Whose record it is has taken note of it.
    Acknowledge,
    Answer,
    Resolve,
    Reopen,
}

/// What units meet for; the words are those of the letters of invitation.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EventKind {
    Rakornas,
    Rakernas,
    Rakernis,
    RapatKoordinasi,
    Konsolidasi,
    Bimtek,
    Sosialisasi,
    ForumMedia,
    Evaluasi,
    Penganugerahan,
    SerahTerima,
    Lainnya,
}

/// How people attend an event.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EventMode {
    InPerson,
    Online,
    Hybrid,
}

/// Where an event stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EventStatus {
    Draft,
    Published,
    RegistrationClosed,
    Running,
    Ended,
    /// The attendance is sealed.
    Final,
    Cancelled,
    Postponed,
}

/// What somebody does at an event.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SpeakerRole {
    Opener,
    Speaker,
    Moderator,
}

/// What an invited unit answered.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum InvitationReply {
    Invited,
    Confirmed,
    Declined,
    /// Registration closed before it answered.
    NoReply,
}

/// Whether somebody is expected.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DelegateStanding {
    Expected,
    Replaced,
    Withdrawn,
    /// At the door, and somebody is to decide.
    Pending,
    Refused,
}

/// Which way somebody went.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ScanDirection {
    In,
    Out,
}

/// How it is known that somebody came or went.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ScanMethod {
    Code,
    Hand,
    /// Entered afterwards from a list on paper.
    Paper,
    Online,
}

/// Why a scan counts for nothing.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ScanFault {
    Malformed,
    Forged,
    OtherEvent,
    Unknown,
    /// The code of somebody who was replaced or withdrawn.
    Revoked,
    /// A walk-in who was refused.
    Refused,
    /// By a clock that cannot be right.
    WrongTime,
}

/// What was decided about a scan.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ScanRuling {
    Annulled,
    Counted,
    SetAside,
}

/// What became of a request to be excused.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ExcuseState {
    Asked,
    Granted,
    Refused,
}

/// Where an attendance sheet stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SheetStatus {
    Draft,
    Submitted,
    Returned,
    Verified,
    Sealed,
}

/// What a unit says of one of its people in a session.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PresenceClaim {
    Present,
    Absent,
    Excused,
}

/// Where the evaluation of a unit at an event stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EventEvaluationState {
    Draft,
    Issued,
    Acknowledged,
    Objected,
}

/// What a certificate attests.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CertificateKind {
    Attendance,
    Award,
}

/// What is done to an event and to what belongs to it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "String(StringLen::N(32))",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EventActKind {
    Create,
    Edit,
    Publish,
    Postpone,
    Cancel,
    CloseRegistration,
    Start,
    End,
    Finalise,
    Invite,
    Confirm,
    Decline,
    Substitute,
    AddDevice,
    PairDevice,
    RevokeDevice,
    OpenSession,
    AddWalkIn,
    AdmitWalkIn,
    RefuseWalkIn,
    AnnulScan,
    RuleScans,
    AskExcuse,
    GrantExcuse,
    RefuseExcuse,
    SubmitSheet,
    VerifySheet,
    ReturnSheet,
    ProposeCorrection,
    RejectCorrection,
    CorrectSheet,
    RecordOutcome,
    IssueCertificates,
    RevokeCertificate,
    IssueEvaluation,
    AcknowledgeEvaluation,
    ObjectToEvaluation,
}
