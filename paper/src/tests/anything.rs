//! Whatever names an office has and however many it lists: nothing panics, nothing is lost, nothing leaves the page.

use proptest::collection::vec;
use proptest::prelude::*;

use super::reading::pages;
use super::samples::{
    attendance_paper, award_paper, certificate_paper, evaluation_paper, event_minutes_paper, minutes_paper,
    receipt_paper, seat,
};
use crate::sheet::{Mark, Sheet};
use crate::*;

/// Only what is seen: lines break where they must.
fn seen(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace()).collect()
}

fn told(pdf: &[u8]) -> String {
    seen(&pages(pdf).concat())
}

/// What is printed, without what stands at the foot of each page: a name may go on over it.
fn printed_on(sheet: &Sheet) -> String {
    let marks = sheet.pages.iter().flatten().map(|placed| &placed.mark);
    let texts = marks.filter_map(|mark| match mark {
        Mark::Text { text, .. } => Some(seen(text)),
        Mark::Box { .. } | Mark::Boxes { .. } | Mark::Link { .. } => None,
    });
    texts.collect()
}

/// That every mark stands between the margins.
fn stays(sheet: &Sheet) -> Result<(), TestCaseError> {
    let foot = sheet.size.1 - sheet::mm(22.0) + 0.5;
    for mark in sheet.pages.iter().flatten().map(|placed| &placed.mark) {
        let (left, right, bottom) = match mark {
            Mark::Text { x, y, style, text } => (*x, x + style.width(text.trim_end()), *y),
            Mark::Box {
                x, y, width, height, ..
            } => (*x, x + width, y + height),
            Mark::Link { x, y, height, .. } => (*x, *x, y + height),
            Mark::Boxes { boxes, .. } => {
                boxes
                    .iter()
                    .fold((f32::MAX, 0.0, 0.0), |(left, right, bottom), [x, y, width, height]| {
                        (x.min(left), (x + width).max(right), (y + height).max(bottom))
                    })
            }
        };
        let inside = left >= sheet.left - 0.5 && right <= sheet.right + 0.5 && bottom <= foot;
        prop_assert!(inside, "{mark:?} leaves the page");
    }
    Ok(())
}

/// Names as people write them, words without an end, letters from anywhere.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Z][a-z]{2,12}( [A-Z][a-z]{1,40}){0,12}",
        "[a-z0-9]{80,300}",
        "[’“”–—×≥ĀāṢṣḥʿé€·]{1,20}",
        "\\PC{0,40}",
    ]
}

