//! Keys, tokens, passwords and the throttle of sign-in, without a database or a server.

use std::fs::{self, Permissions};
use std::future::{Future, poll_fn};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::mpsc;
use std::task::Poll;
use std::time::Duration;

use argon2::{Argon2, Params, PasswordHasher, PasswordVerifier};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use governor::clock::FakeRelativeClock;
use jenjang::identity::keys::{KeyError, Rotated, TokenKeys, generate_missing, rotate};
use jenjang::identity::password::{HashCost, HashError, Hasher, LONGEST_PASSWORD, Verified};
use jenjang::identity::refresh::{new_opaque_token, token_hash};
use jenjang::identity::throttle::{RetryAfter, Throttle, ThrottleLimits};
use jenjang::identity::token::{TokenError, Tokens};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use secrecy::SecretString;
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::{Uuid, uuid};

const ISSUER: &str = "https://laporan.example.go.id";
const HEAD_OF_COBLONG: Uuid = uuid!("01941c29-0c00-7000-8000-000000000001");
const HER_SIGN_IN: Uuid = uuid!("01941c29-0c00-7000-8000-000000000002");

/// How long a token lives here.
const LIFE: TimeDelta = TimeDelta::seconds(600);

/// 22 January 2026, 10:15 UTC, and some seconds.
fn at(seconds: i64) -> DateTime<Utc> {
    let morning: DateTime<Utc> = "2026-01-22T10:15:00Z".parse().unwrap();
    morning + TimeDelta::seconds(seconds)
}

/// A key directory of its own, gone when dropped.
struct KeyRing {
    parent: TempDir,
}

impl KeyRing {
    fn empty() -> Self {
        let ring = Self {
            parent: TempDir::new().unwrap(),
        };
        fs::create_dir(ring.path()).unwrap();
        ring
    }

    fn fresh() -> Self {
        Self::made(at(0))
    }

    fn made(moment: DateTime<Utc>) -> Self {
        let parent = TempDir::new().unwrap();
        let ring = Self { parent };
        generate_missing(&ring.path(), moment).unwrap();
        ring
    }

    fn path(&self) -> PathBuf {
        self.parent.path().join("keys")
    }

