// The way in: a token, for this tab or kept.
import { useState } from "preact/hooks";

import { language, speak } from "../language";
import { Button } from "../parts/button";
import { Field } from "../parts/field";
import { notice, readPasted, signIn } from "../session";
import { common } from "../texts/common";

export function SignIn() {
  const t = common().signIn;
  const [given, setGiven] = useState("");
  const [always, setAlways] = useState(false);
  const said = notice.value === "expired" ? t.expired : notice.value === "wrong" ? t.wrong : undefined;
  return (
    <main class="sign-in">
      <form
        class="sign-in-box"
        onSubmit={(event) => {
          event.preventDefault();
          const token = readPasted(given);
          if (token) signIn(token, always);
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
            value={given}
            onInput={(event) => setGiven(event.currentTarget.value)}
          />
        </Field>
        <label class="check">
          <input type="checkbox" checked={always} onChange={(event) => setAlways(event.currentTarget.checked)} />
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
