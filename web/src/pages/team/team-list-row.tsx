/** One agent in the list. */
import { ChevronRight } from "lucide-react";
import { memo, useEffect, useRef } from "react";
import { Avatar } from "../../domain/agents/agent-name.tsx";
import { cx } from "../../ui/class-names.ts";
import { AgentMenu } from "./agent-menu.tsx";
import { Marks, Name, StateNow, TARGET_LOOKS } from "./card-parts.tsx";
import { useAgentTarget, useDragSource } from "./drag.ts";
import { useTeamTools } from "./team-context.ts";
import type { TeamRow } from "./team-tree.ts";
import { roleWord } from "./team-words.ts";

interface RowProps {
  row: TeamRow;
  start: number;
  size: number;
  isPhone: boolean;
  isCurrent: boolean;
  /** Tab reaches this row while no row is current. */
  isFirst: boolean;
  onCurrent: (id: string) => void;
  onFold: ((id: string, isOpen: boolean) => void) | undefined;
}

/** Deeper rows have no further indent, so that names keep some room. */
const INDENTS_MAX = { wide: 10, phone: 5 };
const INDENT_PX = { wide: 24, phone: 14 };

function indentOf(depth: number, isPhone: boolean): number {
  const screen = isPhone ? "phone" : "wide";
  return 4 + Math.min(depth, INDENTS_MAX[screen]) * INDENT_PX[screen];
}

/** Renders again only when its props change, so that scrolling renders only new rows. */
export const TeamListRow = memo((props: RowProps) => {
  const { row, start, size, isPhone, isCurrent, isFirst, onCurrent, onFold } = props;
  const { id, role, depth, count, isOpen } = row;
  const { team } = useTeamTools();
  const element = useFocusWhen(isCurrent);
  const source = useDragSource(id, isPhone);
  const target = useAgentTarget(id);
  const tabIndex = isCurrent ? 0 : -1;
  return (
    <div
      ref={element}
      role="treeitem"
      aria-level={depth + 1}
      aria-posinset={row.place}
      aria-setsize={row.among}
      aria-expanded={count > 0 && onFold ? isOpen : undefined}
      aria-selected={isCurrent}
      tabIndex={isCurrent || isFirst ? 0 : -1}
      data-current={isCurrent}
      {...source}
      {...target.handlers}
      onFocus={() => onCurrent(id)}
      className={cx(
        "absolute inset-x-2 flex items-center gap-2 rounded pr-1 hover:bg-hover",
        isCurrent && "bg-hover",
        TARGET_LOOKS[target.state],
      )}
      style={{ height: size, transform: `translateY(${start}px)`, paddingLeft: indentOf(depth, isPhone) }}
    >
      {onFold && <Fold count={count} isOpen={isOpen} onFold={() => onFold(id, !isOpen)} />}
      <span className="flex min-w-0 grow items-center gap-2">
        <Avatar emoji={team.agentOf(id)?.avatar_emoji} />
        {isPhone ? <Narrow row={row} tabIndex={tabIndex} /> : <Wide row={row} tabIndex={tabIndex} />}
        <span className={cx("shrink-0", role && "sm:w-28")}>
          <StateNow id={id} />
        </span>
      </span>
      {target.why && role && <span className="shrink-0 text-xs whitespace-nowrap text-ink-2">{target.why}</span>}
      <AgentMenu id={id} tabIndex={tabIndex} />
    </div>
  );
});

function Narrow({ row: { id, role, isAside }, tabIndex }: { row: TeamRow; tabIndex: number }) {
  return (
    <span className="min-w-0 grow">
      <Name id={id} tabIndex={tabIndex} isQuiet={isAside} />
      <span className="flex items-center gap-2 text-sm text-ink-3">
        {roleWord(role)}
        <Marks id={id} role={role} />
      </span>
    </span>
  );
}

function Wide({ row: { id, role, isAside, isOpen, count }, tabIndex }: { row: TeamRow; tabIndex: number }) {
  return (
    <>
      <Name id={id} tabIndex={tabIndex} isQuiet={isAside} />
      <Marks id={id} role={role} />
      {!isOpen && count > 0 && <span className="text-sm text-ink-3 tabular-nums">{count} below</span>}
      <span className={cx("ml-auto shrink-0 text-sm text-ink-3", role && "w-24")}>{role && roleWord(role)}</span>
    </>
  );
}

/** For the pointer; arrow keys do the same. */
function Fold({ count, isOpen, onFold }: { count: number; isOpen: boolean; onFold: () => void }) {
  if (count === 0) return <span className="w-5 shrink-0" />;
  return (
    <button
      type="button"
      aria-hidden
      tabIndex={-1}
      onClick={onFold}
      className="flex size-5 shrink-0 items-center justify-center rounded-sm text-ink-3 hover:bg-pressed hover:text-ink"
    >
      <ChevronRight className={cx("size-4 transition-transform", isOpen && "rotate-90")} />
    </button>
  );
}

/** Focuses the current row, unless an element in it has the focus. */
function useFocusWhen(isCurrent: boolean) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const isInside = element.current?.contains(document.activeElement);
    if (isCurrent && !isInside) element.current?.focus({ preventScroll: true });
  }, [isCurrent]);
  return element;
}
