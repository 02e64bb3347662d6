//! What of a person's rights a program gets that acts with them.
use entity::enums::{Function, Scope};

use super::{
    Decision, Standing,
    policy::event::{self, Action, Ties},
};

/// The function a seat of its maker has in the hands of a program with these scopes; none where it has no rights at all.
///
/// A program reads and drafts, it never decides: so nothing above STAFF comes out of this, whatever goes in. EXPERT is
/// left out because its rights hang on being named in person, and ADMIN because it manages people, which is not done by
/// programs. People are read only beside reports: PEOPLE_READ alone gives no seat, and neither does EVENTS_CHECKIN, which
/// opens doors ([`keeps_doors`]) and nothing else.
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

/// Whether a seat of its maker lets a program with these scopes work the doors of its unit's events.
#[must_use]
pub fn keeps_doors(function: Function, scopes: &[Scope]) -> bool {
    let kept = event::decide(function, Action::KeepDoor, Standing::Own, Ties::default());
    scopes.contains(&Scope::EventsCheckin) && kept == Decision::Allowed
}

/// Whether a scope adds anything to a seat of its maker. What adds nothing is not handed out: it would come to life
/// unasked the day its maker rises.
#[must_use]
pub fn gives(function: Function, scopes: &[Scope], scope: Scope) -> bool {
    match scope {
        Scope::ReportsRead | Scope::PeopleRead => capped(function, scopes).is_some(),
        Scope::ReportsDraft => capped(function, scopes) == Some(Function::Staff),
        Scope::EventsCheckin => keeps_doors(function, scopes),
    }
}

#[cfg(test)]
mod tests {
    use super::{Function, Scope, capped, gives};

    const ALL: [Scope; 4] = [
        Scope::ReportsRead,
        Scope::ReportsDraft,
        Scope::PeopleRead,
        Scope::EventsCheckin,
    ];

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
        assert!(gives(Function::Staff, &ALL, Scope::EventsCheckin));
        assert!(!gives(Function::Observer, &ALL, Scope::EventsCheckin));
        assert_eq!(
            capped(Function::Head, &[Scope::EventsCheckin]),
            None,
            "a door is no report"
        );
    }
}
