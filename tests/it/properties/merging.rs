//! Two people write one draft over a line that loses answers and repeats pieces: what is saved is what they said, nobody
//! overwrites what they have not read, and to send a piece again changes nothing.
use std::collections::BTreeMap;

use entity::draft::{Answer, Answers, Saved};
use jenjang::report::merge::{Change, merge};
use proptest::{prelude::*, sample::Index};

use super::cases;

/// The draft as the server has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Draft {
    version: i32,
    answers: Answers,
    saved: Saved,
}

impl Draft {
    /// Takes a piece, and tells whether it was taken.
    fn take(&mut self, piece: &Piece) -> bool {
        match merge(&self.answers, &self.saved, &piece.changes, piece.seen, self.version + 1) {
            Ok(None) => true,
            Ok(Some(merged)) => {
                self.version += 1;
                self.answers = merged.answers;
                self.saved = merged.saved;
                true
            }
            Err(conflicts) => {
                assert!(!conflicts.is_empty());
                false
            }
        }
    }
}

/// What was written on a version.
#[derive(Clone, Debug)]
struct Piece {
    changes: Vec<Change>,
    seen: i32,
    /// What the writer had before them then.
    view: Answers,
}

/// Somebody with a phone.
#[derive(Debug, Default)]
struct Writer {
    to_say: Vec<Vec<Change>>,
    /// On its way: sent again until it is answered.
    open: Option<Piece>,
    seen: i32,
    view: Answers,
}

impl Writer {
    fn saying(mut to_say: Vec<Vec<Change>>) -> Self {
        to_say.reverse();
        Self {
            to_say,
            ..Self::default()
        }
    }

    /// The piece to be sent now.
    fn piece(&mut self) -> Option<Piece> {
        if self.open.is_none() {
            let changes = self.to_say.pop()?;
            self.open = Some(Piece {
                changes,
                seen: self.seen,
                view: self.view.clone(),
            });
        }
        self.open.clone()
    }

    /// An answer came through: the writer has the draft before them as it is now.
    fn hears(&mut self, draft: &Draft) {
        self.open = None;
        self.seen = draft.version;
        self.view = draft.answers.clone();
    }
}

/// One thing that happens on the line.
#[derive(Clone, Debug)]
enum Turn {
    /// One of the two sends; whether the answer comes through.
    Sends { first: bool, answered: bool },
    /// A piece that was sent before arrives once more.
    Straggles(Index),
}

fn turns() -> impl Strategy<Value = Vec<Turn>> {
    let turn = prop_oneof![
        4 => (any::<bool>(), any::<bool>()).prop_map(|(first, answered)| Turn::Sends { first, answered }),
        1 => any::<Index>().prop_map(Turn::Straggles),
    ];
    prop::collection::vec(turn, 0..40)
}

/// Pieces of one to three of these fields, each at most once.
fn pieces(fields: &'static [&'static str]) -> impl Strategy<Value = Vec<Vec<Change>>> {
    let said = prop::option::of((0..3_i64).prop_map(Answer::Integer));
    let piece = prop::collection::btree_map(prop::sample::select(fields), said, 1..=fields.len());
    let piece = piece.prop_map(|piece| {
        let changes = piece.into_iter().map(|(field, answer)| (field.to_owned(), answer));
        changes.collect::<Vec<Change>>()
    });
    prop::collection::vec(piece, 0..8)
}

