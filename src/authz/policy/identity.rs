//! Who may do what to people: to their accounts, seats, tokens and data.
use entity::enums::{Function, Tier};

use super::rule::Rule;
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
    /// To find people whom events name without an account, and to propose and confirm that their names are erased.
    EraseNamedPerson,
}

impl Action {
    pub const ALL: [Self; 12] = [
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
        Self::EraseNamedPerson,
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
        Action::ExportPerson | Action::ErasePerson | Action::EraseNamedPerson => {
            function == Function::Admin && tier == Tier::Ri && own
        }
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

/// The rule by which [`decide`] decides.
#[must_use]
pub fn rule(action: Action) -> Rule {
    match action {
        Action::Manage(Function::Staff | Function::Observer) => Rule {
            key: "seats.admin-fills-what-decides-nothing",
            id: "ADMIN mengisi jabatan STAFF dan OBSERVER di unitnya sendiri dan di bawahnya.",
            en: "An ADMIN fills seats of STAFF and OBSERVER in the own unit and beneath it.",
        },
        Action::Manage(Function::Head | Function::Admin) => Rule {
            key: "seats.admin-fills-beneath",
            id: "ADMIN mengisi jabatan HEAD dan ADMIN di bawah unitnya; ADMIN RI juga di RI.",
            en: "An ADMIN fills seats of HEAD and ADMIN beneath the own unit; an ADMIN of RI those of RI too.",
        },
        Action::Manage(Function::Coordinator | Function::Expert) => Rule {
            key: "seats.admin-of-ri-fills-ri",
            id: "Jabatan COORDINATOR dan EXPERT hanya ada di RI, dan diisi oleh ADMIN RI.",
            en: "Seats of COORDINATOR and EXPERT are at RI alone, and filled by an ADMIN of RI.",
        },
        Action::Explain => Rule {
            key: "access.explained-to-admin-and-observer",
            id: "ADMIN dan OBSERVER diberi tahu hak orang-orang di unitnya sendiri dan di bawahnya.",
            en: "ADMIN and OBSERVER are told the rights of the people of the own unit and beneath it.",
        },
        Action::MakeTokens => Rule {
            key: "tokens.made-by-head-and-coordinator",
            id: "HEAD dan COORDINATOR membuat program unitnya sendiri beserta tokennya.",
            en: "HEAD and COORDINATOR make programs of the own unit, and tokens for them.",
        },
        Action::RevokeTokens => Rule {
            key: "tokens.revoked-from-own-unit-and-above",
            id: "HEAD dan COORDINATOR mencabut token unitnya sendiri, ADMIN juga token unit di bawahnya.",
            en: "HEAD and COORDINATOR revoke tokens of the own unit, an ADMIN those of units beneath it too.",
        },
        Action::ExportPerson => Rule {
            key: "person.exported-by-admin-of-ri",
            id: "Data orang lain dikeluarkan oleh ADMIN RI.",
            en: "Another person's data is taken out by an ADMIN of RI.",
        },
        Action::ErasePerson => Rule {
            key: "person.erased-by-admins-of-ri",
            id: "Data seseorang dihapus oleh dua ADMIN RI.",
            en: "A person's data is erased by two ADMINs of RI.",
        },
        Action::EraseNamedPerson => Rule {
            key: "person.named-found-and-erased-by-admins-of-ri",
            id: "Orang tanpa akun yang disebut namanya pada kegiatan dicari oleh ADMIN RI dan dihapus oleh dua ADMIN RI.",
            en: "People whom events name without an account are found by an ADMIN of RI and erased by two.",
        },
    }
}
