// What has to be said in passing: that something failed and why, or that something happened.
import { signal } from "@preact/signals";

import { common } from "../texts/common";
import { Icon } from "./icon";

interface Toast {
  id: number;
  kind: "failed" | "told";
  text: string;
  act?: { label: string; run: () => void };
}

const toasts = signal<Toast[]>([]);
let last = 0;

/** Says that something failed, until it is closed. */
export function failed(text: string): void {
  show({ kind: "failed", text });
}

/** Says something for a few seconds, with something to do about it, if there is. */
export function told(text: string, act?: Toast["act"]): void {
  const id = show({ kind: "told", text, act });
  setTimeout(() => hide(id), 8_000);
}

const announced = signal("");

/** Says something to whoever does not see what has just happened on the screen. */
export function announce(text: string): void {
  announced.value = text;
}

function show(toast: Omit<Toast, "id">): number {
  const id = ++last;
  const others = toasts.peek().filter(({ text }) => text !== toast.text);
  toasts.value = [...others, { ...toast, id }].slice(-4);
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
