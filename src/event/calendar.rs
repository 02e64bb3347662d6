//! An event as an iCalendar file (RFC 5545), for the calendar of whoever comes: pure.
use chrono::{DateTime, Utc};
use entity::{enums::EventStatus, event, event_session};
use icalendar::{Calendar, Component, EventLike, Property};
use paper::Zone;

use crate::{clock::offset_of, papers::words::zone_of};

/// The name of the product that wrote the file, as the format asks for it.
const PRODUCT: &str = "-//Jenjang//Kegiatan//ID";

/// The event as a calendar with one entry. A file fetched again replaces the one before: it has the same name and a higher
/// sequence. One that was cancelled is told so, and one that was postponed is tentative.
#[must_use]
pub fn of(row: &event::Model, sessions: &[event_session::Model], host: &str, now: DateTime<Utc>) -> String {
    let mut entry = icalendar::Event::new();
    entry
        .uid(&format!("{}@jenjang", row.id))
        .sequence(u32::try_from(row.version).unwrap_or_default())
        .timestamp(now)
        .starts(row.starts_at)
        .ends(row.ends_at)
        .summary(&row.title)
        .description(&described(row, sessions, host))
        .status(match row.status {
            EventStatus::Cancelled => icalendar::EventStatus::Cancelled,
            EventStatus::Draft | EventStatus::Postponed => icalendar::EventStatus::Tentative,
            EventStatus::Published
            | EventStatus::RegistrationClosed
            | EventStatus::Running
            | EventStatus::Ended
            | EventStatus::Final => icalendar::EventStatus::Confirmed,
        });
    if let Some(place) = row.place.as_deref().or(row.online_url.as_deref()) {
        entry.location(place);
    }
    if let Some(url) = &row.online_url {
        entry.url(url);
    }
    let mut calendar = Calendar::empty();
    for (name, value) in [
        ("VERSION", "2.0"),
        ("PRODID", PRODUCT),
        ("CALSCALE", "GREGORIAN"),
        ("METHOD", "PUBLISH"),
    ] {
        calendar.append_property(Property::new(name, value));
    }
    calendar.push(entry.done());
    calendar.to_string()
}

/// Who invites, by which letter, and the agenda by the time of the place.
fn described(row: &event::Model, sessions: &[event_session::Model], host: &str) -> String {
    let letter = row.letter_number.as_ref();
    let letter = letter.map_or_else(String::new, |number| format!(" (surat nomor {number})"));
    let mut lines = vec![format!("Diselenggarakan oleh {host}{letter}.")];
    lines.extend(row.description.clone());
    let zone = match zone_of(&row.time_zone) {
        Zone::Wib => "WIB",
        Zone::Wita => "WITA",
        Zone::Wit => "WIT",
    };
    let local = |moment: DateTime<Utc>| moment.with_timezone(&offset_of(&row.time_zone));
    if sessions.len() > 1 {
        lines.push("Acara:".to_owned());
    }
    for session in sessions.iter().filter(|_session| sessions.len() > 1) {
        let (from, to) = (local(session.starts_at), local(session.ends_at));
        let to = if from.date_naive() == to.date_naive() {
            to.format("%H.%M").to_string()
        } else {
            to.format("%d/%m/%Y %H.%M").to_string()
        };
        lines.push(format!(
            "- {}-{to} {zone}: {}",
            from.format("%d/%m/%Y %H.%M"),
            session.title
        ));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;
    use entity::{
        enums::{EventKind, EventMode},
        event::{Audience, Kinds},
    };
    use uuid::Uuid;

    use super::*;

    fn at(day: u32, hour: u32) -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2025, 3, day, hour, 0, 0)
            .single()
            .expect("a moment")
    }

    fn meeting(status: EventStatus) -> event::Model {
        event::Model {
            id: Uuid::from_u128(7),
            unit_id: Uuid::nil(),
            parent_id: None,
            wave: None,
            title: "Rakor; Humas, Makassar".to_owned(),
            kinds: Kinds(vec![EventKind::RapatKoordinasi]),
            mode: EventMode::Hybrid,
            description: Some("Bahan menyusul.".repeat(20)),
            place: Some("Gedung A\nLantai 2".to_owned()),
            online_url: Some("https://rapat.example/7".to_owned()),
            starts_at: at(18, 1),
            ends_at: at(19, 9),
            time_zone: "Asia/Makassar".to_owned(),
            quota: 1,
            capacity: None,
            audience: Audience::default(),
            reply_by: at(17, 1),
            letter_number: Some("12/HM/2025".to_owned()),
            letter_date: None,
            letter_file_id: None,
            minutes: None,
            minutes_file_id: None,
            status,
            published_at: None,
            reminded_at: None,
            finalised_at: None,
            sha256: None,
            head_position: None,
            head_link: None,
            version: 3,
            created_at: at(1, 1),
            created_by: Uuid::nil(),
        }
    }

    fn part(title: &str, (from, until): (DateTime<Utc>, DateTime<Utc>)) -> event_session::Model {
        event_session::Model {
            id: Uuid::nil(),
            event_id: Uuid::from_u128(7),
            position: 1,
            title: title.to_owned(),
            place: None,
            starts_at: from,
            ends_at: until,
            counted: true,
            join_code: None,
        }
    }

    /// The lines as a reader of the format sees them: what was folded is one line again.
    fn unfolded(text: &str) -> Vec<String> {
        assert!(
            text.split("\r\n").all(|line| line.len() <= 76),
            "a line is too long: {text}"
        );
        text.replace("\r\n ", "").split("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn a_calendar_reads_it() {
        let sessions = [
            part("Pembukaan", (at(18, 1), at(18, 3))),
            part("Malam", (at(18, 12), at(19, 9))),
        ];
        let text = of(&meeting(EventStatus::Published), &sessions, "Bawaslu RI", at(2, 1));
        let lines = unfolded(&text);
        for line in [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "METHOD:PUBLISH",
            "UID:00000000-0000-0000-0000-000000000007@jenjang",
            "SEQUENCE:3",
            "STATUS:CONFIRMED",
            "DTSTAMP:20250302T010000Z",
            "DTSTART:20250318T010000Z",
            "DTEND:20250319T090000Z",
            "SUMMARY:Rakor\\; Humas\\, Makassar",
            "LOCATION:Gedung A\\nLantai 2",
            "URL:https://rapat.example/7",
            "END:VCALENDAR",
        ] {
            assert!(lines.iter().any(|found| found == line), "{line} is missing: {text}");
        }
        let described = lines
            .iter()
            .find(|line| line.starts_with("DESCRIPTION:"))
            .expect("described");
        assert!(described.starts_with("DESCRIPTION:Diselenggarakan oleh Bawaslu RI (surat nomor 12/HM/2025).\\nBahan"));
        // By the clock of the place, which is an hour ahead of Jakarta's.
        assert!(
            described.contains(
                "\\n- 18/03/2025 09.00-11.00 WITA: Pembukaan\\n- 18/03/2025 20.00-19/03/2025 17.00 WITA: Malam"
            )
        );
    }

    #[test]
    fn it_says_that_it_was_cancelled_or_postponed() {
        for (status, word) in [
            (EventStatus::Cancelled, "STATUS:CANCELLED"),
            (EventStatus::Postponed, "STATUS:TENTATIVE"),
        ] {
            let text = of(&meeting(status), &[], "Bawaslu RI", at(2, 1));
            assert!(unfolded(&text).iter().any(|line| line == word), "{text}");
        }
    }
}
