// A note as it is written: its text, and its files on their way.
import { useSignal, type Signal } from "@preact/signals";
import { useId } from "preact/hooks";

import { IconButton } from "../parts/button";
import { Field } from "../parts/field";
import { Icon } from "../parts/icon";
import { deal as texts } from "../texts/deal";
import type { NoteInput } from "./__generated__/graphql";
import { send, type Upload } from "./upload";

export interface Draft {
  body: Signal<string>;
  uploads: Signal<Upload[]>;
}

export function useDraft(): Draft {
  return { body: useSignal(""), uploads: useSignal<Upload[]>([]) };
}

/** What the API gets of it. */
export function inputOf({ body, uploads }: Draft): NoteInput {
  return { body: body.value, fileIds: uploads.value.flatMap(({ file }) => (file ? [file.id] : [])) };
}

export const isSending = ({ uploads }: Draft): boolean =>
  uploads.value.some(({ file, wrong }) => !file && wrong === undefined);

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
  return (
    <>
      <Field label={label} hint={t.noteHint} wrong={wrong}>
        <textarea
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

function Files({ draft: { uploads } }: { draft: Draft }) {
  const t = texts();
  const id = useId();
  const tell = (upload: Upload) => {
    const known = uploads.peek().some(({ key }) => key === upload.key);
    const others = uploads.peek().map((old) => (old.key === upload.key ? upload : old));
    uploads.value = known ? others : [...others, upload];
  };
  const add = (files: FileList | null) => {
    for (const file of files ?? []) void send(file, tell);
  };
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
          <li key={upload.key} class="file-row">
            <Icon name="file" />
            <span class="file-name">
              {upload.name}
              {upload.wrong !== undefined && (
                <small class="field-wrong" role="alert">
                  {" "}
                  {upload.wrong}
                </small>
              )}
              {!upload.file && upload.wrong === undefined && (
                <progress max={100} value={upload.percent} aria-label={t.uploading(upload.name, upload.percent)} />
              )}
            </span>
            <IconButton
              icon="close"
              label={t.removeFile(upload.name)}
              onClick={() => (uploads.value = uploads.peek().filter(({ key }) => key !== upload.key))}
            />
          </li>
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
