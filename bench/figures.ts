/** Prints one JSON line per figure. */

export interface Target {
  /** The comparison of the value with the target. */
  is: "at least" | "at most";
  value: number;
}

export interface Figure {
  name: string;
  /** Null when this machine cannot measure the figure. */
  value: number | null;
  unit: string;
  /** The values of the rounds, in order. */
  rounds?: readonly number[];
  target?: Target;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** Returns the median of the rounds; null when a round could not be measured. */
export function figure(name: string, unit: string, rounds: readonly (number | null)[], target?: Target): Figure {
  const measured = rounds.filter((value) => value !== null);
  const value = measured.length === rounds.length && rounds.length > 0 ? round(median(measured)) : null;
  return { name, value, unit, rounds: measured.map(round), ...(target && { target }) };
}

/** Divides round by round, because the two pieces of one round ran right after each other. */
export function ratios(ours: readonly number[], theirs: readonly number[]): number[] {
  return ours.map((value, index) => value / (theirs[index] ?? Number.NaN));
}

export function print(shown: Figure): void {
  const { target, value } = shown;
  const verdict = target &&
    value !== null && { met: target.is === "at least" ? value >= target.value : value <= target.value };
  process.stdout.write(`${JSON.stringify({ ...shown, ...verdict })}\n`);
}

/** Prints progress to standard error; the figures go to standard output. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Rounds to four significant digits. */
function round(value: number): number {
  return Number(value.toPrecision(4));
}
