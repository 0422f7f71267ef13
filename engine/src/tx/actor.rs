//! Who acts in a unit of work, as they are in its view (rule 17).

use std::collections::HashMap;

use domain::policy::{Actor, Credential, MemberActor};

use super::{Question, Tx};
use crate::{
    auth::{self, SignedIn},
    error::{Error, Result},
};

/// Who has a credential.
pub(crate) struct Holder;

impl Question for Holder {
    type Key = Credential;
    type Answer = SignedIn;

    async fn answer(
        tx: &Tx,
        credentials: Vec<Credential>,
    ) -> Result<HashMap<Credential, SignedIn>> {
        auth::signed_in(tx.conn(), &credentials).await
    }
}

impl Tx {
    /// Takes the actor for who they are now: after all that was waited for until here.
    pub(crate) async fn renew_actor(&mut self) -> Result<()> {
        if let Actor::Member(MemberActor { credential: Some(credential), .. }) = &self.actor {
            let holder = self.ask::<Holder>(credential.clone()).await?;
            self.actor = holder.ok_or(Error::Unauthenticated)?.session(self.now)?.actor;
        }
        Ok(())
    }
}
