/** The shape of the last step of a person, which `tasks.undo` takes back. */
import Type from "typebox";
import { Fields, Id, JsonObject, Literals } from "../kernel/schema.ts";

export const UNDO_STEPS = ["start", "assign", "escalate", "answer"] as const;
export type UndoneStep = (typeof UNDO_STEPS)[number];

export const Undo = Fields({
  step: Literals(UNDO_STEPS),
  user_id: Id,
  /** The fence and the status after the step. Another step changes one of them. */
  fence: Type.Integer(),
  status: Type.String(),
  /** The columns of the task before the step. */
  before: JsonObject,
});
