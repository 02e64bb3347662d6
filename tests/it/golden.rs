//! What is committed to be read by people: the schema, the table of grants, the tables of the workflow. A test only
//! compares; `just bless` writes, and the diff is reviewed like any other.
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    path::Path,
};

use entity::{
    enums::{
        EventStatus, Function, ProposalStatus, ReportCommand, ReportStatus, RubricStatus, Scope, SheetStatus,
        TemplateStatus, Tier,
    },
    template::Route,
};
use jenjang::{
    authz::{
        Decision, Standing,
        policy::{
            cycle, evaluation, event, finding, handover, identity, recommendation,
            report::{self, Relations, State},
            review, rubric,
            rule::Rule,
            template, territory,
        },
        service,
    },
    event::{attendance::workflow as sheets, workflow as events},
    graphql::{programs, root},
    proposal,
    report::workflow::{Place, Way, needs_reason, next},
};
use sea_orm::{ActiveEnum, Iterable};

mod awards;

/// Compares with the committed file, or writes it when told to.
pub fn compare(path: &str, printed: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("JENJANG_BLESS").is_some_and(|bless| bless == "1") {
        std::fs::write(&file, printed).unwrap();
        return;
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    if let Some(difference) = first_difference(&committed, printed) {
        panic!("{path} is not what the code says (accept it with `just bless`): {difference}");
    }
}

fn first_difference(committed: &str, printed: &str) -> Option<String> {
    if committed == printed {
        return None;
    }
    let (mut left, mut right) = (committed.lines(), printed.lines());
    for line in 1.. {
        match (left.next(), right.next()) {
            (None, None) => return Some("the ends of lines differ".to_owned()),
            (left, right) if left == right => {}
            (left, right) => {
                return Some(format!(
                    "line {line}\n  committed: {}\n  printed:   {}",
                    left.unwrap_or("nothing"),
                    right.unwrap_or("nothing")
                ));
            }
        }
    }
    None
}

#[test]
fn golden_files_differ_where_they_differ() {
    assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
    assert!(first_difference("a\nb\n", "a\nc\n").unwrap().starts_with("line 2"));
    assert!(first_difference("a\n", "a\nb\n").unwrap().starts_with("line 2"));
    assert!(first_difference("a", "a\n").is_some());
}

#[test]
fn golden_schema() {
    compare("schema.graphql", &root::sdl(&root::schema()));
}

/// How a seat may stand to a report, in every way that can come about.
struct Situation {
    standing: Standing,
    relations: Relations,
    submitted: bool,
}

impl Situation {
    /// Every combination that can come about.
    fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for submitted in [false, true] {
            for standing in Standing::ALL {
                for ties in 0..512_u16 {
                    let relations = Relations {
                        assigned: ties & 32 != 0,
                        lead: ties & 64 != 0,
                        portfolio: ties & 128 != 0,
                        conflicted: ties & 256 != 0,
                        turn: ties & 8 != 0,
                        province: ties & 4 != 0,
                        receiver: ties & 2 != 0,
                        submitter: ties & 1 != 0,
                        custodian: ties & 16 != 0,
                    };
                    let situation = Self {
                        standing,
                        relations,
                        submitted,
                    };
                    if situation.comes_about() {
                        all.push(situation);
                    }
                }
            }
        }
        all
    }

    fn comes_about(&self) -> bool {
        let Relations {
            turn,
            province,
            receiver,
            submitter,
            custodian,
            assigned,
            lead,
            portfolio,
            conflicted,
        } = self.relations;
        // It is the turn of a unit that decides above, of a report that was submitted.
        let turn_fits = !turn || (self.submitted && matches!(self.standing, Standing::Parent | Standing::Above));
        // The province is the report's unit or above it.
        let province_fits = !province || matches!(self.standing, Standing::Own | Standing::Parent | Standing::Above);
        // What is handed over was submitted and is nobody's turn; receivers sit at RI.
        let receiver_fits = !receiver
            || (self.submitted && !turn && !province && !matches!(self.standing, Standing::Own | Standing::Below));
        let submitter_fits = !submitter || self.submitted;
        // What a unit left is kept above it, and never at RI by who receives.
        let custodian_fits = !custodian || (!receiver && matches!(self.standing, Standing::Parent | Standing::Above));
        // Who reviews sits at RI, above everybody, and reviews what was submitted; one tie at a time says it all.
        let at_ri = matches!(self.standing, Standing::Parent | Standing::Above) && !turn && !province && !custodian;
        let one = [receiver, assigned, portfolio].into_iter().filter(|tie| *tie).count() <= 1;
        let assigned_fits = !assigned || (at_ri && self.submitted && !submitter);
        let lead_fits = !lead || assigned;
        let portfolio_fits = !portfolio || (at_ri && !submitter);
        let conflict_fits = !conflicted || (at_ri && !submitter);
        let review_fits = one && assigned_fits && lead_fits && portfolio_fits && conflict_fits;
        turn_fits && province_fits && receiver_fits && submitter_fits && custodian_fits && review_fits
    }

    fn name(&self) -> String {
        let mut name = match self.standing {
            Standing::Own => "own",
            Standing::Parent => "parent",
            Standing::Above => "above",
            Standing::Below => "below",
            Standing::Outside => "outside",
        }
        .to_owned();
        let ties = [
            (self.relations.province, ", province"),
            (self.relations.turn, ", its turn"),
            (self.relations.receiver, ", receiver"),
            (self.relations.custodian, ", custodian"),
            (self.relations.assigned && !self.relations.lead, ", reviews"),
            (self.relations.lead, ", leads the review"),
            (self.relations.portfolio, ", portfolio"),
            (self.relations.conflicted, ", conflict of interest"),
            (self.relations.submitter, ", submitter"),
            (!self.submitted, ", never submitted"),
        ];
        for (holds, words) in ties {
            name.push_str(if holds { words } else { "" });
        }
        name
    }
}

