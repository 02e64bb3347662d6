//! What happens between offices, told over HTTP.
mod bekasi;
