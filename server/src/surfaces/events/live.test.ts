import { randomUUID } from "node:crypto";
import { uuidv7 } from "uuidv7";
import { describe, expect, test } from "vitest";
import { soon } from "../../../test/harness/latch.ts";
import { anActor, useSurface } from "../../../test/harness/surface.ts";
import { liveFeed } from "./live.ts";
import { AUTH, follow, serveLive, writeFact } from "./test-client.ts";

const surface = useSurface();

test("facts arrive as they are written, in the wire's shape, each with an id", async () => {
  const client = await follow(await serveLive(surface()));
  const subject = randomUUID();
  await writeFact(surface(), 1, { subject });
  await soon(client.facts).toEqual([1]);
  const [event] = client.events;
  expect(event?.id).toMatch(/^[A-Za-z0-9_-]{64,}$/);
  expect(event?.data).toEqual({
    id: expect.any(String),
    type: "thing.made",
    actor: { kind: "system", id: "test", key_id: null },
    subject: { kind: "thing", id: subject },
    data: { n: 1 },
    request_id: "r",
    trace_id: null,
    created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  });
  client.close();
});

test("data that is stored in its own row is sent whole", async () => {
  const { admin, workspace } = surface();
  const client = await follow(await serveLive(surface()));
  const id = randomUUID();
  await admin.query(
    `with fact as (
       insert into facts (workspace_id, id, type, actor_kind, actor_id, subject_kind, subject_id, data, request_id)
       values ($1, $2, 'thing.made', 'system', 'test', 'thing', $2, '{"payload_bytes": 9000}', 'r'))
     insert into fact_payloads (workspace_id, fact_id, payload) values ($1, $2, '{"n": 7, "text": "long"}')`,
    [workspace, id],
  );
  await soon(() => client.events.map(({ data }) => data.data)).toEqual([{ n: 7, text: "long" }]);
  client.close();
});

test("a stream is woken by a commit and does not wait for the next look", async () => {
  const client = await follow(await serveLive(surface(), { pollMs: 3_600_000 }));
  for (const n of [1, 2]) {
    await writeFact(surface(), n);
    await soon(() => client.facts().at(-1)).toBe(n);
  }
  client.close();
});

test("many streams share the reading and all get everything; a filter leaves the rest out", async () => {
  const base = await serveLive(surface());
  const subject = randomUUID();
  const everything = await Promise.all(Array.from({ length: 5 }, () => follow(base)));
  const typed = await follow(base, "?type=thing.re");
  const about = await follow(base, `?subject_id=${subject.toUpperCase()}`);
  await writeFact(surface(), 1);
  await writeFact(surface(), 2, { type: "thing.renamed" });
  await writeFact(surface(), 3, { subject });
  for (const client of everything) await soon(client.facts).toEqual([1, 2, 3]);
  await soon(typed.facts).toEqual([2]);
  await soon(about.facts).toEqual([3]);
  for (const client of [...everything, typed, about]) client.close();
});

test("another workspace's facts are not seen", async () => {
  const other = uuidv7();
  await surface().admin.query("insert into workspaces (workspace_id, name) values ($1, 'Other')", [other]);
  const client = await follow(await serveLive(surface()));
  await writeFact(surface(), 1, { workspace: other });
  await writeFact(surface(), 2);
  await soon(client.facts).toEqual([2]);
  client.close();
});

describe("who may follow", () => {
  test("needs a credential with audit:read", async () => {
    const base = await serveLive(surface());
    const status = async (headers: Record<string, string>) => (await fetch(`${base}/api/live`, { headers })).status;
    expect(await status({})).toBe(401);
    expect(await status({ authorization: "Bearer weak" })).toBe(403);
  });

  test("a credential that is revoked ends its stream at once, and only its own", async () => {
    const base = await serveLive(surface());
    const { known, workspace, signals } = surface();
    known.set("fleeting", anActor(workspace));
    const fleeting = await follow(base, "", { authorization: "Bearer fleeting" });
    const lasting = await follow(base);
    known.delete("fleeting");
    // A change that concerns another person causes no check.
    signals.credentialsChanged([crypto.randomUUID()]);
    const other = await follow(base);
    other.close();
    expect(fleeting.isOpen).toBe(true);
    signals.credentialsChanged([workspace]);
    await soon(() => fleeting.isOpen).toBe(false);
    expect(lasting.isOpen).toBe(true);
    lasting.close();
  });

  test("a credential that runs out ends its stream with the next sign of life", async () => {
    const base = await serveLive(surface(), { beatMs: 50 });
    surface().known.set("fleeting", anActor(surface().workspace));
    const client = await follow(base, "", { authorization: "Bearer fleeting" });
    await soon(() => client.comments).toBeGreaterThan(2);
    surface().known.delete("fleeting");
    await soon(() => client.isOpen).toBe(false);
  });

  test("streams are limited for each credential and workspace, and room comes back", async () => {
    const base = await serveLive(surface(), {
      streamsMax: { ofCredential: 2, ofWorkspace: 3, ofNetwork: 9, ofProcess: 9 },
    });
    surface().known.set("second", anActor(surface().workspace));
    const second = { authorization: "Bearer second" };
    const [first] = await Promise.all([follow(base), follow(base)]);
    const refused = await fetch(`${base}/api/live`, { headers: AUTH });
    expect(refused.status).toBe(429);
    expect(refused.headers.get("retry-after")).toBe("5");
    await follow(base, "", second);
    expect((await fetch(`${base}/api/live`, { headers: second })).status).toBe(429);
    first?.close();
    await soon(async () => (await fetch(`${base}/api/live`, { headers: second })).status).toBe(200);
  });
});

test.each(["?type=DROP", "?subject_id=1", "?last_event_id=1", "?type=a&type=b", "?limit=1", "?__proto__=1"])(
  "%s is named",
  async (query) => {
    const { db, signals } = surface();
    const { app } = surface().http({ extensions: [liveFeed({ db, signals })] });
    const answer = await app.inject({ url: `/api/live${query}`, headers: AUTH });
    expect(answer.json()).toMatchObject({
      status: 400,
      code: "invalid_input",
      errors: [{ path: expect.stringMatching(/^\/.+/) }],
    });
  },
);

test("a shutdown ends the streams", async () => {
  const { db, signals } = surface();
  const server = surface().http({ extensions: [liveFeed({ db, signals })] });
  const client = await follow(await server.app.listen({ port: 0, host: "127.0.0.1" }));
  await server.close();
  await soon(() => client.isOpen).toBe(false);
});