    fn files(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.path()).unwrap();
        let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files
    }

    fn file(&self, purpose: &str) -> PathBuf {
        let of_purpose = |path: &PathBuf| name_of(path).starts_with(purpose);
        self.files().into_iter().find(of_purpose).unwrap()
    }

    fn put(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        path
    }

    fn load(&self) -> Result<TokenKeys, KeyError> {
        TokenKeys::load(&self.path())
    }

    fn tokens(&self) -> Tokens {
        Tokens::new(self.load().unwrap(), ISSUER.to_owned(), LIFE)
    }

    fn kid(&self) -> String {
        self.load().unwrap().signing_kid(at(0)).unwrap().to_owned()
    }

    fn private_key(&self) -> EncodingKey {
        let text = fs::read(self.file("token")).unwrap();
        EncodingKey::from_ed_der(pem::parse(text).unwrap().contents())
    }

    /// A header as this ring's own tokens have it.
    fn header(&self) -> Header {
        Header {
            typ: Some("at+jwt".to_owned()),
            kid: Some(self.kid()),
            ..Header::new(Algorithm::EdDSA)
        }
    }

    /// Any header and claims, well signed: what only a bug of ours could issue.
    fn sign(&self, header: &Header, claims: &Value) -> String {
        encode(header, claims, &self.private_key()).unwrap()
    }

    fn verdict(&self, header: &Header, claims: &Value) -> Option<TokenError> {
        let token = self.sign(header, claims);
        self.tokens().verify(&token, at(0)).err()
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

fn mode_of(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

/// Claims as a token issued at `at(0)` has them.
fn claims() -> Value {
    json!({
        "typ": "access", "iss": ISSUER, "aud": ISSUER,
        "sub": HEAD_OF_COBLONG, "sid": HER_SIGN_IN,
        "iat": at(0).timestamp(), "exp": at(600).timestamp(),
    })
}

fn claims_with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

fn claims_without(name: &str) -> Value {
    let mut claims = claims();
    claims.as_object_mut().unwrap().remove(name).unwrap();
    claims
}

fn json_part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

#[test]
fn every_purpose_gets_a_private_key_of_its_own() {
    let ring = KeyRing::fresh();
    let files = ring.files();
    let names: Vec<_> = files.iter().map(|file| name_of(file)).collect();
    assert_eq!(names.len(), 5, "{names:?}");
    for (name, purpose) in names.iter().zip(["door", "file", "receipt", "token", "vault"]) {
        assert!(name.starts_with(&format!("{purpose}-20260122T101500Z-")), "{name}");
        assert!(name.ends_with(".pem"), "{name}");
    }
    assert_eq!(mode_of(&ring.path()), 0o700);
    for file in &files {
        assert_eq!(mode_of(file), 0o600, "{}", file.display());
    }
    let mut texts: Vec<_> = files.iter().map(|file| fs::read(file).unwrap()).collect();
    texts.sort();
    texts.dedup();
    assert_eq!(texts.len(), 5, "two purposes share a key");
}

#[test]
fn generating_again_makes_only_what_is_missing_and_touches_nothing_else() {
    let ring = KeyRing::fresh();
    assert_eq!(generate_missing(&ring.path(), at(60)).unwrap(), Vec::<PathBuf>::new());

    fs::remove_file(ring.file("door")).unwrap();
    let kept: Vec<_> = ring
        .files()
        .into_iter()
        .map(|file| (fs::read(&file).unwrap(), file))
        .collect();
    let made = generate_missing(&ring.path(), at(60)).unwrap();
    assert_eq!(made, [ring.file("door")]);
    assert!(name_of(&made[0]).starts_with("door-20260122T101600Z-"));
    for (text, file) in kept {
        assert_eq!(fs::read(file).unwrap(), text);
    }
}

#[test]
fn a_new_key_is_published_at_once_and_signs_later() {
    let ring = KeyRing::fresh();
    let first = ring.kid();
    let Rotated { made, removed } = rotate(&ring.path(), at(1), LIFE).unwrap();
    assert!(removed.is_empty());
    assert_eq!(mode_of(&made), 0o600);
    let (keys, tokens) = (ring.load().unwrap(), ring.tokens());
    let second = keys.signing_kid(at(601)).unwrap().to_owned();
    assert_eq!(name_of(&made), format!("token-{second}.pem"));
    assert!(second > first);
    assert_eq!(keys.signing_kid(at(600)), Some(&*first));
    let published = |moment| -> Vec<String> {
        let keys = tokens.public_keys(moment).into_iter();
        keys.inspect(|(_, public)| assert_eq!(public.len(), 32))
            .map(|(kid, _)| kid)
            .collect()
    };
    // It signs from 601 on, a token of the old key lives 600 longer, and a minute is added.
    for moment in [1, 600, 601, 1260] {
        assert_eq!(published(at(moment)), [&*first, &*second], "{moment}");
    }
    assert_eq!(published(at(1261)), [&*second]);
}

#[test]
fn rotation_removes_what_is_done_with() {
    let ring = KeyRing::fresh();
    let first = ring.file("token");
    let second = rotate(&ring.path(), at(1), LIFE).unwrap().made;
    let third = rotate(&ring.path(), at(1260), LIFE).unwrap();
    assert!(third.removed.is_empty());
    let fourth = rotate(&ring.path(), at(1261), LIFE).unwrap();
    assert_eq!(fourth.removed, [first]);
    // By 2520 the third has signed for long enough; the fourth came a second later.
    let fifth = rotate(&ring.path(), at(2520), LIFE).unwrap();
    assert_eq!(fifth.removed, [second]);
    assert!([third.made, fourth.made, fifth.made].iter().all(|made| made.exists()));
}

#[test]
fn rotation_refuses_to_make_a_key_that_would_not_sign() {
    let ring = KeyRing::fresh();
    let before = ring.files();
    for behind in [at(0), at(-3600)] {
        let refused = rotate(&ring.path(), behind, LIFE).unwrap_err();
        assert!(matches!(&refused, KeyError::NotNewer { path } if *path == ring.file("token")));
        assert!(refused.to_string().contains("clock"), "{refused}");
    }
    assert_eq!(ring.files(), before);
}

/// What loading says, which must name the path.
fn complaint(ring: &KeyRing, path: &Path) -> String {
    let sentence = ring.load().unwrap_err().to_string();
    assert!(sentence.contains(path.to_str().unwrap()), "{sentence}");
    assert!(sentence.ends_with('.'), "{sentence}");
    sentence
}

#[test]
fn a_directory_without_token_keys_is_told_apart_from_no_directory() {
    let ring = KeyRing::empty();
    let other = ring.put("door-20260122T101500Z-3f9c.pem", "");
    assert!(complaint(&ring, &ring.path()).contains("holds no token key"));
    fs::remove_file(other).unwrap();
    fs::remove_dir(ring.path()).unwrap();
    let sentence = complaint(&ring, &ring.path());
    assert!(
        sentence.contains("does not exist") && sentence.contains("keys generate"),
        "{sentence}"
    );
    let refused = rotate(&ring.path(), at(0), LIFE).unwrap_err();
    assert!(matches!(refused, KeyError::MissingDirectory { .. }));
}

#[test]
fn a_key_others_can_use_is_refused_with_the_way_to_mend_it() {
    let ring = KeyRing::fresh();
    let file = ring.file("token");
    for wide in [0o644, 0o640, 0o620, 0o601, 0o700] {
        fs::set_permissions(&file, Permissions::from_mode(wide)).unwrap();
        let sentence = complaint(&ring, &file);
        assert!(sentence.contains(&format!("{wide:04o}")), "{sentence}");
        assert!(
            sentence.contains(&format!("chmod 600 {}", file.display())),
            "{sentence}"
        );
    }
    for narrow in [0o600, 0o400] {
        fs::set_permissions(&file, Permissions::from_mode(narrow)).unwrap();
        ring.load().unwrap();
    }
}

#[test]
fn one_key_that_is_none_refuses_all() {
    let ring = KeyRing::fresh();
    let good = fs::read_to_string(ring.file("token")).unwrap();
    let relabelled = good.replace("PRIVATE KEY", "PUBLIC KEY");
    let lines: Vec<_> = good.lines().collect();
    let cut_short = format!("{}\n{}\n{}\n", lines[0], &lines[1][..40], lines[2]);
    for text in ["", "Rahasia", &relabelled, &cut_short, &good[..60]] {
        let older = ring.put("token-20250122T101500Z-3f9c.pem", text);
        let sentence = complaint(&ring, &older);
        assert!(sentence.contains("does not hold a private Ed25519 key"), "{sentence}");
        assert!(text.is_empty() || !sentence.contains(text), "{sentence}");
    }
}

#[test]
fn a_key_whose_age_cannot_be_told_is_refused() {
    let good = fs::read_to_string(KeyRing::fresh().file("token")).unwrap();
    let odd = [
        "main",
        "20260122T101500Z",
        "20260122T101500Z-3F9C",
        "20261322T101500Z-3f9c",
        "-",
    ];
    for kid in odd {
        let ring = KeyRing::fresh();
        let path = ring.put(&format!("token-{kid}.pem"), &good);
        assert!(complaint(&ring, &path).contains("not named like one"), "{kid}");
    }
    // Copies and notes beside the keys are not keys.
    let ring = KeyRing::fresh();
    ring.put("token-20260122T101500Z-3f9c.pem.bak", "");
    ring.put("README", "");
    ring.load().unwrap();
}

#[test]
fn a_key_that_cannot_be_read_says_so() {
    let ring = KeyRing::empty();
    let path = ring.path().join("token-20260122T101500Z-3f9c.pem");
    // A directory: unreadable as a file even for root.
    fs::create_dir(&path).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    assert!(complaint(&ring, &path).contains("cannot be read"));
}

#[test]
fn keys_that_cannot_be_written_say_so() {
    let ring = KeyRing::empty();
    let occupied = ring.put("occupied", "");
    let refused = generate_missing(&occupied, at(0)).unwrap_err();
    assert!(matches!(&refused, KeyError::NotWritten { path, .. } if *path == occupied));
    assert!(refused.to_string().contains("cannot be made"), "{refused}");
}

#[test]
fn nothing_private_shows_in_debug_output() {
    let ring = KeyRing::fresh();
    let text = fs::read(ring.file("token")).unwrap();
    let private = pem::parse(text).unwrap().into_contents();
    let (seed, shown) = (&private[private.len() - 32..], format!("{:?}", ring.tokens()));
    assert!(shown.contains(&ring.kid()), "{shown}");
    assert!(!shown.contains(&format!("{seed:?}")), "{shown}");
    assert!(!shown.contains("signing"), "{shown}");
    let hasher = Hasher::new(HashCost::weak_for_tests(), 1, 0).unwrap();
    assert!(!format!("{hasher:?}").contains("argon2"), "{hasher:?}");
}

#[test]
fn a_token_says_who_and_which_sign_in_and_until_when() {
    let ring = KeyRing::fresh();
    let tokens = ring.tokens();
    let (token, expires) = tokens.issue(HEAD_OF_COBLONG, HER_SIGN_IN, at(0)).unwrap();
    assert_eq!(expires, at(600));
    let header = jsonwebtoken::decode_header(&token).unwrap();
    assert_eq!(header, ring.header());
    let body = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&body).unwrap(), claims());

    let read = tokens.verify(&token, at(0)).unwrap();
    assert_eq!((read.account, read.session), (HEAD_OF_COBLONG, HER_SIGN_IN));
    assert_eq!((read.issued_at, read.expires_at), (at(0), at(600)));
}

