// The words of closing a deal.
import { texts } from "../language";

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
};

const pl = {
  WON: { title: "Zamknij jako wygraną", act: "Oznacz jako wygraną" },
  LOST: { title: "Zamknij jako przegraną", act: "Oznacz jako przegraną" },
  OUTDATED: { title: "Zamknij jako nieaktualną", act: "Oznacz jako nieaktualną" },
  reason: "Powód",
  choose: "Wybierz powód",
  comment: "Komentarz",
  reopen: "Otwórz ponownie",
  reopenTitle: "Otwórz szansę ponownie",
  reopenMore: "Szansa znowu jest otwarta, ze wszystkim, co wykonano.",
};

export const closing = texts({ en, pl });
