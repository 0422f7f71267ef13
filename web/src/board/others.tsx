// The menu of the other boards, loaded beside the one that is shown: all there are, by name.
import { useAll } from "../api/all";
import { sorted } from "../language";
import { Menu, MenuItem } from "../parts/menu";
import { go } from "../router";
import { board as texts } from "../texts/board";
import { BoardsDocument } from "./__generated__/graphql";

export default function Others({ id: shown }: { id: string }) {
  const t = texts();
  const { data = [] } = useAll(BoardsDocument, ({ processes }) => processes);
  const others = sorted(data).filter(({ id }) => id !== shown);
  if (others.length === 0) return null;
  return (
    <Menu label={t.another} icon="down" class="board-others">
      {others.map(({ id, name, isDefault }) => (
        <MenuItem key={id} onClick={() => go(`boards/${id}`)}>
          {name} {isDefault && <small class="soft">({t.isDefault})</small>}
        </MenuItem>
      ))}
    </Menu>
  );
}
