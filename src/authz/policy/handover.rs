//! Who arranges the gatherings in which reports change hands.
use entity::enums::{Function, Tier};

use super::rule::Rule;
use crate::authz::{Decision, Standing};

/// Whether a seat may arrange, change and cancel a gathering: asked of the unit that arranges it, and of every unit that is to
/// hand over in it. Units are no secret, so who may not is told so.
#[must_use]
pub fn arranges(function: Function, tier: Tier, standing: Standing) -> Decision {
    let beneath = match standing {
        Standing::Own | Standing::Parent | Standing::Above => true,
        Standing::Below | Standing::Outside => false,
    };
    let leads = match function {
        Function::Head => tier == Tier::Provinsi,
        Function::Coordinator => true,
        Function::Staff | Function::Admin | Function::Observer | Function::Expert => false,
    };
    if beneath && leads {
        Decision::Allowed
    } else {
        Decision::Forbidden
    }
}

/// The rule by which [`arranges`] decides.
#[must_use]
pub fn rule() -> Rule {
    Rule {
        key: "handover.arranged-by-province-or-coordinator",
        id: "Serah terima dijadwalkan, diubah, dan dibatalkan oleh HEAD provinsi bagi provinsinya dan unit di bawahnya, atau oleh COORDINATOR.",
        en: "A handover is scheduled, changed and cancelled by the HEAD of a province for itself and the units beneath, or by a COORDINATOR.",
    }
}
