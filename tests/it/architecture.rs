//! Imports point one way (src/lib.rs tells which): read off the source, so that a shortcut fails here and not in a review.
use std::path::{Path, PathBuf};

/// A file of the source, by its path from the root of the repository.
struct Source {
    path: String,
    text: String,
}

impl Source {
    /// The folder or file directly under `src`, without `.rs`: `report`, `authz`, `app`. None outside `src`.
    fn part(&self) -> Option<&str> {
        let beneath = self.path.strip_prefix("src/")?;
        let part = beneath.split('/').next()?;
        Some(part.strip_suffix(".rs").unwrap_or(part))
    }

    fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Whether it lies in a slice: any folder under `src` but those kept whole, and the demo.
    fn in_slice(&self) -> bool {
        self.path.matches('/').count() > 1
            && self
                .part()
                .is_some_and(|part| !["authz", "graphql", "demo", "sample"].contains(&part))
    }

    /// Whether it is part of its slice's API.
    fn in_api(&self) -> bool {
        self.in_slice() && (self.path.contains("/graphql/") || self.file_name() == "graphql.rs")
    }

    /// Whether it is a door of its slice beside the API.
    fn at_the_door(&self) -> bool {
        self.in_slice() && (self.path.contains("/http/") || self.file_name() == "http.rs")
    }

    /// The module it makes, from `crate` on.
    fn module(&self) -> Vec<String> {
        let beneath = self.path.split_once("src/").map_or("", |(_crate, beneath)| beneath);
        let mut module = vec!["crate".to_owned()];
        module.extend(beneath.split('/').map(|part| part.trim_end_matches(".rs").to_owned()));
        module.retain(|part| !["mod", "lib", "main"].contains(&part.as_str()));
        module
    }

    /// Every path it names, with the branches of `use` told apart and `self` and `super` replaced.
    fn paths(&self) -> Vec<String> {
        let tokens = tokens(&self.text);
        let mut paths = Vec::new();
        let mut place = 0;
        while place < tokens.len() {
            let before = paths.len();
            if tokens[place] == "use" {
                place = use_tree(&tokens, place + 1, &[], &mut paths);
            } else {
                let mut path = vec![tokens[place].clone()];
                while tokens.get(place + 1).is_some_and(|token| token == "::")
                    && tokens.get(place + 2).is_some_and(|token| is_word(token))
                {
                    path.push(tokens[place + 2].clone());
                    place += 2;
                }
                place += 1;
                if path.len() > 1 {
                    paths.push(path);
                }
            }
            for path in &mut paths[before..] {
                self.absolute(path);
            }
        }
        paths.into_iter().map(|path| path.join("::")).collect()
    }

    fn absolute(&self, path: &mut Vec<String>) {
        let steps = path.iter().take_while(|part| *part == "super").count();
        if steps == 0 && path[0] != "self" {
            return;
        }
        let mut absolute = self.module();
        absolute.truncate(absolute.len().saturating_sub(steps).max(1));
        absolute.extend(path.drain(..).skip(steps.max(1)));
        *path = absolute;
    }
}

fn is_word(token: &str) -> bool {
    token.starts_with(|character: char| character.is_alphanumeric() || character == '_')
}

/// Reads the tree of a `use` from a place on, and gives the place after it.
fn use_tree(tokens: &[String], mut place: usize, trunk: &[String], paths: &mut Vec<Vec<String>>) -> usize {
    let mut path = trunk.to_vec();
    while let Some(token) = tokens.get(place) {
        match token.as_str() {
            "{" => {
                place += 1;
                while tokens.get(place).is_some_and(|token| token != "}") {
                    place = use_tree(tokens, place, &path, paths);
                    place += usize::from(tokens.get(place).is_some_and(|token| token == ","));
                }
                return place + 1;
            }
            "," | "}" | ";" => break,
            // A rename changes nothing about what is used.
            "as" => place += 1,
            "::" => {}
            "self" if !path.is_empty() => {}
            word => path.push(word.to_owned()),
        }
        place += 1;
    }
    if !path.is_empty() {
        paths.push(path);
    }
    place
}

/// Words, `::` and single signs; without comments, texts and characters, and without the tests at a file's end.
fn tokens(text: &str) -> Vec<String> {
    let text = without_prose(text);
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let mut tokens: Vec<String> = Vec::new();
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if character.is_alphanumeric() || character == '_' {
            let mut word = character.to_string();
            while let Some(next) = characters.next_if(|next| next.is_alphanumeric() || *next == '_') {
                word.push(next);
            }
            tokens.push(word);
        } else if character == ':' && characters.next_if_eq(&':').is_some() {
            tokens.push("::".to_owned());
        } else if !character.is_whitespace() {
            tokens.push(character.to_string());
        }
    }
    tokens
}

