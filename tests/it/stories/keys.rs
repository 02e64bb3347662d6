//! The keys that sign tokens: published for everybody, exchanged without anybody noticing, and gone when they have leaked.
use std::{fs, path::PathBuf, sync::Arc};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{Duration, Utc};
use jenjang::{
    background,
    clock::{Clock, StillClock},
    identity::keys,
};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode,
    jwk::{Jwk, JwkSet},
};
use serde_json::{Value, json};

use crate::{
    on_both_databases,
    support::{TestApp, app::Variation, office::code},
};

const ME: &str = "{ viewer { account { email } } }";
const REFRESH: &str = "mutation($token: String!) { refreshSession(input: {refreshToken: $token}) { session { accessToken refreshToken } userErrors { code } } }";

fn still(clock: &StillClock) -> Variation {
    Variation {
        clock: Arc::new(clock.clone()),
        ..Variation::default()
    }
}

/// The keys a server publishes.
async fn published(app: &TestApp) -> Vec<Jwk> {
    let answer = app.send("GET", "/.well-known/jwks.json", &[], Vec::new()).await;
    assert_eq!(answer.status, 200);
    serde_json::from_slice::<JwkSet>(&answer.bytes).unwrap().keys
}

async fn published_kids(app: &TestApp) -> Vec<String> {
    let keys = published(app).await.into_iter();
    keys.map(|key| key.common.key_id.unwrap()).collect()
}

fn kid(token: &str) -> String {
    decode_header(token).unwrap().kid.unwrap()
}

fn folder(app: &TestApp) -> PathBuf {
    app.database.folder.path().join("keys")
}

/// A token that says what another one says until long after, signed with a key of the folder.
fn prolonged(app: &TestApp, token: &str, kid: &str) -> String {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    let mut claims: Value = serde_json::from_slice(&claims).unwrap();
    claims["exp"] = json!(claims["exp"].as_i64().unwrap() + 1_000_000);
    let file = fs::read(folder(app).join(format!("token-{kid}.pem"))).unwrap();
    let key = EncodingKey::from_ed_der(pem::parse(file).unwrap().contents());
    let header = Header {
        kid: Some(kid.to_owned()),
        ..decode_header(token).unwrap()
    };
    encode(&header, &claims, &key).unwrap()
}

async fn anybody_verifies_a_token_with_nothing_but_the_published_keys(app: TestApp) {
    let office = app.office("head.32.75").await;
    let answer = app.send("GET", "/.well-known/jwks.json", &[], Vec::new()).await;
    assert_eq!(answer.header("cache-control"), Some("public, max-age=300"));
    assert!(answer.header("content-type").unwrap().starts_with("application/json"));
    let text = String::from_utf8(answer.bytes.clone()).unwrap();
    let keys = answer.json()["keys"].clone();
    assert_eq!(keys[0]["kty"], "OKP");
    assert_eq!(keys[0]["crv"], "Ed25519");
    assert_eq!(keys[0]["use"], "sig");
    assert_eq!(keys[0]["alg"], "EdDSA");
    assert!(!text.contains("\"d\""), "nothing private: {text}");

    let keys: JwkSet = serde_json::from_str(&text).unwrap();
    let key = keys
        .find(&kid(&office.access_token))
        .expect("the key that signed is published");
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_audience(&["jenjang"]);
    let claims = decode::<Value>(&office.access_token, &DecodingKey::from_jwk(key).unwrap(), &validation);
    let account = app.account("head.32.75").await.id;
    assert_eq!(claims.unwrap().claims["sub"], json!(account));
    let mut forged = office.access_token.clone().into_bytes();
    let last = forged.len() - 10;
    forged[last] = if forged[last] == b'A' { b'B' } else { b'A' };
    let forged = String::from_utf8(forged).unwrap();
    assert!(decode::<Value>(&forged, &DecodingKey::from_jwk(key).unwrap(), &validation).is_err());
}

