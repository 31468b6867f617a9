import { describe, expect, it } from "vitest";
import { durationText } from "../../../ui/duration.ts";
import { aTask } from "./a-task.ts";
import { buildTree, durationOf, rowsOf, type TreeNode } from "./tree.ts";

const BEGAN = "2026-01-01T00:00:00.000Z";
const ids = (nodes: readonly TreeNode[]) => nodes.map(({ task }) => task.id);

describe("the tree of tasks", () => {
  it("puts each task below its parent, the oldest first, in any order of input", () => {
    const tasks = [
      aTask({ id: "c3", parent_task_id: "root" }),
      aTask({ id: "d4", parent_task_id: "b2", status: "completed" }),
      aTask({ id: "b2", parent_task_id: "root" }),
      aTask({ id: "root" }),
    ];
    const [root, ...others] = buildTree(tasks, "root");
    expect(others).toEqual([]);
    expect(ids(root?.children ?? [])).toEqual(["b2", "c3"]);
    expect(ids(root?.children[0]?.children ?? [])).toEqual(["d4"]);
    expect(root?.below).toBe(3);
    expect(root?.completed).toBe(1);
    expect(root?.children[0]?.completed).toBe(1);
  });

  it("keeps tasks with unknown parents, after the root, and marks them", () => {
    const tasks = [aTask({ id: "lost1", parent_task_id: "gone" }), aTask({ id: "kid2", parent_task_id: "lost1" })];
    const nodes = buildTree([...tasks, aTask({ id: "root" })], "root");
    expect(ids(nodes)).toEqual(["root", "lost1"]);
    expect(nodes.map(({ isParentMissing }) => isParentMissing)).toEqual([false, true]);
    expect(ids(nodes[1]?.children ?? [])).toEqual(["kid2"]);
  });

  it("holds all of a thousand tasks, eight levels deep", () => {
    const tasks = Array.from({ length: 1_000 }, (_, at) =>
      aTask({ id: at === 0 ? "root" : `t${at}`, parent_task_id: at === 0 ? null : parentAt(at) }),
    );
    const nodes = buildTree(tasks, "root");
    const rows = rowsOf(nodes, new Set());
    expect(new Set(rows.map(({ node }) => node.task.id)).size).toBe(1_000);
    expect(Math.max(...rows.map(({ node }) => node.depth))).toBe(8);
    expect(nodes[0]?.below).toBe(999);
  });
});

/** A chain of eight levels first, then everything below the root. */
const parentAt = (at: number) => (at === 1 || at > 8 ? "root" : `t${at - 1}`);

describe("the cost of a subtree", () => {
  const root = aTask({ id: "root", cost_usd: 1, started_at: BEGAN });

  it("is the sum of all its tasks", () => {
    const kid = aTask({ id: "k1", parent_task_id: "root", cost_usd: 2, started_at: BEGAN });
    const [node] = buildTree([root, kid, aTask({ id: "k2", parent_task_id: "k1", cost_usd: 4 })], "root");
    expect(node?.cost).toEqual({ usd: 7, isExact: true });
    expect(node?.children[0]?.cost).toEqual({ usd: 6, isExact: true });
  });

  it("is not exact when a started task reported nothing", () => {
    const [node] = buildTree([root, aTask({ id: "k1", parent_task_id: "root", started_at: BEGAN })], "root");
    expect(node?.cost).toEqual({ usd: 1, isExact: false });
    expect(node?.children[0]?.cost).toEqual({ usd: undefined, isExact: false });
  });

  it("is not exact in a part of a tree", () => {
    const [node] = buildTree([root], "root", false);
    expect(node?.cost).toEqual({ usd: 1, isExact: false });
  });

  it("counts a task that never started as zero", () => {
    const [node] = buildTree([root, aTask({ id: "k1", parent_task_id: "root" })], "root");
    expect(node?.cost).toEqual({ usd: 1, isExact: true });
  });
});

describe("rows", () => {
  it("leave out the subtasks of a closed task, and count siblings", () => {
    const tasks = [aTask({ id: "root" }), aTask({ id: "a1", parent_task_id: "root" })];
    const nodes = buildTree(
      [...tasks, aTask({ id: "b2", parent_task_id: "a1" }), aTask({ id: "c3", parent_task_id: "root" })],
      "root",
    );
    const rows = rowsOf(nodes, new Set(["a1"]));
    expect(rows.map(({ node, place, siblings }) => [node.task.id, place, siblings])).toEqual([
      ["root", 1, 1],
      ["a1", 1, 2],
      ["c3", 2, 2],
    ]);
  });
});

describe("durations", () => {
  it("end with the task, grow while it runs, and are unknown before", () => {
    const now = Date.parse(BEGAN) + 5_000;
    expect(durationOf(aTask({ id: "a" }), now)).toBeUndefined();
    expect(durationOf(aTask({ id: "a", started_at: BEGAN }), now)).toBe(5_000);
    expect(durationOf(aTask({ id: "a", started_at: BEGAN, finished_at: "2026-01-01T00:00:02.000Z" }), now)).toBe(2_000);
  });

  it("have at most two units", () => {
    const texts = [340, 4_260, 59_999, 200_000, 7_500_000, 273_600_000, 2_340_000].map(durationText);
    expect(texts).toEqual(["340 ms", "4.2 s", "59 s", "3 min 20 s", "2 h 5 min", "3 d 4 h", "39 min"]);
  });
});
