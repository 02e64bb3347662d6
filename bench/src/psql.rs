//! Looking behind the server, through `psql`.
use std::process::Command;

use uuid::Uuid;

pub struct Database {
    pub url: String,
}

impl Database {
    /// Runs statements for what they do.
    pub fn run(&self, statements: &str) {
        self.value(statements);
    }

    /// What a statement gives, a line per row.
    pub fn value(&self, statement: &str) -> String {
        let done = Command::new("psql")
            .args([
                "--no-psqlrc",
                "--quiet",
                "--tuples-only",
                "--no-align",
                "--set=ON_ERROR_STOP=1",
                "--command",
            ])
            .arg(statement)
            .arg(&self.url)
            .output()
            .unwrap();
        assert!(
            done.status.success(),
            "{statement}: {}",
            String::from_utf8_lossy(&done.stderr)
        );
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    }

    pub fn rows(&self, statement: &str) -> Vec<Vec<String>> {
        let told = self.value(statement);
        let rows = told.lines().map(|line| line.split('|').map(str::to_owned).collect());
        rows.collect()
    }

    /// The first column, where there is one.
    pub fn ids(&self, statement: &str) -> Vec<Uuid> {
        let rows = self.rows(statement);
        rows.iter().filter_map(|row| row[0].parse().ok()).collect()
    }

    pub fn id(&self, statement: &str) -> Uuid {
        self.value(statement).parse().unwrap()
    }
}
