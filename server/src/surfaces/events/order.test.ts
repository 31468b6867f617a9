import { randomUUID } from "node:crypto";
import { uuidv7 } from "uuidv7";
import { expect, test } from "vitest";
import { soon } from "../../../test/harness/latch.ts";
import { useSurface } from "../../../test/harness/surface.ts";
import { follow, serveLive, writeFact } from "./test-client.ts";

const surface = useSurface();

const INSERT = `insert into facts (workspace_id, id, type, actor_kind, actor_id, subject_kind, subject_id, data, request_id)
  values ($1, $2, 'thing.made', 'system', 'test', 'thing', $3, '{"n": 2}', 'r')`;

test("the fact that committed first is sent first, also with the later transaction number", async () => {
  const base = await serveLive(surface());
  const client = await follow(base);
  const start = client.lastId;
  const early = await surface().admin.connect();
  try {
    // Numbered first, as a transaction is that then waits for a lock the other one holds.
    await early.query("begin; select pg_current_xact_id()");
    await writeFact(surface(), 1);
    await early.query(INSERT, [surface().workspace, uuidv7(), randomUUID()]);
    await early.query("commit");
  } finally {
    early.release();
  }
  await soon(client.facts).toEqual([1, 2]);
  const [first, last] = client.events;
  // Only the end of such a page is a place to resume from: cut off within it, a client reads it again.
  expect(first?.id).toBe(start);
  client.close();
  const again = await follow(base, "", { "last-event-id": last?.id ?? "" });
  await writeFact(surface(), 3);
  await soon(again.facts).toEqual([3]);
  again.close();
});
