// The head of the configurator: what the process is called, and what can be done with the whole of it.
import { Button, IconButton } from "../parts/button";
import { Icon } from "../parts/icon";
import { configurator as texts } from "../texts/configurator";
import { SavedBy } from "./changes";
import type { Desk, View } from "./desk";
import type { Process } from "./draft";
import { Name } from "./name";
import { firstLine } from "./action";

export function Head({ process, desk, onView }: { process: Process; desk: Desk; onView: (view: View) => void }) {
  const t = texts();
  const { draft, may, ask } = desk;
  const tree = draft.tree.value;
  return (
    <header class="cfg-head">
      <div class="cfg-title">
        <h1>
          <Name name={tree.name} may={may} onChange={(name) => draft.to({ ...draft.tree.peek(), name })} />
        </h1>
        {may && (
          <Button kind="quiet" icon="trash" onClick={() => ask("removed")}>
            {t.gone.open}
          </Button>
        )}
        <a class="button button-quiet" href={`processes/${process.id}/versions`}>
          <Icon name="history" /> {t.versions}
        </a>
        <a class="button button-quiet" href={`boards/${process.id}`}>
          <Icon name="board" /> {t.board}
        </a>
      </div>
      <p class="cfg-about soft">
        {tree.description && <span class="cfg-about-text">{firstLine(tree.description)}</span>}
        {may && (
          <button type="button" class="button-link" onClick={() => ask("about")}>
            {tree.description ? t.editAbout : t.addAbout}
          </button>
        )}
      </p>
      <div class="cfg-bar">
        <span class="soft numbers">
          {[t.stages(tree.stages.length), t.actions(draft.count.value), t.points(draft.total.value)].join(" · ")}
          <small class="cfg-version">
            {" "}
            · <SavedBy version={process.latest} />
          </small>
        </span>
        <Views view={desk.view} onView={onView} />
        {may && <Steps desk={desk} />}
      </div>
    </header>
  );
}

function Views({ view, onView }: { view: View; onView: (view: View) => void }) {
  const t = texts();
  return (
    <span class="cfg-views" role="group" aria-label={t.view}>
      {(["columns", "list"] as const).map((which) => (
        <button key={which} type="button" aria-pressed={view === which} onClick={() => onView(which)}>
          {t[which]}
        </button>
      ))}
    </span>
  );
}

function Steps({ desk: { draft, ask } }: { desk: Desk }) {
  const t = texts();
  const isChanged = draft.isChanged.value;
  return (
    <span class="cfg-steps">
      <IconButton
        icon="undo"
        label={t.undo}
        aria-keyshortcuts="Control+Z"
        disabled={!draft.canUndo.value}
        onClick={() => draft.undo()}
      />
      <IconButton
        icon="undo"
        class="cfg-redo"
        label={t.redo}
        aria-keyshortcuts="Control+Y"
        disabled={!draft.canRedo.value}
        onClick={() => draft.redo()}
      />
      <Button kind="main" icon="check" disabled={!isChanged} onClick={() => ask("review")}>
        {t.save}
      </Button>
    </span>
  );
}
