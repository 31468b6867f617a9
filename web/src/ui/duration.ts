/** The length of a time in at most two units. */

/** `340 ms`, `4.2 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return twoUnits(Math.floor(seconds / 60), "min", seconds % 60, "s");
  const hours = Math.floor(seconds / 3_600);
  if (hours < 24) return twoUnits(hours, "h", Math.floor(seconds / 60) % 60, "min");
  return twoUnits(Math.floor(hours / 24), "d", hours % 24, "h");
}

const twoUnits = (large: number, unit: string, rest: number, smaller: string): string =>
  rest === 0 ? `${large} ${unit}` : `${large} ${unit} ${rest} ${smaller}`;
