//! Amounts of money, and what deals are worth together.

use async_graphql::SimpleObject;
use domain::deal::money::Money as Amount;

use crate::graphql::scalar::{CurrencyCode, Decimal};

/// An amount of a currency.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct Money {
    /// How much: exact, as a string.
    pub amount: Decimal,
    /// Of which currency.
    pub currency: CurrencyCode,
}

/// The value in a deal's columns.
pub(crate) fn money(amount: Option<i64>, currency: Option<&str>) -> Option<Money> {
    let (amount, currency) = amount.zip(currency)?;
    Some(Money {
        amount: Decimal(Amount::decimal(amount)),
        currency: CurrencyCode(currency.to_owned()),
    })
}

/// What deals are worth together.
#[derive(SimpleObject)]
pub(crate) struct DealTotals {
    /// How many there are.
    pub count: u64,
    /// The sum of their values, one for each currency.
    pub values: Vec<Money>,
    /// The sum of their values, each multiplied by the deal's progress; one for each currency.
    pub weighted_values: Vec<Money>,
}
