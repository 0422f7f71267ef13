//! A process and its deals while things happen to them.

use std::collections::BTreeMap;

use domain::process::definition::Definition;
use entity::{
    deal,
    deal::Status,
    event::Fact,
    ids::{DealId, MemberId, ProcessId, StageId},
    member::Role,
};
use serde_json::{Value, json};

use super::{Step, impact, refusals};
use crate::support::{
    Client, TestApp,
    oracle::{self, Past, Place, Replaced, explained},
    process::{DEFINITION, check},
    trees::{self, World, edited},
};

/// How many deals there are.
const DEALS: usize = 3;

/// Everything at one moment, checked against its history.
pub struct Look {
    pub versions: BTreeMap<i64, Definition>,
    pub deals: Vec<(deal::Model, Past)>,
}

impl Look {
    /// The number of the current version.
    pub fn number(&self) -> i64 {
        *self.versions.keys().max().unwrap()
    }

    /// The process as it is.
    pub fn tree(&self) -> &Definition {
        &self.versions[&self.number()]
    }

    /// The open deals, and where each stands.
    pub fn open(&self) -> impl Iterator<Item = (&deal::Model, &Past, Place)> {
        let open = self.deals.iter().filter(|(row, _)| row.status == Status::Open);
        open.map(|(row, past)| (row, past, past.place(self.tree())))
    }

    /// Whether open deals were moved by hand to a stage that is not in this tree.
    fn in_the_way(&self, after: &Definition) -> bool {
        let mut moved = self.open().filter_map(|(_, past, _)| past.moved?.1);
        moved.any(|stage| after.stage(stage).is_none())
    }
}

pub struct Running {
    pub ada: Client,
    pub process: ProcessId,
    pub now: Look,
    deals: Vec<DealId>,
    pub members: Vec<MemberId>,
    replaced: Vec<Replaced>,
}

impl Running {
    pub async fn new(app: TestApp) -> Self {
        let ada = app.admin().await;
        let mia = app.member("Mia", Role::Manager).await;
        let sales = ada.sales().await;
        let mut deals = Vec::new();
        for number in 0..DEALS {
            deals.push(ada.deal(&sales.id, &format!("Deal {number}")).await.parse().unwrap());
        }
        let (process, members) = (sales.id.parse().unwrap(), vec![ada.member, mia.member]);
        let now = Look { versions: BTreeMap::new(), deals: Vec::new() };
        let mut new = Self { ada, process, now, deals, members, replaced: Vec::new() };
        new.look().await;
        new
    }

    pub async fn step(&mut self, step: &Step) {
        match step {
            Step::Save { edits, answer, late } => {
                let from = (self.now.number() - *late as i64).max(1);
                let after = self.edited(from, edits);
                let mut input = trees::input(&after, &self.now.versions[&from]);
                input["id"] = json!(self.process);
                input["expectedVersion"] = json!(from);
                let is_late = from < self.now.number();
                self.whole("saveProcess", "processPreview", input, &after, *answer, is_late).await;
            }
            Step::Restore { version, answer } => {
                let number = 1 + (*version as i64) % self.now.number();
                let after = self.now.versions[&number].clone();
                let input = json!({ "processId": self.process, "version": number,
                    "expectedVersion": self.now.number() });
                let names = ("restoreProcessVersion", "restorePreview");
                self.whole(names.0, names.1, input, &after, *answer, false).await;
            }
            Step::Small(small) => self.small(*small).await,
            _ => self.deal(step).await,
        }
    }

    /// A version as somebody has edited it.
    fn edited(&self, from: i64, edits: &[trees::Edit]) -> Definition {
        let clock = self.ada.app.app.clock();
        let mut new_id = || clock.new_id::<entity::ids::Stage>().uuid();
        let mut world = World { new_id: &mut new_id, members: &self.members };
        let mut after = edited(&self.now.versions[&from], edits, &mut world);
        after.stages.truncate(20);
        after
    }

