//! Ranges that lists of deals are asked for: each with an end that is given, and none that holds nothing.

use entity::Timestamp;
use rust_decimal::Decimal;

use super::money::{amount, code};
use crate::{language::Message, refusal::Refusal, text::invalid};

const NO_END: Message = Message::of("range-without-end");

/// Moments from one, which belongs to it, to another, which does not; all before or after where one is not given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    /// The first moment.
    pub from: Option<Timestamp>,
    /// The first moment after it.
    pub to: Option<Timestamp>,
}

impl Span {
    /// The moments between these.
    pub fn new(from: Option<Timestamp>, to: Option<Timestamp>) -> Result<Self, Vec<Refusal>> {
        if from.is_none() && to.is_none() {
            return Err(vec![invalid(NO_END)]);
        }
        if from.zip(to).is_some_and(|(from, to)| from >= to) {
            let refusal = invalid(Message::of("range-empty"));
            return Err(vec![refusal.at("to")]);
        }
        Ok(Self { from, to })
    }
}

/// Values of one currency: amounts of different ones do not compare.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Worth {
    /// As in ISO 4217.
    pub currency: String,
    /// The least amount, in ten-thousandths of the currency's unit.
    pub from: Option<i64>,
    /// The greatest amount, likewise.
    pub to: Option<i64>,
}

impl Worth {
    /// The values of the currency between these amounts, both of which belong to it; all that is wrong at once.
    pub fn new(
        currency: &str,
        from: Option<Decimal>,
        to: Option<Decimal>,
    ) -> Result<Self, Vec<Refusal>> {
        let mut wrong = Vec::new();
        let currency = kept(code(currency), "currency", &mut wrong).unwrap_or_default();
        let from = from.and_then(|from| kept(amount(from), "from", &mut wrong));
        let to = to.and_then(|to| kept(amount(to), "to", &mut wrong));
        if wrong.is_empty() && from.zip(to).is_some_and(|(from, to)| from > to) {
            wrong.push(invalid(Message::of("range-backwards")).at("to"));
        }
        if wrong.is_empty() { Ok(Self { currency, from, to }) } else { Err(wrong) }
    }
}

fn kept<T>(value: Result<T, Refusal>, field: &str, wrong: &mut Vec<Refusal>) -> Option<T> {
    value.map_err(|refusal| wrong.push(refusal.at(field))).ok()
}

/// Progress between two percentages, both of which belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Share {
    /// The least.
    pub from: Option<i32>,
    /// The greatest.
    pub to: Option<i32>,
}

impl Share {
    /// The percentages between these.
    pub fn new(from: Option<i32>, to: Option<i32>) -> Result<Self, Vec<Refusal>> {
        if from.is_none() && to.is_none() {
            return Err(vec![invalid(NO_END)]);
        }
        let of = [("from", from), ("to", to)];
        let outside =
            of.iter().filter(|(_, given)| given.is_some_and(|one| !(0..=100).contains(&one)));
        let wrong: Vec<_> = outside
            .map(|(field, _)| invalid(Message::of("progress-out-of-range")).at(field))
            .collect();
        if wrong.is_empty() && from.zip(to).is_some_and(|(from, to)| from > to) {
            return Err(vec![invalid(Message::of("range-backwards")).at("to")]);
        }
        if wrong.is_empty() { Ok(Self { from, to }) } else { Err(wrong) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Option<Timestamp> {
        Timestamp::from_timestamp(second, 0)
    }

    fn paths<T>(ranged: Result<T, Vec<Refusal>>) -> Vec<String> {
        ranged.err().into_iter().flatten().map(|refusal| refusal.path.join(".")).collect()
    }

    #[test]
    fn a_range_has_an_end_and_holds_something() {
        assert!(Span::new(at(1), at(2)).is_ok() && Span::new(None, at(2)).is_ok());
        assert_eq!(paths(Span::new(None, None)), [""]);
        assert_eq!(paths(Span::new(at(2), at(2))), ["to"]);
        assert!(Share::new(Some(5), Some(5)).is_ok() && Share::new(Some(0), None).is_ok());
        assert_eq!(paths(Share::new(None, None)), [""]);
        assert_eq!(paths(Share::new(Some(-1), Some(101))), ["from", "to"]);
        assert_eq!(paths(Share::new(Some(6), Some(5))), ["to"]);
    }

    #[test]
    fn values_are_of_a_currency_and_all_that_is_wrong_is_told() {
        let of = |currency, from: i64, to: i64| {
            Worth::new(currency, Some(Decimal::from(from)), Some(Decimal::from(to)))
        };
        let worth = of("EUR", 1, 1).unwrap();
        assert_eq!((worth.from, worth.to), (Some(10_000), Some(10_000)));
        assert!(Worth::new("EUR", None, None).is_ok(), "whatever is valued in it");
        assert_eq!(paths(of("eur", -1, -2)), ["currency", "from", "to"]);
        assert_eq!(paths(of("EUR", 2, 1)), ["to"]);
    }
}
