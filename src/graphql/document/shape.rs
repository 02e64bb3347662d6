//! What the schema says of its fields, as far as documents need to know it.

use std::collections::{HashMap, HashSet};
use std::fmt;

use async_graphql::parser::types::{OperationType, Type};
use async_graphql::{ObjectType, Schema, SubscriptionType};
use serde::Deserialize;

/// The type behind each field of each object, interface and union. Taken once, when the schema is built.
#[derive(Clone, Debug)]
pub struct SchemaShape {
    query: String,
    mutation: Option<String>,
    subscription: Option<String>,
    /// Type, then field, to the field's type without its list and non-null marks. A union has no fields.
    types: HashMap<String, HashMap<String, String>>,
    inputs: HashMap<String, InputType>,
}

/// A type that values are given in.
#[derive(Clone, Debug)]
pub(super) enum InputType {
    Scalar,
    /// With its words.
    Enum(HashSet<String>),
    /// With its fields.
    Object(HashMap<String, InputField>),
}

/// A field of an input object.
#[derive(Clone, Debug)]
pub(super) struct InputField {
    pub written: Type,
    pub has_default: bool,
}

/// The schema would not describe itself.
#[derive(Debug)]
pub struct ShapeError(String);

impl fmt::Display for ShapeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the schema cannot be introspected: {}", self.0)
    }
}

impl std::error::Error for ShapeError {}

impl SchemaShape {
    /// Asks the schema itself. Introspection may be closed to requests one by one; a schema built with
    /// `disable_introspection` or with a depth limit of its own answers nobody, and that is the error.
    pub async fn of<Query, Mutation, Subscription>(
        schema: &Schema<Query, Mutation, Subscription>,
    ) -> Result<Self, ShapeError>
    where
        Query: ObjectType + 'static,
        Mutation: ObjectType + 'static,
        Subscription: SubscriptionType + 'static,
    {
        let response = schema.execute(INTROSPECTION).await;
        if let Some(error) = response.errors.first() {
            return Err(ShapeError(error.message.clone()));
        }
        let answer: Answer = async_graphql::from_value(response.data).map_err(|error| ShapeError(error.to_string()))?;
        Ok(answer.schema.into())
    }

    /// The type an operation starts from.
    pub(super) fn root(&self, operation: OperationType) -> Option<&str> {
        match operation {
            OperationType::Query => Some(&self.query),
            OperationType::Mutation => self.mutation.as_deref(),
            OperationType::Subscription => self.subscription.as_deref(),
        }
    }

    /// The type of this name that values are given in, if there is one.
    pub(super) fn input(&self, name: &str) -> Option<&InputType> {
        self.inputs.get(name)
    }

    /// The name of `name` as this schema holds it, if it is a type that has selections.
    pub(super) fn composite(&self, name: &str) -> Option<&str> {
        self.types.get_key_value(name).map(|(name, _)| name.as_str())
    }

    /// The type of a field, if it is a type that has selections.
    pub(super) fn selectable(&self, parent: &str, field: &str) -> Option<&str> {
        let introspection = match field {
            "__schema" if parent == self.query => Some("__Schema"),
            "__type" if parent == self.query => Some("__Type"),
            _ => None,
        };
        let listed = || self.types.get(parent)?.get(field).map(String::as_str);
        self.composite(introspection.or_else(listed)?)
    }
}

/// Seven steps take every wrapper off a list of lists of lists.
const INTROSPECTION: &str = "{ __schema {
    queryType { name } mutationType { name } subscriptionType { name }
    types { name kind
        fields(includeDeprecated: true) { name type { ...Wrapped } }
        inputFields { name defaultValue type { ...Wrapped } }
        enumValues(includeDeprecated: true) { name }
    } } }
    fragment Wrapped on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType {
        kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } }";

#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "__schema")]
    schema: Described,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Described {
    query_type: Named,
    mutation_type: Option<Named>,
    subscription_type: Option<Named>,
    types: Vec<DescribedType>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DescribedType {
    name: String,
    kind: String,
    fields: Option<Vec<DescribedField>>,
    input_fields: Option<Vec<DescribedField>>,
    enum_values: Option<Vec<Named>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DescribedField {
    name: String,
    #[serde(rename = "type")]
    wrapped: Wrapped,
    default_value: Option<String>,
}

/// A type, or a list or non-null mark around one; only the type itself has a name.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wrapped {
    kind: String,
    name: Option<String>,
    of_type: Option<Box<Wrapped>>,
}

impl Wrapped {
    fn innermost(self) -> Option<String> {
        match self.name {
            Some(name) => Some(name),
            None => self.of_type?.innermost(),
        }
    }

    /// As it is written in a document.
    fn written(&self) -> Option<String> {
        let inside = || self.of_type.as_ref()?.written();
        match self.kind.as_str() {
            "NON_NULL" => Some(format!("{}!", inside()?)),
            "LIST" => Some(format!("[{}]", inside()?)),
            _ => self.name.clone(),
        }
    }
}

impl DescribedType {
    /// The fields of a type that has selections.
    fn selections(&mut self) -> Option<HashMap<String, String>> {
        if !matches!(self.kind.as_str(), "OBJECT" | "INTERFACE" | "UNION") {
            return None;
        }
        let fields = self.fields.take().unwrap_or_default().into_iter();
        Some(
            fields
                .filter_map(|field| Some((field.name, field.wrapped.innermost()?)))
                .collect(),
        )
    }

    /// What values of the type may be.
    fn values(&mut self) -> Option<InputType> {
        match self.kind.as_str() {
            "SCALAR" => Some(InputType::Scalar),
            "ENUM" => {
                let words = self.enum_values.take().unwrap_or_default().into_iter();
                Some(InputType::Enum(words.map(|word| word.name).collect()))
            }
            "INPUT_OBJECT" => {
                let fields = self.input_fields.take().unwrap_or_default().into_iter();
                let typed = fields.filter_map(|field| {
                    let written = Type::new(&field.wrapped.written()?)?;
                    let has_default = field.default_value.is_some();
                    Some((field.name, InputField { written, has_default }))
                });
                Some(InputType::Object(typed.collect()))
            }
            _ => None,
        }
    }
}

impl From<Described> for SchemaShape {
    fn from(described: Described) -> Self {
        let (mut types, mut inputs) = (HashMap::new(), HashMap::new());
        for mut described in described.types {
            if let Some(fields) = described.selections() {
                types.insert(described.name, fields);
            } else if let Some(values) = described.values() {
                inputs.insert(described.name, values);
            }
        }
        Self {
            types,
            inputs,
            query: described.query_type.name,
            mutation: described.mutation_type.map(|named| named.name),
            subscription: described.subscription_type.map(|named| named.name),
        }
    }
}
