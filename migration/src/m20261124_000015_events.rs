//! Events: who is invited and what was answered, who came, what units say of their own people, and what it led to.
use sea_orm_migration::prelude::*;

use crate::run;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, EVENTS).await?;
        run(manager, ATTENDANCE).await?;
        run(manager, OUTCOMES).await
    }
}

const EVENTS: &str = r"
CREATE TABLE event (
    id {uuid} PRIMARY KEY,
    -- The host.
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    -- The series it is a wave of.
    parent_id {uuid} REFERENCES event (id),
    wave INTEGER CHECK (wave > 0),
    title {text} NOT NULL,
    kinds {json} NOT NULL,
    mode {text} NOT NULL CHECK (mode IN ('IN_PERSON','ONLINE','HYBRID')),
    description {text},
    place {text},
    online_url {text},
    starts_at {time} NOT NULL,
    ends_at {time} NOT NULL,
    time_zone {text} NOT NULL,
    -- How many delegates a unit may name, and how many there is room for.
    quota INTEGER NOT NULL CHECK (quota > 0),
    capacity INTEGER CHECK (capacity > 0),
    audience {json} NOT NULL,
    reply_by {time} NOT NULL,
    letter_number {text},
    letter_date {date},
    letter_file_id {uuid} REFERENCES file (id),
    minutes {text},
    minutes_file_id {uuid} REFERENCES file (id),
    status {text} NOT NULL CHECK (status IN ('DRAFT','PUBLISHED','REGISTRATION_CLOSED','RUNNING','ENDED','FINAL','CANCELLED','POSTPONED')),
    published_at {time},
    -- When people were told that it begins.
    reminded_at {time},
    finalised_at {time},
    -- Over the sealed attendance, and where the audit's chain stood.
    sha256 {text},
    head_position BIGINT,
    head_link {text},
    version INTEGER NOT NULL CHECK (version > 0),
    created_at {time} NOT NULL,
    created_by {uuid} NOT NULL REFERENCES account (id),
    CHECK (starts_at < ends_at),
    CHECK ((parent_id IS NULL) = (wave IS NULL)),
    CHECK ((letter_number IS NULL) = (letter_date IS NULL)),
    CHECK ((head_position IS NULL) = (head_link IS NULL))
);
CREATE INDEX event_unit ON event (unit_id, id);
CREATE INDEX event_parent ON event (parent_id) WHERE parent_id IS NOT NULL;
CREATE TABLE event_session (
    id {uuid} PRIMARY KEY,
    event_id {uuid} NOT NULL REFERENCES event (id),
    position INTEGER NOT NULL CHECK (position > 0),
    title {text} NOT NULL,
    place {text},
    starts_at {time} NOT NULL,
    ends_at {time} NOT NULL,
    -- Whether attendance is taken in it.
    counted BOOLEAN NOT NULL,
    -- What delegates enter who attend it online.
    join_code {text},
    CHECK (starts_at < ends_at)
);
CREATE INDEX event_session_event ON event_session (event_id, position);
CREATE TABLE event_speaker (
    id {uuid} PRIMARY KEY,
    event_id {uuid} NOT NULL REFERENCES event (id),
    -- None: of the event as a whole.
    session_id {uuid} REFERENCES event_session (id),
    position INTEGER NOT NULL CHECK (position > 0),
    role {text} NOT NULL CHECK (role IN ('OPENER','SPEAKER','MODERATOR')),
    -- Somebody with an account, or a name.
    account_id {uuid} REFERENCES account (id),
    name {text},
    title {text},
    CHECK (account_id IS NULL OR name IS NULL)
);
CREATE INDEX event_speaker_event ON event_speaker (event_id, position);
CREATE INDEX event_speaker_account ON event_speaker (account_id) WHERE account_id IS NOT NULL;
CREATE TABLE event_material (
    id {uuid} PRIMARY KEY,
    event_id {uuid} NOT NULL REFERENCES event (id),
    session_id {uuid} REFERENCES event_session (id),
    file_id {uuid} NOT NULL REFERENCES file (id),
    title {text} NOT NULL,
    position INTEGER NOT NULL CHECK (position > 0)
);
CREATE INDEX event_material_event ON event_material (event_id, position);

