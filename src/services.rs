//! What a process holds as long as it lives, shared by every request.
use std::sync::Arc;

use crate::{
    clock::Clock,
    command::AtWork,
    config::MailSettings,
    db::Db,
    feed::Feed,
    file::Files,
    identity::{Identity, throttle::PerAddress},
    report::catalogue,
    territory::directory::Current,
};

/// The parts every use case may need. One per process.
pub struct Services {
    pub db: Db,
    pub clock: Arc<dyn Clock>,
    pub directory: Current,
    pub catalogue: catalogue::Current,
    pub identity: Identity,
    pub feed: Feed,
    pub at_work: AtWork,
    pub files: Files,
    /// None: no e-mail is sent, and what needs it is refused.
    pub mail: Option<MailSettings>,
    /// How often an address may look up receipts.
    pub verifications: PerAddress,
}
