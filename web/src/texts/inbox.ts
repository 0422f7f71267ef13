// The words of the inbox.
import { texts } from "../language";

const en = {
  title: "Inbox",
  show: "What is shown",
  all: "All",
  unread: (count: number) => (count ? `Unread (${count})` : "Unread"),
  readAll: "Mark all as read",
  allRead: "All notifications are read.",
  read: (what: string) => `Mark as read: ${what}`,
  isUnread: "Unread",
  none: "Nothing yet",
  noneMore: "You are told here when an action is done that concerns you, and when a task becomes yours.",
  noneUnread: "You have read everything",
  spans: { today: "Today", yesterday: "Yesterday", week: "This week", earlier: "Earlier" },
  undone: "undone since",
  taskDone: "done meanwhile",
  taskDue: (day: string) => `due ${day}`,
  byMail: "What comes by e-mail, too",
  noMail: "This server sends no mail: you are told here only.",
  kinds: {
    ACTION_COMPLETED: "An action was done that I am told of",
    TASK_ASSIGNED: "A task is mine from now on",
    WEBHOOK_FAILED: "Something could not be delivered to a webhook",
  },
};

const pl = {
  title: "Skrzynka",
  show: "Co jest widoczne",
  all: "Wszystkie",
  unread: (count: number) => (count ? `Nieprzeczytane (${count})` : "Nieprzeczytane"),
  readAll: "Oznacz wszystkie jako przeczytane",
  allRead: "Wszystkie powiadomienia są przeczytane.",
  read: (what: string) => `Oznacz jako przeczytane: ${what}`,
  isUnread: "Nieprzeczytane",
  none: "Nie ma jeszcze żadnych powiadomień",
  noneMore: "Tutaj dowiesz się, że wykonano działanie, o którym chcesz wiedzieć, albo że przydzielono Ci zadanie.",
  noneUnread: "Wszystko przeczytane",
  spans: { today: "Dzisiaj", yesterday: "Wczoraj", week: "W tym tygodniu", earlier: "Wcześniej" },
  undone: "od tego czasu cofnięte",
  taskDone: "już wykonane",
  taskDue: (day: string) => `termin: ${day}`,
  byMail: "Co przychodzi także e-mailem",
  noMail: "Ten serwer nie wysyła e-maili: powiadomienia są tylko tutaj.",
  kinds: {
    ACTION_COMPLETED: "Wykonano działanie, o którym mam wiedzieć",
    TASK_ASSIGNED: "Przydzielono mi zadanie",
    WEBHOOK_FAILED: "Nie udało się czegoś dostarczyć do webhooka",
  },
};

export const inbox = texts({ en, pl });
