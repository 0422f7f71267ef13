//! What was done, as a sentence for the audit log.

use std::iter;

use entity::{
    audit_entry::{Details, Kind},
    member::Role,
};

mod webhook;

use crate::language::{Language, Message};

/// A role, as the sentences have it.
pub fn role(role: Role) -> &'static str {
    match role {
        Role::Administrator => "administrator",
        Role::Manager => "manager",
        Role::Salesperson => "salesperson",
    }
}

/// What was done, under the names of that time; who did it stands beside it.
pub fn sentence(kind: Kind, details: &Details, language: Language) -> String {
    let given = |text: &Option<String>| text.clone().unwrap_or_else(|| "?".to_owned());
    let number = details.version.map(|number| number.to_string()).unwrap_or_default();
    let done = Message::of(name(kind, details))
        .with("name", &details.name)
        .with("owner", given(&details.owner))
        .with("before", given(&details.before))
        .with("after", given(&details.after))
        .with("version", number);
    let all = iter::once(done).chain(details.changes.iter().map(webhook::changed));
    all.map(|one| one.text(language)).collect::<Vec<_>>().join(" ")
}

fn name(kind: Kind, details: &Details) -> &'static str {
    let numbered = details.version.is_some();
    match kind {
        Kind::MemberAdded => "audit-member-added",
        Kind::MemberRenamed => "audit-member-renamed",
        Kind::MemberEmailChanged => "audit-member-email-changed",
        Kind::MemberRoleChanged => "audit-member-role-changed",
        Kind::MemberDeactivated => "audit-member-deactivated",
        Kind::MemberReactivated => "audit-member-reactivated",
        Kind::TokenCreated if details.after.is_some() => "audit-token-created-until",
        Kind::TokenCreated => "audit-token-created",
        Kind::TokenRevoked => "audit-token-revoked",
        Kind::ProcessCreated => "audit-process-created",
        Kind::ProcessSaved if numbered => "audit-process-saved-as",
        Kind::ProcessSaved => "audit-process-saved",
        Kind::ProcessRestored => "audit-process-restored",
        Kind::ProcessArchived if numbered => "audit-process-archived-as",
        Kind::ProcessArchived => "audit-process-archived",
        Kind::ProcessUnarchived if numbered => "audit-process-unarchived-as",
        Kind::ProcessUnarchived => "audit-process-unarchived",
        Kind::DefaultProcessChanged => "audit-default-process-changed",
        Kind::CloseReasonAdded => "audit-close-reason-added",
        Kind::CloseReasonRenamed => "audit-close-reason-renamed",
        Kind::CloseReasonMoved => "audit-close-reason-moved",
        Kind::CloseReasonArchived => "audit-close-reason-archived",
        Kind::CloseReasonRestored => "audit-close-reason-restored",
        Kind::WebhookCreated if details.owner.is_some() => "audit-webhook-created-as",
        Kind::WebhookCreated => "audit-webhook-created",
        Kind::WebhookChanged => "audit-webhook-changed",
        Kind::WebhookReplayed if details.after.is_some() => "audit-webhook-replayed-after",
        Kind::WebhookReplayed => "audit-webhook-replayed",
        Kind::WebhookRedelivered => "audit-webhook-redelivered",
        Kind::WebhookSecretRotated => "audit-webhook-secret-rotated",
        Kind::WebhookDeleted => "audit-webhook-deleted",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_a_sentence_with_what_there_is_to_tell() {
        let text = |text: &str| Some(text.to_owned());
        let details = Details {
            name: "Name".to_owned(),
            owner: text("Owner"),
            before: text("Before"),
            after: text("After"),
            version: Some(7),
            changes: Vec::new(),
        };
        for (kind, told) in [
            (Kind::MemberAdded, "“Name” was added as After."),
            (Kind::MemberRenamed, "“Before” is called “After” now."),
            (Kind::MemberRoleChanged, "“Name” is After now, not Before."),
            (Kind::TokenCreated, "“Owner” got the token “Name”, valid until After."),
            (Kind::TokenRevoked, "The token “Name” of “Owner” was revoked."),
            (Kind::ProcessSaved, "The process “Name” was saved as version 7."),
            (Kind::ProcessRestored, "The process “Name” was taken back to version Before."),
            (Kind::ProcessUnarchived, "The process “Name” was brought back as version 7."),
            (Kind::CloseReasonRenamed, "The close reason “Before” is “After” now."),
            (
                Kind::WebhookCreated,
                "The webhook “Name” to After was added. It runs with the rights of “Owner”.",
            ),
            (
                Kind::WebhookReplayed,
                "What happened after the event After is sent to the webhook “Name” again.",
            ),
            (Kind::WebhookRedelivered, "The event After is sent to the webhook “Name” again."),
        ] {
            assert_eq!(sentence(kind, &details, Language::English), told);
            let polish = sentence(kind, &details, Language::Polish);
            assert!(polish.ends_with('.') && !polish.contains("{$") && polish != told, "{polish}");
        }
    }

    #[test]
    fn entries_of_before_a_detail_was_kept_can_be_read() {
        let details = serde_json::from_str("{\"name\":\"Sales\"}").unwrap();
        assert_eq!(
            sentence(Kind::ProcessSaved, &details, Language::English),
            "The process “Sales” was saved."
        );
        assert_eq!(
            sentence(Kind::MemberRoleChanged, &details, Language::English),
            "“Sales” is ? now, not ?."
        );
    }
}
