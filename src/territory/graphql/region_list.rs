//! Lists of regions and of their editions, out of memory.
use async_graphql::{Context, InputObject, Object};
use chrono::NaiveDate;
use uuid::Uuid;

use super::{
    edition::RegionEdition,
    list::{CodeFilter, TierFilter, codes, contains, ids, tiers},
    region::Region,
};
use crate::{
    connection,
    error::Error,
    graphql::{
        context::Ask,
        id::Kind,
        page::{Arguments, IdFilter, Known, search_words},
        scalars::Date,
    },
    territory::{directory, directory::Directory, regions::State},
};

connection!(RegionConnection, RegionEdge, Region, Known, "regions");
connection!(
    RegionEditionConnection,
    RegionEditionEdge,
    RegionEdition,
    Known,
    "editions of the list of regions"
);

/// Which regions are wanted; everything given has to hold.
#[derive(InputObject, Clone, Debug, Default)]
pub struct RegionFilter {
    /// By level.
    tier: Option<TierFilter>,
    /// By official code.
    code: Option<CodeFilter>,
    /// By the region directly above.
    parent: Option<IdFilter>,
}

/// A page of the regions that were listed on a day, by their codes of that day.
pub(super) fn region_page(
    directory: &Directory,
    on: NaiveDate,
    arguments: &Arguments,
    wanted: impl Fn(&State<'_>) -> bool,
) -> Result<RegionConnection, Error> {
    // A place among the codes of one day is none among those of another.
    let list = format!("regions:{on}");
    let listed = directory.places.listed_on(on).into_iter();
    let wanted = listed.filter(|(_id, state)| wanted(state));
    let key = |(id, state): &(Uuid, State<'_>)| (state.code.to_owned(), *id);
    let (page, total) = arguments.page_of(&list, wanted, key, false)?;
    let page = page.map(|(cursor, (id, _state))| (cursor, Region(id)));
    Ok(RegionConnection::new(page, total))
}

#[derive(Default)]
pub struct RegionQuery;

#[Object]
impl RegionQuery {
    /// The region that a code means on a day. Codes are re-issued, so that another day may give another region. Null when it
    /// means none.
    async fn region(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The dotted official code, such as `32.75`.")] code: String,
        #[graphql(desc = "The day; today when left out.")] on: Option<Date>,
    ) -> Option<async_graphql::Result<Region>> {
        let found = ctx.session().map(|session| {
            let day = on.map_or(session.actor.today, |on| on.0);
            session.actor.directory.places.by_code_on(&code, day)
        });
        found.map(|id| id.map(Region)).map_err(Into::into).transpose()
    }

    /// The regions that are listed on a day, by their codes of that day.
    #[expect(clippy::too_many_arguments, reason = "they are the arguments of a connection")]
    async fn regions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The day by which they are listed and filtered; today when left out.")] on: Option<Date>,
        #[graphql(desc = "Which ones.")] filter: Option<RegionFilter>,
        #[graphql(desc = "Words that all occur in the display name, whatever their case.")] search: Option<String>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<RegionConnection> {
        let actor = &ctx.session()?.actor;
        let RegionFilter { tier, code, parent } = filter.unwrap_or_default();
        let (tiers, codes, parents) = (tiers(tier)?, codes(code)?, ids(Kind::Region, parent)?);
        let words = search_words(search)?;
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        let day = on.map_or(actor.today, |on| on.0);
        let page = region_page(&actor.directory, day, &arguments, |state| {
            let of_tier = |tiers: &Vec<_>| tiers.contains(&directory::tier_of(state.kind));
            tiers.as_ref().is_none_or(of_tier)
                && codes
                    .as_ref()
                    .is_none_or(|codes| codes.iter().any(|code| code == state.code))
                && parents
                    .as_ref()
                    .is_none_or(|parents| state.parent.is_some_and(|parent| parents.contains(&parent)))
                && (words.is_empty() || contains(&state.display_name(), &words))
        });
        Ok(page?)
    }

    /// The editions of the list of regions that were taken over, the newest first; the last one is what the installation
    /// began with. Open to every signed-in account.
    async fn region_editions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<RegionEditionConnection> {
        let editions = ctx.session()?.actor.directory.editions();
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        let (page, total) = arguments.page_of("region editions", editions, |edition| edition.id, true)?;
        let page = page.map(|(cursor, edition)| (cursor, RegionEdition(edition.id)));
        Ok(RegionEditionConnection::new(page, total))
    }
}
