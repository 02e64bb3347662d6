//! How to find out whether a paper is genuine: a QR code, the address it holds, the code to type.

use qrcodegen::{QrCode, QrCodeEcc};

use crate::block::{Align, Frame, SMALL, flow, heading_over};
use crate::font::{Ink, Style, printable};
use crate::sheet::{Mark, Meaning, Sheet, mm};

const SIDE: f32 = mm(27.0);
const CODE: Style = Style::bold(10.5);

pub(crate) struct Proof<'a> {
    pub heading: Option<&'a str>,
    /// The address of the page that verifies this paper.
    pub address: &'a str,
    /// What to type there; nothing where the address says it all.
    pub code: Option<&'a str>,
    /// How to verify, and what the paper is not.
    pub told: &'a [&'a str],
}

/// The code to the left, what is to be said about it to the right.
pub(crate) fn proof(sheet: &mut Sheet, proof: &Proof<'_>) {
    let squares = squares(proof.address);
    let indent = if squares.is_some() { SIDE + mm(5.0) } else { 0.0 };
    let frame = Frame {
        x: sheet.left + indent,
        width: sheet.width() - indent,
    };
    let height = height(proof, frame.width).max(SIDE);
    if let Some(told) = proof.heading {
        heading_over(sheet, 2, told, None, height + mm(1.5));
    }
    sheet.need(height + mm(1.5));
    sheet.gap(mm(1.5));
    let fits = height <= sheet.room();
    let (page, top) = (sheet.pages.len(), sheet.y);
    if let Some(boxes) = squares {
        sheet.need(SIDE);
        let boxes = boxes
            .iter()
            .map(|[x, y, width, height]| [sheet.left + x, sheet.y + y, *width, *height])
            .collect();
        let node = sheet.node(Meaning::Figure {
            told: "Kode QR menuju halaman verifikasi".to_owned(),
        });
        sheet.place(Some(node), Mark::Boxes { boxes, ink: Ink::Text });
        if !fits {
            sheet.y += SIDE + mm(2.0);
        }
    }
    told(sheet, proof, frame);
    if page == sheet.pages.len() {
        sheet.y = sheet.y.max(top + SIDE);
    }
    sheet.gap(mm(2.0));
}

fn told(sheet: &mut Sheet, proof: &Proof<'_>, frame: Frame) {
    if let Some(code) = proof.code {
        let node = sheet.node(Meaning::Paragraph);
        flow(sheet, node, "Kode verifikasi", SMALL, Align::Left, frame);
        flow(sheet, node, &grouped(code), CODE, Align::Left, frame);
        sheet.gap(mm(1.0));
    }
    link(sheet, proof.address, frame);
    for sentence in proof.told {
        let node = sheet.node(Meaning::Paragraph);
        flow(sheet, node, sentence, SMALL, Align::Left, frame);
        sheet.gap(mm(0.8));
    }
}

fn link(sheet: &mut Sheet, address: &str, frame: Frame) {
    let style = Style::plain(8.6).ink(Ink::Accent);
    let address = printable(address);
    if address.is_empty() {
        return;
    }
    sheet.within(Meaning::Paragraph, |sheet, _| {
        let node = sheet.node(Meaning::Link);
        for line in style.lines(&address, frame.width) {
            sheet.need(style.leading());
            let (x, y) = (frame.x, sheet.y);
            let (width, height) = (style.width(&line), style.leading());
            sheet.line(Some(node), x, y, style, &line);
            sheet.place(
                Some(node),
                Mark::Link {
                    x,
                    y,
                    width,
                    height,
                    target: address.clone(),
                },
            );
            sheet.y += height;
        }
    });
    sheet.gap(mm(1.0));
}

fn height(proof: &Proof<'_>, width: f32) -> f32 {
    let tall = |style: Style, text: &str| style.lines(&printable(text), width).len() as f32 * style.leading();
    let code = proof
        .code
        .map_or(0.0, |code| SMALL.leading() + tall(CODE, &grouped(code)) + mm(1.0));
    let told: f32 = proof.told.iter().map(|sentence| tall(SMALL, sentence) + mm(0.8)).sum();
    code + tall(Style::plain(8.6), proof.address) + mm(1.0) + told
}

/// The code in groups of four, as one reads it aloud.
pub(crate) fn grouped(code: &str) -> String {
    // However it is grouped already.
    let letters: Vec<char> = code.chars().filter(|letter| letter.is_alphanumeric()).collect();
    letters
        .chunks(4)
        .map(|group| group.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The dark modules of the code, neighbours of a row as one; nothing where the address is longer than a code holds.
fn squares(address: &str) -> Option<Vec<[f32; 4]>> {
    if address.trim().is_empty() {
        return None;
    }
    let code = QrCode::encode_text(address, QrCodeEcc::Medium).ok()?;
    let side = SIDE / code.size() as f32;
    let mut boxes = Vec::new();
    for row in 0..code.size() {
        let mut from = None;
        for column in 0..=code.size() {
            let is_dark = code.get_module(column, row);
            match from {
                None if is_dark => from = Some(column),
                Some(start) if !is_dark => {
                    boxes.push([
                        start as f32 * side,
                        row as f32 * side,
                        (column - start) as f32 * side,
                        side,
                    ]);
                    from = None;
                }
                _ => {}
            }
        }
    }
    Some(boxes)
}

#[cfg(test)]
mod tests {
    use super::{grouped, squares};

    #[test]
    fn a_code_is_read_in_groups() {
        assert_eq!(grouped("7KQ2M9XTP4WD"), "7KQ2 M9XT P4WD");
        assert_eq!(grouped("7KQ2-M9XT-P4"), "7KQ2 M9XT P4");
    }

    #[test]
    fn what_no_code_holds_has_none() {
        assert!(squares("https://jenjang.example/verify/7KQ2M9XTP4WD").is_some());
        assert!(squares(&"x".repeat(5000)).is_none());
        assert!(squares(" ").is_none());
    }
}
