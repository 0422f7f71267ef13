//! Which tasks follow when an action is done (rule 20). Pure.

use std::collections::HashSet;

use chrono::{Days, NaiveDate};
use entity::{
    Timestamp,
    action::{Assignee, FollowUp},
    ids::MemberId,
};

/// An action that was just done.
#[derive(Clone, Copy, Debug)]
pub struct Doing<'a> {
    /// Who did it.
    pub performer: MemberId,
    /// The deal's owner.
    pub owner: MemberId,
    /// When.
    pub at: Timestamp,
    /// Who is deactivated of the owner and the chosen members: tasks of the chosen go to the owner, those of
    /// the owner to the performer.
    pub inactive: &'a HashSet<MemberId>,
    /// The follow-ups of earlier completions that are still open, by the titles of their templates.
    pub still_open: &'a [String],
}

/// A task to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Follow<'a> {
    /// What it is made from.
    pub template: &'a FollowUp,
    /// Who has to do it.
    pub assignee: MemberId,
    /// The day by which it has to be done.
    pub due_on: NaiveDate,
}

/// The tasks that follow, in the order of their templates. One whose task of an earlier completion is
/// still open is not made again: each task stands for one template, also where two have the same title.
pub fn follow_ups<'a>(templates: &'a [FollowUp], doing: &Doing<'_>) -> Vec<Follow<'a>> {
    let mut still_open: Vec<_> = doing.still_open.iter().map(String::as_str).collect();
    let mut is_missing = |template: &&FollowUp| {
        let known = still_open.iter().position(|title| *title == template.title);
        known.map(|index| still_open.swap_remove(index)).is_none()
    };
    let missing = templates.iter().filter(|template| is_missing(template));
    missing.map(|template| follow(template, doing)).collect()
}

fn follow<'a>(template: &'a FollowUp, doing: &Doing<'_>) -> Follow<'a> {
    let wanted = match template.assignee {
        Assignee::Performer => doing.performer,
        Assignee::Member(member) if !doing.inactive.contains(&member) => member,
        Assignee::Owner | Assignee::Member(_) => doing.owner,
    };
    // Where the owner has left too: whoever did the action is there.
    let assignee = if doing.inactive.contains(&wanted) { doing.performer } else { wanted };
    let days = Days::new(template.due_in_days.into());
    let due_on = doing.at.date_naive().checked_add_days(days).unwrap_or(NaiveDate::MAX);
    Follow { template, assignee, due_on }
}

/// The members who must be active for these templates: the chosen ones, and the owner who stands in.
pub fn asked(templates: &[FollowUp], owner: MemberId) -> Vec<MemberId> {
    let asked = templates.iter().flat_map(|template| match template.assignee {
        Assignee::Member(member) => [Some(member), Some(owner)],
        Assignee::Owner => [Some(owner), None],
        Assignee::Performer => [None, None],
    });
    asked.flatten().collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn member(number: u128) -> MemberId {
        MemberId::from_uuid(Uuid::from_u128(number))
    }

    fn template(title: &str, assignee: Assignee, due_in_days: u16) -> FollowUp {
        FollowUp { title: title.into(), description: String::new(), assignee, due_in_days }
    }

    fn follow(templates: &[FollowUp], inactive: &[u128], open: &[&str]) -> Vec<(String, MemberId)> {
        let inactive = inactive.iter().map(|number| member(*number)).collect();
        let still_open: Vec<_> = open.iter().map(|title| (*title).to_owned()).collect();
        let at = "2026-03-31T23:59:59.999Z".parse().unwrap();
        let (performer, owner) = (member(1), member(2));
        let doing = Doing { performer, owner, at, inactive: &inactive, still_open: &still_open };
        let all = follow_ups(templates, &doing);
        assert!(all.iter().all(|one| one.due_on.to_string() == "2026-04-02"));
        all.iter().map(|one| (one.template.title.clone(), one.assignee)).collect()
    }

    #[test]
    fn tasks_go_to_the_performer_the_owner_or_the_chosen_member() {
        let templates = [
            template("a", Assignee::Performer, 2),
            template("b", Assignee::Owner, 2),
            template("c", Assignee::Member(member(3)), 2),
        ];
        let expected = [("a", 1), ("b", 2), ("c", 3)].map(|(t, m)| (t.to_owned(), member(m)));
        assert_eq!(follow(&templates, &[], &[]), expected);
        let expected = [("a", 1), ("b", 2), ("c", 2)].map(|(t, m)| (t.to_owned(), member(m)));
        assert_eq!(follow(&templates, &[3], &[]), expected, "the owner stands in");
        let expected = [("a", 1), ("b", 1), ("c", 1)].map(|(t, m)| (t.to_owned(), member(m)));
        assert_eq!(follow(&templates, &[2, 3], &[]), expected, "who did it stands in for both");
    }

    #[test]
    fn only_what_is_not_still_open_is_made_again() {
        let twice = template("a", Assignee::Owner, 2);
        let templates = [twice.clone(), template("b", Assignee::Owner, 2), twice];
        let titles = |open: &[&str]| {
            let made = follow(&templates, &[], open).into_iter().map(|(title, _)| title);
            made.collect::<Vec<_>>()
        };
        assert_eq!(titles(&[]), ["a", "b", "a"]);
        assert_eq!(titles(&["a"]), ["b", "a"]);
        assert_eq!(titles(&["a", "a", "b", "x"]), Vec::<String>::new());
    }
}
