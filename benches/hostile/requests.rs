//! Requests of HTTP.

use std::time::Duration;

use futures_util::future::{BoxFuture, join_all};

use super::{
    Attack, Target,
    wire::{drip, exchange, head},
};

const fn attack(
    name: &'static str,
    seconds: u64,
    run: fn(Target) -> BoxFuture<'static, String>,
) -> Attack {
    Attack { name, patience: Duration::from_secs(seconds), run }
}

const MANY: usize = 50;

pub const ATTACKS: &[Attack] = &[
    attack("a body of 50 MB", 0, |target| {
        Box::pin(async move { target.post(vec![b' '; 50_000_000]).await })
    }),
    attack("a body of 50 MB in pieces", 0, |target| Box::pin(in_pieces(target))),
    attack("50 headers that drip", 10, |target| {
        Box::pin(many(target, |target| {
            let first = head("POST", "X-Slow: ");
            Box::pin(async move { drip(&target, &first, Duration::from_millis(500)).await })
        }))
    }),
    attack("50 bodies that drip", 30, |target| {
        Box::pin(many(target, |target| {
            let first =
                head("POST", "Content-Type: application/json\r\nContent-Length: 9999\r\n\r\n");
            Box::pin(async move { drip(&target, &first, Duration::from_millis(500)).await })
        }))
    }),
    attack("invalid UTF-8", 0, |target| {
        Box::pin(async move { target.post(b"{\"query\":\"{ \xff\xfe }\"}".to_vec()).await })
    }),
    attack("JSON nested 100,000 deep", 0, |target| {
        let deep = "[".repeat(100_000);
        let body = format!("{{\"query\":\"{{ __typename }}\",\"variables\":{{\"a\":{deep}");
        Box::pin(async move { target.post(body.into()).await })
    }),
    attack("garbage after the JSON", 0, |target| {
        Box::pin(
            async move { target.post(b"{\"query\":\"{ __typename }\"} garbage".to_vec()).await },
        )
    }),
    attack("a header of 1 MB", 0, |target| {
        let bytes = head("GET", &format!("X-Long: {}\r\n\r\n", "x".repeat(1_000_000)));
        Box::pin(async move { exchange(&target, bytes.as_bytes()).await })
    }),
    attack("10,000 headers", 0, |target| {
        let bytes = head("GET", &("X-Many: 1\r\n".repeat(10_000) + "\r\n"));
        Box::pin(async move { exchange(&target, bytes.as_bytes()).await })
    }),
    attack("length and pieces", 0, |target| {
        let more = "Content-Type: application/json\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
        let bytes = head("POST", more);
        Box::pin(async move { exchange(&target, bytes.as_bytes()).await })
    }),
    attack("a mutation by GET", 0, |target| {
        let bytes =
            head("GET", "\r\n").replace("/graphql", "/graphql?query=mutation%7B__typename%7D");
        Box::pin(async move { exchange(&target, bytes.as_bytes()).await })
    }),
    attack("a form", 0, |target| {
        let body = b"query=mutation%7B__typename%7D".to_vec();
        Box::pin(async move { target.send(body, "application/x-www-form-urlencoded").await })
    }),
    attack("multipart", 0, |target| {
        let body = b"--x\r\nContent-Disposition: form-data; name=\"operations\"\r\n\r\n{}\r\n--x--"
            .to_vec();
        Box::pin(async move { target.send(body, "multipart/form-data; boundary=x").await })
    }),
    attack("a foreign origin", 0, |target| {
        let bytes = head(
            "OPTIONS",
            "Origin: https://evil.example\r\nAccess-Control-Request-Method: POST\r\n\r\n",
        );
        Box::pin(async move { exchange(&target, bytes.as_bytes()).await })
    }),
];

async fn many(target: Target, one: fn(Target) -> BoxFuture<'static, String>) -> String {
    join_all((0..MANY).map(|_| one(target.clone()))).await.swap_remove(0)
}

async fn in_pieces(target: Target) -> String {
    let mut bytes =
        head("POST", "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
            .into_bytes();
    for _ in 0..50 {
        bytes.extend_from_slice(b"F4240\r\n");
        bytes.resize(bytes.len() + 1_000_000, b' ');
        bytes.extend_from_slice(b"\r\n");
    }
    exchange(&target, &bytes).await
}
