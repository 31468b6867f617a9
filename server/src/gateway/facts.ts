/** Facts of refused calls. The costs of calls are telemetry. */
import Type from "typebox";
import { factType } from "../kernel/facts/fact.ts";
import { Fields, Id, Nullable } from "../kernel/schema.ts";

export const callRefused = factType({
  type: "model_call.refused",
  subject: "agent",
  meaning:
    "A call of a model was refused. Repeats for the same reason in one minute are counted in the next such fact.",
  data: Fields({
    provider: Type.String(),
    model: Type.String(),
    task_id: Nullable(Id),
    reason_code: Type.String(),
    reason: Type.String(),
    policy_id: Nullable(Id),
    repeats: Type.Integer({ description: "The refusals since the last fact that have none of their own." }),
  }),
});

export const GATEWAY_FACTS = [callRefused] as const;
