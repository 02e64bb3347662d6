//! Erasing a person: nothing names the person any more, and everything that was done still stands.
use std::collections::BTreeSet;

use entity::{
    access_token, administrative_act, audit_leaf, award_act, award_revision,
    enums::{ActKind, Function},
    event_act, event_delegate, event_scan, finding, finding_act, handover_act, invitation, mail, obligation_act,
    outbox_event, receipt, reporting_act, review_act, rubric, template, transition, unit_change,
};
use jenjang::{
    audit::{canonical_json, commitment},
    report::template::writing::{Publication, Retirement},
    review::{finding::record::Raised, rubric::writing as rubrics},
    territory::change::{self, Attested},
};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    life::{FORMER_ADDRESS, NAME, acts, held_by, id_of, lived},
    proposing::{PROPOSAL, decides, proposes, with_admins},
};
use crate::{
    on_both_databases,
    support::{TestApp, database::PASSWORD, people::Tenure, search::occurs_in},
};

/// The leaves that can no longer be proved; all others are held against the rows as they are.
async fn unprovable(app: &TestApp) -> BTreeSet<Uuid> {
    let connection = app.services.db.reader();
    let steps = transition::Entity::find().all(connection).await.unwrap();
    let acts = administrative_act::Entity::find().all(connection).await.unwrap();
    let invitations = invitation::Entity::find().all(connection).await.unwrap();
    let mut rows: Vec<(Uuid, String)> = Vec::new();
    rows.extend(steps.iter().map(|row| (row.id, canonical_json(row).unwrap())));
    rows.extend(acts.iter().map(|row| (row.id, canonical_json(row).unwrap())));
    let rounds = reporting_act::Entity::find().all(connection).await.unwrap();
    rows.extend(rounds.iter().map(|row| (row.id, canonical_json(row).unwrap())));
    let receipts = receipt::Entity::find().all(connection).await.unwrap();
    rows.extend(receipts.iter().map(|row| (row.id, canonical_json(row).unwrap())));
    let gatherings = handover_act::Entity::find().all(connection).await.unwrap();
    rows.extend(gatherings.iter().map(|row| (row.id, canonical_json(row).unwrap())));
    let of_events = event_act::Entity::find().all(connection).await.unwrap();
    rows.extend(of_events.iter().map(|row| (row.id, canonical_json(row).unwrap())));
    let of_awards = award_act::Entity::find().all(connection).await.unwrap();
    rows.extend(of_awards.iter().map(|row| (row.id, canonical_json(row).unwrap())));
    let entered = award_revision::Entity::find().all(connection).await.unwrap();
    rows.extend(entered.iter().map(|row| (row.id, canonical_json(row).unwrap())));
    let scans = event_scan::Entity::find().all(connection).await.unwrap();
    rows.extend(scans.iter().map(|row| (row.id, canonical_json(row).unwrap())));
    let freed = obligation_act::Entity::find().all(connection).await.unwrap();
    rows.extend(freed.iter().map(|row| (row.id, canonical_json(row).unwrap())));
    for finding in &finding::Entity::find().all(connection).await.unwrap() {
        rows.push((finding.id, canonical_json(&Raised::from(finding)).unwrap()));
    }
    let reviewed = review_act::Entity::find().all(connection).await.unwrap();
    rows.extend(reviewed.iter().map(|row| (row.id, canonical_json(row).unwrap())));
    let done = finding_act::Entity::find().all(connection).await.unwrap();
    rows.extend(done.iter().map(|row| (row.id, canonical_json(row).unwrap())));
    rows.extend(invitations.iter().map(|row| (row.id, canonical_json(row).unwrap())));
    for change in &unit_change::Entity::find().all(connection).await.unwrap() {
        let touches = &change::query::touches_of(connection, change.id).await.unwrap();
        rows.push((change.id, canonical_json(&Attested { change, touches }).unwrap()));
    }
    for template in &template::Entity::find().all(connection).await.unwrap() {
        rows.push((template.id, canonical_json(&Publication::of(template)).unwrap()));
        rows.push((template.id, canonical_json(&Retirement::of(template)).unwrap()));
    }
    for rubric in &rubric::Entity::find().all(connection).await.unwrap() {
        rows.push((rubric.id, canonical_json(&rubrics::Publication::of(rubric)).unwrap()));
        rows.push((rubric.id, canonical_json(&rubrics::Retirement::of(rubric)).unwrap()));
    }
    let mut unprovable = BTreeSet::new();
    for leaf in audit_leaf::Entity::find().all(connection).await.unwrap() {
        let rows: Vec<&str> = rows
            .iter()
            .filter(|(id, _row)| *id == leaf.subject_id)
            .map(|(_id, row)| row.as_str())
            .collect();
        assert!(!rows.is_empty(), "a leaf over no row: {}", leaf.subject_type);
        let is_proved = |salt: &[u8]| rows.iter().any(|row| leaf.commitment == commitment(salt, row));
        match &leaf.salt {
            None => drop(unprovable.insert(leaf.id)),
            Some(salt) => assert!(is_proved(salt), "{}: {rows:?}", leaf.subject_type),
        }
    }
    unprovable
}

