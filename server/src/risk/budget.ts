/** The time that evaluations of policies may take. */

/** In milliseconds. */
export interface RiskBudget {
  /** Of a cycle over all workspaces, and of an evaluation that an operator starts. */
  ms: number;
  /** Of the turn of one workspace in a cycle. */
  turnMs: number;
  nowMs(): number;
}

declare module "../kernel/environment.ts" {
  interface Environment {
    /** Tests use another clock and budget. */
    riskBudget?: RiskBudget;
  }
}

export const BUDGET: RiskBudget = { ms: 45_000, turnMs: 5_000, nowMs: () => performance.now() };

/** Returns a function that says if time is left. */
export function startTimer({ nowMs }: RiskBudget, ms: number): () => boolean {
  const ends = nowMs() + ms;
  return () => nowMs() < ends;
}
