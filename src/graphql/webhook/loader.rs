//! The webhooks and deliveries that one answer needs.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use engine::{
    error::Result,
    page::{Page, Request},
    webhook::find,
};
use entity::{
    ids::{WebhookDeliveryId, WebhookId},
    webhook,
    webhook_delivery::{self, State},
};

use crate::graphql::{
    batch::{Batch, by},
    view::View,
};

/// Which deliveries of a webhook.
type States = Option<Vec<State>>;
type ByWebhook<K, V> = Mutex<HashMap<K, Arc<Batch<WebhookId, V>>>>;

#[derive(Default)]
struct Rows {
    webhooks: Batch<WebhookId, Arc<webhook::Model>>,
    deliveries: Batch<WebhookDeliveryId, Arc<webhook_delivery::Model>>,
    listed: Mutex<BTreeSet<WebhookId>>,
    pages: ByWebhook<(States, Request), Page<webhook_delivery::Model>>,
    counts: ByWebhook<States, u64>,
}

impl Rows {
    /// The batch of this key, which wants all webhooks listed so far.
    fn batch<K: std::hash::Hash + Eq, V: Clone>(
        &self,
        of: &ByWebhook<K, V>,
        key: K,
    ) -> Arc<Batch<WebhookId, V>> {
        let mut batches = of.lock().unwrap_or_else(PoisonError::into_inner);
        let batch = batches.entry(key).or_default().clone();
        let listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        batch.want(listed.iter().copied());
        batch
    }
}

/// Whatever this id names will be asked for, if it is of a webhook or of a delivery.
pub(crate) fn expect_id(view: &View, id: &str) {
    let rows: &Rows = view.rows();
    rows.webhooks.want(id.parse().ok());
    rows.deliveries.want(id.parse().ok());
}

impl View {
    /// Says which rows these webhooks will need.
    pub(crate) fn expect_webhooks<'a>(&self, rows: impl Iterator<Item = &'a webhook::Model>) {
        let known: &Rows = self.rows();
        for row in rows {
            self.expect_members([row.member_id]);
            self.expect_processes(row.process_ids.iter().flat_map(|ids| ids.0.iter().copied()));
            known.listed.lock().unwrap_or_else(PoisonError::into_inner).insert(row.id);
        }
    }

    /// Says which rows these deliveries will need.
    fn expect_deliveries<'a>(&self, rows: impl Iterator<Item = &'a webhook_delivery::Model>) {
        for row in rows {
            self.rows::<Rows>().webhooks.want([row.webhook_id]);
            self.expect_event_ids([row.event_id]);
            self.expect_deal_ids([row.deal_id]);
        }
    }

    /// A webhook, for whoever may look after them.
    pub(crate) async fn webhook(&self, id: WebhookId) -> Result<Option<Arc<webhook::Model>>> {
        let load = |ids| async {
            let rows = find::many(self.snapshot(), ids).await?;
            self.expect_webhooks(rows.iter());
            Ok(by(rows, |row| row.id))
        };
        self.rows::<Rows>().webhooks.get(id, load).await
    }

    /// A delivery, for whoever may look after them.
    pub(crate) async fn delivery(
        &self,
        id: WebhookDeliveryId,
    ) -> Result<Option<Arc<webhook_delivery::Model>>> {
        let load = |ids| async {
            let rows = find::deliveries(self.snapshot(), ids).await?;
            self.expect_deliveries(rows.iter());
            Ok(by(rows, |row| row.id))
        };
        self.rows::<Rows>().deliveries.get(id, load).await
    }

    /// A page of the deliveries of a webhook; one that goes on after a place is read alone.
    pub(crate) async fn deliveries_of(
        &self,
        webhook: WebhookId,
        states: States,
        request: Request,
    ) -> Result<Page<webhook_delivery::Model>> {
        if request.cursor.is_some() {
            let which = (states.as_deref(), &request);
            let page = find::page(self.snapshot(), webhook, which).await?;
            self.expect_deliveries(page.rows.iter().map(|(_, row)| row));
            return Ok(page);
        }
        let load = |ids| async {
            let which = (states.as_deref(), &request);
            let found = find::page_of_each(self.snapshot(), ids, which).await?;
            let rows = found.values().flat_map(|page| page.rows.iter().map(|(_, row)| row));
            self.expect_deliveries(rows);
            Ok(found)
        };
        let rows = self.rows::<Rows>();
        let batch = rows.batch(&rows.pages, (states.clone(), request.clone()));
        Ok(batch.get(webhook, load).await?.unwrap_or_default())
    }

    /// How many such deliveries a webhook has.
    pub(crate) async fn count_deliveries_of(
        &self,
        webhook: WebhookId,
        states: States,
    ) -> Result<u64> {
        let load = |ids| find::count(self.snapshot(), ids, states.as_deref());
        let rows = self.rows::<Rows>();
        let batch = rows.batch(&rows.counts, states.clone());
        Ok(batch.get(webhook, load).await?.unwrap_or_default())
    }
}
