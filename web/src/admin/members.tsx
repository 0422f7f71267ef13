// The members, by their names.
import { useEffect, useState } from "preact/hooks";

import { change } from "../api/use";
import { viewer } from "../frame/viewer";
import { ActButton } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Field } from "../parts/field";
import { FormBody, useForm } from "../parts/form";
import { Pages } from "../parts/pages";
import { Avatar } from "../parts/show";
import { told } from "../parts/toast";
import { go } from "../router";
import { admin } from "../texts/admin";
import { common } from "../texts/common";
import { day } from "../language";
import { AddMemberDocument, MembersDocument, type Role, type SomeoneFragment } from "./__generated__/graphql";

type Which = "active" | "inactive" | "everyone";
const WHICH: Record<Which, boolean | null> = { active: true, inactive: false, everyone: null };

/** How long nobody types before it is searched. */
const PAUSE = 250;

export function Members() {
  const t = admin();
  const [typed, setTyped] = useState("");
  const [text, setText] = useState("");
  const [which, setWhich] = useState<Which>("active");
  const [adding, setAdding] = useState(false);
  useEffect(() => {
    const late = setTimeout(() => setText(typed.trim()), PAUSE);
    return () => clearTimeout(late);
  }, [typed]);
  const may = viewer.value?.permissions.addMember;
  return (
    <>
      <header class="rows-head">
        <h1>{t.rooms.members}</h1>
        {may && (
          <ActButton kind="main" icon="plus" permission={may} onAct={() => setAdding(true)}>
            {t.addMember}
          </ActButton>
        )}
      </header>
      <form class="rows-filters" role="search" onSubmit={(event) => event.preventDefault()}>
        <div class="grows">
          <input class="input" type="search" aria-label={t.searchMembers} placeholder={t.searchMembers} value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
        </div>
        <span class="choice" role="group" aria-label={t.which}>
          {(Object.keys(WHICH) as Which[]).map((name) => (
            <button key={name} type="button" aria-pressed={which === name} onClick={() => setWhich(name)}>
              {t[name]}
            </button>
          ))}
        </span>
      </form>
      <Pages
        document={MembersDocument}
        variables={{ active: WHICH[which], text: text || null }}
        pick={({ members }) => members}
        none={<p class="card rows-none">{t.noMembers}</p>}
        show={(members) => (
          <ul class="card rows">
            {members.map((member) => (
              <Row key={member.id} member={member} />
            ))}
          </ul>
        )}
      />
      {adding && <AddMember onClose={() => setAdding(false)} />}
    </>
  );
}

function Row({ member }: { member: SomeoneFragment }) {
  const t = admin();
  const { id, name, email, role, isActive, deactivatedAt, openDealCount } = member;
  return (
    <li>
      <Avatar name={name} id={id} />
      <div class="row-body">
        <p class="row-name">
          <a href={`admin/members/${id}`}>{name}</a>
          {id === viewer.value?.member.id && <span class="tag">{t.you}</span>}
          <span class={role === "SALESPERSON" ? "tag" : "tag tag-good"}>{common().roles[role]}</span>
          {!isActive && deactivatedAt && <span class="tag tag-warm">{t.until(day(deactivatedAt))}</span>}
        </p>
        <p class="row-more">
          <span>{email}</span>
          {openDealCount > 0 && <span>{t.openDeals(openDealCount)}</span>}
        </p>
      </div>
    </li>
  );
}

export const ROLES: Role[] = ["SALESPERSON", "MANAGER", "ADMINISTRATOR"];

function AddMember({ onClose }: { onClose: () => void }) {
  const t = admin();
  const form = useForm();
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("SALESPERSON");
  const add = async () => {
    const payload = await form.send(() => change(AddMemberDocument, { input: { name, email, role } }, { quiet: true }));
    if (!payload?.member) return;
    onClose();
    told(t.added(payload.member.name));
    go(`admin/members/${payload.member.id}`);
  };
  return (
    <Dialog title={t.addMember} onClose={onClose}>
      <FormBody form={form} fields={["name", "email", "role"]} act={common().add} onSubmit={() => void add()} onClose={onClose}>
        <Field label={t.name} wrong={form.about("name")}>
          <input required autoFocus maxLength={200} autoComplete="off" value={name} onInput={(event) => setName(event.currentTarget.value)} />
        </Field>
        <Field label={t.email} wrong={form.about("email")}>
          <input required inputMode="email" autoComplete="off" value={email} onInput={(event) => setEmail(event.currentTarget.value)} />
        </Field>
        <RoleField role={role} wrong={form.about("role")} onChange={setRole} />
      </FormBody>
    </Dialog>
  );
}

interface RoleProps {
  role: Role;
  wrong: string | undefined;
  /** Why it cannot be changed. */
  locked?: string | undefined;
  onChange: (role: Role) => void;
}

export function RoleField({ role, wrong, locked, onChange }: RoleProps) {
  const t = admin();
  return (
    <Field label={t.role} hint={locked ?? t.roleHint[role]} wrong={wrong}>
      <select value={role} disabled={Boolean(locked)} onChange={(event) => onChange(event.currentTarget.value as Role)}>
        {ROLES.map((role) => (
          <option key={role} value={role}>
            {common().roles[role]}
          </option>
        ))}
      </select>
    </Field>
  );
}
