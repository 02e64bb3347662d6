//! Signing keys as files: one private Ed25519 key each, `<purpose>-<kid>.pem`, PKCS#8 in PEM, mode
//! 0600.
//!
//! A `kid` is the UTC second of its making and four random hex digits (`20260122T101500Z-3f9c`), so
//! that names sort by age. What the age of a token key means for it is said in [`super::rotation`].

use std::fmt::{self, Debug, Display, Formatter};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use jsonwebtoken::{DecodingKey, EncodingKey};
use pem::{EncodeConfig, LineEnding, Pem};
use secrecy::zeroize::Zeroizing;

use super::rotation::Schedule;

/// How long a key of door codes is believed after another took its place, days: an event may lie two years ahead when the
/// first codes of it are printed.
pub(super) const CODE_LIFE_DAYS: i64 = 800;

/// The moment in a `kid`, to the second.
const STAMP_FORMAT: &str = "%Y%m%dT%H%M%SZ";
/// How a PKCS#8 private key is labelled in PEM.
const PEM_LABEL: &str = "PRIVATE KEY";
/// Read and write for the owner, and nothing else for anybody.
const FILE_MODE: u32 = 0o600;
/// The same for a directory, which must be entered too.
const DIRECTORY_MODE: u32 = 0o700;

/// What a key signs. Each purpose has a key of its own, so that what was signed for one can never
/// pass for another, and losing one loses only one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyPurpose {
    /// Access tokens.
    Token,
    /// Receipts that a report was handed in.
    Receipt,
    /// The door codes by which people sign in at an event.
    Door,
    /// Links to stored files.
    File,
    /// Values that are sealed in the database.
    Vault,
}

impl KeyPurpose {
    /// Every purpose, in the order their keys are made.
    pub const ALL: [Self; 5] = [Self::Token, Self::Receipt, Self::Door, Self::File, Self::Vault];

    /// The first part of the file name.
    fn prefix(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Receipt => "receipt",
            Self::Door => "door",
            Self::File => "file",
            Self::Vault => "vault",
        }
    }
}

/// The keys of access tokens, of links to files or of receipts, held in memory, oldest first. Which one signs and which are
/// believed depends on the moment ([`super::rotation`]).
pub struct TokenKeys {
    keys: Vec<TokenKey>,
    made_at: Vec<DateTime<Utc>>,
}

/// One of these keys.
pub(super) struct TokenKey {
    pub kid: String,
    pub public: Vec<u8>,
    pub signing: EncodingKey,
    pub verifying: DecodingKey,
}

impl TokenKeys {
    /// Reads every token key of `directory`.
    ///
    /// # Errors
    /// The directory is missing or unreadable, holds no token key, or holds one that is unreadable,
    /// open to others, misnamed or malformed. One bad file refuses all: to skip it would quietly
    /// sign people out.
    pub fn load(directory: &Path) -> Result<Self, KeyError> {
        Self::of(KeyPurpose::Token, directory)
    }

    /// The same of the keys of links to files.
    ///
    /// # Errors
    /// As [`TokenKeys::load`].
    pub fn load_for_links(directory: &Path) -> Result<Self, KeyError> {
        Self::of(KeyPurpose::File, directory)
    }

    /// The same of the keys of receipts.
    ///
    /// # Errors
    /// As [`TokenKeys::load`].
    pub fn load_for_receipts(directory: &Path) -> Result<Self, KeyError> {
        Self::of(KeyPurpose::Receipt, directory)
    }

    /// The same of the keys of door codes.
    ///
    /// # Errors
    /// As [`TokenKeys::load`].
    pub fn load_for_doors(directory: &Path) -> Result<Self, KeyError> {
        Self::of(KeyPurpose::Door, directory)
    }

