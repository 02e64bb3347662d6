//! The hierarchy, the people, reports and what is written beside every act.
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true) // Half a schema is worse than none; SQLite would not wrap it by itself.
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for part in [TERRITORY, IDENTITY, TEMPLATES, REPORTS, HANDOVERS, WRITTEN_BESIDE] {
            crate::run(manager, part).await?;
        }
        Ok(())
    }

    async fn down(&self, _manager: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration(
            "the first step is not undone: restore a backup instead".to_owned(),
        ))
    }
}

const TERRITORY: &str = r"
CREATE TABLE pulse (name {text} PRIMARY KEY, version BIGINT NOT NULL);
INSERT INTO pulse (name, version) VALUES ('directory', 1), ('feed', 0);

CREATE TABLE installation (name {text} PRIMARY KEY, value {text} NOT NULL);

CREATE TABLE region (
    id {uuid} PRIMARY KEY,
    code {text} NOT NULL,
    kind {text} NOT NULL CHECK (kind IN ('PROVINSI','KABUPATEN','KOTA','KABUPATEN_ADMINISTRASI','KOTA_ADMINISTRASI','KECAMATAN','DISTRIK')),
    name {text} NOT NULL,
    parent_id {uuid} REFERENCES region (id),
    valid_from {date},
    valid_to {date},
    CHECK (valid_from IS NULL OR valid_to IS NULL OR valid_from < valid_to)
);
CREATE UNIQUE INDEX region_code_now ON region (code) WHERE valid_to IS NULL;

CREATE TABLE unit (
    id {uuid} PRIMARY KEY,
    region_id {uuid} REFERENCES region (id),
    body_kind {text} NOT NULL CHECK (body_kind IN ('BAWASLU_RI','BAWASLU_PROVINSI','BAWASLU_KABUPATEN_KOTA','PANWASLU_KECAMATAN','PANWASLIH_PROVINSI','PANWASLIH_KABUPATEN_KOTA')),
    tier {text} NOT NULL CHECK (tier IN ('RI','PROVINSI','KABUPATEN_KOTA','KECAMATAN')),
    name {text} NOT NULL,
    parent_id {uuid} REFERENCES unit (id),
    acting_superior_id {uuid} REFERENCES unit (id),
    time_zone {text} NOT NULL,
    formed_on {date},
    dissolved_on {date},
    CHECK ((tier = 'RI') = (parent_id IS NULL)),
    CHECK ((tier = 'RI') = (region_id IS NULL))
);
CREATE INDEX unit_parent ON unit (parent_id);

CREATE TABLE account (
    id {uuid} PRIMARY KEY,
    email {text} NOT NULL,
    email_key {text} NOT NULL UNIQUE,
    name {text} NOT NULL,
    password_hash {text},
    created_at {time} NOT NULL,
    deactivated_at {time}
);

CREATE TABLE seat (
    id {uuid} PRIMARY KEY,
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    position {text} NOT NULL CHECK (position IN ('KETUA','ANGGOTA','KORDIV','WAKIL_KORDIV','KEPALA_SEKRETARIAT','KASUBBAG','STAF','DEPUTI','SUB_KOORDINATOR','TENAGA_AHLI','OTHER')),
    function {text} NOT NULL CHECK (function IN ('STAFF','HEAD','ADMIN','OBSERVER','COORDINATOR','EXPERT')),
    local_title {text} NOT NULL,
    division_name {text},
    valid_from {date},
    valid_to {date}
);
CREATE INDEX seat_unit ON seat (unit_id);

CREATE TABLE holder (
    id {uuid} PRIMARY KEY,
    seat_id {uuid} NOT NULL REFERENCES seat (id),
    account_id {uuid} NOT NULL REFERENCES account (id),
    acting BOOLEAN NOT NULL,
    valid_from {date} NOT NULL,
    valid_to {date},
    CHECK (valid_to IS NULL OR valid_from < valid_to)
);
CREATE INDEX holder_seat ON holder (seat_id);
CREATE INDEX holder_account ON holder (account_id);
";

