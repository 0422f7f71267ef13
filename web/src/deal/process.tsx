// A deal goes on through another process: what that makes of it is seen first, and what was done can count as something else.
import { useEffect, useState } from "preact/hooks";

import type { CombinedError } from "@urql/core";
import { ask, change, said, useQuery } from "../api/use";
import { Dialog } from "../parts/dialog";
import { Field } from "../parts/field";
import { FormBody, useForm } from "../parts/form";
import { Reasons } from "../parts/reasons";
import { Failed, Loading } from "../parts/show";
import { told } from "../parts/toast";
import { common } from "../texts/common";
import { deal as texts } from "../texts/deal";
import {
  ChangeProcessDocument,
  ProcessesToChooseDocument,
  ProcessPreviewDocument,
  type ChangeDealProcessInput,
  type ProcessPreviewQuery,
  type ReferredFragment,
} from "./__generated__/graphql";
import type { Deal } from "./screen";

interface Process {
  id: string;
  name: string;
}

/** What each action that was done counts as: another one's id, or nothing. */
type Counts = Record<string, string>;

interface Props {
  deal: Deal;
  onClose: () => void;
}

export default function ChangeProcess({ deal, onClose }: Props) {
  const t = texts();
  const form = useForm();
  const [process, setProcess] = useState<Process | null>(null);
  // Until somebody chooses, the API maps by names.
  const [counts, setCounts] = useState<Counts | null>(null);
  const save = async () => {
    if (!process) return;
    const input = inputOf(deal, process, counts);
    if (!(await form.send(() => change(ChangeProcessDocument, { input }, { quiet: true })))) return;
    onClose();
    told(t.processChanged(process.name));
  };
  const choose = (chosen: Process | null) => {
    setProcess(chosen);
    setCounts(null);
  };
  return (
    <Dialog title={t.changeProcessTitle} onClose={onClose}>
      <FormBody form={form} fields={["processId"]} act={t.changeProcessAct} onSubmit={() => void save()} onClose={onClose}>
        <p class="soft">{t.changeProcessMore}</p>
        <Choice now={deal.process.id} wrong={form.about("processId")} onChoose={choose} />
        {process && <Preview key={process.id} input={inputOf(deal, process, counts)} counts={counts} onChange={setCounts} />}
      </FormBody>
    </Dialog>
  );
}

function inputOf(deal: Deal, process: Process, counts: Counts | null): ChangeDealProcessInput {
  const input = { dealId: deal.id, processId: process.id };
  if (!counts) return input;
  const chosen = Object.entries(counts).filter(([, to]) => to);
  return { ...input, mapping: chosen.map(([fromActionId, toActionId]) => ({ fromActionId, toActionId })) };
}

/** All of them, however many there are. */
async function allProcesses(): Promise<Process[]> {
  const all: Process[] = [];
  for (let after: string | null = null; ; ) {
    const { processes }: Awaited<ReturnType<typeof page>> = await page(after);
    all.push(...processes.nodes);
    if (!processes.pageInfo.hasNextPage) return all;
    after = processes.pageInfo.endCursor;
  }
}

const page = (after: string | null) => ask(ProcessesToChooseDocument, { after });

interface ChoiceProps {
  now: string;
  wrong: string | undefined;
  onChoose: (process: Process | null) => void;
}

