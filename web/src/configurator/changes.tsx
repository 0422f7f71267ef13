// What a save changes, in the words of the API, and who saved it.
import { ago, moment } from "../language";
import { Icon, type IconName } from "../parts/icon";
import { configurator as texts } from "../texts/configurator";
import type { ChangedFragment, SavedFragment } from "./__generated__/graphql";

const ICONS: Partial<Record<string, IconName>> = {
  StageAdded: "plus",
  ActionAdded: "plus",
  StageRemoved: "close",
  ActionRemoved: "close",
  StageMoved: "move",
  ActionMoved: "move",
  SettingsChanged: "cog",
};

export function Changes({ changes, label }: { changes: readonly ChangedFragment[]; label?: string }) {
  return (
    <ul class="changes" aria-label={label}>
      {changes.map(({ __typename, summary }, at) => (
        <li key={at}>
          <Icon name={ICONS[__typename] ?? "note"} />
          <span>{summary}</span>
        </li>
      ))}
    </ul>
  );
}

/** Who saved a version and when, and which one it is unless that is said beside. */
export function SavedBy({ version, short }: { version: SavedFragment; short?: boolean }) {
  const t = texts();
  const who = version.author?.name ?? t.program;
  const when = ago(version.savedAt);
  return <span title={moment(version.savedAt)}>{short ? t.by(who, when) : t.savedBy(version.number, who, when)}</span>;
}
