/** The places of times on an axis from left to right. Pure. */

export interface Span {
  fromMs: number;
  toMs: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** The distances that ticks may have. */
const STEPS_MS = [
  MINUTE_MS,
  2 * MINUTE_MS,
  5 * MINUTE_MS,
  10 * MINUTE_MS,
  15 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  3 * HOUR_MS,
  6 * HOUR_MS,
  12 * HOUR_MS,
  DAY_MS,
  2 * DAY_MS,
];

/** Returns the left edge and the width as shares of the span; parts outside the span are cut. */
export function placeOf({ fromMs, toMs }: Span, span: Span): { left: number; width: number } {
  const share = (at: number) => Math.min(1, Math.max(0, (at - span.fromMs) / (span.toMs - span.fromMs)));
  const left = share(fromMs);
  return { left, width: Math.max(0, share(toMs) - left) };
}

/** The shortest time on an axis that begins at the first work. */
const SHOWN_MIN_MS = 5 * MINUTE_MS;
const MARGIN_SHARE = 0.03;

/** When all work is in the last half of the span, the axis begins at the first work, so that bars are wide enough to read. */
export function axisFrom(starts: readonly number[], { fromMs, toMs }: Span): number {
  const first = Math.min(...starts, toMs - SHOWN_MIN_MS);
  return first < (fromMs + toMs) / 2 ? fromMs : Math.max(fromMs, first - (toMs - first) * MARGIN_SHARE);
}

export interface AxisTick {
  atMs: number;
  left: number;
  /** At midnight of the local day the tick names the day. */
  isDay: boolean;
}

/** Returns at most `most` ticks at round local times. */
export function ticksOf(span: Span, most: number): AxisTick[] {
  const length = span.toMs - span.fromMs;
  const step = STEPS_MS.find((one) => length / one <= most) ?? STEPS_MS.at(-1) ?? DAY_MS;
  const ticks: AxisTick[] = [];
  for (let at = firstTick(span.fromMs, step); at <= span.toMs; at += step) {
    const time = new Date(at);
    const isDay = step >= DAY_MS || (time.getHours() === 0 && time.getMinutes() === 0);
    ticks.push({ atMs: at, left: placeOf({ fromMs: at, toMs: at }, span).left, isDay });
  }
  return ticks;
}

function firstTick(fromMs: number, step: number): number {
  const midnight = new Date(fromMs).setHours(0, 0, 0, 0);
  return midnight + Math.ceil((fromMs - midnight) / step) * step;
}
