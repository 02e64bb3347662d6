//! What a process does beside answering: it keeps its snapshots fresh, numbers the feed and tells of it, reminds of what is owed,
//! sends e-mail and forgets what has had its time.
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration as StdDuration,
};

use chrono::Duration;
use tokio::sync::watch;

use crate::{
    command,
    error::Error,
    event, feed, file,
    identity::{self, keys::TokenKeys, receipt_key},
    mail::{self, transport::Transport},
    notice, report, review,
    services::Services,
    territory,
};

/// How often the database is asked whether another process has changed the directory or ended a session.
const CONFIRM_EVERY: StdDuration = StdDuration::from_millis(500);

/// How often the folder of keys is read again.
const READ_KEYS_EVERY: StdDuration = StdDuration::from_secs(2);

/// How often the uses of tokens are written down.
const WRITE_USES_EVERY: StdDuration = StdDuration::from_secs(30);

/// How often outcomes of old commands are forgotten.
const FORGET_EVERY: StdDuration = StdDuration::from_secs(600);

/// How often it is looked for what is to be reminded of.
const REMIND_EVERY: StdDuration = StdDuration::from_secs(600);

/// How often it is looked for e-mail that waits to be sent.
const SEND_EVERY: StdDuration = StdDuration::from_secs(1);

/// How long a command may be sent again, hours.
const OUTCOMES_KEPT_HOURS: i64 = 24;

/// Runs until told to stop. A failing turn is logged and tried again: the database may be away for a while.
pub async fn run(services: Arc<Services>, token_lifetime: Duration, keys_dir: PathBuf, stop: watch::Receiver<bool>) {
    tokio::join!(
        keep_confirming(&services, token_lifetime, stop.clone()),
        keep_forgetting(&services, stop.clone()),
        keep_reading_keys(&services, &keys_dir, stop.clone()),
        keep_writing_uses(&services, stop.clone()),
        keep_sending(&services, stop.clone()),
        keep_reminding(&services, stop.clone()),
        number_and_tell(&services, stop),
    );
}

async fn keep_confirming(services: &Arc<Services>, token_lifetime: Duration, mut stop: watch::Receiver<bool>) {
    while pause(CONFIRM_EVERY, &mut stop).await {
        if let Err(error) = confirm(services, token_lifetime).await {
            tracing::warn!(?error, "confirming the snapshots failed");
        }
    }
}

async fn keep_forgetting(services: &Services, mut stop: watch::Receiver<bool>) {
    while pause(FORGET_EVERY, &mut stop).await {
        if let Err(error) = forget(services).await {
            tracing::warn!(?error, "forgetting failed");
        }
    }
}

/// At the start, too: the days of a reminder may come while nobody is there.
async fn keep_reminding(services: &Arc<Services>, mut stop: watch::Receiver<bool>) {
    let mut going_on = true;
    while going_on {
        if let Err(error) = report::owed::reminding::remind(services).await {
            tracing::warn!(?error, "reminding of what is owed failed");
        }
        if let Err(error) = report::finding::reminding::remind(services).await {
            tracing::warn!(?error, "reminding of findings failed");
        }
        if let Err(error) = review::recommendation::reminding::remind(services).await {
            tracing::warn!(?error, "reminding of recommendations failed");
        }
        if let Err(error) = report::reviewing::reminding::remind(services).await {
            tracing::warn!(?error, "reminding of reviews failed");
        }
        if let Err(error) = event::reminding::remind(services).await {
            tracing::warn!(?error, "reminding of events failed");
        }
        going_on = pause(REMIND_EVERY, &mut stop).await;
    }
}

/// A folder that cannot be used leaves the keys as they are; it is complained of once, until something else is wrong.
async fn keep_reading_keys(services: &Services, keys_dir: &Path, mut stop: watch::Receiver<bool>) {
    let mut complaint = None;
    while pause(READ_KEYS_EVERY, &mut stop).await {
        match read_keys(services, keys_dir).await {
            Ok(()) => complaint = None,
            Err(Error::Internal(cause) | Error::Busy(cause)) if complaint.as_ref() != Some(&cause) => {
                tracing::warn!(cause, "reading the keys failed; the old ones stay");
                complaint = Some(cause);
            }
            Err(_known) => {}
        }
    }
}

async fn keep_writing_uses(services: &Services, mut stop: watch::Receiver<bool>) {
    let mut going_on = true;
    while going_on {
        going_on = pause(WRITE_USES_EVERY, &mut stop).await;
        if let Err(error) = services.identity.uses.write(&services.db).await {
            tracing::warn!(?error, "writing down the uses of tokens failed");
        }
    }
}

