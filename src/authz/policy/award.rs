//! Who gives awards, who enters for them, who verifies, who judges, and who reads what of it before it is announced.
use entity::enums::{Function, Tier};

use super::rule::Rule;
use crate::authz::{Decision, Standing};

/// What is asked for of an edition. The standing is that to its issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// To know of it and of its rules; once announced, of who was honoured.
    Read,
    /// To draft and change it.
    Prepare,
    /// To read every entry that was submitted, and who judges.
    Oversee,
    /// To publish its rules, open and close its stages, compute, ratify and announce what it comes to, and to read that before
    /// everybody does.
    Command,
}

impl Action {
    pub const ALL: [Self; 4] = [Self::Read, Self::Prepare, Self::Oversee, Self::Command];
}

/// What ties the actor to an edition beyond the tree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ties {
    /// Its rules are published. Before that it is a draft of its issuer alone.
    pub published: bool,
    /// It was announced.
    pub announced: bool,
    /// The person judges in it.
    pub juror: bool,
}

/// The rule for editions.
#[must_use]
pub fn decide(function: Function, action: Action, standing: Standing, ties: Ties) -> Decision {
    let content = is_content(function);
    let own = content && standing == Standing::Own;
    let along = matches!(
        standing,
        Standing::Own | Standing::Parent | Standing::Above | Standing::Below
    );
    let reads = own || (ties.published && ((content && (along || ties.announced)) || ties.juror));
    let granted = match action {
        Action::Read => reads,
        Action::Prepare => own && (works(function) || speaks(function)),
        Action::Oversee => own,
        Action::Command => own && speaks(function),
    };
    told(granted, reads)
}

/// Whether an edition is begun from a seat of a tier: RI and provinces give awards.
#[must_use]
pub fn begins(function: Function, tier: Tier) -> Decision {
    let gives = match tier {
        Tier::Ri | Tier::Provinsi => true,
        Tier::KabupatenKota | Tier::Kecamatan => false,
    };
    told(gives && (works(function) || speaks(function)), true)
}

/// Whether somebody is entered from a seat whose unit stands so to theirs: by the unit itself, or by one above it.
#[must_use]
pub fn nominates(function: Function, standing: Standing) -> Decision {
    let stands = matches!(standing, Standing::Own | Standing::Parent | Standing::Above);
    told(stands && (works(function) || speaks(function)), true)
}

/// What is asked for of an entry. The standing is that to the unit that is entered, or whose person is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryAction {
    Read,
    /// To write it.
    Draft,
    /// To submit it.
    Submit,
    /// To withdraw it.
    Withdraw,
    /// To verify it, to return it, or to find it ineligible.
    Verify,
    /// To disqualify it.
    Disqualify,
    /// To object to what was announced of its category.
    Object,
}

impl EntryAction {
    pub const ALL: [Self; 7] = [
        Self::Read,
        Self::Draft,
        Self::Submit,
        Self::Withdraw,
        Self::Verify,
        Self::Disqualify,
        Self::Object,
    ];
}

/// What ties the actor's seat to an entry beyond the tree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EntryTies {
    /// The seat's unit gives the awards.
    pub issuer: bool,
    /// The seat's unit entered it.
    pub nominator: bool,
    /// It was submitted once. Before that it is a draft of who enters it.
    pub submitted: bool,
    /// The person submitted what stands.
    pub own_work: bool,
    /// The person judges it, without a conflict of interest.
    pub juror: bool,
}

/// The rule for entries.
#[must_use]
pub fn decide_of_entry(function: Function, action: EntryAction, standing: Standing, ties: EntryTies) -> Decision {
    let content = is_content(function);
    let own = content && standing == Standing::Own;
    let enters = content && ties.nominator;
    let above = content && matches!(standing, Standing::Parent | Standing::Above);
    // A draft of the unit above is not the unit's to read.
    let reads = enters || (ties.submitted && (own || above || (content && ties.issuer) || ties.juror));
    let verifies = ties.submitted && standing == Standing::Parent && speaks(function);
    let granted = match action {
        EntryAction::Read => reads,
        EntryAction::Draft => enters && (works(function) || speaks(function)),
        EntryAction::Submit => enters && speaks(function),
        EntryAction::Withdraw => (enters || (own && ties.submitted)) && speaks(function),
        EntryAction::Verify if verifies && ties.own_work => return Decision::OwnWork,
        EntryAction::Verify => verifies,
        EntryAction::Disqualify => ties.submitted && ties.issuer && speaks(function),
        EntryAction::Object => (own || enters) && ties.submitted && speaks(function),
    };
    told(granted, reads)
}

/// What is asked for of a jury. The standing is that to the unit whose jury it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PanelAction {
    /// To know who judges what, and how far they are.
    Read,
    /// To appoint jurors, have scores looked at again, and close it; to read what was scored and what it came to.
    Chair,
}

impl PanelAction {
    pub const ALL: [Self; 2] = [Self::Read, Self::Chair];
}

/// What ties the actor to a jury beyond the tree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PanelTies {
    /// The seat's unit gives the awards.
    pub issuer: bool,
    /// The person is one of its jurors.
    pub juror: bool,
}

/// The rule for juries.
#[must_use]
pub fn decide_of_panel(function: Function, action: PanelAction, standing: Standing, ties: PanelTies) -> Decision {
    let own = is_content(function) && standing == Standing::Own;
    let reads = own || (is_content(function) && ties.issuer) || ties.juror;
    let granted = match action {
        PanelAction::Read => reads,
        PanelAction::Chair => own && speaks(function),
    };
    told(granted, reads)
}

