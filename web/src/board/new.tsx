// A new deal of the board's process.
import { useState } from "preact/hooks";

import { change, type Refusal } from "../api/use";
import { plainAmount } from "../parts/amount";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Field } from "../parts/field";
import { Reasons } from "../parts/reasons";
import { told } from "../parts/toast";
import { go } from "../router";
import { board as texts } from "../texts/board";
import { common } from "../texts/common";
import { CreateDealDocument, type BoardQuery, type Visibility } from "./__generated__/graphql";
import type { Board } from "./state";

const CURRENCY = "waypost:look:currency";

interface Props {
  board: Board;
  process: NonNullable<BoardQuery["process"]>;
  onClose: () => void;
}

export function NewDeal({ board, process, onClose }: Props) {
  const t = texts();
  const [title, setTitle] = useState("");
  const [amount, setAmount] = useState("");
  const [currency, setCurrency] = useState(usualCurrency(board));
  const [visibility, setVisibility] = useState<Visibility>("EVERYONE");
  const [busy, setBusy] = useState(false);
  const [refusals, setRefusals] = useState<Refusal[]>([]);
  const FIELDS = ["title", "amount", "currency"];
  const about = (name: string) => refusals.find(({ path }) => path?.includes(name))?.message;
  const others = refusals.filter(({ path }) => !path?.some((name) => FIELDS.includes(name)));

  const create = async () => {
    setBusy(true);
    const value = amount.trim() ? { amount: plainAmount(amount), currency: currency.trim().toUpperCase() } : null;
    const changed = await change(
      CreateDealDocument,
      { input: { processId: process.id, title, value, visibility } },
      { quiet: true },
    );
    setBusy(false);
    const deal = changed?.payload.deal;
    if (changed) setRefusals(changed.refusals);
    if (!deal || changed.refusals.length > 0) return;
    localStorage.setItem(CURRENCY, currency);
    board.place(deal, true);
    told(t.created(deal.title), { label: t.open, run: () => go(`deals/${deal.id}`) });
    onClose();
  };

  return (
    <Dialog title={t.newDeal} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        <Field label={t.dealTitle} wrong={about("title")}>
          <input
            required
            maxLength={200}
            autoFocus
            value={title}
            onInput={(event) => setTitle(event.currentTarget.value)}
          />
        </Field>
        <div class="form-row">
          <Field label={t.value} optional wrong={about("amount")}>
            <input
              inputMode="decimal"
              pattern="[0-9\s.,]*"
              value={amount}
              onInput={(event) => setAmount(event.currentTarget.value)}
            />
          </Field>
          <Field label={t.currency} wrong={about("currency")}>
            <input
              maxLength={3}
              size={4}
              value={currency}
              onInput={(event) => setCurrency(event.currentTarget.value)}
            />
          </Field>
        </div>
        <Field label={t.visibility}>
          <select value={visibility} onChange={(event) => setVisibility(event.currentTarget.value as Visibility)}>
            <option value="EVERYONE">{t.everyone}</option>
            <option value="PARTICIPANTS">{t.participants}</option>
          </select>
        </Field>
        {others.length > 0 && (
          <div class="act-reasons" role="alert">
            <Reasons reasons={others} />
          </div>
        )}
        <div class="form-acts">
          <Button onClick={onClose}>{common().cancel}</Button>
          <Button type="submit" kind="main" busy={busy}>
            {t.create}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** The currency that was given last, else that of the deals that are shown. */
function usualCurrency(board: Board): string {
  const shown = board.columns.peek().flatMap(({ sums }) => sums.peek().values);
  return localStorage.getItem(CURRENCY) ?? shown[0]?.currency ?? "PLN";
}
