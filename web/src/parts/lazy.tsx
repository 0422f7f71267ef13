// A part that comes when somebody needs it, or when the browser has nothing else to do.
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

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
    useEffect(() => {
      // It may have come since this was drawn.
      if (!Found) void fetch().then(() => setRound(1));
    }, []);
    return Found && <Found {...props} />;
  }
  return { Lazy, prepare: () => void fetch().catch(() => {}) };
}
