//! Documents as they are prepared and run, against the specification.
//!
//! The schema here has nothing to do with the product: it is the smallest one that can get every rule wrong. What
//! the library is known to get wrong is listed with its reason, and the list must stay true: a case that starts
//! to pass has to leave it.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use async_graphql::dataloader::{DataLoader, Loader};
use async_graphql::parser::parse_query;
use async_graphql::parser::types::{ExecutableDocument, Field, Selection, SelectionSet};
use async_graphql::runtime::{TokioSpawner, TokioTimer};
use async_graphql::{
    Context, EmptySubscription, Error, Guard, ID, Interface, MaybeUndefined, Object, OneofObject, PathSegment, Request,
    Response, Schema, SimpleObject, Union, Variables,
};
use jenjang::graphql::document::{Documents, OperationKind, Prepared, Refusal, RefusalCode, SchemaShape, prepare};
use jenjang::graphql::limits::Limits;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use proptest::{prop_assert, prop_assert_eq};
use serde_json::{Value as Json, json};

type Fallible<T> = async_graphql::Result<T>;

fn failure<T>() -> Fallible<T> {
    Err(Error::new("on purpose"))
}

/// How often a resolver that counts was run.
#[derive(Clone, Default)]
struct Calls(Arc<AtomicUsize>);

impl Calls {
    fn count(ctx: &Context<'_>) -> usize {
        ctx.data_unchecked::<Self>().0.fetch_add(1, SeqCst)
    }
}

struct Query;

#[Object]
impl Query {
    async fn one(&self) -> i32 {
        1
    }
    async fn two(&self) -> i32 {
        2
    }
    async fn slow(&self) -> i32 {
        tokio::time::sleep(Duration::from_millis(5)).await;
        3
    }
    async fn counted(&self, ctx: &Context<'_>) -> Thing {
        Calls::count(ctx);
        Thing
    }
    async fn failing(&self) -> Fallible<i32> {
        failure()
    }
    async fn failing_maybe(&self) -> Option<Fallible<i32>> {
        Some(failure())
    }
    async fn failing_outside(&self) -> Fallible<Option<i32>> {
        failure()
    }
    async fn thing(&self) -> Thing {
        Thing
    }
    async fn maybe_thing(&self) -> Option<Thing> {
        Some(Thing)
    }
    async fn items(&self) -> Vec<Item> {
        [1, 2, 3].map(Item).into()
    }
    async fn maybe_items(&self) -> Option<Vec<Item>> {
        Some([1, 2, 3].map(Item).into())
    }
    async fn sparse_items(&self) -> Vec<Option<Item>> {
        vec![Some(Item(1)), Some(Item(2)), None]
    }
    async fn rows_of_items(&self) -> Vec<Vec<Item>> {
        vec![vec![Item(1)], vec![Item(3)]]
    }
    async fn numbers(&self) -> Vec<Fallible<i32>> {
        vec![Ok(1), failure(), Ok(3)]
    }
    async fn maybe_numbers(&self) -> Option<Vec<Fallible<i32>>> {
        Some(vec![Ok(1), failure(), Ok(3)])
    }
    async fn sparse_numbers(&self) -> Vec<Option<Fallible<i32>>> {
        vec![Some(Ok(1)), Some(failure()), Some(Ok(3))]
    }
    async fn sparse_numbers_outside(&self) -> Vec<Fallible<Option<i32>>> {
        vec![Ok(Some(1)), failure(), Ok(None)]
    }
    async fn failing_list(&self) -> Fallible<Vec<i32>> {
        failure()
    }
    async fn failing_maybe_list(&self) -> Option<Fallible<Vec<i32>>> {
        Some(failure())
    }
    #[graphql(guard = "Nobody")]
    async fn guarded(&self) -> i32 {
        1
    }
    #[graphql(guard = "Nobody")]
    async fn guarded_maybe(&self) -> Option<i32> {
        Some(1)
    }
    async fn node(&self, id: ID) -> Option<Node> {
        match id.as_str() {
            "cat" => Some(Node::Cat(cat())),
            "dog" => Some(Node::Dog(dog())),
            _ => None,
        }
    }
    async fn nodes(&self, ids: Vec<ID>) -> Vec<Option<Node>> {
        ids.iter().map(|_| Some(Node::Cat(cat()))).collect()
    }
    async fn pets(&self) -> Vec<Pet> {
        vec![Pet::Cat(cat()), Pet::Dog(dog())]
    }
    async fn things(&self, first: Option<i32>, last: Option<i32>) -> ThingConnection {
        let _ = (first, last);
        ThingConnection {
            edges: vec![ThingEdge { node: Thing }],
            page_info: PageInfo { more: false },
            total: 1,
        }
    }
    async fn log(&self, first: i32) -> Vec<Item> {
        (1..=first).map(Item).collect()
    }
    async fn by(&self, by: By) -> String {
        match by {
            By::Id(id) => id.to_string(),
            By::Name(name) => name,
        }
    }
    async fn big(&self) -> i64 {
        3_000_000_000
    }
    async fn not_a_number(&self) -> f64 {
        f64::NAN
    }
    async fn at_most_ten(&self, #[graphql(validator(maximum = 10))] number: i32) -> i32 {
        number
    }
    async fn patch(&self, value: MaybeUndefined<i32>) -> String {
        match value {
            MaybeUndefined::Undefined => "undefined".to_owned(),
            MaybeUndefined::Null => "null".to_owned(),
            MaybeUndefined::Value(value) => value.to_string(),
        }
    }
}

struct Mutation;

#[Object]
impl Mutation {
    async fn run(&self, ctx: &Context<'_>) -> Thing {
        Calls::count(ctx);
        Thing
    }
    async fn slow_turn(&self, ctx: &Context<'_>) -> usize {
        tokio::time::sleep(Duration::from_millis(5)).await;
        Calls::count(ctx)
    }
    async fn turn(&self, ctx: &Context<'_>) -> usize {
        Calls::count(ctx)
    }
    async fn put(&self, number: i32) -> i32 {
        number
    }
    async fn failing(&self) -> Fallible<i32> {
        failure()
    }
    async fn failing_maybe(&self) -> Option<Fallible<i32>> {
        Some(failure())
    }
}

struct Thing;

#[Object]
impl Thing {
    async fn x(&self) -> i32 {
        1
    }
    async fn y(&self) -> i32 {
        2
    }
    async fn slow(&self) -> i32 {
        tokio::time::sleep(Duration::from_millis(5)).await;
        3
    }
    async fn failing(&self) -> Fallible<i32> {
        failure()
    }
    async fn failing_maybe(&self) -> Option<Fallible<i32>> {
        Some(failure())
    }
    async fn failing_outside(&self) -> Fallible<Option<i32>> {
        failure()
    }
    async fn inner(&self) -> Thing {
        Thing
    }
    async fn maybe_inner(&self) -> Option<Thing> {
        Some(Thing)
    }
}

/// The second of the items is the one that fails.
#[derive(Clone, Copy)]
struct Item(i32);

impl Item {
    fn value_or_failure(self) -> Fallible<i32> {
        if self.0 == 2 { failure() } else { Ok(self.0 * 10) }
    }
}

