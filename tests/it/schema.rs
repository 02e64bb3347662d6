//! The schema is documentation for strangers: nothing in it goes without a description.
use async_graphql::Request;
use jenjang::graphql::root;
use serde_json::Value;

/// What has no description, by its path. The words every GraphQL schema has are explained by the specification.
fn undescribed(schema: &Value) -> Vec<String> {
    let mut missing = Vec::new();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    for thing in list(&schema["types"]) {
        let name = thing["name"].as_str().unwrap_or_default().to_owned();
        // `ID` is the specification's own.
        if name.starts_with("__") || name == "ID" {
            continue;
        }
        let mut note = |what: &Value, path: String| {
            if what["description"].as_str().is_none_or(str::is_empty) {
                missing.push(path);
            }
        };
        note(&thing, name.clone());
        for field in list(&thing["fields"]) {
            let path = format!("{name}.{}", field["name"].as_str().unwrap_or_default());
            for argument in list(&field["args"]) {
                let argument_is_input = argument["name"] == "input";
                // What `input` is, its type says.
                if !argument_is_input {
                    note(
                        &argument,
                        format!("{path}({})", argument["name"].as_str().unwrap_or_default()),
                    );
                }
            }
            note(&field, path);
        }
        for part in list(&thing["inputFields"])
            .into_iter()
            .chain(list(&thing["enumValues"]))
        {
            note(&part, format!("{name}.{}", part["name"].as_str().unwrap_or_default()));
        }
    }
    missing
}

#[actix_web::test]
async fn everything_in_the_schema_is_described() {
    let document = "{ __schema { types { name description
        fields(includeDeprecated: true) { name description args { name description } }
        inputFields { name description } enumValues(includeDeprecated: true) { name description } } } }";
    let answer = root::schema().execute(Request::new(document)).await;
    let data = serde_json::to_value(answer.data).unwrap();
    assert!(
        data["__schema"]["types"].as_array().unwrap().len() > 50,
        "introspection works"
    );
    assert_eq!(undescribed(&data["__schema"]), Vec::<String>::new());
}