CREATE TABLE event_invitation (
    id {uuid} PRIMARY KEY,
    event_id {uuid} NOT NULL REFERENCES event (id),
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    -- As the hierarchy was when it was invited.
    tier {text} NOT NULL CHECK (tier IN ('RI','PROVINSI','KABUPATEN_KOTA','KECAMATAN')),
    provinsi_id {uuid} REFERENCES unit (id),
    quota INTEGER NOT NULL CHECK (quota > 0),
    status {text} NOT NULL CHECK (status IN ('INVITED','CONFIRMED','DECLINED','NO_REPLY')),
    reason {text},
    -- Offered after the event was published.
    late BOOLEAN NOT NULL,
    invited_at {time} NOT NULL,
    replied_at {time},
    reminded_at {time},
    version INTEGER NOT NULL CHECK (version > 0),
    UNIQUE (event_id, unit_id)
);
CREATE INDEX event_invitation_unit ON event_invitation (unit_id, id);
CREATE TABLE event_delegate (
    id {uuid} PRIMARY KEY,
    event_id {uuid} NOT NULL REFERENCES event (id),
    -- None: a walk-in of a unit that was not invited.
    invitation_id {uuid} REFERENCES event_invitation (id),
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    account_id {uuid} REFERENCES account (id),
    name {text},
    title {text},
    standing {text} NOT NULL CHECK (standing IN ('EXPECTED','REPLACED','WITHDRAWN','PENDING','REFUSED')),
    walk_in BOOLEAN NOT NULL,
    replaces_id {uuid} REFERENCES event_delegate (id),
    -- The surat tugas.
    letter_number {text},
    letter_date {date},
    letter_file_id {uuid} REFERENCES file (id),
    named_at {time} NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    CHECK (account_id IS NULL OR name IS NULL),
    CHECK ((letter_number IS NULL) = (letter_date IS NULL)),
    CHECK (walk_in OR invitation_id IS NOT NULL)
);
CREATE INDEX event_delegate_event ON event_delegate (event_id, id);
CREATE INDEX event_delegate_invitation ON event_delegate (invitation_id) WHERE invitation_id IS NOT NULL;
CREATE INDEX event_delegate_account ON event_delegate (account_id) WHERE account_id IS NOT NULL;

