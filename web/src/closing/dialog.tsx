// Asks why a deal is closed, with the reasons that its status has, and closes it.
import { useState } from "preact/hooks";

import { change, said, useQuery, type Changed } from "../api/use";
import { Dialog } from "../parts/dialog";
import { Field } from "../parts/field";
import { FormBody, useForm } from "../parts/form";
import { Failed, Loading } from "../parts/show";
import { announce, told } from "../parts/toast";
import { go, place } from "../router";
import { closing } from "../texts/closing";
import { common } from "../texts/common";
import {
  CloseReasonsDocument,
  type ClosedFragment,
  LoseDealDocument,
  OutdateDealDocument,
  WinDealDocument,
  type ClosingStatus,
  type LoseDealInput,
  type OutdateDealInput,
  type WinDealInput,
} from "./__generated__/graphql";

type Close = WinDealInput & LoseDealInput & OutdateDealInput;

const CLOSE: Record<ClosingStatus, (input: Close) => Promise<Changed<{ deal: ClosedFragment | null }> | null>> = {
  WON: (input) => change(WinDealDocument, { input }, { quiet: true }),
  LOST: (input) => change(LoseDealDocument, { input }, { quiet: true }),
  OUTDATED: (input) => change(OutdateDealDocument, { input }, { quiet: true }),
};

export type { ClosingStatus };

interface Props {
  id: string;
  status: ClosingStatus;
  onClose: () => void;
}

export function ClosingDialog({ id, status, onClose }: Props) {
  const t = closing();
  const { data, error, again } = useQuery(CloseReasonsDocument, { id, status });
  const [reasonId, setReason] = useState("");
  const [comment, setComment] = useState("");
  const form = useForm();
  const deal = data?.deal;
  const close = async () => {
    const input = { dealId: id, reasonId: reasonId || null, comment: comment.trim() || null };
    const closed = await form.send(() => CLOSE[status](input));
    if (!closed) return;
    onClose();
    say(status, deal?.title ?? "", id, closed.deal?.left.totalCount ?? 0);
  };
  return (
    <Dialog title={t[status].title} onClose={onClose}>
      {!deal ? (
        error || data ? <Failed text={error ? said(error) : common().notHere} again={again} level={3} /> : <Loading />
      ) : (
        <FormBody
          form={form}
          fields={["reasonId", "comment"]}
          act={t[status].act}
          kind={status === "WON" ? "main" : "danger"}
          onSubmit={() => void close()}
          onClose={onClose}
        >
          <p class="soft">{deal.title}</p>
          {deal.closeReasons.length > 0 && (
            <Field label={t.reason} wrong={form.about("reasonId")}>
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
          <Field label={t.comment} optional wrong={form.about("comment")}>
            <textarea value={comment} onInput={(event) => setComment(event.currentTarget.value)} />
          </Field>
        </FormBody>
      )}
    </Dialog>
  );
}

/** Says that it is done: where the deal's page does not show it, with the way to what is left to do there. */
function say(status: ClosingStatus, title: string, id: string, left: number): void {
  const t = closing();
  const done = t.did[status](title);
  if (place.peek().parts[1] === id) return announce(done);
  if (left === 0) return told(done);
  told(`${done} ${t.tasksLeft(left)}`, { label: t.toTasks, run: () => go(`deals/${id}`) });
}
