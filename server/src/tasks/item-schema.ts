/** The fields that only a task in a list has. */
import Type from "typebox";
import { Id } from "../kernel/schema.ts";

export const ITEM_MORE = {
  failed_reason: Type.Optional(
    Type.String({ description: "Only of a failed task: the reason, or lease_expired or unseen_attempts." }),
  ),
  retried_by_task_id: Type.Optional(
    Type.String({
      ...Id,
      description: "Only of a failed task that was retried: the newest retry that is not canceled.",
    }),
  ),
  dependent_count: Type.Optional(
    Type.Integer({ description: "The number of tasks that depend on it. Absent when there are none." }),
  ),
};
