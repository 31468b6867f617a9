/** Short notices at the edge of the screen. A store outside React, so that no component is needed to show one. */

export interface Notice {
  title: string;
  detail?: string | undefined;
  requestId?: string | undefined;
  isError?: boolean | undefined;
  undo?: (() => Promise<unknown>) | undefined;
  /** The label of the button; "Undo" by default. */
  undoLabel?: string | undefined;
}

type Listener = (notice: Notice) => void;
let listener: Listener | undefined;
let waiting: Notice[] = [];

export function notify(notice: Notice): void {
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
