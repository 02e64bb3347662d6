//! That experts were reminded of what they are to review, so that each is so once before the day and once after it.
use sea_orm_migration::prelude::*;

use crate::run;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, REMINDERS).await
    }
}

const REMINDERS: &str = r"
CREATE TABLE review_reminder (
    assignment_id {uuid} NOT NULL REFERENCES review_assignment (id),
    stage {text} NOT NULL CHECK (stage IN ('SOON','OVERDUE')),
    at {time} NOT NULL,
    PRIMARY KEY (assignment_id, stage)
);
-- What is awaited by a day, as long as it is.
CREATE INDEX review_assignment_due ON review_assignment (due_on)
    WHERE due_on IS NOT NULL AND state IN ('ASSIGNED','ACKNOWLEDGED','DRAFT');
";
