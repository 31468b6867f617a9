import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Problem } from "../../kernel/problem.ts";
import { readJson } from "./json.ts";

const refusal = (text: string | Buffer): Problem => {
  try {
    readJson(Buffer.from(text));
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  return expect.fail("The text was read.");
};

describe("a body that is not JSON", () => {
  test.each([
    ["abc", "Unexpected token 'a'"],
    ["", "Unexpected end of JSON input"],
    ['{"a": tru}', "Unexpected token '}'"],
    ['{\n  "a": 1,\n}', "position 12"],
    ["[1,2", "position 4"],
    ['"\\x"', "position 2"],
    ['{"a":1}x', "position 7"],
    ['{"a" 1}', "position 5"],
    ['{"a":"one\ntwo"}', "position 9"],
    ["[1}", "position 2"],
    ["{'a':1}", "position 1"],
    ["[1,]", "Unexpected token ']'"],
  ])("%j: %s", (text, where) => {
    const problem = refusal(text);
    expect(problem.code).toBe("invalid_input");
    expect(problem.message).toContain("The body is not JSON: ");
    expect(problem.message).toContain(where);
  });

  test("is refused when it is not UTF-8", () => {
    expect(refusal(Buffer.from([0x22, 0xff, 0x22])).message).toContain("UTF-8");
  });

  test("is quoted in a few characters, however long it is", () => {
    for (const text of ["[".repeat(1024 * 1024), `"${"a".repeat(1024 * 1024)}`, `${"[".repeat(1024 * 1024)}x`]) {
      expect(refusal(text).message.length).toBeLessThan(200);
    }
  });
});

test("every output of JSON.stringify is read back, and texts that JSON.parse refuses are refused", () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), fc.constantFrom("", "x", "}", '"', ",", " ", "\\", "1"), (json, place, extra) => {
      const at = place % (json.length + 1);
      const text = json.slice(0, at) + extra + json.slice(at + 1);
      const parsed = attempt(() => JSON.parse(text));
      const read = attempt(() => readJson(Buffer.from(text)));
      if (parsed.ok) expect(read.value).toEqual(parsed.value);
      else expect(read.ok).toBe(false);
    }),
  );
});

function attempt(work: () => unknown): { ok: boolean; value?: unknown } {
  try {
    return { ok: true, value: work() };
  } catch {
    return { ok: false };
  }
}

test("a byte order mark is no part of the text", () => {
  expect(readJson(Buffer.from('\ufeff{"a":1}'))).toEqual({ a: 1 });
});

test("a hundred thousand levels are read; refusing them is the dispatcher's", () => {
  const depth = 100_000;
  expect(readJson(Buffer.from("[".repeat(depth) + "]".repeat(depth)))).toBeInstanceOf(Array);
  expect(refusal("[".repeat(depth)).message).toContain("not JSON");
});
