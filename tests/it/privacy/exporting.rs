//! A person's data, taken out: all of it, and nothing of other people but ids.
use std::collections::BTreeMap;

use entity::enums::ActKind;
use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    life::{NAME, acts, id_of, lived},
    proposing::with_admins,
};
use crate::{
    on_both_databases,
    support::{Office, TestApp},
};

const EXPORT: &str = "export { fileName mediaType json sha256 }";

/// Where the rows that refer to an account by a column are told, or why they are not.
enum Told {
    At(&'static str),
    Not(&'static str),
}
use Told::{At, Not};

const REFERENCES: &[(&str, Told)] = &[
    ("access_token.created_by", At("/tokens")),
    ("administrative_act.account_id", At("/acts")),
    ("administrative_act.by_account", At("/actsDone")),
    ("award.account_id", At("/awards/honours")),
    ("award_act.account_id", At("/awards/acts")),
    ("award_edition.created_by", At("/awards/drafted")),
    ("award_entry.account_id", At("/awards/entered")),
    ("award_entry.created_by", At("/awards/entriesMade")),
    ("award_entry.submitted_by", At("/awards/entriesSubmitted")),
    ("award_juror.account_id", At("/awards/judges")),
    ("award_juror.appointed_by", At("/awards/jurorsAppointed")),
    ("award_list.computed_by", At("/awards/listsReckoned")),
    ("award_list.ratified_by", At("/awards/listsRatified")),
    ("award_objection.decided_by", At("/awards/objectionsDecided")),
    ("award_objection.filed_by", At("/awards/objections")),
    ("award_revision.account_id", At("/awards/revisions")),
    ("certificate.account_id", At("/events/certificates")),
    ("conflict.account_id", At("/reviews/conflicts")),
    ("conflict.declared_by", At("/reviews/conflictsNoted")),
    ("conflict.lifted_by", At("/reviews/conflictsLifted")),
    ("contact_read.reader_id", At("/contactsRead")),
    ("contact_read.subject_id", At("/contactReads")),
    ("cycle.closed_by", At("/rounds/closed")),
    ("cycle.created_by", At("/rounds/opened")),
    ("cycle_passing.account_id", At("/rounds/passedOn")),
    ("election_stage.created_by", At("/rounds/stages")),
    ("event.created_by", At("/events/drafted")),
    ("event_act.account_id", At("/events/acts")),
    ("event_delegate.account_id", At("/events/comes")),
    ("event_scan.account_id", At("/scans")),
    ("event_speaker.account_id", At("/events/speaks")),
    ("file.begun_by", At("/files")),
    ("finding.acknowledged_by", At("/reports/findingsNoted")),
    ("finding.raised_by", At("/reports/findingsRaised")),
    ("finding_act.account_id", At("/reports/findingActs")),
    ("handover.account_id", At("/reports/handovers")),
    ("handover_act.account_id", At("/reports/handoversArranged")),
    ("handover_item.account_id", At("/reports/handoversAnswered")),
    ("holder.account_id", At("/seats")),
    (
        "idempotency_record.account_id",
        Not("kept for a day to answer a repetition; what it tells of is told by the thing itself"),
    ),
    ("invitation.account_id", At("/invitations")),
    ("invitation.invited_by", At("/invitationsMade")),
    (
        "mail.account_id",
        Not("on its way to the person, and deleted when it is sent"),
    ),
    ("notice.account_id", At("/notices")),
    ("obligation_act.account_id", At("/rounds/decisions")),
    ("one_time_code.account_id", At("/oneTimeCodes")),
    (
        "one_time_code.issued_by",
        Not("told by the act of issuing it, among what the person did"),
    ),
    ("proposal.decided_by", At("/proposals")),
    ("proposal.proposed_by", At("/proposals")),
    ("recovery_code.account_id", At("/recoveryCodesLeft")),
    ("region_edition.by_account", At("/regionEditions")),
    ("report.created_by", At("/reports/started")),
    ("report.submitted_by", At("/reports/submitted")),
    ("reporting_act.account_id", At("/rounds/acts")),
    ("review_act.account_id", At("/reviews/acts")),
    ("review_assignment.account_id", At("/reviews/assigned")),
    ("review_assignment.assigned_by", At("/reviews/assignmentsMade")),
    ("review_portfolio.updated_by", At("/reviews/portfoliosSet")),
    ("revision.account_id", At("/reports/revisions")),
    ("rubric.created_by", At("/rubrics/made")),
    ("rubric.published_by", At("/rubrics/published")),
    ("rubric.retired_by", At("/rubrics/retired")),
    ("score_sheet.account_id", At("/reviews/sheets")),
    ("second_factor.account_id", At("/secondFactor")),
    ("service_account.created_by", At("/programs")),
    ("session.account_id", At("/sessions")),
    ("template.created_by", At("/templates/made")),
    ("template.published_by", At("/templates/published")),
    ("template.retired_by", At("/templates/retired")),
    ("transition.account_id", At("/reports/steps")),
    ("unit_change.by_account", At("/unitChanges")),
];

/// The columns that refer to an account, read off the schema.
async fn references(app: &TestApp) -> Vec<String> {
    let connection = app.services.db.reader();
    let backend = connection.get_database_backend();
    let sql = match backend {
        DatabaseBackend::Sqlite => {
            "SELECT tables.name || '.' || keys.\"from\" AS reference \
             FROM sqlite_master AS tables, pragma_foreign_key_list(tables.name) AS keys \
             WHERE tables.type = 'table' AND keys.\"table\" = 'account'"
        }
        _ => {
            "SELECT keys.table_name || '.' || keys.column_name AS reference \
             FROM information_schema.referential_constraints AS refers \
             JOIN information_schema.key_column_usage AS keys USING (constraint_name) \
             JOIN information_schema.constraint_column_usage AS referred USING (constraint_name) \
             WHERE referred.table_name = 'account'"
        }
    };
    let rows = connection
        .query_all_raw(Statement::from_string(backend, sql))
        .await
        .unwrap();
    let mut found: Vec<String> = rows
        .iter()
        .map(|row| row.try_get::<String>("", "reference").unwrap())
        .collect();
    found.sort();
    found
}

async fn exported(office: &Office<'_>, input: Value) -> Value {
    let payload = office.command("exportPersonalData", EXPORT, input).await.unwrap();
    let export = &payload["export"];
    let text = export["json"].as_str().unwrap();
    let hash: String = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(export["sha256"], hash);
    assert_eq!(export["mediaType"], "application/json");
    let file_name = export["fileName"].as_str().unwrap();
    assert!(
        file_name.starts_with("jenjang-") && file_name.ends_with(".json"),
        "{file_name}"
    );
    serde_json::from_str(text).unwrap()
}

async fn everything_that_refers_to_a_person_is_told(app: TestApp) {
    let known: Vec<&str> = REFERENCES.iter().map(|(reference, _told)| *reference).collect();
    assert_eq!(references(&app).await, known, "say here where it is told, or why not");
    with_admins(&app).await;
    let life = lived(&app).await;
    let document = exported(&app.office(NAME).await, json!({})).await;
    for (reference, told) in REFERENCES {
        match told {
            At(path) => {
                let found = document.pointer(path);
                let told = match found {
                    Some(Value::Array(items)) => !items.is_empty(),
                    Some(Value::Object(_)) => true,
                    Some(Value::Number(number)) => number.as_u64() > Some(0),
                    _ => false,
                };
                assert!(told, "{reference} at {path}: {found:?}");
            }
            Not(reason) => assert!(!reason.is_empty()),
        }
    }
    assert_eq!(document["format"], "jenjang.personal-data/1");
    assert_eq!(document["account"]["email"], life.account.email);
    assert_eq!(document["account"]["name"], life.account.name);
    assert_eq!(document["seats"].as_array().unwrap().len(), 2, "the coming one too");
    assert_eq!(document["seats"][0]["seat"]["unit"], "Bawaslu Kota Bekasi");
    assert_eq!(document["reports"]["steps"].as_array().unwrap().len(), 3);
    assert_eq!(document["invitations"].as_array().unwrap().len(), 2);
    assert_eq!(
        document["contactReads"][0]["readerSeats"][0]["unit"],
        "Bawaslu Provinsi Jawa Barat"
    );
    nothing_of_others_and_no_secret(&app, &document).await;
}

async fn nothing_of_others_and_no_secret(app: &TestApp, document: &Value) {
    let text = document.to_string();
    for other in ["head.32", "admin.ri", "expert1.ri"] {
        let other = app.account(other).await;
        assert!(
            !text.contains(&other.email) && !text.contains(&other.name),
            "{} in {text}",
            other.name
        );
    }
    let person = app.account(NAME).await;
    assert!(
        !text.contains("tamu@contoh.id"),
        "whom the person invited is not the person's data"
    );
    assert!(!text.contains(person.password_hash.as_deref().unwrap()));
    for word in ["hash", "Hash", "secret", "salt"] {
        assert!(!keys(document).contains_key(word), "{word}");
    }
}

/// Every key of a document, however deep.
fn keys(value: &Value) -> BTreeMap<String, ()> {
    match value {
        Value::Object(entries) => {
            let inside = entries.values().flat_map(keys);
            entries.keys().map(|key| (key.clone(), ())).chain(inside).collect()
        }
        Value::Array(items) => items.iter().flat_map(keys).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => BTreeMap::new(),
    }
}

async fn another_persons_data_is_taken_out_on_the_record(app: TestApp) {
    let person = app.account("head.32.75").await;
    let admin = app.office("admin.ri").await;
    let input = json!({ "account": id_of(&person) });
    let document = exported(&admin, input.clone()).await;
    assert_eq!(document["account"]["email"], person.email);
    let recorded = acts(&app, ActKind::PersonalDataExported).await;
    let by = app.account("admin.ri").await;
    assert_eq!(
        (recorded[0].account_id, recorded[0].by_account, recorded[0].by_seat),
        (Some(person.id), by.id, Some(app.seat_of("admin.ri").await))
    );
    // It holds the person's contact, so the person is told who read it.
    let reads = "{ viewer { contactReads { totalCount nodes { readerSeats { localTitle } } } } }";
    let told = app.office("head.32.75").await.data(reads, json!({})).await;
    assert_eq!(told["viewer"]["contactReads"]["totalCount"], 1);
    let absent = json!({ "account": app.absent(jenjang::graphql::id::Kind::Account) });
    let refused = admin.command("exportPersonalData", EXPORT, absent).await.unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.field.as_str()),
        ("NOT_FOUND", "account")
    );

    let own = exported(&admin, json!({ "account": id_of(&by) })).await;
    assert_eq!(own["account"]["email"], by.email);
    let recorded = acts(&app, ActKind::PersonalDataExported).await;
    assert_eq!(
        recorded.last().unwrap().by_seat,
        None,
        "the own is taken out as oneself"
    );
}

/// The outcome kept under the key holds no data: sent again, it is taken out again, by the right one has then.
async fn a_repetition_is_taken_out_anew(app: TestApp) {
    with_admins(&app).await;
    let second = app.office("admin2.ri").await;
    let input = json!({ "account": id_of(&app.account("head.32.75").await) });
    let send = async || {
        second
            .command_with_key("exportPersonalData", EXPORT, input.clone(), Some("sekali"))
            .await
    };
    send().await.unwrap();
    send().await.unwrap();
    assert_eq!(acts(&app, ActKind::PersonalDataExported).await.len(), 1);
    app.dismisses("admin2.ri").await;
    app.reload_directory().await;
    assert_eq!(send().await.unwrap_err().code, "FORBIDDEN");
}

on_both_databases!(
    everything_that_refers_to_a_person_is_told,
    another_persons_data_is_taken_out_on_the_record,
    a_repetition_is_taken_out_anew,
);
