/** Every operation over HTTP and as a tool, with real credentials: the same rules, and the same answers. */
import { uuidv7 } from "uuidv7";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OPERATIONS } from "../src/operations.ts";
import type { HttpServer } from "../src/surfaces/http/server.ts";
import { checkOutput, factsOf, useApp } from "./harness/harness.ts";
import { idFields } from "./harness/input-faults.ts";
import { PUBLIC_SAMPLES, SAMPLES } from "./harness/samples.ts";
import { aScene } from "./harness/scene.ts";
import { named, SERVED, sampleOf } from "./harness/served.ts";
import { callTool, createWeb, credentialsOf, isTool, rest, type WebAnswer, withoutChance } from "./harness/web.ts";
import { withNulls } from "./harness/with-nulls.ts";

const app = useApp();
let web: HttpServer;
beforeAll(() => {
  web = createWeb(app());
});
afterAll(() => web.app.close());

const tools = SERVED.filter(isTool);
type Input = Record<string, unknown>;

/** Every credential may ask who it is, and who may what. */
const FOR_ALL = ["auth.me", "permissions.list"];

/** Without what differs each time: ids, times, secrets, the request, and whether an agent's call is noted yet. */
function alike({ status, body }: WebAnswer): unknown {
  const text = withoutChance(JSON.stringify({ status, body: { ...body, request_id: undefined } }));
  return JSON.parse(
    text
      .replaceAll(/"last_seen_at":(?:null|"TIME")/g, '"last_seen_at":"ANY"')
      .replaceAll(/"state":"(?:offline|online)"/g, '"state":"ANY"'),
  );
}

it("the surfaces serve every served operation", () => {
  expect(SERVED.length).toBeGreaterThan(30);
  expect(tools.length).toBeGreaterThan(20);
  expect(tools.map(({ name }) => name)).toEqual(
    tools.filter(({ name }) => SAMPLES[name]?.by === "agent").map(({ name }) => name),
  );
});

describe.concurrent.each(named(SERVED))("$name over HTTP", ({ operation }) => {
  it("is 401 without a credential or with a wrong one, and names a field that it does not know", async () => {
    const scene = await aScene(app());
    const { by, input } = sampleOf(operation);
    const sent = { ...(await input(scene)), unheard_of: 1 };
    const headers = await credentialsOf(scene, by);
    const before = await factsOf(app(), scene.workspace.id);
    for (const headers of [{}, { authorization: "Bearer bw_agent_wrong" }, { cookie: "bailiwick_session=wrong" }]) {
      for (const input of [{ id: uuidv7() }, { id: "no id", unheard_of: 1 }]) {
        const answer = await rest(web, operation, input, headers);
        expect(answer).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
      }
    }
    const answer = await rest(web, operation, sent, headers);
    expect(answer).toMatchObject({ status: 400, body: { code: "invalid_input", errors: [{ path: "/unheard_of" }] } });
    expect(await factsOf(app(), scene.workspace.id)).toEqual(before);
  });

  it.skipIf(FOR_ALL.includes(operation.name))("is 403 for a credential without the permission", async () => {
    const scene = await aScene(app());
    const input = await sampleOf(operation).input(scene);
    let refusals = 0;
    for (const who of ["viewer", "agent", "ingest"] as const) {
      const headers = await credentialsOf(scene, who);
      const before = await factsOf(app(), scene.workspace.id);
      const answer = await rest(web, operation, input, headers);
      if (answer.status !== 403) continue;
      refusals++;
      expect(answer.body).toMatchObject({ code: "forbidden", request_id: expect.any(String) });
      expect(await factsOf(app(), scene.workspace.id)).toEqual(before);
    }
    expect(refusals).toBeGreaterThan(0);
  });

  it("succeeds by every route, with the status and the shape it promises", async () => {
    for (const route of [operation.route, ...(operation.aliases ?? [])]) {
      const scene = await aScene(app());
      const { by, input, refused } = sampleOf(operation);
      const answer = await rest(web, { route }, await input(scene), await credentialsOf(scene, by));
      expect(answer, route).toMatchObject({ status: refused ?? operation.status ?? 200 });
      if (!refused) checkOutput(operation, answer.body);
    }
  });
});

describe.concurrent.each(named(tools))("$name as a tool", ({ operation }) => {
  const { input } = sampleOf(operation);

  /** Two workspaces that are alike, each with a right input and an agent's credential. */
  async function aPair() {
    const scenes = [await aScene(app()), await aScene(app())];
    const sides = scenes.map(async (scene) => ({
      right: await input(scene),
      headers: await credentialsOf(scene, "agent"),
    }));
    const [one, two] = await Promise.all(sides);
    if (!one || !two) throw new Error("There are two.");
    return async (change: (right: Input) => Input = (right) => right): Promise<[WebAnswer, WebAnswer]> => {
      const [overHttp, asTool] = await Promise.all([
        rest(web, operation, change(one.right), one.headers),
        callTool(web, operation, change(two.right), two.headers),
      ]);
      if (asTool.status >= 400) return [overHttp, asTool];
      // The body of an answer is an object.
      return [overHttp, { ...asTool, body: withNulls(operation.output, asTool.body) as WebAnswer["body"] }];
    };
  }

  it("returns the answer of REST, when its null fields are put back", async () => {
    const onBoth = await aPair();
    const [overHttp, asTool] = await onBoth();
    expect(alike(asTool)).toEqual(alike(overHttp));
    checkOutput(operation, asTool.body);
  });

  it("refuses what REST refuses, with the same message", async () => {
    const onBoth = await aPair();
    const [overHttp, asTool] = await onBoth((right) => ({ ...right, unheard_of: 1 }));
    expect(alike(asTool)).toEqual(alike(overHttp));
    expect(asTool.status).toBe(400);
    for (const field of idFields(operation)) {
      const answers = await onBoth((right) => ({
        ...right,
        [field]: Array.isArray(right[field]) ? [uuidv7()] : uuidv7(),
      }));
      expect(alike(answers[1]), field).toEqual(alike(answers[0]));
    }
  });

  it("needs a key", async () => {
    expect(await callTool(web, operation, {}, {})).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
  });
});

describe("what is no tool, or not served", () => {
  it("cannot be called as one", async () => {
    const headers = await credentialsOf(await aScene(app()), "agent");
    const others = OPERATIONS.filter((operation) => !tools.some((tool) => tool === operation));
    expect(others.length).toBeGreaterThan(5);
    for (const operation of others) {
      await expect(callTool(web, operation, {}, headers), operation.name).rejects.toThrow();
    }
  });

  it("has no route when it is internal", async () => {
    const headers = await credentialsOf(await aScene(app()), "owner");
    const internal = OPERATIONS.filter((operation) => operation.kind !== "public" && operation.internal);
    expect(internal.length).toBeGreaterThan(0);
    for (const operation of internal) {
      expect((await rest(web, operation, {}, headers)).status, operation.name).toBe(404);
    }
  });

  it.each(named(OPERATIONS.filter(({ kind }) => kind === "public")))(
    "$name needs no credential",
    async ({ operation }) => {
      const input = (await PUBLIC_SAMPLES[operation.name]?.(await aScene(app()))) ?? {};
      const answer = await rest(web, operation, input, {});
      expect(answer.status).toBe(operation.status ?? 200);
      checkOutput(operation, answer.body);
    },
  );
});
