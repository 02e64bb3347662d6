//! Whoever can write the whole database can make a chain that holds. Heads that are kept outside find it; and the binary
//! says all of it as an operator hears it.
use entity::{audit_leaf, transition};
use jenjang::{
    audit::{canonical_json, commitment},
    auditor::{self, witness::Written},
};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QueryOrder, Set};
use serde_json::{Value, json};

use super::{Stolen, everything_is_done, stolen, told};
use crate::{
    on_both_databases,
    support::{
        TestApp,
        process::{self, Ended},
    },
};

impl Stolen {
    /// Every head there is, as it is written down.
    async fn heads(&self) -> String {
        let mut lines = String::new();
        let write = |head| {
            lines += &serde_json::to_string(&Written::from(head)).unwrap();
            lines.push('\n');
        };
        auditor::heads(&self.db, 1, write).await.unwrap();
        lines
    }

    /// Alters a row and makes everything fit: its leaf, and the whole chain.
    async fn is_rewritten(&self) {
        let connection = self.db.reader();
        let step = transition::Entity::find()
            .order_by_desc(transition::Column::Id)
            .one(connection)
            .await;
        let mut step = step.unwrap().unwrap();
        step.reason = Some("Sudah lengkap.".to_owned());
        step.clone()
            .into_active_model()
            .reset_all()
            .update(connection)
            .await
            .unwrap();
        let leaves = audit_leaf::Entity::find().all(connection).await.unwrap();
        let leaf = leaves.iter().find(|leaf| leaf.subject_id == step.id).unwrap();
        let forged = commitment(leaf.salt.as_ref().unwrap(), &canonical_json(&step).unwrap());
        let forged = audit_leaf::ActiveModel {
            commitment: Set(forged.to_vec()),
            ..leaf.clone().into_active_model()
        };
        forged.update(connection).await.unwrap();
        self.does("UPDATE audit_leaf SET position = NULL, link = NULL").await;
        self.does("UPDATE pulse SET version = 0 WHERE name = 'audit'").await;
        jenjang::feed::number(&self.db).await.unwrap();
    }

    /// Takes the last two leaves off, with their rows, and the count.
    async fn is_cut(&self) {
        let last = "position > (SELECT version - 2 FROM pulse WHERE name = 'audit')";
        self.does(&format!(
            "DELETE FROM administrative_act WHERE id IN (SELECT subject_id FROM audit_leaf WHERE {last})"
        ))
        .await;
        self.does(&format!("DELETE FROM audit_leaf WHERE {last}")).await;
        self.does("UPDATE pulse SET version = version - 2 WHERE name = 'audit'")
            .await;
    }
}

async fn a_chain_that_was_rewritten_is_found_by_its_heads(app: TestApp) {
    everything_is_done(&app).await;
    let stolen = stolen(app).await;
    let heads = stolen.heads().await;
    let before = stolen.verified(&heads).await;
    assert_eq!(before.0, []);
    assert_eq!(u64::try_from(heads.lines().count()).unwrap(), before.1.linked);
    stolen.is_rewritten().await;
    stolen.is_sound().await;
    let (found, _summary) = stolen.verified(&heads).await;
    assert!(
        !found.is_empty() && told(&found).iter().all(|told| told.starts_with("ALTERED")),
        "{found:?}"
    );
}

async fn a_chain_that_was_cut_is_found_by_its_heads(app: TestApp) {
    everything_is_done(&app).await;
    for office in ["head.32.75", "head.32"] {
        let office = app.office(office).await;
        let exported = office.command("exportPersonalData", "export { sha256 }", json!({}));
        exported.await.unwrap();
    }
    let stolen = stolen(app).await;
    let heads = stolen.heads().await;
    let before = stolen.is_sound().await;
    stolen.is_cut().await;
    let after = stolen.is_sound().await;
    assert_eq!(after.linked, before.linked - 2);
    let (found, _summary) = stolen.verified(&heads).await;
    assert_eq!(told(&found), ["MISSING leaf", "MISSING leaf"]);
    let last = i64::try_from(before.linked).unwrap();
    let positions: Vec<_> = found.iter().map(|finding| finding.position).collect();
    assert_eq!(positions, [Some(last - 1), Some(last)]);
}

async fn the_binary_tells_an_operator(app: TestApp) {
    everything_is_done(&app).await;
    let stolen = stolen(app).await;
    let folder = stolen.database.folder.path();
    let run = |arguments: &[&str]| -> Ended {
        process::run(
            folder,
            arguments,
            &[("JENJANG_DATABASE_URL", stolen.database.url.as_str())],
        )
    };
    let sound = run(&["audit", "verify"]);
    assert!(sound.status.success(), "{}{}", sound.stdout, sound.stderr);
    assert!(
        sound.stdout.contains("0 altered, 0 missing, 0 unattested"),
        "{}",
        sound.stdout
    );
    let heads = run(&["audit", "heads", "--every", "3"]);
    assert!(
        heads.status.success() && heads.stdout.lines().count() > 2,
        "{}{}",
        heads.stdout,
        heads.stderr
    );
    assert_eq!(run(&["audit", "heads"]).stdout.lines().count(), 1, "the last alone");
    std::fs::write(folder.join("heads.jsonl"), &heads.stdout).unwrap();
    let witnessed = ["audit", "verify", "--witness", "heads.jsonl"];
    assert!(run(&witnessed).status.success());

    stolen.is_rewritten().await;
    assert!(run(&["audit", "verify"]).status.success(), "the chain by itself holds");
    let found = run(&witnessed);
    assert_eq!(found.status.code(), Some(1));
    assert!(
        found.stdout.contains("ALTERED") && found.stdout.contains("kept outside"),
        "{}",
        found.stdout
    );
    stolen.does("DELETE FROM audit_leaf WHERE position = 1").await;
    let found = run(&["audit", "verify", "--json"]);
    assert_eq!(found.status.code(), Some(1));
    let lines: Vec<Value> = found
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines[0]["finding"], "MISSING");
    assert_eq!(lines[0]["position"], 1);
    assert_eq!(lines[1]["finding"], "UNATTESTED");
    assert_eq!(lines[2]["summary"]["missing"], 1);
    std::fs::write(folder.join("heads.jsonl"), "bukan\n").unwrap();
    let wrong = run(&witnessed);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(wrong.stderr.contains("line 1 is no head"), "{}", wrong.stderr);
    let doctor = run(&["doctor"]);
    assert!(doctor.stdout.contains("ok    audit      "), "{}", doctor.stdout);
}

on_both_databases!(
    a_chain_that_was_rewritten_is_found_by_its_heads,
    a_chain_that_was_cut_is_found_by_its_heads,
    the_binary_tells_an_operator,
);
