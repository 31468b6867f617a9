/** The promises that every operation keeps. */
import { describe, expect, it } from "vitest";
import type { Actor } from "../src/kernel/actor.ts";
import { Problem } from "../src/kernel/problem.ts";
import { OPERATIONS } from "../src/operations.ts";
import { checkOutput, factsOf, requestInfo, useApp } from "./harness/harness.ts";
import { faultsOf } from "./harness/input-faults.ts";
import { PUBLIC_SAMPLES, SAMPLES } from "./harness/samples.ts";
import { anAddress, aScene, type Scene } from "./harness/scene.ts";
import { named, type Permitted, SERVED, sampleOf } from "./harness/served.ts";

const app = useApp();

const open = OPERATIONS.filter((operation) => operation.kind === "public");
const CASES = named(SERVED);

type CallAnswer = { status: number; output?: unknown; problem?: Record<string, unknown> };

async function ask(operation: Permitted, actor: Actor, input: unknown): Promise<CallAnswer> {
  try {
    const { status, output } = await app().dispatcher.dispatch(operation, actor, { input, request: requestInfo() });
    return { status, output };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { status, code, message, details } = error;
    return { status, problem: { code, message, ...details } };
  }
}

async function untouched<T>(scene: Scene, work: () => Promise<T>): Promise<T> {
  const before = await factsOf(app(), scene.workspace.id);
  const result = await work();
  expect(await factsOf(app(), scene.workspace.id)).toEqual(before);
  return result;
}

it("every operation has a sample, and every sample its operation", () => {
  expect(SERVED.length).toBeGreaterThan(30);
  expect(Object.keys(SAMPLES).sort()).toEqual(SERVED.map(({ name }) => name).sort());
  expect(Object.keys(PUBLIC_SAMPLES).sort()).toEqual(open.map(({ name }) => name).sort());
});

describe.concurrent.each(CASES)("$name", ({ operation }) => {
  it("succeeds with the permission, with the promised status and shape", async () => {
    const scene = await aScene(app());
    const { by, input, refused } = sampleOf(operation);
    const answer = await ask(operation, scene[by], await input(scene));
    expect(answer).toMatchObject({ status: refused ?? operation.status ?? 200 });
    if (!refused) checkOutput(operation, answer.output);
  });

  it("is forbidden without its permission, before its input is checked, and changes nothing", async () => {
    const scene = await aScene(app());
    const { by, input } = sampleOf(operation);
    const permissions = new Set(["auth:read", "tasks:read", "agents:self"] as const);
    const actor: Actor = {
      ...scene[by],
      permissions: new Set([...permissions].filter((p) => p !== operation.permission)),
    };
    for (const given of [await input(scene), { unheard_of: 1 }]) {
      const answer = await untouched(scene, () => ask(operation, actor, given));
      expect(answer).toMatchObject({ status: 403, problem: { code: "forbidden" } });
    }
  });

  it("refuses a wrong input, names the field, and changes nothing", async () => {
    const scene = await aScene(app());
    const { by, input } = sampleOf(operation);
    const right = await input(scene);
    for (const { what, field, input: wrong } of faultsOf(operation, right)) {
      const answer = await untouched(scene, () => ask(operation, scene[by], wrong));
      expect(answer, what).toMatchObject({ status: 400, problem: { code: "invalid_input" } });
      const path = expect.stringMatching(`^/${field}(/|$)`);
      expect(answer.problem?.errors, what).toContainEqual(expect.objectContaining({ path }));
    }
  });
});

describe.each(named(open))("$name", ({ operation }) => {
  const ask = (input: unknown) =>
    app().dispatcher.dispatchPublic(operation, { input, request: { ...requestInfo(), ip: anAddress() } });

  it("needs no credential, and has the promised status and shape", async () => {
    const { status, output } = await ask(await PUBLIC_SAMPLES[operation.name]?.(await aScene(app())));
    expect(status).toBe(operation.status ?? 200);
    checkOutput(operation, output);
  });

  it("refuses a wrong input and names the field", async () => {
    const right = (await PUBLIC_SAMPLES[operation.name]?.(await aScene(app()))) ?? {};
    for (const { what, field, input } of faultsOf(operation, right)) {
      await expect(ask(input), what).rejects.toMatchObject({
        code: "invalid_input",
        details: { errors: [{ path: `/${field}` }] },
      });
    }
  });
});
