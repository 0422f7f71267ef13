// What of the inbox comes by mail, too.
import { change, useQuery } from "../api/use";
import { mayAdministrate } from "../frame/viewer";
import { inbox as texts } from "../texts/inbox";
import { ByMailDocument, ChooseMailDocument, type NotificationKind } from "./__generated__/graphql";

const KINDS: NotificationKind[] = ["ACTION_COMPLETED", "TASK_ASSIGNED", "WEBHOOK_FAILED"];

export function ByMail() {
  const t = texts();
  const { data } = useQuery(ByMailDocument, {});
  const preferences = data?.viewer.mailPreferences;
  if (!preferences) return null;
  const { muted, isConfigured } = preferences;
  const kinds = KINDS.filter((kind) => kind !== "WEBHOOK_FAILED" || mayAdministrate.value);
  // What this page does not know of stays as it is.
  const choose = (kind: NotificationKind, wanted: boolean) => {
    const others = muted.filter((other) => other !== kind);
    void change(ChooseMailDocument, { input: { muted: wanted ? others : [...others, kind] } });
  };
  return (
    <details class="card by-mail">
      <summary>{t.byMail}</summary>
      {isConfigured ? (
        <fieldset>
          <legend class="hidden">{t.byMail}</legend>
          {kinds.map((kind) => (
            <label key={kind} class="check">
              <input type="checkbox" checked={!muted.includes(kind)} onChange={(event) => choose(kind, event.currentTarget.checked)} />
              <span>{t.kinds[kind]}</span>
            </label>
          ))}
        </fieldset>
      ) : (
        <p class="soft">{t.noMail}</p>
      )}
    </details>
  );
}
