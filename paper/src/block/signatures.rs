//! Where people sign by hand, by seat.

use crate::block::{Cell, Column, Grid, SMALL, heading};
use crate::font::{Ink, Style, printable};
use crate::letterhead::Seat;
use crate::sheet::{Mark, Meaning, Sheet, mm};

const SEAT: Style = Style::plain(9.2);
const SPACE: f32 = mm(19.0);
const GAP: f32 = mm(12.0);

/// Those who sign on one side.
pub(crate) struct Party<'a> {
    pub told: &'a str,
    pub seats: &'a [Seat],
}

/// Two columns of signatures where few sign, a list to sign where many do.
pub(crate) fn signatures(sheet: &mut Sheet, parties: [Party<'_>; 2]) {
    let width = (sheet.width() - GAP) / 2.0;
    let few = parties.iter().all(|party| party.seats.len() <= 2);
    let short = parties
        .iter()
        .flat_map(|party| party.seats)
        .all(|seat| lines(seat, width).len() <= 5);
    if few && short {
        return blocks(sheet, &parties, width);
    }
    for party in parties.iter().filter(|party| !party.seats.is_empty()) {
        heading(sheet, 3, party.told, None);
        rows(sheet, party.seats);
    }
}

fn blocks(sheet: &mut Sheet, parties: &[Party<'_>; 2], width: f32) {
    let deep = parties.iter().map(|party| party.seats.len()).max().unwrap_or(0);
    for step in 0..deep {
        let tall = parties
            .iter()
            .filter_map(|party| party.seats.get(step))
            .map(|seat| lines(seat, width).len())
            .max();
        let height = (tall.unwrap_or(0) + 1) as f32 * SEAT.leading() + SPACE + SMALL.leading();
        sheet.need(height);
        for (side, party) in parties.iter().enumerate() {
            let Some(seat) = party.seats.get(step) else { continue };
            let told = if step == 0 { party.told } else { "" };
            block(
                sheet,
                sheet.left + side as f32 * (width + GAP),
                width,
                height,
                told,
                seat,
            );
        }
        sheet.y += height;
        sheet.gap(mm(4.0));
    }
}

fn block(sheet: &mut Sheet, x: f32, width: f32, height: f32, told: &str, seat: &Seat) {
    let node = sheet.node(Meaning::Paragraph);
    let mut y = sheet.y;
    sheet.line(Some(node), x, y, SEAT, told);
    for line in lines(seat, width) {
        y += SEAT.leading();
        sheet.line(Some(node), x, y, SEAT, &line);
    }
    let foot = sheet.y + height - SMALL.leading();
    sheet.place(
        None,
        Mark::Box {
            x,
            y: foot - 1.5,
            width: width * 0.86,
            height: 0.6,
            ink: Ink::Muted,
        },
    );
    sheet.line(Some(node), x, foot, SMALL, "Nama dan NIP");
}

fn rows(sheet: &mut Sheet, seats: &[Seat]) {
    let columns = [
        Column::number("No.", 0.02),
        Column::text("Jabatan", 0.2),
        Column::text("Unit", 0.26),
        Column::text("Nama dan NIP", 0.26),
        Column::text("Tanda tangan", 0.2),
    ];
    let row = |(index, seat): (usize, &Seat)| {
        let number = format!("{}.", index + 1);
        vec![
            Cell::text(&number),
            Cell::text(&seat.position),
            Cell::text(&seat.unit),
            Cell::default(),
            Cell::default(),
        ]
    };
    let rows: Vec<_> = seats.iter().enumerate().map(row).collect();
    Grid {
        columns: &columns,
        has_head: true,
        names_row: 1,
        size: 8.6,
        least: mm(12.0),
        padding: mm(1.2),
    }
    .print(sheet, &rows);
}

fn lines(seat: &Seat, width: f32) -> Vec<String> {
    let mut lines = SEAT.lines(&printable(&seat.position), width);
    lines.extend(SEAT.lines(&printable(&seat.unit), width));
    lines
}
