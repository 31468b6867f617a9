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
}

let last: Notice | undefined;
const undone = new WeakSet<Notice>();

/** Undoes the step of a notice once; without a notice, the newest step that has an undo. */
export function undo(notice: Notice | undefined = last): void {
  if (!notice?.undo || undone.has(notice)) return;
  undone.add(notice);
  if (notice === last) last = undefined;
  notice.undo().catch((error: unknown) => notify({ ...describeError(error), isError: true }));
}

type Listener = (notice: Notice) => void;
let listener: Listener | undefined;
let waiting: Notice[] = [];

export function notify(notice: Notice): void {
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
