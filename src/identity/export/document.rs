//! The document a person's data is taken out as. Its form is a promise to whoever reads it by program: names and meanings
//! stay, new ones may be added, and anything else is another `format`. docs/api.md tells it.
use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    access_token, administrative_act, certificate, conflict, contact_read,
    enums::{
        ActKind, CertificateKind, CodePurpose, ConflictKind, EventActKind, FindingActKind, Function, HandoverActKind,
        ObligationActKind, ProposalStatus, ProposedCommand, ReportCommand, ReportStatus, ReportingActKind,
        ReviewActKind, ScanDirection, ScanMethod, Scope, UnitChangeKind,
    },
    event_act, event_scan, file, finding_act, handover, handover_act, handover_item, holder, invitation, notice,
    obligation_act, one_time_code, proposal, region_edition, reporting_act, review_act, rubric, score_sheet,
    service_account, session, template, transition, unit_change,
};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::{
    awards::Awards,
    query::{Rows, StartedReport},
};
use crate::{clock::day_in_jakarta, territory::directory::Directory};

/// The version of the form.
const FORMAT: &str = "jenjang.personal-data/1";

/// Everything that is kept of one person. Of other people it holds ids and seats, no names and no contacts.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document {
    format: &'static str,
    exported_at: DateTime<Utc>,
    account: Account,
    second_factor: Option<SecondFactor>,
    recovery_codes_left: u64,
    seats: Vec<Held>,
    sessions: Vec<Session>,
    one_time_codes: Vec<Code>,
    invitations: Vec<Invitation>,
    invitations_made: Vec<InvitationMade>,
    notices: Vec<Notice>,
    contact_reads: Vec<ReadOfContact>,
    contacts_read: Vec<ContactRead>,
    acts: Vec<Act>,
    acts_done: Vec<ActDone>,
    proposals: Vec<Proposal>,
    reports: Reports,
    programs: Vec<Program>,
    tokens: Vec<Token>,
    files: Vec<File>,
    unit_changes: Vec<UnitChange>,
    region_editions: Vec<RegionEdition>,
    templates: Versions,
    rubrics: Versions,
    reviews: Reviews,
    rounds: Rounds,
    events: Events,
    awards: Awards,
    scans: Vec<Scanned>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Account {
    id: Uuid,
    name: String,
    email: String,
    created_at: DateTime<Utc>,
    deactivated_at: Option<DateTime<Utc>>,
    /// Whether copies of notices are wanted by e-mail.
    email_copies: bool,
    password_changed_at: Option<DateTime<Utc>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SecondFactor {
    confirmed_at: Option<DateTime<Utc>>,
}

/// A seat as it is called.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Seat {
    id: Uuid,
    title: Option<String>,
    function: Option<Function>,
    unit: Option<String>,
}

