//! The inbox of a kabupaten/kota, and how much waits in it, told by an index alone.
use sea_orm_migration::prelude::*;

use crate::run;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, INBOX).await
    }
}

// As report_provinsi_status, one tier below.
const INBOX: &str = r"
CREATE INDEX report_kabupaten_kota_status ON report (kabupaten_kota_id, status, submitted_rank, id);
";
