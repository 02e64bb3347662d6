//! A lexer that only counts. The parser is recursive and keeps everything it reads, so the text is bounded before
//! the parser sees it. Whatever this lexer does not know it counts as a token and leaves to the parser to name.

use async_graphql::Pos;

use super::{Refusal, RefusalCode};
use crate::graphql::limits::Limits;

/// Refuses a text of too many tokens or directives, or of brackets nested too deep, values included.
pub(super) fn check(limits: &Limits, text: &str) -> Result<(), Refusal> {
    let tally = Tally::of(text)?;
    Refusal::unless_within(limits.tokens, tally.tokens, "number of tokens")?;
    Refusal::unless_within(limits.nesting, tally.nesting, "nesting of brackets")?;
    Refusal::unless_within(limits.directives, tally.directives, "number of directives")
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    tokens: usize,
    directives: usize,
    nesting: usize,
}

impl Tally {
    fn of(text: &str) -> Result<Self, Refusal> {
        let mut tally = Self::default();
        let mut lexer = Lexer {
            text: text.as_bytes(),
            at: 0,
        };
        let mut open: usize = 0;
        while let Some((start, token)) = lexer.next_token() {
            tally.tokens += 1;
            match token {
                Token::Open => open += 1,
                Token::Close => open = open.saturating_sub(1),
                Token::Directive => tally.directives += 1,
                Token::Other => {}
                // Read on, and this lexer would take for text what the parser may take for brackets.
                Token::Unterminated => return Err(unterminated(text, start)),
            }
            tally.nesting = tally.nesting.max(open);
        }
        Ok(tally)
    }
}

fn unterminated(text: &str, start: usize) -> Refusal {
    let before = text.get(..start).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before.chars().count() - before.get(..line_start).unwrap_or_default().chars().count() + 1;
    let message = "The document is not GraphQL: a string is never closed.";
    Refusal::new(RefusalCode::ParseFailed, message, [Pos { line, column }])
}

enum Token {
    Open,
    Close,
    Directive,
    Other,
    Unterminated,
}

/// Works on bytes: everything that means something outside a string is ASCII.
struct Lexer<'text> {
    text: &'text [u8],
    at: usize,
}

impl Lexer<'_> {
    fn next_token(&mut self) -> Option<(usize, Token)> {
        self.skip_ignored();
        let start = self.at;
        let token = match self.peek()? {
            b'{' | b'(' | b'[' => self.advance(Token::Open),
            b'}' | b')' | b']' => self.advance(Token::Close),
            b'@' => self.advance(Token::Directive),
            b'"' if self.rest().starts_with(b"\"\"\"") => self.block_string(),
            b'"' => self.string(),
            b'-' | b'0'..=b'9' => self.number(),
            b'A'..=b'Z' | b'a'..=b'z' | b'_' => self.name(),
            b'.' if self.rest().starts_with(b"...") => {
                self.at += 3;
                Token::Other
            }
            _ => self.advance(Token::Other),
        };
        Some((start, token))
    }

    fn rest(&self) -> &[u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn advance(&mut self, token: Token) -> Token {
        self.at += 1;
        token
    }

    fn skip_while(&mut self, matches: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&matches) {
            self.at += 1;
        }
    }

    /// White space, commas and comments. Beyond ASCII only the byte order mark is allowed outside a string, and
    /// the parser stops at anything else, so none of it needs counting.
    fn skip_ignored(&mut self) {
        loop {
            self.skip_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b',') || !byte.is_ascii());
            if self.peek() != Some(b'#') {
                return;
            }
            self.skip_while(|byte| !matches!(byte, b'\n' | b'\r'));
        }
    }

    fn name(&mut self) -> Token {
        self.skip_while(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        Token::Other
    }

    /// As strict as the parser: it reads `00-1` as three numbers, so three must be counted.
    fn number(&mut self) -> Token {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits();
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits();
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits();
        }
        Token::Other
    }

    fn digits(&mut self) {
        self.skip_while(|byte| byte.is_ascii_digit());
    }

    fn string(&mut self) -> Token {
        self.at += 1;
        loop {
            match self.peek() {
                Some(b'"') => return self.advance(Token::Other),
                Some(b'\\') => self.at += 2,
                Some(b'\n' | b'\r') | None => return Token::Unterminated,
                Some(_) => self.at += 1,
            }
        }
    }

    fn block_string(&mut self) -> Token {
        self.at += 3;
        loop {
            match self.rest() {
                [] => return Token::Unterminated,
                [b'"', b'"', b'"', ..] => {
                    self.at += 3;
                    return Token::Other;
                }
                [b'\\', b'"', b'"', b'"', ..] => self.at += 4,
                _ => self.at += 1,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    fn tally(text: &str) -> Option<(usize, usize, usize)> {
        Tally::of(text)
            .ok()
            .map(|tally| (tally.tokens, tally.directives, tally.nesting))
    }

    #[test]
    fn counts_what_the_parser_would_read() {
        assert_eq!(tally("\u{feff}{ a, ...F @skip(if: true) } # } @"), Some((12, 1, 2)));
        assert_eq!(tally(r#"{ a(x: "{ \" @ [", y: """ [ \""" { """) }"#), Some((11, 0, 2)));
        assert_eq!(tally("[-1.5e-3 0]"), Some((4, 0, 1)));
        assert_eq!(tally("[00-1-1]"), Some((6, 0, 1)));
    }

    #[test]
    fn a_string_never_closed_hides_nothing() {
        assert_eq!(tally(r#"{ a(x: [""""" [[[["#), None);
        assert_eq!(tally("{ a(x: \"\n[[[["), None);
        assert_eq!(tally("{ a(x: \"\\"), None);
    }
}
