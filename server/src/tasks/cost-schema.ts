/** The costs of a task by its telemetry. */
import Type, { type Static } from "typebox";
import { Fields, Nullable } from "../kernel/schema.ts";

/** US dollars. */
export const TASK_COSTS = {
  cost_usd: Nullable(
    Type.Number({ description: "The own cost by telemetry. Null: unknown, or the answer to a step." }),
  ),
  inclusive_cost_usd: Nullable(Type.Number({ description: "The cost with all tasks below." })),
};
const TaskCost = Fields(TASK_COSTS);
export type TaskCost = Static<typeof TaskCost>;
