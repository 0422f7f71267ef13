//! `waypost token list`: a table for people, and for scripts that cut columns at the tabs.

use std::{collections::HashMap, io::IsTerminal};

use clap::Args;
use domain::text::one_line;
use engine::{app::App, error::Result, member::store as members, member::token::store as tokens};
use entity::{Timestamp, ids::MemberId, member, token};

use crate::{
    cli::{Failure, Outcome, print},
    config::{DatabaseArgs, DatabaseUrl, LogArgs},
};

/// Flags of `token list`.
#[derive(Args, Debug)]
pub(crate) struct List {
    /// Only the tokens of the member with this e-mail address
    #[arg(long, value_name = "EMAIL", env = "WAYPOST_TOKEN_MEMBER")]
    member: Option<String>,
    /// Only tokens that are valid now
    #[arg(long, env = "WAYPOST_TOKEN_VALID")]
    valid: bool,
    #[command(flatten)]
    pub(super) database: DatabaseArgs,
    #[command(flatten)]
    pub(super) log: LogArgs,
}

const HEADING: [&str; 7] = ["ID", "MEMBER", "NAME", "CREATED", "EXPIRES", "LAST USED", "REVOKED"];

type Row = [String; HEADING.len()];

/// Prints the tokens.
pub(crate) async fn run(app: &App, args: &List, database: &DatabaseUrl) -> Outcome {
    let explain = |error| Failure::of_database(&error, database);
    let only = match &args.member {
        Some(email) => Some(super::known(app, email, database).await?.id),
        None => None,
    };
    let (tokens, members) = read(app).await.map_err(explain)?;
    let now = app.clock().now();
    let wanted = tokens.iter().filter(|token| only.is_none_or(|id| token.member_id == id));
    let wanted = wanted.filter(|token| !args.valid || is_valid(token, &members, now));
    let rows: Vec<_> = wanted.map(|token| row(token, &members)).collect();
    print(table(rows, std::io::stdout().is_terminal()).trim_end())
}

type Members = HashMap<MemberId, member::Model>;

async fn read(app: &App) -> Result<(Vec<token::Model>, Members)> {
    let tokens = tokens::all(app.db().reader()).await?;
    let members = members::all(app.db().reader()).await?;
    Ok((tokens, members.into_iter().map(|member| (member.id, member)).collect()))
}

fn is_valid(token: &token::Model, members: &Members, now: Timestamp) -> bool {
    let active = members.get(&token.member_id).is_some_and(member::Model::is_active);
    active && token.revoked_at.is_none() && token.expires_at.is_none_or(|at| at > now)
}

fn row(token: &token::Model, members: &Members) -> Row {
    let email = members.get(&token.member_id).map(|member| member.email.clone());
    let moment = |at: Option<Timestamp>| {
        at.map_or("-".to_owned(), |at| at.format("%Y-%m-%d %H:%M UTC").to_string())
    };
    [
        token.id.to_string(),
        one_line(&email.unwrap_or_default()),
        one_line(&token.name),
        moment(Some(token.created_at)),
        moment(token.expires_at),
        moment(token.last_used_at),
        moment(token.revoked_at),
    ]
}

/// Aligned for people; with one tab between the cells for programs, which need no heading.
fn table(mut rows: Vec<Row>, for_people: bool) -> String {
    if !for_people {
        return rows.iter().map(|row| row.join("\t") + "\n").collect();
    }
    rows.insert(0, HEADING.map(str::to_owned));
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max()
    };
    let widths: Vec<_> = (0..HEADING.len()).map(|column| width(column).unwrap_or(0)).collect();
    let line = |row: &Row| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_aligned_for_people_and_tabbed_for_programs() {
        let row = ["a", "b", "long name", "c", "-", "-", "-"].map(str::to_owned);
        let aligned = table(vec![row.clone()], true);
        let lines: Vec<_> = aligned.lines().collect();
        assert_eq!(lines[0].find("CREATED"), lines[1].find(" c ").map(|at| at + 1));
        assert_eq!(table(vec![row], false), "a\tb\tlong name\tc\t-\t-\t-\n");
    }
}
