//! Reading an edition: CSV with the columns of `regions.csv`. What is wrong is told line by line.
use std::collections::HashMap;

use chrono::NaiveDate;
use entity::enums::{RegionKind, Tier};
use sea_orm::ActiveEnum;
use serde::Deserialize;

use super::compare::{Line, Previous};
use crate::{
    error::{Code, Refusal},
    input::required,
    locale::Text,
    territory::{directory::tier_of, reference},
};

/// The most lines of a list: it has some 7,800, and villages are not in it.
pub const MOST_LINES: usize = 20_000;

/// The longest name of a region, characters; the longest there is has 32.
pub const LONGEST_NAME: usize = 100;

/// The columns a list has to have.
const COLUMNS: [&str; 5] = ["code", "parent_code", "tier", "kind", "name"];

/// One line of the list, by the names of its columns.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    code: String,
    parent_code: String,
    tier: String,
    kind: String,
    name: String,
    previous_code: Option<String>,
    effective_on: Option<String>,
}

/// Reads a list: a comma or, as spreadsheets here write it, a semicolon between the columns, which the first line names.
///
/// # Errors
/// Everything that is wrong, each at `csv`, line number and column.
pub fn read(csv: &str, today: NaiveDate) -> Result<Vec<Line>, Vec<Refusal>> {
    let text = csv.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default();
    let delimiter = if first.contains(';') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let headers = reader.headers().map_err(|_broken| vec![unreadable(1)])?.clone();
    if COLUMNS
        .iter()
        .any(|column| !headers.iter().any(|header| header == *column))
    {
        return Err(vec![unreadable(1)]);
    }
    let mut reading = Reading {
        today,
        lines: Vec::new(),
        refusals: Vec::new(),
    };
    for (place, record) in reader.records().enumerate() {
        if place == MOST_LINES {
            let text = Text::new(
                format!("Satu daftar memuat paling banyak {MOST_LINES} baris."),
                format!("One list holds at most {MOST_LINES} lines."),
            );
            return Err(vec![Refusal::new(Code::TooLong, text).at(["csv"])]);
        }
        let read = record.and_then(|record| {
            let number = record.position().map_or(0, csv::Position::line);
            Ok((number, record.deserialize::<Row>(Some(&headers))?))
        });
        match read {
            Ok((number, row)) => reading.take(number, &row),
            Err(error) => {
                let number = error.position().map_or(1, csv::Position::line);
                reading.refusals.push(unreadable(number));
            }
        }
    }
    reading.finish()
}

/// A list while it is being read.
struct Reading {
    today: NaiveDate,
    lines: Vec<Line>,
    refusals: Vec<Refusal>,
}

impl Reading {
    fn take(&mut self, number: u64, row: &Row) {
        let refused = self.refusals.len();
        let tier = self.heard(number, "code", tier_by(&row.code));
        let said = self.heard(number, "tier", word::<Tier>(&row.tier));
        let kind = self.heard(number, "kind", word::<RegionKind>(&row.kind));
        if tier.zip(said).is_some_and(|(tier, said)| tier != said) {
            let _told: Option<()> = self.heard(number, "tier", Err(other_tier()));
        }
        if tier.zip(kind).is_some_and(|(tier, kind)| tier != tier_of(kind)) {
            let _told: Option<()> = self.heard(number, "kind", Err(other_tier()));
        }
        self.heard(number, "parent_code", beneath(row));
        self.heard(number, "name", required(&row.name, "name", LONGEST_NAME));
        let previous = self.heard(number, "previous_code", previous(row));
        let effective_on = self.heard(number, "effective_on", day(row, self.today));
        let (Some(tier), Some(kind), Some(previous), Some(effective_on)) = (tier, kind, previous, effective_on) else {
            return;
        };
        if self.refusals.len() == refused {
            self.lines.push(Line {
                number,
                of: reference::Line {
                    code: row.code.clone(),
                    parent_code: row.parent_code.clone(),
                    tier,
                    kind,
                    name: row.name.clone(),
                },
                previous,
                effective_on,
            });
        }
    }

    /// What was read, or nothing after telling why not.
    fn heard<T>(&mut self, number: u64, column: &str, read: Result<T, Refusal>) -> Option<T> {
        read.map_err(|refusal| self.refusals.push(refusal.at(place(number, column))))
            .ok()
    }

