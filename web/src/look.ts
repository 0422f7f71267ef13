// How the screen looks: light or dark, as the system says unless one chooses.
import { effect, signal } from "@preact/signals";

export type Look = "system" | "light" | "dark";

const KEY = "waypost:look:theme";

const isLook = (text: string | null): text is Look => text === "light" || text === "dark";
const kept = localStorage.getItem(KEY);

export const look = signal<Look>(isLook(kept) ? kept : "system");

effect(() => {
  const chosen = look.value;
  if (chosen === "system") localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, chosen);
  document.documentElement.dataset.look = chosen;
});