fn word(decision: Decision) -> &'static str {
    match decision {
        Decision::Allowed => "yes",
        Decision::Forbidden => "no",
        Decision::OwnWork => "own work",
        Decision::Hidden => "hidden",
    }
}

/// A block of the table of grants: the situations down, the functions across.
fn block(title: &str, rows: impl IntoIterator<Item = (String, Vec<Decision>)>) -> String {
    let mut block = format!("\n{title:<62}");
    for function in Function::iter() {
        write!(block, "{:<13}", function.to_value()).unwrap();
    }
    for (name, decisions) in rows {
        let cells: String = decisions
            .into_iter()
            .map(|decision| format!("{:<13}", word(decision)))
            .collect();
        block = block.trim_end().to_owned();
        write!(block, "\n  {name:<60}{cells}").unwrap();
    }
    block.trim_end().to_owned() + "\n"
}

fn report_block(title: &str, action: report::Action, status: ReportStatus) -> String {
    let row = |situation: &Situation| {
        let state = State {
            status,
            submitted: situation.submitted,
        };
        let decisions = Function::iter()
            .map(|function| report::decide(function, action, situation.standing, situation.relations, state));
        (situation.name(), decisions.collect())
    };
    block(title, Situation::all().iter().map(row))
}

/// The blocks of one action: one for all statuses, or one for each group of statuses that are decided alike.
fn report_blocks(action: report::Action) -> String {
    let title = match action {
        report::Action::Read => "Read".to_owned(),
        report::Action::ReadDraft => "Read the draft".to_owned(),
        report::Action::Do(command) => command.to_value(),
    };
    let mut alike: BTreeMap<String, BTreeSet<ReportStatus>> = BTreeMap::new();
    for status in ReportStatus::iter() {
        alike
            .entry(report_block("", action, status))
            .or_default()
            .insert(status);
    }
    if alike.len() == 1 {
        return report_block(&title, action, ReportStatus::Draft);
    }
    let mut groups: Vec<_> = alike.into_values().collect();
    groups.sort_by_key(BTreeSet::len);
    let mut blocks = String::new();
    for statuses in groups {
        let names: Vec<String> = statuses.iter().map(ReportStatus::to_value).collect();
        write!(blocks, "\n{title} while {}:", names.join(", ")).unwrap();
        blocks += &report_block(&title, action, statuses.into_iter().next().unwrap());
    }
    blocks
}

/// The block of one action on findings, by what ties the seat to them.
fn finding_block(action: finding::Action) -> String {
    let title = match action {
        finding::Action::Raise => "Raise one",
        finding::Action::Acknowledge => "Take note of one",
        finding::Action::Settle => "Resolve or reopen one",
    };
    let none = finding::Ties::default();
    let ties = [
        ("none", none),
        ("own", finding::Ties { own: true, ..none }),
        (
            "custodian",
            finding::Ties {
                custodian: true,
                ..none
            },
        ),
        ("its turn", finding::Ties { examines: true, ..none }),
        ("raised by its unit", finding::Ties { raised: true, ..none }),
        (
            "its turn, submitter",
            finding::Ties {
                examines: true,
                submitter: true,
                ..none
            },
        ),
        (
            "raised by its unit, submitter",
            finding::Ties {
                raised: true,
                submitter: true,
                ..none
            },
        ),
    ];
    let row = |(name, ties): (&str, finding::Ties)| {
        let decisions = Function::iter().map(|function| finding::decide(function, action, ties));
        (name.to_owned(), decisions.collect())
    };
    block(title, ties.into_iter().map(row))
}

/// The name of a standing alone.
fn plainly(standing: Standing) -> String {
    let situation = Situation {
        standing,
        relations: Relations::default(),
        submitted: true,
    };
    situation.name()
}

