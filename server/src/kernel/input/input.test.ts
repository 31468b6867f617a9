import fc from "fast-check";
import Type from "typebox";
import { describe, expect, it } from "vitest";
import { Problem } from "../problem.ts";
import {
  Defaulted,
  Email,
  Fields,
  Id,
  INPUT_VALUES_MAX,
  JSON_DEPTH_MAX,
  JSON_DOCUMENT_BYTES_MAX,
  Json,
  JsonObject,
  PAGE_SIZE_DEFAULT,
  PageInput,
  Text,
  Time,
  Usd,
} from "../schema.ts";
import { inputReader } from "./input.ts";

const read = inputReader(
  Fields({
    title: Text(10),
    count: Type.Optional(Type.Integer({ minimum: 1, maximum: 5 })),
    isOpen: Type.Optional(Type.Boolean()),
    id: Type.Optional(Id),
    at: Type.Optional(Time),
    mail: Type.Optional(Email),
    cost: Type.Optional(Usd),
    note: Type.Optional(Json),
    object: Type.Optional(JsonObject),
    list: Type.Optional(Type.Array(Type.Unknown())),
    ids: Type.Optional(Type.Array(Id, { maxItems: 50, uniqueItems: true })),
    inside: Type.Optional(Fields({ deep: Fields({ name: Text(5) }) })),
  }),
);

const ID = "0198c0de-aaaa-7bbb-8ccc-00000000000e";

describe("ids", () => {
  const inside = inputReader(
    Fields({
      id: Id,
      none: Type.Optional(Type.Union([Id, Type.Null()])),
      ids: Type.Optional(Type.Array(Id, { uniqueItems: true })),
      subject: Type.Optional(Fields({ id: Id, name: Type.String() })),
      note: Type.Optional(Json),
    }),
  );

  it("are read in lower case wherever the shape has them, and other texts are kept", () => {
    const upper = ID.toUpperCase();
    const given = { id: upper, none: upper, ids: [upper], subject: { id: upper, name: upper }, note: { id: upper } };
    const expected = { id: ID, none: ID, ids: [ID], subject: { id: ID, name: upper }, note: { id: upper } };
    expect(inside(given).fields).toEqual(expected);
    expect(given.id).toBe(upper);
  });

  it("are the same in upper and in lower case", () => {
    expect(() => inside({ id: ID, ids: [ID, ID.toUpperCase()] })).toThrow(Problem);
  });

  it("of the wrong form are refused as before", () => {
    for (const wrong of [
      null,
      1,
      [],
      ["x"],
      { id: 1 },
      { id: ID, ids: ID },
      { id: ID, subject: [] },
      { id: ID, ids: [1] },
    ]) {
      expect(() => inside(wrong)).toThrow(Problem);
    }
  });
});

function problemOf(input: unknown): Problem {
  try {
    read(input);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  return expect.fail(`The input was taken: ${JSON.stringify(input)?.slice(0, 200)}`);
}

function pathsOf(input: unknown): string[] {
  const { code, details } = problemOf(input);
  expect(code).toBe("invalid_input");
  return (details.errors ?? []).map(({ path }) => path);
}

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = level % 2 ? [value] : { value };
  return value;
}

