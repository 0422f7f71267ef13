// Why something cannot be done, in the words of the API.
import { common } from "../texts/common";

export interface Reason {
  code: string;
  message: string;
}

export function Reasons({ reasons }: { reasons: readonly Reason[] }) {
  if (reasons.length === 0) return null;
  return (
    <ul class="reasons">
      {reasons.map((reason, at) => (
        <li key={at}>{reason.message}</li>
      ))}
    </ul>
  );
}

interface BlockedProps {
  id: string;
  isShown: boolean;
  reasons: readonly Reason[];
}

/** What blocks something: told to who is at it with a screen reader, and shown to whoever asks. */
export function Blocked({ id, isShown, reasons }: BlockedProps) {
  return (
    <span class={isShown ? "act-reasons" : "hidden"} id={id} role={isShown ? "status" : undefined}>
      <span class="act-why">{common().blockedBy}</span>
      <Reasons reasons={reasons} />
    </span>
  );
}
