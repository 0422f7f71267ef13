// Texts in Markdown, with what becomes of them beside: hints, and what a process is for.
import { useId } from "preact/hooks";

import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Field } from "../parts/field";
import { Markdown } from "../parts/markdown";
import { configurator as texts } from "../texts/configurator";
import type { Desk } from "./desk";
import { findStage, setStage } from "./tree";

/** As long as a hint may be. */
const MOST = 10_000;

interface Props {
  label: string;
  /** What it is called in a path to it. */
  name?: string;
  value: string;
  autoFocus?: boolean;
  onChange: (text: string) => void;
}

export function MarkdownField({ label, name, value, autoFocus, onChange }: Props) {
  const t = texts();
  const id = useId();
  return (
    <div class="cfg-markdown" data-field={name}>
      <Field label={label} hint={t.hintMore} optional>
        <textarea
          maxLength={MOST}
          rows={5}
          autoFocus={autoFocus}
          value={value}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      </Field>
      {value.trim() && (
        <section class="cfg-preview" aria-labelledby={id}>
          <h3 id={id}>{t.preview}</h3>
          <Markdown text={value} />
        </section>
      )}
    </div>
  );
}

export function StageDialog({ desk: { draft }, id, onClose }: { desk: Desk; id: string; onClose: () => void }) {
  const stage = findStage(draft.tree.value, id);
  if (!stage) return null;
  return (
    <Dialog title={texts().hintOf(stage.name)} onClose={onClose} wide>
      <MarkdownField
        label={texts().hint}
        value={stage.hint}
        autoFocus
        onChange={(hint) => draft.to(setStage(draft.tree.peek(), id, { hint }), `hint:${id}`)}
      />
      <Done onClose={onClose} />
    </Dialog>
  );
}

export function AboutDialog({ desk: { draft }, onClose }: { desk: Desk; onClose: () => void }) {
  const t = texts();
  return (
    <Dialog title={t.about} onClose={onClose} wide>
      <MarkdownField
        label={t.about}
        value={draft.tree.value.description}
        autoFocus
        onChange={(description) => draft.to({ ...draft.tree.peek(), description }, "about")}
      />
      <Done onClose={onClose} />
    </Dialog>
  );
}

export function Done({ onClose }: { onClose: () => void }) {
  return (
    <div class="form-acts">
      <Button kind="main" onClick={onClose}>
        {texts().done}
      </Button>
    </div>
  );
}
