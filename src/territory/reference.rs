//! The reference list of regions that ships in the binary: `regions.csv`, see `regions.NOTICE.md` for source and licence.
use entity::enums::{RegionKind, Tier};
use serde::Deserialize;

/// The list as it ships.
pub const LIST: &str = include_str!("regions.csv");

/// What its edition is called.
pub const EDITION: &str = "Kode dan data wilayah administrasi pemerintahan 2025";

/// The decree it transcribes.
pub const DECREE: &str = "Kepmendagri No. 300.2.2-2138 Tahun 2025 jo. No. 300.2.2-2430 Tahun 2025";

/// One line of the list.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct Line {
    /// Dotted Kemendagri code.
    pub code: String,
    pub parent_code: String,
    pub tier: Tier,
    #[serde(with = "kind")]
    pub kind: RegionKind,
    pub name: String,
}

mod kind {
    use entity::enums::RegionKind;
    use sea_orm::ActiveEnum;
    use serde::{Deserialize, Deserializer, de::Error};

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<RegionKind, D::Error> {
        RegionKind::try_from_value(&String::deserialize(from)?).map_err(D::Error::custom)
    }
}

/// The lines of the list, parents before children.
///
/// # Errors
/// The CSV reader's error, which only a damaged build can cause.
pub fn lines() -> Result<Vec<Line>, csv::Error> {
    csv::Reader::from_reader(LIST.as_bytes()).into_deserialize().collect()
}

/// The display name of a region: the kind, then the name.
#[must_use]
pub fn display_name(kind: RegionKind, name: &str) -> String {
    match kind {
        RegionKind::Kabupaten => format!("Kabupaten {name}"),
        RegionKind::Kota => format!("Kota {name}"),
        RegionKind::KabupatenAdministrasi => format!("Kabupaten Administrasi {name}"),
        RegionKind::KotaAdministrasi => format!("Kota Administrasi {name}"),
        RegionKind::Kecamatan => format!("Kecamatan {name}"),
        RegionKind::Distrik => format!("Distrik {name}"),
        RegionKind::Provinsi => name.to_owned(),
    }
}

/// The IANA time zone of a region by the code of its province (Keppres 41/1987): WIB, WITA or WIT.
#[must_use]
pub fn time_zone(code: &str) -> &'static str {
    match code.split('.').next().unwrap_or_default() {
        "51" | "52" | "53" | "63" | "64" | "65" | "71" | "72" | "73" | "74" | "75" | "76" => "Asia/Makassar",
        "81" | "82" | "91" | "92" | "93" | "94" | "95" | "96" => "Asia/Jayapura",
        _ => "Asia/Jakarta",
    }
}
