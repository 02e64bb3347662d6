//! The figures a reader takes away, large and side by side.

use crate::block::{SMALL, facts};
use crate::font::{Ink, Style, printable};
use crate::sheet::{Mark, Meaning, Sheet, mm};

const ACROSS: usize = 3;
const GAP: f32 = mm(4.0);
const PADDING: f32 = mm(3.0);
const VALUE: Style = Style::bold(17.0).ink(Ink::Accent);
const LABEL: Style = Style::bold(8.6);

pub(crate) struct Tile {
    pub label: String,
    pub value: String,
    pub note: String,
}

/// Tiles, three in a row. Values too long to be large are told as facts.
pub(crate) fn tiles(sheet: &mut Sheet, all: &[Tile]) {
    if all.iter().any(|tile| lines(sheet, tile).len() > 9) {
        let told: Vec<_> = all
            .iter()
            .map(|tile| (tile.label.as_str(), format!("{}\n{}", tile.value, tile.note)))
            .collect();
        return facts(sheet, &told);
    }
    for row in all.chunks(ACROSS) {
        let broken: Vec<_> = row.iter().map(|tile| lines(sheet, tile)).collect();
        let tall = |lines: &Vec<(Style, String)>| lines.iter().map(|(style, _)| style.leading()).sum::<f32>();
        let height = broken.iter().map(tall).fold(0.0, f32::max) + 2.0 * PADDING;
        sheet.need(height);
        for (index, lines) in broken.iter().enumerate() {
            print(sheet, index, height, lines);
        }
        sheet.y += height;
        sheet.gap(GAP);
    }
}

fn print(sheet: &mut Sheet, index: usize, height: f32, lines: &[(Style, String)]) {
    let width = tile_width(sheet);
    let x = sheet.left + index as f32 * (width + GAP);
    let mut y = sheet.y;
    sheet.place(
        None,
        Mark::Box {
            x,
            y,
            width,
            height,
            ink: Ink::Shade,
        },
    );
    sheet.place(
        None,
        Mark::Box {
            x,
            y,
            width: mm(0.9),
            height,
            ink: Ink::Accent,
        },
    );
    let node = sheet.node(Meaning::Paragraph);
    y += PADDING;
    for (style, line) in lines {
        sheet.line(Some(node), x + PADDING + mm(0.9), y, *style, line);
        y += style.leading();
    }
}

fn lines(sheet: &Sheet, tile: &Tile) -> Vec<(Style, String)> {
    let width = tile_width(sheet) - 2.0 * PADDING - mm(0.9);
    let parts = [(LABEL, &tile.label), (VALUE, &tile.value), (SMALL, &tile.note)];
    let mut lines = Vec::new();
    for (style, text) in parts {
        let text = printable(text);
        if !text.is_empty() {
            lines.extend(style.lines(&text, width).into_iter().map(|line| (style, line)));
        }
    }
    lines
}

fn tile_width(sheet: &Sheet) -> f32 {
    (sheet.width() - GAP * (ACROSS - 1) as f32) / ACROSS as f32
}
