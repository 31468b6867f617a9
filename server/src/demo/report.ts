/** The reports of a run's director to the server: one line of JSON each, on standard output. */
import Type, { type Static } from "typebox";

export const Report = Type.Union([
  Type.Object({ said: Type.String() }),
  Type.Object({ root_task_id: Type.String() }),
  /** The reason of a failure. This is the last report. */
  Type.Object({ failed: Type.String() }),
]);
export type Report = Static<typeof Report>;
