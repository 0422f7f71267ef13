//! The contract: `schema.graphql` is what the server serves, and a stranger can read it.

use std::{collections::HashMap, fs, path::Path};

use serde_json::{Value, json};
use waypost::graphql;

use crate::support::each;

#[test]
fn schema_graphql_is_up_to_date() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.graphql");
    let served = graphql::sdl();
    if std::env::var_os("WAYPOST_UPDATE_SCHEMA").is_some() {
        fs::write(&file, &served).unwrap();
    }
    let kept = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        kept == served,
        "schema.graphql is out of date: run `WAYPOST_UPDATE_SCHEMA=1 cargo test --test it schema` and review the difference"
    );
}

const INTROSPECTION: &str = "{ __schema { types { kind name description specifiedByURL \
    fields(includeDeprecated: true) { name description type { kind } args { name description } } \
    inputFields { name description } enumValues(includeDeprecated: true) { name description } } \
    directives { name description args { name description } } } }";

/// The lists within a type that hold described things.
const PARTS: [&str; 4] = ["fields", "args", "inputFields", "enumValues"];

#[tokio::test]
async fn everything_in_the_schema_is_described() {
    each(|app| async move {
        let schema = app.admin().await.query(INTROSPECTION, json!({})).await["__schema"].take();
        let mut silent = Vec::new();
        for list in ["types", "directives"] {
            for one in schema[list].as_array().unwrap() {
                let name = one["name"].as_str().unwrap();
                if !name.starts_with("__") && !BY_THE_SPECIFICATION.contains(&name) {
                    undescribed(name, one, &mut silent);
                }
            }
        }
        assert_eq!(silent, Vec::<String>::new());
    })
    .await;
}

/// What GraphQL itself defines and describes.
const BY_THE_SPECIFICATION: [&str; 10] = [
    "Boolean",
    "Float",
    "ID",
    "Int",
    "String",
    "deprecated",
    "include",
    "oneOf",
    "skip",
    "specifiedBy",
];

/// Everything below (and with) this that has no sentence about it.
fn undescribed(path: &str, one: &Value, silent: &mut Vec<String>) {
    let text = one["description"].as_str().unwrap_or_default().trim();
    if text.len() < 3 || !text.ends_with(['.', '?', '`']) {
        silent.push(format!("{path}: {text:?}"));
    }
    if one["kind"] == "SCALAR" && one["specifiedByURL"].is_null() {
        silent.push(format!("{path}: no @specifiedBy"));
    }
    for part in PARTS.iter().filter_map(|part| one[*part].as_array()).flatten() {
        undescribed(&format!("{path}.{}", part["name"].as_str().unwrap()), part, silent);
    }
}

#[tokio::test]
async fn payloads_hold_user_errors_and_objects_that_can_be_missing() {
    each(|app| async move {
        let schema = app.admin().await.query(INTROSPECTION, json!({})).await["__schema"].take();
        let types = schema["types"].as_array().unwrap();
        let payloads =
            types.iter().filter(|one| one["name"].as_str().unwrap().ends_with("Payload"));
        let mutation = types.iter().find(|one| one["name"] == "Mutation").unwrap();
        assert_eq!(payloads.clone().count(), mutation["fields"].as_array().unwrap().len());
        for payload in payloads {
            let fields = payload["fields"].as_array().unwrap();
            assert!(fields.iter().any(|field| field["name"] == "userErrors"), "{payload}");
            for field in fields {
                let values = ["userErrors", "alreadyDone", "changes", "created"]
                    .contains(&field["name"].as_str().unwrap());
                assert_eq!(
                    field["type"]["kind"] == "NON_NULL",
                    values,
                    "{}.{}",
                    payload["name"],
                    field["name"]
                );
            }
        }
    })
    .await;
}