fn told(granted: bool, reads: bool) -> Decision {
    match (granted, reads) {
        (true, _) => Decision::Allowed,
        (false, true) => Decision::Forbidden,
        (false, false) => Decision::Hidden,
    }
}

fn is_content(function: Function) -> bool {
    match function {
        Function::Staff | Function::Head | Function::Observer | Function::Coordinator => true,
        Function::Admin | Function::Expert => false,
    }
}

fn works(function: Function) -> bool {
    function == Function::Staff
}

fn speaks(function: Function) -> bool {
    matches!(function, Function::Head | Function::Coordinator)
}

/// The rule by which [`decide`] decides.
#[must_use]
pub fn rule(action: Action) -> Rule {
    match action {
        Action::Read => Rule {
            key: "award.edition-read-along-the-line",
            id: "Setelah aturannya diterbitkan, edisi penghargaan dibaca oleh pemberinya, unit di bawah dan di atasnya, serta jurinya; setelah diumumkan oleh semua unit.",
            en: "Once its rules are published, an edition of awards is read by its issuer, the units beneath and above it, and its jurors; once announced, by every unit.",
        },
        Action::Prepare => Rule {
            key: "award.edition-prepared-by-issuer",
            id: "Edisi penghargaan disusun oleh STAFF atau HEAD pemberinya, di RI juga oleh COORDINATOR.",
            en: "An edition of awards is prepared by STAFF or a HEAD of its issuer, at RI also by a COORDINATOR.",
        },
        Action::Oversee => Rule {
            key: "award.edition-overseen-by-issuer",
            id: "Semua entri yang diajukan dan susunan juri dibaca oleh pemberi penghargaan.",
            en: "Every entry that was submitted, and who judges, is read by the issuer.",
        },
        Action::Command => Rule {
            key: "award.edition-commanded-by-who-speaks-for-the-issuer",
            id: "Aturan diterbitkan, tahapan dibuka dan ditutup, peringkat dihitung, ditetapkan, dan diumumkan oleh HEAD pemberi penghargaan, di RI oleh COORDINATOR.",
            en: "Rules are published, stages opened and closed, and the ranking computed, ratified and announced by a HEAD of the issuer, at RI by a COORDINATOR.",
        },
    }
}

/// The rule by which [`decide_of_entry`] decides.
#[must_use]
pub fn rule_of_entry(action: EntryAction) -> Rule {
    match action {
        EntryAction::Read => Rule {
            key: "award.entry-read-by-who-enters-above-issuer-and-jurors",
            id: "Entri dibaca oleh unit yang mengajukannya; setelah diajukan juga oleh unit yang diajukan, unit di atasnya, pemberi penghargaan, dan juri yang menilainya tanpa benturan kepentingan.",
            en: "An entry is read by the unit that enters it; once submitted also by the unit it is about, those above that, the issuer, and the jurors who judge it without a conflict of interest.",
        },
        EntryAction::Draft => Rule {
            key: "award.entry-drafted-by-who-enters",
            id: "Entri disusun oleh STAFF atau HEAD unit yang mengajukannya.",
            en: "An entry is written by STAFF or a HEAD of the unit that enters it.",
        },
        EntryAction::Submit => Rule {
            key: "award.entry-submitted-by-who-speaks",
            id: "Entri diajukan oleh HEAD unit yang mengajukannya.",
            en: "An entry is submitted by a HEAD of the unit that enters it.",
        },
        EntryAction::Withdraw => Rule {
            key: "award.entry-withdrawn-by-who-speaks",
            id: "Entri ditarik oleh HEAD unit yang mengajukannya atau unit yang diajukan.",
            en: "An entry is withdrawn by a HEAD of the unit that enters it, or of the unit it is about.",
        },
        EntryAction::Verify => Rule {
            key: "award.entry-verified-by-the-tier-above",
            id: "Entri diverifikasi oleh HEAD unit setingkat di atasnya, entri provinsi oleh COORDINATOR RI, tetapi bukan oleh yang mengajukannya.",
            en: "An entry is verified by a HEAD of the tier above, that of a province by a COORDINATOR of RI, but never by whoever submitted it.",
        },
        EntryAction::Disqualify => Rule {
            key: "award.entry-disqualified-by-issuer",
            id: "Entri didiskualifikasi oleh HEAD pemberi penghargaan, di RI oleh COORDINATOR.",
            en: "An entry is disqualified by a HEAD of the issuer, at RI by a COORDINATOR.",
        },
        EntryAction::Object => Rule {
            key: "award.objected-to-by-who-was-entered",
            id: "Keberatan diajukan oleh HEAD unit yang entrinya dinilai dalam kategori itu.",
            en: "Objections are made by a HEAD of a unit that has an entry in the category.",
        },
    }
}

/// The rule by which [`decide_of_panel`] decides.
#[must_use]
pub fn rule_of_panel(action: PanelAction) -> Rule {
    match action {
        PanelAction::Read => Rule {
            key: "award.panel-read-by-its-unit-issuer-and-jurors",
            id: "Susunan juri dibaca oleh unitnya, pemberi penghargaan, dan jurinya.",
            en: "A jury is read by its unit, by the issuer and by its jurors.",
        },
        PanelAction::Chair => Rule {
            key: "award.panel-chaired-by-who-speaks-for-its-unit",
            id: "Juri ditunjuk, nilai dibuka kembali, dan penjurian ditutup oleh HEAD unitnya, di RI oleh COORDINATOR.",
            en: "Jurors are appointed, scores reopened and judging closed by a HEAD of its unit, at RI by a COORDINATOR.",
        },
    }
}