async fn feed_is_dense(app: &TestApp) {
    jenjang::feed::number(&app.services.db).await.unwrap();
    let mut events = outbox_event::Entity::find()
        .all(app.services.db.reader())
        .await
        .unwrap();
    while events.iter().any(|event| event.sequence.is_none()) {
        jenjang::feed::number(&app.services.db).await.unwrap();
        events = outbox_event::Entity::find()
            .all(app.services.db.reader())
            .await
            .unwrap();
    }
    let mut numbers: Vec<i64> = events.iter().filter_map(|event| event.sequence).collect();
    numbers.sort_unstable();
    let count = i64::try_from(events.len()).unwrap();
    assert_eq!(numbers, (1..=count).collect::<Vec<_>>());
}

const HISTORY: &str =
    "query($id: ID!) { report(id: $id) { status history { nodes { command person { id name email erased } } } } }";

async fn nothing_names_the_person_and_everything_stands(app: TestApp) {
    with_admins(&app).await;
    let life = lived(&app).await;
    let before = occurs_in(&app, NAME).await;
    for column in [
        "account.name",
        "account.email",
        "account.email_key",
        "session.device_name",
        "one_time_code.new_email",
        "invitation.name",
        "invitation.email_key",
        "administrative_act.details",
        "access_token.name",
        "certificate.name",
        "file.name",
        "event_delegate.title",
        "event_speaker.title",
    ] {
        assert!(before.contains(column), "the scan is blind to {column}: {before:?}");
    }
    assert_eq!(occurs_in(&app, "203.0.113.").await.len(), 3, "the addresses");
    let province = app.office("head.32").await;
    let history = province.data(HISTORY, json!({ "id": life.report.id })).await;
    let id = id_of(&life.account);
    assert_eq!(unprovable(&app).await, BTreeSet::new());

    let input = json!({ "account": id, "reason": format!("{NAME} memintanya.") });
    let payload = app
        .office("admin.ri")
        .await
        .command("erasePerson", PROPOSAL, input)
        .await
        .unwrap();
    let proposal = payload["proposal"]["id"].as_str().unwrap();
    assert!(occurs_in(&app, NAME).await.contains("proposal.reason"));
    decides(&app.office("admin2.ri").await, "confirmProposal", proposal)
        .await
        .unwrap();

    assert_eq!(occurs_in(&app, NAME).await, BTreeSet::new());
    assert_eq!(occurs_in(&app, "203.0.113.").await, BTreeSet::new());
    feed_is_dense(&app).await;
    the_leaves_are_listed(&app).await;

    let after = province.data(HISTORY, json!({ "id": life.report.id })).await;
    let (was, is) = (
        history["report"]["history"]["nodes"].as_array().unwrap(),
        after["report"]["history"]["nodes"].as_array().unwrap(),
    );
    assert_eq!((was.len(), is.len()), (3, 3), "start, submit, hand over");
    for (was, is) in was.iter().zip(is) {
        assert_eq!(is["command"], was["command"]);
        assert_eq!(
            (&was["person"]["id"], &was["person"]["erased"]),
            (&json!(id), &json!(false))
        );
        let marker = json!({ "id": id, "name": "(dihapus)", "email": null, "erased": true });
        assert_eq!(is["person"], marker);
    }
    // Who could not see the person does not see the marker either.
    let node = "query($id: ID!) { node(id: $id) { id } }";
    let neighbour = app.office("head.32.01").await;
    assert_eq!(neighbour.data(node, json!({ "id": id })).await["node"], Value::Null);

    let waiting = mail::Entity::find().all(app.services.db.reader()).await.unwrap();
    assert_eq!(waiting.len(), 1, "the mail of another person still goes out");
    let today = app.services.clock.today();
    let held = held_by(&app, life.account.id).await;
    assert_eq!(held.len(), 1, "what would have begun later never does");
    assert_eq!(held[0].valid_to, Some(today));
    let token = access_token::Entity::find()
        .one(app.services.db.reader())
        .await
        .unwrap()
        .unwrap();
    assert!(token.revoked_at.is_some());

    let delegates = event_delegate::Entity::find()
        .all(app.services.db.reader())
        .await
        .unwrap();
    let own = delegates.iter().find(|row| row.account_id == Some(life.account.id));
    assert_eq!(own.map(|row| row.version), Some(2), "nobody writes the title back");

    nobody_signs_in_as_the_person(&app, &life.access_token, &life.refresh_token).await;
    let again = proposes(&app.office("admin3.ri").await, &id).await.unwrap_err();
    assert_eq!((again.code.as_str(), again.field.as_str()), ("WRONG_STATE", "account"));
    let export = json!({ "account": id });
    let export = app
        .office("admin3.ri")
        .await
        .command("exportPersonalData", "export { json }", export)
        .await;
    assert_eq!(export.unwrap_err().code, "WRONG_STATE");
}

