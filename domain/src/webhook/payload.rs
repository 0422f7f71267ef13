//! What is sent of an event where the webhook has no document of its own: everything that it tells.

use chrono::SecondsFormat;
use entity::{
    Timestamp, deal,
    event::{self, DealState},
};
use serde_json::{Map, Value, json};

use crate::deal::money::Money;

/// The body, as Standard Webhooks say: `type`, `timestamp` and `data`.
pub fn enveloped(event: &event::Model, data: Value) -> Value {
    let timestamp = moment(event.occurred_at);
    json!({ "type": event.fact.kind(), "timestamp": timestamp, "data": data })
}

/// The body with everything that an event tells.
pub fn full(event: &event::Model, deal: &deal::Model) -> Value {
    let data = json!({
        "id": event.id,
        "version": event.version,
        "occurredAt": moment(event.occurred_at),
        "recordedAt": moment(event.recorded_at),
        "actorId": event.actor_id,
        "deal": { "id": deal.id, "title": deal.title, "externalId": deal.external_id },
        "processId": event.process_id,
        "fromProcessId": event.from_process_id,
        "fact": fact(event),
        "before": event.before.as_ref().map(state),
        "after": state(&event.after),
    });
    enveloped(event, data)
}

/// As the API writes moments.
fn moment(at: Timestamp) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// The fact, with its keys as the API writes them. What it is a fact of is said by `type`, and values by the states.
fn fact(event: &event::Model) -> Value {
    let mut fact = serde_json::to_value(&event.fact).map(named).unwrap_or_default();
    if let Some(fields) = fact.as_object_mut() {
        fields.remove("kind");
    }
    let changes = fact.get_mut("changes").and_then(Value::as_array_mut);
    let values = changes.into_iter().flatten().filter_map(|change| change.get_mut("value"));
    for change in values {
        let before = event.before.as_ref().map(value);
        *change = json!({ "from": before.flatten(), "to": value(&event.after) });
    }
    fact
}

fn value(state: &DealState) -> Option<Value> {
    let (amount, currency) = state.value_amount.zip(state.value_currency.as_deref())?;
    Some(json!({ "amount": Money::decimal(amount).to_string(), "currency": currency }))
}

fn state(state: &DealState) -> Value {
    json!({
        "version": state.version,
        "status": state.status,
        "stageId": state.stage_id,
        "stageName": state.stage_name,
        "percent": state.percent,
        "value": value(state),
        "ownerId": state.owner_id,
    })
}

/// No key of a fact is a text that somebody wrote.
fn named(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let named = fields.into_iter().map(|(key, value)| (camel(&key), named(value)));
            Value::Object(named.collect::<Map<_, _>>())
        }
        Value::Array(items) => items.into_iter().map(named).collect(),
        other => other,
    }
}

fn camel(key: &str) -> String {
    let mut words = key.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |mut name, word| {
        let (head, tail) = word.split_at(word.len().min(1));
        name.push_str(&head.to_uppercase());
        name.push_str(tail);
        name
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_written_as_the_api_writes_them() {
        let given = json!({ "to_stage_id": null, "changes": [{ "due_on": { "from": "a_b" } }] });
        let expected = json!({ "toStageId": null, "changes": [{ "dueOn": { "from": "a_b" } }] });
        assert_eq!(named(given), expected);
    }
}