#[test]
fn a_token_expires_on_the_second_by_the_clock_that_is_handed_in() {
    let tokens = KeyRing::fresh().tokens();
    let (token, expires) = tokens.issue(HEAD_OF_COBLONG, HER_SIGN_IN, at(0)).unwrap();
    assert!(tokens.verify(&token, expires - TimeDelta::milliseconds(1)).is_ok());
    assert_eq!(tokens.verify(&token, expires), Err(TokenError::Expired));
    assert_eq!(tokens.verify(&token, at(86_400)), Err(TokenError::Expired));
}

#[test]
fn a_token_from_the_future_passes_only_within_the_skew_of_two_clocks() {
    let tokens = KeyRing::fresh().tokens();
    let (token, _) = tokens.issue(HEAD_OF_COBLONG, HER_SIGN_IN, at(0)).unwrap();
    assert!(tokens.verify(&token, at(-30)).is_ok());
    assert_eq!(tokens.verify(&token, at(-31)), Err(TokenError::WrongClaims));
}

#[test]
fn a_token_changed_on_its_way_is_refused() {
    let ring = KeyRing::fresh();
    let tokens = ring.tokens();
    let (token, _) = tokens.issue(HEAD_OF_COBLONG, HER_SIGN_IN, at(0)).unwrap();
    let parts: Vec<_> = token.split('.').collect();
    let somebody_else = json_part(&claims_with("sub", json!(HER_SIGN_IN)));
    let longer_lived = json_part(&claims_with("exp", json!(at(86_400).timestamp())));
    let mut signature = URL_SAFE_NO_PAD.decode(parts[2]).unwrap();
    signature[10] ^= 1;
    let signature = URL_SAFE_NO_PAD.encode(signature);
    for tampered in [
        format!("{}.{somebody_else}.{}", parts[0], parts[2]),
        format!("{}.{longer_lived}.{}", parts[0], parts[2]),
        format!("{}.{}.{signature}", parts[0], parts[1]),
        format!("{}.{}.", parts[0], parts[1]),
    ] {
        assert_eq!(
            tokens.verify(&tampered, at(0)),
            Err(TokenError::BadSignature),
            "{tampered}"
        );
    }
}