/// The names of `api.md` that this far are there: type, and its fields.
const SKETCH: &[(&str, &str)] = &[
    (
        "Query",
        "node nodes viewer process processes deal deals members deadLetters changeDealProcessPreview processPreview processDiff",
    ),
    (
        "Process",
        "id name description version stages latest versionAt versions unstagedDeals feedCursor configure archivedAt isDefault totalWeight",
    ),
    ("Viewer", "member feedCursor notifications unreadCount mailPreferences manageMail"),
    ("Notification", "id kind summary createdAt readAt actor deal completion event"),
    ("NotificationConnection", "edges nodes pageInfo totalCount unreadCount"),
    ("InboxItem", "cursor caughtUp viewer notifications"),
    ("Mail", "id member kind deal state attempts lastError createdAt finishedAt"),
    ("Stage", "id name hint removedAt actions deals"),
    (
        "Action",
        "id name hint weight share mandatory performers evidence notify followUps removedAt",
    ),
    ("ProcessVersion", "id number savedAt author message definition changes"),
    ("ProcessDefinition", "name description stages"),
    ("StageDefinition", "stageId name hint actions"),
    (
        "ActionDefinition",
        "actionId name hint weight mandatory performers evidence notify followUps",
    ),
    ("DealConnection", "edges nodes pageInfo totalCount totals"),
    ("DealTotals", "count values weightedValues"),
    (
        "Deal",
        "id title value status process stage owner participants visibility version progress checklist permissions notes events closedAt feedCursor",
    ),
    ("DealPermissions", "update move changeProcess win lose outdate reopen addNote"),
    ("Permission", "allowed blockers"),
    ("Progress", "percent doneWeight totalWeight mandatoryMissing"),
    ("ChecklistItem", "id action state needs blockers completion undo"),
    ("DealState", "version status stageId stageName percent value ownerId"),
    ("DealEvent", "id occurredAt recordedAt actor dealId before after summary"),
    ("UserError", "code message path nodeId"),
    ("VersionConflict", "code message path nodeId process latest since theirs yours overlapping"),
    ("ProcessChange", "stageId actionId summary"),
    ("ProcessPreview", "definition changes impact userErrors"),
    (
        "Impact",
        "openDeals stageChanges progressRises progressFalls largestFall winsBlocked winsUnblocked completionsDropped deals",
    ),
    ("SaveProcessInput", "id expectedVersion message name description stages removedStages"),
    ("StageInput", "id newId name hint actions"),
    ("CompleteActionPayload", "deal item completion alreadyDone userErrors"),
    ("CompleteActionInput", "dealId actionId newId note noteId"),
    ("Subscription", "dealProgress processProgress processSaved inboxChanged"),
    ("File", "id name contentType size state checksum uploader createdAt note download"),
    ("SignedUrl", "url method headers expiresAt"),
    ("FileState", "PENDING READY"),
    ("Note", "files"),
    ("NoteInput", "fileIds"),
    ("AddNoteInput", "fileIds"),
    ("CreateFileUploadInput", "name contentType size checksum newId"),
    ("CreateFileUploadPayload", "file upload userErrors"),
    ("Mutation", "createFileUpload"),
    ("DealFeedItem", "cursor caughtUp event deal"),
    (
        "Mutation",
        "createProcess updateProcess archiveProcess addStage updateStage moveStage removeStage addAction updateAction \
         setActionWeight moveAction removeAction saveProcess restoreProcessVersion createDeal updateDeal moveDeal changeDealProcess addParticipant removeParticipant \
         completeAction undoCompletion winDeal loseDeal outdateDeal reopenDeal addNote markNotificationsRead updateMailPreferences retryMail",
    ),
    ("Query", "processTemplates tasks closeReasons"),
    (
        "Task",
        "id deal title description assignee dueOn overdue completion completedAt completedBy permissions",
    ),
    ("CloseReason", "id status name archivedAt configure deals"),
    ("Mutation", "createTask updateTask completeTask reopenTask deleteTask editNote withdrawNote"),
    (
        "Mutation",
        "addCloseReason updateCloseReason moveCloseReason archiveCloseReason restoreCloseReason",
    ),
    ("Deal", "tasks closeReason closeReasons"),
    ("Mutation", "duplicateProcess setDefaultProcess"),
    (
        "Mutation",
        "addMember updateMember deactivateMember reactivateMember createToken revokeToken transferDeals completeActions",
    ),
    ("Member", "id name email role isActive openDealCount tokens permissions"),
    ("Viewer", "member token tokens feedCursor"),
    ("Token", "id name member createdAt expiresAt revokedAt lastUsedAt revoke"),
    ("CompleteActionsPayload", "results userErrors"),
    ("TransferDealsPayload", "count fromMember toMember userErrors"),
    ("ChecklistState", "DONE OPEN BLOCKED"),
    ("PerformerGroup", "EVERYONE MANAGERS ADMINISTRATORS CHOSEN"),
    ("Evidence", "NONE NOTE NOTE_WITH_FILE"),
    ("NotifyGroup", "ADMINISTRATORS MANAGERS PARTICIPANTS"),
    ("AssigneeKind", "PERFORMER OWNER MEMBER"),
    ("DealStatus", "OPEN WON LOST OUTDATED"),
    ("Role", "ADMINISTRATOR MANAGER SALESPERSON"),
    ("Visibility", "EVERYONE PARTICIPANTS"),
];

#[tokio::test]
async fn the_names_of_the_design_are_there() {
    each(|app| async move {
        let schema = app.admin().await.query(INTROSPECTION, json!({})).await["__schema"].take();
        let types = schema["types"].as_array().unwrap().iter();
        let types: HashMap<_, _> = types.map(|one| (one["name"].as_str().unwrap(), one)).collect();
        for (name, fields) in SKETCH {
            let found = types.get(name).unwrap_or_else(|| panic!("no type {name}"));
            let parts = PARTS.iter().filter_map(|part| found[*part].as_array()).flatten();
            let known: Vec<_> = parts.map(|part| part["name"].as_str().unwrap()).collect();
            for field in fields.split_whitespace() {
                assert!(known.contains(&field), "no {name}.{field}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn values_of_then_have_no_id() {
    each(|app| async move {
        let schema = app.admin().await.query(INTROSPECTION, json!({})).await["__schema"].take();
        for value in [
            "ProcessDefinition",
            "StageDefinition",
            "ActionDefinition",
            "ProcessTemplate",
            "TemplateStage",
            "TemplateAction",
            "DealState",
            "DealFieldChange",
            "TaskFieldChange",
            "ActionReference",
            "CarriedCompletion",
            "ActionMapping",
            "DealProcessPreview",
        ] {
            let types = schema["types"].as_array().unwrap();
            let found = types.iter().find(|one| one["name"] == value).unwrap();
            let fields = found["fields"].as_array().unwrap();
            assert!(!fields.iter().any(|field| field["name"] == "id"), "{value}");
        }
    })
    .await;
}
