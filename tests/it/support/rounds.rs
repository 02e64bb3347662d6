//! Rounds in tests: what one is opened with, and what is owed in it.
use chrono::{DateTime, Duration, SecondsFormat, Utc};
use entity::{cycle, obligation};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use super::{Office, Refusal, TestApp};
use crate::stories::templates::{every_shape, publishes, route};

/// A moment, so many days from another.
pub fn in_days(now: DateTime<Utc>, days: i64) -> String {
    (now + Duration::days(days)).to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// The letter everything stands on.
pub fn letter() -> Value {
    json!({ "number": "0083/HM.00.00/K1/03/2025", "date": "2025-03-04" })
}

impl Office<'_> {
    /// The template of the shipped final report, which provinsi and kabupaten/kota write.
    pub async fn final_report_template(&self) -> String {
        let document = "{ reportCycle(code: \"laporan-akhir-kehumasan-2024\") { template { id } } }";
        let data = self.data(document, json!({})).await;
        data["reportCycle"]["template"]["id"].as_str().unwrap().to_owned()
    }

    /// What a round on the year 2025 is opened with: due in 30 days, with three more of grace, and locked after 40.
    pub async fn annual_round(&self, code: &str) -> Value {
        let now = self.app.services.clock.now();
        json!({
            "template": self.final_report_template().await,
            "code": code,
            "name": "Laporan Tahunan Kehumasan 2025",
            "periodKind": "ANNUAL",
            "periodStart": "2025-01-01",
            "periodEnd": "2025-12-31",
            "opensAt": in_days(now, -1),
            "dueAt": in_days(now, 30),
            "graceUntil": in_days(now, 33),
            "locksAt": in_days(now, 40),
            "timeZone": "Asia/Jakarta",
            "audience": { "tiers": ["PROVINSI", "KABUPATEN_KOTA"] },
            "legalBasis": letter(),
        })
    }

    /// What a province opens for its kabupaten/kota and kecamatan, by a template of its own that it publishes for that.
    pub async fn own_round(&self, code: &str) -> Value {
        let input = json!({ "code": code.replace('.', "-"), "name": "Kegiatan", "description": "", "route": route(), "sections": every_shape(),
            "comparisons": [] });
        let mut round = self.annual_round(code).await;
        round["template"] = publishes(self, input).await["id"].clone();
        round["audience"] = json!({ "tiers": ["KABUPATEN_KOTA", "KECAMATAN"] });
        round
    }

    /// Passes a round on, due in so many days.
    pub async fn passes_on(&self, cycle: &str, days: i64) -> Result<Value, Refusal> {
        let due_at = in_days(self.app.services.clock.now(), days);
        let input = json!({ "cycle": cycle, "dueAt": due_at, "legalBasis": letter() });
        self.command("passOnReportCycle", "cycle { id }", input).await
    }

    /// Opens a round and gives its id.
    pub async fn opens(&self, round: Value) -> Result<String, Refusal> {
        let payload = self
            .command("openReportCycle", "outcome { cycle { id } }", round)
            .await?;
        Ok(payload["outcome"]["cycle"]["id"].as_str().unwrap().to_owned())
    }

    /// Decides on what units owe, by their codes.
    pub async fn frees(&self, command: &str, cycle: &str, codes: &[&str]) -> Result<Value, Refusal> {
        self.frees_until(command, cycle, codes, None).await
    }

    /// The same, with a moment.
    pub async fn frees_until(
        &self,
        command: &str,
        cycle: &str,
        codes: &[&str],
        until: Option<String>,
    ) -> Result<Value, Refusal> {
        let mut units = Vec::new();
        for code in codes {
            units.push(self.unit(code).await);
        }
        let mut input = json!({ "cycle": cycle, "units": units, "reason": "Kantor terendam banjir." });
        if let Some(until) = until {
            input["until"] = json!(until);
        }
        self.command(
            command,
            "acts { kind reason until unit { code } decidedBy { code } }",
            input,
        )
        .await
    }
}

impl TestApp {
    /// What a unit owes in a round, both by their codes, as it is kept.
    pub async fn owed(&self, round: &str, code: &str) -> obligation::Model {
        let connection = self.services.db.reader();
        let cycle = cycle::Entity::find().filter(cycle::Column::Code.eq(round));
        let cycle = cycle.one(connection).await.unwrap().unwrap();
        let unit = self.unit(code);
        let owed = obligation::Entity::find()
            .filter(obligation::Column::CycleId.eq(cycle.id))
            .filter(obligation::Column::UnitId.eq(unit));
        let owed = owed.one(connection).await.unwrap();
        owed.unwrap_or_else(|| panic!("{code} owes nothing in {round}"))
    }
}
