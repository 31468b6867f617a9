import { BailiwickError } from "@bailiwick/sdk";
import { useState } from "react";
import type { List } from "../../data/list.ts";
import { Empty, ErrorState, Skeleton } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import { BatchBar, Filter, SearchBox } from "../../ui/toolbar.tsx";

interface Row {
  id: string;
  name: string;
}

const ROWS = Array.from({ length: 10_000 }, (_, at) => ({ id: String(at), name: `Row ${at}` }));
const nothing = () => undefined;
const list: List<Row> = {
  rows: ROWS,
  isLoading: false,
  error: undefined,
  hasMore: false,
  isLoadingMore: false,
  isStale: true,
  loadMore: nothing,
  reload: nothing,
};
const REFUSED = new BailiwickError({ code: "forbidden", status: 403, detail: "Ask an admin.", request_id: "r-1" });

export function Lists() {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const [q, setQ] = useState<string>();
  const [filter, setFilter] = useState<"a" | "b" | undefined>("a");
  return (
    <div className="space-y-4">
      <div className="flex gap-2">
        <SearchBox label="Search" value={q} onChange={setQ} />
        <Filter
          name="Status"
          value={filter}
          options={[
            { value: "a", label: "Queued" },
            { value: "b", label: "Running" },
          ]}
          onChange={setFilter}
        />
      </div>
      <div className="relative flex h-80 flex-col rounded border border-line">
        <Table
          label="Rows"
          list={list}
          columns={[
            { id: "name", header: "Name", width: "minmax(0,1fr)", cell: ({ name }) => name },
            { id: "id", header: "Number", width: "80px", cell: ({ id }) => id, isRight: true },
          ]}
          idOf={({ id }) => id}
          nameOf={({ name }) => name}
          phone={({ name }) => name}
          empty={<Empty title="Nothing here yet." />}
          selection={{ ids, set: setIds }}
        />
        <BatchBar count={ids.size} onClear={() => setIds(new Set())}>
          {null}
        </BatchBar>
      </div>
      <Skeleton />
      <Empty title="Nothing needs you." />
      <ErrorState error={REFUSED} retry={nothing} />
    </div>
  );
}
