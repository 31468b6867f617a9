/** The limits of sign-in on two servers that share only the database. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { anEmail, redeem, requestLink } from "../src/auth/test-sign-in.ts";
import type { HttpServer } from "../src/surfaces/http/server.ts";
import { createSecondApp, factsOf, type TestApp, useApp } from "./harness/harness.ts";
import { times } from "./harness/outcomes.ts";
import { anAddress } from "./harness/scene.ts";
import { createWeb } from "./harness/web.ts";

const app = useApp();
const MINUTE_MS = 60_000;
const PROXY = "10.9.8.7";
let apps: TestApp[];
let direct: HttpServer[];
let proxied: HttpServer[];
beforeAll(() => {
  apps = [app(), createSecondApp(app())];
  direct = apps.map((one) => createWeb(one));
  proxied = apps.map((one) => createWeb(one, { trustedProxies: [PROXY] }));
});
afterAll(async () => {
  await Promise.all([...direct, ...proxied].map((web) => web.app.close()));
  await apps[1]?.close();
});
afterEach(() => at(0));

const turn = <T>(all: readonly T[], n: number): T => all[n % all.length] as T;
const at = (offsetMs: number) => {
  for (const { clock } of apps) clock.offsetMs = offsetMs;
};
/** The network of a household, with another address for each turn. */
function aNetwork(): (n: number) => string {
  const network = anAddress().replace("::1", "");
  return (n) => `${network}:${(n + 1).toString(16)}:2:3:4`;
}

/** Sends requests to both servers at once. Returns the number of issued links. */
async function issued(count: number, email: (n: number) => string, ip: (n: number) => string): Promise<number> {
  const answers = await Promise.allSettled(times(count, (n) => requestLink(turn(apps, n), email(n), ip(n))));
  for (const answer of answers) {
    if (answer.status === "rejected") expect(answer.reason.code).toBe("rate_limited");
  }
  return answers.filter(({ status }) => status === "fulfilled").length;
}

describe("links requested on two servers at once", () => {
  it("are five a minute and twenty an hour for an address from one network, and as many again an hour later", async () => {
    for (const ip of [() => "198.51.100.7", aNetwork()]) {
      const email = anEmail();
      const given = [];
      for (let minute = 0; minute < 6; minute++) {
        at(minute * 1.1 * MINUTE_MS);
        given.push(await issued(16, () => email, ip));
      }
      expect(given).toEqual([5, 5, 5, 5, 0, 0]);
      at(70 * MINUTE_MS);
      expect(await issued(16, () => email, ip)).toBe(5);
      at(0);
    }
  });

  it("are counted per network: a neighbour has another count", async () => {
    const [email, neighbours] = [anEmail(), times(16, anAddress)];
    expect(
      await issued(
        16,
        () => email,
        (n) => neighbours[n] ?? "",
      ),
    ).toBe(16);
  });

  it("that are refused do not count, for the network or for the address", async () => {
    const [email, ip] = [anEmail(), anAddress()];
    const ask = () =>
      issued(
        10,
        () => email,
        () => ip,
      );
    expect([await ask(), await ask()]).toEqual([5, 0]);
    const sql = "select cardinality(times) as n from request_buckets where bucket = $1";
    const { rows } = await app().admin.query(sql, [`link email ${email}`]);
    expect(rows).toEqual([{ n: 5 }]);
  });
});

describe("a caller's address", () => {
  /** The number of successful requests out of ten, on both servers at once. */
  async function through(webs: HttpServer[], forwarded: (n: number) => string, remoteAddress: string): Promise<number> {
    const email = anEmail();
    const answers = await Promise.all(
      times(10, (n) =>
        turn(webs, n).app.inject({
          method: "POST",
          url: "/api/auth/request-magic-link",
          payload: { email },
          headers: { "x-forwarded-for": forwarded(n) },
          remoteAddress,
        }),
      ),
    );
    const statuses = answers.map(({ statusCode }) => statusCode);
    expect(statuses.filter((status) => status !== 202 && status !== 429)).toEqual([]);
    for (const { statusCode, headers } of answers)
      if (statusCode === 429) expect(Number(headers["retry-after"])).toBeGreaterThan(0);
    return statuses.filter((status) => status === 202).length;
  }

  it("is the one that a trusted proxy reports: each of its callers has a separate limit", async () => {
    const callers = times(10, anAddress);
    expect(await through(proxied, (n) => callers[n] ?? "", PROXY)).toBe(10);
  });

  it("is the one that the proxy saw, not one that the caller puts before it", async () => {
    const caller = anAddress();
    expect(await through(proxied, () => `${anAddress()}, ${caller}`, PROXY)).toBe(5);
    // A caller that claims the proxy's own address gains nothing either.
    const other = anAddress();
    expect(await through(proxied, () => `${anAddress()}, ${other}, ${PROXY}`, PROXY)).toBe(5);
  });

  it("is that of the socket when the proxy reports no valid address", async () => {
    expect(await through(proxied, (n) => `nonsense ${n}`, PROXY)).toBe(5);
  });

  it("is that of the socket for callers that are no trusted proxy, and when there is none", async () => {
    expect(await through(proxied, anAddress, "192.0.2.44")).toBe(5);
    expect(await through(direct, anAddress, "192.0.2.45")).toBe(5);
  });
});

it("one token used sixteen times at once on two servers gives one session and one fact", async () => {
  const token = await requestLink(app(), anEmail());
  const answers = await Promise.allSettled(times(16, (n) => redeem(turn(apps, n), token)));
  const won = answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
  const lost = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason.code] : []));
  expect([won.length, new Set(lost)]).toEqual([1, new Set(["invalid_token"])]);
  const [{ user, workspace } = { user: { id: "" }, workspace: { id: "" } }] = won;
  const { rows } = await app().admin.query("select from sessions where user_id = $1", [user.id]);
  expect(rows).toHaveLength(1);
  expect(await factsOf(app(), workspace.id)).toHaveLength(1);
});
