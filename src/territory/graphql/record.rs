//! The record of changes of the hierarchy.
use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, InputObject, Object, dataloader::Loader};
use entity::{enums, unit_change};
use uuid::Uuid;

use super::{
    change::{UnitChange, UnitChangeKind, UnitTouch},
    list::ids,
};
use crate::{
    connection,
    error::Error,
    graphql::{
        context::Ask,
        id::Kind,
        page::{Arguments, IdFilter, cursor, either},
    },
    services::Services,
    territory::{
        change::query::{self, Changes, TouchKey, Touches},
        directory::Directory,
    },
};

connection!(
    UnitChangeConnection,
    UnitChangeEdge,
    UnitChange,
    ChangesCounted,
    "changes of the hierarchy"
);
connection!(
    RecordedTouchConnection,
    RecordedTouchEdge,
    UnitTouch,
    TouchesCounted,
    "units touched by changes"
);

/// How many changes a filter finds: counted in the database, and only when asked for.
pub struct ChangesCounted(Changes);

impl ChangesCounted {
    async fn count(&self, ctx: &Context<'_>) -> Result<u64, Error> {
        query::change_count(ctx.session()?.services.db.reader(), &self.0).await
    }
}

/// How many touches a filter finds: counted in the database, and only when asked for.
pub struct TouchesCounted(Touches);

impl TouchesCounted {
    async fn count(&self, ctx: &Context<'_>) -> Result<u64, Error> {
        query::touch_count(ctx.session()?.services.db.reader(), &self.0).await
    }
}

/// Loads changes by what refers to them, one statement for a whole page.
pub struct ChangeLoader(pub Arc<Services>);

/// A change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ChangeOf(pub Uuid);

/// The change that undoes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UndoingOf(pub Uuid);

impl Loader<ChangeOf> for ChangeLoader {
    type Value = unit_change::Model;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[ChangeOf]) -> Result<HashMap<ChangeOf, Self::Value>, Arc<Error>> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = query::by_ids(self.0.db.reader(), &ids).await?;
        Ok(found.into_iter().map(|row| (ChangeOf(row.id), row)).collect())
    }
}

impl Loader<UndoingOf> for ChangeLoader {
    type Value = unit_change::Model;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[UndoingOf]) -> Result<HashMap<UndoingOf, Self::Value>, Arc<Error>> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = query::undoings(self.0.db.reader(), &ids).await?;
        let undoing = |row: unit_change::Model| row.undoes.map(|undone| (UndoingOf(undone), row));
        Ok(found.into_iter().filter_map(undoing).collect())
    }
}

/// Chooses by kind of change.
#[derive(InputObject, Clone, Debug, Default)]
pub struct UnitChangeKindFilter {
    /// Exactly this one.
    eq: Option<UnitChangeKind>,
    /// Any of these.
    #[graphql(name = "in")]
    any: Option<Vec<UnitChangeKind>>,
}

/// Which changes are wanted; everything given has to hold.
#[derive(InputObject, Clone, Debug, Default)]
pub struct UnitChangeFilter {
    /// Those that touched these units.
    unit: Option<IdFilter>,
    /// Those that touched these units or any that is beneath them today.
    underneath: Option<IdFilter>,
    /// By kind.
    kind: Option<UnitChangeKindFilter>,
}

/// Which touches are wanted; everything given has to hold.
#[derive(InputObject, Clone, Debug, Default)]
pub struct UnitTouchFilter {
    /// What these changes did.
    change: Option<IdFilter>,
    /// What was done to these units.
    unit: Option<IdFilter>,
}

impl UnitChangeFilter {
    fn wanted(self, directory: &Directory) -> Result<Changes, Error> {
        let UnitChangeKindFilter { eq, any } = self.kind.unwrap_or_default();
        let kinds = either(eq, any)?;
        let tops = ids(Kind::Unit, self.underneath)?;
        let units = ids(Kind::Unit, self.unit)?;
        Ok(Changes {
            units: touched(directory, units, tops),
            kinds: kinds.map(|kinds| kinds.into_iter().map(enums::UnitChangeKind::from).collect()),
        })
    }
}

/// The units one of which a change has to have touched; None: any at all.
fn touched(directory: &Directory, units: Option<Vec<Uuid>>, tops: Option<Vec<Uuid>>) -> Option<Vec<Uuid>> {
    let tree = &directory.tree;
    let Some(tops) = tops.filter(|tops| !tops.contains(&tree.root().id)) else {
        return units;
    };
    let beneath = |unit: &Uuid| tops.iter().any(|top| tree.is_within(*unit, *top));
    Some(match units {
        Some(units) => units.into_iter().filter(beneath).collect(),
        None => tree.all().iter().map(|unit| unit.id).filter(beneath).collect(),
    })
}

#[derive(Default)]
pub struct RecordQuery;

#[Object]
impl RecordQuery {
    /// The changes of the hierarchy, the newest first, those that were undone and those that undid them included.
    async fn unit_changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<UnitChangeFilter>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<UnitChangeConnection> {
        let session = ctx.session()?;
        let wanted = filter.unwrap_or_default().wanted(&session.actor.directory)?;
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        let window = arguments.window("unit changes")?;
        let page = query::changes(session.services.db.reader(), &wanted, &window).await?;
        let page = page.map(|row| (cursor("unit changes", &row.id), UnitChange(row)));
        Ok(UnitChangeConnection::new(page, ChangesCounted(wanted)))
    }

    /// What changes did to units, unit by unit, those of the newest change first: all that one change touched, or all that
    /// ever happened to one unit.
    async fn unit_touches(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<UnitTouchFilter>,
        #[graphql(desc = "How many from the beginning, 0 to 100; 20 when neither this nor `last` is given.")]
        first: Option<i32>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<RecordedTouchConnection> {
        let session = ctx.session()?;
        let UnitTouchFilter { change, unit } = filter.unwrap_or_default();
        let wanted = Touches {
            changes: ids(Kind::UnitChange, change)?,
            units: ids(Kind::Unit, unit)?,
        };
        let arguments = Arguments {
            first,
            last,
            after,
            before,
        };
        let window = arguments.window::<TouchKey>("unit touches on record")?;
        let page = query::touches(session.services.db.reader(), &wanted, &window).await?;
        let page = page.map(|row| {
            let key: TouchKey = (row.change_id, row.unit_id);
            (
                cursor("unit touches on record", &key),
                UnitTouch::of(row, &session.actor.directory),
            )
        });
        Ok(RecordedTouchConnection::new(page, TouchesCounted(wanted)))
    }
}
