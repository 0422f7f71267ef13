// What a save would do, before it is done: the changes, the deals, and what has to be settled first.
import type { CombinedError } from "@urql/core";
import { useEffect, useState } from "preact/hooks";

import { ask, change, said } from "../api/use";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Field } from "../parts/field";
import { Failed, Loading } from "../parts/show";
import { told } from "../parts/toast";
import { go, leave } from "../router";
import { configurator as texts } from "../texts/configurator";
import {
  SaveDocument,
  SavePreviewDocument,
  SaveReachesDocument,
  type PreviewFragment,
  type ProblemFragment,
  type SaveProcessInput,
} from "./__generated__/graphql";
import { Changes } from "./changes";
import type { Desk } from "./desk";
import type { Draft, Process } from "./draft";
import { ImpactView } from "./impact";
import { GoesWhere, Problems, type Moves } from "./problems";
import { inputOf, treeOf } from "./tree";

export function saveInput(draft: Draft, moves: Moves = {}, message = ""): SaveProcessInput {
  const removedStages = Object.entries(moves).map(([stageId, moveDealsTo]) => ({ stageId, moveDealsTo }));
  return {
    id: draft.id,
    expectedVersion: draft.base.peek().version,
    ...inputOf(draft.tree.peek()),
    removedStages,
    message: message.trim() || null,
  };
}

export function ReviewDialog({ process, desk, onClose }: { process: Process; desk: Desk; onClose: () => void }) {
  const t = texts().review;
  const { draft } = desk;
  const [preview, setPreview] = useState<PreviewFragment | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const [moves, setMoves] = useState<Moves>({});
  // Stages whose deals have to go somewhere stay asked about, once that is settled, too.
  const [asked, setAsked] = useState<StageHasDeals[]>([]);
  const [message, setMessage] = useState("");
  const [busy, setBusy] = useState(false);

  const show = (problems: readonly ProblemFragment[]): boolean => {
    const conflict = problems.find((problem) => problem.__typename === "VersionConflict");
    if (conflict) desk.ask({ conflict });
    const more = problems.filter((problem) => problem.__typename === "StageHasDeals");
    setAsked((known) => [...known, ...more.filter(({ stage }) => !known.some((one) => one.stage.id === stage.id))]);
    return conflict !== undefined;
  };
  const look = async () => {
    setWrong(null);
    try {
      const { processPreview } = await ask(SavePreviewDocument, { input: saveInput(draft, moves) });
      if (!show(processPreview.userErrors)) setPreview(processPreview);
    } catch (error) {
      setWrong(said(error as CombinedError));
    }
  };
  useEffect(() => void look(), [moves]);

  const save = async () => {
    setBusy(true);
    const changed = await change(SaveDocument, { input: saveInput(draft, moves, message) }, { quiet: true });
    setBusy(false);
    const saved = changed?.payload;
    if (!saved) return;
    if (saved.userErrors.length > 0 || !saved.process || !saved.version) {
      if (!show(saved.userErrors) && preview) setPreview({ ...preview, userErrors: saved.userErrors });
      return;
    }
    const { name, version } = saved.process;
    draft.begin(version, treeOf(saved.process));
    told(t.saved(name, version), { label: texts().board, run: () => go(`boards/${process.id}`) });
    leave();
    go("processes");
  };

  const others = preview?.userErrors.filter(({ __typename }) => __typename !== "StageHasDeals") ?? [];
  const canSave = preview !== null && preview.userErrors.length === 0 && preview.changes.length > 0;
  return (
    <Dialog title={t.title} onClose={onClose} wide>
      {wrong && <Failed text={wrong} again={() => void look()} level={3} />}
      {!preview && !wrong && <Asking />}
      {preview && (
        <>
          <Problems problems={others} desk={desk} />
          {asked.map((problem) => (
            <GoesWhere key={problem.stage.id} problem={problem} draft={draft} moves={moves} onChange={setMoves} />
          ))}
          <section>
            {(preview.changes.length > 0 || preview.userErrors.length === 0) && (
              <h3>{preview.changes.length > 0 ? t.changes(preview.changes.length) : t.nothing}</h3>
            )}
            <Changes changes={preview.changes} />
          </section>
          {preview.impact && (
            <ImpactView
              key={JSON.stringify(moves)}
              numbers={preview.impact}
              changes={preview.changes}
              reach={async (kind, after) =>
                (await ask(SaveReachesDocument, { input: saveInput(draft, moves), kind, after })).processPreview.impact
                  ?.deals
              }
            />
          )}
        </>
      )}
      <form class="form" onSubmit={(event) => (event.preventDefault(), canSave && void save())}>
        <Field label={t.message} hint={t.messageHint} optional>
          <input maxLength={1000} value={message} onInput={(event) => setMessage(event.currentTarget.value)} />
        </Field>
        <div class="form-acts">
          <Button onClick={onClose}>{t.back}</Button>
          <Button type="submit" kind="main" icon="check" busy={busy} disabled={!canSave}>
            {texts().save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

type StageHasDeals = Extract<ProblemFragment, { __typename: "StageHasDeals" }>;

function Asking() {
  return (
    <>
      <Loading />
      <p class="hidden" role="status">
        {texts().review.asking}
      </p>
    </>
  );
}
