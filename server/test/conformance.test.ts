/** The promises every operation keeps, whatever it does. */
import { uuidv7 } from "uuidv7";
import { describe, expect, it } from "vitest";
import type { Actor } from "../src/kernel/actor.ts";
import type { Operation } from "../src/kernel/operation.ts";
import { Problem } from "../src/kernel/problem.ts";
import { OPERATIONS } from "../src/operations.ts";
import { checkOutput, factsOf, requestInfo, useApp } from "./harness/harness.ts";
import { faultsOf, idFields, idIn } from "./harness/input-faults.ts";
import { inputWith, PUBLIC_SAMPLES, SAMPLES, type Sample } from "./harness/samples.ts";
import { anAddress, aScene, type Scene } from "./harness/scene.ts";

const app = useApp();

type Permitted = Exclude<Operation, { kind: "public" }>;
const served = OPERATIONS.filter(
  (operation): operation is Permitted => operation.kind !== "public" && !operation.internal,
);
const open = OPERATIONS.filter((operation) => operation.kind === "public");
const CASES = served.map((operation) => ({ name: operation.name, operation }));

function sampleOf(operation: Operation): Sample {
  const sample = SAMPLES[operation.name];
  if (!sample) throw new Error(`Add a valid input of ${operation.name} to server/test/harness/samples.ts.`);
  return sample;
}

type Told = { status: number; output?: unknown; problem?: Record<string, unknown> };

async function ask(operation: Permitted, actor: Actor, input: unknown): Promise<Told> {
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
  expect(served.length).toBeGreaterThan(30);
  expect(Object.keys(SAMPLES).sort()).toEqual(served.map(({ name }) => name).sort());
  expect(Object.keys(PUBLIC_SAMPLES).sort()).toEqual(open.map(({ name }) => name).sort());
});

describe.concurrent.each(CASES)("$name", ({ operation }) => {
  it("succeeds for whoever may, with the status and the shape it promises", async () => {
    const scene = await aScene(app());
    const { by, input, refused } = sampleOf(operation);
    const told = await ask(operation, scene[by], await input(scene));
    expect(told).toMatchObject({ status: refused ?? operation.status ?? 200 });
    if (!refused) checkOutput(operation, told.output);
  });

  it("is forbidden without its permission, before its input is looked at, and changes nothing", async () => {
    const scene = await aScene(app());
    const { by, input } = sampleOf(operation);
    const permissions = new Set(["auth:read", "tasks:read", "agents:self"] as const);
    const actor: Actor = {
      ...scene[by],
      permissions: new Set([...permissions].filter((p) => p !== operation.permission)),
    };
    for (const given of [await input(scene), { unheard_of: 1 }]) {
      const told = await untouched(scene, () => ask(operation, actor, given));
      expect(told).toMatchObject({ status: 403, problem: { code: "forbidden" } });
    }
  });

  it("refuses what does not fit, names the field, and changes nothing", async () => {
    const scene = await aScene(app());
    const { by, input } = sampleOf(operation);
    const right = await input(scene);
    for (const { what, field, input: wrong } of faultsOf(operation, right)) {
      const told = await untouched(scene, () => ask(operation, scene[by], wrong));
      expect(told, what).toMatchObject({ status: 400, problem: { code: "invalid_input" } });
      const path = expect.stringMatching(`^/${field}(/|$)`);
      expect(told.problem?.errors, what).toContainEqual(expect.objectContaining({ path }));
    }
  });

  it("knows another workspace's rows no better than those that do not exist", async () => {
    const [mine, theirs] = [await aScene(app()), await aScene(app())];
    const sample = sampleOf(operation);
    const { by, own = [] } = sample;
    for (const field of idFields(operation).filter((name) => !own.includes(name))) {
      const input = inputWith(sample, field);
      const [right, foreign] = [await input(mine), await input(theirs)];
      expect(Object.keys(right), "the sample has a value for each id").toContain(field);
      const replaced = (id: string) => ({ ...right, [field]: Array.isArray(right[field]) ? [id] : id });
      const tell = async (id: string) => {
        const told = await untouched(mine, () => ask(operation, mine[by], replaced(id)));
        return JSON.parse(JSON.stringify(told).replaceAll(id, "ID")) as Told;
      };
      const before = await factsOf(app(), theirs.workspace.id);
      const [known, unknown] = [await tell(idIn(foreign[field])), await tell(uuidv7())];
      expect(known, field).toEqual(unknown);
      expect(await factsOf(app(), theirs.workspace.id)).toEqual(before);
      if (operation.kind !== "query") expect(known.problem, field).toMatchObject({ code: "not_found" });
    }
  });
});

describe.each(open.map((operation) => ({ name: operation.name, operation })))("$name", ({ operation }) => {
  const ask = (input: unknown) =>
    app().dispatcher.dispatchPublic(operation, { input, request: { ...requestInfo(), ip: anAddress() } });

  it("needs no credential, and answers with the status and the shape it promises", async () => {
    const { status, output } = await ask(await PUBLIC_SAMPLES[operation.name]?.(await aScene(app())));
    expect(status).toBe(operation.status ?? 200);
    checkOutput(operation, output);
  });

  it("refuses what does not fit and names the field", async () => {
    const right = (await PUBLIC_SAMPLES[operation.name]?.(await aScene(app()))) ?? {};
    for (const { what, field, input } of faultsOf(operation, right)) {
      await expect(ask(input), what).rejects.toMatchObject({
        code: "invalid_input",
        details: { errors: [{ path: `/${field}` }] },
      });
    }
  });
});
