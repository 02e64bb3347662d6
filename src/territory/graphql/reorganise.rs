//! Changing one unit: its name, whom it is beneath, who acts for that one. And undoing any change.
use async_graphql::{Context, ID, InputObject, Object};

use super::change::{Asked, UnitChangeOutcome, settled};
use crate::{
    graphql::{context::Ask, id::Kind, scalars::Date},
    payload,
    territory::change::{
        single::{self, Move, Rename, SetActingSuperior},
        undo::{self, Undo},
    },
};

/// A unit's other name.
#[derive(InputObject)]
pub struct RenameUnitInput {
    /// The unit.
    unit: ID,
    /// The version you have read.
    expected_version: i32,
    /// The name, as in "Bawaslu Kota Bekasi"; at most 200 characters.
    name: String,
    /// From which day on, which may have passed or lie up to two years ahead; today when left out.
    on: Option<Date>,
    #[graphql(flatten)]
    asked: Asked,
}

/// A unit's other place.
#[derive(InputObject)]
pub struct MoveUnitInput {
    /// The unit. Of a dissolved one, what it has left passes into other hands.
    unit: ID,
    /// The version you have read.
    expected_version: i32,
    /// The unit it is to be beneath: of a higher tier.
    parent: ID,
    /// From which day on, which may have passed or lie up to two years ahead; today when left out.
    on: Option<Date>,
    #[graphql(flatten)]
    asked: Asked,
}

/// Who decides on a unit in the place of its parent.
#[derive(InputObject)]
pub struct SetActingSuperiorInput {
    /// The unit.
    unit: ID,
    /// The version you have read.
    expected_version: i32,
    /// The unit that decides: of a higher tier. Null ends it, and the parent decides again.
    superior: Option<ID>,
    /// From which day on, which may have passed or lie up to two years ahead; today when left out.
    on: Option<Date>,
    #[graphql(flatten)]
    asked: Asked,
}

/// Which change to undo.
#[derive(InputObject)]
pub struct UndoUnitChangeInput {
    /// The change.
    change: ID,
    #[graphql(flatten)]
    asked: Asked,
}

payload! {
    /// What became of `renameUnit`.
    RenameUnitPayload {
        /// What it did, or would do.
        outcome: UnitChangeOutcome
    }
}

payload! {
    /// What became of `moveUnit`.
    MoveUnitPayload {
        /// What it did, or would do.
        outcome: UnitChangeOutcome
    }
}

payload! {
    /// What became of `setActingSuperior`.
    SetActingSuperiorPayload {
        /// What it did, or would do.
        outcome: UnitChangeOutcome
    }
}

payload! {
    /// What became of `undoUnitChange`.
    UndoUnitChangePayload {
        /// What it did, or would do.
        outcome: UnitChangeOutcome
    }
}

#[derive(Default)]
pub struct ReorganiseMutation;

#[Object]
impl ReorganiseMutation {
    /// Give a unit another name from a day on. What it was called before that day stays what it was called. Only an ADMIN of
    /// a unit above may.
    async fn rename_unit(&self, ctx: &Context<'_>, input: RenameUnitInput) -> async_graphql::Result<RenameUnitPayload> {
        let session = ctx.session()?;
        let command = Rename {
            unit: Kind::Unit.uuid(&input.unit)?,
            expected_version: input.expected_version,
            name: input.name,
        };
        let result = single::rename(
            session,
            &ctx.command_field(),
            input.asked.order(session, input.on)?,
            command,
        )
        .await;
        Ok(settled(ctx, result).await?.into())
    }

    /// Put a unit, with everything beneath it, beneath another one from a day on. From that day on access follows the new
    /// place, for old records too; statistics of earlier periods go on counting it where it was. Only an ADMIN of a unit
    /// above both places may.
    async fn move_unit(&self, ctx: &Context<'_>, input: MoveUnitInput) -> async_graphql::Result<MoveUnitPayload> {
        let session = ctx.session()?;
        let command = Move {
            unit: Kind::Unit.uuid(&input.unit)?,
            expected_version: input.expected_version,
            parent: Kind::Unit.uuid(&input.parent)?,
        };
        let result = single::relocate(
            session,
            &ctx.command_field(),
            input.asked.order(session, input.on)?,
            command,
        )
        .await;
        Ok(settled(ctx, result).await?.into())
    }

    /// Let another unit decide on a unit in the place of its parent from a day on, or end that. The parent keeps reading.
    /// Only an ADMIN of a unit above may, who is in or above the one that is to decide; of the unit that decides, too.
    async fn set_acting_superior(
        &self,
        ctx: &Context<'_>,
        input: SetActingSuperiorInput,
    ) -> async_graphql::Result<SetActingSuperiorPayload> {
        let session = ctx.session()?;
        let command = SetActingSuperior {
            unit: Kind::Unit.uuid(&input.unit)?,
            expected_version: input.expected_version,
            superior: Kind::Unit.maybe(input.superior.as_ref())?,
        };
        let order = input.asked.order(session, input.on)?;
        let result = single::set_acting_superior(session, &ctx.command_field(), order, command).await;
        Ok(settled(ctx, result).await?.into())
    }

    /// Undo a change of the hierarchy, whether it has taken effect or not, by another change: what it said was never so,
    /// the units it dissolved exist again with the seats and holders that ended with them, those it formed never were. The
    /// change stays on record. Refused where something that came later stands in the way. Only an ADMIN of a unit above
    /// all it touched may, and nobody to get a seat back.
    async fn undo_unit_change(
        &self,
        ctx: &Context<'_>,
        input: UndoUnitChangeInput,
    ) -> async_graphql::Result<UndoUnitChangePayload> {
        let session = ctx.session()?;
        let command = Undo {
            change: Kind::UnitChange.uuid(&input.change)?,
        };
        let result = undo::undo(
            session,
            &ctx.command_field(),
            input.asked.order(session, None)?,
            command,
        )
        .await;
        Ok(settled(ctx, result).await?.into())
    }
}
