//! Walking a list page by page while it grows: what was there at the start comes once, in order, and the last page knows
//! that it is the last.
use entity::{
    cycle,
    enums::{Function, ReportStatus, Tier},
    report,
};
use jenjang::{
    graphql::page::{Arguments, cursor},
    page::{Page, Window, window_of},
    report::query::{self, Filter, Key, Order},
    session::Actor,
    territory::tree::Unit,
};
use proptest::prelude::*;
use sea_orm::{DatabaseTransaction, EntityTrait};
use uuid::Uuid;

use super::{
    cases,
    forest::{id, unit},
    rows::{self, insert},
    tried_on_both_databases,
};

/// A row to be. Few ranks, so that many are equal.
#[derive(Clone, Debug)]
struct Row {
    id: u64,
    rank: i64,
    /// Of another province, which the actor does not see.
    elsewhere: bool,
}

/// A walk through a list.
#[derive(Clone, Debug)]
struct Walk {
    by_submission: bool,
    descending: bool,
    backwards: bool,
    size: usize,
    /// Rows from the start.
    rows: Vec<Row>,
    /// Rows that come in after each page.
    incoming: Vec<Vec<Row>>,
    /// Windows opened anywhere: after and before which of the rows, how many, from which end.
    windows: Vec<(prop::sample::Index, prop::sample::Index, u8, usize, bool)>,
}

prop_compose! {
    fn row()(id in any::<u64>(), rank in 1..4_i64, elsewhere in prop::bool::weighted(0.2)) -> Row {
        Row { id, rank, elsewhere }
    }
}

prop_compose! {
    fn walk()(
        by_submission in any::<bool>(),
        descending in any::<bool>(),
        backwards in any::<bool>(),
        size in 1..5_usize,
        rows in prop::collection::vec(row(), 0..14),
        incoming in prop::collection::vec(prop::collection::vec(row(), 0..3), 0..6),
        windows in prop::collection::vec(
            (any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..4_u8, 0..5_usize, any::<bool>()),
            0..6,
        ),
    ) -> Walk {
        Walk { by_submission, descending, backwards, size, rows, incoming, windows }
    }
}

impl Walk {
    fn order(&self) -> Order {
        if self.by_submission {
            Order::Submitted
        } else {
            Order::Created
        }
    }

    fn key(&self, row: &Row, number: usize) -> Key {
        let rank = if self.by_submission { row.rank } else { 0 };
        Key {
            rank,
            id: id(row.id, number),
        }
    }

    fn in_order(&self, keys: &[Key]) -> Vec<Key> {
        let mut keys = keys.to_vec();
        keys.sort_unstable();
        if self.descending {
            keys.reverse();
        }
        keys
    }
}

/// A list that grows.
trait List {
    async fn insert(&mut self, number: usize, row: &Row);
    async fn page(&self, window: &Window<Key>) -> Page<Key>;
}

/// A list in memory.
struct Memory<'a> {
    walk: &'a Walk,
    keys: Vec<Key>,
}

impl List for Memory<'_> {
    async fn insert(&mut self, number: usize, row: &Row) {
        if !row.elsewhere {
            self.keys.push(self.walk.key(row, number));
        }
    }

    async fn page(&self, window: &Window<Key>) -> Page<Key> {
        let items = self.walk.in_order(&self.keys).into_iter().map(|key| (key, key));
        window_of(items, window, self.walk.descending)
    }
}

/// The reports that the head of a province sees.
struct Reports<'a> {
    walk: &'a Walk,
    connection: &'a DatabaseTransaction,
    actor: Actor,
    units: Vec<Unit>,
    cycle: cycle::Model,
}

impl<'a> Reports<'a> {
    async fn new(connection: &'a DatabaseTransaction, walk: &'a Walk) -> Self {
        let [ri, here, there] = [0, 1, 2].map(|number| id(1, number));
        let province = |id| unit(id, Tier::Provinsi, Some(ri));
        let units = vec![unit(ri, Tier::Ri, None), province(here), province(there)];
        let head = rows::Seated {
            account: rows::ACTOR,
            unit: here,
            function: Function::Head,
            custodian: false,
        };
        let (actor, _seats) = rows::write_people(connection, &units, &[head]).await;
        let cycle = cycle::Entity::find().one(connection).await.unwrap().unwrap();
        Self {
            walk,
            connection,
            actor,
            units,
            cycle,
        }
    }
}

impl List for Reports<'_> {
    async fn insert(&mut self, number: usize, row: &Row) {
        let unit = self.units[1 + usize::from(row.elsewhere)].id;
        // Of declined reports a unit may have many in one cycle.
        let plain = rows::report(number, &self.units, unit, ReportStatus::Declined, &self.cycle);
        let report = report::Model {
            id: id(row.id, number),
            submitted_rank: row.rank,
            ..plain
        };
        insert(self.connection, &[report]).await;
    }

    async fn page(&self, window: &Window<Key>) -> Page<Key> {
        let order = self.walk.order();
        let sorted = (order, self.walk.descending);
        let page = query::page(self.connection, &self.actor, &Filter::default(), sorted, window).await;
        page.unwrap().map(|report| Key::of(&report, order))
    }
}

