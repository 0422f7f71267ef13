//! What a list of differences means, written without a look at how it is made: each fact is done to the
//! tree as it is by then, and must tell the truth about it.

use domain::process::{
    definition::{ActionDefinition, Definition, StageDefinition},
    diff::{ProcessChange, Setting},
};
use entity::ids::{ActionId, StageId};

/// A tree on the way, and the actions that were taken out of stages that are gone.
struct Desk {
    tree: Definition,
    hand: Vec<ActionDefinition>,
}

type Done<T = ()> = Result<T, String>;

/// The tree after these facts, or the first thing about them that is not so.
pub fn play(before: &Definition, facts: &[ProcessChange]) -> Done<Definition> {
    let mut desk = Desk { tree: before.clone(), hand: Vec::new() };
    for fact in facts {
        desk.play(fact)?;
    }
    is(desk.hand.is_empty(), "an action has no stage")?;
    Ok(desk.tree)
}

fn is(holds: bool, otherwise: &str) -> Done {
    if holds { Ok(()) } else { Err(otherwise.to_owned()) }
}

fn change<T: PartialEq + Clone>(place: &mut T, from: &T, to: &T) -> Done {
    is(place == from && from != to, "the value before is another")?;
    *place = to.clone();
    Ok(())
}

impl Desk {
    fn play(&mut self, fact: &ProcessChange) -> Done {
        use ProcessChange as P;
        match fact {
            P::ProcessRenamed { from, to } => change(&mut self.tree.name, from, to),
            P::DescriptionChanged { from, to } => change(&mut self.tree.description, from, to),
            P::StageAdded { stage, after } => {
                is(self.tree.stage(stage.stage_id).is_none(), "the stage is there")?;
                self.place_stage(stage.clone(), *after)
            }
            P::StageRenamed { stage_id, from, to } => {
                change(&mut self.stage(*stage_id)?.name, from, to)
            }
            P::StageHintChanged { stage_id, from, to, .. } => {
                change(&mut self.stage(*stage_id)?.hint, from, to)
            }
            P::StageMoved { stage_id, after, .. } => {
                let stage = self.take_stage(*stage_id)?;
                self.place_stage(stage, *after)
            }
            P::StageRemoved { stage } => self.remove_stage(stage),
            P::ActionAdded { stage_id, action, after, .. } => {
                self.place_action(*stage_id, action.clone(), *after)
            }
            P::ActionRenamed { action_id, from, to, .. } => {
                change(&mut self.action(*action_id)?.name, from, to)
            }
            P::WeightChanged { action_id, from, to, .. } => {
                change(&mut self.action(*action_id)?.weight, from, to)
            }
            P::ActionMoved { action_id, from_stage_id, to_stage_id, after, .. } => {
                let action = self.take_action(*action_id, *from_stage_id)?;
                self.place_action(*to_stage_id, action, *after)
            }
            P::SettingsChanged { settings, before, after } => self.set(settings, before, after),
            P::ActionRemoved { stage_id, action, .. } => {
                let gone = self.take_action(action.action_id, *stage_id)?;
                is(gone == *action, "the action that is removed is another")
            }
        }
    }

    fn stage(&mut self, id: StageId) -> Done<&mut StageDefinition> {
        let stages = &mut self.tree.stages;
        stages.iter_mut().find(|stage| stage.stage_id == id).ok_or("no such stage".to_owned())
    }

    fn action(&mut self, id: ActionId) -> Done<&mut ActionDefinition> {
        let mut actions = self.tree.stages.iter_mut().flat_map(|stage| &mut stage.actions);
        actions.find(|action| action.action_id == id).ok_or("no such action".to_owned())
    }

    fn take_stage(&mut self, id: StageId) -> Done<StageDefinition> {
        let index = self.tree.stage_index(id).ok_or("no such stage")?;
        Ok(self.tree.stages.remove(index))
    }

    fn place_stage(&mut self, stage: StageDefinition, after: Option<StageId>) -> Done {
        let index = match after {
            None => 0,
            Some(id) => self.tree.stage_index(id).ok_or("it comes after nothing")? + 1,
        };
        self.tree.stages.insert(index, stage);
        Ok(())
    }

    fn remove_stage(&mut self, told: &StageDefinition) -> Done {
        let gone = self.take_stage(told.stage_id)?;
        is((&gone.name, &gone.hint) == (&told.name, &told.hint), "the stage removed is another")?;
        let all = told.actions.iter().all(|action| gone.actions.contains(action));
        is(all, "an action went with a stage that it was not in")?;
        self.hand.extend(gone.actions.into_iter().filter(|one| !told.actions.contains(one)));
        Ok(())
    }

    fn take_action(&mut self, id: ActionId, from: StageId) -> Done<ActionDefinition> {
        if let Some(index) = self.hand.iter().position(|action| action.action_id == id) {
            return Ok(self.hand.remove(index));
        }
        let actions = &mut self.stage(from)?.actions;
        let index = actions.iter().position(|action| action.action_id == id);
        Ok(actions.remove(index.ok_or("the action was not in that stage")?))
    }

    fn place_action(
        &mut self,
        stage: StageId,
        action: ActionDefinition,
        after: Option<ActionId>,
    ) -> Done {
        is(self.tree.action_index(action.action_id).is_none(), "the action is there")?;
        let actions = &mut self.stage(stage)?.actions;
        let index = match after {
            None => 0,
            Some(id) => {
                let found = actions.iter().position(|action| action.action_id == id);
                found.ok_or("it comes after nothing")? + 1
            }
        };
        actions.insert(index, action);
        Ok(())
    }

    /// Only what is named is set: name, weight and place have facts of their own.
    fn set(
        &mut self,
        settings: &[Setting],
        before: &ActionDefinition,
        after: &ActionDefinition,
    ) -> Done {
        is(!settings.is_empty(), "no setting is named")?;
        is(before.action_id == after.action_id, "two actions")?;
        let action = self.action(before.action_id)?;
        for setting in settings {
            match setting {
                Setting::Hint => change(&mut action.hint, &before.hint, &after.hint),
                Setting::Mandatory => {
                    change(&mut action.mandatory, &before.mandatory, &after.mandatory)
                }
                Setting::Performers => {
                    change(&mut action.performers, &before.performers, &after.performers)
                }
                Setting::Evidence => {
                    change(&mut action.evidence, &before.evidence, &after.evidence)
                }
                Setting::Notify => change(&mut action.notify, &before.notify, &after.notify),
                Setting::FollowUps => {
                    change(&mut action.follow_ups, &before.follow_ups, &after.follow_ups)
                }
            }?;
        }
        Ok(())
    }
}
