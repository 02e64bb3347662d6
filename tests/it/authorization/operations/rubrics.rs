//! What is done to rubrics, tried by every kind of office, and who sees which versions.
use jenjang::graphql::id::Kind;
use serde_json::{Value, json};

use super::super::stage::Stage;
use crate::{
    on_both_databases,
    stories::rubrics::{does, drafts, on, publishes},
    support::{Office, TestApp, app::Variation, office::command_document},
};

/// A command on a rubric of Jawa Timur (35), and what the offices that may not are told.
struct Entry {
    command: &'static str,
    selection: &'static str,
    /// Whether it is about a published version, which is no secret from those above and beneath.
    published: bool,
    input: fn(&Value) -> Value,
}

const ENTRIES: [Entry; 4] = [
    Entry {
        command: "editRubric",
        selection: "rubric { id }",
        published: false,
        input: |rubric| {
            let mut input = on(rubric);
            input["name"] = json!("Nama lain");
            input
        },
    },
    Entry {
        command: "publishRubric",
        selection: "rubric { id }",
        published: false,
        input: on,
    },
    Entry {
        command: "discardRubric",
        selection: "discarded",
        published: false,
        input: on,
    },
    Entry {
        command: "retireRubric",
        selection: "rubric { id }",
        published: true,
        input: |rubric| {
            let mut input = on(rubric);
            input["reason"] = json!("Diganti.");
            input
        },
    },
];

const CREATE: &str = "createRubric";

const READ: &str = "rubric";

/// Who speaks for the unit.
const DONE: &str = "head.35";

/// Colleagues who read its drafts.
const COLLEAGUES: &str = "staff.35 observer.35";

/// Above, beneath, and those of the unit who manage people: they know what was published.
const ALONG_THE_LINE: &str =
    "admin.35 coordinator.ri expert1.ri admin.ri head.35.02 staff.35.02 head.35.02.03 head.35.09";

/// Next door and elsewhere.
const OUTSIDE: &str = "head.32 staff.32 observer.32 admin.32 head.32.75 head.18 observer.18 admin.18";

/// Every field this file tries.
pub fn fields() -> impl Iterator<Item = &'static str> {
    ENTRIES.iter().map(|entry| entry.command).chain([CREATE, READ])
}

/// A rubric of Jawa Timur.
async fn subject(head: &Office<'_>, code: &str, published: bool) -> Value {
    if published {
        publishes(head, code).await
    } else {
        drafts(head, code).await
    }
}

async fn only_who_speaks_for_the_unit_manages_its_rubrics(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let stage = Stage::set(&app).await;
    let head = stage.office(DONE).await;
    for (place, entry) in ENTRIES.iter().enumerate() {
        let rubric = subject(&head, &format!("dicoba-{place}"), entry.published).await;
        let input = (entry.input)(&rubric);
        let document = command_document(entry.command, entry.selection);
        let nobody = app.ask(None, &document, json!({ "input": input })).await;
        assert_eq!(
            nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED",
            "{}",
            entry.command
        );
        let hidden = if entry.published { "FORBIDDEN" } else { "NOT_FOUND" };
        for (offices, code) in [
            (COLLEAGUES, "FORBIDDEN"),
            (ALONG_THE_LINE, hidden),
            (OUTSIDE, "NOT_FOUND"),
        ] {
            for name in offices.split_whitespace() {
                let office = stage.office(name).await;
                let told = office.command(entry.command, entry.selection, input.clone()).await;
                let told = told.map_err(|refusal| (refusal.code, refusal.field));
                let expected = Err((code.to_owned(), "rubric".to_owned()));
                assert_eq!(told.map(drop), expected, "{} by {name}", entry.command);
            }
        }
        let mut absent = input.clone();
        absent["rubric"] = json!(app.absent(Kind::Rubric));
        let told = head.command(entry.command, entry.selection, absent).await.unwrap_err();
        assert_eq!((told.code.as_str(), told.field.as_str()), ("NOT_FOUND", "rubric"));
        let told = head.command(entry.command, entry.selection, input).await;
        assert!(told.is_ok(), "{}: {told:?}", entry.command);
    }
}

