//! Settings in words, as the file has them: old -> new.

use domain::{
    process::{
        definition::{ActionDefinition, Performers},
        diff::{ProcessChange, Setting},
        file::Emails,
    },
    text::one_line,
};
use entity::action::{
    Assignee, Evidence, FollowUp, FollowUps, Notify, NotifyGroup, PerformerGroup,
};

use crate::cli::process::messages::count;

/// As much of a long text as a line of a plan has room for.
const ROOM: usize = 50;

/// Where something is now.
pub(crate) fn position_text(after: Option<String>) -> String {
    after.map_or_else(|| "now first".to_owned(), |name| format!("now after “{name}”"))
}

/// Another long text.
pub(crate) fn text(key: &str, from: &str, to: &str) -> String {
    let (old, new) = (cut(from), cut(to));
    match (from.is_empty(), to.is_empty()) {
        (true, _) => format!("{key} {new}"),
        (_, true) => format!("{key} removed"),
        _ if old == new => format!("{key} changed further on"),
        _ => format!("{key} {old} -> {new}"),
    }
}

fn cut(text: &str) -> String {
    let line = one_line(text);
    let line = line.trim();
    if line.chars().count() <= ROOM {
        return format!("“{line}”");
    }
    let start: String = line.chars().take(ROOM).collect();
    format!("“{}…”", start.trim_end())
}

/// The settings of a new action.
pub(crate) fn settings(action: &ActionDefinition, emails: &Emails) -> String {
    let ActionDefinition {
        action_id: _,
        name: _,
        hint: _,
        weight,
        mandatory,
        performers: by,
        evidence: needed,
        notify: told,
        follow_ups: tasks,
    } = action;
    let mut all = vec![format!("weight {weight}")];
    if *mandatory {
        all.push("mandatory".to_owned());
    }
    let written = [
        ("performers", performers(by, emails), "EVERYONE"),
        ("evidence", evidence(*needed).to_owned(), "NONE"),
        ("notify", notify(told, emails), NOBODY),
        ("followUps", follow_ups(tasks, emails), NO_TASK),
    ];
    let set = written.into_iter().filter(|(_, value, default)| value != default);
    all.extend(set.map(|(key, value, _)| format!("{key} {value}")));
    all.join(", ")
}

/// What changed about an action.
pub(crate) fn changed(change: &ProcessChange, emails: &Emails) -> Vec<String> {
    match change {
        ProcessChange::WeightChanged { from, to, .. } => vec![format!("weight {from} -> {to}")],
        ProcessChange::SettingsChanged { settings, before, after } => {
            settings.iter().map(|setting| one(*setting, before, after, emails)).collect()
        }
        _ => Vec::new(),
    }
}

fn one(
    setting: Setting,
    before: &ActionDefinition,
    after: &ActionDefinition,
    emails: &Emails,
) -> String {
    let (key, from, to) = match setting {
        Setting::Hint => return text("hint", &before.hint, &after.hint),
        Setting::Mandatory => {
            let yes = |is: bool| if is { "yes" } else { "no" }.to_owned();
            ("mandatory", yes(before.mandatory), yes(after.mandatory))
        }
        Setting::Performers => {
            let [from, to] = [before, after].map(|action| performers(&action.performers, emails));
            ("performers", from, to)
        }
        Setting::Evidence => {
            let [from, to] = [before, after].map(|action| evidence(action.evidence).to_owned());
            ("evidence", from, to)
        }
        Setting::Notify => {
            let [from, to] = [before, after].map(|action| notify(&action.notify, emails));
            ("notify", from, to)
        }
        Setting::FollowUps => {
            let [from, to] = [before, after].map(|action| follow_ups(&action.follow_ups, emails));
            ("followUps", from, to)
        }
    };
    if from == to { format!("{key} described otherwise") } else { format!("{key} {from} -> {to}") }
}

const NOBODY: &str = "nobody";
const NO_TASK: &str = "none";

fn performers(performers: &Performers, emails: &Emails) -> String {
    match performers.group {
        PerformerGroup::Everyone => "EVERYONE".to_owned(),
        PerformerGroup::Managers => "MANAGERS".to_owned(),
        PerformerGroup::Administrators => "ADMINISTRATORS".to_owned(),
        PerformerGroup::Chosen => {
            let members = performers.members.iter();
            let mut names: Vec<_> = members.map(|id| email(*id, emails)).collect();
            names.sort_unstable();
            format!("[{}]", names.join(", "))
        }
    }
}

fn evidence(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::None => "NONE",
        Evidence::Note => "NOTE",
        Evidence::NoteWithFile => "NOTE_WITH_FILE",
    }
}

fn notify(notify: &Notify, emails: &Emails) -> String {
    let groups = notify.groups.iter().map(|group| match group {
        NotifyGroup::Administrators => "ADMINISTRATORS".to_owned(),
        NotifyGroup::Managers => "MANAGERS".to_owned(),
        NotifyGroup::Participants => "PARTICIPANTS".to_owned(),
    });
    let mut members: Vec<_> = notify.members.iter().map(|id| email(*id, emails)).collect();
    members.sort_unstable();
    let told: Vec<_> = groups.chain(members).collect();
    if told.is_empty() { NOBODY.to_owned() } else { format!("[{}]", told.join(", ")) }
}

fn follow_ups(follow_ups: &FollowUps, emails: &Emails) -> String {
    let tasks: Vec<_> = follow_ups.0.iter().map(|task| follow_up(task, emails)).collect();
    if tasks.is_empty() { NO_TASK.to_owned() } else { format!("[{}]", tasks.join(", ")) }
}

fn follow_up(task: &FollowUp, emails: &Emails) -> String {
    let assignee = match task.assignee {
        Assignee::Performer => "PERFORMER".to_owned(),
        Assignee::Owner => "OWNER".to_owned(),
        Assignee::Member(id) => email(id, emails),
    };
    let days = count(task.due_in_days.into(), "day");
    format!("“{}” for {assignee} in {days}", one_line(&task.title))
}

fn email(id: entity::ids::MemberId, emails: &Emails) -> String {
    emails.get(&id).map_or_else(|| id.to_string(), |email| one_line(email))
}
