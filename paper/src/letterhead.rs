//! Who issues a paper, and who signs or is named on it.

use crate::block::{Align, Frame, flow};
use crate::font::{Ink, Style};
use crate::sheet::{Meaning, Sheet, mm};

/// The head of the first page: the office that issues the paper.
#[derive(Clone, Debug, Default)]
pub struct Letterhead {
    /// The office above, as it stands over the unit's name; nothing for the topmost office.
    pub superior: Option<String>,
    /// The office that issues the paper.
    pub unit: String,
    /// Address, telephone, mail and website, a line each; those that are known.
    pub lines: Vec<String>,
}

/// A position in an office. Papers name seats, never people: who sits on a seat changes, and a person may ask to be forgotten.
#[derive(Clone, Debug, Default)]
pub struct Seat {
    /// The position: *Kepala Sekretariat*.
    pub position: String,
    /// The office it belongs to.
    pub unit: String,
}

impl Letterhead {
    /// Centred above two rules, as on the paper of an office.
    pub(crate) fn print(&self, sheet: &mut Sheet) {
        let node = sheet.node(Meaning::Paragraph);
        let parts = self
            .superior
            .iter()
            .map(|above| (Style::plain(10.5), above.to_uppercase()));
        let parts = parts.chain([(Style::bold(13.0), self.unit.to_uppercase())]);
        let parts = parts.chain(
            self.lines
                .iter()
                .map(|line| (Style::plain(8.2).ink(Ink::Muted), line.clone())),
        );
        for (style, text) in parts {
            flow(sheet, node, &text, style, Align::Centre, Frame::of(sheet));
        }
        sheet.gap(mm(2.0));
        sheet.need(mm(3.0));
        sheet.rule(1.6, Ink::Text);
        sheet.y += 1.2;
        sheet.rule(0.5, Ink::Text);
        sheet.gap(mm(6.0));
    }
}

impl Seat {
    /// The position and beneath it the unit.
    pub(crate) fn told(&self) -> String {
        format!("{}\n{}", self.position, self.unit)
    }
}
