//! *Daftar Hadir*: who was invited to an event, who came, when they entered, and room to sign for those who were not scanned.

use crate::block::{Cell, Column, Grid, centred, facts, heading, heading_over, list, paragraph, title};
use crate::font::{Ink, Style};
use crate::letterhead::Letterhead;
use crate::moment::Moment;
use crate::receipt::hash;
use crate::sheet::{Sheet, mm};
use crate::write::{About, Unprintable, pdf};

/// The attendance list of an event, or the part of it that its reader may read.
#[derive(Clone, Debug)]
pub struct AttendancePaper {
    /// The office that holds the event.
    pub letterhead: Letterhead,
    /// The number of the letter of invitation; empty while there is none.
    pub number: String,
    /// What the event is called.
    pub event: String,
    /// Where; nothing where it is online only.
    pub place: Option<String>,
    /// When it begins.
    pub began: Moment,
    /// When it ends.
    pub ended: Moment,
    /// The sessions in which attendance is taken, in their order.
    pub sessions: Vec<AttendanceSession>,
    /// Who is invited, by province.
    pub groups: Vec<AttendanceGroup>,
    /// Whose part this is; nothing where it is the whole list.
    pub part_of: Option<String>,
    /// When the attendance was sealed, and the SHA-256 over it in hexadecimal digits; nothing while the list is a draft.
    pub sealed: Option<(Moment, String)>,
    /// When this paper was made.
    pub made: Moment,
}

/// A session in which attendance is taken.
#[derive(Clone, Debug)]
pub struct AttendanceSession {
    /// What it is about.
    pub title: String,
    /// When it begins.
    pub began: Moment,
}

/// Units that stand together.
#[derive(Clone, Debug)]
pub struct AttendanceGroup {
    /// What they have in common: their province.
    pub title: String,
    /// The units, in their order.
    pub guests: Vec<AttendanceGuest>,
}

/// An invited unit.
#[derive(Clone, Debug)]
pub struct AttendanceGuest {
    /// Its name.
    pub unit: String,
    /// Whom it sends.
    pub people: Vec<AttendancePerson>,
    /// What is to be said of it where it sends nobody: that it declined, that it did not answer.
    pub note: String,
}

/// Somebody a unit sends.
#[derive(Clone, Debug)]
pub struct AttendancePerson {
    /// The name.
    pub name: String,
    /// What the person is.
    pub title: Option<String>,
    /// Whether the person counts as present: by the seal where there is one, else by the door.
    pub present: bool,
    /// When the person first entered which session, by its place in the list.
    pub entered: Vec<(usize, Moment)>,
}

/// *Daftar Hadir*, level A4, as many pages as it has people for.
pub fn attendance(paper: &AttendancePaper) -> Result<Vec<u8>, Unprintable> {
    let about = About {
        title: format!("Daftar Hadir {}", paper.event),
        issuer: paper.letterhead.unit.clone(),
        at: paper.made,
    };
    pdf(&sheet(paper), &about)
}

pub(crate) fn sheet(paper: &AttendancePaper) -> Sheet {
    let state = if paper.sealed.is_some() { "" } else { " (draf)" };
    let mut sheet = Sheet::landscape(format!("Daftar Hadir {}{state}", paper.event));
    paper.letterhead.print(&mut sheet);
    title(&mut sheet, &format!("DAFTAR HADIR\n{}", paper.event), &paper.number);
    if paper.sealed.is_none() {
        let told = "DRAF: kehadiran belum disegel dan masih dapat berubah";
        centred(&mut sheet, told, Style::bold(11.0).ink(Ink::Accent));
        sheet.gap(mm(3.0));
    }
    about(&mut sheet, paper);
    for group in &paper.groups {
        printed(&mut sheet, group, paper);
    }
    closing(&mut sheet, paper);
    sheet
}

fn about(sheet: &mut Sheet, paper: &AttendancePaper) {
    facts(
        sheet,
        &[
            ("Tempat", paper.place.clone().unwrap_or_else(|| "Daring".to_owned())),
            ("Waktu", span(paper.began, paper.ended)),
            ("Bagian dari daftar", paper.part_of.clone().unwrap_or_default()),
            ("Kehadiran", counted(paper)),
        ],
    );
    if paper.sessions.len() > 1 {
        heading(sheet, 3, "Sesi", None);
        let sessions = paper.sessions.iter();
        let told =
            sessions.map(|session| format!("{} ({}, {})", session.title, session.began.day(), session.began.clock()));
        list(sheet, &told.collect::<Vec<_>>(), |index| format!("{}.", index + 1));
    }
}

