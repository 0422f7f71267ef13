// The member's token, for this browser tab only. It arrives in the fragment of
// the address, which browsers never send to a server, or from the sign-in form.
const TOKEN = "waypost-explorer:token";
const NOTICE = "waypost-explorer:notice";

// Moves a token out of the address bar, so that it is in no bookmark,
// screenshot or history entry.
export function adoptTokenFromAddress() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token === null) return false;
  history.replaceState(null, "", location.pathname + location.search);
  if (token.trim() === "") return false;
  sessionStorage.setItem(TOKEN, token.trim());
  return true;
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
  sessionStorage.setItem(TOKEN, token);
  location.reload();
}

export function signOut(notice = "") {
  sessionStorage.removeItem(TOKEN);
  sessionStorage.setItem(NOTICE, notice);
  location.reload();
}

export function takeNotice() {
  const notice = sessionStorage.getItem(NOTICE);
  sessionStorage.removeItem(NOTICE);
  return notice;
}