/// The text with every comment, string and character literal taken out.
fn without_prose(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(raw) = raw_text(rest) {
            raw
        } else if character == '"' {
            quoted(rest, '"')
        } else if character == '\'' && is_character(rest) {
            quoted(rest, '\'')
        } else {
            code.push(character);
            rest = &rest[character.len_utf8()..];
            continue;
        };
        code.push(' ');
        rest = &rest[skipped..];
    }
    code
}

/// How long the raw text is that begins here, if one does.
fn raw_text(rest: &str) -> Option<usize> {
    let fence = rest.strip_prefix('r')?;
    let signs = fence.len() - fence.trim_start_matches('#').len();
    let inside = fence[signs..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(signs));
    Some(rest.len() - inside.len() + inside.find(&end)? + end.len())
}

/// Whether a quote begins a character, not a lifetime.
fn is_character(rest: &str) -> bool {
    let mut characters = rest.chars().skip(1);
    characters.next() == Some('\\') || characters.next() == Some('\'')
}

fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (place, character) in rest.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            end if end == quote => return place + end.len_utf8(),
            _ => {}
        }
    }
    rest.len()
}

/// What some files may not name.
struct Rule {
    why: &'static str,
    /// The files it speaks of.
    binds: fn(&Source) -> bool,
    forbids: fn(&str) -> bool,
    /// Files that may, and why.
    except: &'static [(&'static str, &'static str)],
}

/// Whether a path is one of these or goes through it.
fn through(path: &str, any_of: &[&str]) -> bool {
    any_of.iter().any(|start| {
        path.strip_prefix(start)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    })
}

const GRAPHQL: &[&str] = &[
    "async_graphql",
    "async_graphql_derive",
    "async_graphql_parser",
    "async_graphql_value",
    "crate::graphql",
];
const HTTP: &[&str] = &["actix_web", "actix_cors", "awc"];
const PROCESS: &[&str] = &[
    "crate::app",
    "crate::background",
    "crate::demo",
    "crate::doctor",
    "crate::sample",
];

/// Whether a path goes through the API of a slice.
fn into_an_api(path: &str) -> bool {
    let mut parts = path.split("::");
    parts.next() == Some("crate") && parts.next().is_some() && parts.next() == Some("graphql")
}

