// The bar with the rooms, and who one is.
import { language, type Language } from "../language";
import { look, type Look } from "../look";
import { Icon, type IconName } from "../parts/icon";
import { Menu, MenuItem } from "../parts/menu";
import { Avatar } from "../parts/show";
import { go, place } from "../router";
import { openExplorer, signOut } from "../session";
import { common } from "../texts/common";
import { choose, mayAdministrate, unread, viewer } from "./viewer";

interface Room {
  path: string;
  name: string;
  icon: IconName;
  count?: number;
}

/** The rooms of whoever is signed in, in order. Insight comes between tasks and administration. */
function rooms(): Room[] {
  const t = common().nav;
  const all: Room[] = [
    { path: "boards", name: t.boards, icon: "board" },
    { path: "processes", name: t.processes, icon: "process" },
    { path: "inbox", name: t.inbox, icon: "inbox", count: unread.value },
    { path: "tasks", name: t.tasks, icon: "task" },
  ];
  if (mayAdministrate.value) all.push({ path: "admin", name: t.admin, icon: "admin" });
  return all;
}

export function Navigation() {
  const t = common();
  const first = place.value.parts[0] ?? "boards";
  const here = first === "deals" ? "boards" : first;
  return (
    <header class="top">
      <a class="brand" href="./">
        <img src="assets/favicon.svg" alt="" width="24" height="24" />
        <span>{t.product}</span>
      </a>
      <nav class="nav" aria-label={t.nav.label}>
        <ul>
          {rooms().map(({ path, name, icon, count }) => (
            <li key={path}>
              <a href={path} aria-current={here === path ? "page" : undefined}>
                <Icon name={icon} />
                <span class="nav-name">{name}</span>
                {count ? (
                  <span class="badge" aria-label={t.nav.unread(count)}>
                    {count > 99 ? "99+" : count}
                  </span>
                ) : null}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <Me />
    </header>
  );
}

const LOOKS: Look[] = ["system", "light", "dark"];
const LANGUAGES: [Language, string][] = [
  ["pl", "Polski"],
  ["en", "English"],
];

function Me() {
  const t = common().me;
  const member = viewer.value?.member;
  if (!member) return null;
  return (
    <Menu class="me" label={t.menu} face={<Avatar name={member.name} id={member.id} />}>
      <p class="me-who" role="presentation">
        <small>{t.signedInAs}</small>
        <strong>{member.name}</strong>
        <small>
          {member.email} · {common().roles[member.role]}
        </small>
      </p>
      <div role="group" aria-label={t.language} class="menu-group">
        <small aria-hidden="true">{t.language}</small>
        {LANGUAGES.map(([code, name]) => (
          <MenuItem key={code} checked={language.value === code} onClick={() => void choose(code)}>
            <span lang={code}>{name}</span>
          </MenuItem>
        ))}
      </div>
      <div role="group" aria-label={t.look} class="menu-group">
        <small aria-hidden="true">{t.look}</small>
        {LOOKS.map((which) => (
          <MenuItem key={which} checked={look.value === which} onClick={() => (look.value = which)}>
            {t[which]}
          </MenuItem>
        ))}
      </div>
      <div class="menu-group">
        <MenuItem icon="lock" onClick={() => go("admin/tokens")}>
          {t.tokens}
        </MenuItem>
        <MenuItem icon="code" onClick={openExplorer}>
          {t.explorer}
        </MenuItem>
        <MenuItem icon="out" onClick={() => signOut()}>
          {t.signOut}
        </MenuItem>
      </div>
    </Menu>
  );
}
