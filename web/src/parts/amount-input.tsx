// A field for an amount: whoever types one that could be two is asked to say which before anything is sent.
import { useEffect, useRef } from "preact/hooks";

import { language } from "../language";
import { common } from "../texts/common";
import { plainAmount } from "./amount";

interface Props {
  value: string;
  onInput: (typed: string) => void;
}

/** What else is given, such as by a `Field`, is the input's. */
export function AmountInput({ value, onInput, ...rest }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const isUnclear = value.trim() !== "" && plainAmount(value, language.value) === null;
  const wrong = isUnclear ? common().unclearAmount : "";
  useEffect(() => field.current?.setCustomValidity(wrong), [wrong]);
  return (
    <input
      {...(rest as object)}
      ref={field}
      inputMode="decimal"
      value={value}
      onInput={(event) => onInput(event.currentTarget.value)}
    />
  );
}
