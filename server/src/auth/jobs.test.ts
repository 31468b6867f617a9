import { afterEach, expect, test } from "vitest";
import { problemOf, useApp } from "../../test/harness/harness.ts";
import { runJobs } from "../../test/harness/team.ts";
import { authJobs } from "./jobs.ts";
import { anAddress, anEmail, requestLink, signIn, signOut } from "./test-sign-in.ts";

const app = useApp();
const DAY_MS = 86_400_000;
afterEach(() => {
  app().clock.offsetMs = 0;
  app().signals.forgetCredentials("all");
});

const sweep = () => runJobs(app(), authJobs());

async function count(from: string, values: unknown[] = []): Promise<number> {
  const { rows } = await app().admin.query(`select count(*)::int as n from ${from}`, values);
  return rows[0].n;
}

async function onDay(day: number): Promise<void> {
  app().clock.offsetMs = day * DAY_MS;
  app().signals.forgetCredentials("all");
  await sweep();
}

test("a session is kept for thirty days after its end, and for as long as it is used", async () => {
  const [ended, used] = [await signIn(app()), await signIn(app())];
  await signOut(app(), ended.session);
  const left = async () => [
    await count("sessions where user_id = $1", [ended.user.id]),
    await count("sessions where user_id = $1", [used.user.id]),
  ];
  await onDay(29);
  await app().authenticate({ session: used.session });
  expect(await left()).toEqual([1, 1]);
  await onDay(31);
  expect(await left()).toEqual([0, 1]);
  await app().authenticate({ session: used.session });
  // Unused since, it expired on day 61.
  await onDay(90);
  expect(await left()).toEqual([0, 1]);
  await onDay(92);
  expect(await left()).toEqual([0, 0]);
});

test("a link is kept for a day after it expired", async () => {
  const email = anEmail();
  await requestLink(app(), email);
  const left = () => count("sign_in_links where email = $1", [email]);
  await onDay(1);
  expect(await left()).toBe(1);
  await onDay(1.02);
  expect(await left()).toBe(0);
});

test("requests that still count are kept, and a locked count is skipped", async () => {
  const [email, ip] = [anEmail(), anAddress()];
  for (let n = 0; n < 5; n++) await requestLink(app(), email, ip);
  await sweep();
  expect((await problemOf(requestLink(app(), email, ip))).code).toBe("rate_limited");

  const holder = await app().admin.connect();
  try {
    await holder.query("begin");
    await holder.query("select from request_buckets where bucket = $1 for update", [`link email ${email}`]);
    // The other is of the address and the network together.
    await onDay(1);
    expect(await count("request_buckets")).toBe(1);
  } finally {
    await holder.query("rollback");
    holder.release();
  }
  await onDay(1);
  expect(await count("request_buckets")).toBe(0);
});

test("rows beyond one batch are deleted too", async () => {
  await app().admin.query(
    "insert into request_buckets (bucket, empty_at) select 'old ' || n, now() - interval '1 hour' from generate_series(1, 10001) n",
  );
  await sweep();
  expect(await count("request_buckets where bucket like 'old %'")).toBe(0);
});