/// The window a client asks for, by the arguments of a connection.
fn window(walk: &Walk, size: usize, from: Option<Key>) -> Window<Key> {
    let size = i32::try_from(size).ok();
    let from = from.map(|key| cursor("list", &key).to_string());
    let arguments = if walk.backwards {
        Arguments {
            last: size,
            before: from,
            ..Arguments::default()
        }
    } else {
        Arguments {
            first: size,
            after: from,
            ..Arguments::default()
        }
    };
    arguments.window("list").unwrap()
}

async fn nothing_is_skipped_or_repeated(list: &mut impl List, walk: &Walk) -> Result<(), TestCaseError> {
    let mut there: Vec<Key> = Vec::new();
    let mut number = 0;
    let mut incoming = walk.incoming.iter();
    let mut arriving = Some(&walk.rows);
    let mut from_the_start = Vec::new();
    let mut seen: Vec<Key> = Vec::new();
    let mut from = None;
    loop {
        for row in arriving.into_iter().flatten() {
            list.insert(number, row).await;
            there.extend((!row.elsewhere).then(|| walk.key(row, number)));
            number += 1;
        }
        if from.is_none() {
            from_the_start = there.clone();
        }
        // In the direction of the walk: what comes next is ahead, whichever end the page is taken from.
        let mut ahead = walk.in_order(&there);
        if walk.backwards {
            ahead.reverse();
        }
        let passed = from.map_or(0, |from| 1 + ahead.iter().position(|&key| key == from).unwrap());
        let remaining = ahead.len() - passed;

        let nothing = list.page(&window(walk, 0, from)).await;
        prop_assert!(nothing.items.is_empty());
        prop_assert_eq!(ends(&nothing, walk), (passed > 0, remaining > 0), "of no items");

        let mut page = list.page(&window(walk, walk.size, from)).await;
        if walk.backwards {
            page.items.reverse();
        }
        prop_assert_eq!(&page.items[..], &ahead[passed..passed + walk.size.min(remaining)]);
        prop_assert_eq!(ends(&page, walk), (passed > 0, remaining > walk.size));
        let Some(&last) = page.items.last() else { break };
        seen.extend(page.items);
        from = Some(last);
        arriving = incoming.next();
        if remaining <= walk.size && arriving.is_none() {
            break;
        }
    }
    let mut once = seen.clone();
    once.sort_unstable();
    once.dedup();
    prop_assert_eq!(once.len(), seen.len(), "something came twice");
    let skipped: Vec<&Key> = from_the_start.iter().filter(|key| !seen.contains(key)).collect();
    prop_assert!(skipped.is_empty(), "skipped {:?}", skipped);
    any_window(list, walk, &walk.in_order(&there)).await
}

/// Whether there is more behind and ahead, in the direction of the walk.
fn ends(page: &Page<Key>, walk: &Walk) -> (bool, bool) {
    if walk.backwards {
        (page.has_next, page.has_previous)
    } else {
        (page.has_previous, page.has_next)
    }
}

/// Opens windows between any two rows, from either end, and cuts the same out of the whole list.
async fn any_window(list: &impl List, walk: &Walk, all: &[Key]) -> Result<(), TestCaseError> {
    for &(after, before, bounds, limit, from_end) in walk.windows.iter().filter(|_window| !all.is_empty()) {
        let window = Window {
            limit,
            after: (bounds & 1 != 0).then(|| *after.get(all)),
            before: (bounds & 2 != 0).then(|| *before.get(all)),
            from_end,
        };
        let start = window.after.map_or(0, |_key| 1 + after.index(all.len()));
        let end = window.before.map_or(all.len(), |_key| before.index(all.len()));
        let inside = if start < end { &all[start..end] } else { &[] };
        let cut = if from_end {
            &inside[inside.len().saturating_sub(limit)..]
        } else {
            &inside[..limit.min(inside.len())]
        };
        let page = list.page(&window).await;
        prop_assert_eq!(&page.items[..], cut, "{:?}", window);
        let more = inside.len() > limit;
        prop_assert_eq!(
            if from_end { page.has_previous } else { page.has_next },
            more,
            "{:?}",
            window
        );
    }
    Ok(())
}

async fn reports_come_once_each(connection: &DatabaseTransaction, walk: Walk) -> Result<(), TestCaseError> {
    let mut list = Reports::new(connection, &walk).await;
    nothing_is_skipped_or_repeated(&mut list, &walk).await
}

tried_on_both_databases!(reports_come_once_each, walk(), cases(40));

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn what_is_in_memory_comes_once_each(walk in walk()) {
        let mut list = Memory { walk: &walk, keys: Vec::new() };
        actix_web::rt::System::new().block_on(nothing_is_skipped_or_repeated(&mut list, &walk))?;
    }

    /// A cursor of one list means nothing in another, whatever its key.
    #[test]
    fn a_foreign_cursor_is_refused(rank in any::<i64>(), id in any::<u128>(), list in "[a-z]{0,6}") {
        let key = Key { rank, id: Uuid::from_u128(id) };
        let arguments = Arguments { after: Some(cursor(&list, &key).to_string()), ..Arguments::default() };
        prop_assert_eq!(arguments.window::<Key>(&list).unwrap().after, Some(key));
        prop_assert!(arguments.window::<Key>("another").is_err());
    }

    /// What is no cursor is refused, never half read.
    #[test]
    fn a_malformed_cursor_is_refused(cursor in ".{0,40}") {
        let arguments = Arguments { before: Some(cursor), ..Arguments::default() };
        prop_assert!(arguments.window::<Key>("list").is_err());
    }
}
