/** One agent on its own page. */
import { getRouteApi } from "@tanstack/react-router";
import { useCaps } from "../../data/caps.ts";
import { Avatar } from "../../domain/agents/agent-name.tsx";
import { StateWord } from "../../domain/agents/agent-state.tsx";
import { buttonClass } from "../../ui/button.tsx";
import { isInPlace } from "../../ui/history.ts";
import { Page, UpLink } from "../../ui/page.tsx";
import { ErrorState, Skeleton } from "../../ui/states.tsx";
import { AgentActions } from "./agent-actions.tsx";
import { Marks } from "./agent-columns.tsx";
import { useAgentNow } from "./agent-data.ts";
import { AgentDetail } from "./agent-detail.tsx";
import type { AgentSearch } from "./search.ts";

const UP = { href: "/agents", label: "Go to agents" };
const route = getRouteApi("/agents/$id");

export function AgentPage() {
  const { id } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data: agent, error, refetch } = useAgentNow(id);
  const capOf = useCaps();
  const set = (change: AgentSearch) =>
    void navigate({ search: (now) => ({ ...now, ...change }), replace: isInPlace(change) });
  if (!agent) {
    return (
      <Page title="Agent" up={UP}>
        {error ? (
          <ErrorState error={error} retry={() => void refetch()} way={<UpLink {...UP} className={buttonClass()} />} />
        ) : (
          <Skeleton lines={9} className="p-4" />
        )}
      </Page>
    );
  }
  return (
    <Page
      title={agent.name}
      up={UP}
      icon={<Avatar emoji={agent.avatar_emoji} />}
      about={
        <span className="flex min-w-0 items-center gap-3">
          <Marks isDefault={agent.is_default} isFeatured={agent.is_featured} />
          <StateWord agent={agent} cap={capOf(agent.id)} size="full" />
        </span>
      }
      actions={<AgentActions agent={agent} onSearch={set} />}
    >
      <AgentDetail agent={agent} search={search} onSearch={set} isPage />
    </Page>
  );
}
