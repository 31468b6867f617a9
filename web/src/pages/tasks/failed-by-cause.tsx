/** Failed tasks by their cause, or as rows. */
import { useRef } from "react";
import { FailureCauses } from "../../domain/failure-causes.tsx";
import { useFailures } from "../../domain/failures.ts";
import { RANGE_WORDS, useSince } from "../../domain/range.ts";
import { Button } from "../../ui/button.tsx";
import { counted } from "../../ui/count.tsx";
import { useHotkeys } from "../../ui/keys.ts";
import { Empty, ErrorState, Skeleton } from "../../ui/states.tsx";
import { exact } from "../../ui/time.tsx";
import type { SetSearch } from "./search.ts";

const RANGE_DEFAULT = "7d";

/** Moves the focus to the next cause, or the next task of an open cause. Enter presses it. */
function focusStop(list: HTMLElement, by: number): void {
  const stops = [...list.querySelectorAll<HTMLElement>("[data-stop]")];
  const place = stops.findIndex((stop) => stop.matches(":focus"));
  stops[place < 0 ? 0 : Math.min(stops.length - 1, Math.max(0, place + by))]?.focus();
}

export function FailedByCause({ from, set }: { from: string | undefined; set: SetSearch }) {
  const week = useSince(RANGE_DEFAULT) ?? "";
  const { data, error, refetch } = useFailures(from ?? week);
  const range = from === undefined ? `the last ${RANGE_WORDS[RANGE_DEFAULT]}` : `the time since ${exact(from)}`;
  const showRows = () => set({ rows: "yes" });
  const list = useRef<HTMLElement>(null);
  const move = (by: number) => list.current && focusStop(list.current, by);
  useHotkeys([
    { keys: "j", label: "Next cause or task", isMove: true, isRow: true, run: () => move(1) },
    { keys: "k", label: "Previous cause or task", isMove: true, isRow: true, run: () => move(-1) },
  ]);
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
      ref={list}
      aria-label="Failed tasks by cause"
      tabIndex={0}
      className="min-h-0 grow overflow-y-auto px-4 py-2"
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
      <FailureCauses causes={data.items} from={data.from} sparkAbout={range} hasAgents />
    </section>
  );
}
