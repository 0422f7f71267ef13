// What is shown once and never again: one has to have copied it before it goes, or to mean it.
import { useRef, useState } from "preact/hooks";

import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Field } from "../parts/field";
import { announce } from "../parts/toast";
import { admin } from "../texts/admin";

interface Props {
  title: string;
  /** By their names, what to copy. */
  secrets: [label: string, value: string][];
  onClose: () => void;
}

export function Once({ title, secrets, onClose }: Props) {
  const t = admin();
  const [copied, setCopied] = useState<string>();
  const [asked, setAsked] = useState(false);
  const close = () => (copied || asked ? onClose() : setAsked(true));
  return (
    <Dialog title={title} onClose={close}>
      <p>{t.onceMore}</p>
      {secrets.map(([label, value]) => (
        <Secret key={label} label={label} value={value} isCopied={copied === label} onCopied={() => setCopied(label)} />
      ))}
      {asked && !copied && (
        <p class="act-reasons" role="alert">
          {t.notCopied}
        </p>
      )}
      <div class="form-acts">
        <Button kind="main" onClick={onClose}>
          {t.understood}
        </Button>
      </div>
    </Dialog>
  );
}

function Secret({ label, value, isCopied, onCopied }: { label: string; value: string; isCopied: boolean; onCopied: () => void }) {
  const t = admin();
  const row = useRef<HTMLDivElement>(null);
  // Where a page may not write to the clipboard, it is marked, so that the keyboard copies it.
  const copy = async () => {
    row.current?.querySelector("input")?.select();
    try {
      await navigator.clipboard.writeText(value);
      announce(t.copied);
      onCopied();
    } catch {
      row.current?.querySelector("input")?.focus();
    }
  };
  return (
    <div class="secret" ref={row}>
      <Field label={label}>
        <input readOnly spellcheck={false} value={value} onFocus={(event) => event.currentTarget.select()} onCopy={onCopied} />
      </Field>
      <Button icon={isCopied ? "check" : undefined} aria-label={`${isCopied ? t.copied : t.copy} ${label}`} onClick={() => void copy()}>
        {isCopied ? t.copied : t.copy}
      </Button>
    </div>
  );
}
