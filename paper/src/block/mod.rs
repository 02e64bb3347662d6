//! What papers are built of.

mod facts;
mod grid;
mod heading;
mod list;
mod proof;
mod signatures;
mod text;
mod tiles;

pub(crate) use facts::facts;
pub(crate) use grid::{Cell, Column, Grid};
pub(crate) use heading::{heading, heading_over, label, title};
pub(crate) use list::list;
pub(crate) use proof::{Proof, proof};
pub(crate) use signatures::{Party, signatures};
pub(crate) use text::{Align, Frame, centred, flow, paragraph};
pub(crate) use tiles::{Tile, tiles};

use crate::font::{Ink, Style};

/// Running text.
pub(crate) const BODY: Style = Style::plain(10.0);
/// What explains and is not the matter itself.
pub(crate) const SMALL: Style = Style::plain(8.2).ink(Ink::Muted);
