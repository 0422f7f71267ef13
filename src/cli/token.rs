//! `waypost token`: make, list and revoke the secrets that sign members in.

use std::time::Duration;

use chrono::TimeDelta;
use clap::{Args, Subcommand};
use domain::{email, language::Language, policy::Actor};
use engine::{
    app::App,
    error::Result,
    member::store,
    member::token::{CreateToken, RevokeToken},
};
use entity::{Timestamp, ids::TokenId, member};

use super::{Failure, Outcome, hint, print, start, start_log};
use crate::config::{
    DatabaseArgs, DatabaseUrl, LogArgs, LogConfig, Problems, ProblemsFound, opened,
};

/// Whoever can run the program on the database may make tokens.
const COMMAND_LINE: Actor = Actor::System("command line");

/// What to do with tokens.
#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    /// Make a token for a member; its secret is printed once, to stdout
    ///
    /// Example: TOKEN=$(waypost token create --member ann@example.org --name laptop)
    Create(Create),
    /// Revoke a token: within a second it is worth nothing, on every server
    Revoke(Revoke),
    /// List the tokens, the oldest first: whose they are, until when, and when they were last used
    List(list::List),
}

mod list;

/// Flags of `token create`.
#[derive(Args, Debug)]
pub(crate) struct Create {
    /// E-mail address of the member it signs in
    #[arg(long, value_name = "EMAIL", env = "WAYPOST_TOKEN_MEMBER")]
    member: String,
    /// What it is for, to recognise it later
    #[arg(long, value_name = "NAME", env = "WAYPOST_TOKEN_NAME")]
    name: String,
    /// How long it is valid, such as 90d, 12h or 1year [default: until it is revoked]
    #[arg(long, value_name = "DURATION", env = "WAYPOST_TOKEN_EXPIRES_IN")]
    expires_in: Option<String>,
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(flatten)]
    log: LogArgs,
}

/// Flags of `token revoke`.
#[derive(Args, Debug)]
pub(crate) struct Revoke {
    /// The token's id (token_…), which was shown when it was made; not the secret
    id: String,
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(flatten)]
    log: LogArgs,
}

/// What to do, checked.
pub(crate) enum Task<'a> {
    /// Make one that is valid for so long.
    Create(&'a Create, Option<TimeDelta>),
    /// Revoke this one.
    Revoke(TokenId),
    /// List them.
    List(&'a list::List),
}

impl Token {
    /// What to do, with which database and log, or everything that is wrong with the flags.
    pub(crate) fn check(&self) -> Result<(Task<'_>, DatabaseUrl, LogConfig), Problems> {
        let mut found = ProblemsFound::default();
        let (task, (database, log)) = match self {
            Self::Create(args) => {
                let expires_in = found.keep(args.expires_in.as_deref().map(duration).transpose());
                (expires_in.map(|time| Task::Create(args, time)), (&args.database, &args.log))
            }
            Self::Revoke(args) => {
                let id = found.keep(args.id.parse().map_err(|problem| format!("ID: {problem}")));
                (id.map(Task::Revoke), (&args.database, &args.log))
            }
            Self::List(args) => (Some(Task::List(args)), (&args.database, &args.log)),
        };
        match (task, found.keep_all(opened(database, log))) {
            (Some(task), Some((database, log))) => Ok((task, database, log)),
            _ => Err(found.0),
        }
    }
}

/// Makes, revokes or lists tokens.
pub(crate) async fn run(command: &Token) -> Outcome {
    let (task, database, log) = command.check().map_err(Failure::Usage)?;
    start_log(log);
    let app = start::open_existing(&database).await?;
    let outcome = match task {
        Task::Create(args, expires_in) => create(&app, args, expires_in, &database).await,
        Task::Revoke(id) => revoke(&app, id, &database).await,
        Task::List(args) => list::run(&app, args, &database).await,
    };
    app.db().close().await;
    outcome
}

async fn create(
    app: &App,
    args: &Create,
    expires_in: Option<TimeDelta>,
    database: &DatabaseUrl,
) -> Outcome {
    let explain = |error| Failure::of_database(&error, database);
    let member = holder(app, &args.member, database).await?;
    let expires_at = expires_in.map(|lifetime| app.clock().now() + lifetime);
    let name = args.name.clone();
    let command = CreateToken { member_id: member.id, name, expires_at, secret: None };
    let created = app.write(COMMAND_LINE, command).await;
    let (id, secret) = created.map_err(explain)?;
    // the hints come first: whoever loses the secret still knows what to revoke
    hint(&format!("made {id} for {}, {}", member.email, validity(expires_at)));
    hint(&format!("its secret is shown only now. To take it back: waypost token revoke {id}"));
    print(&secret)
}

/// The member with this address: they must be there.
async fn known(app: &App, email: &str, database: &DatabaseUrl) -> Result<member::Model, Failure> {
    let found = store::find_by_email(app.db().reader(), email).await;
    let unknown = || match email::checked(email) {
        Err(refusal) => format!("--member: {}", refusal.problem.message(Language::English)),
        Ok(email) => format!(
            "{database} has no member with the address {email}. Check --member and --database."
        ),
    };
    found
        .map_err(|error| Failure::of_database(&error, database))?
        .ok_or_else(|| Failure::Other(unknown()))
}

/// The member whom the token signs in: they must be active, too.
async fn holder(app: &App, email: &str, database: &DatabaseUrl) -> Result<member::Model, Failure> {
    let member = known(app, email, database).await?;
    if member.is_active() {
        return Ok(member);
    }
    Err(Failure::Other(format!("{} is deactivated: a token would be worth nothing.", member.email)))
}

async fn revoke(app: &App, id: TokenId, database: &DatabaseUrl) -> Outcome {
    match app.write(COMMAND_LINE, RevokeToken { token_id: id }).await {
        Err(error) if error.is_not_found() => Err(Failure::Other(format!(
            "{database} has no token {id}. Check the id and --database."
        ))),
        Err(error) => Err(Failure::of_database(&error, database)),
        Ok(()) => {
            hint(&format!("{id} is revoked"));
            Ok(())
        }
    }
}

/// At most a century, so that the end of it is still a date.
fn duration(text: &str) -> Result<TimeDelta, String> {
    const CENTURY: Duration = Duration::from_secs(100 * 366 * 24 * 60 * 60);
    let parsed = humantime::parse_duration(text).ok();
    let fitting = parsed.filter(|given| !given.is_zero() && *given <= CENTURY);
    fitting.and_then(|given| TimeDelta::from_std(given).ok()).ok_or_else(|| {
        format!("--expires-in: “{text}” is no duration. Say for example 90d, 12h or 1year.")
    })
}

fn validity(expires_at: Option<Timestamp>) -> String {
    match expires_at {
        Some(at) => format!("valid until {}", at.format("%Y-%m-%d %H:%M UTC")),
        None => "valid until it is revoked".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_are_positive_and_end_some_day() {
        assert_eq!(duration("90d"), Ok(TimeDelta::days(90)));
        for wrong in ["", "0s", "-1d", "ninety", "1000years", "90"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
