//! Administrators who act upon each other at the same moment: one of them stays (rule 18).

use engine::command::Command;
use entity::member::Role;
use serde_json::json;

use super::{ROUNDS, both, codes, race, two};
use crate::support::{Client, each, steps};

/// How many active administrators there are, and the same ones again for the next round.
async fn restore(here: &Client, there: &Client) -> usize {
    let document = "{ members(active: true) { nodes { role } } }";
    let mut found = 0;
    for one in [here, there] {
        // one of them may be signed out now
        let answer = one.raw(document, json!({})).await;
        let Some(nodes) = answer["data"]["members"]["nodes"].as_array() else { continue };
        found = nodes.iter().filter(|node| node["role"] == "ADMINISTRATOR").count();
    }
    let reset = here.app.app.write(
        crate::support::system(),
        steps([here.member, there.member], |tx, members| {
            Box::pin(async move {
                for member_id in *members {
                    engine::member::ReactivateMember { member_id }.run(tx).await?;
                    let role = Some(Role::Administrator);
                    let command = engine::member::UpdateMember {
                        member_id,
                        name: None,
                        email: None,
                        role,
                        locale: None,
                    };
                    command.run(tx).await?;
                }
                Ok(())
            })
        }),
    );
    reset.await.unwrap();
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_administrators_who_demote_each_other_one_stays() {
    each(|app| async move {
        let ada = app.admin().await;
        let there = app.again().await;
        let bob = app.member("Bob", Role::Administrator).await.at(&there);
        let demote = |id: String| ("updateMember", json!({ "memberId": id, "role": "MANAGER" }));
        for _ in 0..ROUNDS {
            let calls = ((&ada, demote(bob.id())), (&bob, demote(ada.id())));
            let (one, other) = race(calls.0, calls.1).await;
            let mut outcomes = [one, other];
            outcomes.sort();
            assert_eq!(outcomes[0], Vec::<String>::new(), "one of them wins: {outcomes:?}");
            // Whoever comes after the other's commit is no administrator any more.
            let too_late = ["LAST_ADMINISTRATOR", "FORBIDDEN"];
            assert!(too_late.contains(&outcomes[1].join("+").as_str()), "{outcomes:?}");
            assert_eq!(restore(&ada, &bob).await, 1);
        }
        there.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_administrators_who_leave_at_once_one_stays() {
    each(|app| async move {
        let ada = app.admin().await;
        let there = app.again().await;
        let bob = app.member("Bob", Role::Administrator).await.at(&there);
        let (ada, bob) = (&mut ada.clone(), &mut bob.clone());
        for _ in 0..ROUNDS {
            let leave = |who: &Client| ("deactivateMember", json!({ "memberId": who.id() }));
            let (one, other) = race((ada, leave(ada)), (bob, leave(bob))).await;
            let mut outcomes = [one, other];
            outcomes.sort();
            assert_eq!(outcomes, [vec![], vec!["LAST_ADMINISTRATOR".to_owned()]]);
            assert_eq!(restore(ada, bob).await, 1);
            for who in [&mut *ada, &mut *bob] {
                (who.token, who.secret) = app.token(who.member).await; // old ones do not come back
            }
        }
        there.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_who_want_one_address_at_once_one_gets_it() {
    each(|app| async move {
        let (here, there) = two(&app).await;
        for round in 0..ROUNDS {
            let add = |name: &str| {
                json!({ "email": format!("new{round}@example.org"), "name": name, "role": "MANAGER" })
            };
            let one = codes(here.clone(), "addMember", add("One"));
            let other = codes(there.clone(), "addMember", add("Other"));
            let (one, other) = both(one, other).await;
            let mut outcomes = [one, other];
            outcomes.sort();
            assert_eq!(outcomes, [vec![], vec!["EMAIL_TAKEN".to_owned()]]);
        }
        there.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn deals_that_begin_while_all_are_handed_over_go_along_or_come_after() {
    each(|app| async move {
        let (here, there) = two(&app).await;
        let sales = here.sales().await;
        let other = here.process("Other", &[("A", &[("a", 1)])]).await;
        let to = app.member("Tom", Role::Salesperson).await;
        for round in 0..ROUNDS {
            let from = app.member(&format!("From{round}"), Role::Salesperson).await;
            let mut deals = Vec::new();
            for _ in 0..3 {
                deals.push(from.deal(&sales.id, "Chairs").await);
            }
            let moved = json!({ "dealId": deals[0], "processId": other.id });
            let hand_over = json!({ "fromMemberId": from.id(), "toMemberId": to.id() });
            let change = codes(here.clone(), "changeDealProcess", moved);
            let begin = codes(
                here.clone(),
                "createDeal",
                json!({ "processId": other.id,
                "title": "New", "ownerId": from.id() }),
            );
            let server = there.clone();
            let handed = async move {
                let done = server.done("transferDeals", hand_over, "count").await;
                done["count"].as_u64().unwrap()
            };
            let others = async move { both(change, begin).await };
            let (count, (changed, begun)) = both(handed, others).await;
            assert!(changed.is_empty() && begun.is_empty(), "{changed:?} {begun:?}");
            assert!(count == 3 || count == 4, "{count}");
            for deal in &deals {
                let document = "query($id: ID!) { deal(id: $id) { owner { id } } }";
                let data = here.query(document, json!({ "id": deal })).await;
                assert_eq!(data["deal"]["owner"]["id"], to.id());
                here.history(deal).await;
            }
        }
        there.app.stop().await;
    })
    .await;
}
