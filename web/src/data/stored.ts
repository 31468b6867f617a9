/** A setting of this browser. Without storage it lasts as long as the page. */
import { useSyncExternalStore } from "react";

export interface Stored {
  get: () => string;
  set: (value: string) => void;
  subscribe: (listener: () => void) => () => void;
}

export function stored(name: string, initial: string): Stored {
  let held: string | undefined;
  const listeners = new Set<() => void>();
  return {
    get() {
      try {
        return held ?? localStorage.getItem(name) ?? initial;
      } catch {
        return held ?? initial;
      }
    },
    set(value) {
      held = value;
      try {
        localStorage.setItem(name, value);
      } catch {
        // Private windows may refuse to store.
      }
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export const useStored = ({ subscribe, get }: Stored): string => useSyncExternalStore(subscribe, get);