/// Takes over the keys of tokens, links, receipts and door codes as they are in the folder now.
///
/// # Errors
/// What is wrong with the folder; the keys stay as they were.
pub async fn read_keys(services: &Services, keys_dir: &Path) -> Result<(), Error> {
    let keys_dir = keys_dir.to_owned();
    let read = tokio::task::spawn_blocking(move || {
        let links = TokenKeys::load_for_links(&keys_dir)?;
        let receipts = TokenKeys::load_for_receipts(&keys_dir)?;
        let doors = TokenKeys::load_for_doors(&keys_dir)?;
        TokenKeys::load(&keys_dir).map(|tokens| (tokens, links, receipts, doors))
    });
    let (keys, links, receipts, doors) = read.await.map_err(Error::internal)?.map_err(Error::internal)?;
    if !services.identity.receipts.holds(&receipts) {
        receipt_key::record(&services.db, &receipts, services.clock.now()).await?;
        services.identity.receipts.replace_keys(receipts);
        tracing::info!("the keys of receipts have changed");
    }
    if services.identity.doors.replace_keys(doors) {
        tracing::info!("the keys of door codes have changed");
    }
    if services.identity.links.replace_keys(links) {
        tracing::info!("the keys of links to files have changed");
    }
    if services.identity.tokens.replace_keys(keys) {
        let kids = services.identity.tokens.public_keys(services.clock.now());
        let kids: Vec<String> = kids.into_iter().map(|(kid, _public)| kid).collect();
        tracing::info!(?kids, "the token keys have changed");
    }
    Ok(())
}

/// Waits for the next turn; whether there is one.
async fn pause(every: StdDuration, stop: &mut watch::Receiver<bool>) -> bool {
    tokio::select! {
        () = tokio::time::sleep(every) => !*stop.borrow(),
        _changed = stop.changed() => false,
    }
}

/// Sends e-mail, where the operator has set it up.
async fn keep_sending(services: &Services, mut stop: watch::Receiver<bool>) {
    let Some(settings) = &services.mail else { return };
    let transport = match Transport::new(settings) {
        Ok(transport) => transport,
        Err(error) => return tracing::error!(?error, "e-mail cannot be sent"),
    };
    while !*stop.borrow() {
        let sent = mail::sending::send_due(services, &transport)
            .await
            .unwrap_or_else(|error| {
                tracing::warn!(?error, "sending e-mail failed");
                0
            });
        if sent == 0 && !pause(SEND_EVERY, &mut stop).await {
            return;
        }
    }
}

/// Numbers the feed as soon as something was written and tells those it concerns, and once more before the end.
async fn number_and_tell(services: &Arc<Services>, mut stop: watch::Receiver<bool>) {
    loop {
        let stopping = *stop.borrow();
        if let Err(error) = feed::number(&services.db).await {
            tracing::warn!(?error, "numbering the feed failed");
        }
        let told = notice::telling::tell(services).await.unwrap_or_else(|error| {
            tracing::warn!(?error, "telling of what happened failed");
            0
        });
        if told > 0 {
            continue;
        }
        if stopping {
            return;
        }
        tokio::select! {
            () = services.feed.woken() => {}
            _changed = stop.changed() => {}
        }
    }
}

/// Takes over what other processes have changed.
///
/// # Errors
/// The database's; the snapshots stay as they were.
pub async fn confirm(services: &Arc<Services>, token_lifetime: Duration) -> Result<(), Error> {
    let connection = services.db.reader();
    let seen = services.identity.revocations.seen();
    // A token ended longer ago than it can live has run out by itself.
    let since = services.clock.now() - token_lifetime - Duration::minutes(1);
    let ended = identity::query::ended_since(connection, since).await?;
    if *seen != ended {
        services.identity.revocations.replace(&seen, ended);
    }
    if territory::query::version(connection).await? != services.directory.load().version {
        services.directory.replace(territory::query::load(connection).await?);
    }
    report::catalogue::confirm(services).await?;
    territory::settle::turn_of_the_day(services).await
}

/// Forgets outcomes no client will ask for again, tokens that cannot be used any more, attempts that no longer count, and
/// files that nothing holds.
///
/// # Errors
/// The database's and the disk's; what was not forgotten is found again.
pub async fn forget(services: &Services) -> Result<(), Error> {
    let transaction = services.db.begin().await?;
    let before = services.clock.now() - Duration::hours(OUTCOMES_KEPT_HOURS);
    command::forget_outcomes(transaction.connection(), before).await?;
    identity::query::forget_tokens(transaction.connection(), before).await?;
    identity::attempts::forget(transaction.connection(), services.clock.now()).await?;
    transaction.commit().await?;
    file::cleaning::clear(services).await
}
