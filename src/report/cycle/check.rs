//! What a round has to be: pure, and everything that is wrong is told at once.
use chrono::{DateTime, Datelike, Days, Duration, Months, NaiveDate, Utc};
use entity::{
    cycle::Audience,
    enums::{PeriodKind, TemplateStatus, Tier},
    template,
};
use uuid::Uuid;

pub use crate::input::{Wrong, invalid, near, time_zone};
use crate::{
    clock::day_in_jakarta,
    error::{Code, Refusal},
    input::{EARLIEST_YEAR, FURTHEST_AHEAD},
    legal_basis::LegalBasis,
    locale::Text,
    territory::{history::History, tree::Unit},
};

/// The longest code of a round or stage, characters.
pub const LONGEST_CODE: usize = 60;

/// The longest name, characters.
pub const LONGEST_NAME: usize = 200;

/// The longest reason, characters.
pub const LONGEST_REASON: usize = 2_000;

/// How many units a list may name: every kabupaten/kota and provinsi there is.
pub const MOST_LISTED: usize = 600;

/// The moments of a round, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moments {
    pub opens_at: DateTime<Utc>,
    pub due_at: DateTime<Utc>,
    pub grace_until: DateTime<Utc>,
    pub locks_at: Option<DateTime<Utc>>,
}

/// A text as it is kept: without blanks around it.
///
/// # Errors
/// `Required`, `TooLong`.
pub fn text(given: &str, longest: usize, field: &str) -> Result<String, Refusal> {
    let given = given.trim();
    if given.is_empty() {
        let text = Text::new("Isian ini wajib.", "This is required.");
        return Err(Refusal::new(Code::Required, text).at([field]));
    }
    if given.chars().count() > longest {
        let text = Text::new(
            format!("Paling panjang {longest} karakter."),
            format!("At most {longest} characters."),
        );
        return Err(Refusal::new(Code::TooLong, text).at([field]));
    }
    Ok(given.to_owned())
}

/// A reason that may be left out.
///
/// # Errors
/// `TooLong`.
pub fn reason_if_any(given: Option<&str>) -> Result<Option<String>, Refusal> {
    let given = given.filter(|reason| !reason.trim().is_empty());
    given.map(|reason| text(reason, LONGEST_REASON, "reason")).transpose()
}

/// The letter as it is kept.
///
/// # Errors
/// `Required`, `TooLong`, `Invalid`.
pub fn basis(given: &LegalBasis, today: NaiveDate) -> Result<LegalBasis, Refusal> {
    let kept = given
        .checked()
        .map_err(|refusal| refusal.at(["legalBasis", "number"]))?;
    if today < given.date || given.date.year() < EARLIEST_YEAR {
        let refusal = invalid(
            "date",
            "Tanggal surat tidak boleh di masa depan atau terlalu lama.",
            "A letter cannot be signed in the future, nor before there was anybody to sign it.",
        );
        return Err(refusal.within(["legalBasis"]));
    }
    Ok(kept)
}

/// The code of what a unit owns. Codes are unique in the whole country, so that those of units below RI begin with the
/// unit's own code, and none tells of a round elsewhere.
///
/// # Errors
/// `Required`, `TooLong`, `Invalid`.
pub fn code(given: &str, owner: &Unit) -> Result<String, Refusal> {
    let code = text(given, LONGEST_CODE, "code")?;
    let plain =
        |character: char| character.is_ascii_lowercase() || character.is_ascii_digit() || "-.".contains(character);
    if !code.chars().all(plain) {
        return Err(invalid(
            "code",
            "Kode terdiri dari huruf kecil, angka, titik dan tanda hubung.",
            "A code is made of lower-case letters, digits, dots and hyphens.",
        ));
    }
    let begins = format!("{}-", owner.code);
    if owner.tier != Tier::Ri && !code.starts_with(&begins) {
        let text = Text::new(
            format!("Kode milik unit ini diawali `{begins}`."),
            format!("A code of this unit begins with `{begins}`."),
        );
        return Err(Refusal::new(Code::Invalid, text).at(["code"]));
    }
    Ok(code)
}

