//! What is asked of many deals: every order, every filter, boards, counts, a text that no title has.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{
    http::{Connection, Request},
    server::{Result, Server},
};

const LIST: &str = "query($filter: DealFilter, $order: [DealOrder!], $after: Cursor) { deals(filter: $filter, orderBy: $order, first: 50, after: $after) { nodes { id title } pageInfo { endCursor } } }";
const COUNT: &str =
    "query($filter: DealFilter) { deals(filter: $filter, first: 1) { totalCount } }";
const TOTALS: &str = "query($filter: DealFilter) { deals(filter: $filter, first: 1) { totals { count values { amount } weightedValues { amount } } } }";
const BOARD: &str = "query($process: ID!, $filter: DealFilter) { process(id: $process) { stages { deals(first: 50, filter: $filter) { nodes { id title value { amount } progress { percent } } } } unstagedDeals(first: 50, filter: $filter) { nodes { id title } } } }";
const BOARD_COUNTED: &str = "query($process: ID!, $filter: DealFilter) { process(id: $process) { stages { deals(first: 50, filter: $filter) { totalCount nodes { id title value { amount } progress { percent } } } } } }";
const REASONS: &str = "{ closeReasons { deals(first: 50) { nodes { id title } } } }";
const MEMBERS: &str = "{ members(first: 100) { nodes { id email openDealCount } } }";

const ORDERS: [&str; 10] = [
    "CREATED_AT",
    "UPDATED_AT",
    "CLOSED_AT",
    "TITLE",
    "VALUE",
    "PROGRESS",
    "STAGE",
    "STATUS",
    "OWNER",
    "LAST_ACTIVITY",
];

/// A question is asked so often, unless that takes too long.
const TIMES: usize = 31;
const LONG: Duration = Duration::from_secs(4);

/// Whose answers are asked for: an administrator sees everything, a salesperson what is for everyone or theirs.
const ADMINISTRATOR: usize = 0;
const SALESPERSON: usize = 39;

/// What questions are about.
pub struct Known {
    processes: Vec<String>,
    stages: Vec<String>,
    members: Vec<String>,
    reasons: Vec<String>,
}

/// How long one took.
pub struct Taken {
    /// What was asked.
    pub name: String,
    /// How many deals one answer had.
    pub rows: usize,
    /// The median.
    pub milliseconds: f64,
}

struct Question {
    name: String,
    query: &'static str,
    /// Which processes, members and so on it is asked about, in turn.
    variables: Vec<Value>,
    asker: usize,
}

impl Known {
    /// Asks the server what there is.
    pub async fn read(server: &Server) -> Result<Self> {
        let mut connection = server.connection().await?;
        let token = &server.tokens[ADMINISTRATOR];
        let members = ask(&mut connection, token, MEMBERS, &json!({})).await?.0;
        let reasons = "{ closeReasons { id } }";
        let reasons = ask(&mut connection, token, reasons, &json!({})).await?.0;
        let ids = &server.ids;
        Ok(Self {
            processes: ids.processes.clone(),
            stages: ids.stages.iter().map(|stages| stages[2].clone()).collect(),
            members: all_ids(&members["members"]["nodes"]),
            reasons: all_ids(&reasons["closeReasons"]),
        })
    }

    fn questions(&self) -> Vec<Question> {
        let mut all = orders("", &[json!({})], ADMINISTRATOR);
        let open = |process: &String| json!({ "processIds": [process], "statuses": ["OPEN"] });
        let open: Vec<_> = self.processes.iter().map(open).collect();
        all.extend(orders("open, of a process, ", &open, ADMINISTRATOR));
        all.extend(self.filters());
        all.extend(self.boards());
        all.extend(self.counts());
        let mut as_salesperson = orders("as a salesperson, ", &[json!({})], SALESPERSON);
        as_salesperson.retain(|question| question.name.ends_with("DESC"));
        all.extend(as_salesperson);
        all
    }

