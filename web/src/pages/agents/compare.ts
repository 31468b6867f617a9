/** The two revisions that are compared. Pure. */

export interface Comparison {
  before: number;
  after: number;
}

/** Reads `3..5` in either order. Any other text means the newest revision and the one before it. */
export function comparisonOf(text: string | undefined, newest: number): Comparison {
  const [, one, other] = /^(\d{1,9})\.\.(\d{1,9})$/.exec(text ?? "") ?? [];
  const [low = 0, high = 0] = [Number(one), Number(other)].toSorted((a, b) => a - b);
  if (low >= 1 && high <= newest && low < high) return { before: low, after: high };
  return { before: Math.max(1, newest - 1), after: newest };
}

export const comparisonText = ({ before, after }: Comparison): string => `${before}..${after}`;

/** Replaces one of the two revisions and keeps them in order. */
export function withRevision(now: Comparison, side: keyof Comparison, revision: number): Comparison {
  const next = { ...now, [side]: revision };
  return next.before <= next.after ? next : { before: next.after, after: next.before };
}
