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
    ["abc", "something else at line 1, column 1"],
    ["", "ends too early at line 1, column 1"],
    ['{"a": tru}', "something else at line 1, column 7"],
    ['{\n  "a": 1,\n}', "something else at line 3, column 1"],
    ["[1,2", "ends too early at line 1, column 5"],
    ['"\\x"', "something else at line 1, column 2"],
    ['{"a":1}x', "something else at line 1, column 8"],
    ['{"a" 1}', "something else at line 1, column 6"],
    ['{"a":"one\ntwo"}', "something else at line 1, column 10"],
    ["[1 2]", "something else at line 1, column 4"],
    ["[1}", "something else at line 1, column 3"],
    ["01", "something else at line 1, column 2"],
    ['{"a":"open', "ends too early at line 1, column 11"],
    ["{'a':1}", "something else at line 1, column 2"],
    ["[1,]", "something else at line 1, column 4"],
    ["{}{}", "something else at line 1, column 3"],
    ["NaN", "something else at line 1, column 1"],
  ])("%j: %s", (text, where) => {
    const problem = refusal(text);
    expect(problem.code).toBe("invalid_input");
    expect(problem.message).toContain(where);
  });

  test("is refused when it is not UTF-8", () => {
    expect(refusal(Buffer.from([0x22, 0xff, 0x22])).message).toContain("UTF-8");
  });

  test("is found quickly in a mebibyte, whatever is wrong with it", () => {
    const size = 1024 * 1024;
    const texts = [
      `"${"a".repeat(size)}`,
      `"${"\\n".repeat(size / 2)}`,
      "[".repeat(size),
      `[${" ".repeat(size)}`,
      "-".repeat(size),
    ];
    const start = performance.now();
    for (const text of texts) refusal(text);
    expect(performance.now() - start).toBeLessThan(3_000);
  });
});

test("whatever JSON.stringify writes is read back, and nothing JSON.parse refuses is", () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), fc.constantFrom("", "x", "}", '"', ",", " ", "\\", "1"), (json, place, extra) => {
      const at = place % (json.length + 1);
      const text = json.slice(0, at) + extra + json.slice(at + 1);
      if (text.includes("__proto__")) return;
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

test("a __proto__ anywhere is refused by its path, also when its letters are escaped", () => {
  expect(refusal('{"a":[{"__proto__":{"x":1}}]}').details.errors).toMatchObject([{ path: "/a/0/__proto__" }]);
  expect(refusal('{"\\u005f_proto__":1}').details.errors).toMatchObject([{ path: "/__proto__" }]);
  expect(readJson(Buffer.from('{"a":"__proto__"}'))).toEqual({ a: "__proto__" });
});

test("a byte order mark is no part of the text", () => {
  expect(readJson(Buffer.from('\ufeff{"a":1}'))).toEqual({ a: 1 });
});

test("a hundred thousand levels are read; refusing them is the dispatcher's", () => {
  const depth = 100_000;
  expect(readJson(Buffer.from("[".repeat(depth) + "]".repeat(depth)))).toBeInstanceOf(Array);
  expect(refusal("[".repeat(depth)).message).toContain("ends too early");
});
