// With what a member signs in: tokens, whose secret is shown once.
import { useState } from "preact/hooks";

import { change, said, useQuery } from "../api/use";
import { ago, day } from "../language";
import { ActButton, type Allowed } from "../parts/button";
import { Confirm } from "../parts/confirm";
import { Dialog } from "../parts/dialog";
import { Field } from "../parts/field";
import { useNeighbour } from "../parts/focus";
import { FormBody, useForm } from "../parts/form";
import { Failed, Loading } from "../parts/show";
import { told } from "../parts/toast";
import { admin } from "../texts/admin";
import { CreateTokenDocument, OwnTokensDocument, RevokeTokenDocument, type KeyFragment } from "./__generated__/graphql";
import { Once } from "./once";

interface Props {
  memberId: string;
  tokens: readonly KeyFragment[];
  may: Allowed;
  onChanged: () => void;
}

/** The viewer's own, which everybody has. */
export function OwnTokens() {
  const t = admin();
  const { data, error, again } = useQuery(OwnTokensDocument, {});
  if (!data) return error ? <Failed text={said(error)} again={again} /> : <Loading />;
  const { member, tokens } = data.viewer;
  return (
    <>
      <header class="rows-head">
        <h1>{t.ownTokens}</h1>
      </header>
      <p class="soft admin-about">{t.ownTokensMore}</p>
      <Tokens memberId={member.id} tokens={tokens} may={member.permissions.createToken} onChanged={again} />
    </>
  );
}

export function Tokens({ memberId, tokens, may, onChanged }: Props) {
  const t = admin();
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<{ name: string; secret: string }>();
  const valid = tokens.filter(({ revokedAt }) => !revokedAt);
  return (
    <section class="rows-part" aria-labelledby="tokens">
      <header>
        <h2 id="tokens">{t.tokens}</h2>
        <ActButton icon="plus" permission={may} onAct={() => setMaking(true)}>
          {t.createToken}
        </ActButton>
      </header>
      {valid.length === 0 ? (
        <p class="card rows-none">{t.noTokens}</p>
      ) : (
        <ul class="card rows">
          {valid.map((token) => (
            <Row key={token.id} token={token} onChanged={onChanged} />
          ))}
        </ul>
      )}
      {making && (
        <CreateToken
          memberId={memberId}
          onClose={() => setMaking(false)}
          onMade={(name, secret) => {
            setMade({ name, secret });
            onChanged();
          }}
        />
      )}
      {made && <Once title={t.tokenMade(made.name)} secrets={[[t.secret, made.secret], [t.signInLink, linkOf(made.secret)]]} onClose={() => setMade(undefined)} />}
    </section>
  );
}

const linkOf = (secret: string): string => new URL(`#token=${encodeURIComponent(secret)}`, document.baseURI).href;

function Row({ token, onChanged }: { token: KeyFragment; onChanged: () => void }) {
  const t = admin();
  const { data } = useQuery(OwnTokensDocument, {}, "cache-first");
  const [asked, setAsked] = useState(false);
  const isThis = data?.viewer.token.id === token.id;
  const { name, createdAt, expiresAt, lastUsedAt } = token;
  return (
    <li ref={useNeighbour()} class="row-folds">
      <div class="row-body">
        <p class="row-name">
          {name} {isThis && <span class="tag tag-good">{t.thisOne}</span>}
        </p>
        <p class="row-more">
          <span>{t.createdOn(day(createdAt))}</span>
          <span>{lastUsedAt ? t.lastUsed(ago(lastUsedAt)) : t.neverUsed}</span>
          {expiresAt && <span>{t.expiresOn(day(expiresAt))}</span>}
        </p>
      </div>
      <div class="row-acts">
        <ActButton kind="quiet" permission={token.revoke} aria-label={`${t.revoke}: ${name}`} onAct={() => setAsked(true)}>
          {t.revoke}
        </ActButton>
      </div>
      {asked && (
        <Confirm
          title={t.revokeTitle(name)}
          act={t.revoke}
          run={() => change(RevokeTokenDocument, { input: { tokenId: token.id } }, { quiet: true })}
          onDone={() => {
            told(t.revoked(name));
            onChanged();
          }}
          onClose={() => setAsked(false)}
        >
          <p>{t.revokeMeans}</p>
          {isThis && <p class="act-reasons">{t.revokeYours}</p>}
        </Confirm>
      )}
    </li>
  );
}

function CreateToken({ memberId, onClose, onMade }: { memberId: string; onClose: () => void; onMade: (name: string, secret: string) => void }) {
  const t = admin();
  const form = useForm();
  const [name, setName] = useState("");
  const [until, setUntil] = useState("");
  // The whole of the last day, where whoever makes it is.
  const create = async () => {
    const expiresAt = until ? new Date(`${until}T23:59:59`).toISOString() : null;
    const payload = await form.send(() => change(CreateTokenDocument, { input: { memberId, name, expiresAt } }, { quiet: true }));
    if (!payload?.secret) return;
    onClose();
    onMade(payload.token?.name ?? name, payload.secret);
  };
  return (
    <Dialog title={t.createToken} onClose={onClose}>
      <FormBody form={form} fields={["name", "expiresAt"]} act={t.createToken} onSubmit={() => void create()} onClose={onClose}>
        <Field label={t.tokenName} hint={t.tokenNameHint} wrong={form.about("name")}>
          <input required autoFocus maxLength={200} autoComplete="off" value={name} onInput={(event) => setName(event.currentTarget.value)} />
        </Field>
        <Field label={t.expires} optional hint={t.expiresHint} wrong={form.about("expiresAt")}>
          <input type="date" value={until} onInput={(event) => setUntil(event.currentTarget.value)} />
        </Field>
      </FormBody>
    </Dialog>
  );
}
