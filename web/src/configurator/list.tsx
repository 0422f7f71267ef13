// The processes of the organisation, and how to begin one.
import { useState } from "preact/hooks";

import { useAll } from "../api/all";
import { ask, change, orSay, said } from "../api/use";
import { sorted } from "../language";
import { viewer } from "../frame/viewer";
import { ActButton } from "../parts/button";
import { Icon } from "../parts/icon";
import { Markdown } from "../parts/markdown";
import { Menu, MenuItem } from "../parts/menu";
import { Empty, Failed, Loading } from "../parts/show";
import { useTitle } from "../parts/title";
import { told } from "../parts/toast";
import { go } from "../router";
import { configurator as texts } from "../texts/configurator";
import {
  DuplicateProcessDocument,
  ExportProcessDocument,
  ProcessesDocument,
  SetDefaultDocument,
  type ListedFragment,
} from "./__generated__/graphql";
import { ArchiveDialog, UnarchiveDialog } from "./archive";
import { BeginDialog, Templates } from "./begin";
import { SavedBy } from "./changes";
import { hasDraft } from "./draft";
import { FileField, ImportDialog, useFiles, type Given } from "./file";

type Question = { archive: ListedFragment } | { back: ListedFragment } | { begin: string | null } | { file: Given } | null;

export function ProcessList() {
  const t = texts();
  useTitle(t.title);
  const { data, error, again } = useAll(ProcessesDocument, ({ processes }) => processes);
  const [asked, ask] = useState<Question>(null);
  const may = viewer.value?.permissions.createProcess;
  const { over, ...drop } = useFiles((file) => ask({ file }), Boolean(may?.allowed));
  if (error && !data) return <Failed text={said(error)} again={again} />;
  if (!data) return <Loading />;
  const all = sorted(data);
  const done = () => {
    ask(null);
    again();
  };
  return (
    <div class={`page processes ${over ? "processes-over" : ""}`} {...drop}>
      <header class="page-head">
        <h1>{t.title}</h1>
        {may?.allowed && all.length > 0 && <FileField onFile={(file) => ask({ file })} />}
        {may && all.length > 0 && (
          <ActButton permission={may} kind="main" icon="plus" onAct={() => ask({ begin: null })}>
            {t.newProcess}
          </ActButton>
        )}
      </header>
      {all.length === 0 ? <Nothing may={Boolean(may?.allowed)} ask={ask} /> : <All all={all} ask={ask} again={again} />}
      {over && <p class="processes-drop">{t.dropFile}</p>}
      {asked && "archive" in asked && (
        <ArchiveDialog process={asked.archive} all={all} onClose={() => ask(null)} onDone={done} />
      )}
      {asked && "back" in asked && <UnarchiveDialog process={asked.back} onClose={() => ask(null)} onDone={done} />}
      {asked && "begin" in asked && <BeginDialog template={asked.begin} onClose={() => ask(null)} />}
      {asked && "file" in asked && (
        <ImportDialog given={asked.file} onClose={() => ask(null)} onDone={done} />
      )}
    </div>
  );
}

/** On an empty database, what to begin with is all there is. */
function Nothing({ may, ask }: { may: boolean; ask: (what: Question) => void }) {
  const t = texts();
  return (
    <>
      <Empty icon="process" title={t.none}>
        <p>{may ? t.noneMore : t.noneForYou}</p>
      </Empty>
      {may && (
        <>
          <Templates onPick={(begin) => ask({ begin })} />
          <p class="processes-file">
            <FileField onFile={(file) => ask({ file })} />
          </p>
        </>
      )}
    </>
  );
}

