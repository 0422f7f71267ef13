// Who is on a deal, and what else there is to know about it.
import { useState } from "preact/hooks";

import { change } from "../api/use";
import { moment } from "../language";
import { ActIcon } from "../parts/act-icon";
import { ActButton } from "../parts/button";
import { useNeighbour, useReturn } from "../parts/focus";
import { Avatar } from "../parts/show";
import { PeoplePicker } from "../people/picker";
import { deal as texts } from "../texts/deal";
import { AddParticipantDocument, RemoveParticipantDocument } from "./__generated__/graphql";
import type { Deal } from "./screen";

export function People({ deal }: { deal: Deal }) {
  const t = texts();
  const [adding, setAdding] = useState(false);
  const may = deal.permissions;
  const remove = (memberId: string) => void change(RemoveParticipantDocument, { input: { dealId: deal.id, memberId } });
  const add = (memberId: string) => void change(AddParticipantDocument, { input: { dealId: deal.id, memberId } });
  return (
    <section class="card panel" aria-labelledby="people">
      <header class="panel-head" ref={useReturn(adding)}>
        <h2 id="people">{t.people}</h2>
        {!adding && (
          <ActButton kind="quiet" icon="plus" permission={may.addParticipant} onAct={() => setAdding(true)}>
            {t.addPerson}
          </ActButton>
        )}
      </header>
      {adding && (
        <PeoplePicker
          label={t.addPerson}
          autoFocus
          without={deal.participants.map(({ id }) => id)}
          onPick={({ id }) => {
            setAdding(false);
            add(id);
          }}
        />
      )}
      <ul class="people">
        {deal.participants.map((member) => (
          <Participant key={member.id} deal={deal} member={member} onRemove={() => remove(member.id)} />
        ))}
      </ul>
    </section>
  );
}

interface ParticipantProps {
  deal: Deal;
  member: Deal["participants"][number];
  onRemove: () => void;
}

function Participant({ deal, member: { id, name }, onRemove }: ParticipantProps) {
  const t = texts();
  return (
    <li ref={useNeighbour()}>
      <Avatar name={name} id={id} />
      <span class="people-name">{name}</span>
      {id === deal.owner.id ? (
        <span class="mark">{t.isOwner}</span>
      ) : (
        <ActIcon icon="close" label={t.removePerson(name)} permission={deal.permissions.removeParticipant} onAct={onRemove} />
      )}
    </li>
  );
}

export function Details({ deal }: { deal: Deal }) {
  const t = texts();
  const rows: [string, string | null | undefined][] = [
    [t.reason, deal.closeReason?.name],
    [t.comment, deal.closeComment],
    [t.visibility, deal.visibility === "EVERYONE" ? t.everyone : t.participants],
    [t.createdOn, moment(deal.createdAt)],
    [t.externalId, deal.externalId],
  ];
  return (
    <section class="card panel" aria-labelledby="details">
      <header class="panel-head">
        <h2 id="details">{t.details}</h2>
      </header>
      <dl class="details">
        {rows
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
    </section>
  );
}
