//! The two processes of the invented team.

use domain::{
    policy::Actor,
    process::definition::{ActionDefinition, Definition, Performers, StageDefinition},
};
use engine::{app::App, error::Result, process::CreateProcess};
use entity::{
    action::{Assignee, Evidence, FollowUp, FollowUps, Notify, NotifyGroup, PerformerGroup},
    ids::ProcessId,
};

use super::team::{LAN, Team, ZOFIA};

/// The processes, the default one first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Processes {
    /// Winning a new customer.
    pub new_customer: ProcessId,
    /// Keeping one.
    pub renewal: ProcessId,
}

/// Creates both, as the first administrator.
pub(crate) async fn create(app: &App, team: &Team) -> Result<Processes> {
    let new_customer = save(app, team, new_customer(app, team)?).await?;
    let renewal = save(app, team, renewal(app)).await?;
    Ok(Processes { new_customer, renewal })
}

async fn save(app: &App, team: &Team, definition: Definition) -> Result<ProcessId> {
    let author = Actor::Member(team.at(ZOFIA)?.clone());
    let message = Some("How we have always sold".to_owned());
    let command = CreateProcess { new_id: None, definition, message };
    app.write(author, command).await
}

fn new_customer(app: &App, team: &Team) -> Result<Definition> {
    let lawyer = Performers { group: PerformerGroup::Chosen, members: vec![team.at(LAN)?.id] };
    let stages =
        vec![collect_information(app), contact(app), identify_needs(app), tendering(app, lawyer)];
    let name = "New customer".to_owned();
    let description = "From the first name on a list to a **signed contract**.".to_owned();
    Ok(Definition { name, description, stages })
}

fn collect_information(app: &App) -> StageDefinition {
    let actions = vec![
        Draft::new("Find out who decides", 5)
            .hint("Look for whoever signs, and whoever is asked before they sign."),
        Draft::new("Check the company's finances", 5),
        Draft::new("Prepare questions for the first call", 3),
    ];
    stage(app, "Collect information", "Know whom you call before you call.", actions)
}

fn contact(app: &App) -> StageDefinition {
    let actions = vec![
        Draft::new("Call the decision maker", 10)
            .hint("What did they say, in their own words?")
            .note()
            .mandatory(),
        Draft::new("Send an introduction by e-mail", 5),
        Draft::new("Arrange a meeting", 10),
    ];
    stage(app, "Contact", "Two calls a week at most.", actions)
}

fn identify_needs(app: &App) -> StageDefinition {
    let actions = vec![
        Draft::new("Hold the needs meeting", 15)
            .hint("- What hurts today?\n- What does it cost?\n- Who else is asked?")
            .note()
            .mandatory()
            .tell(&[NotifyGroup::Participants]),
        Draft::new("Confirm the budget", 10).mandatory(),
        Draft::new("Write down the requirements", 7),
    ];
    stage(app, "Identify needs", "No offer before the budget is known.", actions)
}

fn tendering(app: &App, lawyer: Performers) -> StageDefinition {
    let actions = vec![
        Draft::new("Prepare the offer", 10).then("Ask what they think of the offer", 3),
        Draft::new("Approve the discount", 5)
            .by(Performers { group: PerformerGroup::Managers, members: Vec::new() }),
        Draft::new("Check the contract", 8).by(lawyer).note().mandatory(),
        Draft::new("Present the offer", 7),
        Draft::new("Sign the contract", 20)
            .mandatory()
            .tell(&[NotifyGroup::Administrators, NotifyGroup::Managers]),
    ];
    stage(app, "Tendering", "Present offers in person; never send them unexplained.", actions)
}

fn renewal(app: &App) -> Definition {
    let review = vec![
        Draft::new("Read the year's support tickets", 1),
        Draft::new("Ask the users what they miss", 2).note(),
    ];
    let propose = vec![
        Draft::new("Calculate the new price", 1),
        Draft::new("Talk about the proposal", 2).mandatory(),
    ];
    let renew = vec![Draft::new("Receive the signed renewal", 4).mandatory()];
    let stages = vec![
        stage(app, "Review the year", "", review),
        stage(app, "Propose", "", propose),
        stage(app, "Renew", "", renew),
    ];
    let description = "Begins three months before a contract ends.".to_owned();
    Definition { name: "Renewal".to_owned(), description, stages }
}

fn stage(app: &App, name: &str, hint: &str, actions: Vec<Draft>) -> StageDefinition {
    let stage_id = app.clock().new_id();
    let actions = actions.into_iter().map(|draft| draft.action(app)).collect();
    StageDefinition { stage_id, name: name.to_owned(), hint: hint.to_owned(), actions }
}

/// An action in the making.
#[derive(Default)]
struct Draft {
    name: &'static str,
    hint: &'static str,
    weight: u16,
    mandatory: bool,
    performers: Performers,
    evidence: Evidence,
    notify: Notify,
    follow_ups: FollowUps,
}

impl Draft {
    fn new(name: &'static str, weight: u16) -> Self {
        Self { name, weight, ..Self::default() }
    }

    fn hint(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }

    fn mandatory(self) -> Self {
        Self { mandatory: true, ..self }
    }

    fn note(self) -> Self {
        Self { evidence: Evidence::Note, ..self }
    }

    fn by(self, performers: Performers) -> Self {
        Self { performers, ..self }
    }

    fn tell(self, groups: &[NotifyGroup]) -> Self {
        Self { notify: Notify { groups: groups.to_vec(), members: Vec::new() }, ..self }
    }

    fn then(self, title: &str, due_in_days: u16) -> Self {
        let (title, description) = (title.to_owned(), String::new());
        let task = FollowUp { title, description, assignee: Assignee::Owner, due_in_days };
        Self { follow_ups: FollowUps(vec![task]), ..self }
    }

    fn action(self, app: &App) -> ActionDefinition {
        ActionDefinition {
            name: self.name.to_owned(),
            hint: self.hint.to_owned(),
            weight: self.weight,
            mandatory: self.mandatory,
            performers: self.performers,
            evidence: self.evidence,
            notify: self.notify,
            follow_ups: self.follow_ups,
            ..ActionDefinition::new(app.clock().new_id())
        }
    }
}