    fn of(purpose: KeyPurpose, directory: &Path) -> Result<Self, KeyError> {
        let mut held = Self {
            keys: Vec::new(),
            made_at: Vec::new(),
        };
        for PrivateKey { kid, path, private } in private_keys(directory, purpose)? {
            let malformed = || KeyError::Malformed { path: path.clone() };
            let pair = Ed25519KeyPair::from_pkcs8(&private).map_err(|_| malformed())?;
            let public = pair.public_key().as_ref().to_vec();
            held.made_at.push(moment_in(&kid).ok_or(KeyError::OddName { path })?);
            held.keys.push(TokenKey {
                kid,
                signing: EncodingKey::from_ed_der(&private),
                verifying: DecodingKey::from_ed_der(&public),
                public,
            });
        }
        if held.keys.is_empty() {
            let directory = directory.to_owned();
            return Err(match purpose {
                KeyPurpose::File => KeyError::NoFileKey { directory },
                KeyPurpose::Receipt => KeyError::NoReceiptKey { directory },
                KeyPurpose::Door => KeyError::NoDoorKey { directory },
                KeyPurpose::Token | KeyPurpose::Vault => KeyError::NoTokenKey { directory },
            });
        }
        Ok(held)
    }

    /// The `kid` that signs. The life of a token has no part in it.
    pub fn signing_kid(&self, now: DateTime<Utc>) -> Option<&str> {
        self.signer(now).map(|key| key.kid.as_str())
    }

    /// The key that signs.
    pub(super) fn signer(&self, now: DateTime<Utc>) -> Option<&TokenKey> {
        let schedule = Schedule::new(&self.made_at, Duration::zero());
        schedule.signer(now).and_then(|key| self.keys.get(key))
    }

    /// The keys that are believed, oldest first, where tokens live so long.
    pub(super) fn believed(&self, now: DateTime<Utc>, token_life: Duration) -> impl Iterator<Item = &TokenKey> {
        let schedule = Schedule::new(&self.made_at, token_life);
        let believed = move |(place, _key): &(usize, &TokenKey)| schedule.is_believed(*place, now);
        self.keys.iter().enumerate().filter(believed).map(|(_place, key)| key)
    }

    /// Every key with the moment it was made, oldest first.
    pub(super) fn all(&self) -> impl Iterator<Item = (&TokenKey, DateTime<Utc>)> {
        self.keys.iter().zip(self.made_at.iter().copied())
    }

    /// Whether these are the same keys.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        let of = |keys: &Self| -> Vec<(String, Vec<u8>)> {
            let pairs = keys.keys.iter().map(|key| (key.kid.clone(), key.public.clone()));
            pairs.collect()
        };
        of(self) == of(other)
    }
}

impl Debug for TokenKeys {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let kids: Vec<&str> = self.keys.iter().map(|key| key.kid.as_str()).collect();
        formatter
            .debug_struct("TokenKeys")
            .field("keys", &kids)
            .finish_non_exhaustive()
    }
}

/// Makes the directory if need be, and a key for every purpose that has none. Answers with the
/// files made, so a second call answers with none. What is there already is never touched.
///
/// # Errors
/// The directory or a file in it cannot be made or read.
pub fn generate_missing(directory: &Path, now: DateTime<Utc>) -> Result<Vec<PathBuf>, KeyError> {
    DirBuilder::new()
        .recursive(true)
        .mode(DIRECTORY_MODE)
        .create(directory)
        .map_err(|source| KeyError::NotWritten {
            path: directory.to_owned(),
            source,
        })?;
    let mut made = Vec::new();
    for purpose in KeyPurpose::ALL {
        if key_files(directory, purpose)?.is_empty() {
            made.push(write_new(directory, purpose, now)?);
        }
    }
    Ok(made)
}

/// What a rotation did.
#[derive(Debug, PartialEq, Eq)]
pub struct Rotated {
    /// The file of the new key.
    pub made: PathBuf,
    /// The files of keys that nothing was signed with any more, where tokens live as long as told.
    pub removed: Vec<PathBuf>,
}

/// Adds a token key, which signs once everybody has had the time to read it
/// ([`super::rotation::LEAD`]), and removes those that are not believed any more.
///
/// # Errors
/// The directory is missing or not writable, or holds a key as new as `now`: then the new one would
/// not be the newest, and the old key would go on signing without a word.
pub fn rotate(directory: &Path, now: DateTime<Utc>, token_life: Duration) -> Result<Rotated, KeyError> {
    rotate_of(KeyPurpose::Token, directory, now, token_life)
}

