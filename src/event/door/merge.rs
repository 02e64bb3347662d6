//! What the scans of somebody in a session come to. Pure, and a function of the set of them: in which order they arrived, and how
//! often, changes nothing. What cannot be told without somebody who decides is a conflict; nothing is dropped.
use chrono::{DateTime, Duration, Utc};
use entity::enums::{ScanDirection, ScanMethod, ScanRuling};
use uuid::Uuid;

/// Coming in by two doors within this time is nothing one person does, seconds.
pub const CLOSE_SECONDS: i64 = 120;

/// A scan that has no fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    pub scan: Uuid,
    /// The door: the device, or the account that scanned.
    pub source: Uuid,
    /// What tells it from every other of its source.
    pub nonce: String,
    pub direction: ScanDirection,
    pub method: ScanMethod,
    pub at: DateTime<Utc>,
    pub ruling: Option<ScanRuling>,
}

/// A stay: from when, and until when; None while it lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stay {
    pub from: DateTime<Utc>,
    pub to: Option<DateTime<Utc>>,
}

/// What it comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Presence {
    /// In their order; only the last may last.
    pub stays: Vec<Stay>,
    /// Groups of scans of which somebody has to say which count, each in the order of the scans.
    pub conflicts: Vec<Vec<Uuid>>,
}

impl Presence {
    #[must_use]
    pub fn first_in(&self) -> Option<DateTime<Utc>> {
        self.stays.first().map(|stay| stay.from)
    }

    /// None while inside, and where nobody came.
    #[must_use]
    pub fn last_out(&self) -> Option<DateTime<Utc>> {
        self.stays.last().and_then(|stay| stay.to)
    }

    #[must_use]
    pub fn inside(&self) -> bool {
        self.stays.last().is_some_and(|stay| stay.to.is_none())
    }

    /// How long the stays lasted that have ended.
    #[must_use]
    pub fn seconds(&self) -> i64 {
        let lengths = self.stays.iter().map(|stay| stay.to.map(|to| to - stay.from));
        lengths.flatten().map(|length| length.num_seconds()).sum()
    }
}

/// What marks come to. Those that were annulled or set aside count for nothing; of one that is there twice, one does.
#[must_use]
pub fn presence(marks: &[Mark]) -> Presence {
    let mut counted: Vec<&Mark> = marks.iter().filter(|mark| counts(mark)).collect();
    // By what the doors know, never by what the server gave them: those ids follow on the order of arrival.
    counted.sort_by(|one, other| order(one).cmp(&order(other)));
    counted.dedup_by(|one, other| one.source == other.source && one.nonce == other.nonce);
    let mut walk = Walk::default();
    for mark in counted {
        match mark.direction {
            ScanDirection::In => walk.comes(mark),
            ScanDirection::Out => walk.goes(mark),
        }
    }
    Presence {
        stays: walk.stays,
        conflicts: grouped(&walk.pairs),
    }
}

fn counts(mark: &Mark) -> bool {
    match mark.ruling {
        None | Some(ScanRuling::Counted) => true,
        Some(ScanRuling::Annulled | ScanRuling::SetAside) => false,
    }
}

/// At the same moment who goes has been in before: out comes last only where nobody is inside.
fn order(mark: &Mark) -> (DateTime<Utc>, u8, Uuid, &str) {
    let direction = match mark.direction {
        ScanDirection::In => 0,
        ScanDirection::Out => 1,
    };
    (mark.at, direction, mark.source, &mark.nonce)
}

#[derive(Default)]
struct Walk<'m> {
    stays: Vec<Stay>,
    /// The last that came in at a door, of the stay that lasts.
    let_in: Option<&'m Mark>,
    /// The last that came in at a door at all.
    came: Option<&'m Mark>,
    pairs: Vec<(&'m Mark, &'m Mark)>,
}

impl<'m> Walk<'m> {
    fn is_inside(&self) -> bool {
        self.stays.last().is_some_and(|stay| stay.to.is_none())
    }

    fn comes(&mut self, mark: &'m Mark) {
        if !self.is_inside() {
            self.stays.push(Stay {
                from: mark.at,
                to: None,
            });
            self.let_in = None;
        }
        // A list on paper is no door: it tells again what a door may have told.
        if mark.method == ScanMethod::Paper {
            return;
        }
        let close = self
            .came
            .filter(|earlier| mark.at - earlier.at <= Duration::seconds(CLOSE_SECONDS));
        let rival = self.let_in.or(close).filter(|earlier| earlier.source != mark.source);
        if let Some(earlier) = rival.filter(|earlier| !both_count(earlier, mark)) {
            self.pairs.push((earlier, mark));
        }
        self.let_in = Some(mark);
        self.came = Some(mark);
    }

