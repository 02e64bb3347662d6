//! What stories told by commands have in common, in the demo and in the sample: offices that sign in, and an event they meet for.
use std::{net::Ipv4Addr, sync::Arc};

use chrono::{DateTime, Duration, Utc};
use entity::{
    enums::{EventKind, EventMode, PresenceClaim, ScanDirection, ScanMethod},
    event, event_delegate, event_invitation,
};
use secrecy::SecretString;
use uuid::Uuid;

use crate::{
    app::App,
    error::Error,
    event::{
        arranging::{self, Create},
        attendance::{
            workflow::Step as SheetStep,
            writing::{self, Edit, Said},
        },
        door::{
            desk::Caller,
            scanning::{self, Entry, Scans, Shown},
        },
        draft::Plan,
        query,
        replying::{self, Answer, Named, Reply},
        running::{self, Advance, Publish},
        workflow::Step,
    },
    identity,
    legal_basis::LegalBasis,
    session::{Actor, Session},
};

/// Who signs in: `head.32` at a domain, all by one password.
#[derive(Clone, Copy)]
pub(crate) struct Offices<'a> {
    pub app: &'a App,
    pub password: &'a str,
    pub domain: &'static str,
}

impl Offices<'_> {
    /// # Errors
    /// What signing in says.
    pub async fn sign_in(&self, name: &str) -> Result<Session, Error> {
        let command = identity::service::SignIn {
            email: format!("{name}@{}", self.domain),
            password: SecretString::from(self.password),
            one_time_code: None,
            device_name: None,
            address: Ipv4Addr::LOCALHOST.into(),
        };
        let signed_in = identity::service::sign_in(&self.app.services, command).await?;
        Ok(Session::new(signed_in.proof, Arc::clone(&self.app.services), None))
    }
}

/// The unit of a region by its code.
///
/// # Errors
/// Where there is none.
pub(crate) fn unit(actor: &Actor, code: &str) -> Result<Uuid, Error> {
    let unit = actor.directory.unit_by_code(code, actor.today);
    unit.map(|unit| unit.id)
        .ok_or_else(|| Error::internal(format!("{code} is not in the reference list")))
}

/// What every event has in common: in person, two from each unit, answered by two days before.
pub(crate) fn plan(
    title: &str,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
    place: &str,
    letter: LegalBasis,
) -> Plan {
    Plan {
        title: title.to_owned(),
        kinds: vec![EventKind::RapatKoordinasi],
        mode: EventMode::InPerson,
        description: None,
        place: Some(place.to_owned()),
        online_url: None,
        starts_at: from,
        ends_at: until,
        time_zone: "Asia/Jakarta".to_owned(),
        quota: 2,
        capacity: None,
        audience: event::Audience::default(),
        reply_by: from - Duration::days(2),
        letter: Some(letter),
        letter_file: None,
        sessions: Vec::new(),
        speakers: Vec::new(),
        materials: Vec::new(),
    }
}

/// An event with who runs it. Every command is asked as a frontend would ask for it.
pub(crate) struct Meeting<'a> {
    pub offices: Offices<'a>,
    pub host: Session,
    pub event: event::Model,
}

impl<'a> Meeting<'a> {
    /// Drafts an event and publishes it.
    pub async fn published(offices: Offices<'a>, host: Session, plan: Create) -> Result<Self, Error> {
        let event = arranging::create(&host, "", plan).await?;
        let event = publish(&host, &event).await?;
        Ok(Self { offices, host, event })
    }

    /// What an event is taken one step on by.
    pub fn advance(&self, reason: Option<&str>) -> Advance {
        Advance {
            event: self.event.id,
            expected_version: self.event.version,
            reason: reason.map(str::to_owned),
            seat: None,
        }
    }

    /// Takes the event one step on, by who signs in for it.
    pub async fn step(&mut self, host: &str, step: Step) -> Result<(), Error> {
        self.host = self.offices.sign_in(host).await?;
        self.event = running::advance(&self.host, "", step, self.advance(None)).await?;
        Ok(())
    }

    pub async fn invitation(&self, code: &str) -> Result<event_invitation::Model, Error> {
        let unit = unit(&self.host.actor, code)?;
        let all = query::invitations_of(self.offices.app.services.db.reader(), &[self.event.id]).await?;
        let found = all.into_iter().find(|row| row.unit_id == unit);
        found.ok_or_else(|| Error::internal(format!("{code} is not invited")))
    }

    async fn delegates(&self, code: &str) -> Result<Vec<event_delegate::Model>, Error> {
        let invitation = self.invitation(code).await?;
        query::delegates_of_invitations(self.offices.app.services.db.reader(), &[invitation.id]).await
    }

