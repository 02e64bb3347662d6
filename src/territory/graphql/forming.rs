//! Forming a unit.
use async_graphql::{Context, ID, InputObject, Object};

use super::{
    change::{Asked, UnitChangeOutcome, settled},
    unit::BodyKind,
};
use crate::{
    graphql::{context::Ask, id::Kind, scalars::Date},
    payload,
    territory::change::form::{self, Body},
};

/// A unit that is to be.
#[derive(InputObject)]
pub struct FormUnitInput {
    /// The region it is to act in.
    region: ID,
    /// What kind of body it is: one of the tier of its region. Only Aceh has a Panwaslih.
    body_kind: BodyKind,
    /// The name, at most 200 characters; after the region when left out, as in "Panwaslu Kecamatan Babadan".
    name: Option<String>,
    /// The unit it is to be beneath: of a higher tier, and existing from that day on.
    parent: ID,
    /// Whether it is formed for an election: a Panwaslu Kecamatan always, a Bawaslu never, a Panwaslih where you say so,
    /// as for the second one beside the permanent one.
    ad_hoc: Option<bool>,
    /// An IANA time zone of Indonesia; the parent's when left out, or beneath RI that of the region.
    time_zone: Option<String>,
    /// From which day on, which may have passed or lie up to two years ahead; today when left out.
    on: Option<Date>,
    #[graphql(flatten)]
    asked: Asked,
}

payload! {
    /// What became of `formUnit`.
    FormUnitPayload {
        /// What it did, or would do.
        outcome: UnitChangeOutcome
    }
}

#[derive(Default)]
pub struct FormingMutation;

#[Object]
impl FormingMutation {
    /// Form a unit in a region from a day on, with the seats that bodies of its kind begin with. No region has two bodies of
    /// one kind at one time, but for one that is permanent beside one for an election. Only an ADMIN of the parent or above
    /// it may, who is also above the region.
    async fn form_unit(&self, ctx: &Context<'_>, input: FormUnitInput) -> async_graphql::Result<FormUnitPayload> {
        let session = ctx.session()?;
        let command = Body {
            region: Kind::Region.uuid(&input.region)?,
            body_kind: input.body_kind.into(),
            name: input.name,
            parent: Kind::Unit.uuid(&input.parent)?,
            ad_hoc: input.ad_hoc,
            time_zone: input.time_zone,
        };
        let result = form::form(
            session,
            &ctx.command_field(),
            input.asked.order(session, input.on)?,
            command,
        )
        .await;
        Ok(settled(ctx, result).await?.into())
    }
}
