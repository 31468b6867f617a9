/** Steps as data: one table a slice, which its operations, `allowed_steps` and its README read. */
import { Problem } from "./problem.ts";

export interface Step<State extends string, Giver extends string = never> {
  /** The states that the step may start from. */
  from: readonly State[];
  /** Who may take it: to be one of these is enough. Without, the permission of the operation decides alone. */
  by?: readonly Giver[];
  /** The state it leads to, or what it makes. */
  to: string;
}

/** Whether somebody who is all this to the thing may take the step, whatever its state. */
export function isGiver<Giver extends string>({ by }: Step<string, Giver>, as: readonly Giver[]): boolean {
  return by === undefined || by.some((giver) => as.includes(giver));
}

/** Throws `illegal_step`, with the words of the slice if it has its own. */
export function requireFrom<State extends string>(
  { from, to }: Step<State, string>,
  step: string,
  state: State,
  refusal: () => Problem = () =>
    new Problem("illegal_step", `Cannot transition from ${state} to ${to}.`, {
      step,
      from: state,
      to,
      allowed_from: from,
    }),
): void {
  if (!from.includes(state)) throw refusal();
}

export interface AllowedStep<Name extends string> {
  step: Name;
  allowed: boolean;
  reason?: string;
}

/** Every step with the reason why it may not be taken now; `require` throws what its operation would throw. */
export function allowedSteps<Name extends string>(
  steps: Readonly<Record<Name, unknown>>,
  require: (step: Name) => void,
): AllowedStep<Name>[] {
  // The keys of a literal table are its names.
  return (Object.keys(steps) as Name[]).map((step) => {
    try {
      require(step);
      return { step, allowed: true };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return { step, allowed: false, reason: error.message };
    }
  });
}
