//! The examples of the documentation are run, in the order in which a reader meets them, against a fresh demo; what it says
//! of rules and tests is compared with the rules and the tests.
use std::{collections::HashMap, process::Command};

use jenjang::clock::{Clock, SystemClock};
use serde_json::{Value, json};

use crate::support::process;

const PASSWORD: &str = "sandi-dokumentasi";

/// A fenced block: what follows the opening fence, and what is between the fences.
struct Block {
    info: String,
    text: String,
}

fn blocks(markdown: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for line in markdown.lines() {
        match (line.strip_prefix("```"), open.take()) {
            (Some(info), None) => {
                open = Some(Block {
                    info: info.trim().to_owned(),
                    text: String::new(),
                })
            }
            (Some(_closing), Some(block)) => blocks.push(block),
            (None, Some(mut block)) => {
                block.text.push_str(line);
                block.text.push('\n');
                open = Some(block);
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block is not closed");
    blocks
}

/// Whether `found` holds everything that is told; `{{name}}` takes anything and remembers it, `…` takes anything, and as
/// the last of an array any number more.
fn holds(told: &Value, found: &Value, captured: &mut HashMap<String, Value>) -> Result<(), String> {
    match (told, found) {
        (Value::String(text), _) if text == "…" => Ok(()),
        (Value::String(text), found) if text.starts_with("{{") && text.ends_with("}}") => {
            captured.insert(text.clone(), found.clone());
            Ok(())
        }
        (Value::Object(told), Value::Object(found)) => told.iter().try_for_each(|(key, value)| {
            let found = found.get(key).ok_or_else(|| format!("`{key}` is missing"))?;
            holds(value, found, captured).map_err(|why| format!("{key}: {why}"))
        }),
        (Value::Array(told), Value::Array(found)) => {
            let (told, more) = match told.split_last() {
                Some((last, told)) if last == "…" => (told, true),
                _ => (&told[..], false),
            };
            if found.len() < told.len() || (!more && found.len() != told.len()) {
                return Err(format!("{} items instead of {}", found.len(), told.len()));
            }
            told.iter()
                .zip(found)
                .try_for_each(|(told, found)| holds(told, found, captured))
        }
        (told, found) if told == found => Ok(()),
        (told, found) => Err(format!("{found} instead of {told}")),
    }
}

fn substituted(value: &Value, captured: &HashMap<String, Value>) -> Value {
    match value {
        Value::String(text) => captured.get(text).unwrap_or(value).clone(),
        Value::Array(items) => items.iter().map(|item| substituted(item, captured)).collect(),
        Value::Object(entries) => entries
            .iter()
            .map(|(key, value)| (key.clone(), substituted(value, captured)))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

fn parsed(block: &Block) -> Value {
    serde_json::from_str(&block.text).unwrap_or_else(|error| panic!("{error} in\n{}", block.text))
}

/// A moment for what has to lie in the future.
pub fn in_days(days: i64) -> Value {
    json!(SystemClock.now() + chrono::Duration::days(days))
}

#[actix_web::test]
async fn the_examples_of_the_api_guide_answer_as_they_say() {
    let folder = tempfile::tempdir().unwrap();
    let demo = process::start(
        folder.path(),
        &["demo", "--listen", "127.0.0.1:0"],
        &[("JENJANG_DEMO_PASSWORD", PASSWORD)],
    );
    let blocks = blocks(include_str!("../../docs/api.md"));
    let (mut captured, mut tokens, mut run) = (HashMap::new(), HashMap::new(), 0);
    let mut rest = &blocks[..];
    while let Some((block, after)) = rest.split_first() {
        rest = after;
        let Some(name) = block.info.strip_prefix("graphql as=") else {
            continue;
        };
        captured.insert("{{password}}".to_owned(), json!(PASSWORD));
        // Moments are told once, so that a later example may name the same.
        for (name, days) in [
            ("{{now}}", 0),
            ("{{nextWeek}}", 7),
            ("{{nextMonth}}", 30),
            ("{{inTwoMonths}}", 60),
        ] {
            captured.entry(name.to_owned()).or_insert_with(|| in_days(days));
        }
        let mut variables = json!({});
        if let Some((next, after)) = rest
            .split_first()
            .filter(|(next, _after)| next.info == "json variables")
        {
            variables = substituted(&parsed(next), &captured);
            rest = after;
        }
        let (answer, after) = rest
            .split_first()
            .filter(|(answer, _after)| answer.info == "json")
            .unwrap_or_else(|| panic!("no answer after\n{}", block.text));
        rest = after;
        if name != "nobody" && !tokens.contains_key(name) {
            tokens.insert(
                name.to_owned(),
                demo.sign_in(&format!("{name}@demo.jenjang.id"), PASSWORD).await,
            );
        }
        let found = demo
            .ask(tokens.get(name).map(String::as_str), &block.text, variables.clone())
            .await
            .unwrap_or_else(|| panic!("no answer to {name}:\n{}", block.text));
        if let Err(why) = holds(&parsed(answer), &found, &mut captured) {
            panic!(
                "{why}\nas {name}:\n{}\nvariables: {variables}\nanswered: {found:#}",
                block.text
            );
        }
        run += 1;
    }
    assert!(run >= 15, "only {run} examples were found");
}

#[test]
fn the_lines_of_the_readme_do_what_they_say() {
    let folder = tempfile::tempdir().unwrap();
    let demo = process::start(
        folder.path(),
        &["demo", "--listen", "127.0.0.1:0"],
        &[("JENJANG_DEMO_PASSWORD", PASSWORD)],
    );
    let blocks = blocks(include_str!("../../README.md"));
    let mut script = String::from("set -eu\n");
    let mut run = 0;
    for pair in blocks.windows(2) {
        let [block, answer] = pair else { continue };
        if block.info != "sh" || answer.info != "json" {
            continue;
        }
        // Each block goes on where the one before ended, as in a reader's shell; only the last line's output counts.
        script.push_str(
            &block
                .text
                .replace("127.0.0.1:8080", &demo.address)
                .replace("localhost:8080", &demo.address),
        );
        let output = Command::new("sh")
            .arg("-c")
            .arg(&script)
            .env("JENJANG_DEMO_PASSWORD", PASSWORD)
            .output()
            .unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        let last = stdout.lines().last().unwrap_or_default();
        let found = serde_json::from_str(last)
            .unwrap_or_else(|error| panic!("{error}: {stdout}{}", String::from_utf8_lossy(&output.stderr)));
        if let Err(why) = holds(&parsed(answer), &found, &mut HashMap::new()) {
            panic!("{why}\n{}\nanswered: {found:#}", block.text);
        }
        run += 1;
    }
    assert!(run >= 2, "only {run} examples were found");
}

/// The sections of OWASP ASVS 5.0 on authentication, sessions, authorization and self-contained tokens, and how many rules
/// of levels 1 and 2 each has: those are its first ones.
const ASVS_SECTIONS: [(&str, usize); 19] = [
    ("6.1", 3),
    ("6.2", 12),
    ("6.3", 4),
    ("6.4", 4),
    ("6.5", 5),
    ("6.6", 3),
    ("6.8", 4),
    ("7.1", 3),
    ("7.2", 4),
    ("7.3", 2),
    ("7.4", 5),
    ("7.5", 2),
    ("7.6", 2),
    ("8.1", 2),
    ("8.2", 3),
    ("8.3", 1),
    ("8.4", 1),
    ("9.1", 3),
    ("9.2", 4),
];

#[test]
fn the_security_page_tells_of_every_rule_once() {
    let expected: Vec<String> = ASVS_SECTIONS
        .iter()
        .flat_map(|(section, rules)| (1..=*rules).map(move |rule| format!("{section}.{rule}")))
        .collect();
    let rules = |marked: bool| -> Vec<&str> {
        include_str!("../../docs/security.md")
            .lines()
            .filter_map(|line| line.strip_prefix("| ")?.split(" |").next())
            .filter(|first| first.starts_with(|sign: char| sign.is_ascii_digit()))
            .filter(|first| !marked || first.ends_with('*'))
            .map(|first| first.trim_end_matches('*'))
            .collect()
    };
    let mut told = rules(false);
    told.sort_by_key(|rule| expected.iter().position(|expected| expected == rule));
    assert_eq!(told, expected);
    let page = include_str!("../../docs/security.md");
    let (_before, short) = page
        .split_once("\n## What falls short\n")
        .expect("a section of that name");
    let short = short.split("\n## ").next().unwrap_or_default();
    for rule in rules(true) {
        assert!(
            short.contains(&format!("**{rule}**")),
            "{rule} is marked, and not told of"
        );
    }
}

/// Every name with `::` between backticks is a test as `cargo test` calls it.
#[test]
fn the_security_page_names_tests_that_exist() {
    let page = include_str!("../../docs/security.md");
    let named: Vec<&str> = page
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|text| text.contains("::"))
        .collect();
    assert!(named.len() >= 60, "only {} tests were found", named.len());
    for test in named {
        let (module, name) = test.rsplit_once("::").expect("chosen by it");
        let file = module.trim_end_matches("::tests").replace("::", "/");
        let folder = if module.ends_with("::tests") { "src" } else { "tests/it" };
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let source = [format!("{file}.rs"), format!("{file}/mod.rs")]
            .iter()
            .find_map(|path| std::fs::read_to_string(root.join(path)).ok())
            .unwrap_or_else(|| panic!("`{test}`: there is no such file"));
        assert!(
            source.contains(&format!("fn {name}(")),
            "`{test}`: there is no such function"
        );
    }
}
