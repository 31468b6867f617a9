/** Every list returns at most a page of bytes, measured as they are read, and skips no row. */
import type { Static, TObject } from "typebox";
import { beforeAll, describe, expect, it } from "vitest";
import { listRevisions } from "../src/agents/operations/list-revisions.ts";
import { updateAgent } from "../src/agents/operations/update-agent.ts";
import { listAudit } from "../src/audit/operations.ts";
import type { Actor } from "../src/kernel/actor.ts";
import { PAGE_BYTES_MAX } from "../src/kernel/db/capped-rows.ts";
import type { Query } from "../src/kernel/operation.ts";
import { OPERATIONS } from "../src/operations.ts";
import { addTaskEvent } from "../src/tasks/operations/add-task-event.ts";
import { listTaskEvents } from "../src/tasks/operations/list-task-events.ts";
import { listTasks } from "../src/tasks/operations/list-tasks.ts";
import { aRunningTask, aTask, type HeldTask } from "./harness/builders.ts";
import { useApp } from "./harness/harness.ts";
import { aScene, type Scene } from "./harness/scene.ts";
import { importsOf, type Source, sourcesIn } from "./house/sources.ts";

const app = useApp();
let scene: Scene;
let task: HeldTask;
const LARGE = "x".repeat(200_000);
/** The bytes of the rows without their large text. */
const SMALL_BYTES = 2_000;
const COUNT = 30;

beforeAll(async () => {
  scene = await aScene(app());
  const { owner, agent } = scene;
  task = await aRunningTask(app(), owner, agent);
  const many = Array.from({ length: COUNT }, (_, n) => n);
  await Promise.all(many.map((n) => aTask(app(), owner, agent, { input: { n, LARGE } })));
  for (const n of many) {
    await app().call(addTaskEvent, agent, { id: task.id, fence: task.fence, type: "progress", payload: { n, LARGE } });
    await app().call(updateAgent, owner, { id: agent.id, identity_config: { n, LARGE } });
  }
});

interface Page {
  items: unknown[];
  next_cursor: string | null;
}

async function pagesOf<I extends TObject>(operation: Query<I>, actor: Actor, input: Static<I>): Promise<Page[]> {
  const pages: Page[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const query = { ...(input as object), limit: 200, ...(cursor && { cursor }) } as Static<I>;
    const page = (await app().call(operation as never, actor, query as never)) as Page;
    pages.push(page);
    cursor = page.next_cursor;
  }
  return pages;
}

const bytesOf = (value: unknown) => JSON.stringify(value).length;

describe("a page of large rows", () => {
  it.each([["revisions", () => pagesOf(listRevisions, scene.owner, { id: scene.agent.id })]])(
    "of %s ends with its bytes, and the next goes on",
    async (_what, read) => {
      const pages = await read();
      expect(pages).toHaveLength(2);
      for (const page of pages) expect(bytesOf(page)).toBeLessThan(PAGE_BYTES_MAX + LARGE.length + SMALL_BYTES);
      const numbers = pages.flatMap(({ items }) =>
        items.flatMap((item) => /"n":([0-9]+)/.exec(JSON.stringify(item))?.[1] ?? []),
      );
      expect(new Set(numbers).size).toBe(COUNT);
      expect(numbers).toHaveLength(COUNT);
    },
  );

  it.each([
    ["tasks", () => pagesOf(listTasks, scene.owner, { status: "queued" })],
    ["events of a task", () => pagesOf(listTaskEvents, scene.owner, { id: task.id })],
    ["facts", () => pagesOf(listAudit, scene.owner, { type: "task.progress" })],
  ])("of %s is small, because it has no documents", async (_what, read) => {
    const [page, ...more] = await read();
    expect(more).toEqual([]);
    expect(page?.items.length).toBeGreaterThanOrEqual(COUNT);
    expect(bytesOf(page)).toBeLessThan((COUNT + 5) * SMALL_BYTES);
  });

  it("is measured as text: a number that is stored in few bytes can have three hundred digits", async () => {
    const { owner, agent, workspace } = await aScene(app());
    for (let n = 0; n < 3; n++) await aTask(app(), owner, agent);
    await app().admin.query(
      "update tasks set input = (select jsonb_agg(1e308) from generate_series(1, 14000)) where workspace_id = $1",
      [workspace.id],
    );
    const pages = await pagesOf(listTasks, owner, { include: "input" });
    expect(pages.map(({ items }) => items.length)).toEqual([1, 1, 1]);
  });
});

describe("every list", () => {
  const sources = new Map(sourcesIn(["server/src"]).map((source) => [source.path, source]));
  const isPaged = ({ output }: { output: object }) =>
    "properties" in output && Object.hasOwn((output as TObject).properties, "next_cursor");
  /** Lists whose items are constants of the program, or the posts of one page that the network returned, cut and at most 50. */
  const WITHOUT_ROWS = ["permissions.list", "social.list_feed", "social.list_submolt_feed"];

  function importedBy(source: Source): Source[] {
    const slice = source.path.split("/").slice(0, 3).join("/");
    return importsOf(source).flatMap(({ to }) => (to.startsWith(`${slice}/`) ? (sources.get(to) ?? []) : []));
  }

  /** Returns a file together with the files of its slice that it imports, and those that they import. */
  function withStores(source: Source): Source[] {
    const found = importedBy(source);
    return [source, ...found, ...found.flatMap(importedBy)];
  }

  it("reads its rows with the one function that limits their bytes, as the lists of facts in the kernel do", () => {
    const facts = sources.get("server/src/kernel/facts/list.ts")?.text ?? "";
    expect(facts.match(/export (?:async )?function list(?:Facts|FactsOf|OfTypes)\(/g)).toHaveLength(3);
    expect(facts).toContain("listPage(");
    const lists = OPERATIONS.filter((operation) => isPaged(operation) && !WITHOUT_ROWS.includes(operation.name));
    expect(lists.length).toBeGreaterThan(12);
    const uncapped = lists.filter(({ name }) => {
      const file = [...sources.values()].find(({ text }) => text.includes(`  name: "${name}",`));
      return (
        !file ||
        !withStores(file).some(({ text }) =>
          /\b(?:listPage|listCapped|cappedRows|listFacts|listFactsOf|listOfTypes)\(/.test(text),
        )
      );
    });
    expect(uncapped.map(({ name }) => name)).toEqual([]);
  });
});
