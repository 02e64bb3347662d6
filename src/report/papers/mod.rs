//! The official papers of what changed hands: the receipt of a report, the minutes of a session and the evaluation of a round, rendered when somebody asks
//! for one, of what that person may read at that moment. How they look is said in the crate `paper`.
pub mod evaluation;
pub mod http;
pub mod minutes;
pub mod receipt;
