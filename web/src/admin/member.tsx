// A member: who they are, what they may do, with what they sign in; how they leave and come back.
import { useState } from "preact/hooks";

import { change, said, useQuery } from "../api/use";
import { viewer } from "../frame/viewer";
import { day } from "../language";
import { useLookAgain } from "../parts/again";
import { ActButton } from "../parts/button";
import { Icon } from "../parts/icon";
import { Dialog } from "../parts/dialog";
import { Field } from "../parts/field";
import { FormBody, useForm } from "../parts/form";
import { Avatar, Failed, Loading, NotHere } from "../parts/show";
import { useTitle } from "../parts/title";
import { told } from "../parts/toast";
import { admin } from "../texts/admin";
import { common } from "../texts/common";
import { OneMemberDocument, ReactivateMemberDocument, UpdateMemberDocument, type UpdateMemberInput, type WholeMemberFragment } from "./__generated__/graphql";
import { Deactivate, Transfer } from "./leaving";
import { RoleField } from "./members";
import { Tokens } from "./tokens";

export type Member = WholeMemberFragment;

export function MemberPage({ id }: { id: string }) {
  const { data, error, again } = useQuery(OneMemberDocument, { id });
  useLookAgain(again);
  const member = data?.node && "email" in data.node ? data.node : undefined;
  useTitle(member?.name);
  if (!member) return error && !isNoId(error) ? <Failed text={said(error)} again={again} /> : data || error ? <NotHere /> : <Loading />;
  return (
    <>
      <Head member={member} />
      <Tokens memberId={member.id} tokens={member.tokens ?? []} may={member.permissions.createToken} onChanged={again} />
    </>
  );
}

export const isNoId = ({ graphQLErrors }: { graphQLErrors: { extensions: Record<string, unknown> }[] }): boolean =>
  graphQLErrors.some(({ extensions }) => ["NOT_FOUND", "BAD_USER_INPUT"].includes(String(extensions.code)));

type Asked = "edit" | "leave" | "transfer" | null;

function Head({ member }: { member: Member }) {
  const t = admin();
  const [asked, setAsked] = useState<Asked>(null);
  const { permissions } = member;
  const edit = [permissions.rename, permissions.changeEmail, permissions.changeRole];
  const mayEdit = edit.find(({ allowed }) => allowed) ?? permissions.rename;
  const back = async () => {
    const changed = await change(ReactivateMemberDocument, { input: { memberId: member.id } });
    if (changed?.refusals.length === 0) told(t.reactivated(member.name));
  };
  return (
    <header class="card admin-head">
      <a class="admin-back" href="admin/members">
        <Icon name="left" />
        {t.rooms.members}
      </a>
      <div class="admin-who">
        <Avatar name={member.name} id={member.id} />
        <div class="row-body">
          <h1>{member.name}</h1>
          <p class="soft">{member.email}</p>
          <p class="admin-tags">
            {member.id === viewer.value?.member.id && <span class="tag">{t.you}</span>}
            <span class="tag tag-good">{common().roles[member.role]}</span>
            <span class="tag">{t.since(day(member.createdAt))}</span>
            {member.deactivatedAt && <span class="tag tag-warm">{t.until(day(member.deactivatedAt))}</span>}
            <span class="tag">{t.openDeals(member.openDealCount)}</span>
          </p>
        </div>
      </div>
      <div class="admin-acts">
        <ActButton permission={mayEdit} onAct={() => setAsked("edit")}>
          {t.edit}
        </ActButton>
        {member.openDealCount + member.openTaskCount > 0 && (
          <ActButton permission={permissions.transferDeals} icon="move" onAct={() => setAsked("transfer")}>
            {t.transfer}
          </ActButton>
        )}
        {member.isActive ? (
          <ActButton kind="danger" permission={permissions.deactivate} onAct={() => setAsked("leave")}>
            {t.deactivate}
          </ActButton>
        ) : (
          <ActButton kind="main" permission={permissions.reactivate} onAct={() => void back()}>
            {t.reactivate}
          </ActButton>
        )}
      </div>
      {asked === "edit" && <Edit member={member} onClose={() => setAsked(null)} />}
      {asked === "leave" && <Deactivate member={member} onClose={() => setAsked(null)} />}
      {asked === "transfer" && <Transfer member={member} onClose={() => setAsked(null)} />}
    </header>
  );
}

function Edit({ member, onClose }: { member: Member; onClose: () => void }) {
  const t = admin();
  const form = useForm();
  const { rename, changeEmail, changeRole } = member.permissions;
  const [name, setName] = useState(member.name);
  const [email, setEmail] = useState(member.email);
  const [role, setRole] = useState(member.role);
  // Only what is different is sent: what somebody else changes meanwhile stays theirs.
  const save = async () => {
    const input: UpdateMemberInput = {
      memberId: member.id,
      ...(name !== member.name && { name }),
      ...(email !== member.email && { email }),
      ...(role !== member.role && { role }),
    };
    const payload = await form.send(() => change(UpdateMemberDocument, { input }, { quiet: true }));
    if (!payload?.member) return;
    const me = viewer.peek();
    if (me?.member.id === member.id) viewer.value = { ...me, member: { ...me.member, ...payload.member } };
    told(t.saved);
    onClose();
  };
  return (
    <Dialog title={t.editMember} onClose={onClose}>
      <FormBody form={form} fields={["name", "email", "role"]} act={common().save} onSubmit={() => void save()} onClose={onClose}>
        <Field label={t.name} hint={rename.blockers[0]?.message} wrong={form.about("name")}>
          <input required maxLength={200} disabled={!rename.allowed} value={name} onInput={(event) => setName(event.currentTarget.value)} />
        </Field>
        <Field label={t.email} hint={changeEmail.blockers[0]?.message} wrong={form.about("email")}>
          <input required inputMode="email" disabled={!changeEmail.allowed} value={email} onInput={(event) => setEmail(event.currentTarget.value)} />
        </Field>
        <RoleField role={role} wrong={form.about("role")} locked={changeRole.blockers[0]?.message} onChange={setRole} />
      </FormBody>
    </Dialog>
  );
}
