/** Which two revisions stand beside each other. Pure. */

export interface Comparison {
  before: number;
  after: number;
}

/** `3..5`, in either order; otherwise the newest and the one before it. */
export function comparisonOf(text: string | undefined, newest: number): Comparison {
  const [, one, other] = /^(\d{1,9})\.\.(\d{1,9})$/.exec(text ?? "") ?? [];
  const [low = 0, high = 0] = [Number(one), Number(other)].toSorted((a, b) => a - b);
  if (low >= 1 && high <= newest && low < high) return { before: low, after: high };
  return { before: Math.max(1, newest - 1), after: newest };
}

export const comparisonText = ({ before, after }: Comparison): string => `${before}..${after}`;

/** A revision takes the place of one of the two; where it stands between the numbers says which. */
export function withRevision(now: Comparison, side: keyof Comparison, revision: number): Comparison {
  const next = { ...now, [side]: revision };
  return next.before <= next.after ? next : { before: next.after, after: next.before };
}
