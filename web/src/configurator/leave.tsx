// Somebody leaves with changes that are not saved.
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { go, leave } from "../router";
import { configurator as texts } from "../texts/configurator";
import type { Draft } from "./draft";

export function LeaveDialog({ draft, to, onClose }: { draft: Draft; to: string; onClose: () => void }) {
  const t = texts().leave;
  return (
    <Dialog title={t.title} onClose={onClose}>
      <p>{t.more}</p>
      <div class="form-acts">
        <Button
          kind="danger"
          onClick={() => {
            draft.discard();
            draft.keep();
            leave();
            go(to);
          }}
        >
          {t.discard}
        </Button>
        <Button
          onClick={() => {
            draft.keep();
            leave();
            go(to);
          }}
        >
          {t.keep}
        </Button>
        <Button kind="main" autoFocus onClick={onClose}>
          {t.stay}
        </Button>
      </div>
    </Dialog>
  );
}
