//! Somebody who has left a trace in every table that refers to people.
use chrono::{DateTime, Duration, Utc};
use entity::{
    access_token, account, administrative_act, certificate, conflict, contact_read, cycle_passing, election_stage,
    enums::{
        ActKind, AssignmentState, CertificateKind, CodePurpose, ConflictKind, DelegateStanding, EventActKind,
        EventKind, EventMode, EventStatus, FindingActKind, FindingSeverity, FindingState, Function, HandoverActKind,
        ObligationActKind, ProposalStatus, ProposedCommand, ReviewActKind, ReviewSubjectType, ScanDirection, ScanFault,
        ScanMethod, SpeakerRole, UnitChangeKind,
    },
    event, event_act, event_delegate, event_scan, event_speaker, finding, finding_act, handover_act, handover_item,
    handover_session, holder, invitation, notice, obligation, obligation_act, one_time_code, outbox_event, proposal,
    receipt_key, recovery_code, region_edition, review_act, review_assignment, review_portfolio,
    rubric::{self, Scores},
    score_draft, score_sheet, second_factor, session, unit_change,
};
use jenjang::{
    audit,
    clock::new_id,
    graphql::id::Kind,
    identity::act::{self, Act},
    mail::{self, Item, Letter},
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter,
    sea_query::Expr,
};
use serde_json::json;
use uuid::Uuid;

use super::honoured::is_honoured;
use crate::{
    stories::{
        rubrics,
        templates::{does, every_shape, on, publishes},
    },
    support::{Office, Report, TestApp, files::pdf, people::Tenure},
};

/// The sign-in of the person, which occurs in the name and in everything written about the person.
pub const NAME: &str = "ketua.32.75";

/// The address the person had before.
pub const FORMER_ADDRESS: &str = "lama.ketua.32.75@contoh.id";

/// What the person did.
pub struct Life {
    pub account: account::Model,
    /// Started, submitted and handed over by the person.
    pub report: Report,
    pub access_token: String,
    pub refresh_token: String,
}

/// The global id of an account.
pub fn id_of(account: &account::Model) -> String {
    Kind::Account.id(account.id).to_string()
}

/// Lets somebody sit in Bekasi, work, and leave traces by the API; and writes those for which there is no verb here.
pub async fn lived(app: &TestApp) -> Life {
    app.seats(NAME, "32.75", Function::Head).await;
    let office = app.office(NAME).await;
    let report = office.drafts("laporan-akhir-kehumasan-2024").await;
    let submitted = office.submits(&report).await.unwrap();
    let (handed_over, _session) = office.hands_over(&[&submitted], None).await.unwrap();
    let letter = pdf("surat", 500);
    office.uploads(&format!("Surat {NAME}.pdf"), &letter).await;
    asks(&office).await;
    judges(&office).await;
    let key = Some("sekali-saja");
    let program = office.makes_program("32.75", "Situs web").await.unwrap();
    let called = json!({ "name": format!("Meja {NAME}") });
    office.makes_token(&program, &["REPORTS_READ"], called).await.unwrap();
    let exported = office.command_with_key("exportPersonalData", "export { sha256 }", json!({}), key);
    exported.await.unwrap();
    opens_and_closes(app).await;
    let account = app.account(NAME).await;
    write_the_rest(app, &account).await;
    Life {
        account,
        report: handed_over[0].clone(),
        access_token: office.access_token,
        refresh_token: office.refresh_token,
    }
}

/// Makes a template, publishes and retires it.
async fn asks(office: &Office<'_>) {
    let route = json!({ "authorTiers": ["KECAMATAN"], "terminalTier": "KABUPATEN_KOTA" });
    let input =
        json!({ "code": "catatan-harian", "name": "Catatan Harian", "route": route, "sections": every_shape() });
    let published = publishes(office, input).await;
    let mut input = on(&published);
    input["reason"] = json!("Tidak dipakai lagi.");
    does(office, "retireReportTemplate", input).await.unwrap();
}

