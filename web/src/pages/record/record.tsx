/** The record: every fact of the workspace, newest first, and how far it is sealed. */
import type { AuditListOutput, Fact } from "@bailiwick/sdk";
import { getRouteApi } from "@tanstack/react-router";
import { ScrollText } from "lucide-react";
import { useList } from "../../data/list.ts";
import { useMembers } from "../../data/members.ts";
import { useKeepTitles } from "../../data/tasks.ts";
import { ActorName } from "../../domain/actor-name.tsx";
import { AgentFilter } from "../../domain/agents/agent-filter.tsx";
import { FactDot, FactSentence } from "../../domain/facts/fact-line.tsx";
import { RANGE_WORDS, RANGES, useSince } from "../../domain/range.ts";
import { IdFilter } from "../../domain/usage/id-filter.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Button } from "../../ui/button.tsx";
import { isInPlace } from "../../ui/history.ts";
import { shortId } from "../../ui/id.tsx";
import { Page, Split } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import type { Column } from "../../ui/table-row.tsx";
import { Time } from "../../ui/time.tsx";
import { Filter } from "../../ui/toolbar.tsx";
import { AREAS, TELEMETRY } from "./areas.ts";
import { FactPanel } from "./fact-detail.tsx";
import { SealActions, SealState } from "./seal.tsx";
import type { RecordSearch } from "./search.ts";

const route = getRouteApi("/record");
const PAGE_SIZE = 100;
const pageOf = (id: string) => `/record/${id}`;

export function RecordPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: RecordSearch) =>
    void navigate({ search: (now) => ({ ...now, ...change }), replace: isInPlace(change) });
  const list = useFacts(search);
  return (
    <Page
      title="Record"
      about={<SealState />}
      actions={<SealActions />}
      toolbar={<Filters search={search} onChange={set} />}
    >
      <Split
        detail={search.open && <FactPanel id={search.open} />}
        href={search.open && pageOf(search.open)}
        label="Fact"
        onClose={() => set({ open: undefined })}
      >
        <Table<Fact>
          label="Facts"
          list={list}
          columns={search.open ? NARROW : COLUMNS}
          idOf={({ id }) => id}
          nameOf={({ type }) => type}
          hrefOf={({ id }) => pageOf(id)}
          onOpen={({ id }) => set({ open: id })}
          openId={search.open}
          rowPx={36}
          phonePx={84}
          phone={(fact) => <FactLines fact={fact} />}
          empty={
            <Empty title="No fact matches these filters." icon={<ScrollText className="size-6" strokeWidth={1.5} />}>
              <Button onClick={() => set(NO_FILTERS)}>Show all facts</Button>
            </Empty>
          }
        />
      </Split>
    </Page>
  );
}

const NO_FILTERS: RecordSearch = {
  type: undefined,
  agent_id: undefined,
  actor_id: undefined,
  subject_id: undefined,
  since: undefined,
};

function useFacts({ type, agent_id, actor_id, subject_id, since }: RecordSearch) {
  const keepTitles = useKeepTitles();
  const from = useSince(since);
  const filter = {
    ...(type && { type }),
    ...(agent_id && { agent_id }),
    ...(actor_id && { actor_id }),
    ...(subject_id && { subject_id }),
    ...(from && { from }),
  };
  return useList<Fact>({
    key: ["overview", "record", filter],
    page: async (client, at, call) => {
      const read = async (from: typeof at) => {
        const page = await client.audit.list({ ...filter, ...from, include: "titles" }, call);
        keepTitles(page.task_titles ?? {});
        return page;
      };
      const hasAll = type !== undefined || subject_id !== undefined;
      return hasAll ? read(at) : withoutTelemetry(await read(at), (cursor) => read({ ...at, cursor }));
    },
    idOf: ({ id }) => id,
    pageSize: PAGE_SIZE,
  });
}

const PAGES_READ_MAX = 5;

