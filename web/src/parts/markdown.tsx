// Hints and notes as they are meant: paragraphs, lists, emphasis, code and links. What looks like HTML is text, and
// pictures are links, so that nothing is asked of another host.
import type { ComponentChild, VNode } from "preact";

export function Markdown({ text }: { text: string }) {
  return <div class="prose">{blocks(text.replace(/\r\n?/g, "\n"))}</div>;
}

const BULLET = /^\s*[-*+]\s+/;
const NUMBER = /^\s*\d+[.)]\s+/;
const HEADING = /^#{1,6}\s+/;
const QUOTE = /^>\s?/;

function blocks(text: string): VNode[] {
  return text
    .split(/\n{2,}/)
    .filter((block) => block.trim())
    .flatMap((block) => parts(block.split("\n")))
    .map((lines, key) => <Block key={key} lines={lines} />);
}

const kindOf = (line: string): string =>
  ([BULLET, NUMBER, HEADING, QUOTE].find((kind) => kind.test(line)) ?? "").toString();

/** Lines of one kind that stand together; a list takes the lines that go on in it. */
function parts(lines: string[]): string[][] {
  const all: string[][] = [];
  for (const line of lines) {
    const last = all.at(-1);
    const goesOn = last && (kindOf(line) === kindOf(last[0] ?? "") ? !HEADING.test(line) : /^\s{2,}\S/.test(line));
    if (goesOn) last.push(line);
    else all.push([line]);
  }
  return all;
}

function Block({ lines }: { lines: string[] }) {
  const first = lines[0] ?? "";
  if (BULLET.test(first)) return <ul>{items(lines, BULLET)}</ul>;
  if (NUMBER.test(first)) return <ol>{items(lines, NUMBER)}</ol>;
  if (HEADING.test(first))
    return (
      <p>
        <strong>{inline(first.replace(HEADING, ""))}</strong>
      </p>
    );
  if (QUOTE.test(first)) return <blockquote>{withBreaks(lines.map((line) => line.replace(QUOTE, "")))}</blockquote>;
  return <p>{withBreaks(lines)}</p>;
}

const items = (lines: string[], mark: RegExp): VNode[] =>
  lines.map((line, key) => <li key={key}>{inline(line.replace(mark, "").trim())}</li>);

const withBreaks = (lines: string[]): ComponentChild[] =>
  lines.flatMap((line, at) => (at > 0 ? [<br />, ...inline(line)] : inline(line)));

const MARKS: [RegExp, (found: RegExpExecArray) => ComponentChild][] = [
  [/`([^`]+)`/, ([, code]) => <code>{code}</code>],
  [/!?\[([^\]]+)\]\((https?:\/\/[^\s)]+|mailto:[^\s)]+)\)/, ([, name, to]) => <Link to={to ?? ""}>{name}</Link>],
  [/\bhttps?:\/\/[^\s<>"')\]]+[^\s<>"')\].,;:!?]/, ([to]) => <Link to={to ?? ""}>{to}</Link>],
  [/\*\*(\S(?:[^*]*\S)?)\*\*|__(\S(?:[^_]*\S)?)__/, ([, a, b]) => <strong>{inline(a ?? b ?? "")}</strong>],
  [/\*(\S(?:[^*]*\S)?)\*|(?<!\w)_(\S(?:[^_]*\S)?)_(?!\w)/, ([, a, b]) => <em>{inline(a ?? b ?? "")}</em>],
];

function Link({ to, children }: { to: string; children: ComponentChild }) {
  return (
    <a href={to} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}

function inline(text: string): ComponentChild[] {
  const found = MARKS.map(([mark, show]) => ({ at: mark.exec(text), show })).filter(({ at }) => at);
  const first = found.reduce<(typeof found)[number] | undefined>(
    (a, b) => (a?.at && b.at && a.at.index <= b.at.index ? a : b),
    undefined,
  );
  if (!first?.at) return text ? [text] : [];
  const { index } = first.at;
  return [text.slice(0, index), first.show(first.at), ...inline(text.slice(index + first.at[0].length))].filter(
    (part) => part !== "",
  );
}
