/** The columns of the list of agents. */
import { Star } from "lucide-react";
import { useMemo } from "react";
import type { AgentRow } from "../../data/agent-rows.ts";
import { usePresence } from "../../data/presence.ts";
import { Avatar } from "../../domain/agents/agent-name.tsx";
import { ROLE_WORDS, TYPE_WORDS } from "../../domain/agents/agent-words.ts";
import { AgentStatus, Presence } from "../../domain/status.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import type { Column } from "../../ui/table-row.tsx";
import { Time } from "../../ui/time.tsx";
import { type Roles, useRoles } from "./agent-data.ts";
import { LoadBar } from "./load-bar.tsx";

/** `isNarrow`: a panel is open. */
export function useAgentColumns(isNarrow: boolean): readonly Column<AgentRow>[] {
  // Read once for all rows, because a query in each of a thousand cells slows down scrolling.
  const { roles, isLoading } = useRoles();
  return useMemo(() => {
    const all = columnsWith({ roles, isLoading });
    return isNarrow ? all.filter(({ id }) => NARROW.has(id)) : all;
  }, [isNarrow, roles, isLoading]);
}

const columnsWith = (roles: Roles): readonly Column<AgentRow>[] => [
  { id: "name", header: "Name", width: "minmax(160px,2fr)", cell: (row) => <NameCell row={row} /> },
  { id: "status", header: "Status", width: "96px", cell: ({ status }) => <AgentStatus status={status} isPlain /> },
  { id: "presence", header: "Presence", width: "84px", cell: ({ id }) => <PresenceCell id={id} /> },
  {
    id: "load",
    header: "Tasks",
    width: "112px",
    cell: ({ id, max_running_tasks }) => <LoadCell id={id} max={max_running_tasks} />,
  },
  { id: "role", header: "Role", width: "minmax(84px,0.6fr)", cell: ({ id }) => <RoleCell id={id} of={roles} /> },
  {
    id: "type",
    header: "Type",
    width: "minmax(88px,0.6fr)",
    cell: ({ agent_type }) => <span className="text-ink-2">{TYPE_WORDS[agent_type]}</span>,
  },
  {
    id: "revision",
    header: "Revision",
    width: "64px",
    isRight: true,
    cell: ({ revision }) => <span className="text-ink-2 tabular-nums">{revision}</span>,
  },
  {
    id: "created",
    header: "Created",
    width: "84px",
    isRight: true,
    cell: ({ created_at }) => (
      <span className="relative z-1 text-sm text-ink-2">
        <Time at={created_at} />
      </span>
    ),
  },
];

const NARROW: ReadonlySet<string> = new Set(["name", "status", "presence", "load"]);

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

function PresenceCell({ id }: { id: string }) {
  const presence = usePresence(id);
  return presence ? <Presence state={presence.state} /> : <span className="text-sm text-ink-3">unknown</span>;
}

function LoadCell({ id, max }: { id: string; max: number | null }) {
  const presence = usePresence(id);
  if (!presence) return <span className="text-sm text-ink-3">unknown</span>;
  return <LoadBar running={presence.current_tasks} max={max} />;
}

function RoleCell({ id, of: { roles, isLoading } }: { id: string; of: Roles }) {
  const role = roles?.get(id);
  if (!roles) return isLoading ? null : <span className="text-ink-3">unknown</span>;
  return <span className="text-ink-2">{role ? ROLE_WORDS[role.role] : <span className="text-ink-3">none</span>}</span>;
}

/** A row on a phone. */
export function AgentLines({ row }: { row: AgentRow }) {
  const presence = usePresence(row.id);
  return (
    <div className="space-y-1">
      <div className="flex items-center gap-2">
        <NameCell row={row} />
        <span className="ml-auto">
          <AgentStatus status={row.status} isPlain />
        </span>
      </div>
      <div className="flex items-center gap-3 pl-7 text-sm text-ink-2">
        {presence && <Presence state={presence.state} />}
        {presence && <LoadBar running={presence.current_tasks} max={row.max_running_tasks} />}
        <span className="truncate">{TYPE_WORDS[row.agent_type]}</span>
      </div>
    </div>
  );
}
