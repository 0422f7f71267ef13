//! A store in the cloud, as far as files and backups need one: buckets of S3 in memory, over real sockets. Who asks is not
//! looked at.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, Query, Request, State},
    http::{Method, StatusCode},
    response::Response,
};
use tokio::{net::TcpListener, task::AbortHandle};

/// A moment, as S3 says one in a header and in a list.
const WHEN: (&str, &str) = ("Mon, 02 Mar 2026 08:00:00 GMT", "2026-03-02T08:00:00.000Z");
const LARGEST: usize = 64 * 1024 * 1024;

#[derive(Default)]
struct Kept {
    objects: BTreeMap<String, Bytes>,
    /// The parts of uploads that have begun, each by its number.
    uploads: BTreeMap<String, BTreeMap<u32, Bytes>>,
    /// How many parts there were in all.
    parts: usize,
}

type Buckets = Arc<Mutex<Kept>>;
type Params = BTreeMap<String, String>;

pub struct Store {
    address: SocketAddr,
    kept: Buckets,
    serving: AbortHandle,
}

impl Drop for Store {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Store {
    pub async fn start() -> Self {
        let kept = Buckets::default();
        let router = Router::new().fallback(answer).with_state(kept.clone());
        let router = router.layer(DefaultBodyLimit::max(LARGEST));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, kept, serving: serving.abort_handle() }
    }

    /// How to sign in there.
    pub fn variables(&self) -> [(&'static str, String); 5] {
        [
            ("AWS_ENDPOINT", format!("http://{}", self.address)),
            ("AWS_ALLOW_HTTP", "true".into()),
            ("AWS_REGION", "us-east-1".into()),
            ("AWS_ACCESS_KEY_ID", "somebody".into()),
            ("AWS_SECRET_ACCESS_KEY", "nothing".into()),
        ]
    }

    /// The names of all that is kept, with their buckets.
    pub fn names(&self) -> Vec<String> {
        self.kept.lock().unwrap().objects.keys().cloned().collect()
    }

    /// Keeps a few bytes under a name.
    pub fn put(&self, name: &str) {
        self.kept.lock().unwrap().objects.insert(name.to_owned(), Bytes::from_static(b"old"));
    }

    /// What is kept under a name.
    pub fn object(&self, name: &str) -> Bytes {
        self.kept.lock().unwrap().objects[name].clone()
    }

    /// How many parts came, and how many uploads were neither finished nor given up.
    pub fn parts_and_uploads(&self) -> (usize, usize) {
        let kept = self.kept.lock().unwrap();
        (kept.parts, kept.uploads.len())
    }
}

async fn answer(
    State(buckets): State<Buckets>,
    Query(params): Query<Params>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, LARGEST).await.unwrap();
    let name = parts.uri.path().trim_start_matches('/').to_owned();
    let source = parts.headers.get("x-amz-copy-source").map(|from| from.to_str().unwrap());
    let mut kept = buckets.lock().unwrap();
    match (parts.method, source) {
        (Method::PUT, Some(from)) => copy(&mut kept, from.trim_start_matches('/'), name),
        (Method::PUT, None) => put(&mut kept, &params, name, body),
        (Method::POST, _) => post(&mut kept, &params, name, &body),
        (Method::DELETE, _) => {
            match params.get("uploadId") {
                Some(upload) => drop(kept.uploads.remove(upload)),
                None => drop(kept.objects.remove(&name)),
            }
            say(StatusCode::NO_CONTENT, "")
        }
        _ if params.contains_key("list-type") => list(&kept, &params, &name),
        _ => get(&kept, &name),
    }
}

fn say(status: StatusCode, xml: &str) -> Response {
    let response = Response::builder().status(status).header("etag", "\"x\"");
    response.header("last-modified", WHEN.0).body(Body::from(xml.to_owned())).unwrap()
}

fn missing() -> Response {
    say(StatusCode::NOT_FOUND, "<Error><Code>NoSuchKey</Code></Error>")
}

fn get(kept: &Kept, name: &str) -> Response {
    let Some(bytes) = kept.objects.get(name) else { return missing() };
    let mut response = say(StatusCode::OK, "");
    *response.body_mut() = Body::from(bytes.clone());
    response
}

fn copy(kept: &mut Kept, from: &str, name: String) -> Response {
    let Some(bytes) = kept.objects.get(from).cloned() else { return missing() };
    kept.objects.insert(name, bytes);
    say(StatusCode::OK, "<CopyObjectResult><ETag>x</ETag></CopyObjectResult>")
}

fn put(kept: &mut Kept, params: &Params, name: String, body: Bytes) -> Response {
    match (params.get("uploadId"), params.get("partNumber")) {
        (Some(upload), Some(number)) => {
            kept.parts += 1;
            let Some(parts) = kept.uploads.get_mut(upload) else { return missing() };
            parts.insert(number.parse().unwrap(), body);
        }
        _ => drop(kept.objects.insert(name, body)),
    }
    say(StatusCode::OK, "")
}

fn post(kept: &mut Kept, params: &Params, name: String, body: &[u8]) -> Response {
    if params.contains_key("uploads") {
        let id = format!("upload-{}", kept.parts + kept.uploads.len() + kept.objects.len());
        kept.uploads.insert(id.clone(), BTreeMap::new());
        let begun = format!(
            "<InitiateMultipartUploadResult><UploadId>{id}</UploadId></InitiateMultipartUploadResult>"
        );
        return say(StatusCode::OK, &begun);
    }
    if let Some(upload) = params.get("uploadId") {
        let Some(parts) = kept.uploads.remove(upload) else { return missing() };
        kept.objects.insert(name, parts.into_values().flatten().collect());
        return say(
            StatusCode::OK,
            "<CompleteMultipartUploadResult><ETag>x</ETag></CompleteMultipartUploadResult>",
        );
    }
    delete_all(kept, name.trim_end_matches('/'), &String::from_utf8_lossy(body))
}

/// What is between `<Key>` and its end goes.
fn delete_all(kept: &mut Kept, bucket: &str, asked: &str) -> Response {
    let mut gone = String::new();
    for key in asked.split("<Key>").skip(1).filter_map(|rest| rest.split('<').next()) {
        kept.objects.remove(&format!("{bucket}/{key}"));
        gone += &format!("<Deleted><Key>{key}</Key></Deleted>");
    }
    say(StatusCode::OK, &format!("<DeleteResult>{gone}</DeleteResult>"))
}

fn list(kept: &Kept, params: &Params, bucket: &str) -> Response {
    let bucket = bucket.trim_end_matches('/');
    let begin = format!("{bucket}/{}", params.get("prefix").map_or("", String::as_str));
    let found = kept.objects.iter().filter(|(name, _)| name.starts_with(&begin));
    let contents = found.map(|(name, bytes)| {
        let key = &name[bucket.len() + 1..];
        let (when, size) = (WHEN.1, bytes.len());
        format!("<Contents><Key>{key}</Key><LastModified>{when}</LastModified><Size>{size}</Size></Contents>")
    });
    let all = contents.collect::<String>();
    say(StatusCode::OK, &format!("<ListBucketResult>{all}</ListBucketResult>"))
}
