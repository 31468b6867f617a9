import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { afterSignIn, isOwnPath } from "./after-sign-in.ts";

const plain = afterSignIn("http://127.0.0.1:7300");
/** The part of a `Set-Cookie` that a browser sends back. */
const sent = (cookie: string | undefined) => cookie?.split(";")[0];
const given = (value: string) => `bailiwick_next=${value}`;

const OWN = [
  "/",
  "/tasks",
  "/tasks/01985f3c?status=running&assigned=me#top",
  "/invitation?token=abc-_1",
  "/a//b",
  "/tasks?next=https://evil.example//x",
  "/%2F%2Fevil.example",
  "/caf%C3%A9?q='(*)!~",
  `/${"x".repeat(999)}`,
];

const FOREIGN = [
  "",
  "tasks",
  "https://evil.example",
  "javascript:alert(1)",
  "//evil.example",
  "///evil.example",
  "/\\evil.example",
  "\\/evil.example",
  "\\\\evil.example",
  "/tasks\\..\\evil",
  "/\t/evil.example",
  "/\n/evil.example",
  "/\r\nSet-Cookie: bailiwick_session=stolen",
  "\t//evil.example",
  " //evil.example",
  "/a b",
  "/\0",
  "/\u007f",
  "/é",
  "/\u2028",
  "/／evil.example",
  `/${"x".repeat(1_000)}`,
];

test.each(OWN)("%j is remembered as it is", (path) => {
  expect(plain.path(`a=b; ${sent(plain.keep(path))}; c=d`)).toBe(path);
});

describe("nowhere else leads", () => {
  test.each(FOREIGN)("%j: it is not written, and not used when another site wrote it", (path) => {
    expect(plain.keep(path)).toBeUndefined();
    expect(plain.path(given(encodeURIComponent(path)))).toBeUndefined();
    expect(plain.path(given(path))).toBeUndefined();
  });

  test.each(["%", "%2", "%zz", "%ff", "%2Ftasks%00", "%2F%2Fevil.example", "%2F%5Cevil.example", "x".repeat(3_001)])(
    "the value %j",
    (value) => expect(plain.path(given(value))).toBeUndefined(),
  );

  test("for every text, a redirect to the path stays on this server", () => {
    const near = fc.stringMatching(/^\/[/\\.\t\n@:a%2F5C?#]{0,12}$/);
    let held = 0;
    fc.assert(
      fc.property(fc.oneof(near, fc.string(), fc.webPath()), (path) => {
        if (!isOwnPath(path)) return;
        held++;
        expect(new URL(path, "https://own.example").origin).toBe("https://own.example");
        expect(plain.path(sent(plain.keep(path)))).toBe(path);
      }),
      { numRuns: 5_000, seed: 1 },
    );
    expect(held).toBeGreaterThan(500);
  });
});

test("only this host gets the cookie back, only for an hour, and no script reads it", () => {
  expect(plain.keep("/tasks?a=b")).toBe(
    "bailiwick_next=%2Ftasks%3Fa%3Db; Path=/; HttpOnly; SameSite=Lax; Max-Age=3600",
  );
  expect(plain.forget).toBe("bailiwick_next=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
  const secure = afterSignIn("https://bailiwick.example.com");
  expect(secure.keep("/tasks")).toBe(
    "__Host-bailiwick_next=%2Ftasks; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=3600",
  );
  expect(secure.path("bailiwick_next=%2Ftasks")).toBeUndefined();
  for (const none of [undefined, "", "bailiwick_next=", "xbailiwick_next=%2Fa"])
    expect(plain.path(none)).toBeUndefined();
});
