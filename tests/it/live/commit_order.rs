//! Nothing is missed however transactions overlap (decision 6): 32 writers on two servers stop inside their units of
//! work, at gates that a seeded schedule opens, one of them from the beginning to the end, while a board and a webhook
//! are read in between. Numbers that were taken at insert would lose events: that is a test of this one.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use engine::{
    app::App,
    command::Command,
    deal::{DealFields, UpdateDeal},
    event::sequencer,
    webhook::{deliver::step, send::Sender, settings},
};
use entity::{
    event,
    ids::{DealId, WebhookId},
};
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};
use serde_json::json;
use tokio::sync::{
    Semaphore,
    mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
};

use crate::support::{
    Client, Kind, TestApp,
    builders::text,
    each,
    feed::Feed,
    live::{SYSTEM, soon},
    receiver::{self, Receiver},
    steps,
};

const WRITERS: usize = 32;
const UNITS: usize = 3;
/// The writer whose first unit of work is open from the beginning to the end.
const SLOWEST: usize = 0;

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most
    }
}

/// What a writer tells.
enum Said {
    /// It stands at its gate, inside its unit of work.
    Stands(usize),
    /// It has done all that it had to do.
    Ends,
}

#[derive(Clone)]
struct Writer {
    number: usize,
    app: App,
    deal: DealId,
    gate: Arc<Semaphore>,
    says: UnboundedSender<Said>,
}

impl Writer {
    async fn write(self) {
        for unit in 0..UNITS {
            let work = steps((self.clone(), unit), |tx, (writer, unit)| {
                Box::pin(async move {
                    for part in 0..2 {
                        let title = Some(format!("{} {unit} {part}", writer.number));
                        let fields = DealFields { title, ..DealFields::default() };
                        UpdateDeal { deal_id: writer.deal, fields }.run(tx).await?;
                        writer.stop().await;
                    }
                    Ok(())
                })
            });
            self.app.write(SYSTEM, work).await.unwrap();
        }
        self.says.send(Said::Ends).unwrap();
    }

    async fn stop(&self) {
        self.says.send(Said::Stands(self.number)).unwrap();
        self.gate.acquire().await.unwrap().forget();
    }
}

/// Those who follow, at a server of their own, and a deal that tells them how far they are to read.
struct Readers {
    app: TestApp,
    receiver: Receiver,
    sender: Sender,
    webhook: WebhookId,
    board: Feed,
    seen: Vec<String>,
    ada: Client,
    mark: String,
    marks: usize,
}

impl Readers {
    async fn new(ada: &Client, process: &str) -> Self {
        let (receiver, app) = (Receiver::start().await, ada.app.clone());
        let input = json!({ "name": "ERP", "url": receiver.url() });
        let webhook = ada.done("createWebhook", input, "webhook { id }").await;
        let webhook = text(&webhook["webhook"]["id"]).parse().unwrap();
        let mark = ada.deal(process, "mark").await;
        app.number_log().await;
        let mut board = Feed::board(ada, process, None).await;
        board.mark().await;
        let sender = Sender::new(settings(&app.app)).unwrap();
        let (seen, ada, marks) = (Vec::new(), ada.clone(), 0);
        Self { app, receiver, sender, webhook, board, seen, ada, mark, marks }
    }

    /// Reads all that was committed: up to a mark that comes after it.
    async fn read(&mut self, number: &App) {
        self.marks += 1;
        let mark = format!("mark {}", self.marks);
        self.ada.done("updateDeal", json!({ "dealId": self.mark, "title": mark }), "").await;
        sequencer::number_all(number).await.unwrap();
        self.app.app.bus().wake_all();
        loop {
            let item = self.board.item().await;
            self.seen.push(text(&item["change"]["event"]["id"]));
            if item["change"]["deal"]["title"] == mark.as_str() {
                break;
            }
        }
        while step(&self.app.app, &self.sender, self.webhook).await.unwrap() {}
    }

    /// The ids of what the webhook was told, in the order in which it came.
    fn told(&self) -> Vec<String> {
        self.receiver.received().into_iter().map(|one| one.id).collect()
    }
}

