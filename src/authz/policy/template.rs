//! Who may do what to a template of reports.
use entity::enums::{Function, TemplateStatus, Tier};

use super::rule::Rule;
use crate::authz::{Decision, Standing};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// To know of a version and what it asks.
    Read,
    /// To make, change, publish, retire and discard versions.
    Manage,
}

impl Action {
    pub const ALL: [Self; 2] = [Self::Read, Self::Manage];
}

/// The unit whose template it is, as far as it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    pub tier: Tier,
    /// It was formed for an election, and goes with it.
    pub ad_hoc: bool,
}

/// The rule. The standing is that of the actor's unit to the owner; what may be done to a version in which status is asked
/// afterwards.
#[must_use]
pub fn decide(
    function: Function,
    action: Action,
    standing: Standing,
    owner: Owner,
    status: TemplateStatus,
) -> Decision {
    if !sees(function, standing, status) {
        return Decision::Hidden;
    }
    let granted = match action {
        Action::Read => true,
        Action::Manage => standing == Standing::Own && directs(function, owner),
    };
    if granted {
        Decision::Allowed
    } else {
        Decision::Forbidden
    }
}

/// A draft is its unit's own work; what was published is known to whom it may be put, and to those above.
fn sees(function: Function, standing: Standing, status: TemplateStatus) -> bool {
    match status {
        TemplateStatus::Draft => drafts(function, standing),
        TemplateStatus::Published | TemplateStatus::Retired => is_along_the_line(standing),
    }
}

/// Who reads what a unit is still working on.
pub(super) fn drafts(function: Function, standing: Standing) -> bool {
    let content = match function {
        Function::Staff | Function::Head | Function::Observer | Function::Coordinator => true,
        // Manage people, or see what is handed to them.
        Function::Admin | Function::Expert => false,
    };
    content && standing == Standing::Own
}

/// Whose unit is the owner, above it or beneath it.
pub(super) fn is_along_the_line(standing: Standing) -> bool {
    match standing {
        Standing::Own | Standing::Parent | Standing::Above | Standing::Below => true,
        Standing::Outside => false,
    }
}

/// Who speaks for a unit in what it asks of others.
pub(super) fn directs(function: Function, owner: Owner) -> bool {
    let by_tier = match owner.tier {
        Tier::Ri => function == Function::Coordinator,
        Tier::Provinsi | Tier::KabupatenKota => function == Function::Head,
        // Nobody is beneath.
        Tier::Kecamatan => false,
    };
    by_tier && !owner.ad_hoc
}

/// The rule by which [`decide`] decides.
#[must_use]
pub fn rule(action: Action, status: TemplateStatus) -> Rule {
    match (action, status) {
        (Action::Manage, _) => Rule {
            key: "template.directed-by-its-unit",
            id: "Templat dibuat dan diubah oleh COORDINATOR RI, atau oleh HEAD provinsi atau kabupaten/kota tetap pemiliknya.",
            en: "A template is made and changed by a COORDINATOR of RI, or by the HEAD of the permanent provinsi or kabupaten/kota that owns it.",
        },
        (Action::Read, TemplateStatus::Draft) => Rule {
            key: "template.draft-is-its-units",
            id: "Konsep templat hanya dibaca oleh unit pemiliknya.",
            en: "The draft of a template is read by the unit that owns it alone.",
        },
        (Action::Read, TemplateStatus::Published | TemplateStatus::Retired) => Rule {
            key: "template.seen-along-the-line",
            id: "Templat yang sudah terbit dilihat oleh unit pemiliknya, unit di bawahnya, dan unit di atasnya.",
            en: "A published template is seen by the unit that owns it, by those beneath it and by those above it.",
        },
    }
}