/// The blocks of one action on rounds, by the tier of the seat's unit: one for all, or one for each group decided alike.
fn cycle_blocks(action: cycle::Action) -> String {
    let on_round = ("its owner", &[""][..]);
    let on_unit = ("the unit", &["", ", owner", ", passed on", ", decides"][..]);
    let (title, (of, ties)) = match action {
        cycle::Action::Read => ("Read", on_round),
        cycle::Action::Manage => ("Open, change, close", on_round),
        cycle::Action::PassOn => ("Pass on", on_round),
        cycle::Action::ManageStages => ("Make and change stages", on_round),
        cycle::Action::ReadLedger => ("Read what a unit owes", ("the unit", &[""][..])),
        cycle::Action::Extend => ("Give a unit more time", on_unit),
        cycle::Action::Excuse => ("Excuse a unit", on_unit),
        cycle::Action::Waive => ("Waive what a unit owes", on_unit),
    };
    let rows = |tier| {
        let situations = Standing::ALL
            .into_iter()
            .flat_map(move |standing| ties.iter().map(move |tie| (standing, *tie)));
        situations.map(move |(standing, tie)| {
            let relations = cycle::Relations {
                owner: tie == ", owner",
                passed_on: tie == ", passed on",
                decides: tie == ", decides",
            };
            let decisions =
                Function::iter().map(|function| cycle::decide((function, tier), action, standing, relations));
            (plainly(standing) + tie, decisions.collect())
        })
    };
    let mut alike: BTreeMap<String, Vec<Tier>> = BTreeMap::new();
    for tier in Tier::iter() {
        alike.entry(block("", rows(tier))).or_default().push(tier);
    }
    let mut groups: Vec<_> = alike.into_values().collect();
    groups.sort();
    let blocks = groups.iter().map(|tiers| {
        let names: Vec<String> = tiers.iter().map(Tier::to_value).collect();
        let from = if groups.len() == 1 {
            String::new()
        } else {
            format!(", sitting at {}", names.join(", "))
        };
        format!("\n{title}{from}; seen from {of}:") + &block("", rows(tiers[0]))
    });
    blocks.collect()
}

/// The blocks of one action on people: one for all tiers of the unit it concerns, or one for each group decided alike.
fn identity_blocks(action: identity::Action) -> String {
    let title = match action {
        identity::Action::Manage(function) => format!("Fill and empty {} seats", function.to_value()),
        identity::Action::Explain => "Explain the rights of its people".to_owned(),
        identity::Action::MakeTokens => "Make programs and their tokens".to_owned(),
        identity::Action::RevokeTokens => "See and revoke their tokens".to_owned(),
        identity::Action::ExportPerson => "Take out a person's data".to_owned(),
        identity::Action::ErasePerson => "Erase a person".to_owned(),
        identity::Action::EraseNamedPerson => "Find and erase people whom events know by name alone".to_owned(),
    };
    let rows = |tier| {
        Standing::ALL.into_iter().map(move |standing| {
            let decisions = Function::iter().map(|function| identity::decide(function, action, standing, tier));
            (plainly(standing), decisions.collect())
        })
    };
    let mut alike: BTreeMap<String, Vec<Tier>> = BTreeMap::new();
    for tier in Tier::iter() {
        alike.entry(block("", rows(tier))).or_default().push(tier);
    }
    let mut groups: Vec<_> = alike.into_values().collect();
    groups.sort();
    let blocks = groups.iter().map(|tiers| {
        let names: Vec<String> = tiers.iter().map(Tier::to_value).collect();
        let heading = if groups.len() == 1 {
            String::new()
        } else {
            format!("\n{title} of {}:", names.join(", "))
        };
        heading + &block(&title, rows(tiers[0]))
    });
    blocks.collect()
}

/// The block of one action in a review: the ties that can come about down.
fn review_block(action: review::Action) -> String {
    let title = match action {
        review::Action::ReadAssignment => "Know who is assigned",
        review::Action::Answer => "Take on, decline, recuse from an assignment",
        review::Action::Score => "Fill in and complete a sheet",
        review::Action::ReadSheet => "Read a complete sheet",
        review::Action::ReadResult => "Read what the sheets come to",
        review::Action::Follow => "Be told what is found, and of the steps of the review",
        review::Action::Direct => "Take an assignment away, name the lead",
        review::Action::DeclareConflict => "Declare an own conflict of interest",
        review::Action::PinConflict => "Pin a conflict of interest",
        review::Action::LiftConflict => "Lift a conflict of interest",
        review::Action::ReadConflict => "Know of a conflict of interest",
        review::Action::SetPortfolio => "Set a portfolio",
        review::Action::ReadPortfolio => "Know of a portfolio",
    };
    let mut rows = Vec::new();
    for ties in 0..64_u8 {
        let relations = review::Relations {
            assigned: ties & 1 != 0,
            own: ties & 2 != 0,
            completed: ties & 4 != 0,
            conflicted: ties & 8 != 0,
            decided: ties & 16 != 0,
            at_ri: ties & 32 != 0,
        };
        // Only who is assigned completes anything; and where somebody sits is asked once.
        if (relations.completed && !relations.assigned) || (relations.at_ri && action != review::Action::Follow) {
            continue;
        }
        let words = [
            (relations.assigned, "assigned"),
            (relations.own, "the own"),
            (relations.completed, "completed"),
            (relations.conflicted, "conflict of interest"),
            (relations.decided, "decided"),
            (relations.at_ri, "at RI"),
        ];
        let words: Vec<&str> = words
            .into_iter()
            .filter_map(|(holds, word)| holds.then_some(word))
            .collect();
        let name = if words.is_empty() {
            "no tie".to_owned()
        } else {
            words.join(", ")
        };
        let decisions: Vec<Decision> = Function::iter()
            .map(|function| review::decide(function, action, relations))
            .collect();
        rows.push((name, decisions));
    }
    block(title, rows)
}

