/** The range of the overview: its start moves on every five minutes, as the counts of the server do. */
import { useEffect, useMemo, useState } from "react";
import { useSession } from "../../data/session.tsx";
import { RANGE_MS, type Range, USUAL_RANGE, USUAL_RANGES } from "../../domain/range.ts";
import { useNow } from "../../ui/time.tsx";
import { noteVisit } from "./last-visit.ts";
import type { OverviewSearch } from "./search.ts";

const STEP_MS = 300_000;
/** Older events are not counted. */
const DAYS_MAX_MS = 30 * 86_400_000;

export interface OverviewRange {
  /** The range of the address, else the usual one. */
  since: NonNullable<OverviewSearch["since"]>;
  from: string;
  /** The end of the visit before; undefined on the first visit. */
  lastVisit: string | undefined;
}

export function useRange(search: OverviewSearch): OverviewRange {
  const { workspace } = useSession();
  const lastVisit = useLastVisit(workspace.id);
  const now = Math.floor(useNow() / STEP_MS) * STEP_MS;
  const since = search.since ?? usualRange(workspace.id, now);
  return useMemo(() => {
    const visit = lastVisit === undefined ? undefined : Math.max(Date.parse(lastVisit), now - DAYS_MAX_MS);
    const start = since === "visit" ? (visit ?? now - RANGE_MS[USUAL_RANGE]) : now - RANGE_MS[since];
    return { since, from: new Date(Math.floor(start / STEP_MS) * STEP_MS).toISOString(), lastVisit };
  }, [since, now, lastVisit]);
}

/** Returns a day, or for a younger workspace the shortest range that holds its whole life: the rest would be empty. */
export function usualRange(workspaceId: string, nowMs: number): Range {
  // The first 48 bits of an id of version 7 are the milliseconds of its creation.
  const ageMs = nowMs - Number.parseInt(workspaceId.replaceAll("-", "").slice(0, 12), 16);
  return USUAL_RANGES.find((range) => ageMs <= RANGE_MS[range]) ?? USUAL_RANGE;
}

function useLastVisit(workspaceId: string): string | undefined {
  const [before, setBefore] = useState<string>();
  useEffect(() => {
    const visit = noteVisit(workspaceId);
    setBefore(visit.before);
    return visit.stop;
  }, [workspaceId]);
  return before;
}
