//! *Daftar Hadir*: who was invited and who came, by province, as far as its reader may know.
use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::{
    enums::{InvitationReply, Tier},
    event, event_delegate, event_invitation,
};
use paper::{AttendanceGroup, AttendanceGuest, AttendancePaper, AttendancePerson, AttendanceSession, Zone};
use uuid::Uuid;

use super::query;
use crate::{
    authz::policy::event::Action,
    error::Error,
    event::{
        certifying::query::{entered, present_at},
        query::{by_ids, sessions},
        sight::Case,
    },
    identity::erasure::MARKER,
    papers::words::{letterhead, moment, unit_name, zone_of},
    session::{Actor, Session},
};

/// The list of an event, or the part of it that the caller may read; None where there is none to be read.
///
/// # Errors
/// The database's.
pub async fn of(session: &Session, id: Uuid) -> Result<Option<AttendancePaper>, Error> {
    let (connection, actor) = (session.services.db.reader(), &session.actor);
    let row = by_ids(connection, actor, &[id]).await?.pop();
    let Some(row) = row.filter(|row| row.published_at.is_some()) else {
        return Ok(None);
    };
    let whole = Case::of_host(&row).may(actor, Action::ReadAttendance);
    let invitations = query::invitations(connection, actor, id).await?;
    if !whole && invitations.is_empty() {
        return Ok(None);
    }
    let delegates = query::expected(connection, actor, id).await?;
    let counted: Vec<_> = sessions(connection, &[id]).await?;
    let counted: Vec<_> = counted.into_iter().filter(|session| session.counted).collect();
    let places: HashMap<Uuid, usize> = counted
        .iter()
        .zip(0..)
        .map(|(session, place)| (session.id, place))
        .collect();
    let mut entries: HashMap<Uuid, Vec<(usize, DateTime<Utc>)>> = HashMap::new();
    for (delegate, session, at) in entered(connection, id).await? {
        if let Some(place) = places.get(&session) {
            entries.entry(delegate).or_default().push((*place, at));
        }
    }
    let present = present_at(connection, id).await?;
    let present: HashSet<Uuid> = present.into_iter().map(|delegate| delegate.id).collect();
    let excused = query::excused(connection, id).await?;
    let zone = zone_of(&row.time_zone);
    let told = Told {
        actor,
        zone,
        entries: &entries,
        present: &present,
    };
    let guests = invitations.iter().map(|invitation| {
        let people = delegates
            .iter()
            .filter(|delegate| delegate.invitation_id == Some(invitation.id));
        let note = note(invitation, excused.contains(&invitation.id));
        (
            place_of(actor, invitation),
            told.guest(invitation.unit_id, people, note),
        )
    });
    let mut by_place: BTreeMap<Place, Vec<AttendanceGuest>> = BTreeMap::new();
    for (place, guest) in guests {
        by_place.entry(place).or_default().push(guest);
    }
    for (unit, people) in uninvited(&delegates) {
        let guest = told.guest(unit, people.into_iter(), String::new());
        by_place.entry(Place::uninvited()).or_default().push(guest);
    }
    let part_of = (!whole).then(|| {
        let names = invitations
            .iter()
            .map(|invitation| unit_name(&actor.directory, invitation.unit_id));
        summed(&names.collect::<Vec<_>>())
    });
    Ok(Some(AttendancePaper {
        letterhead: letterhead(&actor.directory, row.unit_id),
        number: row.letter_number.clone().unwrap_or_default(),
        event: row.title.clone(),
        place: row.place.clone(),
        began: moment(row.starts_at, zone),
        ended: moment(row.ends_at, zone),
        sessions: counted
            .iter()
            .map(|session| AttendanceSession {
                title: session.title.clone(),
                began: moment(session.starts_at, zone),
            })
            .collect(),
        groups: by_place
            .into_iter()
            .map(|(place, guests)| AttendanceGroup {
                title: place.title,
                guests,
            })
            .collect(),
        part_of,
        sealed: sealed(&row, zone),
        made: moment(session.now(), zone),
    }))
}

