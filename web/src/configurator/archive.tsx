// Archives a process; the default one only when another takes its place.
import { useState } from "preact/hooks";

import { change } from "../api/use";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Field } from "../parts/field";
import { told } from "../parts/toast";
import { common } from "../texts/common";
import { configurator as texts } from "../texts/configurator";
import { ArchiveProcessDocument, type ListedFragment } from "./__generated__/graphql";

interface Props {
  process: ListedFragment;
  all: ListedFragment[];
  onClose: () => void;
  onDone: () => void;
}

export function ArchiveDialog({ process, all, onClose, onDone }: Props) {
  const t = texts();
  const others = all.filter(({ id, archivedAt }) => id !== process.id && !archivedAt);
  const asks = process.isDefault && others.length > 0;
  const [next, setNext] = useState("");
  const [busy, setBusy] = useState(false);
  const archive = async () => {
    setBusy(true);
    const input = { processId: process.id, expectedVersion: process.version, newDefaultId: next || null };
    const changed = await change(ArchiveProcessDocument, { input });
    setBusy(false);
    if (!changed || changed.refusals.length > 0) return;
    told(t.archivedNow(process.name));
    onDone();
  };
  return (
    <Dialog title={t.archiveTitle(process.name)} onClose={onClose}>
      <form class="form" onSubmit={(event) => (event.preventDefault(), void archive())}>
        <p>{t.archiveMore}</p>
        {asks && (
          <Field label={t.archiveDefault}>
            <select required value={next} onChange={(event) => setNext(event.currentTarget.value)}>
              <option value="" />
              {others.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          </Field>
        )}
        <div class="form-acts">
          <Button onClick={onClose}>{common().cancel}</Button>
          <Button type="submit" kind="danger" busy={busy}>
            {t.archiveAct}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
