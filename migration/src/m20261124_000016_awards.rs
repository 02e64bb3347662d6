//! Awards: editions and their rules, who is entered, who judges, what it came to, and who was honoured.
use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DatabaseBackend},
};

use crate::run;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        widen_reviews(manager).await?;
        run(manager, EDITIONS).await?;
        run(manager, JUDGING).await?;
        run(manager, HONOURS).await
    }

    async fn down(&self, _manager: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration(
            "steps are not undone: restore a backup instead".to_owned(),
        ))
    }
}

/// Reviews are of reports no more alone. SQLite cannot alter a CHECK but by its text, which its manual allows where no row has
/// to change (lang_altertable, section 7); the text is found whole or nothing is touched.
async fn widen_reviews(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    if connection.get_database_backend() == DatabaseBackend::Postgres {
        let dropped = "ALTER TABLE review_assignment DROP CONSTRAINT review_assignment_subject_type_check";
        return connection.execute_unprepared(dropped).await.map(drop);
    }
    connection.execute_unprepared(WIDENED_ON_SQLITE).await.map(drop)
}

const WIDENED_ON_SQLITE: &str = r"
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, ' CHECK (subject_type IN (''REPORT''))', '')
    WHERE type = 'table' AND name = 'review_assignment';
PRAGMA writable_schema = RESET;
";

const EDITIONS: &str = r"
CREATE TABLE award_edition (
    id {uuid} PRIMARY KEY,
    -- The issuer: RI, or a province.
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    title {text} NOT NULL,
    description {text},
    time_zone {text} NOT NULL,
    -- What is looked at: from and to, both included.
    evidence_from {date} NOT NULL,
    evidence_to {date} NOT NULL,
    -- Until when entries are taken.
    entries_by {time} NOT NULL,
    -- For how many days after the announcement objections are taken.
    objection_days INTEGER NOT NULL CHECK (objection_days >= 0),
    letter_number {text},
    letter_date {date},
    letter_file_id {uuid} REFERENCES file (id),
    -- The rules as they were published, canonical JSON, and their SHA-256, hexadecimal.
    rules {text},
    rules_sha256 {text},
    rules_published_at {time},
    status {text} NOT NULL CHECK (status IN ('DRAFT','RULES_PUBLISHED','NOMINATION','VERIFICATION','JUDGING','RANKED','RATIFIED','ANNOUNCED','CLOSED','VOID')),
    announced_at {time},
    -- Where it was announced.
    event_id {uuid} REFERENCES event (id),
    objections_until {time},
    version INTEGER NOT NULL CHECK (version > 0),
    created_at {time} NOT NULL,
    created_by {uuid} NOT NULL REFERENCES account (id),
    CHECK (evidence_from <= evidence_to),
    CHECK ((letter_number IS NULL) = (letter_date IS NULL)),
    CHECK ((rules IS NULL) = (rules_sha256 IS NULL)),
    CHECK ((announced_at IS NULL) = (objections_until IS NULL))
);
CREATE INDEX award_edition_unit ON award_edition (unit_id, id);
CREATE TABLE award_category (
    id {uuid} PRIMARY KEY,
    edition_id {uuid} NOT NULL REFERENCES award_edition (id),
    position INTEGER NOT NULL CHECK (position > 0),
    title {text} NOT NULL,
    description {text},
    recipient {text} NOT NULL CHECK (recipient IN ('UNIT','PERSON','OUTSIDER')),
    -- Whose units, or whose people; of outsiders, whose units may name them.
    tier {text} NOT NULL CHECK (tier IN ('PROVINSI','KABUPATEN_KOTA')),
    scheme {text} NOT NULL CHECK (scheme IN ('RANKED','UNRANKED','SINGLE')),
    places INTEGER NOT NULL CHECK (places > 0),
    nominees INTEGER NOT NULL CHECK (nominees >= 0),
    -- How many each province passes on to RI; none: RI judges alone.
    shortlist INTEGER CHECK (shortlist > 0),
    criteria {json} NOT NULL,
    tie_breaks {json} NOT NULL,
    eligibility {json} NOT NULL,
    -- How many sheets an entry needs, and how many a juror needs to be calibrated.
    sheets_minimum INTEGER NOT NULL CHECK (sheets_minimum >= 0),
    calibration_minimum INTEGER CHECK (calibration_minimum > 1),
    -- How far from the median a sheet is looked at again, points.
    outlier_points INTEGER CHECK (outlier_points > 0),
    UNIQUE (edition_id, position)
);

