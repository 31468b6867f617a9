/** The shapes of a demo that the server starts. */
import Type, { type Static } from "typebox";
import { Fields, Id, Literals, Nullable, TEXT_LIMITS, Time } from "../kernel/schema.ts";

export const OUTCOMES = ["completed", "failed"] as const;
const Outcome = Literals(OUTCOMES, { title: "DemoOutcome" });

export const Demo = Fields({
  is_offered: Type.Boolean({ description: "False in workspaces in which this server never runs the demo." }),
  state: Literals(["idle", "running"]),
  available: Type.Boolean({ description: "True when a run can be started now." }),
  reason: Nullable(Type.String({ description: "The reason why no run can be started now." })),
  started_at: Nullable(Time),
  root_task_id: Nullable(
    Type.String({
      format: "uuid",
      description: "The root task of the present or the last run, after the run has created it.",
    }),
  ),
  last_result: Nullable(
    Fields(
      {
        outcome: Outcome,
        reason: Nullable(Type.String({ description: "The reason of a failure." })),
        ended_at: Time,
      },
      { description: "The result of the last run. Null during a run and before the first run." },
    ),
  ),
});
export type Demo = Static<typeof Demo>;

export const DemoEnd = Fields({
  id: Id,
  outcome: Outcome,
  reason: Nullable(Type.String({ minLength: 1, maxLength: TEXT_LIMITS.reason })),
});
export type DemoEnd = Static<typeof DemoEnd>;

/** The row of a run. */
export interface StoredRun {
  id: string;
  key_id: string;
  root_task_id: string | null;
  outcome: DemoEnd["outcome"] | null;
  reason: string | null;
  started_at: string;
  expires_at: string;
  ended_at: string | null;
}
