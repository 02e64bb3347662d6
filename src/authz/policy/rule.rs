//! The rules by name, so that a decision can be explained. Each page of the policy says which rule made a decision.

/// One rule: a name that stays, and what it says in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    pub key: &'static str,
    pub id: &'static str,
    pub en: &'static str,
}
