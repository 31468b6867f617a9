/** Collects the outcomes of many calls. */
import { Problem } from "../../src/kernel/problem.ts";

export interface Outcomes<T> {
  done: T[];
  /** The number of refusals by code. */
  refused: Record<string, number>;
}

/** Throws any error that is not a Problem. */
export async function outcomesOf<T>(calls: readonly Promise<T>[]): Promise<Outcomes<T>> {
  const outcomes: Outcomes<T> = { done: [], refused: {} };
  for (const result of await Promise.allSettled(calls)) {
    if (result.status === "fulfilled") outcomes.done.push(result.value);
    else if (result.reason instanceof Problem) {
      const { code } = result.reason;
      outcomes.refused[code] = (outcomes.refused[code] ?? 0) + 1;
    } else throw result.reason;
  }
  return outcomes;
}

export function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
