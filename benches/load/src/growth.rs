//! How lists, boards and counts fare when there are many deals: the same questions at one size, and at ten times that.

use std::{fmt::Write as _, fs};

use serde_json::json;

use crate::{
    arguments::Arguments,
    data::{Data, Size},
    database,
    growth::question::{Known, Taken},
    http::Request,
    server::{Database, Result, Server},
};

mod fill;
mod question;

/// Deals that the server imports itself. All others are like one of these, under ids and with values of their own.
const SEED: usize = 1000;
const PROCESSES: usize = 20;
/// One deal in so many has nothing done for it, and so is at no stage.
const IDLE: usize = 33;

/// A question that takes this many times as long with ten times the deals does not find its rows by a tree.
const GROWS: f64 = 2.0;
/// Milliseconds below which nobody cares: a request alone takes half of one.
const SMALL: f64 = 2.0;

/// Measures on SQLite, and on PostgreSQL where there is one; prints a table.
pub async fn run(arguments: &Arguments, deals: usize) -> Result<()> {
    let folder = tempfile::Builder::new().prefix("waypost-growth").tempdir()?;
    let size = Size { processes: PROCESSES, deals: SEED, idle: IDLE };
    let data = Data::write(size, folder.path())?;
    let mut text = String::new();
    if arguments.is_wanted("SQLite") {
        let url = format!("sqlite://{}", folder.path().join("waypost.db").display());
        text +=
            &Growth { arguments, folder: &folder, data: &data }.on("SQLite", url, deals).await?;
    }
    if let (Some(base), true) = (&arguments.postgres, arguments.is_wanted("PostgreSQL")) {
        let url = database::create(base, "waypost_growth").await?;
        let growth = Growth { arguments, folder: &folder, data: &data };
        let measured = growth.on("PostgreSQL", url, deals).await;
        database::remove(base, "waypost_growth").await?;
        text += &measured?;
    }
    println!("{text}");
    Ok(arguments.out.as_ref().map_or(Ok(()), |path| fs::write(path, text))?)
}

struct Growth<'a> {
    arguments: &'a Arguments,
    folder: &'a tempfile::TempDir,
    data: &'a Data,
}

impl Growth<'_> {
    async fn on(&self, name: &'static str, url: String, deals: usize) -> Result<String> {
        let (program, folder) = (&self.arguments.server, self.folder.path());
        let database = Database::fill(program, name, url, folder, self.data).await?;
        let mut server = database.serve(folder, self.data).await?;
        add_reasons(&server).await?;
        let known = Known::read(&server).await?;
        let mut all = Vec::new();
        let mut first = SEED;
        for size in [deals, deals * 10] {
            server = server.stopped().await?;
            fill::grow(&database.url, first..size).await?;
            first = size;
            server = database.restart(folder, server).await?;
            prove(&server).await?;
            all.push(question::ask_all(&server, &known).await?);
        }
        Ok(table(name, deals, &all[0], &all[1]))
    }
}

/// Two reasons for each way of closing.
async fn add_reasons(server: &Server) -> Result<()> {
    let query = "mutation($status: ClosingStatus!, $name: String!) { addCloseReason(input: { status: $status, name: $name }) { userErrors { message } } }";
    let mut connection = server.connection().await?;
    for status in ["WON", "LOST", "OUTDATED"] {
        for name in ["Price", "Time"] {
            let variables = json!({ "status": status, "name": name });
            let body = json!({ "query": query, "variables": variables }).to_string();
            let token = server.tokens[0].clone();
            connection.send(Request { token, body }).await?;
        }
    }
    Ok(())
}

/// A deal that SQL wrote is one for the server: something can be done for the newest.
async fn prove(server: &Server) -> Result<()> {
    let mut connection = server.connection().await?;
    let newest = "{ deals(first: 1, filter: { statuses: [OPEN] }) { nodes { id progress { percent } checklist { state action { id } } } } }";
    let data = question::ask(&mut connection, &server.tokens[0], newest, &json!({})).await?.0;
    let deal = &data["deals"]["nodes"][0];
    let open =
        deal["checklist"].as_array().and_then(|all| all.iter().find(|one| one["state"] != "DONE"));
    let action = open.ok_or("everything is done for the newest deal")?["action"]["id"].clone();
    let complete = "mutation($deal: ID!, $action: ID!) { completeAction(input: { dealId: $deal, actionId: $action }) { deal { progress { percent } } userErrors { message } } }";
    let variables = json!({ "deal": deal["id"], "action": action });
    let done = question::ask(&mut connection, &server.tokens[0], complete, &variables).await?.0;
    let now = &done["completeAction"]["deal"]["progress"]["percent"];
    if now.as_u64() < deal["progress"]["percent"].as_u64() || now.is_null() {
        return Err(format!("{deal} does not go on: {done}").into());
    }
    Ok(())
}

fn table(on: &str, deals: usize, few: &[Taken], many: &[Taken]) -> String {
    let mut text = format!(
        "| what, on {on} | rows | p50 of {deals} deals, ms | of {}, ms | times | |\n|---|--:|--:|--:|--:|---|\n",
        deals * 10
    );
    for (few, many) in few.iter().zip(many) {
        let times = many.milliseconds / few.milliseconds;
        let verdict = if times > GROWS && many.milliseconds > SMALL { "grows" } else { "" };
        let _ = writeln!(
            text,
            "| {} | {} | {:.2} | {:.2} | {times:.1} | {verdict} |",
            many.name, many.rows, few.milliseconds, many.milliseconds
        );
    }
    text.push('\n');
    text
}
