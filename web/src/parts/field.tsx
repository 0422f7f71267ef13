// A field of a form: its name, what it is for, and what is wrong with it.
import type { ComponentChildren, VNode } from "preact";
import { cloneElement } from "preact";
import { useId } from "preact/hooks";

import { common } from "../texts/common";

interface Props {
  label: string;
  hint?: ComponentChildren;
  /** What the API says against what was given. */
  wrong?: string | undefined;
  optional?: boolean;
  /** Says that it has to be given, where that is not plain. */
  required?: boolean;
  /** One input, textarea or select. */
  children: VNode<any>;
}

export function Field({ label, hint, wrong, optional, required, children }: Props) {
  const id = useId();
  const about = [hint && `${id}-hint`, wrong && `${id}-wrong`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>
        {label}
        {(optional || required) && (
          <span class="field-optional"> ({optional ? common().optional : common().required})</span>
        )}
      </label>
      {cloneElement(children, {
        id,
        "aria-describedby": about || undefined,
        ...(required && { required, "aria-required": "true" }),
        "aria-invalid": wrong ? "true" : undefined,
      })}
      {hint && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {wrong && (
        <p class="field-wrong" id={`${id}-wrong`} role="alert">
          {wrong}
        </p>
      )}
    </div>
  );
}
