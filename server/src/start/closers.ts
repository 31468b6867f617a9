/** Closes everything that was opened, in reverse order, also when the start fails halfway. */

export interface Closers {
  add(close: () => Promise<unknown>): void;
  /**
   * Closes everything, also when one close fails, then throws the first failure. A second call returns the same
   * promise.
   */
  closeAll(): Promise<void>;
}

export function createClosers(): Closers {
  const closers: (() => Promise<unknown>)[] = [];
  let closing: Promise<void> | undefined;

  async function run(): Promise<void> {
    const failures: unknown[] = [];
    for (let close = closers.pop(); close; close = closers.pop()) {
      await close().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }

  return {
    add: (close) => void closers.push(close),
    closeAll() {
      closing ??= run();
      return closing;
    },
  };
}
