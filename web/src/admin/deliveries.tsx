// What is on its way to a webhook, and what came of it.
import { useState } from "preact/hooks";

import { change } from "../api/use";
import { ago, moment } from "../language";
import { useLookAgain } from "../parts/again";
import { ActButton, type Allowed, Button } from "../parts/button";
import { Confirm } from "../parts/confirm";
import { Pages } from "../parts/pages";
import { told } from "../parts/toast";
import { admin } from "../texts/admin";
import { DeliveriesDocument, RedeliverDocument, ReplayDocument, type DeliveryFragment, type DeliveryState } from "./__generated__/graphql";

const STATES: DeliveryState[] = ["PENDING", "SENT", "DEAD", "CANCELLED"];

/** How often it is asked what became of what waits: the API has no feed of it. */
const OFTEN = 5_000;

interface Props {
  id: string;
  may: Allowed;
  round: number;
  refresh: () => void;
}

export function Deliveries({ id, may, round, refresh }: Props) {
  const t = admin();
  const [state, setState] = useState<DeliveryState | "">("");
  useLookAgain(refresh, OFTEN);
  return (
    <section class="rows-part" aria-labelledby="deliveries">
      <header>
        <h2 id="deliveries">{t.deliveries}</h2>
        <select class="input admin-state" aria-label={t.deliveryState} value={state} onChange={(event) => setState(event.currentTarget.value as DeliveryState | "")}>
          <option value="">{t.anyState}</option>
          {STATES.map((state) => (
            <option key={state} value={state}>
              {t.deliveryStates[state]}
            </option>
          ))}
        </select>
        <Button onClick={refresh}>{t.refresh}</Button>
      </header>
      <Pages
        document={DeliveriesDocument}
        variables={{ id, states: state ? [state] : null }}
        round={round}
        pick={({ webhook }) => webhook?.deliveries}
        none={<p class="card rows-none">{state ? t.noDeliveriesOfState : t.noDeliveries}</p>}
        show={(deliveries) => (
          <ul class="card rows">
            {deliveries.map((delivery) => (
              <Row key={delivery.id} delivery={delivery} webhookId={id} may={may} refresh={refresh} />
            ))}
          </ul>
        )}
      />
    </section>
  );
}

const TAGS: Record<DeliveryState, string> = { PENDING: "tag", SENT: "tag tag-good", DEAD: "tag tag-bad", CANCELLED: "tag tag-warm" };

function Row({ delivery, webhookId, may, refresh }: { delivery: DeliveryFragment; webhookId: string; may: Allowed; refresh: () => void }) {
  const t = admin();
  const { id, state, event, deal, attempts, attemptedAt, createdAt, nextAttemptAt, lastError } = delivery;
  const [replaying, setReplaying] = useState(false);
  const again = async () => {
    const changed = await change(RedeliverDocument, { input: { deliveryId: id } });
    if (changed?.refusals.length === 0) told(t.redelivering);
    refresh();
  };
  const at = attemptedAt ?? createdAt;
  return (
    <li class="row-folds">
      <div class="row-body">
        <p class="row-name">
          <span class={TAGS[state]}>{t.deliveryStates[state]}</span> {event.summary}
        </p>
        <p class="row-more">
          <span>
            <a href={`deals/${deal.id}`}>{deal.title}</a>
          </span>
          <time dateTime={at} title={moment(at)}>
            {ago(at)}
          </time>
          <span>{t.attempts(attempts)}</span>
          {nextAttemptAt && <span>{t.nextAttempt(moment(nextAttemptAt))}</span>}
        </p>
        {lastError && <p class="admin-error">{lastError}</p>}
        {delivery.request && <Details delivery={delivery} />}
      </div>
      <div class="row-acts">
        <ActButton kind="quiet" permission={may} onAct={() => void again()} aria-label={`${t.redeliver}: ${event.summary}`}>
          {t.redeliver}
        </ActButton>
        <ActButton kind="quiet" permission={may} onAct={() => setReplaying(true)} aria-label={`${t.replayHere}: ${event.summary}`}>
          {t.replayHere}
        </ActButton>
      </div>
      {replaying && (
        <Confirm
          title={t.replayHere}
          act={t.replay}
          run={() => change(ReplayDocument, { input: { webhookId, after: delivery.cursor } }, { quiet: true })}
          onDone={() => (told(t.replaying), refresh())}
          onClose={() => setReplaying(false)}
        >
          <p>{t.replayHereMeans}</p>
        </Confirm>
      )}
    </li>
  );
}

function Details({ delivery: { request, status, answer, tookMs } }: { delivery: DeliveryFragment }) {
  const t = admin();
  return (
    <details class="admin-details">
      <summary>{t.details}</summary>
      {status !== null && status !== undefined && <p>{t.answered(status, tookMs ?? 0)}</p>}
      {request && <Code label={t.request} text={request} />}
      {status !== null && status !== undefined && <Code label={t.answer} text={answer || t.emptyAnswer} />}
    </details>
  );
}

/** A text of programs, with JSON as people read it; what is wide or long scrolls, by keyboard too. */
export function Code({ label, text }: { label: string; text: string }) {
  return (
    <figure class="code-box">
      <figcaption class="soft">{label}</figcaption>
      <pre tabIndex={0} role="region" aria-label={label}>
        {pretty(text)}
      </pre>
    </figure>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
