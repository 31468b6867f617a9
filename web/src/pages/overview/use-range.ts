/** The range of the overview: its start moves on every five minutes, as the counts of the server do. */
import { useEffect, useMemo, useState } from "react";
import { useSession } from "../../data/session.tsx";
import { RANGE_MS } from "../../domain/range.ts";
import { useNow } from "../../ui/time.tsx";
import { noteVisit } from "./last-visit.ts";
import type { OverviewSearch } from "./search.ts";

const STEP_MS = 300_000;
/** Older events are not counted. */
const DAYS_MAX_MS = 30 * 86_400_000;

export interface OverviewRange {
  from: string;
  /** The end of the visit before; undefined on the first visit. */
  lastVisit: string | undefined;
}

export function useRange({ since = "24h" }: OverviewSearch): OverviewRange {
  const lastVisit = useLastVisit();
  const now = Math.floor(useNow() / STEP_MS) * STEP_MS;
  return useMemo(() => {
    const visit = lastVisit === undefined ? undefined : Math.max(Date.parse(lastVisit), now - DAYS_MAX_MS);
    const start = since === "visit" ? (visit ?? now - RANGE_MS["24h"]) : now - RANGE_MS[since];
    return { from: new Date(Math.floor(start / STEP_MS) * STEP_MS).toISOString(), lastVisit };
  }, [since, now, lastVisit]);
}

function useLastVisit(): string | undefined {
  const { workspace } = useSession();
  const [before, setBefore] = useState<string>();
  useEffect(() => {
    const visit = noteVisit(workspace.id);
    setBefore(visit.before);
    return visit.stop;
  }, [workspace.id]);
  return before;
}
