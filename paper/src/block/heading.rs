//! Headings, and the title of a paper. A heading is never the last thing on a page.

use crate::block::{Align, Frame, SMALL, flow};
use crate::font::{Ink, Style, printable};
use crate::sheet::{Entry, Meaning, Sheet, mm};

/// What must fit beneath a heading on the same page, where nothing else is asked for.
const COMPANY: f32 = mm(24.0);

/// The title of the paper and the number it is filed under, centred.
pub(crate) fn title(sheet: &mut Sheet, title: &str, number: &str) {
    entitle(sheet, 1, title, Style::bold(14.0), Align::Centre);
    if !number.trim().is_empty() {
        let node = sheet.node(Meaning::Paragraph);
        let style = Style::plain(10.0);
        flow(
            sheet,
            node,
            &format!("Nomor: {number}"),
            style,
            Align::Centre,
            Frame::of(sheet),
        );
    }
    sheet.gap(mm(4.0));
}

/// The heading of a chapter (2) or of what stands within one (3).
pub(crate) fn heading(sheet: &mut Sheet, level: u16, text: &str, note: Option<&str>) {
    heading_over(sheet, level, text, note, COMPANY);
}

/// A heading on the same page as what it stands over, which is this high.
pub(crate) fn heading_over(sheet: &mut Sheet, level: u16, text: &str, note: Option<&str>, company: f32) {
    let style = if level == 2 {
        Style::bold(12.0).ink(Ink::Accent)
    } else {
        Style::bold(10.0)
    };
    let lines = style.lines(&printable(text), sheet.width()).len() as f32;
    sheet.gap(if level == 2 { mm(3.6) } else { mm(2.4) });
    sheet.need(style.leading() * lines + mm(1.0) + company);
    entitle(sheet, level, text, style, Align::Left);
    sheet.gap(mm(1.0));
    if let Some(note) = note.filter(|note| !note.trim().is_empty()) {
        let node = sheet.node(Meaning::Paragraph);
        flow(sheet, node, note, SMALL, Align::Left, Frame::of(sheet));
        sheet.gap(mm(1.2));
    }
}

/// A word over a list or a text of its own, lower than any heading.
pub(crate) fn label(sheet: &mut Sheet, text: &str) {
    let style = Style::bold(9.2).ink(Ink::Muted);
    sheet.need(style.leading() * 3.0);
    let node = sheet.node(Meaning::Paragraph);
    flow(sheet, node, text, style, Align::Left, Frame::of(sheet));
    sheet.gap(mm(0.6));
}

fn entitle(sheet: &mut Sheet, level: u16, text: &str, style: Style, align: Align) {
    let told = style.shortened(&printable(text).replace('\n', " "), style.size * 100.0);
    let shown = if told.is_empty() { "—".to_owned() } else { told };
    let node = sheet.node(Meaning::Heading {
        level,
        title: shown.clone(),
    });
    sheet.need(style.leading());
    sheet.outline.push(Entry {
        level,
        title: shown,
        page: sheet.pages.len() - 1,
        y: sheet.y,
    });
    flow(sheet, node, text, style, align, Frame::of(sheet));
}
