import { expect, test } from "vitest";
import { createClient } from "./index.ts";
import { eventReader } from "./live.ts";

/** Connections that each send these texts and then close. */
function fakeFeed(...connections: (string[] | Response)[]) {
  const positions: (string | undefined)[] = [];
  const fetch: typeof globalThis.fetch = async (_url, init) => {
    positions.push(new Headers(init?.headers).get("last-event-id") ?? undefined);
    const connection = connections[positions.length - 1];
    if (!connection) return new Promise((_resolve, reject) => init?.signal?.addEventListener("abort", reject));
    if (connection instanceof Response) return connection;
    const encoder = new TextEncoder();
    return new Response(ReadableStream.from(connection.map((text) => encoder.encode(text))));
  };
  return { positions, client: createClient({ url: "", fetch }) };
}

test("reads events from pieces of any size", () => {
  const text =
    'retry: 1\nid: 0\n\nid: 1\nevent: fact\ndata: {"a":\ndata: 1}\n\n: heartbeat\n\nid: 2\r\nevent: reset\r\ndata: {}\r\n\r\n';
  const expected = [
    { id: "0", event: "message", data: undefined },
    { id: "1", event: "fact", data: { a: 1 } },
    { id: "2", event: "reset", data: {} },
  ];
  expect(eventReader()(text)).toEqual(expected);
  const read = eventReader();
  expect([...text].flatMap((character) => read(character))).toEqual(expected);
});

const fact = (id: number) => `id: ${id}\nevent: fact\ndata: "fact ${id}"\n\n`;

test("continues after a lost connection from the last event", async () => {
  const { client, positions } = fakeFeed(
    [fact(1), `${fact(2)}id: 3\nevent: fact\nda`],
    new Response("", { status: 503 }),
    [fact(3)],
    ["id: 9\n\n"],
    [fact(10)],
  );
  const seen: string[] = [];
  for await (const { id } of client.live({ lastEventId: "0" })) {
    seen.push(id);
    if (id === "10") break;
  }
  expect(seen).toEqual(["1", "2", "3", "10"]);
  expect(positions).toEqual(["0", "2", "2", "3", "9"]);
});

test("reports that the log was replaced, and continues with the new one", async () => {
  const { client, positions } = fakeFeed([fact(5), 'id: new\nevent: reset\ndata: {"epoch":"e"}\n\n'], [fact(6)]);
  const seen: string[] = [];
  for await (const { event } of client.live()) {
    seen.push(event);
    if (seen.length === 3) break;
  }
  expect(seen).toEqual(["fact", "reset", "fact"]);
  expect(positions).toEqual([undefined, "new"]);
});

test("a refused credential ends the feed, and so does its signal", async () => {
  const refused = fakeFeed(Response.json({ code: "unauthenticated", detail: "No." }, { status: 401 }));
  await expect(refused.client.live().next()).rejects.toMatchObject({ code: "unauthenticated" });
  const stop = new AbortController();
  const next = fakeFeed().client.live({ signal: stop.signal }).next();
  stop.abort();
  await expect(next).resolves.toMatchObject({ done: true });
});

test("reports when the stream is open and when it was lost", async () => {
  const { client } = fakeFeed([fact(1)], new Response("", { status: 503 }), [fact(2)]);
  const reports: boolean[] = [];
  for await (const { id } of client.live({ onConnection: (isOpen) => reports.push(isOpen) })) if (id === "2") break;
  expect(reports).toEqual([true, false, false, true]);
});
