// What a deal is worth, as people type it: two fields in a row.
import { plainAmount } from "./amount";
import { Field } from "./field";
import type { Form } from "./form";

export interface Worth {
  amount: string;
  currency: string;
}

/** As the API takes it; null when there is no amount. */
export const valueOf = ({ amount, currency }: Worth): { amount: string; currency: string } | null =>
  amount.trim() ? { amount: plainAmount(amount), currency: currency.trim().toUpperCase() } : null;

interface Props {
  worth: Worth;
  onInput: (worth: Worth) => void;
  form: Form;
  names: { value: string; currency: string };
}

export function WorthFields({ worth, onInput, form: { about }, names }: Props) {
  return (
    <div class="form-row">
      <Field label={names.value} optional wrong={about("amount")}>
        <input
          inputMode="decimal"
          pattern="[0-9\s.,]*"
          value={worth.amount}
          onInput={(event) => onInput({ ...worth, amount: event.currentTarget.value })}
        />
      </Field>
      <Field label={names.currency} wrong={about("currency")}>
        <input
          maxLength={3}
          size={4}
          value={worth.currency}
          onInput={(event) => onInput({ ...worth, currency: event.currentTarget.value })}
        />
      </Field>
    </div>
  );
}
