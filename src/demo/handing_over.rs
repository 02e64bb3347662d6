//! 21 January 2025: Jawa Barat gathers its 27 kabupaten/kota at RI, hands their final reports over in one act, and each of them
//! gets a receipt. One is refused at first, and handed over again.
use chrono::Duration;
use entity::{
    enums::{Function, Tier},
    report,
};
use uuid::Uuid;

use super::{
    offices,
    story::{Teller, moment},
};
use crate::{
    clock::StillClock,
    error::Error,
    feed,
    report::{
        gathering::arranging::{self, Item, Schedule},
        handover::{self, Answer, Done, HandOver},
        shipped::FINAL_REPORT_CYCLE,
    },
    session::Session,
};

/// The province.
pub(super) const JAWA_BARAT: &str = "32";

const PLACE: &str = "Media Center Bawaslu RI, Jakarta";

/// Kabupaten Bandung Barat, whose printed copy lacked its stamp.
const REFUSED: &str = "32.17";

/// Tells it, and gives the reports as they were received, by the codes of their units.
///
/// # Errors
/// What the commands say, should one be refused.
pub(super) async fn tell(teller: &Teller<'_>, clock: &StillClock) -> Result<Vec<report::Model>, Error> {
    let reports = submitted(teller, clock).await?;
    let ids: Vec<Uuid> = reports.iter().map(|report| report.id).collect();
    clock.set(moment("2025-01-14T03:00:00Z")?);
    let province = teller.sign_in("head.32").await?;
    let receivers: Vec<Uuid> = experts(&province);
    let gathering = scheduled(&province, &reports, receivers.clone()).await?;
    clock.set(moment("2025-01-21T02:00:00Z")?);
    let hands_over = async |reports: Vec<Uuid>| {
        let handed_over = HandOver {
            reports,
            place: PLACE.to_owned(),
            at: province.now(),
            receivers: receivers.clone(),
            session: Some(gathering),
            seat: None,
        };
        handover::hand_over(&province, "", handed_over).await
    };
    hands_over(ids.clone()).await?;
    // Receipts are bound to what was sealed before.
    feed::number(&teller.app.services.db).await?;
    clock.advance(Duration::minutes(40));
    let refused = offices::unit(&province.actor, REFUSED)?;
    let refused = reports.iter().find(|report| report.unit_id == refused);
    let refused = refused.ok_or_else(|| Error::internal("no report was refused"))?.id;
    let (first, second) = ids.split_at(ids.len() / 2);
    let (expert1, expert2) = (teller.sign_in("expert1.ri").await?, teller.sign_in("expert2.ri").await?);
    let mut received = receives(&expert1, first).await?.reports;
    let refusal = Answer {
        receive: false,
        reason: Some("Salinan cetak belum dibubuhi cap unit.".to_owned()),
        ..answering(&[refused])
    };
    handover::answer(&expert2, "", refusal).await?;
    clock.advance(Duration::minutes(25));
    hands_over(vec![refused]).await?;
    received.extend(receives(&expert2, second).await?.reports);
    Ok(received)
}

/// The reports, a quarter of an hour apart.
async fn submitted(teller: &Teller<'_>, clock: &StillClock) -> Result<Vec<report::Model>, Error> {
    let services = &teller.app.services;
    let directory = services.directory.load();
    let west_java = directory.unit_by_code(JAWA_BARAT, services.clock.today());
    let west_java = west_java.ok_or_else(|| Error::internal("no Jawa Barat"))?;
    let mut reports = Vec::new();
    let units = directory.tree.subtree(west_java.id).iter();
    for unit in units.filter(|unit| unit.tier == Tier::KabupatenKota) {
        clock.advance(Duration::minutes(17));
        reports.push(teller.write_and_submit(&unit.code, FINAL_REPORT_CYCLE).await?);
    }
    Ok(reports)
}

/// The seats of the experts at RI.
fn experts(who: &Session) -> Vec<Uuid> {
    let directory = &who.actor.directory;
    let seats = directory.seats_of(directory.tree.root().id, who.actor.today);
    let experts = seats.into_iter().filter(|seat| seat.function == Function::Expert);
    experts.map(|seat| seat.id).collect()
}

async fn scheduled(province: &Session, reports: &[report::Model], receivers: Vec<Uuid>) -> Result<Uuid, Error> {
    let agenda = (1..).zip(reports).map(|(order, report)| Item {
        unit: report.unit_id,
        order,
    });
    let schedule = Schedule {
        place: PLACE.to_owned(),
        starts_at: moment("2025-01-21T02:00:00Z")?,
        ends_at: moment("2025-01-21T05:00:00Z")?,
        agenda: agenda.collect(),
        receivers,
        note: Some("Salinan cetak dibawa dalam satu map per kabupaten/kota.".to_owned()),
        seat: None,
    };
    arranging::schedule(province, "", schedule).await
}

async fn receives(expert: &Session, reports: &[Uuid]) -> Result<Done, Error> {
    handover::answer(expert, "", answering(reports)).await
}

/// That reports are received.
fn answering(reports: &[Uuid]) -> Answer {
    Answer {
        reports: reports.to_vec(),
        receive: true,
        reason: None,
        expected_version: None,
        seat: None,
    }
}
