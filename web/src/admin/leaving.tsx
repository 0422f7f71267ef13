// Somebody leaves: what it means, and who takes over their deals and tasks.
import { useState } from "preact/hooks";

import { change, said, useQuery, type Changed } from "../api/use";
import { Dialog } from "../parts/dialog";
import { FormBody, useForm, type Form } from "../parts/form";
import { Failed, Loading } from "../parts/show";
import { told } from "../parts/toast";
import { PeoplePicker } from "../people/picker";
import { admin } from "../texts/admin";
import { DeactivateMemberDocument, DeactivationPreviewDocument, TransferDealsDocument, type DeactivationPreviewQuery, type TransferDealsMutation } from "./__generated__/graphql";
import type { Member } from "./member";

interface Props {
  member: Member;
  onClose: () => void;
}

interface Named {
  id: string;
  name: string;
}

type Handed = TransferDealsMutation["transferDeals"];

/** What is handed over: to whom, and whether tasks go along. */
function useHanding(member: Member) {
  const [to, pick] = useState<Named>();
  const [tasksToo, setTasksToo] = useState(true);
  const includeTasks = tasksToo && member.openTaskCount > 0;
  const send = (to: Named): Promise<Changed<Handed> | null> =>
    change(TransferDealsDocument, { input: { fromMemberId: member.id, toMemberId: to.id, includeTasks } }, { quiet: true });
  return { to, pick, tasksToo, setTasksToo, send };
}

type Handing = ReturnType<typeof useHanding>;

/** Says what went, and what stayed. */
function tell({ count, taskCount, tasksLeft }: Handed): void {
  const t = admin();
  const said = [t.transferred(count ?? 0), taskCount ? t.transferredTasks(taskCount) : "", tasksLeft ? t.tasksLeft(tasksLeft) : ""];
  told(said.filter(Boolean).join(" "));
}

const hasAny = (member: Member): boolean => member.openDealCount + member.openTaskCount > 0;

export function Deactivate({ member, onClose }: Props) {
  const t = admin();
  const form = useForm();
  const handing = useHanding(member);
  // Who may not be deactivated keeps their deals: they are handed over afterwards.
  const leave = async () => {
    const input = { memberId: member.id };
    if (!(await form.send(() => change(DeactivateMemberDocument, { input }, { quiet: true })))) return;
    told(t.deactivated(member.name));
    const { to, send } = handing;
    if (to) {
      const payload = await form.send(() => send(to));
      if (!payload) return;
      tell(payload);
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
        <Missed member={member} />
        {hasAny(member) && <HandOver form={form} member={member} handing={handing} />}
      </FormBody>
    </Dialog>
  );
}

export function Transfer({ member, onClose }: Props) {
  const t = admin();
  const form = useForm();
  const handing = useHanding(member);
  const hand = async () => {
    const { to, send } = handing;
    if (!to) return form.refuse("toMemberId", t.chooseSomebody);
    const payload = await form.send(() => send(to));
    if (!payload) return;
    tell(payload);
    onClose();
  };
  return (
    <Dialog title={t.transferTitle(member.name)} onClose={onClose}>
      <FormBody form={form} fields={["toMemberId"]} act={t.transferAct} onSubmit={() => void hand()} onClose={onClose}>
        <HandOver form={form} member={member} handing={handing} />
      </FormBody>
    </Dialog>
  );
}

function HandOver({ form, member, handing }: { form: Form; member: Member; handing: Handing }) {
  const t = admin();
  const { to, pick, tasksToo, setTasksToo } = handing;
  const { openDealCount: deals, openTaskCount: tasks } = member;
  return (
    <>
      <div class="field">
        <strong>{[deals > 0 && t.ownsDeals(deals), tasks > 0 && t.hasTasks(tasks)].filter(Boolean).join(" ")}</strong>
        <Successor form={form} member={member} chosen={to} onPick={pick} />
      </div>
      {tasks > 0 && (
        <label class="check">
          <input type="checkbox" checked={tasksToo} onChange={(event) => setTasksToo(event.currentTarget.checked)} />
          <span>{t.tasksToo}</span>
        </label>
      )}
    </>
  );
}

type Node = NonNullable<DeactivationPreviewQuery["node"]>;
type Impact = Extract<Node, { deactivationPreview: unknown }>["deactivationPreview"];

/** What nobody could do any more without them, before it is so. */
function Missed({ member }: { member: Member }) {
  const { data, error, again } = useQuery(DeactivationPreviewDocument, { id: member.id }, "network-only");
  const impact = data?.node && "deactivationPreview" in data.node ? data.node.deactivationPreview : undefined;
  if (!impact) return error ? <Failed text={said(error)} again={again} level={3} /> : <Loading />;
  return <ImpactView impact={impact} />;
}

function ImpactView({ impact: { actionCount, actionsWithoutPerformer: actions, unwinnableProcesses } }: { impact: Impact }) {
  const t = admin();
  if (actionCount === 0) return <p class="soft">{t.nobodyMissed}</p>;
  const processes = Map.groupBy(actions, ({ stage }) => stage.process.id);
  return (
    <div class="missed">
      <p>{t.onlyThey(actionCount)}</p>
      <ul>
        {[...processes].map(([id, actions]) => (
          <li key={id}>
            <a href={`processes/${id}`}>{actions[0]?.stage.process.name}</a>
            <ul>
              {actions.map(({ id, name, stage }) => (
                <li key={id}>{t.actionAt(name, stage.name)}</li>
              ))}
            </ul>
          </li>
        ))}
        {actionCount > actions.length && <li>{t.andMore(actionCount - actions.length)}</li>}
      </ul>
      {unwinnableProcesses.length > 0 && (
        <>
          <p>{t.unwinnable}</p>
          <ul>
            {unwinnableProcesses.map(({ id, name }) => (
              <li key={id}>{name}</li>
            ))}
          </ul>
        </>
      )}
      <p>{t.chooseOthers}</p>
    </div>
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
