// Chooses a member: one types, the API finds, arrows and Enter choose.
import { useId, useRef, useState } from "preact/hooks";
import { useQuery } from "../api/use";
import { Avatar } from "../parts/show";
import { common } from "../texts/common";
import { FindPeopleDocument, type FindPeopleQuery } from "./__generated__/graphql";

export type Found = FindPeopleQuery["members"]["nodes"][number];

interface Props {
  label: string;
  onPick: (member: Found) => void;
  /** Members who are not offered: those who are chosen already. */
  without?: readonly string[];
  autoFocus?: boolean;
}

export function PeoplePicker({ label, onPick, without = [], autoFocus }: Props) {
  const [text, setText] = useState("");
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const { data } = useQuery(FindPeopleDocument, open ? { text: text.trim() || null } : null);
  const found = (data?.members.nodes ?? []).filter((member) => !without.includes(member.id));
  const pick = (member: Found | undefined) => {
    if (!member) return;
    onPick(member);
    setText("");
    setAt(0);
    setOpen(false);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setAt((at + step + found.length) % Math.max(found.length, 1));
    else if (event.key === "Enter" && open) pick(found[at]);
    else if (event.key === "Escape" && open) setOpen(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
    if (step) setOpen(true);
  };
  return (
    <div class="picker">
      <input
        ref={input}
        class="input"
        type="text"
        role="combobox"
        aria-label={label}
        placeholder={label}
        aria-expanded={open}
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={open && found[at] ? `${id}-${at}` : undefined}
        autoComplete="off"
        autoFocus={autoFocus}
        value={text}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onInput={(event) => (setText(event.currentTarget.value), setAt(0), setOpen(true))}
        onKeyDown={onKeyDown}
      />
      <ul
        class={open ? "picker-list" : "hidden"}
        id={id}
        role="listbox"
        aria-label={label}
        onMouseDown={(event) => event.preventDefault()}
      >
        {open &&
          found.map((member, place) => (
            <li
              key={member.id}
              id={`${id}-${place}`}
              role="option"
              aria-selected={place === at}
              class={place === at ? "picker-at" : ""}
              onClick={() => pick(member)}
            >
              <Avatar name={member.name} id={member.id} />
              <span>
                {member.name} <small class="soft">{member.email}</small>
              </span>
            </li>
          ))}
        {open && data && found.length === 0 && (
          <li class="soft" role="option" aria-selected="false" aria-disabled="true">
            {common().nothingFound}
          </li>
        )}
      </ul>
    </div>
  );
}