/// Makes a rubric, publishes and retires it.
async fn judges(office: &Office<'_>) {
    let published = rubrics::publishes(office, "penilaian-harian").await;
    let mut input = rubrics::on(&published);
    input["reason"] = json!("Tidak dipakai lagi.");
    rubrics::does(office, "retireRubric", input).await.unwrap();
}

/// What only a HEAD of RI's, or of a unit in between, would do is written as if the person had.
async fn opens_and_closes(app: &TestApp) {
    let office = app.office(NAME).await;
    let templates = office
        .data("{ reportTemplates { nodes { id code } } }", json!({}))
        .await;
    let templates = templates["reportTemplates"]["nodes"].as_array().unwrap();
    let template = templates.iter().find(|row| row["code"] == "laporan-akhir-kehumasan");
    let input = json!({
        "template": template.unwrap()["id"],
        "code": "32.75-kilas-2025",
        "name": "Kilas Kehumasan",
        "periodKind": "AD_HOC",
        "periodStart": "2025-01-01",
        "periodEnd": "2025-01-31",
        "opensAt": "2025-01-01T00:00:00+07:00",
        "dueAt": "2025-02-10T23:59:59+07:00",
        "timeZone": "Asia/Jakarta",
        "audience": { "tiers": ["KABUPATEN_KOTA"] },
    });
    let opened = office
        .command("openReportCycle", "outcome { cycle { id version } }", input)
        .await;
    let cycle = opened.unwrap()["outcome"]["cycle"].clone();
    let closing = json!({ "cycle": cycle["id"], "expectedVersion": cycle["version"] });
    office
        .command("closeReportCycle", "cycle { id }", closing)
        .await
        .unwrap();
    let (person, connection) = (app.account(NAME).await, app.services.db.reader());
    let (seat, now) = (app.seat_of(NAME).await, app.services.clock.now());
    let owed = obligation::Entity::find().one(connection).await.unwrap().unwrap();
    let passing = cycle_passing::Model {
        id: new_id(now),
        cycle_id: owed.cycle_id,
        unit_id: owed.unit_id,
        due_at: now,
        basis_number: "1".to_owned(),
        basis_date: app.services.clock.today(),
        basis_file_id: None,
        version: 1,
        account_id: person.id,
        seat_id: seat,
        at: now,
    };
    let stage = election_stage::Model {
        id: new_id(now),
        code: "psu-2025".to_owned(),
        name: "Pemungutan suara ulang".to_owned(),
        round: 2,
        starts_on: app.services.clock.today(),
        ends_on: app.services.clock.today(),
        regions: election_stage::Regions::default(),
        version: 1,
        created_by: Some(person.id),
        created_at: now,
    };
    let freed = obligation_act::Model {
        id: new_id(now),
        obligation_id: owed.id,
        kind: ObligationActKind::Excuse,
        reason: "Banjir.".to_owned(),
        until: None,
        account_id: person.id,
        seat_id: seat,
        unit_id: owed.unit_id,
        at: now,
    };
    let transaction = app.services.db.begin().await.unwrap();
    passing
        .into_active_model()
        .insert(transaction.connection())
        .await
        .unwrap();
    stage
        .into_active_model()
        .insert(transaction.connection())
        .await
        .unwrap();
    freed
        .into_active_model()
        .insert(transaction.connection())
        .await
        .unwrap();
    finds(app, transaction.connection(), &person, seat).await;
    reviews(app, transaction.connection(), &person, seat).await;
    transaction.commit().await.unwrap();
}

/// What only whoever reviews a report would do is written as if the person had.
async fn finds(app: &TestApp, connection: &impl ConnectionTrait, person: &account::Model, seat: Uuid) {
    let now = app.services.clock.now();
    let found = finding::Model {
        id: new_id(now),
        subject_type: "report".to_owned(),
        subject_id: new_id(now),
        unit_id: app.unit("32.75"),
        revision: 1,
        section: None,
        field: None,
        severity: FindingSeverity::Note,
        text: "Rapi.".to_owned(),
        due_on: None,
        state: FindingState::Open,
        raised_by: person.id,
        raised_seat: seat,
        raised_unit: app.unit("32.75"),
        raised_at: now,
        acknowledged_by: Some(person.id),
        acknowledged_at: Some(now),
        answered_in: None,
        reminded_at: None,
        version: 1,
    };
    let done = finding_act::Model {
        id: new_id(now),
        finding_id: found.id,
        kind: FindingActKind::Raise,
        text: None,
        remedied: None,
        revision: None,
        account_id: person.id,
        seat_id: seat,
        unit_id: found.unit_id,
        at: now,
    };
    found.into_active_model().insert(connection).await.unwrap();
    done.into_active_model().insert(connection).await.unwrap();
}

