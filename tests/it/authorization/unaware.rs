//! A process that nobody told of a change of seats, and that does not look by itself: its next write finds out.
use std::sync::Arc;

use entity::{
    enums::{Function, ReportCommand},
    report,
};
use jenjang::{
    app::App,
    clock::{Clock, SystemClock},
    error::{Code, Error},
    graphql::id::Kind,
    identity,
    report::service::{self, Advance},
    services::Services,
    session::Session,
};
use secrecy::SecretString;

use super::stage::{Situation, Stage, Subject};
use crate::{
    on_both_databases,
    support::{
        TestApp,
        database::{self, PASSWORD, START},
        people::Tenure,
    },
};

/// A second process on the same database, which serves nothing and so never looks whether the directory has changed.
struct Unaware(Arc<Services>);

impl Unaware {
    async fn beside(app: &TestApp) -> Self {
        let database = &app.database;
        let config = database::config(&database.url, database.folder.path());
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        Self(App::start(config, clock, START).await.unwrap().services)
    }

    async fn sign_in(&self, name: &str, idempotency_key: Option<&str>) -> Session {
        let command = identity::service::SignIn {
            email: format!("{name}@demo.jenjang.id"),
            password: SecretString::from(PASSWORD),
            one_time_code: None,
            device_name: None,
            address: std::net::Ipv4Addr::LOCALHOST.into(),
        };
        let signed_in = identity::service::sign_in(&self.0, command).await.unwrap();
        Session::new(signed_in.proof, Arc::clone(&self.0), idempotency_key.map(str::to_owned))
    }

    fn version(&self) -> i64 {
        self.0.directory.load().version
    }
}

async fn take(session: &Session, subject: &Subject) -> Result<report::Model, Error> {
    let advance = Advance {
        answers: Vec::new(),
        report: Kind::Report.uuid(&subject.report.as_str().into()).unwrap(),
        expected_version: i32::try_from(subject.version).unwrap(),
        command: ReportCommand::Take,
        reason: None,
        due_on: None,
        seat: None,
    };
    service::advance(session, "", "takeReport", advance).await
}

fn is_not_found(result: &Result<report::Model, Error>) -> bool {
    matches!(result, Err(Error::Refused(refusals)) if refusals[0].code == Code::NotFound)
}

async fn a_right_is_lost_and_won_with_the_next_write(app: TestApp) {
    let stage = Stage::set(&app).await;
    let subject = stage.subject("35.02.03", Situation::Submitted).await;
    let process = Unaware::beside(&app).await;
    let head = process.sign_in("head.35.02", None).await;
    let staff = process.sign_in("staff.35.02", None).await;
    let newcomer = process.sign_in("head.35.09", None).await;

    let before = process.version();
    app.dismisses("head.35.02").await;
    assert_eq!(process.version(), before, "it has not looked yet");
    assert!(!head.actor.seats.is_empty(), "by what it knows, the right is there");
    let refused = take(&head, &subject).await;
    assert!(is_not_found(&refused), "{refused:?}");
    assert!(process.version() > before, "the write has made it look");

    app.deactivates("staff.35.02").await;
    let refused = take(&staff, &subject).await.unwrap_err();
    assert!(matches!(refused, Error::Unauthenticated), "{refused:?}");

    // And the other way round: what was granted a moment ago counts.
    let seat = app.makes_seat("35.02", Function::Head).await;
    app.appoints("head.35.09", seat, Tenure::SETTLED).await;
    take(&newcomer, &subject).await.unwrap();
}

/// A repetition is answered by what the caller may see now, not by what was seen when it was first sent.
async fn a_repetition_asks_for_the_right_again(app: TestApp) {
    let stage = Stage::set(&app).await;
    let subject = stage.subject("35.02.03", Situation::Submitted).await;
    let process = Unaware::beside(&app).await;
    let head = process.sign_in("head.35.02", Some("once")).await;
    let taken = take(&head, &subject).await.unwrap();
    assert_eq!(take(&head, &subject).await.unwrap(), taken, "sent again, done once");
    app.dismisses("head.35.02").await;
    let again = take(&head, &subject).await;
    assert!(is_not_found(&again), "{again:?}");
}

on_both_databases!(
    a_right_is_lost_and_won_with_the_next_write,
    a_repetition_asks_for_the_right_again,
);
