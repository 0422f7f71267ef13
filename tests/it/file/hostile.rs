//! Bytes and URLs from somebody who means no good, and connections that break: nothing is left behind.

use chrono::TimeDelta;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{
    TestApp,
    builders::text,
    each,
    files::{PDF, UPLOAD},
    live::soon,
    start,
};

/// A request as bytes, perhaps given up in the middle: what the server answers until it closes.
async fn raw(app: &TestApp, url: &str, headers: &str, body: &[u8], hang_up: bool) -> String {
    let path = url.split_once(&app.address.to_string()).unwrap().1;
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    let head = format!("PUT {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body).await.unwrap();
    if hang_up {
        stream.shutdown().await.unwrap();
    }
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn bytes_of_another_size_are_refused() {
    each(|app| async move {
        let ada = app.admin().await;
        let (file, url) = ada.announce("a.pdf", "application/pdf", PDF.len()).await;
        let longer = [PDF, b"more"].concat();
        for wrong in [&PDF[1..], &longer, b""] {
            assert_eq!(app.put_refused(&url, wrong).await, "400 SIZE_WRONG");
        }
        let chunked = "Transfer-Encoding: chunked\r\n";
        for body in [
            "5\r\n%PDF-\r\n0\r\n\r\n".to_owned(),
            format!("40\r\n{}\r\n0\r\n\r\n", "%PDF".repeat(16)),
        ] {
            let before = app.fingerprint().await;
            let answer = raw(&app, &url, chunked, body.as_bytes(), false).await;
            assert!(
                answer.starts_with("HTTP/1.1 400") && answer.contains("SIZE_WRONG"),
                "{answer}"
            );
            assert_eq!((before, vec![]), (app.fingerprint().await, app.stored()));
        }
        assert_eq!(app.put(&url, PDF).await, "204", "it can still be sent");
        assert_eq!(ada.known(&file).await["state"], "READY");
    })
    .await;
}

#[tokio::test]
async fn bytes_with_another_checksum_are_refused() {
    each(|app| async move {
        let ada = app.admin().await;
        let input = json!({ "name": "a.pdf", "contentType": "application/pdf", "size": PDF.len(),
            "checksum": super::sha256(PDF) });
        let made = ada.done("createFileUpload", input, UPLOAD).await;
        let url = text(&made["upload"]["url"]);
        let mut other = PDF.to_vec();
        other[12] ^= 1;
        assert_eq!(app.put_refused(&url, &other).await, "400 CHECKSUM_WRONG");
        assert_eq!(app.put(&url, PDF).await, "204");
    })
    .await;
}

#[tokio::test]
async fn what_is_not_what_it_was_announced_as_is_refused() {
    each(|app| async move {
        let ada = app.admin().await;
        let page = &b"<!DOCTYPE html><html><script>alert(1)</script></html>"[..];
        for (name, content_type, bytes) in [
            ("photo.png", "image/png", page),
            ("notes.txt", "text/plain", page),
            ("photo.png", "image/png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>"),
            ("photo.png", "image/png", b"MZ\x90\0\x03\0\0\0"),
            ("notes.txt", "text/plain", b"#!/bin/sh\nrm -rf /\n"),
            ("notes.txt", "text/plain", b"\x7fELF\x02\x01\x01\0"),
            ("a.pdf", "application/pdf", b"hello"),
        ] {
            let (_, url) = ada.announce(name, content_type, bytes.len()).await;
            let told = app.put_refused(&url, bytes).await;
            assert_eq!(told, "415 TYPE_WRONG", "{content_type}: {bytes:?}");
        }
        assert_eq!(app.stored(), []);
    })
    .await;
}

#[tokio::test]
async fn an_upload_that_breaks_off_leaves_nothing() {
    each(|app| async move {
        let ada = app.admin().await;
        let size = 1_000_000;
        let (_, url) = ada.announce("a.pdf", "application/pdf", size).await;
        let before = app.fingerprint().await;
        let half = [PDF, &vec![b'x'; size / 2]].concat();
        raw(&app, &url, &format!("Content-Length: {size}\r\n"), &half, true).await;
        soon(async {
            while !app.stored().is_empty() {
                tokio::task::yield_now().await;
            }
        })
        .await;
        assert_eq!(before, app.fingerprint().await);
        let whole = [PDF, &vec![b'x'; size - PDF.len()]].concat();
        assert_eq!(app.put(&url, &whole).await, "204");
    })
    .await;
}

#[tokio::test]
async fn a_url_is_good_for_a_quarter_of_an_hour() {
    each(|app| async move {
        let ada = app.admin().await;
        let (file, upload) = ada.announce("a.pdf", "application/pdf", PDF.len()).await;
        let (_, later) = ada.announce("b.pdf", "application/pdf", PDF.len()).await;
        assert_eq!(app.put(&upload, PDF).await, "204");
        let download = ada.download_url(&file).await.unwrap();
        app.app.clock().set(start() + TimeDelta::minutes(15) - TimeDelta::milliseconds(1));
        assert!(app.fetch(&download).await.is_ok());
        app.app.clock().set(start() + TimeDelta::minutes(15));
        assert_eq!(app.fetch(&download).await.unwrap_err(), "403 URL_EXPIRED");
        assert_eq!(app.put_refused(&later, PDF).await, "403 URL_EXPIRED");
    })
    .await;
}

/// The URL with one parameter (or the file) changed.
fn changed(url: &str, name: &str, to: &str) -> String {
    let (start, query) = url.split_once('?').unwrap();
    if name == "file" {
        let (start, _) = start.rsplit_once('/').unwrap();
        return format!("{start}/{to}?{query}");
    }
    let change = |pair: &str| match pair.split_once('=') {
        Some((key, _)) if key == name => format!("{name}={to}"),
        _ => pair.to_owned(),
    };
    let query: Vec<_> = query.split('&').map(change).collect();
    format!("{start}?{}", query.join("&"))
}

#[tokio::test]
async fn a_url_with_anything_changed_is_worth_nothing() {
    each(|app| async move {
        let ada = app.admin().await;
        let bob = app.member("Bob", entity::member::Role::Administrator).await;
        let (file, url) = ada.announce("a.pdf", "application/pdf", PDF.len()).await;
        let (other, _) = ada.announce("b.pdf", "application/pdf", PDF.len()).await;
        let bobs = bob.token.to_string();
        for (name, to) in [
            ("file", other.as_str()),
            ("file", "..%2f..%2fetc%2fpasswd"),
            ("file", "x"),
            ("token", bobs.as_str()),
            ("token", "token_x"),
            ("expires", "99999999999999"),
            ("expires", "never"),
            ("signature", ""),
            ("signature", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
            ("signature", "%00"),
        ] {
            let told = app.put_refused(&changed(&url, name, to), PDF).await;
            assert_eq!(told, "403 URL_INVALID", "{name}={to}");
        }
        let bare = url.split_once('?').unwrap().0;
        assert_eq!(app.put_refused(bare, PDF).await, "403 URL_INVALID");
        assert_eq!(app.fetch(&url).await.unwrap_err(), "403 URL_INVALID", "it is for sending");
        assert_eq!(app.put(&url, PDF).await, "204");
        let download = ada.download_url(&file).await.unwrap();
        assert_eq!(app.put_refused(&download, PDF).await, "403 URL_INVALID", "it is for fetching");
        let told = app.fetch(&changed(&download, "file", &other)).await;
        assert_eq!(told.unwrap_err(), "403 URL_INVALID");
    })
    .await;
}

#[tokio::test]
async fn before_anything_was_announced_no_url_is_good() {
    each(|app| async move {
        let ada = app.admin().await;
        let id = ada.new_id::<entity::ids::File>();
        let url = format!(
            "http://{}/files/{id}?token={}&expires=99999999999999&signature=AAAA",
            app.address, ada.token
        );
        assert_eq!(app.fetch(&url).await.unwrap_err(), "403 URL_INVALID");
        assert_eq!(app.put_refused(&url, PDF).await, "403 URL_INVALID");
    })
    .await;
}