/// The erasure is itself an act with a leaf, and its row lists exactly the leaves it took the salts of.
async fn the_leaves_are_listed(app: &TestApp) {
    let gone = unprovable(app).await;
    let erased = acts(app, ActKind::PersonErased).await;
    let listed = erased[0].details["leaves"].as_array().unwrap().iter();
    let listed: BTreeSet<Uuid> = listed.map(|id| id.as_str().unwrap().parse().unwrap()).collect();
    assert_eq!(gone, listed);
    // Three invitations with the act of each, the export, the change of address, an act on a token that tells its name, and the
    // proposal of the erasure.
    assert_eq!(gone.len(), 10);
    let leaves = audit_leaf::Entity::find().all(app.services.db.reader()).await.unwrap();
    let own = leaves.iter().find(|leaf| leaf.subject_id == erased[0].id).unwrap();
    assert!(own.salt.is_some());
    let others = acts(app, ActKind::AccountDeactivated).await;
    assert_eq!(
        others[0].details["note"], "milik orang lain",
        "what the person did to others stays"
    );
}

async fn nobody_signs_in_as_the_person(app: &TestApp, access_token: &str, refresh_token: &str) {
    let viewer = app
        .ask(Some(access_token), "{ viewer { account { name } } }", json!({}))
        .await;
    assert_eq!(viewer["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    let refresh = "mutation($token: String!) { refreshSession(input: {refreshToken: $token}) { session { accessToken } userErrors { code } } }";
    let refreshed = app.ask(None, refresh, json!({ "token": refresh_token })).await;
    assert_eq!(
        refreshed["data"]["refreshSession"]["userErrors"][0]["code"],
        "INVALID_REFRESH_TOKEN"
    );
    let sign_in = "mutation($email: String!, $password: String!) { signIn(input: {email: $email, password: $password}) { session { accessToken } userErrors { code } } }";
    let marker = entity::account::Entity::find()
        .all(app.services.db.reader())
        .await
        .unwrap();
    let marker = marker.into_iter().find(|account| account.erased_at.is_some()).unwrap();
    for email in [format!("{NAME}@demo.jenjang.id"), marker.email] {
        let input = json!({ "email": email, "password": PASSWORD });
        let said = app.ask(None, sign_in, input).await;
        assert_eq!(
            said["data"]["signIn"]["userErrors"][0]["code"], "INVALID_CREDENTIALS",
            "{email}"
        );
    }
}

async fn neither_the_person_nor_a_seat_mate_decides(app: TestApp) {
    with_admins(&app).await;
    let alone = app.account("admin.ri").await;
    let (admin, second) = (app.office("admin.ri").await, app.office("admin2.ri").await);
    let own = proposes(&admin, &id_of(&alone)).await.unwrap_err();
    assert_eq!((own.code.as_str(), own.field.as_str()), ("FORBIDDEN", "account"));

    // Years ago admin2 held the seat that admin holds now.
    let past = Tenure {
        to: Tenure::SETTLED.from.succ_opt(),
        ..Tenure::SETTLED
    };
    app.appoints("admin2.ri", app.seat_of("admin.ri").await, past).await;
    app.reload_directory().await;
    let mate = proposes(&second, &id_of(&alone)).await.unwrap_err();
    assert_eq!((mate.code.as_str(), mate.field.as_str()), ("FORBIDDEN", "account"));
    let mate = proposes(&admin, &id_of(&app.account("admin2.ri").await))
        .await
        .unwrap_err();
    assert_eq!(mate.code, "FORBIDDEN", "it holds both ways");

    let third = app.office("admin3.ri").await;
    let proposal = proposes(&third, &id_of(&alone)).await.unwrap();
    for (office, code) in [(&admin, "FORBIDDEN"), (&second, "FORBIDDEN"), (&third, "OWN_WORK")] {
        let refused = decides(office, "confirmProposal", &proposal).await.unwrap_err();
        assert_eq!(
            (refused.code.as_str(), refused.field.as_str()),
            (code, "proposal"),
            "{}",
            office.name
        );
        let document = "query($id: ID!) { node(id: $id) { ... on Proposal { viewerCanConfirm } } }";
        let node = office.data(document, json!({ "id": proposal })).await;
        assert_eq!(node["node"]["viewerCanConfirm"], false, "{}", office.name);
    }
    app.employs(&[("admin4.ri", "RI", Function::Admin)]).await;
    decides(&app.office("admin4.ri").await, "confirmProposal", &proposal)
        .await
        .unwrap();
    assert!(app.account_by_id(alone.id).await.erased_at.is_some());
}

async fn the_last_admin_of_ri_stays(app: TestApp) {
    let admin = app.office("admin.ri").await;
    let id = id_of(&app.account("admin.ri").await);
    let last = proposes(&admin, &id).await.unwrap_err();
    assert_eq!((last.code.as_str(), last.field.as_str()), ("LAST_ADMIN", "account"));
    // Another who is deactivated, or whose time has not come, is none.
    with_admins(&app).await;
    app.deactivates("admin2.ri").await;
    app.dismisses("admin3.ri").await;
    app.reload_directory().await;
    assert_eq!(proposes(&admin, &id).await.unwrap_err().code, "LAST_ADMIN");
}

async fn a_right_that_is_gone_confirms_nothing(app: TestApp) {
    with_admins(&app).await;
    let (admin, second) = (app.office("admin.ri").await, app.office("admin2.ri").await);
    let proposal = proposes(&admin, &id_of(&app.account("head.32.75").await))
        .await
        .unwrap();
    // Dismissed in the database by another process, which this one has not heard of.
    app.dismisses("admin2.ri").await;
    let refused = decides(&second, "confirmProposal", &proposal).await.unwrap_err();
    assert_eq!(refused.code, "NOT_FOUND");
    assert!(app.account("head.32.75").await.erased_at.is_none());
}

/// What was sent to an address after the person had left it is somebody else's.
async fn a_former_address_is_anybodys_later(app: TestApp) {
    with_admins(&app).await;
    let life = lived(&app).await;
    let connection = app.services.db.reader();
    let all = invitation::Entity::find().all(connection).await.unwrap();
    let former = all.iter().find(|row| row.email_key == FORMER_ADDRESS).unwrap();
    let later = invitation::Model {
        id: jenjang::clock::new_id(app.services.clock.now()),
        code_hash: vec![99; 32],
        name: "Penerus".to_owned(),
        created_at: former.created_at + chrono::Duration::days(1),
        ..former.clone()
    };
    let transaction = app.services.db.begin().await.unwrap();
    let inserted = later.clone().into_active_model().insert(transaction.connection());
    inserted.await.unwrap();
    transaction.commit().await.unwrap();
    let proposal = proposes(&app.office("admin.ri").await, &id_of(&life.account))
        .await
        .unwrap();
    decides(&app.office("admin2.ri").await, "confirmProposal", &proposal)
        .await
        .unwrap();
    let left = invitation::Entity::find_by_id(later.id).one(connection).await.unwrap();
    assert_eq!(left.unwrap(), later);
    let gone = invitation::Entity::find_by_id(former.id)
        .one(connection)
        .await
        .unwrap()
        .unwrap();
    assert!(gone.revoked_at.is_some() && gone.name == "(dihapus)", "{gone:?}");
}

async fn what_is_wrong_with_a_proposal_is_told(app: TestApp) {
    with_admins(&app).await;
    let admin = app.office("admin.ri").await;
    let id = id_of(&app.account("head.32.75").await);
    let absent = app.absent(jenjang::graphql::id::Kind::Account);
    for (account, reason, code, field) in [
        (&absent, "Alasan.".to_owned(), "NOT_FOUND", "account"),
        (&id, "  ".to_owned(), "REQUIRED", "reason"),
        (&id, "x".repeat(2_001), "TOO_LONG", "reason"),
    ] {
        let input = json!({ "account": account, "reason": reason });
        let refused = admin.command("erasePerson", PROPOSAL, input).await.unwrap_err();
        assert_eq!((refused.code.as_str(), refused.field.as_str()), (code, field));
    }
    // Somebody who has left is found too: it is they who ask.
    app.dismisses("head.32.75").await;
    app.deactivates("head.32.75").await;
    app.reload_directory().await;
    let proposal = proposes(&admin, &id).await.unwrap();
    decides(&app.office("admin2.ri").await, "confirmProposal", &proposal)
        .await
        .unwrap();
}

on_both_databases!(
    nothing_names_the_person_and_everything_stands,
    a_former_address_is_anybodys_later,
    neither_the_person_nor_a_seat_mate_decides,
    the_last_admin_of_ri_stays,
    a_right_that_is_gone_confirms_nothing,
    what_is_wrong_with_a_proposal_is_told,
);
