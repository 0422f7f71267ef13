// A deal's own fields.
import { useState } from "preact/hooks";

import { change } from "../api/use";
import { language } from "../language";
import { typedAmount } from "../parts/amount";
import { Dialog } from "../parts/dialog";
import { Field } from "../parts/field";
import { FormBody, useForm } from "../parts/form";
import { valueOf, WorthFields } from "../parts/worth";
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
  const [worth, setWorth] = useState({
    amount: deal.value ? typedAmount(String(deal.value.amount), language.value) : "",
    currency: deal.value?.currency ?? "PLN",
  });
  const [owner, setOwner] = useState(deal.owner);
  const [visibility, setVisibility] = useState<Visibility>(deal.visibility);
  const form = useForm();

  const save = async () => {
    const value = valueOf(worth);
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
    if (await form.send(() => change(UpdateDealDocument, { input }, { quiet: true }))) onClose();
  };

  return (
    <Dialog title={t.editTitle} onClose={onClose}>
      <FormBody form={form} fields={FIELDS} onSubmit={() => void save()} onClose={onClose} act={common().save}>
        <Field label={t.name} wrong={form.about("title")}>
          <input required maxLength={200} value={title} onInput={(event) => setTitle(event.currentTarget.value)} />
        </Field>
        <WorthFields worth={worth} onInput={setWorth} form={form} names={t} />
        <div class="field">
          <span class="field-name">
            {t.owner}: {owner.name}
          </span>
          <PeoplePicker label={t.changeOwner} without={[owner.id]} onPick={setOwner} />
          {form.about("ownerId") && (
            <p class="field-wrong" role="alert">
              {form.about("ownerId")}
            </p>
          )}
        </div>
        <Field label={t.visibility} wrong={form.about("visibility")}>
          <select value={visibility} onChange={(event) => setVisibility(event.currentTarget.value as Visibility)}>
            <option value="EVERYONE">{t.everyone}</option>
            <option value="PARTICIPANTS">{t.participants}</option>
          </select>
        </Field>
      </FormBody>
    </Dialog>
  );
}
