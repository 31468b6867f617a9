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

/** The columns of a run. */
export const RunColumns = Fields({
  id: Id,
  key_id: Id,
  root_task_id: Nullable(Id),
  outcome: Nullable(Outcome),
  reason: Nullable(Type.String()),
  started_at: Time,
  expires_at: Time,
  ended_at: Nullable(Time),
});
export type StoredRun = Static<typeof RunColumns>;
