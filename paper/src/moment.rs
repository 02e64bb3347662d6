//! Moments as an office writes them: in its own zone, with the zone's name.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, Timelike, Utc, Weekday};

use crate::spelled::spelled;

/// A zone of Indonesia (Keppres 41/1987).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Zone {
    /// Waktu Indonesia Barat, UTC+7.
    #[default]
    Wib,
    /// Waktu Indonesia Tengah, UTC+8.
    Wita,
    /// Waktu Indonesia Timur, UTC+9.
    Wit,
}

impl Zone {
    pub(crate) fn hours(self) -> i8 {
        match self {
            Zone::Wib => 7,
            Zone::Wita => 8,
            Zone::Wit => 9,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Zone::Wib => "WIB",
            Zone::Wita => "WITA",
            Zone::Wit => "WIT",
        }
    }
}

/// A moment and the zone it is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The moment.
    pub at: DateTime<Utc>,
    /// The zone of the place it happened at.
    pub zone: Zone,
}

impl Moment {
    pub(crate) fn local(self) -> DateTime<FixedOffset> {
        let offset = FixedOffset::east_opt(i32::from(self.zone.hours()) * 3600);
        offset.map_or_else(|| self.at.fixed_offset(), |offset| self.at.with_timezone(&offset))
    }

    /// *23 November 2026*
    pub(crate) fn day(self) -> String {
        day(self.local().date_naive())
    }

    /// *14.05 WIB*
    pub(crate) fn clock(self) -> String {
        let local = self.local();
        format!("{:02}.{:02} {}", local.hour(), local.minute(), self.zone.name())
    }

    /// *Senin, 23 November 2026, pukul 14.05.30 WIB*
    pub(crate) fn exact(self) -> String {
        let local = self.local();
        format!(
            "{}, {}, pukul {:02}.{:02}.{:02} {}",
            weekday(local.weekday()),
            self.day(),
            local.hour(),
            local.minute(),
            local.second(),
            self.zone.name()
        )
    }

    /// *Senin tanggal dua puluh tiga bulan November tahun dua ribu dua puluh enam (23-11-2026)*, the way minutes open.
    pub(crate) fn solemn(self) -> String {
        let local = self.local();
        format!(
            "{} tanggal {} bulan {} tahun {} ({:02}-{:02}-{:04})",
            weekday(local.weekday()),
            spelled(local.day()),
            month(local.month()),
            spelled(local.year().unsigned_abs()),
            local.day(),
            local.month(),
            local.year()
        )
    }
}

/// *23 November 2026*
pub(crate) fn day(date: NaiveDate) -> String {
    format!("{} {} {}", date.day(), month(date.month()), date.year())
}

fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "Senin",
        Weekday::Tue => "Selasa",
        Weekday::Wed => "Rabu",
        Weekday::Thu => "Kamis",
        Weekday::Fri => "Jumat",
        Weekday::Sat => "Sabtu",
        Weekday::Sun => "Minggu",
    }
}

fn month(number: u32) -> &'static str {
    match number {
        1 => "Januari",
        2 => "Februari",
        3 => "Maret",
        4 => "April",
        5 => "Mei",
        6 => "Juni",
        7 => "Juli",
        8 => "Agustus",
        9 => "September",
        10 => "Oktober",
        11 => "November",
        _ => "Desember",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(written: &str, zone: Zone) -> Moment {
        Moment {
            at: DateTime::parse_from_rfc3339(written).unwrap().to_utc(),
            zone,
        }
    }

    #[test]
    fn a_moment_is_written_in_its_zone() {
        let late = "2026-11-22T16:30:05Z";
        assert_eq!(
            moment(late, Zone::Wib).exact(),
            "Minggu, 22 November 2026, pukul 23.30.05 WIB"
        );
        assert_eq!(
            moment(late, Zone::Wit).exact(),
            "Senin, 23 November 2026, pukul 01.30.05 WIT"
        );
        assert_eq!(moment(late, Zone::Wita).clock(), "00.30 WITA");
    }

    #[test]
    fn minutes_open_with_the_date_in_words() {
        assert_eq!(
            moment("2026-11-23T02:00:00Z", Zone::Wib).solemn(),
            "Senin tanggal dua puluh tiga bulan November tahun dua ribu dua puluh enam (23-11-2026)"
        );
    }
}
