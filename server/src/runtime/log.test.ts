import { describe, expect, test } from "vitest";
import { Problem } from "../kernel/problem.ts";
import { createLog, neverLog } from "./log.ts";

/** Log lines must not contain these texts. */
const SECRET = "s3cr3tS3CR3Ts3cr3t";

function logged(write: (log: ReturnType<typeof createLog>) => void): string {
  const lines: string[] = [];
  write(createLog({ level: "trace", destination: { write: (line) => void lines.push(line) } }));
  const text = lines.join("");
  expect(() =>
    text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).not.toThrow();
  return text;
}

describe("a credential never reaches the log", () => {
  const names = [
    "authorization",
    "Authorization",
    "cookie",
    "set-cookie",
    "token",
    "key",
    "api_key",
    "apiKey",
    "x-api-key",
    "password",
    "secret",
    "client_secret",
    "masterKey",
    "session",
    "accessToken",
    "refresh_token",
    "Idempotency-Key",
  ];

  test.each(names)("as the field %s, at any depth", (name) => {
    const text = logged((log) => {
      log.info({ [name]: SECRET }, "top");
      log.info({ a: { b: [{ c: { [name]: SECRET } }] } }, "deep");
      log.info({ a: { [name]: [SECRET] } }, "list");
      log.info({ a: { [name]: { value: SECRET } } }, "object");
      log.child({ [name]: SECRET }).info("bindings");
      log.info({ err: Object.assign(new Error("x"), { [name]: SECRET, config: { headers: { [name]: SECRET } } }) });
      log.error(Object.assign(new Error("x", { cause: Object.assign(new Error("y"), { [name]: SECRET }) })));
    });
    expect(text).not.toContain(SECRET);
    expect(text).toContain("[hidden]");
  });

  test.each([
    `bw_agent_${SECRET}`,
    `prefix bw_${SECRET}, and more`,
    `Authorization: Bearer ${SECRET}`,
    `GET /sign-in?token=${SECRET} HTTP/1.1`,
    `http://127.0.0.1:7300/sign-in?a=b&token=${SECRET}#x`,
    `postgres://bailiwick:${SECRET}@db.example.org:5432/bailiwick`,
    `smtp://user%40example.org:${SECRET}@mail.example.org`,
    `whsec_${SECRET}=`,
    `bailiwick_session=${SECRET}; other=1`,
    `__Host-bailiwick_session=${SECRET}`,
  ])("inside the text %j", (text) => {
    const lines = logged((log) => {
      log.info(text);
      log.info({ note: text });
      log.info({ deep: [{ note: text }] }, text);
      log.info("with %s", text);
      log.error({ err: new Error(text) }, "failed");
      log.error(new Error("outer", { cause: new Error(text) }));
      log.warn({ err: new Problem("internal", text, { next_step: text }) });
    });
    expect(lines).not.toContain(SECRET);
  });
});

test("a value that is no credential stays", () => {
  const text = logged((log) => {
    log.info(
      { key_id: "k1", tokens_in: 12, request_id: "r1", monkey: "m", is_secret: true, secret: null },
      "It works.",
    );
  });
  expect(JSON.parse(text)).toMatchObject({
    level: "info",
    key_id: "k1",
    tokens_in: 12,
    request_id: "r1",
    is_secret: true,
    secret: null,
    msg: "It works.",
    time: expect.stringMatching(/Z$/),
  });
});

test("an error keeps its message, stack, code and cause", () => {
  const cause = new Error("below");
  const error = Object.assign(new Error("above", { cause }), { code: "42P01" });
  const line = JSON.parse(logged((log) => log.error({ err: error, request_id: "r1" }, "failed")));
  expect(line.err).toMatchObject({ message: "above", code: "42P01", cause: { message: "below" } });
  expect(line.err.stack).toContain("log.test.ts");
});

test("a value that JSON cannot hold does not break the line", () => {
  const circle: Record<string, unknown> = { big: 10n, bytes: Buffer.from("x"), at: new Date(0) };
  circle.self = circle;
  const line = JSON.parse(logged((log) => log.info({ circle, long: "x".repeat(100_000) }, "odd")));
  expect(line.circle).toMatchObject({
    big: "10",
    bytes: "[bytes]",
    self: "[left out]",
    at: "1970-01-01T00:00:00.000Z",
  });
  expect(line.long.length).toBeLessThan(11_000);
});

test("a secret of the process's settings is hidden everywhere, unless it is too short", () => {
  neverLog(["correct-horse-battery", "abc"]);
  const text = logged((log) => {
    log.warn({
      err: new Error("535 The password correct-horse-battery is wrong."),
      deep: [{ a: "correct-horse-battery" }],
    });
    log.info("correct-horse-battery, abc");
  });
  expect(text).not.toContain("correct-horse-battery");
  expect(text).toContain("abc");
});
