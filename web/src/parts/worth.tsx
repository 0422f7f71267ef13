// What a deal is worth, as people type it: two fields in a row.
import { language } from "../language";
import { plainAmount } from "./amount";
import { AmountInput } from "./amount-input";
import { Field } from "./field";
import type { Form } from "./form";

export interface Worth {
  amount: string;
  currency: string;
}

/** As the API takes it; null when there is no amount. */
export const valueOf = ({ amount, currency }: Worth): { amount: string; currency: string } | null =>
  amount.trim() ? { amount: meant(amount), currency: currency.trim().toUpperCase() } : null;

const meant = (typed: string): string => plainAmount(typed, language.value) ?? typed;

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
        <AmountInput value={worth.amount} onInput={(amount) => onInput({ ...worth, amount })} />
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
