// Administration: a room for each thing that is looked after, each for whoever may look after it.
import type { ComponentType } from "preact";
import { useEffect, useRef } from "preact/hooks";

import { said, useQuery } from "../api/use";
import type { ScreenProps } from "../frame/screens";
import "../parts/rows.css";
import type { Allowed } from "../parts/button";
import { Reasons } from "../parts/reasons";
import { Failed, Loading, NotHere } from "../parts/show";
import { useTitle } from "../parts/title";
import { admin } from "../texts/admin";
import { common } from "../texts/common";
import { RoomsDocument, type RoomsQuery } from "./__generated__/graphql";
import "./admin.css";
import { AuditLog } from "./audit";
import { DeadLetters } from "./mail";
import { MemberPage } from "./member";
import { Members } from "./members";
import { CloseReasons } from "./reasons";
import { OwnTokens } from "./tokens";
import { WebhookPage } from "./webhook";
import { Webhooks } from "./webhooks";

type Name = keyof ReturnType<typeof admin>["rooms"];

interface Room {
  name: Name;
  may: (viewer: RoomsQuery["viewer"]) => Allowed;
  all: ComponentType;
  one?: ComponentType<{ id: string }>;
}

const ROOMS: Room[] = [
  { name: "members", may: ({ permissions }) => permissions.addMember, all: Members, one: MemberPage },
  { name: "reasons", may: ({ permissions }) => permissions.addCloseReason, all: CloseReasons },
  { name: "webhooks", may: ({ permissions }) => permissions.createWebhook, all: Webhooks, one: WebhookPage },
  { name: "mail", may: ({ manageMail }) => manageMail, all: DeadLetters },
  { name: "log", may: ({ permissions }) => permissions.auditLog, all: AuditLog },
  { name: "tokens", may: () => ({ allowed: true, blockers: [] }), all: OwnTokens },
];

export default function Screen({ parts: [asked, id] }: ScreenProps) {
  const t = admin();
  const { data, error, again } = useQuery(RoomsDocument, {}, "cache-first");
  const viewer = data?.viewer;
  const open = viewer ? ROOMS.filter(({ may }) => may(viewer).allowed) : [];
  const name = asked ?? open[0]?.name;
  const room = ROOMS.find((room) => room.name === name);
  useTitle(room ? `${t.rooms[room.name]} – ${t.title}` : t.title);
  if (!viewer) return error ? <Failed text={said(error)} again={again} /> : <Loading />;
  if (!room) return <NotHere />;
  return (
    <div class="page admin">
      <Navigation open={open.map(({ name }) => name)} here={room.name} />
      <Inside room={room} id={id} may={room.may(viewer)} />
    </div>
  );
}

function Navigation({ open, here }: { open: Name[]; here: Name }) {
  const t = admin();
  const nav = useRef<HTMLElement>(null);
  // On a phone the names go on beyond its edge: that of the room that is shown is in sight.
  useEffect(() => nav.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" }), [here]);
  return (
    <nav class="admin-rooms" aria-label={t.title} ref={nav}>
      <ul>
        {open.map((name) => (
          <li key={name}>
            <a href={`admin/${name}`} aria-current={name === here ? "page" : undefined}>
              {t.rooms[name]}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Inside({ room: { all: All, one: One }, id, may }: { room: Room; id: string | undefined; may: Allowed }) {
  if (!may.allowed) {
    return (
      <div class="empty" role="alert">
        <h1 class="empty-title">{common().blockedBy}</h1>
        <Reasons reasons={may.blockers} />
      </div>
    );
  }
  if (id) return One ? <One key={id} id={id} /> : <NotHere />;
  return <All />;
}
