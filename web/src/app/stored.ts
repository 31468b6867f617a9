/** A setting of this browser. Without storage it lasts as long as the page. */

export interface Stored {
  get: () => string;
  set: (value: string) => void;
}

export function stored(name: string, initial: string): Stored {
  let held: string | undefined;
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
    },
  };
}
