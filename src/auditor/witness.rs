//! Heads of the chain that are kept outside the database: whoever rewrites the chain cannot rewrite them.
use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use crate::{audit::chain::Head, digest::hexadecimal};

/// A head as it is written down, a line of JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    pub position: i64,
    /// Lower-case hexadecimal.
    pub link: String,
    /// When the leaf was written; it is in the link, too.
    pub at: String,
}

impl From<Head> for Written {
    fn from(head: Head) -> Self {
        Self {
            position: head.position,
            link: hexadecimal(&head.link),
            at: head.at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
        }
    }
}

/// What was written down, the links by their positions. One position may have been written down more than once.
#[derive(Clone, Debug, Default)]
pub struct Witness(BTreeMap<i64, Vec<String>>);

/// A line that is no head, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoHead {
    pub line: usize,
}

impl fmt::Display for NoHead {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {} is no head of a chain", self.line)
    }
}

impl Witness {
    /// Reads heads, a line each; empty lines are passed over.
    ///
    /// # Errors
    /// The first line that is none.
    pub fn read(text: &str) -> Result<Self, NoHead> {
        let mut heads: BTreeMap<i64, Vec<String>> = BTreeMap::new();
        for (place, line) in text
            .lines()
            .enumerate()
            .filter(|(_place, line)| !line.trim().is_empty())
        {
            let no_head = NoHead { line: place + 1 };
            let head: Written = serde_json::from_str(line).map_err(|_error| no_head)?;
            let is_link = head.link.len() == 64 && head.link.bytes().all(|byte| byte.is_ascii_hexdigit());
            if !is_link || head.position < 1 {
                return Err(no_head);
            }
            let links = heads.entry(head.position).or_default();
            let link = head.link.to_ascii_lowercase();
            if !links.contains(&link) {
                links.push(link);
            }
        }
        Ok(Self(heads))
    }

    /// Takes what is known of a position: whether every head there has this link. None where nothing is known.
    pub(super) fn agrees(&mut self, position: i64, link: &[u8]) -> Option<bool> {
        let links = self.0.remove(&position)?;
        let link = hexadecimal(link);
        Some(links.iter().all(|known| *known == link))
    }

    /// The positions that were not asked for.
    pub(super) fn unmet(self) -> impl Iterator<Item = i64> {
        self.0.into_keys()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(position: i64, link: &str) -> String {
        format!(r#"{{"position":{position},"link":"{link}","at":"2026-01-01T00:00:00.000000Z"}}"#)
    }

    #[test]
    fn what_was_written_down_is_read_again() {
        let link = [0xab; 32];
        let at = chrono::DateTime::from_timestamp_micros(1).expect("a moment");
        let head = Head { position: 7, link, at };
        let text = serde_json::to_string(&Written::from(head)).expect("a line");
        let mut witness = Witness::read(&format!("{text}\n\n{text}\n")).expect("heads");
        assert_eq!(witness.agrees(6, &link), None);
        assert_eq!(witness.agrees(7, &link), Some(true));
        assert_eq!(witness.unmet().count(), 0);
    }

    #[test]
    fn two_heads_that_differ_never_agree() {
        let text = format!("{}\n{}\n", line(1, &"a".repeat(64)), line(1, &"b".repeat(64)));
        assert_eq!(Witness::read(&text).expect("heads").agrees(1, &[0xaa; 32]), Some(false));
    }

    #[test]
    fn a_line_that_is_no_head_is_told() {
        for wrong in [
            "x",
            "{}",
            &line(0, &"a".repeat(64)),
            &line(1, "ab"),
            &line(1, &"x".repeat(64)),
        ] {
            let text = format!("{}\n{wrong}", line(1, &"a".repeat(64)));
            assert_eq!(Witness::read(&text).err(), Some(NoHead { line: 2 }), "{wrong}");
        }
    }
}
