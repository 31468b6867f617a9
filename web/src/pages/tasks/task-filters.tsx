/** The filters of the tasks, as chips; the address keeps them. */

import { TASK_STATUSES } from "@bailiwick/sdk";
import { AgentFilter } from "../../domain/agents/agent-filter.tsx";
import { RANGE_WORDS, RANGES } from "../../domain/range.ts";
import { TASK_LOOKS } from "../../domain/status.tsx";
import { cx } from "../../ui/class-names.ts";
import { shortId } from "../../ui/id.tsx";
import { exact } from "../../ui/time.tsx";
import { ClearFilter, Filter, SearchBox } from "../../ui/toolbar.tsx";
import { isEndedStatus, type TasksSearch } from "./search.ts";

/** Blocked and failed tasks have tabs. */
const STATUS_OPTIONS = TASK_STATUSES.filter((value) => value !== "blocked" && value !== "failed").map((value) => ({
  value,
  label: TASK_LOOKS[value].word,
}));

interface FiltersProps {
  search: TasksSearch;
  onChange: (change: Partial<TasksSearch>) => void;
}

export const NO_FILTERS = {
  since: undefined,
  held_by: undefined,
  assigned_to_agent_id: undefined,
  created_by_agent_id: undefined,
  root_task_id: undefined,
  q: undefined,
} as const;

export const isFiltered = (search: TasksSearch): boolean =>
  Object.keys(NO_FILTERS).some((name) => search[name as keyof typeof NO_FILTERS] !== undefined);

/** Causes are those of the whole workspace, so filters show rows. */
export const showsCauses = (search: TasksSearch): boolean =>
  search.status === "failed" && search.rows === undefined && !isFiltered({ ...search, since: undefined });

export function TaskFilters({ search, onChange }: FiltersProps) {
  return (
    // On a phone the filters are one line that scrolls.
    <div className="flex items-center gap-2 max-sm:-mx-4 max-sm:w-[calc(100%+2rem)] max-sm:overflow-x-auto max-sm:px-4 max-sm:*:shrink-0 sm:flex-wrap">
      <SearchBox label="Search titles" value={search.q} onChange={(q) => onChange({ q })} />
      {search.view === undefined && <ListFilters search={search} onChange={onChange} />}
      <Filter
        name="Held by"
        value={search.held_by}
        options={[{ value: "people", label: "people" }]}
        onChange={(held_by) => onChange({ held_by })}
      />
      <AgentFilter
        name="Assignee"
        id={search.assigned_to_agent_id}
        onChange={(assigned_to_agent_id) => onChange({ assigned_to_agent_id })}
      />
      <AgentFilter
        name="Creator"
        id={search.created_by_agent_id}
        onChange={(created_by_agent_id) => onChange({ created_by_agent_id })}
      />
      {search.root_task_id && (
        <TreeChip id={search.root_task_id} onClear={() => onChange({ root_task_id: undefined })} />
      )}
      <Filter
        name="Order"
        value={search.order}
        options={[{ value: "asc", label: "oldest first" }]}
        onChange={(order) => onChange({ order })}
      />
    </div>
  );
}

function ListFilters({ search, onChange }: FiltersProps) {
  return (
    <>
      <Filter
        name="Status"
        isFirst
        value={STATUS_OPTIONS.find(({ value }) => value === search.status)?.value}
        options={STATUS_OPTIONS}
        onChange={(status) => onChange({ status })}
      />
      <Filter
        name={isEndedStatus(search.status ?? "open") ? "Ended in" : "Created in"}
        value={search.since}
        options={rangeOptions(search.since)}
        onChange={(since) => onChange({ since })}
      />
    </>
  );
}

function rangeOptions(since: string | undefined): { value: string; label: string }[] {
  const ranges = RANGES.map((value) => ({ value, label: `the last ${RANGE_WORDS[value]}` }));
  const isNamed = since === undefined || ranges.some(({ value }) => value === since);
  return isNamed ? ranges : [{ value: since, label: `since ${exact(since)}` }, ...ranges];
}

const CHIP = "inline-flex h-7 items-center rounded-full border text-sm";

function TreeChip({ id, onClear }: { id: string; onClear: () => void }) {
  return (
    <span className={cx(CHIP, "border-accent-ink px-2.5 pr-0")}>
      <span className="mr-1">
        Tree: <span className="font-mono text-xs">{shortId(id)}</span>
      </span>
      <ClearFilter name="Tree" onClear={onClear} />
    </span>
  );
}
