// The whole: the bar, the screen, what is said in passing; the sign-in form for whoever is not known.
import { useSignal } from "@preact/signals";
import { CombinedError } from "@urql/core";
import { Component, type ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

import { said } from "../api/use";
import { Button } from "../parts/button";
import { lazy } from "../parts/lazy";
import { Failed, Loading } from "../parts/show";
import { dialogs, Toasts } from "../parts/toast";
import { place } from "../router";
import { token } from "../session";
import { common } from "../texts/common";
import { Banner } from "./banner";
import { Navigation } from "./navigation";
import { prepareScreen, ScreenOf } from "./screens";
import { meet, viewer } from "./viewer";

/** Who is signed in never needs it. */
const { Lazy: SignIn } = lazy(() => import("./sign-in"));

export function App() {
  if (!token.value) return <SignIn />;
  return (
    <Boundary>
      <Known />
      {dialogs.value === 0 && <Toasts />}
    </Boundary>
  );
}

/** Finds out who is signed in before anything else is asked. */
function Known() {
  const error = useSignal<string | null>(null);
  const begin = () => {
    error.value = null;
    meet().catch((why: unknown) => {
      if (why instanceof CombinedError && why.response?.status === 401) return;
      error.value = why instanceof CombinedError ? said(why) : String(why);
    });
  };
  useEffect(begin, [token.value]);
  useEffect(() => prepareScreen(place.peek().parts[0] ?? "boards"), []);
  if (error.value) return <Failed text={error.value} again={begin} />;
  return viewer.value ? <Frame /> : <Loading />;
}

function Frame() {
  const [name = "boards", ...parts] = place.value.parts;
  const path = place.value.parts.slice(0, 2).join("/");
  const main = useRef<HTMLElement>(null);
  const before = useRef(path);
  // Whoever follows a link with a screen reader is where the new screen begins.
  useEffect(() => {
    if (before.current !== path) main.current?.focus({ preventScroll: true });
    before.current = path;
  }, [path]);
  return (
    <>
      <a class="skip" href="#main" onClick={(event) => (event.preventDefault(), main.current?.focus())}>
        {common().skip}
      </a>
      <Navigation />
      <Banner />
      <main id="main" class="main" ref={main} tabIndex={-1}>
        <Boundary key={path}>
          <ScreenOf name={name} parts={parts} />
        </Boundary>
      </main>
    </>
  );
}

/** What breaks in a screen breaks that screen and nothing else. */
class Boundary extends Component<{ children: ComponentChildren }, { broken: boolean }> {
  override state = { broken: false };

  override componentDidCatch(error: unknown) {
    console.error(error);
    this.setState({ broken: true });
  }

  override render() {
    if (!this.state.broken) return this.props.children;
    return (
      <div class="empty" role="alert">
        <h1 class="empty-title">{common().broken}</h1>
        <p>{common().brokenMore}</p>
        <Button kind="main" onClick={() => location.reload()}>
          {common().reload}
        </Button>
      </div>
    );
  }
}