const RULES: &[Rule] = &[
    Rule {
        why: "authz knows enums, ids and itself, and nobody above",
        binds: |file| file.part() == Some("authz"),
        forbids: |path| {
            through(path, &["sea_orm", "chrono", "tokio", "serde"])
                || through(path, GRAPHQL)
                || through(path, HTTP)
                || (through(path, &["crate"]) && !through(path, &["crate::authz"]))
                || (through(path, &["entity"]) && !through(path, &["entity::enums"]))
        },
        except: &[],
    },
    Rule {
        why: "a workflow is pure: of enums and routes alone",
        binds: |file| file.in_slice() && file.file_name() == "workflow.rs",
        forbids: |path| through(path, &["sea_orm", "tokio", "crate"]) || through(path, GRAPHQL) || through(path, HTTP),
        except: &[],
    },
    Rule {
        why: "rows are no API types",
        binds: |file| file.path.starts_with("entity/"),
        forbids: |path| through(path, &["jenjang", "migration"]) || through(path, GRAPHQL) || through(path, HTTP),
        except: &[],
    },
    Rule {
        why: "a migration stays what it was when entities move on",
        binds: |file| file.path.starts_with("migration/"),
        forbids: |path| through(path, &["entity", "jenjang_entity", "jenjang"]),
        except: &[],
    },
    Rule {
        why: "a slice's rules and reads know no transport",
        binds: |file| file.in_slice() && !file.in_api() && !file.at_the_door(),
        forbids: |path| through(path, GRAPHQL) || through(path, HTTP) || through(path, PROCESS) || into_an_api(path),
        except: &[],
    },
    Rule {
        why: "a slice's door beside the API asks the slice, not the tables",
        binds: Source::at_the_door,
        forbids: |path| through(path, &["sea_orm"]) || into_an_api(path),
        except: &[],
    },
    Rule {
        why: "a slice's API asks the slice, not the tables, and leaves HTTP to graphql::http",
        binds: Source::in_api,
        forbids: |path| through(path, &["sea_orm"]) || through(path, HTTP) || through(path, PROCESS),
        except: &[],
    },
    Rule {
        why: "what every slice stands on knows none of them, and no transport",
        binds: |file| {
            [
                "clock",
                "db",
                "digest",
                "error",
                "faults",
                "input",
                "legal_basis",
                "locale",
                "page",
            ]
            .iter()
            .any(|part| file.part() == Some(part))
        },
        forbids: |path| {
            let ours = through(path, &["crate"]);
            let alike = through(
                path,
                &[
                    "crate::clock",
                    "crate::db",
                    "crate::digest",
                    "crate::error",
                    "crate::faults",
                    "crate::input",
                    "crate::legal_basis",
                    "crate::locale",
                    "crate::page",
                ],
            );
            (ours && !alike) || through(path, GRAPHQL) || through(path, HTTP)
        },
        except: &[],
    },
    Rule {
        why: "`review` is shared by the slices whose records are reviewed, and knows none of them",
        binds: |file| file.part() == Some("review"),
        forbids: |path| through(path, &["crate::report", "crate::event", "crate::award"]),
        except: &[],
    },
    Rule {
        why: "`graphql` holds nothing about one slice",
        binds: |file| file.part() == Some("graphql"),
        forbids: into_an_api,
        except: &[
            ("src/graphql/root.rs", "merges the slices"),
            ("src/graphql/http/mod.rs", "gives every request its loaders"),
        ],
    },
    Rule {
        why: "notices follow what happened, by way of the feed: no slice tells anybody itself",
        binds: |file| {
            file.part()
                .is_some_and(|part| !["background", "notice"].contains(&part))
        },
        forbids: |path| through(path, &["crate::notice"]),
        except: &[
            ("src/graphql/root.rs", "merges the slices"),
            (
                "src/mail/sending.rs",
                "asks what the copy of a notice says at the moment it is sent",
            ),
            (
                "src/sample/reports.rs",
                "sees to it that nobody is told of an invented past",
            ),
            (
                "src/sample/events.rs",
                "sees to it that nobody is told of an invented past",
            ),
        ],
    },
    Rule {
        why: "only a slice's query module asks the tables",
        binds: |file| file.file_name() != "query.rs" || file.in_api(),
        forbids: |path| path == "clippy::disallowed_methods",
        except: &[
            ("src/app.rs", "reads the marker of what the database is for"),
            ("src/clock.rs", "the one place that asks the machine for the time"),
            ("src/db.rs", "the one place where a transaction begins"),
        ],
    },
    Rule {
        why: "a field that can be null is `Option<Result<_>>`; an imported `Result` would hide the other form",
        binds: |file| file.path.starts_with("src/"),
        forbids: |path| path == "async_graphql::Result<Option" || path == "use async_graphql::Result",
        except: &[],
    },
];

/// What a file says: its paths, and two things that are no paths.
fn sayings(file: &Source) -> Vec<String> {
    let mut sayings = file.paths();
    let tokens = tokens(&file.text);
    let nullable = ["-", ">", "async_graphql", "::", "Result", "<", "Option"];
    if tokens.windows(nullable.len()).any(|window| window == nullable) {
        sayings.push("async_graphql::Result<Option".to_owned());
    }
    let mut imported = Vec::new();
    for (place, _use) in tokens.iter().enumerate().filter(|(_place, token)| *token == "use") {
        use_tree(&tokens, place + 1, &[], &mut imported);
    }
    if imported.iter().any(|path| path.join("::") == "async_graphql::Result") {
        sayings.push("use async_graphql::Result".to_owned());
    }
    sayings
}

/// What a file names although it may not.
fn offences(file: &Source) -> Vec<String> {
    let sayings = sayings(file);
    let mut offences = Vec::new();
    for rule in RULES.iter().filter(|rule| (rule.binds)(file)) {
        if rule.except.iter().any(|(path, _reason)| *path == file.path) {
            continue;
        }
        let found = sayings.iter().filter(|saying| (rule.forbids)(saying));
        offences.extend(found.map(|saying| format!("{} names {saying}: {}", file.path, rule.why)));
    }
    offences
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut open: Vec<PathBuf> = ["src", "entity/src", "migration/src"]
        .map(|folder| root.join(folder))
        .into();
    let mut sources = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push(Source {
                path: path.strip_prefix(root).unwrap().to_str().unwrap().to_owned(),
                text: std::fs::read_to_string(&path).unwrap(),
            });
        }
    }
    sources
}

#[test]
fn imports_point_one_way() {
    let sources = sources();
    assert!(sources.len() > 50, "the source was not found");
    let offences: Vec<String> = sources.iter().flat_map(offences).collect();
    assert!(offences.is_empty(), "\n{}", offences.join("\n"));
}

