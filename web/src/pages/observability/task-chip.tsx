/** The filter of a task, which a link sets. */
import { useTaskTitle } from "../../data/tasks.ts";
import { IdFilter } from "../../domain/usage/id-filter.tsx";
import { shortId } from "../../ui/id.tsx";

export function TaskChip({ id, onClear }: { id: string; onClear: () => void }) {
  return <IdFilter name="Task" text={useTaskTitle(id) ?? shortId(id)} onClear={onClear} />;
}
