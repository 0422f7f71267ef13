//! What starts before anything can be served: the socket, the database, the first administrator.

use std::{
    io::ErrorKind,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use domain::policy::Actor;
use engine::{
    app::{App, Settings},
    clock::Clock,
    command::Command,
    db::Db,
    error::Result,
    file::FileSettings,
    member::token::CreateToken,
    member::{self, AddMember},
    names,
    tx::Tx,
};
use entity::member::Role;
use tokio::net::TcpListener;

use super::Failure;
use crate::config::{Admin, DatabaseUrl, Listen, PublicUrl};

/// On whose behalf the first administrator is created.
const FIRST_START: Actor = Actor::System("first start");

/// Binds the socket: first of all, so that a port in use changes nothing.
pub(crate) async fn listen(
    flag: &str,
    address: &Listen,
) -> std::result::Result<TcpListener, Failure> {
    let address = address.as_str();
    TcpListener::bind(address).await.map_err(|cause| Failure::Listen(match cause.kind() {
        ErrorKind::AddrInUse => format!(
            "{address} is in use, perhaps by another Waypost. Stop it, or choose another port, e.g. {flag} 127.0.0.1:8001."
        ),
        ErrorKind::PermissionDenied => format!(
            "{address}: this user may not listen on that port. Choose one from 1024 on, e.g. {flag} 127.0.0.1:8000."
        ),
        ErrorKind::AddrNotAvailable => format!(
            "{address}: this machine has no such address. Choose 127.0.0.1, or 0.0.0.0 for all of them, with {flag}."
        ),
        _ => format!("{address}: {cause}. Choose another address with {flag}."),
    }))
}

/// The application on a database that is brought up to date.
pub(crate) async fn open(
    database: &DatabaseUrl,
    settings: Settings,
) -> std::result::Result<App, Failure> {
    Ok(App::with(connect(database).await?, Clock::system(), settings))
}

/// Opens the database and brings it up to date.
pub(crate) async fn connect(database: &DatabaseUrl) -> std::result::Result<Db, Failure> {
    tracing::info!(%database, "opening the database");
    let explain = |error| Failure::of_database(&error, database);
    let db = Db::connect(database.secret(), None).await.map_err(explain)?;
    match up_to_date(&db).await {
        Ok(()) => Ok(db),
        Err(error) => {
            db.close().await;
            Err(explain(error))
        }
    }
}

/// The newest schema, and in it keys of names that are made as this program makes them.
async fn up_to_date(db: &Db) -> Result<()> {
    db.migrate().await?;
    names::renew(&App::new(db.clone(), Clock::system())).await
}

/// The database as it is, for a command that only looks: one of another version is not brought up to date under
/// servers of that version.
pub(crate) async fn existing(database: &DatabaseUrl) -> std::result::Result<Db, Failure> {
    expect_file(database)?;
    let explain = |error| Failure::of_database(&error, database);
    let db = Db::connect(database.secret(), None).await.map_err(explain)?;
    match db.is_up_to_date().await {
        Ok(true) => return Ok(db),
        Ok(false) => db.close().await,
        Err(error) => {
            db.close().await;
            return Err(explain(error));
        }
    }
    Err(Failure::Database(format!(
        "{database} is not of this version of Waypost. waypost migrate brings it up to date."
    )))
}

/// Opens a database for a command that makes no sense on an empty one: a mistyped name is not to
/// leave a new file behind.
pub(crate) async fn open_existing(database: &DatabaseUrl) -> std::result::Result<App, Failure> {
    expect_file(database)?;
    open(database, Settings::default()).await
}

/// Refuses a SQLite file that is not there.
pub(crate) fn expect_file(database: &DatabaseUrl) -> std::result::Result<(), Failure> {
    match database.file().filter(|file| !file.exists()) {
        None => Ok(()),
        Some(file) => Err(Failure::Database(format!(
            "there is no database {}. Check --database; waypost serve makes a new one.",
            file.display()
        ))),
    }
}

/// Where there is no active administrator (an empty database, or one that was only imported into),
/// creates one and answers with their token. Of servers that start at once, one does it.
pub(crate) async fn first_administrator(app: &App, admin: &Admin) -> Result<Option<String>> {
    app.write(FIRST_START, FirstAdministrator(admin.clone())).await
}

/// Creating the first administrator, and their token.
struct FirstAdministrator(Admin);

impl Command for FirstAdministrator {
    type Output = Option<String>;

    async fn run(&self, tx: &mut Tx) -> Result<Option<String>> {
        tx.lock_members().await?;
        if member::store::count_administrators(tx.conn()).await? > 0 {
            return Ok(None);
        }
        create_administrator(tx, &self.0).await.map(Some)
    }
}

async fn create_administrator(tx: &mut Tx, admin: &Admin) -> Result<String> {
    let (email, name, role) = (admin.email.clone(), admin.name.clone(), Role::Administrator);
    let member = AddMember { new_id: None, email, name, role }.run(tx).await?;
    let command = CreateToken {
        member_id: member.id,
        name: "first start".to_owned(),
        expires_at: None,
        secret: admin.token.clone(),
    };
    let (_, secret) = command.run(tx).await?;
    Ok(secret)
}

/// What the operator configured: links lead where people reach the server.
pub(crate) fn settings(
    listening: SocketAddr,
    public_url: Option<PublicUrl>,
    files: FileSettings,
) -> Settings {
    let public_url = public_url.map(|url| url.as_str().to_owned());
    let public_url = public_url.unwrap_or_else(|| origin(listening));
    Settings::new(public_url).with(files)
}

/// The address of the server for a browser on this machine.
pub(crate) fn origin(listening: SocketAddr) -> String {
    let host = match listening.ip().to_canonical() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    format!("http://{}", SocketAddr::new(host, listening.port()))
}

/// Says what only this machine can open, where others are listened to and nobody has said how they come here.
pub(crate) fn warn_of_this_machine(listening: SocketAddr, with_mail: bool) {
    if let Some(text) = of_this_machine(listening, with_mail) {
        tracing::warn!("{text}");
    }
}

fn of_this_machine(listening: SocketAddr, with_mail: bool) -> Option<String> {
    let origin = listening.ip().to_canonical().is_unspecified().then(|| origin(listening))?;
    let links = if with_mail { ", links in mail" } else { "" };
    Some(format!(
        "{listening} is open to other machines, but only this one can open what will begin with {origin}: the link of the first start, the URLs of files (uploads and downloads){links}. Say where people reach this server, e.g. --public-url https://waypost.example.org"
    ))
}

/// A link that opens the screen signed in. The token is in the fragment, which browsers do not
/// send: it reaches no server's log.
pub(crate) fn link(origin: &str, token: &str) -> String {
    format!("{origin}/#token={token}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_show_a_host_that_a_browser_can_open() {
        let origin = |text: &str| origin(text.parse().unwrap());
        assert_eq!(origin("0.0.0.0:80"), "http://127.0.0.1:80");
        assert_eq!(origin("[::]:80"), "http://[::1]:80");
        assert_eq!(origin("10.0.0.7:80"), "http://10.0.0.7:80");
    }

    #[test]
    fn what_only_this_machine_can_open_is_named() {
        let told = |text: &str, mail| of_this_machine(text.parse().unwrap(), mail);
        for (listening, origin) in [
            ("0.0.0.0:80", "http://127.0.0.1:80"),
            ("[::]:80", "http://[::1]:80"),
            ("[::ffff:0.0.0.0]:80", "http://"),
        ] {
            let text = told(listening, true).unwrap();
            for named in [origin, "first start", "files", "mail", "--public-url"] {
                assert!(text.contains(named), "{text}");
            }
            assert!(!told(listening, false).unwrap().contains("mail"));
        }
        assert_eq!(told("127.0.0.1:80", true), None);
        assert_eq!(told("10.0.0.7:80", true), None);
    }
}
