/** The requests of agents for changes of limits, and the grants. */
import { getRouteApi } from "@tanstack/react-router";
import { Suspense } from "react";
import { RequestPanel } from "../../domain/requests/request-detail.tsx";
import { isInPlace } from "../../ui/history.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Page, Split } from "../../ui/page.tsx";
import { SkeletonRows } from "../../ui/states.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { RequestList } from "./request-list.tsx";
import type { RequestsSearch } from "./search.ts";

const Grants = lazyPart(() => import("./grants.tsx"), "Grants");
const route = getRouteApi("/requests");

type Tab = "waiting" | "decided" | "grants";

const TABS = [
  { value: "waiting", label: "Waiting" },
  { value: "decided", label: "All" },
  { value: "grants", label: "Grants" },
] as const;

export function RequestsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: RequestsSearch) =>
    void navigate({ search: (now) => ({ ...now, ...change }), replace: isInPlace(change) });
  const { tab = "waiting", open } = search;
  return (
    <Page
      title="Requests"
      toolbar={
        <Tabs<Tab>
          label="View"
          value={tab}
          tabs={TABS}
          hasDigits
          onChange={(value) => set({ tab: value === "waiting" ? undefined : value, open: undefined })}
        />
      }
    >
      <Split
        detail={open && tab !== "grants" && <RequestPanel id={open} />}
        href={open && `/requests/${open}`}
        label="Request"
        onClose={() => set({ open: undefined })}
      >
        <Suspense fallback={<SkeletonRows />}>
          {tab === "grants" ? (
            <Grants />
          ) : (
            <RequestList isPending={tab === "waiting"} open={open} onOpen={(id) => set({ open: id })} />
          )}
        </Suspense>
      </Split>
    </Page>
  );
}
