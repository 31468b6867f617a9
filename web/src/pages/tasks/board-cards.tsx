/** The cards of one column of the board; only visible cards render. */
import { useNavigate } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type MouseEvent, useEffect, useRef } from "react";
import type { List } from "../../data/list.ts";
import type { TaskRow } from "../../data/tasks.ts";
import { Button } from "../../ui/button.tsx";
import { cx } from "../../ui/class-names.ts";
import { useIsPhone } from "../../ui/use-media.ts";
import { useSteadyRows } from "../../ui/use-steady-rows.ts";
import { pageOf } from "./search.ts";
import { TaskCard } from "./task-columns.tsx";

/** A card is measured when it renders. */
const CARD_PX = 90;
const GAP_PX = 8;
/** The next page is read this many cards before the end. */
const AHEAD = 15;

interface CardsProps {
  list: List<TaskRow>;
  openId: string | undefined;
  onOpen: (id: string) => void;
}

const idOf = ({ id }: TaskRow) => id;

export function Cards({ list, openId, onOpen }: CardsProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const { rows, changedIds, waiting, release, hover } = useSteadyRows(list.rows, idOf, scroller);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => CARD_PX,
    getItemKey: (at) => rows[at]?.id ?? at,
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
          {items.map(({ index, start, key }) => {
            const row = rows[index];
            if (!row) return null;
            return (
              <li
                key={key}
                ref={virtual.measureElement}
                data-index={index}
                className="absolute inset-x-0"
                style={{ transform: `translateY(${start}px)` }}
              >
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
      className={cx(
        "block rounded border border-line px-3 py-2.5 hover:bg-hover",
        isOpen ? "bg-selected" : "bg-raised",
        isChanged && "animate-changed",
      )}
    >
      <TaskCard task={task} />
    </a>
  );
}
