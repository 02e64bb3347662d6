//! A body comes into being.
use chrono::NaiveDate;
use entity::{
    enums::{BodyKind, Tier, UnitChangeKind},
    region, unit,
};
use serde::Serialize;
use uuid::Uuid;

use super::{Beginning, LONGEST_NAME, Order, Outcome, carry_out, seat_over, standing_on};
use crate::{
    clock::new_id,
    command::Write,
    error::{Code, Error, Refusal},
    input::required,
    locale::Text,
    session::{Actor, Session},
    territory::{
        body,
        directory::{is_valid, tier_of},
        reference,
        tree::Unit,
    },
};

/// The zones of Indonesia (Keppres 41/1987): WIB under its two names, WITA, WIT.
const TIME_ZONES: [&str; 4] = ["Asia/Jakarta", "Asia/Pontianak", "Asia/Makassar", "Asia/Jayapura"];

/// A body to be formed.
#[derive(Clone, Debug, Serialize)]
pub struct Body {
    pub region: Uuid,
    pub body_kind: BodyKind,
    /// None: after its region.
    pub name: Option<String>,
    pub parent: Uuid,
    /// None: as such bodies are.
    pub ad_hoc: Option<bool>,
    /// None: the parent's, or RI's children's by their region.
    pub time_zone: Option<String>,
}

/// A body that may be formed.
pub(super) struct Formed {
    pub row: unit::Model,
    /// The code of its region.
    pub code: String,
    /// The units above it: its parent, and who looks after the region.
    pub above: [Uuid; 2],
}

/// Forms one unit.
///
/// # Errors
/// `NotFound` for region or parent, `Forbidden`, `Invalid` for what does not fit the region, `AlreadyExists` where there is
/// such a body, and what [`carry_out`] says.
pub async fn form(session: &Session, field: &str, order: Order, input: Body) -> Result<Outcome, Error> {
    let call = (field, "formUnit");
    carry_out(session, call, &order, (UnitChangeKind::Form, &input), |write, plan| {
        let formed = formed(write, &input, order.on)?;
        let seat = seat_over(&write.actor, order.seat, &[], &formed.above)?;
        plan.unit = formed.row.id;
        plan.form(formed.row, &formed.code);
        Ok(seat)
    })
    .await
}

/// The unit a body would be, from a day on.
///
/// # Errors
/// `NotFound`, `Invalid`, `Required`, `TooLong`, each at the field of the body.
pub(super) fn formed(write: &Write, input: &Body, on: NaiveDate) -> Result<Formed, Error> {
    let directory = &write.actor.directory;
    let region = directory
        .region(input.region)
        .ok_or_else(|| Error::not_found("region"))?;
    check_region(region, input.body_kind, on)?;
    let parent = standing_on(&write.actor, (input.parent, "parent"), None, on)?;
    let name = match &input.name {
        Some(name) => required(name, "name", LONGEST_NAME)?,
        None => body::name_of(input.body_kind, region.kind, &region.name),
    };
    let begin = Beginning {
        body_kind: input.body_kind,
        tier: body::tier_of(input.body_kind),
        region: Some(region.id),
        name,
        parent: Some(parent.id),
        time_zone: time_zone(input.time_zone.as_deref(), parent, &region.code)?,
        formed_on: Some(on),
        ad_hoc: ad_hoc(input)?,
    };
    Ok(Formed {
        row: begin.into_row(new_id(write.now)),
        code: region.code.clone(),
        above: [parent.id, keeper(&write.actor, region).id],
    })
}

fn check_region(region: &region::Model, kind: BodyKind, on: NaiveDate) -> Result<(), Error> {
    if !is_valid(on, region.valid_from, region.valid_to) {
        let text = Text::new(
            "Wilayah ini tidak ada pada tanggal itu.",
            "The region does not exist on that day.",
        );
        return Err(Refusal::new(Code::Invalid, text).at(["region"]).into());
    }
    if body::tier_of(kind) != tier_of(region.kind) {
        let text = Text::new(
            "Jenis badan ini tidak sesuai dengan jenjang wilayahnya.",
            "A body of this kind does not fit the tier of the region.",
        );
        return Err(Refusal::new(Code::Invalid, text).at(["bodyKind"]).into());
    }
    if body::is_of_aceh(kind) && !body::lies_in_aceh(&region.code) {
        let text = Text::new("Panwaslih hanya ada di Aceh.", "Only Aceh has a Panwaslih.");
        return Err(Refusal::new(Code::Invalid, text).at(["bodyKind"]).into());
    }
    Ok(())
}

fn ad_hoc(input: &Body) -> Result<bool, Error> {
    body::ad_hoc(input.body_kind, input.ad_hoc).ok_or_else(|| {
        let text = Text::new(
            "Panwaslu Kecamatan selalu ad hoc, Bawaslu tidak pernah.",
            "A Panwaslu Kecamatan is always ad hoc, a Bawaslu never.",
        );
        Refusal::new(Code::Invalid, text).at(["adHoc"]).into()
    })
}

/// A unit keeps its parent's time, but RI's children lie all over the country.
fn time_zone(asked: Option<&str>, parent: &Unit, code: &str) -> Result<String, Error> {
    match asked {
        Some(zone) if TIME_ZONES.contains(&zone) => Ok(zone.to_owned()),
        Some(_elsewhere) => {
            let zones = TIME_ZONES.join(", ");
            let text = Text::new(
                format!("Zona waktu Indonesia: {zones}."),
                format!("The time zones of Indonesia are {zones}."),
            );
            Err(Refusal::new(Code::Invalid, text).at(["timeZone"]).into())
        }
        None if parent.tier == Tier::Ri => Ok(reference::time_zone(code).to_owned()),
        None => Ok(parent.time_zone.clone()),
    }
}

/// The unit that looks after a region: the permanent body of the region above it, or of the one above that. Nobody forms
/// bodies in other people's regions, whatever they put them beneath.
fn keeper<'a>(actor: &'a Actor, region: &region::Model) -> &'a Unit {
    let directory = &actor.directory;
    let above = |region: &region::Model| region.parent_id.and_then(|parent| directory.region(parent));
    let mut regions = std::iter::successors(above(region), |region| above(region));
    let body = regions.find_map(|region| {
        let unit = directory.unit_by_code(&region.code, actor.today)?;
        (is_valid(actor.today, unit.formed_on, unit.dissolved_on) && !unit.ad_hoc).then_some(unit)
    });
    body.unwrap_or_else(|| directory.tree.root())
}
