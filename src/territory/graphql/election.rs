//! The tier that comes and goes with elections: dissolving one unit, and forming and dissolving in bulk.
use async_graphql::{Context, ID, InputObject, Object};

use super::change::{Asked, UnitChangeOutcome, settled};
use crate::{
    error::Error,
    graphql::{context::Ask, id::Kind, scalars::Date},
    payload,
    territory::change::{
        dissolve::{self, Dissolve},
        election::{self, DayOf, Extent},
    },
};

/// The end of a unit.
#[derive(InputObject)]
pub struct DissolveUnitInput {
    /// The unit.
    unit: ID,
    /// The version you have read.
    expected_version: i32,
    /// Whether everything beneath it is dissolved with it, on the same day. Units beneath it that end earlier keep their day.
    #[graphql(default)]
    cascade: bool,
    /// The first day it no longer exists, which may have passed or lie up to two years ahead; today when left out.
    on: Option<Date>,
    #[graphql(flatten)]
    asked: Asked,
}

/// Another day for some of the units that a command on many touches.
#[derive(InputObject)]
pub struct UnitDayInput {
    /// The unit for which, with everything beneath it, the day holds. Of several that contain a unit the nearest counts.
    underneath: ID,
    /// The day.
    on: Date,
}

/// Which kecamatan bodies are formed, and when.
#[derive(InputObject)]
pub struct FormUnitsInput {
    /// The units beneath whose permanent kabupaten/kota the bodies are formed, at most 1,000; the unit you act for when left
    /// out. A Panwaslih formed for an election forms its own only when it, or one above it, is named here.
    underneath: Option<Vec<ID>>,
    /// From which day on they exist, which may have passed or lie up to two years ahead; today when left out.
    on: Option<Date>,
    /// Other days for some of them, at most 1,000.
    #[graphql(default)]
    dates: Vec<UnitDayInput>,
    /// Units in and beneath which none are formed, at most 1,000.
    #[graphql(default)]
    except: Vec<ID>,
    #[graphql(flatten)]
    asked: Asked,
}

/// Which units formed for an election are dissolved, and when.
#[derive(InputObject)]
pub struct DissolveUnitsInput {
    /// The units beneath which all that were formed for an election are dissolved, at most 1,000; the unit you act for when
    /// left out. They themselves are not.
    underneath: Option<Vec<ID>>,
    /// The first day they no longer exist, which may have passed or lie up to two years ahead; today when left out.
    on: Option<Date>,
    /// Other days for some of them, at most 1,000.
    #[graphql(default)]
    dates: Vec<UnitDayInput>,
    /// Units that are left alone with everything beneath them, at most 1,000.
    #[graphql(default)]
    except: Vec<ID>,
    #[graphql(flatten)]
    asked: Asked,
}

payload! {
    /// What became of `dissolveUnit`.
    DissolveUnitPayload {
        /// What it did, or would do.
        outcome: UnitChangeOutcome
    }
}

payload! {
    /// What became of `formUnits`.
    FormUnitsPayload {
        /// What it did, or would do.
        outcome: UnitChangeOutcome
    }
}

payload! {
    /// What became of `dissolveUnits`.
    DissolveUnitsPayload {
        /// What it did, or would do.
        outcome: UnitChangeOutcome
    }
}

fn extent(underneath: Option<&[ID]>, dates: &[UnitDayInput], except: &[ID]) -> Result<Extent, Error> {
    let units = |ids: &[ID]| -> Result<_, Error> { ids.iter().map(|id| Kind::Unit.uuid(id)).collect() };
    let day = |date: &UnitDayInput| -> Result<_, Error> {
        Ok(DayOf {
            underneath: Kind::Unit.uuid(&date.underneath)?,
            on: date.on.0,
        })
    };
    Ok(Extent {
        underneath: underneath.map(units).transpose()?,
        dates: dates.iter().map(day).collect::<Result<_, Error>>()?,
        except: units(except)?,
    })
}

#[derive(Default)]
pub struct ElectionMutation;

#[Object]
impl ElectionMutation {
    /// Dissolve a unit from a day on. Its seats and their holders end that day, its records stay readable beneath the unit
    /// above, and the custodian there carries on what it left open. Refused with CHILDREN_REMAIN while it has units beneath
    /// it, unless they are dissolved with it. Only an ADMIN of a unit above may.
    async fn dissolve_unit(
        &self,
        ctx: &Context<'_>,
        input: DissolveUnitInput,
    ) -> async_graphql::Result<DissolveUnitPayload> {
        let session = ctx.session()?;
        let command = Dissolve {
            unit: Kind::Unit.uuid(&input.unit)?,
            expected_version: input.expected_version,
            cascade: input.cascade,
        };
        let result = dissolve::dissolve(
            session,
            &ctx.command_field(),
            input.asked.order(session, input.on)?,
            command,
        )
        .await;
        Ok(settled(ctx, result).await?.into())
    }

    /// Form the body of every kecamatan for an election, each with its standard seats, beneath its kabupaten/kota. A kecamatan
    /// whose body stands or is decided on already is left alone. Only an ADMIN in or above the units named may.
    async fn form_units(&self, ctx: &Context<'_>, input: FormUnitsInput) -> async_graphql::Result<FormUnitsPayload> {
        let session = ctx.session()?;
        let extent = extent(input.underneath.as_deref(), &input.dates, &input.except)?;
        let result = election::form(
            session,
            &ctx.command_field(),
            input.asked.order(session, input.on)?,
            extent,
        )
        .await;
        Ok(settled(ctx, result).await?.into())
    }

    /// Dissolve all units formed for an election that stand beneath others, most on one day and some on another. A unit whose
    /// end is decided already keeps its day. What becomes of seats, records and open work is what `dissolveUnit` says. Only
    /// an ADMIN in or above the units named may.
    async fn dissolve_units(
        &self,
        ctx: &Context<'_>,
        input: DissolveUnitsInput,
    ) -> async_graphql::Result<DissolveUnitsPayload> {
        let session = ctx.session()?;
        let extent = extent(input.underneath.as_deref(), &input.dates, &input.except)?;
        let result = election::dissolve(
            session,
            &ctx.command_field(),
            input.asked.order(session, input.on)?,
            extent,
        )
        .await;
        Ok(settled(ctx, result).await?.into())
    }
}
