import { expect, test } from "vitest";
import { bestSuitedFirst } from "./best-suited.ts";

const agent = (
  name: string,
  state: "online" | "stale" | "offline",
  running: number,
  max: number | null = 2,
  status: "active" | "paused" = "active",
) => ({ name, status, max_running_tasks: max, presence: { state, current_tasks: running, last_seen_at: null } });

test("agents that can start now come first, the least busy of them before the others", () => {
  const order = bestSuitedFirst([
    agent("paused", "online", 0, 2, "paused"),
    agent("offline", "offline", 0),
    agent("full", "online", 2),
    agent("half", "online", 1),
    agent("silent", "stale", 0),
    agent("without a limit", "online", 5, null),
    agent("free", "online", 0),
  ]);
  expect(order.map(({ name }) => name)).toEqual([
    "free",
    "without a limit",
    "half",
    "full",
    "silent",
    "offline",
    "paused",
  ]);
});

test("equal agents keep their order", () => {
  const order = bestSuitedFirst([agent("b", "online", 0), agent("a", "online", 0)]);
  expect(order.map(({ name }) => name)).toEqual(["b", "a"]);
});