/// What a name becomes on paper.
fn printed(text: &str) -> String {
    seen(&font::printable(text))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(12) })]

    #[test]
    fn a_receipt_keeps_every_name(names in vec(name(), 6), odd in any::<char>()) {
        let mut paper = receipt_paper();
        paper.report.title.clone_from(&names[0]);
        paper.report.unit.clone_from(&names[1]);
        paper.since = Some(names.join(" ").repeat(12));
        paper.giver = seat(&names[3], &names[4]);
        paper.number.clone_from(&names[5]);
        paper.verify_url.clone_from(&names[5]);
        paper.code.clone_from(&names[4]);
        paper.place = format!("a{odd}b");
        stays(&receipt::sheet(&paper))?;
        let told = told(&receipt(&paper).unwrap());
        for text in names.iter().chain([&paper.place]) {
            prop_assert!(told.contains(&printed(text)), "{text:?} is lost in {told}");
        }
    }

    #[test]
    fn however_long_rows_are_they_stay(units in vec(name(), 60), reasons in vec(name(), 9), words in vec(name(), 0..60)) {
        let paper = long_minutes(&units, &reasons);
        stays(&minutes::sheet(&paper))?;
        let mut paper = evaluation_paper();
        paper.recommendations[0].text = words.join(" ");
        paper.distributions[0].columns[1] = words.join(" ").chars().take(60).collect();
        paper.figures[1].value = words.join(" ");
        stays(&evaluation::sheet(&paper))?;
    }

    #[test]
    fn an_award_keeps_every_name(names in vec(name(), 6)) {
        let mut paper = award_paper();
        paper.name.clone_from(&names[0]);
        paper.unit = Some(names[1].clone());
        paper.category = format!("a{}", names[2]);
        paper.edition.clone_from(&names[3]);
        paper.honour = format!("c{}", names[4]);
        paper.revoked = Some(format!("b{}", names[5]));
        let sheet = award::sheet(&paper);
        stays(&sheet)?;
        award(&paper).unwrap();
        let told = printed_on(&sheet);
        for text in &names {
            prop_assert!(told.contains(&printed(text)), "{text:?} is lost in {told}");
        }
    }

    #[test]
    fn a_certificate_keeps_every_name(names in vec(name(), 5)) {
        let mut paper = certificate_paper();
        paper.name.clone_from(&names[0]);
        paper.unit.clone_from(&names[1]);
        paper.event.clone_from(&names[2]);
        paper.place = Some(format!("a{}", names[3]));
        paper.revoked = Some(format!("b{}", names[4]));
        let sheet = certificate::sheet(&paper);
        stays(&sheet)?;
        certificate(&paper).unwrap();
        let told = printed_on(&sheet);
        for text in &names {
            prop_assert!(told.contains(&printed(text)), "{text:?} is lost in {told}");
        }
    }

    #[test]
    fn an_attendance_list_keeps_every_name(names in vec(name(), 4), provinces in 0_usize..3) {
        let mut paper = attendance_paper();
        paper.groups.truncate(provinces);
        paper.event.clone_from(&names[0]);
        if let Some(group) = paper.groups.first_mut() {
            group.guests[1].unit.clone_from(&names[1]);
            group.guests[1].people[0].name.clone_from(&names[2]);
            group.guests[1].people[0].title = Some(names[3].clone());
        }
        let kept = if provinces == 0 { &names[..1] } else { &names[..] };
        let sheet = attendance::sheet(&paper);
        stays(&sheet)?;
        attendance(&paper).unwrap();
        let told = printed_on(&sheet);
        for text in kept {
            prop_assert!(told.contains(&printed(text)), "{text:?} is lost");
        }
    }

    #[test]
    fn the_minutes_of_an_event_keep_every_name(names in vec(name(), 5), signing in 0_usize..12) {
        let mut paper = event_minutes_paper();
        paper.event.clone_from(&names[0]);
        paper.host.clone_from(&names[1]);
        paper.opened_by.clone_from(&names);
        paper.minutes = vec![names.join(" ").repeat(20)];
        paper.signing = (0..signing).map(|_| seat(&names[2], &names[3])).collect();
        let sheet = event::sheet(&paper);
        stays(&sheet)?;
        event_minutes(&paper).unwrap();
        let told = printed_on(&sheet);
        for text in &names {
            prop_assert!(told.contains(&printed(text)), "{text:?} is lost in {told}");
        }
    }
}

fn long_minutes(units: &[String], reasons: &[String]) -> MinutesPaper {
    let mut paper = minutes_paper();
    let row = paper.rows[0].clone();
    let refused = |(unit, reason): (&String, &String)| MinutesRow {
        unit: unit.clone(),
        outcome: Outcome::Refused { reason: reason.clone() },
        ..row.clone()
    };
    paper.rows = units.iter().zip(reasons.iter().cycle()).map(refused).collect();
    paper.givers = reasons
        .iter()
        .zip(units)
        .map(|(position, unit)| seat(position, unit))
        .collect();
    paper
}

#[test]
fn two_hundred_rows_are_all_there() {
    let units: Vec<String> = (0..200).map(|number| format!("Bawaslu{number}Kabupaten")).collect();
    let told = told(&minutes(&long_minutes(&units, &["Alasan".to_owned()])).unwrap());
    for unit in units {
        assert!(told.contains(&unit), "{unit} is lost");
    }
}

#[test]
fn a_cell_longer_than_a_page_goes_on() {
    let mut paper = evaluation_paper();
    let words: Vec<String> = (0..3000).map(|number| format!("kata{number}")).collect();
    paper.recommendations[0].text = words.join(" ");
    stays(&evaluation::sheet(&paper)).unwrap();
    let told = told(&evaluation(&paper).unwrap());
    for word in words {
        assert!(told.contains(&word), "{word} is lost");
    }
}

#[test]
fn empty_papers_are_papers() {
    let mut paper = minutes_paper();
    (paper.rows, paper.givers, paper.receivers, paper.agenda) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    (paper.number, paper.subject, paper.place) = Default::default();
    paper.letterhead = Letterhead::default();
    minutes(&paper).unwrap();
    let mut paper = evaluation_paper();
    (paper.summary, paper.figures, paper.distributions) = Default::default();
    (paper.sections, paper.recommendations, paper.method) = Default::default();
    evaluation(&paper).unwrap();
    let mut paper = attendance_paper();
    (paper.groups, paper.sessions, paper.number, paper.event) = Default::default();
    attendance(&paper).unwrap();
    let mut paper = event_minutes_paper();
    (paper.minutes, paper.recommendations, paper.signing, paper.sessions) = Default::default();
    event_minutes(&paper).unwrap();
}
