//! What can wait for somebody, and how it is said.
use serde::{Deserialize, Serialize};

use crate::{
    award::waiting::OfAwards,
    event::waiting::{OfHost, OfUnit},
    locale::Text,
};

/// What kind of thing waits to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Kind {
    ReportToWrite,
    ReportToCorrect,
    ReportToTake,
    ReportToDecide,
    ReportToHandOver,
    HandoverToReceive,
    ReportToAssign,
    ReportToJudge,
    ReviewToDo,
    FindingToAnswer,
    FindingToSettle,
    RecommendationToAnswer,
    RecommendationToSettle,
    InvitationToAnswer,
    AttendanceToSubmit,
    AttendanceToSettle,
    ExcuseToDecide,
    WalkInsToDecide,
    CheckInConflictsToDecide,
    EventToFinalise,
    EventEvaluationToAnswer,
    AwardEntryToVerify,
    AwardEntryToCorrect,
    AwardEntryToScore,
    AwardObjectionToDecide,
    ProposalToConfirm,
}

impl Kind {
    pub const ALL: [Self; 26] = [
        Self::ReportToWrite,
        Self::ReportToCorrect,
        Self::ReportToTake,
        Self::ReportToDecide,
        Self::ReportToHandOver,
        Self::HandoverToReceive,
        Self::ReportToAssign,
        Self::ReportToJudge,
        Self::ReviewToDo,
        Self::FindingToAnswer,
        Self::FindingToSettle,
        Self::RecommendationToAnswer,
        Self::RecommendationToSettle,
        Self::InvitationToAnswer,
        Self::AttendanceToSubmit,
        Self::AttendanceToSettle,
        Self::ExcuseToDecide,
        Self::WalkInsToDecide,
        Self::CheckInConflictsToDecide,
        Self::EventToFinalise,
        Self::EventEvaluationToAnswer,
        Self::AwardEntryToVerify,
        Self::AwardEntryToCorrect,
        Self::AwardEntryToScore,
        Self::AwardObjectionToDecide,
        Self::ProposalToConfirm,
    ];

