/** Nothing is lost and nothing comes twice: late commits, reconnects, slow clients, a log that was replaced. */
import { randomUUID } from "node:crypto";
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { testEnvironment } from "../../../test/harness/environment.ts";
import { soon } from "../../../test/harness/latch.ts";
import { useSurface } from "../../../test/harness/surface.ts";
import { sealedPositions } from "../../kernel/facts/position.ts";
import { liveFeed } from "./live.ts";
import { follow, serveLive, writeFact, writeFacts } from "./test-client.ts";

const surface = useSurface();

describe("with sixteen writers whose commits come late and out of order", () => {
  async function writeAll(writers: number, each: number): Promise<number[]> {
    const numbers = Array.from({ length: writers * each }, (_, n) => n);
    await Promise.all(
      Array.from({ length: writers }, async (_, writer) => {
        for (let turn = 0; turn < each; turn++)
          await writeFact(surface(), writer * each + turn, { holdMs: Math.random() * 60 });
      }),
    );
    return numbers;
  }

  test("no fact is lost or doubled for a follower", async () => {
    const client = await follow(await serveLive(surface()));
    const numbers = await writeAll(16, 20);
    await soon(() => client.facts().length).toBeGreaterThanOrEqual(numbers.length);
    expect(client.facts().sort((a, b) => a - b)).toEqual(numbers);
    client.close();
  });

  test("nor across reconnects that resume from the last id", async () => {
    const base = await serveLive(surface());
    const before = await follow(base);
    before.close();
    let isWriting = true;
    const writing = writeAll(16, 20).finally(() => {
      isWriting = false;
    });
    const seen: number[] = [];
    let lastId = before.lastId;
    const again = () => follow(base, "", { "last-event-id": lastId ?? "" });
    while (isWriting) {
      const client = await again();
      await delay(Math.random() * 60);
      client.close();
      seen.push(...client.facts());
      lastId = client.lastId;
    }
    const last = await again();
    const numbers = await writing;
    await soon(() => seen.length + last.facts().length).toBeGreaterThanOrEqual(numbers.length);
    last.close();
    expect([...seen, ...last.facts()].sort((a, b) => a - b)).toEqual(numbers);
  });
});

describe("resuming", () => {
  test("from a position before a restore, or of no log at all, gets a reset", async () => {
    const base = await serveLive(surface());
    const here = await follow(base);
    const { workspace } = surface();
    const { secrets } = testEnvironment();
    const [ours, theirs] = [sealedPositions(secrets, workspace), sealedPositions(secrets, randomUUID())];
    const at = ours.read(here.lastId ?? "") ?? expect.fail("The id is a place in the log.");
    const ids = [
      ours.id({ ...at, epoch: randomUUID() }),
      ours.id({ ...at, xid: at.xid + 1_000_000n }),
      theirs.id({ ...at }),
      // As earlier versions gave them.
      `${at.epoch}.${at.xid}.${at.seq}`,
      "nonsense",
    ];
    for (const id of ids) {
      const client = await follow(base, "", { "last-event-id": id });
      await soon(() => client.events[0]?.event).toBe("reset");
      await writeFact(surface(), 9);
      await soon(client.facts).toEqual([9]);
      client.close();
    }
    here.close();
  });

  test("an id tells nothing of how much happened in the whole installation", async () => {
    const { rows } = await surface().admin.query("select epoch, pg_current_xact_id()::text as xid from installation");
    const here = await follow(await serveLive(surface()));
    const shown = Buffer.from(here.lastId ?? "", "base64url").toString("latin1");
    expect(here.lastId).toMatch(/^[\w-]{64,}$/);
    expect([shown.includes(rows[0].epoch), shown.includes(rows[0].xid.slice(0, -1))]).toEqual([false, false]);
    here.close();
  });

  test("an open stream gets a reset when a restore begins a new epoch", async () => {
    const client = await follow(await serveLive(surface()));
    await surface().admin.query("update installation set epoch = gen_random_uuid()");
    await soon(() => client.events.map(({ event }) => event)).toEqual(["reset"]);
    await writeFact(surface(), 4);
    await soon(client.facts).toEqual([4]);
    client.close();
  });

  test("over thousands of facts gets them all, in order", async () => {
    const base = await serveLive(surface());
    const before = await follow(base);
    before.close();
    await writeFacts(surface(), 3_000);
    const client = await follow(base, `?last_event_id=${before.lastId}`);
    await soon(() => client.facts().length).toBe(3_000);
    expect(client.facts()).toEqual(Array.from({ length: 3_000 }, (_, n) => n + 1));
    client.close();
  });
});

describe("a client that does not read", () => {
  const COUNT = 2_000;

  /** Opens a stream on a bare socket and stops reading it. */
  async function stall(base: string) {
    const socket = connect(Number(new URL(base).port), "127.0.0.1");
    const state = { text: "", isClosed: false };
    socket.on("error", () => undefined);
    socket.on("close", () => {
      state.isClosed = true;
    });
    socket.write("GET /api/live HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer good\r\n\r\n");
    await new Promise((resolve) => socket.once("data", resolve));
    socket.pause();
    const resume = () => {
      socket.on("data", (data) => {
        state.text += data.toString("latin1");
      });
      socket.resume();
    };
    return { socket, state, resume };
  }

  test("gets all facts when it reads again, and does not slow other clients", async () => {
    const base = await serveLive(surface());
    const { socket, state, resume } = await stall(base);
    const reader = await follow(base);
    await writeFacts(surface(), COUNT, 7_000);
    await soon(() => reader.facts().length).toBe(COUNT);
    resume();
    const count = () => state.text.match(/event: fact/g)?.length;
    await soon(count).toBe(COUNT);
    await writeFact(surface(), 1);
    await soon(count).toBe(COUNT + 1);
    socket.destroy();
    reader.close();
  });

  test("is cut off in the end", async () => {
    const { db, signals } = surface();
    const { app, tools } = surface().http({ extensions: [liveFeed({ db, signals, beatMs: 50 })] });
    const { state, resume } = await stall(await app.listen({ port: 0, host: "127.0.0.1" }));
    await writeFacts(surface(), COUNT, 7_000);
    expect(tools.waiting.count()).toBe(1);
    await soon(tools.waiting.count).toBe(0);
    resume();
    await soon(() => state.isClosed).toBe(true);
    expect(state.text.match(/event: fact/g)?.length ?? 0).toBeLessThan(COUNT);
  });
});
