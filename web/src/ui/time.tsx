/** Times relative to now, with the exact time on hover. One clock updates all of them. */
import { useSyncExternalStore } from "react";
import { Tip } from "./tip.tsx";

const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const notify of listeners) notify();
  }, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Returns the time in milliseconds of the epoch, updated every second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}

/** `empty` is the text for an unknown time. */
export function Time({ at, empty = "unknown" }: { at: string | null | undefined; empty?: string }) {
  const text = useSyncExternalStore(subscribe, () => (at ? relative(Date.parse(at), now) : empty));
  if (!at) return <span className="text-ink-3">{empty}</span>;
  return (
    <Tip text={exact(at)}>
      <time dateTime={at} className="whitespace-nowrap tabular-nums">
        {text}
      </time>
    </Tip>
  );
}

/** Created once, because creating a formatter takes longer than rendering a row. */
const EXACT = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "long" });

export function exact(at: string): string {
  return EXACT.format(new Date(at));
}

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });

/** `05:14`; with the day when that is not today. */
export function clockText(at: string): string {
  const [date, today] = [new Date(at), new Date(now)];
  const clock = CLOCK.format(date);
  return date.toDateString() === today.toDateString() ? clock : `${DAY.format(date)}, ${clock}`;
}

export function Clock({ at }: { at: string }) {
  return (
    <Tip text={exact(at)}>
      <time dateTime={at} className="whitespace-nowrap tabular-nums">
        {clockText(at)}
      </time>
    </Tip>
  );
}

const UNITS: [seconds: number, sign: string][] = [
  [365 * 86_400, "y"],
  [30 * 86_400, "mo"],
  [86_400, "d"],
  [3_600, "h"],
  [60, "m"],
];

/** `3m ago`, `in 2h`, `now`. */
export function relative(at: number, from: number): string {
  const seconds = Math.round((at - from) / 1_000);
  const size = Math.abs(seconds);
  // The clocks of browser and server differ a little.
  if (size < 5) return "now";
  // A time in a week is still "in 7d" a few minutes later.
  return seconds < 0 ? `${unitsOf(size)} ago` : `in ${unitsOf(size, 0.02)}`;
}

/** `3m`, `2h`, `7d`. */
export function unitsOf(seconds: number, almost = 0): string {
  const [unit, sign] = UNITS.find(([length]) => seconds >= length) ?? [1, "s"];
  return `${Math.floor(seconds / unit + almost)}${sign}`;
}

/** The time between two times: `45 s`, `12 min`, `3 h 5 min`. */
export function duration(from: string, to: string): string {
  const seconds = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

/** A longer time is not counted down. */
const COUNTED_MAX_S = 3_600;

/** The time until a deadline: `in 7d`, and in the last hour by the second: `12:34`. */
export function TimeLeft({ until }: { until: string }) {
  const left = (Date.parse(until) - useNow()) / 1_000;
  return left > COUNTED_MAX_S ? (
    <Time at={until} />
  ) : (
    <>
      in <Countdown until={until} />
    </>
  );
}

/** The remaining time as `1:05` or `2:03:04`. */
export function Countdown({ until }: { until: string }) {
  const left = Math.max(0, Math.round((Date.parse(until) - useNow()) / 1_000));
  const [hours, minutes, seconds] = [Math.floor(left / 3_600), Math.floor(left / 60) % 60, left % 60];
  const parts = hours > 0 ? [hours, minutes, seconds] : [minutes, seconds];
  return (
    <Tip text={exact(until)}>
      <span role="timer" className="tabular-nums">
        {parts.map((part, at) => (at === 0 ? part : String(part).padStart(2, "0"))).join(":")}
      </span>
    </Tip>
  );
}
