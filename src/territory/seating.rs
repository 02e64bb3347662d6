//! The seats a unit begins with, by what kind of body it is. They are a beginning: an administrator makes more, ends those
//! that are not needed, and words them as the unit does.
use chrono::{DateTime, Utc};
use entity::{
    enums::{BodyKind, Function, Position},
    seat, unit,
};

use crate::clock::new_id;

/// A seat of the template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standard {
    pub position: Position,
    pub function: Function,
    pub title: &'static str,
    pub division: Option<&'static str>,
    /// Whether it keeps what dissolved units beneath leave.
    pub custodian: bool,
}

const fn standard(position: Position, function: Function, title: &'static str) -> Standard {
    Standard {
        position,
        function,
        title,
        division: None,
        custodian: false,
    }
}

/// What a permanent body has for its public relations: who answers for it, who writes, who reads along, who manages.
const PERMANENT: [Standard; 5] = [
    standard(Position::Ketua, Function::Head, "Ketua"),
    Standard {
        position: Position::Kordiv,
        function: Function::Head,
        title: "Koordinator Divisi Humas",
        division: Some("Humas"),
        custodian: true,
    },
    standard(Position::Anggota, Function::Observer, "Anggota"),
    standard(Position::Kasubbag, Function::Admin, "Kasubbag Administrasi"),
    standard(Position::Staf, Function::Staff, "Staf Humas"),
];

/// A chair, two members and a secretariat.
const KECAMATAN: [Standard; 4] = [
    standard(Position::Ketua, Function::Head, "Ketua"),
    standard(Position::Anggota, Function::Observer, "Anggota"),
    standard(Position::Anggota, Function::Observer, "Anggota"),
    standard(Position::Staf, Function::Staff, "Staf Sekretariat"),
];

/// The seats a body of a kind begins with. RI's are made when it is set up.
#[must_use]
pub fn standards(kind: BodyKind) -> &'static [Standard] {
    match kind {
        BodyKind::BawasluRi => &[],
        BodyKind::BawasluProvinsi
        | BodyKind::PanwaslihProvinsi
        | BodyKind::BawasluKabupatenKota
        | BodyKind::PanwaslihKabupatenKota => &PERMANENT,
        BodyKind::PanwasluKecamatan => &KECAMATAN,
    }
}

/// The seats new units begin with, from the day each is formed.
#[must_use]
pub fn seats_of(formed: &[unit::Model], now: DateTime<Utc>) -> Vec<seat::Model> {
    let seat = |unit: &unit::Model, standard: &Standard| seat::Model {
        id: new_id(now),
        unit_id: unit.id,
        position: standard.position,
        function: standard.function,
        local_title: standard.title.to_owned(),
        division_name: standard.division.map(str::to_owned),
        valid_from: unit.formed_on,
        valid_to: None,
        custodian: standard.custodian,
    };
    let all = |unit| {
        let unit: &unit::Model = unit;
        let standards = standards(unit.body_kind).iter();
        standards.map(move |standard| seat(unit, standard))
    };
    formed.iter().flat_map(all).collect()
}
