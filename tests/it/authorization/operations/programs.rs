//! Programs and their tokens, tried by every kind of office; and every field of the API, tried by a program.
use entity::enums::Function;
use jenjang::graphql::{
    id::Kind,
    programs::{MUTATIONS, QUERIES},
    root,
};
use serde_json::{Value, json};

use super::super::{stage::Stage, stranger::alike};
use crate::{
    on_both_databases,
    support::{
        TestApp,
        office::{code, command_document},
    },
};

/// Who may carry a command out on the programs of Kabupaten Ponorogo (35.02). Whoever is in neither list is told `others`.
pub struct Entry {
    pub field: &'static str,
    done: &'static str,
    forbidden: &'static str,
    others: &'static str,
}

pub const COMMANDS: [Entry; 4] = [
    Entry {
        field: "createServiceAccount",
        done: "head.35.02",
        forbidden: "",
        // Units are open to everybody, so there is nothing to hide: the others just may not make programs for it.
        others: "FORBIDDEN",
    },
    Entry {
        field: "createAccessToken",
        done: "head.35.02",
        // They look after it, but the rights it would get are not theirs to give.
        forbidden: "admin.35.02 admin.35 admin.ri",
        others: "NOT_FOUND",
    },
    Entry {
        field: "revokeAccessToken",
        done: "head.35.02 admin.35.02 admin.35 admin.ri",
        forbidden: "",
        others: "NOT_FOUND",
    },
    Entry {
        field: "endServiceAccount",
        done: "head.35.02 admin.35.02 admin.35 admin.ri",
        forbidden: "",
        others: "NOT_FOUND",
    },
];

/// The list of programs.
pub const READ: &str = "serviceAccounts";

/// Who sees the programs of Kabupaten Ponorogo.
const SEEN_BY: &str = "head.35.02 admin.35.02 admin.35 admin.ri";

/// Its own people, those above, below, next door and elsewhere, and RI.
const EVERYBODY: &str = "staff.35.02 head.35.02 observer.35.02 admin.35.02 head.35 staff.35 observer.35 admin.35 \
     head.35.02.01 staff.35.02.01 head.35.09 head.32 admin.32 observer.32 head.18 coordinator.ri expert1.ri admin.ri";

async fn staged(app: &TestApp) -> Stage<'_> {
    let stage = Stage::set(app).await;
    app.employs(&[
        ("observer.35.02", "35.02", Function::Observer),
        ("admin.35.02", "35.02", Function::Admin),
    ])
    .await;
    stage
}

fn named(offices: &str, name: &str) -> bool {
    offices.split_whitespace().any(|office| office == name)
}

/// A program of Ponorogo with a token.
async fn subject(stage: &Stage<'_>) -> (String, String) {
    let head = stage.office("head.35.02").await;
    let program = head.makes_program("35.02", "Pemantau media").await.unwrap();
    let token = head.makes_token(&program, &["REPORTS_READ"], json!({})).await.unwrap();
    (program, token.id)
}

async fn on_the_programs_of_a_kabupaten(app: TestApp) {
    let stage = staged(&app).await;
    let head = stage.office("head.35.02").await;
    let unit = head.unit("35.02").await;
    for entry in &COMMANDS {
        let (program, token) = subject(&stage).await;
        let (input, selection) = match entry.field {
            "createServiceAccount" => (json!({ "unit": unit, "name": "Penarik data" }), "serviceAccount { id }"),
            "endServiceAccount" => (json!({ "serviceAccount": program }), "serviceAccount { id }"),
            "createAccessToken" => (
                head.token_input(&program, &["REPORTS_READ"], json!({})),
                "accessToken { id }",
            ),
            _ => (json!({ "accessToken": token }), "accessToken { id }"),
        };
        let document = command_document(entry.field, selection);
        let nobody = app.ask(None, &document, json!({ "input": input })).await;
        assert_eq!(code(&nobody), "UNAUTHENTICATED", "{} by nobody", entry.field);
        // Those who are refused go first, so that the others show that nothing had changed.
        let (granted, refused): (Vec<_>, Vec<_>) =
            EVERYBODY.split_whitespace().partition(|name| named(entry.done, name));
        for name in refused {
            let expected = if named(entry.forbidden, name) {
                "FORBIDDEN"
            } else {
                entry.others
            };
            let office = stage.office(name).await;
            let told = office.command(entry.field, selection, input.clone()).await;
            assert_eq!(told.unwrap_err().code, expected, "{} by {name}", entry.field);
        }
        let open = head.data(TOKENS, json!({ "unit": unit })).await.to_string();
        assert!(open.contains(&program) && open.contains(&token), "{open}");
        for name in granted {
            let (program, token) = subject(&stage).await;
            let mut input = input.clone();
            for (field, id) in [("serviceAccount", &program), ("accessToken", &token)] {
                if input.get(field).is_some() {
                    input[field] = json!(id);
                }
            }
            let office = stage.office(name).await;
            let done = office.command(entry.field, selection, input).await;
            assert!(done.is_ok(), "{} by {name}: {done:?}", entry.field);
        }
    }
}

const TOKENS: &str = "query($unit: ID) { serviceAccounts(unit: $unit) { totalCount nodes { id unit { code } createdBy { email } \
     endedAt tokens(first: 2) { totalCount nodes { id hint name revokedAt createdBy { email } serviceAccount { id } } } } } }";

