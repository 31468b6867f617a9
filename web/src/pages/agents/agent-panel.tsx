/** One agent in the panel. */
import { useCaps } from "../../data/caps.ts";
import { Avatar } from "../../domain/agents/agent-name.tsx";
import { StateWord } from "../../domain/agents/agent-state.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { ErrorState, Skeleton } from "../../ui/states.tsx";
import { AgentActions } from "./agent-actions.tsx";
import { Marks } from "./agent-columns.tsx";
import { useAgentNow } from "./agent-data.ts";
import { AgentDetail } from "./agent-detail.tsx";
import type { AgentSearch } from "./search.ts";

interface PanelProps {
  id: string;
  search: AgentSearch;
  onSearch: (change: AgentSearch) => void;
}

export function AgentPanel({ id, search, onSearch }: PanelProps) {
  const { data: agent, error, refetch } = useAgentNow(id);
  const capOf = useCaps();
  if (!agent) {
    return error ? (
      <ErrorState error={error} retry={() => void refetch()} />
    ) : (
      <Skeleton lines={9} className="p-4 pt-14" />
    );
  }
  return (
    <>
      <header className="shrink-0 space-y-2 px-4 pt-3 pb-2">
        <div className="flex min-w-0 items-center gap-2 pr-20">
          <Avatar emoji={agent.avatar_emoji} />
          <h2 className="flex min-w-0 text-lg font-semibold">
            <AgentLine text={agent.name} className="truncate" />
          </h2>
          <Marks isDefault={agent.is_default} isFeatured={agent.is_featured} />
        </div>
        <div className="flex flex-wrap items-center gap-3">
          <StateWord agent={agent} cap={capOf(agent.id)} size="full" />
          <div className="ml-auto flex items-center gap-2">
            <AgentActions agent={agent} onSearch={onSearch} />
          </div>
        </div>
      </header>
      <AgentDetail key={id} agent={agent} search={search} onSearch={onSearch} />
    </>
  );
}
