//! Where reports lie in the tree: the ancestors kept with each, by which every scope is read off an index. They follow their
//! unit when the tree changes.
use std::collections::BTreeMap;

use entity::{enums::Tier, report};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use crate::error::Error;

/// The unit itself or its ancestor, one of each tier beneath RI.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ancestors {
    provinsi: Option<Uuid>,
    kabupaten_kota: Option<Uuid>,
    kecamatan: Option<Uuid>,
}

impl Ancestors {
    /// From who is found at each tier.
    pub fn new(at: impl Fn(Tier) -> Option<Uuid>) -> Self {
        Self {
            provinsi: at(Tier::Provinsi),
            kabupaten_kota: at(Tier::KabupatenKota),
            kecamatan: at(Tier::Kecamatan),
        }
    }
}

/// Lets the reports of units follow their units to other ancestors.
///
/// # Errors
/// The database's.
pub async fn follow(connection: &impl ConnectionTrait, moved: BTreeMap<Ancestors, Vec<Uuid>>) -> Result<(), Error> {
    for (ancestors, units) in moved {
        report::Entity::update_many()
            .col_expr(report::Column::ProvinsiId, Expr::value(ancestors.provinsi))
            .col_expr(report::Column::KabupatenKotaId, Expr::value(ancestors.kabupaten_kota))
            .col_expr(report::Column::KecamatanId, Expr::value(ancestors.kecamatan))
            .filter(report::Column::UnitId.is_in(units))
            .exec(connection)
            .await?;
    }
    Ok(())
}
