// A part that comes when somebody needs it, or when the browser has nothing else to do.
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

import { outdated } from "../api/client";
import { common } from "../texts/common";
import { failed } from "./toast";

type Load<P> = () => Promise<{ default: ComponentType<P> }>;

/** Gives a component that shows nothing until it is loaded. */
export function lazy<P extends object>(load: Load<P>): { Lazy: ComponentType<P>; prepare: () => void } {
  let found: ComponentType<P> | null = null;
  const fetch = async () => {
    found ??= (await load()).default;
  };
  function Lazy(props: P) {
    const [, setRound] = useState(0);
    const Found = found;
    // It may have come since this was drawn, and is tried again when it is asked for again.
    useEffect(() => {
      if (!Found) fetch().then(() => setRound(1), lost);
    });
    return Found && <Found {...props} />;
  }
  return { Lazy, prepare: () => void fetch().catch(() => {}) };
}

/** A server that was replaced has other files: the page has to come again. */
function lost(): void {
  if (navigator.onLine) outdated.value = true;
  failed(common().unreachable);
}
