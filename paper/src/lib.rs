//! The official papers, as PDF: data in, bytes out.
//!
//! Nothing here knows a database, an account or a rule. A paper is a struct of plain texts and dates that its maker has
//! already been allowed to read; the same struct always gives the same bytes. Every paper is PDF/A-2a and PDF/UA-1: its fonts
//! are inside, its text can be searched and copied, and a screen reader is told what is a heading and what is a table.
//!
//! - a paper each: [`receipt`], [`minutes`], [`evaluation`], [`certificate`](certificate()), [`award`](award()), [`attendance`], [`event_minutes`]
//! - `block/`: what papers are built of, a file each
//! - `sheet.rs`: pages that fill from the top and break; `write.rs`: the finished pages as PDF
//! - `font.rs`: how wide words are, where lines break, what becomes of a character the font lacks
//!
//! Texts are Indonesian: they are for the offices of Indonesia, whoever asks for them.

mod attendance;
mod award;
mod block;
mod certificate;
mod evaluation;
mod event;
mod font;
mod letterhead;
mod minutes;
mod moment;
mod receipt;
mod sheet;
mod spelled;
#[cfg(test)]
mod tests;
mod write;

pub use attendance::{
    AttendanceGroup, AttendanceGuest, AttendancePaper, AttendancePerson, AttendanceSession, attendance,
};
pub use award::{AwardPaper, award};
pub use certificate::{CertificatePaper, certificate};
pub use evaluation::{
    Distribution, DistributionRow, EvaluationPaper, FollowUp, KeyFigure, Recommendation, SectionPicture, evaluation,
};
pub use event::{EventMinutesPaper, Turnout, event_minutes};
pub use letterhead::{Letterhead, Seat};
pub use minutes::{MinutesPaper, MinutesRow, Outcome, minutes};
pub use moment::{Moment, Zone};
pub use receipt::{AuditHead, HandedReport, Openness, ReceiptPaper, receipt};
pub use write::Unprintable;
