import { describe, expect, it } from "vitest";
import type { TaskRow } from "../../../data/tasks.ts";
import { aTask } from "./a-task.ts";
import { layoutOf, SIZES } from "./graph-layout.ts";
import { type Graph, type GraphChoices, graphOf, neighbourOf, SIBLINGS_MAX } from "./graph-model.ts";
import { buildTree } from "./tree.ts";

const NOTHING: GraphChoices = { opened: new Set(), kept: new Set() };
const root = aTask({ id: "root" });
const kids = (count: number, more: Partial<TaskRow> = {}, from = 1) =>
  Array.from({ length: count }, (_, at) => aTask({ ...more, id: `k${from + at}`, parent_task_id: "root" }));
const show = (tasks: readonly TaskRow[], choices = NOTHING) => graphOf(buildTree([root, ...tasks], "root"), choices);
const tasksIn = ({ nodes }: Graph) => nodes.filter(({ kind }) => kind === "task").map(({ id }) => id);
const groupsIn = ({ nodes }: Graph) =>
  nodes.flatMap((node) => (node.kind === "group" ? [[node.status, node.count, node.isOpen]] : []));

describe("the graph of a tree", () => {
  it("has the starter, every task, and an edge from each task to its subtasks", () => {
    const { nodes, edges } = show([...kids(2), aTask({ id: "z9", parent_task_id: "k1" })]);
    expect(nodes.map(({ id }) => id)).toEqual(["starter root", "root", "k1", "z9", "k2"]);
    expect(edges.map(({ source, target }) => `${source}>${target}`)).toEqual([
      "starter root>root",
      "root>k1",
      "k1>z9",
      "root>k2",
    ]);
  });

  it("shows dependencies between shown tasks", () => {
    const { edges } = show([
      aTask({ id: "k1", parent_task_id: "root" }),
      aTask({ id: "k2", parent_task_id: "root", depends_on: ["k1", "gone"] }),
    ]);
    expect(edges.filter(({ kind }) => kind === "waits")).toEqual([
      { id: "waits k1 k2", kind: "waits", source: "k1", target: "k2" },
    ]);
  });

  it("has no starter above a task with an unknown parent", () => {
    const { nodes } = graphOf(buildTree([aTask({ id: "lost1", parent_task_id: "gone" })], "root"), NOTHING);
    expect(nodes.map(({ kind }) => kind)).toEqual(["task"]);
  });
});

describe("groups", () => {
  const many = [...kids(20, { status: "completed" }), ...kids(3, { status: "running" }, 50)];

  it("hold the siblings beyond the limit that need no attention", () => {
    expect(groupsIn(show(kids(SIBLINGS_MAX, { status: "completed" })))).toEqual([]);
    const graph = show(many);
    expect(groupsIn(graph)).toEqual([["completed", 11, false]]);
    expect(tasksIn(graph)).toEqual(["root", ...kids(9).map(({ id }) => id), "k50", "k51", "k52"]);
  });

  it("hold no task that runs, is blocked or failed, or has such a subtask", () => {
    for (const status of ["running", "blocked", "failed"] as const) {
      expect(groupsIn(show(kids(40, { status })))).toEqual([]);
      const above = show([...many, aTask({ id: "x99", status, parent_task_id: "k20" })]);
      expect(tasksIn(above)).toContain("x99");
    }
  });

  it("show their tasks when opened, and can be closed again", () => {
    const opened = show(many, { opened: new Set(["root completed"]), kept: new Set() });
    expect(groupsIn(opened)).toEqual([["completed", 11, true]]);
    expect(tasksIn(opened)).toHaveLength(24);
  });

  it("do not take tasks that are shown already", () => {
    const graph = show(many, { opened: new Set(), kept: new Set(["k15"]) });
    expect(tasksIn(graph)).toContain("k15");
    expect(groupsIn(graph)).toEqual([["completed", 10, false]]);
  });

  it("count the subtasks of their tasks", () => {
    const { nodes } = show([...many, aTask({ id: "x99", status: "completed", parent_task_id: "k20" })]);
    expect(nodes.find(({ kind }) => kind === "group")).toMatchObject({ count: 11, below: 1 });
  });
});

describe("arrows", () => {
  const graph = show([...kids(3), aTask({ id: "z9", parent_task_id: "k2" })]);

  it("move to siblings, to subtasks and back", () => {
    const { nodes } = graph;
    expect(nodes).toHaveLength(6);
    expect(neighbourOf(graph, "k1", "down")).toBe("k2");
    expect(neighbourOf(graph, "k2", "up")).toBe("k1");
    expect(neighbourOf(graph, "k2", "right")).toBe("z9");
    expect(neighbourOf(graph, "z9", "left")).toBe("k2");
    expect(neighbourOf(graph, "k3", "down")).toBeUndefined();
  });
});

describe("the layout", () => {
  it("puts levels in columns and siblings below each other in order, without overlap", () => {
    const graph = show([...kids(30, { status: "running" }), aTask({ id: "z99", parent_task_id: "k2" })]);
    const at = layoutOf(graph);
    const columns = new Set(kids(30).map(({ id }) => at.get(id)?.x));
    expect(columns.size).toBe(1);
    const heights = kids(30).map(({ id }) => at.get(id)?.y ?? Number.NaN);
    for (const [index, y] of heights.slice(1).entries()) {
      expect(y - (heights[index] ?? Number.NaN)).toBeGreaterThanOrEqual(SIZES.task.height);
    }
    expect(at.get("z99")?.x).toBeGreaterThan((at.get("k2")?.x ?? 0) + SIZES.task.width);
  });

  it("keeps its anchor in place when other nodes are added", () => {
    const below = Array.from({ length: 6 }, (_, at) => aTask({ id: `z${90 + at}`, parent_task_id: "k1" }));
    const before = layoutOf(show(kids(2))).get("k2") ?? { x: 0, y: 0 };
    const grown = show([...kids(2), ...below]);
    expect(layoutOf(grown, { id: "k2", at: before }).get("k2")).toEqual(before);
    expect(layoutOf(grown).get("k2")).not.toEqual(before);
  });
});
