// The way in: a token, for this tab or kept.
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import { language, speak } from "../language";
import { Button } from "../parts/button";
import { Field } from "../parts/field";
import { notice, readPasted, signIn } from "../session";
import { common } from "../texts/common";
import { signInTexts } from "../texts/sign-in";

/** What was typed outlives the form: while it is tried, the form is gone. */
const typed = signal("");
const always = signal(false);

export default function SignIn() {
  const t = signInTexts();
  const field = useRef<HTMLInputElement>(null);
  const said = notice.value === "expired" ? t.expired : notice.value === "wrong" ? t.wrong : undefined;
  // Whoever was refused pastes over it, or looks for the mistake in it.
  const look = () => {
    if (!typed.peek() || !notice.peek()) return;
    field.current?.focus();
    field.current?.select();
  };
  useEffect(look, []);
  return (
    <main class="sign-in">
      <form
        class="sign-in-box"
        onSubmit={(event) => {
          event.preventDefault();
          const token = readPasted(typed.peek());
          if (token) signIn(token, always.peek());
          look();
        }}
      >
        <p class="sign-in-brand">
          <img src="assets/favicon.svg" alt="" width="32" height="32" /> {common().product}
        </p>
        <h1>{t.title}</h1>
        <Field label={t.token} hint={t.hint} wrong={said}>
          <input
            type="password"
            autoComplete="current-password"
            spellcheck={false}
            required
            ref={field}
            value={typed.value}
            onInput={(event) => (typed.value = event.currentTarget.value)}
          />
        </Field>
        <label class="check">
          <input type="checkbox" checked={always.value} onChange={(event) => (always.value = event.currentTarget.checked)} />
          <span>
            {t.keep}
            <small>{t.keepHint}</small>
          </span>
        </label>
        <Button kind="main" type="submit">
          {t.action}
        </Button>
        <p class="sign-in-help">
          {t.help} <code>waypost token create</code>
        </p>
        <p class="sign-in-language">
          <button
            type="button"
            class="button-link"
            lang={language.value === "pl" ? "en" : "pl"}
            onClick={() => speak(language.value === "pl" ? "en" : "pl")}
          >
            {language.value === "pl" ? "English" : "Polski"}
          </button>
        </p>
      </form>
    </main>
  );
}
