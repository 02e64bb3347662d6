//! Late February 2025: RI evaluates the round, with what is accepted by then, and recommends what is to be done. Kota Bekasi
//! answers and is done, Kota Bogor's answer waits for RI, the province has not answered yet.
use chrono::NaiveDate;
use entity::{
    enums::RecommendationSource,
    evaluation::{Proposal, SectionNote},
    recommendation,
};
use uuid::Uuid;

use super::{
    handing_over::JAWA_BARAT,
    offices,
    story::{Teller, day, moment},
};
use crate::{
    app::StartError,
    clock::StillClock,
    error::Error,
    report::{
        evaluation::{
            closing::{self, Close},
            preparing::{self, Edit, Open},
        },
        shipped::FINAL_REPORT_CYCLE,
    },
    review::recommendation::{
        query,
        service::{Advance, advance},
        workflow::Step,
    },
    session::Session,
};

const BEKASI: &str = "32.75";
const BOGOR: &str = "32.71";

const SUMMARY: &str = "Kehumasan kabupaten/kota di Jawa Barat sudah berjalan teratur: siaran pers terbit berkala dan akun resmi \
    dikelola sepanjang tahapan. Perbedaan terbesar terdapat pada bukti: sebagian laporan menyebut hasil tanpa angka yang dapat \
    diperiksa.\n\nPerhatian berikutnya adalah pencatatan: siapa yang dijangkau, aduan apa yang masuk, dan apa yang dilakukan \
    sesudahnya.";

/// Tells it.
///
/// # Errors
/// What the commands say, should one be refused.
pub(super) async fn tell(teller: &Teller<'_>, clock: &StillClock) -> Result<(), StartError> {
    clock.set(moment("2025-02-24T02:00:00Z")?);
    let coordinator = teller.sign_in("coordinator.ri").await?;
    let open = Open {
        cycle: teller.cycle(FINAL_REPORT_CYCLE)?,
        seat: None,
    };
    let evaluation = preparing::open(&coordinator, "", open).await?;
    let edit = Edit {
        evaluation: evaluation.id,
        expected_version: evaluation.version,
        number: Some("0012/PM.07/K1/02/2025".to_owned()),
        summary: Some(SUMMARY.to_owned()),
        sections: Some(notes()),
        recommendations: Some(proposals(&coordinator)?),
        seat: None,
    };
    let evaluation = preparing::edit(&coordinator, "", edit).await?;
    let close = Close {
        evaluation: evaluation.id,
        expected_version: evaluation.version,
        reason: Some("Laporan yang belum selesai ditelaah dibahas pada evaluasi berikutnya.".to_owned()),
        seat: None,
    };
    closing::close(&coordinator, "", close).await?;
    clock.set(moment("2025-03-03T03:00:00Z")?);
    let bekasi = teller.sign_in(&format!("head.{BEKASI}")).await?;
    let said = "Tabel bulanan berisi unggahan, jangkauan dan pengikut dipakai sejak 1 Maret 2025; contohnya dilampirkan pada \
                laporan Februari.";
    let answered = follows(&bekasi, &own(&bekasi, evaluation.id).await?, Step::Answer, Some(said)).await?;
    let bogor = teller.sign_in(&format!("head.{BOGOR}")).await?;
    let said = "Daftar aduan dan tindak lanjutnya sedang disusun; konsepnya selesai pertengahan Maret.";
    follows(&bogor, &own(&bogor, evaluation.id).await?, Step::Answer, Some(said)).await?;
    clock.set(moment("2025-03-05T02:00:00Z")?);
    let coordinator = teller.sign_in("coordinator.ri").await?;
    follows(&coordinator, &answered, Step::Close, None).await?;
    Ok(())
}

fn notes() -> Vec<SectionNote> {
    let note = |section: &str, strength: &str, weakness: &str| SectionNote {
        section: section.to_owned(),
        strengths: vec![strength.to_owned()],
        weaknesses: vec![weakness.to_owned()],
    };
    vec![
        note(
            "media-sosial",
            "Akun resmi aktif dan tanggap terhadap pertanyaan warga.",
            "Angka jangkauan dan pengikut jarang disertai tanggal pengambilannya.",
        ),
        note(
            "media-massa",
            "Siaran pers terbit teratur dan forum media diadakan.",
            "Pemuatan oleh media belum dicatat satu per satu.",
        ),
    ]
}

fn proposals(coordinator: &Session) -> Result<Vec<Proposal>, Error> {
    let proposal = |code: &str, text: &str, due_on: NaiveDate| -> Result<Proposal, Error> {
        Ok(Proposal {
            unit: offices::unit(&coordinator.actor, code)?,
            text: text.to_owned(),
            due_on,
        })
    };
    Ok(vec![
        proposal(
            BEKASI,
            "Mencatat angka media sosial setiap bulan dalam satu tabel: unggahan, jangkauan dan pengikut.",
            day(2025, 3, 31)?,
        )?,
        proposal(
            BOGOR,
            "Menyusun daftar aduan masyarakat beserta tindak lanjutnya.",
            day(2025, 3, 31)?,
        )?,
        proposal(
            JAWA_BARAT,
            "Membimbing kabupaten/kota menyertakan bukti yang dapat diperiksa pada setiap angka.",
            day(2025, 6, 30)?,
        )?,
    ])
}

/// What is recommended to the unit of an office.
async fn own(office: &Session, evaluation: Uuid) -> Result<recommendation::Model, Error> {
    let source = (RecommendationSource::Evaluation, evaluation);
    let found = query::of_source(office.services.db.reader(), &office.actor, source).await?;
    let found = found.into_iter().next();
    found.ok_or_else(|| Error::internal("nothing was recommended"))
}

async fn follows(
    who: &Session,
    on: &recommendation::Model,
    step: Step,
    text: Option<&str>,
) -> Result<recommendation::Model, Error> {
    let input = Advance {
        recommendation: on.id,
        expected_version: on.version,
        text: text.map(str::to_owned),
        due_on: None,
        seat: None,
    };
    advance(who, "", step, input).await
}
