/** One run on its own page. */
import { getRouteApi } from "@tanstack/react-router";
import { useAgent } from "../../data/agents.ts";
import { Avatar } from "../../domain/agents/agent-name.tsx";
import { RunState } from "../../domain/usage/run-columns.tsx";
import { buttonClass } from "../../ui/button.tsx";
import { shortId } from "../../ui/id.tsx";
import { Page, UpLink } from "../../ui/page.tsx";
import { ErrorState, Skeleton } from "../../ui/states.tsx";
import { RunDetail, useRun } from "./run-detail.tsx";

const UP = { href: "/runs", label: "Go to the runs" };
const route = getRouteApi("/runs/$id");

export function RunPage() {
  const { id } = route.useParams();
  const { data: run, error, refetch } = useRun(id);
  const agent = useAgent(run?.agent_id);
  if (!run) {
    return (
      <Page title="Run" up={UP}>
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
      title={`Run of ${agent?.name ?? shortId(run.agent_id)}`}
      up={UP}
      icon={<Avatar emoji={agent?.avatar_emoji} />}
      about={<RunState run={run} />}
    >
      <div className="relative min-h-0 grow overflow-y-auto" tabIndex={0} role="region" aria-label="Content">
        <div className="max-w-384">
          <RunDetail run={run} />
        </div>
      </div>
    </Page>
  );
}
