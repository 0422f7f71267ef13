// Buttons. One that cannot be pressed now can be reached all the same, and says why.
import type { ButtonHTMLAttributes, ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";

import { Icon, type IconName } from "./icon";
import { Blocked, type Reason } from "./reasons";

type Kind = "plain" | "main" | "quiet" | "danger";

interface Props extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "icon" | "type"> {
  kind?: Kind;
  icon?: IconName;
  busy?: boolean;
  type?: "button" | "submit";
  disabled?: boolean;
  children?: ComponentChildren;
}

/** What is under way is not done twice. The button is not disabled meanwhile: it would lose the focus. */
export function Button({ kind = "plain", icon, busy, type = "button", children, ...rest }: Props) {
  return (
    <button
      {...rest}
      type={type}
      class={`button button-${kind} ${rest.class ?? ""}`}
      aria-busy={busy}
      aria-disabled={busy || rest["aria-disabled"]}
      onClick={busy ? ignore : rest.onClick}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

/** Nor does it send its form. */
const ignore = (event: Event) => event.preventDefault();

/** A button with a drawing alone; its name is for those who do not see it, and for the tip. */
export function IconButton({
  icon,
  label,
  ...rest
}: { icon: IconName; label: string } & Omit<Props, "icon" | "label">) {
  return (
    <button type="button" title={label} {...rest} class={`button-icon ${rest.class ?? ""}`} aria-label={label}>
      <Icon name={icon} />
    </button>
  );
}

export interface Allowed {
  allowed: boolean;
  blockers: Reason[];
}

/** Something to do that the API allows or not: if not, pressing it shows every reason. */
export function ActButton({
  permission,
  onAct,
  ...rest
}: { permission: Allowed; onAct: () => void } & Omit<Props, "onClick">) {
  const [asked, setAsked] = useState(false);
  const id = useId();
  if (permission.allowed) return <Button {...rest} onClick={onAct} />;
  return (
    <span class="act-blocked">
      <Button
        {...rest}
        icon="lock"
        kind={rest.kind === "main" ? "plain" : rest.kind}
        aria-disabled="true"
        aria-describedby={id}
        title={permission.blockers.map(({ message }) => message).join("\n")}
        onClick={() => setAsked(!asked)}
      />
      <Blocked id={id} isShown={asked} reasons={permission.blockers} />
    </span>
  );
}
