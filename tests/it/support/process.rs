//! What a process looks like: through the API, in its rows, and in its recorded versions.

use std::collections::{HashMap, HashSet};

use domain::{
    process::definition::{ActionDefinition, Definition, Performers, StageDefinition},
    text::key,
};
use entity::{
    action, action_performer,
    ids::{ActionId, MemberId, ProcessId},
    process, process_version, stage,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use super::{BuiltProcess, Client, TestApp, builders::text};

/// Every setting of every node, to compare what is there with what was asked for or recorded.
pub const DEFINITION: &str = "name description stages { stageId name hint actions { actionId name \
    hint weight mandatory performers { group members { id } } evidence notify { groups members { id } } \
    followUps { title description assignee assigneeMember { id } dueInDays } } }";

impl Client {
    /// A process with two stages of two actions each, as most tests want one.
    pub async fn sales(&self) -> BuiltProcess {
        let contact: &[_] = &[("Call", 10), ("Meet", 20)];
        let offer: &[_] = &[("Write", 30), ("Send", 40)];
        self.process("Sales", &[("Contact", contact), ("Offer", offer)]).await
    }

    /// The version a process has now.
    pub async fn version(&self, process: &str) -> i64 {
        let document = "query($id: ID!) { process(id: $id) { version } }";
        let data = self.query(document, json!({ "id": process })).await;
        data["process"]["version"].as_i64().unwrap()
    }

    /// The names of the stages, in order, each with those of its actions.
    pub async fn tree(&self, process: &str) -> Vec<(String, Vec<String>)> {
        let document = "query($id: ID!) { process(id: $id) { stages { name actions { name } } } }";
        let data = self.query(document, json!({ "id": process })).await;
        let stages = data["process"]["stages"].as_array().unwrap().iter();
        stages.map(|stage| (text(&stage["name"]), names(&stage["actions"]))).collect()
    }

    /// The latest version of a process: number, author, message and the whole definition.
    pub async fn latest(&self, process: &str) -> Value {
        let document = format!(
            "query($id: ID!) {{ process(id: $id) {{ latest {{ number savedAt message author {{ id }} \
             definition {{ {DEFINITION} }} }} }} }}"
        );
        self.query(&document, json!({ "id": process })).await["process"]["latest"].take()
    }
}

/// The names of a list of things.
pub fn names(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|one| text(&one["name"])).collect()
}

/// The rows of a process say what its latest version says, in contiguous order, with unique names:
/// what is true after every mutation, done or refused.
pub async fn check(app: &TestApp, id: &str) {
    let id: ProcessId = id.parse().unwrap();
    let conn = app.app.db().reader();
    let row = process::Entity::find_by_id(id).one(conn).await.unwrap().unwrap();
    let versions = process_version::Entity::find()
        .filter(process_version::Column::ProcessId.eq(id))
        .order_by_asc(process_version::Column::Number)
        .all(conn)
        .await
        .unwrap();
    let numbers: Vec<_> = versions.iter().map(|version| version.number).collect();
    assert_eq!(numbers, (1..=row.version).collect::<Vec<_>>(), "versions without gaps");
    let recorded: Definition = serde_json::from_str(&versions.last().unwrap().definition).unwrap();
    assert_eq!((&recorded.name, &recorded.description), (&row.name, &row.description));
    assert_eq!(recorded, of_rows(app, &row).await);
    check_names(&recorded);
}

fn check_names(tree: &Definition) {
    let unique = |names: Vec<&str>| {
        let keys: HashSet<_> = names.iter().map(|name| key(name)).collect();
        assert_eq!(keys.len(), names.len(), "names are unique: {names:?}");
    };
    unique(tree.stages.iter().map(|stage| stage.name.as_str()).collect());
    for stage in &tree.stages {
        unique(stage.actions.iter().map(|action| action.name.as_str()).collect());
    }
}

async fn of_rows(app: &TestApp, row: &process::Model) -> Definition {
    let conn = app.app.db().reader();
    let stages = stage::Entity::find()
        .filter(stage::Column::ProcessId.eq(row.id))
        .filter(stage::Column::RemovedAt.is_null())
        .order_by_asc(stage::Column::Position);
    let stages = stages.all(conn).await.unwrap();
    contiguous(stages.iter().map(|stage| stage.position));
    let mut tree = Definition {
        name: row.name.clone(),
        description: row.description.clone(),
        stages: Vec::new(),
    };
    for stage in stages {
        let actions = actions_of(app, &stage).await;
        let (stage_id, name, hint) = (stage.id, stage.name, stage.hint);
        tree.stages.push(StageDefinition { stage_id, name, hint, actions });
    }
    tree
}

async fn actions_of(app: &TestApp, stage: &stage::Model) -> Vec<ActionDefinition> {
    let conn = app.app.db().reader();
    let rows = action::Entity::find()
        .filter(action::Column::StageId.eq(stage.id))
        .filter(action::Column::RemovedAt.is_null())
        .order_by_asc(action::Column::Position);
    let rows = rows.all(conn).await.unwrap();
    contiguous(rows.iter().map(|action| action.position));
    let mut chosen = chosen(app, rows.iter().map(|row| row.id)).await;
    rows.into_iter()
        .map(|row| ActionDefinition {
            action_id: row.id,
            name: row.name,
            hint: row.hint,
            weight: u16::try_from(row.weight).unwrap(),
            mandatory: row.mandatory,
            performers: Performers {
                group: row.performers,
                members: chosen.remove(&row.id).unwrap_or_default(),
            },
            evidence: row.evidence,
            notify: row.notify,
            follow_ups: row.follow_ups,
        })
        .collect()
}

async fn chosen(
    app: &TestApp,
    actions: impl Iterator<Item = ActionId>,
) -> HashMap<ActionId, Vec<MemberId>> {
    let rows = action_performer::Entity::find()
        .filter(action_performer::Column::ActionId.is_in(actions))
        .order_by_asc(action_performer::Column::MemberId);
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows.all(app.app.db().reader()).await.unwrap() {
        found.entry(row.action_id).or_default().push(row.member_id);
    }
    found
}

fn contiguous(positions: impl Iterator<Item = i32>) {
    let positions: Vec<_> = positions.collect();
    let expected: Vec<_> = (0..).take(positions.len()).collect();
    assert_eq!(positions, expected, "positions are 0, 1, 2, …");
}

/// The settings of an action in a recorded definition, found by its id.
pub fn recorded<'a>(latest: &'a Value, action: &str) -> &'a Value {
    let stages = latest["definition"]["stages"].as_array().unwrap();
    let mut actions = stages.iter().flat_map(|stage| stage["actions"].as_array().unwrap());
    actions.find(|found| found["actionId"] == action).unwrap_or_else(|| panic!("no {action}"))
}

/// An id of a kind that nothing has.
pub fn nobody(kind: &str) -> String {
    format!("{kind}_01jd8k2x7sfm5a9k2v0q3c4d5e")
}

/// A new id, as a client makes one.
pub fn fresh(app: &TestApp, kind: &str) -> String {
    let id: ProcessId = app.app.clock().new_id();
    id.to_string().replacen("process", kind, 1)
}
