// Archives a process; the default one only when another takes its place.
import { useState } from "preact/hooks";

import { change } from "../api/use";
import { Dialog } from "../parts/dialog";
import { Field } from "../parts/field";
import { FormBody, useForm } from "../parts/form";
import { told } from "../parts/toast";
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