/// The blocks of one action on templates: one for each group of statuses and owners that are decided alike.
fn template_blocks(action: template::Action) -> String {
    let title = match action {
        template::Action::Read => "Read a version",
        template::Action::Manage => "Make, edit, publish, discard, retire",
    };
    let mut alike: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for status in TemplateStatus::iter() {
        for tier in Tier::iter() {
            for ad_hoc in [false, true] {
                let owner = template::Owner { tier, ad_hoc };
                let row = |standing: Standing| {
                    let decisions =
                        Function::iter().map(|function| template::decide(function, action, standing, owner, status));
                    (plainly(standing), decisions.collect())
                };
                let of = format!(
                    "{} of {}{}",
                    status.to_value(),
                    tier.to_value(),
                    if ad_hoc { " (ad hoc)" } else { "" }
                );
                let rows = Standing::ALL.into_iter().map(row);
                alike.entry(block(title, rows)).or_default().push(of);
            }
        }
    }
    let blocks = alike
        .into_iter()
        .map(|(block, of)| format!("\n{title}: {}{block}", of.join(", ")));
    blocks.collect()
}

/// The blocks of one action on rubrics, as those on templates.
fn rubric_blocks(action: rubric::Action) -> String {
    let title = match action {
        rubric::Action::Read => "Read a version",
        rubric::Action::Manage => "Make, edit, publish, discard, retire",
    };
    let mut alike: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for status in RubricStatus::iter() {
        for (tier, ad_hoc) in Tier::iter().flat_map(|tier| [(tier, false), (tier, true)]) {
            let owner = template::Owner { tier, ad_hoc };
            let row = |standing: Standing| {
                let decisions =
                    Function::iter().map(|function| rubric::decide(function, action, standing, owner, status));
                (plainly(standing), decisions.collect())
            };
            let ad_hoc = if ad_hoc { " (ad hoc)" } else { "" };
            let of = format!("{} of {}{ad_hoc}", status.to_value(), tier.to_value());
            let rows = Standing::ALL.into_iter().map(row);
            alike.entry(block(title, rows)).or_default().push(of);
        }
    }
    let blocks = alike
        .into_iter()
        .map(|(block, of)| format!("\n{title}: {}{block}", of.join(", ")));
    blocks.collect()
}

/// The blocks of one action on evaluations: open ones and closed ones.
fn evaluation_blocks(action: evaluation::Action) -> String {
    let title = match action {
        evaluation::Action::Prepare => "Open, write, close",
        evaluation::Action::Read => "Read what it says of the country",
        evaluation::Action::ReadUnit => "Read what it says of a unit or a province",
    };
    let of = |closed| {
        let row = |standing: Standing| {
            let decisions = Function::iter().map(|function| evaluation::decide(function, action, standing, closed));
            (plainly(standing), decisions.collect())
        };
        let state = if closed { "closed" } else { "open" };
        block(&format!("{title}, {state}"), Standing::ALL.into_iter().map(row))
    };
    [false, true].into_iter().map(of).collect()
}

/// The block of one action on recommendations.
fn recommendation_block(action: recommendation::Action) -> String {
    let title = match action {
        recommendation::Action::Read => "Read it and what was answered",
        recommendation::Action::Answer => "Answer it",
        recommendation::Action::Settle => "Close it, send it back",
    };
    let none = recommendation::Ties::default();
    let situations = [
        (String::new(), none),
        (
            ", custodian".to_owned(),
            recommendation::Ties {
                custodian: true,
                ..none
            },
        ),
        (
            ", recommends it".to_owned(),
            recommendation::Ties { issuer: true, ..none },
        ),
        (
            ", recommends it, the person answered it".to_owned(),
            recommendation::Ties {
                issuer: true,
                answered: true,
                ..none
            },
        ),
    ];
    let rows = Standing::ALL.into_iter().flat_map(|standing| {
        situations.clone().map(|(tie, ties)| {
            let decisions = Function::iter().map(|function| recommendation::decide(function, action, standing, ties));
            (format!("{}{tie}", plainly(standing)), decisions.collect())
        })
    });
    block(title, rows)
}

/// The block of one action on events.
fn event_block(action: event::Action) -> String {
    let title = match action {
        event::Action::Read => "Know of it",
        event::Action::ReadAttendance => "Read who is invited, what they answered and who came",
        event::Action::Prepare => "Draft and change it, write down what came of it",
        event::Action::Command => "Publish, run and seal it, decide what its door and guests ask",
        event::Action::KeepDoor => "Work its door",
    };
    let draft = event::Ties::default();
    let published = event::Ties {
        published: true,
        ..draft
    };
    let situations = [
        (", draft", draft),
        (", draft, invited", event::Ties { invited: true, ..draft }),
        (", draft, named in it", event::Ties { named: true, ..draft }),
        (", published", published),
        (
            ", published, invited",
            event::Ties {
                invited: true,
                ..published
            },
        ),
        (
            ", published, named in it",
            event::Ties {
                named: true,
                ..published
            },
        ),
    ];
    let rows = Standing::ALL.into_iter().flat_map(|standing| {
        situations.map(|(tie, ties)| {
            let decisions = Function::iter().map(|function| event::decide(function, action, standing, ties));
            (format!("{}{tie}", plainly(standing)), decisions.collect())
        })
    });
    block(title, rows)
}

