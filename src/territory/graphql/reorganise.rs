//! Changing one unit: its name, and whom it is beneath.
use async_graphql::{Context, ID, InputObject, Object};

use super::change::{Asked, LegalBasisInput, UnitChangeOutcome, settled};
use crate::{
    graphql::{context::Ask, id::Kind, scalars::Date},
    payload,
    territory::change::single::{self, Move, Rename},
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
    /// The decree it stands on.
    legal_basis: LegalBasisInput,
    /// Show what it would do, and do nothing.
    #[graphql(default)]
    dry_run: bool,
    /// The seat of yours to act from; may be left out when exactly one may.
    seat: Option<ID>,
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
    /// The decree it stands on.
    legal_basis: LegalBasisInput,
    /// Show what it would do, and do nothing.
    #[graphql(default)]
    dry_run: bool,
    /// The seat of yours to act from; may be left out when exactly one may.
    seat: Option<ID>,
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

#[derive(Default)]
pub struct ReorganiseMutation;

#[Object]
impl ReorganiseMutation {
    /// Give a unit another name from a day on. What it was called before that day stays what it was called. Only an ADMIN of
    /// a unit above may.
    async fn rename_unit(&self, ctx: &Context<'_>, input: RenameUnitInput) -> async_graphql::Result<RenameUnitPayload> {
        let session = ctx.session()?;
        let asked = Asked {
            legal_basis: input.legal_basis,
            on: input.on,
            dry_run: input.dry_run,
            seat: input.seat,
        };
        let command = Rename {
            unit: Kind::Unit.uuid(&input.unit)?,
            expected_version: input.expected_version,
            name: input.name,
        };
        let result = single::rename(session, &ctx.command_field(), asked.order(session)?, command).await;
        Ok(settled(ctx, result).await?.into())
    }

    /// Put a unit, with everything beneath it, beneath another one from a day on. From that day on access follows the new
    /// place, for old records too; statistics of earlier periods go on counting it where it was. Only an ADMIN of a unit
    /// above both places may.
    async fn move_unit(&self, ctx: &Context<'_>, input: MoveUnitInput) -> async_graphql::Result<MoveUnitPayload> {
        let session = ctx.session()?;
        let asked = Asked {
            legal_basis: input.legal_basis,
            on: input.on,
            dry_run: input.dry_run,
            seat: input.seat,
        };
        let command = Move {
            unit: Kind::Unit.uuid(&input.unit)?,
            expected_version: input.expected_version,
            parent: Kind::Unit.uuid(&input.parent)?,
        };
        let result = single::relocate(session, &ctx.command_field(), asked.order(session)?, command).await;
        Ok(settled(ctx, result).await?.into())
    }
}