    /// The task as a sentence: the round, the event or the edition of awards, and the unit.
    #[must_use]
    pub fn sentence(self, round: &str, unit: &str) -> Text {
        let (id, en) = match self {
            Self::ReportToWrite => (
                format!("{unit} belum mengirim laporan untuk {round}."),
                format!("{unit} has not sent its report for {round}."),
            ),
            Self::ReportToCorrect => (
                format!("Laporan {unit} untuk {round} dikembalikan dan perlu diperbaiki."),
                format!("The report of {unit} for {round} was sent back and has to be corrected."),
            ),
            Self::ReportToTake => (
                format!("Laporan {unit} untuk {round} menunggu diambil untuk diperiksa."),
                format!("The report of {unit} for {round} waits to be taken up."),
            ),
            Self::ReportToDecide => (
                format!("Laporan {unit} untuk {round} sedang diperiksa dan menunggu keputusan Anda."),
                format!("The report of {unit} for {round} is under review and waits for your decision."),
            ),
            Self::ReportToHandOver => (
                format!("Laporan {unit} untuk {round} sudah disahkan dan menunggu diserahkan."),
                format!("The report of {unit} for {round} is endorsed and waits to be handed over."),
            ),
            Self::HandoverToReceive => (
                format!("Laporan {unit} untuk {round} diserahkan dan menunggu diterima."),
                format!("The report of {unit} for {round} was handed over and waits to be received."),
            ),
            Self::ReportToAssign => (
                format!("Laporan {unit} untuk {round} sudah diterima dan menunggu ditugaskan kepada Tenaga Ahli."),
                format!("The report of {unit} for {round} was received and waits for experts to be assigned."),
            ),
            Self::ReviewToDo => (
                format!("Laporan {unit} untuk {round} menunggu penilaian Anda."),
                format!("The report of {unit} for {round} waits for your scores."),
            ),
            Self::ReportToJudge => (
                format!("Laporan {unit} untuk {round} menunggu disetujui atau ditolak."),
                format!("The report of {unit} for {round} waits to be accepted or declined."),
            ),
            Self::FindingToAnswer => (
                format!("Temuan pada laporan {unit} untuk {round} menunggu dijawab dalam kiriman berikutnya."),
                format!("A finding in the report of {unit} for {round} waits to be answered in the next submission."),
            ),
            Self::FindingToSettle => (
                format!("Temuan pada laporan {unit} untuk {round} sudah dijawab dan menunggu diselesaikan."),
                format!("A finding in the report of {unit} for {round} was answered and waits to be resolved."),
            ),
            Self::RecommendationToAnswer => (
                format!("Rekomendasi kepada {unit} menunggu dijawab."),
                format!("A recommendation to {unit} waits to be answered."),
            ),
            Self::RecommendationToSettle => (
                format!("Jawaban {unit} atas sebuah rekomendasi menunggu ditutup atau dikembalikan."),
                format!("The answer of {unit} to a recommendation waits to be closed or sent back."),
            ),
            Self::InvitationToAnswer => (
                format!("Undangan kepada {unit} menunggu dijawab: {round}."),
                format!("The invitation of {unit} waits to be answered: {round}."),
            ),
            Self::AttendanceToSubmit => (
                format!("Daftar hadir {unit} menunggu dikirim: {round}."),
                format!("The attendance of {unit} waits to be submitted: {round}."),
            ),
            Self::AttendanceToSettle => (
                format!("Daftar hadir {unit} menunggu diverifikasi atau dikembalikan: {round}."),
                format!("The attendance of {unit} waits to be verified or returned: {round}."),
            ),
            Self::ExcuseToDecide => (
                format!("Permintaan izin {unit} menunggu keputusan Anda: {round}."),
                format!("{unit} asks to be excused and waits for your decision: {round}."),
            ),
            Self::WalkInsToDecide => (
                format!("Ada yang datang tanpa terdaftar dan menunggu keputusan Anda: {round}."),
                format!("Somebody came without being named and waits for your decision: {round}."),
            ),
            Self::CheckInConflictsToDecide => (
                format!("Ada pindaian yang bertentangan dan menunggu keputusan Anda: {round}."),
                format!("There are scans that contradict each other and wait for your decision: {round}."),
            ),
            Self::EventToFinalise => (
                format!("Kegiatan sudah berakhir dan menunggu disegel: {round}."),
                format!("The event is over and waits to be sealed: {round}."),
            ),
            Self::EventEvaluationToAnswer => (
                format!("Penilaian {unit} menunggu ditanggapi: {round}."),
                format!("The evaluation of {unit} waits for an answer: {round}."),
            ),
            Self::AwardEntryToVerify => (
                format!("Entri {unit} menunggu diverifikasi: {round}."),
                format!("The entry of {unit} waits to be verified: {round}."),
            ),
            Self::AwardEntryToCorrect => (
                format!("Entri {unit} dikembalikan dan perlu dilengkapi: {round}."),
                format!("The entry of {unit} was sent back and more has to be shown: {round}."),
            ),
            Self::AwardEntryToScore => (
                format!("Entri {unit} menunggu nilai Anda sebagai juri: {round}."),
                format!("The entry of {unit} waits for your scores as a juror: {round}."),
            ),
            Self::AwardObjectionToDecide => (
                format!("Keberatan {unit} menunggu keputusan Anda: {round}."),
                format!("An objection of {unit} waits for your decision: {round}."),
            ),
            Self::ProposalToConfirm => {
                return Text::new(
                    "Usulan rekan Anda menunggu disahkan atau ditolak.",
                    "A proposal of somebody else waits to be confirmed or rejected.",
                );
            }
        };
        Text::new(id, en)
    }

    /// What of the invitation of a unit waits; None where it is about something else.
    #[must_use]
    pub fn of_unit(self) -> Option<OfUnit> {
        match self {
            Self::InvitationToAnswer => Some(OfUnit::Reply),
            Self::AttendanceToSubmit => Some(OfUnit::Submit),
            Self::AttendanceToSettle => Some(OfUnit::Settle),
            Self::ExcuseToDecide => Some(OfUnit::Excuse),
            Self::EventEvaluationToAnswer => Some(OfUnit::Evaluation),
            _about_another => None,
        }
    }

    /// What of an event waits for its host; None where it is about something else.
    #[must_use]
    pub fn of_host(self) -> Option<OfHost> {
        match self {
            Self::WalkInsToDecide => Some(OfHost::WalkIns),
            Self::CheckInConflictsToDecide => Some(OfHost::Conflicts),
            Self::EventToFinalise => Some(OfHost::Finalise),
            _about_another => None,
        }
    }

    /// What of awards waits; None where it is about something else.
    #[must_use]
    pub fn of_awards(self) -> Option<OfAwards> {
        match self {
            Self::AwardEntryToVerify => Some(OfAwards::Verify),
            Self::AwardEntryToCorrect => Some(OfAwards::Mend),
            Self::AwardEntryToScore => Some(OfAwards::Score),
            Self::AwardObjectionToDecide => Some(OfAwards::Decide),
            _about_another => None,
        }
    }
}