describe("input", () => {
  it("returns what fits, as it came, and how many bytes it has", () => {
    const input = { title: "A title", count: 5, note: { any: ["thing", null, 1.5, { of: "it" }] } };
    const bytes = ['"A title"', "5", '{"any": ["thing", null, 1.5, {"of": "it"}]}'].join("").length;
    expect(read(input)).toEqual({ given: input, fields: input, bytes });
  });

  it("names each field that does not fit, and never turns one type into another", () => {
    const wrong: [string, unknown][] = [
      ["title", ""],
      ["title", "   "],
      ["title", "x".repeat(11)],
      ["title", 5],
      ["title", null],
      ["count", "3"],
      ["count", 1.5],
      ["count", 6],
      ["count", null],
      ["isOpen", "true"],
      ["isOpen", 1],
      ["id", "0190"],
      ["id", "0190aaaa-0000-7000-8000-00000000000g"],
      ["at", "yesterday"],
      ["at", "2026-02-30T00:00:00Z"],
      ["at", "9999999-01-01T00:00:00Z"],
      ["mail", "nobody"],
      ["cost", -1],
      ["cost", Number.NaN],
      ["cost", Number.POSITIVE_INFINITY],
      ["object", []],
      ["object", "{}"],
      ["list", {}],
      ["inside", { deep: { name: "x", more: 1 } }],
    ];
    for (const [field, value] of wrong) {
      const [path = ""] = pathsOf({ title: "A title", [field]: value });
      expect(path.startsWith(`/${field}`), `${field} = ${JSON.stringify(value)} named ${path}`).toBe(true);
    }
  });

  it("names unknown and missing fields, also inside others", () => {
    expect(pathsOf({ title: "x", Title: "y" })).toEqual(["/Title"]);
    expect(pathsOf({})).toEqual(["/title"]);
    expect(pathsOf({ title: "x", inside: { deep: { name: "x", more: 1 } } })).toEqual(["/inside/deep/more"]);
    expect(pathsOf(JSON.parse('{"title": "x", "__proto__": {"isOpen": true}}'))).toEqual(["/__proto__"]);
    expect(problemOf({ title: "x", more: 1 }).message).toBe("more: is not a field of this operation.");
  });

  it("is refused by the shape alone, with any number of unknown fields next to a wrong one", () => {
    for (const count of [1, 7, 8, 9, 20, 1_000]) {
      const unknown = Object.fromEntries(Array.from({ length: count }, (_, index) => [`zz${index}`, true]));
      expect(pathsOf({ title: "x", ...unknown })[0]).toBe("/zz0");
      expect(pathsOf({ title: 5, ...unknown })).toHaveLength(Math.min(20, count + 1));
      const nested = pathsOf({ title: "x", inside: { deep: { name: "x", ...unknown } } });
      expect(nested[0]).toMatch(count < 500 ? "/inside/deep/zz" : "/inside");
      expect(pathsOf({ title: "x", inside: { deep: { name: 5, ...unknown } } })[0]).toMatch("/inside");
      expect(pathsOf({ title: "x", ids: Object.keys(unknown) })[0]).toMatch("/ids");
    }
  });

  it("refuses a __proto__ at any depth, by its path", () => {
    const note = JSON.parse('{"a": [{"\\u005f_proto__": {"x": 1}}]}');
    expect(pathsOf({ title: "x", note })).toEqual(["/note/a/0/__proto__"]);
    expect(pathsOf({ title: "x", object: JSON.parse('{"__proto__": 1}') })).toEqual(["/object/__proto__"]);
    expect(takes({ title: "x", note: "__proto__" })).toBe(true);
  });

  it("refuses numbers that are long when written out, and says what to do", () => {
    for (const number of [1e40, -1e40, 1e308, -1.7e308, 1e-40, 1.5e-39, 5e-324]) {
      const problem = problemOf({ title: "x", note: { a: [number] } });
      expect(problem.details.errors).toMatchObject([{ path: "/note/a/0" }]);
      expect(problem.message).toContain("Send it as text");
    }
    for (const number of [1e39, -9.99e39, 1e21, 2 ** 53, 1e-39, -1.5e-38, 0, -0, 0.1, 123456.789]) {
      expect(takes({ title: "x", note: { a: [number] } }), String(number)).toBe(true);
    }
  });

  it("checks a bounded number of values for any input", () => {
    const long = (count: number, value: unknown) => watched(Array.from({ length: count }, () => value));
    const bodies: [string, (list: unknown[]) => unknown][] = [
      ["/note", (note) => ({ title: "x", note })],
      ["/ids", (ids) => ({ title: "x", ids })],
      ["/title", (title) => ({ title })],
      ["/inside", (inside) => ({ title: "x", inside })],
      ["/zz", (zz) => ({ title: "x", zz })],
    ];
    for (const [path, body] of bodies) {
      for (const value of [1, {}, [], "text"]) {
        const { list, reads } = long(200_000, value);
        expect(pathsOf(body(list))).toEqual([path]);
        expect(reads(), path).toBeLessThanOrEqual(INPUT_VALUES_MAX + 1);
      }
    }
    const { list, reads } = long(INPUT_VALUES_MAX - 2, 1);
    expect(takes({ title: "x", note: list })).toBe(true);
    expect(takes({ title: "x", note: list, cost: 1 }), "all fields count together").toBe(false);
    expect(reads()).toBeLessThanOrEqual(2 * INPUT_VALUES_MAX);
    const names = Array.from({ length: 95_000 }, (_, index): [string, number] => [`zz${index}`, index]);
    const unknown = watched(Object.fromEntries(names));
    expect(pathsOf(unknown.list)).toHaveLength(20);
    expect(unknown.reads()).toBe(0);
  });

  it("refuses an input that is not an object", () => {
    for (const input of [undefined, null, 5, "text", [], [{ title: "x" }], true]) expect(pathsOf(input)).toEqual([""]);
  });

  it("refuses NUL and half surrogate pairs, in values and in names, at any depth", () => {
    for (const text of ["a\0b", "\ud800", "b\udc00c", "\ude00\ud83d"]) {
      expect(pathsOf({ title: text })).toEqual(["/title"]);
      expect(pathsOf({ title: "x", note: { a: [text] } })).toEqual(["/note/a/0"]);
      expect(pathsOf({ title: "x", object: { [text]: 1 } })).toEqual(["/object"]);
    }
    expect(read({ title: "😀", note: "😀" }).fields).toMatchObject({ note: "😀" });
  });

  it("accepts exactly the texts that PostgreSQL can store", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 20 }), (text) => {
        const fits = text.isWellFormed() && !text.includes("\0");
        expect(takes({ title: "x", note: text })).toBe(fits);
      }),
      { numRuns: 200 },
    );
  });

  it("is nested at most 64 levels deep, in lists and in objects", () => {
    expect(takes({ title: "x", note: nested(JSON_DEPTH_MAX - 1) })).toBe(true);
    expect(problemOf({ title: "x", note: nested(JSON_DEPTH_MAX) }).message).toContain("64 levels");
    expect(problemOf({ title: "x", note: nested(50_000) }).message).toContain("64 levels");
  });

  it("accepts documents of at most 256 KiB, measured as they are stored", () => {
    const fits = { note: "x".repeat(JSON_DOCUMENT_BYTES_MAX - 2) };
    expect(takes({ title: "x", ...fits })).toBe(true);
    const tooLarge = [
      { note: "x".repeat(JSON_DOCUMENT_BYTES_MAX - 1) },
      { note: "😀".repeat(JSON_DOCUMENT_BYTES_MAX / 4) },
      { note: { text: "x".repeat(JSON_DOCUMENT_BYTES_MAX) } },
      { object: { text: "\u0001".repeat(JSON_DOCUMENT_BYTES_MAX / 6) } },
      { list: Array.from({ length: JSON_DOCUMENT_BYTES_MAX / 20 }, () => "x".repeat(17)) },
      // A space follows each comma, and each number is written out: 42 bytes in place of 5.
      { list: Array.from({ length: JSON_DOCUMENT_BYTES_MAX / 42 + 1 }, () => 1e39) },
    ];
    for (const field of tooLarge) {
      expect(pathsOf({ title: "x", ...field })).toEqual([`/${Object.keys(field)[0]}`]);
    }
  });

  it("fills in the defaults of fields that the caller left out, and keeps what was given", () => {
    const readPage = inputReader(
      Fields({ ...PageInput, open: Defaulted(Type.Boolean(), true), note: Type.Optional(Json) }),
    );
    expect(readPage({})).toMatchObject({ given: {}, fields: { limit: PAGE_SIZE_DEFAULT, open: true } });
    expect(readPage({ open: undefined }).fields.open).toBe(true);
    const given = { limit: 3, open: false, note: null };
    expect(readPage(given)).toMatchObject({ given, fields: given });
  });

  it("lists at most twenty errors", () => {
    const fields = Array.from({ length: 100 }, (_, index) => [`field${index}`, "\0"]);
    expect(pathsOf({ title: "x", ...Object.fromEntries(fields) })).toHaveLength(20);
  });

  it("returns the input or throws a Problem for any JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.jsonValue({ maxDepth: 3 }), (whole, field) => {
        takes(whole);
        takes({ title: "x", note: field, inside: field, list: field });
      }),
      { numRuns: 500 },
    );
  });
});

/** Counts the reads of a part. */
function watched<T extends object>(value: T): { list: T; reads: () => number } {
  let count = 0;
  const list = new Proxy(value, {
    get(target, name, receiver) {
      if (name !== "length" && Object.hasOwn(target, name)) count++;
      return Reflect.get(target, name, receiver);
    },
  });
  return { list, reads: () => count };
}

function takes(input: unknown): boolean {
  try {
    read(input);
    return true;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    expect(error.code).toBe("invalid_input");
    return false;
  }
}