function All({ all, ask, again }: { all: ListedFragment[]; ask: (what: Question) => void; again: () => void }) {
  const t = texts();
  const archived = all.filter(({ archivedAt }) => archivedAt);
  const inUse = all.filter(({ archivedAt }) => !archivedAt);
  const [open, setOpen] = useState(inUse.length === 0);
  return (
    <>
      <ul class="process-list">
        {(open ? [...inUse, ...archived] : inUse).map((process) => (
          <Item key={process.id} process={process} ask={ask} again={again} />
        ))}
      </ul>
      {archived.length > 0 && !open && (
        <button type="button" class="button-link" onClick={() => setOpen(true)}>
          {t.showArchived(archived.length)}
        </button>
      )}
    </>
  );
}

function Item({ process, ask, again }: { process: ListedFragment; ask: (what: Question) => void; again: () => void }) {
  const t = texts();
  const { id, name, description, stages, isDefault, archivedAt } = process;
  const actions = stages.reduce((sum, stage) => sum + stage.actions.length, 0);
  const [about] = description.trim().split(/\n\s*\n/);
  return (
    <li class="card process-item">
      <div class="process-head">
        <h2>
          <a href={`processes/${id}`}>{name}</a>
        </h2>
        {isDefault && <span class="tag tag-main">{t.isDefault}</span>}
        {archivedAt && <span class="tag">{t.archived}</span>}
        {hasDraft(id) && <span class="tag tag-warm">{t.unsaved}</span>}
        {process.configure.allowed && <More process={process} ask={ask} again={again} />}
      </div>
      {about && <Markdown text={about} />}
      <p class="soft numbers">
        {[t.stages(stages.length), t.actions(actions), t.points(process.totalWeight)].join(" · ")}
      </p>
      <div class="process-foot">
        <small class="soft">
          <SavedBy version={process.latest} />
        </small>
        <span class="process-ways">
          <a class="button button-quiet" href={`processes/${id}/versions`}>
            <Icon name="history" /> {t.versions}
          </a>
          <a class="button button-quiet" href={`boards/${id}`}>
            <Icon name="board" /> {t.board}
          </a>
          <a class="button button-plain" href={`processes/${id}`}>
            <Icon name={process.configure.allowed ? "cog" : "search"} />{" "}
            {process.configure.allowed ? t.configure : t.look}
          </a>
        </span>
      </div>
    </li>
  );
}

function More({ process, ask, again }: { process: ListedFragment; ask: (what: Question) => void; again: () => void }) {
  const t = texts();
  const { id, name } = process;
  const makeDefault = async () => {
    const changed = await change(SetDefaultDocument, { input: { processId: id } });
    if (changed && changed.refusals.length === 0) told(t.madeDefault(name));
    again();
  };
  const duplicate = async () => {
    const changed = await change(DuplicateProcessDocument, { input: { processId: id } });
    const copy = changed?.payload.process;
    if (copy && changed.refusals.length === 0)
      told(t.duplicated(copy.name), { label: t.configure, run: () => go(`processes/${copy.id}`) });
    again();
  };
  return (
    <Menu class="process-more" label={t.menu(name)}>
      {!process.isDefault && !process.archivedAt && (
        <MenuItem icon="check" onClick={() => void makeDefault()}>
          {t.makeDefault}
        </MenuItem>
      )}
      <MenuItem icon="plus" onClick={() => void duplicate()}>
        {t.duplicate}
      </MenuItem>
      <MenuItem icon="file" onClick={() => orSay(save(id, name))}>
        {t.exportFile}
      </MenuItem>
      {process.archivedAt ? (
        <MenuItem icon="undo" onClick={() => ask({ back: process })}>
          {t.bringBack}
        </MenuItem>
      ) : (
        <MenuItem icon="close" onClick={() => ask({ archive: process })}>
          {t.archive}
        </MenuItem>
      )}
    </Menu>
  );
}

/** Saves a process as a file on the viewer's machine. */
async function save(id: string, name: string): Promise<void> {
  const { exportProcess } = await ask(ExportProcessDocument, { id });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([exportProcess ?? ""], { type: "application/yaml" }));
  link.download = `${name.replace(/[\\/:*?"<>|]+/g, " ").trim()}.yaml`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