/// The same of the keys of receipts. What they signed is verified by their public halves, which the database keeps: nothing
/// of the past hangs on a file that is removed.
///
/// # Errors
/// As [`rotate`].
pub fn rotate_receipts(directory: &Path, now: DateTime<Utc>) -> Result<Rotated, KeyError> {
    rotate_of(KeyPurpose::Receipt, directory, now, Duration::zero())
}

/// The same of the keys of door codes, which are believed as long as somebody may still come with one.
///
/// # Errors
/// As [`rotate`].
pub fn rotate_doors(directory: &Path, now: DateTime<Utc>) -> Result<Rotated, KeyError> {
    rotate_of(KeyPurpose::Door, directory, now, Duration::days(CODE_LIFE_DAYS))
}

fn rotate_of(
    purpose: KeyPurpose,
    directory: &Path,
    now: DateTime<Utc>,
    token_life: Duration,
) -> Result<Rotated, KeyError> {
    let stamp = now.format(STAMP_FORMAT).to_string();
    let files = key_files(directory, purpose)?;
    if let Some(newest) = files.last().filter(|newest| stamp_of(&newest.kid) >= &*stamp) {
        return Err(KeyError::NotNewer {
            path: newest.path.clone(),
        });
    }
    let made = write_new(directory, purpose, now)?;
    let mut removed = Vec::new();
    let stamps: Vec<DateTime<Utc>> = files.iter().filter_map(|file| moment_in(&file.kid)).collect();
    let schedule = Schedule::new(&stamps, token_life);
    for (place, KeyFile { kid: _, path }) in files.into_iter().enumerate() {
        if !schedule.is_believed(place, now) {
            fs::remove_file(&path).map_err(|source| KeyError::NotRemoved {
                path: path.clone(),
                source,
            })?;
            removed.push(path);
        }
    }
    Ok(Rotated { made, removed })
}

/// The private keys of a purpose with their `kid` and file, oldest first.
pub(super) fn private_keys(directory: &Path, purpose: KeyPurpose) -> Result<Vec<PrivateKey>, KeyError> {
    let read = |KeyFile { kid, path }| read_private(&path).map(|private| PrivateKey { kid, path, private });
    key_files(directory, purpose)?.into_iter().map(read).collect()
}

/// A key out of its file, as PKCS#8.
pub(super) struct PrivateKey {
    pub kid: String,
    pub path: PathBuf,
    pub private: Zeroizing<Vec<u8>>,
}

struct KeyFile {
    kid: String,
    path: PathBuf,
}

/// The key files of one purpose, oldest first. Other files in the directory are nobody's concern.
fn key_files(directory: &Path, purpose: KeyPurpose) -> Result<Vec<KeyFile>, KeyError> {
    let unreadable = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => KeyError::MissingDirectory {
            directory: directory.to_owned(),
        },
        _ => KeyError::Unreadable {
            path: directory.to_owned(),
            source,
        },
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name();
        let Some(kid) = name.to_str().and_then(|name| kid_in(name, purpose)) else {
            continue;
        };
        if moment_in(kid).is_none() {
            return Err(KeyError::OddName { path: entry.path() });
        }
        files.push(KeyFile {
            kid: kid.to_owned(),
            path: entry.path(),
        });
    }
    files.sort_by(|one, other| one.kid.cmp(&other.kid));
    Ok(files)
}

/// The middle of `<purpose>-<kid>.pem`, when the name is of that shape.
fn kid_in(name: &str, purpose: KeyPurpose) -> Option<&str> {
    name.strip_prefix(purpose.prefix())?
        .strip_prefix('-')?
        .strip_suffix(".pem")
}

