//! The API's own scalars: strict in, canonical out.
use async_graphql::{ID, InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{NaiveDate, SecondsFormat, Utc};

use crate::identity::email::is_email_address;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateTime(pub chrono::DateTime<Utc>);

/// A moment in time, RFC 3339. Any offset is accepted; answers are in UTC with `Z` and at most microseconds.
#[Scalar(
    name = "DateTime",
    specified_by_url = "https://scalars.graphql.org/andimarek/date-time.html"
)]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else {
            return Err(InputValueError::expected_type(value));
        };
        let moment = chrono::DateTime::parse_from_rfc3339(text)
            .map_err(|_malformed| InputValueError::custom("expected a moment such as 2025-01-21T09:00:00+07:00"))?;
        Ok(Self(chrono::SubsecRound::trunc_subsecs(moment.to_utc(), 6)))
    }

    fn is_valid(value: &Value) -> bool {
        Self::parse(value.clone()).is_ok()
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date(pub NaiveDate);

/// A calendar day, RFC 3339 `full-date`: `2025-01-21`.
#[Scalar(
    name = "Date",
    specified_by_url = "https://scalars.graphql.org/andimarek/local-date.html"
)]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else {
            return Err(InputValueError::expected_type(value));
        };
        let strict = text.len() == 10;
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_day| strict);
        day.map(Self)
            .ok_or_else(|| InputValueError::custom("expected a day such as 2025-01-21"))
    }

    fn is_valid(value: &Value) -> bool {
        Self::parse(value.clone()).is_ok()
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.format("%Y-%m-%d").to_string())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uuid(pub uuid::Uuid);

/// A UUID (RFC 9562), hyphenated; made by the client to name what it creates.
#[Scalar(name = "UUID", specified_by_url = "https://www.rfc-editor.org/rfc/rfc9562")]
impl ScalarType for Uuid {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else {
            return Err(InputValueError::expected_type(value));
        };
        let uuid = uuid::Uuid::try_parse(text).ok().filter(|_uuid| text.len() == 36);
        uuid.map(Self)
            .ok_or_else(|| InputValueError::custom("expected a hyphenated UUID"))
    }

    fn is_valid(value: &Value) -> bool {
        Self::parse(value.clone()).is_ok()
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.hyphenated().to_string())
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sha256(pub String);

/// A SHA-256 hash (FIPS 180-4), 64 lower-case hexadecimal digits.
#[Scalar(
    name = "Sha256",
    specified_by_url = "https://csrc.nist.gov/pubs/fips/180-4/upd1/final"
)]
impl ScalarType for Sha256 {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else {
            return Err(InputValueError::expected_type(value));
        };
        let strict = text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if strict {
            Ok(Self(text.clone()))
        } else {
            Err(InputValueError::custom("expected 64 lower-case hexadecimal digits"))
        }
    }

    fn is_valid(value: &Value) -> bool {
        Self::parse(value.clone()).is_ok()
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailAddress(pub String);

/// An e-mail address (RFC 5321), as its owner writes it.
#[Scalar(
    name = "EmailAddress",
    specified_by_url = "https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address"
)]
impl ScalarType for EmailAddress {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else {
            return Err(InputValueError::expected_type(value));
        };
        if is_email_address(text) {
            Ok(Self(text.clone()))
        } else {
            Err(InputValueError::custom("expected an e-mail address"))
        }
    }

    fn is_valid(value: &Value) -> bool {
        Self::parse(value.clone()).is_ok()
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal(pub rust_decimal::Decimal);

/// An exact decimal number, at most 28 digits, written as a string: `"12.50"`. Whole numbers are taken as they are, too.
#[Scalar(
    name = "Decimal",
    specified_by_url = "https://www.rfc-editor.org/rfc/rfc8259#section-6"
)]
impl ScalarType for Decimal {
    fn parse(value: Value) -> InputValueResult<Self> {
        let parsed = match &value {
            Value::String(text) => rust_decimal::Decimal::from_str_exact(text).ok(),
            Value::Number(number) => number.as_i64().map(rust_decimal::Decimal::from),
            _ => return Err(InputValueError::expected_type(value)),
        };
        parsed
            .map(|number| Self(number.normalize()))
            .ok_or_else(|| InputValueError::custom("expected a decimal number such as \"12.5\""))
    }

    fn is_valid(value: &Value) -> bool {
        Self::parse(value.clone()).is_ok()
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// Whether a value, given as JSON, is one of a scalar. A scalar nobody here knows judges for itself when it is used.
#[must_use]
pub fn accepts(scalar: &str, value: &Value) -> bool {
    match scalar {
        "Boolean" => bool::is_valid(value),
        // The library's own check lets numbers pass that are no 32 bits.
        "Int" => <i32 as ScalarType>::parse(value.clone()).is_ok(),
        "Float" => f64::is_valid(value),
        "String" => String::is_valid(value),
        "ID" => ID::is_valid(value),
        "DateTime" => DateTime::is_valid(value),
        "Date" => Date::is_valid(value),
        "Decimal" => Decimal::is_valid(value),
        "UUID" => Uuid::is_valid(value),
        "Sha256" => Sha256::is_valid(value),
        "EmailAddress" => EmailAddress::is_valid(value),
        _ => true,
    }
}
