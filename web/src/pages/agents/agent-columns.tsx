/** The columns of the list of agents. */
import { Star } from "lucide-react";
import { useMemo } from "react";
import type { AgentRow } from "../../data/agent-rows.ts";
import { type AgentsToday, useAgentsToday } from "../../data/agents-today.ts";
import { type FindCap, useCaps } from "../../data/caps.ts";
import { usePresence } from "../../data/presence.ts";
import { type Roles, useRoles } from "../../data/roles.ts";
import { useTaskRows } from "../../data/tasks.ts";
import { Avatar } from "../../domain/agents/agent-name.tsx";
import { AgentState } from "../../domain/agents/agent-state.tsx";
import { ROLE_WORDS, TYPE_WORDS } from "../../domain/agents/agent-words.ts";
import { LoadBar } from "../../domain/agents/load-bar.tsx";
import { Spend } from "../../domain/usage/spend.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { cx } from "../../ui/class-names.ts";
import { Unknown } from "../../ui/count.tsx";
import type { Column } from "../../ui/table-row.tsx";
import { Time } from "../../ui/time.tsx";
import { Tip } from "../../ui/tip.tsx";
import { daySpend } from "./agent-days.ts";

/** `isNarrow`: a panel is open. */
export function useAgentColumns(isNarrow: boolean, hasExternal: boolean): readonly Column<AgentRow>[] {
  // Read once for all rows, because a query in each of a thousand cells slows down scrolling.
  const { roles, isLoading } = useRoles();
  const running = useRunningTitles();
  const spent = useAgentsToday();
  const capOf = useCaps();
  return useMemo(() => {
    const all = columnsWith({ roles: { roles, isLoading }, running, spent, capOf });
    return isNarrow ? all.filter(({ id }) => NARROW.has(id)) : all.filter(({ id }) => hasExternal || id !== "link");
  }, [isNarrow, hasExternal, roles, isLoading, running, spent, capOf]);
}

/** The largest page of the API; a busier workspace shows no title for its oldest attempts. */
const RUNNING_MAX = 200;
type Titles = ReadonlyMap<string, string>;

/** The title of the newest running task of each agent. */
function useRunningTitles(): Titles {
  const { rows } = useTaskRows({ status: "running" }, { pageSize: RUNNING_MAX });
  return useMemo(
    () => new Map(rows.toReversed().map(({ assigned_to_agent_id: agent, title }) => [agent ?? "", title])),
    [rows],
  );
}

interface Read {
  roles: Roles;
  running: Titles;
  spent: AgentsToday;
  capOf: FindCap;
}

const columnsWith = ({ roles, running, spent, capOf }: Read): readonly Column<AgentRow>[] => [
  { id: "name", header: "Name", width: "minmax(180px,1fr)", cell: (row) => <NameCell row={row} /> },
  { id: "state", header: "State", width: "112px", cell: (row) => <AgentState row={row} cap={capOf(row.id)} /> },
  {
    id: "load",
    header: "Tasks",
    width: "112px",
    cell: ({ id, max_running_tasks }) => <LoadCell id={id} max={max_running_tasks} />,
  },
  {
    id: "now",
    header: "Does now",
    width: "minmax(160px,1.4fr)",
    cell: ({ id }) => {
      const title = running.get(id);
      return title !== undefined && <AgentLine text={title} className="truncate text-ink-2" />;
    },
  },
  { id: "role", header: "Role", width: "minmax(84px,0.4fr)", cell: ({ id }) => <RoleCell id={id} of={roles} /> },
  { id: "link", header: "Connection", width: "132px", cell: (row) => <LinkCell row={row} /> },
  {
    id: "spent",
    header: "Spent today",
    width: "100px",
    isRight: true,
    cell: ({ id }) => <SpentCell id={id} of={spent} />,
  },
  {
    id: "seen",
    header: "Last call",
    width: "76px",
    isRight: true,
    cell: ({ id }) => <SeenCell id={id} />,
  },
];

const NARROW: ReadonlySet<string> = new Set(["name", "state", "load"]);