    fn goes(&mut self, mark: &Mark) {
        // Who goes without having come was let in unseen: the scan is kept, and no stay can be told from it.
        if let Some(stay) = self.stays.last_mut().filter(|stay| stay.to.is_none()) {
            stay.to = Some(mark.at);
            self.let_in = None;
        }
    }
}

/// Whether it was decided that both do, such as of somebody who went out unseen.
fn both_count(one: &Mark, other: &Mark) -> bool {
    [one, other].iter().all(|mark| mark.ruling == Some(ScanRuling::Counted))
}

/// Pairs that share a scan belong together; each follows on the one before.
fn grouped(pairs: &[(&Mark, &Mark)]) -> Vec<Vec<Uuid>> {
    let mut groups: Vec<Vec<Uuid>> = Vec::new();
    for (earlier, later) in pairs {
        match groups.last_mut() {
            Some(group) if group.last() == Some(&earlier.scan) => group.push(later.scan),
            _ => groups.push(vec![earlier.scan, later.scan]),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    fn at(minute: i64) -> DateTime<Utc> {
        let start = Utc.with_ymd_and_hms(2025, 1, 21, 2, 0, 0).single().expect("a moment");
        start + Duration::minutes(minute)
    }

    fn mark(number: u128, door: u128, direction: ScanDirection, minute: i64) -> Mark {
        Mark {
            scan: Uuid::from_u128(number),
            source: Uuid::from_u128(door),
            nonce: number.to_string(),
            direction,
            method: ScanMethod::Code,
            at: at(minute),
            ruling: None,
        }
    }

    use ScanDirection::{In, Out};

    #[test]
    fn who_goes_and_comes_again_was_there_twice() {
        let marks = [
            mark(3, 1, In, 60),
            mark(1, 1, In, 0),
            mark(2, 2, Out, 45),
            mark(4, 1, In, 0),
        ];
        let presence = presence(&marks);
        assert_eq!(presence.stays.len(), 2);
        assert_eq!(presence.seconds(), 45 * 60);
        assert!(presence.inside() && presence.conflicts.is_empty());
        assert_eq!((presence.first_in(), presence.last_out()), (Some(at(0)), None));
    }

    #[test]
    fn the_same_person_at_two_doors_is_somebody_to_decide_on() {
        let ids = |numbers: &[u128]| numbers.iter().copied().map(Uuid::from_u128).collect::<Vec<_>>();
        let inside = [mark(1, 1, In, 0), mark(2, 2, In, 30)];
        assert_eq!(presence(&inside).conflicts, [ids(&[1, 2])]);
        // Out, and in at another door a minute later.
        let close = [mark(1, 1, In, 0), mark(2, 1, Out, 1), mark(3, 2, In, 2)];
        assert_eq!(presence(&close).conflicts, [ids(&[1, 3])]);
        let later = [mark(1, 1, In, 0), mark(2, 1, Out, 1), mark(3, 2, In, 3)];
        assert!(presence(&later).conflicts.is_empty());
        let thrice = [mark(1, 1, In, 0), mark(2, 2, In, 5), mark(3, 1, In, 9)];
        assert_eq!(presence(&thrice).conflicts, [ids(&[1, 2, 3])]);
        let ruled = |first: ScanRuling, second: ScanRuling| {
            let mut marks = inside.clone();
            marks[0].ruling = Some(first);
            marks[1].ruling = Some(second);
            presence(&marks)
        };
        assert!(ruled(ScanRuling::Counted, ScanRuling::Counted).conflicts.is_empty());
        let second = ruled(ScanRuling::SetAside, ScanRuling::Counted);
        assert!(second.conflicts.is_empty());
        assert_eq!(second.first_in(), Some(at(30)));
    }

    #[test]
    fn a_list_on_paper_is_no_door() {
        let mut paper = mark(2, 9, In, 10);
        paper.method = ScanMethod::Paper;
        let told = presence(&[mark(1, 1, In, 0), paper.clone(), mark(3, 2, In, 20)]);
        assert_eq!(told.conflicts, [vec![Uuid::from_u128(1), Uuid::from_u128(3)]]);
        let told = presence(&[mark(1, 1, In, 0), paper]);
        assert!(told.conflicts.is_empty() && told.inside());
    }

    #[test]
    fn who_goes_without_having_come_was_nowhere() {
        let told = presence(&[mark(1, 1, Out, 0)]);
        assert_eq!(told, Presence::default());
    }
}
