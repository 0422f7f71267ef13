//! Bytes that are not taken: why is told in the language of whoever sends them.

use serde_json::{Value, json};

use super::choose;
use crate::support::{
    TestApp, each,
    files::{PDF, UPLOAD},
};

/// What whoever sends bytes and reads these languages is told.
async fn send(app: &TestApp, url: &str, languages: &str, bytes: &[u8]) -> (String, String) {
    let request = app.http.put(url).header("accept-language", languages);
    let answer = request.body(bytes.to_vec()).send().await.unwrap();
    assert_eq!(answer.headers()["vary"].to_str().unwrap().matches("accept-language").count(), 1);
    let answer: Value = answer.json().await.unwrap();
    let error = &answer["errors"][0];
    let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{answer:#}")).to_owned();
    (text(&error["extensions"]["code"]), text(&error["message"]))
}

#[tokio::test]
async fn why_bytes_are_not_taken_is_told_in_the_language_of_the_sender() {
    each(|app| async move {
        let ada = app.admin().await;
        let (_, url) = ada.announce("a.pdf", "application/pdf", PDF.len()).await;
        let longer = [PDF, b"more"].concat();
        let (came, wanted) = (longer.len(), PDF.len());
        let english = format!(
            "The file was announced with {wanted} bytes, and {came} bytes came. Announce it with the size that it has."
        );
        let polish = format!(
            "Zgłoszony rozmiar pliku to {wanted} bajtów, a przesłano {came} bajty. Zgłoś plik z rozmiarem, który ma naprawdę."
        );
        let told = async |languages| send(&app, &url, languages, &longer).await;
        let wrong = |text: &String| ("SIZE_WRONG".to_owned(), text.clone());
        assert_eq!(told("pl-PL, en;q=0.5").await, wrong(&polish));
        assert_eq!(told("de").await, wrong(&english));
        choose(&ada, json!("ENGLISH")).await;
        assert_eq!(told("pl").await, wrong(&english), "what they chose goes before");
        choose(&ada, json!("POLISH")).await;
        assert_eq!(told("en").await, wrong(&polish));
        // whose address it was nobody knows
        let (code, text) = send(&app, &format!("{url}0"), "pl", PDF).await;
        assert_eq!(code, "URL_INVALID");
        assert!(text.starts_with("Ten adres jest niepełny"), "{text}");
    })
    .await;
}

#[tokio::test]
async fn what_bytes_are_instead_is_told_in_the_language_of_the_sender() {
    each(|app| async move {
        let ada = app.admin().await;
        choose(&ada, json!("POLISH")).await;
        for (bytes, expected) in [
            (&b"hello"[..], "jako application/pdf, a jego zawartość to text/plain."),
            (&[0, 159, 146, 150], "jako application/pdf, a jego zawartość to coś nieznanego."),
        ] {
            let (_, url) = ada.announce("a.pdf", "application/pdf", bytes.len()).await;
            let (code, text) = send(&app, &url, "en", bytes).await;
            assert_eq!(code, "TYPE_WRONG");
            assert!(text.contains(expected), "{text}");
        }
        let input = json!({ "name": "a.pdf", "contentType": "application/pdf", "size": 5,
            "checksum": "0".repeat(64) });
        let made = ada.done("createFileUpload", input, UPLOAD).await;
        let url = made["upload"]["url"].as_str().unwrap();
        let (code, text) = send(&app, url, "en", b"hello").await;
        assert_eq!(code, "CHECKSUM_WRONG");
        assert!(text.starts_with("To nie jest zgłoszony plik"), "{text}");
    })
    .await;
}
