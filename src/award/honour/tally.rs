//! How many awards went to each province: its own, and those of its units. Pure.
use std::{cmp::Reverse, collections::BTreeMap};

use chrono::{Datelike, NaiveDate};
use entity::enums::{AwardHonour, AwardRecipient, Tier};
use uuid::Uuid;

use super::query::Group;

/// How many awards, by what became of them. One that was revoked is counted apart, whatever it was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub wins: i64,
    pub nominees: i64,
    pub revoked: i64,
}

impl Count {
    fn add(&mut self, group: &Group) {
        let standing = group.given - group.revoked;
        match group.honour {
            AwardHonour::Winner => self.wins += standing,
            AwardHonour::Nominee => self.nominees += standing,
        }
        self.revoked += group.revoked;
    }
}

/// The awards of a province and what belongs to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// The province itself, and its people.
    pub own: Count,
    /// Its kabupaten/kota, and their people.
    pub units: Count,
    /// Whom it or its kabupaten/kota named from outside.
    pub outsiders: Count,
}

impl Tally {
    fn add(&mut self, group: &Group) {
        let count = match (group.recipient, group.tier) {
            (AwardRecipient::Outsider, _) => &mut self.outsiders,
            (AwardRecipient::Unit | AwardRecipient::Person, Tier::Provinsi) => &mut self.own,
            (AwardRecipient::Unit | AwardRecipient::Person, Tier::Ri | Tier::KabupatenKota | Tier::Kecamatan) => {
                &mut self.units
            }
        };
        count.add(group);
    }

    /// How many were won by the province and its units together.
    #[must_use]
    pub fn wins(&self) -> i64 {
        self.own.wins + self.units.wins
    }
}

/// Everything together, then province by province: who won most first, of equals who has more nominees, then in the order that is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub total: Tally,
    pub provinces: Vec<(Uuid, Tally)>,
}

/// Tallies all groups together; `place` orders provinces that won alike.
#[must_use]
pub fn table<'g, K: Ord>(groups: impl IntoIterator<Item = &'g Group>, place: impl Fn(Uuid) -> K) -> Table {
    let mut total = Tally::default();
    let mut provinces: BTreeMap<Uuid, Tally> = BTreeMap::new();
    for group in groups {
        total.add(group);
        provinces.entry(group.provinsi_id).or_default().add(group);
    }
    let mut provinces: Vec<(Uuid, Tally)> = provinces.into_iter().collect();
    provinces.sort_by_cached_key(|(province, tally)| {
        let nominees = tally.own.nominees + tally.units.nominees;
        (Reverse(tally.wins()), Reverse(nominees), place(*province))
    });
    Table { total, provinces }
}

/// The editions among the groups, those announced last first.
#[must_use]
pub fn editions(groups: &[Group]) -> Vec<Uuid> {
    let mut latest: BTreeMap<Uuid, NaiveDate> = BTreeMap::new();
    for group in groups {
        let day = latest.entry(group.edition_id).or_insert(group.announced_on);
        *day = (*day).max(group.announced_on);
    }
    let mut editions: Vec<(NaiveDate, Uuid)> = latest.into_iter().map(|(edition, day)| (day, edition)).collect();
    editions.sort_by_key(|edition| Reverse(*edition));
    editions.into_iter().map(|(_day, edition)| edition).collect()
}

/// The years of the announcements among the groups, the latest first.
#[must_use]
pub fn years(groups: &[Group]) -> Vec<i32> {
    let mut years: Vec<i32> = groups.iter().map(|group| group.announced_on.year()).collect();
    years.sort_unstable_by_key(|year| Reverse(*year));
    years.dedup();
    years
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(province: u128, tier: Tier, honour: AwardHonour, (given, revoked): (i64, i64)) -> Group {
        Group {
            edition_id: Uuid::from_u128(1),
            announced_on: NaiveDate::from_ymd_opt(2023, 12, 28).expect("a day"),
            provinsi_id: Uuid::from_u128(province),
            tier,
            recipient: AwardRecipient::Unit,
            honour,
            given,
            revoked,
        }
    }

    #[test]
    fn a_province_has_its_own_wins_and_those_of_its_units() {
        let groups = [
            group(18, Tier::Provinsi, AwardHonour::Winner, (3, 0)),
            group(18, Tier::KabupatenKota, AwardHonour::Winner, (4, 1)),
            group(18, Tier::KabupatenKota, AwardHonour::Nominee, (2, 1)),
            group(32, Tier::Provinsi, AwardHonour::Winner, (6, 0)),
            Group {
                recipient: AwardRecipient::Outsider,
                ..group(32, Tier::KabupatenKota, AwardHonour::Winner, (1, 0))
            },
        ];
        let table = table(&groups, |province| province);
        let lampung = Tally {
            own: Count {
                wins: 3,
                ..Count::default()
            },
            units: Count {
                wins: 3,
                nominees: 1,
                revoked: 2,
            },
            outsiders: Count::default(),
        };
        // Six each: whoever has nominees too comes first.
        assert_eq!(table.provinces[0], (Uuid::from_u128(18), lampung));
        assert_eq!(table.provinces[1].1.outsiders.wins, 1);
        assert_eq!(
            (
                table.total.wins(),
                table.total.units.revoked,
                table.total.outsiders.wins
            ),
            (12, 2, 1)
        );
        assert_eq!(years(&groups), [2023]);
        assert_eq!(editions(&groups), [Uuid::from_u128(1)]);
    }
}
