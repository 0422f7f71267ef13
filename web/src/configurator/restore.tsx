// An old version is brought back; what that does is seen first.
import type { CombinedError } from "@urql/core";
import { useEffect, useState } from "preact/hooks";

import { ask, change, said } from "../api/use";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Failed, Loading } from "../parts/show";
import { told } from "../parts/toast";
import { common } from "../texts/common";
import { configurator as texts } from "../texts/configurator";
import {
  RestoreDocument,
  RestorePreviewDocument,
  RestoreReachesDocument,
  type PreviewFragment,
  type ProblemFragment,
} from "./__generated__/graphql";
import { Changes } from "./changes";
import { ImpactView } from "./impact";
import { StageChoice, type Moves } from "./problems";

interface Props {
  process: { id: string; version: number };
  number: number;
  onClose: () => void;
  onDone: () => void;
}

type StageHasDeals = Extract<ProblemFragment, { __typename: "StageHasDeals" }>;

export function RestoreDialog({ process, number, onClose, onDone }: Props) {
  const t = texts().history;
  const [preview, setPreview] = useState<PreviewFragment | null>(null);
  const [asked, setAsked] = useState<StageHasDeals[]>([]);
  const [moves, setMoves] = useState<Moves>({});
  const [wrong, setWrong] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const removedStages = Object.entries(moves).map(([stageId, moveDealsTo]) => ({ stageId, moveDealsTo }));
  const input = { processId: process.id, version: number, expectedVersion: process.version, removedStages };
  const look = async () => {
    setWrong(null);
    try {
      const { restorePreview } = await ask(RestorePreviewDocument, { input });
      setPreview(restorePreview);
      const more = restorePreview.userErrors.filter((problem) => problem.__typename === "StageHasDeals");
      setAsked((known) => [...known, ...more.filter(({ stage }) => !known.some((one) => one.stage.id === stage.id))]);
    } catch (error) {
      setWrong(said(error as CombinedError));
    }
  };
  useEffect(() => void look(), [moves]);
  const run = async () => {
    setBusy(true);
    const changed = await change(RestoreDocument, { input });
    setBusy(false);
    if (!changed) return;
    if (changed.refusals.length === 0) told(t.restored(number));
    onDone();
  };
  const others = preview?.userErrors.filter(({ __typename }) => __typename !== "StageHasDeals") ?? [];
  return (
    <Dialog title={t.restoreTitle(number)} onClose={onClose} wide>
      <p>{t.restoreMore}</p>
      {wrong && <Failed text={wrong} again={() => void look()} level={3} />}
      {!preview && !wrong && <Loading />}
      {others.length > 0 && (
        <ul class="problems" role="alert">
          {others.map(({ message }, at) => (
            <li key={at}>{message}</li>
          ))}
        </ul>
      )}
      {preview && (
        <>
          {asked.map(({ stage, dealCount }) => (
            <StageChoice
              key={stage.id}
              stage={stage}
              dealCount={dealCount}
              among={stagesOf(preview)}
              moves={moves}
              onChange={setMoves}
            />
          ))}
          {preview.changes.length > 0 ? <Changes changes={preview.changes} /> : <p class="soft">{t.none}</p>}
          {preview.impact && (
            <ImpactView
              key={JSON.stringify(moves)}
              numbers={preview.impact}
              changes={preview.changes}
              reach={async (kind, after) =>
                (await ask(RestoreReachesDocument, { input, kind, after })).restorePreview.impact?.deals
              }
            />
          )}
        </>
      )}
      <div class="form-acts">
        <Button onClick={onClose}>{common().cancel}</Button>
        <Button
          kind="main"
          busy={busy}
          disabled={!preview || preview.userErrors.length > 0 || preview.changes.length === 0}
          onClick={() => void run()}
        >
          {t.restoreAct}
        </Button>
      </div>
    </Dialog>
  );
}

const stagesOf = ({ definition }: PreviewFragment): { id: string; name: string }[] =>
  (definition?.stages ?? []).map(({ stageId, name }) => ({ id: stageId, name }));
