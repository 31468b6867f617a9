/** Failed tasks by their cause, or as rows. */
import { FailureCauses } from "../../domain/failure-causes.tsx";
import { useFailures } from "../../domain/failures.ts";
import { RANGE_WORDS, useSince } from "../../domain/range.ts";
import { Button } from "../../ui/button.tsx";
import { counted } from "../../ui/count.tsx";
import { Empty, ErrorState, Skeleton } from "../../ui/states.tsx";
import { exact } from "../../ui/time.tsx";
import type { SetSearch, TasksSearch } from "./search.ts";
import { isFiltered } from "./task-filters.tsx";

const RANGE_DEFAULT = "7d";

/** Causes are those of the whole workspace, so filters show rows. */
export function showsCauses(search: TasksSearch): boolean {
  return search.status === "failed" && search.rows === undefined && !isFiltered({ ...search, since: undefined });
}

export function FailedByCause({ from, set }: { from: string | undefined; set: SetSearch }) {
  const week = useSince(RANGE_DEFAULT) ?? "";
  const { data, error, refetch } = useFailures(from ?? week);
  const range = from === undefined ? `the last ${RANGE_WORDS[RANGE_DEFAULT]}` : `the time since ${exact(from)}`;
  const showRows = () => set({ rows: "yes" });
  if (!data) {
    return error ? <ErrorState error={error} retry={() => void refetch()} /> : <Skeleton lines={6} className="p-4" />;
  }
  if (data.total === 0) {
    return (
      <Empty title={`No task failed in ${range}.`}>
        <Button onClick={showRows}>Show all failed tasks</Button>
      </Empty>
    );
  }
  return (
    <section
      aria-label="Failed tasks by cause"
      tabIndex={0}
      className="min-h-0 grow overflow-y-auto px-4 py-2 *:max-w-5xl"
    >
      <div className="flex min-h-9 flex-wrap items-center gap-x-3 text-sm text-ink-3">
        <p>
          {counted(data.total, "task")} failed in {range}, for {counted(data.items.length, "reason")}.
          {data.known_from !== null && ` Only those since ${exact(data.known_from)} are counted.`}
        </p>
        <Button size="small" className="ml-auto" onClick={showRows}>
          Show as rows
        </Button>
      </div>
      <FailureCauses causes={data.items} sparkAbout={range} />
    </section>
  );
}
