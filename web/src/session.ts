// Who acts: the token of this tab, or the one that this browser keeps. It arrives in the fragment of the
// address, which browsers never send to a server, or from the sign-in form.
import { signal } from "@preact/signals";

const TOKEN = "waypost:token";

/** The token that requests are sent with; null while nobody is signed in. */
export const token = signal<string | null>(read());

/** What to say on the sign-in form: why one has to sign in again. */
export const notice = signal<string | null>(null);

let isKnown = false;

/** The server has said who it is: from now on, a token that it refuses was good once. */
export function recognise(): void {
  isKnown = true;
}

/** The server refuses the token. With one that was never good nothing was read: the page stays, and what was typed. */
export function refuse(): void {
  if (isKnown) return signOut("expired");
  forget();
  notice.value = "wrong";
  token.value = null;
}

function read(): string | null {
  return sessionStorage.getItem(TOKEN) ?? localStorage.getItem(TOKEN);
}

/** Whether what is kept in this browser is still somebody's: not any more, once they have signed out. */
export const isSignedIn = (): boolean => read() !== null;

/** Moves a token out of the address bar, so that it is in no bookmark, picture or entry of the history. */
export function adoptAddress(): boolean {
  const given = new URLSearchParams(location.hash.slice(1)).get("token")?.trim();
  if (!given) return false;
  history.replaceState(null, "", location.pathname + location.search);
  keep(given, false);
  return true;
}

/** Accepts what people paste: a token, an `Authorization` header or the whole link. */
export function readPasted(text: string): string {
  const link = /[#&]token=([^&\s]+)/.exec(text);
  if (link?.[1]) return decodeURIComponent(link[1]);
  return text
    .trim()
    .replace(/^(Authorization:\s*)?(Bearer\s+)?/i, "")
    .trim();
}

/** What a header can carry: whatever else is pasted is no token. */
const isToken = (text: string): boolean => /^[!-~]+$/.test(text);

function keep(given: string, always: boolean): void {
  forget();
  (always ? localStorage : sessionStorage).setItem(TOKEN, given);
  token.value = given;
}

/** Signs in: for this tab, or until one signs out. */
export function signIn(given: string, always: boolean): void {
  notice.value = isToken(given) ? null : "wrong";
  if (isToken(given)) keep(given, always);
}

/** Signs out and forgets everything that was read: the page is loaded anew, so that nothing stays in memory. */
export function signOut(why?: string): void {
  forget();
  if (why) sessionStorage.setItem("waypost:notice", why);
  // Whoever was signed out without wanting it comes back to where they were.
  if (why) location.reload();
  else location.replace(document.baseURI);
}

/** What a member has chosen for how things look stays, what was kept of their work goes. */
function forget(): void {
  for (const storage of [sessionStorage, localStorage]) {
    const work = Object.keys(storage).filter((name) => !name.startsWith("waypost:look:"));
    for (const name of work) storage.removeItem(name);
  }
}

/** The reason that the last signing out gave, once. */
export function takeNotice(): void {
  notice.value = sessionStorage.getItem("waypost:notice");
  sessionStorage.removeItem("waypost:notice");
}

/** Opens the explorer as the same member. */
export function openExplorer(): void {
  location.assign(new URL(`explorer#token=${encodeURIComponent(token.peek() ?? "")}`, document.baseURI));
}