/// Plays it to the end: what is left to say is said over a line that has become good. `sent` is asked about every piece
/// that arrives: what the draft was before it, what it is after it.
fn play(
    writers: &mut [Writer; 2],
    turns: Vec<Turn>,
    mut arrived: impl FnMut(&Piece, &Draft, &Draft, bool) -> Result<(), TestCaseError>,
) -> Result<Draft, TestCaseError> {
    let mut draft = Draft::default();
    let mut sent: Vec<Piece> = Vec::new();
    let ends = (0..100).map(|turn| Turn::Sends {
        first: turn % 2 == 0,
        answered: true,
    });
    for turn in turns.into_iter().chain(ends) {
        let before = draft.clone();
        match turn {
            Turn::Sends { first, answered } => {
                let writer = &mut writers[usize::from(first)];
                let Some(piece) = writer.piece() else { continue };
                let taken = draft.take(&piece);
                arrived(&piece, &before, &draft, taken)?;
                sent.push(piece);
                if answered {
                    writer.hears(&draft);
                }
            }
            Turn::Straggles(which) if !sent.is_empty() => {
                let piece = which.get(&sent).clone();
                let taken = draft.take(&piece);
                arrived(&piece, &before, &draft, taken)?;
            }
            Turn::Straggles(_) => {}
        }
    }
    for writer in &*writers {
        prop_assert!(writer.open.is_none() && writer.to_say.is_empty(), "all was said");
    }
    Ok(draft)
}

proptest! {
    #![proptest_config(cases(2_000))]

    /// Who write different fields never meet: whatever is lost, repeated or late, the draft ends as their last words.
    #[test]
    fn two_who_write_different_fields_converge(
        one in pieces(&["a", "b", "c"]),
        other in pieces(&["d", "e", "f"]),
        turns in turns(),
    ) {
        let mut last: BTreeMap<String, Answer> = BTreeMap::new();
        for (field, answer) in one.iter().chain(&other).flatten() {
            match answer {
                Some(answer) => drop(last.insert(field.clone(), answer.clone())),
                None => drop(last.remove(field)),
            }
        }
        let mut writers = [Writer::saying(one), Writer::saying(other)];
        let draft = play(&mut writers, turns, |_piece, _before, _after, _taken| Ok(()))?;
        prop_assert_eq!(draft.answers.0, last);
    }

    /// Who write the same fields are never overwritten unread, and what is taken is all there.
    #[test]
    fn nobody_overwrites_what_they_have_not_read(
        one in pieces(&["a", "b", "c"]),
        other in pieces(&["a", "b", "c"]),
        turns in turns(),
    ) {
        let mut writers = [Writer::saying(one), Writer::saying(other)];
        play(&mut writers, turns, |piece, before, after, taken| {
            if !taken {
                prop_assert_eq!(before, after, "what is refused leaves nothing behind");
                return Ok(());
            }
            for (field, said) in &piece.changes {
                let (was, is) = (before.answers.0.get(field), after.answers.0.get(field));
                prop_assert_eq!(is, said.as_ref());
                prop_assert!(was == is || was == piece.view.0.get(field), "{} was never read", field);
            }
            let mut again = after.clone();
            prop_assert!(again.take(piece), "and taken again");
            prop_assert_eq!(&again, after, "to no effect");
            Ok(())
        })?;
    }

    /// In whatever order pieces on one version arrive that do not contradict each other, they make one draft.
    #[test]
    fn the_order_makes_no_difference(
        said in prop::collection::btree_map("[a-h]", prop::option::of(0..9_i64), 1..8),
        split in prop::collection::vec(any::<Index>(), 8),
        order in any::<prop::sample::Index>(),
    ) {
        let mut pieces: Vec<Vec<Change>> = vec![Vec::new(); 3];
        for ((field, answer), which) in said.iter().zip(&split) {
            let piece = which.index(3);
            // A piece that tells of a field twice over says the same.
            for piece in [piece, (piece + 1) % 3] {
                pieces[piece].push((field.clone(), answer.map(Answer::Integer)));
            }
        }
        let arrive = |first: usize| {
            let mut draft = Draft::default();
            for place in 0..3 {
                let changes = pieces[(first + place) % 3].clone();
                assert!(draft.take(&Piece { changes, seen: 0, view: Answers::default() }));
            }
            draft.answers
        };
        prop_assert_eq!(arrive(0), arrive(order.index(3)));
    }
}