/// What only who sits at RI would do is written as if the person had.
async fn reviews(app: &TestApp, connection: &impl ConnectionTrait, person: &account::Model, seat: Uuid) {
    let (now, unit) = (app.services.clock.now(), app.unit("32.75"));
    let rubric = rubric::Entity::find()
        .one(app.services.db.reader())
        .await
        .unwrap()
        .unwrap();
    let conflict = conflict::Model {
        id: new_id(now),
        account_id: person.id,
        kind: ConflictKind::Family,
        unit_id: unit,
        until: None,
        reason: format!("Saudara {NAME} bekerja di sana."),
        declared_by: person.id,
        declared_at: now,
        lifted_by: Some(person.id),
        lifted_at: Some(now),
        version: 2,
    };
    let assignment = review_assignment::Model {
        id: new_id(now),
        subject_type: ReviewSubjectType::Report,
        subject_id: new_id(now),
        unit_id: unit,
        seat_id: seat,
        account_id: person.id,
        lead: true,
        state: AssignmentState::Complete,
        due_on: None,
        assigned_by: person.id,
        assigned_at: now,
        updated_at: now,
        version: 3,
    };
    let draft = score_draft::Model {
        assignment_id: assignment.id,
        scores: Scores::default(),
        comment: format!("Catatan {NAME}."),
        updated_at: now,
    };
    let sheet = score_sheet::Model {
        id: new_id(now),
        assignment_id: assignment.id,
        number: 1,
        revision_id: new_id(now),
        rubric_id: rubric.id,
        scores: Scores::default(),
        comment: String::new(),
        total: "50.00".to_owned(),
        content: "{}".to_owned(),
        sha256: String::new(),
        account_id: person.id,
        seat_id: seat,
        completed_at: now,
    };
    let portfolio = review_portfolio::Model {
        seat_id: seat,
        version: 1,
        updated_at: now,
        updated_by: person.id,
    };
    let act = review_act::Model {
        id: new_id(now),
        kind: ReviewActKind::Complete,
        about_type: "assignment".to_owned(),
        about_id: assignment.id,
        details: json!({}),
        reason: None,
        account_id: person.id,
        seat_id: seat,
        unit_id: unit,
        at: now,
    };
    conflict.into_active_model().insert(connection).await.unwrap();
    assignment.into_active_model().insert(connection).await.unwrap();
    draft.into_active_model().insert(connection).await.unwrap();
    sheet.into_active_model().insert(connection).await.unwrap();
    portfolio.into_active_model().insert(connection).await.unwrap();
    act.into_active_model().insert(connection).await.unwrap();
}

