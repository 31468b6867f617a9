/** Shapes of the demo as a server starts it. */
import Type, { type Static } from "typebox";
import { Fields, Id, Literals, Nullable, TEXT_LIMITS, Time } from "../kernel/schema.ts";

export const OUTCOMES = ["completed", "failed"] as const;
const Outcome = Literals(OUTCOMES, { title: "DemoOutcome" });

export const Demo = Fields({
  is_offered: Type.Boolean({ description: "False in workspaces where it never runs on this server." }),
  state: Literals(["idle", "running"]),
  available: Type.Boolean({ description: "Whether a run can be started now." }),
  reason: Nullable(Type.String({ description: "Why none can be started now." })),
  started_at: Nullable(Time),
  root_task_id: Nullable(
    Type.String({
      format: "uuid",
      description: "The audit of the run under way or of the latest one, once it is made.",
    }),
  ),
  last_result: Nullable(
    Fields(
      {
        outcome: Outcome,
        reason: Nullable(Type.String({ description: "Why it failed." })),
        ended_at: Time,
      },
      { description: "How the latest run ended; null while one is under way, and before the first." },
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

/** As it is stored. */
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
