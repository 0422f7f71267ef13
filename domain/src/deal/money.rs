//! What a deal is worth: an exact amount of a currency, never a float.

use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::Serialize;

use crate::{language::Message, refusal::Refusal, text::invalid};

/// Digits kept after the decimal point: as many as the currency with the most of them has.
pub const SCALE: u32 = 4;
/// The greatest amount, in whole units.
pub const LIMIT: i64 = 1_000_000_000_000;

/// An amount of a currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Money {
    /// In ten-thousandths of the currency's unit.
    amount: i64,
    /// As in ISO 4217.
    currency: String,
}

impl Money {
    /// The amount of the currency, if both are fit to be a deal's value.
    pub fn new(amount: Decimal, currency: &str) -> Result<Self, Refusal> {
        let amount = self::amount(amount).map_err(|refusal| refusal.at("amount"))?;
        let currency = code(currency).map_err(|refusal| refusal.at("currency"))?;
        Ok(Self { amount, currency })
    }

    /// The amount of the currency, or all that is wrong with both at once.
    pub fn checked(amount: Decimal, currency: &str) -> Result<Self, Vec<Refusal>> {
        let wrong_currency = code(currency).err().map(|refusal| refusal.at("currency"));
        match Self::new(amount, currency) {
            Err(first) if Some(&first) != wrong_currency.as_ref() => {
                Err([first].into_iter().chain(wrong_currency).collect())
            }
            other => other.map_err(|only| vec![only]),
        }
    }

    /// The value in a deal's columns.
    pub fn columns(value: Option<Self>) -> (Option<i64>, Option<String>) {
        value.map(|money| (money.amount, money.currency)).unzip()
    }

    /// The amount from a deal's column.
    pub fn decimal(amount: i64) -> Decimal {
        Decimal::new(amount, SCALE).normalize()
    }
}

/// An amount in ten-thousandths, if it can be a deal's value.
pub(super) fn amount(amount: Decimal) -> Result<i64, Refusal> {
    if amount.is_sign_negative() && !amount.is_zero() {
        return Err(invalid(Message::of("value-negative")));
    }
    if amount > Decimal::from(LIMIT) {
        return Err(invalid(Message::of("value-too-large")));
    }
    if amount.normalize().scale() > SCALE {
        return Err(invalid(Message::of("value-too-fine")));
    }
    let scaled = amount * Decimal::from(10_i64.pow(SCALE));
    scaled.to_i64().ok_or_else(|| invalid(Message::of("not-an-amount")))
}

/// A currency, if it is written as one.
pub(super) fn code(given: &str) -> Result<String, Refusal> {
    if given.len() == 3 && given.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Ok(given.to_owned());
    }
    Err(invalid(Message::of("not-a-currency")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(text: &str) -> Option<i64> {
        let money = Money::new(text.parse().unwrap(), "EUR").ok()?;
        Money::columns(Some(money)).0
    }

    #[test]
    fn amounts_are_exact() {
        assert_eq!(columns("0.1"), Some(1_000));
        assert_eq!(columns("1000000000000"), Some(10_000_000_000_000_000));
        assert_eq!(Money::decimal(1_000).to_string(), "0.1");
        assert_eq!(Money::decimal(200_000_000).to_string(), "20000");
    }

    #[test]
    fn amounts_out_of_range_are_refused() {
        for wrong in ["-1", "0.00001", "1000000000000.0001"] {
            assert_eq!(columns(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn currencies_are_codes() {
        for wrong in ["eur", "EURO", "", "E1R"] {
            assert!(Money::new(Decimal::ONE, wrong).is_err(), "{wrong}");
        }
    }
}
