// Chooses a note that was written earlier and shows nothing yet, the newest first.
import { moment } from "../language";
import { Icon } from "../parts/icon";
import { Pages } from "../parts/pages";
import { deal as texts } from "../texts/deal";
import { MoreNotesDocument, type RemarkFragment } from "./__generated__/graphql";
import type { Deal } from "./screen";

/** Whether there may be any. */
export const hasFree = ({ notes }: Deal): boolean => notes.pageInfo.hasNextPage || notes.nodes.some(isFree);

const isFree = ({ isEvidence }: RemarkFragment): boolean => !isEvidence;

interface Props {
  id: string;
  chosen: string | null;
  onChoose: (noteId: string) => void;
}

export function Earlier({ id, chosen, onChoose }: Props) {
  const t = texts();
  const show = (notes: RemarkFragment[]) => (
    <ul class="earlier">
      {notes.filter(isFree).map((note) => (
        <li key={note.id}>
          <label class="check">
            <input type="radio" name="note" required checked={chosen === note.id} onChange={() => onChoose(note.id)} />
            <Brief note={note} />
          </label>
        </li>
      ))}
    </ul>
  );
  return (
    <fieldset class="earlier-notes">
      <legend>{t.whichNote}</legend>
      <Pages
        document={MoreNotesDocument}
        variables={{ id }}
        pick={({ deal }) => deal?.notes}
        show={show}
        none={<p class="soft">{t.noNotes}</p>}
      />
    </fieldset>
  );
}

/** What a note says, in a few lines. */
function Brief({ note: { author, createdAt, body, files } }: { note: RemarkFragment }) {
  return (
    <span class="earlier-note">
      <small class="soft">
        {author.name}, {moment(createdAt)}
      </small>
      <span class="earlier-body">{body}</span>
      {files.map(({ id, name }) => (
        <small key={id} class="soft">
          <Icon name="file" /> {name}
        </small>
      ))}
    </span>
  );
}