/// Whether the days make a period of that kind.
///
/// # Errors
/// `Invalid`.
pub fn period(kind: PeriodKind, start: NaiveDate, end: NaiveDate) -> Result<(), Refusal> {
    let plausible = EARLIEST_YEAR..=9_000;
    if !plausible.contains(&start.year()) || !plausible.contains(&end.year()) {
        return Err(invalid(
            "periodStart",
            "Tahun periode ini tidak masuk akal.",
            "There is no such period to report on.",
        ));
    }
    let (fits, id, en) = match kind {
        PeriodKind::Monthly => (
            is_months(start, end, 1),
            "Periode bulanan adalah satu bulan kalender.",
            "A monthly period is one calendar month.",
        ),
        PeriodKind::Quarterly => (
            start.month0().is_multiple_of(3) && is_months(start, end, 3),
            "Periode triwulanan adalah satu triwulan kalender.",
            "A quarterly period is one calendar quarter.",
        ),
        PeriodKind::Annual => (
            start.month0() == 0 && is_months(start, end, 12),
            "Periode tahunan adalah satu tahun kalender.",
            "An annual period is one calendar year.",
        ),
        PeriodKind::StageFinal | PeriodKind::AdHoc => (
            start <= end,
            "Periode tidak boleh berakhir sebelum dimulai.",
            "A period cannot end before it begins.",
        ),
    };
    if fits {
        Ok(())
    } else {
        Err(invalid("periodEnd", id, en))
    }
}

fn is_months(start: NaiveDate, end: NaiveDate, months: u32) -> bool {
    let after = start.checked_add_months(Months::new(months));
    start.day() == 1 && after.and_then(|after| after.checked_sub_days(Days::new(1))) == Some(end)
}

/// Whether the moments follow each other and are near enough to be meant.
#[must_use]
pub fn moments(moments: &Moments, now: DateTime<Utc>) -> Vec<Refusal> {
    let Moments {
        opens_at,
        due_at,
        grace_until,
        locks_at,
    } = *moments;
    let named = [
        ("opensAt", Some(opens_at)),
        ("dueAt", Some(due_at)),
        ("graceUntil", Some(grace_until)),
        ("locksAt", locks_at),
    ];
    let given = named.into_iter().filter_map(|(field, moment)| Some((field, moment?)));
    let mut refusals: Vec<Refusal> = given
        .filter_map(|(field, moment)| near(field, moment, now).err())
        .collect();
    if due_at < opens_at {
        refusals.push(invalid(
            "dueAt",
            "Batas waktu tidak boleh mendahului pembukaan.",
            "It cannot be due before it opens.",
        ));
    }
    if grace_until < due_at {
        refusals.push(invalid(
            "graceUntil",
            "Masa tenggang tidak boleh mendahului batas waktu.",
            "The grace cannot end before it is due.",
        ));
    }
    if locks_at.is_some_and(|locks_at| locks_at < grace_until) {
        refusals.push(invalid(
            "locksAt",
            "Penguncian tidak boleh mendahului akhir masa tenggang.",
            "It cannot be locked before the grace ends.",
        ));
    }
    refusals
}

/// Whether a day by which units are looked up is one that can be meant.
///
/// # Errors
/// `Invalid`.
pub fn near_day(field: &str, day: NaiveDate, now: DateTime<Utc>) -> Result<(), Refusal> {
    let latest = day_in_jakarta(now + Duration::days(FURTHEST_AHEAD));
    if day.year() < EARLIEST_YEAR || latest < day {
        return Err(invalid(
            field,
            "Tanggal ini terlalu lama berlalu, atau lebih dari dua tahun ke depan.",
            "This day is too long ago, or more than two years from now.",
        ));
    }
    Ok(())
}

/// Whether a version of a template can be asked by: published, and of the owner or of a unit above it.
///
/// # Errors
/// `Invalid`.
pub fn template(template: &template::Model, is_of_owner_or_above: bool) -> Result<(), Refusal> {
    if !is_of_owner_or_above {
        return Err(invalid(
            "template",
            "Templat ini milik unit di bawah; pakailah templat unit sendiri atau unit di atasnya.",
            "This template belongs to a unit beneath; ask by one of the own unit or of a unit above it.",
        ));
    }
    match template.status {
        TemplateStatus::Published => Ok(()),
        TemplateStatus::Draft => Err(invalid(
            "template",
            "Templat ini belum diterbitkan.",
            "This template has not been published.",
        )),
        TemplateStatus::Retired => Err(invalid(
            "template",
            "Templat ini sudah tidak berlaku.",
            "This template has been retired.",
        )),
    }
}

