// A new deal of the board's process.
import { useState } from "preact/hooks";

import { change } from "../api/use";
import { Dialog } from "../parts/dialog";
import { Field } from "../parts/field";
import { FormBody, useForm } from "../parts/form";
import { told } from "../parts/toast";
import { valueOf, WorthFields } from "../parts/worth";
import { go } from "../router";
import { board as texts } from "../texts/board";
import { CreateDealDocument, type BoardQuery, type Visibility } from "./__generated__/graphql";
import type { Board } from "./state";

const CURRENCY = "waypost:look:currency";
const FIELDS = ["title", "amount", "currency"];

interface Props {
  board: Board;
  process: NonNullable<BoardQuery["process"]>;
  onClose: () => void;
}

export function NewDeal({ board, process, onClose }: Props) {
  const t = texts();
  const [title, setTitle] = useState("");
  const [worth, setWorth] = useState({ amount: "", currency: usualCurrency(board) });
  const [visibility, setVisibility] = useState<Visibility>("EVERYONE");
  const form = useForm();

  const create = async () => {
    const input = { processId: process.id, title, value: valueOf(worth), visibility };
    const made = await form.send(() => change(CreateDealDocument, { input }, { quiet: true }));
    const deal = made?.deal;
    if (!deal) return;
    localStorage.setItem(CURRENCY, worth.currency);
    board.place(deal, true);
    told(t.created(deal.title), { label: t.open, run: () => go(`deals/${deal.id}`) });
    onClose();
  };

  return (
    <Dialog title={t.newDeal} onClose={onClose}>
      <FormBody form={form} fields={FIELDS} onSubmit={() => void create()} onClose={onClose} act={t.create}>
        <Field label={t.dealTitle} wrong={form.about("title")}>
          <input
            required
            maxLength={200}
            autoFocus
            value={title}
            onInput={(event) => setTitle(event.currentTarget.value)}
          />
        </Field>
        <WorthFields worth={worth} onInput={setWorth} form={form} names={t} />
        <Field label={t.visibility}>
          <select value={visibility} onChange={(event) => setVisibility(event.currentTarget.value as Visibility)}>
            <option value="EVERYONE">{t.everyone}</option>
            <option value="PARTICIPANTS">{t.participants}</option>
          </select>
        </Field>
      </FormBody>
    </Dialog>
  );
}

/** The currency that was given last, else that of the deals that are shown. */
function usualCurrency(board: Board): string {
  const shown = board.columns.peek().flatMap(({ sums }) => sums.peek().values);
  return localStorage.getItem(CURRENCY) ?? shown[0]?.currency ?? "PLN";
}