#[Object]
impl Item {
    async fn id(&self) -> i32 {
        self.0
    }
    async fn slow_id(&self) -> i32 {
        tokio::time::sleep(Duration::from_millis(5)).await;
        self.0
    }
    async fn value(&self) -> Fallible<i32> {
        self.value_or_failure()
    }
    async fn value_maybe(&self) -> Option<Fallible<i32>> {
        Some(self.value_or_failure())
    }
    async fn owner(&self, ctx: &Context<'_>) -> Option<Fallible<Owner>> {
        load_owner(ctx, self.0).await.transpose()
    }
    async fn owner_always(&self, ctx: &Context<'_>) -> Fallible<Owner> {
        load_owner(ctx, self.0).await?.ok_or_else(|| Error::new("nobody"))
    }
    async fn owner_outside(&self, ctx: &Context<'_>) -> Fallible<Option<Owner>> {
        load_owner(ctx, self.0).await
    }
    async fn unreachable(&self, ctx: &Context<'_>) -> Option<Fallible<i32>> {
        let loader = ctx.data_unchecked::<DataLoader<Broken>>();
        loader.load_one(self.0).await.map_err(Error::new).transpose()
    }
    async fn thing(&self) -> Thing {
        Thing
    }
}

#[derive(Clone, SimpleObject)]
struct Owner {
    name: String,
}

async fn load_owner(ctx: &Context<'_>, id: i32) -> Fallible<Option<Owner>> {
    ctx.data_unchecked::<DataLoader<Owners>>()
        .load_one(id)
        .await
        .map_err(Error::new)
}

struct Owners;

impl Loader<i32> for Owners {
    type Value = Owner;
    type Error = String;

    async fn load(&self, ids: &[i32]) -> Result<HashMap<i32, Owner>, String> {
        let owned = ids.iter().filter(|id| **id != 2);
        Ok(owned
            .map(|id| {
                (
                    *id,
                    Owner {
                        name: format!("owner {id}"),
                    },
                )
            })
            .collect())
    }
}

struct Broken;

impl Loader<i32> for Broken {
    type Value = i32;
    type Error = String;

    async fn load(&self, _: &[i32]) -> Result<HashMap<i32, i32>, String> {
        Err("no database".to_owned())
    }
}

#[derive(SimpleObject)]
struct Cat {
    id: ID,
    meow: i32,
}

#[derive(SimpleObject)]
struct Dog {
    id: ID,
    bark: i32,
    #[graphql(guard = "Nobody")]
    secret: Option<i32>,
    #[graphql(guard = "Nobody")]
    secret_always: i32,
}

#[derive(Interface)]
#[graphql(field(name = "id", ty = "&ID"))]
enum Node {
    Cat(Cat),
    Dog(Dog),
}

#[derive(Union)]
enum Pet {
    Cat(Cat),
    Dog(Dog),
}

fn cat() -> Cat {
    Cat {
        id: "cat".into(),
        meow: 2,
    }
}

fn dog() -> Dog {
    Dog {
        id: "dog".into(),
        bark: 1,
        secret: Some(1),
        secret_always: 1,
    }
}

#[derive(SimpleObject)]
struct ThingConnection {
    edges: Vec<ThingEdge>,
    page_info: PageInfo,
    total: i32,
}

#[derive(SimpleObject)]
struct ThingEdge {
    node: Thing,
}

#[derive(SimpleObject)]
struct PageInfo {
    more: bool,
}

#[derive(OneofObject)]
enum By {
    Id(i32),
    Name(String),
}

struct Nobody;

impl Guard for Nobody {
    async fn check(&self, _: &Context<'_>) -> Fallible<()> {
        failure()
    }
}

type TestSchema = Schema<Query, Mutation, EmptySubscription>;

/// Prepares documents and runs them, the way the server does.
struct Bench {
    schema: TestSchema,
    shape: SchemaShape,
    calls: Calls,
}

impl Bench {
    async fn new() -> Self {
        let calls = Calls::default();
        let loader = DataLoader::new(Owners, TokioSpawner::current(), TokioTimer::default());
        let broken = DataLoader::new(Broken, TokioSpawner::current(), TokioTimer::default());
        let schema = Schema::build(Query, Mutation, EmptySubscription);
        let schema = schema.data(calls.clone()).data(loader).data(broken).finish();
        let shape = SchemaShape::of(&schema).await.expect("the schema describes itself");
        Self { schema, shape, calls }
    }

    fn prepare(&self, query: &str) -> Result<Prepared, Refusal> {
        self.prepare_with(query, None, json!({}))
    }

    fn prepare_with(&self, query: &str, operation: Option<&str>, variables: Json) -> Result<Prepared, Refusal> {
        prepare(
            &self.shape,
            &Limits::default(),
            query,
            operation,
            &Variables::from_json(variables),
        )
    }

    /// The code and message a document is refused with.
    fn refused(&self, query: &str) -> (RefusalCode, String) {
        let refusal = self.prepare(query).expect_err(query);
        (refusal.code, refusal.message)
    }

    async fn run(&self, prepared: Prepared, variables: Json) -> Response {
        let mut request = Request::new("").variables(Variables::from_json(variables));
        request.operation_name = prepared.operation_name.clone();
        request.set_parsed_query(prepared.document);
        self.schema.execute(request).await
    }

    /// Prepares and runs; a document this refuses or validation refuses has messages and no data.
    async fn answer(&self, query: &str) -> Outcome {
        self.calls.0.store(0, SeqCst);
        let prepared = match self.prepare(query) {
            Ok(prepared) => prepared,
            Err(refusal) => {
                return Outcome {
                    data: refusal.message,
                    errors: Vec::new(),
                    calls: 0,
                };
            }
        };
        let response = self.run(prepared, json!({})).await;
        let mut errors: Vec<String> = response.errors.iter().map(|error| path(&error.path)).collect();
        errors.sort();
        Outcome {
            data: data(&response),
            errors,
            calls: self.calls.0.load(SeqCst),
        }
    }
}

#[derive(Debug)]
struct Outcome {
    data: String,
    errors: Vec<String>,
    calls: usize,
}

/// As text, since the order of keys is part of the answer.
fn data(response: &Response) -> String {
    serde_json::to_string(&response.data).expect("data is JSON")
}

fn path(segments: &[PathSegment]) -> String {
    let segments = segments.iter().map(|segment| match segment {
        PathSegment::Field(name) => name.clone(),
        PathSegment::Index(index) => index.to_string(),
    });
    segments.collect::<Vec<_>>().join(".")
}

struct Case {
    name: &'static str,
    query: &'static str,
    data: &'static str,
    /// Paths of the errors, sorted.
    errors: &'static [&'static str],
    calls: usize,
}

const fn case(name: &'static str, query: &'static str, data: &'static str) -> Case {
    Case {
        name,
        query,
        data,
        errors: &[],
        calls: 0,
    }
}

impl Case {
    const fn errors(self, errors: &'static [&'static str]) -> Self {
        Self { errors, ..self }
    }

    const fn calls(self, calls: usize) -> Self {
        Self { calls, ..self }
    }

    fn met_by(&self, outcome: &Outcome) -> bool {
        self.data == outcome.data && self.errors == outcome.errors && self.calls == outcome.calls
    }
}

