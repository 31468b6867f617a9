/** The daily caps that refuse starts. They are read once for all agents. */
import type { Headroom } from "@bailiwick/sdk";
import { useMemo } from "react";
import { useRead } from "./query.ts";
import { useSession } from "./session.tsx";

/** Facts tell when a cap is passed or changed, but not how its used amount grows. */
const READ_EVERY_MS = 30_000;

/** Returns the cap that leaves an agent no room for a start. */
export type FindCap = (agentId: string) => Headroom | undefined;

export function useCaps(): FindCap {
  const items = useHeadrooms() ?? NONE;
  return useMemo(() => finderOf(items), [items]);
}

/** The daily caps above an agent, its own first; undefined while they are read. */
export function useCapsOf(agentId: string): readonly Headroom[] | undefined {
  const caps = useHeadrooms()?.filter(
    ({ policy_type, mode }) => policy_type === "daily_spend_cap" && mode === "enforce",
  );
  return (
    caps && [
      ...caps.filter(({ agent_id }) => agent_id === agentId),
      ...caps.filter(({ agent_id }) => agent_id === null),
    ]
  );
}

const NONE: readonly Headroom[] = [];

function useHeadrooms(): readonly Headroom[] | undefined {
  const { permissions } = useSession();
  const { data } = useRead(["caps", "headroom", {}], ({ risk }, call) => risk.getHeadroom({}, call), {
    everyMs: READ_EVERY_MS,
    enabled: permissions.has("risk:read"),
  });
  return data?.items;
}

/** The cap of an agent says more than that of the workspace. */
export function finderOf(headrooms: readonly Headroom[]): FindCap {
  const full = headrooms.filter(({ refuses_starts, left }) => refuses_starts && left <= 0);
  return (agentId) =>
    full.find(({ agent_id }) => agent_id === agentId) ?? full.find(({ agent_id }) => agent_id === null);
}
