// Somebody leaves: what it means, and who takes over their deals.
import { useState } from "preact/hooks";

import { change } from "../api/use";
import { Dialog } from "../parts/dialog";
import { FormBody, useForm, type Form } from "../parts/form";
import { told } from "../parts/toast";
import { PeoplePicker } from "../people/picker";
import { admin } from "../texts/admin";
import { DeactivateMemberDocument, TransferDealsDocument } from "./__generated__/graphql";
import type { Member } from "./member";

interface Props {
  member: Member;
  onClose: () => void;
}

interface Named {
  id: string;
  name: string;
}

const transfer = (from: string, to: string) => change(TransferDealsDocument, { input: { fromMemberId: from, toMemberId: to } }, { quiet: true });

export function Deactivate({ member, onClose }: Props) {
  const t = admin();
  const form = useForm();
  const [successor, setSuccessor] = useState<Named>();
  // Who may not be deactivated keeps their deals: they are handed over afterwards.
  const leave = async () => {
    const input = { memberId: member.id };
    if (!(await form.send(() => change(DeactivateMemberDocument, { input }, { quiet: true })))) return;
    told(t.deactivated(member.name));
    if (successor) {
      const payload = await form.send(() => transfer(member.id, successor.id));
      if (!payload) return;
      told(t.transferred(payload.count ?? 0));
    }
    onClose();
  };
  return (
    <Dialog title={t.deactivateTitle(member.name)} onClose={onClose}>
      <FormBody form={form} fields={["toMemberId"]} act={t.deactivate} kind="danger" onSubmit={() => void leave()} onClose={onClose}>
        <ul class="means">
          {t.deactivateMeans.split("\n").map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
        {member.openDealCount > 0 && (
          <div class="field">
            <strong>{t.ownsDeals(member.openDealCount)}</strong>
            <Successor form={form} member={member} chosen={successor} onPick={setSuccessor} />
          </div>
        )}
      </FormBody>
    </Dialog>
  );
}

export function Transfer({ member, onClose }: Props) {
  const t = admin();
  const form = useForm();
  const [to, setTo] = useState<Named>();
  const hand = async () => {
    if (!to) return form.refuse("toMemberId", t.chooseSomebody);
    const payload = await form.send(() => transfer(member.id, to.id));
    if (!payload) return;
    told(t.transferred(payload.count ?? 0));
    onClose();
  };
  return (
    <Dialog title={t.transferTitle(member.name)} onClose={onClose}>
      <FormBody form={form} fields={["toMemberId"]} act={t.transfer} onSubmit={() => void hand()} onClose={onClose}>
        <div class="field">
          <Successor form={form} member={member} chosen={to} onPick={setTo} />
        </div>
      </FormBody>
    </Dialog>
  );
}

function Successor({ form, member, chosen, onPick }: { form: Form; member: Member; chosen: Named | undefined; onPick: (member: Named) => void }) {
  const t = admin();
  const wrong = form.about("toMemberId");
  return (
    <>
      <span>
        {t.to}: {chosen?.name ?? <span class="soft">{t.nobodyYet}</span>}
      </span>
      <PeoplePicker label={t.successor} without={[member.id]} onPick={onPick} />
      {wrong && (
        <p class="field-wrong" role="alert">
          {wrong}
        </p>
      )}
    </>
  );
}
