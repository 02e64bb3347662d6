//! Rotating keys: whenever it is done and however late a process hears of it, nobody is signed out, and no key is believed
//! for longer than it has to be.
use chrono::{DateTime, Duration, Utc};
use jenjang::identity::rotation::{LEAD, LEEWAY, Schedule};
use proptest::prelude::*;

use super::cases;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_769_000_000 + seconds, 0).unwrap()
}

/// A history of rotations, and moments to look at.
#[derive(Clone, Debug)]
struct History {
    /// Seconds at which keys were made, the first at 0.
    made: Vec<i64>,
    life: i64,
    /// When a token was signed, and how much later it is shown.
    signed: i64,
    later: i64,
    /// How far the folder that the signer and the verifier know lies behind.
    lags: (i64, i64),
}

prop_compose! {
    fn history()(
        gaps in prop::collection::vec(prop_oneof![1..30_i64, 1..1200_i64, 1..9000_i64], 0..6),
        life in 60..=3600_i64,
        signed in 0..20_000_i64,
        later in any::<prop::sample::Index>(),
        lags in (0..600_i64, 0..600_i64),
    ) -> History {
        let made = gaps.iter().fold(vec![0], |mut made, gap| {
            made.push(made.last().unwrap() + gap);
            made
        });
        let later = i64::try_from(later.index(usize::try_from(life).unwrap())).unwrap();
        History { made, life, signed, later, lags }
    }
}

impl History {
    /// The keys that lie in the folder at a moment: each rotation removes what is not believed any more.
    fn folder(&self, moment: i64) -> Vec<DateTime<Utc>> {
        let mut folder = vec![at(0)];
        for made in self.made.iter().skip(1).filter(|made| **made <= moment) {
            let life = Duration::seconds(self.life);
            let schedule = Schedule::new(&folder, life);
            let kept: Vec<_> = (0..folder.len())
                .filter(|key| schedule.is_believed(*key, at(*made)))
                .map(|key| folder[key])
                .collect();
            folder = kept;
            folder.push(at(*made));
        }
        folder
    }

    fn signer(&self, folder: &[DateTime<Utc>], moment: i64) -> DateTime<Utc> {
        let schedule = Schedule::new(folder, Duration::seconds(self.life));
        folder[schedule.signer(at(moment)).unwrap()]
    }

    fn believes(&self, folder: &[DateTime<Utc>], key: DateTime<Utc>, moment: i64) -> bool {
        let schedule = Schedule::new(folder, Duration::seconds(self.life));
        let place = folder.iter().position(|made| *made == key);
        place.is_some_and(|place| schedule.is_believed(place, at(moment)))
    }
}

proptest! {
    #![proptest_config(cases(2000))]

    #[test]
    fn a_token_is_believed_through_its_life(history in history()) {
        let signing = history.folder(history.signed - history.lags.0);
        let key = history.signer(&signing, history.signed);
        let shown = history.signed + history.later;
        let verifying = history.folder(shown - history.lags.1);
        prop_assert!(history.believes(&verifying, key, shown), "{key} at {}", at(shown));
    }

    #[test]
    fn all_that_know_the_same_keys_sign_with_the_same(history in history()) {
        // However late either hears of new keys, within the lead: they agree on the signer.
        let (one, other) = (history.folder(history.signed - history.lags.0), history.folder(history.signed - history.lags.1));
        prop_assert_eq!(history.signer(&one, history.signed), history.signer(&other, history.signed));
    }

    #[test]
    fn a_new_key_waits_and_an_old_one_goes(history in history()) {
        let folder = history.folder(history.signed);
        let key = history.signer(&folder, history.signed);
        prop_assert!(key == folder[0] || key + LEAD <= at(history.signed), "it has been there for the lead");
        let long_after = history.signed + history.life + LEEWAY.num_seconds();
        for older in folder.iter().filter(|made| **made < key) {
            prop_assert!(!history.believes(&folder, *older, long_after), "{older} at {}", at(long_after));
        }
        let newest = *folder.last().unwrap();
        prop_assert!(history.believes(&folder, newest, long_after), "the newest has no end");
    }
}

#[test]
fn without_a_key_nothing_signs() {
    assert_eq!(Schedule::new(&[], Duration::zero()).signer(at(0)), None);
}
