/** Short notes at the edge of the screen. A store outside React, so that data can say something without a component. */

export interface Note {
  title: string;
  detail?: string | undefined;
  requestId?: string | undefined;
  isError?: boolean | undefined;
  undo?: (() => Promise<unknown>) | undefined;
  /** What undoing is called where it does not simply undo. */
  undoLabel?: string | undefined;
}

type Listener = (note: Note) => void;
let listener: Listener | undefined;
let waiting: Note[] = [];
let wake: (() => void) | undefined;

export function notify(note: Note): void {
  if (listener) listener(note);
  else waiting.push(note);
  wake?.();
}

/** What shows them is loaded with the first one, so notes wait for it. */
export function onNote(next: Listener): () => void {
  listener = next;
  const early = waiting;
  waiting = [];
  for (const note of early) next(note);
  return () => {
    listener = undefined;
  };
}

export function onFirstNote(call: () => void): () => void {
  wake = call;
  if (waiting.length > 0) call();
  return () => {
    wake = undefined;
  };
}
