//! What happens between offices, told over HTTP.
mod ad_hoc;
mod as_of;
pub mod attendance;
pub mod awards;
mod bekasi;
pub mod certificates;
mod changes;
mod circular;
pub mod door;
mod door_burst;
mod endorsing;
pub mod evaluation;
mod event_news;
pub mod events;
mod exporting;
mod feed;
mod files;
pub mod findings;
pub mod gathering;
pub mod hierarchy;
mod idempotency;
mod inviting;
pub mod judging;
mod keys;
mod lampung;
mod notices;
pub mod outcomes;
mod owing;
mod papua;
mod programs;
pub mod receipts;
mod recovery;
pub mod regions;
mod reminding;
mod reorganising;
pub mod reviewing;
mod rivalry;
pub mod rubrics;
mod searching;
mod seating;
mod seats;
mod second_factor;
mod sessions;
mod signal;
mod starting;
mod tasks;
pub mod templates;
mod throttling;
mod writing;

/// The round in which kabupaten/kota and provinsi hand their final reports to RI.
pub const FINAL_REPORT: &str = "laporan-akhir-kehumasan-2024";

/// The round in which kecamatan report to their kabupaten/kota and province.
pub const KECAMATAN: &str = "laporan-kehumasan-kecamatan-2024";
