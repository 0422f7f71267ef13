// A webhook: what it is told of, how it does, and what can be done with it.
import { useState } from "preact/hooks";

import { change, said, useQuery } from "../api/use";
import { ago, moment } from "../language";
import { ActButton } from "../parts/button";
import { Confirm } from "../parts/confirm";
import { Dialog } from "../parts/dialog";
import { Icon } from "../parts/icon";
import { Failed, Loading, NotHere } from "../parts/show";
import { useTitle } from "../parts/title";
import { told } from "../parts/toast";
import { go } from "../router";
import { admin } from "../texts/admin";
import {
  DeleteWebhookDocument,
  OneWebhookDocument,
  ReplayDocument,
  RotateSecretDocument,
  TestWebhookDocument,
  UpdateWebhookDocument,
  type HookFragment,
  type TestWebhookMutation,
} from "./__generated__/graphql";
import { Code, Deliveries } from "./deliveries";
import { isNoId } from "./member";
import { Once } from "./once";
import { WebhookForm } from "./webhook-form";
import { StateTag } from "./webhooks";

export function WebhookPage({ id }: { id: string }) {
  const { data, error, again } = useQuery(OneWebhookDocument, { id });
  const [round, setRound] = useState(0);
  const webhook = data?.webhook;
  useTitle(webhook?.name);
  if (!webhook) return error && !isNoId(error) ? <Failed text={said(error)} again={again} /> : data || error ? <NotHere /> : <Loading />;
  const refresh = () => {
    again();
    setRound((round) => round + 1);
  };
  return (
    <>
      <header class="card admin-head">
        <a class="admin-back" href="admin/webhooks">
          <Icon name="left" />
          {admin().rooms.webhooks}
        </a>
        <Facts webhook={webhook} />
        <Acts webhook={webhook} refresh={refresh} />
      </header>
      <Deliveries id={webhook.id} may={webhook.manage} round={round} refresh={refresh} />
    </>
  );
}

function Facts({ webhook }: { webhook: HookFragment }) {
  const t = admin();
  const { name, url, state, stoppedAt, failingSince, oldSecretUntil, events, processes, member, document } = webhook;
  const all = { events: events?.map((kind) => t.eventKinds[kind] ?? kind).join(", "), processes: processes?.map(({ name }) => name).join(", ") };
  return (
    <>
      <h1>{name}</h1>
      <p class="admin-tags">
        <StateTag state={state} />
        {stoppedAt && <span class="tag">{t.stopped(ago(stoppedAt))}</span>}
        {failingSince && <span class="tag tag-bad">{t.failing(ago(failingSince))}</span>}
      </p>
      <dl class="facts">
        <dt>{t.url}</dt>
        <dd>
          <code>{url}</code>
        </dd>
        <dt>{t.events}</dt>
        <dd>{all.events ?? t.allEvents}</dd>
        <dt>{t.processes}</dt>
        <dd>{all.processes ?? t.allProcesses}</dd>
        <dt>{t.asWhom}</dt>
        <dd>{member.name}</dd>
        {document && (
          <>
            <dt>{t.document}</dt>
            <dd>
              <Code text={document} label={t.document} />
            </dd>
          </>
        )}
      </dl>
      {oldSecretUntil && <p class="soft">{t.oldSecret(moment(oldSecretUntil))}</p>}
    </>
  );
}

type Asked = "edit" | "rotate" | "replay" | "delete" | null;

function Acts({ webhook, refresh }: { webhook: HookFragment; refresh: () => void }) {
  const t = admin();
  const [asked, setAsked] = useState<Asked>(null);
  const [secret, setSecret] = useState<string>();
  const { id: webhookId, name, state, manage } = webhook;
  const close = () => setAsked(null);
  const runs = state === "ACTIVE" || state === "MEMBER_INACTIVE";
  const pause = async () => {
    await change(UpdateWebhookDocument, { input: { webhookId, active: !runs } });
    refresh();
  };
  return (
    <div class="admin-acts">
      <Test webhookId={webhookId} may={manage} />
      <ActButton permission={manage} onAct={() => setAsked("edit")}>
        {t.edit}
      </ActButton>
      <ActButton permission={manage} onAct={() => void pause()}>
        {runs ? t.pause : t.resume}
      </ActButton>
      <ActButton permission={manage} onAct={() => setAsked("replay")}>
        {t.replay}
      </ActButton>
      <ActButton permission={manage} onAct={() => setAsked("rotate")}>
        {t.rotate}
      </ActButton>
      <ActButton kind="danger" permission={manage} onAct={() => setAsked("delete")}>
        {t.deleteIt}
      </ActButton>
      {asked === "edit" && <WebhookForm webhook={webhook} onClose={close} onSaved={() => told(t.saved)} />}
      {asked === "replay" && (
        <Confirm
          title={t.replayTitle}
          act={t.replay}
          run={() => change(ReplayDocument, { input: { webhookId, after: null } }, { quiet: true })}
          onDone={() => (told(t.replaying), refresh())}
          onClose={close}
        >
          <p>{t.replayAll}</p>
        </Confirm>
      )}
      {asked === "rotate" && (
        <Confirm
          title={t.rotate}
          act={t.rotate}
          run={() => change(RotateSecretDocument, { input: { webhookId } }, { quiet: true })}
          onDone={(payload) => setSecret(payload.secret ?? undefined)}
          onClose={close}
        >
          <p>{t.rotateMeans}</p>
        </Confirm>
      )}
      {asked === "delete" && (
        <Confirm
          title={t.deleteTitle(name)}
          act={t.deleteIt}
          run={() => change(DeleteWebhookDocument, { input: { webhookId } }, { quiet: true })}
          onDone={() => (told(t.deleted(name)), go("admin/webhooks"))}
          onClose={close}
        >
          <p>{t.deleteMeans}</p>
        </Confirm>
      )}
      {secret && <Once title={name} secrets={[[t.secret, secret]]} onClose={() => setSecret(undefined)} />}
    </div>
  );
}

type Trial = NonNullable<TestWebhookMutation["testWebhook"]["trial"]>;

function Test({ webhookId, may }: { webhookId: string; may: HookFragment["manage"] }) {
  const t = admin();
  const [trial, setTrial] = useState<Trial | null>(null);
  const [busy, setBusy] = useState(false);
  const test = async () => {
    if (busy) return;
    setBusy(true);
    const changed = await change(TestWebhookDocument, { input: { webhookId } });
    setBusy(false);
    setTrial(changed?.payload.trial ?? null);
  };
  return (
    <>
      <ActButton kind="main" permission={may} onAct={() => void test()}>
        {t.test}
      </ActButton>
      {trial && (
        <Dialog wide title={t.testTitle} onClose={() => setTrial(null)}>
          <p class={trial.taken ? "tried tried-well" : "tried"}>
            <Icon name={trial.taken ? "check" : "warn"} /> {trial.taken ? t.taken : t.notTaken}{" "}
            {trial.status === null ? t.noAnswer(trial.error ?? "", trial.tookMs) : t.answered(trial.status ?? 0, trial.tookMs)}
          </p>
          <Code label={t.headers} text={`webhook-id: ${trial.webhookId}\nwebhook-timestamp: ${trial.webhookTimestamp}\nwebhook-signature: ${trial.webhookSignature}`} />
          <Code label={t.request} text={trial.request} />
          {trial.status !== null && <Code label={t.answer} text={trial.answer || t.emptyAnswer} />}
        </Dialog>
      )}
    </>
  );
}
