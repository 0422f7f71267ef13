// A note as it is written: its text, and its files on their way.
import { useEffect, useId, useRef } from "preact/hooks";

import { Button, IconButton } from "../parts/button";
import { Field } from "../parts/field";
import { useNeighbour } from "../parts/focus";
import { Icon } from "../parts/icon";
import { told } from "../parts/toast";
import { common } from "../texts/common";
import { deal as texts } from "../texts/deal";
import { isBegun, type Draft, type Drafts } from "./drafts";
import { send, uploadOf, type Upload } from "./upload";

export function Writing({
  draft,
  label,
  wrong,
  autoFocus,
}: {
  draft: Draft;
  label: string;
  wrong?: string;
  autoFocus?: boolean;
}) {
  const t = texts();
  const { body } = draft;
  const field = useRef<HTMLTextAreaElement>(null);
  // The attribute alone works once a page.
  useEffect(() => {
    if (autoFocus) field.current?.focus();
  }, []);
  return (
    <>
      <Field label={label} hint={t.noteHint} wrong={wrong}>
        <textarea
          ref={field}
          required
          maxLength={10_000}
          autoFocus={autoFocus}
          value={body.value}
          onInput={(event) => (body.value = event.currentTarget.value)}
        />
      </Field>
      <Files draft={draft} />
    </>
  );
}

/** Throws away what was written, until somebody says that they did not mean it. */
export function discard(drafts: Drafts, draft: Draft): void {
  const wasBegun = isBegun(draft);
  drafts.discard(draft);
  if (wasBegun) told(texts().discarded, { label: common().undo, run: () => drafts.put(draft) });
}

/** Goes to the first file that the server does not have. */
export const focusMissing = (form: HTMLElement): void => form.querySelector<HTMLElement>(".file-wrong button")?.focus();

function Files({ draft: { uploads } }: { draft: Draft }) {
  const t = texts();
  const id = useId();
  // What was removed meanwhile does not come back.
  const tell = (upload: Upload) => (uploads.value = uploads.peek().map((old) => (old.key === upload.key ? upload : old)));
  const add = (files: FileList | null) => {
    const added = [...(files ?? [])].map(uploadOf);
    uploads.value = [...uploads.peek(), ...added];
    for (const upload of added) void send(upload, tell);
  };
  const remove = ({ key }: Upload) => (uploads.value = uploads.peek().filter((other) => other.key !== key));
  return (
    <div
      class="files"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        add(event.dataTransfer?.files ?? null);
      }}
    >
      <ul>
        {uploads.value.map((upload) => (
          <FileRow key={upload.key} upload={upload} onAgain={() => void send(upload, tell)} onRemove={() => remove(upload)} />
        ))}
      </ul>
      <label class="button" for={id}>
        <Icon name="clip" />
        {t.addFiles}
      </label>
      <input
        id={id}
        class="hidden"
        type="file"
        multiple
        onChange={(event) => {
          add(event.currentTarget.files);
          event.currentTarget.value = "";
        }}
      />
    </div>
  );
}

interface RowProps {
  upload: Upload;
  onAgain: () => void;
  onRemove: () => void;
}

/** A file that is there, on its way, or not taken: then it is tried again or removed. */
function FileRow({ upload: { name, percent, file, wrong, source }, onAgain, onRemove }: RowProps) {
  const t = texts();
  return (
    <li ref={useNeighbour()} class={wrong === undefined ? "file-row" : "file-row file-wrong"}>
      <Icon name="file" />
      <span class="file-name">
        {name}
        {wrong !== undefined && (
          <small class="field-wrong" role="alert">
            {" "}
            {wrong}
          </small>
        )}
        {!file && wrong === undefined && <progress max={100} value={percent} aria-label={t.uploading(name, percent)} />}
      </span>
      {wrong !== undefined && source && (
        <Button kind="quiet" aria-label={t.sendAgain(name)} onClick={onAgain}>
          {common().retry}
        </Button>
      )}
      <IconButton icon="close" label={t.removeFile(name)} onClick={onRemove} />
    </li>
  );
}