/** A page whose facts were all telemetry would look like an empty record, so the next ones are read too. */
async function withoutTelemetry(
  first: AuditListOutput,
  readFrom: (cursor: string) => Promise<AuditListOutput>,
): Promise<AuditListOutput> {
  const shown = ({ items }: AuditListOutput) => items.filter(({ type }) => type !== TELEMETRY);
  let page = first;
  const items = shown(page);
  for (let pages = 1; items.length < PAGE_SIZE / 2 && page.next_cursor !== null && pages < PAGES_READ_MAX; pages += 1) {
    page = await readFrom(page.next_cursor);
    items.push(...shown(page));
  }
  return { ...page, items };
}

interface FilterProps {
  search: RecordSearch;
  onChange: (change: RecordSearch) => void;
}

function Filters({ search: { type, agent_id, actor_id, subject_id, since }, onChange }: FilterProps) {
  const people = (useMembers() ?? []).map(({ user_id, name, email }) => ({ value: user_id, label: name ?? email }));
  const isPerson = people.some(({ value }) => value === actor_id);
  return (
    <>
      <Filter
        name="Show"
        isFirst
        value={typeOf(type)}
        options={AREAS}
        onChange={(value) => onChange({ type: value })}
      />
      <AgentFilter name="Agent" id={agent_id} onChange={(id) => onChange({ agent_id: id })} />
      <Filter
        name="Person"
        value={isPerson ? actor_id : undefined}
        options={people}
        onChange={(id) => onChange({ actor_id: id })}
      />
      <Filter
        name="Time"
        value={TIMES.find(({ value }) => value === since)?.value}
        options={TIMES}
        onChange={(value) => onChange({ since: value })}
      />
      {since && !TIMES.some(({ value }) => value === since) && (
        <IdFilter name="From" text={since} onClear={() => onChange({ since: undefined })} />
      )}
      {actor_id && !isPerson && (
        <IdFilter name="Actor" text={shortId(actor_id)} onClear={() => onChange({ actor_id: undefined })} />
      )}
      {subject_id && (
        <IdFilter name="About" text={shortId(subject_id)} onClear={() => onChange({ subject_id: undefined })} />
      )}
    </>
  );
}

const TIMES = RANGES.map((value) => ({ value, label: `Last ${RANGE_WORDS[value]}` }));

/** Another type of an address is a filter without a name of its own. */
const typeOf = (type: string | undefined) => AREAS.find(({ value }) => value === type)?.value;

const sentence: Column<Fact> = {
  id: "sentence",
  header: "Fact",
  width: "minmax(200px,3fr)",
  cell: (fact) => (
    <span className="flex min-w-0 items-center gap-2">
      <FactDot type={fact.type} />
      <span className="truncate">
        <FactSentence fact={fact} />
      </span>
    </span>
  ),
};
const time: Column<Fact> = {
  id: "time",
  header: "Time",
  width: "110px",
  cell: ({ created_at }) => (
    <span className="text-sm text-ink-2">
      <Time at={created_at} />
    </span>
  ),
};
const NARROW: readonly Column<Fact>[] = [sentence, time];
const COLUMNS: readonly Column<Fact>[] = [
  sentence,
  {
    id: "type",
    header: "Type",
    width: "minmax(140px,1fr)",
    cell: ({ type }) => <AgentLine text={type} className="truncate font-mono text-sm text-ink-2" />,
  },
  { id: "actor", header: "By", width: "minmax(120px,0.8fr)", cell: ({ actor }) => <ActorName actor={actor} /> },
  time,
];

function FactLines({ fact }: { fact: Fact }) {
  return (
    <div className="flex gap-2.5">
      <FactDot type={fact.type} />
      <div className="min-w-0 grow">
        <div className="line-clamp-2 [overflow-wrap:anywhere]">
          <FactSentence fact={fact} />
        </div>
        <div className="flex text-sm text-ink-3">
          <AgentLine text={fact.type} className="truncate font-mono" />
          <span className="ml-auto shrink-0">
            <Time at={fact.created_at} />
          </span>
        </div>
      </div>
    </div>
  );
}
