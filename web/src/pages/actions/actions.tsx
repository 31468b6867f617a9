/** The actions that agents proposed, newest first, each with its payload. */
import type { ActionStatus, AgentAction } from "@bailiwick/sdk";
import { getRouteApi } from "@tanstack/react-router";
import { Send } from "lucide-react";
import { Suspense, useState } from "react";
import { useList } from "../../data/list.ts";
import { useDenied } from "../../data/session.tsx";
import { ActionPanel } from "../../domain/actions/action-detail.tsx";
import type { DecideStep } from "../../domain/actions/action-dialog.tsx";
import { ACTION_LOOKS, ActionState, ConnectionName } from "../../domain/actions/action-parts.tsx";
import { actionKeys } from "../../domain/actions/action-row-verbs.tsx";
import { actionText, typeText } from "../../domain/actions/action-words.ts";
import { useActionTypes } from "../../domain/actions/use-action.ts";
import { AgentFilter } from "../../domain/agents/agent-filter.tsx";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { IdFilter } from "../../domain/usage/id-filter.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { isInPlace } from "../../ui/history.ts";
import { useHotkeys } from "../../ui/keys.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Money } from "../../ui/money.tsx";
import { Page, Split } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import type { Column } from "../../ui/table-row.tsx";
import { Time } from "../../ui/time.tsx";
import { BatchBar, Filter } from "../../ui/toolbar.tsx";
import { BypassLines } from "./bypass-lines.tsx";
import type { ActionsSearch } from "./search.ts";
import { ActionViews } from "./views.tsx";

const ActionDialog = lazyPart(() => import("../../domain/actions/action-dialog.tsx"), "ActionDialog");
const ActionBatch = lazyPart(() => import("../../domain/actions/action-batch.tsx"), "ActionBatch");
const route = getRouteApi("/actions");

type Set = (change: ActionsSearch) => void;

export function ActionsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set: Set = (change) => void navigate({ search: (now) => ({ ...now, ...change }), replace: isInPlace(change) });
  const { open } = search;
  return (
    <Page title="Actions" actions={<ActionViews view="actions" />} toolbar={<Filters search={search} set={set} />}>
      <BypassLines />
      <Split
        detail={open && <ActionPanel id={open} />}
        href={open && `/actions/${open}`}
        label="Action"
        onClose={() => set({ open: undefined })}
      >
        <ActionList search={search} set={set} />
      </Split>
    </Page>
  );
}

interface ListProps {
  search: ActionsSearch;
  set: Set;
}

// The states in the order in which an action goes through them.
const STATUSES = (Object.keys(ACTION_LOOKS) as ActionStatus[]).map((value) => ({
  value,
  label: ACTION_LOOKS[value].word,
}));

const statusOf = (text: string | undefined) => STATUSES.find(({ value }) => value === text)?.value;

function Filters({ search: { status, agent_id, action_type, task_id }, set }: ListProps) {
  const { data } = useActionTypes();
  const types = new Set([...(data?.items.map((one) => one.action_type) ?? []), ...(action_type ? [action_type] : [])]);
  return (
    <>
      <Filter
        name="State"
        value={statusOf(status)}
        options={STATUSES}
        isFirst
        onChange={(value) => set({ status: value })}
      />
      <AgentFilter name="Agent" id={agent_id} onChange={(id) => set({ agent_id: id })} />
      <Filter
        name="Type"
        value={action_type}
        options={[...types].map((value) => ({ value, label: typeText(value) }))}
        onChange={(value) => set({ action_type: value })}
      />
      {task_id && <IdFilter name="Task" text={task_id} onClear={() => set({ task_id: undefined })} />}
    </>
  );
}

interface Deciding {
  of: AgentAction;
  step: DecideStep;
}

