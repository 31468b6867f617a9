/** Steps as data: each slice has one table, which its operations, `allowed_steps` and its README use. */
import { Problem, refusalOf } from "./problem.ts";

export interface Step<State extends string, Role extends string = never> {
  /** The states that the step may start from. */
  from: readonly State[];
  /** One of these roles is enough to take the step. Without a list, only the permission of the operation decides. */
  by?: readonly Role[];
  /** The state that the step leads to, or the thing that it creates. */
  to: string;
}

/** Returns true when a caller with these roles may take the step, in any state. */
export function hasRole<Role extends string>({ by }: Step<string, Role>, as: readonly Role[]): boolean {
  return by === undefined || by.some((role) => as.includes(role));
}

/** Throws `illegal_step`, or the problem of the slice. */
export function requireFrom<State extends string>(
  { from, to }: Step<State, string>,
  step: string,
  state: State,
  refusal: () => Problem = () =>
    new Problem("illegal_step", `The state is ${state}; this is possible only from ${from.join(" or ")}.`, {
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

/** Returns every step with the reason when it is not allowed now. `require` throws the problem of the operation. */
export function allowedSteps<Name extends string>(
  steps: Readonly<Record<Name, unknown>>,
  require: (step: Name) => void,
): AllowedStep<Name>[] {
  // The keys of a literal table are the names of its steps.
  return (Object.keys(steps) as Name[]).map((step) => {
    const refusal = refusalOf(() => require(step));
    return refusal ? { step, allowed: false, reason: refusal.message } : { step, allowed: true };
  });
}
