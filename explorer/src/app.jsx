import "./workers.js";
import "graphiql/style.css";
import "./app.css";
import { createRoot } from "react-dom/client";
import { Explorer } from "./explorer.jsx";
import { adoptTokenFromAddress, currentToken, signOut, takeNotice } from "./session.js";
import { SignIn } from "./sign-in.jsx";
import { createWaypostClient } from "./client.js";

const REJECTED = "rejected";

function render() {
  const root = createRoot(document.getElementById("root"));
  const token = currentToken();
  if (token === null) {
    root.render(<SignIn rejected={takeNotice() === REJECTED} />);
    return;
  }
  const client = createWaypostClient(token, () => signOut(REJECTED));
  root.render(<Explorer client={client} />);
}

adoptTokenFromAddress();
// A sign-in link opened where the explorer is already open changes only the hash.
addEventListener("hashchange", () => adoptTokenFromAddress() && location.reload());
render();
