// Chooses whose deals a board shows, where there are more members than a list takes.
import { Dialog } from "../parts/dialog";
import { PeoplePicker } from "../people/picker";
import { board as texts } from "../texts/board";
import { choose } from "./filters";

export function OwnerDialog({ onClose }: { onClose: () => void }) {
  const t = texts();
  const pick = ({ id }: { id: string }) => {
    choose({ owner: id });
    onClose();
  };
  return (
    <Dialog title={t.chooseOwner} onClose={onClose}>
      <PeoplePicker label={t.chooseOwner} autoFocus onPick={pick} />
    </Dialog>
  );
}
