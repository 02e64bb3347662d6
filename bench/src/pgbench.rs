//! The limit: the same rows through `pgbench`, prepared, by the best SQL for them and nothing around it.
use std::{fs, path::Path, process::Command, time::Duration};

use crate::http::Load;

/// Runs scripts for a while on so many connections. All of one piece of work stands in one script.
pub fn run(database: &str, folder: &Path, script: &str, connections: usize, time: Duration) -> Load {
    let file = folder.join("limit.sql");
    fs::write(&file, script).unwrap();
    let logs = folder.join("limit");
    let _gone = fs::remove_dir_all(&logs);
    fs::create_dir(&logs).unwrap();
    let done = Command::new("pgbench")
        .args(["--no-vacuum", "--protocol=prepared", "--log", "--file"])
        .arg(&file)
        .arg(format!("--log-prefix={}", logs.join("of").display()))
        .arg(format!("--client={connections}"))
        .arg(format!("--jobs={}", connections.min(2)))
        .arg(format!("--time={}", time.as_secs().max(1)))
        .arg(database)
        // One plan for all values, as the best SQL deserves: planning these joins takes longer than running them.
        .env("PGOPTIONS", "-c plan_cache_mode=force_generic_plan -c jit=off")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&done.stdout);
    let failed = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{told}{failed}");
    assert!(!failed.contains("ERROR"), "{failed}");
    let per_second = told
        .lines()
        .find_map(|line| line.strip_prefix("tps = "))
        .and_then(|rest| rest.split(' ').next())
        .unwrap_or_else(|| panic!("{told}"));
    Load {
        per_second: per_second.parse().unwrap(),
        ..Load::of(latencies(&logs), time)
    }
}

/// The third column of the logs, microseconds.
fn latencies(logs: &Path) -> Vec<Duration> {
    let files = fs::read_dir(logs).unwrap().map(|file| file.unwrap().path());
    let texts: Vec<String> = files.map(|file| fs::read_to_string(file).unwrap()).collect();
    let lines = texts.iter().flat_map(|text| text.lines());
    lines
        .map(|line| Duration::from_micros(line.split(' ').nth(2).unwrap().parse().unwrap()))
        .collect()
}
