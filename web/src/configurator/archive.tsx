// Archives a process, the default one only when another takes its place; and brings it back.
import { useState } from "preact/hooks";

import { change } from "../api/use";
import { Dialog } from "../parts/dialog";
import { Field } from "../parts/field";
import { FormBody, useForm } from "../parts/form";
import { told } from "../parts/toast";
import { configurator as texts } from "../texts/configurator";
import { ArchiveProcessDocument, UnarchiveProcessDocument, type ListedFragment } from "./__generated__/graphql";

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
  const form = useForm();
  const archive = async () => {
    const input = { processId: process.id, expectedVersion: process.version, newDefaultId: next || null };
    if (!(await form.send(() => change(ArchiveProcessDocument, { input }, { quiet: true })))) return;
    told(t.archivedNow(process.name));
    onDone();
  };
  return (
    <Dialog title={t.archiveTitle(process.name)} onClose={onClose}>
      <FormBody
        form={form}
        fields={asks ? ["newDefaultId"] : []}
        act={t.archiveAct}
        kind="danger"
        onSubmit={() => void archive()}
        onClose={onClose}
      >
        <p>{t.archiveMore}</p>
        {asks && (
          <Field label={t.archiveDefault} wrong={form.about("newDefaultId")}>
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
      </FormBody>
    </Dialog>
  );
}

type BackProps = Omit<Props, "all">;

/** Its name may be another one's by now: then it needs a new one. */
export function UnarchiveDialog({ process, onClose, onDone }: BackProps) {
  const t = texts();
  const [name, setName] = useState(process.name);
  const form = useForm();
  const bringBack = async () => {
    const input = { processId: process.id, expectedVersion: process.version, name };
    const payload = await form.send(() => change(UnarchiveProcessDocument, { input }, { quiet: true }));
    if (!payload) return;
    told(t.isBack(payload.process?.name ?? name));
    onDone();
  };
  return (
    <Dialog title={t.bringBackTitle(process.name)} onClose={onClose}>
      <FormBody
        form={form}
        fields={["name"]}
        act={t.bringBackAct}
        onSubmit={() => void bringBack()}
        onClose={onClose}
      >
        <p>{t.bringBackMore}</p>
        <Field label={t.name} wrong={form.about("name")}>
          <input required maxLength={200} value={name} onInput={(event) => setName(event.currentTarget.value)} />
        </Field>
      </FormBody>
    </Dialog>
  );
}
