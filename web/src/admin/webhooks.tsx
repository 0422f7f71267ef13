// The programs that are told what happens.
import { useState } from "preact/hooks";

import { said, useQuery } from "../api/use";
import { ago } from "../language";
import { useLookAgain } from "../parts/again";
import { ActButton } from "../parts/button";
import { Empty, Failed, Loading } from "../parts/show";
import { go } from "../router";
import { admin } from "../texts/admin";
import { WebhooksDocument, type HookFragment } from "./__generated__/graphql";
import { Once } from "./once";
import { WebhookForm } from "./webhook-form";

export function Webhooks() {
  const t = admin();
  const { data, error, again } = useQuery(WebhooksDocument, {});
  useLookAgain(again);
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<{ id: string; name: string; secret: string }>();
  if (!data) return error ? <Failed text={said(error)} again={again} /> : <Loading />;
  return (
    <>
      <header class="rows-head">
        <h1>{t.rooms.webhooks}</h1>
        <ActButton kind="main" icon="plus" permission={data.viewer.permissions.createWebhook} onAct={() => setAdding(true)}>
          {t.addWebhook}
        </ActButton>
      </header>
      {data.webhooks.length === 0 ? (
        <Empty icon="code" title={t.noWebhooks}>
          <p>{t.webhooksMore}</p>
        </Empty>
      ) : (
        <>
          <p class="soft admin-about">{t.webhooksMore}</p>
          <ul class="card rows">
            {data.webhooks.map((webhook) => (
              <Row key={webhook.id} webhook={webhook} />
            ))}
          </ul>
        </>
      )}
      {adding && (
        <WebhookForm
          onClose={() => setAdding(false)}
          onSaved={({ id, name }, secret) => {
            again();
            if (secret) setMade({ id, name, secret });
          }}
        />
      )}
      {made && <Once title={made.name} secrets={[[t.secret, made.secret]]} onClose={() => (setMade(undefined), go(`admin/webhooks/${made.id}`))} />}
    </>
  );
}

function Row({ webhook: { id, name, url, state, failingSince, member } }: { webhook: HookFragment }) {
  const t = admin();
  return (
    <li>
      <div class="row-body">
        <p class="row-name">
          <a href={`admin/webhooks/${id}`}>{name}</a>
          <StateTag state={state} />
          {failingSince && <span class="tag tag-bad">{t.failing(ago(failingSince))}</span>}
        </p>
        <p class="row-more">
          <span>{url}</span>
          <span>{member.name}</span>
        </p>
      </div>
    </li>
  );
}

export function StateTag({ state }: { state: HookFragment["state"] }) {
  return <span class={state === "ACTIVE" ? "tag tag-good" : "tag tag-warm"}>{admin().states[state]}</span>;
}