/// Opens gates in turn, by chance, and reads now and then, until every writer has ended.
async fn schedule(
    writers: &[Writer],
    mut said: UnboundedReceiver<Said>,
    readers: &mut Readers,
    dice: &mut Dice,
) {
    let (mut standing, mut left) = (BTreeSet::new(), writers.len());
    while left > 0 {
        while standing.len() < left {
            match soon(said.recv()).await.unwrap() {
                Said::Stands(number) => drop(standing.insert(number)),
                Said::Ends => left -= 1,
            }
        }
        if dice.below(8) == 0 {
            readers.read(&writers[dice.below(writers.len())].app).await;
        }
        let others: Vec<_> = standing.iter().copied().filter(|one| *one != SLOWEST).collect();
        let next = if others.is_empty() { SLOWEST } else { others[dice.below(others.len())] };
        if standing.remove(&next) {
            writers[next].gate.add_permits(1);
        }
    }
    readers.read(&writers[0].app).await;
}

/// What there was to see, what the board showed, and what the webhook was told; of each deal in its order.
type Seen = [BTreeMap<String, Vec<String>>; 3];

async fn run(app: &TestApp, seed: u64) -> Seen {
    let near = app.with(receiver::settings()).await;
    let servers = [app.again().await, app.again().await];
    let ada = near.admin().await;
    let process = ada.process("Sales", &[("A", &[("Call", 1)])]).await;
    let mut deals = Vec::new();
    for number in 0..WRITERS {
        deals.push(ada.deal(&process.id, &format!("{number}")).await);
    }
    near.number_log().await;
    let before = log(app).await.len();
    let mut readers = Readers::new(&ada, &process.id).await;
    let (says, said) = unbounded_channel();
    let writers = deals.iter().enumerate().map(|(number, deal)| {
        let (app, deal) = (servers[number % 2].app.clone(), deal.parse().unwrap());
        Writer { number, app, deal, gate: Arc::new(Semaphore::new(0)), says: says.clone() }
    });
    let writers: Vec<_> = writers.collect();
    let tasks: Vec<_> = writers.iter().map(|writer| tokio::spawn(writer.clone().write())).collect();
    schedule(&writers, said, &mut readers, &mut Dice(seed)).await;
    for task in tasks {
        soon(task).await.unwrap();
    }
    let all = log(app).await;
    let of: BTreeMap<_, _> =
        all.iter().map(|one| (one.id.to_string(), one.deal_id.to_string())).collect();
    // What there was before the board was opened is not shown there.
    let made = all[before + 1..].iter().map(|one| one.id.to_string()).collect();
    let told = readers.told();
    let told = told.into_iter().filter(|id| *id != all[before].id.to_string()).collect();
    let seen = [made, readers.seen.clone(), told].map(|ids| by_deal(&of, ids));
    for server in servers.iter().chain([&near]) {
        server.stop().await;
    }
    seen
}

fn by_deal(of: &BTreeMap<String, String>, ids: Vec<String>) -> BTreeMap<String, Vec<String>> {
    let mut deals: BTreeMap<_, Vec<_>> = BTreeMap::new();
    ids.into_iter().for_each(|id| deals.entry(of[&id].clone()).or_default().push(id));
    deals
}

async fn log(app: &TestApp) -> Vec<event::Model> {
    let query = event::Entity::find().order_by_asc(event::Column::InsertId);
    query.all(app.app.db().reader()).await.unwrap()
}

fn count(deals: &BTreeMap<String, Vec<String>>) -> usize {
    deals.values().map(Vec::len).sum()
}

/// `WAYPOST_TEST_SCHEDULES` says how many schedules there are besides the usual two.
fn seeds() -> impl Iterator<Item = u64> {
    let more = std::env::var("WAYPOST_TEST_SCHEDULES").map_or(0, |text| text.parse().unwrap());
    1..=2 + more
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_follows_misses_nothing_of_writers_that_stop_inside_their_transactions() {
    for seed in seeds() {
        each(|app| async move {
            if app.kind == Kind::Postgres {
                let [made, shown, told] = run(&app, seed).await;
                assert!(count(&made) > WRITERS * UNITS * 2);
                assert_eq!(shown, made, "the board with seed {seed}");
                assert_eq!(told, made, "the webhook with seed {seed}");
            }
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_taken_at_insert_lose_what_these_writers_commit_late() {
    each(|app| async move {
        if app.kind == Kind::Postgres {
            app.app.db().reader().execute_unprepared(AT_INSERT).await.unwrap();
            let [made, shown, told] = run(&app, 1).await;
            assert!(count(&shown) < count(&made), "the board missed nothing");
            assert!(count(&told) < count(&made), "the webhook missed nothing");
        }
    })
    .await;
}

const AT_INSERT: &str = "CREATE SEQUENCE at_insert;
    CREATE FUNCTION take_number() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN NEW.position := nextval('at_insert'); RETURN NEW; END $$;
    CREATE TRIGGER take_number BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION take_number()";
