// Chooses a member: one types, the API finds, arrows and Enter choose.
import { useState } from "preact/hooks";

import { useQuery } from "../api/use";
import { Combo } from "../parts/combo";
import { Avatar } from "../parts/show";
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
  const [text, setText] = useState<string | null>(null);
  const { data } = useQuery(FindPeopleDocument, text === null ? null : { text: text || null });
  const members = data?.members.nodes.filter((member) => !without.includes(member.id));
  const pick = (id: string) => {
    const member = members?.find((one) => one.id === id);
    if (member) onPick(member);
  };
  return (
    <Combo
      label={label}
      autoFocus={autoFocus}
      found={members?.map(({ id, name, email }) => ({ id, name, more: email, face: <Avatar name={name} id={id} /> }))}
      onAsk={setText}
      onPick={({ id }) => pick(id)}
    />
  );
}
