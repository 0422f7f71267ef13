// A stage: its name, its hint, its part of the whole, and its actions.
import { useMemo, useRef, useState } from "preact/hooks";

import { IconButton } from "../parts/button";
import { Icon } from "../parts/icon";
import { Markdown } from "../parts/markdown";
import { Bar } from "../parts/show";
import { configurator as texts } from "../texts/configurator";
import { ActionCard, Handle } from "./action";
import { focusOn, putAction, remove, type Desk } from "./desk";
import type { Draft } from "./draft";
import { useDrag, useDrop } from "./dragging";
import { Name, percent } from "./name";
import { addAction, newAction, pointsOf, setStage, type Action, type Stage } from "./tree";

interface Props {
  desk: Desk;
  stage: Stage;
  isTarget: boolean;
}

/** A stage is drawn again when something of it is another, not whenever the tree is. */
export function StageView(props: Props) {
  const { desk, stage, isTarget } = props;
  return useMemo(() => <Whole {...props} />, [desk.draft, desk.may, stage, isTarget]);
}

function Whole({ desk, stage, isTarget }: Props) {
  const t = texts();
  const ref = useRef<HTMLLIElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const { draft, may } = desk;
  const { id, name, actions } = stage;
  useDrag(ref, "cfg-stage", id, may);
  const over = useDrop(list, "cfg-action", "y", may, (action, before) => putAction(desk, action, id, before));
  return (
    <li ref={ref} class={`cfg-stage ${isTarget ? "cfg-before" : ""}`} data-node={id}>
      <section aria-label={name}>
        <Head desk={desk} stage={stage} />
        <div ref={list} class={`cfg-actions ${over === null ? "" : "cfg-over"}`}>
          <ol aria-label={t.actions(actions.length)}>
            {actions.map((action, at) => (
              <ActionCard key={action.id} desk={desk} action={action} isTarget={over === at} />
            ))}
          </ol>
          {actions.length === 0 && !may && <p class="cfg-none">{t.noActions}</p>}
          <p class={over !== null && over >= actions.length ? "cfg-end cfg-before" : "cfg-end"} />
          {may && (
            <Adder
              label={t.actionName(name)}
              placeholder={t.addAction}
              onAdd={(text) => {
                const action = newAction(text);
                draft.to(addAction(draft.tree.peek(), id, action));
                focusOn(id, ".cfg-adder input");
              }}
            />
          )}
        </div>
      </section>
    </li>
  );
}

function Head({ desk, stage }: { desk: Desk; stage: Stage }) {
  const t = texts();
  const { draft, may, ask } = desk;
  const { id, name, hint } = stage;
  return (
    <header class="cfg-stage-head">
      {may && <Handle desk={desk} id={id} name={name} />}
      <h2>
        <Name name={name} may={may} onChange={(to) => draft.to(setStage(draft.tree.peek(), id, { name: to }))} />
      </h2>
      {may && (
        <IconButton icon="close" class="cfg-remove" label={t.removeNode(name)} onClick={() => remove(desk, id)} />
      )}
      <Sum draft={draft} actions={stage.actions} />
      {hint && (
        <div class="cfg-stage-hint soft">
          <Markdown text={hint} />
        </div>
      )}
      {may && (
        <button
          type="button"
          class="button-link cfg-hint-edit"
          aria-label={`${hint ? t.editHint : t.addHint}: ${name}`}
          onClick={() => ask({ stage: id })}
        >
          {hint ? t.editHint : t.addHint}
        </button>
      )}
    </header>
  );
}

function Sum({ draft, actions }: { draft: Draft; actions: Action[] }) {
  const t = texts();
  const share = draft.shareOf(actions);
  return (
    <div class="cfg-stage-sum">
      <Bar percent={Math.round(share * 100)} />
      <span class="soft numbers" title={t.ofTheWhole(percent(share))}>
        {t.weightOfStage(t.points(pointsOf(actions)), percent(share))}
      </span>
    </div>
  );
}

/** A field for the name of something new: Enter adds it, and the next one can be written. */
export function Adder({
  label,
  placeholder,
  onAdd,
}: {
  label: string;
  placeholder: string;
  onAdd: (name: string) => void;
}) {
  const [text, setText] = useState("");
  return (
    <form
      class="cfg-adder"
      onSubmit={(event) => {
        event.preventDefault();
        if (!text.trim()) return;
        onAdd(text.trim());
        setText("");
      }}
    >
      <input
        class="input"
        aria-label={label}
        placeholder={placeholder}
        maxLength={200}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button type="submit" class="button-icon" aria-label={placeholder} title={placeholder}>
        <Icon name="plus" />
      </button>
    </form>
  );
}
