// What has to be said in passing: that something failed and why, or that something happened.
import { signal } from "@preact/signals";

import { common } from "../texts/common";
import { Icon } from "./icon";

interface Toast {
  id: number;
  kind: "failed" | "told";
  text: string;
  /** What it is about: once that is settled, it is said no more. */
  about?: string | undefined;
  /** When it was said, in milliseconds since 1970. */
  since: number;
  act?: { label: string; run: () => void } | undefined;
}

/** That the server could not be reached is about this. */
export const SERVER = "server";

/** How long something is said that nobody has to close, in milliseconds. */
const TO_READ = 8_000;

const toasts = signal<Toast[]>([]);
let last = 0;

/** Says that something failed, until it is closed, or what it is about is settled. */
export function failed(text: string, about?: string): void {
  show({ kind: "failed", text, about: text === common().unreachable ? SERVER : about });
}

/** Says something for a few seconds, with something to do about it, if there is. */
export function told(text: string, act?: Toast["act"], about?: string): void {
  const id = show({ kind: "told", text, act, about });
  setTimeout(() => hide(id), TO_READ);
}

/** What was said to have failed has worked by now, or is tried again. */
export function settled(about: string): void {
  const isTrue = (toast: Toast) => toast.kind === "told" || toast.about !== about;
  if (!toasts.peek().every(isTrue)) toasts.value = toasts.peek().filter(isTrue);
}

/**
 * The server was reached: that it could not be is said no more, but long enough to be read. What had failed then was
 * not done, and the connection may be back in a moment.
 */
export function reached(): void {
  for (const { id, about, since } of toasts.peek()) {
    if (about === SERVER) setTimeout(() => hide(id), since + TO_READ - Date.now());
  }
}

const announced = signal("");

/** Says something to whoever does not see what has just happened on the screen. */
export function announce(text: string): void {
  announced.value = text;
}

function show(toast: Omit<Toast, "id" | "since">): number {
  const id = ++last;
  const isSaidAnew = ({ text, kind, about }: Toast) =>
    text === toast.text || (kind === "told" && about !== undefined && about === toast.about);
  const others = toasts.peek().filter((other) => !isSaidAnew(other));
  toasts.value = [...others, { ...toast, id, since: Date.now() }].slice(-4);
  return id;
}

function hide(id: number): void {
  toasts.value = toasts.peek().filter((toast) => toast.id !== id);
}

/** How many dialogs are open: what is outside of the last one cannot be reached, so toasts are in it then. */
export const dialogs = signal(0);

export function Toasts() {
  return (
    <>
      <p class="hidden" role="status">
        {announced.value}
      </p>
      <div class="toasts" role="log" aria-live="polite" aria-relevant="additions">
        {toasts.value.map((toast) => (
          <div key={toast.id} class={`toast toast-${toast.kind}`} role={toast.kind === "failed" ? "alert" : undefined}>
            <Icon name={toast.kind === "failed" ? "warn" : "info"} />
            <p>{toast.text}</p>
            {toast.act && (
              <button
                class="button-quiet"
                onClick={() => {
                  hide(toast.id);
                  toast.act?.run();
                }}
              >
                {toast.act.label}
              </button>
            )}
            <button class="button-icon" aria-label={common().close} onClick={() => hide(toast.id)}>
              <Icon name="close" />
            </button>
          </div>
        ))}
      </div>
    </>
  );
}
