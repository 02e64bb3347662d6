//! *Berita Acara*: who held an event, where and when, who came and what it led to; for the host and those above it.
use std::collections::HashSet;

use entity::{
    enums::{EventKind, Function, InvitationReply, RecommendationSource, SpeakerRole},
    event, event_speaker,
};
use paper::{EventMinutesPaper, Seat, Turnout};
use uuid::Uuid;

use super::{attendance::sealed, query};
use crate::{
    authz::policy::event::Action,
    error::Error,
    event::{
        certifying::query::present_at,
        outcome::has_come_of,
        query::{by_ids, invitations_of, sessions, speakers},
        sight::Case,
    },
    identity::erasure::MARKER,
    papers::{
        following::recommendations,
        words::{letterhead, moment, seat, unit_name, zone_of},
    },
    session::Session,
    territory::directory::Directory,
};

/// The minutes of an event that has begun; None where the caller may not read who came.
///
/// # Errors
/// The database's.
pub async fn of(session: &Session, id: Uuid) -> Result<Option<EventMinutesPaper>, Error> {
    let (connection, actor) = (session.services.db.reader(), &session.actor);
    let row = by_ids(connection, actor, &[id]).await?.pop();
    let reads = |row: &event::Model| has_come_of(row.status) && Case::of_host(row).may(actor, Action::ReadAttendance);
    let Some(row) = row.filter(reads) else {
        return Ok(None);
    };
    let directory = &actor.directory;
    let zone = zone_of(&row.time_zone);
    let speakers = speakers(connection, &[id]).await?;
    let named = |role: SpeakerRole| {
        let speakers = speakers.iter().filter(|speaker| speaker.role == role);
        speakers.map(|speaker| told(directory, speaker)).collect::<Vec<_>>()
    };
    let minutes = row.minutes.as_deref().unwrap_or_default();
    let paragraphs = minutes.split("\n\n").map(str::trim).filter(|text| !text.is_empty());
    Ok(Some(EventMinutesPaper {
        letterhead: letterhead(directory, row.unit_id),
        number: row.letter_number.clone().unwrap_or_default(),
        event: row.title.clone(),
        kinds: joined(row.kinds.0.iter().copied().map(kind_words)),
        host: unit_name(directory, row.unit_id),
        place: row.place.clone(),
        began: moment(row.starts_at, zone),
        ended: moment(row.ends_at, zone),
        opened_by: named(SpeakerRole::Opener),
        speakers: [named(SpeakerRole::Speaker), named(SpeakerRole::Moderator)].concat(),
        sessions: sessions(connection, &[id])
            .await?
            .into_iter()
            .map(|session| session.title)
            .collect(),
        turnout: turnout(session, &row).await?,
        minutes: paragraphs.map(str::to_owned).collect(),
        recommendations: recommendations(session, (RecommendationSource::Event, id)).await?,
        signing: signing(session, row.unit_id),
        sealed: sealed(&row, zone),
        made: moment(session.now(), zone),
    }))
}

async fn turnout(session: &Session, row: &event::Model) -> Result<Turnout, Error> {
    let connection = session.services.db.reader();
    let invitations = invitations_of(connection, &[row.id]).await?;
    let said = |reply: InvitationReply| {
        invitations
            .iter()
            .filter(|invitation| invitation.status == reply)
            .count()
    };
    let present = present_at(connection, row.id).await?;
    let came: HashSet<Uuid> = present.iter().map(|delegate| delegate.unit_id).collect();
    Ok(Turnout {
        invited: invitations.len(),
        confirmed: said(InvitationReply::Confirmed),
        declined: said(InvitationReply::Declined),
        came: came.len(),
        excused: query::excused(connection, row.id).await?.len(),
        people: present.len(),
    })
}

/// Somebody of the programme, by name and by what they are.
fn told(directory: &Directory, speaker: &event_speaker::Model) -> String {
    let person = speaker.account_id.and_then(|account| directory.person(account));
    let name = person
        .map(|person| person.name.clone())
        .or_else(|| speaker.name.clone());
    let name = name.unwrap_or_else(|| MARKER.to_owned());
    match &speaker.title {
        Some(title) => format!("{name} ({title})"),
        None => name,
    }
}

/// Who speaks for the host.
fn signing(session: &Session, host: Uuid) -> Vec<Seat> {
    let directory = &session.actor.directory;
    let seats = directory.seats_of(host, session.actor.today);
    let speak = seats
        .into_iter()
        .filter(|seat| matches!(seat.function, Function::Head | Function::Coordinator));
    speak.filter_map(|one| seat(directory, one.id)).collect()
}

/// *a, b dan c*
fn joined<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let words: Vec<&str> = words.collect();
    match words.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, before)) => format!("{} dan {last}", before.join(", ")),
        None => String::new(),
    }
}

/// A kind of event, within a sentence.
fn kind_words(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Rakornas => "rapat koordinasi nasional",
        EventKind::Rakernas => "rapat kerja nasional",
        EventKind::Rakernis => "rapat kerja teknis",
        EventKind::RapatKoordinasi => "rapat koordinasi",
        EventKind::Konsolidasi => "konsolidasi",
        EventKind::Bimtek => "bimbingan teknis",
        EventKind::Sosialisasi => "sosialisasi",
        EventKind::ForumMedia => "forum media",
        EventKind::Evaluasi => "evaluasi",
        EventKind::Penganugerahan => "penganugerahan",
        EventKind::SerahTerima => "serah terima",
        EventKind::Lainnya => "kegiatan",
    }
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn words_are_joined_as_they_are_said() {
        assert_eq!(joined(["a"].into_iter()), "a");
        assert_eq!(joined(["a", "b", "c"].into_iter()), "a, b dan c");
        assert_eq!(joined(std::iter::empty()), "");
    }
}
