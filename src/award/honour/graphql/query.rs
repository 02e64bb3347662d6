//! Reading awards in the API: in lists, of a unit over the years, and counted.
use async_graphql::{Context, ID, InputObject, Object, SimpleObject, dataloader::DataLoader};
use chrono::{Datelike, NaiveDate};
use entity::{award, enums};
use uuid::Uuid;

use super::{
    loader::{AwardsOf, CountOfAwards},
    tally::{self, AwardCount, AwardTally, AwardTallyFilter},
    types::Award,
};
use crate::{
    award::{
        graphql::{
            loader::AwardLoader,
            words::{AwardHonour, AwardRecipient},
        },
        honour::{
            query::{self, Filter},
            tally::Count,
        },
    },
    connection,
    error::Error,
    graphql::{
        context::Ask,
        id::Kind,
        page::{Arguments, IdFilter, cursor, either},
        problem::of_field,
    },
    territory::graphql::{Unit, ids},
};

connection!(AwardConnection, AwardEdge, Award, CountedAwards, "awards");

const LIST: &str = "awards";

/// How many years of a unit are told at once.
const MOST_YEARS: i32 = 10;

/// How many awards a filter finds, or an edition has, counted when asked for.
pub enum CountedAwards {
    By(Filter),
    Of(Uuid),
}

impl CountedAwards {
    /// As the connection calls it.
    ///
    /// # Errors
    /// The database's.
    pub async fn count(&self, ctx: &Context<'_>) -> async_graphql::Result<u64> {
        let session = ctx.session()?;
        match self {
            Self::By(filter) => Ok(query::count(session.services.db.reader(), &session.actor, filter).await?),
            Self::Of(edition) => {
                let loader = ctx.data_unchecked::<DataLoader<AwardLoader>>();
                let count = loader.load_one(CountOfAwards(*edition)).await.map_err(of_field)?;
                Ok(count.unwrap_or_default().unsigned_abs())
            }
        }
    }
}

/// Chooses by whom an award honours.
#[derive(InputObject, Clone, Debug, Default)]
pub struct AwardRecipientFilter {
    /// Exactly this one.
    eq: Option<AwardRecipient>,
    /// Any of these.
    #[graphql(name = "in")]
    any: Option<Vec<AwardRecipient>>,
}

/// Chooses by what was got.
#[derive(InputObject, Clone, Debug, Default)]
pub struct AwardHonourFilter {
    /// Exactly this one.
    eq: Option<AwardHonour>,
    /// Any of these.
    #[graphql(name = "in")]
    any: Option<Vec<AwardHonour>>,
}

/// Which awards are wanted; everything given has to hold.
#[derive(InputObject, Clone, Debug, Default)]
pub struct AwardFilter {
    /// Of these editions.
    edition: Option<IdFilter>,
    /// In these categories.
    category: Option<IdFilter>,
    /// Of exactly these units, and their people.
    unit: Option<IdFilter>,
    /// Of these provinces and of the units that lay in them at the announcement.
    province: Option<IdFilter>,
    /// By whom they honour.
    recipient: Option<AwardRecipientFilter>,
    /// By what was got.
    honour: Option<AwardHonourFilter>,
    /// Only those that were revoked, or only those that stand.
    revoked: Option<bool>,
}

impl AwardFilter {
    fn resolve(self) -> Result<Filter, Error> {
        let AwardRecipientFilter { eq, any } = self.recipient.unwrap_or_default();
        let recipient = either(eq, any)?;
        let AwardHonourFilter { eq, any } = self.honour.unwrap_or_default();
        let honour = either(eq, any)?;
        Ok(Filter {
            edition: ids(Kind::AwardEdition, self.edition)?,
            category: ids(Kind::AwardCategory, self.category)?,
            unit: ids(Kind::Unit, self.unit)?,
            province: ids(Kind::Unit, self.province)?,
            recipient: recipient.map(|wanted| wanted.into_iter().map(Into::into).collect()),
            honour: honour.map(|wanted| wanted.into_iter().map(Into::into).collect()),
            revoked: self.revoked,
        })
    }
}

