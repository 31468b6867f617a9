/** Reads which rows of the inbox the person put away. The server keeps them, so they are the same on every device. */
import type { Fact, Snooze } from "@bailiwick/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { onFact } from "./live.tsx";
import { useRead } from "./query.ts";
import { useSession } from "./session.tsx";

/** The server keeps at most this many for each person. */
const SNOOZES_MAX = 200;
/** Reads again this long after a row is due, because the clocks of browser and server differ a little. */
const LATE_MS = 2_000;
/** A browser waits no longer than this. */
const WAIT_MAX_MS = 2_000_000_000;

/** Returns the time until which each row is away, by `task:<id>` and `message:<id>`. */
export function useSnoozes(): { untilOf: ReadonlyMap<string, string>; isLoading: boolean } {
  const { workspace } = useSession();
  const cache = useQueryClient();
  const { data, isLoading, dataUpdatedAt } = useRead(["snoozes", "list"], (client, call) =>
    client.snoozes.list({ limit: SNOOZES_MAX }, call),
  );
  const items = data?.items;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each read plans the next one.
  useEffect(() => {
    const [next] = (items ?? []).map(({ until }) => until).sort();
    if (!items || next === undefined) return;
    const readAgain = () => void cache.invalidateQueries({ queryKey: [workspace.id, "snoozes"] });
    const waitMs = Math.min(WAIT_MAX_MS, Math.max(0, Date.parse(next) - Date.now()) + LATE_MS);
    const timer = setTimeout(readAgain, waitMs);
    const stop = onFact((fact) => {
      if (concerns(fact, items)) readAgain();
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [cache, workspace.id, items, dataUpdatedAt]);
  const untilOf = useMemo(() => new Map((items ?? []).map(({ kind, id, until }) => [`${kind}:${id}`, until])), [items]);
  return { untilOf, isLoading };
}

/** A change of the task brings its row back, and a message that of its conversation. */
function concerns({ type, subject }: Fact, items: readonly Snooze[]): boolean {
  if (type.startsWith("message.")) return items.some(({ kind }) => kind === "message");
  return subject.kind === "task" && items.some(({ id }) => id === subject.id);
}
