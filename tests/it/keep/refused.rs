//! What is no whole backup, or may not go where it is wanted, is refused, and nothing of it stays.

use std::io::{Read, Write};

use engine::backup::{self, Fault, Webhooks};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};

use super::tools::{backed_up, content, lived, not_restored, restored};
use crate::support::{
    TestApp,
    database::{self, Kind},
    each,
};

/// In so many places of a backup bytes are changed, and so many times it is cut.
const PLACES: usize = 7;

#[tokio::test]
async fn what_is_cut_short_or_changed_anywhere_is_refused_and_leaves_nothing() {
    each(|app| async move {
        lived(&app).await;
        let (bytes, _) = backed_up(&app).await;
        let last = bytes.len() - 1;
        let places = (0..PLACES).map(|number| number * last / (PLACES - 1));
        for at in places {
            let mut changed = bytes.clone();
            changed[at] ^= 0xff;
            let fault = not_restored(app.kind, &changed).await;
            assert!(matches!(fault, Fault::Damaged(_)), "changed at {at}: {fault}");
            let fault = not_restored(app.kind, &bytes[..at]).await;
            assert!(matches!(fault, Fault::Damaged(_)), "cut at {at}: {fault}");
        }
        let longer = [&bytes[..], b"x"].concat();
        assert!(matches!(not_restored(app.kind, &longer).await, Fault::Damaged(_)));
    })
    .await;
}

#[tokio::test]
async fn what_is_no_backup_is_refused() {
    for bytes in [&b""[..], b"not a backup at all, but a text", &[0x1f, 0x8b, 8, 0, 0, 0]] {
        let fault = not_restored(Kind::Sqlite, bytes).await;
        assert!(matches!(fault, Fault::Damaged(_)), "{fault}");
    }
}

/// The archive with one text of it replaced by another of the same length, and all that gzip says of it right.
fn replaced(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut plain = Vec::new();
    GzDecoder::new(bytes).read_to_end(&mut plain).unwrap();
    let at = plain.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
    plain[at..at + to.len()].copy_from_slice(to.as_bytes());
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(&plain).unwrap();
    packed.finish().unwrap()
}

#[tokio::test]
async fn what_somebody_else_changed_is_refused_by_its_checksum() {
    each(|app| async move {
        lived(&app).await;
        let (bytes, _) = backed_up(&app).await;
        for (from, to) in [("Chairs", "Tables"), ("%PDF-1.7", "%PDF-1.6"), ("Mia", "Mio")] {
            let fault = not_restored(app.kind, &replaced(&bytes, from, to)).await;
            assert!(matches!(fault, Fault::Damaged(_)), "{from}: {fault}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_newer_backup_is_refused_with_the_version_that_made_it() {
    each(|app| async move {
        let (bytes, _) = backed_up(&app).await;
        let format = replaced(&bytes, "\"format\":1", "\"format\":9");
        let migration = replaced(&bytes, "m0017_parts_of_titles", "m9017_parts_of_titles");
        for newer in [format, migration] {
            let fault = not_restored(app.kind, &newer).await;
            assert!(matches!(fault, Fault::Newer(_)), "{fault}");
            assert!(fault.to_string().contains(env!("CARGO_PKG_VERSION")), "{fault}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_database_in_use_is_left_as_it_is() {
    each(|app| async move {
        let (empty, _) = backed_up(&app).await;
        lived(&app).await;
        let before = content(&app).await;
        let fault =
            backup::restore(&app.app, &empty[..], Webhooks::GoOn, &|_, _| {}).await.unwrap_err();
        assert!(matches!(fault, Fault::NotEmpty(_)), "{fault}");
        assert_eq!(before, content(&app).await);
    })
    .await;
}

#[tokio::test]
async fn a_database_that_was_brought_up_to_date_and_never_used_is_empty() {
    each(|app| async move {
        lived(&app).await;
        app.number_log().await;
        let (before, (bytes, _)) = (content(&app).await, backed_up(&app).await);
        for kind in database::kinds() {
            let database = database::create(kind).await;
            let folder = database.folder().join("files");
            let fresh = TestApp::open(kind, database.url(), &folder).await;
            backup::restore(&fresh.app, &bytes[..], Webhooks::GoOn, &|_, _| {}).await.unwrap();
            super::tools::assert_same(&before, &content(&fresh).await);
            fresh.stop().await;
        }
    })
    .await;
}

#[tokio::test]
async fn restoring_twice_restores_once() {
    each(|app| async move {
        lived(&app).await;
        let (bytes, _) = backed_up(&app).await;
        restored(app.kind, &bytes, |again| {
            let bytes = &bytes;
            async move {
                let before = content(&again).await;
                let fault = backup::restore(&again.app, &bytes[..], Webhooks::GoOn, &|_, _| {})
                    .await
                    .unwrap_err();
                assert!(matches!(fault, Fault::NotEmpty(_)), "{fault}");
                assert_eq!(before, content(&again).await);
            }
        })
        .await;
    })
    .await;
}