    /// What can only be told of the list as a whole.
    fn finish(mut self) -> Result<Vec<Line>, Vec<Refusal>> {
        let mut codes: HashMap<&str, u64> = HashMap::new();
        for line in &self.lines {
            if let Some(first) = codes.insert(&line.of.code, line.number) {
                let text = Text::new(
                    format!("Kode ini sudah ada pada baris {first}."),
                    format!("This code is in line {first} already."),
                );
                let refusal = Refusal::new(Code::AlreadyExists, text);
                self.refusals.push(refusal.at(place(line.number, "code")));
            }
        }
        // A parent whose own line cannot be read is not missing.
        let lacks = |line: &&Line| line.of.tier != Tier::Provinsi && !codes.contains_key(line.of.parent_code.as_str());
        if self.refusals.is_empty() {
            self.refusals = self.lines.iter().filter(lacks).map(orphan).collect();
        }
        if self.lines.is_empty() && self.refusals.is_empty() {
            let text = Text::new("Daftar ini kosong.", "The list is empty.");
            self.refusals.push(Refusal::new(Code::Required, text).at(["csv"]));
        }
        if self.refusals.is_empty() {
            Ok(self.lines)
        } else {
            Err(self.refusals)
        }
    }
}

/// Where something is in the list.
#[must_use]
pub fn place(line: u64, column: &str) -> Vec<String> {
    vec!["csv".to_owned(), line.to_string(), column.to_owned()]
}

fn unreadable(line: u64) -> Refusal {
    let text = Text::new(
        format!(
            "Daftar tidak terbaca pada baris {line}; kolom wajib: code, parent_code, tier, kind, name; boleh: \
             previous_code, effective_on."
        ),
        format!(
            "The list cannot be read at line {line}; it needs the columns code, parent_code, tier, kind and name and may \
             have previous_code and effective_on."
        ),
    );
    Refusal::new(Code::Invalid, text).at(["csv".to_owned(), line.to_string()])
}

/// The tier of a code by its parts of two digits.
fn tier_by(code: &str) -> Result<Tier, Refusal> {
    let parts: Vec<&str> = code.split('.').collect();
    let fits = |part: &&str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    let tier = match parts.len() {
        1 => Some(Tier::Provinsi),
        2 => Some(Tier::KabupatenKota),
        3 => Some(Tier::Kecamatan),
        _ => None,
    };
    let tier = tier.filter(|_tier| parts.iter().all(fits));
    tier.ok_or_else(|| {
        let text = Text::new(
            "Kode ditulis 32, 32.75, atau 32.75.01.",
            "A code is written 32, 32.75 or 32.75.01.",
        );
        Refusal::new(Code::Invalid, text)
    })
}

fn other_tier() -> Refusal {
    let text = Text::new(
        "Tidak sesuai dengan tingkat kodenya.",
        "It does not fit the tier of the code.",
    );
    Refusal::new(Code::Invalid, text)
}

/// That the region above is the one the code begins with.
fn beneath(row: &Row) -> Result<(), Refusal> {
    let above = row.code.rsplit_once('.').map_or("", |(above, _own)| above);
    if row.parent_code == above {
        return Ok(());
    }
    let text = Text::new(
        format!("Kode induknya mestinya \u{201c}{above}\u{201d}."),
        format!("The code above it has to be \u{201c}{above}\u{201d}."),
    );
    Err(Refusal::new(Code::Invalid, text))
}

fn orphan(line: &Line) -> Refusal {
    let text = Text::new(
        format!("Wilayah {} tidak ada dalam daftar ini.", line.of.parent_code),
        format!("The region {} is not in this list.", line.of.parent_code),
    );
    Refusal::new(Code::NotFound, text).at(place(line.number, "parent_code"))
}

fn previous(row: &Row) -> Result<Previous, Refusal> {
    match row.previous_code.as_deref().unwrap_or_default() {
        "" => Ok(Previous::Unstated),
        "-" => Ok(Previous::New),
        code => tier_by(code).map(|_tier| Previous::Code(code.to_owned())),
    }
}

/// The day a line gives; none when it gives none.
fn day(row: &Row, today: NaiveDate) -> Result<Option<NaiveDate>, Refusal> {
    let given = row.effective_on.as_deref().unwrap_or_default();
    if given.is_empty() {
        return Ok(None);
    }
    let strict = given.len() == 10;
    let day = NaiveDate::parse_from_str(given, "%Y-%m-%d").ok().filter(|_day| strict);
    match day {
        None => {
            let text = Text::new("Tanggal ditulis 2026-01-31.", "A day is written 2026-01-31.");
            Err(Refusal::new(Code::Invalid, text))
        }
        Some(day) if today < day => Err(not_yet()),
        Some(day) => Ok(Some(day)),
    }
}

/// That a day has not come yet.
pub(super) fn not_yet() -> Refusal {
    let text = Text::new(
        "Edisi diambil alih setelah berlaku: paling lambat hari ini.",
        "An edition is taken over once it is in force: today at the latest.",
    );
    Refusal::new(Code::Invalid, text)
}

/// One of a closed set of words.
fn word<E: ActiveEnum<Value = String>>(given: &str) -> Result<E, Refusal> {
    E::try_from_value(&given.to_owned()).map_err(|_unknown| {
        let words: Vec<String> = E::values();
        let words = words.join(", ");
        let text = Text::new(format!("Salah satu dari: {words}."), format!("One of: {words}."));
        Refusal::new(Code::Invalid, text)
    })
}
