// A deal's own fields.
import { useState } from "preact/hooks";

import { change, type Refusal } from "../api/use";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Field } from "../parts/field";
import { plainAmount } from "../parts/amount";
import { Reasons } from "../parts/reasons";
import { PeoplePicker } from "../people/picker";
import { common } from "../texts/common";
import { deal as texts } from "../texts/deal";
import { UpdateDealDocument, type UpdateDealInput, type Visibility } from "./__generated__/graphql";
import type { Deal } from "./screen";

const FIELDS = ["title", "amount", "currency", "ownerId", "visibility"];

export function Edit({ deal: now, onClose }: { deal: Deal; onClose: () => void }) {
  const t = texts();
  // What it was when the dialog opened: only what was changed here is sent, so that what others change stays.
  const [deal] = useState(now);
  const [title, setTitle] = useState(deal.title);
  const [amount, setAmount] = useState(deal.value ? String(deal.value.amount) : "");
  const [currency, setCurrency] = useState(deal.value?.currency ?? "PLN");
  const [owner, setOwner] = useState(deal.owner);
  const [visibility, setVisibility] = useState<Visibility>(deal.visibility);
  const [refusals, setRefusals] = useState<Refusal[]>([]);
  const [busy, setBusy] = useState(false);
  const about = (name: string) => refusals.find(({ path }) => path?.includes(name))?.message;
  const others = refusals.filter(({ path }) => !path?.some((name) => FIELDS.includes(name)));

  const save = async () => {
    setBusy(true);
    const value = amount.trim() ? { amount: plainAmount(amount), currency: currency.trim().toUpperCase() } : null;
    const isSame =
      value?.amount === (deal.value ? String(deal.value.amount) : undefined) &&
      value?.currency === deal.value?.currency;
    const input: UpdateDealInput = {
      dealId: deal.id,
      ...(title !== deal.title && { title }),
      ...(!isSame && { value }),
      ...(owner.id !== deal.owner.id && { ownerId: owner.id }),
      ...(visibility !== deal.visibility && { visibility }),
    };
    const changed = await change(UpdateDealDocument, { input }, { quiet: true });
    setBusy(false);
    if (!changed) return;
    setRefusals(changed.refusals);
    if (changed.refusals.length === 0) onClose();
  };

  return (
    <Dialog title={t.editTitle} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Field label={t.name} wrong={about("title")}>
          <input required maxLength={200} value={title} onInput={(event) => setTitle(event.currentTarget.value)} />
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
        <div class="field">
          <span class="field-name">
            {t.owner}: {owner.name}
          </span>
          <PeoplePicker label={t.changeOwner} without={[owner.id]} onPick={setOwner} />
          {about("ownerId") && (
            <p class="field-wrong" role="alert">
              {about("ownerId")}
            </p>
          )}
        </div>
        <Field label={t.visibility} wrong={about("visibility")}>
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
            {common().save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
