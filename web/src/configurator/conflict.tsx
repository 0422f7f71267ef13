// Somebody saved meanwhile: what they changed, what one changed oneself, and what both did. The two are put together.
import type { CombinedError } from "@urql/core";
import { useState } from "preact/hooks";

import { ask, said } from "../api/use";
import { ago } from "../language";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { failed, told } from "../parts/toast";
import { configurator as texts } from "../texts/configurator";
import { SavePreviewDocument, type ChangedFragment, type SavedChangesFragment } from "./__generated__/graphql";
import { Changes } from "./changes";
import type { Conflict, Desk } from "./desk";
import { merge, type Side } from "./merge";
import { saveInput } from "./review";
import { findAction, findStage, isSame, treeOf, type Tree } from "./tree";

/** Asks the API what others saved since the draft was begun, and shows it. */
export async function lookForConflict(desk: Desk): Promise<void> {
  try {
    const { processPreview } = await ask(SavePreviewDocument, { input: saveInput(desk.draft) });
    const conflict = processPreview.userErrors.find((problem) => problem.__typename === "VersionConflict");
    desk.ask(conflict ? { conflict } : "review");
  } catch (error) {
    failed(said(error as CombinedError));
  }
}

export function ConflictDialog({ desk, conflict, onClose }: { desk: Desk; conflict: Conflict; onClose: () => void }) {
  const t = texts().conflict;
  const { draft } = desk;
  const [sides, setSides] = useState<Record<string, Side>>({});
  const theirs = treeOf(conflict.process);
  const { version } = conflict.process;
  const take = () => {
    draft.begin(version, theirs);
    onClose();
  };
  const put = () => {
    const choose = (id: string): Side => sides[id || draft.id] ?? "mine";
    const merged = merge(draft.base.peek().tree, draft.tree.peek(), theirs, choose);
    draft.begin(version, theirs, merged);
    told(isSame(merged, theirs) ? t.same : t.merged);
    onClose();
  };
  return (
    <Dialog title={t.title} onClose={onClose} wide>
      <p class="soft">{t.more}</p>
      <section class="conflict">
        <h3>{t.theirs}</h3>
        {conflict.since.map((version) => (
          <Since key={version.id} version={version} />
        ))}
      </section>
      <section class="conflict">
        <h3>{t.yours}</h3>
        {conflict.yours.length === 0 ? <p class="soft">{t.noneOfYours}</p> : <Changes changes={conflict.yours} />}
      </section>
      <section class="conflict">
        <h3>{t.overlap}</h3>
        {conflict.overlapping.length === 0 && <p class="soft">{t.noOverlap}</p>}
        {conflict.overlapping.map((id) => (
          <Overlap
            key={id}
            id={id}
            desk={desk}
            conflict={conflict}
            side={sides[id] ?? "mine"}
            onChange={(side) => setSides({ ...sides, [id]: side })}
          />
        ))}
      </section>
      <div class="form-acts">
        <Button kind="danger" onClick={take}>
          {t.takeTheirs}
        </Button>
        <Button onClick={onClose}>{texts().review.back}</Button>
        <Button kind="main" autoFocus onClick={put}>
          {t.merge}
        </Button>
      </div>
    </Dialog>
  );
}

function Since({ version }: { version: SavedChangesFragment }) {
  const t = texts().conflict;
  return (
    <div>
      <p>
        <strong>{t.version(version.number, version.author?.name ?? t.somebody, ago(version.savedAt))}</strong>
        {version.message && <span class="soft"> – {version.message}</span>}
      </p>
      <Changes changes={version.changes} />
    </div>
  );
}

interface OverlapProps {
  id: string;
  desk: Desk;
  conflict: Conflict;
  side: Side;
  onChange: (side: Side) => void;
}

function Overlap({ id, desk: { draft }, conflict, side, onChange }: OverlapProps) {
  const t = texts().conflict;
  const trees = [draft.tree.value, draft.base.value.tree];
  const name = id === draft.id ? t.process : (trees.map((tree) => nameIn(tree, id)).find(Boolean) ?? t.gone);
  const of = (changes: readonly ChangedFragment[]) => changes.filter((change) => about(change, draft.id) === id);
  return (
    <fieldset class="overlap">
      <legend>
        {name}: {t.choose}
      </legend>
      {(["mine", "theirs"] as const).map((which) => (
        <label key={which} class="overlap-side">
          <input type="radio" name={id} checked={side === which} onChange={() => onChange(which)} />
          <span>
            <strong>{which === "mine" ? t.mine : t.other}</strong>
            <Changes changes={of(which === "mine" ? conflict.yours : conflict.theirs)} />
          </span>
        </label>
      ))}
    </fieldset>
  );
}

const about = ({ actionId, stageId }: ChangedFragment, process: string): string => actionId ?? stageId ?? process;
const nameIn = (tree: Tree, id: string): string | undefined =>
  findAction(tree, id)?.action.name ?? findStage(tree, id)?.name;
