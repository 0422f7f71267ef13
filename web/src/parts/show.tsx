// Small things that many screens show: people, progress, what is not there yet.
import type { ComponentChildren } from "preact";

import { common } from "../texts/common";
import { Button } from "./button";
import { Icon, type IconName } from "./icon";

/** Two letters and a colour that stay the same for a person. */
export function Avatar({ name, id }: { name: string; id: string }) {
  const words = name.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words.at(-1) : ""].map((word) => [...(word ?? "")][0] ?? "").join("");
  const hue = [...id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 8, 0);
  return <span class={`avatar avatar-${hue}`} title={name} data-letters={letters.toUpperCase()} aria-hidden="true" />;
}

export function Bar({ percent }: { percent: number }) {
  return (
    <span class="bar" role="img" aria-label={common().progressOf(percent)}>
      <span class="bar-done" style={{ inlineSize: `${percent}%` }} />
    </span>
  );
}

export function Loading() {
  return (
    <p class="loading" role="status">
      <span class="spinner" aria-hidden="true" />
      {common().loading}
    </p>
  );
}

/** Nothing is here, and what to do about it. */
export function Empty({ icon, title, children }: { icon: IconName; title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <Icon name={icon} />
      <p class="empty-title">{title}</p>
      {children}
    </div>
  );
}

interface FailedProps {
  text: string;
  again?: () => void;
  /** How deep its heading is: 1 where it is shown instead of a whole screen. */
  level?: 1 | 2 | 3;
}

export function Failed({ text, again, level = 1 }: FailedProps) {
  const Title = `h${level}` as const;
  return (
    <div class="empty" role="alert">
      <Icon name="warn" />
      <Title class="empty-title">{text}</Title>
      {again && <Button onClick={again}>{common().retry}</Button>}
    </div>
  );
}

/** What one may not see looks as what is not there. */
export function NotHere() {
  return (
    <div class="empty">
      <Icon name="search" />
      <h1 class="empty-title">{common().notHere}</h1>
      <p>{common().notHereMore}</p>
      <a class="button button-plain" href="./">
        {common().toStart}
      </a>
    </div>
  );
}

/** What a deal has come to. */
export function Status({ status }: { status: keyof ReturnType<typeof common>["statuses"] }) {
  return <span class={`status status-${status.toLowerCase()}`}>{common().statuses[status]}</span>;
}