function ActionList({ search: { open, status, agent_id, action_type, task_id }, set }: ListProps) {
  const filters = { status: statusOf(status), agent_id, action_type, task_id };
  const [ids, setIds] = useState<ReadonlySet<string>>(NONE);
  const [cursor, setCursor] = useState<string>();
  const [deciding, setDeciding] = useState<Deciding>();
  const list = useList<AgentAction>({
    key: ["actions", "list", filters],
    page: ({ actions }, at, call) => actions.list({ ...at, ...filters }, call),
    idOf: ({ id }) => id,
    one: ({ actions }, id) => actions.get({ id }),
    matches: ({ status }) => filters.status === undefined || filters.status === status,
  });
  const here = list.rows.find(({ id, status }) => id === cursor && id !== open && status === "pending");
  const chosen = list.rows.filter(({ id, status }) => ids.has(id) && status === "pending");
  return (
    <>
      <Table<AgentAction>
        label="Actions"
        list={list}
        columns={open ? COLUMNS.narrow : COLUMNS.all}
        idOf={({ id }) => id}
        nameOf={(action) => actionText(action).slice(0, NAME_LENGTH_MAX)}
        hrefOf={({ id }) => `/actions/${id}`}
        onOpen={({ id }) => set({ open: id })}
        onCursor={setCursor}
        openId={open}
        phonePx={96}
        phone={(action) => <PhoneLines of={action} />}
        empty={<NoActions isFiltered={Object.values(filters).some((value) => value !== undefined)} />}
        selection={{ ids, set: setIds }}
      />
      {here && ids.size === 0 && <RowKeys key={here.id} onDecide={(step) => setDeciding({ of: here, step })} />}
      <Suspense>
        {deciding && <ActionDialog {...deciding} onClose={() => setDeciding(undefined)} />}
        {ids.size > 0 && (
          <BatchBar count={ids.size} onClear={() => setIds(NONE)}>
            {chosen.length > 0 ? (
              <ActionBatch actions={chosen} count={ids.size} onDone={setIds} />
            ) : (
              <span className="px-1 text-sm text-ink-3">None of them waits for a decision.</span>
            )}
          </BatchBar>
        )}
      </Suspense>
    </>
  );
}

const NONE: ReadonlySet<string> = new Set();
/** Screen readers get at most this many characters of a payload. */
const NAME_LENGTH_MAX = 200;

function RowKeys({ onDecide }: { onDecide: (step: DecideStep) => void }) {
  const denied = useDenied("actions:decide");
  useHotkeys(actionKeys(denied, onDecide).map((key) => ({ ...key, isRow: true })));
  return null;
}

function NoActions({ isFiltered }: { isFiltered: boolean }) {
  const title = isFiltered
    ? "No action fits these filters."
    : "No agent has proposed an action yet. Connect a service, then agents can propose what to do with it.";
  return <Empty title={title} icon={<Send className="size-6" strokeWidth={1.5} />} />;
}

function PhoneLines({ of: action }: { of: AgentAction }) {
  return (
    <div className="space-y-1">
      <AgentLine text={actionText(action)} className="line-clamp-2 font-medium [overflow-wrap:anywhere]" />
      <div className="flex min-w-0 items-center gap-2 text-sm">
        <AgentName id={action.agent_id} isLink={false} />
        {action.amount_usd !== null && <Money usd={action.amount_usd} />}
        <span className="ml-auto shrink-0 text-ink-3">
          <Time at={action.created_at} />
        </span>
      </div>
      <ActionState of={action} />
    </div>
  );
}

type ActionColumn = Column<AgentAction>;

const WHAT: ActionColumn = {
  id: "what",
  header: "Action",
  width: "minmax(260px,2fr)",
  cell: (action) => <AgentLine text={actionText(action)} className="block truncate font-medium" />,
};
const AGENT: ActionColumn = {
  id: "agent",
  header: "Agent",
  width: "minmax(120px,0.7fr)",
  cell: ({ agent_id }) => <AgentName id={agent_id} isLink={false} />,
};
const THROUGH: ActionColumn = {
  id: "through",
  header: "Connection",
  width: "minmax(130px,0.8fr)",
  cell: (action) => (
    <span className="flex min-w-0 gap-x-1 truncate text-ink-2">
      <ConnectionName of={action} />
    </span>
  ),
};
const AMOUNT: ActionColumn = {
  id: "amount",
  header: "Amount",
  width: "80px",
  isRight: true,
  cell: ({ amount_usd }) => (amount_usd === null ? <span className="text-ink-3">–</span> : <Money usd={amount_usd} />),
};
const STATE: ActionColumn = {
  id: "state",
  header: "State",
  width: "minmax(180px,0.8fr)",
  cell: (action) => <ActionState of={action} />,
};
const WHEN: ActionColumn = {
  id: "when",
  header: "Proposed",
  width: "84px",
  isRight: true,
  cell: ({ created_at }) => (
    <span className="text-sm text-ink-2">
      <Time at={created_at} />
    </span>
  ),
};

const COLUMNS = {
  all: [WHAT, AGENT, THROUGH, AMOUNT, STATE, WHEN],
  narrow: [WHAT, AGENT, WHEN],
};