/// The moment in a `kid`, if it is one as `new_kid` makes them: then its name sorts by age among the
/// others.
fn moment_in(kid: &str) -> Option<DateTime<Utc>> {
    let (stamp, random) = kid.split_once('-')?;
    let moment = NaiveDateTime::parse_from_str(stamp, STAMP_FORMAT).ok()?;
    let sorts = moment.format(STAMP_FORMAT).to_string() == stamp
        && random.len() == 4
        && random.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    sorts.then(|| moment.and_utc())
}

/// The moment in a `kid`, in a text that sorts by time.
fn stamp_of(kid: &str) -> &str {
    kid.split_once('-').map_or(kid, |(stamp, _)| stamp)
}

/// The random part keeps two makers in the same second apart.
fn new_kid(now: DateTime<Utc>) -> String {
    format!("{}-{:04x}", now.format(STAMP_FORMAT), rand::random::<u16>())
}

/// Makes a key and its file. The file appears whole or not at all: it is written and synced under
/// another name, then linked to its own, and a link, unlike a rename, refuses to replace what is
/// there.
fn write_new(directory: &Path, purpose: KeyPurpose, now: DateTime<Utc>) -> Result<PathBuf, KeyError> {
    let name = format!("{}-{}.pem", purpose.prefix(), new_kid(now));
    let path = directory.join(&name);
    let unfinished = directory.join(format!(".{name}.unfinished"));
    let text = new_private_pem()?;

    let linked = write_private(&unfinished, &text).and_then(|()| fs::hard_link(&unfinished, &path));
    let removed = fs::remove_file(&unfinished);
    let synced = File::open(directory).and_then(|directory| directory.sync_all());
    match linked.and(removed).and(synced) {
        Ok(()) => Ok(path),
        Err(source) => Err(KeyError::NotWritten { path, source }),
    }
}

/// Writes a file that only its owner may read, from its first moment on, and waits until it is on
/// disk.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(FILE_MODE)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// A fresh Ed25519 key as PEM text, PKCS#8 version 1 because OpenSSL reads that too.
fn new_private_pem() -> Result<Zeroizing<String>, KeyError> {
    let document = Ed25519KeyPair::generate()
        .and_then(|pair| pair.to_pkcs8v1())
        .map_err(|_| KeyError::NotGenerated)?;
    let pem = Pem::new(PEM_LABEL, document.as_ref());
    let unix_lines = EncodeConfig::new().set_line_ending(LineEnding::LF);
    Ok(Zeroizing::new(pem::encode_config(&pem, unix_lines)))
}

/// The PKCS#8 bytes in a key file, after its permissions were found narrow enough. Both are asked
/// of the same open file, so that it cannot be exchanged in between.
fn read_private(path: &Path) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let unreadable = |source| KeyError::Unreadable {
        path: path.to_owned(),
        source,
    };
    let mut file = File::open(path).map_err(unreadable)?;
    let mode = file.metadata().map_err(unreadable)?.permissions().mode() & 0o7777;
    if mode & !FILE_MODE != 0 {
        return Err(KeyError::TooOpen {
            path: path.to_owned(),
            mode,
        });
    }
    let mut text = Zeroizing::new(Vec::new());
    file.read_to_end(&mut text).map_err(unreadable)?;
    match pem::parse(&*text) {
        Ok(pem) if pem.tag() == PEM_LABEL => Ok(Zeroizing::new(pem.into_contents())),
        Ok(_) | Err(_) => Err(KeyError::Malformed { path: path.to_owned() }),
    }
}

