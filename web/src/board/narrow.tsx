// The filters that have two ends: when deals were begun and closed, and what they are worth.
import type { CombinedError } from "@urql/core";
import { useState } from "preact/hooks";

import { ask, said, type Changed, type Refusal } from "../api/use";
import { language } from "../language";
import { plainAmount, typedAmount } from "../parts/amount";
import { AmountInput } from "../parts/amount-input";
import { Dialog } from "../parts/dialog";
import { Field } from "../parts/field";
import { FormBody, useForm, type Form } from "../parts/form";
import { filters } from "../texts/filters";
import { RangesDocument } from "./__generated__/graphql";
import { amountsOf, choose, chosen, endsOf, isAmounts, isSpan, spanOf } from "./filters";

const RANGES = ["created", "closed", "value"] as const;

type RangeName = (typeof RANGES)[number];

interface Range {
  from: string;
  to: string;
  currency: string;
}

type Ranges = Record<RangeName, Range>;

function rangeOf(text: string): Range {
  const [from = "", to = "", currency = ""] = endsOf(text);
  const typed = (plain: string) => (currency ? typedAmount(plain, language.value) : plain);
  return { from: typed(from), to: typed(to), currency };
}

/** As the address has it; empty where nothing is asked. */
function textOf({ from, to, currency }: Range, isDay = false): string {
  const meant = (typed: string) => (isDay ? typed : (plainAmount(typed, language.value) ?? ""));
  const text = `${meant(from)}..${meant(to)}${currency.trim().toUpperCase()}`;
  return text === ".." ? "" : text;
}

type Texts = Record<RangeName, string>;

/** Ranges whose ends are the wrong way round: the API refuses them, too, in the words of programs. */
function crossed(all: Texts): Refusal[] {
  const holds = { created: isSpan, closed: isSpan, value: isAmounts };
  const wrong = RANGES.filter((name) => all[name] && !holds[name](all[name]));
  return wrong.map((name) => ({ code: "", message: filters().crossed, path: [name] }));
}

/** Asks the API whether it takes them: nothing is chosen that it refuses, and what it says stands at the range. */
async function check(process: string, all: Texts): Promise<Changed<object> | null> {
  const refusals = crossed(all);
  if (refusals.length > 0) return { payload: {}, refusals };
  const { created, closed, value } = all;
  const asked = {
    process,
    created: created ? { created: spanOf(created) } : null,
    closed: closed ? { closed: spanOf(closed) } : null,
    value: value ? { value: amountsOf(value) } : null,
  };
  const told = ({ graphQLErrors }: CombinedError): Refusal[] =>
    graphQLErrors.map(({ message, path }) => ({ code: "", message, path: path?.map(String) ?? [] }));
  return ask(RangesDocument, asked).then(
    () => ({ payload: {}, refusals: [] }),
    (error: CombinedError) => {
      const refusals = told(error);
      return { payload: {}, refusals: refusals.length > 0 ? refusals : [{ code: "", message: said(error) }] };
    },
  );
}

export function FilterDialog({ process, onClose }: { process: string; onClose: () => void }) {
  const t = filters();
  const form = useForm();
  const now = chosen();
  const [ranges, setRanges] = useState<Ranges>({
    created: rangeOf(now.created),
    closed: rangeOf(now.closed),
    value: rangeOf(now.value),
  });
  const show = async () => {
    const all = { created: textOf(ranges.created, true), closed: textOf(ranges.closed, true), value: textOf(ranges.value) };
    if (!(await form.send(() => check(process, all)))) return;
    // Open deals are not closed at any time.
    const status = all.closed && now.status === "OPEN" ? "all" : now.status;
    choose({ ...all, status });
    onClose();
  };
  return (
    <Dialog title={t.title} onClose={onClose}>
      <FormBody form={form} fields={RANGES} act={t.act} onSubmit={() => void show()} onClose={onClose}>
        {RANGES.map((name) => (
          <RangeFields
            key={name}
            name={name}
            form={form}
            range={ranges[name]}
            onChange={(range) => setRanges({ ...ranges, [name]: range })}
          />
        ))}
      </FormBody>
    </Dialog>
  );
}

interface RangeProps {
  name: RangeName;
  form: Form;
  range: Range;
  onChange: (range: Range) => void;
}

/** Both ends of one range; what is wrong with it stands at the second. */
function RangeFields({ name, form, range, onChange }: RangeProps) {
  const t = filters();
  const isDay = name !== "value";
  const end = (which: "from" | "to") => {
    const value = range[which];
    const onInput = (typed: string) => onChange({ ...range, [which]: typed });
    return isDay ? (
      <input type="date" value={value} onInput={(event) => onInput(event.currentTarget.value)} />
    ) : (
      <AmountInput value={value} onInput={onInput} />
    );
  };
  return (
    <fieldset class="range">
      <legend>{t[name]}</legend>
      <div class="range-ends">
        <Field label={t.from}>{end("from")}</Field>
        <Field label={t.to} wrong={form.about(name)}>
          {end("to")}
        </Field>
        {!isDay && (
          <Field label={t.currency} hint={t.currencyHint}>
            <input
              required={Boolean(range.from || range.to)}
              pattern="\s*[A-Za-z]{3}\s*"
              size={4}
              value={range.currency}
              onInput={(event) => onChange({ ...range, currency: event.currentTarget.value })}
            />
          </Field>
        )}
      </div>
    </fieldset>
  );
}