CREATE TABLE award_entry (
    id {uuid} PRIMARY KEY,
    edition_id {uuid} NOT NULL REFERENCES award_edition (id),
    category_id {uuid} NOT NULL REFERENCES award_category (id),
    -- Who is entered, or whose person, or who named an outsider.
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    -- As the hierarchy was when it was entered.
    tier {text} NOT NULL CHECK (tier IN ('PROVINSI','KABUPATEN_KOTA')),
    provinsi_id {uuid} NOT NULL REFERENCES unit (id),
    recipient {text} NOT NULL CHECK (recipient IN ('UNIT','PERSON','OUTSIDER')),
    account_id {uuid} REFERENCES account (id),
    name {text},
    -- What the name is hashed with where it was submitted: without it the hash says nothing.
    name_salt {text},
    origin {text} NOT NULL CHECK (origin IN ('OWN','PARENT','AUTOMATIC')),
    -- Who entered it: the unit itself, or one above it.
    nominator_id {uuid} NOT NULL REFERENCES unit (id),
    -- What for, and why.
    title {text},
    statement {text},
    status {text} NOT NULL CHECK (status IN ('DRAFT','SUBMITTED','RETURNED','ELIGIBLE','INELIGIBLE','SHORTLISTED','NOT_LISTED','RANKED','AWARDED','UNPLACED','WITHDRAWN','DISQUALIFIED')),
    -- What was submitted last, and by whom.
    revision_id {uuid},
    submitted_at {time},
    submitted_by {uuid} REFERENCES account (id),
    version INTEGER NOT NULL CHECK (version > 0),
    created_at {time} NOT NULL,
    created_by {uuid} NOT NULL REFERENCES account (id),
    CHECK (recipient <> 'UNIT' OR (account_id IS NULL AND name IS NULL)),
    CHECK (account_id IS NULL OR name IS NULL),
    CHECK ((name IS NULL) = (name_salt IS NULL)),
    CHECK ((submitted_at IS NULL) = (revision_id IS NULL))
);
CREATE INDEX award_entry_edition ON award_entry (edition_id, id);
CREATE INDEX award_entry_nominator ON award_entry (nominator_id, id);
CREATE INDEX award_entry_provinsi ON award_entry (provinsi_id, id);
CREATE INDEX award_entry_category ON award_entry (category_id, id);
CREATE INDEX award_entry_unit ON award_entry (unit_id, id);
CREATE INDEX award_entry_account ON award_entry (account_id) WHERE account_id IS NOT NULL;
-- A unit is entered once, and a person. A draft is known to who writes it alone, so that it stands in nobody else's way.
CREATE UNIQUE INDEX award_entry_once ON award_entry (category_id, unit_id)
    WHERE recipient = 'UNIT' AND status NOT IN ('DRAFT','WITHDRAWN');
CREATE UNIQUE INDEX award_entry_drafted_once ON award_entry (category_id, unit_id, nominator_id)
    WHERE recipient = 'UNIT' AND status NOT IN ('WITHDRAWN');
CREATE UNIQUE INDEX award_entry_person_once ON award_entry (category_id, account_id)
    WHERE account_id IS NOT NULL AND status NOT IN ('DRAFT','WITHDRAWN');
CREATE UNIQUE INDEX award_entry_person_drafted_once ON award_entry (category_id, account_id, nominator_id)
    WHERE account_id IS NOT NULL AND status NOT IN ('WITHDRAWN');
