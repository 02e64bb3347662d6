//! Running text that goes on from page to page.

use crate::block::BODY;
use crate::font::{Style, printable};
use crate::sheet::{Meaning, NodeId, Sheet, mm};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Centre,
}

/// Between which edges a text runs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    pub x: f32,
    pub width: f32,
}

impl Frame {
    pub fn of(sheet: &Sheet) -> Frame {
        Frame {
            x: sheet.left,
            width: sheet.width(),
        }
    }
}

/// A paragraph across the page and the gap after it.
pub(crate) fn paragraph(sheet: &mut Sheet, text: &str) {
    if text.trim().is_empty() {
        return;
    }
    let node = sheet.node(Meaning::Paragraph);
    flow(sheet, node, text, BODY, Align::Left, Frame::of(sheet));
    sheet.gap(mm(2.6));
}

/// A text in the middle of the page, without a gap after it.
pub(crate) fn centred(sheet: &mut Sheet, text: &str, style: Style) {
    if !text.trim().is_empty() {
        let node = sheet.node(Meaning::Paragraph);
        flow(sheet, node, text, style, Align::Centre, Frame::of(sheet));
    }
}

/// Text line by line. The first two lines stay together, so that no single one is left at the foot of a page.
pub(crate) fn flow(sheet: &mut Sheet, node: NodeId, text: &str, style: Style, align: Align, frame: Frame) {
    let lines = style.lines(&printable(text), frame.width);
    sheet.need(style.leading() * lines.len().min(2) as f32);
    for line in lines {
        sheet.need(style.leading());
        let spare = frame.width - style.width(line.trim_end());
        let x = if align == Align::Centre {
            frame.x + spare / 2.0
        } else {
            frame.x
        };
        sheet.line(Some(node), x, sheet.y, style, &line);
        sheet.y += style.leading();
    }
}
