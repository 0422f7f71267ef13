// A button that opens a list of things to do: arrows go through it, Escape closes it.
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";

import { Icon, type IconName } from "./icon";

interface Props {
  label: string;
  icon?: IconName;
  class?: string;
  /** What the button shows, instead of the drawing. */
  face?: ComponentChildren;
  children: ComponentChildren;
}

export function Menu({ label, icon = "more", face, children, ...rest }: Props) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  useEffect(() => {
    if (!open) return;
    items(box.current)[0]?.focus();
    const outside = (event: Event) => box.current?.contains(event.target as Node) || setOpen(false);
    addEventListener("pointerdown", outside);
    return () => removeEventListener("pointerdown", outside);
  }, [open]);
  const shut = () => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    <div class={`menu ${rest.class ?? ""}`} ref={box} onKeyDown={(event) => open && onKey(event, box.current, shut)}>
      <button
        ref={button}
        type="button"
        class={face ? "menu-face" : "button-icon"}
        aria-label={label}
        title={face ? undefined : label}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        {face ?? <Icon name={icon} />}
      </button>
      {open && (
        <div
          class="menu-list"
          id={id}
          role="menu"
          aria-label={label}
          onClick={(event) => isItem(event.target) && shut()}
        >
          {children}
        </div>
      )}
    </div>
  );
}

export interface ItemProps {
  icon?: IconName;
  onClick: () => void;
  /** Given, the item is one of several of which one or more are chosen. */
  checked?: boolean;
  children: ComponentChildren;
}

export function MenuItem({ icon, onClick, checked, children }: ItemProps) {
  const role = checked === undefined ? "menuitem" : "menuitemradio";
  return (
    <button type="button" class="menu-item" role={role} aria-checked={checked} tabIndex={-1} onClick={onClick}>
      {icon && <Icon name={icon} />}
      <span>{children}</span>
      {checked && <Icon name="check" />}
    </button>
  );
}

const ITEMS = "[role^=menuitem]";

const items = (box: HTMLElement | null): HTMLElement[] => [...(box?.querySelectorAll<HTMLElement>(ITEMS) ?? [])];
const isItem = (target: EventTarget | null): boolean => Boolean((target as Element | null)?.closest(ITEMS));

const isLetter = ({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean =>
  key.length === 1 && key !== " " && !ctrlKey && !metaKey && !altKey;

const letters = new Intl.Collator("en", { sensitivity: "base" });

/** The next item that begins with a letter: any that looks like it. */
const next = (all: HTMLElement[], at: number, letter: string): HTMLElement | undefined =>
  [...all.slice(at + 1), ...all.slice(0, at + 1)].find(
    ({ textContent }) => letters.compare(textContent.trim().charAt(0), letter) === 0,
  );

function onKey(event: KeyboardEvent, box: HTMLElement | null, shut: () => void): void {
  const all = items(box);
  const at = all.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  if (event.key === "Escape") shut();
  else if (event.key === "Tab") shut();
  else if (to !== undefined) all.at(to % all.length)?.focus();
  else if (isLetter(event)) next(all, at, event.key)?.focus();
  else return;
  if (event.key !== "Tab") event.preventDefault();
  event.stopPropagation();
}