/// The block of one action on the invitation of a unit.
fn invitation_block(action: event::UnitAction) -> String {
    let title = match action {
        event::UnitAction::Read => "Read it, and whom the unit sends",
        event::UnitAction::Draft => "Write down who was there",
        event::UnitAction::Answer => "Answer it, name, substitute, submit",
        event::UnitAction::Settle => "Verify, return, excuse, evaluate",
    };
    let none = event::UnitTies::default();
    let host = event::UnitTies { host: true, ..none };
    let situations = [
        ("", none),
        (", host", host),
        (
            ", host, the person handed it in",
            event::UnitTies {
                submitted: true,
                ..host
            },
        ),
        (
            ", above the host",
            event::UnitTies {
                above_host: true,
                ..none
            },
        ),
        (
            ", custodian",
            event::UnitTies {
                custodian: true,
                ..none
            },
        ),
        (
            ", the person comes for the unit",
            event::UnitTies { named: true, ..none },
        ),
    ];
    let rows = Standing::ALL.into_iter().flat_map(|standing| {
        situations.map(|(tie, ties)| {
            let decisions = Function::iter().map(|function| event::decide_of_unit(function, action, standing, ties));
            (format!("{}{tie}", plainly(standing)), decisions.collect())
        })
    });
    block(title, rows)
}

#[test]
fn golden_policy() {
    let mut table = "\
Who may do what: printed from src/authz/policy, compared by tests/it/golden.rs, accepted with `just bless`.

Down: how the seat's unit stands to the record's, and what else ties seat or person to it.
  own, parent, above, below, outside   the unit itself; the unit that decides on it; higher; beneath; none of these
  province      the seat's unit is the province the report's unit lies in
  its turn      the report waits for, or lies with, the seat's unit
  receiver      the seat is named to receive the report in a handover in force
  custodian     the report's unit is dissolved, and the seat keeps what it left
  submitter     the person submitted the revision in force
  reviews       the seat is assigned to review the report, to the person who holds it; leads the review: as its lead
  portfolio     the seat's portfolio covers the report
  conflict of interest   the person has one with the report's unit
  owner         the seat's unit owns the round
  passed on     the seat's unit has passed the round on to the unit
  decides       the seat's unit decides on the unit today
  named in it   the person is to come to the event, or to speak at it
Across: the seat's function.
  yes; no: it may know of the record, but not do this; own work: nobody decides on it; hidden: as if there were none
The workflow (workflow.txt) says besides what follows in which status.

REPORTS
"
    .to_owned();
    for action in report::Action::ALL {
        table += &report_blocks(action);
    }
    for (title, asks) in [
        ("Begin one beneath, its round being the own", true),
        ("Begin one beneath", false),
    ] {
        let row = |standing: Standing| {
            let decisions = Function::iter().map(|function| report::begins_beneath(function, standing, asks));
            (plainly(standing), decisions.collect())
        };
        table += &block(title, Standing::ALL.into_iter().map(row));
    }
    table += "\nFINDINGS, FOR A SEAT THAT SEES THE REPORT\n";
    for action in finding::Action::ALL {
        table += &finding_block(action);
    }
    table += "\nSESSIONS OF HANDING OVER\n";
    for tier in Tier::iter() {
        let row = |standing: Standing| {
            let decisions = Function::iter().map(|function| handover::arranges(function, tier, standing));
            (plainly(standing), decisions.collect())
        };
        let title = format!("Schedule, change, cancel one that expects the unit, from a seat of {tier:?}");
        table += &block(&title, Standing::ALL.into_iter().map(row));
    }
    table += "\nROUNDS, AND WHAT UNITS OWE IN THEM\n";
    for action in cycle::Action::ALL {
        table += &cycle_blocks(action);
    }
    table += "\nTEMPLATES (the unit is the one whose template it is)\n";
    for action in template::Action::ALL {
        table += &template_blocks(action);
    }
    table += "\nREVIEWS (asked at RI, of whatever is reviewed)\n";
    for action in review::Action::ALL {
        table += &review_block(action);
    }
    table += "\nNATIONAL EVALUATIONS (the unit is the one that evaluates, or the one that is read of)\n";
    for action in evaluation::Action::ALL {
        table += &evaluation_blocks(action);
    }
    table += "\nRECOMMENDATIONS (the unit is the one that is to follow)\n";
    for action in recommendation::Action::ALL {
        table += &recommendation_block(action);
    }
    table += "\nEVENTS (the unit is the host)\n";
    for action in event::Action::ALL {
        table += &event_block(action);
    }
    table += "\nINVITATIONS TO EVENTS (the unit is the invited one)\n";
    for action in event::UnitAction::ALL {
        table += &invitation_block(action);
    }
    table += &awards::blocks();
    table += "\nRUBRICS (the unit is the one whose rubric it is)\n";
    for action in rubric::Action::ALL {
        table += &rubric_blocks(action);
    }
    table += "\nUNITS AND THE PEOPLE IN THEM\n";
    for action in territory::Action::ALL {
        let title = match action {
            territory::Action::ReadHolders => "Read who holds its seats",
            territory::Action::ReadContacts => "Read their contacts",
            territory::Action::ChangeUnit => "Form, rename, move, split, merge, dissolve it",
            territory::Action::PlaceUnits => "Put units beneath it",
            territory::Action::ImportRegions => "Take over a new edition of the regions (asked of RI)",
        };
        let row = |standing: Standing| {
            let decisions = Function::iter().map(|function| territory::decide(function, action, standing));
            (plainly(standing), decisions.collect())
        };
        table += &block(title, Standing::ALL.into_iter().map(row));
    }
    table += "\nPEOPLE, THEIR SEATS, TOKENS AND DATA\n";
    for action in identity::Action::ALL {
        table += &identity_blocks(action);
    }
    table +=
        "\nPROGRAMS: the function a seat of its maker has in the hands of a program of its unit, by scopes; -: none\n";
    table += &service_block();
    compare("tests/golden/policy.txt", &table);
}

