//! What the doors to the official papers and those who gather what stands on them have in common. How papers look is said in
//! the crate `paper`; what stands on one is gathered by the slice whose paper it is.
pub mod following;
pub mod http;
pub mod words;
