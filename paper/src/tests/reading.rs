//! A PDF read back.

use lopdf::Document;

/// The text of a page each, as it is copied.
pub fn pages(pdf: &[u8]) -> Vec<String> {
    let document = Document::load_mem(pdf).unwrap();
    let numbers = document.get_pages().into_keys();
    numbers
        .map(|number| document.extract_text(&[number]).unwrap())
        .collect()
}
