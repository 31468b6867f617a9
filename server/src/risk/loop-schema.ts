/** The columns of a loop. */
import Type, { type Static } from "typebox";
import { columnsOf } from "../kernel/db/columns.ts";
import { Fields, Id, Nullable, Time } from "../kernel/schema.ts";

/** A call with its number in each minute since the epoch, the oldest minute first. */
export interface CountedCall {
  key: string;
  tool: string;
  minutes: readonly (readonly [minute: number, calls: number])[];
}

/** The last firing of each policy, by its scope, with the settings that it had. */
export type Fired = Readonly<Record<string, { at: string; of: string }>>;

/** The database returns numeric as text. */
const Nanos = Type.String();

export const LoopColumns = Fields({
  subject_id: Id,
  agent_id: Id,
  fence: Nullable(Type.Integer()),
  progressed_at: Nullable(Time),
  spent_nanos: Nanos,
  spent_list_nanos: Nanos,
  calls: Type.Unsafe<readonly CountedCall[]>({}),
  fired: Type.Unsafe<Fired>({}),
});
/** The work of an agent on a task or a run. */
export type Loop = Static<typeof LoopColumns>;
export const LOOP_COLUMNS = columnsOf(LoopColumns);
