//! What a notice says: one sentence, in both languages, of nothing but what its reader may see.
use serde::Deserialize;
use serde_json::Value;

use super::kinds::Kind;
use crate::locale::Text;

/// What the sentence may name.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    /// What the report is called; empty for a notice that is about none.
    pub report: &'a str,
    /// What the round is called; empty for a notice that is about none.
    pub cycle: &'a str,
    /// How many of those beneath the unit have not sent; None for a notice that does not tell.
    pub missing: Option<Missing>,
    /// How many findings it is about; 0 for a notice that is about none.
    pub findings: usize,
    /// What the event is called; empty for a notice that is about none.
    pub event: &'a str,
    /// What the edition of awards is called; empty for a notice that is about none.
    pub award: &'a str,
    /// The unit in whose scope it falls.
    pub unit: &'a str,
    pub person: Person<'a>,
}

/// How many units have not sent, of how many that a round asks: what the payload of an event says.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Missing {
    missing: i64,
    asked: i64,
}

impl Missing {
    /// None where it does not tell.
    #[must_use]
    pub fn of(payload: &Value) -> Option<Self> {
        Self::deserialize(payload).ok()
    }
}

/// How many findings the payload of an event names.
#[must_use]
pub fn findings_in(payload: &Value) -> usize {
    payload["findings"].as_array().map_or(0, Vec::len)
}

/// The person a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Person<'a> {
    /// Who reads it.
    Reader,
    Known(&'a str),
    /// Somebody whom the reader may not know, or whose name does not belong in a letter.
    Unnamed,
}

