//! Reviews: what is judged, by what, and how. Whatever is handed in to be judged uses it, so that nothing here knows what
//! kind of work that is.
pub mod graphql;
pub mod rubric;
