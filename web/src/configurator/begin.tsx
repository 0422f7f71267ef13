// A new process: from a template, or from nothing.
import { useState } from "preact/hooks";

import { change, said, useQuery } from "../api/use";
import { language } from "../language";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Field } from "../parts/field";
import { FormBody, useForm } from "../parts/form";
import { Markdown } from "../parts/markdown";
import { Failed, Loading } from "../parts/show";
import { newId } from "../parts/id";
import { go } from "../router";
import { configurator as texts } from "../texts/configurator";
import { CreateProcessDocument, TemplatesDocument, type TemplatesQuery } from "./__generated__/graphql";

type Template = TemplatesQuery["processTemplates"][number];

/** The templates, those in the viewer's language first. */
function useTemplates() {
  const { data, error, again } = useQuery(TemplatesDocument, {}, "cache-first");
  const mine = (template: Template) => template.language.startsWith(language.value);
  const all = [...(data?.processTemplates ?? [])].sort((a, b) => Number(mine(b)) - Number(mine(a)));
  return { all: data ? all : undefined, error, again };
}

/** The templates side by side, for a database that has no process yet. */
export function Templates({ onPick }: { onPick: (key: string) => void }) {
  const t = texts();
  const { all, error, again } = useTemplates();
  if (error && !all) return <Failed text={said(error)} again={again} level={2} />;
  if (!all) return <Loading />;
  return (
    <ul class="templates">
      {[...all, null].map((template) => (
        <li key={template?.key ?? ""} class="card template" lang={template?.language}>
          <h2>{template?.name ?? t.begin.nothing}</h2>
          {template ? <About template={template} /> : <p class="soft">{t.begin.nothingMore}</p>}
          <Button
            kind={template === all[0] ? "main" : "plain"}
            aria-label={template ? t.begin.use(template.name) : t.begin.useNothing}
            lang={language.value}
            onClick={() => onPick(template?.key ?? "")}
          >
            {t.begin.start}
          </Button>
        </li>
      ))}
    </ul>
  );
}

function About({ template }: { template: Template }) {
  const [about = ""] = template.description.split(/\n\s*\n/);
  return (
    <>
      <Markdown text={about} />
      <ol class="template-stages soft">
        {template.stages.map(({ name, actions }) => (
          <li key={name}>
            <span>{name}</span> <span class="numbers">{actions.length}</span>
          </li>
        ))}
      </ol>
    </>
  );
}

interface Props {
  /** The key of a template; null: still to be chosen. */
  template: string | null;
  onClose: () => void;
}

export function BeginDialog({ template, onClose }: Props) {
  const { all, error, again } = useTemplates();
  return (
    <Dialog title={texts().begin.title} onClose={onClose}>
      {all ? (
        <BeginForm all={all} template={template} onClose={onClose} />
      ) : error ? (
        <Failed text={said(error)} again={again} level={3} />
      ) : (
        <Loading />
      )}
    </Dialog>
  );
}

function BeginForm({ all, template, onClose }: Props & { all: Template[] }) {
  const t = texts().begin;
  const [chosen, setChosen] = useState(template);
  const [name, setName] = useState("");
  const form = useForm();
  const [id] = useState(() => newId("process"));
  const key = chosen ?? all[0]?.key ?? "";
  const create = async () => {
    const input = { newId: id, template: key || null, name: name.trim() || (key ? null : "") };
    const made = await form.send(() => change(CreateProcessDocument, { input }, { quiet: true }));
    if (made?.process) go(`processes/${made.process.id}`);
  };
  return (
    <FormBody form={form} fields={["name"]} act={t.act} onSubmit={() => void create()} onClose={onClose}>
      <Field label={t.with}>
        <select value={key} onChange={(event) => setChosen(event.currentTarget.value)}>
          {all.map((one) => (
            <option key={one.key} value={one.key} lang={one.language}>
              {one.name} ({one.language})
            </option>
          ))}
          <option value="">{t.nothing}</option>
        </select>
      </Field>
      <Field label={t.name} hint={key ? t.nameHint : undefined} optional={key !== ""} wrong={form.about("name")}>
        <input
          maxLength={200}
          required={key === ""}
          autoFocus
          placeholder={all.find((one) => one.key === key)?.name}
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </Field>
    </FormBody>
  );
}