    /// Every field of `DealFilter` (a test compares them with the schema), in the order that lists have when nothing is said.
    fn filters(&self) -> Vec<Question> {
        let each = |field: &str, ids: &[String]| -> Vec<Value> {
            ids.iter().map(|id| json!({ field: [id] })).collect()
        };
        let ranges = ranges();
        let all = [
            ("processIds", each("processIds", &self.processes)),
            ("stageIds", each("stageIds", &self.stages)),
            ("unstaged: true", vec![json!({ "unstaged": true })]),
            ("unstaged: false", vec![json!({ "unstaged": false })]),
            ("statuses: OPEN", vec![json!({ "statuses": ["OPEN"] })]),
            ("statuses: OUTDATED", vec![json!({ "statuses": ["OUTDATED"] })]),
            ("statuses: WON, LOST", vec![json!({ "statuses": ["WON", "LOST"] })]),
            ("ownerIds", each("ownerIds", &self.members)),
            ("participantIds", each("participantIds", &self.members)),
            ("closeReasonIds", each("closeReasonIds", &self.reasons)),
            ("mine: true", vec![json!({ "mine": true })]),
            ("mine: false", vec![json!({ "mine": false })]),
            ("text that many have", vec![json!({ "text": "call" })]),
            ("text that one has", vec![json!({ "text": " 7777" })]),
            ("text that none has", vec![json!({ "text": "zeppelin" })]),
        ];
        let ask = |(name, filters): (&str, Vec<Value>)| {
            let variables = filters.into_iter().map(|filter| json!({ "filter": filter })).collect();
            question(&format!("filter {name}"), LIST, variables)
        };
        all.into_iter().chain(ranges).map(ask).collect()
    }

    fn boards(&self) -> Vec<Question> {
        let of = |filter: Value| -> Vec<Value> {
            let all = self.processes.iter();
            all.map(|process| json!({ "process": process, "filter": filter })).collect()
        };
        let open = json!({ "statuses": ["OPEN"] });
        vec![
            question("board, all deals", BOARD, of(json!({}))),
            question("board, open deals", BOARD, of(open.clone())),
            question("board, open deals, with counts", BOARD_COUNTED, of(open)),
            question("board of close reasons", REASONS, vec![json!({})]),
        ]
    }

    fn counts(&self) -> Vec<Question> {
        let of = |filter: Value| vec![json!({ "filter": filter })];
        let all = self.processes.iter();
        let process =
            || all.clone().map(|id| json!({ "filter": { "processIds": [id] } })).collect();
        vec![
            question("count, all", COUNT, of(json!({}))),
            question("count, of a process", COUNT, process()),
            question("count, open", COUNT, of(json!({ "statuses": ["OPEN"] }))),
            question("count, of a text that none has", COUNT, of(json!({ "text": "zeppelin" }))),
            question("totals, all", TOTALS, of(json!({}))),
            question("totals, of a process", TOTALS, process()),
            question("members with their open deals", MEMBERS, vec![json!({})]),
            Question {
                asker: SALESPERSON,
                ..question("as a salesperson, count, all", COUNT, of(json!({})))
            },
        ]
    }
}