/// What every function is worth to a program with any of the sets of scopes.
fn service_block() -> String {
    let all: Vec<Scope> = Scope::iter().collect();
    let mut block = format!("\n{:<62}", "Scopes");
    for function in Function::iter() {
        write!(block, "{:<13}", function.to_value()).unwrap();
    }
    for chosen in 1..1_usize << all.len() {
        let scopes: Vec<Scope> = (0..all.len())
            .filter(|place| chosen >> place & 1 == 1)
            .map(|place| all[place])
            .collect();
        let names: Vec<String> = scopes.iter().map(Scope::to_value).collect();
        let cells: String = Function::iter()
            .map(|function| {
                let capped =
                    service::capped(function, &scopes).map_or_else(|| "-".to_owned(), |capped| capped.to_value());
                format!("{capped:<13}")
            })
            .collect();
        block = block.trim_end().to_owned();
        write!(block, "\n  {:<60}{cells}", names.join(" ")).unwrap();
    }
    block.trim_end().to_owned() + "\n"
}

#[test]
fn golden_programs() {
    let mut list = "\
What of the API a program may use, and the scopes of which it takes one: printed from src/graphql/programs.rs, compared by
tests/it/golden.rs, accepted with `just bless`. Everything else is refused to programs before it runs.
"
    .to_owned();
    for (title, fields) in [
        ("Queries", programs::QUERIES),
        ("Mutations", programs::MUTATIONS),
        ("Beside the schema", &[programs::EXPORT, programs::PAPERS]),
    ] {
        write!(list, "\n{title}\n").unwrap();
        for open in fields {
            let scopes: Vec<String> = open.scopes.iter().map(Scope::to_value).collect();
            writeln!(list, "  {:<20}{}", open.field, scopes.join(" ")).unwrap();
        }
    }
    compare("tests/golden/programs.txt", &list);
}

#[test]
fn golden_policy_asks_about_every_command() {
    let asked: Vec<_> = report::Action::ALL.into_iter().collect();
    for command in ReportCommand::iter() {
        assert!(asked.contains(&report::Action::Do(command)), "{command:?}");
    }
}

fn words(place: Place) -> String {
    let status = place.status.to_value();
    match place.reviewing {
        Some(tier) => format!("{status} at {}", tier.to_value()),
        None => status,
    }
}

/// Every place a report can be in on a way.
fn places(way_passes: &[Tier]) -> Vec<Place> {
    let mut places = Vec::new();
    for status in ReportStatus::iter() {
        if matches!(status, ReportStatus::Submitted | ReportStatus::TierReview) {
            places.extend(way_passes.iter().map(|&tier| Place {
                status,
                reviewing: Some(tier),
            }));
        } else {
            places.push(Place::at(status));
        }
    }
    places
}

/// One way: from every place every command, those that lead somewhere by line, the others after a dash.
fn way_table(title: &str, route: &Route, author: Tier) -> String {
    let way = Way::of(route, author);
    let passes: Vec<Tier> = [Tier::KabupatenKota, Tier::Provinsi, Tier::Ri]
        .into_iter()
        .filter(|&tier| tier < author && (route.endorsers.contains(&tier) || tier == route.terminal))
        .filter(|&tier| tier != Tier::Ri && tier >= route.terminal)
        .collect();
    let mut table = format!("\n{title}\n");
    for place in places(&passes) {
        writeln!(table, "  {}", words(place)).unwrap();
        let mut refused = Vec::new();
        for command in ReportCommand::iter() {
            match next(place, command, &way) {
                Ok(to) => writeln!(table, "    {:<20}{}", command.to_value(), words(to)).unwrap(),
                Err(_refused) => refused.push(command.to_value()),
            }
        }
        writeln!(table, "    {:<20}{}", "-", refused.join(" ")).unwrap();
    }
    table
}

