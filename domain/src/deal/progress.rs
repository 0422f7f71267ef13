//! How far a deal is (rules 9 and 10): pure.

use entity::ids::{ActionId, StageId};

use crate::process::version::Version;

/// How much of a process is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// A whole per cent, rounded down: 100 only when all that has a weight is done.
    pub percent: u8,
    /// The weight of the actions done.
    pub done_weight: u32,
    /// The weight of all actions.
    pub total_weight: u32,
}

/// A deal's last move by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The number of the event that recorded it.
    pub version: i64,
    /// Where to; none: to no stage.
    pub to: Option<StageId>,
}

/// An action done, and the number of the event that recorded it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    /// What was done.
    pub action_id: ActionId,
    /// When, in the deal's own order.
    pub version: i64,
}

/// Rule 9. Actions that the version does not have do not count; each action counts once.
pub fn progress(version: &Version, done: impl Iterator<Item = ActionId>) -> Progress {
    let (mut count, mut weight) = (0_usize, 0_u32);
    for (_, action) in done.filter_map(|id| version.action(id)) {
        count += 1;
        weight += u32::from(action.weight);
    }
    let total_weight = version.total_weight;
    let percent = if total_weight == 0 {
        percent(count, version.action_count())
    } else {
        percent(weight as usize, total_weight as usize)
    };
    Progress { percent, done_weight: weight, total_weight }
}

fn percent(part: usize, whole: usize) -> u8 {
    let percent = (part * 100).checked_div(whole).unwrap_or(0);
    u8::try_from(percent).unwrap_or(100)
}

/// Rule 10: the place of the furthest among the stage moved to by hand and the stages of what was
/// done since that move.
pub fn stage(
    version: &Version,
    done: impl Iterator<Item = Done>,
    moved: Option<Moved>,
) -> Option<usize> {
    let since = moved.map_or(0, |moved| moved.version);
    let moved_to = moved.and_then(|moved| moved.to).and_then(|id| version.stage_index(id));
    let pushed = done.filter(|done| done.version > since);
    let furthest = pushed.filter_map(|done| version.stage_of(done.action_id)).max();
    moved_to.max(furthest)
}
