/** What happened in the last hour, and what happens. */
import type { AuditListOutput, CallOptions, Client, Fact } from "@bailiwick/sdk";
import { useEffect, useMemo, useState } from "react";
import { useRead } from "../../data/query.ts";
import { onFact } from "../../live/live.tsx";
import { type Hour, joinFacts } from "./last-hour.ts";

const HOUR_MS = 3_600_000;
/** Pages that are read of it, each the largest that the API gives. */
const PAGES_MAX = 5;
const PAGE_SIZE = 200;
/** Facts come by the hundred; they are shown at most this often. Milliseconds. */
const SHOWN_EVERY_MS = 400;

export function useLastHour() {
  const read = useRead(["audit", "last hour"], readHour);
  const [live, setLive] = useState<Hour>({ facts: [], knownFrom: 0 });
  useEffect(() => followFacts((fresh) => setLive((before) => joinFacts(before, fresh, Date.now()))), []);
  const hour = useMemo(() => read.data && joinFacts(read.data, live.facts, Date.now()), [read.data, live]);
  return { hour, error: read.data ? undefined : read.error, reload: () => void read.refetch() };
}

async function readHour(client: Client, call: CallOptions): Promise<Hour> {
  const from = Date.now() - HOUR_MS;
  const facts: Fact[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const at = { from: new Date(from).toISOString(), limit: PAGE_SIZE, cursor };
    const { items, next_cursor }: AuditListOutput = await client.audit.list(at, call);
    facts.push(...items);
    if (next_cursor === null) return { facts, knownFrom: from };
    cursor = next_cursor;
  }
  return { facts, knownFrom: Date.parse(facts.at(-1)?.created_at ?? "") || from };
}

/** Gathers what comes, so that a burst is one change of what is shown. */
function followFacts(show: (fresh: readonly Fact[]) => void): () => void {
  let waiting: Fact[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    show(waiting);
    waiting = [];
  };
  const stop = onFact((fact) => {
    waiting.push(fact);
    timer ??= setTimeout(flush, SHOWN_EVERY_MS);
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
}