-- The acts on all of it. Never updated.
CREATE TABLE event_act (
    id {uuid} PRIMARY KEY,
    event_id {uuid} NOT NULL REFERENCES event (id),
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
CREATE INDEX event_act_about ON event_act (about_id, id);
CREATE INDEX event_act_event ON event_act (event_id, id);
CREATE INDEX event_act_account ON event_act (account_id);
";

const ATTENDANCE: &str = r"
CREATE TABLE event_device (
    id {uuid} PRIMARY KEY,
    event_id {uuid} NOT NULL REFERENCES event (id),
    name {text} NOT NULL,
    pairing_sha256 {bytes} NOT NULL,
    pairing_expires_at {time} NOT NULL,
    token_sha256 {bytes} UNIQUE,
    paired_at {time},
    revoked_at {time},
    last_seen_at {time},
    version INTEGER NOT NULL CHECK (version > 0),
    CHECK ((token_sha256 IS NULL) = (paired_at IS NULL))
);
CREATE INDEX event_device_event ON event_device (event_id, id);
CREATE UNIQUE INDEX event_device_pairing ON event_device (pairing_sha256);

-- Everything that was scanned or entered, also what failed. Never updated.
CREATE TABLE event_scan (
    id {uuid} PRIMARY KEY,
    event_id {uuid} NOT NULL REFERENCES event (id),
    -- None: it named no session of the event.
    session_id {uuid} REFERENCES event_session (id),
    -- None: the code was nobody's.
    delegate_id {uuid} REFERENCES event_delegate (id),
    device_id {uuid} REFERENCES event_device (id),
    account_id {uuid} REFERENCES account (id),
    -- Who scanned: the device, or the account.
    source_id {uuid} NOT NULL,
    nonce {text} NOT NULL,
    -- Over what was sent, so that the same sent again is told from something else under the same nonce.
    content_sha256 {bytes} NOT NULL,
    direction {text} NOT NULL CHECK (direction IN ('IN','OUT')),
    method {text} NOT NULL CHECK (method IN ('CODE','HAND','PAPER','ONLINE')),
    client_at {time} NOT NULL,
    arrived_at {time} NOT NULL,
    -- Why it counts for nothing.
    fault {text} CHECK (fault IN ('MALFORMED','FORGED','OTHER_EVENT','UNKNOWN','REVOKED','REFUSED','WRONG_TIME')),
    CHECK (fault IS NOT NULL OR (delegate_id IS NOT NULL AND session_id IS NOT NULL)),
    UNIQUE (event_id, source_id, nonce)
);
CREATE INDEX event_scan_delegate ON event_scan (delegate_id, session_id) WHERE delegate_id IS NOT NULL;
CREATE INDEX event_scan_event ON event_scan (event_id, id);
CREATE INDEX event_scan_account ON event_scan (account_id) WHERE account_id IS NOT NULL;
-- What was decided about a scan: annulled, or counted or set aside in a conflict.
CREATE TABLE event_scan_ruling (
    scan_id {uuid} PRIMARY KEY REFERENCES event_scan (id),
    event_id {uuid} NOT NULL REFERENCES event (id),
    ruling {text} NOT NULL CHECK (ruling IN ('ANNULLED','COUNTED','SET_ASIDE')),
    act_id {uuid} NOT NULL REFERENCES event_act (id),
    at {time} NOT NULL
);
CREATE INDEX event_scan_ruling_event ON event_scan_ruling (event_id);
-- What the scans of a delegate in a session come to, reckoned anew with each.
CREATE TABLE event_attendance (
    delegate_id {uuid} NOT NULL REFERENCES event_delegate (id),
    session_id {uuid} NOT NULL REFERENCES event_session (id),
    event_id {uuid} NOT NULL REFERENCES event (id),
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    first_in {time},
    last_out {time},
    inside BOOLEAN NOT NULL,
    seconds BIGINT NOT NULL CHECK (seconds >= 0),
    conflict BOOLEAN NOT NULL,
    PRIMARY KEY (delegate_id, session_id)
);
CREATE INDEX event_attendance_event ON event_attendance (event_id, session_id);
CREATE INDEX event_attendance_unit ON event_attendance (unit_id, event_id);

CREATE TABLE event_excuse (
    id {uuid} PRIMARY KEY,
    event_id {uuid} NOT NULL REFERENCES event (id),
    invitation_id {uuid} NOT NULL REFERENCES event_invitation (id),
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    -- None: nobody of the unit comes.
    delegate_id {uuid} REFERENCES event_delegate (id),
    reason {text} NOT NULL,
    file_id {uuid} REFERENCES file (id),
    state {text} NOT NULL CHECK (state IN ('ASKED','GRANTED','REFUSED')),
    asked_at {time} NOT NULL,
    decided_at {time},
    version INTEGER NOT NULL CHECK (version > 0)
);
CREATE INDEX event_excuse_invitation ON event_excuse (invitation_id, id);
CREATE INDEX event_excuse_event ON event_excuse (event_id, id);

CREATE TABLE attendance_sheet (
    id {uuid} PRIMARY KEY,
    event_id {uuid} NOT NULL REFERENCES event (id),
    invitation_id {uuid} NOT NULL UNIQUE REFERENCES event_invitation (id),
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    status {text} NOT NULL CHECK (status IN ('DRAFT','SUBMITTED','RETURNED','VERIFIED','SEALED')),
    entries {json} NOT NULL,
    note {text},
    submitted_at {time},
    -- The newest sealed version; 0 while there is none.
    sealed INTEGER NOT NULL CHECK (sealed >= 0),
    version INTEGER NOT NULL CHECK (version > 0)
);
CREATE INDEX attendance_sheet_event ON attendance_sheet (event_id, id);
-- Sealed versions. Never updated.
CREATE TABLE attendance_seal (
    id {uuid} PRIMARY KEY,
    sheet_id {uuid} NOT NULL REFERENCES attendance_sheet (id),
    number INTEGER NOT NULL CHECK (number > 0),
    entries {json} NOT NULL,
    note {text},
    sha256 {text} NOT NULL,
    sealed_at {time} NOT NULL,
    UNIQUE (sheet_id, number)
);
-- What a proposal would have a sealed sheet say.
CREATE TABLE attendance_correction (
    proposal_id {uuid} PRIMARY KEY REFERENCES proposal (id),
    sheet_id {uuid} NOT NULL REFERENCES attendance_sheet (id),
    entries {json} NOT NULL,
    note {text}
);
";

const OUTCOMES: &str = r"
-- What a rubric says of a unit at the end of an event.
CREATE TABLE event_evaluation (
    id {uuid} PRIMARY KEY,
    event_id {uuid} NOT NULL REFERENCES event (id),
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    rubric_id {uuid} NOT NULL REFERENCES rubric (id),
    scores {json} NOT NULL,
    note {text},
    -- From 0 to 100 with two places; none while it is a draft.
    total {text},
    state {text} NOT NULL CHECK (state IN ('DRAFT','ISSUED','ACKNOWLEDGED','OBJECTED')),
    reply {text},
    issued_at {time},
    replied_at {time},
    version INTEGER NOT NULL CHECK (version > 0),
    UNIQUE (event_id, unit_id)
);
CREATE INDEX event_evaluation_unit ON event_evaluation (unit_id, id);

-- Signed statements on the format of the receipts. What names a person is beside the payload, which holds a salted hash of it.
CREATE TABLE certificate (
    id {uuid} PRIMARY KEY,
    kind {text} NOT NULL,
    subject_type {text} NOT NULL,
    subject_id {uuid} NOT NULL,
    -- Who issues it.
    issuer_id {uuid} NOT NULL REFERENCES unit (id),
    -- Whose it is, or whose person.
    unit_id {uuid} NOT NULL REFERENCES unit (id),
    account_id {uuid} REFERENCES account (id),
    -- The name that is hashed under the salt; neither is there once the person was erased.
    name {text},
    code {text} NOT NULL UNIQUE,
    kid {text} NOT NULL REFERENCES receipt_key (kid),
    payload {text} NOT NULL,
    signature {text} NOT NULL,
    salt {bytes},
    issued_at {time} NOT NULL,
    revoked_at {time},
    revoked_because {text},
    UNIQUE (kind, subject_type, subject_id),
    CHECK ((name IS NULL) = (salt IS NULL)),
    CHECK ((revoked_at IS NULL) = (revoked_because IS NULL))
);
CREATE INDEX certificate_unit ON certificate (unit_id, id);
CREATE INDEX certificate_issuer ON certificate (issuer_id, id);
CREATE INDEX certificate_account ON certificate (account_id) WHERE account_id IS NOT NULL;
";
