//! What of a person's rights a program gets that acts with them.
use entity::enums::{Function, Scope};

/// The function a seat of its maker has in the hands of a program with these scopes; none where it has no rights at all.
///
/// A program reads and drafts, it never decides: so nothing above STAFF comes out of this, whatever goes in. EXPERT is
/// left out because its rights hang on being named in person, and ADMIN because it manages people, which is not done by
/// programs. People are read only beside reports: PEOPLE_READ alone gives no seat.
#[must_use]
pub fn capped(function: Function, scopes: &[Scope]) -> Option<Function> {
    let (drafts, reads) = (
        scopes.contains(&Scope::ReportsDraft),
        scopes.contains(&Scope::ReportsRead),
    );
    match function {
        Function::Staff | Function::Head if drafts => Some(Function::Staff),
        Function::Staff | Function::Head | Function::Observer | Function::Coordinator if drafts || reads => {
            Some(Function::Observer)
        }
        Function::Staff | Function::Head | Function::Observer | Function::Coordinator => None,
        Function::Expert | Function::Admin => None,
    }
}

/// Whether a scope adds anything to a seat of its maker. What adds nothing is not handed out: it would come to life
/// unasked the day its maker rises.
#[must_use]
pub fn gives(function: Function, scopes: &[Scope], scope: Scope) -> bool {
    match scope {
        Scope::ReportsRead | Scope::PeopleRead => capped(function, scopes).is_some(),
        Scope::ReportsDraft => capped(function, scopes) == Some(Function::Staff),
    }
}

#[cfg(test)]
mod tests {
    use super::{Function, Scope, capped, gives};

    const ALL: [Scope; 3] = [Scope::ReportsRead, Scope::ReportsDraft, Scope::PeopleRead];

    #[test]
    fn no_program_decides() {
        for function in [
            Function::Staff,
            Function::Head,
            Function::Admin,
            Function::Observer,
            Function::Coordinator,
            Function::Expert,
        ] {
            let most = capped(function, &ALL);
            assert!(
                matches!(most, None | Some(Function::Staff | Function::Observer)),
                "{function:?}"
            );
        }
    }

    #[test]
    fn a_scope_that_adds_nothing_is_told() {
        assert!(gives(Function::Head, &ALL, Scope::ReportsDraft));
        assert!(!gives(Function::Coordinator, &ALL, Scope::ReportsDraft));
        assert!(gives(Function::Coordinator, &ALL, Scope::PeopleRead));
        assert!(!gives(Function::Head, &[Scope::PeopleRead], Scope::PeopleRead));
        assert!(!gives(Function::Admin, &ALL, Scope::ReportsRead));
    }
}
