//! What takes two persons: proposed by one, decided by another, within three days.
use std::sync::Arc;

use chrono::{Duration, Utc};
use entity::enums::{ActKind, Function};
use jenjang::{clock::StillClock, graphql::id::Kind};
use serde_json::{Value, json};

use super::life::{acts, id_of};
use crate::{
    on_both_databases,
    support::{Office, Refusal, TestApp, app::Variation, people::Tenure},
};

pub const PROPOSAL: &str = "proposal { id status reason }";

/// Two more ADMINs of RI, so that there is somebody to confirm.
pub async fn with_admins(app: &TestApp) {
    app.employs(&[
        ("admin2.ri", "RI", Function::Admin),
        ("admin3.ri", "RI", Function::Admin),
    ])
    .await;
}

/// Proposes to erase somebody, and gives the proposal.
pub async fn proposes(office: &Office<'_>, account: &str) -> Result<String, Refusal> {
    let input = json!({ "account": account, "reason": "Atas permintaan yang bersangkutan." });
    let payload = office.command("erasePerson", PROPOSAL, input).await?;
    assert_eq!(payload["proposal"]["status"], "PENDING");
    Ok(payload["proposal"]["id"].as_str().unwrap().to_owned())
}

pub async fn decides(office: &Office<'_>, command: &str, proposal: &str) -> Result<Value, Refusal> {
    let payload = office
        .command(command, PROPOSAL, json!({ "proposal": proposal }))
        .await?;
    Ok(payload["proposal"].clone())
}

fn refused(code: &str, field: &str) -> Refusal {
    Refusal {
        code: code.to_owned(),
        field: field.to_owned(),
    }
}

const LIST: &str = "query($status: ProposalStatus) { proposals(filter: {status: {eq: $status}}) { totalCount nodes { id \
    command status reason subject { ... on Account { name email } } proposedBy { name } proposedFrom { localTitle } \
    proposedAt expiresAt decidedBy { name } decidedFrom { id } decidedAt viewerCanConfirm viewerCanReject } } }";

async fn another_person_has_to_confirm(app: TestApp) {
    with_admins(&app).await;
    let subject = id_of(&app.account("head.32.75").await);
    // The proposer sits in a second seat of the same rights: it is the person that counts.
    let second = app.makes_seat("RI", Function::Admin).await;
    app.appoints("admin.ri", second, Tenure::SETTLED).await;
    app.reload_directory().await;
    let (proposer, other) = (app.office("admin.ri").await, app.office("admin2.ri").await);
    let ambiguous = proposes(&proposer, &subject).await.unwrap_err();
    assert_eq!(ambiguous, refused("SEAT_AMBIGUOUS", "seat"));
    let input = json!({ "account": subject, "reason": " Ia meminta. ", "seat": Kind::Seat.id(second) });
    let payload = proposer.command("erasePerson", PROPOSAL, input).await.unwrap();
    let proposal = payload["proposal"]["id"].as_str().unwrap();
    assert_eq!(payload["proposal"]["reason"], "Ia meminta.");

    let first = app.office("admin.ri").await;
    let seats = first.data("{ viewer { seats { id } } }", json!({})).await;
    for seat in seats["viewer"]["seats"].as_array().unwrap() {
        let input = json!({ "proposal": proposal, "seat": seat["id"] });
        let own = first.command("confirmProposal", PROPOSAL, input).await.unwrap_err();
        assert_eq!(own, refused("OWN_WORK", "proposal"));
    }
    let again = proposes(&other, &subject).await.unwrap_err();
    assert_eq!(again.code, "ALREADY_EXISTS");

    let data = other.data(LIST, json!({})).await;
    let node = &data["proposals"]["nodes"][0];
    assert_eq!(data["proposals"]["totalCount"], 1);
    assert_eq!(
        (&node["viewerCanConfirm"], &node["viewerCanReject"], &node["command"]),
        (&json!(true), &json!(true), &json!("ERASE_PERSON"))
    );
    assert_eq!(node["subject"]["name"], app.account("head.32.75").await.name);
    assert_eq!(node["proposedBy"]["name"], app.account("admin.ri").await.name);
    let mine = first.data(LIST, json!({})).await;
    let node = &mine["proposals"]["nodes"][0];
    assert_eq!(
        (&node["viewerCanConfirm"], &node["viewerCanReject"]),
        (&json!(false), &json!(false)),
        "nobody confirms the own, and of two seats one has to be named"
    );
    let found = "query($id: ID!) { node(id: $id) { ... on Proposal { status } } }";
    let node = other.data(found, json!({ "id": proposal })).await;
    assert_eq!(node["node"]["status"], "PENDING");

    let confirmed = decides(&other, "confirmProposal", proposal).await.unwrap();
    assert_eq!(
        (&confirmed["status"], &confirmed["reason"]),
        (&json!("CONFIRMED"), &json!(""))
    );
    for command in ["confirmProposal", "rejectProposal"] {
        let late = decides(&app.office("admin3.ri").await, command, proposal)
            .await
            .unwrap_err();
        assert_eq!(late, refused("WRONG_STATE", "proposal"), "{command}");
    }
}

