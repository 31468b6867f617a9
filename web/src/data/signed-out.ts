/** The end of the session under an open page. Commands wait until the person has signed in again. */
import { useSyncExternalStore } from "react";

let isOut = false;
let signIns = 0;
let waiting: ((isIn: boolean) => void)[] = [];
const listeners = new Set<() => void>();

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

function set(next: boolean): void {
  isOut = next;
  for (const listener of listeners) listener();
}

/** Reports that the server refused the session. */
export function noteSignedOut(): void {
  if (!isOut) set(true);
}

/** Returns true when the person has signed in again, and false when they closed the question. */
export function untilSignedIn(): Promise<boolean> {
  noteSignedOut();
  return new Promise((done) => waiting.push(done));
}

/** Ends the wait of all commands. */
export function endSignedOut(isIn: boolean): void {
  const ended = waiting;
  waiting = [];
  if (isIn) signIns += 1;
  set(false);
  for (const done of ended) done(isIn);
}

export const useIsSignedOut = (): boolean => useSyncExternalStore(subscribe, () => isOut);
/** The number of sign-ins under this page. */
export const useSignIns = (): number => useSyncExternalStore(subscribe, () => signIns);