    /// A whole tree: previewed, saved, compared.
    async fn whole(
        &mut self,
        save: &str,
        preview: &str,
        mut input: Value,
        after: &Definition,
        answer: Option<usize>,
        is_late: bool,
    ) {
        let removed = self.answers(after, answer);
        let answers =
            removed.iter().map(|(from, to)| json!({ "stageId": from, "moveDealsTo": to }));
        input["removedStages"] = answers.collect();
        let stuck = removed.is_empty() && self.now.in_the_way(after);
        let before = self.ada.app.fingerprint().await;
        let told = self.preview(preview, save, &input).await;
        assert_eq!(before, self.ada.app.fingerprint().await, "a preview wrote something");
        let selection =
            format!("version {{ number definition {{ {DEFINITION} }} }} changes {{ {CHANGE} }}");
        let done = self.ada.mutate(save, input, &selection).await;
        assert_eq!(refusals(&told), refusals(&done), "the preview refuses what the save refuses");
        if is_late || stuck {
            // What a late save does not know of, it does not remove.
            let (must, may) = match is_late {
                true => ("VERSION_CONFLICT", stuck.then_some("STAGE_HAS_DEALS")),
                false => ("STAGE_HAS_DEALS", None),
            };
            let codes: Vec<_> = refusals(&done).iter().map(|told| told[0].clone()).collect();
            assert!(codes.iter().any(|code| code == must), "{done:#}");
            let known = |code: &Value| code == must || may.is_some_and(|may| code == may);
            assert!(codes.iter().all(known), "{done:#}");
            assert_eq!(is_late, told["impact"].is_null());
            assert_eq!(before, self.ada.app.fingerprint().await, "refused, and changed something");
            return;
        }
        assert_eq!(refusals(&done), Vec::<Value>::new());
        let old = self.changed(&removed).await;
        assert_eq!(self.now.tree(), after);
        assert_eq!(done["version"]["number"], json!(self.now.number()));
        assert_eq!(told["definition"], done["version"]["definition"]);
        assert_eq!(told["changes"], done["changes"]);
        assert_eq!(told["changes"], self.difference(&old).await);
        assert_eq!(told["impact"], impact::of(&old, &self.now), "{told:#}");
    }

    async fn preview(&self, name: &str, mutation: &str, input: &Value) -> Value {
        let kind = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
        let document = format!(
            "query($input: {kind}!) {{ {name}(input: $input) {{ definition {{ {DEFINITION} }} \
             changes {{ {CHANGE} }} impact {{ {} }} userErrors {{ code path nodeId }} }} }}",
            impact::selection()
        );
        self.ada.query(&document, json!({ "input": input })).await[name].take()
    }

    async fn difference(&self, old: &Look) -> Value {
        let document = format!(
            "query($id: ID!, $from: Int!, $to: Int!) {{ \
             processDiff(id: $id, from: $from, to: $to) {{ {CHANGE} }} }}"
        );
        let variables =
            json!({ "id": self.process, "from": old.number(), "to": self.now.number() });
        self.ada.query(&document, variables).await["processDiff"].take()
    }

    /// For each stage that goes, one that stays.
    fn answers(&self, after: &Definition, answer: Option<usize>) -> Vec<(StageId, StageId)> {
        let count = after.stages.len();
        let Some(to) = answer.and_then(|answer| answer.checked_rem(count)) else {
            return Vec::new();
        };
        let gone = self.now.tree().stages.iter().map(|stage| stage.stage_id);
        let gone = gone.filter(|id| after.stage(*id).is_none());
        (0..)
            .zip(gone)
            .map(|(at, id): (usize, _)| (id, after.stages[(to + at) % count].stage_id))
            .collect()
    }

    /// After a change of the process: what it was, when everything follows as it must.
    pub async fn changed(&mut self, removed: &[(StageId, StageId)]) -> Look {
        for (row, ..) in self.now.open() {
            let (deal, after) = (row.id, row.version);
            let all = removed.iter().map(|(from, to)| (*from, *to));
            self.replaced.extend(all.map(|(from, to)| Replaced { deal, after, from, to }));
        }
        let old = self.look().await;
        check(&self.ada.app, &self.process.to_string()).await;
        let changed = i64::from(old.tree() != self.now.tree());
        assert_eq!(self.now.number(), old.number() + changed);
        for ((before, _), (after, _)) in old.deals.iter().zip(&self.now.deals) {
            self.followed(before, after).await;
        }
        old
    }

    /// An open deal gets an event exactly when its stage or progress changes; a closed one stays.
    async fn followed(&self, before: &deal::Model, after: &deal::Model) {
        if before.status != Status::Open {
            assert_eq!(before, after, "a closed deal keeps its version");
            return;
        }
        let same = (before.stage_id, before.percent) == (after.stage_id, after.percent);
        assert_eq!(after.version, before.version + i64::from(!same));
        if !same {
            let events = oracle::events(&self.ada.app, after.id).await;
            let process_version = self.now.number();
            let fact = &events.last().unwrap().fact;
            assert_eq!(*fact, Fact::ProgressRecalculated { process_version });
        }
    }

    /// Looks at everything anew, and gives what was there before.
    pub async fn look(&mut self) -> Look {
        let app = &self.ada.app;
        let versions = oracle::versions(app, self.process).await;
        let mut deals = Vec::new();
        for id in &self.deals {
            let past = oracle::check(app, *id, &versions, &self.replaced).await;
            if self.replaced.is_empty() {
                explained(app, *id, &versions).await;
            }
            deals.push((oracle::row(app, *id).await, past));
        }
        std::mem::replace(&mut self.now, Look { versions, deals })
    }
}

const CHANGE: &str = "__typename stageId actionId summary ... on StageAdded { afterId } \
    ... on StageMoved { afterId } ... on ActionAdded { afterId } \
    ... on ActionMoved { fromStageId afterId }";