// A table is read in rows.
#[rustfmt::skip]
const CASES: &[Case] = &[
    // The order of keys is the order of the document, whatever finishes first.
    case("order: slow first", "{ slow one two }", r#"{"slow":3,"one":1,"two":2}"#),
    case("order: typename", "{ slow __typename one }", r#"{"slow":3,"__typename":"Query","one":1}"#),
    case("order: aliases", "{ z: slow y: one x: two }", r#"{"z":3,"y":1,"x":2}"#),
    case("order: fragment", "{ ...F two } fragment F on Query { slow one }", r#"{"slow":3,"one":1,"two":2}"#),
    case("order: nested", "{ thing { slow x } one }", r#"{"thing":{"slow":3,"x":1},"one":1}"#),
    case("order: list", "{ items { slowId id } }", r#"{"items":[{"slowId":1,"id":1},{"slowId":2,"id":2},{"slowId":3,"id":3}]}"#),
    case("order: loader", "{ items { owner { name } id } }", r#"{"items":[{"owner":{"name":"owner 1"},"id":1},{"owner":null,"id":2},{"owner":{"name":"owner 3"},"id":3}]}"#),
    case("order: mutation in turn", "mutation { slowTurn turn }", r#"{"slowTurn":0,"turn":1}"#).calls(2),
    // What is asked for twice is answered once.
    case("merge: leaf", "{ one one }", r#"{"one":1}"#),
    case("merge: objects", "{ thing { x } one thing { y } }", r#"{"thing":{"x":1,"y":2},"one":1}"#),
    case("merge: aliases", "{ t: thing { x } t: thing { y } u: thing { x } }", r#"{"t":{"x":1,"y":2},"u":{"x":1}}"#),
    case("merge: fragments", "{ thing { x inner { x } } ...F } fragment F on Query { thing { inner { y } y } }", r#"{"thing":{"x":1,"inner":{"x":1,"y":2},"y":2}}"#),
    case("merge: inline fragments", "{ ... { thing { x } } ... on Query { thing { ... on Thing { y } } } }", r#"{"thing":{"x":1,"y":2}}"#),
    case("merge: lists", "{ items { id } items { slowId } }", r#"{"items":[{"id":1,"slowId":1},{"id":2,"slowId":2},{"id":3,"slowId":3}]}"#),
    case("merge: lists of lists", "{ rowsOfItems { id } rowsOfItems { slowId } }", r#"{"rowsOfItems":[[{"id":1,"slowId":1}],[{"id":3,"slowId":3}]]}"#),
    case("merge: differing directives", "{ thing @skip(if: false) { x } thing { y } }", r#"{"thing":{"x":1,"y":2}}"#),
    case("merge: query runs once", "{ counted { x } counted { y } }", r#"{"counted":{"x":1,"y":2}}"#).calls(1),
    case("merge: mutation runs once", "mutation { run { x } run { y } }", r#"{"run":{"x":1,"y":2}}"#).calls(1),
    case("merge: mutation runs once through fragments", "mutation { ...F run { y } ... on Mutation { run { x } } } fragment F on Mutation { run { x } }", r#"{"run":{"x":1,"y":2}}"#).calls(1),
    case("merge: one copy fails", "{ maybeThing { x } maybeThing { failing } }", r#"{"maybeThing":null}"#).errors(&["maybeThing.failing"]),
    case("merge: the other copy fails", "{ maybeThing { failing } maybeThing { x } }", r#"{"maybeThing":null}"#).errors(&["maybeThing.failing"]),
    case("merge: one error a field", "{ one failingMaybe failingMaybe }", r#"{"one":1,"failingMaybe":null}"#).errors(&["failingMaybe"]),
    // An error makes null of the nearest field that may be null, and of nothing further out.
    case("null: root, non-null", "{ one failing two }", "null").errors(&["failing"]),
    case("null: root, error outside", "{ one failingOutside two }", r#"{"one":1,"failingOutside":null,"two":2}"#).errors(&["failingOutside"]),
    case("null: root, error inside", "{ one failingMaybe two }", r#"{"one":1,"failingMaybe":null,"two":2}"#).errors(&["failingMaybe"]),
    case("null: object", "{ one maybeThing { x failing } two }", r#"{"one":1,"maybeThing":null,"two":2}"#).errors(&["maybeThing.failing"]),
    case("null: object in object", "{ one maybeThing { x inner { x failing } } }", r#"{"one":1,"maybeThing":null}"#).errors(&["maybeThing.inner.failing"]),
    case("null: up to the root", "{ one thing { inner { failing } } }", "null").errors(&["thing.inner.failing"]),
    case("null: no further than needed", "{ maybeThing { x maybeInner { failing } } }", r#"{"maybeThing":{"x":1,"maybeInner":null}}"#).errors(&["maybeThing.maybeInner.failing"]),
    case("null: nested, error outside", "{ thing { x failingOutside y } }", r#"{"thing":{"x":1,"failingOutside":null,"y":2}}"#).errors(&["thing.failingOutside"]),
    case("null: nested, error inside", "{ thing { x failingMaybe y } }", r#"{"thing":{"x":1,"failingMaybe":null,"y":2}}"#).errors(&["thing.failingMaybe"]),
    case("null: two errors", "{ p: failingMaybe q: failingMaybe one }", r#"{"p":null,"q":null,"one":1}"#).errors(&["p", "q"]),
    case("null: alias in the path", "{ k: maybeThing { m: failing } }", r#"{"k":null}"#).errors(&["k.m"]),
    // The same in lists.
    case("list: [T!]!, field of an item", "{ one items { id value } }", "null").errors(&["items.1.value"]),
    case("list: [T!], field of an item", "{ one maybeItems { id value } }", r#"{"one":1,"maybeItems":null}"#).errors(&["maybeItems.1.value"]),
    case("list: [T]!, field of an item", "{ one sparseItems { id value } }", r#"{"one":1,"sparseItems":[{"id":1,"value":10},null,null]}"#).errors(&["sparseItems.1.value"]),
    case("list: [T!]!, nullable field", "{ items { id valueMaybe } }", r#"{"items":[{"id":1,"valueMaybe":10},{"id":2,"valueMaybe":null},{"id":3,"valueMaybe":30}]}"#).errors(&["items.1.valueMaybe"]),
    case("list: [Int!]!, item", "{ one numbers }", "null").errors(&["numbers.1"]),
    case("list: [Int!], item", "{ one maybeNumbers }", r#"{"one":1,"maybeNumbers":null}"#).errors(&["maybeNumbers.1"]),
    case("list: [Int]!, error inside", "{ one sparseNumbers }", r#"{"one":1,"sparseNumbers":[1,null,3]}"#).errors(&["sparseNumbers.1"]),
    case("list: [Int]!, error outside", "{ one sparseNumbersOutside }", r#"{"one":1,"sparseNumbersOutside":[1,null,null]}"#).errors(&["sparseNumbersOutside.1"]),
    case("list: whole, non-null", "{ one failingList }", "null").errors(&["failingList"]),
    case("list: whole, nullable", "{ one failingMaybeList two }", r#"{"one":1,"failingMaybeList":null,"two":2}"#).errors(&["failingMaybeList"]),
    // Guards and loaders fail by the same rules.
    case("guard: non-null", "{ one guarded }", "null").errors(&["guarded"]),
    case("guard: nullable", "{ one guardedMaybe two }", r#"{"one":1,"guardedMaybe":null,"two":2}"#).errors(&["guardedMaybe"]),
    case("guard: nullable field of an object", r#"{ node(id: "dog") { id ... on Dog { secret bark } } }"#, r#"{"node":{"id":"dog","secret":null,"bark":1}}"#).errors(&["node.secret"]),
    case("guard: non-null field of an object", r#"{ one node(id: "dog") { ... on Dog { secretAlways } } }"#, r#"{"one":1,"node":null}"#).errors(&["node.secretAlways"]),
    case("loader: fails", "{ items { id unreachable } }", r#"{"items":[{"id":1,"unreachable":null},{"id":2,"unreachable":null},{"id":3,"unreachable":null}]}"#).errors(&["items.0.unreachable", "items.1.unreachable", "items.2.unreachable"]),
    case("loader: missing in [T]!", "{ sparseItems { ownerAlways { name } } }", r#"{"sparseItems":[{"ownerAlways":{"name":"owner 1"}},null,null]}"#).errors(&["sparseItems.1.ownerAlways"]),
    case("loader: missing in [T!]!", "{ one items { ownerAlways { name } } }", "null").errors(&["items.1.ownerAlways"]),
    case("loader: null", "{ items { ownerOutside { name } } }", r#"{"items":[{"ownerOutside":{"name":"owner 1"}},{"ownerOutside":null},{"ownerOutside":{"name":"owner 3"}}]}"#),
    // What is skipped is not there, and an object without fields is still an object.
    case("skip: fields", "{ one @skip(if: true) two @include(if: true) thing @include(if: false) { x } }", r#"{"two":2}"#),
    case("skip: both directives", "{ one @skip(if: false) @include(if: false) two }", r#"{"two":2}"#),
    case("skip: fragments", "{ ...F @include(if: false) ... @skip(if: false) { two } } fragment F on Query { one }", r#"{"two":2}"#),
    case("skip: typename by a variable", "query ($no: Boolean = false) { __typename @skip(if: $no) }", r#"{"__typename":"Query"}"#),
    case("skip: everything", "{ one @skip(if: true) }", "{}"),
    case("skip: everything nested", "{ thing { x @skip(if: true) } maybeThing { x @include(if: false) } }", r#"{"thing":{},"maybeThing":{}}"#),
    case("skip: everything in a list", "{ maybeItems { ... @skip(if: true) { id } } }", r#"{"maybeItems":[{},{},{}]}"#),
    // Interfaces and unions.
    case("interface: order", r#"{ node(id: "cat") { __typename ... on Dog { bark } ... on Cat { meow } id } }"#, r#"{"node":{"__typename":"Cat","meow":2,"id":"cat"}}"#),
    case("interface: no match", r#"{ node(id: "cat") { ... on Dog { bark } } }"#, r#"{"node":{}}"#),
    case("interface: null", r#"{ node(id: "none") { id } one }"#, r#"{"node":null,"one":1}"#),
    case("union: list", "{ pets { __typename ... on Cat { meow } ... on Dog { bark } } }", r#"{"pets":[{"__typename":"Cat","meow":2},{"__typename":"Dog","bark":1}]}"#),
    case("union: one without a match", "{ pets { ... on Cat { meow } } }", r#"{"pets":[{"meow":2},{}]}"#),
    case("union: fragment on an object", r#"{ node(id: "cat") { ... on Pet { __typename } } }"#, r#"{"node":{"__typename":"Cat"}}"#),
    // Values.
    case("value: Int beyond 32 bits", "{ one big }", "null").errors(&["big"]),
    case("value: Float that is none", "{ one notANumber }", "null").errors(&["notANumber"]),
    case("value: refused argument", "{ one atMostTen(number: 11) }", "null").errors(&["atMostTen"]),
    case("value: omitted variable", "query ($value: Int) { patch(value: $value) }", r#"{"patch":"undefined"}"#),
    case("value: one of", "{ by(by: { id: 7 }) }", r#"{"by":"7"}"#),
    // Mutations one after another.
    case("mutation: error ends it", "mutation { failing turn }", "null").errors(&["failing"]),
    case("mutation: nullable error does not", "mutation { failingMaybe turn }", r#"{"failingMaybe":null,"turn":0}"#).errors(&["failingMaybe"]).calls(1),
];

/// What the library does otherwise, and how the product lives with it.
const KNOWN_FAILURES: &[(&str, &str)] = &[
    (
        "null: root, error outside",
        "bubbles from a nullable field; resolvers return Option<Result<T>>",
    ),
    (
        "null: nested, error outside",
        "bubbles from a nullable field; resolvers return Option<Result<T>>",
    ),
    (
        "list: [Int]!, error outside",
        "bubbles from a nullable item; resolvers return Option<Result<T>>",
    ),
    (
        "guard: nullable",
        "a guard bubbles from a nullable field; nullable fields check inside",
    ),
    (
        "guard: nullable field of an object",
        "a guard bubbles from a nullable field; nullable fields check inside",
    ),
    (
        "list: [T!]!, field of an item",
        "the path of an error that bubbles through a non-null item ends at its index",
    ),
    (
        "list: [T!], field of an item",
        "the path of an error that bubbles through a non-null item ends at its index",
    ),
    (
        "loader: missing in [T!]!",
        "the path of an error that bubbles through a non-null item ends at its index",
    ),
    (
        "skip: typename by a variable",
        "validation overlooks directives of __typename and calls the variable unused",
    ),
    (
        "union: fragment on an object",
        "a fragment on a union is dropped unless the field has that union as its type",
    ),
    (
        "value: Int beyond 32 bits",
        "i64 leaves as Int; large numbers have a scalar of their own",
    ),
    (
        "value: Float that is none",
        "NaN leaves as null in a non-null field; no resolver returns one",
    ),
];

#[tokio::test]
async fn documents_run_as_the_specification_says() {
    let bench = Bench::new().await;
    let known: HashMap<_, _> = KNOWN_FAILURES.iter().copied().collect();
    let mut surprises = Vec::new();
    for case in CASES {
        let outcome = bench.answer(case.query).await;
        match (case.met_by(&outcome), known.get(case.name)) {
            (true, None) | (false, Some(_)) => {}
            (true, Some(reason)) => surprises.push(format!("{}: passes now, no longer true: {reason}", case.name)),
            (false, None) => surprises.push(format!(
                "{}: expected {} {:?} after {} calls, got {outcome:?}",
                case.name, case.data, case.errors, case.calls
            )),
        }
    }
    let named: HashSet<_> = CASES.iter().map(|case| case.name).collect();
    assert_eq!(named.len(), CASES.len(), "two cases share a name");
    assert!(
        known.keys().all(|name| named.contains(name)),
        "a known failure is not among the cases"
    );
    assert!(surprises.is_empty(), "\n{}", surprises.join("\n"));
}

/// `levels` fragments, each of which spreads the next one twice.
fn bomb(levels: usize, root: &str, condition: &str, leaf: &str) -> String {
    let mut document = root.to_owned();
    for level in 0..levels {
        let next = level + 1;
        document += &format!(" fragment F{level} on {condition} {{ ...F{next} ...F{next} }}");
    }
    document + &format!(" fragment F{levels} on {condition} {{ {leaf} }}")
}

#[tokio::test]
async fn doubling_fragments_are_refused_before_anyone_follows_them() {
    let bench = Bench::new().await;
    // Every fragment allowed, so that it is the size and not the number of them that is refused.
    let limits = Limits {
        fragments: 100,
        nesting: 100,
        ..Limits::default()
    };
    for levels in [20, 30, 40] {
        let documents = [
            bomb(levels, "{ ...F0 }", "Query", "one"),
            bomb(levels, "{ ...F0 }", "Query", "__typename"),
            bomb(levels, "{ thing { ...F0 } }", "Thing", "x"),
            bomb(levels, r#"{ node(id: "cat") { ...F0 } }"#, "Cat", "meow"),
        ];
        for document in documents {
            let started = Instant::now();
            let refusal = prepare(&bench.shape, &limits, &document, None, &Variables::default());
            let refusal = refusal.expect_err("a bomb");
            assert_eq!(refusal.code, RefusalCode::TooComplex);
            assert!(
                refusal.message.contains("fragments written out is"),
                "{}",
                refusal.message
            );
            assert!(refusal.message.ends_with("the limit is 5000."), "{}", refusal.message);
            // Mostly the parser, unoptimised; following the fragments would take minutes.
            assert!(
                started.elapsed() < Duration::from_millis(500),
                "{:?}",
                started.elapsed()
            );
            assert_eq!(bench.refused(&document).0, RefusalCode::TooComplex);
        }
    }
}

#[tokio::test]
async fn a_long_literal_is_not_copied_without_end() {
    let bench = Bench::new().await;
    let spreads: String = (0..29).map(|place| format!("k{place}: thing {{ ...F }} ")).collect();
    let fragment = format!("fragment F on Thing {{ x @include(if: \"{}\") }}", "a".repeat(100_000));
    let (code, message) = bench.refused(&format!("{{ {spreads} }} {fragment}"));
    assert_eq!(code, RefusalCode::TooComplex, "{message}");
    let once = format!("{{ by(by: {{ name: \"{}\" }}) }}", "a".repeat(100_000));
    assert!(bench.prepare(&once).is_ok());
}

#[tokio::test]
async fn what_flattening_would_hide_is_still_refused() {
    let bench = Bench::new().await;
    let refused = [
        ("{ one } fragment F on Query { one }", "Fragment \"F\" is never used."),
        (
            "{ one } fragment F on Query { ...G } fragment G on Query { one }",
            "Fragment \"F\" is never used.",
        ),
        ("{ one } fragment F on Query { ...F }", "Fragment \"F\" is never used."),
        ("{ ...F }", "Unknown fragment \"F\"."),
        ("{ thing { ... on Thing { ...F } } }", "Unknown fragment \"F\"."),
        (
            "{ ...F } fragment F on Query { ...F }",
            "Cannot spread fragment \"F\" within itself.",
        ),
        (
            "{ ...F } fragment F on Query { ...G } fragment G on Query { ...H } fragment H on Query { ...F }",
            "Cannot spread fragment \"F\" within itself via \"G\", \"H\".",
        ),
        (
            "query A { ...F } query B { one } fragment F on Query { ...G }",
            "Unknown fragment \"G\".",
        ),
    ];
    for (document, message) in refused {
        assert_eq!(
            bench.refused(document),
            (RefusalCode::ValidationFailed, message.to_owned())
        );
    }

    // These are for the library's own validation, provided they reach it.
    let invalid = [
        "{ ...F } fragment F on Nothing { one }",
        "{ ...F } fragment F on Int { one }",
        "{ one { ...F } } fragment F on Int { one }",
        "{ ... on Thing { x } }",
        "{ thing thing { x } }",
        "{ thing { x } thing }",
        "{ one one { x } }",
        "{ node(id: \"cat\") { id } node(id: \"dog\") { id } }",
        "{ node(id: \"cat\") { id } node(id: \"cat\", id: \"cat\") { id } }",
        "{ node(id: \"cat\", id: \"cat\") { id } node(id: \"cat\") { id } }",
        "{ thing { k: x } thing { k: y } }",
        "{ ...F } fragment F on Query @include(if: true) { one }",
        "{ ...F } fragment F on Query { nothing }",
        "{ ...F } fragment F on Query { node(id: $undefined) { id } }",
        "query ($unused: ID) { one }",
    ];
    for document in invalid {
        let prepared = bench.prepare(document).expect(document);
        let response = bench.run(prepared, json!({})).await;
        assert!(
            response.is_err() && data(&response) == "null",
            "{document} was run: {}",
            data(&response)
        );
        assert!(
            response.errors.iter().all(|error| error.path.is_empty()),
            "{document} was run"
        );
    }
}

#[tokio::test]
async fn a_text_is_bounded_before_it_is_parsed() {
    let bench = Bench::new().await;
    let too_complex = |document: &str, message: &str| {
        assert_eq!(bench.refused(document), (RefusalCode::TooComplex, message.to_owned()));
    };
    too_complex(
        &format!("{{ {} }}", "__typename ".repeat(3_000)),
        "The number of tokens is 3002; the limit is 2000.",
    );
    let nested = |depth: usize| {
        format!(
            "{{ {} x {} }}",
            "thing { inner {".repeat(depth / 2),
            "}}".repeat(depth / 2)
        )
    };
    too_complex(&nested(200), "The nesting of brackets is 201; the limit is 32.");
    let value = format!("{{ by(by: {}1{}) }}", "[".repeat(200), "]".repeat(200));
    too_complex(&value, "The nesting of brackets is 202; the limit is 32.");
    // Whichever limit meets it first: the text alone must not exhaust the stack.
    for bracket in [
        "{",
        "[",
        "(",
        "{a",
        "{a(x:[",
        "query($x:[",
        "\"\"\"\"[",
        "{a(x:[\"\"\"\"\"[[",
    ] {
        assert!(bench.prepare(&bracket.repeat(100_000)).is_err());
    }
    let generous = Limits {
        tokens: usize::MAX,
        ..Limits::default()
    };
    let refusal = prepare(
        &bench.shape,
        &generous,
        &"{a".repeat(100_000),
        None,
        &Variables::default(),
    );
    assert_eq!(
        refusal.map(|_| ()).map_err(|refusal| refusal.code),
        Err(RefusalCode::TooComplex)
    );
    // What repeats one field is one field.
    let prepared = bench
        .prepare(&format!("{{ {} }}", "__typename ".repeat(1_900)))
        .expect("few enough tokens");
    assert_eq!(prepared.response_keys, ["__typename"]);
}

#[tokio::test]
async fn each_limit_holds_exactly() {
    let bench = Bench::new().await;
    let aliases = |count: usize| {
        let fields: String = (0..count).map(|number| format!("k{number}: x ")).collect();
        format!("{{ thing {{ {fields} }} }}")
    };
    let roots = |count: usize| {
        let fields: String = (0..count).map(|number| format!("k{number}: one ")).collect();
        format!("{{ {fields} }}")
    };
    let directives = |count: usize| format!("{{ one {} }}", "@include(if: true) ".repeat(count));
    let fragments = |count: usize| {
        let spreads: String = (0..count).map(|number| format!("...F{number} ")).collect();
        let definitions: String = (0..count)
            .map(|number| format!("fragment F{number} on Query {{ one }} "))
            .collect();
        format!("{{ {spreads} }} {definitions}")
    };
    let depth = |count: usize| {
        format!(
            "{{ thing {{ {}x{} }} }}",
            "inner {".repeat(count - 2),
            "}".repeat(count - 2)
        )
    };
    let tokens = |count: usize| format!("{{ {} }}", "one ".repeat(count - 2));
    let complexity = |count: usize| format!("{{ log(first: {count}) {{ id }} }}");
    // Most of them stand in one fragment, written out nineteen times; the rest merge into one field.
    let selections = |count: usize| {
        let objects: String = (0..19).map(|number| format!("k{number}: thing {{ ...F }} ")).collect();
        let rest = "x ".repeat(count - 2 - 19 * (1 + 1 + 260));
        format!(
            "{{ {objects} thing {{ x {rest} }} }} fragment F on Thing {{ {} }}",
            "x ".repeat(260)
        )
    };
    type WithThisMany<'a> = &'a dyn Fn(usize) -> String;
    let limits: [(&str, WithThisMany, usize); 8] = [
        ("number of aliases", &aliases, 30),
        ("number of root fields", &roots, 20),
        ("number of directives", &directives, 50),
        ("number of fragments", &fragments, 30),
        ("depth", &depth, 12),
        ("number of tokens", &tokens, 2_000),
        ("complexity", &complexity, 1_000),
        ("number of selections with fragments written out", &selections, 5_000),
    ];
    for (what, document, limit) in limits {
        let accepted = bench.prepare(&document(limit));
        assert!(accepted.is_ok(), "{what} at its limit: {:?}", accepted.map(|_| ()));
        let message = format!("The {what} is {}; the limit is {limit}.", limit + 1);
        assert_eq!(bench.refused(&document(limit + 1)), (RefusalCode::TooComplex, message));
    }
}

#[tokio::test]
async fn introspection_has_its_own_depth() {
    let bench = Bench::new().await;
    let of_type = "ofType { ".repeat(8) + "name" + &" }".repeat(8);
    let usual = format!(
        "{{ __schema {{ types {{ ...Full }} }} }}
         fragment Full on __Type {{ fields {{ args {{ type {{ ...Ref }} }} type {{ ...Ref }} }} interfaces {{ ...Ref }} }}
         fragment Ref on __Type {{ name {of_type} }}"
    );
    let prepared = bench.prepare(&usual).expect("the usual introspection");
    assert!(prepared.introspects);
    assert_eq!(prepared.depth, 0);
    assert!(prepared.document.fragments.is_empty());
    assert!(bench.run(prepared, json!({})).await.is_ok());

    assert!(
        bench
            .prepare("{ __type(name: \"Thing\") { name } }")
            .expect("valid")
            .introspects
    );
    assert!(!bench.prepare("{ __typename }").expect("valid").introspects);
    let twice = "{ __schema { types { fields { type { fields { name } } } } } }";
    assert!(bench.prepare(twice).is_ok());
    let thrice = "{ __schema { types { fields { type { fields { type { possibleTypes { name } } } } } } } }";
    let message = "The nesting of introspection lists is 3; the limit is 2.".to_owned();
    assert_eq!(bench.refused(thrice), (RefusalCode::TooComplex, message));
}

#[tokio::test]
async fn complexity_counts_the_objects_of_the_answer() {
    let bench = Bench::new().await;
    let generous = Limits {
        complexity: usize::MAX,
        ..Limits::default()
    };
    let variables = json!({ "page": 7, "ids": ["a", "b", "c"], "huge": u64::MAX, "nothing": null });
    let variables = Variables::from_json(variables);
    let examples = [
        ("{ one two __typename }", 0),
        ("{ thing { x inner { y } } }", 2),
        ("{ things { total } }", 1),
        ("{ things { edges { node { x } } pageInfo { more } total } }", 1 + 20),
        ("{ things(first: 50) { edges { node { x inner { y } } } } }", 1 + 50 * 2),
        ("{ things(first: null) { edges { node { x } } } }", 1 + 20),
        ("{ things(first: 3, last: 5) { edges { node { x } } } }", 1 + 5),
        ("{ things(first: 0) { edges { node { x } } } }", 1),
        ("{ things(first: -5) { edges { node { x } } } }", 1),
        (
            "query ($page: Int) { things(last: $page) { edges { node { x } } } }",
            1 + 7,
        ),
        (
            "query ($other: Int = 4) { things(last: $other) { edges { node { x } } } }",
            1 + 4,
        ),
        (
            "query ($other: Int) { things(last: $other) { edges { node { x } } } }",
            1 + 20,
        ),
        (
            "query ($nothing: Int = 4) { things(last: $nothing) { edges { node { x } } } }",
            1 + 20,
        ),
        ("{ log(first: 6) { id thing { x } } }", 6 * 2),
        ("{ nodes(ids: [\"a\", \"b\"]) { id } }", 2),
        ("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", 3),
        ("{ log(first: 99999999999999999999999999) { id } }", 1),
        (
            // No Int is that large; whether the variable may stand there at all is for validation to say.
            "query ($huge: Float) { log(first: $huge) { id thing { x } } }",
            usize::MAX,
        ),
        (
            "{ ... on Query { thing { x } } ...F } fragment F on Query { thing { y } }",
            1,
        ),
        ("{ pets { ... on Cat { meow } ...F } } fragment F on Dog { bark }", 1),
    ];
    for (document, complexity) in examples {
        let prepared = prepare(&bench.shape, &generous, document, None, &variables).expect(document);
        assert_eq!(prepared.complexity, complexity, "{document}");
    }
}

#[tokio::test]
async fn a_request_says_which_operation_it_means() {
    let bench = Bench::new().await;
    let two = "query A { one } mutation B { k: put(number: 1) put(number: 1) }";
    let chosen = bench.prepare_with(two, Some("B"), json!({})).expect("B is there");
    assert_eq!(chosen.operation, OperationKind::Mutation);
    assert_eq!(chosen.operation_name.as_deref(), Some("B"));
    assert_eq!(chosen.response_keys, ["k", "put"]);
    assert_eq!(chosen.root_fields, ["put", "put"]);
    assert_eq!(data(&bench.run(chosen, json!({})).await), r#"{"k":1,"put":1}"#);
    assert_eq!(
        bench
            .prepare("query Only { one }")
            .expect("it is the only one")
            .operation_name
            .as_deref(),
        Some("Only")
    );

    for (document, name) in [(two, None), (two, Some("C")), ("{ one }", Some("A"))] {
        let refusal = bench.prepare_with(document, name, json!({})).expect_err(document);
        assert_eq!(refusal.code, RefusalCode::BadUserInput, "{}", refusal.message);
    }
    for document in [
        "fragment F on Query { one }",
        "{ one } query A { one }",
        "query A { one } query A { two }",
    ] {
        assert_eq!(bench.refused(document).0, RefusalCode::ValidationFailed);
    }
    for document in ["", "{ one", "{ one } }", "{ by(by: \"\n\") }", "subscription"] {
        let refusal = bench.prepare(document).expect_err(document);
        assert_eq!(refusal.code, RefusalCode::ParseFailed);
        assert_eq!(refusal.positions.len(), 1, "{document}");
        assert!(!refusal.message.contains('\n'), "{}", refusal.message);
    }
}

/// Nothing of one request is left in what is kept for the next: neither its operation nor its variables.
#[tokio::test]
async fn a_text_that_was_read_before_is_prepared_as_one_that_was_not() {
    let bench = Bench::new().await;
    let shape = SchemaShape::of(&bench.schema)
        .await
        .expect("the schema describes itself");
    let documents = Documents::new(shape, Limits::default());
    let known = |query: &str, operation: Option<&str>, variables: Json| {
        documents.prepare(query, operation, &Variables::from_json(variables))
    };
    let two = "query A($number: Int!) { one } mutation B { put(number: 1) }";
    let told = |prepared: Result<Prepared, Refusal>| match prepared {
        Ok(prepared) => Ok((
            prepared.operation,
            prepared.operation_name,
            prepared.response_keys,
            prepared.root_fields,
            (prepared.complexity, prepared.depth, prepared.nesting),
        )),
        Err(refusal) => Err(refusal),
    };
    let requests = [
        (two, Some("A"), json!({ "number": 1 })),
        (two, Some("B"), json!({})),
        (two, Some("A"), json!({})),
        (two, None, json!({})),
        (two, Some("A"), json!({ "number": 2 })),
        ("{ one", None, json!({})),
        ("{ one }", None, json!({})),
    ];
    for turn in 0..2 {
        for (query, operation, variables) in requests.clone() {
            let anew = bench.prepare_with(query, operation, variables.clone());
            assert_eq!(told(known(query, operation, variables)), told(anew), "{turn}: {query}");
        }
    }
    let prepared = known("{ one }", None, json!({})).expect("it was accepted before");
    assert_eq!(data(&bench.run(prepared, json!({})).await), r#"{"one":1}"#);
}

#[tokio::test]
async fn a_mutation_never_runs_a_field_twice() {
    let bench = Bench::new().await;
    let repeated = [
        "mutation { run { x } run @include(if: true) { y } }",
        "mutation { run { x } ... @include(if: true) { run { y } } }",
        "mutation { ...F @include(if: true) run { x } } fragment F on Mutation { run { y } }",
        "mutation { put(number: 1) put(number: 2) }",
    ];
    for document in repeated {
        assert_eq!(bench.refused(document).0, RefusalCode::ValidationFailed, "{document}");
    }
    assert!(bench.prepare("mutation { run { x } again: run { x } }").is_ok());
    assert!(bench.prepare("{ thing { x } thing @include(if: true) { y } }").is_ok());
}

#[tokio::test]
async fn nothing_runs_while_a_required_variable_is_missing() {
    let bench = Bench::new().await;
    let document = "mutation ($number: Int!) { turn put(number: $number) }";
    for variables in [json!({}), json!({ "number": null }), json!({ "other": 1 })] {
        let refusal = bench
            .prepare_with(document, None, variables)
            .expect_err("it is required");
        assert_eq!(refusal.code, RefusalCode::BadUserInput);
        assert_eq!(
            refusal.message,
            "Variable \"$number\" of required type \"Int!\" was not provided."
        );
    }
    assert!(bench.prepare_with(document, None, json!({ "number": 1 })).is_ok());
    let with_default = "mutation ($number: Int! = 3) { put(number: $number) }";
    assert!(bench.prepare_with(with_default, None, json!({})).is_ok());
    assert!(
        bench
            .prepare_with(with_default, None, json!({ "number": null }))
            .is_err()
    );
    assert_eq!(bench.calls.0.load(SeqCst), 0);
}

#[tokio::test]
async fn an_omitted_variable_is_not_null() {
    let bench = Bench::new().await;
    let document = "query ($value: Int) { patch(value: $value) }";
    for (variables, seen) in [
        (json!({}), "undefined"),
        (json!({ "value": null }), "null"),
        (json!({ "value": 4 }), "4"),
    ] {
        let prepared = bench
            .prepare_with(document, None, variables.clone())
            .expect("it is optional");
        assert_eq!(
            data(&bench.run(prepared, variables).await),
            json!({ "patch": seen }).to_string()
        );
    }
}

/// Fields of the test schema's types that cannot fail: how they are written, and the type behind them.
fn fields(type_name: &str) -> &'static [(&'static str, &'static str, &'static str)] {
    match type_name {
        "Query" => &[
            ("one", "", ""),
            ("slow", "", ""),
            ("thing", "", "Thing"),
            ("maybeThing", "", "Thing"),
            ("items", "", "Item"),
            ("sparseItems", "", "Item"),
            ("pets", "", "Pet"),
            ("node", "cat", "Node"),
            ("node", "dog", "Node"),
            ("node", "none", "Node"),
        ],
        "Thing" => &[
            ("x", "", ""),
            ("y", "", ""),
            ("inner", "", "Thing"),
            ("maybeInner", "", "Thing"),
        ],
        "Item" => &[("id", "", ""), ("slowId", "", ""), ("thing", "", "Thing")],
        "Node" => &[("id", "", "")],
        "Cat" => &[("id", "", ""), ("meow", "", "")],
        "Dog" => &[("id", "", ""), ("bark", "", "")],
        _ => &[],
    }
}

/// Types a fragment may be on where `type_name` is selected from, itself first. Not `Pet` where it is not certain:
/// that is among the known failures.
fn conditions(type_name: &'static str) -> Vec<&'static str> {
    match type_name {
        "Node" => vec!["Node", "Cat", "Dog"],
        "Pet" => vec!["Pet", "Cat", "Dog", "Node"],
        "Cat" => vec!["Cat", "Node"],
        "Dog" => vec!["Dog", "Node"],
        other => vec![other],
    }
}

/// Writes a valid document from a row of choices; the fewer choices, the plainer the document.
struct Writer<'choices> {
    choices: std::slice::Iter<'choices, u8>,
    /// Type, text and spread fragments of each fragment written so far; one may spread those before it.
    fragments: Vec<(&'static str, String, BTreeSet<usize>)>,
    spread: BTreeSet<usize>,
}

impl<'choices> Writer<'choices> {
    fn document(choices: &'choices [u8]) -> String {
        let mut writer = Self {
            choices: choices.iter(),
            fragments: Vec::new(),
            spread: BTreeSet::new(),
        };
        for type_name in ["Thing", "Node", "Query", "Cat", "Item", "Query", "Pet", "Thing"] {
            let text = writer.selection_set(type_name, 2);
            let spread = std::mem::take(&mut writer.spread);
            writer.fragments.push((type_name, text, spread));
        }
        let mut text = writer.selection_set("Query", 4);
        let mut used: Vec<usize> = writer.spread.iter().copied().collect();
        let mut written = BTreeSet::new();
        while let Some(number) = used.pop() {
            if written.insert(number) {
                let (type_name, body, spread) = &writer.fragments[number];
                text += &format!(" fragment F{number} on {type_name} {body}");
                used.extend(spread);
            }
        }
        let declared = ["yes", "no"]
            .into_iter()
            .filter(|name| text.contains(&format!("${name}")));
        let declared: Vec<String> = declared.map(|name| format!("${name}: Boolean!")).collect();
        let head = if declared.is_empty() {
            String::new()
        } else {
            format!("query ({}) ", declared.join(", "))
        };
        head + &text
    }

    fn choose(&mut self, among: usize) -> usize {
        self.choices.next().map_or(0, |choice| usize::from(*choice) % among)
    }

    fn selection_set(&mut self, type_name: &'static str, depth: usize) -> String {
        let count = 1 + self.choose(5);
        let selections: Vec<String> = (0..count).map(|_| self.selection(type_name, depth)).collect();
        format!("{{ {} }}", selections.join(" "))
    }

    fn selection(&mut self, type_name: &'static str, depth: usize) -> String {
        match self.choose(6) {
            4 if depth > 0 => self.inline_fragment(type_name, depth),
            5 if depth > 0 => self.fragment_spread(type_name),
            _ => self.field(type_name, depth),
        }
    }

    fn field(&mut self, type_name: &'static str, depth: usize) -> String {
        let all = fields(type_name);
        let usable: Vec<_> = all
            .iter()
            .filter(|(_, _, inside)| depth > 0 || inside.is_empty())
            .collect();
        let choice = self.choose(usable.len() + 1);
        let Some((name, id, inside)) = choice.checked_sub(1).and_then(|field| usable.get(field)) else {
            // Bare: the library overlooks a variable that is used nowhere but here (see the known failures).
            return "__typename".to_owned();
        };
        // A key belongs to one field and one argument everywhere, so that no two can conflict.
        let alias = match (self.choose(3), *id) {
            (0, "") => String::new(),
            (alias, id) => format!("{name}{alias}{id}: "),
        };
        let argument = if id.is_empty() {
            String::new()
        } else {
            format!("(id: \"{id}\")")
        };
        let directive = self.directive();
        let inside = if inside.is_empty() {
            String::new()
        } else {
            self.selection_set(inside, depth - 1)
        };
        format!("{alias}{name}{argument} {directive}{inside}")
    }

    fn inline_fragment(&mut self, type_name: &'static str, depth: usize) -> String {
        let conditions = conditions(type_name);
        let (written, inside) = match self.choose(conditions.len() + 1) {
            0 => (String::new(), type_name),
            chosen => (format!("on {} ", conditions[chosen - 1]), conditions[chosen - 1]),
        };
        let directive = self.directive();
        format!("... {written}{directive}{}", self.selection_set(inside, depth - 1))
    }

    fn fragment_spread(&mut self, type_name: &'static str) -> String {
        let conditions = conditions(type_name);
        let fragments = self.fragments.iter().enumerate();
        let fitting: Vec<usize> = fragments
            .filter(|(_, (condition, ..))| conditions.contains(condition))
            .map(|(number, _)| number)
            .collect();
        if fitting.is_empty() {
            return "__typename".to_owned();
        }
        let number = fitting[self.choose(fitting.len())];
        self.spread.insert(number);
        format!("...F{number} {}", self.directive())
    }

    fn directive(&mut self) -> String {
        let written = [
            "",
            "",
            "",
            "",
            "@skip(if: $no) ",
            "@include(if: $yes) ",
            "@skip(if: true) ",
            "@include(if: $no) ",
        ];
        written[self.choose(written.len())].to_owned()
    }
}

/// An object of the test schema's world, as the reference below sees it.
type Entity = (&'static str, i32);

enum Resolved {
    Leaf(Json),
    Object(Entity),
    List(Vec<Option<Entity>>),
    Null,
}

/// The specification's algorithm (collect fields, then execute them), word for word and without any haste.
struct Reference {
    document: ExecutableDocument,
}

impl Reference {
    fn run(query: &str) -> String {
        let reference = Self {
            document: parse_query(query).expect("the writer writes valid documents"),
        };
        let (_, operation) = reference.document.operations.iter().next().expect("one operation");
        reference.object(("Query", 0), &[&operation.node.selection_set.node])
    }

    fn object(&self, entity: Entity, sets: &[&SelectionSet]) -> String {
        let (mut collected, mut visited) = (Vec::new(), HashSet::new());
        for set in sets {
            self.collect(entity.0, set, &mut visited, &mut collected);
        }
        let entries: Vec<String> = collected
            .iter()
            .map(|(key, fields)| format!("{key:?}:{}", self.field(entity, fields)))
            .collect();
        format!("{{{}}}", entries.join(","))
    }

    fn collect<'document>(
        &'document self,
        type_name: &str,
        set: &'document SelectionSet,
        visited: &mut HashSet<String>,
        collected: &mut Vec<(String, Vec<&'document Field>)>,
    ) {
        for selection in &set.items {
            if skipped(&selection.node) {
                continue;
            }
            match &selection.node {
                Selection::Field(field) => {
                    let key = field.node.response_key().node.to_string();
                    match collected.iter_mut().find(|(earlier, _)| *earlier == key) {
                        Some((_, fields)) => fields.push(&field.node),
                        None => collected.push((key, vec![&field.node])),
                    }
                }
                Selection::InlineFragment(inline) => {
                    let condition = inline
                        .node
                        .type_condition
                        .as_ref()
                        .map(|condition| condition.node.on.node.as_str());
                    if condition.is_none_or(|condition| applies(condition, type_name)) {
                        self.collect(type_name, &inline.node.selection_set.node, visited, collected);
                    }
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    let fragment = &self.document.fragments[name].node;
                    if visited.insert(name.to_string()) && applies(&fragment.type_condition.node.on.node, type_name) {
                        self.collect(type_name, &fragment.selection_set.node, visited, collected);
                    }
                }
            }
        }
    }

    fn field(&self, entity: Entity, fields: &[&Field]) -> String {
        let sets: Vec<&SelectionSet> = fields.iter().map(|field| &field.selection_set.node).collect();
        match resolve(entity, fields[0]) {
            Resolved::Leaf(value) => value.to_string(),
            Resolved::Null => "null".to_owned(),
            Resolved::Object(entity) => self.object(entity, &sets),
            Resolved::List(items) => {
                let items = items.into_iter();
                let items = items.map(|item| item.map_or("null".to_owned(), |entity| self.object(entity, &sets)));
                format!("[{}]", items.collect::<Vec<_>>().join(","))
            }
        }
    }
}

fn skipped(selection: &Selection) -> bool {
    selection.directives().iter().any(|directive| {
        let condition = directive
            .node
            .get_argument("if")
            .expect("the writer gives one")
            .node
            .to_string();
        let holds = matches!(condition.as_str(), "true" | "$yes");
        holds == (directive.node.name.node == "skip")
    })
}

fn applies(condition: &str, type_name: &str) -> bool {
    condition == type_name || (matches!(condition, "Node" | "Pet") && matches!(type_name, "Cat" | "Dog"))
}

fn resolve((type_name, number): Entity, field: &Field) -> Resolved {
    let id = field.get_argument("id").map(|id| id.node.to_string());
    match (type_name, field.name.node.as_str()) {
        (_, "__typename") => Resolved::Leaf(json!(type_name)),
        ("Query", "one") | ("Thing", "x") => Resolved::Leaf(json!(1)),
        ("Thing", "y") => Resolved::Leaf(json!(2)),
        ("Query", "slow") => Resolved::Leaf(json!(3)),
        ("Item", "id" | "slowId") => Resolved::Leaf(json!(number)),
        ("Cat", "id") => Resolved::Leaf(json!("cat")),
        ("Dog", "id") => Resolved::Leaf(json!("dog")),
        ("Cat", "meow") => Resolved::Leaf(json!(2)),
        ("Dog", "bark") => Resolved::Leaf(json!(1)),
        (_, "thing" | "maybeThing" | "inner" | "maybeInner") => Resolved::Object(("Thing", 0)),
        (_, "items") => Resolved::List([1, 2, 3].map(|number| Some(("Item", number))).into()),
        (_, "sparseItems") => Resolved::List(vec![Some(("Item", 1)), Some(("Item", 2)), None]),
        (_, "pets") => Resolved::List(vec![Some(("Cat", 0)), Some(("Dog", 0))]),
        (_, "node") => match id.as_deref() {
            Some("\"cat\"") => Resolved::Object(("Cat", 0)),
            Some("\"dog\"") => Resolved::Object(("Dog", 0)),
            _ => Resolved::Null,
        },
        (type_name, field) => panic!("the reference does not know {type_name}.{field}"),
    }
}

/// Any valid document means after normalising what it meant before.
#[test]
fn normalising_changes_no_answer() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime");
    let bench = runtime.block_on(Bench::new());
    let limits = Limits {
        tokens: 100_000,
        complexity: 1_000_000,
        aliases: 100_000,
        root_fields: 1_000,
        directives: 100_000,
        selections: 1_000_000,
        ..Limits::default()
    };
    let config = Config {
        cases: 400,
        failure_persistence: None,
        ..Config::default()
    };
    let choices = proptest::collection::vec(proptest::num::u8::ANY, 0..400);
    let outcome = TestRunner::new(config).run(&choices, |choices| {
        let query = Writer::document(&choices);
        let variables = json!({ "yes": true, "no": false });
        let prepared = prepare(
            &bench.shape,
            &limits,
            &query,
            None,
            &Variables::from_json(variables.clone()),
        );
        let prepared = prepared.map_err(|refusal| TestCaseError::fail(format!("{}: {query}", refusal.message)))?;
        let response = runtime.block_on(bench.run(prepared, variables));
        prop_assert!(response.is_ok(), "{:?}: {query}", response.errors);
        let (said, expected) = (data(&response), Reference::run(&query));
        let parsed = |text: &str| serde_json::from_str::<Json>(text).expect("JSON");
        prop_assert_eq!(parsed(&said), parsed(&expected), "{}", query);
        // A field merges into its first occurrence past a fragment that has to stay, so that it runs once; then its keys
        // may come in another order than the specification's. Where nothing has to stay, the order is the same too.
        if !query.contains('@') && !query.contains("... on ") && !query.contains("fragment ") {
            prop_assert_eq!(said, expected, "{}", query);
        }
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}
