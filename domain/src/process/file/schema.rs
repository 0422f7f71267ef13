//! The JSON Schema of the file, so that editors complete it and say what is wrong while it is written.
//! It is written by hand: the file is read node by node, so that every mistake is told with its line, and there is no
//! type that `schemars` could derive it from.

use serde_json::{Value, json};

use super::action;
use crate::{process::check, text};

/// The schema as text, as `process.schema.json` keeps it.
pub fn schema_text() -> String {
    format!("{:#}\n", schema())
}

/// The schema: draft 7, which every editor knows.
pub fn schema() -> Value {
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A Waypost process",
        "description": "A sales process as a file: `waypost process export` writes it, `waypost process apply` makes the process what it says. Stages and actions are known by their names.",
        "type": "object",
        "additionalProperties": false,
        "required": ["process"],
        "properties": {
            "process": name("The name of the process. It finds the process that is changed; where there is none, one is created."),
            "was": name("What the process was called before: renames it. It may stay here after that."),
            "description": long("What the process is for (Markdown)."),
            "stages": {
                "description": "The stages, in order. Each has another name, whatever its case. A stage that is left out is removed.",
                "type": "array",
                "maxItems": check::STAGES,
                "items": { "$ref": "#/definitions/stage" },
            },
            "removedStages": {
                "description": "For stages that are gone although open deals were moved to them by hand: which stage takes their place. Entries about stages that are gone already do nothing.",
                "type": "array",
                "items": { "$ref": "#/definitions/removedStage" },
            },
        },
        "definitions": {
            "stage": stage(),
            "action": action::schema(),
            "actionWas": action_was(),
            "followUp": follow_up(),
            "removedStage": removed_stage(),
            "email": email(),
        },
    })
}

fn stage() -> Value {
    json!({
        "description": "A phase of the process: it shows how far a deal is.",
        "type": "object",
        "additionalProperties": false,
        "required": ["stage"],
        "properties": {
            "stage": name("The name of the stage."),
            "was": name("What the stage was called before: renames it. It may stay here after that."),
            "hint": long("Advice for whoever works at the stage (Markdown)."),
            "actions": {
                "description": "The actions, in order. Each has another name, whatever its case. An action that is left out is removed; one that is listed at another stage moves there.",
                "type": "array",
                "maxItems": check::ACTIONS_OF_A_STAGE,
                "items": { "$ref": "#/definitions/action" },
            },
        },
    })
}

fn action_was() -> Value {
    json!({
        "description": "What the action was called before: renames it. Where several had that name: its stage too.",
        "anyOf": [
            name("The name before."),
            {
                "type": "object",
                "additionalProperties": false,
                "required": ["stage", "action"],
                "properties": {
                    "stage": name("The stage it was in."),
                    "action": name("Its name there."),
                },
            },
        ],
    })
}

pub(super) fn performers() -> Value {
    json!({
        "description": "Who may do it: everyone who may change the deal, managers and administrators, administrators, or the members with these addresses and nobody else.",
        "default": "EVERYONE",
        "anyOf": [
            { "enum": ["EVERYONE", "MANAGERS", "ADMINISTRATORS"] },
            {
                "type": "array",
                "minItems": 1,
                "maxItems": check::CHOSEN_MEMBERS,
                "items": { "$ref": "#/definitions/email" },
            },
        ],
    })
}

pub(super) fn notify() -> Value {
    json!({
        "description": "Who is told when it is done: groups, and members by their addresses.",
        "type": "array",
        "items": {
            "anyOf": [
                { "enum": ["ADMINISTRATORS", "MANAGERS", "PARTICIPANTS"] },
                { "$ref": "#/definitions/email" },
            ],
        },
    })
}

fn follow_up() -> Value {
    json!({
        "description": "A task that is created when the action is done.",
        "type": "object",
        "additionalProperties": false,
        "required": ["title", "assignee", "dueInDays"],
        "properties": {
            "title": name("What to do."),
            "description": long("More about it (Markdown)."),
            "assignee": {
                "description": "Who has to do it: whoever did the action, the deal's owner, or the member with this address.",
                "anyOf": [
                    { "enum": ["PERFORMER", "OWNER"] },
                    { "$ref": "#/definitions/email" },
                ],
            },
            "dueInDays": {
                "description": "Days from doing the action until the task is due.",
                "type": "integer",
                "minimum": 0,
                "maximum": check::MAX_DUE_IN_DAYS,
            },
        },
    })
}

fn removed_stage() -> Value {
    json!({
        "description": "A stage that is gone, and the one that takes its place for deals that were moved there by hand.",
        "type": "object",
        "additionalProperties": false,
        "required": ["stage", "moveDealsTo"],
        "properties": {
            "stage": name("The stage that is gone."),
            "moveDealsTo": name("The stage of this file that takes its place."),
        },
    })
}

fn email() -> Value {
    json!({
        "description": "The e-mail address of a member, whatever its case.",
        "type": "string",
        "pattern": "@",
    })
}

pub(super) fn name(description: &str) -> Value {
    json!({
        "description": description,
        "type": "string",
        "minLength": 1,
        "maxLength": text::NAME_LIMIT,
        "pattern": "\\S",
    })
}

/// The line break that ends a block of YAML is no part of the text.
pub(super) fn long(description: &str) -> Value {
    json!({
        "description": description,
        "type": "string",
        "maxLength": text::TEXT_LIMIT + 1,
    })
}
