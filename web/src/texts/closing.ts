// The words of closing a deal.
import { plural, texts } from "../language";

const en = {
  WON: { title: "Close as won", act: "Mark as won" },
  LOST: { title: "Close as lost", act: "Mark as lost" },
  OUTDATED: { title: "Close as outdated", act: "Mark as outdated" },
  reason: "Reason",
  choose: "Choose a reason",
  comment: "Comment",
  reopen: "Reopen",
  reopenTitle: "Reopen the deal",
  reopenMore: "It is open again, with everything that was done.",
  did: {
    WON: (title: string) => `“${title}” is won.`,
    LOST: (title: string) => `“${title}” is lost.`,
    OUTDATED: (title: string) => `“${title}” is outdated.`,
  },
  tasksLeft: (count: number) => plural(count, `${count} task is still to be done.`, `${count} tasks are still to be done.`, `${count} tasks are still to be done.`),
  toTasks: "Show them",
};

const pl: typeof en = {
  WON: { title: "Zamknij jako wygraną", act: "Oznacz jako wygraną" },
  LOST: { title: "Zamknij jako przegraną", act: "Oznacz jako przegraną" },
  OUTDATED: { title: "Zamknij jako nieaktualną", act: "Oznacz jako nieaktualną" },
  reason: "Powód",
  choose: "Wybierz powód",
  comment: "Komentarz",
  reopen: "Otwórz ponownie",
  reopenTitle: "Otwórz szansę ponownie",
  reopenMore: "Szansa znowu jest otwarta, ze wszystkim, co wykonano.",
  did: {
    WON: (title) => `Szansa „${title}” jest wygrana.`,
    LOST: (title) => `Szansa „${title}” jest przegrana.`,
    OUTDATED: (title) => `Szansa „${title}” jest nieaktualna.`,
  },
  tasksLeft: (count) =>
    plural(count, `Zostało ${count} zadanie do wykonania.`, `Zostały ${count} zadania do wykonania.`, `Zostało ${count} zadań do wykonania.`),
  toTasks: "Pokaż",
};

export const closing = texts({ en, pl });
