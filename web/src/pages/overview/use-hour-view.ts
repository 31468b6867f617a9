/** The last hour as the page shows it, with the chosen minute and the one under the pointer. */
import type { AuditListOutput, CallOptions, Client, Fact } from "@bailiwick/sdk";
import { useEffect, useMemo, useState } from "react";
import { onFact } from "../../data/live.tsx";
import { useRead } from "../../data/query.ts";
import { useNow } from "../../ui/time.tsx";
import { type Hour, joinFacts, linesOf, minutesOf, progressByTask, titlesIn } from "./last-hour.ts";

const LINES_MAX = 30;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** At most this many pages are read, each of the largest size that the API allows. */
const PAGES_MAX = 5;
const PAGE_SIZE = 200;
/** The shortest time between two updates, because facts can arrive by the hundred. */
const SHOWN_EVERY_MS = 400;
const NO_FACTS = { facts: [], knownFromMs: Number.POSITIVE_INFINITY };

export type HourView = ReturnType<typeof useHourView>;

export function useHourView() {
  const { hour, error, reload } = useLastHour();
  const minute = Math.floor(useNow() / MINUTE_MS) * MINUTE_MS;
  /** The minute that is shown alone. */
  const [chosen, setChosen] = useState<number>();
  /** The minute under the pointer: a bar marks its lines, and a line marks its bar. */
  const [nearBar, setNearBar] = useState<number>();
  const [nearLine, setNearLine] = useState<number>();
  const { facts } = hour ?? NO_FACTS;
  const minutes = useMemo(() => minutesOf(hour ?? NO_FACTS, minute), [hour, minute]);
  const lines = useMemo(() => linesOf(facts, LINES_MAX, chosen), [facts, chosen]);
  const progress = useMemo(() => progressByTask(facts), [facts]);
  const titles = useMemo(() => titlesIn(facts), [facts]);
  return {
    titles,
    isLoading: !hour && !error,
    error,
    reload,
    minutes,
    lines,
    progress,
    chosen,
    setChosen,
    nearBar,
    setNearBar,
    nearLine,
    setNearLine,
  };
}

function useLastHour() {
  const read = useRead(["audit", "last hour"], readHour);
  const [live, setLive] = useState<Hour>({ facts: [], knownFromMs: 0 });
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
    if (next_cursor === null) return { facts, knownFromMs: from };
    cursor = next_cursor;
  }
  return { facts, knownFromMs: Date.parse(facts.at(-1)?.created_at ?? "") || from };
}

/** Collects facts, so that a burst causes one update. */
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