/// *1 Desember 2026, 08.00 WIB sampai 2 Desember 2026, 16.00 WIB*
pub(crate) fn span(began: Moment, ended: Moment) -> String {
    let (from, to) = (began.day(), ended.day());
    if from == to {
        format!("{from}, pukul {} sampai {}", began.clock(), ended.clock())
    } else {
        format!("{from}, pukul {} sampai {to}, pukul {}", began.clock(), ended.clock())
    }
}

fn counted(paper: &AttendancePaper) -> String {
    let guests = || paper.groups.iter().flat_map(|group| &group.guests);
    let came = |person: &&AttendancePerson| person.present;
    let units = guests()
        .filter(|guest| guest.people.iter().any(|person| came(&person)))
        .count();
    let people = guests().flat_map(|guest| &guest.people).filter(came).count();
    let named = guests().map(|guest| guest.people.len()).sum::<usize>();
    format!(
        "{units} dari {} unit hadir; {people} dari {named} peserta tercatat hadir",
        guests().count()
    )
}

fn printed(sheet: &mut Sheet, group: &AttendanceGroup, paper: &AttendancePaper) {
    let columns = [
        Column::number("No.", 0.03),
        Column::text("Unit", 0.24),
        Column::text("Nama", 0.22),
        Column::text("Jabatan", 0.17),
        Column::text(
            if paper.sessions.len() > 1 {
                "Masuk per sesi"
            } else {
                "Masuk"
            },
            0.17,
        ),
        Column::text("Tanda tangan", 0.17),
    ];
    let rows: Vec<_> = group
        .guests
        .iter()
        .enumerate()
        .flat_map(|(index, guest)| guest_rows(index, guest, paper))
        .collect();
    let grid = Grid {
        columns: &columns,
        has_head: true,
        names_row: 1,
        size: 8.6,
        least: mm(7.5),
        padding: mm(1.1),
    };
    heading_over(sheet, 2, &group.title, None, grid.company(sheet, &rows) + mm(6.0));
    grid.print(sheet, &rows);
}

fn guest_rows(index: usize, guest: &AttendanceGuest, paper: &AttendancePaper) -> Vec<Vec<Cell>> {
    let number = format!("{}.", index + 1);
    if guest.people.is_empty() {
        let dash = || Cell::text("–");
        return vec![vec![
            Cell::text(&number),
            Cell::text(&guest.unit),
            Cell::text(&guest.note),
            dash(),
            dash(),
            dash(),
        ]];
    }
    let person = |(place, person): (usize, &AttendancePerson)| {
        vec![
            if place == 0 {
                Cell::text(&number)
            } else {
                Cell::default()
            },
            // Also where it goes on from the page before.
            Cell::text(&guest.unit),
            Cell::text(&person.name),
            Cell::text(person.title.as_deref().unwrap_or("–")),
            Cell::text(&entered(person, paper)),
            Cell::text(signing(person)),
        ]
    };
    guest.people.iter().enumerate().map(person).collect()
}

/// What stands where people sign: nothing for whoever neither entered nor counts as present, who signs by hand.
fn signing(person: &AttendancePerson) -> &'static str {
    match (person.entered.is_empty(), person.present) {
        (false, true) => "Tercatat di pintu",
        (true, true) => "Hadir menurut segel",
        (false, false) => "Tidak dihitung hadir",
        (true, false) => "",
    }
}

fn entered(person: &AttendancePerson, paper: &AttendancePaper) -> String {
    if person.entered.is_empty() {
        return "–".to_owned();
    }
    let told = person.entered.iter().map(|(session, at)| {
        if paper.sessions.len() > 1 {
            format!("{}: {}", session + 1, at.clock())
        } else {
            at.clock()
        }
    });
    told.collect::<Vec<_>>().join("\n")
}

fn closing(sheet: &mut Sheet, paper: &AttendancePaper) {
    let made = format!("Lembar ini dibuat pada {}.", paper.made.exact());
    let Some((at, sha256)) = &paper.sealed else {
        paragraph(sheet, &format!("{made} Isinya adalah keadaan pada saat itu."));
        return;
    };
    heading(sheet, 2, "Segel", None);
    facts(sheet, &[("Disegel", at.exact()), ("SHA-256 kehadiran", hash(sha256))]);
    paragraph(sheet, &made);
}