#[test]
fn golden_workflow() {
    let direct = Route {
        authors: vec![Tier::Provinsi, Tier::KabupatenKota],
        endorsers: Vec::new(),
        terminal: Tier::Ri,
        experts: false,
        quorum: None,
        rubric: None,
    };
    let climbing = Route {
        authors: vec![Tier::Kecamatan, Tier::KabupatenKota],
        endorsers: vec![Tier::KabupatenKota, Tier::Provinsi],
        terminal: Tier::Provinsi,
        experts: false,
        quorum: None,
        rubric: None,
    };
    let endorsed = Route {
        authors: vec![Tier::Kecamatan],
        endorsers: vec![Tier::KabupatenKota],
        terminal: Tier::Ri,
        experts: false,
        quorum: None,
        rubric: None,
    };
    let reviewed = Route {
        experts: true,
        quorum: Some(2),
        ..direct.clone()
    };
    let mut table = "\
What follows what in the life of a report: printed from src/report/workflow.rs, compared by tests/it/golden.rs, accepted
with `just bless`. Under each place: a command and where it leads; after the dash, the commands that do not follow.
A report begins as DRAFT with START.

"
    .to_owned();
    let owing: Vec<String> = ReportCommand::iter()
        .filter(|&command| needs_reason(command))
        .map(|command| command.to_value())
        .collect();
    writeln!(table, "A reason is owed by: {}", owing.join(" ")).unwrap();
    let ways = [
        (
            "KABUPATEN_KOTA hands over to RI, nobody endorses",
            &direct,
            Tier::KabupatenKota,
        ),
        (
            "KABUPATEN_KOTA hands over to RI, where experts review it",
            &reviewed,
            Tier::KabupatenKota,
        ),
        (
            "KECAMATAN writes, KABUPATEN_KOTA and PROVINSI endorse, it ends at PROVINSI",
            &climbing,
            Tier::Kecamatan,
        ),
        (
            "KABUPATEN_KOTA writes by the same template",
            &climbing,
            Tier::KabupatenKota,
        ),
        (
            "KECAMATAN writes, KABUPATEN_KOTA endorses, it is handed over to RI",
            &endorsed,
            Tier::Kecamatan,
        ),
        (
            "PROVINSI writes by the template that ends at PROVINSI: nobody is above to decide",
            &climbing,
            Tier::Provinsi,
        ),
    ];
    for (title, route, author) in ways {
        table += &way_table(title, route, author);
    }
    compare("tests/golden/workflow.txt", &table);
}

/// What an action on reports or people is called.
fn title_of(action: report::Action) -> String {
    match action {
        report::Action::Read => "READ".to_owned(),
        report::Action::ReadDraft => "READ_DRAFT".to_owned(),
        report::Action::Do(command) => command.to_value(),
    }
}

/// The rules that ever decide something, with what they decide.
fn rules() -> BTreeMap<&'static str, (Rule, BTreeSet<String>)> {
    let mut rules: BTreeMap<&'static str, (Rule, BTreeSet<String>)> = BTreeMap::new();
    let mut note = |rule: Rule, action: String| {
        let (known, actions) = rules.entry(rule.key).or_insert_with(|| (rule, BTreeSet::new()));
        assert_eq!(*known, rule, "one key, one rule");
        actions.insert(action);
    };
    for action in report::Action::ALL {
        for (function, status) in
            Function::iter().flat_map(|function| ReportStatus::iter().map(move |status| (function, status)))
        {
            for situation in Situation::all() {
                let state = State {
                    status,
                    submitted: situation.submitted,
                };
                let rule = report::rule(function, action, situation.standing, situation.relations, state);
                note(rule, title_of(action));
            }
        }
    }
    for (action, title) in [
        (territory::Action::ReadHolders, "READ_HOLDERS"),
        (territory::Action::ReadContacts, "READ_CONTACTS"),
        (territory::Action::ChangeUnit, "ChangeUnit"),
        (territory::Action::PlaceUnits, "PlaceUnits"),
        (territory::Action::ImportRegions, "ImportRegions"),
    ] {
        for function in Function::iter() {
            note(territory::rule(function, action), title.to_owned());
        }
    }
    for action in identity::Action::ALL {
        note(identity::rule(action), format!("{action:?}"));
    }
    for (action, title) in [
        (template::Action::Read, "ReadTemplate"),
        (template::Action::Manage, "ManageTemplate"),
    ] {
        for status in TemplateStatus::iter() {
            note(template::rule(action, status), title.to_owned());
        }
    }
    for (action, title) in [
        (rubric::Action::Read, "ReadRubric"),
        (rubric::Action::Manage, "ManageRubric"),
    ] {
        for status in RubricStatus::iter() {
            note(rubric::rule(action, status), title.to_owned());
        }
    }
    note(report::rule_beneath(), "StartReports".to_owned());
    for action in finding::Action::ALL {
        note(finding::rule(action), format!("{action:?} (a finding)"));
    }
    for action in review::Action::ALL {
        note(review::rule(action), format!("{action:?} (in a review)"));
    }
    note(handover::rule(), "ArrangeHandover".to_owned());
    for action in evaluation::Action::ALL {
        note(
            evaluation::rule(action),
            format!("{action:?} (of a national evaluation)"),
        );
    }
    for action in recommendation::Action::ALL {
        note(
            recommendation::rule(action),
            format!("{action:?} (of a recommendation)"),
        );
    }
    for action in cycle::Action::ALL {
        note(cycle::rule(action), format!("{action:?} (of a round)"));
    }
    for action in event::Action::ALL {
        note(event::rule(action), format!("{action:?} (of an event)"));
    }
    for action in event::UnitAction::ALL {
        note(event::rule_of_unit(action), format!("{action:?} (of an invitation)"));
    }
    for (rule, what) in awards::rules() {
        note(rule, what);
    }
    rules
}

