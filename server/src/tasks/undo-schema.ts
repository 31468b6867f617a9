/** The shape of the last step of a caller, which `tasks.undo` takes back. */
import Type from "typebox";
import { Fields, JsonObject, Literals } from "../kernel/schema.ts";

export const UNDO_STEPS = ["start", "assign", "escalate", "answer"] as const;
export type UndoneStep = (typeof UNDO_STEPS)[number];

export const Undo = Fields({
  step: Literals(UNDO_STEPS),
  by_id: Type.String(),
  /** The fence and the status after the step. Another step changes one of them. */
  fence: Type.Integer(),
  status: Type.String(),
  /** The columns of the task before the step. */
  before: JsonObject,
});
