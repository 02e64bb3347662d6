//! What happens between offices, told over HTTP.
mod bekasi;
mod endorsing;
mod feed;
mod idempotency;
mod notices;
mod sessions;
mod writing;

/// The round in which kabupaten/kota and provinsi hand their final reports to RI.
const FINAL_REPORT: &str = "laporan-akhir-kehumasan-2024";

/// The round in which kecamatan report to their kabupaten/kota and province.
const KECAMATAN: &str = "laporan-kehumasan-kecamatan-2024";
