//! Programs of units: made by an office, and then an office themselves, whose access token is what they were given.
use serde_json::{Value, json};

use super::office::{Office, Refusal, code};

/// A token as its maker gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub id: String,
    /// Shown once.
    pub secret: Option<String>,
}

impl<'a> Office<'a> {
    /// Makes a program of a unit, and gives its id.
    pub async fn makes_program(&self, code: &str, name: &str) -> Result<String, Refusal> {
        let input = json!({ "unit": self.unit(code).await, "name": name });
        let made = self
            .command("createServiceAccount", "serviceAccount { id }", input)
            .await?;
        Ok(made["serviceAccount"]["id"].as_str().unwrap().to_owned())
    }

    /// What a token is asked for with: an hour's life and nothing special but what is told.
    pub fn token_input(&self, program: &str, scopes: &[&str], special: Value) -> Value {
        let expires_at = self.app.services.clock.now() + chrono::Duration::hours(1);
        let mut input =
            json!({ "serviceAccount": program, "name": "Pemantau", "scopes": scopes, "expiresAt": expires_at });
        for (field, value) in special.as_object().into_iter().flatten() {
            input[field] = value.clone();
        }
        input
    }

    /// Makes a token for a program.
    pub async fn makes_token(&self, program: &str, scopes: &[&str], special: Value) -> Result<Token, Refusal> {
        let input = self.token_input(program, scopes, special);
        let made = self
            .command("createAccessToken", "token accessToken { id }", input)
            .await?;
        Ok(Token {
            id: made["accessToken"]["id"].as_str().unwrap().to_owned(),
            secret: made["token"].as_str().map(str::to_owned),
        })
    }

    /// A program of a unit that asks with a new token of these scopes.
    pub async fn employs_program(&self, code: &str, scopes: &[&str]) -> Office<'a> {
        let program = self.makes_program(code, "Pemantau media").await.unwrap();
        let token = self.makes_token(&program, scopes, json!({})).await.unwrap();
        self.with_secret(&token)
    }

    /// The program that has a token.
    pub fn with_secret(&self, token: &Token) -> Office<'a> {
        Office {
            app: self.app,
            name: "a program".to_owned(),
            access_token: token.secret.clone().unwrap(),
            refresh_token: String::new(),
        }
    }

    /// The code of the top-level error of a plain question, or `ok`.
    pub async fn gets(&self) -> String {
        code(&self.ask("{ units(first: 0) { totalCount } }", json!({})).await)
    }
}
