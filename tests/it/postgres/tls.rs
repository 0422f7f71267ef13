//! `sslmode`, against a server with a certificate that was made for this.

use std::{
    io::{Read, Write},
    net::TcpListener,
    process::Command,
};

use engine::db::Db;
use sea_orm::ConnectionTrait;

use crate::support::cluster::Cluster;

/// Whether the way is encrypted; or what the program says when it cannot be opened.
async fn reached(url: &str) -> Result<bool, String> {
    match Db::connect(url, None).await {
        Ok(db) => {
            let sql = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
            let statement = sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, sql);
            let row = db.reader().query_one_raw(statement).await.unwrap().unwrap();
            let encrypted = row.try_get("", "ssl").unwrap();
            db.close().await;
            Ok(encrypted)
        }
        Err(_) => Err(refused(url)),
    }
}

fn refused(url: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_waypost"));
    let output = command.args(["migrate", "--log", "off", "--database", url]).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(5), "{told}");
    assert_eq!(told.lines().count(), 1, "{told}");
    told
}

#[tokio::test]
async fn the_way_is_encrypted_as_libpq_would_encrypt_it() {
    let Some(cluster) = Cluster::start().await else { return };
    let ca = format!("sslrootcert={}", cluster.file("ca.crt").display());
    let user = |user: &str| format!("{user}@127.0.0.1");
    let (anybody, at_its_name) = (user("postgres"), "postgres@localhost".to_owned());
    let own = |name: &str| {
        let file = |suffix: &str| cluster.file(&format!("{name}.{suffix}")).display().to_string();
        format!("sslcert={}&sslkey={}", file("crt"), file("key"))
    };
    for (place, parameters, encrypted) in [
        (&anybody, "sslmode=disable".to_owned(), false),
        (&anybody, "sslmode=allow".to_owned(), false),
        (&anybody, String::new(), true),
        (&anybody, "sslmode=prefer".to_owned(), true),
        (&anybody, "sslmode=require".to_owned(), true),
        (&anybody, format!("sslmode=require&{ca}"), true),
        (&anybody, format!("sslmode=verify-ca&{ca}"), true),
        (&at_its_name, format!("sslmode=verify-full&{ca}"), true),
        (&user("tls_only"), "sslmode=allow".to_owned(), true),
        (&user("plain_only"), "sslmode=prefer".to_owned(), false),
        (&user("by_cert"), format!("sslmode=require&{}", own("by_cert")), true),
    ] {
        let url = format!("postgres://{place}:{}/postgres?{parameters}", cluster.port);
        assert_eq!(reached(&url).await, Ok(encrypted), "{url}");
    }
}

#[tokio::test]
async fn a_server_that_cannot_be_trusted_is_refused_with_what_to_do() {
    let Some(cluster) = Cluster::start().await else { return };
    let (ca, other) = (cluster.file("ca.crt"), cluster.file("other.crt"));
    let (ca, other) = (ca.display(), other.display());
    for (place, parameters, named) in [
        ("postgres@127.0.0.1", format!("sslmode=verify-full&sslrootcert={ca}"), "for another host"),
        (
            "postgres@localhost",
            format!("sslmode=verify-full&sslrootcert={other}"),
            "sslrootcert=FILE",
        ),
        (
            "postgres@localhost",
            format!("sslmode=verify-ca&sslrootcert={other}"),
            "sslrootcert=FILE",
        ),
        ("postgres@localhost", format!("sslmode=require&sslrootcert={other}"), "sslrootcert=FILE"),
        ("postgres@localhost", "sslrootcert=system".to_owned(), "sslrootcert=FILE"),
        ("tls_only@localhost", "sslmode=disable".to_owned(), "pg_hba.conf"),
        ("plain_only@localhost", "sslmode=require".to_owned(), "pg_hba.conf"),
        ("by_cert@localhost", "sslmode=require".to_owned(), "user"),
    ] {
        let url = format!("postgres://{place}:{}/postgres?{parameters}", cluster.port);
        let told = reached(&url).await.unwrap_err();
        assert!(told.contains(named), "{url}: {told}");
    }
}

#[test]
fn a_server_that_does_not_encrypt_gets_no_password_where_it_must() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut asked = [0; 8];
        stream.read_exact(&mut asked).unwrap();
        stream.write_all(b"N").unwrap();
        let mut more = Vec::new();
        stream.read_to_end(&mut more).unwrap();
        more
    });
    let told = refused(&format!("postgres://ann:s3cret@127.0.0.1:{port}/w?sslmode=require"));
    assert!(told.contains("does not encrypt") && !told.contains("s3cret"), "{told}");
    assert_eq!(server.join().unwrap(), b"", "something was sent in the clear");
}
