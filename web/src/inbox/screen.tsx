// What the viewer was told. What is read in one place is read in all.
import { useEffect, useMemo } from "preact/hooks";

import { orSay, useRewritten } from "../api/use";
import type { ScreenProps } from "../frame/screens";
import { unread } from "../frame/viewer";
import { Button } from "../parts/button";
import "../parts/rows.css";
import { Empty, Failed, Loading } from "../parts/show";
import { useTitle } from "../parts/title";
import { announce } from "../parts/toast";
import { place, setQuery } from "../router";
import { common } from "../texts/common";
import { inbox as texts } from "../texts/inbox";
import "./inbox.css";
import { ByMail } from "./mail";
import { Notifications } from "./list";
import { Inbox } from "./state";

export default function Screen(_: ScreenProps) {
  const t = texts();
  const unreadOnly = place.value.query.get("show") === "unread";
  const inbox = useMemo(() => new Inbox(unreadOnly), [unreadOnly]);
  useTitle(t.title);
  useEffect(() => {
    void inbox.begin();
    return () => inbox.close();
  }, [inbox]);
  useRewritten(() => void inbox.begin());
  const readAll = async () => {
    if (unread.peek() > 0 && (await inbox.readAll())) announce(t.allRead);
  };
  return (
    <div class="page inbox">
      <header class="rows-head">
        <h1>{t.title}</h1>
        <span class="choice" role="group" aria-label={t.show}>
          <Choice label={t.all} chosen={!unreadOnly} />
          <Choice label={t.unread(unread.value)} chosen={unreadOnly} show="unread" />
        </span>
        <Button icon="check" aria-disabled={unread.value === 0} onClick={() => void readAll()}>
          {t.readAll}
        </Button>
      </header>
      <Body inbox={inbox} />
      <ByMail />
    </div>
  );
}

function Choice({ label, chosen, show }: { label: string; chosen: boolean; show?: string }) {
  return (
    <button type="button" aria-pressed={chosen} onClick={() => setQuery(new URLSearchParams(show ? { show } : {}))}>
      {label}
    </button>
  );
}

function Body({ inbox }: { inbox: Inbox }) {
  const t = texts();
  if (inbox.error.value) return <Failed text={inbox.error.value} again={() => void inbox.begin()} level={2} />;
  if (!inbox.known.value) return <Loading />;
  if (inbox.all.value.length === 0) {
    return <Empty icon="inbox" title={inbox.unreadOnly ? t.noneUnread : t.none}>{!inbox.unreadOnly && <p>{t.noneMore}</p>}</Empty>;
  }
  return (
    <>
      <Notifications inbox={inbox} />
      {inbox.next.value && (
        <p class="rows-more">
          <Button onClick={() => orSay(inbox.more())}>{common().showMore}</Button>
        </p>
      )}
    </>
  );
}
