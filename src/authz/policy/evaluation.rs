//! Who prepares the evaluation of a round, and who reads what of it.
use entity::enums::Function;

use super::rule::Rule;
use crate::authz::{Decision, Standing};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// To open, write and close it. The standing is that to the unit that evaluates.
    Prepare,
    /// To know of it, and to read what it says of the country. The standing is that to the unit that evaluates.
    Read,
    /// To read what it says of one unit or province. The standing is that to this one.
    ReadUnit,
}

impl Action {
    pub const ALL: [Self; 3] = [Self::Prepare, Self::Read, Self::ReadUnit];
}

/// The rule. Until it is closed it is a draft of whoever prepares it.
#[must_use]
pub fn decide(function: Function, action: Action, standing: Standing, closed: bool) -> Decision {
    let prepares = function == Function::Coordinator && standing == Standing::Own;
    let content = match function {
        Function::Staff | Function::Head | Function::Observer | Function::Coordinator | Function::Expert => true,
        Function::Admin => false,
    };
    let beneath = matches!(standing, Standing::Own | Standing::Below);
    let above = matches!(standing, Standing::Own | Standing::Parent | Standing::Above);
    match action {
        Action::Prepare if prepares => Decision::Allowed,
        Action::Prepare if closed && content && beneath => Decision::Forbidden,
        Action::Prepare => Decision::Hidden,
        Action::Read => shown(prepares || (closed && content && beneath)),
        // Whoever reviews a part of the reports does not learn what the others were scored.
        Action::ReadUnit => shown(content && function != Function::Expert && above),
    }
}

fn shown(shown: bool) -> Decision {
    if shown { Decision::Allowed } else { Decision::Hidden }
}

/// The rule by which [`decide`] decides.
#[must_use]
pub fn rule(action: Action) -> Rule {
    match action {
        Action::Prepare => Rule {
            key: "evaluation.prepared-by-coordinators",
            id: "Evaluasi nasional dibuka, disusun, dan ditutup oleh COORDINATOR unit yang mengevaluasi.",
            en: "A national evaluation is opened, written and closed by a COORDINATOR of the unit that evaluates.",
        },
        Action::Read => Rule {
            key: "evaluation.read-by-all-once-closed",
            id: "Setelah ditutup, evaluasi nasional dibaca oleh semua unit di bawah unit yang mengevaluasi; sebelumnya hanya oleh penyusunnya.",
            en: "Once closed, a national evaluation is read by every unit beneath the one that evaluates; before that by those who prepare it alone.",
        },
        Action::ReadUnit => Rule {
            key: "evaluation.of-a-unit-read-by-it-and-above",
            id: "Hasil satu unit atau provinsi dibaca oleh unit itu sendiri dan unit di atasnya.",
            en: "What a unit or a province comes to is read by itself and by those above it.",
        },
    }
}
