//! The data that the server answers with, by the fewest statements that one would write by hand.

use std::collections::HashMap;

use async_graphql::SimpleObject;
use serde::{Deserialize, Serialize};
use sqlx::{
    AnyPool, Row,
    any::{AnyPoolOptions, AnyRow, install_default_drivers},
};

use crate::server::Result;

/// Which one, by a number.
#[derive(Deserialize)]
pub struct Wanted {
    /// From 0; beyond the last, it begins again.
    pub number: usize,
}

/// A database, and the ids in it.
pub struct Sql {
    reads: AnyPool,
    writes: AnyPool,
    id: &'static str,
    key: &'static str,
    processes: Vec<String>,
    stages: Vec<String>,
    deals: Vec<String>,
}

#[derive(Serialize, SimpleObject)]
pub struct Process {
    id: String,
    name: String,
    description: String,
    stages: Vec<Stage>,
}

#[derive(Serialize, SimpleObject)]
pub struct Stage {
    id: String,
    name: String,
    hint: String,
    actions: Vec<Action>,
}

#[derive(Serialize, SimpleObject)]
pub struct Action {
    id: String,
    name: String,
    hint: String,
    weight: i64,
    mandatory: bool,
}

#[derive(Serialize, SimpleObject)]
pub struct Deal {
    id: String,
    title: String,
    value: i64,
    percent: i64,
    done: Vec<Completion>,
}

#[derive(Serialize, SimpleObject)]
pub struct WholeDeal {
    deal: Deal,
    process: Process,
}

#[derive(Clone, Serialize, SimpleObject)]
pub struct Completion {
    action_id: String,
    done_at: String,
    performer: String,
    note: Option<String>,
}

impl Sql {
    /// Opens the database and reads which ids there are.
    pub async fn open(url: &str) -> Result<Self> {
        install_default_drivers();
        let is_sqlite = url.starts_with("sqlite");
        let options = || {
            AnyPoolOptions::new().after_connect(move |connection, _| {
            Box::pin(async move {
                if is_sqlite {
                    let pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;";
                    sqlx::raw_sql(pragmas).execute(&mut *connection).await?;
                }
                Ok(())
            })
        })
        };
        let reads = options().max_connections(8).connect(url).await?;
        let writes = options().max_connections(if is_sqlite { 1 } else { 8 }).connect(url).await?;
        let (id, key) = if is_sqlite { ("hex(", "unhex($1)") } else { ("text(", "$1::uuid") };
        let mut sql =
            Self { reads, writes, id, key, processes: vec![], stages: vec![], deals: vec![] };
        sql.processes = sql.ids("process").await?;
        sql.stages = sql.ids("stage").await?;
        sql.deals = sql.ids("deal").await?;
        let table = "CREATE TABLE IF NOT EXISTS by_hand (deal TEXT, action TEXT, note TEXT)";
        sqlx::raw_sql(table).execute(&sql.writes).await?;
        Ok(sql)
    }

    async fn ids(&self, table: &str) -> Result<Vec<String>> {
        let query = self.sql(&["SELECT {id:id} AS id FROM ", table, " ORDER BY id"].concat());
        let rows = sqlx::query(sqlx::AssertSqlSafe(query)).fetch_all(&self.reads).await?;
        Ok(rows.iter().map(|row| row.get("id")).collect())
    }