async fn the_list_of_programs(app: TestApp) {
    let stage = staged(&app).await;
    let (program, token) = subject(&stage).await;
    let coordinator = stage.office("coordinator.ri").await;
    let national = coordinator.makes_program("RI", "Dasbor nasional").await.unwrap();
    let unit = coordinator.unit("35.02").await;
    let nobody = app.ask(None, TOKENS, json!({ "unit": unit })).await;
    assert_eq!(code(&nobody), "UNAUTHENTICATED");
    let node = "query($a: ID!, $b: ID!) { nodes(ids: [$a, $b]) { id ... on ServiceAccount { name } ... on AccessToken { hint } } }";
    for name in EVERYBODY.split_whitespace() {
        let office = stage.office(name).await;
        let seen = named(SEEN_BY, name);
        let list = &office.data(TOKENS, json!({ "unit": unit })).await[READ];
        assert_eq!(list["totalCount"], i32::from(seen), "{name}: {list}");
        assert_eq!(list["nodes"].as_array().unwrap().len(), usize::from(seen), "{name}");
        if seen {
            assert_eq!(list["nodes"][0]["id"], json!(program), "{name}");
            assert_eq!(list["nodes"][0]["tokens"]["nodes"][0]["id"], json!(token), "{name}");
            assert_eq!(
                list["nodes"][0]["createdBy"]["email"], "head.35.02@demo.jenjang.id",
                "{name}"
            );
        }
        let found = &office.data(node, json!({ "a": program, "b": token })).await["nodes"];
        assert_eq!(
            [found[0]["id"] == json!(program), found[1]["id"] == json!(token)],
            [seen; 2],
            "{name}"
        );
        let all = office.data(TOKENS, json!({})).await.to_string();
        assert_eq!(all.contains(&program), seen, "{name}");
        assert_eq!(
            all.contains(&national),
            matches!(name, "coordinator.ri" | "admin.ri"),
            "{name}"
        );
    }
}

async fn a_program_outside_the_scope_looks_absent(app: TestApp) {
    let stage = staged(&app).await;
    let (program, token) = subject(&stage).await;
    let (no_program, no_token) = (app.absent(Kind::ServiceAccount), app.absent(Kind::AccessToken));
    let stranger = stage.office("head.35.09").await;
    let node = "query($id: ID!) { node(id: $id) { id } }";
    let about = |id: &str| json!({ "id": id });
    alike(&stranger, node, about, &[&no_program, &program]).await;
    alike(&stranger, node, about, &[&no_token, &token]).await;
    let document = command_document("endServiceAccount", "serviceAccount { id }");
    let input = |id: &str| json!({ "input": { "serviceAccount": id } });
    alike(&stranger, &document, input, &[&no_program, &program]).await;
    let document = command_document("createAccessToken", "accessToken { id }");
    let full = stranger.token_input("…", &["REPORTS_READ"], json!({}));
    let input = |id: &str| {
        let mut input = full.clone();
        input["serviceAccount"] = json!(id);
        json!({ "input": input })
    };
    alike(&stranger, &document, input, &[&no_program, &program]).await;
    let document = command_document("revokeAccessToken", "accessToken { id }");
    let input = |id: &str| json!({ "input": { "accessToken": id } });
    alike(&stranger, &document, input, &[&no_token, &token]).await;
}

/// The names of the root fields for queries and for mutations.
async fn fields() -> [Vec<String>; 2] {
    let introspection = "{ __schema { queryType { fields { name } } mutationType { fields { name } } } }";
    let schema = root::schema().execute(introspection).await.data.into_json().unwrap()["__schema"].clone();
    ["queryType", "mutationType"].map(|kind| {
        let fields = schema[kind]["fields"].as_array().unwrap().iter();
        fields
            .map(|field: &Value| field["name"].as_str().unwrap().to_owned())
            .collect()
    })
}

async fn a_program_gets_nothing_that_is_not_on_its_list(app: TestApp) {
    let head = app.office("head.32.75").await;
    let all = ["REPORTS_READ", "REPORTS_DRAFT", "PEOPLE_READ", "EVENTS_CHECKIN"];
    let program = head.employs_program("32.75", &all).await;
    let [queries, mutations] = fields().await;
    let open: Vec<&str> = QUERIES.iter().chain(MUTATIONS).map(|open| open.field).collect();
    for (operation, fields) in [("query", &queries), ("mutation", &mutations)] {
        for field in fields {
            // Enough to be asked for; what is missing of it is complained of only when it may be.
            let told = code(&program.ask(&format!("{operation} {{ {field} }}"), json!({})).await);
            assert_eq!(told != "FORBIDDEN", open.contains(&field.as_str()), "{field}: {told}");
        }
    }
    for open in QUERIES {
        assert!(
            queries.iter().any(|field| field == open.field),
            "{} is gone",
            open.field
        );
    }
    for open in MUTATIONS {
        assert!(
            mutations.iter().any(|field| field == open.field),
            "{} is gone",
            open.field
        );
    }
    // The same field name as a query is not open as a mutation.
    let told = code(&program.ask("mutation { node }", json!({})).await);
    assert_eq!(told, "FORBIDDEN");
    let reader = head.employs_program("32.75", &["REPORTS_READ"]).await;
    for open in MUTATIONS {
        let told = code(&reader.ask(&format!("mutation {{ {} }}", open.field), json!({})).await);
        assert_eq!(told, "FORBIDDEN", "{} takes the scope to draft", open.field);
    }
}

on_both_databases!(
    on_the_programs_of_a_kabupaten,
    the_list_of_programs,
    a_program_outside_the_scope_looks_absent,
    a_program_gets_nothing_that_is_not_on_its_list,
);
