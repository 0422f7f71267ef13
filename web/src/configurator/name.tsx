// Names and weights, changed where they stand.
import { useEffect, useRef, useState } from "preact/hooks";

import { configurator as texts } from "../texts/configurator";
import { number } from "../language";

interface NameProps {
  name: string;
  may: boolean;
  onChange: (name: string) => void;
}

/** A name that becomes a field when one presses it. Enter keeps what was written, Escape does not. */
export function Name({ name, may, onChange }: NameProps) {
  const [editing, setEditing] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const back = useRef(false);
  const open = useRef(false);
  useEffect(() => {
    if (!editing && back.current) button.current?.focus();
    back.current = false;
  }, [editing]);
  if (!may) return <span class="cfg-name-text">{name}</span>;
  if (!editing) {
    return (
      <button
        ref={button}
        type="button"
        class="cfg-name"
        title={texts().rename(name)}
        onClick={() => ((open.current = true), setEditing(true))}
      >
        {name}
      </button>
    );
  }
  const end = (text: string) => {
    // The field loses the focus once more when it goes.
    if (!open.current) return;
    open.current = false;
    setEditing(false);
    if (text.trim() && text.trim() !== name) onChange(text.trim());
  };
  return (
    <input
      class="input cfg-name-input"
      aria-label={texts().rename(name)}
      maxLength={200}
      defaultValue={name}
      ref={(input) => {
        if (input && document.activeElement !== input) {
          input.focus();
          input.select();
        }
      }}
      onBlur={(event) => end(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        back.current = true;
        end(event.key === "Enter" ? event.currentTarget.value : name);
      }}
    />
  );
}

const MOST = 1000;

/** A whole number that may be given; null for anything else. */
export function wholeNumber(text: string, most: number): number | null {
  const value = /^\d+$/.test(text.trim()) ? Number(text) : null;
  return value !== null && value <= most ? value : null;
}

/** The weight of an action: each digit counts at once. */
export function Weight({
  name,
  weight,
  onChange,
}: {
  name: string;
  weight: number;
  onChange: (weight: number) => void;
}) {
  const [text, setText] = useState(String(weight));
  const value = wholeNumber(text, MOST);
  useEffect(() => {
    if (value !== weight) setText(String(weight));
  }, [weight]);
  return (
    <input
      class="input cfg-weight numbers"
      inputMode="numeric"
      aria-label={texts().weightOf(name)}
      aria-invalid={value === null}
      title={value === null ? texts().weightWrong : texts().weight}
      value={text}
      onFocus={(event) => event.currentTarget.select()}
      onInput={(event) => {
        setText(event.currentTarget.value);
        const given = wholeNumber(event.currentTarget.value, MOST);
        if (given !== null) onChange(given);
      }}
      onBlur={() => setText(String(weight))}
      onKeyDown={(event) => {
        const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        onChange(Math.min(Math.max(weight + step * (event.shiftKey ? 10 : 1), 0), MOST));
      }}
    />
  );
}

/** A part of a whole, as people read it. */
export const percent = (share: number): string => `${number(Math.round(share * 1000) / 10)} %`;