async fn rubrics_are_made_by_who_speaks_for_a_permanent_unit(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let stage = Stage::set(&app).await;
    let unit = stage.office(DONE).await.unit("35").await;
    let input = |code: &str, owner: Option<&str>| json!({ "code": code, "name": "Baru", "owner": owner });
    let nobody = command_document(CREATE, "rubric { id }");
    let nobody = app
        .ask(None, &nobody, json!({ "input": input("tanpa-nama", None) }))
        .await;
    assert_eq!(nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    for name in [COLLEAGUES, ALONG_THE_LINE, OUTSIDE]
        .iter()
        .flat_map(|names| names.split_whitespace())
    {
        let told = does(&*stage.office(name).await, CREATE, input("milik-jatim", Some(&unit)))
            .await
            .unwrap_err();
        assert_eq!(
            (told.code.as_str(), told.field.as_str()),
            ("FORBIDDEN", "owner"),
            "{name}"
        );
    }
    does(&*stage.office(DONE).await, CREATE, input("milik-jatim", Some(&unit)))
        .await
        .unwrap();
    let absent = input("milik-siapa", Some(&app.absent(Kind::Unit)));
    let told = does(&*stage.office(DONE).await, CREATE, absent).await.unwrap_err();
    assert_eq!((told.code.as_str(), told.field.as_str()), ("NOT_FOUND", "owner"));
    for (name, may) in [
        ("coordinator.ri", true),
        ("head.35", true),
        ("head.35.02", true),
        ("staff.35", false),
        ("observer.35", false),
        ("admin.35", false),
        ("staff.35.02", false),
        // A body that goes with its election.
        ("head.35.02.03", false),
        ("expert1.ri", false),
        ("admin.ri", false),
    ] {
        let code = format!("baru-{}", name.replace('.', "-"));
        let told = does(&*stage.office(name).await, CREATE, input(&code, None)).await;
        let told = told.map_or_else(|refusal| refusal.code, |_draft| "done".to_owned());
        assert_eq!(told, if may { "done" } else { "FORBIDDEN" }, "{name}");
    }
    // What one does not see is no beginning.
    let draft = subject(&*stage.office(DONE).await, "rahasia", false).await;
    let begun = json!({ "code": "salinan", "from": draft["id"] });
    let told = does(&*stage.office("head.32").await, CREATE, begun).await.unwrap_err();
    assert_eq!((told.code.as_str(), told.field.as_str()), ("NOT_FOUND", "from"));
}

async fn every_way_to_a_rubric_shows_the_same(app: TestApp) {
    let app = app.varied(Variation::unthrottled()).await;
    let stage = Stage::set(&app).await;
    let head = stage.office(DONE).await;
    let published = subject(&head, "jatim-terbit", true).await;
    let draft = subject(&head, "jatim-konsep", false).await;
    let document = "query($id: ID!, $code: String!) { one: rubric(id: $id) { id versions { id } } node(id: $id) { id } nodes(ids: [$id]) { id } \
         rubrics(filter: {code: $code}) { totalCount nodes { id } } }";
    let nobody = app
        .ask(
            None,
            "query($id: ID!) { rubric(id: $id) { id } }",
            json!({ "id": published["id"] }),
        )
        .await;
    assert_eq!(nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    for (rubric, seen_by) in [
        (&published, [DONE, COLLEAGUES, ALONG_THE_LINE].join(" ")),
        (&draft, [DONE, COLLEAGUES].join(" ")),
    ] {
        let all = [DONE, COLLEAGUES, ALONG_THE_LINE, OUTSIDE].join(" ");
        for name in all.split_whitespace() {
            let office = stage.office(name).await;
            let variables = json!({ "id": rubric["id"], "code": rubric["code"] });
            let data = office.data(document, variables).await;
            let seen = seen_by.split_whitespace().any(|who| who == name);
            let id = if seen { rubric["id"].clone() } else { Value::Null };
            for shown in [
                &data["one"]["id"],
                &data["one"]["versions"][0]["id"],
                &data["node"]["id"],
                &data["nodes"][0]["id"],
            ] {
                assert_eq!(*shown, id, "{} for {name}: {data}", rubric["code"]);
            }
            assert_eq!(data["rubrics"]["totalCount"], i32::from(seen), "{name}");
        }
    }
}

on_both_databases! {
    only_who_speaks_for_the_unit_manages_its_rubrics,
    rubrics_are_made_by_who_speaks_for_a_permanent_unit,
    every_way_to_a_rubric_shows_the_same,
}
