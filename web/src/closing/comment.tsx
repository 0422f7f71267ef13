// Asks whether something is taken back, and what there is to say about it.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import type { Changed } from "../api/use";
import { Dialog } from "../parts/dialog";
import { Field } from "../parts/field";
import { FormBody, useForm } from "../parts/form";
import { closing } from "../texts/closing";

interface Props<P> {
  title: string;
  act: string;
  run: (comment: string | null) => Promise<Changed<P> | null>;
  onDone: (payload: P) => void;
  onClose: () => void;
  children: ComponentChildren;
}

export function CommentDialog<P>({ title, act, run, onDone, onClose, children }: Props<P>) {
  const [comment, setComment] = useState("");
  const form = useForm();
  const submit = async () => {
    const payload = await form.send(() => run(comment.trim() || null));
    if (!payload) return;
    onClose();
    onDone(payload);
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <FormBody form={form} fields={["comment"]} act={act} onSubmit={() => void submit()} onClose={onClose}>
        <p class="soft">{children}</p>
        <Field label={closing().comment} optional wrong={form.about("comment")}>
          <textarea maxLength={10_000} value={comment} onInput={(event) => setComment(event.currentTarget.value)} />
        </Field>
      </FormBody>
    </Dialog>
  );
}

type ReopenProps<P> = Pick<Props<P>, "run" | "onDone" | "onClose">;

export function ReopenDialog<P>(props: ReopenProps<P>) {
  const t = closing();
  return (
    <CommentDialog title={t.reopenTitle} act={t.reopen} {...props}>
      {t.reopenMore}
    </CommentDialog>
  );
}