async fn a_proposal_is_rejected_or_withdrawn(app: TestApp) {
    with_admins(&app).await;
    let subject = id_of(&app.account("head.32.75").await);
    let (proposer, other) = (app.office("admin.ri").await, app.office("admin2.ri").await);
    let withdrawn = proposes(&proposer, &subject).await.unwrap();
    let own = decides(&proposer, "rejectProposal", &withdrawn).await.unwrap();
    assert_eq!(own["status"], "REJECTED");

    let rejected = proposes(&proposer, &subject).await.unwrap();
    let too_long = json!({ "proposal": rejected, "reason": "x".repeat(2_001) });
    let refusal = other.command("rejectProposal", PROPOSAL, too_long).await.unwrap_err();
    assert_eq!(refusal, refused("TOO_LONG", "reason"));
    let input = json!({ "proposal": rejected, "reason": "Masih bertugas." });
    let key = Some("tolak");
    for _sent_twice in 0..2 {
        let done = other
            .command_with_key("rejectProposal", PROPOSAL, input.clone(), key)
            .await;
        assert_eq!(done.unwrap()["proposal"]["status"], "REJECTED");
    }
    let data = other.data(LIST, json!({ "status": "REJECTED" })).await;
    assert_eq!(data["proposals"]["totalCount"], 2);
    assert_eq!(
        data["proposals"]["nodes"][0]["decidedBy"]["name"],
        app.account("admin2.ri").await.name
    );
    let recorded = acts(&app, ActKind::ErasureRejected).await;
    assert_eq!(recorded.len(), 2, "sent twice, done once");
    assert_eq!(recorded[1].details["reason"], "Masih bertugas.");
    let person = app.account("head.32.75").await;
    assert!(person.erased_at.is_none() && person.deactivated_at.is_none());
}

async fn a_proposal_runs_out_after_three_days(app: TestApp) {
    let clock = StillClock::at(Utc::now());
    let variation = Variation {
        clock: Arc::new(clock.clone()),
        ..Variation::default()
    };
    with_admins(&app).await;
    let app = app.varied(variation).await;
    let subject = id_of(&app.account("head.32.75").await);
    let proposal = proposes(&app.office("admin.ri").await, &subject).await.unwrap();
    clock.advance(Duration::hours(72) - Duration::seconds(1));
    let data = app
        .office("admin2.ri")
        .await
        .data(LIST, json!({ "status": "PENDING" }))
        .await;
    assert_eq!(data["proposals"]["nodes"][0]["viewerCanConfirm"], true);
    clock.advance(Duration::seconds(1));
    let other = app.office("admin2.ri").await;
    for command in ["confirmProposal", "rejectProposal"] {
        let late = decides(&other, command, &proposal).await.unwrap_err();
        assert_eq!(late, refused("WRONG_STATE", "proposal"), "{command}");
    }
    assert!(app.account("head.32.75").await.erased_at.is_none());
    for (status, count) in [("PENDING", 0), ("EXPIRED", 1), ("CONFIRMED", 0)] {
        let data = other.data(LIST, json!({ "status": status })).await;
        assert_eq!(data["proposals"]["totalCount"], count, "{status}");
    }
    // It makes room for another one.
    let anew = proposes(&other, &subject).await.unwrap();
    assert_ne!(anew, proposal);
    let confirmed = decides(&app.office("admin.ri").await, "confirmProposal", &anew)
        .await
        .unwrap();
    assert_eq!(confirmed["status"], "CONFIRMED");
    let data = other.data(LIST, json!({ "status": "EXPIRED" })).await;
    assert_eq!(data["proposals"]["totalCount"], 1, "the first one stays what it was");
}

async fn of_two_who_confirm_at_once_one_does(app: TestApp) {
    with_admins(&app).await;
    let subject = id_of(&app.account("head.32.75").await);
    let proposal = proposes(&app.office("admin.ri").await, &subject).await.unwrap();
    let (one, two) = (app.office("admin2.ri").await, app.office("admin3.ri").await);
    let (first, second) = futures_util::join!(
        decides(&one, "confirmProposal", &proposal),
        decides(&two, "confirmProposal", &proposal)
    );
    let (done, late): (Vec<_>, Vec<_>) = [first, second].into_iter().partition(Result::is_ok);
    assert_eq!((done.len(), late.len()), (1, 1));
    assert_eq!(late[0].as_ref().unwrap_err().code, "WRONG_STATE");
    assert_eq!(acts(&app, ActKind::PersonErased).await.len(), 1);
}

on_both_databases!(
    another_person_has_to_confirm,
    a_proposal_is_rejected_or_withdrawn,
    a_proposal_runs_out_after_three_days,
    of_two_who_confirm_at_once_one_does,
);

mod the_states {
    use entity::enums::ProposalStatus;
    use jenjang::proposal::workflow::{Decider, Refused, Step, next, standing};
    use sea_orm::Iterable;

    #[test]
    fn nobody_confirms_alone_and_nothing_is_decided_twice() {
        for stored in ProposalStatus::iter() {
            for over in [false, true] {
                let from = standing(stored, over);
                assert_eq!(
                    from == ProposalStatus::Pending,
                    stored == ProposalStatus::Pending && !over
                );
                for step in Step::ALL {
                    for by in Decider::ALL {
                        let led = next(from, step, by);
                        let decides = from == ProposalStatus::Pending;
                        let alone = step == Step::Confirm && by == Decider::Proposer;
                        assert_eq!(led.is_ok(), decides && !alone, "{from:?} {step:?} {by:?}");
                        assert_eq!(led == Err(Refused::OwnWork), alone, "{from:?} {step:?} {by:?}");
                        assert!(led.is_err() || led.unwrap() != from, "it leads somewhere");
                    }
                }
            }
        }
    }
}
