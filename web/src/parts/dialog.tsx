// A question that has to be answered before anything else. The browser keeps the focus in it and gives it back.
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";

import { common } from "../texts/common";
import { IconButton } from "./button";
import { placeOf } from "./focus";
import { dialogs, Toasts } from "./toast";

interface Props {
  title: string;
  /** Called when somebody gives up: Escape, the cross, or beside it. */
  onClose: () => void;
  wide?: boolean;
  children: ComponentChildren;
}

export function Dialog({ title, onClose, wide, children }: Props) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const back = placeOf(document.activeElement);
    dialogs.value++;
    return () => {
      dialogs.value--;
      // It is removed, not closed, so the browser does not give the focus back.
      queueMicrotask(back);
    };
  }, []);
  // Whoever asks may go on asking when somebody gives up.
  const [closed, setClosed] = useState(0);
  useEffect(() => {
    if (!ref.current?.open) ref.current?.showModal();
  }, [closed]);
  return (
    <dialog
      ref={ref}
      class={wide ? "dialog dialog-wide" : "dialog"}
      aria-labelledby={id}
      onCancel={(event) => {
        // A choice of files that is given up is one, too.
        if (event.target !== ref.current) return;
        event.preventDefault();
        onClose();
      }}
      onClose={() => {
        // The browser closes it without asking where nobody has done anything on the page since the last Escape.
        setClosed(closed + 1);
        onClose();
      }}
      onMouseDown={(event) => event.target === ref.current && onClose()}
    >
      <div class="dialog-body">
        <header class="dialog-head">
          <h2 id={id}>{title}</h2>
          <IconButton icon="close" label={common().close} onClick={onClose} />
        </header>
        {children}
      </div>
      <Toasts />
    </dialog>
  );
}
