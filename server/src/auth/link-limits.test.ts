/** The limits on requests for sign-in links. */
import { afterEach, describe, expect, test } from "vitest";
import { problemOf, requestInfo, useApp } from "../../test/harness/harness.ts";
import { times } from "../../test/harness/outcomes.ts";
import { requestMagicLink } from "./operations/request-magic-link.ts";
import { LINKS_OF_ADDRESS, LINKS_OF_NETWORK } from "./rules.ts";
import { anAddress, anEmail, redeem, requestLink } from "./test-sign-in.ts";

const app = useApp();
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
afterEach(() => {
  app().clock.offsetMs = 0;
  app().env.delivery = "terminal";
});

const request = (email: string, ip = anAddress()) =>
  app().dispatcher.dispatchPublic(requestMagicLink, { input: { email }, request: { ...requestInfo(), ip } });

/** Requests `count` links at once. Returns how many were given. */
async function given(count: number, email: (n: number) => string, ip: (n: number) => string): Promise<number> {
  const answers = await Promise.allSettled(times(count, (n) => request(email(n), ip(n))));
  for (const answer of answers) if (answer.status === "rejected") expect(answer.reason.code).toBe("rate_limited");
  return answers.filter(({ status }) => status === "fulfilled").length;
}

/** Uses up the network's limit of mails for a minute. */
const used = (ip: string) =>
  app().admin.query(
    `insert into request_buckets (bucket, times) values ('link network ' || caller_network($1), array_fill(bailiwick_now(), array[$2::int]))`,
    [ip, LINKS_OF_NETWORK.perMinute],
  );

describe("for one address, from one network", () => {
  test("five a minute are given, also to concurrent requests, and the wait is at most a minute", async () => {
    const [email, ip] = [anEmail(), anAddress()];
    const same = [() => email, () => ip] as const;
    expect(await given(20, ...same)).toBe(5);
    const { code, details } = await problemOf(request(email, ip));
    expect(code).toBe("rate_limited");
    expect(details.retry_after_seconds).toBeGreaterThan(0);
    expect(details.retry_after_seconds).toBeLessThanOrEqual(60);
  });

  test("twenty an hour are given", async () => {
    const [email, ip] = [anEmail(), anAddress()];
    const each = [];
    for (let minute = 0; minute < 5; minute++) {
      app().clock.offsetMs = minute * 1.1 * MINUTE_MS;
      each.push(
        await given(
          8,
          () => email,
          () => ip,
        ),
      );
    }
    expect(each).toEqual([5, 5, 5, 5, 0]);
    expect((await problemOf(request(email, ip))).details.retry_after_seconds).toBeGreaterThan(50 * 60);
    app().clock.offsetMs = 61 * MINUTE_MS;
    expect((await request(email, ip)).status).toBe(202);
  });

  test.each([
    ["2001:db8:1:2::1", "2001:db8:1:2:ffff::2"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["fe80::1%eth0", "fe80::2"],
  ])("%s and %s are one network", async (one, other) => {
    const email = anEmail();
    expect(
      await given(
        12,
        () => email,
        (n) => (n % 2 ? one : other),
      ),
    ).toBe(5);
  });
});

describe("one person cannot stop the sign-in of another", () => {
  test("an address that one network has used up still gets links from other networks", async () => {
    const email = anEmail();
    const onItsWay = await requestLink(app(), email);
    const attacker = anAddress();
    for (let minute = 0; minute < 5; minute++) {
      app().clock.offsetMs = minute * 1.1 * MINUTE_MS;
      await given(
        8,
        () => email,
        () => attacker,
      );
    }
    app().clock.offsetMs = 0;
    expect((await problemOf(redeem(app(), onItsWay))).code).toBe("invalid_token");
    await redeem(app(), await requestLink(app(), email));
  });

  test("all networks together get a hundred links an hour for one address", async () => {
    const email = anEmail();
    let count = 0;
    for (let round = 0; round < 6; round++) count += await given(20, () => email, anAddress);
    expect(count).toBe(LINKS_OF_ADDRESS.perHour);
  });

  test("a stranger behind a proxy that is not configured does not stop others behind it", async () => {
    app().env.delivery = "smtp";
    for (const proxy of ["127.0.0.1", "172.17.0.1", "10.0.0.7", "192.168.1.4", "::1", "fd00::1", "::ffff:10.1.1.1"]) {
      await used(proxy);
      expect(await given(2, anEmail, () => proxy), proxy).toBe(2);
    }
  });

  test("a network sends people only so many mails", async () => {
    const ip = "198.51.100.7";
    await used(ip);
    // Without a mail server, no mail is sent.
    expect(await given(2, anEmail, () => ip)).toBe(2);
    app().env.delivery = "smtp";
    expect(await given(2, anEmail, () => ip)).toBe(0);
    expect(await given(1, anEmail, () => "198.51.100.8")).toBe(1);
    app().clock.offsetMs = 1.1 * MINUTE_MS;
    expect(await given(2, anEmail, () => ip)).toBe(2);
  });
});

test("after the clock was set back by two hours, links are given and the limit holds", async () => {
  const [email, ip] = [anEmail(), anAddress()];
  const ask = () =>
    given(
      8,
      () => email,
      () => ip,
    );
  app().clock.offsetMs = 2 * HOUR_MS;
  expect(await ask()).toBe(5);
  app().clock.offsetMs = 0;
  expect(await ask()).toBe(5);
  expect((await problemOf(request(email, ip))).details.retry_after_seconds).toBeLessThanOrEqual(60);
});

test("requests of the command line, which have no address, have the same limit", async () => {
  expect((await request(anEmail(), "")).status).toBe(202);
});
