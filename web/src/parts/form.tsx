// A form whose refusals are shown where they belong: at their fields, else above its buttons.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import type { Changed, Refusal } from "../api/use";
import { common } from "../texts/common";
import { Button } from "./button";
import { Reasons } from "./reasons";

export interface Form {
  busy: boolean;
  refusals: Refusal[];
  /** What the API says against one of the fields that its input has. */
  about: (field: string) => string | undefined;
  /** Runs a mutation; gives its payload, or null when it was refused, which is shown then. */
  send: <P>(run: () => Promise<Changed<P> | null>) => Promise<P | null>;
  /** Refuses without asking the API: for what it could not even be asked. */
  refuse: (field: string, message: string) => void;
}

export function useForm(): Form {
  const [busy, setBusy] = useState(false);
  const [refusals, setRefusals] = useState<Refusal[]>([]);
  return {
    busy,
    refusals,
    about: (field) => refusals.find(({ path }) => path?.includes(field))?.message,
    refuse: (field, message) => setRefusals([{ code: "", message, path: [field] }]),
    send: async (run) => {
      setBusy(true);
      const changed = await run();
      setBusy(false);
      setRefusals(changed?.refusals ?? []);
      return changed && changed.refusals.length === 0 ? changed.payload : null;
    },
  };
}

interface Props {
  form: Form;
  /** The fields that show by themselves what is said against them. */
  fields?: readonly string[];
  onSubmit: () => void;
  onClose: () => void;
  act: string;
  kind?: "main" | "danger";
  class?: string;
  children?: ComponentChildren;
}

export function FormBody({ form, fields = [], onSubmit, onClose, act, kind = "main", children, ...rest }: Props) {
  const others = form.refusals.filter(({ path }) => !path?.some((name) => fields.includes(name)));
  const box = useRef<HTMLFormElement>(null);
  // Who was refused goes on where something is wrong.
  useEffect(() => box.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus(), [form.refusals]);
  // The attribute alone works once a page.
  useEffect(() => box.current?.querySelector<HTMLElement>("[autofocus]")?.focus(), []);
  return (
    <form
      ref={box}
      class={`form ${rest.class ?? ""}`}
      onSubmit={(event) => {
        event.preventDefault();
        if (!form.busy) onSubmit();
      }}
    >
      {children}
      {others.length > 0 && (
        <div class="act-reasons" role="alert">
          <Reasons reasons={others} />
        </div>
      )}
      <div class="form-acts">
        <Button onClick={onClose}>{common().cancel}</Button>
        <Button type="submit" kind={kind} busy={form.busy}>
          {act}
        </Button>
      </div>
    </form>
  );
}
