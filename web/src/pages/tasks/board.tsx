/** Tasks as a board, with a list for each status. */
import { TASK_STATUSES } from "@bailiwick/sdk";
import { useNavigate } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type MouseEvent, useEffect, useRef } from "react";
import { type Status, type TaskRow, useTaskRows } from "../../data/tasks.ts";
import { TASK_LOOKS, TaskStatus } from "../../domain/status.tsx";
import { Button } from "../../ui/button.tsx";
import { cx } from "../../ui/class-names.ts";
import { ErrorState, Skeleton } from "../../ui/states.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { useIsPhone } from "../../ui/use-media.ts";
import { useSteadyRows } from "../../ui/use-steady-rows.ts";
import { filtersOf, pageOf, type ViewProps } from "./search.ts";
import { TaskLines } from "./task-columns.tsx";

const PAGE_SIZE = 50;
const CARD_PX = 68;
const GAP_PX = 8;
/** The next page is read this many cards before the end. */
const AHEAD = 15;
const TABS = TASK_STATUSES.map((value) => ({ value, label: TASK_LOOKS[value].word }));

export function Board({ search, set }: ViewProps) {
  const isPhone = useIsPhone();
  if (isPhone) {
    const status = search.status ?? "queued";
    return (
      <div className="flex min-h-0 grow flex-col">
        <div className="border-b border-line px-4 py-1.5">
          <Tabs label="Status" value={status} tabs={TABS} onChange={(next) => set({ status: next })} />
        </div>
        <Column key={status} status={status} search={search} set={set} />
      </div>
    );
  }
  return (
    <section aria-label="Board" tabIndex={0} className="relative flex min-h-0 grow overflow-x-auto">
      {TASK_STATUSES.map((status) => (
        <Column key={status} status={status} search={search} set={set} />
      ))}
    </section>
  );
}

function Column({ status, search, set }: ViewProps & { status: Status }) {
  const list = useTaskRows({ ...filtersOf(search), status }, { pageSize: PAGE_SIZE });
  const isPhone = useIsPhone();
  const count = list.isLoading ? "" : `${list.rows.length.toLocaleString("en-US")}${list.hasMore ? "+" : ""}`;
  return (
    <section
      aria-label={TASK_LOOKS[status].word}
      className={cx("flex min-h-0 grow flex-col border-r border-line last:border-r-0", !isPhone && "min-w-50 basis-0")}
    >
      {!isPhone && (
        <h2 className="flex h-10 shrink-0 items-center gap-2 px-3">
          <TaskStatus status={status} isPlain />
          <span className="text-sm text-ink-3 tabular-nums">{count}</span>
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

interface CardsProps {
  list: ReturnType<typeof useTaskRows>;
  openId: string | undefined;
  onOpen: (id: string) => void;
}

const idOf = ({ id }: TaskRow) => id;

function Cards({ list, openId, onOpen }: CardsProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const { rows, changedIds, waiting, release, hover } = useSteadyRows(list.rows, idOf, scroller);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => CARD_PX,
    gap: GAP_PX,
    overscan: 6,
  });
  const items = virtual.getVirtualItems();
  const { hasMore, loadMore } = list;
  const isNearEnd = (items.at(-1)?.index ?? 0) >= rows.length - AHEAD;
  useEffect(() => {
    if (hasMore && isNearEnd) loadMore();
  }, [hasMore, isNearEnd, loadMore]);
  return (
    <>
      {waiting > 0 && (
        <Button size="small" look="quiet" className="mx-3 mb-2" onClick={release}>
          {waiting === 1 ? "Show 1 change" : `Show ${waiting} changes`}
        </Button>
      )}
      <div
        ref={scroller}
        {...hover}
        className="relative min-h-0 grow overflow-y-auto overscroll-contain px-2 pb-4 max-sm:pt-2"
      >
        <ul className="relative" style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, start }) => {
            const row = rows[index];
            if (!row) return null;
            return (
              <li key={row.id} className="absolute inset-x-0" style={{ transform: `translateY(${start}px)` }}>
                <Card task={row} isOpen={row.id === openId} isChanged={changedIds.has(row.id)} onOpen={onOpen} />
              </li>
            );
          })}
        </ul>
      </div>
    </>
  );
}

interface CardProps {
  task: TaskRow;
  isOpen: boolean;
  isChanged: boolean;
  onOpen: (id: string) => void;
}

function Card({ task, isOpen, isChanged, onOpen }: CardProps) {
  const navigate = useNavigate();
  const isPhone = useIsPhone();
  const href = pageOf(task.id);
  const open = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    if (isPhone) void navigate({ href });
    else onOpen(task.id);
  };
  return (
    <a
      href={href}
      aria-current={isOpen || undefined}
      onClick={open}
      style={{ height: CARD_PX }}
      className={cx(
        "block overflow-hidden rounded border border-line px-3 py-2.5 hover:bg-hover",
        isOpen ? "bg-selected" : "bg-raised",
        isChanged && "animate-changed",
      )}
    >
      <TaskLines task={task} hasStatus={false} />
    </a>
  );
}
