// The words of the filters that a dialog asks for.
import { texts } from "../language";

const en = {
  title: "More filters",
  created: "Begun",
  closed: "Closed",
  value: "Value",
  from: "From",
  to: "To",
  currency: "Currency",
  currencyHint: "Three letters, such as EUR.",
  crossed: "This is before where it begins.",
  act: "Show",
};

const pl = {
  title: "Więcej filtrów",
  created: "Rozpoczęte",
  closed: "Zamknięte",
  value: "Wartość",
  from: "Od",
  to: "Do",
  currency: "Waluta",
  currencyHint: "Trzy litery, na przykład PLN.",
  crossed: "To jest przed początkiem.",
  act: "Pokaż",
};

export const filters = texts({ en, pl });