/// Whether a rule can be followed: tiers that write by the template, and units of the owner on that day.
#[must_use]
pub fn audience(
    audience: &Audience,
    authors: &[Tier],
    (owner, day): (Uuid, NaiveDate),
    history: &History,
) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    if audience.tiers.is_empty() {
        let text = Text::new("Sebutkan tingkat yang diminta.", "Say which tiers are asked.");
        refusals.push(Refusal::new(Code::Required, text).at(["audience", "tiers"]));
    }
    if audience.tiers.iter().any(|tier| !authors.contains(tier)) {
        let refusal = invalid(
            "tiers",
            "Templat ini tidak diisi oleh tingkat tersebut.",
            "Units of this tier do not write by this template.",
        );
        refusals.push(refusal.within(["audience"]));
    }
    let lists = [
        ("beneath", &audience.beneath),
        ("units", &audience.units),
        ("except", &audience.except),
    ];
    for (field, units) in lists {
        if units.len() > MOST_LISTED {
            refusals.push(too_many().at(["audience", field]));
            continue;
        }
        let strangers = units
            .iter()
            .enumerate()
            .filter(|(_place, unit)| !history.was_within(**unit, owner, day));
        refusals.extend(strangers.map(|(place, _unit)| {
            let text = Text::new(
                "Pada tanggal itu tidak ada unit seperti ini di bawah unit yang meminta.",
                "There is no such unit beneath the one that asks on that day.",
            );
            let path = ["audience".to_owned(), field.to_owned(), place.to_string()];
            Refusal::new(Code::NotFound, text).at(path)
        }));
    }
    let of_tier = |unit: &Uuid| {
        history
            .life(*unit)
            .is_none_or(|life| audience.tiers.contains(&life.tier))
    };
    for (place, _unit) in audience
        .units
        .iter()
        .enumerate()
        .filter(|(_place, unit)| !of_tier(unit))
    {
        let text = Text::new(
            "Unit ini tidak termasuk tingkat yang diminta.",
            "This unit is of none of the tiers asked.",
        );
        let path = ["audience".to_owned(), "units".to_owned(), place.to_string()];
        refusals.push(Refusal::new(Code::Invalid, text).at(path));
    }
    refusals
}

/// That a list names too many.
#[must_use]
pub fn too_many() -> Refusal {
    Refusal::new(
        Code::TooLong,
        Text::new(
            format!("Paling banyak {MOST_LISTED}."),
            format!("At most {MOST_LISTED}."),
        ),
    )
}

/// That nobody would be asked.
#[must_use]
pub fn nobody_asked() -> Refusal {
    invalid(
        "audience",
        "Aturan ini tidak meminta laporan dari unit mana pun.",
        "This rule asks no unit at all.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("a day")
    }

    #[test]
    fn a_period_is_what_its_kind_says() {
        use PeriodKind::{AdHoc, Annual, Monthly, Quarterly, StageFinal};
        let (january, march, december) = (day(2025, 1, 1), day(2025, 3, 31), day(2025, 12, 31));
        let right = [
            (Monthly, january, day(2025, 1, 31)),
            (Monthly, day(2024, 2, 1), day(2024, 2, 29)),
            (Quarterly, january, march),
            (Annual, january, december),
            (AdHoc, day(2025, 1, 5), day(2025, 1, 5)),
            (StageFinal, day(2024, 9, 1), march),
        ];
        for (kind, start, end) in right {
            assert_eq!(period(kind, start, end), Ok(()), "{kind:?} {start} {end}");
        }
        let wrong = [
            (Monthly, january, day(2025, 1, 30)),
            (Monthly, day(2025, 1, 2), day(2025, 2, 1)),
            (Monthly, january, day(2025, 2, 28)),
            (Quarterly, day(2025, 2, 1), day(2025, 4, 30)),
            (Quarterly, january, december),
            (Annual, day(2025, 2, 1), day(2026, 1, 31)),
            (AdHoc, march, january),
            (AdHoc, day(1999, 1, 1), january),
        ];
        for (kind, start, end) in wrong {
            assert!(period(kind, start, end).is_err(), "{kind:?} {start} {end}");
        }
    }

    #[test]
    fn moments_follow_each_other() {
        let at =
            |hours: i64| day(2025, 1, 1).and_hms_opt(0, 0, 0).expect("a moment").and_utc() + Duration::hours(hours);
        let fields = |opens, due, grace, locks: Option<i64>| {
            let given = Moments {
                opens_at: at(opens),
                due_at: at(due),
                grace_until: at(grace),
                locks_at: locks.map(at),
            };
            let refusals = moments(&given, at(0));
            refusals
                .into_iter()
                .map(|refusal| refusal.field.concat())
                .collect::<Vec<_>>()
        };
        assert!(fields(0, 0, 0, Some(0)).is_empty());
        assert!(fields(0, 5, 6, None).is_empty());
        assert_eq!(fields(6, 5, 5, None), ["dueAt"]);
        assert_eq!(fields(0, 5, 4, Some(3)), ["graceUntil", "locksAt"]);
        assert_eq!(fields(0, 24 * 800, 24 * 800, None), ["dueAt", "graceUntil"]);
    }
}
