// A finger that is held on something asks what to do with it, where a mouse would drag it: a browser that drags by touch, too,
// does so after the same pause, and scrolls with everything shorter.

/** How long a finger stays, in milliseconds, and how far it may stray, in pixels. */
const LONG = 500;
const STRAY = 10;

const FIELDS = "input, textarea, select";

/** Tells what a finger is held on, among what is like the selector. Gives what ends that. */
export function onHold(root: HTMLElement, selector: string, run: (held: HTMLElement) => void): () => void {
  let touched: { held: HTMLElement; x: number; y: number } | null = null;
  let late: ReturnType<typeof setTimeout> | undefined;
  let wasHeld = false;
  const release = () => {
    clearTimeout(late);
    touched = null;
  };
  const hold = () => {
    if (!touched) return;
    wasHeld = true;
    run(touched.held);
    release();
  };
  const onDown = ({ target, pointerType, isPrimary, clientX: x, clientY: y }: PointerEvent) => {
    release();
    wasHeld = false;
    const held = target instanceof Element && !target.matches(FIELDS) && target.closest<HTMLElement>(selector);
    if (!held || pointerType !== "touch" || !isPrimary) return;
    touched = { held, x, y };
    late = setTimeout(hold, LONG);
  };
  const onMove = ({ clientX, clientY }: PointerEvent) => {
    if (touched && Math.hypot(clientX - touched.x, clientY - touched.y) > STRAY) release();
  };
  // The browser's own answer to a finger that stays would be a menu of links, or a drag.
  const onAnswer = (event: Event) => {
    if (!touched && !wasHeld) return;
    event.preventDefault();
    hold();
  };
  // What was asked is before the finger by now: lifting it presses nothing there.
  const onLift = (event: Event) => {
    if (wasHeld && event.cancelable) event.preventDefault();
    wasHeld = false;
  };
  const all: [string, (event: never) => unknown, boolean?][] = [
    ["pointerdown", onDown],
    ["pointermove", onMove],
    ["pointerup", release],
    ["pointercancel", release],
    ["contextmenu", onAnswer],
    ["dragstart", onAnswer, true],
    ["touchend", onLift],
    ["touchcancel", onLift],
  ];
  for (const [name, run, first] of all) root.addEventListener(name, run as EventListener, first);
  return () => {
    release();
    for (const [name, run, first] of all) root.removeEventListener(name, run as EventListener, first);
  };
}
