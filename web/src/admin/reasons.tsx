// Why deals are closed: a list for each way of closing them, in the order in which they are offered.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { change, said, useQuery, type Changed } from "../api/use";
import { useLookAgain } from "../parts/again";
import { ActButton, type Allowed, IconButton } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Field } from "../parts/field";
import { useNeighbour } from "../parts/focus";
import { FormBody, useForm } from "../parts/form";
import { Failed, Loading } from "../parts/show";
import { announce } from "../parts/toast";
import { admin } from "../texts/admin";
import { common } from "../texts/common";
import {
  AddReasonDocument,
  ArchiveReasonDocument,
  MoveReasonDocument,
  ReasonsDocument,
  RenameReasonDocument,
  RestoreReasonDocument,
  type ClosingStatus,
  type ReasonsQuery,
} from "./__generated__/graphql";

type Reason = ReasonsQuery["closeReasons"][number];

const STATUSES: ClosingStatus[] = ["WON", "LOST", "OUTDATED"];

export function CloseReasons() {
  const t = admin();
  const { data, error, again } = useQuery(ReasonsDocument, {});
  useLookAgain(again);
  if (!data) return error ? <Failed text={said(error)} again={again} /> : <Loading />;
  const { closeReasons, viewer } = data;
  return (
    <>
      <header class="rows-head">
        <h1>{t.rooms.reasons}</h1>
      </header>
      <p class="soft admin-about">{t.reasonsMore}</p>
      <div class="reasons-lists">
        {STATUSES.map((status) => (
          <List
            key={status}
            status={status}
            reasons={closeReasons.filter((reason) => reason.status === status)}
            may={viewer.permissions.addCloseReason}
            again={again}
          />
        ))}
      </div>
    </>
  );
}

interface ListProps {
  status: ClosingStatus;
  reasons: Reason[];
  may: Allowed;
  again: () => void;
}

function List({ status, reasons, may, again }: ListProps) {
  const t = admin();
  const [adding, setAdding] = useState(false);
  const used = reasons.filter(({ archivedAt }) => !archivedAt);
  const archived = reasons.filter(({ archivedAt }) => archivedAt);
  const box = useRef<HTMLElement>(null);
  const moved = useRef<{ id: string; by: number } | null>(null);
  const order = used.map(({ id }) => id).join();
  // Who moves a reason by keyboard moves it on: the button goes with it.
  useEffect(() => {
    if (!moved.current) return;
    const { id, by } = moved.current;
    moved.current = null;
    const buttons = box.current?.querySelectorAll<HTMLButtonElement>(`[data-reason="${id}"]`) ?? [];
    const both = [...buttons];
    (both[by < 0 ? 0 : 1]?.disabled ? both[by < 0 ? 1 : 0] : both[by < 0 ? 0 : 1])?.focus();
    const place = used.findIndex((reason) => reason.id === id);
    if (used[place]) announce(t.movedTo(used[place].name, place + 1));
  }, [order]);
  const move = async (reason: Reason, by: number) => {
    const others = used.filter(({ id }) => id !== reason.id);
    const before = others[used.indexOf(reason) + by - 1];
    const changed = await change(MoveReasonDocument, { input: { reasonId: reason.id, afterId: before?.id ?? null } });
    if (changed?.refusals.length === 0) moved.current = { id: reason.id, by };
    again();
  };
  return (
    <section class="card reasons-list" aria-labelledby={`reasons-${status}`} ref={box}>
      <header>
        <h2 id={`reasons-${status}`}>{t.lists[status]}</h2>
        <ActButton kind="quiet" icon="plus" permission={may} aria-label={`${t.addReason}: ${t.lists[status]}`} onAct={() => setAdding(true)}>
          {common().add}
        </ActButton>
      </header>
      {used.length === 0 && <p class="soft reasons-none">{t.noReasons}</p>}
      <ol>
        {used.map((reason, place) => (
          <Row key={reason.id} reason={reason} again={again}>
            <IconButton icon="up" label={t.up(reason.name)} data-reason={reason.id} disabled={place === 0} onClick={() => void move(reason, -1)} />
            <IconButton icon="down" label={t.down(reason.name)} data-reason={reason.id} disabled={place === used.length - 1} onClick={() => void move(reason, 1)} />
          </Row>
        ))}
      </ol>
      {archived.length > 0 && (
        <details>
          <summary>{t.archivedReasons(archived.length)}</summary>
          <ul>
            {archived.map((reason) => (
              <Row key={reason.id} reason={reason} again={again} />
            ))}
          </ul>
        </details>
      )}
      {adding && (
        <NameDialog
          title={`${t.addReason}: ${t.lists[status]}`}
          act={common().add}
          name=""
          run={(name) => change(AddReasonDocument, { input: { status, name } }, { quiet: true })}
          onDone={again}
          onClose={() => setAdding(false)}
        />
      )}
    </section>
  );
}

function Row({ reason, again, children }: { reason: Reason; again: () => void; children?: ComponentChildren }) {
  const t = admin();
  const [renaming, setRenaming] = useState(false);
  const { id: reasonId, name, archivedAt, configure, deals } = reason;
  const put = async () => {
    await (archivedAt ? change(RestoreReasonDocument, { input: { reasonId } }) : change(ArchiveReasonDocument, { input: { reasonId } }));
    again();
  };
  return (
    <li ref={useNeighbour()} class="reason">
      <span class="row-body">
        <span>{name}</span>
        {deals.totalCount > 0 && <small class="soft">{t.closedWith(deals.totalCount)}</small>}
      </span>
      <span class="reason-moves">{children}</span>
      <span class="reason-acts">
        <ActButton kind="quiet" permission={configure} aria-label={t.renameOne(name)} onAct={() => setRenaming(true)}>
          {t.rename}
        </ActButton>
        <ActButton kind="quiet" permission={configure} aria-label={archivedAt ? t.restoreOne(name) : t.archiveOne(name)} onAct={() => void put()}>
          {archivedAt ? t.restore : t.archive}
        </ActButton>
      </span>
      {renaming && (
        <NameDialog
          title={t.rename}
          act={common().save}
          name={name}
          run={(name) => change(RenameReasonDocument, { input: { reasonId, name } }, { quiet: true })}
          onDone={again}
          onClose={() => setRenaming(false)}
        />
      )}
    </li>
  );
}

interface NameProps {
  title: string;
  act: string;
  name: string;
  run: (name: string) => Promise<Changed<object> | null>;
  onDone: () => void;
  onClose: () => void;
}

function NameDialog({ title, act, name: before, run, onDone, onClose }: NameProps) {
  const t = admin();
  const form = useForm();
  const [name, setName] = useState(before);
  const save = async () => {
    if (!(await form.send(() => run(name)))) return;
    onDone();
    onClose();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <FormBody form={form} fields={["name"]} act={act} onSubmit={() => void save()} onClose={onClose}>
        <Field label={t.reasonName} wrong={form.about("name")}>
          <input required autoFocus maxLength={200} value={name} onInput={(event) => setName(event.currentTarget.value)} />
        </Field>
      </FormBody>
    </Dialog>
  );
}
