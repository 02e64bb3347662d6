//! The tables of awards.
use std::fmt::Write;

use entity::enums::{AwardEditionStatus, AwardEntryStatus, Function, Tier};
use jenjang::{
    authz::{
        Decision, Standing,
        policy::{
            award::{self, EntryTies, PanelTies, Ties},
            rule::Rule,
        },
    },
    award::workflow,
};
use sea_orm::{ActiveEnum, Iterable};

use super::{block, compare, plainly};

/// The rows of one action: every standing in every situation.
fn rows<T: Copy, const N: usize>(
    situations: [(&'static str, T); N],
    decide: impl Fn(Function, Standing, T) -> Decision + Copy,
) -> impl Iterator<Item = (String, Vec<Decision>)> {
    Standing::ALL.into_iter().flat_map(move |standing| {
        situations.map(|(tie, ties)| {
            let decisions = Function::iter().map(|function| decide(function, standing, ties));
            (format!("{}{tie}", plainly(standing)), decisions.collect())
        })
    })
}

/// The grants on editions, entries and juries.
pub fn blocks() -> String {
    let mut table = "\nEDITIONS OF AWARDS (the unit is the issuer)\n".to_owned();
    for tier in Tier::iter() {
        let row = |standing: Standing| {
            let decisions = Function::iter().map(|function| award::begins(function, tier));
            (plainly(standing), decisions.collect())
        };
        table += &block(&format!("Draft one, from a seat of {tier:?}"), [row(Standing::Own)]);
    }
    for action in award::Action::ALL {
        table += &edition_block(action);
    }
    table += "\nENTRIES FOR AWARDS (the unit is the one that is entered, or whose person is)\n";
    let nominates = Standing::ALL.map(|standing| {
        let decisions = Function::iter().map(|function| award::nominates(function, standing));
        (plainly(standing), decisions.collect())
    });
    table += &block("Enter somebody", nominates);
    for action in award::EntryAction::ALL {
        table += &entry_block(action);
    }
    table += "\nJURIES OF AWARDS (the unit is the one whose jury it is)\n";
    for action in award::PanelAction::ALL {
        table += &panel_block(action);
    }
    table
}

fn edition_block(action: award::Action) -> String {
    let title = match action {
        award::Action::Read => "Know of it and of its rules; of who was honoured once announced",
        award::Action::Prepare => "Draft and change it",
        award::Action::Oversee => "Read every entry that was submitted, and who judges",
        award::Action::Command => "Publish its rules, take it on, compute, ratify, announce",
    };
    let draft = Ties::default();
    let published = Ties {
        published: true,
        ..draft
    };
    let situations = [
        (", draft", draft),
        (", rules published", published),
        (
            ", rules published, juror",
            Ties {
                juror: true,
                ..published
            },
        ),
        (
            ", announced",
            Ties {
                announced: true,
                ..published
            },
        ),
    ];
    block(
        title,
        rows(situations, |function, standing, ties| {
            award::decide(function, action, standing, ties)
        }),
    )
}

fn entry_block(action: award::EntryAction) -> String {
    let title = match action {
        award::EntryAction::Read => "Read it",
        award::EntryAction::Draft => "Write it",
        award::EntryAction::Submit => "Submit it",
        award::EntryAction::Withdraw => "Withdraw it",
        award::EntryAction::Verify => "Verify it, return it, find it ineligible",
        award::EntryAction::Disqualify => "Disqualify it",
        award::EntryAction::Object => "Object to what was announced of its category",
    };
    let draft = EntryTies::default();
    let submitted = EntryTies {
        submitted: true,
        ..draft
    };
    let situations = [
        (", draft", draft),
        (
            ", draft, enters it",
            EntryTies {
                nominator: true,
                ..draft
            },
        ),
        (", submitted", submitted),
        (
            ", submitted, enters it",
            EntryTies {
                nominator: true,
                ..submitted
            },
        ),
        (
            ", submitted by the person",
            EntryTies {
                own_work: true,
                ..submitted
            },
        ),
        (
            ", submitted, issuer",
            EntryTies {
                issuer: true,
                ..submitted
            },
        ),
        (
            ", submitted, judges it",
            EntryTies {
                juror: true,
                ..submitted
            },
        ),
    ];
    block(
        title,
        rows(situations, |function, standing, ties| {
            award::decide_of_entry(function, action, standing, ties)
        }),
    )
}

fn panel_block(action: award::PanelAction) -> String {
    let title = match action {
        award::PanelAction::Read => "Know who judges what, and how far they are",
        award::PanelAction::Chair => "Appoint jurors, reopen sheets, close it, read what was scored",
    };
    let none = PanelTies::default();
    let situations = [
        ("", none),
        (", issuer", PanelTies { issuer: true, ..none }),
        (", juror", PanelTies { juror: true, ..none }),
    ];
    block(
        title,
        rows(situations, |function, standing, ties| {
            award::decide_of_panel(function, action, standing, ties)
        }),
    )
}

/// The rules by name, with what they decide.
pub fn rules() -> Vec<(Rule, String)> {
    let editions =
        award::Action::ALL.map(|action| (award::rule(action), format!("{action:?} (of an edition of awards)")));
    let entries = award::EntryAction::ALL.map(|action| {
        (
            award::rule_of_entry(action),
            format!("{action:?} (of an entry for an award)"),
        )
    });
    let panels = award::PanelAction::ALL.map(|action| {
        (
            award::rule_of_panel(action),
            format!("{action:?} (of a jury of awards)"),
        )
    });
    editions.into_iter().chain(entries).chain(panels).collect()
}

#[test]
fn golden_award_workflow() {
    let mut table = "\
What follows what in the life of an edition of awards and of an entry: printed from src/award/workflow.rs, compared by
tests/it/golden/awards.rs, accepted with `just bless`. Down: where it stands; across: what is done. * owes a reason.

EDITIONS
"
    .to_owned();
    let marked = |step: String, owes: bool| format!("{step}{}", if owes { "*" } else { "" });
    write!(table, "{:<18}", "").unwrap();
    for step in workflow::Step::ALL {
        write!(
            table,
            "{:<18}",
            marked(format!("{step:?}"), workflow::needs_reason(step))
        )
        .unwrap();
    }
    for status in AwardEditionStatus::iter() {
        table = table.trim_end().to_owned();
        write!(table, "\n{:<18}", status.to_value()).unwrap();
        for step in workflow::Step::ALL {
            let led = workflow::next(status, step);
            let led = led.map_or_else(|workflow::Refused| "-".to_owned(), |to| to.to_value());
            write!(table, "{led:<18}").unwrap();
        }
    }
    table = table.trim_end().to_owned() + "\n\nENTRIES; last, what is told of it before the announcement\n";
    write!(table, "{:<14}", "").unwrap();
    for step in workflow::EntryStep::ALL {
        write!(
            table,
            "{:<14}",
            marked(format!("{step:?}"), workflow::entry_needs_reason(step))
        )
        .unwrap();
    }
    for status in AwardEntryStatus::iter() {
        table = table.trim_end().to_owned();
        write!(table, "\n{:<14}", status.to_value()).unwrap();
        for step in workflow::EntryStep::ALL {
            let led = workflow::next_of_entry(status, step);
            let led = led.map_or_else(|workflow::Refused| "-".to_owned(), |to| to.to_value());
            write!(table, "{led:<14}").unwrap();
        }
        write!(table, "{}", workflow::told_before_announcement(status).to_value()).unwrap();
    }
    compare("tests/golden/award_workflow.txt", &(table.trim_end().to_owned() + "\n"));
}
