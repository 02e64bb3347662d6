//! What can wait for somebody, and how it is said.
use serde::{Deserialize, Serialize};

use crate::locale::Text;

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
    ProposalToConfirm,
}

impl Kind {
    pub const ALL: [Self; 14] = [
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
        Self::ProposalToConfirm,
    ];

    /// The task as a sentence: the round and the unit, where it is about a report.
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
            Self::ProposalToConfirm => {
                return Text::new(
                    "Usulan rekan Anda menunggu disahkan atau ditolak.",
                    "A proposal of somebody else waits to be confirmed or rejected.",
                );
            }
        };
        Text::new(id, en)
    }
}
