//! The header by which an answer is saved under a name and never shown (RFC 6266, RFC 8187).
use actix_web::http::header::{Charset, ContentDisposition, DispositionParam, DispositionType, ExtendedValue};

/// To be saved under a name. Clients that read no other alphabets get it with underscores.
#[must_use]
pub fn attachment(name: &str) -> ContentDisposition {
    let plain: String = name
        .chars()
        .map(|character| match character {
            ' '..='~' if !matches!(character, '"' | '\\' | '%') => character,
            _ => '_',
        })
        .collect();
    let mut parameters = vec![DispositionParam::Filename(plain.clone())];
    if plain != name {
        parameters.push(DispositionParam::FilenameExt(ExtendedValue {
            charset: Charset::Ext("UTF-8".to_owned()),
            language_tag: None,
            value: name.as_bytes().to_vec(),
        }));
    }
    ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters,
    }
}

#[cfg(test)]
mod tests {
    use super::attachment;

    #[test]
    fn a_name_is_told_in_the_alphabets_a_client_may_read() {
        for (name, header) in [
            ("laporan.pdf", "attachment; filename=\"laporan.pdf\""),
            (
                "Édaran no. 1.pdf",
                "attachment; filename=\"_daran no. 1.pdf\"; filename*=UTF-8''%C3%89daran%20no.%201.pdf",
            ),
            (
                "100%.pdf",
                "attachment; filename=\"100_.pdf\"; filename*=UTF-8''100%25.pdf",
            ),
        ] {
            assert_eq!(attachment(name).to_string(), header);
        }
    }
}
