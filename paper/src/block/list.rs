//! Points one under the other.

use crate::block::{Align, BODY, Frame, flow};
use crate::sheet::{Meaning, Sheet, mm};

/// Points, each behind its mark: a number, or the same for all.
pub(crate) fn list(sheet: &mut Sheet, points: &[String], mark: impl Fn(usize) -> String) {
    let indent = mm(6.0);
    let frame = Frame {
        x: sheet.left + indent,
        width: sheet.width() - indent,
    };
    sheet.within(Meaning::List, |sheet, _| {
        for (index, point) in points.iter().enumerate() {
            sheet.within(Meaning::Item, |sheet, _| {
                sheet.need(BODY.leading() * 2.0);
                let bullet = sheet.node(Meaning::Bullet);
                sheet.line(Some(bullet), sheet.left, sheet.y, BODY, &mark(index));
                let body = sheet.node(Meaning::ItemBody);
                flow(sheet, body, point, BODY, Align::Left, frame);
            });
            sheet.gap(mm(0.8));
        }
    });
    sheet.gap(mm(1.8));
}
