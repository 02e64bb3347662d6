//! Who reviews what, and who must not: portfolios, assignments, conflicts of interest and score sheets.
use sea_orm_migration::prelude::*;

use crate::run;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, REVIEW).await
    }
}

const REVIEW: &str = r"
CREATE TABLE review_portfolio (
    seat_id {uuid} PRIMARY KEY REFERENCES seat (id),
    version INTEGER NOT NULL CHECK (version > 0),
    updated_at {time} NOT NULL,
    updated_by {uuid} NOT NULL REFERENCES account (id)
);
-- A column left empty stands for all.
CREATE TABLE portfolio_entry (
    id {uuid} PRIMARY KEY,
    seat_id {uuid} NOT NULL REFERENCES review_portfolio (seat_id),
    provinsi_id {uuid} REFERENCES unit (id),
    template_code {text},
    cycle_id {uuid} REFERENCES cycle (id)
);
CREATE INDEX portfolio_entry_seat ON portfolio_entry (seat_id);

CREATE TABLE conflict (
    id {uuid} PRIMARY KEY,
    account_id {uuid} NOT NULL REFERENCES account (id),
    kind {text} NOT NULL CHECK (kind IN ('HOME_PROVINCE','FORMER_UNIT','FAMILY','CO_HOST','OTHER')),
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    until {date},
    reason {text} NOT NULL,
    declared_by {uuid} NOT NULL REFERENCES account (id),
    declared_at {time} NOT NULL,
    lifted_by {uuid} REFERENCES account (id),
    lifted_at {time},
    version INTEGER NOT NULL CHECK (version > 0),
    CHECK ((lifted_by IS NULL) = (lifted_at IS NULL))
);
CREATE INDEX conflict_account ON conflict (account_id, unit_id) WHERE lifted_at IS NULL;

CREATE TABLE review_assignment (
    id {uuid} PRIMARY KEY,
    subject_type {text} NOT NULL CHECK (subject_type IN ('REPORT')),
    subject_id {uuid} NOT NULL,
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    seat_id {uuid} NOT NULL REFERENCES seat (id),
    account_id {uuid} NOT NULL REFERENCES account (id),
    lead BOOLEAN NOT NULL,
    state {text} NOT NULL CHECK (state IN ('ASSIGNED','ACKNOWLEDGED','DRAFT','COMPLETE','DECLINED','RECUSED','LAPSED')),
    due_on {date},
    assigned_by {uuid} NOT NULL REFERENCES account (id),
    assigned_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0)
);
CREATE UNIQUE INDEX review_assignment_live ON review_assignment (subject_type, subject_id, account_id)
    WHERE state NOT IN ('DECLINED','RECUSED','LAPSED');
CREATE UNIQUE INDEX review_assignment_lead ON review_assignment (subject_type, subject_id)
    WHERE lead AND state NOT IN ('DECLINED','RECUSED','LAPSED');
CREATE INDEX review_assignment_account ON review_assignment (account_id, id);
CREATE INDEX review_assignment_subject ON review_assignment (subject_type, subject_id);

CREATE TABLE score_draft (
    assignment_id {uuid} PRIMARY KEY REFERENCES review_assignment (id),
    scores {json} NOT NULL,
    comment {text} NOT NULL,
    updated_at {time} NOT NULL
);
CREATE TABLE score_sheet (
    id {uuid} PRIMARY KEY,
    assignment_id {uuid} NOT NULL REFERENCES review_assignment (id),
    number INTEGER NOT NULL CHECK (number > 0),
    -- What was submitted and scored: a revision of the subject.
    revision_id {uuid} NOT NULL,
    rubric_id {uuid} NOT NULL REFERENCES rubric (id),
    scores {json} NOT NULL,
    comment {text} NOT NULL,
    total {text} NOT NULL,
    content {text} NOT NULL,
    sha256 {text} NOT NULL,
    account_id {uuid} NOT NULL REFERENCES account (id),
    seat_id {uuid} NOT NULL REFERENCES seat (id),
    completed_at {time} NOT NULL,
    UNIQUE (assignment_id, number)
);

CREATE TABLE review_act (
    id {uuid} PRIMARY KEY,
    kind {text} NOT NULL,
    about_type {text} NOT NULL,
    about_id {uuid} NOT NULL,
    details {json} NOT NULL,
    reason {text},
    account_id {uuid} NOT NULL REFERENCES account (id),
    seat_id {uuid} NOT NULL REFERENCES seat (id),
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    at {time} NOT NULL
);
CREATE INDEX review_act_about ON review_act (about_id, id);
CREATE INDEX review_act_account ON review_act (account_id);
";
