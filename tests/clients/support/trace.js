// What Chromium itself writes down while something happens: when something was marked, painted and shown, on one clock for
// all pages, in milliseconds.

const CATEGORIES = ["blink.user_timing", "loading", "disabled-by-default-devtools.timeline.frame"];

/** Does something while it is traced. */
export async function traced(browser, body) {
  await browser.startTracing(undefined, { categories: CATEGORIES });
  try {
    await body();
  } finally {
    var trace = await browser.stopTracing();
  }
  return new Trace(JSON.parse(trace).traceEvents);
}

class Trace {
  constructor(events) {
    this.events = events.sort((a, b) => a.ts - b.ts);
  }

  /** The marks of this name (`performance.mark`): when, and in which process. */
  marks(name) {
    return this.events.filter((event) => event.name === name && event.cat === "blink.user_timing").map(({ ts, pid }) => ({ at: ts / 1000, pid }));
  }

  /** The frames of a process: when each began and ended, and what became of it. */
  frames(pid) {
    const open = new Map();
    const frames = [];
    for (const { name, ph, ts, pid: of, id2, args } of this.events) {
      if (name !== "PipelineReporter" || of !== pid) continue;
      if (ph === "b") open.set(id2.local, { from: ts / 1000, state: args.frame_reporter.state });
      else if (open.has(id2.local)) frames.push({ ...open.get(id2.local), to: ts / 1000 });
    }
    return frames;
  }

  /**
   * Those that showed all that the page had drawn. One in which only what scrolls and moves by itself was new is told of
   * beside the next whole one, and would count twice.
   */
  whole(pid) {
    return this.frames(pid).filter(({ state }) => state === "STATE_PRESENTED_ALL");
  }

  /** When it was shown what was drawn at a mark: with the frame in which that is, or the next where that one was dropped. */
  shown({ at, pid }) {
    const after = this.whole(pid).filter(({ to }) => to >= at);
    const own = after.filter(({ from }) => from <= at);
    return Math.min(...(own.length > 0 ? own : after).map(({ to }) => to));
  }

  /** How long it took from where a page was gone to until the largest of what it shows was painted. */
  largestPaint() {
    const of = (name) => this.events.filter((event) => event.name === name);
    const last = of("largestContentfulPaint::Candidate").at(-1);
    const id = last.args.data.navigationId;
    const start = of("navigationStart").find(({ args }) => args.data?.navigationId === id);
    return (last.ts - start.ts) / 1000;
  }
}
