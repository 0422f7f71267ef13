// Which screen a path leads to. Each is loaded when somebody goes there.
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

import { outdated } from "../api/client";
import { Failed, Loading, NotHere } from "../parts/show";
import { common } from "../texts/common";

/** What a screen gets: the parts of the path after its own name. */
export interface ScreenProps {
  parts: string[];
}

type Screen = ComponentType<ScreenProps>;
type Load = () => Promise<{ default: Screen }>;

const SCREENS: Record<string, Load> = {
  boards: () => import("../board/screen"),
  deals: () => import("../deal/screen"),
  processes: () => import("../configurator/screen"),
  inbox: () => import("../inbox/screen"),
  tasks: () => import("../tasks/screen"),
  admin: () => import("../admin/screen"),
};

const loaded = new Map<string, Screen>();

/** Begins to load a screen while something else is waited for; whether that worked is seen when it is shown. */
export function prepareScreen(name: string): void {
  SCREENS[name]?.().then(
    (module) => loaded.set(name, module.default),
    () => {},
  );
}

export function ScreenOf({ name, parts }: { name: string; parts: string[] }) {
  const [, setRound] = useState(0);
  const [lost, setLost] = useState(false);
  const load = SCREENS[name];
  const Found = loaded.get(name);
  const fetch = () => {
    setLost(false);
    load?.().then(
      (module) => {
        loaded.set(name, module.default);
        setRound((round) => round + 1);
      },
      () => {
        // A server that was replaced has other files: the page has to come again.
        if (navigator.onLine) outdated.value = true;
        setLost(true);
      },
    );
  };
  useEffect(() => {
    if (!Found) fetch();
  }, [name]);
  if (!load) return <NotHere />;
  if (lost) return <Failed text={common().unreachable} again={fetch} />;
  return Found ? <Found parts={parts} /> : <Loading />;
}
