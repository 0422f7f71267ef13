// Chooses an open deal: one types, the API finds, and says for which of them a task may be made.
import { useState } from "preact/hooks";

import { useQuery } from "../api/use";
import { Combo } from "../parts/combo";
import { FindDealsDocument } from "./__generated__/graphql";

interface Props {
  label: string;
  onPick: (deal: { id: string; title: string }) => void;
}

export function DealPicker({ label, onPick }: Props) {
  const [text, setText] = useState<string | null>(null);
  const { data } = useQuery(FindDealsDocument, text === null ? null : { text: text || null });
  const found = data?.deals.nodes.map(({ id, title, owner, permissions: { createTask } }) => ({
    id,
    name: title,
    more: createTask.allowed ? owner.name : (createTask.blockers[0]?.message ?? ""),
    disabled: !createTask.allowed,
  }));
  return <Combo label={label} found={found} onAsk={setText} onPick={({ id, name }) => onPick({ id, title: name })} />;
}