/// The sentence.
#[must_use]
pub fn sentence(kind: Kind, named: Named<'_>) -> Text {
    let Named {
        report,
        cycle,
        missing,
        findings,
        event,
        award,
        unit,
        person,
    } = named;
    let on_report = |id: &str, en: &str| {
        Text::new(
            format!("{report} dari {unit} {id}."),
            format!("{report} of {unit} {en}."),
        )
    };
    let owed = |id: &str, en: &str| {
        Text::new(
            format!("{cycle}: laporan {unit} {id}."),
            format!("{cycle}: {unit} {en}."),
        )
    };
    let at_event = |id: &str, en: &str| Text::new(format!("{event}: {id}."), format!("{event}: {en}."));
    let in_edition = |id: &str, en: &str| Text::new(format!("{award}: {id}."), format!("{award}: {en}."));
    let (whose, of_whom) = match person {
        Person::Reader => ("Anda", "you"),
        Person::Known(name) => (name, name),
        Person::Unnamed => ("seseorang", "somebody"),
    };
    let on_person = |id: &str, en: &str| Text::new(format!("{id} {whose}."), format!("{en} {of_whom}."));
    match kind {
        Kind::ReportSubmitted => on_report(
            "dikirim untuk diperiksa unit Anda",
            "was submitted for your unit to review",
        ),
        Kind::ReportReturned => on_report("dikembalikan untuk diperbaiki", "was returned for correction"),
        Kind::ReportEndorsed => on_report("disahkan", "was endorsed"),
        Kind::ReportHandedOver => on_report("diserahkan kepada Bawaslu RI", "was handed over to Bawaslu RI"),
        Kind::ReportReceived => on_report("diterima oleh Bawaslu RI", "was received by Bawaslu RI"),
        Kind::ReportHandoverRefused => on_report(
            "tidak diterima oleh Bawaslu RI dan dikembalikan kepada pemberinya",
            "was refused by Bawaslu RI and went back to its giver",
        ),
        Kind::ReportRevisionAsked => on_report(
            "diminta diperbaiki oleh Tenaga Ahli",
            "is to be revised: the experts ask for it",
        ),
        Kind::ReportReopened => on_report("dibuka kembali untuk diperbaiki", "was reopened for revision"),
        Kind::ReviewAssigned => on_report("ditugaskan kepada Anda untuk ditelaah", "is assigned to you for review"),
        Kind::ReviewGivenUp => on_report(
            "kehilangan seorang penelaah, yang menolak atau mengundurkan diri",
            "has lost a reviewer, who declined or recused",
        ),
        Kind::ReviewDueSoon => on_report("segera ditunggu penilaian Anda", "is soon due to be scored by you"),
        Kind::ReviewOverdue => on_report(
            "sudah melewati batas waktu penilaian Anda",
            "is past the day by which you were to score it",
        ),
        Kind::ReviewSilent => on_report(
            "melewati batas waktu tanpa jawaban dari seorang penelaah",
            "is past its day, and one of its reviewers has not answered",
        ),
        Kind::ReportAccepted => on_report("disetujui", "was accepted"),
        Kind::ReportDeclined => on_report("ditolak", "was declined"),
        Kind::ReportAcceptanceRetracted => on_report(
            "ditarik kembali persetujuannya",
            "is no longer accepted: the acceptance was retracted",
        ),
        Kind::FindingsRaised => on_report(
            &format!("mendapat {findings} temuan dari pemeriksanya"),
            &match findings {
                1 => "has a finding of its reviewer to answer to".to_owned(),
                many => format!("has {many} findings of its reviewer to answer to"),
            },
        ),
        Kind::FindingAnswered => on_report(
            &format!("dikirim dengan jawaban atas {findings} temuan unit Anda"),
            &format!("was submitted with answers to findings of your unit: {findings}"),
        ),
        Kind::FindingReopened => on_report(
            "memuat temuan yang dibuka kembali",
            "has a finding that was opened again",
        ),
        Kind::FindingDueSoon => on_report(
            &format!("memuat {findings} temuan yang segera jatuh tempo dan belum dijawab"),
            &match findings {
                1 => "has a finding that is to be answered within days".to_owned(),
                many => format!("has {many} findings that are to be answered within days"),
            },
        ),
        Kind::HolderAppointed => Text::new(
            format!("Anda ditunjuk mengisi jabatan di {unit}."),
            format!("You were appointed to a seat at {unit}."),
        ),
        Kind::HolderEnded => Text::new(
            format!("Masa jabatan Anda di {unit} diakhiri."),
            format!("Your tenure of a seat at {unit} was ended."),
        ),
        Kind::AccountDeactivated => Text::new("Akun Anda dinonaktifkan.", "Your account was deactivated."),
        Kind::AccountReactivated => Text::new("Akun Anda diaktifkan kembali.", "Your account was reactivated."),
        Kind::EmailChanged => Text::new(
            "Alamat surel akun Anda diganti.",
            "The e-mail address of your account was changed.",
        ),
        Kind::PasswordChanged => Text::new("Kata sandi Anda diganti.", "Your password was changed."),
        Kind::PasswordReset => Text::new("Kata sandi Anda diatur ulang.", "Your password was reset."),
        Kind::ResetCodeIssued => on_person(
            "Seorang admin menerbitkan kode untuk mengatur ulang kata sandi",
            "An administrator issued a code to reset the password of",
        ),
        Kind::SecondFactorEnrolled => Text::new(
            "Faktor kedua dipasang pada akun Anda.",
            "A second factor was set up for your account.",
        ),
        Kind::SecondFactorDisabled => Text::new(
            "Faktor kedua pada akun Anda dimatikan.",
            "The second factor of your account was turned off.",
        ),
        Kind::SecondFactorReset => on_person(
            "Seorang admin menghapus faktor kedua",
            "An administrator removed the second factor of",
        ),
        Kind::AccessTokenCreated => Text::new(
            "Token akses untuk program dibuat atas nama Anda.",
            "An access token for a program was made in your name.",
        ),
        Kind::ErasureProposed => on_person(
            "Diusulkan penghapusan data pribadi",
            "It was proposed to erase the personal data of",
        ),
        Kind::UnitDissolved => Text::new(
            format!("{unit} dibubarkan, dan jabatan Anda di sana berakhir bersamanya."),
            format!("{unit} is dissolved, and your seat there ends with it."),
        ),
        Kind::CustodyPassed => Text::new(
            format!(
                "Unit-unit di bawah {unit} dibubarkan; peninggalannya, termasuk laporan yang belum selesai, beralih kepada \
                 Anda."
            ),
            format!("Units beneath {unit} are dissolved; what they leave, open reports included, passes to you."),
        ),
        Kind::CycleOpened => Text::new(
            format!("{unit} meminta laporan: {cycle}."),
            format!("{unit} asks for a report: {cycle}."),
        ),
        Kind::CyclePassedOn => Text::new(
            format!("{unit} meminta laporan lebih awal: {cycle}."),
            format!("{unit} asks for an earlier report: {cycle}."),
        ),
        Kind::ReportDueSoon => owed(
            "segera jatuh tempo dan belum dikirim",
            "is to send its report soon and has not",
        ),
        Kind::ReportOverdue => owed(
            "sudah lewat tenggat dan belum dikirim",
            "has not sent its report, which is overdue",
        ),
        Kind::ReportsMissing => {
            let Missing { missing, asked } = missing.unwrap_or(Missing { missing: 0, asked: 0 });
            Text::new(
                format!("{cycle}: {missing} dari {asked} unit di bawah {unit} belum mengirim."),
                format!("{cycle}: {missing} of {asked} units beneath {unit} have not sent their reports."),
            )
        }
        Kind::HandoverScheduled => Text::new(
            format!("{unit} menjadwalkan serah terima laporan yang menyangkut unit atau jabatan Anda."),
            format!("{unit} scheduled a handover of reports that concerns your unit or seat."),
        ),
        Kind::HandoverChanged => Text::new(
            format!("{unit} mengubah jadwal serah terima laporan yang menyangkut unit atau jabatan Anda."),
            format!("{unit} changed a handover of reports that concerns your unit or seat."),
        ),
        Kind::HandoverCancelled => Text::new(
            format!("{unit} membatalkan serah terima laporan yang menyangkut unit atau jabatan Anda."),
            format!("{unit} cancelled a handover of reports that concerned your unit or seat."),
        ),
        Kind::EvaluationClosed => Text::new(
            format!("{unit} menutup evaluasi nasional {cycle}; hasilnya dapat dibaca."),
            format!("{unit} closed the national evaluation of {cycle}; it can be read."),
        ),
        Kind::RecommendationMade => Text::new(
            format!("{unit} mendapat rekomendasi untuk ditindaklanjuti."),
            format!("{unit} has a recommendation to follow."),
        ),
        Kind::RecommendationAnswered => Text::new(
            format!("{unit} menjawab rekomendasi unit Anda."),
            format!("{unit} answered a recommendation of your unit."),
        ),
        Kind::RecommendationReturned => Text::new(
            format!("Jawaban {unit} atas sebuah rekomendasi dinilai belum cukup."),
            format!("The answer of {unit} to a recommendation is not enough."),
        ),
        Kind::RecommendationClosed => Text::new(
            format!("Sebuah rekomendasi kepada {unit} sudah ditutup."),
            format!("A recommendation to {unit} was closed."),
        ),
        Kind::RecommendationDueSoon => Text::new(
            format!("Sebuah rekomendasi kepada {unit} segera jatuh tempo dan belum dijawab."),
            format!("A recommendation to {unit} is to be answered within days."),
        ),
        Kind::EventPublished => at_event(
            &format!("{unit} mengundang ke kegiatan ini"),
            &format!("{unit} invites to this event"),
        ),
        Kind::UnitInvited => at_event(&format!("{unit} diundang"), &format!("{unit} is invited")),
        Kind::EventChanged => at_event(
            "waktu, tempat, atau acaranya berubah",
            "its time, place or programme has changed",
        ),
        Kind::EventPostponed => at_event("kegiatan ditunda", "the event is postponed"),
        Kind::EventCancelled => at_event("kegiatan dibatalkan", "the event is cancelled"),
        Kind::EventEnded => at_event(
            "kegiatan berakhir; daftar hadir unit Anda ditunggu",
            "the event is over, and the attendance of your unit is awaited",
        ),
        Kind::EventFinalised => at_event("daftar hadir disegel", "the attendance was sealed"),
        Kind::EventStartsSoon => at_event("kegiatan segera dimulai", "the event begins soon"),
        Kind::ReplyDueSoon => at_event(
            "undangan segera jatuh tempo dan belum dijawab",
            "the invitation is to be answered within days",
        ),
        Kind::DelegatesNamed => at_event(&format!("Anda diutus oleh {unit}"), &format!("{unit} sends you")),
        Kind::InvitationDeclined => at_event(
            &format!("{unit} tidak dapat hadir"),
            &format!("{unit} declined the invitation"),
        ),
        Kind::DelegateSubstituted => at_event(
            &format!("{unit} mengganti utusannya, dan hal itu menyangkut Anda"),
            &format!("{unit} sends somebody else, which concerns you"),
        ),
        Kind::WalkInAdded => at_event(
            &format!("seseorang dari {unit} datang tanpa terdaftar; putuskan apakah ia diterima"),
            &format!("somebody of {unit} came without being named; decide whether to admit them"),
        ),
        Kind::ExcuseAsked => at_event(&format!("{unit} meminta izin"), &format!("{unit} asks to be excused")),
        Kind::ExcuseGranted => at_event(&format!("izin {unit} diberikan"), &format!("{unit} is excused")),
        Kind::ExcuseRefused => at_event(&format!("izin {unit} ditolak"), &format!("{unit} is not excused")),
        Kind::AttendanceSubmitted => at_event(
            &format!("{unit} mengirim daftar hadirnya"),
            &format!("{unit} submitted its attendance"),
        ),
        Kind::AttendanceVerified => at_event(
            &format!("daftar hadir {unit} diverifikasi"),
            &format!("the attendance of {unit} was verified"),
        ),
        Kind::AttendanceReturned => at_event(
            &format!("daftar hadir {unit} dikembalikan untuk diperbaiki"),
            &format!("the attendance of {unit} was returned for correction"),
        ),
        Kind::AttendanceCorrected => at_event(
            &format!("daftar hadir {unit} yang disegel dikoreksi"),
            &format!("the sealed attendance of {unit} was corrected"),
        ),
        Kind::CertificatesIssued => at_event("sertifikat Anda terbit", "your certificate was issued"),
        Kind::EventEvaluationIssued => at_event(
            &format!("{unit} mendapat penilaian untuk ditanggapi"),
            &format!("{unit} was evaluated, and is to answer"),
        ),
        Kind::EventEvaluationAcknowledged => at_event(
            &format!("{unit} menerima penilaiannya"),
            &format!("{unit} acknowledged its evaluation"),
        ),
        Kind::EventEvaluationObjectedTo => at_event(
            &format!("{unit} berkeberatan atas penilaiannya"),
            &format!("{unit} objects to its evaluation"),
        ),
        Kind::AwardNominationsOpened => in_edition("entri dapat diajukan", "entries are taken"),
        Kind::AwardVoided => in_edition("edisi ini dibatalkan", "this edition comes to nothing"),
        Kind::AwardAnnounced => in_edition("penerima penghargaan diumumkan", "it was announced who is honoured"),
        Kind::AwardCertificatesIssued => in_edition("piagam terbit", "the certificates were issued"),
        Kind::AwardEntrySubmitted => in_edition(
            &format!("{unit} mengajukan entri untuk diverifikasi unit Anda"),
            &format!("{unit} submitted an entry for your unit to verify"),
        ),
        Kind::AwardEntryReturned => in_edition(
            &format!("entri {unit} dikembalikan untuk dilengkapi"),
            &format!("an entry of {unit} was returned for more to be shown"),
        ),
        Kind::AwardEntryVerified => in_edition(
            &format!("entri {unit} memenuhi syarat"),
            &format!("an entry of {unit} is eligible"),
        ),
        Kind::AwardEntryRejected => in_edition(
            &format!("entri {unit} tidak memenuhi syarat"),
            &format!("an entry of {unit} is not eligible"),
        ),
        Kind::AwardEntryDisqualified => in_edition(
            &format!("entri {unit} didiskualifikasi"),
            &format!("an entry of {unit} was disqualified"),
        ),
        Kind::AwardJurorAppointed => in_edition(
            &format!("Anda ditunjuk sebagai juri {unit}"),
            &format!("{unit} appointed you a juror"),
        ),
        Kind::AwardSheetReopened => in_edition(
            "Anda diminta memeriksa kembali nilai yang Anda berikan",
            "you are asked to look at a sheet of yours again",
        ),
        Kind::AwardObjectedTo => in_edition(
            &format!("{unit} mengajukan keberatan"),
            &format!("{unit} objects to what was announced"),
        ),
        Kind::AwardObjectionUpheld => in_edition(
            &format!("keberatan {unit} diterima"),
            &format!("the objection of {unit} was upheld"),
        ),
        Kind::AwardObjectionRejected => in_edition(
            &format!("keberatan {unit} ditolak"),
            &format!("the objection of {unit} was rejected"),
        ),
        Kind::AwardRevocationProposed => in_edition(
            &format!("pencabutan penghargaan {unit} diusulkan"),
            &format!("it is proposed to revoke an award of {unit}"),
        ),
        Kind::AwardRevoked => in_edition(
            &format!("penghargaan {unit} dicabut"),
            &format!("an award of {unit} was revoked"),
        ),
        Kind::ObligationExtended => owed("diberi waktu lebih lama", "was given more time"),
        Kind::ObligationExcused => owed("dimaklumi dan tidak perlu dikirim", "was excused from its report"),
        Kind::ObligationWaived => owed("tidak lagi diminta", "is no longer asked for its report"),
        Kind::ObligationRestored => owed("diminta kembali", "is asked for its report again"),
    }
}