#[test]
fn a_token_of_somebody_elses_key_is_refused_whatever_key_it_names() {
    let (ours, theirs) = (KeyRing::made(at(0)), KeyRing::made(at(-5)));
    let foreign = theirs.sign(&theirs.header(), &claims());
    assert!(theirs.tokens().verify(&foreign, at(0)).is_ok());
    let verdict = ours.tokens().verify(&foreign, at(0));
    assert_eq!(verdict, Err(TokenError::UnknownKey));
    let disguised = theirs.sign(&ours.header(), &claims());
    assert_eq!(ours.tokens().verify(&disguised, at(0)), Err(TokenError::BadSignature));
}

#[test]
fn only_one_algorithm_is_believed() {
    let ring = KeyRing::fresh();
    let tokens = ring.tokens();
    let kid = ring.kid();
    for none in ["none", "None", "NONE"] {
        let header = json_part(&json!({"alg": none, "typ": "at+jwt", "kid": kid}));
        let unsigned = format!("{header}.{}.", json_part(&claims()));
        assert_eq!(tokens.verify(&unsigned, at(0)), Err(TokenError::Malformed), "{none}");
    }
    // Anybody may know the public key; it must not do as a shared secret.
    let (_, public) = tokens.public_keys(at(0)).remove(0);
    for algorithm in [Algorithm::HS256, Algorithm::HS512] {
        let header = Header {
            alg: algorithm,
            ..ring.header()
        };
        let confused = encode(&header, &claims(), &EncodingKey::from_secret(&public)).unwrap();
        assert_eq!(tokens.verify(&confused, at(0)), Err(TokenError::Malformed));
    }
}

#[test]
fn a_header_must_name_its_key_and_its_type_and_ask_for_nothing_more() {
    let ring = KeyRing::fresh();
    let own = ring.header();
    assert_eq!(ring.verdict(&own, &claims()), None);
    let nameless = Header {
        kid: None,
        ..own.clone()
    };
    assert_eq!(ring.verdict(&nameless, &claims()), Some(TokenError::Malformed));
    let unknown = Header {
        kid: Some("20200101T000000Z-0000".to_owned()),
        ..own.clone()
    };
    assert_eq!(ring.verdict(&unknown, &claims()), Some(TokenError::UnknownKey));
    let demanding = Header {
        crit: Some(vec!["b64".to_owned()]),
        ..own.clone()
    };
    assert_eq!(ring.verdict(&demanding, &claims()), Some(TokenError::Malformed));
    for typ in [None, Some("JWT".to_owned()), Some("access".to_owned())] {
        let header = Header { typ, ..own.clone() };
        assert_eq!(ring.verdict(&header, &claims()), Some(TokenError::WrongClaims));
    }
}

