/** The tabs of one agent, in the panel and on its page. */
import { Suspense } from "react";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Skeleton } from "../../ui/states.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import type { DetailProps } from "./agent-data.ts";
import { AgentOverview } from "./agent-overview.tsx";
import type { AGENT_TABS } from "./search.ts";

const Configuration = lazyPart(() => import("./agent-configuration.tsx"), "AgentConfiguration");
const Revisions = lazyPart(() => import("./agent-revisions.tsx"), "AgentRevisions");
const Activity = lazyPart(() => import("./agent-activity.tsx"), "AgentActivity");
const Keys = lazyPart(() => import("./agent-keys.tsx"), "AgentKeys");

const TABS = [
  { value: "overview", label: "Overview" },
  { value: "configuration", label: "Configuration" },
  { value: "revisions", label: "Revisions" },
  { value: "activity", label: "Activity" },
  { value: "keys", label: "Keys" },
] as const satisfies readonly { value: (typeof AGENT_TABS)[number]; label: string }[];

export function AgentDetail({ isPage = false, ...props }: DetailProps & { isPage?: boolean }) {
  const { search, onSearch } = props;
  const tab = search.tab ?? "overview";
  return (
    <>
      <div className="shrink-0 border-b border-line px-3 py-1.5">
        <Tabs
          label="Parts of this agent"
          value={tab}
          tabs={TABS}
          onChange={(value) =>
            onSearch({ tab: value === "overview" ? undefined : value, edit: undefined, compare: undefined })
          }
        />
      </div>
      <div role="tabpanel" aria-label={tab} tabIndex={0} className="min-h-0 grow overflow-y-auto">
        <Suspense fallback={<Skeleton lines={6} className="p-4" />}>
          <Tab tab={tab} isPage={isPage} {...props} />
        </Suspense>
      </div>
    </>
  );
}

interface TabProps extends DetailProps {
  tab: (typeof AGENT_TABS)[number];
  isPage: boolean;
}

function Tab({ tab, isPage, ...props }: TabProps) {
  switch (tab) {
    case "overview":
      return <AgentOverview agent={props.agent} isPage={isPage} />;
    case "configuration":
      return <Configuration isPage={isPage} {...props} />;
    case "revisions":
      return <Revisions {...props} />;
    case "activity":
      return <Activity agent={props.agent} isPage={isPage} />;
    case "keys":
      return <Keys agent={props.agent} isPage={isPage} />;
    default:
      return tab satisfies never;
  }
}