function Choice({ now, wrong, onChoose }: ChoiceProps) {
  const t = texts();
  const [all, setAll] = useState<Process[] | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const read = () => {
    setFailure(null);
    allProcesses().then(setAll, (error: CombinedError) => setFailure(said(error)));
  };
  useEffect(read, []);
  if (!all) return failure ? <Failed text={failure} again={read} level={3} /> : <Loading />;
  const others = all.filter(({ id }) => id !== now);
  if (others.length === 0) return <p>{t.noOtherProcess}</p>;
  return (
    <Field label={t.process} wrong={wrong}>
      <select required onChange={({ currentTarget: { value } }) => onChoose(others.find(({ id }) => id === value) ?? null)}>
        <option value="">{t.chooseProcess}</option>
        {others.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </Field>
  );
}

interface PreviewProps {
  input: ChangeDealProcessInput;
  counts: Counts | null;
  onChange: (counts: Counts) => void;
}

function Preview({ input, counts, onChange }: PreviewProps) {
  const { data, error, again } = useQuery(ProcessPreviewDocument, { input, process: input.processId });
  // Which actions those are does not change with what they count as, so the list keeps its order.
  const [done, setDone] = useState<Done[] | null>(null);
  const preview = data?.changeDealProcessPreview;
  useEffect(() => {
    if (preview && !done) setDone(doneOf(preview));
  }, [preview]);
  if (!preview) return error ? <Failed text={said(error)} again={again} level={3} /> : <Loading />;
  if (preview.userErrors.length > 0) return <Refused preview={preview} />;
  const now = counts ?? Object.fromEntries((done ?? []).map(({ from, to }) => [from.actionId, to]));
  return (
    <>
      <Outlook preview={preview} />
      {done && done.length > 0 && <Mapping done={done} counts={now} process={data.process} onChange={onChange} />}
      <Again actions={preview.countingAgain} />
    </>
  );
}

type PreviewData = NonNullable<ProcessPreviewQuery["changeDealProcessPreview"]>;

interface Done {
  from: ReferredFragment;
  /** What it counts as by its name; empty: as nothing. */
  to: string;
}

function doneOf({ mapping, unmapped }: PreviewData): Done[] {
  const mapped = mapping.filter(({ done }) => done).map(({ from, to }) => ({ from, to: to.actionId }));
  const known = new Set(mapped.map(({ from }) => from.actionId));
  const rest = unmapped.filter(({ actionId }) => !known.has(actionId));
  return [...mapped, ...rest.map((from) => ({ from, to: "" }))];
}

function Refused({ preview }: { preview: PreviewData }) {
  return (
    <div class="act-reasons" role="status">
      <Reasons reasons={preview.userErrors} />
    </div>
  );
}

/** How far the deal is, and would be. */
function Outlook({ preview: { before, after } }: { preview: PreviewData }) {
  const t = texts();
  if (!before || !after) return null;
  const stage = (name: string | null) => name ?? common().unstaged;
  return (
    <div role="status">
      <dl class="details">
        <div>
          <dt>{t.progress}</dt>
          <dd class="numbers">{t.fromTo(`${before.percent} %`, `${after.percent} %`)}</dd>
        </div>
        <div>
          <dt>{t.stage}</dt>
          <dd>{t.fromTo(stage(before.stageName), stage(after.stageName))}</dd>
        </div>
      </dl>
    </div>
  );
}

interface MappingProps {
  done: Done[];
  counts: Counts;
  process: ProcessPreviewQuery["process"];
  onChange: (counts: Counts) => void;
}

/** What was done, and as what each of that counts. */
function Mapping({ done, counts, process, onChange }: MappingProps) {
  const t = texts();
  return (
    <fieldset class="counts">
      <legend>{t.countsAs}</legend>
      {done.map(({ from }) => (
        <Field key={from.actionId} label={t.actionAt(from.actionName, from.stageName)}>
          <select
            value={counts[from.actionId] ?? ""}
            onChange={({ currentTarget: { value } }) => onChange({ ...counts, [from.actionId]: value })}
          >
            <option value="">{t.countsNot}</option>
            {process?.stages.map((stage) => (
              <optgroup key={stage.id} label={stage.name}>
                {stage.actions.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </optgroup>
            ))}
          </select>
        </Field>
      ))}
    </fieldset>
  );
}

/** What was done when the deal was there before. */
function Again({ actions }: { actions: ReferredFragment[] }) {
  const t = texts();
  if (actions.length === 0) return null;
  return (
    <div>
      <p>{t.countsAgain}</p>
      <ul class="reasons">
        {actions.map(({ actionId, actionName, stageName }) => (
          <li key={actionId}>{t.actionAt(actionName, stageName)}</li>
        ))}
      </ul>
    </div>
  );
}
