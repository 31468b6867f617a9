/** What is printed: one JSON line a figure. */

export interface Target {
  /** How the value is compared with the target. */
  is: "at least" | "at most";
  value: number;
}

export interface Figure {
  name: string;
  /** Null where this machine cannot measure it. */
  value: number | null;
  unit: string;
  /** Every round's value, in order. */
  rounds?: readonly number[];
  target?: Target;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** The median of the rounds; null when any round could not be measured. */
export function figure(name: string, unit: string, rounds: readonly (number | null)[], target?: Target): Figure {
  const measured = rounds.filter((value) => value !== null);
  const value = measured.length === rounds.length && rounds.length > 0 ? round(median(measured)) : null;
  return { name, value, unit, rounds: measured.map(round), ...(target && { target }) };
}

/** Rounds are compared pair by pair: both halves of a pair ran next to each other. */
export function ratios(ours: readonly number[], theirs: readonly number[]): number[] {
  return ours.map((value, index) => value / (theirs[index] ?? Number.NaN));
}

export function print(shown: Figure): void {
  const { target, value } = shown;
  const verdict = target &&
    value !== null && { met: target.is === "at least" ? value >= target.value : value <= target.value };
  process.stdout.write(`${JSON.stringify({ ...shown, ...verdict })}\n`);
}

/** Progress, kept apart from the figures. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Four digits that mean something. */
function round(value: number): number {
  return Number(value.toPrecision(4));
}