    /// Writes `{id:column}` and `{key}` as this database has them.
    fn sql(&self, text: &str) -> String {
        let mut parts = text.split("{id:");
        let mut sql = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (column, rest) = part.split_once('}').unwrap_or((part, ""));
            sql.push_str(&format!("{}{column}){rest}", self.id));
        }
        sql.replace("{key}", self.key)
    }

    async fn rows(&self, text: &str, key: &str) -> Result<Vec<AnyRow>> {
        let query = sqlx::query(sqlx::AssertSqlSafe(self.sql(text))).bind(key.to_owned());
        Ok(query.fetch_all(&self.reads).await?)
    }

    /// A process whole: one statement.
    pub async fn process(&self, number: usize) -> Result<Process> {
        self.process_of(&self.processes[number % self.processes.len()]).await
    }

    async fn process_of(&self, id: &str) -> Result<Process> {
        let text = "SELECT p.name AS process, p.description, {id:s.id} AS stage_id, s.name AS stage, s.hint AS stage_hint, \
            {id:a.id} AS id, a.name, a.hint, a.weight, CAST(a.mandatory AS INTEGER) AS mandatory \
            FROM process p JOIN stage s ON s.process_id = p.id JOIN action a ON a.stage_id = s.id \
            WHERE p.id = {key} AND s.removed_at IS NULL AND a.removed_at IS NULL ORDER BY s.position, a.position";
        let rows = self.rows(text, id).await?;
        let first = rows.first().ok_or("no such process")?;
        let mut process = Process {
            id: id.to_owned(),
            name: first.get("process"),
            description: first.get("description"),
            stages: vec![],
        };
        for row in &rows {
            let stage: String = row.get("stage_id");
            if process.stages.last().is_none_or(|last| last.id != stage) {
                process.stages.push(Stage {
                    id: stage,
                    name: row.get("stage"),
                    hint: row.get("stage_hint"),
                    actions: vec![],
                });
            }
            let weight = row
                .try_get::<i64, _>("weight")
                .unwrap_or_else(|_| i64::from(row.get::<i32, _>("weight")));
            let mandatory = row
                .try_get::<i64, _>("mandatory")
                .unwrap_or_else(|_| i64::from(row.get::<i32, _>("mandatory")))
                != 0;
            let action = Action {
                id: row.get("id"),
                name: row.get("name"),
                hint: row.get("hint"),
                weight,
                mandatory,
            };
            process.stages.last_mut().ok_or("no stage")?.actions.push(action);
        }
        Ok(process)
    }

    /// A stage of a board: the deals, and what is done for them. The process is named because the index begins with it.
    pub async fn board(&self, number: usize) -> Result<Vec<Deal>> {
        let stage = &self.stages[number % self.stages.len()];
        let text = "SELECT {id:id} AS id, title, value_amount, CAST(percent AS BIGINT) AS percent FROM deal \
            WHERE process_id = (SELECT process_id FROM stage WHERE id = {key}) AND stage_id = {key} AND status = 'OPEN' ORDER BY created_at DESC LIMIT 50";
        let rows = self.rows(text, stage).await?;
        let text = "SELECT {id:deal_id} AS deal_id, {id:action_id} AS action_id FROM completion WHERE undone_at IS NULL AND deal_id IN \
            (SELECT id FROM deal WHERE process_id = (SELECT process_id FROM stage WHERE id = {key}) AND stage_id = {key} AND status = 'OPEN' ORDER BY created_at DESC LIMIT 50)";
        let mut done: HashMap<String, Vec<Completion>> = HashMap::new();
        for row in self.rows(text, stage).await? {
            let completion = Completion {
                action_id: row.get("action_id"),
                done_at: String::new(),
                performer: String::new(),
                note: None,
            };
            done.entry(row.get("deal_id")).or_default().push(completion);
        }
        Ok(rows
            .iter()
            .map(|row| deal(row, done.remove(row.get::<&str, _>("id")).unwrap_or_default()))
            .collect())
    }

    /// A deal whole: three statements.
    pub async fn deal(&self, number: usize) -> Result<WholeDeal> {
        let id = &self.deals[number % self.deals.len()];
        let text = "SELECT {id:id} AS id, title, value_amount, CAST(percent AS BIGINT) AS percent, {id:process_id} AS process_id FROM deal WHERE id = {key}";
        let rows = self.rows(text, id).await?;
        let row = rows.first().ok_or("no such deal")?;
        let text = "SELECT {id:c.action_id} AS action_id, CAST(c.done_at AS TEXT) AS done_at, m.name AS performer, n.body AS note \
            FROM completion c JOIN member m ON m.id = c.member_id LEFT JOIN note n ON n.id = c.note_id WHERE c.deal_id = {key} AND c.undone_at IS NULL";
        let done = self.rows(text, id).await?;
        let done = done.iter().map(|row| Completion {
            action_id: row.get("action_id"),
            done_at: row.get("done_at"),
            performer: row.get("performer"),
            note: row.get("note"),
        });
        Ok(WholeDeal {
            deal: deal(row, done.collect()),
            process: self.process_of(row.get("process_id")).await?,
        })
    }

    /// Keeps that an action was done, and that the deal has changed: one transaction, on disk when this answers.
    pub async fn complete(&self, number: usize, note: &str) -> Result<i64> {
        let id = &self.deals[number % self.deals.len()];
        let mut tx = self.writes.begin().await?;
        let insert = sqlx::query("INSERT INTO by_hand (deal, action, note) VALUES ($1, $2, $3)");
        insert
            .bind(id.clone())
            .bind(number.to_string())
            .bind(note.to_owned())
            .execute(&mut *tx)
            .await?;
        let update = self.sql("UPDATE deal SET percent = percent WHERE id = {key} RETURNING CAST(percent AS BIGINT) AS percent");
        let row =
            sqlx::query(sqlx::AssertSqlSafe(update)).bind(id.clone()).fetch_one(&mut *tx).await?;
        tx.commit().await?;
        Ok(row.get("percent"))
    }

    /// One durable commit of one small row.
    pub async fn commit(&self) -> Result<bool> {
        sqlx::query("INSERT INTO by_hand (deal, action, note) VALUES ('a', 'b', 'c')")
            .execute(&self.writes)
            .await?;
        Ok(true)
    }
}

fn deal(row: &AnyRow, done: Vec<Completion>) -> Deal {
    Deal {
        id: row.get("id"),
        title: row.get("title"),
        value: row.get("value_amount"),
        percent: row.get("percent"),
        done,
    }
}
