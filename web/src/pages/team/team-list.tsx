/** The team as a tree of rows: for phones, for large teams, and for agents without a role. */

import { useNavigate } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useRef, useState } from "react";
import { useHotkeys } from "../../ui/keys.ts";
import { useIsPhone } from "../../ui/use-media.ts";
import { useTeamTools } from "./team-context.ts";
import { TeamListRow } from "./team-list-row.tsx";
import type { TeamRow } from "./team-tree.ts";

interface ListProps {
  label: string;
  rows: readonly TeamRow[];
  /** Called when a row folds or opens; without it, rows do not fold. */
  onFold?: ((id: string, isOpen: boolean) => void) | undefined;
  /** The keys j, k, m and r belong to this list. */
  hasKeys?: boolean;
}

const ROW_PX = 36;
const PHONE_ROW_PX = 52;

export function TeamList({ label, rows, onFold, hasKeys = false }: ListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const isPhone = useIsPhone();
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (isPhone ? PHONE_ROW_PX : ROW_PX),
    overscan: 10,
  });
  const keys = useRowKeys({ rows, onFold, hasKeys, show: (at) => virtual.scrollToIndex(at), scroller });
  const first = rows.some(({ id }) => id === keys.current) ? undefined : rows[0]?.id;
  return (
    <div ref={scroller} className="min-h-0 grow overflow-y-auto overscroll-contain py-1">
      <div
        role="tree"
        aria-label={label}
        className="relative"
        style={{ height: virtual.getTotalSize() }}
        onKeyDown={keys.onKeyDown}
      >
        {virtual.getVirtualItems().map(({ index, start, size }) => {
          const row = rows[index];
          if (!row) return null;
          return (
            <TeamListRow
              key={row.id}
              row={row}
              start={start}
              size={size}
              isPhone={isPhone}
              isCurrent={keys.current === row.id}
              isFirst={first === row.id}
              onCurrent={keys.setCurrent}
              onFold={onFold}
            />
          );
        })}
      </div>
    </div>
  );
}

interface KeysProps extends Pick<ListProps, "rows" | "onFold" | "hasKeys"> {
  show: (at: number) => void;
  scroller: { current: HTMLDivElement | null };
}

/** Moves like a tree: up and down through visible rows; right opens or enters, left folds or leaves. */
function useRowKeys({ rows, onFold, hasKeys, show, scroller }: KeysProps) {
  const { denied, open, team } = useTeamTools();
  const navigate = useNavigate();
  const [current, setCurrent] = useState<string>();
  const at = rows.findIndex(({ id }) => id === current);
  const row = rows[at];
  const move = (to: number) => {
    const next = rows[Math.min(rows.length - 1, Math.max(0, to))];
    if (!next) return;
    show(rows.indexOf(next));
    setCurrent(next.id);
  };
  const inward = () => {
    if (!row || row.count === 0) return;
    if (row.isOpen) move(at + 1);
    else onFold?.(row.id, true);
  };
  const outward = () => {
    if (!row) return;
    if (row.count > 0 && row.isOpen && onFold) onFold(row.id, false);
    else move(rows.findLastIndex(({ depth }, place) => place < at && depth < row.depth));
  };
  const menu = () => scroller.current?.querySelector<HTMLElement>('[data-current="true"] [data-menu]')?.click();
  const report = () => current && open({ kind: team.roles.has(current) ? "report" : "join", id: current });
  useHotkeys(
    hasKeys
      ? [
          { keys: "j", label: "Next agent", isMove: true, run: () => move(at + 1) },
          { keys: "k", label: "Previous agent", isMove: true, run: () => move(at - 1) },
          { keys: "m", label: "Actions for the agent", isMove: true, run: menu },
          { keys: "r", label: "Report to…", isMove: true, denied, run: () => void report() },
        ]
      : [],
  );
  const steps: Record<string, () => void> = {
    ArrowDown: () => move(at + 1),
    ArrowUp: () => move(at - 1),
    Home: () => move(0),
    End: () => move(rows.length - 1),
    ArrowRight: inward,
    ArrowLeft: outward,
    Enter: () => row && void navigate({ to: "/agents/$id", params: { id: row.id } }),
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Links and buttons inside a row keep their keys.
    const isRow = event.target instanceof HTMLElement && event.target.role === "treeitem";
    const step = steps[event.key];
    if (!isRow || !step) return;
    event.preventDefault();
    step();
  };
  return { current, setCurrent, onKeyDown };
}
