/** What was opened, closed again in reverse, also when the start fails halfway. */

export interface Closers {
  add(close: () => Promise<unknown>): void;
  /** Closes everything even when one of them fails, then throws the first failure. The same promise if called again. */
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