    async fn sessions(&self) -> Result<Vec<Uuid>, Error> {
        let sessions = query::sessions(self.offices.app.services.db.reader(), &[self.event.id]).await?;
        Ok(sessions.into_iter().map(|session| session.id).collect())
    }

    /// The head of a unit comes, with a colleague who has no account.
    pub async fn confirmed(&self, code: &str, colleague: Option<&str>) -> Result<(), Error> {
        let head = self.offices.sign_in(&format!("head.{code}")).await?;
        let named = |account: Option<Uuid>, name: Option<&str>, title: &str| Named {
            account,
            name: name.map(str::to_owned),
            title: Some(title.to_owned()),
            letter: None,
            letter_file: None,
        };
        let mut name = vec![named(Some(head.actor.account), None, "Koordinator Divisi Humas")];
        name.extend(colleague.map(|colleague| named(None, Some(colleague), "Staf Humas")));
        let keep = Vec::new();
        self.reply(&head, code, Answer::Confirm { keep, name }).await
    }

    /// The head of a unit says that nobody comes.
    pub async fn declined(&self, code: &str, reason: &str) -> Result<(), Error> {
        let head = self.offices.sign_in(&format!("head.{code}")).await?;
        let reason = reason.to_owned();
        self.reply(&head, code, Answer::Decline { reason }).await
    }

    async fn reply(&self, head: &Session, code: &str, answer: Answer) -> Result<(), Error> {
        let invitation = self.invitation(code).await?;
        let reply = Reply {
            invitation: invitation.id,
            expected_version: invitation.version,
            answer,
            seat: None,
        };
        replying::reply(head, "", reply).await.map(drop)
    }

    /// What a door sends of everybody of these units in each session, at a moment.
    pub async fn entries(&self, codes: &[&str], at: DateTime<Utc>) -> Result<Vec<Entry>, Error> {
        let sessions = self.sessions().await?;
        let mut entries = Vec::new();
        for code in codes {
            for delegate in self.delegates(code).await? {
                for session in &sessions {
                    entries.push(Entry {
                        nonce: format!("{}", entries.len()),
                        shown: Shown::Person(Some(delegate.id)),
                        session: Some(*session),
                        direction: ScanDirection::In,
                        method: ScanMethod::Hand,
                        client_time: at.to_rfc3339(),
                    });
                }
            }
        }
        Ok(entries)
    }

    pub async fn sent(&self, caller: &Caller<'_>, entries: Vec<Entry>) -> Result<(), Error> {
        let scans = Scans {
            event: Some(self.event.id),
            entries,
            seat: None,
        };
        let sent = scanning::take(caller, ("", "syncCheckIns"), "scans", scans).await;
        sent.map(drop)
    }

    /// The head of a unit says that everybody it sent was there, and submits that; its sheet with its version.
    pub async fn submitted(&self, code: &str) -> Result<(Uuid, i32), Error> {
        let head = self.offices.sign_in(&format!("head.{code}")).await?;
        let sheet = self.invitation(code).await?.id;
        let sessions = self.sessions().await?;
        let mut entries = Vec::new();
        for delegate in self.delegates(code).await? {
            entries.extend(sessions.iter().map(|session| Said {
                delegate: delegate.id,
                session: *session,
                claim: Some(PresenceClaim::Present),
                note: None,
                evidence: Vec::new(),
            }));
        }
        let edit = Edit {
            sheet,
            expected_version: 0,
            entries,
            note: None,
            seat: None,
        };
        let (_invitation, written) = writing::edit(&head, "", edit).await?;
        let submit = sheet_at(sheet, written.version);
        let (_invitation, submitted) = writing::submit(&head, "", submit).await?;
        Ok((sheet, submitted.version))
    }

    /// The head of a unit submits its sheet, and the host verifies it.
    pub async fn verified(&self, code: &str) -> Result<(), Error> {
        let (sheet, version) = self.submitted(code).await?;
        let verify = sheet_at(sheet, version);
        writing::settle(&self.host, "", SheetStep::Verify, verify)
            .await
            .map(drop)
    }
}

/// Publishes a draft.
pub(crate) async fn publish(host: &Session, event: &event::Model) -> Result<event::Model, Error> {
    let publish = Publish {
        event: event.id,
        expected_version: event.version,
        dry_run: false,
        seat: None,
    };
    let published = running::publish(host, "", publish).await?;
    published
        .event
        .ok_or_else(|| Error::internal("an event that was not published"))
}

fn sheet_at(sheet: Uuid, expected_version: i32) -> writing::Advance {
    writing::Advance {
        sheet,
        expected_version,
        reason: None,
        seat: None,
    }
}
