import "./workers.js";
import "graphiql/style.css";
import "./app.css";
import { createRoot } from "react-dom/client";
import { begin } from "./begin.js";
import { createWaypostClient } from "./client.js";
import { Explorer } from "./explorer.jsx";
import { adoptAddress, currentToken, expectsDeal, leave, signOut, takeDeal, takeNotice } from "./session.js";
import { SignIn } from "./sign-in.jsx";

const REJECTED = "rejected";

async function render() {
  const root = createRoot(document.getElementById("root"));
  const token = currentToken();
  if (token === null) {
    root.render(<SignIn rejected={takeNotice() === REJECTED} forDeal={expectsDeal()} />);
    return;
  }
  let isRejected = false;
  const client = createWaypostClient(token, () => {
    isRejected = true;
    signOut(REJECTED);
  });
  const beginning = await begin(client);
  if (!isRejected) root.render(<Explorer client={client} beginning={beginning} linkedDeal={takeDeal()} />);
}

adoptAddress();
// A link opened where the explorer is already open changes only the hash.
addEventListener("hashchange", () => adoptAddress() && leave());
render();
