//! How many awards went to each province, in the API.
use async_graphql::{Context, InputObject, Object, SimpleObject};
use chrono::{Datelike, NaiveDate};
use uuid::Uuid;

use crate::{
    award::{
        graphql::types::AwardEdition,
        honour::{
            query::{Counted, Group},
            tally::{self, Count, Table, Tally},
        },
    },
    error::Error,
    graphql::{context::Ask, id::Kind, page::IdFilter},
    input::EARLIEST_YEAR,
    session::Actor,
    territory::graphql::{Unit, ids},
};

/// Which awards are counted; everything given has to hold.
#[derive(InputObject, Clone, Debug, Default)]
pub struct AwardTallyFilter {
    /// Of these editions.
    edition: Option<IdFilter>,
    /// Given by these units.
    issuer: Option<IdFilter>,
    /// Announced from this year on.
    from: Option<i32>,
    /// Announced until the end of this year.
    until: Option<i32>,
}

impl AwardTallyFilter {
    /// What it asks for, by the year it is now.
    ///
    /// # Errors
    /// `BadInput`.
    pub fn resolve(self, this: i32) -> Result<Counted, Error> {
        let (from, until) = years((self.from, self.until), this)?;
        Ok(Counted {
            edition: ids(Kind::AwardEdition, self.edition)?,
            issuer: ids(Kind::Unit, self.issuer)?,
            from: from.and_then(|year| NaiveDate::from_ymd_opt(year, 1, 1)),
            until: until.and_then(|year| NaiveDate::from_ymd_opt(year, 12, 31)),
        })
    }
}

/// Years that can be meant, in their order.
///
/// # Errors
/// `BadInput`.
pub fn years((from, until): (Option<i32>, Option<i32>), this: i32) -> Result<(Option<i32>, Option<i32>), Error> {
    let sound = |year: Option<i32>| year.is_none_or(|year| (EARLIEST_YEAR..=this).contains(&year));
    let in_order = from.zip(until).is_none_or(|(from, until)| from <= until);
    if sound(from) && sound(until) && in_order {
        return Ok((from, until));
    }
    Err(Error::bad_input(
        format!("Tahun terletak antara {EARLIEST_YEAR} dan {this}, yang pertama tidak sesudah yang kedua."),
        format!("Years lie between {EARLIEST_YEAR} and {this}, the first not after the second."),
    ))
}

/// How many awards.
#[derive(SimpleObject)]
pub struct AwardCount {
    /// Won, and not revoked.
    wins: i32,
    /// Named after those who won, and not revoked.
    nominees: i32,
    /// Revoked since, wins and nominees.
    revoked: i32,
}

impl From<Count> for AwardCount {
    fn from(count: Count) -> Self {
        let saturated = |number: i64| i32::try_from(number).unwrap_or(i32::MAX);
        Self {
            wins: saturated(count.wins),
            nominees: saturated(count.nominees),
            revoked: saturated(count.revoked),
        }
    }
}

/// The awards of a province, or of several, by whose they are.
#[derive(SimpleObject)]
pub struct AwardSums {
    /// Of the province itself, and of its people.
    own: AwardCount,
    /// Of its kabupaten/kota, and of their people.
    units: AwardCount,
    /// Of those from outside whom it or its kabupaten/kota named.
    outsiders: AwardCount,
}

impl From<Tally> for AwardSums {
    fn from(tally: Tally) -> Self {
        Self {
            own: tally.own.into(),
            units: tally.units.into(),
            outsiders: tally.outsiders.into(),
        }
    }
}

/// The awards of a province.
#[derive(SimpleObject)]
pub struct ProvinceAwards {
    /// The province, as it was when they were announced.
    province: Unit,
    /// How many.
    sums: AwardSums,
}

/// How many awards went where.
pub struct AwardTable(Table);

/// How many awards went to which province.
#[Object]
impl AwardTable {
    /// Everything together.
    async fn total(&self) -> AwardSums {
        self.0.total.into()
    }

