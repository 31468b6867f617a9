/** The two walls round a workspace, together and each alone: callers from outside see, distinguish and change nothing. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aBusyScene } from "./harness/canaries.ts";
import { createSecondApp, type TestApp, useApp } from "./harness/harness.ts";
import {
  followOthers,
  repeatCallsOfOthers,
  useCursorsOfOthers,
  waitForWorkOfOthers,
} from "./harness/isolation-crossings.ts";
import { type Ground, intrude } from "./harness/isolation-walk.ts";
import { named, SERVED } from "./harness/served.ts";
import { unpredicated, withoutPolicies } from "./harness/walls.ts";
import { createWeb, credentialsOf } from "./harness/web.ts";

const WALKED = named(SERVED);

/** A ground with the given walls. */
function useGround({ predicates, policies }: { predicates: boolean; policies: boolean }) {
  const app = useApp();
  const statements = unpredicated();
  let tried: TestApp;
  let ground: Ground;
  beforeAll(async () => {
    if (!policies) await withoutPolicies(app());
    tried = createSecondApp(app(), { env: app().env, ...(!predicates && { onConnect: statements.onConnect }) });
    const busy = await aBusyScene(app());
    const theirs = {
      owner: await credentialsOf(busy, "owner"),
      viewer: await credentialsOf(busy, "viewer"),
      agent: await credentialsOf(busy, "agent"),
    };
    ground = { app: app(), web: createWeb(tried), busy, theirs };
  });
  afterAll(async () => {
    await ground.web.close();
    await tried.close();
  });
  return { ground: () => ground, ran: statements.ran };
}

/** Everything that must hold behind the walls that stand. */
function itHolds(ground: () => Ground): void {
  it.each(WALKED)("$name shows, tells and changes nothing", async ({ operation }) => {
    expect(await intrude(ground(), operation)).toEqual([]);
  });
  nothingCrosses(ground);
}

function nothingCrosses(ground: () => Ground): void {
  it("a cursor leads nowhere outside its own workspace", async () => {
    expect(await useCursorsOfOthers(ground())).toBeGreaterThanOrEqual(6);
  });
  it("an idempotency key means nothing outside its own workspace", () => repeatCallsOfOthers(ground()));
  it("a long poll waits for the work of its own workspace alone", () => waitForWorkOfOthers(ground()));
  it("a live stream tells the facts of its own workspace alone", () => followOthers(ground()));
}

/** Each wall alone stops every operation below, so here only that both work together. */
describe("with both walls", () => {
  nothingCrosses(useGround({ predicates: true, policies: true }).ground);
});

describe("with row-level security alone", () => {
  const { ground, ran } = useGround({ predicates: false, policies: true });
  itHolds(ground);
  it("ran without its predicates: a wall that stands untouched proves nothing", () => {
    expect(ran.size).toBeGreaterThanOrEqual(25);
  });
});

describe("with the predicates alone", () => {
  itHolds(useGround({ predicates: true, policies: false }).ground);
});

describe("with neither", () => {
  const { ground } = useGround({ predicates: false, policies: false });
  it("everything is open: the walk notices it", async () => {
    const seen: string[][] = [];
    const half = WALKED.filter((_, place) => place % 2 === 0);
    for (const { operation } of half) seen.push(await intrude(ground(), operation));
    const open = (what: RegExp) => seen.filter((faults) => faults.some((fault) => what.test(fault))).length;
    expect(open(/was shown/)).toBeGreaterThan(15);
    expect(open(/could distinguish/)).toBeGreaterThan(15);
    expect(open(/were changed/)).toBeGreaterThan(5);
  }, 300_000);
});
