// A card: a deal in a few lines.
import { useComputed } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import { money } from "../language";
import { IconButton } from "../parts/button";
import { Icon } from "../parts/icon";
import { Avatar, Bar, Status } from "../parts/show";
import { board as texts } from "../texts/board";
import { isDragging, learn } from "./dragging";
import type { Board } from "./state";
import type { Question } from "./view";

interface Props {
  board: Board;
  id: string;
  isFirst: boolean;
  ask: (what: Question) => void;
}

export function CardView({ board, id, isFirst, ask }: Props) {
  const ref = useRef<HTMLLIElement>(null);
  useDraggable(ref, board, id);
  // One card that moves draws no other.
  const moving = useComputed(() => board.moving.value.has(id));
  const card = board.cards.get(id)?.value;
  if (!card) return null;
  const t = texts();
  const isMoving = moving.value;
  const late = card.late.totalCount;
  return (
    <li ref={ref} class={`deal ${isMoving ? "deal-moving" : ""}`} data-card={id} aria-busy={isMoving}>
      <a
        class="deal-title"
        href={`deals/${id}`}
        draggable={false}
        tabIndex={isFirst ? 0 : -1}
        aria-describedby="board-help"
        aria-keyshortcuts="Shift+ArrowRight Shift+ArrowLeft M"
      >
        {card.title}
      </a>
      <p class="deal-value numbers">
        {card.value ? money(card.value) : "–"}
        {card.status !== "OPEN" && <Status status={card.status} />}
      </p>
      {card.closeReason && <p class="deal-reason">{card.closeReason.name}</p>}
      <p class="deal-foot">
        <Avatar name={card.owner.name} id={card.owner.id} />
        <span class="deal-owner">{card.owner.name}</span>
        {late > 0 && (
          <span class="deal-late" title={t.late(late)}>
            <Icon name="clock" />
            <span aria-hidden="true">{late}</span>
            <span class="hidden">{t.late(late)}</span>
          </span>
        )}
        <span class="deal-percent numbers" aria-hidden="true">
          {card.progress.percent} %
        </span>
      </p>
      <Bar percent={card.progress.percent} />
      <IconButton
        icon="more"
        class="deal-menu"
        label={t.menu(card.title)}
        aria-haspopup="dialog"
        tabIndex={isFirst ? 0 : -1}
        onClick={() => ask({ move: id })}
      />
    </li>
  );
}

function useDraggable(ref: { current: HTMLElement | null }, board: Board, id: string): void {
  useEffect(() => {
    let end = () => {};
    let gone = false;
    void import("../drag").then(({ makeDraggable }) => {
      if (gone || !ref.current) return;
      end = makeDraggable(ref.current, {
        what: () => ({ kind: "card", id }),
        onStart: () => {
          isDragging.value = { id, column: board.columnOf(id) };
          void learn(id).catch(() => {});
        },
        onEnd: () => (isDragging.value = null),
      });
    });
    return () => {
      gone = true;
      end();
    };
  }, [board, id]);
}