impl Seat {
    fn of(directory: &Directory, id: Uuid) -> Self {
        let row = directory.seat(id);
        let unit = row.and_then(|row| directory.tree.get(row.unit_id));
        Self {
            id,
            title: row.map(|row| row.local_title.clone()),
            function: row.map(|row| row.function),
            unit: unit.map(|unit| unit.name.clone()),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Held {
    seat: Seat,
    acting: bool,
    from: NaiveDate,
    to: Option<NaiveDate>,
}

impl Held {
    fn of(directory: &Directory, row: &holder::Model) -> Self {
        Self {
            seat: Seat::of(directory, row.seat_id),
            acting: row.acting,
            from: row.valid_from,
            to: row.valid_to,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Session {
    id: Uuid,
    device_name: Option<String>,
    address: Option<String>,
    last_address: Option<String>,
    created_at: DateTime<Utc>,
    last_used_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
}

impl From<session::Model> for Session {
    fn from(row: session::Model) -> Self {
        Self {
            id: row.id,
            device_name: row.device_name,
            address: row.address,
            last_address: row.last_address,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            expires_at: row.expires_at,
            ended_at: row.ended_at,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Code {
    purpose: CodePurpose,
    new_email: Option<String>,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    used_at: Option<DateTime<Utc>>,
}

impl From<one_time_code::Model> for Code {
    fn from(row: one_time_code::Model) -> Self {
        Self {
            purpose: row.purpose,
            new_email: row.new_email,
            created_at: row.created_at,
            expires_at: row.expires_at,
            used_at: row.used_at,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invitation {
    id: Uuid,
    seat: Seat,
    email: String,
    name: String,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    accepted_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
}

impl Invitation {
    fn of(directory: &Directory, row: &invitation::Model) -> Self {
        Self {
            id: row.id,
            seat: Seat::of(directory, row.seat_id),
            email: row.email.clone(),
            name: row.name.clone(),
            created_at: row.created_at,
            expires_at: row.expires_at,
            accepted_at: row.accepted_at,
            revoked_at: row.revoked_at,
        }
    }
}

/// Whom it invited is that person's data.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InvitationMade {
    id: Uuid,
    seat: Seat,
    from_seat: Uuid,
    created_at: DateTime<Utc>,
}

impl InvitationMade {
    fn of(directory: &Directory, row: &invitation::Model) -> Self {
        Self {
            id: row.id,
            seat: Seat::of(directory, row.seat_id),
            from_seat: row.invited_from,
            created_at: row.created_at,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Notice {
    id: Uuid,
    kind: String,
    subject_type: String,
    subject: Uuid,
    created_at: DateTime<Utc>,
    read_at: Option<DateTime<Utc>>,
}

impl From<notice::Model> for Notice {
    fn from(row: notice::Model) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            subject_type: row.subject_type,
            subject: row.subject_id,
            created_at: row.created_at,
            read_at: row.read_at,
        }
    }
}

/// That somebody was shown the person's contact data; the seats are those held that day.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReadOfContact {
    reader: Uuid,
    reader_seats: Vec<Seat>,
    at: DateTime<Utc>,
}

impl ReadOfContact {
    fn of(directory: &Directory, row: &contact_read::Model) -> Self {
        let seats = directory.acting_seats(row.reader_id, day_in_jakarta(row.at));
        Self {
            reader: row.reader_id,
            reader_seats: seats.iter().map(|seat| Seat::of(directory, seat.seat)).collect(),
            at: row.at,
        }
    }
}

/// That the person was shown somebody's contact data.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ContactRead {
    subject: Uuid,
    at: DateTime<Utc>,
}

impl From<&contact_read::Model> for ContactRead {
    fn from(row: &contact_read::Model) -> Self {
        Self {
            subject: row.subject_id,
            at: row.at,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Act {
    id: Uuid,
    kind: ActKind,
    seat: Option<Uuid>,
    by: Uuid,
    by_seat: Option<Uuid>,
    details: Value,
    at: DateTime<Utc>,
}

impl From<&administrative_act::Model> for Act {
    fn from(row: &administrative_act::Model) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            seat: row.seat_id,
            by: row.by_account,
            by_seat: row.by_seat,
            details: row.details.clone(),
            at: row.at,
        }
    }
}

/// What it was about is other people's data.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ActDone {
    id: Uuid,
    kind: ActKind,
    account: Option<Uuid>,
    seat: Option<Uuid>,
    from_seat: Option<Uuid>,
    at: DateTime<Utc>,
}

impl From<&administrative_act::Model> for ActDone {
    fn from(row: &administrative_act::Model) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            account: row.account_id,
            seat: row.seat_id,
            from_seat: row.by_seat,
            at: row.at,
        }
    }
}

/// What the person did to rounds, to stages of elections, and to what units owe.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rounds {
    opened: Vec<Uuid>,
    closed: Vec<Uuid>,
    passed_on: Vec<Uuid>,
    stages: Vec<Uuid>,
    acts: Vec<RoundAct>,
    decisions: Vec<Decision>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RoundAct {
    kind: ReportingActKind,
    cycle: Option<Uuid>,
    stage: Option<Uuid>,
    reason: Option<String>,
    from_seat: Uuid,
    at: DateTime<Utc>,
}

impl From<reporting_act::Model> for RoundAct {
    fn from(row: reporting_act::Model) -> Self {
        Self {
            kind: row.kind,
            cycle: row.cycle_id,
            stage: row.stage_id,
            reason: row.reason,
            from_seat: row.seat_id,
            at: row.at,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Decision {
    kind: ObligationActKind,
    obligation: Uuid,
    reason: String,
    from_seat: Uuid,
    at: DateTime<Utc>,
}

impl From<obligation_act::Model> for Decision {
    fn from(row: obligation_act::Model) -> Self {
        Self {
            kind: row.kind,
            obligation: row.obligation_id,
            reason: row.reason,
            from_seat: row.seat_id,
            at: row.at,
        }
    }
}

/// The ids of the rows that are meant.
fn by<T>(rows: &[T], meant: impl Fn(&T) -> bool, id: impl Fn(&T) -> Uuid) -> Vec<Uuid> {
    rows.iter().filter(|row| meant(row)).map(id).collect()
}

/// A change of the hierarchy the person made.
/// What the person uploaded: which file, not its bytes.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct File {
    id: Uuid,
    unit: Uuid,
    name: String,
    media_type: String,
    size: i64,
    sha256: String,
    begun_at: DateTime<Utc>,
    stored_at: Option<DateTime<Utc>>,
    /// The program that sent it for the person.
    program: Option<Uuid>,
}

impl From<file::Model> for File {
    fn from(row: file::Model) -> Self {
        Self {
            id: row.id,
            unit: row.unit_id,
            name: row.name,
            media_type: row.media_type,
            size: row.size,
            sha256: row.sha256,
            begun_at: row.begun_at,
            stored_at: row.stored_at,
            program: row.program_id,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UnitChange {
    id: Uuid,
    kind: UnitChangeKind,
    unit: Uuid,
    from_seat: Uuid,
    at: DateTime<Utc>,
}

impl From<unit_change::Model> for UnitChange {
    fn from(row: unit_change::Model) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            unit: row.unit_id,
            from_seat: row.by_seat,
            at: row.at,
        }
    }
}

/// The reason is told where the person gave it or is who it is about.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Proposal {
    id: Uuid,
    command: ProposedCommand,
    subject: Uuid,
    reason: Option<String>,
    proposed_by: Uuid,
    proposed_at: DateTime<Utc>,
    status: ProposalStatus,
    decided_by: Option<Uuid>,
    decided_at: Option<DateTime<Utc>>,
}

impl Proposal {
    fn of(account: Uuid, row: proposal::Model) -> Self {
        let concerned = [row.subject_id, row.proposed_by].contains(&account);
        Self {
            id: row.id,
            command: row.command,
            subject: row.subject_id,
            reason: concerned.then_some(row.reason),
            proposed_by: row.proposed_by,
            proposed_at: row.proposed_at,
            status: row.status,
            decided_by: row.decided_by,
            decided_at: row.decided_at,
        }
    }
}

/// What the person did to reports: which, when and from where. What they say is their units'.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Reports {
    started: Vec<Uuid>,
    /// Those whose revision in force the person submitted.
    submitted: Vec<Uuid>,
    steps: Vec<Step>,
    revisions: Vec<Revision>,
    handovers: Vec<Handover>,
    handovers_answered: Vec<HandoverAnswered>,
    /// What the person raised, and what the person took note of.
    findings_raised: Vec<Uuid>,
    findings_noted: Vec<Uuid>,
    finding_acts: Vec<FindingAct>,
    /// Sessions the person scheduled, changed or cancelled.
    handovers_arranged: Vec<HandoverArranged>,
}

/// What the person did about a finding.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FindingAct {
    finding: Uuid,
    kind: FindingActKind,
    text: Option<String>,
    from_seat: Uuid,
    at: DateTime<Utc>,
}

impl From<finding_act::Model> for FindingAct {
    fn from(row: finding_act::Model) -> Self {
        Self {
            finding: row.finding_id,
            kind: row.kind,
            text: row.text,
            from_seat: row.seat_id,
            at: row.at,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Step {
    report: Uuid,
    version: i32,
    command: ReportCommand,
    to_status: ReportStatus,
    from_seat: Uuid,
    reason: Option<String>,
    program: Option<Uuid>,
    at: DateTime<Utc>,
}

impl From<transition::Model> for Step {
    fn from(row: transition::Model) -> Self {
        Self {
            report: row.report_id,
            version: row.version,
            command: row.command,
            to_status: row.to_status,
            from_seat: row.seat_id,
            reason: row.reason,
            program: row.service_account_id,
            at: row.at,
        }
    }
}

#[derive(Serialize)]
struct Revision {
    report: Uuid,
    number: i32,
    sha256: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Handover {
    id: Uuid,
    place: String,
    at: DateTime<Utc>,
    from_seat: Uuid,
}

impl From<handover::Model> for Handover {
    fn from(row: handover::Model) -> Self {
        Self {
            id: row.id,
            place: row.place,
            at: row.at,
            from_seat: row.seat_id,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HandoverAnswered {
    handover: Uuid,
    report: Uuid,
    from_seat: Option<Uuid>,
    at: Option<DateTime<Utc>>,
}

impl From<handover_item::Model> for HandoverAnswered {
    fn from(row: handover_item::Model) -> Self {
        Self {
            handover: row.handover_id,
            report: row.report_id,
            from_seat: row.seat_id,
            at: row.decided_at,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HandoverArranged {
    kind: HandoverActKind,
    session: Uuid,
    reason: Option<String>,
    from_seat: Uuid,
    at: DateTime<Utc>,
}

impl From<handover_act::Model> for HandoverArranged {
    fn from(row: handover_act::Model) -> Self {
        Self {
            kind: row.kind,
            session: row.session_id,
            reason: row.reason,
            from_seat: row.seat_id,
            at: row.at,
        }
    }
}

/// What the person had to do with events.
#[derive(Serialize)]
struct Events {
    drafted: Vec<Uuid>,
    /// The events at which the person opens, speaks or moderates.
    speaks: Vec<Uuid>,
    /// As which delegates the person comes.
    comes: Vec<Uuid>,
    acts: Vec<EventAct>,
    certificates: Vec<Certified>,
}

/// A certificate of the person.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Certified {
    id: Uuid,
    kind: CertificateKind,
    code: String,
    name: Option<String>,
    unit: Uuid,
    issuer: Uuid,
    issued_at: DateTime<Utc>,
    revoked_at: Option<DateTime<Utc>>,
    revoked_because: Option<String>,
}

impl From<certificate::Model> for Certified {
    fn from(row: certificate::Model) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            code: row.code,
            name: row.name,
            unit: row.unit_id,
            issuer: row.issuer_id,
            issued_at: row.issued_at,
            revoked_at: row.revoked_at,
            revoked_because: row.revoked_because,
        }
    }
}

/// What the person did to an event, or to what belongs to it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EventAct {
    kind: EventActKind,
    event: Uuid,
    about: String,
    id: Uuid,
    reason: Option<String>,
    from_seat: Uuid,
    at: DateTime<Utc>,
}

impl From<event_act::Model> for EventAct {
    fn from(row: event_act::Model) -> Self {
        Self {
            kind: row.kind,
            event: row.event_id,
            about: row.about_type,
            id: row.about_id,
            reason: row.reason,
            from_seat: row.seat_id,
            at: row.at,
        }
    }
}

/// What the person scanned or entered at the door of an event, or of the own attendance online.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Scanned {
    id: Uuid,
    event: Uuid,
    session: Option<Uuid>,
    delegate: Option<Uuid>,
    direction: ScanDirection,
    method: ScanMethod,
    client_time: DateTime<Utc>,
    at: DateTime<Utc>,
}

impl From<event_scan::Model> for Scanned {
    fn from(row: event_scan::Model) -> Self {
        Self {
            id: row.id,
            event: row.event_id,
            session: row.session_id,
            delegate: row.delegate_id,
            direction: row.direction,
            method: row.method,
            client_time: row.client_at,
            at: row.arrived_at,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Program {
    id: Uuid,
    unit: Uuid,
    name: String,
    created_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
}

impl From<service_account::Model> for Program {
    fn from(row: service_account::Model) -> Self {
        Self {
            id: row.id,
            unit: row.unit_id,
            name: row.name,
            created_at: row.created_at,
            ended_at: row.ended_at,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Token {
    id: Uuid,
    program: Uuid,
    name: String,
    hint: String,
    scopes: Vec<Scope>,
    address_ranges: Vec<String>,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    revoked_at: Option<DateTime<Utc>>,
    last_used_at: Option<DateTime<Utc>>,
    last_used_address: Option<String>,
}

impl From<access_token::Model> for Token {
    fn from(row: access_token::Model) -> Self {
        Self {
            id: row.id,
            program: row.service_account_id,
            name: row.name,
            hint: row.hint,
            scopes: row.scopes.0,
            address_ranges: row.address_ranges.0,
            created_at: row.created_at,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
            last_used_at: row.last_used_at,
            last_used_address: row.last_used_address,
        }
    }
}

/// An edition of the list of regions the person took over.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RegionEdition {
    id: Uuid,
    name: String,
    by_seat: Option<Uuid>,
    at: DateTime<Utc>,
}

impl From<region_edition::Model> for RegionEdition {
    fn from(row: region_edition::Model) -> Self {
        Self {
            id: row.id,
            name: row.name,
            by_seat: row.by_seat,
            at: row.at,
        }
    }
}

/// What the person reviewed and must not review, and what the person did to direct reviews.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Reviews {
    conflicts: Vec<Conflict>,
    /// Whose conflicts those the person noted and lifted are is theirs to read.
    conflicts_noted: Vec<Uuid>,
    conflicts_lifted: Vec<Uuid>,
    assigned: Vec<Uuid>,
    assignments_made: Vec<Uuid>,
    sheets: Vec<Sheet>,
    portfolios_set: Vec<Uuid>,
    acts: Vec<ReviewAct>,
}

/// A conflict of interest of the person.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Conflict {
    unit: Uuid,
    kind: ConflictKind,
    until: Option<NaiveDate>,
    reason: String,
    declared_at: DateTime<Utc>,
    lifted_at: Option<DateTime<Utc>>,
}

impl From<&conflict::Model> for Conflict {
    fn from(row: &conflict::Model) -> Self {
        Self {
            unit: row.unit_id,
            kind: row.kind,
            until: row.until,
            reason: row.reason.clone(),
            declared_at: row.declared_at,
            lifted_at: row.lifted_at,
        }
    }
}

/// A sheet of scores the person completed: which, and what it came to.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Sheet {
    assignment: Uuid,
    number: i32,
    total: String,
    sha256: String,
    completed_at: DateTime<Utc>,
}

impl From<score_sheet::Model> for Sheet {
    fn from(row: score_sheet::Model) -> Self {
        Self {
            assignment: row.assignment_id,
            number: row.number,
            total: row.total,
            sha256: row.sha256,
            completed_at: row.completed_at,
        }
    }
}

/// What the person did in the course of a review.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReviewAct {
    kind: ReviewActKind,
    about: String,
    id: Uuid,
    reason: Option<String>,
    from_seat: Uuid,
    at: DateTime<Utc>,
}

impl From<review_act::Model> for ReviewAct {
    fn from(row: review_act::Model) -> Self {
        Self {
            kind: row.kind,
            about: row.about_type,
            id: row.about_id,
            reason: row.reason,
            from_seat: row.seat_id,
            at: row.at,
        }
    }
}

/// What the person did to templates of reports, or to rubrics: which and when. What they say is their units'.
#[derive(Serialize)]
struct Versions {
    made: Vec<Version>,
    published: Vec<Version>,
    retired: Vec<Version>,
}

#[derive(Serialize)]
struct Version {
    id: Uuid,
    code: String,
    version: i32,
    at: Option<DateTime<Utc>>,
}

/// Who did something, and when.
type Done = (Option<Uuid>, Option<DateTime<Utc>>);

/// A version of a template or of a rubric, with who made, published and retired it.
struct Signed<'r> {
    id: Uuid,
    code: &'r str,
    version: i32,
    made: Done,
    published: Done,
    retired: Done,
}

impl<'r> From<&'r template::Model> for Signed<'r> {
    fn from(row: &'r template::Model) -> Self {
        Self {
            id: row.id,
            code: &row.code,
            version: row.version,
            made: (row.created_by, row.created_at),
            published: (row.published_by, row.published_at),
            retired: (row.retired_by, row.retired_at),
        }
    }
}

impl<'r> From<&'r rubric::Model> for Signed<'r> {
    fn from(row: &'r rubric::Model) -> Self {
        Self {
            id: row.id,
            code: &row.code,
            version: row.version,
            made: (row.created_by, row.created_at),
            published: (row.published_by, row.published_at),
            retired: (row.retired_by, row.retired_at),
        }
    }
}

impl Versions {
    fn of<'r, R>(account: Uuid, rows: &'r [R]) -> Self
    where
        Signed<'r>: From<&'r R>,
    {
        let rows: Vec<Signed<'r>> = rows.iter().map(Signed::from).collect();
        let done = |done: fn(&Signed<'r>) -> Done| {
            let by_person = rows.iter().filter(|row| done(row).0 == Some(account));
            let told = by_person.map(|row| Version {
                id: row.id,
                code: row.code.to_owned(),
                version: row.version,
                at: done(row).1,
            });
            told.collect()
        };
        Self {
            made: done(|row| row.made),
            published: done(|row| row.published),
            retired: done(|row| row.retired),
        }
    }
}

/// The reports of which something holds.
fn ids(reports: &[StartedReport], holds: impl Fn(&StartedReport) -> bool) -> Vec<Uuid> {
    let found = reports.iter().filter(|report| holds(report));
    found.map(|(report, _started_by, _submitted_by)| *report).collect()
}

impl Document {
    /// Of the rows of a person, with seats called by the directory.
    pub(super) fn of(rows: Rows, directory: &Directory, now: DateTime<Utc>) -> Self {
        let id = rows.account.id;
        let is_to_the_person =
            |row: &&invitation::Model| row.account_id == Some(id) || row.email_key == rows.account.email_key;
        let (invitations, invitations_made): (Vec<_>, Vec<_>) = rows.invitations.iter().partition(is_to_the_person);
        let (own_contact, contacts): (Vec<_>, Vec<_>) = rows.contact_reads.iter().partition(|row| row.subject_id == id);
        Self {
            format: FORMAT,
            exported_at: now,
            second_factor: rows.second_factor.map(|factor| SecondFactor {
                confirmed_at: factor.confirmed_at,
            }),
            recovery_codes_left: rows.recovery_codes_left,
            seats: rows.holders.iter().map(|row| Held::of(directory, row)).collect(),
            sessions: rows.sessions.into_iter().map(Into::into).collect(),
            one_time_codes: rows.one_time_codes.into_iter().map(Into::into).collect(),
            invitations: invitations
                .into_iter()
                .map(|row| Invitation::of(directory, row))
                .collect(),
            invitations_made: invitations_made
                .into_iter()
                .map(|row| InvitationMade::of(directory, row))
                .collect(),
            notices: rows.notices.into_iter().map(Into::into).collect(),
            contact_reads: own_contact
                .into_iter()
                .map(|row| ReadOfContact::of(directory, row))
                .collect(),
            contacts_read: contacts.into_iter().map(Into::into).collect(),
            acts: rows
                .acts
                .iter()
                .filter(|row| row.account_id == Some(id))
                .map(Into::into)
                .collect(),
            acts_done: rows
                .acts
                .iter()
                .filter(|row| row.by_account == id)
                .map(Into::into)
                .collect(),
            proposals: rows.proposals.into_iter().map(|row| Proposal::of(id, row)).collect(),
            reports: Reports {
                started: ids(&rows.reports, |(_report, started_by, _submitted_by)| *started_by == id),
                submitted: ids(&rows.reports, |(_report, _started_by, submitted_by)| {
                    *submitted_by == Some(id)
                }),
                steps: rows.steps.into_iter().map(Into::into).collect(),
                revisions: rows
                    .revisions
                    .into_iter()
                    .map(|(report, number, sha256)| Revision { report, number, sha256 })
                    .collect(),
                handovers: rows.handovers.into_iter().map(Into::into).collect(),
                handovers_answered: rows.handover_items.into_iter().map(Into::into).collect(),
                findings_raised: by(&rows.findings, |row| row.raised_by == id, |row| row.id),
                findings_noted: by(&rows.findings, |row| row.acknowledged_by == Some(id), |row| row.id),
                finding_acts: rows.finding_acts.into_iter().map(Into::into).collect(),
                handovers_arranged: rows.handover_acts.into_iter().map(Into::into).collect(),
            },
            programs: rows.programs.into_iter().map(Into::into).collect(),
            tokens: rows.tokens.into_iter().map(Into::into).collect(),
            files: rows.files.into_iter().map(Into::into).collect(),
            unit_changes: rows.unit_changes.into_iter().map(Into::into).collect(),
            region_editions: rows.editions.into_iter().map(Into::into).collect(),
            templates: Versions::of(id, &rows.templates),
            rubrics: Versions::of(id, &rows.rubrics),
            reviews: Reviews {
                conflicts: rows
                    .conflicts
                    .iter()
                    .filter(|row| row.account_id == id)
                    .map(Conflict::from)
                    .collect(),
                conflicts_noted: by(&rows.conflicts, |row| row.declared_by == id, |row| row.id),
                conflicts_lifted: by(&rows.conflicts, |row| row.lifted_by == Some(id), |row| row.id),
                assigned: by(&rows.assignments, |row| row.account_id == id, |row| row.id),
                assignments_made: by(&rows.assignments, |row| row.assigned_by == id, |row| row.id),
                sheets: rows.sheets.into_iter().map(Into::into).collect(),
                portfolios_set: by(&rows.portfolios, |_row| true, |row| row.seat_id),
                acts: rows.review_acts.into_iter().map(Into::into).collect(),
            },
            rounds: Rounds {
                opened: by(&rows.cycles, |row| row.created_by == Some(id), |row| row.id),
                closed: by(&rows.cycles, |row| row.closed_by == Some(id), |row| row.id),
                passed_on: by(&rows.passings, |_row| true, |row| row.cycle_id),
                stages: by(&rows.stages, |_row| true, |row| row.id),
                acts: rows.reporting_acts.into_iter().map(Into::into).collect(),
                decisions: rows.obligation_acts.into_iter().map(Into::into).collect(),
            },
            events: Events {
                drafted: by(&rows.events, |_row| true, |row| row.id),
                speaks: by(&rows.speakers, |_row| true, |row| row.event_id),
                comes: by(&rows.delegates, |_row| true, |row| row.id),
                acts: rows.event_acts.into_iter().map(Into::into).collect(),
                certificates: rows.certificates.into_iter().map(Into::into).collect(),
            },
            awards: Awards::of(id, rows.awards),
            scans: rows.scans.into_iter().map(Into::into).collect(),
            account: Account {
                id,
                name: rows.account.name,
                email: rows.account.email,
                created_at: rows.account.created_at,
                deactivated_at: rows.account.deactivated_at,
                email_copies: rows.account.email_copies,
                password_changed_at: rows.account.password_changed_at,
            },
        }
    }
}
