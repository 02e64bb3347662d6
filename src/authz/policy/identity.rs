//! Who may do what to people: to their accounts, seats, tokens and data.
use entity::enums::{Function, Tier};

use crate::authz::{Decision, Standing};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// To appoint, invite, recover, deactivate and end people in seats of this function, and to make such seats.
    Manage(Function),
    /// To be told why a person may or may not do something.
    Explain,
    /// To make programs of the unit, and tokens for them.
    MakeTokens,
    /// To see a unit's programs and to take their tokens away.
    RevokeTokens,
    /// To take out what is kept of another person, on the person's request.
    ExportPerson,
    /// To propose and confirm that a person's data is erased.
    ErasePerson,
}

impl Action {
    pub const ALL: [Self; 11] = [
        Self::Manage(Function::Staff),
        Self::Manage(Function::Head),
        Self::Manage(Function::Admin),
        Self::Manage(Function::Observer),
        Self::Manage(Function::Coordinator),
        Self::Manage(Function::Expert),
        Self::Explain,
        Self::MakeTokens,
        Self::RevokeTokens,
        Self::ExportPerson,
        Self::ErasePerson,
    ];
}

/// The rule. `tier` is the level of the unit it concerns. That nobody manages the own seats, and that RI keeps an
/// administrator, is asked beside it.
#[must_use]
pub fn decide(function: Function, action: Action, standing: Standing, tier: Tier) -> Decision {
    let (own, beneath) = match standing {
        Standing::Own => (true, false),
        Standing::Parent | Standing::Above => (false, true),
        Standing::Below | Standing::Outside => (false, false),
    };
    let granted = match action {
        Action::Manage(managed) => function == Function::Admin && may_manage(managed, own, beneath, tier),
        Action::Explain => matches!(function, Function::Admin | Function::Observer) && (own || beneath),
        Action::MakeTokens => matches!(function, Function::Head | Function::Coordinator) && own,
        Action::RevokeTokens => match function {
            Function::Head | Function::Coordinator => own,
            Function::Admin => own || beneath,
            Function::Staff | Function::Observer | Function::Expert => false,
        },
        // A request to forget concerns the whole country's records: it is decided where they end.
        Action::ExportPerson | Action::ErasePerson => function == Function::Admin && tier == Tier::Ri && own,
    };
    if granted {
        Decision::Allowed
    } else {
        Decision::Forbidden
    }
}

/// Which functions an ADMIN fills: every one strictly beneath, and in the own unit those that decide nothing. Nobody
/// stands above RI, so its ADMINs fill RI's own seats too.
fn may_manage(managed: Function, own: bool, beneath: bool, tier: Tier) -> bool {
    match managed {
        Function::Staff | Function::Observer => own || beneath,
        Function::Head | Function::Admin => beneath || (own && tier == Tier::Ri),
        Function::Coordinator | Function::Expert => own && tier == Tier::Ri,
    }
}