#[test]
fn golden_rules() {
    let mut table = "\
The rules by name, as explainAccess tells them: printed from src/authz/policy, compared by tests/it/golden.rs, accepted
with `just bless`. Keys stay. Under each: what it says, and what it decides.
"
    .to_owned();
    for (key, (rule, actions)) in rules() {
        let actions: Vec<String> = actions.into_iter().collect();
        write!(
            table,
            "\n{key}\n  {}\n  {}\n  -> {}\n",
            rule.id,
            rule.en,
            actions.join(" ")
        )
        .unwrap();
    }
    compare("tests/golden/rules.txt", &table);
}

#[test]
fn golden_event_workflow() {
    let mut table = "\
What follows what in the life of an event: printed from src/event/workflow.rs, compared by tests/it/golden.rs, accepted with
`just bless`. Down: where it stands; across: what is done. Postpone and cancel owe a reason.

"
    .to_owned();
    write!(table, "{:<20}", "").unwrap();
    for step in events::Step::ALL {
        write!(table, "{:<21}", format!("{step:?}")).unwrap();
        assert_eq!(
            events::needs_reason(step),
            matches!(step, events::Step::Postpone | events::Step::Cancel)
        );
    }
    for status in EventStatus::iter() {
        table = table.trim_end().to_owned();
        write!(table, "\n{:<20}", status.to_value()).unwrap();
        for step in events::Step::ALL {
            let led = events::next(status, step).map_or_else(|events::Refused| "-".to_owned(), |to| to.to_value());
            write!(table, "{led:<21}").unwrap();
        }
    }
    compare("tests/golden/event_workflow.txt", &(table.trim_end().to_owned() + "\n"));
}

#[test]
fn golden_attendance_workflow() {
    let mut table = "\
What follows what in the life of an attendance sheet: printed from src/event/attendance/workflow.rs, compared by
tests/it/golden.rs, accepted with `just bless`. Down: where it stands; across: what is done; beneath: while the event is what.
Return and correct owe a reason.

"
    .to_owned();
    write!(table, "{:<20}", "").unwrap();
    for step in sheets::Step::ALL {
        write!(table, "{:<11}", format!("{step:?}")).unwrap();
        assert_eq!(
            sheets::needs_reason(step),
            matches!(step, sheets::Step::Return | sheets::Step::Correct)
        );
    }
    for status in SheetStatus::iter() {
        table = table.trim_end().to_owned();
        write!(table, "\n{:<20}", status.to_value()).unwrap();
        for step in sheets::Step::ALL {
            let led = sheets::next(status, step).map_or_else(|sheets::Refused| "-".to_owned(), |to| to.to_value());
            write!(table, "{led:<11}").unwrap();
        }
    }
    table = table.trim_end().to_owned() + "\n";
    for event in EventStatus::iter() {
        table = table.trim_end().to_owned();
        write!(table, "\n{:<20}", event.to_value()).unwrap();
        for step in sheets::Step::ALL {
            let led = if sheets::is_time_for(step, event) { "yes" } else { "-" };
            write!(table, "{led:<11}").unwrap();
        }
        let excuses = if sheets::takes_excuses(event) { "excuses" } else { "" };
        write!(table, "{excuses}").unwrap();
    }
    compare(
        "tests/golden/attendance_workflow.txt",
        &(table.trim_end().to_owned() + "\n"),
    );
}

#[test]
fn golden_proposals() {
    let mut table = "\
What becomes of a proposal: printed from src/proposal/workflow.rs, compared by tests/it/golden.rs, accepted with `just
bless`. Down: where it stands; across: what is decided, and whether by the one who proposed it.

"
    .to_owned();
    let columns = proposal::workflow::Step::ALL
        .into_iter()
        .flat_map(|step| proposal::workflow::Decider::ALL.map(|by| (step, by)));
    let columns: Vec<_> = columns.collect();
    write!(table, "{:<12}", "").unwrap();
    for (step, by) in &columns {
        write!(table, "{:<22}", format!("{step:?} by {by:?}")).unwrap();
    }
    for status in ProposalStatus::iter() {
        table = table.trim_end().to_owned();
        write!(table, "\n{:<12}", status.to_value()).unwrap();
        for (step, by) in &columns {
            let led = match proposal::workflow::next(status, *step, *by) {
                Ok(to) => to.to_value(),
                Err(refused) => format!("{refused:?}"),
            };
            write!(table, "{led:<22}").unwrap();
        }
    }
    compare("tests/golden/proposals.txt", &(table.trim_end().to_owned() + "\n"));
}