const IDENTITY: &str = r"
CREATE TABLE session (
    id {uuid} PRIMARY KEY,
    account_id {uuid} NOT NULL REFERENCES account (id),
    device_name {text},
    created_at {time} NOT NULL,
    last_used_at {time} NOT NULL,
    expires_at {time} NOT NULL,
    ended_at {time}
);
CREATE INDEX session_account ON session (account_id);
CREATE INDEX session_ended ON session (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE refresh_token (
    token_hash {bytes} PRIMARY KEY,
    session_id {uuid} NOT NULL REFERENCES session (id),
    issued_at {time} NOT NULL,
    used_at {time}
);
CREATE INDEX refresh_token_session ON refresh_token (session_id);
";

const TEMPLATES: &str = r"
CREATE TABLE template (
    id {uuid} PRIMARY KEY,
    code {text} NOT NULL,
    version INTEGER NOT NULL,
    name {text} NOT NULL,
    route {json} NOT NULL,
    sections {json} NOT NULL,
    UNIQUE (code, version)
);
CREATE TABLE cycle (
    id {uuid} PRIMARY KEY,
    template_id {uuid} NOT NULL REFERENCES template (id),
    code {text} NOT NULL UNIQUE,
    name {text} NOT NULL,
    period_kind {text} NOT NULL CHECK (period_kind IN ('MONTHLY','QUARTERLY','ANNUAL','STAGE_FINAL','AD_HOC')),
    period_start {date} NOT NULL,
    period_end {date} NOT NULL,
    opens_at {time} NOT NULL,
    due_at {time} NOT NULL,
    time_zone {text} NOT NULL,
    tree_date {date} NOT NULL,
    closed_at {time},
    CHECK (period_start <= period_end),
    CHECK (opens_at <= due_at)
);
";

// The CHECK on `status` already holds the words of the review that is to come: SQLite cannot alter one.
const REPORTS: &str = r"
CREATE TABLE report (
    id {uuid} PRIMARY KEY,
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    provinsi_id {uuid} REFERENCES unit (id),
    kabupaten_kota_id {uuid} REFERENCES unit (id),
    kecamatan_id {uuid} REFERENCES unit (id),
    template_id {uuid} NOT NULL REFERENCES template (id),
    cycle_id {uuid} NOT NULL REFERENCES cycle (id),
    status {text} NOT NULL CHECK (status IN ('DRAFT','SUBMITTED','TIER_REVIEW','RETURNED','ENDORSED','HANDED_OVER','RECEIVED','EXPERT_REVIEW','REVISION_ASKED','ACCEPTED','DECLINED','EVALUATED','ABANDONED')),
    version INTEGER NOT NULL CHECK (version > 0),
    reviewing_tier {text} CHECK (reviewing_tier IN ('RI','PROVINSI','KABUPATEN_KOTA','KECAMATAN')),
    revision_id {uuid},
    revision_number INTEGER NOT NULL,
    first_submitted_at {time},
    submitted_at {time},
    submitted_rank BIGINT NOT NULL,
    submitted_by {uuid} REFERENCES account (id),
    return_due_on {date},
    accepted_at {time},
    client_id {uuid},
    created_by {uuid} NOT NULL REFERENCES account (id),
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    CHECK ((reviewing_tier IS NOT NULL) = (status IN ('SUBMITTED','TIER_REVIEW')))
);
CREATE UNIQUE INDEX report_live ON report (unit_id, cycle_id) WHERE status NOT IN ('DECLINED','ABANDONED');
CREATE UNIQUE INDEX report_client ON report (created_by, client_id) WHERE client_id IS NOT NULL;
-- Every scope reads its page off an index in order, newest first: by creation (the id) and by submission.
CREATE INDEX report_unit ON report (unit_id, id);
CREATE INDEX report_provinsi ON report (provinsi_id, id);
CREATE INDEX report_kabupaten_kota ON report (kabupaten_kota_id, id);
CREATE INDEX report_kecamatan ON report (kecamatan_id, id);
CREATE INDEX report_provinsi_submitted ON report (provinsi_id, submitted_rank, id);
CREATE INDEX report_kabupaten_kota_submitted ON report (kabupaten_kota_id, submitted_rank, id);
CREATE INDEX report_submitted ON report (submitted_rank, id);
CREATE INDEX report_provinsi_status ON report (provinsi_id, status, submitted_rank, id);
CREATE INDEX report_status ON report (status, submitted_rank, id);
CREATE INDEX report_cycle ON report (cycle_id, submitted_rank, id);

CREATE TABLE report_text (
    report_id {uuid} PRIMARY KEY REFERENCES report (id),
    words {text} NOT NULL
);
CREATE TABLE draft (
    report_id {uuid} PRIMARY KEY REFERENCES report (id),
    answers {json} NOT NULL,
    updated_at {time} NOT NULL
);
CREATE TABLE revision (
    id {uuid} PRIMARY KEY,
    report_id {uuid} NOT NULL REFERENCES report (id),
    number INTEGER NOT NULL,
    content {text} NOT NULL,
    sha256 {text} NOT NULL,
    submitted_at {time} NOT NULL,
    account_id {uuid} NOT NULL REFERENCES account (id),
    seat_id {uuid} NOT NULL REFERENCES seat (id),
    UNIQUE (report_id, number)
);
CREATE TABLE transition (
    id {uuid} PRIMARY KEY,
    report_id {uuid} NOT NULL REFERENCES report (id),
    version INTEGER NOT NULL,
    command {text} NOT NULL,
    from_status {text},
    to_status {text} NOT NULL,
    seat_id {uuid} NOT NULL REFERENCES seat (id),
    account_id {uuid} NOT NULL REFERENCES account (id),
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    reason {text},
    revision_id {uuid} REFERENCES revision (id),
    at {time} NOT NULL,
    UNIQUE (report_id, version)
);
";

const HANDOVERS: &str = r"
CREATE TABLE handover_session (
    id {uuid} PRIMARY KEY,
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    created_at {time} NOT NULL
);
CREATE TABLE handover (
    id {uuid} PRIMARY KEY,
    session_id {uuid} NOT NULL REFERENCES handover_session (id),
    place {text} NOT NULL,
    at {time} NOT NULL,
    seat_id {uuid} NOT NULL REFERENCES seat (id),
    account_id {uuid} NOT NULL REFERENCES account (id),
    created_at {time} NOT NULL
);
CREATE INDEX handover_of_session ON handover (session_id);
CREATE TABLE handover_item (
    handover_id {uuid} NOT NULL REFERENCES handover (id),
    report_id {uuid} NOT NULL REFERENCES report (id),
    revision_id {uuid} NOT NULL REFERENCES revision (id),
    outcome {text} NOT NULL CHECK (outcome IN ('PENDING','RECEIVED','REFUSED')),
    seat_id {uuid} REFERENCES seat (id),
    account_id {uuid} REFERENCES account (id),
    decided_at {time},
    reason {text},
    PRIMARY KEY (handover_id, report_id)
);
CREATE UNIQUE INDEX handover_item_in_force ON handover_item (report_id) WHERE outcome <> 'REFUSED';
CREATE TABLE handover_receiver (
    handover_id {uuid} NOT NULL REFERENCES handover (id),
    seat_id {uuid} NOT NULL REFERENCES seat (id),
    PRIMARY KEY (handover_id, seat_id)
);
CREATE INDEX handover_receiver_seat ON handover_receiver (seat_id);
";

const WRITTEN_BESIDE: &str = r"
CREATE TABLE outbox_event (
    id {uuid} PRIMARY KEY,
    sequence BIGINT UNIQUE,
    kind {text} NOT NULL,
    subject_type {text} NOT NULL,
    subject_id {uuid} NOT NULL,
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    payload {json} NOT NULL,
    at {time} NOT NULL
);
CREATE INDEX outbox_event_unnumbered ON outbox_event (id) WHERE sequence IS NULL;
CREATE TABLE audit_leaf (
    id {uuid} PRIMARY KEY,
    subject_type {text} NOT NULL,
    subject_id {uuid} NOT NULL,
    salt {bytes},
    commitment {bytes} NOT NULL,
    at {time} NOT NULL
);
CREATE TABLE idempotency_record (
    account_id {uuid} NOT NULL REFERENCES account (id),
    key {text} NOT NULL,
    field {text} NOT NULL,
    input_sha256 {bytes} NOT NULL,
    outcome {json} NOT NULL,
    created_at {time} NOT NULL,
    PRIMARY KEY (account_id, key, field)
);
CREATE INDEX idempotency_record_age ON idempotency_record (created_at);
";
