/** The facts of the workspace as sentences, newest first and without end. While the pointer is on them nothing moves. */
import type { AuditListInput, Fact } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import { useMemo, useRef } from "react";
import { useList } from "../../data/list.ts";
import { useKeepTitles } from "../../data/tasks.ts";
import { AgentFilter } from "../../domain/agents/agent-filter.tsx";
import { FactDot, FactSentence } from "../../domain/facts/fact-line.tsx";
import { Button } from "../../ui/button.tsx";
import { countText } from "../../ui/count.tsx";
import { ErrorState, Skeleton } from "../../ui/states.tsx";
import { Time } from "../../ui/time.tsx";
import { Filter } from "../../ui/toolbar.tsx";
import { useSteadyRows } from "../../ui/use-steady-rows.ts";
import { FACT_FILTERS, type FactFilter } from "./fact-filters.ts";
import { type FactGroup, foldFacts } from "./fold.ts";
import type { OverviewProps, OverviewSearch } from "./search.ts";

const PAGE_SIZE = 50;
// The keys of FACT_FILTERS are the filters.
const OPTIONS = (Object.keys(FACT_FILTERS) as FactFilter[]).map((value) => ({
  value,
  label: FACT_FILTERS[value].label,
}));

export function Latest({ search, set }: OverviewProps) {
  return (
    <section aria-label="Latest facts" className="border-b border-line">
      <div className="flex min-h-11 flex-wrap items-center gap-2 px-4 pt-2">
        <h2 className="mr-auto text-sm font-semibold text-ink">
          <Link to="/record" className="hover:underline">
            Latest
          </Link>
        </h2>
        <Filter name="Show" value={search.show} options={OPTIONS} onChange={(show) => set({ show })} />
        <AgentFilter name="Agent" id={search.agent_id} onChange={(agent_id) => set({ agent_id })} />
      </div>
      <Groups key={JSON.stringify([search.show, search.agent_id])} search={search} />
    </section>
  );
}

const filterOf = ({ show, agent_id }: OverviewSearch): AuditListInput => ({
  ...(show && { type: FACT_FILTERS[show].type }),
  ...(agent_id && { agent_id }),
});

const idOf = ({ fact }: FactGroup): string => fact.id;

function Groups({ search }: { search: OverviewSearch }) {
  const filter = filterOf(search);
  const keepTitles = useKeepTitles();
  const list = useList<Fact>({
    key: ["overview", "latest", filter],
    page: async (client, at, call) => {
      const page = await client.audit.list({ ...filter, ...at, include: "titles" }, call);
      keepTitles(page.task_titles ?? {});
      return page;
    },
    idOf: ({ id }) => id,
    pageSize: PAGE_SIZE,
  });
  const groups = useMemo(() => foldFacts(list.rows), [list.rows]);
  const scroller = useRef<HTMLOListElement>(null);
  const { rows, waiting, release, hover } = useSteadyRows(groups, idOf, scroller);
  if (list.isLoading) return <Skeleton lines={8} className="px-4 pb-4" />;
  if (list.error) return <ErrorState error={list.error} retry={list.reload} />;
  return (
    <div className="relative pb-4" {...hover}>
      {waiting > 0 && (
        <button
          type="button"
          className="absolute -top-1 right-4 z-10 rounded-full bg-accent px-3 py-1 text-sm font-medium text-white"
          onClick={release}
        >
          {countText(groups.filter((group) => !rows.some(({ fact }) => fact.id === group.fact.id)).length)} new
        </button>
      )}
      {rows.length === 0 && <p className="px-4 text-sm text-ink-3">Nothing like this happened yet.</p>}
      <ol ref={scroller}>
        {rows.map(({ fact, more }) => (
          <li key={fact.id} className="flex gap-2.5 px-4 py-1.5 hover:bg-hover">
            <FactDot type={fact.type} />
            <p className="line-clamp-2 min-w-0 grow break-words text-ink-2 [overflow-wrap:anywhere] [&_a]:text-ink">
              <FactSentence fact={fact} />
              {more > 0 && <span className="text-sm text-ink-3"> · and {countText(more)} before</span>}
            </p>
            <span className="shrink-0 text-sm text-ink-3">
              <Time at={fact.created_at} />
            </span>
          </li>
        ))}
      </ol>
      {list.hasMore && (
        <Button size="small" className="mx-4 mt-2" isBusy={list.isLoadingMore} onClick={list.loadMore}>
          Older
        </Button>
      )}
    </div>
  );
}
