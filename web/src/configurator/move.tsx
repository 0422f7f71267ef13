// "Move to …": for whoever does not drag.
import { useState } from "preact/hooks";

import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Field } from "../parts/field";
import { common } from "../texts/common";
import { configurator as texts } from "../texts/configurator";
import { putAction, putStage, type Desk } from "./desk";
import { findAction, findStage } from "./tree";

interface Props {
  desk: Desk;
  id: string;
  onClose: () => void;
}

export function MoveDialog(props: Props) {
  const tree = props.desk.draft.tree.value;
  if (findAction(tree, props.id)) return <MoveAction {...props} />;
  return findStage(tree, props.id) ? <MoveStage {...props} /> : null;
}

function MoveAction({ desk, id, onClose }: Props) {
  const t = texts();
  const { stages } = desk.draft.tree.value;
  const from = findAction(desk.draft.tree.value, id);
  const [stageId, setStageId] = useState(from?.stage.id ?? "");
  const others = (of: string) =>
    (findStage(desk.draft.tree.value, of)?.actions ?? []).filter((action) => action.id !== id);
  const [after, setAfter] = useState(from ? (from.stage.actions[from.at - 1]?.id ?? "") : "");
  if (!from) return null;
  const move = () => {
    const actions = findStage(desk.draft.tree.peek(), stageId)?.actions ?? [];
    onClose();
    putAction(desk, id, stageId, actions.findIndex((action) => action.id === after) + 1);
  };
  return (
    <Dialog title={t.moveTitle(from.action.name)} onClose={onClose}>
      <form class="form" onSubmit={(event) => (event.preventDefault(), move())}>
        <Field label={t.toStage}>
          <select
            autoFocus
            value={stageId}
            onChange={(event) => {
              setStageId(event.currentTarget.value);
              setAfter(others(event.currentTarget.value).at(-1)?.id ?? "");
            }}
          >
            {stages.map((stage) => (
              <option key={stage.id} value={stage.id}>
                {stage.name}
              </option>
            ))}
          </select>
        </Field>
        <After value={after} among={others(stageId)} onChange={setAfter} />
        <Acts onClose={onClose} />
      </form>
    </Dialog>
  );
}

function MoveStage({ desk, id, onClose }: Props) {
  const { stages } = desk.draft.tree.value;
  const at = stages.findIndex((stage) => stage.id === id);
  const [after, setAfter] = useState(stages[at - 1]?.id ?? "");
  const move = () => {
    onClose();
    putStage(desk, id, desk.draft.tree.peek().stages.findIndex((stage) => stage.id === after) + 1);
  };
  return (
    <Dialog title={texts().moveTitle(stages[at]?.name ?? "")} onClose={onClose}>
      <form class="form" onSubmit={(event) => (event.preventDefault(), move())}>
        <After value={after} among={stages.filter((stage) => stage.id !== id)} onChange={setAfter} autoFocus />
        <Acts onClose={onClose} />
      </form>
    </Dialog>
  );
}

interface AfterProps {
  value: string;
  among: { id: string; name: string }[];
  onChange: (id: string) => void;
  autoFocus?: boolean;
}

function After({ value, among, onChange, autoFocus }: AfterProps) {
  const t = texts();
  return (
    <Field label={t.place}>
      <select autoFocus={autoFocus} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">{t.first}</option>
        {among.map(({ id, name }) => (
          <option key={id} value={id}>
            {t.after(name)}
          </option>
        ))}
      </select>
    </Field>
  );
}

function Acts({ onClose }: { onClose: () => void }) {
  return (
    <div class="form-acts">
      <Button onClick={onClose}>{common().cancel}</Button>
      <Button type="submit" kind="main">
        {texts().moveAct}
      </Button>
    </div>
  );
}
