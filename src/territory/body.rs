//! The kinds of bodies: at which tier each stands, where it may be formed, and what it is called unless somebody says
//! otherwise.
use entity::enums::{BodyKind, RegionKind, Tier};

use super::reference;

/// The province whose supervisory bodies are Panwaslih: Aceh.
const ACEH: &str = "11";

/// The tier a kind of body stands at.
#[must_use]
pub fn tier_of(kind: BodyKind) -> Tier {
    match kind {
        BodyKind::BawasluRi => Tier::Ri,
        BodyKind::BawasluProvinsi | BodyKind::PanwaslihProvinsi => Tier::Provinsi,
        BodyKind::BawasluKabupatenKota | BodyKind::PanwaslihKabupatenKota => Tier::KabupatenKota,
        BodyKind::PanwasluKecamatan => Tier::Kecamatan,
    }
}

/// Whether a region lies in Aceh, by its code.
#[must_use]
pub fn lies_in_aceh(code: &str) -> bool {
    code.split('.').next() == Some(ACEH)
}

/// Whether only Aceh has bodies of a kind.
#[must_use]
pub fn is_of_aceh(kind: BodyKind) -> bool {
    matches!(kind, BodyKind::PanwaslihProvinsi | BodyKind::PanwaslihKabupatenKota)
}

/// Whether bodies of a kind are formed for an election: always, where asked for, or never.
#[must_use]
pub fn ad_hoc(kind: BodyKind, asked: Option<bool>) -> Option<bool> {
    match kind {
        BodyKind::PanwasluKecamatan => (asked != Some(false)).then_some(true),
        BodyKind::PanwaslihProvinsi | BodyKind::PanwaslihKabupatenKota => Some(asked.unwrap_or(false)),
        BodyKind::BawasluRi | BodyKind::BawasluProvinsi | BodyKind::BawasluKabupatenKota => {
            (asked != Some(true)).then_some(false)
        }
    }
}

/// "Bawaslu Provinsi Jawa Barat", "Bawaslu Kota Bekasi", "Panwaslih Provinsi Aceh", "Panwaslu Kecamatan Babadan".
#[must_use]
pub fn name_of(kind: BodyKind, region: RegionKind, name: &str) -> String {
    let body = match kind {
        BodyKind::BawasluRi | BodyKind::BawasluProvinsi | BodyKind::BawasluKabupatenKota => "Bawaslu",
        BodyKind::PanwaslihProvinsi | BodyKind::PanwaslihKabupatenKota => "Panwaslih",
        BodyKind::PanwasluKecamatan => "Panwaslu",
    };
    match region {
        RegionKind::Provinsi => format!("{body} Provinsi {name}"),
        RegionKind::Kabupaten
        | RegionKind::Kota
        | RegionKind::KabupatenAdministrasi
        | RegionKind::KotaAdministrasi
        | RegionKind::Kecamatan
        | RegionKind::Distrik => format!("{body} {}", reference::display_name(region, name)),
    }
}