#[test]
fn every_claim_is_required() {
    let ring = KeyRing::fresh();
    for name in ["typ", "iss", "aud", "sub", "sid", "iat", "exp"] {
        let wrong = Some(TokenError::WrongClaims);
        assert_eq!(ring.verdict(&ring.header(), &claims_without(name)), wrong, "{name}");
        assert_eq!(
            ring.verdict(&ring.header(), &claims_with(name, Value::Null)),
            wrong,
            "{name}"
        );
    }
}

#[test]
fn a_claim_must_be_the_one_an_access_token_of_this_server_has() {
    let ring = KeyRing::fresh();
    for (name, value) in [
        ("typ", json!("receipt")),
        ("typ", json!("Access")),
        ("iss", json!("https://laporan.example.com")),
        ("iss", json!([ISSUER])),
        ("aud", json!("https://lain.example.go.id")),
        ("aud", json!([ISSUER, "https://lain.example.go.id"])),
        ("sub", json!("kepala-coblong")),
        ("sid", json!("1")),
        ("iat", json!("kemarin")),
        ("exp", json!("besok")),
        ("exp", json!(i64::MAX)),
        ("exp", json!(1e300)),
    ] {
        let verdict = ring.verdict(&ring.header(), &claims_with(name, value.clone()));
        assert_eq!(verdict, Some(TokenError::WrongClaims), "{name}: {value}");
    }
    let verdict = ring.verdict(&ring.header(), &claims_with("exp", json!(0)));
    assert_eq!(verdict, Some(TokenError::Expired));
}

#[test]
fn what_is_no_token_is_malformed() {
    let ring = KeyRing::fresh();
    let tokens = ring.tokens();
    let (token, _) = tokens.issue(HEAD_OF_COBLONG, HER_SIGN_IN, at(0)).unwrap();
    let long = "a.".repeat(100_000);
    let no_base64 = format!("{}.*", token.rsplit_once('.').unwrap().0);
    let extended = format!("{token}.e30");
    for text in ["", ".", "..", "...", "a.b.c", "é.é.é", &long, &no_base64, &extended] {
        assert_eq!(tokens.verify(text, at(0)), Err(TokenError::Malformed));
    }
}

#[test]
fn tokens_outlive_a_rotation_but_not_their_key() {
    let ring = KeyRing::fresh();
    let old_file = ring.file("token");
    let tokens = ring.tokens();
    let (token, _) = tokens.issue(HEAD_OF_COBLONG, HER_SIGN_IN, at(600)).unwrap();
    rotate(&ring.path(), at(10), LIFE).unwrap();
    assert!(tokens.replace_keys(ring.load().unwrap()), "there is a new one");
    assert!(!tokens.replace_keys(ring.load().unwrap()), "and no other");
    let (newer, _) = tokens.issue(HEAD_OF_COBLONG, HER_SIGN_IN, at(610)).unwrap();
    let signed_by = jsonwebtoken::decode_header(&newer).unwrap().kid.unwrap();
    assert!(signed_by.starts_with("20260122T101510Z-"), "{signed_by}");
    assert!(tokens.verify(&token, at(1199)).is_ok());
    assert!(tokens.verify(&newer, at(1199)).is_ok());

    fs::remove_file(old_file).unwrap();
    assert!(tokens.replace_keys(ring.load().unwrap()));
    assert_eq!(tokens.verify(&token, at(620)), Err(TokenError::UnknownKey));
    assert!(tokens.verify(&newer, at(620)).is_ok());
}

