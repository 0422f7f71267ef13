// Rows that somebody has asked for, after those that were there.
import type { ComponentChildren } from "preact";

import { useFirst } from "./focus";

export function Added({ children }: { children: ComponentChildren }) {
  return (
    <div class="added" ref={useFirst()}>
      {children}
    </div>
  );
}
