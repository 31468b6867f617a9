import { expect, test } from "vitest";
import { BailiwickError } from "../../../sdk/src/error.ts";
import { invalid, Problem } from "../kernel/problem.ts";
import { describeFailure } from "./failure.ts";

test.each([
  [invalid("/title", "is required."), "invalid_input (400): title: is required."],
  [
    new Problem("forbidden", "Not you.", { next_step: "Ask an admin." }),
    "forbidden (403): Not you. Next: Ask an admin.",
  ],
  [
    new BailiwickError({
      code: "invalid_input",
      status: 400,
      detail: "a: is required.",
      errors: [
        { path: "/a", message: "is required." },
        { path: "/b/c", message: "is too long." },
      ],
    }),
    "invalid_input (400): a: is required. b.c: is too long.",
  ],
  [
    new BailiwickError(
      { code: "unreachable", status: 0, detail: "The server did not answer." },
      new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED 127.0.0.1:7300") }),
    ),
    "unreachable: The server did not answer. connect ECONNREFUSED 127.0.0.1:7300. Check that the server runs and that the address is right.",
  ],
  [
    Object.assign(new AggregateError([], ""), { code: "ECONNREFUSED" }),
    "The database cannot be reached: ECONNREFUSED. Check DATABASE_URL.",
  ],
  [
    Object.assign(new Error('database "x" does not exist'), { code: "3D000" }),
    'The database refuses the connection: database "x" does not exist. Check DATABASE_URL.',
  ],
  [new Error("two\n  lines"), "two lines"],
])("%s is one line", (error, line) => {
  expect(describeFailure(error)).toBe(line);
});
