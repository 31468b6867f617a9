/** The past of a range of time, and the work of now. */
import { getRouteApi } from "@tanstack/react-router";
import { RANGE_WORDS, RANGES } from "../../domain/range.ts";
import { isInPlace } from "../../ui/history.ts";
import { Page } from "../../ui/page.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { AgentsNow } from "./agents-now.tsx";
import { Latest } from "./latest.tsx";
import { FailedFor, NeedsLook } from "./needs-look.tsx";
import { Night } from "./night.tsx";
import { NoLimit } from "./no-limit.tsx";
import { RunningNow } from "./running-now.tsx";
import type { SetSearch } from "./search.ts";
import { Figures, Summary } from "./summary.tsx";
import { useOverview } from "./use-overview.ts";
import { useRange } from "./use-range.ts";

const route = getRouteApi("/overview");
const RANGE_TABS = RANGES.map((value) => ({ value, label: RANGE_WORDS[value] }));
const VISIT_TAB = { value: "visit", label: "Since my last visit" } as const;

export function OverviewPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set: SetSearch = (change) =>
    void navigate({ search: (now) => ({ ...now, ...change }), replace: isInPlace(change) });
  const { since, from, lastVisit } = useRange(search);
  const now = useOverview(from);
  const tabs = lastVisit === undefined ? RANGE_TABS : [...RANGE_TABS, VISIT_TAB];
  return (
    <Page
      title="Overview"
      actions={<Tabs label="Range" value={since} tabs={tabs} onChange={(chosen) => set({ since: chosen })} />}
    >
      <div className="min-h-0 grow overflow-y-auto" tabIndex={0} role="region" aria-label="Content">
        <Summary now={now} from={from} />
        <NoLimit />
        <Figures now={now} from={from} />
        <Night from={from} />
        <div className="grid border-t border-line xl:grid-cols-[minmax(0,1fr)_minmax(0,26rem)]">
          <div className="min-w-0">
            <FailedFor now={now} />
            <NeedsLook now={now} />
            <RunningNow now={now} />
          </div>
          <div className="min-w-0 border-line max-xl:border-t xl:border-l">
            <Latest search={search} set={set} />
            <AgentsNow now={now} />
          </div>
        </div>
      </div>
    </Page>
  );
}
