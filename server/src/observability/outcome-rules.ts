/** Turns points of metrics and fields of events into amounts. Pure. */
import { OUTCOME_MAX, OUTCOMES, type OutcomeName } from "./outcome-schema.ts";

export type Amounts = Partial<Record<OutcomeName, number>>;

/** The last point of a series. */
export interface SeriesState {
  started_ms: number;
  last_ms: number;
  value: number;
}

/**
 * Returns the amount that a point of a cumulative series adds, with the new state. A point at or before the last one is a
 * repeat or comes late, and adds nothing: the later one contains it. A new start, or a value that fell, is a counter that
 * began again.
 */
export function advance(state: SeriesState | undefined, point: SeriesState): { added: number; state: SeriesState } {
  if (!state) return { added: point.value, state: point };
  if (point.last_ms <= state.last_ms) return { added: 0, state };
  const isReset = point.started_ms > state.started_ms || point.value < state.value;
  return { added: isReset ? point.value : point.value - state.value, state: point };
}

/** The outcomes of an event, from `payload.outcomes`. What is no amount is left out: a payload may hold anything. */
export function outcomesOf(payload: Readonly<Record<string, unknown>>): Amounts {
  const given = payload.outcomes;
  if (typeof given !== "object" || given === null) return {};
  const amounts: Amounts = {};
  for (const name of OUTCOMES) {
    const value = (given as Record<string, unknown>)[name];
    if (isAmount(value) && value > 0) amounts[name] = value;
  }
  return amounts;
}

export function isAmount(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= OUTCOME_MAX;
}
