//! Invitations, recovery, second factors, service accounts, notices, and what is written about acts on people.
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for part in [ACCOUNTS, SECOND_FACTOR, SERVICES, NOTICES, ACTS] {
            // SQLite takes one change of a table at a time, so each is sent by itself.
            for statement in part.split(";\n").filter(|statement| !statement.trim().is_empty()) {
                crate::run(manager, statement).await?;
            }
        }
        Ok(())
    }

    async fn down(&self, _manager: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration(
            "steps are not undone: restore a backup instead".to_owned(),
        ))
    }
}

const ACCOUNTS: &str = r"
ALTER TABLE account ADD COLUMN email_copies BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE account ADD COLUMN password_changed_at {time};
ALTER TABLE account ADD COLUMN erased_at {time};
ALTER TABLE session ADD COLUMN address {text};
ALTER TABLE session ADD COLUMN last_address {text};

CREATE TABLE invitation (
    id {uuid} PRIMARY KEY,
    seat_id {uuid} NOT NULL REFERENCES seat (id),
    acting BOOLEAN NOT NULL,
    valid_from {date} NOT NULL,
    valid_to {date},
    email {text} NOT NULL,
    email_key {text} NOT NULL,
    name {text} NOT NULL,
    code_hash {bytes} NOT NULL UNIQUE,
    invited_by {uuid} NOT NULL REFERENCES account (id),
    invited_from {uuid} NOT NULL REFERENCES seat (id),
    created_at {time} NOT NULL,
    expires_at {time} NOT NULL,
    account_id {uuid} REFERENCES account (id),
    accepted_at {time},
    revoked_at {time},
    CHECK (valid_to IS NULL OR valid_from < valid_to),
    CHECK ((account_id IS NULL) = (accepted_at IS NULL))
);
CREATE INDEX invitation_seat ON invitation (seat_id);
CREATE INDEX invitation_email ON invitation (email_key);

CREATE TABLE one_time_code (
    code_hash {bytes} PRIMARY KEY,
    account_id {uuid} NOT NULL REFERENCES account (id),
    purpose {text} NOT NULL CHECK (purpose IN ('PASSWORD_RESET','EMAIL_CHANGE')),
    new_email {text},
    created_at {time} NOT NULL,
    expires_at {time} NOT NULL,
    used_at {time},
    CHECK ((purpose = 'EMAIL_CHANGE') = (new_email IS NOT NULL))
);
CREATE INDEX one_time_code_account ON one_time_code (account_id);

CREATE TABLE throttle (
    key {bytes} PRIMARY KEY,
    full_at BIGINT NOT NULL
);
CREATE INDEX throttle_full_at ON throttle (full_at);
";

const SECOND_FACTOR: &str = r"
CREATE TABLE second_factor (
    account_id {uuid} PRIMARY KEY REFERENCES account (id),
    secret {bytes},
    confirmed_at {time},
    last_step BIGINT NOT NULL,
    pending_secret {bytes},
    CHECK ((secret IS NULL) = (confirmed_at IS NULL))
);
CREATE TABLE recovery_code (
    code_hash {bytes} PRIMARY KEY,
    account_id {uuid} NOT NULL REFERENCES account (id),
    used_at {time}
);
CREATE INDEX recovery_code_account ON recovery_code (account_id);
";

const SERVICES: &str = r"
CREATE TABLE service_account (
    id {uuid} PRIMARY KEY,
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    name {text} NOT NULL,
    created_by {uuid} NOT NULL REFERENCES account (id),
    created_at {time} NOT NULL,
    ended_at {time}
);
CREATE INDEX service_account_unit ON service_account (unit_id);
CREATE TABLE access_token (
    id {uuid} PRIMARY KEY,
    service_account_id {uuid} NOT NULL REFERENCES service_account (id),
    token_hash {bytes} NOT NULL UNIQUE,
    name {text} NOT NULL,
    hint {text} NOT NULL,
    scopes {json} NOT NULL,
    address_ranges {json} NOT NULL,
    created_by {uuid} NOT NULL REFERENCES account (id),
    created_at {time} NOT NULL,
    expires_at {time} NOT NULL,
    revoked_at {time},
    last_used_at {time},
    last_used_address {text},
    CHECK (created_at < expires_at)
);
CREATE INDEX access_token_service ON access_token (service_account_id);
ALTER TABLE transition ADD COLUMN service_account_id {uuid} REFERENCES service_account (id);
";

const NOTICES: &str = r"
-- Nobody is told of what happened before there were notices.
INSERT INTO pulse (name, version) SELECT 'notices', version FROM pulse WHERE name = 'feed';
CREATE TABLE notice (
    id {uuid} PRIMARY KEY,
    account_id {uuid} NOT NULL REFERENCES account (id),
    event_id {uuid} NOT NULL REFERENCES outbox_event (id),
    kind {text} NOT NULL,
    subject_type {text} NOT NULL,
    subject_id {uuid} NOT NULL,
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    created_at {time} NOT NULL,
    read_at {time},
    UNIQUE (account_id, event_id)
);
CREATE INDEX notice_account ON notice (account_id, id);
CREATE INDEX notice_unread ON notice (account_id, id) WHERE read_at IS NULL;
CREATE TABLE mail (
    id {uuid} PRIMARY KEY,
    content {bytes} NOT NULL,
    account_id {uuid} REFERENCES account (id),
    created_at {time} NOT NULL,
    attempts INTEGER NOT NULL,
    next_attempt_at {time} NOT NULL
);
CREATE INDEX mail_next ON mail (next_attempt_at);
";

const ACTS: &str = r"
CREATE TABLE administrative_act (
    id {uuid} PRIMARY KEY,
    kind {text} NOT NULL,
    account_id {uuid} REFERENCES account (id),
    seat_id {uuid} REFERENCES seat (id),
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    by_account {uuid} NOT NULL REFERENCES account (id),
    by_seat {uuid} REFERENCES seat (id),
    details {json} NOT NULL,
    at {time} NOT NULL
);
CREATE INDEX administrative_act_account ON administrative_act (account_id, at);
CREATE TABLE proposal (
    id {uuid} PRIMARY KEY,
    command {text} NOT NULL,
    subject_type {text} NOT NULL,
    subject_id {uuid} NOT NULL,
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    expected_version INTEGER,
    reason {text} NOT NULL,
    proposed_by {uuid} NOT NULL REFERENCES account (id),
    proposed_from {uuid} NOT NULL REFERENCES seat (id),
    proposed_at {time} NOT NULL,
    expires_at {time} NOT NULL,
    status {text} NOT NULL CHECK (status IN ('PENDING','CONFIRMED','REJECTED','EXPIRED')),
    decided_by {uuid} REFERENCES account (id),
    decided_from {uuid} REFERENCES seat (id),
    decided_at {time},
    CHECK ((status IN ('PENDING','EXPIRED')) = (decided_by IS NULL)),
    CHECK (decided_by IS NULL OR decided_by <> proposed_by OR status = 'REJECTED')
);
CREATE UNIQUE INDEX proposal_pending ON proposal (command, subject_id) WHERE status = 'PENDING';
CREATE TABLE contact_read (
    id {uuid} PRIMARY KEY,
    reader_id {uuid} NOT NULL REFERENCES account (id),
    subject_id {uuid} NOT NULL REFERENCES account (id),
    request_id {text} NOT NULL,
    at {time} NOT NULL
);
CREATE INDEX contact_read_subject ON contact_read (subject_id, at);
CREATE INDEX audit_leaf_subject ON audit_leaf (subject_type, subject_id);
";