    /// Province by province: what won most first, the province and its units together; of equals, what has more nominees, then by
    /// code. Provinces without an award are left out.
    async fn provinces(&self) -> Vec<ProvinceAwards> {
        let told = |(province, tally): &(Uuid, Tally)| ProvinceAwards {
            province: Unit(*province),
            sums: (*tally).into(),
        };
        self.0.provinces.iter().map(told).collect()
    }
}

/// How many awards an edition gave.
pub struct EditionAwards {
    edition: Uuid,
    table: Table,
}

/// How many awards an edition gave, and where they went.
#[Object]
impl EditionAwards {
    /// The edition.
    async fn edition(&self, ctx: &Context<'_>) -> Option<async_graphql::Result<AwardEdition>> {
        AwardEdition::visible(ctx, self.edition).await
    }

    /// How many, province by province.
    async fn table(&self) -> AwardTable {
        AwardTable(self.table.clone())
    }
}

/// How many awards were announced in a year.
pub struct AnnualAwards {
    year: i32,
    table: Table,
}

/// How many awards were announced in a year, and where they went.
#[Object]
impl AnnualAwards {
    /// The year, by the days of Jakarta.
    async fn year(&self) -> i32 {
        self.year
    }

    /// How many, province by province.
    async fn table(&self) -> AwardTable {
        AwardTable(self.table.clone())
    }
}

/// All of it, counted once.
pub struct AwardTally {
    groups: Vec<Group>,
    /// Where each province comes among those that won alike.
    places: Vec<(Uuid, String)>,
}

impl AwardTally {
    /// Of what was counted.
    #[must_use]
    pub fn new(groups: Vec<Group>, actor: &Actor) -> Self {
        let tree = &actor.directory.tree;
        let mut provinces: Vec<Uuid> = groups.iter().map(|group| group.provinsi_id).collect();
        provinces.sort_unstable();
        provinces.dedup();
        let code = |id: Uuid| tree.get(id).map(|unit| unit.code.clone()).unwrap_or_default();
        let places = provinces.into_iter().map(|id| (id, code(id))).collect();
        Self { groups, places }
    }

    fn tallied(&self, wanted: impl Fn(&Group) -> bool) -> Table {
        let place = |province: Uuid| {
            let found = self.places.binary_search_by_key(&province, |(id, _code)| *id);
            (
                found.map(|found| self.places[found].1.as_str()).unwrap_or_default(),
                province,
            )
        };
        tally::table(self.groups.iter().filter(|group| wanted(group)), place)
    }
}

/// How many awards each province won, itself and by its units, by the tree at the announcement: of all that was asked for together,
/// edition by edition, and over the years. Only editions that were announced, and that you may see, are counted.
#[Object]
impl AwardTally {
    /// All of it together.
    async fn table(&self) -> AwardTable {
        AwardTable(self.tallied(|_group| true))
    }

    /// Edition by edition, those announced last first.
    async fn editions(&self) -> Vec<EditionAwards> {
        let editions = tally::editions(&self.groups).into_iter();
        let told = editions.map(|edition| EditionAwards {
            edition,
            table: self.tallied(|group| group.edition_id == edition),
        });
        told.collect()
    }

    /// Year by year of the announcement, the latest first.
    async fn years(&self) -> Vec<AnnualAwards> {
        let years = tally::years(&self.groups).into_iter();
        let told = years.map(|year| AnnualAwards {
            year,
            table: self.tallied(|group| group.announced_on.year() == year),
        });
        told.collect()
    }
}

/// Counts for who asks.
///
/// # Errors
/// `BadInput`; the database's.
pub async fn counted(ctx: &Context<'_>, filter: AwardTallyFilter) -> async_graphql::Result<AwardTally> {
    let session = ctx.session()?;
    let counted = filter.resolve(session.actor.today.year())?;
    let reader = session.services.db.reader();
    let groups = crate::award::honour::query::groups(reader, &session.actor, &counted).await?;
    Ok(AwardTally::new(groups, &session.actor))
}
