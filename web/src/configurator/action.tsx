// An action as a card: everything that is set most is on it, the rest is behind the cogwheel.
import { computed } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";

import { IconButton } from "../parts/button";
import { Icon, type IconName } from "../parts/icon";
import { configurator as texts } from "../texts/configurator";
import { onHandleKey, remove, type Desk } from "./desk";
import type { Draft } from "./draft";
import { useDrag } from "./dragging";
import { Name, percent, Weight } from "./name";
import { setAction, type Action } from "./tree";

interface Props {
  desk: Desk;
  action: Action;
  isTarget: boolean;
}

/** A card is drawn again when something on it is another, not whenever the tree is. */
export function ActionCard(props: Props) {
  const { desk, action, isTarget } = props;
  return useMemo(() => <Card {...props} />, [desk.draft, desk.may, action, isTarget]);
}

function Card({ desk, action, isTarget }: Props) {
  const t = texts();
  const ref = useRef<HTMLLIElement>(null);
  const { draft, may, ask } = desk;
  const { id, name, hint, weight } = action;
  useDrag(ref, "cfg-action", id, may);
  return (
    <li ref={ref} class={`cfg-action ${isTarget ? "cfg-before" : ""}`} data-node={id}>
      {may && <Handle desk={desk} id={id} name={name} />}
      <h3>
        <Name name={name} may={may} onChange={(to) => draft.to(setAction(draft.tree.peek(), id, { name: to }))} />
      </h3>
      <span class="cfg-acts">
        <IconButton icon={may ? "cog" : "info"} label={t.settingsOf(name)} onClick={() => ask({ settings: id })} />
        {may && (
          <IconButton icon="close" class="cfg-remove" label={t.removeNode(name)} onClick={() => remove(desk, id)} />
        )}
      </span>
      {hint && <p class="cfg-hint">{firstLine(hint)}</p>}
      <p class="cfg-facts">
        <span class="cfg-share">
          {may ? (
            <Weight
              name={name}
              weight={weight}
              onChange={(to) => draft.to(setAction(draft.tree.peek(), id, { weight: to }), `weight:${id}`)}
            />
          ) : (
            <span class="numbers">{t.points(weight)}</span>
          )}
          <Share draft={draft} action={action} />
        </span>
        <Facts action={action} />
      </p>
    </li>
  );
}

/** What part of the whole it is. One weight changes that of every card, and then nothing else of them is drawn. */
function Share({ draft, action }: { draft: Draft; action: Action }) {
  const share = useMemo(() => computed(() => percent(draft.shareOf([action]))), [draft, action]);
  const title = useMemo(() => computed(() => texts().ofTheWhole(share.value)), [share]);
  return (
    <span class="numbers" title={title}>
      {share}
    </span>
  );
}

/** What it is dragged by; pressed, it asks where to, and arrow keys move it. */
export function Handle({ desk, id, name }: { desk: Desk; id: string; name: string }) {
  return (
    <IconButton
      icon="drag"
      class="cfg-handle"
      label={texts().move(name)}
      aria-describedby="cfg-help"
      aria-haspopup="dialog"
      onClick={() => desk.ask({ move: id })}
      onKeyDown={(event) => onHandleKey(event, desk, id)}
    />
  );
}

/** A hint without its Markdown, for where there is one line. */
export function firstLine(hint: string): string {
  const [line = ""] = hint.trim().split("\n");
  return line
    .replace(/^\s*(#{1,6}|[-*+>]|\d+[.)])\s+/, "")
    .replace(/\*\*|__|`/g, "")
    .replace(/\[([^\]]+)\]\([^)]*\)/g, "$1");
}

function Facts({ action }: { action: Action }) {
  const t = texts();
  const { mandatory, evidence, performers, notify, followUps } = action;
  const facts: [IconName, string][] = [];
  if (mandatory) facts.push(["flag", t.mandatory.toLowerCase()]);
  if (evidence !== "NONE") facts.push([evidence === "NOTE" ? "note" : "clip", t.evidencesShort[evidence]]);
  if (performers.group === "CHOSEN")
    facts.push([
      "user",
      performers.members.length === 1 ? (performers.members[0]?.name ?? "") : t.people(performers.members.length),
    ]);
  else if (performers.group !== "EVERYONE") facts.push(["user", t.groupsShort[performers.group]]);
  if (notify.groups.length + notify.members.length > 0) facts.push(["inbox", t.notifies]);
  if (followUps.length > 0) facts.push(["task", t.followUpCount(followUps.length)]);
  return (
    <>
      {facts.map(([icon, text]) => (
        <span key={icon} class={`cfg-fact ${icon === "flag" ? "cfg-fact-strong" : ""}`}>
          <Icon name={icon} />
          {text}
        </span>
      ))}
    </>
  );
}
