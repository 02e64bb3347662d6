//! A life with awards: one of every row in which they name a person.
use chrono::{DateTime, Utc};
use entity::{
    award, award_act,
    award_category::{self, Criteria, Criterion, Eligibility, Source, TieBreaks},
    award_edition, award_entry, award_juror, award_list, award_objection, award_panel, award_revision,
    enums::{
        AwardActKind, AwardEditionStatus, AwardEntryStatus, AwardHonour, AwardListStatus, AwardObjectionState,
        AwardOrigin, AwardPanelStatus, AwardRecipient, AwardRound, AwardScheme, Tier,
    },
};
use jenjang::clock::new_id;
use sea_orm::{ActiveModelTrait, DatabaseTransaction, IntoActiveModel};
use serde_json::json;
use uuid::Uuid;

/// An edition of the person's unit, in which the person does everything there is to do, and is honoured.
pub async fn is_honoured(
    connection: &DatabaseTransaction,
    (unit, seat, person): (Uuid, Uuid, Uuid),
    now: DateTime<Utc>,
) {
    let edition = award_edition::Model {
        id: new_id(now),
        unit_id: unit,
        title: "Anugerah Kehumasan".to_owned(),
        description: None,
        time_zone: "Asia/Jakarta".to_owned(),
        evidence_from: now.date_naive(),
        evidence_to: now.date_naive(),
        entries_by: now,
        objection_days: 14,
        letter_number: None,
        letter_date: None,
        letter_file_id: None,
        rules: None,
        rules_sha256: None,
        rules_published_at: None,
        status: AwardEditionStatus::Draft,
        announced_at: None,
        event_id: None,
        objections_until: None,
        version: 1,
        created_at: now,
        created_by: person,
    };
    edition.clone().into_active_model().insert(connection).await.unwrap();
    let category = award_category::Model {
        id: new_id(now),
        edition_id: edition.id,
        position: 1,
        title: "Insan humas".to_owned(),
        description: None,
        recipient: AwardRecipient::Person,
        tier: Tier::KabupatenKota,
        scheme: AwardScheme::Single,
        places: 1,
        nominees: 0,
        shortlist: None,
        criteria: Criteria(vec![Criterion {
            key: "tepat-waktu".to_owned(),
            title: "Ketepatan waktu".to_owned(),
            weight: 1,
            source: Source::OnTime,
        }]),
        tie_breaks: TieBreaks::default(),
        eligibility: Eligibility::default(),
        sheets_minimum: 0,
        calibration_minimum: None,
        outlier_points: None,
    };
    category.clone().into_active_model().insert(connection).await.unwrap();
    let entry = award_entry::Model {
        id: new_id(now),
        edition_id: edition.id,
        category_id: category.id,
        unit_id: unit,
        tier: Tier::KabupatenKota,
        provinsi_id: unit,
        recipient: AwardRecipient::Person,
        account_id: Some(person),
        name: None,
        name_salt: None,
        origin: AwardOrigin::Own,
        nominator_id: unit,
        title: None,
        statement: None,
        status: AwardEntryStatus::Awarded,
        revision_id: Some(new_id(now)),
        submitted_at: Some(now),
        submitted_by: Some(person),
        version: 1,
        created_at: now,
        created_by: person,
    };
    entry.clone().into_active_model().insert(connection).await.unwrap();
    let revision = award_revision::Model {
        id: new_id(now),
        entry_id: entry.id,
        number: 1,
        content: "{}".to_owned(),
        sha256: "0".repeat(64),
        account_id: person,
        seat_id: seat,
        at: now,
    };
    revision.into_active_model().insert(connection).await.unwrap();
    judges(connection, (&edition, &category), (unit, seat, person), now).await;
    let list = award_list::Model {
        id: new_id(now),
        edition_id: edition.id,
        number: 1,
        status: AwardListStatus::Announced,
        sha256: "0".repeat(64),
        computed_by: person,
        computed_at: now,
        ratified_by: Some(person),
        ratified_at: Some(now),
        letter_number: None,
        letter_date: None,
        announced_at: Some(now),
        version: 1,
    };
    list.clone().into_active_model().insert(connection).await.unwrap();
    let honour = award::Model {
        id: new_id(now),
        edition_id: edition.id,
        category_id: category.id,
        entry_id: entry.id,
        list_id: list.id,
        issuer_id: unit,
        unit_id: unit,
        tier: Tier::KabupatenKota,
        provinsi_id: unit,
        recipient: AwardRecipient::Person,
        account_id: Some(person),
        name: None,
        honour: AwardHonour::Winner,
        place: None,
        announced_at: now,
        announced_on: now.date_naive(),
        revoked_at: None,
        revoked_because: None,
        version: 1,
    };
    honour.into_active_model().insert(connection).await.unwrap();
    let objection = award_objection::Model {
        id: new_id(now),
        edition_id: edition.id,
        category_id: category.id,
        award_id: None,
        unit_id: unit,
        reason: "Tidak sesuai aturan.".to_owned(),
        file_id: None,
        state: AwardObjectionState::Rejected,
        answer: Some("Sesuai.".to_owned()),
        filed_by: person,
        filed_at: now,
        decided_by: Some(person),
        decided_at: Some(now),
        version: 1,
    };
    objection.into_active_model().insert(connection).await.unwrap();
    let act = award_act::Model {
        id: new_id(now),
        edition_id: edition.id,
        kind: AwardActKind::CreateEdition,
        about_type: "edition".to_owned(),
        about_id: edition.id,
        details: json!({}),
        reason: None,
        account_id: person,
        seat_id: seat,
        unit_id: unit,
        at: now,
    };
    act.into_active_model().insert(connection).await.unwrap();
}

async fn judges(
    connection: &DatabaseTransaction,
    (edition, category): (&award_edition::Model, &award_category::Model),
    (unit, seat, person): (Uuid, Uuid, Uuid),
    now: DateTime<Utc>,
) {
    let panel = award_panel::Model {
        id: new_id(now),
        edition_id: edition.id,
        category_id: category.id,
        unit_id: unit,
        round: AwardRound::Issuer,
        status: AwardPanelStatus::Open,
        opened_at: now,
        closed_at: None,
        inputs: None,
        result: None,
        version: 1,
    };
    panel.clone().into_active_model().insert(connection).await.unwrap();
    let juror = award_juror::Model {
        id: new_id(now),
        panel_id: panel.id,
        seat_id: seat,
        account_id: person,
        appointed_by: person,
        appointed_at: now,
        removed_at: None,
        version: 1,
    };
    juror.into_active_model().insert(connection).await.unwrap();
}