async fn write_the_rest(app: &TestApp, person: &account::Model) {
    let services = &app.services;
    let now = services.clock.now();
    let (admin, other) = (app.account("admin.ri").await, app.account("head.32").await);
    let (admin_seat, seat) = (app.seat_of("admin.ri").await, app.seat_of(NAME).await);
    let unit = app.unit("32.75");
    let event = outbox_event::Entity::find()
        .one(services.db.reader())
        .await
        .unwrap()
        .unwrap();
    let transaction = services.db.begin().await.unwrap();
    let connection = transaction.connection();

    let session = session::Model {
        id: new_id(now),
        account_id: person.id,
        device_name: Some(format!("Ponsel {NAME}")),
        created_at: now,
        last_used_at: now,
        expires_at: now + Duration::days(30),
        ended_at: None,
        address: Some("203.0.113.7".to_owned()),
        last_address: Some("203.0.113.8".to_owned()),
    };
    session.into_active_model().insert(connection).await.unwrap();
    let code = one_time_code::Model {
        code_hash: vec![1; 32],
        account_id: person.id,
        purpose: CodePurpose::EmailChange,
        new_email: Some(format!("baru.{NAME}@contoh.id")),
        created_at: now,
        expires_at: now + Duration::hours(1),
        used_at: None,
        issued_by: None,
        issued_from: None,
    };
    code.into_active_model().insert(connection).await.unwrap();
    let factor = second_factor::Model {
        account_id: person.id,
        secret: None,
        pending_secret: Some(vec![2; 20]),
        confirmed_at: None,
        last_step: 0,
    };
    factor.into_active_model().insert(connection).await.unwrap();
    let code = recovery_code::Model {
        code_hash: vec![3; 32],
        account_id: person.id,
        used_at: None,
    };
    code.into_active_model().insert(connection).await.unwrap();
    let told = notice::Model {
        id: new_id(now),
        account_id: person.id,
        event_id: event.id,
        kind: event.kind,
        subject_type: event.subject_type,
        subject_id: event.subject_id,
        unit_id: unit,
        created_at: now,
        read_at: None,
    };
    told.into_active_model().insert(connection).await.unwrap();
    for (reader, subject) in [(other.id, person.id), (person.id, other.id)] {
        let read = contact_read::Model {
            id: new_id(now),
            reader_id: reader,
            subject_id: subject,
            request_id: "permintaan".to_owned(),
            at: now,
        };
        read.into_active_model().insert(connection).await.unwrap();
    }
    let letter = |to: &str| {
        Item::Letter(Letter {
            to: to.to_owned(),
            subject: "Halo".to_owned(),
            body: format!("Kepada {NAME}"),
        })
    };
    let vault = &services.identity.vault;
    let waiting = [
        (Some(person.id), letter(&person.email)),
        (None, letter(&person.email.to_uppercase())),
        (
            None,
            Item::PasswordReset {
                email: person.email.clone(),
            },
        ),
        (Some(other.id), letter(&other.email)),
    ];
    for (account, item) in waiting {
        mail::post(connection, vault, account, &item, now).await.unwrap();
    }

    // Its maker uses it, and its act is of the time when such acts told what a token is called.
    access_token::Entity::update_many()
        .col_expr(access_token::Column::LastUsedAt, Expr::value(now))
        .col_expr(access_token::Column::LastUsedAddress, Expr::value("203.0.113.9"))
        .exec(connection)
        .await
        .unwrap();
    let token = access_token::Entity::find().one(connection).await.unwrap().unwrap();
    let act = Act {
        kind: ActKind::AccessTokenRevoked,
        account: None,
        seat: None,
        unit,
        by: other.id,
        by_seat: Some(seat),
        details: json!({ "accessToken": token.id, "name": token.name }),
    };
    act::record(connection, act, now).await.unwrap();

    let edition = region_edition::Model {
        id: new_id(now),
        name: "Edisi 2025".to_owned(),
        basis_number: Some("1".to_owned()),
        basis_date: Some(services.clock.today()),
        effective_on: Some(services.clock.today()),
        sha256: "0".repeat(64),
        added: 0,
        renamed: 0,
        moved: 0,
        ended: 0,
        by_account: Some(person.id),
        by_seat: Some(seat),
        at: now,
    };
    edition.into_active_model().insert(connection).await.unwrap();

    // Past the person came by an invitation, twice was invited in vain, and invited somebody else.
    let invitations = [
        (person.email.clone(), admin.id, admin_seat, Some(person.id)),
        (person.email.to_uppercase(), admin.id, admin_seat, None),
        (FORMER_ADDRESS.to_uppercase(), admin.id, admin_seat, None),
        ("tamu@contoh.id".to_owned(), person.id, seat, None),
    ];
    for (number, (email, by, from, accepted_by)) in (10_u8..).zip(invitations) {
        let row = invitation::Model {
            id: new_id(now),
            seat_id: seat,
            acting: false,
            valid_from: services.clock.today(),
            valid_to: None,
            email_key: email.to_lowercase(),
            name: if by == person.id {
                "Tamu".to_owned()
            } else {
                person.name.clone()
            },
            email: email.clone(),
            code_hash: vec![number; 32],
            invited_by: by,
            invited_from: from,
            created_at: now,
            expires_at: now + Duration::hours(72),
            account_id: accepted_by,
            accepted_at: accepted_by.map(|_person| now),
            revoked_at: None,
        };
        row.clone().into_active_model().insert(connection).await.unwrap();
        let subject = audit::Subject {
            subject_type: jenjang::audit::SubjectType::Invitation,
            id: row.id,
            row: &row,
        };
        audit::attest(connection, subject, now).await.unwrap();
        let act = Act {
            kind: ActKind::AccountInvited,
            account: None,
            seat: Some(seat),
            unit,
            by,
            by_seat: Some(from),
            details: json!({ "invitation": row.id, "email": email, "name": row.name }),
        };
        act::record(connection, act, now).await.unwrap();
    }
    let act = Act {
        kind: ActKind::EmailChanged,
        account: Some(person.id),
        seat: None,
        unit,
        by: person.id,
        by_seat: None,
        details: json!({ "from": FORMER_ADDRESS, "to": person.email }),
    };
    act::record(connection, act, now).await.unwrap();
    let act = Act {
        kind: ActKind::AccountDeactivated,
        account: Some(other.id),
        seat: None,
        unit,
        by: person.id,
        by_seat: Some(seat),
        details: json!({ "note": "milik orang lain" }),
    };
    act::record(connection, act, now).await.unwrap();
    let decided = proposal::Model {
        id: new_id(now),
        command: ProposedCommand::ErasePerson,
        subject_type: "account".to_owned(),
        subject_id: other.id,
        unit_id: unit,
        expected_version: None,
        reason: "Sudah pindah.".to_owned(),
        proposed_by: person.id,
        proposed_from: seat,
        proposed_at: now,
        expires_at: now + Duration::hours(72),
        status: ProposalStatus::Rejected,
        decided_by: Some(person.id),
        decided_from: Some(seat),
        decided_at: Some(now),
    };
    decided.into_active_model().insert(connection).await.unwrap();
    let changed = unit_change::Model {
        id: new_id(now),
        kind: UnitChangeKind::Rename,
        effective_on: services.clock.today(),
        basis_number: "1/HK.01.00/K1/2026".to_owned(),
        basis_date: services.clock.today(),
        unit_id: unit,
        by_account: person.id,
        by_seat: seat,
        undoes: None,
        at: now,
    };
    changed.into_active_model().insert(connection).await.unwrap();
    let stage = election_stage::Model {
        id: new_id(now),
        code: "masa-tenang".to_owned(),
        name: "Masa tenang".to_owned(),
        round: 1,
        starts_on: services.clock.today(),
        ends_on: services.clock.today(),
        regions: election_stage::Regions::default(),
        version: 1,
        created_by: Some(person.id),
        created_at: now,
    };
    stage.into_active_model().insert(connection).await.unwrap();
    handover_item::Entity::update_many()
        .col_expr(handover_item::Column::AccountId, Expr::value(person.id))
        .filter(handover_item::Column::AccountId.is_null())
        .exec(connection)
        .await
        .unwrap();
    let gathering = handover_session::Entity::find().one(connection).await.unwrap().unwrap();
    let act = handover_act::Model {
        id: new_id(now),
        session_id: gathering.id,
        kind: HandoverActKind::Scheduled,
        details: json!({}),
        reason: None,
        account_id: person.id,
        seat_id: seat,
        unit_id: unit,
        at: now,
    };
    act.into_active_model().insert(connection).await.unwrap();
    keeps_a_door(connection, (unit, seat, person.id), now).await;
    is_honoured(connection, (unit, seat, person.id), now).await;
    transaction.commit().await.unwrap();
    let next_year = Tenure {
        from: services.clock.today() + Duration::days(365),
        ..Tenure::SETTLED
    };
    app.appoints(NAME, app.makes_seat("32.75", Function::Observer).await, next_year)
        .await;
    app.reload_directory().await;
}