async fn nobody_is_signed_out_by_a_rotation(app: TestApp) {
    let clock = StillClock::at(Utc::now());
    let one = app.varied(still(&clock)).await;
    let two = TestApp::on(Arc::clone(&one.database), still(&clock)).await;
    let both = [&one, &two];
    let good_everywhere = async |token: &str| {
        let (here, there) = (
            one.ask(Some(token), ME, json!({})).await,
            two.ask(Some(token), ME, json!({})).await,
        );
        [code(&here), code(&there)] == ["ok", "ok"]
    };
    let first = published_kids(&one).await;
    clock.advance(Duration::seconds(5));
    let rotated = keys::rotate(&folder(&one), clock.now(), Duration::seconds(600)).unwrap();
    assert!(rotated.removed.is_empty());
    // Each process reads the folder again by itself; the test asks until both have.
    for process in both {
        while published_kids(process).await.len() < 2 {}
    }
    let second = published_kids(&one).await.pop().unwrap();

    // Until everybody has had the time to fetch the new key, the old one signs.
    clock.advance(Duration::seconds(599));
    let before = one.office("head.32.75").await;
    assert_eq!(kid(&before.access_token), first[0]);
    assert!(good_everywhere(&before.access_token).await);

    // Then the new one does, on both at once, and what the old one signed stays good.
    clock.advance(Duration::seconds(1));
    let after = two.office("staff.32.75").await;
    assert_eq!(kid(&after.access_token), second);
    assert_eq!(kid(&one.office("head.32.16").await.access_token), second);
    let never_ending = prolonged(&one, &before.access_token, &first[0]);
    for token in [&before.access_token, &after.access_token, &never_ending] {
        assert!(good_everywhere(token).await);
    }
    clock.advance(Duration::seconds(598));
    assert!(good_everywhere(&before.access_token).await, "through its whole life");
    let refreshed = two.ask(None, REFRESH, json!({ "token": before.refresh_token })).await;
    let session = &refreshed["data"]["refreshSession"]["session"];
    let carried_on = session["accessToken"].as_str().unwrap();
    assert_eq!(kid(carried_on), second);
    assert!(good_everywhere(carried_on).await);

    // Once nothing it signed can be good any more, the old one is neither published nor believed.
    clock.advance(Duration::seconds(63));
    let prolonged_after = prolonged(&one, carried_on, &second);
    for process in both {
        assert_eq!(published_kids(process).await, [second.as_str()]);
        let refused = process.ask(Some(&never_ending), ME, json!({})).await;
        assert_eq!(code(&refused), "UNAUTHENTICATED");
        let believed = process.ask(Some(&prolonged_after), ME, json!({})).await;
        assert_eq!(code(&believed), "ok", "it is the key that is not believed");
    }
    assert!(good_everywhere(carried_on).await);

    let old_file = folder(&one).join(format!("token-{}.pem", first[0]));
    let rotated = keys::rotate(&folder(&one), clock.now(), Duration::seconds(600)).unwrap();
    assert_eq!(rotated.removed, [old_file]);
    for process in both {
        while published_kids(process).await.len() < 2 {}
    }
    assert!(good_everywhere(carried_on).await);
    let refresh = json!({ "token": session["refreshToken"] });
    let again = one.ask(None, REFRESH, refresh).await;
    assert!(
        again["data"]["refreshSession"]["session"]["accessToken"].is_string(),
        "{again}"
    );
}

async fn a_leaked_key_is_gone_with_its_file_and_sessions_go_on(app: TestApp) {
    let clock = StillClock::at(Utc::now());
    let app = app.varied(still(&clock)).await;
    let office = app.office("head.32.75").await;
    let leaked = kid(&office.access_token);
    clock.advance(Duration::seconds(5));
    keys::rotate(&folder(&app), clock.now(), Duration::seconds(600)).unwrap();
    fs::remove_file(folder(&app).join(format!("token-{leaked}.pem"))).unwrap();
    while published_kids(&app).await.contains(&leaked) {}
    let refused = app.ask(Some(&office.access_token), ME, json!({})).await;
    assert_eq!(code(&refused), "UNAUTHENTICATED");
    let refreshed = app.ask(None, REFRESH, json!({ "token": office.refresh_token })).await;
    let token = refreshed["data"]["refreshSession"]["session"]["accessToken"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_ne!(kid(&token), leaked, "the new one signs at once, being the only one");
    assert_eq!(code(&app.ask(Some(&token), ME, json!({})).await), "ok");
}

async fn a_bad_file_leaves_the_keys_as_they_are(app: TestApp) {
    let office = app.office("head.32.75").await;
    let before = published_kids(&app).await;
    let file = folder(&app).join("token-20300101T000000Z-0000.pem");
    fs::write(&file, "not a key").unwrap();
    let read = background::read_keys(&app.services, &folder(&app)).await;
    let complaint = format!("{:?}", read.unwrap_err());
    assert!(complaint.contains("token-20300101T000000Z-0000.pem"), "{complaint}");
    assert_eq!(published_kids(&app).await, before);
    assert_eq!(code(&app.ask(Some(&office.access_token), ME, json!({})).await), "ok");
    fs::remove_file(file).unwrap();
    background::read_keys(&app.services, &folder(&app)).await.unwrap();
}

on_both_databases!(
    anybody_verifies_a_token_with_nothing_but_the_published_keys,
    nobody_is_signed_out_by_a_rotation,
    a_leaked_key_is_gone_with_its_file_and_sessions_go_on,
    a_bad_file_leaves_the_keys_as_they_are,
);