/// The fields of `DealFilter` that are ranges: of deals that begin a minute after one another, from 2022 on, and change
/// within ninety days of that; of what is worth 30,000 to 900,000.
fn ranges() -> [(&'static str, Vec<Value>); 6] {
    let day = |field: &str| {
        let day = |day: usize| {
            let moment = |hour: &str| format!("2022-01-{day:02}T{hour}Z");
            json!({ field: { "from": moment("00:00:00"), "to": moment("23:59:59") } })
        };
        (2..12).map(day).collect()
    };
    let value = |thousands: usize| {
        let amount = |thousands: usize| (thousands * 1000).to_string();
        json!({ "value": { "currency": "EUR", "from": amount(thousands), "to": amount(thousands + 20) } })
    };
    let progress = |percent: usize| json!({ "progress": { "from": percent, "to": percent + 5 } });
    [
        ("created on a day", day("created")),
        ("updated on a day", day("updated")),
        ("closed on a day", day("closed")),
        ("value between two amounts", (100..110).map(value).collect()),
        ("value of another currency", vec![json!({ "value": { "currency": "PLN" } })]),
        ("progress between two", (10..20).map(progress).collect()),
    ]
}

fn question(name: &str, query: &'static str, variables: Vec<Value>) -> Question {
    Question { name: name.to_owned(), query, variables, asker: ADMINISTRATOR }
}

/// The first page in every order, both ways.
fn orders(name: &str, filters: &[Value], asker: usize) -> Vec<Question> {
    let ways = ORDERS.iter().flat_map(|field| ["ASC", "DESC"].map(|direction| (field, direction)));
    let ask = |(field, direction): (&&str, &str)| {
        let order = json!([{ "field": field, "direction": direction }]);
        let variables = |filter| json!({ "filter": filter, "order": order });
        let variables = filters.iter().map(variables).collect();
        Question { asker, ..question(&format!("{name}by {field} {direction}"), LIST, variables) }
    };
    ways.map(ask).collect()
}

/// Asks everything, and for a page far into the list at the end.
pub async fn ask_all(server: &Server, known: &Known) -> Result<Vec<Taken>> {
    let mut connection = server.connection().await?;
    let mut all = Vec::new();
    for question in known.questions() {
        all.push(time(&mut connection, server, &question).await?);
    }
    for field in ["CREATED_AT", "VALUE"] {
        let question = far_in(&mut connection, server, field).await?;
        all.push(time(&mut connection, server, &question).await?);
    }
    Ok(all)
}

async fn time(connection: &mut Connection, server: &Server, asked: &Question) -> Result<Taken> {
    let (begun, mut times, mut rows) = (Instant::now(), Vec::new(), 0);
    let token = &server.tokens[asked.asker];
    while times.len() < TIMES && (times.len() < 3 || begun.elapsed() < LONG) {
        let variables = &asked.variables[times.len() % asked.variables.len()];
        let (data, taken) = ask(connection, token, asked.query, variables).await?;
        times.push(taken.as_secs_f64() * 1000.0);
        rows = data.to_string().matches("\"title\"").count();
    }
    times.sort_by(f64::total_cmp);
    let milliseconds = times[times.len() / 2];
    eprintln!("{}: {milliseconds:.2} ms", asked.name);
    Ok(Taken { name: asked.name.clone(), rows, milliseconds })
}

/// The page after two thousand deals.
async fn far_in(connection: &mut Connection, server: &Server, field: &str) -> Result<Question> {
    let order = json!([{ "field": field, "direction": "DESC" }]);
    let mut after = Value::Null;
    for _ in 0..40 {
        let variables = json!({ "order": order, "after": after });
        let answer = ask(connection, &server.tokens[ADMINISTRATOR], LIST, &variables).await?.0;
        after = answer["deals"]["pageInfo"]["endCursor"].clone();
    }
    let variables = vec![json!({ "order": order, "after": after })];
    Ok(question(&format!("after 2,000 others, by {field} DESC"), LIST, variables))
}

/// The data of an answer, and how long it took.
pub async fn ask(
    connection: &mut Connection,
    token: &str,
    query: &str,
    variables: &Value,
) -> Result<(Value, Duration)> {
    let body = json!({ "query": query, "variables": variables }).to_string();
    let begun = Instant::now();
    let answer = connection.send(Request { token: token.to_owned(), body }).await?;
    let taken = begun.elapsed();
    let answer: Value = serde_json::from_slice(&answer)?;
    if answer.get("errors").is_some() {
        return Err(answer.to_string().into());
    }
    Ok((answer["data"].clone(), taken))
}

fn all_ids(nodes: &Value) -> Vec<String> {
    let nodes = nodes.as_array().map_or(&[][..], Vec::as_slice);
    nodes.iter().filter_map(|node| node["id"].as_str().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The names in a definition of the schema.
    fn names(begin: &str) -> BTreeSet<String> {
        let schema = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema.graphql"));
        let inside = schema.split_once(begin).and_then(|(_, rest)| rest.split_once("\n}"));
        let inside = inside.map_or("", |(inside, _)| inside).lines();
        let (mut is_text, mut names) = (false, BTreeSet::new());
        for line in inside.map(str::trim) {
            let name = line.split([':', ' ']).next().unwrap_or_default();
            match line {
                "\"\"\"" => is_text = !is_text,
                _ if is_text || name.is_empty() => {}
                _ => drop(names.insert(name.to_owned())),
            }
        }
        names
    }

    #[test]
    fn every_field_of_the_filter_and_every_order_is_asked_for() {
        let one = || vec!["one".to_owned()];
        let (processes, stages, members, reasons) = (one(), one(), one(), one());
        let known = Known { processes, stages, members, reasons };
        let filters = known.filters().into_iter().flat_map(|question| question.variables);
        let fields = filters.filter_map(|variables| variables["filter"].as_object().cloned());
        let asked: BTreeSet<_> =
            fields.flat_map(|one| one.into_iter().map(|(name, _)| name)).collect();
        assert_eq!(asked, names("\ninput DealFilter {"));
        assert_eq!(BTreeSet::from(ORDERS.map(str::to_owned)), names("\nenum DealOrderField {"));
    }
}