/// The awards of an edition the caller has been shown.
///
/// # Errors
/// `BadInput` for the arguments; the database's.
pub async fn of_edition(
    ctx: &Context<'_>,
    edition: Uuid,
    arguments: Arguments,
) -> async_graphql::Result<AwardConnection> {
    ctx.session()?;
    let window = arguments.window::<Uuid>(LIST)?;
    let loader = ctx.data_unchecked::<DataLoader<AwardLoader>>();
    let page = loader.load_one(AwardsOf { edition, window }).await.map_err(of_field)?;
    let page = page.unwrap_or_default();
    let page = page.map(|row| (cursor(LIST, &row.id), Award::from(row)));
    Ok(AwardConnection::new(page, CountedAwards::Of(edition)))
}

async fn listed(ctx: &Context<'_>, filter: Filter, arguments: Arguments) -> async_graphql::Result<AwardConnection> {
    let session = ctx.session()?;
    let window = arguments.window::<Uuid>(LIST)?;
    let page = query::page(session.services.db.reader(), &session.actor, &filter, &window).await?;
    let page = page.map(|row| (cursor(LIST, &row.id), Award::from(row)));
    Ok(AwardConnection::new(page, CountedAwards::By(filter)))
}

/// What a unit was honoured with in a year.
#[derive(SimpleObject)]
pub struct AwardYear {
    /// The year of the announcement.
    year: i32,
    /// How many.
    count: AwardCount,
    /// Each, the latest first.
    awards: Vec<Award>,
}

/// What a unit was honoured with over the years.
#[derive(SimpleObject)]
pub struct UnitAwards {
    /// The unit.
    unit: Unit,
    /// Everything together.
    count: AwardCount,
    /// Year by year, the latest first; years without an award are left out.
    years: Vec<AwardYear>,
}

/// How many awards of a unit these are.
fn count_of<'r>(rows: impl IntoIterator<Item = &'r award::Model>) -> AwardCount {
    let mut count = Count::default();
    for row in rows {
        match (row.revoked_at, row.honour) {
            (Some(_at), _) => count.revoked += 1,
            (None, enums::AwardHonour::Winner) => count.wins += 1,
            (None, enums::AwardHonour::Nominee) => count.nominees += 1,
        }
    }
    count.into()
}

#[derive(Default)]
pub struct HonourQuery;

#[Object]
impl HonourQuery {
    /// The awards you may see, those announced last first: everybody's who reads the edition, and nobody's before it is announced.
    async fn awards(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<AwardFilter>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<AwardConnection> {
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        ctx.session()?;
        listed(ctx, filter.unwrap_or_default().resolve()?, arguments).await
    }

    /// What a unit and its people were honoured with over the years, as far as you may see the editions.
    async fn unit_awards(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The unit.")] unit: ID,
        #[graphql(desc = "From this year on; left out: the last ten years.")] from: Option<i32>,
        #[graphql(desc = "Until the end of this year, ten years in all at most; left out: this year.")] until: Option<
            i32,
        >,
    ) -> async_graphql::Result<UnitAwards> {
        let session = ctx.session()?;
        let unit = Kind::Unit.uuid(&unit)?;
        let (from, until) = span((from, until), session.actor.today.year())?;
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
        let within = (day(from, 1, 1), day(until, 12, 31));
        let rows = query::of_unit(session.services.db.reader(), &session.actor, unit, within).await?;
        let years = rows.chunk_by(|one, other| one.announced_on.year() == other.announced_on.year());
        let years = years.map(|rows| AwardYear {
            year: rows[0].announced_on.year(),
            count: count_of(rows),
            awards: rows.iter().cloned().map(Award::from).collect(),
        });
        Ok(UnitAwards {
            unit: Unit(unit),
            count: count_of(&rows),
            years: years.collect(),
        })
    }

    /// How many awards each province won, itself and by its units.
    async fn award_tally(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which awards are counted.")] filter: Option<AwardTallyFilter>,
    ) -> async_graphql::Result<AwardTally> {
        tally::counted(ctx, filter.unwrap_or_default()).await
    }
}

/// From which year until which.
fn span((from, until): (Option<i32>, Option<i32>), this: i32) -> Result<(i32, i32), Error> {
    let (from, until) = tally::years((from, until), this)?;
    let until = until.unwrap_or(this);
    let from = from.unwrap_or(until - MOST_YEARS + 1);
    if until - from < MOST_YEARS {
        return Ok((from, until));
    }
    Err(Error::bad_input(
        format!("Paling banyak {MOST_YEARS} tahun sekaligus."),
        format!("At most {MOST_YEARS} years at once."),
    ))
}
