// Where the page begins.
import { render } from "preact";

import "./look";
import { App } from "./frame/app";
import { adoptAddress, takeNotice } from "./session";

adoptAddress();
takeNotice();
// A link that is pasted into a tab where somebody is signed in: nothing of theirs may stay in memory.
addEventListener("hashchange", () => adoptAddress() && location.reload());

const root = document.getElementById("root");
if (root) {
  root.textContent = "";
  render(<App />, root);
}
