//! What a program may ask for. It acts with some of a person's rights, but the API is made for people: a field that is not
//! on this list is refused to programs before anything runs, so that a new field is closed to them until somebody thinks.
use entity::enums::Scope;

use super::document::{OperationKind, Prepared};
use crate::{
    error::{Code, Error},
    identity::Credential,
    locale::Text,
    session::Session,
};

/// A root field that is open to programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Open {
    pub field: &'static str,
    /// Which scopes it takes, any one of them. What it then shows is decided as for everybody.
    pub scopes: &'static [Scope],
}

/// Any scope to read by: what it shows is open to everybody who has signed in, or hangs on the rights.
const ANY: &[Scope] = &[Scope::ReportsRead, Scope::ReportsDraft, Scope::PeopleRead];
/// Who works a door has to say of which unit somebody is who was not named.
const UNITS: &[Scope] = &[
    Scope::ReportsRead,
    Scope::ReportsDraft,
    Scope::PeopleRead,
    Scope::EventsCheckin,
];
/// The doors of the unit's events, and nothing else of events.
const DOORS: &[Scope] = &[Scope::EventsCheckin];
/// Who drafts has to read what there is.
const REPORTS: &[Scope] = &[Scope::ReportsRead, Scope::ReportsDraft];

const fn open(field: &'static str, scopes: &'static [Scope]) -> Open {
    Open { field, scopes }
}

/// The queries a program may make.
pub const QUERIES: &[Open] = &[
    open("node", ANY),
    open("nodes", ANY),
    open("unit", UNITS),
    open("units", UNITS),
    open("region", ANY),
    open("regions", ANY),
    open("unitChanges", ANY),
    open("unitTouches", ANY),
    open("regionEditions", ANY),
    open("seats", ANY),
    open("report", REPORTS),
    open("reports", REPORTS),
    open("searchReports", REPORTS),
    open("receipt", REPORTS),
    open("handoverSession", REPORTS),
    open("handoverSessions", REPORTS),
    open("verifyReceipt", ANY),
    open("verifyCertificate", ANY),
    open("reportCycle", REPORTS),
    open("reportCycles", REPORTS),
    open("electionStages", REPORTS),
    open("reportTemplate", REPORTS),
    open("reportTemplates", REPORTS),
    open("obligations", &[Scope::ReportsRead]),
    open("completeness", &[Scope::ReportsRead]),
    open("changes", &[Scope::ReportsRead]),
    open("doorKit", DOORS),
    open("rateLimit", UNITS),
];

/// The commands a program may give: it drafts and works doors, it never decides.
pub const MUTATIONS: &[Open] = &[
    open("startReport", &[Scope::ReportsDraft]),
    open("editReport", &[Scope::ReportsDraft]),
    open("beginUpload", &[Scope::ReportsDraft]),
    open("attachFile", &[Scope::ReportsDraft]),
    open("citeReports", &[Scope::ReportsDraft]),
    open("checkIn", DOORS),
    open("checkOut", DOORS),
    open("syncCheckIns", DOORS),
    open("annulCheckIn", DOORS),
    open("addWalkIn", DOORS),
];

/// What a device may ask for, at the door of its event, beside `__typename`.
pub const OF_DEVICES: [&str; 6] = [
    "doorKit",
    "checkIn",
    "checkOut",
    "syncCheckIns",
    "annulCheckIn",
    "addWalkIn",
];

/// The door to exports, beside the schema.
pub const EXPORT: Open = open("/export", &[Scope::ReportsRead]);

/// The doors to papers of reports, `/receipts` and `/handovers` among them.
pub const PAPERS: Open = open("/receipts, /handovers", &[Scope::ReportsRead]);

/// The doors to papers of events and to certificates, which name people: closed to programs, as events are.
pub const PAPERS_OF_EVENTS: Open = open("/events, /certificates", &[]);

/// The doors to the bundle and to what was announced of an edition of awards, which name people: closed to programs.
pub const EXPORT_OF_AWARDS: Open = open("/export/awards", &[]);

/// Lets a person through a door beside the schema, and a program to which it is open.
///
/// # Errors
/// `Forbidden`.
pub fn check_door(session: &Session, door: &Open) -> Result<(), Error> {
    match scopes_of(session) {
        Some(scopes) if !door.scopes.iter().any(|scope| scopes.contains(scope)) => Err(closed(door.field)),
        Some(_) | None => Ok(()),
    }
}

/// Lets a request of a person pass, and one of a program that asks only for what is open to it.
///
/// # Errors
/// `Forbidden`.
pub fn check(session: Option<&Session>, prepared: &Prepared) -> Result<(), Error> {
    let Some(scopes) = session.and_then(scopes_of) else {
        return Ok(());
    };
    let mut fields = prepared.root_fields.iter();
    match fields.find(|field| !is_open(prepared.operation, field, scopes)) {
        None => Ok(()),
        Some(field) => Err(closed(field)),
    }
}

/// Lets a request of a device pass that asks only for what is open to it.
///
/// # Errors
/// `Forbidden`.
pub fn check_device(prepared: &Prepared) -> Result<(), Error> {
    let mut fields = prepared.root_fields.iter();
    let is_open = |field: &str| field == "__typename" || OF_DEVICES.contains(&field);
    match fields.find(|field| !is_open(field)) {
        None => Ok(()),
        Some(field) => Err(Error::refused(
            Code::Forbidden,
            Text::new(
                format!("Perangkat pintu tidak dapat dipakai untuk `{field}`."),
                format!("A device at a door cannot be used for `{field}`."),
            ),
        )),
    }
}

/// The scopes of the program that acts, if it is one.
fn scopes_of(session: &Session) -> Option<&[Scope]> {
    let Credential::Token { token, program: _ } = session.actor.credential else {
        return None;
    };
    let token = session.actor.directory.programs.token(token);
    Some(token.map_or(&[][..], |token| &token.scopes))
}

fn closed(field: &str) -> Error {
    Error::refused(
        Code::Forbidden,
        Text::new(
            format!("Token program tidak dapat dipakai untuk `{field}`, atau cakupannya tidak mengizinkannya."),
            format!("The token of a program cannot be used for `{field}`, or its scopes do not allow it."),
        ),
    )
}

fn is_open(operation: OperationKind, field: &str, scopes: &[Scope]) -> bool {
    // The schema is open to everybody who has proved to be somebody.
    if matches!(field, "__schema" | "__type" | "__typename") {
        return true;
    }
    let fields: &[Open] = match operation {
        OperationKind::Query => QUERIES,
        OperationKind::Mutation => MUTATIONS,
        OperationKind::Subscription => &[],
    };
    let open = fields.iter().find(|open| open.field == field);
    open.is_some_and(|open| open.scopes.iter().any(|scope| scopes.contains(scope)))
}
