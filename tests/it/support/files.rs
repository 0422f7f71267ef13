//! Files, announced, sent and fetched as a front end does.

use std::{fs, path::Path};

use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use super::{Client, TestApp, builders::text};

/// The smallest thing that is a PDF by its first bytes.
pub const PDF: &[u8] = b"%PDF-1.7\n% a scan\n";

/// What a payload of `createFileUpload` is asked for.
pub const UPLOAD: &str = "file { id name contentType size state checksum } \
    upload { url method headers { name value } expiresAt }";

impl Client {
    /// Announces a file: its id and the URL to send it to.
    pub async fn announce(&self, name: &str, content_type: &str, size: usize) -> (String, String) {
        let input = json!({ "name": name, "contentType": content_type, "size": size });
        let made = self.done("createFileUpload", input, UPLOAD).await;
        (text(&made["file"]["id"]), text(&made["upload"]["url"]))
    }

    /// A file that is there: its id.
    pub async fn file(&self, name: &str, content_type: &str, bytes: &[u8]) -> String {
        let (id, url) = self.announce(name, content_type, bytes.len()).await;
        assert_eq!(self.app.put(&url, bytes).await, "204");
        id
    }

    /// The URL that a file is fetched from, if the viewer sees the file and it is there.
    pub async fn download_url(&self, file: &str) -> Option<String> {
        let document =
            "query($id: ID!) { node(id: $id) { ... on File { download { url method } } } }";
        let data = self.query(document, json!({ "id": file })).await;
        data["node"]["download"]["url"].as_str().map(str::to_owned)
    }

    /// What is known of a file.
    pub async fn known(&self, file: &str) -> Value {
        let document = "query($id: ID!) { node(id: $id) { ... on File { name contentType size state \
            checksum note { id } uploader { name } } } }";
        self.query(document, json!({ "id": file })).await["node"].take()
    }
}

impl TestApp {
    /// Sends bytes: the status, and the code of a refusal.
    pub async fn put(&self, url: &str, bytes: &[u8]) -> String {
        told(self.http.put(url).body(bytes.to_vec()).send().await.unwrap()).await
    }

    /// Sends bytes that must be refused, *and nothing may be left of them*.
    pub async fn put_refused(&self, url: &str, bytes: &[u8]) -> String {
        let before = (self.fingerprint().await, self.stored());
        let told = self.put(url, bytes).await;
        assert!(told.starts_with(['4', '5']), "not refused: {told}");
        assert_eq!(before, (self.fingerprint().await, self.stored()), "{told} left something");
        told
    }

    /// Fetches bytes, or the status and the code of a refusal.
    pub async fn fetch(&self, url: &str) -> Result<Vec<u8>, String> {
        let response = self.http.get(url).send().await.unwrap();
        if response.status() == StatusCode::OK {
            return Ok(response.bytes().await.unwrap().to_vec());
        }
        Err(told(response).await)
    }

    /// Every file below the store's folder, and its size.
    pub fn stored(&self) -> Vec<(String, u64)> {
        let mut found = Vec::new();
        collect(&self.folder, &self.folder, &mut found);
        found.sort();
        found
    }
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<(String, u64)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, found);
        } else {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
            found.push((name, path.metadata().unwrap().len()));
        }
    }
}

/// `204`, or `403 URL_EXPIRED`.
pub async fn told(response: Response) -> String {
    let status = response.status().as_u16();
    match response.json::<Value>().await {
        Ok(body) => format!("{status} {}", text(&body["errors"][0]["extensions"]["code"])),
        Err(_) => status.to_string(),
    }
}