/// An event of the person's unit, at which the person speaks and is present, and a scan that the person entered there.
async fn keeps_a_door(connection: &DatabaseTransaction, (unit, seat, person): (Uuid, Uuid, Uuid), now: DateTime<Utc>) {
    let event = event::Model {
        id: new_id(now),
        unit_id: unit,
        parent_id: None,
        wave: None,
        title: "Rapat Koordinasi".to_owned(),
        kinds: event::Kinds(vec![EventKind::RapatKoordinasi]),
        mode: EventMode::InPerson,
        description: None,
        place: Some("Bekasi".to_owned()),
        online_url: None,
        starts_at: now,
        ends_at: now + Duration::hours(1),
        time_zone: "Asia/Jakarta".to_owned(),
        quota: 1,
        capacity: None,
        audience: event::Audience::default(),
        reply_by: now,
        letter_number: None,
        letter_date: None,
        letter_file_id: None,
        minutes: None,
        minutes_file_id: None,
        status: EventStatus::Running,
        published_at: Some(now),
        reminded_at: None,
        finalised_at: None,
        sha256: None,
        head_position: None,
        head_link: None,
        version: 1,
        created_at: now,
        created_by: person,
    };
    event.clone().into_active_model().insert(connection).await.unwrap();
    let scan = event_scan::Model {
        id: new_id(now),
        event_id: event.id,
        session_id: None,
        delegate_id: None,
        device_id: None,
        account_id: Some(person),
        source_id: person,
        nonce: "meja-1".to_owned(),
        content_sha256: vec![0; 32],
        direction: ScanDirection::In,
        method: ScanMethod::Hand,
        client_at: now,
        arrived_at: now,
        fault: Some(ScanFault::Unknown),
    };
    scan.into_active_model().insert(connection).await.unwrap();
    let speaker = event_speaker::Model {
        id: new_id(now),
        event_id: event.id,
        session_id: None,
        position: 1,
        role: SpeakerRole::Speaker,
        account_id: Some(person),
        name: None,
        title: Some(format!("Koordinator {NAME}")),
    };
    speaker.into_active_model().insert(connection).await.unwrap();
    let delegate = event_delegate::Model {
        id: new_id(now),
        event_id: event.id,
        invitation_id: None,
        unit_id: unit,
        account_id: Some(person),
        name: None,
        title: Some(format!("Koordinator {NAME}")),
        standing: DelegateStanding::Expected,
        walk_in: true,
        replaces_id: None,
        letter_number: None,
        letter_date: None,
        letter_file_id: None,
        named_at: now,
        version: 1,
    };
    delegate.clone().into_active_model().insert(connection).await.unwrap();
    let key = receipt_key::Entity::find().one(connection).await.unwrap().unwrap();
    let certificate = certificate::Model {
        id: new_id(now),
        kind: CertificateKind::Attendance,
        subject_type: "event_delegate".to_owned(),
        subject_id: delegate.id,
        issuer_id: unit,
        unit_id: unit,
        account_id: Some(person),
        name: Some(NAME.to_owned()),
        code: "0000-0000-0000-0000-0000-0000-0001".to_owned(),
        kid: key.kid,
        payload: "{}".to_owned(),
        signature: String::new(),
        salt: Some(vec![6; 32]),
        issued_at: now,
        revoked_at: None,
        revoked_because: None,
    };
    certificate.into_active_model().insert(connection).await.unwrap();
    let act = event_act::Model {
        id: new_id(now),
        event_id: event.id,
        kind: EventActKind::Start,
        about_type: "event".to_owned(),
        about_id: event.id,
        details: json!({}),
        reason: None,
        account_id: person,
        seat_id: seat,
        unit_id: unit,
        at: now,
    };
    act.into_active_model().insert(connection).await.unwrap();
}

/// The acts of a kind.
pub async fn acts(app: &TestApp, kind: ActKind) -> Vec<administrative_act::Model> {
    let found = administrative_act::Entity::find().filter(administrative_act::Column::Kind.eq(kind));
    found.all(app.services.db.reader()).await.unwrap()
}

/// The rows by which a person holds seats.
pub async fn held_by(app: &TestApp, account: Uuid) -> Vec<holder::Model> {
    let found = holder::Entity::find().filter(holder::Column::AccountId.eq(account));
    found.all(app.services.db.reader()).await.unwrap()
}
