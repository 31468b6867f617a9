/** Every operation refuses wrong fields on every surface, alone and together with many unknown fields. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Operation } from "../src/kernel/operation.ts";
import { Problem } from "../src/kernel/problem.ts";
import { OPERATIONS } from "../src/operations.ts";
import type { HttpServer } from "../src/surfaces/http/server.ts";
import { createTask } from "../src/tasks/operations/create-task.ts";
import { factsOf, requestInfo, useApp } from "./harness/harness.ts";
import { allWrong, unknownFields, wrongValuesOf } from "./harness/input-faults.ts";
import { PUBLIC_SAMPLES, SAMPLES } from "./harness/samples.ts";
import { aScene, type Scene } from "./harness/scene.ts";
import { callTool, createWeb, credentialsOf, isTool, rest, type WebAnswer } from "./harness/web.ts";

type Input = Record<string, unknown>;
type Answered = Pick<WebAnswer, "status" | "body">;
type Send = (input: Input) => Promise<Answered>;

/** The validator's own list of errors ends at eight. */
const COUNTS = [1, 8, 20, 1_000];

const app = useApp();
let web: HttpServer;
beforeAll(() => {
  web = createWeb(app());
});
afterAll(() => web.close());

const CASES = OPERATIONS.filter((operation) => operation.kind === "public" || !operation.internal).map((operation) => ({
  name: operation.name,
  operation,
}));

const byOf = (operation: Operation) => SAMPLES[operation.name]?.by ?? "owner";

async function rightInput(operation: Operation, scene: Scene): Promise<Input> {
  const input = operation.kind === "public" ? PUBLIC_SAMPLES[operation.name] : SAMPLES[operation.name]?.input;
  if (!input) throw new Error(`Add a valid input of ${operation.name} to server/test/harness/samples.ts.`);
  return input(scene);
}

function dispatched(operation: Operation, scene: Scene): Send {
  const { dispatcher } = app();
  return async (input) => {
    const call = { input, request: requestInfo() };
    try {
      const { status } = await (operation.kind === "public"
        ? dispatcher.dispatchPublic(operation, call)
        : dispatcher.dispatch(operation, scene[byOf(operation)], call));
      return { status, body: {} };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return { status: error.status, body: { code: error.code, ...error.details } };
    }
  };
}

async function surfacesOf(operation: Operation, scene: Scene): Promise<[string, Send][]> {
  const headers = await credentialsOf(scene, byOf(operation));
  const surfaces: [string, Send][] = [
    ["dispatcher", dispatched(operation, scene)],
    ["REST", (input) => rest(web, operation, input, operation.kind === "public" ? {} : headers)],
  ];
  if (operation.kind !== "public" && isTool(operation)) {
    surfaces.push(["MCP", (input) => callTool(web, operation, input, headers)]);
  }
  return surfaces;
}

describe.concurrent.each(CASES)("$name", ({ operation }) => {
  it("refuses unknown fields, few or many, together with right fields and with wrong ones", async () => {
    const scene = await aScene(app());
    const right = await rightInput(operation, scene);
    const surfaces = await surfacesOf(operation, scene);
    const before = await factsOf(app(), scene.workspace.id);
    for (const count of COUNTS) {
      for (const fields of [right, allWrong(operation)]) {
        const input = { ...fields, ...unknownFields(count) };
        for (const [surface, send] of surfaces) {
          const answer = await send(input);
          const about = `${count} over ${surface}`;
          expect(answer, about).toMatchObject({ status: 400, body: { code: "invalid_input" } });
          expect(answer.body.errors, about).toContainEqual({ path: "/zz0", message: expect.any(String) });
        }
      }
    }
    expect(await factsOf(app(), scene.workspace.id)).toEqual(before);
  });

  it("refuses every wrong type in every field, alone and with unknown fields, and names the field", async () => {
    const scene = await aScene(app());
    const right = await rightInput(operation, scene);
    const send = dispatched(operation, scene);
    const before = await factsOf(app(), scene.workspace.id);
    for (const { what, field, input } of wrongValuesOf(operation, right)) {
      const answer = await send(input);
      expect(answer, what).toMatchObject({ status: 400, body: { code: "invalid_input" } });
      const path = expect.stringMatching(`^/${field}(/|$)`);
      expect(answer.body.errors, what).toContainEqual(expect.objectContaining({ path }));
      for (const count of [8, 20]) {
        expect((await send({ ...input, ...unknownFields(count) })).status, `${what} with ${count} unknown fields`).toBe(
          400,
        );
      }
    }
    expect(await factsOf(app(), scene.workspace.id)).toEqual(before);
  });
});

it("a __proto__ or an infinite number inside a document is refused over REST and over MCP", async () => {
  const scene = await aScene(app());
  const right = await rightInput(createTask, scene);
  for (const [text, path] of [
    ['{"a": [{"__proto__": {"x": 1}}]}', "/input/a/0/__proto__"],
    ['{"a": [1, 1e308]}', "/input/a/1"],
  ] as const) {
    for (const [surface, send] of await surfacesOf(createTask, scene)) {
      const answer = await send({ ...right, input: JSON.parse(text) });
      expect(answer, surface).toMatchObject({ status: 400, body: { code: "invalid_input", errors: [{ path }] } });
    }
  }
});
