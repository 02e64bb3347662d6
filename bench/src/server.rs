//! The server, started as an operator starts it, and what the system says of its process.
use std::{
    fs::{self, File},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;

/// The ticks of `/proc/…/stat` in a second, on every Linux Rust runs on.
const TICKS: f64 = 100.0;

pub struct Server {
    child: Child,
    pub address: SocketAddr,
    log: PathBuf,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}

impl Server {
    /// Starts one and tells how long it took until it answered a request.
    pub fn start(binary: &Path, database: &str, folder: &Path) -> (Self, Duration) {
        // Free a moment ago; nobody else on this machine takes ports of the loopback interface in between.
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let log = folder.join("server.log");
        let began = Instant::now();
        let child = Command::new(binary)
            .args(["serve", "--listen", &address.to_string(), "--database-url", database])
            .arg("--data-dir")
            .arg(folder.join("data"))
            .env("JENJANG_LOG_FORMAT", "json")
            .env("JENJANG_RATE_LIMIT", "off")
            .env("JENJANG_ACCESS_TOKEN_SECONDS", "3600")
            .stdout(Stdio::null())
            .stderr(File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let mut server = Self { child, address, log };
        while !server.answers() {
            let gone = server.child.try_wait().unwrap();
            assert!(gone.is_none(), "{}", fs::read_to_string(&server.log).unwrap());
            std::thread::sleep(Duration::from_millis(2));
        }
        (server, began.elapsed())
    }

    fn answers(&self) -> bool {
        use std::io::{Read, Write};
        let Ok(mut stream) = TcpStream::connect(self.address) else {
            return false;
        };
        let body = "{\"query\":\"{ __typename }\"}";
        let head = "POST /graphql HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json";
        let request = format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        let mut answer = String::new();
        stream.write_all(request.as_bytes()).is_ok()
            && stream.read_to_string(&mut answer).is_ok()
            && answer.starts_with("HTTP/1.1 200")
    }

    /// User and system time of the process so far.
    pub fn processor(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let (_name, fields) = stat.rsplit_once(") ").unwrap();
        let times = fields.split(' ').skip(11).take(2);
        let ticks: f64 = times.map(|field| field.parse::<f64>().unwrap()).sum();
        Duration::from_secs_f64(ticks / TICKS)
    }

    /// A line of `/proc/…/status` in MiB: `VmRSS` for what is resident now, `VmHWM` for the most there was.
    pub fn memory(&self, line: &str) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let found = status.lines().find_map(|status| status.strip_prefix(line)).unwrap();
        let kib = found.trim_start_matches(':').trim().trim_end_matches(" kB");
        kib.parse::<f64>().unwrap() / 1024.0
    }

    /// How many statements the last operation took, by its line in the log.
    pub fn statements(&self) -> u64 {
        let log = fs::read_to_string(&self.log).unwrap();
        let lines = log.lines().rev();
        let mut counts = lines.filter_map(|line| serde_json::from_str::<Value>(line).ok()?["statements"].as_u64());
        counts.next().unwrap()
    }
}
