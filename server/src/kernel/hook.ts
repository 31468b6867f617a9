/** A call from a slice to a later slice, which it must not import. `wiring.ts` fills every hook once. */

export interface Hook<Args extends readonly unknown[], Result> {
  (...args: Args): Result;
  /** Throws when the hook is filled already. */
  fill(work: (...args: Args) => Result): void;
}

/** The hook throws when it is called before it is filled. */
export function hook<Args extends readonly unknown[], Result>(name: string): Hook<Args, Result> {
  let filled: ((...args: Args) => Result) | undefined;
  const call = (...args: Args): Result => {
    if (!filled) throw new Error(`The hook ${name} is not filled.`);
    return filled(...args);
  };
  return Object.assign(call, {
    fill(work: (...args: Args) => Result) {
      if (filled) throw new Error(`The hook ${name} is filled already.`);
      filled = work;
    },
  });
}
