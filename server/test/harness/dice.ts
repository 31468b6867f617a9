/** Random choices that a seed makes repeatable. */
export function dice(seed: number) {
  let state = seed >>> 0;
  /** Mulberry32: a number in [0, 1). */
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }
  const upTo = (count: number) => Math.floor(next() * count);
  const oneOf = <T>(from: readonly T[]): T | undefined => from[upTo(from.length)];
  return {
    /** An integer below `count`. */
    upTo,
    oneOf,
    /** One item of a list that is not empty. */
    sure<T>(from: readonly T[]): T {
      const one = oneOf(from);
      if (one === undefined) throw new Error("There is nothing to choose from.");
      return one;
    },
    chance: (share: number) => next() < share,
  };
}
