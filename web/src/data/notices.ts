/** Short notices at the edge of the screen. A store outside React, so that no component is needed to show one. */
import { describeError } from "./query.ts";

export interface Notice {
  title: string;
  detail?: string | undefined;
  requestId?: string | undefined;
  isError?: boolean | undefined;
  undo?: (() => Promise<unknown>) | undefined;
  /** The label of the button; "Undo" by default. */
  undoLabel?: string | undefined;
  /** The thing that the notice is about: a newer notice about it takes its place. */
  about?: string | undefined;
  /** The notice that ends with this one. Without a title, it only ends. */
  replaces?: Notice | undefined;
}

let last: Notice | undefined;
const undone = new WeakSet<Notice>();

/** Undoes the step of a notice once; without a notice, the newest step that has an undo. */
export function undo(notice: Notice | undefined = last): void {
  if (!notice?.undo || undone.has(notice)) return;
  undone.add(notice);
  if (notice === last) last = undefined;
  void runUndo(notice, notice.undo);
}

/** The word of success takes the place of the notice, unless the undo shows its own. */
async function runUndo(notice: Notice, run: () => Promise<unknown>): Promise<void> {
  const before = count;
  try {
    await run();
    const isShown = count > before;
    notify({ title: isShown || notice.undoLabel ? "" : `Undone: ${notice.title}`, replaces: notice });
  } catch (error) {
    notify({ ...describeError(error), isError: true, replaces: notice });
  }
}

type Listener = (notice: Notice) => void;
let listener: Listener | undefined;
let waiting: Notice[] = [];
let count = 0;

export function notify(notice: Notice): void {
  count += 1;
  if (notice.undo) last = notice;
  if (listener) listener(notice);
  else waiting.push(notice);
}

/** Notices before the first call wait for it. */
export function onNotice(next: Listener): () => void {
  listener = next;
  const early = waiting;
  waiting = [];
  for (const notice of early) next(notice);
  return () => {
    listener = undefined;
  };
}
