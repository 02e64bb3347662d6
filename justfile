# One build directory for everything here and for .ci/run, so that nothing heavy is compiled twice.
export CARGO_TARGET_DIR := env("CARGO_TARGET_DIR", home_directory() / ".cache/jenjang/target")

# What there is to run.
[private]
default:
    @just --list --unsorted

# Exactly what CI runs.
check:
    .ci/run

# The tests: on SQLite, and on PostgreSQL where one is found or JENJANG_TEST_POSTGRES_URL names one.
test *arguments:
    cargo test --workspace --locked {{ arguments }}

# The lints of CI, on everything.
lint:
    cargo clippy --workspace --all-targets --locked -- -D warnings

# Formats everything.
fmt:
    cargo fmt --all

# Writes schema.graphql from the code.
schema:
    cargo run --quiet -- schema > schema.graphql.new
    mv schema.graphql.new schema.graphql

# Accepts what the golden tests print now. Read the diff before committing it.
bless:
    JENJANG_BLESS=1 cargo test --test it golden

# How fast it is at national scale, beside what PostgreSQL alone does (docs/performance.md).
bench *arguments:
    bench/run {{ arguments }}

# What a sign-in storm does to everybody else (docs/operations.md).
storm *seconds:
    cargo bench --bench storm -- {{ seconds }}

# A server with the stories in it, ready to sign in to.
demo:
    cargo run --release -- demo
