//! Splitting and merging units.
use async_graphql::{Context, ID, InputObject, Object};
use entity::enums;

use super::{
    change::{Asked, UnitChangeOutcome, settled},
    unit::BodyKind,
};
use crate::{
    error::Error,
    graphql::{context::Ask, id::Kind, scalars::Date},
    payload,
    territory::change::divide::{self, Merge, Part, Split},
};

/// A unit that is split off another one.
#[derive(InputObject)]
pub struct SplitPartInput {
    /// The region it is to act in.
    region: ID,
    /// The name, at most 200 characters; after the region when left out.
    name: Option<String>,
    /// What kind of body it is: of the tier of the unit that is split; of its kind when left out.
    body_kind: Option<BodyKind>,
    /// The unit it is to be beneath; the parent of the unit that is split when left out.
    parent: Option<ID>,
    /// The units beneath the one that is split which move beneath this one that day.
    #[graphql(default)]
    children: Vec<ID>,
}

/// How a unit is split.
#[derive(InputObject)]
pub struct SplitUnitInput {
    /// The unit.
    unit: ID,
    /// The version you have read.
    expected_version: i32,
    /// The units that are formed, 1 to 50.
    into: Vec<SplitPartInput>,
    /// Whether the unit goes on existing beside them. Otherwise it is dissolved that day, and every unit beneath it has to
    /// be named among the children of a new one.
    #[graphql(default)]
    continues: bool,
    /// From which day on, which may have passed or lie up to two years ahead; today when left out.
    on: Option<Date>,
    #[graphql(flatten)]
    asked: Asked,
}

/// A unit that is merged with others.
#[derive(InputObject)]
pub struct MergedUnitInput {
    /// The unit.
    unit: ID,
    /// The version you have read.
    expected_version: i32,
}

/// A unit that is formed of others.
#[derive(InputObject)]
pub struct MergedIntoInput {
    /// The region it is to act in.
    region: ID,
    /// The name, at most 200 characters; after the region when left out.
    name: Option<String>,
    /// What kind of body it is: of the tier of those that are merged; of the kind of the first when left out.
    body_kind: Option<BodyKind>,
    /// The unit it is to be beneath; the parent of the first when left out.
    parent: Option<ID>,
}

/// How units are merged.
#[derive(InputObject)]
pub struct MergeUnitsInput {
    /// The units that become one, 2 to 50, all of one tier.
    units: Vec<MergedUnitInput>,
    /// The unit they become part of: one of them, or another of their tier. Give either this or `form`.
    into: Option<ID>,
    /// The unit that is formed of them. Give either this or `into`.
    form: Option<MergedIntoInput>,
    /// From which day on, which may have passed or lie up to two years ahead; today when left out.
    on: Option<Date>,
    #[graphql(flatten)]
    asked: Asked,
}

payload! {
    /// What became of `splitUnit`.
    SplitUnitPayload {
        /// What it did, or would do.
        outcome: UnitChangeOutcome
    }
}

payload! {
    /// What became of `mergeUnits`.
    MergeUnitsPayload {
        /// What it did, or would do.
        outcome: UnitChangeOutcome
    }
}

impl SplitPartInput {
    fn part(self) -> Result<Part, Error> {
        Ok(Part {
            region: Kind::Region.uuid(&self.region)?,
            name: self.name,
            body_kind: self.body_kind.map(enums::BodyKind::from),
            parent: Kind::Unit.maybe(self.parent.as_ref())?,
            children: Kind::Unit.uuids(&self.children)?,
        })
    }
}

impl From<MergedIntoInput> for SplitPartInput {
    fn from(input: MergedIntoInput) -> Self {
        Self {
            region: input.region,
            name: input.name,
            body_kind: input.body_kind,
            parent: input.parent,
            children: Vec::new(),
        }
    }
}

#[derive(Default)]
pub struct DividingMutation;

#[Object]
impl DividingMutation {
    /// Split a unit from a day on: new ones are formed, with their seats, and take units over that were beneath it. What it
    /// wrote stays its own, beneath its last parent. Only an ADMIN of a unit above it and the new ones may.
    async fn split_unit(&self, ctx: &Context<'_>, input: SplitUnitInput) -> async_graphql::Result<SplitUnitPayload> {
        let session = ctx.session()?;
        let parts = input.into.into_iter().map(SplitPartInput::part);
        let command = Split {
            unit: Kind::Unit.uuid(&input.unit)?,
            expected_version: input.expected_version,
            into: parts.collect::<Result<_, _>>()?,
            continues: input.continues,
        };
        let result = divide::split(
            session,
            &ctx.command_field(),
            input.asked.order(session, input.on)?,
            command,
        )
        .await;
        Ok(settled(ctx, result).await?.into())
    }

    /// Make several units one from a day on: the others are dissolved, and whoever was beneath them goes on beneath it.
    /// What they wrote stays their own, beneath their last parents. Only an ADMIN of a unit above all of them may.
    async fn merge_units(&self, ctx: &Context<'_>, input: MergeUnitsInput) -> async_graphql::Result<MergeUnitsPayload> {
        let session = ctx.session()?;
        let merged = |unit: MergedUnitInput| Ok((Kind::Unit.uuid(&unit.unit)?, unit.expected_version));
        let form = input.form.map(|form| SplitPartInput::from(form).part());
        let command = Merge {
            units: input.units.into_iter().map(merged).collect::<Result<_, Error>>()?,
            into: Kind::Unit.maybe(input.into.as_ref())?,
            form: form.transpose()?,
        };
        let result = divide::merge(
            session,
            &ctx.command_field(),
            input.asked.order(session, input.on)?,
            command,
        )
        .await;
        Ok(settled(ctx, result).await?.into())
    }
}
