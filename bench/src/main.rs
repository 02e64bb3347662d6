//! How fast the server is at national scale, beside what PostgreSQL alone does with the same rows on the same machine at the same
//! time: `just bench`, told in docs/performance.md. Each operation is sent over HTTP, in turns with `pgbench` doing the best SQL
//! for it, several rounds; medians are told. Trust the shares, never a lone absolute.
//!
//! It wants a national sample in a PostgreSQL database, with the server's folder beside it; `bench/run` provides both. Processor
//! time and memory come from `/proc`, so this runs on Linux.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a measuring program tells what it measured, or stops; its clock and its keys are those of any client"
)]

mod http;
mod id;
mod pgbench;
mod psql;
mod reads;
mod server;
mod writes;

use std::{cell::Cell, path::PathBuf, time::Duration};

use clap::Parser;
use serde_json::json;

use self::{
    http::{Connection, Load, keep_busy},
    psql::Database,
    reads::{Read, Readers},
    server::Server,
    writes::{Work, Writes},
};

/// Where everybody in the sample has an address.
const DOMAIN: &str = "sample.jenjang.id";

/// The password of everybody in the sample.
const PASSWORD: &str = "sandi-pengukuran";

/// More reports than are written in a second, by server or limit.
const MOST_WRITTEN: usize = 500;

#[derive(Parser)]
struct Arguments {
    /// How long each phase lasts, seconds.
    #[arg(long, default_value_t = 3)]
    seconds: u64,
    /// How often server and limit take turns; the medians count.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// How many connections at once.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 16, 64])]
    connections: Vec<usize>,
    /// Only operations whose name begins with this.
    #[arg(long, default_value = "")]
    only: String,
    /// The database with the national sample.
    #[arg(long, env = "JENJANG_BENCH_POSTGRES_URL")]
    database: String,
    /// Where the server's folder is, and what this program writes.
    #[arg(long, env = "JENJANG_BENCH_HOME")]
    home: PathBuf,
    /// The server to be measured.
    #[arg(long, env = "JENJANG_BENCH_SERVER")]
    server: PathBuf,
}

/// What the measuring needs throughout.
struct Bench {
    server: Server,
    database: Database,
    arguments: Arguments,
    runtime: tokio::runtime::Runtime,
}

/// What an operation is measured by.
struct Measured<'m> {
    name: &'m str,
    goal: f64,
    limit: &'m str,
    /// Keeps the server busy with so many connections for so long.
    serve: &'m dyn Fn(usize, Duration) -> Load,
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

impl Bench {
    fn read(&self, read: &Read) {
        let turn = Cell::new(0);
        let next = || {
            turn.set(turn.get() + 1);
            Some(read.requests[turn.get() % read.requests.len()].clone())
        };
        let busy = |connections, time| keep_busy(self.server.address, connections, time, next, http::read);
        self.measure(&Measured {
            name: &read.name,
            goal: read.goal,
            limit: &read.limit,
            serve: &|connections, time| self.runtime.block_on(busy(connections, time)),
        });
    }

