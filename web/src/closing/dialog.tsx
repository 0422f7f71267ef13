// Asks why a deal is closed, with the reasons that its status has, and closes it.
import { useState } from "preact/hooks";

import { change, useQuery, type Refusal } from "../api/use";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Field } from "../parts/field";
import { Loading } from "../parts/show";
import { Reasons } from "../parts/reasons";
import { closing } from "../texts/closing";
import { common } from "../texts/common";
import {
  CloseReasonsDocument,
  LoseDealDocument,
  OutdateDealDocument,
  WinDealDocument,
  type ClosingStatus,
  type LoseDealInput,
  type OutdateDealInput,
  type WinDealInput,
} from "./__generated__/graphql";

const CLOSE = {
  WON: (input: WinDealInput) => change(WinDealDocument, { input }, { quiet: true }),
  LOST: (input: LoseDealInput) => change(LoseDealDocument, { input }, { quiet: true }),
  OUTDATED: (input: OutdateDealInput) => change(OutdateDealDocument, { input }, { quiet: true }),
};

export type { ClosingStatus };

interface Props {
  id: string;
  status: ClosingStatus;
  onClose: () => void;
}

export function ClosingDialog({ id, status, onClose }: Props) {
  const t = closing();
  const { data } = useQuery(CloseReasonsDocument, { id, status });
  const [reasonId, setReason] = useState("");
  const [comment, setComment] = useState("");
  const [busy, setBusy] = useState(false);
  const [refusals, setRefusals] = useState<Refusal[]>([]);
  const deal = data?.deal;
  const about = (name: string) => refusals.find(({ path }) => path?.at(-1) === name)?.message;
  const others = refusals.filter(({ path }) => !["reasonId", "comment"].includes(path?.at(-1) ?? ""));

  const close = async () => {
    setBusy(true);
    const input = { dealId: id, reasonId: reasonId || null, comment: comment.trim() || null };
    const changed = await CLOSE[status](input);
    setBusy(false);
    if (changed?.refusals.length) setRefusals(changed.refusals);
    else onClose();
  };

  return (
    <Dialog title={t[status].title} onClose={onClose}>
      {!deal ? (
        <Loading />
      ) : (
        <form
          class="form"
          onSubmit={(event) => {
            event.preventDefault();
            void close();
          }}
        >
          <p class="soft">{deal.title}</p>
          {deal.closeReasons.length > 0 && (
            <Field label={t.reason} wrong={about("reasonId")}>
              <select required value={reasonId} onChange={(event) => setReason(event.currentTarget.value)}>
                <option value="">{t.choose}</option>
                {deal.closeReasons.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </select>
            </Field>
          )}
          <Field label={t.comment} optional wrong={about("comment")}>
            <textarea value={comment} onInput={(event) => setComment(event.currentTarget.value)} />
          </Field>
          {others.length > 0 && (
            <div class="act-reasons" role="alert">
              <Reasons reasons={others} />
            </div>
          )}
          <div class="form-acts">
            <Button onClick={onClose}>{common().cancel}</Button>
            <Button type="submit" kind={status === "WON" ? "main" : "danger"} busy={busy}>
              {t[status].act}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
