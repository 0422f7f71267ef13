//! Mail: what is due goes out, whatever fails while it is taken, sent and ticked off.

use engine::delivery::run_due;
use serde_json::json;

use super::breaker::{Breaker, FAULTS};
use crate::{
    mail::mailer,
    support::{
        each,
        live::soon,
        post::{Mood, Post, a_while},
        scene::Scene,
    },
};

#[tokio::test]
async fn mail_that_is_due_goes_out_whatever_fails_at_each_step() {
    each(|app| async move {
        let breaker = Breaker::new(app.kind);
        let post = Post::start(|_| Mood::Take).await;
        let broken = app.behind(breaker.layer(), post.settings()).await;
        let scene = Scene::new(&broken).await;
        let send = scene.process.action("Send");
        let notify = json!({ "actionId": send, "notify": { "groups": ["PARTICIPANTS"] } });
        scene.people.admin.done("updateAction", notify, "").await;
        let mailer = mailer(&broken.app);
        for step in 1.. {
            let (deal, _) = scene.deal("EVERYONE").await;
            scene.people.owner.complete(&deal, send).await;
            let before = post.received().len();
            breaker.at(step, FAULTS[step % FAULTS.len()]);
            let _ = run_due(&broken.app, &mailer).await;
            let broke = breaker.mend();
            // What was taken and not ticked off is due again when its lease is over.
            broken.app.clock().set(broken.app.clock().now() + a_while());
            // PostgreSQL may still hold what a broken connection had locked; whoever looks meanwhile passes over it.
            let arrives = async {
                while post.received().len() == before {
                    run_due(&broken.app, &mailer).await.unwrap();
                    tokio::task::yield_now().await;
                }
            };
            soon(arrives).await;
            while run_due(&broken.app, &mailer).await.unwrap().due > 0 {}
            if broke == 0 {
                assert!(step > 10, "the last time nothing failed");
                break;
            }
        }
        broken.stop().await;
    })
    .await;
}
