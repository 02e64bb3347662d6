//! The rows of the database, one file each, and the closed enums they hold.
//!
//! A row is never an API type, and no rule lives here: what may happen to a row is decided by the slice that owns it.
//! Timestamps are UTC at microsecond precision (the coarser of the two databases), dates are calendar dates in WIB.

pub mod access_token;
pub mod account;
pub mod administrative_act;
pub mod attachment;
pub mod audit_leaf;
pub mod citation;
pub mod contact_read;
pub mod cycle;
pub mod cycle_passing;
pub mod draft;
pub mod election_stage;
pub mod enums;
pub mod file;
pub mod file_piece;
pub mod handover;
pub mod handover_item;
pub mod handover_receiver;
pub mod handover_session;
pub mod holder;
pub mod idempotency_record;
pub mod installation;
pub mod invitation;
pub mod mail;
pub mod notice;
pub mod obligation;
pub mod obligation_act;
pub mod one_time_code;
pub mod outbox_event;
pub mod proposal;
pub mod pulse;
pub mod recovery_code;
pub mod refresh_token;
pub mod region;
pub mod region_edition;
pub mod region_past;
pub mod report;
pub mod report_text;
pub mod reporting_act;
pub mod revision;
pub mod seat;
pub mod second_factor;
pub mod service_account;
pub mod session;
pub mod stored_object;
pub mod template;
pub mod throttle;
pub mod transition;
pub mod unit;
pub mod unit_change;
pub mod unit_fact;
pub mod unit_touch;
