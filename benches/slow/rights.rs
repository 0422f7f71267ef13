//! Whether somebody is shown what they may see when it happens, while a thousand events flow.

use std::{sync::Arc, time::Duration};

use futures_util::StreamExt;
use serde_json::json;

use crate::{
    MEMBERS, SLIM, Socket, World, deal_of, member, open,
    support::{Cluster, Server, number},
};

/// A salesperson is shown what they may see when it happens, and nothing else.
pub async fn follow_the_event(cluster: &Cluster, world: &Arc<World>) {
    let (first, last) = (&cluster.servers[0], cluster.servers.last().unwrap());
    let (id, secret) = member(first, MEMBERS, "SALESPERSON").await;
    let private = || json!({ "title": "secret", "visibility": "PARTICIPANTS" });
    let (shared, mark) = (deal_of(first, &world.process, private()).await, json!({ "title": "0" }));
    let mark = deal_of(first, &world.process, mark).await;
    let hidden =
        futures_util::future::join_all((0..8).map(|_| deal_of(first, &world.process, private())));
    let hidden = hidden.await;
    let mut socket = open(&last.address, &secret, SLIM, &world.process, None).await;
    let events = number("WAYPOST_BENCH_EVENTS", 1_000);
    let (mut made, mut seen, mut takes_part) = (0, 0, false);
    for turn in 1.. {
        let renamed = hidden.iter().map(|deal| rename(first, deal, format!("secret {turn}")));
        futures_util::future::join_all(renamed).await;
        rename(first, &shared, format!("own {turn}")).await;
        let expected = if takes_part { vec![format!("own {turn}")] } else { Vec::new() };
        assert_eq!(shown(first, &mut socket, &mark, format!("mark {turn}")).await, expected);
        made += hidden.len() + 2;
        seen += expected.len();
        if turn % 5 == 0 {
            let name = if takes_part { "removeParticipant" } else { "addParticipant" };
            first.done(name, json!({ "dealId": shared, "memberId": id }), "").await;
            takes_part = !takes_part;
            // It comes as it is now, and goes without a word about it.
            let expected = if takes_part { format!("own {turn}") } else { String::new() };
            assert_eq!(shown(first, &mut socket, &mark, format!("then {turn}")).await, [expected]);
            made += 2;
        }
        if made >= events {
            break;
        }
    }
    println!(
        "{made} events: a salesperson was shown {seen} of a deal while they took part in it, and nothing of others"
    );
}

async fn rename(server: &Server, deal: &str, title: String) {
    server.done("updateDeal", json!({ "dealId": deal, "title": title }), "").await;
}

/// The titles of what is shown before this mark, which everybody may see.
async fn shown(server: &Server, socket: &mut Socket, mark: &str, title: String) -> Vec<String> {
    rename(server, mark, title.clone()).await;
    let mut titles = Vec::new();
    let read = async {
        loop {
            let message = socket.next().await.unwrap().unwrap();
            let text = message.to_text().unwrap_or_default();
            let found =
                text.split_once(r#""title":""#).map(|(_, rest)| rest.split('"').next().unwrap());
            match found {
                Some(found) if found == title => return,
                _ if text.contains(r#""next""#) => {
                    titles.push(found.unwrap_or_default().to_owned())
                }
                _ => {}
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(60), read).await.expect("the mark is not shown");
    titles
}
