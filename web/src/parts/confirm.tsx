// Asks whether somebody means it, and tells what it means.
import type { ComponentChildren } from "preact";

import type { Changed } from "../api/use";
import { Dialog } from "./dialog";
import { FormBody, useForm } from "./form";

interface Props<P> {
  title: string;
  act: string;
  kind?: "main" | "danger";
  run: () => Promise<Changed<P> | null>;
  onDone: (payload: P) => void;
  onClose: () => void;
  children: ComponentChildren;
}

export function Confirm<P>({ title, act, kind = "danger", run, onDone, onClose, children }: Props<P>) {
  const form = useForm();
  const submit = async () => {
    const payload = await form.send(run);
    if (!payload) return;
    onClose();
    onDone(payload);
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <FormBody form={form} act={act} kind={kind} onSubmit={() => void submit()} onClose={onClose}>
        {children}
      </FormBody>
    </Dialog>
  );
}
