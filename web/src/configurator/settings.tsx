// The cogwheel: all that is set of an action. What is changed here is in the draft at once, and one step to take back.
import { useEffect, useMemo, useRef } from "preact/hooks";

import { Dialog } from "../parts/dialog";
import { Field } from "../parts/field";
import { configurator as texts } from "../texts/configurator";
import type { Evidence, NotifyGroup, PerformerGroup } from "./__generated__/graphql";
import type { Desk, Flaw } from "./desk";
import { FollowUps } from "./follow-ups";
import { Done, MarkdownField } from "./hint";
import { percent, Weight } from "./name";
import { People } from "./people";
import { findAction, setAction, type Action } from "./tree";

const GROUPS: PerformerGroup[] = ["EVERYONE", "MANAGERS", "ADMINISTRATORS", "CHOSEN"];
const EVIDENCES: Evidence[] = ["NONE", "NOTE", "NOTE_WITH_FILE"];
const NOTIFY_GROUPS: NotifyGroup[] = ["PARTICIPANTS", "MANAGERS", "ADMINISTRATORS"];

interface PartProps {
  action: Action;
  set: (to: Partial<Action>) => void;
}

interface Props {
  desk: Desk;
  id: string;
  /** What is wrong with one of its settings, where that is why somebody comes here. */
  about?: Flaw | undefined;
  onClose: () => void;
}

export function SettingsDialog({ desk, id, about, onClose }: Props) {
  const t = texts();
  const { draft } = desk;
  const box = useRef<HTMLFieldSetElement>(null);
  useEffect(() => {
    if (about) focusField(box.current, about.path);
  }, [about]);
  // Everything that is changed until it is closed is one step.
  const step = useMemo(() => `settings:${id}:${Date.now()}`, [id]);
  const action = findAction(draft.tree.value, id)?.action;
  if (!action) return null;
  const set = (to: Partial<Action>) => draft.to(setAction(draft.tree.peek(), id, to), step);
  return (
    <Dialog title={t.settingsOf(action.name)} onClose={onClose} wide>
      <fieldset ref={box} class="form cfg-settings" disabled={!desk.may}>
        <div class="form-row">
          <Field label={t.name} wrong={action.name.trim() ? undefined : t.noName}>
            <input maxLength={200} value={action.name} onInput={(event) => set({ name: event.currentTarget.value })} />
          </Field>
          <div class="field">
            <span class="cfg-label">{t.weight}</span>
            <span class="cfg-share">
              <Weight name={action.name} weight={action.weight} onChange={(weight) => set({ weight })} />
              <span class="numbers soft">{percent(draft.shareOf([action]))}</span>
            </span>
          </div>
        </div>
        <label class="check">
          <input
            type="checkbox"
            checked={action.mandatory}
            onChange={(event) => set({ mandatory: event.currentTarget.checked })}
          />
          <span>
            {t.mandatory}
            <small>{t.mandatoryMore}</small>
          </span>
        </label>
        <MarkdownField name="hint" label={t.hint} value={action.hint} onChange={(hint) => set({ hint })} />
        <div class="cfg-pair">
          <Performers action={action} set={set} />
          <Field label={t.evidence}>
            <select
              value={action.evidence}
              onChange={(event) => set({ evidence: event.currentTarget.value as Evidence })}
            >
              {EVIDENCES.map((evidence) => (
                <option key={evidence} value={evidence}>
                  {t.evidences[evidence]}
                </option>
              ))}
            </select>
          </Field>
        </div>
        <Told action={action} set={set} />
        <FollowUps followUps={action.followUps} about={about} onChange={(followUps) => set({ followUps })} />
      </fieldset>
      <Done onClose={onClose} />
    </Dialog>
  );
}

const FIELDS = "input, select, textarea";

/** Focuses the field that a path leads to, or the first one of what is around it. */
function focusField(box: HTMLElement | null, path: readonly string[]): void {
  const around = path.map((_, at) => `[data-field="${path.slice(0, path.length - at).join(".")}"]`);
  const found = around.map((place) => box?.querySelector<HTMLElement>(place)).find(Boolean);
  const field = found?.matches(FIELDS) ? found : found?.querySelector<HTMLElement>(FIELDS);
  field?.focus();
}

function Performers({ action: { performers }, set }: PartProps) {
  const t = texts();
  const isEmpty = performers.group === "CHOSEN" && performers.members.length === 0;
  return (
    <div class="cfg-group" data-field="performers">
      <Field label={t.performers} wrong={isEmpty ? t.chosenNone : undefined}>
        <select
          value={performers.group}
          onChange={(event) => set({ performers: { group: event.currentTarget.value as PerformerGroup, members: [] } })}
        >
          {GROUPS.map((group) => (
            <option key={group} value={group}>
              {t.groups[group]}
            </option>
          ))}
        </select>
      </Field>
      {performers.group === "CHOSEN" && (
        <People people={performers.members} onChange={(members) => set({ performers: { group: "CHOSEN", members } })} />
      )}
    </div>
  );
}

function Told({ action: { notify }, set }: PartProps) {
  const t = texts();
  const toggle = (group: NotifyGroup, on: boolean) =>
    set({
      notify: { ...notify, groups: NOTIFY_GROUPS.filter((one) => (one === group ? on : notify.groups.includes(one))) },
    });
  return (
    <fieldset class="cfg-group" data-field="notify">
      <legend>{t.notify}</legend>
      <div class="cfg-checks">
        {NOTIFY_GROUPS.map((group) => (
          <label key={group} class="check">
            <input
              type="checkbox"
              checked={notify.groups.includes(group)}
              onChange={(event) => toggle(group, event.currentTarget.checked)}
            />
            <span>{t.notifyGroups[group]}</span>
          </label>
        ))}
      </div>
      <People people={notify.members} onChange={(members) => set({ notify: { ...notify, members } })} />
    </fieldset>
  );
}
