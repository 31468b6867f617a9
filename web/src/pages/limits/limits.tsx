/** Limits on what agents spend, fail and use, and what happened when one was passed. */
import { getRouteApi } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { Suspense } from "react";
import { useDenied } from "../../data/session.tsx";
import { Button } from "../../ui/button.tsx";
import { isInPlace } from "../../ui/history.ts";
import { useHotkeys } from "../../ui/keys.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Page } from "../../ui/page.tsx";
import { Skeleton } from "../../ui/states.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { Policies } from "./policies.tsx";
import type { LimitsSearch } from "./search.ts";

const RiskEvents = lazyPart(() => import("./risk-events.tsx"), "RiskEvents");
const route = getRouteApi("/limits");

type Tab = "limits" | "events";

const TABS = [
  { value: "limits", label: "Limits" },
  { value: "events", label: "Passed" },
] as const;

export function LimitsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: LimitsSearch) =>
    void navigate({ search: (now) => ({ ...now, ...change }), replace: isInPlace(change) });
  const tab: Tab = search.tab ?? "limits";
  const denied = useDenied("risk:write");
  const create = () => set({ tab: undefined, create: "yes" });
  useHotkeys([{ keys: "c", label: "Create a limit", denied, run: create }]);
  return (
    <Page
      title="Limits"
      actions={
        <Button look="primary" keys="c" denied={denied} onClick={create}>
          <Plus aria-hidden className="size-4" />
          New limit
        </Button>
      }
      toolbar={
        <Tabs<Tab>
          label="View"
          value={tab}
          tabs={TABS}
          hasDigits
          onChange={(value) => set({ tab: value === "limits" ? undefined : value, create: undefined })}
        />
      }
    >
      <Suspense fallback={<Skeleton lines={9} className="p-4" />}>
        {tab === "limits" ? (
          <Policies
            isOpen={search.create === "yes"}
            agentId={search.agent_id}
            onClose={() => set({ create: undefined, agent_id: undefined })}
            onCreate={create}
            denied={denied}
          />
        ) : (
          <RiskEvents />
        )}
      </Suspense>
    </Page>
  );
}
