//! How notifications reach members outside their inboxes: by channels that whoever sets up the program adds.

use std::collections::BTreeMap;

use entity::notification;
use futures_util::future::BoxFuture;

use crate::{
    base::{Base, Settings},
    error::Result,
    tx::Tx,
};

/// Takes new notifications over, in the unit of work that writes them: what the channel has to send is written down
/// there, and sent after the commit (decision 11).
pub type Channel = for<'a> fn(&'a Tx, &'a [notification::Model]) -> BoxFuture<'a, Result<()>>;

/// The channels of this program, by their names.
#[derive(Clone, Debug, Default)]
struct Channels(BTreeMap<&'static str, Channel>);

/// These settings, with a channel of this name.
pub fn with_channel(settings: Settings, name: &'static str, channel: Channel) -> Settings {
    let mut channels = settings.get::<Channels>().cloned().unwrap_or_default();
    channels.0.insert(name, channel);
    settings.with(channels)
}

/// Hands new notifications to every channel.
pub(super) async fn hand_over(tx: &Tx, rows: &[notification::Model]) -> Result<()> {
    for channel in channels(tx.base()) {
        channel(tx, rows).await?;
    }
    Ok(())
}

fn channels(base: &Base) -> impl Iterator<Item = &Channel> {
    base.settings().get::<Channels>().into_iter().flat_map(|channels| channels.0.values())
}
