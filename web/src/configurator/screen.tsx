// Processes: the list of them, one as it is configured, and its versions.
import "./processes.css";
import "./configurator.css";
import "./dialogs.css";

import type { ScreenProps } from "../frame/screens";
import { NotHere } from "../parts/show";
import { EditorScreen } from "./editor";
import { ProcessList } from "./list";
import { Versions } from "./versions";

export default function Screen({ parts: [id, room] }: ScreenProps) {
  if (!id) return <ProcessList />;
  if (!room) return <EditorScreen key={id} id={id} />;
  return room === "versions" ? <Versions key={id} id={id} /> : <NotHere />;
}
