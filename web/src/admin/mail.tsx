// Mail that could not be delivered.
import { useState } from "preact/hooks";

import { change, useQuery } from "../api/use";
import { ago, moment } from "../language";
import { Button } from "../parts/button";
import { useNeighbour } from "../parts/focus";
import { Pages } from "../parts/pages";
import { Empty } from "../parts/show";
import { told } from "../parts/toast";
import { admin } from "../texts/admin";
import { DeadLettersDocument, RetryMailDocument, type DeadLettersQuery, type RetryMailInput } from "./__generated__/graphql";

type Letter = DeadLettersQuery["deadLetters"]["nodes"][number];

export function DeadLetters() {
  const t = admin();
  const [round, setRound] = useState(0);
  const { data } = useQuery(DeadLettersDocument, { after: null }, "cache-first");
  const retry = async (input: RetryMailInput) => {
    const changed = await change(RetryMailDocument, { input });
    if (changed?.payload.mails) told(t.retrying(changed.payload.mails.length));
    setRound((round) => round + 1);
  };
  return (
    <>
      <header class="rows-head">
        <h1>{t.rooms.mail}</h1>
        <Button onClick={() => setRound(round + 1)}>{t.refresh}</Button>
        {Boolean(data?.deadLetters.totalCount) && (
          <Button icon="move" onClick={() => void retry({ all: true })}>
            {t.retryAll}
          </Button>
        )}
      </header>
      <p class="soft admin-about">{t.mailMore}</p>
      <Pages
        document={DeadLettersDocument}
        variables={{}}
        round={round}
        pick={({ deadLetters }) => deadLetters}
        none={<Empty icon="check" title={t.noDead} />}
        show={(letters) => (
          <ul class="card rows">
            {letters.map((letter) => (
              <Row key={letter.id} letter={letter} onRetry={() => void retry({ ids: [letter.id] })} />
            ))}
          </ul>
        )}
      />
    </>
  );
}

function Row({ letter: { kind, member, deal, attempts, lastError, finishedAt, createdAt }, onRetry }: { letter: Letter; onRetry: () => void }) {
  const t = admin();
  const at = finishedAt ?? createdAt;
  return (
    <li ref={useNeighbour()} class="row-folds">
      <div class="row-body">
        <p class="row-name">
          <a href={`admin/members/${member.id}`}>{member.name}</a>
          <span class="soft">{member.email}</span>
        </p>
        <p class="row-more">
          <span>{t.mailKinds[kind]}</span>
          <span>
            <a href={`deals/${deal.id}`}>{deal.title}</a>
          </span>
          <time dateTime={at} title={moment(at)}>
            {ago(at)}
          </time>
          <span>{t.attempts(attempts)}</span>
        </p>
        {lastError && <p class="admin-error">{lastError}</p>}
      </div>
      <div class="row-acts">
        <Button kind="quiet" aria-label={t.retryOne(member.name)} onClick={onRetry}>
          {t.retry}
        </Button>
      </div>
    </li>
  );
}
