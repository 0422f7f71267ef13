// Boards: which there are, and one of them.
import { useEffect, useState } from "preact/hooks";

import { said, useQuery } from "../api/use";
import type { ScreenProps } from "../frame/screens";
import { Empty, Failed, Loading } from "../parts/show";
import { useTitle } from "../parts/title";
import { board } from "../texts/board";
import { common } from "../texts/common";
import { BoardsDocument, type BoardsQuery } from "./__generated__/graphql";
import "./board.css";
import { BoardView } from "./view";

const LAST = "waypost:board";

/** The board that a path names; without one, the one that was shown last, or that of the default process. */
export default function Screen({ parts: [id] }: ScreenProps) {
  const [after, setAfter] = useState<string | null>(null);
  const { data, error, again } = useQuery(BoardsDocument, id ? null : { after });
  const t = board();
  useTitle(id ? undefined : t.title);
  const { nodes = [], pageInfo } = data?.processes ?? {};
  const shown = id ?? usual(nodes, pageInfo?.hasNextPage);
  // It may be on a later page of a long list.
  useEffect(() => {
    if (!shown && pageInfo?.hasNextPage) setAfter(pageInfo.endCursor);
  }, [shown, pageInfo]);
  if (shown) {
    sessionStorage.setItem(LAST, shown);
    return <BoardView key={shown} id={shown} />;
  }
  if (error) return <Failed text={said(error)} again={again} />;
  if (!data || pageInfo?.hasNextPage) return <Loading />;
  return (
    <div class="page">
      <h1 class="hidden">{t.title}</h1>
      <Empty icon="board" title={t.none}>
        <p>{t.noneMore}</p>
        <a class="button button-main" href="processes">
          {common().nav.processes}
        </a>
      </Empty>
    </div>
  );
}

type Processes = BoardsQuery["processes"]["nodes"];

function usual(processes: Processes, goesOn = false): string | undefined {
  const last = sessionStorage.getItem(LAST);
  const found = processes.find(({ id }) => id === last) ?? processes.find(({ isDefault }) => isDefault);
  return found?.id ?? (goesOn ? undefined : processes[0]?.id);
}
