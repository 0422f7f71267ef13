// Chooses one of what is found: one types, arrows and Enter choose.
import type { VNode } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";

import { common } from "../texts/common";

export interface Option {
  id: string;
  name: string;
  more?: string;
  /** What is drawn before its name. */
  face?: VNode;
  /** It is shown, with the reason in `more`, and cannot be chosen. */
  disabled?: boolean;
}

interface Props {
  label: string;
  /** What was found for what was asked last; nothing while it is on its way. */
  found: readonly Option[] | undefined;
  /** Called with what is typed, when the list opens and whenever that changes. */
  onAsk: (text: string) => void;
  onPick: (option: Option) => void;
  autoFocus?: boolean | undefined;
}

export function Combo({ label, found, onAsk, onPick, autoFocus }: Props) {
  const [text, setText] = useState("");
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const id = useId();
  const options = found ?? [];
  const input = useRef<HTMLInputElement>(null);
  // The attribute alone works once a page.
  useEffect(() => void (autoFocus && input.current?.focus()), []);
  useEffect(() => document.getElementById(`${id}-${at}`)?.scrollIntoView({ block: "nearest" }), [at, open]);
  const show = (typed: string) => {
    setText(typed);
    setAt(0);
    setOpen(true);
    onAsk(typed.trim());
  };
  const pick = (option: Option | undefined) => {
    if (!option || option.disabled) return;
    onPick(option);
    setText("");
    setOpen(false);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && !open) show(text);
    else if (step) setAt((at + step + options.length) % Math.max(options.length, 1));
    else if (event.key === "Enter" && open) pick(options[at]);
    else if (event.key === "Escape" && open) setOpen(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="picker">
      <input
        ref={input}
        class="input"
        type="text"
        role="combobox"
        aria-label={label}
        placeholder={label}
        aria-expanded={open}
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={open && options[at] ? `${id}-${at}` : undefined}
        autoComplete="off"
        autoFocus={autoFocus}
        value={text}
        onFocus={() => show(text)}
        onBlur={() => setOpen(false)}
        onInput={(event) => show(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <ul class={open ? "picker-list" : "hidden"} id={id} role="listbox" aria-label={label} onMouseDown={(event) => event.preventDefault()}>
        {open &&
          options.map((option, place) => (
            <li
              key={option.id}
              id={`${id}-${place}`}
              role="option"
              aria-selected={place === at}
              aria-disabled={option.disabled}
              class={place === at ? "picker-at" : ""}
              onClick={() => pick(option)}
            >
              {option.face}
              <span class={option.disabled ? "soft" : ""}>
                {option.name} <small class="soft">{option.more}</small>
              </span>
            </li>
          ))}
        {open && found?.length === 0 && (
          <li class="soft" role="option" aria-selected="false" aria-disabled="true">
            {common().nothingFound}
          </li>
        )}
      </ul>
    </div>
  );
}