    fn write(&self, writes: &Writes) {
        let carry_out = async |connection: &mut Connection, work: Work<'_>| {
            writes::carry_out(connection, &work).await;
        };
        let busy = |connections, time| keep_busy(self.server.address, connections, time, || writes.next(), carry_out);
        self.measure(&Measured {
            name: "W4 begin, fill in and submit a report",
            goal: 0.70,
            limit: &writes.limit,
            serve: &|connections, time| self.runtime.block_on(busy(connections, time)),
        });
    }

    /// Lets server and limit take turns, and tells a line of the table for each number of connections.
    fn measure(&self, measured: &Measured<'_>) {
        let time = Duration::from_secs(self.arguments.seconds);
        (measured.serve)(1, Duration::from_millis(200));
        let statements = self.server.statements();
        for &connections in &self.arguments.connections {
            let (mut served, mut limits, mut processor) = (Vec::new(), Vec::new(), Vec::new());
            for _round in 0..self.arguments.rounds {
                let before = self.server.processor();
                let load = (measured.serve)(connections, time);
                let spent = self.server.processor() - before;
                processor.push(milliseconds(spent / u32::try_from(load.done.max(1)).unwrap()) * 1e3);
                served.push(load);
                limits.push(pgbench::run(
                    &self.database.url,
                    &self.arguments.home,
                    measured.limit,
                    connections,
                    time,
                ));
            }
            let of = |value: fn(&Load) -> f64, loads: &[Load]| median(loads.iter().map(value).collect());
            let shares = served
                .iter()
                .zip(&limits)
                .map(|(served, limit)| served.per_second / limit.per_second);
            println!(
                "| {} | {connections} | {:.0} | {:.0} | {:.0} % | {:.0} % | {:.1} | {:.1} | {:.1} | {:.1} | {:.0} | {statements} | {:.0} |",
                measured.name,
                of(|load| load.per_second, &served),
                of(|load| load.per_second, &limits),
                median(shares.collect()) * 100.0,
                measured.goal * 100.0,
                of(|load| milliseconds(load.median), &served),
                of(|load| milliseconds(load.median), &limits),
                of(|load| milliseconds(load.p99), &served),
                of(|load| milliseconds(load.p99), &limits),
                median(processor),
                self.server.memory("VmRSS"),
            );
        }
    }

    fn run(&self) {
        println!(
            "| operation | connections | requests/s | limit/s | share | goal | median ms | limit | p99 ms | limit | server CPU us | \
             statements | MiB |"
        );
        println!("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        let mut connection = self.runtime.block_on(Connection::open(self.server.address));
        let reads = self.runtime.block_on(async {
            let readers = Readers {
                national: sign_in(&mut connection, "observer.ri").await,
                province: sign_in(&mut connection, "head.32").await,
                kabupaten: sign_in(&mut connection, "head.32.75").await,
            };
            reads::all(&mut connection, &self.database, &readers).await
        });
        for read in reads.iter().filter(|read| self.is_wanted(&read.name)) {
            self.read(read);
        }
        if self.is_wanted("W4") {
            // The one before was let go for having been silent.
            let mut connection = self.runtime.block_on(Connection::open(self.server.address));
            let writes = self.runtime.block_on(self.writes(&mut connection));
            self.write(&writes);
        }
    }

    /// As many reports as can be written in the time there is, and some.
    async fn writes(&self, connection: &mut Connection) -> Writes {
        let coordinator = sign_in(connection, "coordinator.ri").await;
        let codes = "SELECT r.code FROM unit u JOIN region r ON r.id = u.region_id WHERE u.tier = 'KABUPATEN_KOTA' AND NOT u.ad_hoc \
             AND u.dissolved_on IS NULL ORDER BY r.code";
        let mut tokens = Vec::new();
        for code in self.database.value(codes).lines() {
            tokens.push(sign_in(connection, &format!("head.{code}")).await);
        }
        let phases = self.arguments.connections.len() * self.arguments.rounds;
        let seconds = phases * usize::try_from(self.arguments.seconds).unwrap() + 1;
        Writes::prepare(connection, &self.database, &coordinator, tokens, seconds * MOST_WRITTEN).await
    }

    fn is_wanted(&self, name: &str) -> bool {
        name.starts_with(&self.arguments.only)
    }
}

async fn sign_in(connection: &mut Connection, office: &str) -> String {
    let document =
        "mutation($input: SignInInput!) { signIn(input: $input) { session { accessToken } userErrors { code } } }";
    let email = format!("{office}@{}", DOMAIN);
    let input = json!({ "input": { "email": email, "password": PASSWORD } });
    let data = connection.ask(None, document, &input).await;
    data["signIn"]["session"]["accessToken"].as_str().unwrap().to_owned()
}

fn main() {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let start = || Server::start(&arguments.server, &arguments.database, &arguments.home);
    let starts: Vec<f64> = (0..arguments.rounds).map(|_round| milliseconds(start().1)).collect();
    let (server, _began) = start();
    println!(
        "start to first answer: median {:.0} ms, worst {:.0} ms; resident then {:.1} MiB",
        median(starts.clone()),
        starts.iter().copied().fold(0.0, f64::max),
        server.memory("VmRSS")
    );
    let bench = Bench {
        server,
        database: Database {
            url: arguments.database.clone(),
        },
        arguments,
        runtime,
    };
    bench.run();
    println!("most resident: {:.1} MiB", bench.server.memory("VmHWM"));
}
