// Something to do that a drawing stands for, and that the API allows or not.
import { useId, useState } from "preact/hooks";

import { IconButton, type Allowed } from "./button";
import type { IconName } from "./icon";
import { Blocked } from "./reasons";

interface Props {
  icon: IconName;
  label: string;
  permission: Allowed;
  onAct: () => void;
}

/** If it is not allowed, it can be reached all the same, and pressing it shows every reason. */
export function ActIcon({ permission, onAct, ...rest }: Props) {
  const [asked, setAsked] = useState(false);
  const id = useId();
  if (permission.allowed) return <IconButton {...rest} onClick={onAct} />;
  const why = permission.blockers.map(({ message }) => message);
  return (
    <span class="act-blocked act-icon">
      <IconButton
        {...rest}
        title={[rest.label, ...why].join("\n")}
        aria-disabled="true"
        aria-describedby={id}
        onClick={() => setAsked(!asked)}
      />
      <Blocked id={id} isShown={asked} reasons={permission.blockers} />
    </span>
  );
}
