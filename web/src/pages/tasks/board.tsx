/** Tasks as a board: a column for each state that needs work, and narrow ones for ended tasks until they are opened. */
import { TASK_STATUSES } from "@bailiwick/sdk";
import { ChevronsLeft } from "lucide-react";
import { useRead } from "../../data/query.ts";
import { isFinal, type Status, useTaskCount, useTaskRows } from "../../data/tasks.ts";
import { startOf } from "../../domain/range.ts";
import { TASK_LOOKS, TaskStatus } from "../../domain/status.tsx";
import { Button } from "../../ui/button.tsx";
import { cx } from "../../ui/class-names.ts";
import { Count } from "../../ui/count.tsx";
import { ErrorState, Skeleton } from "../../ui/states.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { Tip } from "../../ui/tip.tsx";
import { useIsPhone } from "../../ui/use-media.ts";
import { Cards } from "./board-cards.tsx";
import { commonFilters, type TasksSearch, type ViewProps } from "./search.ts";

const PAGE_SIZE = 50;
/** Failed tasks need work: they are repeated or given up. */
const isQuiet = (status: Status): boolean => isFinal(status) && status !== "failed";
/** The lanes that need work come first, as on a wide screen. */
const IN_ORDER = TASK_STATUSES.toSorted((one, other) => Number(isQuiet(one)) - Number(isQuiet(other)));

export function Board({ search, set }: ViewProps) {
  const isPhone = useIsPhone();
  if (isPhone) return <OneColumn search={search} set={set} />;
  const isOpen = search.ended === "yes";
  return (
    <section aria-label="Board" tabIndex={0} className="relative flex min-h-0 grow overflow-x-auto">
      {TASK_STATUSES.filter((status) => isOpen || !isQuiet(status)).map((status) => (
        <Column key={status} status={status} search={search} set={set} />
      ))}
      {!isOpen && <Ended search={search} onOpen={() => set({ ended: "yes" })} />}
    </section>
  );
}

function OneColumn({ search, set }: ViewProps) {
  const status = IN_ORDER.find((value) => value === search.status) ?? "queued";
  const { data: open } = useTaskCount({ ...commonFilters(search), status: "open" });
  const { data: failed } = useTaskCount({ ...commonFilters(search), status: "failed" });
  const tabs = IN_ORDER.map((value) => {
    const count = (value === "failed" ? failed : isFinal(value) ? undefined : open)?.by_status[value];
    return { value, label: TASK_LOOKS[value].word, ...(count !== undefined && { count }) };
  });
  return (
    <div className="flex min-h-0 grow flex-col">
      <div className="border-b border-line px-4 py-1.5">
        <Tabs label="Status" value={status} tabs={tabs} onChange={(next) => set({ status: next })} />
      </div>
      <Column key={status} status={status} search={search} set={set} />
    </div>
  );
}

/** Completed tasks are not counted, because a workspace may have a million of them. */
function useColumnCount(status: Status, search: TasksSearch): number | undefined {
  const isCounted = status !== "completed";
  const counted = isFinal(status) ? status : "open";
  const { data } = useTaskCount({ ...commonFilters(search), status: counted }, { enabled: isCounted });
  return isCounted ? data?.by_status[status] : undefined;
}

function Column({ status, search, set }: ViewProps & { status: Status }) {
  const list = useTaskRows({ ...commonFilters(search), status, order: search.order }, { pageSize: PAGE_SIZE });
  const isPhone = useIsPhone();
  const count = useColumnCount(status, search);
  return (
    <section
      aria-label={TASK_LOOKS[status].word}
      className={cx("flex min-h-0 grow flex-col border-r border-line last:border-r-0", !isPhone && "min-w-60 basis-0")}
    >
      {!isPhone && (
        <h2 className="flex h-10 shrink-0 items-center gap-2 px-3">
          <TaskStatus of={{ status }} isPlain />
          {count !== undefined && (
            <span className="text-sm text-ink-3">
              <Count value={count} />
            </span>
          )}
          {status === "completed" && (
            <Button look="quiet" size="small" className="ml-auto" onClick={() => set({ ended: undefined })}>
              Fold
            </Button>
          )}
        </h2>
      )}
      {list.isLoading && <Skeleton lines={3} className="p-3" />}
      {Boolean(list.error) && <ErrorState error={list.error} retry={list.reload} />}
      {!list.isLoading && !list.error && list.rows.length === 0 && (
        <p className="px-3 py-2 text-sm text-ink-3">No task is {TASK_LOOKS[status].word.toLowerCase()}.</p>
      )}
      {list.rows.length > 0 && <Cards list={list} openId={search.open} onOpen={(id) => set({ open: id })} />}
    </section>
  );
}

const DAY = "24h";

/** The ended tasks as one narrow column. Its numbers are those of the last day. */
function Ended({ search, onOpen }: { search: TasksSearch; onOpen: () => void }) {
  const { data } = useRead(["tasks", "ended today", {}], (client, call) =>
    client.audit.count({ from: startOf(DAY, Date.now()) }, call),
  );
  const isFiltered = Object.values(commonFilters(search)).some((filter) => filter !== undefined);
  return (
    <Tip text="Show completed and canceled tasks">
      <button
        type="button"
        className="flex w-14 shrink-0 flex-col items-center gap-3 py-3 text-sm text-ink-2 hover:bg-hover"
        onClick={onOpen}
      >
        <ChevronsLeft aria-hidden className="size-4 text-ink-3" />
        <span className="sr-only">Show ended tasks: </span>
        {TASK_STATUSES.filter(isQuiet).map((status) => (
          <span key={status} className="flex items-center gap-1.5 [writing-mode:vertical-rl]">
            {TASK_LOOKS[status].word}
            {!isFiltered && data && (
              <span className="text-ink-3">
                <Count value={data.by_type[`task.${status}`] ?? 0} /> in 24 h
              </span>
            )}
          </span>
        ))}
      </button>
    </Tip>
  );
}