-- What proves it beyond files: a page on the web, with a copy of it as a file.
CREATE TABLE award_link (
    id {uuid} PRIMARY KEY,
    entry_id {uuid} NOT NULL REFERENCES award_entry (id),
    position INTEGER NOT NULL CHECK (position > 0),
    title {text} NOT NULL,
    url {text} NOT NULL,
    copy_id {uuid} REFERENCES file (id),
    UNIQUE (entry_id, position)
);
-- What was submitted, in canonical JSON. Never updated.
CREATE TABLE award_revision (
    id {uuid} PRIMARY KEY,
    entry_id {uuid} NOT NULL REFERENCES award_entry (id),
    number INTEGER NOT NULL CHECK (number > 0),
    content {text} NOT NULL,
    sha256 {text} NOT NULL,
    account_id {uuid} NOT NULL REFERENCES account (id),
    seat_id {uuid} NOT NULL REFERENCES seat (id),
    at {time} NOT NULL,
    UNIQUE (entry_id, number)
);

-- The acts on all of it. Never updated.
CREATE TABLE award_act (
    id {uuid} PRIMARY KEY,
    edition_id {uuid} NOT NULL REFERENCES award_edition (id),
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
CREATE INDEX award_act_about ON award_act (about_id, id);
CREATE INDEX award_act_edition ON award_act (edition_id, id);
CREATE INDEX award_act_account ON award_act (account_id);
";

const JUDGING: &str = r"
-- The jury of a category in a round: of a province for its own units, or of the issuer.
CREATE TABLE award_panel (
    id {uuid} PRIMARY KEY,
    edition_id {uuid} NOT NULL REFERENCES award_edition (id),
    category_id {uuid} NOT NULL REFERENCES award_category (id),
    -- Whose jury it is.
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    round {text} NOT NULL CHECK (round IN ('PROVINSI','ISSUER')),
    status {text} NOT NULL CHECK (status IN ('OPEN','CLOSED')),
    opened_at {time} NOT NULL,
    closed_at {time},
    -- Of a province's round: what its shortlist was made of and what it came to, canonical JSON.
    inputs {text},
    result {text},
    version INTEGER NOT NULL CHECK (version > 0),
    UNIQUE (category_id, unit_id, round)
);
CREATE INDEX award_panel_edition ON award_panel (edition_id, id);
CREATE INDEX award_panel_unit ON award_panel (unit_id, id);
CREATE TABLE award_juror (
    id {uuid} PRIMARY KEY,
    panel_id {uuid} NOT NULL REFERENCES award_panel (id),
    seat_id {uuid} NOT NULL REFERENCES seat (id),
    account_id {uuid} NOT NULL REFERENCES account (id),
    appointed_by {uuid} NOT NULL REFERENCES account (id),
    appointed_at {time} NOT NULL,
    removed_at {time},
    version INTEGER NOT NULL CHECK (version > 0)
);
CREATE UNIQUE INDEX award_juror_live ON award_juror (panel_id, account_id) WHERE removed_at IS NULL;
CREATE INDEX award_juror_account ON award_juror (account_id, id);
-- An entry before a jury: what its jurors are assigned to.
CREATE TABLE award_candidate (
    id {uuid} PRIMARY KEY,
    panel_id {uuid} NOT NULL REFERENCES award_panel (id),
    entry_id {uuid} NOT NULL REFERENCES award_entry (id),
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    -- The figures of its indicators, each 0.00 to 100.00 under the key of its criterion, as they were when judging was opened.
    figures {json} NOT NULL,
    UNIQUE (panel_id, entry_id)
);
CREATE INDEX award_candidate_entry ON award_candidate (entry_id);
";

const HONOURS: &str = r"
-- What the scores came to, for all categories at once; a later one takes the place of a list of which an award was revoked.
CREATE TABLE award_list (
    id {uuid} PRIMARY KEY,
    edition_id {uuid} NOT NULL REFERENCES award_edition (id),
    number INTEGER NOT NULL CHECK (number > 0),
    status {text} NOT NULL CHECK (status IN ('COMPUTED','RATIFIED','ANNOUNCED','SUPERSEDED')),
    -- Over what every category came to.
    sha256 {text} NOT NULL,
    computed_by {uuid} NOT NULL REFERENCES account (id),
    computed_at {time} NOT NULL,
    ratified_by {uuid} REFERENCES account (id),
    ratified_at {time},
    -- The letter by which it was ratified.
    letter_number {text},
    letter_date {date},
    announced_at {time},
    version INTEGER NOT NULL CHECK (version > 0),
    UNIQUE (edition_id, number),
    CHECK ((ratified_by IS NULL) = (ratified_at IS NULL)),
    CHECK ((letter_number IS NULL) = (letter_date IS NULL))
);
CREATE TABLE award_list_category (
    list_id {uuid} NOT NULL REFERENCES award_list (id),
    category_id {uuid} NOT NULL REFERENCES award_category (id),
    -- Canonical JSON: what it was reckoned from, and what it came to.
    inputs {text} NOT NULL,
    inputs_sha256 {text} NOT NULL,
    result {text} NOT NULL,
    result_sha256 {text} NOT NULL,
    PRIMARY KEY (list_id, category_id)
);

-- Who was honoured, from the announcement on.
CREATE TABLE award (
    id {uuid} PRIMARY KEY,
    edition_id {uuid} NOT NULL REFERENCES award_edition (id),
    category_id {uuid} NOT NULL REFERENCES award_category (id),
    entry_id {uuid} NOT NULL UNIQUE REFERENCES award_entry (id),
    list_id {uuid} NOT NULL REFERENCES award_list (id),
    -- The issuer.
    issuer_id {uuid} NOT NULL REFERENCES unit (id),
    -- As the hierarchy was when it was announced.
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    tier {text} NOT NULL CHECK (tier IN ('PROVINSI','KABUPATEN_KOTA')),
    provinsi_id {uuid} NOT NULL REFERENCES unit (id),
    recipient {text} NOT NULL CHECK (recipient IN ('UNIT','PERSON','OUTSIDER')),
    account_id {uuid} REFERENCES account (id),
    name {text},
    honour {text} NOT NULL CHECK (honour IN ('WINNER','NOMINEE')),
    -- None among equals, and of nominees.
    place INTEGER CHECK (place > 0),
    announced_at {time} NOT NULL,
    announced_on {date} NOT NULL,
    revoked_at {time},
    revoked_because {text},
    version INTEGER NOT NULL CHECK (version > 0),
    CHECK (account_id IS NULL OR name IS NULL),
    CHECK ((revoked_at IS NULL) = (revoked_because IS NULL))
);
CREATE INDEX award_edition_awards ON award (edition_id, category_id, id);
CREATE INDEX award_unit ON award (unit_id, id);
CREATE INDEX award_provinsi ON award (provinsi_id, id);
-- What the tally counts by: it reads nothing else.
CREATE INDEX award_tally ON award (edition_id, provinsi_id, tier, recipient, honour, announced_on, revoked_at);
CREATE INDEX award_account ON award (account_id) WHERE account_id IS NOT NULL;
CREATE TABLE award_objection (
    id {uuid} PRIMARY KEY,
    edition_id {uuid} NOT NULL REFERENCES award_edition (id),
    category_id {uuid} NOT NULL REFERENCES award_category (id),
    -- What is objected to; none: that the own entry got nothing.
    award_id {uuid} REFERENCES award (id),
    -- Who objects.
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    reason {text} NOT NULL,
    file_id {uuid} REFERENCES file (id),
    state {text} NOT NULL CHECK (state IN ('OPEN','UPHELD','REJECTED')),
    answer {text},
    filed_by {uuid} NOT NULL REFERENCES account (id),
    filed_at {time} NOT NULL,
    decided_by {uuid} REFERENCES account (id),
    decided_at {time},
    version INTEGER NOT NULL CHECK (version > 0),
    CHECK ((decided_by IS NULL) = (decided_at IS NULL)),
    CHECK ((state = 'OPEN') = (decided_at IS NULL))
);
CREATE INDEX award_objection_edition ON award_objection (edition_id, id);
CREATE INDEX award_objection_unit ON award_objection (unit_id, id);
-- A unit waits for the answer before it objects to the same again.
CREATE UNIQUE INDEX award_objection_open ON award_objection (unit_id, award_id)
    WHERE state = 'OPEN' AND award_id IS NOT NULL;
CREATE UNIQUE INDEX award_objection_open_of_none ON award_objection (unit_id, category_id)
    WHERE state = 'OPEN' AND award_id IS NULL;
";
