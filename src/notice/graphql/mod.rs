//! Notices in the API.
pub mod mutation;
pub mod types;
pub mod viewer;

pub use mutation::NoticeMutation;
pub use types::{Notice, by_ids};
pub use viewer::NoticeViewer;
