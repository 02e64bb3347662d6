//! Who may read whom. Units and regions are open to every signed-in account; people and contacts are not.
use entity::enums::Function;

use crate::authz::{Decision, Standing};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Names and dates of the holders of a unit's seats.
    ReadHolders,
    /// E-mail addresses of the holders of a unit's seats.
    ReadContacts,
}

impl Action {
    pub const ALL: [Self; 2] = [Self::ReadHolders, Self::ReadContacts];
}

/// People are seen from their own unit and from above it. The next unit down knows who sits above it by seat, not by person.
#[must_use]
pub fn decide(function: Function, action: Action, standing: Standing) -> Decision {
    let reaches = match standing {
        Standing::Own | Standing::Parent | Standing::Above => true,
        Standing::Below | Standing::Outside => false,
    };
    let granted = match (action, function) {
        (
            Action::ReadHolders,
            Function::Staff | Function::Head | Function::Admin | Function::Observer | Function::Coordinator,
        ) => reaches,
        (
            Action::ReadContacts,
            Function::Head | Function::Admin | Function::Coordinator | Function::Staff | Function::Observer,
        ) => reaches,
        // An expert works outside the tree: the colleagues at RI, nobody further.
        (Action::ReadHolders | Action::ReadContacts, Function::Expert) => standing == Standing::Own,
    };
    if granted { Decision::Allowed } else { Decision::Hidden }
}
