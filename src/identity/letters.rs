//! What is written to people by e-mail: Indonesian first, English beneath.
use crate::{config::MailSettings, mail::Letter};

/// Where a code leads, when the operator has said where people use the system. It stands behind a `#`, so that no server on
/// the way logs it.
fn link(settings: &MailSettings, page: &str, code: &str) -> String {
    settings
        .frontend_url
        .as_ref()
        .map_or_else(String::new, |origin| format!("\n{origin}/{page}#{code}\n"))
}

/// An offer of a seat.
#[must_use]
pub fn invitation(settings: &MailSettings, to: &str, seat: &str, unit: &str, code: &str) -> Letter {
    let link = link(settings, "invitation", code);
    Letter {
        to: to.to_owned(),
        subject: format!("Undangan: {seat}, {unit}"),
        body: format!(
            "Anda diundang menjadi {seat} di {unit}.\n\
             Kode undangan, berlaku 72 jam dan hanya sekali: {code}\n{link}\
             Jika sudah memiliki akun, gunakan kata sandi akun itu.\n\
             Jika Anda tidak mengenal undangan ini, abaikan surat ini.\n\n\
             You are invited to be {seat} at {unit}. The code above is good once, for 72 hours. If you have an account \
             already, use its password. If this means nothing to you, ignore it.\n"
        ),
    }
}

/// The way to a new password.
#[must_use]
pub fn password_reset(settings: &MailSettings, to: &str, code: &str) -> Letter {
    let link = link(settings, "reset-password", code);
    Letter {
        to: to.to_owned(),
        subject: "Kata sandi baru".to_owned(),
        body: format!(
            "Seseorang meminta kata sandi baru untuk akun Anda.\n\
             Kode, berlaku 1 jam sejak diminta dan hanya sekali: {code}\n{link}\
             Jika bukan Anda, abaikan surat ini; kata sandi Anda tidak berubah.\n\n\
             Somebody asked for a new password for your account. The code above is good once, within an hour of that. If it was \
             not you, ignore this letter; your password has not changed.\n"
        ),
    }
}

/// The proof that an address is the person's.
#[must_use]
pub fn email_change(settings: &MailSettings, to: &str, code: &str) -> Letter {
    let link = link(settings, "confirm-email", code);
    Letter {
        to: to.to_owned(),
        subject: "Konfirmasi alamat e-mail".to_owned(),
        body: format!(
            "Alamat ini akan menjadi alamat masuk sebuah akun.\n\
             Kode, berlaku 24 jam dan hanya sekali, dimasukkan setelah masuk dengan alamat lama: {code}\n{link}\
             Jika bukan Anda yang meminta, abaikan surat ini.\n\n\
             This address is to become the one an account signs in with. Enter the code above, good once and for 24 hours, \
             after signing in with the old address. If it was not you who asked, ignore this letter.\n"
        ),
    }
}

/// What the owner of an address is told when somebody tried to take it over.
#[must_use]
pub fn email_taken(to: &str) -> Letter {
    Letter {
        to: to.to_owned(),
        subject: "Alamat e-mail Anda".to_owned(),
        body: "Seseorang mencoba memakai alamat ini untuk akun lain. Alamat ini sudah menjadi alamat akun Anda, jadi tidak \
               ada yang berubah.\n\n\
               Somebody tried to use this address for another account. It is the address of yours already, so nothing \
               has changed.\n"
            .to_owned(),
    }
}

/// What the old address is told when it is no longer the account's.
#[must_use]
pub fn email_changed(to: &str) -> Letter {
    Letter {
        to: to.to_owned(),
        subject: "Alamat e-mail akun Anda telah diganti".to_owned(),
        body: "Akun Anda kini masuk dengan alamat e-mail lain. Jika bukan Anda yang menggantinya, segera hubungi \
               administrator unit Anda.\n\n\
               Your account signs in with another e-mail address from now on. If it was not you who changed it, turn to \
               your unit's administrator at once.\n"
            .to_owned(),
    }
}
