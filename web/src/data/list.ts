/** Lists by keyset pages: rows are read as they are scrolled to, and stay right while the workspace changes. */
import type { CallOptions, Client } from "@bailiwick/sdk";
import { type QueryKey, replaceEqualDeep, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { changedSince, changesTold } from "./changes.ts";
import { type HeldRows, mergeHead } from "./merge-head.ts";
import type { Key } from "./query.ts";
import { useSession } from "./session.tsx";

export interface Page<Row> {
  items: Row[];
  next_cursor: string | null;
}

export interface ListSource<Row> {
  key: Key;
  page: (client: Client, at: { cursor?: string; limit: number }, call: CallOptions) => Promise<Page<Row>>;
  idOf: (row: Row) => string;
  /** Reads one row anew when the live feed says that it changed; without, rows below the first page change on reload. */
  one?: (client: Client, id: string) => Promise<Row>;
  /** Whether a row that changed still belongs here. */
  matches?: (row: Row) => boolean;
  pageSize?: number;
  enabled?: boolean;
}

export interface List<Row> {
  rows: Row[];
  isLoading: boolean;
  error: unknown;
  hasMore: boolean;
  isLoadingMore: boolean;
  /** The next page could not be read; `loadMore` tries again. */
  hasMoreFailed?: boolean;
  /** What was read last is shown, though reading it anew failed. */
  isStale: boolean;
  loadMore: () => void;
  reload: () => void;
}

interface Held<Row> extends HeldRows<Row> {
  /** Up to where it knows what changed. */
  seen: number;
}

const PAGE_SIZE = 100;
/** Rows that changed and are read one by one; more than these wait for the next time. */
const PATCHED_MAX = 20;

export function useList<Row>(source: ListSource<Row>): List<Row> {
  const options = useListOptions(source);
  const query = useQuery({ ...options, enabled: source.enabled ?? true });
  const more = useMore(source, options.queryKey, source.pageSize ?? PAGE_SIZE);
  return {
    rows: query.data?.rows ?? [],
    isLoading: query.isPending && query.fetchStatus !== "idle",
    error: query.data ? undefined : query.error,
    hasMore: query.data?.next != null,
    isStale: query.data !== undefined && query.isError,
    reload: () => void query.refetch(),
    ...more,
  };
}

/** How the list is read, for what looks at a part of it. */
export function useListOptions<Row>(source: ListSource<Row>) {
  const { client, workspace } = useSession();
  const cache = useQueryClient();
  const queryKey: QueryKey = [workspace.id, ...source.key];
  const limit = source.pageSize ?? PAGE_SIZE;
  return {
    queryKey,
    // Each row is the same object as before when it is the same row, wherever it stands now.
    structuralSharing: (before: unknown, now: unknown) =>
      shareRows(before as Held<Row> | undefined, now as Held<Row>, source.idOf),
    queryFn: async ({ signal }: { signal: AbortSignal }): Promise<Held<Row>> => {
      const seen = changesTold();
      const { items, next_cursor } = await source.page(client, { limit }, { signal });
      const held = cache.getQueryData<Held<Row>>(queryKey);
      const merged = mergeHead(held, { rows: items, next: next_cursor }, source.idOf);
      if (!held || merged.rows.length === items.length) return { ...merged, seen };
      return patchTail({ client, workspace: workspace.id, source }, merged, items.length, { since: held.seen, seen });
    },
  };
}

function shareRows<Row>(before: Held<Row> | undefined, now: Held<Row>, idOf: (row: Row) => string): Held<Row> {
  // A further page leaves the rows before it as they are; comparing each anew would be felt in a long list.
  if (!before || before.rows.every((row, at) => row === now.rows[at])) return now;
  const known = new Map(before.rows.map((row) => [idOf(row), row]));
  return { ...now, rows: now.rows.map((row) => replaceEqualDeep(known.get(idOf(row)), row)) };
}

function useMore<Row>(source: ListSource<Row>, queryKey: QueryKey, limit: number) {
  const { client } = useSession();
  const cache = useQueryClient();
  const [loading, setLoading] = useState<string>();
  const [failed, setFailed] = useState<string>();
  const next = cache.getQueryData<Held<Row>>(queryKey)?.next ?? undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the source.
  const loadMore = useCallback(() => {
    if (next === undefined || loading === next) return;
    setLoading(next);
    setFailed(undefined);
    source
      .page(client, { cursor: next, limit }, {})
      .then(({ items, next_cursor }) => {
        cache.setQueryData<Held<Row>>(queryKey, (held) => {
          // The list may have begun anew meanwhile.
          if (!held || held.next !== next) return held;
          const known = new Set(held.rows.map(source.idOf));
          const fresh = items.filter((row) => !known.has(source.idOf(row)));
          return { ...held, rows: [...held.rows, ...fresh], next: next_cursor };
        });
      })
      .catch(() => setFailed(next))
      .finally(() => setLoading(undefined));
  }, [cache, client, JSON.stringify(queryKey), limit, loading, next]);
  return { loadMore, isLoadingMore: loading !== undefined, hasMoreFailed: next !== undefined && failed === next };
}

interface Place<Row> {
  client: Client;
  workspace: string;
  source: ListSource<Row>;
}

/** Rows below the first page that changed since the list last looked are read one by one, a few at a time. */
async function patchTail<Row>(
  { client, workspace, source: { one, idOf, matches, key } }: Place<Row>,
  merged: HeldRows<Row>,
  headLength: number,
  { since, seen }: { since: number; seen: number },
): Promise<Held<Row>> {
  if (!one) return { ...merged, seen };
  const below = new Set(merged.rows.slice(headLength).map(idOf));
  const changed = changedSince(workspace, key[0], below, since);
  const now = changed.slice(0, PATCHED_MAX);
  const read = await Promise.all(now.map(({ id }) => one(client, id).catch(() => undefined)));
  const fresh = new Map(now.map(({ id }, at) => [id, read[at]]));
  const rows = merged.rows.flatMap((row) => {
    if (!fresh.has(idOf(row))) return [row];
    const anew = fresh.get(idOf(row));
    return anew !== undefined && (matches?.(anew) ?? true) ? [anew] : [];
  });
  return { ...merged, rows, seen: changed.length > now.length ? (now.at(-1)?.at ?? seen) : seen };
}
