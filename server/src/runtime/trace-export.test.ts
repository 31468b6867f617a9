/** The server's own traces, as a receiver of OpenTelemetry gets them. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { aTask } from "../../test/harness/builders.ts";
import { requestInfo, useApp } from "../../test/harness/harness.ts";
import { aTeam } from "../../test/harness/team.ts";
import { type EndedOperation, reported } from "../kernel/dispatch/reported.ts";
import { recordsOf } from "../observability/otlp/records.ts";
import { draftOf } from "../observability/otlp/sources.ts";
import { getTask } from "../tasks/operations/get-task.ts";
import { createTraceExporter } from "./trace-export.ts";

const app = useApp();
const received: { authorization: string | undefined; body: string }[] = [];
let status = 200;
const receiver = createServer(async (request, answer) => {
  let body = "";
  for await (const part of request) body += part;
  received.push({ authorization: request.headers.authorization, body });
  answer.writeHead(status).end("{}");
});
beforeAll(() => once(receiver.listen(0, "127.0.0.1"), "listening"));
afterAll(() => receiver.close());
beforeEach(() => {
  received.length = 0;
  status = 200;
});

const ENDED: EndedOperation = {
  name: "tasks.get",
  kind: "query",
  request: { id: "r1", trace_id: "4bf92f3577b34da6a3ce929d0e0e4736", span_id: "00f067aa0ba902b7" },
  startedMs: 1_795_924_267_000,
  endedMs: 1_795_924_267_012.5,
  code: null,
};

function anExporter() {
  const warnings: object[] = [];
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/v1/traces`;
  const log = { warn: (fields: object) => void warnings.push(fields) };
  const exporter = createTraceExporter({ url, headers: { authorization: "Bearer x" }, version: "1.2.3", log });
  return { exporter, warnings };
}

const spans = () => received.flatMap(({ body }) => recordsOf("traces", JSON.parse(body)));

describe("an operation", () => {
  test("is reported with its name, its request and the code of its problem, and with nothing of the workspace", async () => {
    const { workspace, owner, worker } = await aTeam(app());
    const task = await aTask(app(), owner, worker, { title: "A very private title" });
    const ended: EndedOperation[] = [];
    const dispatcher = reported(app().dispatcher, (one) => ended.push(one));
    const request = { ...requestInfo(), span_id: "00f067aa0ba902b7" };
    const { output } = await dispatcher.dispatch(getTask, worker, { input: { id: task.id }, request });
    expect(output).toMatchObject({ id: task.id });
    const missing = dispatcher.dispatch(getTask, worker, { input: { id: workspace.id }, request });
    await expect(missing).rejects.toMatchObject({ code: "not_found" });
    expect(ended.map(({ name, kind, code }) => [name, kind, code])).toEqual([
      ["tasks.get", "query", null],
      ["tasks.get", "query", "not_found"],
    ]);
    const { exporter } = anExporter();
    for (const one of ended) exporter.record(one);
    await exporter.close();
    expect(spans()).toHaveLength(2);
    const sent = received.map(({ body }) => body).join("");
    for (const text of ["private", workspace.id, task.id, worker.id]) expect(sent).not.toContain(text);
  });
});

describe("the exporter", () => {
  test("sends a span in the trace of its caller; a refusal is no error, and a fault of the server is one", async () => {
    const { exporter } = anExporter();
    for (const code of [null, "not_found", "internal"] as const) exporter.record({ ...ENDED, code });
    exporter.record({ ...ENDED, request: { id: "r2", trace_id: null } });
    await exporter.close();
    const all = spans();
    const { trace_id, span_id: parent_span_id } = ENDED.request;
    const common = { name: "tasks.get", trace_id, parent_span_id, duration_ms: 12.5 };
    expect(all.slice(0, 3)).toMatchObject([
      { ...common, is_error: false },
      { ...common, is_error: false, attributes: { "error.type": "not_found" } },
      { ...common, is_error: true, attributes: { "error.type": "internal", "bailiwick.request_id": "r1" } },
    ]);
    expect(all[3]).toMatchObject({ parent_span_id: "", trace_id: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(all[0]?.resource).toEqual({ "service.name": "bailiwick", "service.version": "1.2.3" });
    expect(new Set(all.map(({ span_id }) => span_id)).size).toBe(4);
    // This server keeps no spans of its own kind when it is its own receiver.
    expect(all.flatMap((span) => draftOf(span) ?? [])).toEqual([]);
    expect(received.map(({ authorization }) => authorization)).toEqual(["Bearer x"]);
  });

  test("drops what a receiver does not take, and says so once", async () => {
    status = 503;
    const { exporter, warnings } = anExporter();
    for (let n = 0; n < 5_000; n++) exporter.record(ENDED);
    await exporter.flush();
    exporter.record(ENDED);
    await exporter.close();
    expect(spans().length).toBeLessThan(5_000);
    expect(warnings).toHaveLength(1);
  });
});
