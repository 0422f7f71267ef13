import { readPastedToken, signIn } from "./session.js";

const CREATE_TOKEN = "waypost token create --member EMAIL --name NAME";

function submit(event) {
  event.preventDefault();
  const token = readPastedToken(new FormData(event.currentTarget).get("token"));
  if (token) signIn(token);
}

function Rejected() {
  return (
    <p className="sign-in-problem" role="alert">
      That token is not valid: it has expired, was revoked, or was not copied whole. Please sign in with
      another one.
    </p>
  );
}

// What a visitor without a token sees.
export function SignIn({ rejected, forDeal }) {
  return (
    <main className="sign-in">
      <h1>
        <img src="explorer/favicon.svg" alt="" width="32" height="32" /> Waypost explorer
      </h1>
      {rejected && <Rejected />}
      {forDeal && <p className="sign-in-deal">Sign in to see the deal that you followed a link to.</p>}
      <p>Browse the API and run queries here. You need an API token, which starts with <code>wp_</code>.</p>
      <form onSubmit={submit}>
        <label htmlFor="token">Your token</label>
        <div className="sign-in-row">
          <input id="token" name="token" type="password" placeholder="wp_…" required autoFocus
            autoComplete="off" spellCheck="false" />
          <button type="submit">Sign in</button>
        </div>
      </form>
      <h2>Where to get one</h2>
      <ul>
        <li>Ask an administrator of your organisation for one.</li>
        <li>Open the link which <code>waypost serve</code> printed when it first started.</li>
        <li>
          Or create one on the machine the server runs on:
          <pre>{CREATE_TOKEN}</pre>
        </li>
      </ul>
      <p className="sign-in-note">The token stays in this browser tab, with all that you do here, and is forgotten when you close it.</p>
    </main>
  );
}
