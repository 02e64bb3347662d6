//! The copies of notices by e-mail. What waits is whose copy of which notice it is; the letter is written when it is sent, and
//! tells no more than its reader may see at that moment.
use entity::{account, notice};
use uuid::Uuid;

use super::{
    kinds::Kind,
    query,
    telling::Circumstances,
    words::{self, Named, Person},
};
use crate::{
    config::MailSettings,
    error::Error,
    locale::{Language, Text},
    mail::Letter,
    report::catalogue,
    services::Services,
    session::Actor,
    territory,
};

/// Where the frontend lists notices.
const PAGE: &str = "/notices";

/// Whether somebody is sent a copy of what a kind tells: who wants copies, and of a warning everybody.
pub(super) fn is_wanted(kind: Kind, account: &account::Model) -> bool {
    account.erased_at.is_none() && (account.email_copies || kind.is_warning())
}

/// The copy of a notice for an account; None where its reader may not see the notice any more, or wants no copy now. Who was
/// closed out is told of the own account alone.
///
/// # Errors
/// The database's.
pub async fn letter_for(services: &Services, account: Uuid, notice: Uuid) -> Result<Option<Letter>, Error> {
    let Some(settings) = &services.mail else {
        return Ok(None);
    };
    let connection = services.db.reader();
    let Some(account) = query::accounts(connection, &[account]).await?.remove(&account) else {
        return Ok(None);
    };
    // Somebody whom another process has seated a moment ago may see what that process told.
    let mut directory = services.directory.load();
    if territory::query::version(connection).await? != directory.version {
        directory = services.directory.replace(territory::query::load(connection).await?);
    }
    let reader = Actor::imagined(account.id, directory, services.clock.today());
    let scope = query::scope(connection, &reader).await?;
    let Some(notice) = query::by_ids(connection, &scope, &[notice]).await?.pop() else {
        return Ok(None);
    };
    let about_oneself = notice.subject_id == account.id;
    let may_be_told = account.deactivated_at.is_none() || about_oneself;
    let kind = Kind::of(&notice.kind).filter(|kind| may_be_told && is_wanted(*kind, &account));
    let (Some(kind), Some(event)) = (kind, query::event_of(connection, &notice).await?) else {
        return Ok(None);
    };
    // A round that another process has opened is to be called by its name.
    catalogue::confirm(services).await?;
    let circumstances = Circumstances::of(connection, &[event]).await?;
    let sentence = sentence(services, &reader, &circumstances, kind, &notice);
    Ok(Some(letter(settings, &account.email, &sentence)))
}

/// In a letter no other person is named: whoever carries it is not asked what they may see.
fn sentence(
    services: &Services,
    reader: &Actor,
    circumstances: &Circumstances,
    kind: Kind,
    notice: &notice::Model,
) -> Text {
    let unit = reader.directory.tree.get(notice.unit_id);
    let report = circumstances.reports.get(&notice.subject_id);
    let catalogue = services.catalogue.load();
    let template = report.and_then(|report| catalogue.template(report.template_id));
    let person = if notice.subject_id == notice.account_id {
        Person::Reader
    } else {
        Person::Unnamed
    };
    let cycle = catalogue.cycle(notice.subject_id);
    let event = circumstances.held.get(&notice.subject_id);
    let edition = circumstances.editions.get(&notice.subject_id);
    let named = Named {
        report: template.map_or("", |template| &template.name),
        cycle: cycle.map_or("", |cycle| &cycle.name),
        missing: circumstances.missing.get(&notice.event_id).copied(),
        findings: circumstances.findings.get(&notice.event_id).copied().unwrap_or(0),
        event: event.map_or("", |(row, _reach)| &row.title),
        award: edition.map_or("", |(row, _reach)| &row.title),
        unit: unit.map_or("", |unit| &unit.name),
        person,
    };
    words::sentence(kind, named)
}

/// The copy of a notice: what it says, in both languages, and where to read on.
fn letter(settings: &MailSettings, to: &str, sentence: &Text) -> Letter {
    let (id, en) = (
        sentence.in_language(Language::Indonesian),
        sentence.in_language(Language::English),
    );
    let link = settings.frontend_url.as_ref();
    let link = link.map_or_else(String::new, |origin| format!("\n{origin}{PAGE}\n"));
    Letter {
        to: to.to_owned(),
        subject: format!("Jenjang: {id}"),
        body: format!("{id}\n\n{en}\n{link}"),
    }
}