#[test]
fn a_refresh_token_is_random_text_known_by_its_hash() {
    let (token, hash) = new_opaque_token();
    assert_eq!(URL_SAFE_NO_PAD.decode(&token).unwrap().len(), 32);
    assert_eq!(token_hash(&token), hash);
    let (another, another_hash) = new_opaque_token();
    assert!(token != another && hash != another_hash);
    // FIPS 180-2, appendix B.1.
    let abc = token_hash("abc").map(|byte| format!("{byte:02x}")).concat();
    assert_eq!(abc, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

fn hasher(workers: usize, queue: usize) -> Hasher {
    Hasher::new(HashCost::weak_for_tests(), workers, queue).unwrap()
}

fn password(text: &str) -> SecretString {
    SecretString::from(text)
}

/// A hash made without the hasher, which would refuse some of them.
fn stored(text: &str) -> Option<String> {
    let argon2 = Argon2::from(Params::new(8, 1, 1, None).unwrap());
    Some(argon2.hash_password(text.as_bytes()).unwrap().to_string())
}

#[tokio::test]
async fn a_password_is_right_wrong_or_of_nobody() {
    let hasher = hasher(1, 8);
    let hash = hasher.hash(password("Merah putih 45")).await.unwrap();
    let again = hasher.hash(password("Merah putih 45")).await.unwrap();
    assert_ne!(hash, again, "no salt");
    let right = hasher.verify(password("Merah putih 45"), Some(hash.clone())).await;
    assert_eq!(right, Ok(Verified::Yes));
    let wrong = hasher.verify(password("merah putih 45"), Some(hash.clone())).await;
    assert_eq!(wrong, Ok(Verified::No));
    assert_eq!(hasher.verify(password(""), Some(hash)).await, Ok(Verified::No));
    for text in ["Merah putih 45", ""] {
        assert_eq!(hasher.verify(password(text), None).await, Ok(Verified::No));
    }
}

#[tokio::test]
async fn an_overlong_password_is_never_right() {
    let hasher = hasher(1, 8);
    // Two bytes each: characters are what counts.
    let longest = "é".repeat(LONGEST_PASSWORD);
    let hash = hasher.hash(password(&longest)).await.unwrap();
    assert_eq!(hasher.verify(password(&longest), Some(hash)).await, Ok(Verified::Yes));

    let longer = "é".repeat(LONGEST_PASSWORD + 1);
    assert_eq!(hasher.hash(password(&longer)).await, Err(HashError::TooLong));
    for stored in [stored(&longer), stored(""), stored(&longest), None] {
        assert_eq!(hasher.verify(password(&longer), stored).await, Ok(Verified::No));
    }
}

#[tokio::test]
async fn the_cost_of_a_hash_is_what_was_asked_for() {
    let usual = Hasher::new(HashCost::default(), 1, 0).unwrap();
    let hash = usual.hash(password("Merah putih 45")).await.unwrap();
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    // A cheaper one, from before the cost was raised, still opens.
    let verified = usual.verify(password("Merah putih 45"), stored("Merah putih 45")).await;
    assert_eq!(verified, Ok(Verified::Yes));
    let wrong = usual.verify(password("Merah putih"), stored("Merah putih 45")).await;
    assert_eq!(wrong, Ok(Verified::No));
    assert!(usual.is_outdated(&stored("Merah putih 45").unwrap()));
    assert!(!usual.is_outdated(&hash));
    // And what the library makes by itself at the same cost, with memory of its own.
    let known = Argon2::default().hash_password(b"Merah putih 45").unwrap().to_string();
    let verified = usual.verify(password("Merah putih 45"), Some(known)).await;
    assert_eq!(verified, Ok(Verified::Yes));
    let reread = Argon2::default().verify_password(b"Merah putih 45", hash.as_str());
    assert_eq!(reread, Ok(()));

    let senseless = HashCost {
        memory_kib: 7,
        ..HashCost::default()
    };
    let refused = Hasher::new(senseless, 1, 0).unwrap_err().to_string();
    assert!(
        refused.contains("7 KiB") && refused.contains("at least 8 KiB"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_stored_text_that_is_no_hash_is_a_fault_and_not_a_wrong_password() {
    for nonsense in ["", "!", "$argon2id$v=19$m=8,t=1,p=1$AAAA"] {
        let verified = hasher(1, 0).verify(password(""), Some(nonsense.to_owned())).await;
        assert_eq!(verified, Err(HashError::Failed), "{nonsense}");
    }
}

#[tokio::test]
async fn without_workers_there_is_still_one() {
    let verified = hasher(0, 0).verify(password(""), stored("")).await;
    assert_eq!(verified, Ok(Verified::Yes));
}

/// Runs a test where no hash is computed until it drops the gate: the only thread that may block
/// waits for that.
fn behind_a_gate<T: Future<Output = ()>>(test: impl FnOnce(mpsc::Sender<()>) -> T) {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.max_blocking_threads(1).enable_time().build().unwrap();
    let (gate, opened) = mpsc::channel::<()>();
    runtime.spawn_blocking(move || opened.recv());
    runtime.block_on(test(gate));
}

/// Takes a request as far as it goes by itself.
async fn start<F: Future + Unpin>(request: &mut F) -> Poll<F::Output> {
    poll_fn(|context| Poll::Ready(Pin::new(&mut *request).poll(context))).await
}

fn sign_in(hasher: &Hasher) -> impl Future<Output = Result<Verified, HashError>> + Unpin {
    let hasher = hasher.clone();
    Box::pin(async move { hasher.verify(password("Merah putih 45"), None).await })
}

const BUSY: Poll<Result<Verified, HashError>> = Poll::Ready(Err(HashError::Busy));

#[test]
fn who_finds_the_queue_full_is_told_at_once() {
    behind_a_gate(async |gate| {
        let hasher = hasher(2, 1);
        let mut admitted = [sign_in(&hasher), sign_in(&hasher), sign_in(&hasher)];
        for request in &mut admitted {
            assert_eq!(start(request).await, Poll::Pending);
        }
        assert_eq!(start(&mut sign_in(&hasher)).await, BUSY);
        let hash = hasher.hash(password("Merah putih 45")).await;
        assert_eq!(hash, Err(HashError::Busy), "hashing and checking share one queue");
        drop(gate);
        for request in admitted {
            assert_eq!(request.await, Ok(Verified::No));
        }
        assert_eq!(sign_in(&hasher).await, Ok(Verified::No), "a place was never given back");
    });
}

#[test]
fn who_leaves_the_queue_gives_the_place_to_the_next() {
    behind_a_gate(async |gate| {
        let hasher = hasher(1, 1);
        let (mut computing, mut waiting) = (sign_in(&hasher), sign_in(&hasher));
        assert_eq!(start(&mut computing).await, Poll::Pending);
        assert_eq!(start(&mut waiting).await, Poll::Pending);
        assert_eq!(start(&mut sign_in(&hasher)).await, BUSY);
        drop(waiting);
        let mut next = sign_in(&hasher);
        assert_eq!(start(&mut next).await, Poll::Pending);
        drop(gate);
        assert_eq!(computing.await, Ok(Verified::No));
        assert_eq!(next.await, Ok(Verified::No));
    });
}

#[test]
fn a_hash_nobody_waits_for_any_more_keeps_its_worker_until_it_is_done() {
    behind_a_gate(async |gate| {
        let hasher = hasher(1, 0);
        let mut abandoned = sign_in(&hasher);
        assert_eq!(start(&mut abandoned).await, Poll::Pending);
        drop(abandoned);
        assert_eq!(start(&mut sign_in(&hasher)).await, BUSY);
        drop(gate);
        // The one thread takes its work in order: when this is done, so is the hash.
        tokio::task::spawn_blocking(|| ()).await.unwrap();
        assert_eq!(sign_in(&hasher).await, Ok(Verified::No));
    });
}

#[test]
fn an_unknown_account_and_an_overlong_password_cost_a_hash_too() {
    behind_a_gate(async |gate| {
        let (longer, known) = ("a".repeat(LONGEST_PASSWORD + 1), stored("Merah putih 45"));
        for (text, stored) in [("a", None), (longer.as_str(), None), (longer.as_str(), known)] {
            let hasher = hasher(1, 0);
            let mut request = Box::pin(hasher.verify(password(text), stored));
            assert_eq!(start(&mut request).await, Poll::Pending, "answered without a hash");
        }
        drop(gate);
    });
}

const OFFICE: &str = "103.28.12.7";

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// A throttle with the usual limits, and the clock it goes by.
fn throttle() -> (Throttle<FakeRelativeClock>, FakeRelativeClock) {
    throttle_with(ThrottleLimits::default())
}

fn throttle_with(limits: ThrottleLimits) -> (Throttle<FakeRelativeClock>, FakeRelativeClock) {
    let clock = FakeRelativeClock::default();
    (Throttle::with_clock(limits, clock.clone()), clock)
}

#[test]
fn the_sixth_attempt_of_one_is_refused_and_the_office_goes_on() {
    let (throttle, _) = throttle();
    for _ in 0..5 {
        assert_eq!(throttle.check("sari@coblong.example", address(OFFICE)), Ok(()));
    }
    let sixth = throttle.check("sari@coblong.example", address(OFFICE));
    assert_eq!(sixth, Err(RetryAfter(12)));
    assert_eq!(throttle.check("budi@coblong.example", address(OFFICE)), Ok(()));
    assert_eq!(throttle.check("sari@coblong.example", address("36.66.1.9")), Ok(()));
}

#[test]
fn attempts_become_free_again_with_time() {
    let (throttle, clock) = throttle();
    let attempt = || throttle.check("sari@coblong.example", address(OFFICE));
    while attempt().is_ok() {}
    clock.advance(Duration::from_millis(1));
    assert_eq!(
        attempt(),
        Err(RetryAfter(12)),
        "rounded down, it would be refused again"
    );
    clock.advance(Duration::from_millis(11_998));
    assert_eq!(attempt(), Err(RetryAfter(1)));
    clock.advance(Duration::from_millis(1));
    assert_eq!(attempt(), Ok(()));
    assert_eq!(attempt(), Err(RetryAfter(12)));
    clock.advance(Duration::from_secs(60));
    for _ in 0..5 {
        assert_eq!(attempt(), Ok(()));
    }
    assert_eq!(attempt(), Err(RetryAfter(12)));
}

#[test]
fn the_three_hundred_and_first_attempt_from_an_address_is_refused() {
    let (throttle, clock) = throttle();
    let attempt = |number: u32| throttle.check(&format!("petugas{number}@example"), address(OFFICE));
    for number in 1..=300 {
        assert_eq!(attempt(number), Ok(()), "{number}");
    }
    // The next is free in a fifth of a second, which is said as one.
    assert_eq!(attempt(301), Err(RetryAfter(1)));
    assert_eq!(throttle.check("petugas1@example", address("36.66.1.9")), Ok(()));
    clock.advance(Duration::from_millis(200));
    assert_eq!(attempt(302), Ok(()));
    assert_eq!(attempt(303), Err(RetryAfter(1)));
}

#[test]
fn one_looping_program_does_not_lock_the_office_out() {
    let (throttle, _) = throttle();
    for _ in 0..1_000 {
        let _refused = throttle.check("sari@coblong.example", address(OFFICE));
    }
    assert_eq!(throttle.check("budi@coblong.example", address(OFFICE)), Ok(()));
}

#[test]
fn addresses_count_by_who_they_stand_for() {
    let attempts = |texts: [&str; 6]| {
        let (throttle, _) = throttle();
        texts.map(|text| throttle.check("sari@coblong.example", address(text)).is_ok())
    };
    // One subscriber, six of the addresses of a /64.
    let subscriber = ["::1", "::2", "::3", "::4:0", "::5", ":ffff:ffff:ffff:ffff"];
    let subscriber = subscriber.map(|end| format!("2001:db8:7:1{end}"));
    let same = attempts(subscriber.each_ref().map(String::as_str));
    assert_eq!(same, [true, true, true, true, true, false]);
    // IPv4 in both spellings is one.
    let mapped = "::ffff:103.28.12.7";
    let same = attempts([OFFICE, mapped, OFFICE, mapped, OFFICE, mapped]);
    assert_eq!(same, [true, true, true, true, true, false]);
    // Neighbours are not one: the next /64, and IPv4 that only shares the mapping's prefix.
    let next = "2001:db8:7:2::1";
    assert!(
        attempts(["2001:db8:7:1::1", next, next, next, next, next])
            .iter()
            .all(|ok| *ok)
    );
    let other = "::ffff:103.28.12.8";
    assert!(
        attempts([mapped, other, other, other, other, other])
            .iter()
            .all(|ok| *ok)
    );
}

fn forgetful() -> ThrottleLimits {
    ThrottleLimits {
        address_per_minute: NonZeroU32::new(20).unwrap(),
        remembered: 10,
        ..ThrottleLimits::default()
    }
}

#[test]
fn idle_accounts_and_addresses_are_forgotten() {
    let (throttle, clock) = throttle_with(forgetful());
    for number in 0..200_u8 {
        let somewhere = IpAddr::from([10, 0, 0, number]);
        assert_eq!(throttle.check(&format!("petugas{number}@example"), somewhere), Ok(()));
        clock.advance(Duration::from_secs(60));
    }
    // Twice the bound for the pairs, and for the addresses.
    assert!(throttle.remembered() <= 40, "{}", throttle.remembered());
}

#[test]
fn a_flood_of_accounts_from_one_address_is_not_remembered() {
    let (throttle, _) = throttle_with(forgetful());
    for number in 0..5_000 {
        let _refused = throttle.check(&format!("petugas{number}@example"), address(OFFICE));
    }
    // The bound, what the address may try, and the address itself.
    assert!(throttle.remembered() <= 10 + 20 + 2, "{}", throttle.remembered());
    assert_eq!(throttle.check("sari@coblong.example", address("36.66.1.9")), Ok(()));
}

#[test]
fn sweeping_forgets_nobody_who_is_still_refused() {
    let (throttle, clock) = throttle_with(forgetful());
    let attempt = || throttle.check("sari@coblong.example", address(OFFICE));
    while attempt().is_ok() {}
    for number in 0..200_u8 {
        let _counted = throttle.check("budi@coblong.example", IpAddr::from([10, 0, 0, number]));
    }
    clock.advance(Duration::from_secs(1));
    assert_eq!(attempt(), Err(RetryAfter(11)));
}

#[test]
fn a_throttle_that_is_off_lets_everything_in() {
    let throttle = Throttle::off();
    for _ in 0..1_000 {
        assert_eq!(throttle.check("sari@coblong.example", address(OFFICE)), Ok(()));
    }
    assert_eq!(throttle.remembered(), 0);
}
