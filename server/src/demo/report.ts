/** What the director of a run tells the server that started it: a line of JSON each, on standard output. */
import Type, { type Static } from "typebox";

export const Report = Type.Union([
  Type.Object({ said: Type.String() }),
  Type.Object({ root_task_id: Type.String() }),
  /** Why it could not go on; the last. */
  Type.Object({ failed: Type.String() }),
]);
export type Report = Static<typeof Report>;