/// Why keys could not be loaded or made. Each says which file, and how to mend it where that can be
/// known.
#[derive(Debug)]
pub enum KeyError {
    /// There is no such directory.
    MissingDirectory {
        /// Where it was looked for.
        directory: PathBuf,
    },
    /// The directory has no token key in it.
    NoTokenKey {
        /// Where it was looked for.
        directory: PathBuf,
    },
    /// The directory has no key for links to files in it.
    NoFileKey {
        /// Where it was looked for.
        directory: PathBuf,
    },
    /// The directory has no key for receipts in it.
    NoReceiptKey {
        /// Where it was looked for.
        directory: PathBuf,
    },
    /// The directory has no key for door codes in it.
    NoDoorKey {
        /// Where it was looked for.
        directory: PathBuf,
    },
    /// The directory has no vault key in it.
    NoVaultKey {
        /// Where it was looked for.
        directory: PathBuf,
    },
    /// A file or directory cannot be read.
    Unreadable {
        /// Which.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// Others than its owner may use a key file.
    TooOpen {
        /// Which.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// A file has the first and last part of a key's name, but no date between them.
    OddName {
        /// Which.
        path: PathBuf,
    },
    /// A file does not hold a private Ed25519 key.
    Malformed {
        /// Which.
        path: PathBuf,
    },
    /// A file or directory cannot be made.
    NotWritten {
        /// Which.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The file of a key that is done with cannot be removed.
    NotRemoved {
        /// Which.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The directory already holds a key of the purpose dated now or later.
    NotNewer {
        /// The newest there is.
        path: PathBuf,
    },
    /// The operating system gave no random numbers to make a key of.
    NotGenerated,
}

impl Display for KeyError {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingDirectory { directory } => write!(
                formatter,
                "The key directory {} does not exist. `jenjang keys generate` makes it.",
                directory.display(),
            ),
            Self::NoTokenKey { directory } => write!(
                formatter,
                "The key directory {} holds no token key. `jenjang keys generate` makes one.",
                directory.display(),
            ),
            Self::NoFileKey { directory } => write!(
                formatter,
                "The key directory {} holds no key for links to files. `jenjang keys generate` makes one.",
                directory.display(),
            ),
            Self::NoReceiptKey { directory } => write!(
                formatter,
                "The key directory {} holds no receipt key. `jenjang keys generate` makes one.",
                directory.display(),
            ),
            Self::NoDoorKey { directory } => write!(
                formatter,
                "The key directory {} holds no key for door codes. `jenjang keys generate` makes one.",
                directory.display(),
            ),
            Self::NoVaultKey { directory } => write!(
                formatter,
                "The key directory {} holds no vault key. `jenjang keys generate` makes one.",
                directory.display(),
            ),
            Self::Unreadable { path, source } => {
                write!(formatter, "{} cannot be read: {source}.", path.display())
            }
            Self::TooOpen { path, mode } => write!(
                formatter,
                "The key file {path} has mode {mode:04o}, wider than 0600. Run `chmod 600 {path}`, \
                 and make a new key if somebody else may have read this one.",
                path = path.display(),
            ),
            Self::OddName { path } => write!(
                formatter,
                "The key file {} is not named like one (token-20260122T101500Z-3f9c.pem), so its \
                 age cannot be told. Rename it or move it away.",
                path.display(),
            ),
            Self::Malformed { path } => write!(
                formatter,
                "The key file {} does not hold a private Ed25519 key (PKCS#8 in PEM). Put back a \
                 copy of it or move it away.",
                path.display(),
            ),
            Self::NotWritten { path, source } => {
                write!(formatter, "{} cannot be made: {source}.", path.display())
            }
            Self::NotRemoved { path, source } => {
                write!(formatter, "{} cannot be removed: {source}.", path.display())
            }
            Self::NotNewer { path } => write!(
                formatter,
                "The key {} is dated this second or later, so a new key would not be the \
                 one that signs. Check this machine's clock, or try again in a second.",
                path.display(),
            ),
            Self::NotGenerated => formatter.write_str("The operating system gave no random numbers to make a key of."),
        }
    }
}

impl std::error::Error for KeyError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreadable { source, .. } | Self::NotWritten { source, .. } | Self::NotRemoved { source, .. } => {
                Some(source)
            }
            Self::MissingDirectory { .. }
            | Self::NoTokenKey { .. }
            | Self::NoFileKey { .. }
            | Self::NoReceiptKey { .. }
            | Self::NoDoorKey { .. }
            | Self::NoVaultKey { .. }
            | Self::TooOpen { .. }
            | Self::OddName { .. }
            | Self::Malformed { .. }
            | Self::NotNewer { .. }
            | Self::NotGenerated => None,
        }
    }
}
