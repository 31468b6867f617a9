/** Makes a test wait for a state, or one part of a test for another. */
import { expect } from "vitest";

/** Waits for a state, longer than a busy machine needs. */
export function soon<T>(look: () => T) {
  return expect.poll(look, { timeout: 120_000, interval: 20 });
}

/** `passed` resolves at `pass`. */
export interface Latch {
  passed: Promise<void>;
  pass(): void;
}

export function latch(): Latch {
  let pass: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => {
    pass = resolve;
  });
  return { passed, pass };
}

/** All callers wait until `count` of them have called it. */
export function barrier(count: number): () => Promise<void> {
  const all = latch();
  let arrived = 0;
  return () => {
    if (++arrived >= count) all.pass();
    return all.passed;
  };
}
