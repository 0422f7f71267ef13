// The tasks that follow an action.
import { useEffect, useRef, useState } from "preact/hooks";

import { Button, IconButton } from "../parts/button";
import { Field } from "../parts/field";
import { configurator as texts } from "../texts/configurator";
import type { AssigneeKind } from "./__generated__/graphql";
import { wholeNumber } from "./name";
import { People } from "./people";
import type { Flaw } from "./desk";
import type { FollowUp } from "./tree";

const ASSIGNEES: AssigneeKind[] = ["PERFORMER", "OWNER", "MEMBER"];
/** As many days ahead as the API takes. */
const MOST_DAYS = 3650;

const EMPTY: FollowUp = { title: "", description: "", assignee: "PERFORMER", dueInDays: 1, assigneeMember: null };

interface ListProps {
  followUps: FollowUp[];
  /** What is wrong with one of them, where that is why somebody looks at them. */
  about?: Flaw | undefined;
  onChange: (followUps: FollowUp[]) => void;
}

export function FollowUps({ followUps, about, onChange }: ListProps) {
  const t = texts();
  const box = useRef<HTMLFieldSetElement>(null);
  const count = useRef(followUps.length);
  // Whoever adds one goes on in it; whoever removes one is at the button below.
  useEffect(() => {
    const fields = box.current?.querySelectorAll<HTMLElement>(".cfg-task");
    if (followUps.length > count.current) fields?.[followUps.length - 1]?.querySelector("input")?.focus();
    if (followUps.length < count.current) box.current?.querySelector<HTMLElement>(".cfg-add-task")?.focus();
    count.current = followUps.length;
  }, [followUps.length]);
  return (
    <fieldset ref={box} class="cfg-group" data-field="followUps">
      <legend>{t.followUps}</legend>
      <p class="field-hint">{t.followUpsMore}</p>
      {followUps.map((followUp, at) => (
        <Task
          key={at}
          number={at + 1}
          followUp={followUp}
          flaw={about?.path[1] === String(at) ? about : undefined}
          onChange={(to) => onChange(followUps.map((one, place) => (place === at ? { ...one, ...to } : one)))}
          onRemove={() => onChange(followUps.filter((_, place) => place !== at))}
        />
      ))}
      <Button class="cfg-add-task" icon="plus" onClick={() => onChange([...followUps, EMPTY])}>
        {t.addFollowUp}
      </Button>
    </fieldset>
  );
}

interface Props {
  number: number;
  followUp: FollowUp;
  flaw: Flaw | undefined;
  onChange: (to: Partial<FollowUp>) => void;
  onRemove: () => void;
}

function Task({ number, followUp, flaw, onChange, onRemove }: Props) {
  const t = texts();
  const { title, description, assignee, dueInDays, assigneeMember } = followUp;
  const place = `followUps.${number - 1}`;
  const said = (field: string) => (flaw?.path[2] === field ? flaw.message : undefined);
  return (
    <section class="cfg-task" data-field={place} aria-label={t.followUp(number)}>
      <IconButton icon="close" class="cfg-task-remove" label={t.removeFollowUp(number)} onClick={onRemove} />
      <Field label={t.taskTitle} wrong={title.trim() ? undefined : said("title")}>
        <input maxLength={200} value={title} onInput={(event) => onChange({ title: event.currentTarget.value })} />
      </Field>
      <Field label={t.taskMore} optional>
        <textarea
          rows={2}
          value={description}
          onInput={(event) => onChange({ description: event.currentTarget.value })}
        />
      </Field>
      <div class="cfg-pair">
        <div class="cfg-group">
          <Field label={t.assignee}>
            <select
              value={assignee}
              onChange={(event) =>
                onChange({ assignee: event.currentTarget.value as AssigneeKind, assigneeMember: null })
              }
            >
              {ASSIGNEES.map((kind) => (
                <option key={kind} value={kind}>
                  {t.assignees[kind]}
                </option>
              ))}
            </select>
          </Field>
          {assignee === "MEMBER" && (
            <div data-field={`${place}.assigneeId`}>
              <People
                single
                label={t.member}
                people={assigneeMember ? [assigneeMember] : []}
                onChange={(people) => onChange({ assigneeMember: people[0] ?? null })}
              />
              {said("assigneeId") && !assigneeMember && (
                <p class="field-wrong" role="alert">
                  {said("assigneeId")}
                </p>
              )}
            </div>
          )}
        </div>
        <Days days={dueInDays} onChange={(days) => onChange({ dueInDays: days })} />
      </div>
    </section>
  );
}

function Days({ days, onChange }: { days: number; onChange: (days: number) => void }) {
  const [text, setText] = useState(String(days));
  return (
    <Field label={texts().dueInDays}>
      <input
        class="numbers"
        inputMode="numeric"
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          const given = wholeNumber(event.currentTarget.value, MOST_DAYS);
          if (given !== null) onChange(given);
        }}
        onBlur={() => setText(String(days))}
      />
    </Field>
  );
}
