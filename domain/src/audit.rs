//! What was done, as a sentence for the audit log.

use entity::{
    audit_entry::{Details, Kind},
    member::Role,
};

/// A role, as the sentences have it.
pub fn role(role: Role) -> &'static str {
    match role {
        Role::Administrator => "administrator",
        Role::Manager => "manager",
        Role::Salesperson => "salesperson",
    }
}

/// What was done, under the names of that time; who did it stands beside it.
pub fn sentence(kind: Kind, details: &Details) -> String {
    let name = &details.name;
    let before = details.before.as_deref().unwrap_or("?");
    let after = details.after.as_deref().unwrap_or("?");
    let owner = details.owner.as_deref().unwrap_or("?");
    match kind {
        Kind::MemberAdded => format!("“{name}” was added as {after}."),
        Kind::MemberRenamed => format!("“{before}” is called “{after}” now."),
        Kind::MemberEmailChanged => format!("“{name}” has the address {after} now, not {before}."),
        Kind::MemberRoleChanged => format!("“{name}” is {after} now, not {before}."),
        Kind::MemberDeactivated => format!("“{name}” was deactivated, with all tokens."),
        Kind::MemberReactivated => format!("“{name}” was reactivated."),
        Kind::TokenCreated => match &details.after {
            Some(until) => format!("“{owner}” got the token “{name}”, valid until {until}."),
            None => format!("“{owner}” got the token “{name}”."),
        },
        Kind::TokenRevoked => format!("The token “{name}” of “{owner}” was revoked."),
        Kind::ProcessCreated => format!("The process “{name}” was made."),
        Kind::ProcessSaved => format!("The process “{name}” was saved{}.", number(details)),
        Kind::ProcessRestored => {
            format!("The process “{name}” was taken back to version {before}.")
        }
        Kind::ProcessArchived => format!("The process “{name}” was archived{}.", number(details)),
        Kind::ProcessUnarchived => {
            format!("The process “{name}” was brought back{}.", number(details))
        }
        Kind::DefaultProcessChanged => format!("“{name}” is the default process now."),
        Kind::CloseReasonAdded => format!("The close reason “{name}” for {after} was added."),
        Kind::CloseReasonRenamed => format!("The close reason “{before}” is “{after}” now."),
        Kind::CloseReasonMoved => format!("The close reason “{name}” was moved."),
        Kind::CloseReasonArchived => format!("The close reason “{name}” was archived."),
        Kind::CloseReasonRestored => format!("The close reason “{name}” was restored."),
        Kind::WebhookCreated => format!("The webhook “{name}” to {after} was added."),
        Kind::WebhookChanged => format!("The webhook “{name}” to {after} was changed."),
        Kind::WebhookSecretRotated => format!("The webhook “{name}” signs with a new secret."),
        Kind::WebhookDeleted => format!("The webhook “{name}” was removed."),
    }
}

fn number(details: &Details) -> String {
    details.version.map(|number| format!(" as version {number}")).unwrap_or_default()
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
            (Kind::WebhookCreated, "The webhook “Name” to After was added."),
        ] {
            assert_eq!(sentence(kind, &details), told);
        }
    }

    #[test]
    fn entries_of_before_a_detail_was_kept_can_be_read() {
        let details = serde_json::from_str("{\"name\":\"Sales\"}").unwrap();
        assert_eq!(sentence(Kind::ProcessSaved, &details), "The process “Sales” was saved.");
        assert_eq!(sentence(Kind::MemberRoleChanged, &details), "“Sales” is ? now, not ?.");
    }
}
