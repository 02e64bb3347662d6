//! Papers with something in every place. Offices are real, everything they are said to have done is invented.

use crate::*;
use chrono::{DateTime, NaiveDate};

pub fn moment(written: &str) -> Moment {
    Moment {
        at: DateTime::parse_from_rfc3339(written).unwrap().to_utc(),
        zone: Zone::Wib,
    }
}

pub fn seat(position: &str, unit: &str) -> Seat {
    Seat {
        position: position.to_owned(),
        unit: unit.to_owned(),
    }
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

pub fn letterhead() -> Letterhead {
    Letterhead {
        superior: Some("Badan Pengawas Pemilihan Umum Republik Indonesia".to_owned()),
        unit: "Badan Pengawas Pemilihan Umum Provinsi Jawa Barat".to_owned(),
        lines: texts(&[
            "Jalan Contoh Nomor 1, Bandung 40000",
            "Telepon (022) 000-0000 · humas.jabar@jenjang.example",
        ]),
    }
}

fn hash(seed: u8) -> String {
    (0..32)
        .map(|byte: u8| format!("{:02x}", byte.wrapping_mul(37).wrapping_add(seed)))
        .collect()
}

pub fn head() -> AuditHead {
    AuditHead {
        position: 18_204,
        link: hash(91),
    }
}

pub fn receipt_paper() -> ReceiptPaper {
    ReceiptPaper {
        letterhead: letterhead(),
        number: "0031/TT/PM.07/JB/XI/2026".to_owned(),
        report: HandedReport {
            title: "Laporan Kehumasan Bulanan".to_owned(),
            period: "Oktober 2026".to_owned(),
            unit: "Bawaslu Kota Bekasi".to_owned(),
            revision: 2,
            sha256: hash(7),
        },
        giver: seat("Kepala Sekretariat", "Bawaslu Kota Bekasi"),
        receiver: seat("Kepala Bagian Pengawasan dan Humas", "Bawaslu Provinsi Jawa Barat"),
        place: "Aula Bawaslu Provinsi Jawa Barat, Bandung".to_owned(),
        handed_over: moment("2026-11-23T02:05:30Z"),
        received: moment("2026-11-23T02:41:09Z"),
        openness: Openness::Internal,
        audit_head: Some(head()),
        key_id: "receipts-2026-11".to_owned(),
        code: "7KQ2M9XTP4WDR6HCVA3NJE5SYB".to_owned(),
        verify_url: "https://jenjang.example/verify/7KQ2M9XTP4WDR6HCVA3NJE5SYB".to_owned(),
        since: None,
    }
}

pub fn minutes_paper() -> MinutesPaper {
    let places = [
        "Kabupaten Bogor",
        "Kabupaten Sukabumi",
        "Kabupaten Cianjur",
        "Kabupaten Bandung",
        "Kabupaten Garut",
        "Kabupaten Tasikmalaya",
        "Kabupaten Ciamis",
        "Kabupaten Kuningan",
        "Kabupaten Cirebon",
        "Kabupaten Majalengka",
        "Kabupaten Sumedang",
        "Kabupaten Indramayu",
        "Kabupaten Subang",
        "Kabupaten Purwakarta",
        "Kabupaten Karawang",
        "Kabupaten Bekasi",
        "Kabupaten Bandung Barat",
        "Kabupaten Pangandaran",
        "Kota Bogor",
        "Kota Sukabumi",
        "Kota Bandung",
        "Kota Cirebon",
        "Kota Bekasi",
        "Kota Depok",
        "Kota Cimahi",
        "Kota Tasikmalaya",
        "Kota Banjar",
    ];
    let row = |(index, place): (usize, &&str)| {
        let outcome = match index {
            4 => Outcome::Refused {
                reason: "Lampiran daftar hadir belum ditandatangani".to_owned(),
            },
            11 => Outcome::Missing,
            20 => Outcome::HandedOver,
            _ => Outcome::Received,
        };
        let came = outcome != Outcome::Missing;
        MinutesRow {
            unit: format!("Bawaslu {place}"),
            report: came.then(|| "Laporan Kehumasan Bulanan, Oktober 2026".to_owned()),
            sha256: came.then(|| hash(index as u8)),
            at: came.then(|| moment(&format!("2026-11-23T02:{:02}:00Z", 10 + index))),
            outcome,
        }
    };
    MinutesPaper {
        letterhead: letterhead(),
        number: "0004/BA/PM.07/JB/XI/2026".to_owned(),
        subject: "serah terima laporan kehumasan bulan Oktober 2026 dari Bawaslu kabupaten dan kota se-Jawa Barat"
            .to_owned(),
        place: "Aula Bawaslu Provinsi Jawa Barat, Bandung".to_owned(),
        began: moment("2026-11-23T02:00:00Z"),
        ended: Some(moment("2026-11-23T04:30:00Z")),
        agenda: texts(&[
            "Pembukaan",
            "Penyerahan laporan menurut urutan unit",
            "Pemeriksaan kelengkapan",
            "Penutupan",
        ]),
        rows: places.iter().enumerate().map(row).collect(),
        givers: vec![seat(
            "Kepala Sekretariat",
            "Bawaslu Kota Bekasi, mewakili 26 unit yang menyerahkan",
        )],
        receivers: vec![seat(
            "Kepala Bagian Pengawasan dan Humas",
            "Bawaslu Provinsi Jawa Barat",
        )],
        verify_url: Some("https://jenjang.example/handovers/018f3c1e-9a44-7cc0-b1a1-3b3a52c9d001".to_owned()),
        made: moment("2026-11-23T05:00:00Z"),
    }
}

const PROVINCES: [(&str, u32); 38] = [
    ("Jawa Barat", 912),
    ("Bali", 904),
    ("DI Yogyakarta", 895),
    ("Jawa Timur", 887),
    ("Jawa Tengah", 878),
    ("Sumatera Barat", 869),
    ("Banten", 861),
    ("DKI Jakarta", 852),
    ("Sulawesi Selatan", 844),
    ("Kalimantan Timur", 835),
    ("Riau", 826),
    ("Sumatera Selatan", 818),
    ("Lampung", 809),
    ("Bengkulu", 801),
    ("Jambi", 792),
    ("Kepulauan Bangka Belitung", 783),
    ("Kepulauan Riau", 775),
    ("Sumatera Utara", 766),
    ("Aceh", 758),
    ("Kalimantan Selatan", 749),
    ("Kalimantan Tengah", 740),
    ("Kalimantan Barat", 732),
    ("Kalimantan Utara", 723),
    ("Nusa Tenggara Barat", 715),
    ("Nusa Tenggara Timur", 706),
    ("Sulawesi Utara", 697),
    ("Gorontalo", 689),
    ("Sulawesi Tengah", 680),
    ("Sulawesi Barat", 672),
    ("Sulawesi Tenggara", 663),
    ("Maluku", 654),
    ("Maluku Utara", 646),
    ("Papua Barat", 637),
    ("Papua Barat Daya", 629),
    ("Papua", 620),
    ("Papua Selatan", 611),
    ("Papua Tengah", 603),
    ("Papua Pegunungan", 594),
];

fn tenths(number: u32) -> String {
    format!("{},{}", number / 10, number % 10)
}

fn distribution(title: &str, subject: &str, names: &[(&str, u32)]) -> Distribution {
    let row = |(name, mean): &(&str, u32)| DistributionRow {
        label: (*name).to_owned(),
        cells: texts(&["27", &tenths(mean - 60), &tenths(mean + 40), &tenths(*mean)]),
        share: f64::from(*mean) / 1000.0,
    };
    Distribution {
        title: title.to_owned(),
        note: Some("Nilai 0–100. Batang menunjukkan rata-rata.".to_owned()),
        subject: subject.to_owned(),
        columns: texts(&["Laporan", "Terendah", "Tertinggi", "Rata-rata"]),
        measure: "Skala 0–100".to_owned(),
        rows: names.iter().map(row).collect(),
    }
}

pub fn evaluation_paper() -> EvaluationPaper {
    let figure = |label: &str, value: &str, note: &str| KeyFigure {
        label: label.to_owned(),
        value: value.to_owned(),
        note: note.to_owned(),
    };
    let section = |title: &str, score: &str, strong: &[&str], weak: &[&str]| SectionPicture {
        title: title.to_owned(),
        score: Some(score.to_owned()),
        strengths: texts(strong),
        weaknesses: texts(weak),
    };
    let recommendation = |text: &str, owner: &str, due, state, answer: Option<&str>| Recommendation {
        text: text.to_owned(),
        owner: owner.to_owned(),
        due: NaiveDate::from_ymd_opt(2027, 1, due).unwrap(),
        state,
        answer: answer.map(str::to_owned),
    };
    EvaluationPaper {
        letterhead: Letterhead {
            superior: None,
            unit: "Badan Pengawas Pemilihan Umum Republik Indonesia".to_owned(),
            lines: texts(&["Jalan M.H. Thamrin Nomor 14, Jakarta Pusat 10350"]),
        },
        number: "0012/EV/PM.07/XI/2026".to_owned(),
        cycle: "Laporan Kehumasan Bulanan, Oktober 2026".to_owned(),
        frozen: moment("2026-11-23T10:00:00Z"),
        audit_head: Some(head()),
        summary: texts(&[
            "Sebanyak 498 dari 514 kabupaten dan kota menyerahkan laporan dan 471 di antaranya diterima. Rata-rata nilai naik dari \
             79,8 menjadi 82,4; jarak antara provinsi terbaik dan terlemah tetap lebar.",
            "Publikasi pengawasan tumbuh di hampir semua provinsi. Kelemahan terbesar ada pada pengelolaan permohonan informasi: \
             sepertiga laporan tidak menyebut waktu penyelesaiannya.",
        ]),
        figures: vec![
            figure("Laporan diterima", "471", "dari 514 yang diharapkan"),
            figure("Rata-rata nilai", "82,4", "79,8 pada siklus sebelumnya"),
            figure("Waktu telaah", "6,2 hari", "9,5 hari pada siklus sebelumnya"),
        ],
        distributions: vec![
            distribution("Sebaran nilai menurut provinsi", "Provinsi", &PROVINCES),
            distribution(
                "Sebaran nilai menurut jenjang",
                "Jenjang",
                &[("Provinsi", 861), ("Kabupaten", 812), ("Kota", 846)],
            ),
        ],
        sections: vec![
            section(
                "Publikasi dan media sosial",
                "Rata-rata 88,1 dari 100",
                &[
                    "Jadwal unggahan dipatuhi.",
                    "Kerja sama dengan media lokal meluas ke 31 provinsi.",
                ],
                &["Naskah jarang menyertakan teks alternatif."],
            ),
            section(
                "Layanan informasi publik",
                "Rata-rata 71,6 dari 100",
                &["Daftar informasi publik diperbarui tepat waktu."],
                &[
                    "Sepertiga laporan tidak menyebut waktu penyelesaian permohonan.",
                    "Alasan penolakan sering tanpa dasar hukum.",
                ],
            ),
        ],
        recommendations: vec![
            recommendation(
                "Menetapkan formulir waktu penyelesaian permohonan informasi.",
                "Biro Hukum dan Humas Bawaslu RI",
                15,
                FollowUp::Answered,
                Some("Rancangan formulir disampaikan pada 20 November 2026."),
            ),
            recommendation(
                "Mendampingi enam unit dengan nilai terendah selama satu siklus.",
                "Bawaslu Provinsi Papua Pegunungan",
                31,
                FollowUp::Open,
                None,
            ),
            recommendation(
                "Melatih staf humas menulis teks alternatif.",
                "Bawaslu Provinsi Maluku",
                8,
                FollowUp::Overdue,
                None,
            ),
            recommendation(
                "Menerbitkan panduan dasar hukum penolakan permohonan.",
                "Biro Hukum dan Humas Bawaslu RI",
                20,
                FollowUp::Closed,
                Some("Terbit sebagai Surat Edaran."),
            ),
        ],
        method: texts(&[
            "Nilai adalah rata-rata lembar penilaian yang selesai; tiap laporan dinilai paling sedikit dua Tenaga Ahli yang tidak memiliki benturan kepentingan.",
        ]),
    }
}

pub fn certificate_paper() -> CertificatePaper {
    CertificatePaper {
        letterhead: letterhead(),
        number: "SK-7KQ2-M9XT".to_owned(),
        name: "Sari Bahari".to_owned(),
        unit: "Bawaslu Kota Batam".to_owned(),
        event: "Konsolidasi Kehumasan Gelombang III".to_owned(),
        place: Some("Ballroom, Batam".to_owned()),
        began: moment("2026-11-23T02:00:00Z"),
        ended: moment("2026-11-24T09:00:00Z"),
        issuer: "Bawaslu Republik Indonesia".to_owned(),
        issued: moment("2026-11-25T03:00:00Z"),
        key_id: "receipts-2026-11".to_owned(),
        code: "7KQ2M9XTP4WDR6HCVA3NJE5SYB".to_owned(),
        verify_url: "https://jenjang.example/verify/7KQ2M9XTP4WDR6HCVA3NJE5SYB".to_owned(),
        revoked: None,
    }
}

pub fn award_paper() -> AwardPaper {
    AwardPaper {
        letterhead: letterhead(),
        number: "PP-7KQ2-M9XT".to_owned(),
        name: "Bawaslu Kabupaten Jember".to_owned(),
        unit: None,
        honour: "Terbaik I".to_owned(),
        category: "Pengelolaan Media Sosial".to_owned(),
        edition: "Anugerah Kehumasan Bawaslu 2024".to_owned(),
        announced: moment("2026-11-23T02:00:00Z"),
        letter: NaiveDate::from_ymd_opt(2026, 11, 20).map(|date| ("0123/HM.00.00/K1/11/2026".to_owned(), date)),
        issuer: "Bawaslu Republik Indonesia".to_owned(),
        issued: moment("2026-11-25T03:00:00Z"),
        key_id: "receipts-2026-11".to_owned(),
        code: "7KQ2M9XTP4WDR6HCVA3NJE5SYB".to_owned(),
        verify_url: "https://jenjang.example/verify/7KQ2M9XTP4WDR6HCVA3NJE5SYB".to_owned(),
        revoked: None,
    }
}

/// Thirteen provinces with 171 units between them, two people of each.
pub fn attendance_paper() -> AttendancePaper {
    let guest = |province: usize, place: usize| {
        let nobody = (province + place).is_multiple_of(9);
        let person = |index: usize| AttendancePerson {
            name: format!("Peserta {}.{}.{}", province + 1, place + 1, index + 1),
            title: (index == 0).then(|| "Koordinator Divisi Hukum, Humas, Data dan Informasi".to_owned()),
            present: !(province + place + index).is_multiple_of(4),
            entered: if (province + place + index).is_multiple_of(4) {
                Vec::new()
            } else {
                vec![(0, moment("2026-11-23T02:05:00Z")), (1, moment("2026-11-24T01:31:00Z"))]
            },
        };
        AttendanceGuest {
            unit: format!("Bawaslu Kabupaten Contoh {}.{}", province + 1, place + 1),
            people: if nobody {
                Vec::new()
            } else {
                (0..2).map(person).collect()
            },
            note: if nobody { "Tidak menjawab undangan" } else { "" }.to_owned(),
        }
    };
    let group = |province: usize| AttendanceGroup {
        title: format!("Provinsi Contoh {}", province + 1),
        guests: (0..13 + usize::from(province < 2))
            .map(|place| guest(province, place))
            .collect(),
    };
    let session = |title: &str, began: &str| AttendanceSession {
        title: title.to_owned(),
        began: moment(began),
    };
    AttendancePaper {
        letterhead: letterhead(),
        number: "0141/HM.00.00/K1/11/2026".to_owned(),
        event: "Konsolidasi Kehumasan Gelombang III".to_owned(),
        place: Some("Ballroom, Batam".to_owned()),
        began: moment("2026-11-23T02:00:00Z"),
        ended: moment("2026-11-24T09:00:00Z"),
        sessions: vec![
            session("Pembukaan", "2026-11-23T02:00:00Z"),
            session("Strategi media sosial", "2026-11-24T01:30:00Z"),
        ],
        groups: (0..13).map(group).collect(),
        part_of: None,
        sealed: Some((moment("2026-11-25T02:00:00Z"), hash(11))),
        made: moment("2026-11-25T03:00:00Z"),
    }
}

pub fn event_minutes_paper() -> EventMinutesPaper {
    EventMinutesPaper {
        letterhead: letterhead(),
        number: "0141/HM.00.00/K1/11/2026".to_owned(),
        event: "Konsolidasi Kehumasan Gelombang III".to_owned(),
        kinds: "konsolidasi dan rapat koordinasi".to_owned(),
        host: "Bawaslu Republik Indonesia".to_owned(),
        place: Some("Ballroom, Batam".to_owned()),
        began: moment("2026-11-23T02:00:00Z"),
        ended: moment("2026-11-24T09:00:00Z"),
        opened_by: texts(&["Bagas Nusantara, Deputi"]),
        speakers: texts(&["Ratna Samudra, Praktisi media"]),
        sessions: texts(&["Pembukaan", "Strategi media sosial"]),
        turnout: Turnout {
            invited: 184,
            confirmed: 170,
            declined: 9,
            came: 168,
            excused: 4,
            people: 331,
        },
        minutes: texts(&[
            "Peserta membahas pola kerja kehumasan setelah tahapan pemilihan berakhir.",
            "Disepakati bahwa setiap unit menyusun kalender konten bulanan.",
        ]),
        recommendations: vec![Recommendation {
            text: "Menyusun kalender konten bulanan dan melaporkannya.".to_owned(),
            owner: "Bawaslu Provinsi Kepulauan Riau".to_owned(),
            due: NaiveDate::from_ymd_opt(2026, 12, 31).unwrap(),
            state: FollowUp::Open,
            answer: None,
        }],
        signing: vec![
            seat("Ketua", "Bawaslu Republik Indonesia"),
            seat("Deputi", "Bawaslu Republik Indonesia"),
        ],
        sealed: Some((moment("2026-11-25T02:00:00Z"), hash(11))),
        made: moment("2026-11-25T03:00:00Z"),
    }
}