#[test]
fn every_exception_is_still_needed() {
    let sources = sources();
    for rule in RULES {
        for (path, reason) in rule.except {
            let file = sources.iter().find(|file| file.path == *path);
            let needed = file.is_some_and(|file| sayings(file).iter().any(|saying| (rule.forbids)(saying)));
            assert!(needed, "{path} is excepted ({reason}), and need not be");
        }
    }
}

#[test]
fn a_shortcut_is_found_however_it_is_written() {
    let shortcuts = [
        ("src/authz/mod.rs", "use sea_orm::EntityTrait;"),
        ("src/authz/policy/report.rs", "use {std::fmt, async_graphql::Enum};"),
        ("src/authz/policy/report.rs", "use entity::report;"),
        ("src/authz/policy/report.rs", "use super::super::super::session::Actor;"),
        ("src/report/workflow.rs", "fn at(now: crate::clock::SystemClock) {}"),
        ("src/event/workflow.rs", "use super::{service, query};"),
        (
            "entity/src/report.rs",
            "#[derive(async_graphql::SimpleObject)] struct Model;",
        ),
        ("migration/src/m2.rs", "use entity::{report, unit};"),
        ("src/report/service.rs", "use actix_web::{web, HttpRequest};"),
        ("src/report/query.rs", "fn id() -> async_graphql::ID { todo() }"),
        (
            "src/report/handover.rs",
            "use crate::{error::Error, graphql::{id::Kind}};",
        ),
        ("src/report/service.rs", "use super::graphql::types::Report;"),
        ("src/report/availability.rs", "use crate::territory::graphql as units;"),
        ("src/identity/service.rs", "use crate::app::App;"),
        ("src/report/service.rs", "use crate::notice::telling;"),
        (
            "src/review/finding/query.rs",
            "use crate::{error::Error, report::query::sees};",
        ),
        ("src/territory/graphql.rs", "use sea_orm::EntityTrait as _;"),
        ("src/report/graphql/types.rs", "use actix_web::web;"),
        ("src/file/http/mod.rs", "use sea_orm::EntityTrait;"),
        ("src/file/upload.rs", "use actix_web::web::Payload;"),
        ("src/page.rs", "use crate::report::query::Key;"),
        ("src/graphql/page.rs", "use crate::report::graphql::types::Report;"),
        (
            "src/report/service.rs",
            "#[expect(clippy::disallowed_methods, reason = \"x\")] fn f() {}",
        ),
        ("src/report/graphql/query.rs", "#![expect(clippy::disallowed_methods)]"),
        (
            "src/report/graphql/types.rs",
            "async fn f(&self) ->\n async_graphql::Result<Option<Unit>> {}",
        ),
        ("src/report/graphql/types.rs", "use async_graphql::{Context, Result};"),
        (
            "src/identity/service.rs",
            "const QUOTE: char = '\"'; use actix_web::web; const END: char = '\"';",
        ),
    ];
    for (path, line) in shortcuts {
        let file = Source {
            path: path.to_owned(),
            text: format!("//! About it.\n{line}\n"),
        };
        assert!(!offences(&file).is_empty(), "{path}: {line}");
    }
}

#[test]
fn what_is_allowed_is_not_found() {
    let allowed = [
        (
            "src/authz/policy/report.rs",
            "use entity::enums::{Function, Tier}; use super::super::Standing;",
        ),
        (
            "src/authz/mod.rs",
            "// use sea_orm::EntityTrait;\nconst A: &str = \"use sea_orm::X;\";",
        ),
        ("src/report/workflow.rs", "use entity::{enums::Tier, template::Route};"),
        ("entity/src/report.rs", "use sea_orm::entity::prelude::*;"),
        ("migration/src/m2.rs", "use sea_orm_migration::prelude::*;"),
        (
            "src/report/service.rs",
            "use super::{query, workflow::Place}; use crate::territory::tree::Unit;",
        ),
        (
            "src/report/service.rs",
            "const NAME: &str = r#\"use \"actix_web::web\";\"#;",
        ),
        (
            "src/report/graphql/types.rs",
            "use crate::{graphql::id::Kind, territory::graphql::Unit};",
        ),
        (
            "src/report/graphql/types.rs",
            "async fn f(&self) -> Option<async_graphql::Result<Unit>> {}",
        ),
        (
            "src/report/query.rs",
            "#![expect(clippy::disallowed_methods, reason = \"x\")]",
        ),
        (
            "src/file/http/mod.rs",
            "use actix_web::{HttpRequest, web}; use super::query;",
        ),
    ];
    for (path, line) in allowed {
        let file = Source {
            path: path.to_owned(),
            text: format!("{line}\n"),
        };
        assert_eq!(offences(&file), Vec::<String>::new(), "{line}");
    }
}
