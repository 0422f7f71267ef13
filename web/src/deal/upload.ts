// Sends files to where the API says, and tells how far each is.
import { ask, change, said } from "../api/use";
import { failed } from "../parts/toast";
import { language } from "../language";
import { AnnounceFileDocument, DownloadDocument, type DocumentFragment } from "./__generated__/graphql";

export interface Upload {
  key: number;
  name: string;
  /** How much of it was sent, in per cent. */
  percent: number;
  /** The file, once the server has it. */
  file?: DocumentFragment;
  /** Why the server does not have it. */
  wrong?: string;
  /** What is sent, for as long as the page has it: it can be tried again then. */
  source?: File;
}

let last = 0;

export const newKey = (): number => ++last;

export const uploadOf = (source: File): Upload => ({ key: newKey(), name: source.name, percent: 0, source });

/** Sends a file that the page has; `tell` hears of every step. */
export async function send({ key, name, source }: Upload, tell: (upload: Upload) => void): Promise<void> {
  if (!source) return;
  const upload: Upload = { key, name, percent: 0, source };
  tell(upload);
  const contentType = source.type || "application/octet-stream";
  const input = { name, contentType, size: source.size };
  const announced = await change(AnnounceFileDocument, { input }, { quiet: true });
  const target = announced?.payload.upload;
  const made = announced?.payload.file;
  if (!announced || !target || !made) {
    const wrong = announced?.refusals.map(({ message }) => message).join(" ") ?? said(undefined);
    return tell({ ...upload, wrong });
  }
  const wrong = await put(source, target, (percent) => tell({ ...upload, percent }));
  tell(wrong === null ? { ...upload, percent: 100, file: made } : { ...upload, wrong });
}

interface Target {
  url: string;
  method: string;
  headers: { name: string; value: string }[];
}

/** Gives what is wrong, null when all is there. (`fetch` does not tell how far it is.) */
function put(file: File, { url, method, headers }: Target, tell: (percent: number) => void): Promise<string | null> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open(method, own(url));
    for (const { name, value } of headers) request.setRequestHeader(name, value);
    request.setRequestHeader("Accept-Language", language.peek());
    request.upload.onprogress = ({ loaded, total }) => tell(Math.floor((loaded / total) * 100));
    request.onerror = () => resolve(said(undefined));
    request.onload = () => resolve(request.status < 300 ? null : reason(request.responseText));
    request.send(file);
  });
}

/** Where a file is, on the server that this page came from: the policy lets it ask no other. */
function own(url: string): string {
  const { pathname, search } = new URL(url, document.baseURI);
  const below = pathname.slice(pathname.indexOf("/files/") + 1);
  return new URL(below + search, document.baseURI).href;
}

function reason(body: string): string {
  try {
    return String(JSON.parse(body).errors[0].message);
  } catch {
    return said(undefined);
  }
}

/** Lets the browser save a file: its address is good for a quarter of an hour, so it is asked for each time. */
export async function download({ id, name }: { id: string; name: string }): Promise<void> {
  try {
    const { node } = await ask(DownloadDocument, { id });
    const url = node && "download" in node ? node.download?.url : undefined;
    if (url) Object.assign(document.createElement("a"), { href: own(url), download: name }).click();
  } catch {
    failed(said(undefined));
  }
}