/// When the attendance was sealed, and the hash over it.
pub(super) fn sealed(row: &event::Model, zone: Zone) -> Option<(paper::Moment, String)> {
    let (at, sha256) = row.finalised_at.zip(row.sha256.clone())?;
    Some((moment(at, zone), sha256))
}

/// Where units stand on the list: RI first, then by province, by code; then who came without an invitation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    code: String,
    title: String,
}

impl Place {
    fn uninvited() -> Self {
        Self {
            // After every code of a region.
            code: "~".to_owned(),
            title: "Hadir tanpa undangan".to_owned(),
        }
    }
}

/// The province a unit lay in when it was invited; of a kecamatan the kabupaten/kota stands with it, which is what holds events
/// for kecamatan.
fn place_of(actor: &Actor, invitation: &event_invitation::Model) -> Place {
    let tree = &actor.directory.tree;
    let above = match invitation.tier {
        Tier::Kecamatan => tree
            .ancestor_at(invitation.unit_id, Tier::KabupatenKota)
            .map(|unit| unit.id),
        Tier::Ri | Tier::Provinsi | Tier::KabupatenKota => invitation.provinsi_id,
    };
    let unit = tree.get(above.unwrap_or(invitation.unit_id));
    Place {
        code: unit.map(|unit| unit.code.clone()).unwrap_or_default(),
        title: unit.map_or_else(String::new, |unit| unit.name.clone()),
    }
}

fn note(invitation: &event_invitation::Model, excused: bool) -> String {
    if excused {
        return "Berhalangan dengan izin".to_owned();
    }
    match invitation.status {
        InvitationReply::Invited => "Belum menjawab undangan",
        InvitationReply::Confirmed => "Tidak ada peserta yang ditunjuk",
        InvitationReply::Declined => "Menyatakan tidak hadir",
        InvitationReply::NoReply => "Tidak menjawab undangan",
    }
    .to_owned()
}

fn uninvited(delegates: &[event_delegate::Model]) -> BTreeMap<Uuid, Vec<&event_delegate::Model>> {
    let mut by_unit: BTreeMap<Uuid, Vec<&event_delegate::Model>> = BTreeMap::new();
    for delegate in delegates.iter().filter(|delegate| delegate.invitation_id.is_none()) {
        by_unit.entry(delegate.unit_id).or_default().push(delegate);
    }
    by_unit
}

/// Names of units, as far as there is room for them.
fn summed(names: &[String]) -> String {
    const MOST: usize = 3;
    let told = names.iter().take(MOST).cloned().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(MOST) {
        0 => told,
        more => format!("{told} dan {more} unit lain"),
    }
}

struct Told<'a> {
    actor: &'a Actor,
    zone: Zone,
    entries: &'a HashMap<Uuid, Vec<(usize, DateTime<Utc>)>>,
    present: &'a HashSet<Uuid>,
}

impl Told<'_> {
    fn guest<'d>(
        &self,
        unit: Uuid,
        people: impl Iterator<Item = &'d event_delegate::Model>,
        note: String,
    ) -> AttendanceGuest {
        AttendanceGuest {
            unit: unit_name(&self.actor.directory, unit),
            people: people.map(|delegate| self.person(delegate)).collect(),
            note,
        }
    }

    fn person(&self, delegate: &event_delegate::Model) -> AttendancePerson {
        let known = delegate
            .account_id
            .and_then(|account| self.actor.directory.person(account));
        let name = known
            .map(|person| person.name.clone())
            .or_else(|| delegate.name.clone());
        let mut entered = self.entries.get(&delegate.id).cloned().unwrap_or_default();
        entered.sort_unstable();
        AttendancePerson {
            name: name.unwrap_or_else(|| MARKER.to_owned()),
            title: delegate.title.clone(),
            present: self.present.contains(&delegate.id),
            entered: entered
                .into_iter()
                .map(|(place, at)| (place, moment(at, self.zone)))
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::summed;

    #[test]
    fn many_units_are_summed_up() {
        let names: Vec<String> = ["A", "B", "C", "D", "E"].map(str::to_owned).into();
        assert_eq!(summed(&names[..2]), "A, B");
        assert_eq!(summed(&names), "A, B, C dan 2 unit lain");
    }
}
