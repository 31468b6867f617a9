/** Lists by keyset pages: rows are read as the person scrolls, and stay current while the workspace changes. */
import type { CallOptions, Client } from "@bailiwick/sdk";
import { type QueryKey, replaceEqualDeep, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { changeCount, changedSince } from "./changes.ts";
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
  /** Reads one changed row again. Without it, rows below the first page change only on reload. */
  one?: (client: Client, id: string) => Promise<Row>;
  /** Returns whether a changed row still belongs to this list. */
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
  /** The next page could not be read; `loadMore` reads it again. */
  hasMoreFailed?: boolean;
  /** The rows are old, because the last read failed. */
  isStale: boolean;
  loadMore: () => void;
  reload: () => void;
}

interface Held<Row> extends HeldRows<Row> {
  /** The change count up to which the rows are current. */
  seen: number;
}

const PAGE_SIZE = 100;
/** Only this many changed rows are read one by one; the others wait for the next round. */
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

/** The query options of the list, for components that select a part of it. */
export function useListOptions<Row>(source: ListSource<Row>) {
  const { client, workspace } = useSession();
  const cache = useQueryClient();
  const queryKey: QueryKey = [workspace.id, ...source.key];
  const limit = source.pageSize ?? PAGE_SIZE;
  return {
    queryKey,
    // An unchanged row stays the same object, even at another place.
    structuralSharing: (before: unknown, now: unknown) => shareData(before, now, source.idOf),
    queryFn: async ({ signal }: { signal: AbortSignal }): Promise<Held<Row>> => {
      const seen = changeCount();
      const { items, next_cursor } = await source.page(client, { limit }, { signal });
      const held = cache.getQueryData<Held<Row>>(queryKey);
      const merged = mergeHead(held, { rows: items, next: next_cursor }, source.idOf);
      if (!held || merged.rows.length === items.length) return { ...merged, seen };
      return patchTail({ client, workspace: workspace.id, source }, merged, items.length, { since: held.seen, seen });
    },
  };
}

/** An observer that selects one row shares that row alone. */
export function shareData<Row>(before: unknown, now: unknown, idOf: (row: Row) => string): unknown {
  if (!isHeld<Row>(now)) return replaceEqualDeep(before, now);
  return shareRows(isHeld<Row>(before) ? before : undefined, now, idOf);
}

function isHeld<Row>(data: unknown): data is Held<Row> {
  return data !== null && typeof data === "object" && "rows" in data && Array.isArray(data.rows);
}

function shareRows<Row>(before: Held<Row> | undefined, now: Held<Row>, idOf: (row: Row) => string): Held<Row> {
  // Another page leaves the rows before it unchanged; comparing each of them would slow down a long list.
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
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key identifies the source.
  const loadMore = useCallback(() => {
    if (next === undefined || loading === next) return;
    setLoading(next);
    setFailed(undefined);
    source
      .page(client, { cursor: next, limit }, {})
      .then(({ items, next_cursor }) => {
        cache.setQueryData<Held<Row>>(queryKey, (held) => {
          // The list may have been read again meanwhile.
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

interface TailSource<Row> {
  client: Client;
  workspace: string;
  source: ListSource<Row>;
}

/** Reads the rows below the first page that changed since the last read, one by one and a few at a time. */
async function patchTail<Row>(
  { client, workspace, source: { one, idOf, matches, key } }: TailSource<Row>,
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
    const next = fresh.get(idOf(row));
    return next !== undefined && (matches?.(next) ?? true) ? [next] : [];
  });
  return { ...merged, rows, seen: changed.length > now.length ? (now.at(-1)?.at ?? seen) : seen };
}
