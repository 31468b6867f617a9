/** The runs of agents, those that started last first. */
import { RUN_STATUSES, type Run } from "@bailiwick/sdk";
import { getRouteApi } from "@tanstack/react-router";
import { Waypoints } from "lucide-react";
import { useList } from "../../data/list.ts";
import { useKeepTitles } from "../../data/tasks.ts";
import { AgentFilter } from "../../domain/agents/agent-filter.tsx";
import { ConnectAgent } from "../../domain/connect-agent.tsx";
import { STATUS_WORDS } from "../../domain/usage/outcome.tsx";
import { RUN_COLUMNS, RunLines } from "../../domain/usage/run-columns.tsx";
import { Button } from "../../ui/button.tsx";
import { isInPlace } from "../../ui/history.ts";
import { shortId } from "../../ui/id.tsx";
import { Page, Split } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import { Filter } from "../../ui/toolbar.tsx";
import { useIsRoomy } from "../../ui/use-media.ts";
import { RunPanel } from "./run-detail.tsx";
import type { RunsSearch } from "./search.ts";
import { TaskChip } from "./task-chip.tsx";

const route = getRouteApi("/runs");
const pageOf = (id: string) => `/runs/${id}`;

export function RunsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: RunsSearch) =>
    void navigate({ search: (now) => ({ ...now, ...change }), replace: isInPlace(change) });
  const { agent_id, task_id, status, open } = search;
  const filters = { agent_id, task_id, status };
  const isRoomy = useIsRoomy();
  const keepTitles = useKeepTitles();
  const list = useList<Run>({
    key: ["obs", "runs", filters],
    page: async (client, at, call) => {
      const page = await client.obs.listRuns({ ...filters, ...at, include: "titles" }, call);
      keepTitles(page.task_titles ?? {});
      return page;
    },
    idOf: ({ run_id }) => run_id,
  });
  return (
    <Page title="Runs" toolbar={<Filters search={search} onChange={set} />}>
      <Split
        detail={open && <RunPanel id={open} />}
        href={open && pageOf(open)}
        label="Run"
        onClose={() => set({ open: undefined })}
      >
        <Table<Run>
          label="Runs"
          list={list}
          columns={open ? RUN_COLUMNS.narrow : isRoomy ? RUN_COLUMNS.all : RUN_COLUMNS.most}
          idOf={({ run_id }) => run_id}
          nameOf={({ run_id }) => `Run ${shortId(run_id)}`}
          hrefOf={({ run_id }) => pageOf(run_id)}
          onOpen={({ run_id }) => set({ open: run_id })}
          openId={open}
          phone={(run) => <RunLines run={run} />}
          empty={<NoRuns search={search} onClear={() => set(NO_FILTERS)} />}
        />
      </Split>
    </Page>
  );
}

const NO_FILTERS = { agent_id: undefined, task_id: undefined, status: undefined } as const;

function Filters({ search, onChange }: { search: RunsSearch; onChange: (change: RunsSearch) => void }) {
  const { agent_id, task_id, status } = search;
  return (
    <>
      <Filter
        name="Status"
        isFirst
        value={status}
        options={RUN_STATUSES.map((value) => ({ value, label: STATUS_WORDS[value] }))}
        onChange={(value) => onChange({ status: value })}
      />
      <AgentFilter name="Agent" id={agent_id} onChange={(id) => onChange({ agent_id: id })} />
      {task_id && <TaskChip id={task_id} onClear={() => onChange({ task_id: undefined })} />}
    </>
  );
}

function NoRuns({ search, onClear }: { search: RunsSearch; onClear: () => void }) {
  const icon = <Waypoints className="size-6" strokeWidth={1.5} />;
  if (search.agent_id === undefined && search.task_id === undefined && search.status === undefined) {
    return (
      <Empty title="No runs yet. An agent starts a run, or sends events with a run_id." icon={icon}>
        <ConnectAgent />
      </Empty>
    );
  }
  return (
    <Empty title="No run matches these filters." icon={icon}>
      <Button onClick={onClear}>Show all runs</Button>
    </Empty>
  );
}
