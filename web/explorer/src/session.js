// The member's token and what they do here, for this browser tab only. The token arrives in the fragment
// of the address, which browsers never send to a server, or from the sign-in form.
const OURS = "waypost-explorer:";
const TOKEN = `${OURS}token`;
const NOTICE = `${OURS}notice`;
const DEAL = `${OURS}deal`;
let leaving = false;

// Moves a token or a deal out of the address bar, so that no token is in a bookmark, screenshot or
// history entry, and so that a deal is kept while somebody signs in.
export function adoptAddress() {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const [token, deal] = ["token", "deal"].map((name) => fragment.get(name)?.trim());
  if (token === undefined && deal === undefined) return false;
  history.replaceState(null, "", location.pathname + location.search);
  if (token) keepToken(token);
  if (deal) sessionStorage.setItem(DEAL, deal);
  return Boolean(token || deal);
}

// Another member's tabs, variables and history must not be there for the next one.
function keepToken(token) {
  if (token !== currentToken()) forgetWork();
  sessionStorage.setItem(TOKEN, token);
}

// Accepts what people paste: a token, an Authorization header or the whole link.
export function readPastedToken(text) {
  const link = /[#&]token=([^&\s]+)/.exec(text);
  if (link) return decodeURIComponent(link[1]);
  return text.trim().replace(/^(Authorization:\s*)?(Bearer\s+)?/i, "").trim();
}

export function currentToken() {
  return sessionStorage.getItem(TOKEN);
}

// Signing in and out both reload the page, so that nothing which one member saw
// stays in memory for the next.
export function signIn(token) {
  keepToken(token);
  leave();
}

export function signOut(notice = "") {
  forgetWork();
  sessionStorage.removeItem(TOKEN);
  sessionStorage.setItem(NOTICE, notice);
  leave();
}

// GraphiQL saves what is in its editors a moment after it changed: not for the next member.
export function leave() {
  leaving = true;
  location.reload();
}

export function takeNotice() {
  return take(NOTICE);
}

// The deal that a link was about.
export function takeDeal() {
  return take(DEAL);
}

export function expectsDeal() {
  return sessionStorage.getItem(DEAL) !== null;
}

function take(name) {
  const value = sessionStorage.getItem(name);
  sessionStorage.removeItem(name);
  return value;
}

// Everything but what is ours is GraphiQL's.
function forgetWork() {
  const theirs = Object.keys(sessionStorage).filter((name) => !name.startsWith(OURS));
  for (const name of theirs) sessionStorage.removeItem(name);
}

// Where GraphiQL keeps tabs, variables and history.
export const work = {
  getItem: (name) => sessionStorage.getItem(name),
  setItem: (name, value) => leaving || sessionStorage.setItem(name, value),
  removeItem: (name) => sessionStorage.removeItem(name),
  clear: forgetWork,
  get length() {
    return sessionStorage.length;
  },
};

export function forgetTabs() {
  sessionStorage.removeItem("graphiql:tabState");
  leave();
}