function NameCell({ row: { name, avatar_emoji, is_default, is_featured } }: { row: AgentRow }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <Avatar emoji={avatar_emoji} />
      <AgentLine text={name} className="truncate font-medium" />
      <Marks isDefault={is_default} isFeatured={is_featured} />
    </span>
  );
}

export function Marks({ isDefault, isFeatured }: { isDefault: boolean; isFeatured: boolean }) {
  return (
    <>
      {isFeatured && (
        <span className="shrink-0 text-blocked" title="Featured">
          <Star aria-hidden className="size-3.5 fill-current" />
          <span className="sr-only">Featured</span>
        </span>
      )}
      {isDefault && (
        <span className="shrink-0 rounded-full border border-line-strong px-1.5 text-xs text-ink-2">Default</span>
      )}
    </>
  );
}

/** The kind of an agent that another system runs, and whether it was reached. */
function LinkCell({ row: { agent_type, last_connected_at, last_error } }: { row: AgentRow }) {
  if (agent_type === "direct") return <span className="text-ink-3">–</span>;
  const isReached = last_error === null && last_connected_at !== null;
  return (
    <Tip text={last_error ?? (isReached ? undefined : "It was never called.")}>
      <span className={cx("relative z-1 truncate text-sm", last_error === null ? "text-ink-2" : "text-failed")}>
        {TYPE_WORDS[agent_type]}
        {last_error !== null
          ? " · failed"
          : isReached && (
              <>
                {" "}
                · <Time at={last_connected_at} />
              </>
            )}
      </span>
    </Tip>
  );
}

function SeenCell({ id }: { id: string }) {
  return (
    <span className="relative z-1 text-sm text-ink-2">
      <Time at={usePresence(id)?.last_seen_at} empty="never" />
    </span>
  );
}

function LoadCell({ id, max }: { id: string; max: number | null }) {
  const presence = usePresence(id);
  if (!presence) return <span className="text-sm text-ink-3">unknown</span>;
  return <LoadBar running={presence.current_tasks} max={max} isSilent={presence.state !== "online"} />;
}

function RoleCell({ id, of: { roles, isLoading } }: { id: string; of: Roles }) {
  const role = roles?.get(id);
  if (!roles) return isLoading ? null : <span className="text-ink-3">unknown</span>;
  return <span className="text-ink-2">{role ? ROLE_WORDS[role.role] : <span className="text-ink-3">–</span>}</span>;
}

/** An agent without events spent nothing that it reported, which is not the same as nothing. */
function SpentCell({ id, of: { days, isCut } }: { id: string; of: AgentsToday }) {
  const day = days?.get(id);
  if (!days) return null;
  if (day) return <Spend of={daySpend(day)} isAligned />;
  return isCut ? <Unknown /> : <span className="text-ink-3">–</span>;
}

/** A row on a phone. */
export function AgentLines({ row }: { row: AgentRow }) {
  const presence = usePresence(row.id);
  const capOf = useCaps();
  const day = useAgentsToday().days?.get(row.id);
  return (
    <div className="space-y-1">
      <div className="flex items-center gap-2">
        <NameCell row={row} />
        <span className="ml-auto">
          <AgentState row={row} cap={capOf(row.id)} />
        </span>
      </div>
      {row.agent_type !== "direct" && (
        <div className="pl-7">
          <LinkCell row={row} />
        </div>
      )}
      {presence && (
        <div className="flex items-center gap-3 pl-7 text-sm text-ink-2">
          {presence.current_tasks === 0 && row.max_running_tasks === null ? (
            <span className="text-ink-3">no task</span>
          ) : (
            <LoadBar
              running={presence.current_tasks}
              max={row.max_running_tasks}
              isSilent={presence.state !== "online"}
            />
          )}
          {day && (
            <span>
              <Spend of={daySpend(day)} /> <span className="text-ink-3">today</span>
            </span>
          )}
          <span className="ml-auto shrink-0 text-ink-3">
            <Time at={presence.last_seen_at} empty="never called" />
          </span>
        </div>
      )}
    </div>
  );
}
