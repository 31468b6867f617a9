import { Ajv2020 } from "ajv/dist/2020.js";
import Type from "typebox";
import { describe, expect, test } from "vitest";
import { FAKE_OPERATIONS } from "../../../test/harness/fake-operations.ts";
import { type Operation, query } from "../../kernel/operation.ts";
import { Fields, Id, Literals, Nullable, Time } from "../../kernel/schema.ts";
import { OPERATIONS } from "../../operations.ts";
import { jsonText } from "./json-text.ts";
import { openApiDocument } from "./openapi.ts";

const documentOf = (operations: readonly Operation[]) =>
  JSON.parse(JSON.stringify(openApiDocument(operations, "1.2.3"))) as ReturnType<typeof openApiDocument>;
const json = documentOf(FAKE_OPERATIONS);
const all = Object.entries(json.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
);
/** The value that a reference points at, or the value itself. */
function target(value: unknown, document: unknown): unknown {
  const { $ref: pointer } = value as { $ref?: string };
  const steps = pointer?.slice("#/".length).split("/");
  return steps ? steps.reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], document) : value;
}

describe("the OpenAPI document", () => {
  test("has every operation on every route, under ids that differ", () => {
    for (const operation of FAKE_OPERATIONS) {
      for (const route of [operation.route, ...(operation.aliases ?? [])]) {
        const [method = "", path = ""] = route.split(" ");
        const found = json.paths[`/api${path}`]?.[method.toLowerCase()];
        const isInternal = operation.kind !== "public" && operation.internal;
        if (isInternal) expect(found).toBeUndefined();
        else expect(found?.operationId.startsWith(operation.name)).toBe(true);
      }
    }
    const ids = all.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(["system.health", "system.ready", "system.openapi", "system.live"]));
  });

  test("is OpenAPI 3.1: parameters declared once, bodies where they may be, every reference kept", () => {
    expect(json).toMatchObject({ openapi: "3.1.0", info: { title: "Bailiwick", version: "1.2.3" } });
    for (const { path, method, operation } of all) {
      const parameters = (operation.parameters ?? []) as { name?: string; in?: string; required?: boolean }[];
      const marks = parameters.map((parameter) => JSON.stringify([parameter.in, parameter.name, parameter]));
      expect(new Set(marks).size).toBe(marks.length);
      const inPath = parameters.filter((parameter) => parameter.in === "path");
      expect(inPath.map(({ name }) => `{${name}}`).sort()).toEqual([...(path.match(/\{[a-z_]+\}/g) ?? [])].sort());
      expect(inPath.every(({ required }) => required)).toBe(true);
      if (method === "get" || method === "delete") expect(operation.requestBody).toBeUndefined();
      expect(Object.keys(operation.responses).every((status) => /^[2-5][0-9]{2}$/.test(status))).toBe(true);
      expect(Object.keys(operation.responses).some((status) => status.startsWith("2"))).toBe(true);
    }
    for (const [, pointer = ""] of JSON.stringify(json).matchAll(/"\$ref":"([^"]+)"/g))
      expect(target({ $ref: pointer }, json), pointer).toBeDefined();
  });

  test("puts input where the request carries it", () => {
    const rename = json.paths["/api/things/{id}/rename"]?.post;
    expect(rename?.requestBody).toMatchObject({
      required: true,
      content: { "application/json": { schema: { required: ["name"], additionalProperties: false } } },
    });
    expect(JSON.stringify(rename?.requestBody)).not.toContain('"id"');
    expect(rename?.parameters).toContainEqual({ $ref: "#/components/parameters/IdempotencyKey" });
    const list = json.paths["/api/things"]?.get;
    const limit = { $ref: "#/components/schemas/PageLimit" };
    expect(list?.parameters).toContainEqual({ name: "limit", in: "query", schema: limit });
    expect(target(limit, json)).toEqual({ type: "integer", minimum: 1, maximum: 200, default: 50 });
    expect(list?.parameters).not.toContainEqual({ $ref: "#/components/parameters/IdempotencyKey" });
  });

  test("says what needs no credential, and what can go wrong with which status", () => {
    const open = all
      .filter(({ operation }) => operation.security?.length === 0)
      .map(({ operation }) => operation.operationId);
    expect(open.sort()).toEqual([
      "auth.logout",
      "auth.request_magic_link",
      "auth.verify",
      "system.health",
      "system.openapi",
      "system.ready",
      "webhooks.billing",
      "witness.add_checkpoint",
      "witness.get_key",
    ]);
    const rename = json.paths["/api/things/{id}/rename"]?.post?.responses ?? {};
    expect(Object.keys(rename)).toEqual(["201", "400", "401", "403", "404", "409", "413", "415", "429", "503"]);
    expect(target(rename["429"], json)).toMatchObject({
      headers: { RateLimit: { $ref: "#/components/headers/RateLimit" } },
    });
    expect(target(rename["409"], json)).toMatchObject({ description: "idempotency_mismatch, in_flight" });
    const unname = json.paths["/api/things/{id}/name"]?.delete?.responses ?? {};
    expect(Object.keys(unname)).toEqual(expect.arrayContaining(["413", "415"]));
    const wait = json.paths["/api/things/wait"]?.post?.responses ?? {};
    expect(target(wait["429"], json)).toMatchObject({ description: "overloaded, rate_limited" });
  });

  test("every operation with a credential may answer 404, for a workspace that is not the caller's", () => {
    const closed = all.filter(({ operation }) => operation.security === undefined);
    expect(closed.length).toBeGreaterThan(5);
    for (const { operation } of closed)
      expect(Object.keys(operation.responses), operation.operationId).toContain("404");
    const live = json.paths["/api/live"]?.get?.responses ?? {};
    expect(Object.keys(live)).toEqual(["200", "400", "401", "403", "404", "429", "503"]);
  });

  test("names the scalars of most operations, and lists the fields of a base once", () => {
    const lamp = Fields({ id: Id, name: Type.String(), room: Type.String(), watts: Type.Integer(), at: Time });
    const changed = Type.String({ ...Time, description: "The last change." });
    const detail = Fields({ ...lamp.properties, changed });
    const read = { permission: "audit:read", input: Fields({ id: Id }), problems: [] } as const;
    const one = { ...read, summary: "Read a lamp.", run: async () => ({}) as never };
    const { components, paths } = documentOf([
      query({ ...one, name: "lamps.get", route: "GET /lamps/{id}", output: detail }),
      query({ ...one, name: "lamps.find", route: "GET /lamps/{id}/found", output: lamp }),
    ]);
    const base = { $ref: "#/components/schemas/LampsFindOutput" };
    const time = { $ref: "#/components/schemas/Time" };
    expect(components.schemas?.LampsGetOutput).toEqual({
      type: "object",
      allOf: [base, { required: ["changed"], properties: { changed: { ...time, description: "The last change." } } }],
      unevaluatedProperties: false,
    });
    expect(components.schemas?.LampsFindOutput).not.toHaveProperty("additionalProperties");
    expect(paths["/api/lamps/{id}"]?.get?.parameters?.[0]).toMatchObject({
      schema: { $ref: "#/components/schemas/Id" },
    });
    const ajv = new Ajv2020({ strict: false, validateFormats: false }).addSchema({ components }, "lamps");
    const accepts = ajv.compile({ $ref: "lamps#/components/schemas/LampsGetOutput" });
    const valid = { id: "1", name: "Desk", room: "A", watts: 3, at: "2026-01-01", changed: "2026-01-01" };
    expect([accepts(valid), accepts({ ...valid, more: 1 }), accepts({ ...valid, name: 1 })]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test("declares each named shape and each problem response once, and points at it", () => {
    const state = Literals(["on", "off"], { title: "LampState" });
    const lamp = query({
      name: "lamps.get",
      summary: "Read a lamp.",
      route: "GET /lamps/{state}",
      permission: "audit:read",
      input: Fields({ state: Literals(["on", "off"], { title: "LampState", description: "Only these." }) }),
      output: Fields({ state, before: Nullable(state) }),
      problems: ["conflict"],
      run: async () => ({ state: "on" as const, before: null }),
    });
    const { paths, components } = documentOf([lamp]);
    const own = paths["/api/lamps/{state}"]?.get;
    const reference = { $ref: "#/components/schemas/LampState" };
    expect(components.schemas?.LampState).toEqual({ type: "string", enum: ["on", "off"] });
    expect(own?.parameters?.[0]).toMatchObject({ name: "state", schema: { ...reference, description: "Only these." } });
    expect(own?.responses["200"]).toMatchObject({
      content: {
        "application/json": {
          schema: { properties: { state: reference, before: { anyOf: [reference, { type: "null" }] } } },
        },
      },
    });
    expect(own?.responses["409"]).toEqual({ $ref: "#/components/responses/Conflict" });
    expect(components.responses?.Conflict).toMatchObject({ description: "conflict" });
  });
});

test.each([
  ["of this test", FAKE_OPERATIONS],
  ["all there are", OPERATIONS],
])("a validator resolves every reference and takes every schema of the operations %s", (_what, operations) => {
  const document = documentOf(operations);
  const ajv = new Ajv2020({ strictTypes: false, strictRequired: false, validateFormats: false });
  ajv.addVocabulary(Object.keys(document));
  ajv.addSchema(document, "document");
  const schemas = [...schemaPointers(document, "#")];
  expect(schemas.length).toBeGreaterThan(operations.length);
  for (const pointer of schemas) expect(() => ajv.compile({ $ref: `document${pointer}` }), pointer).not.toThrow();
  const broken = { ...document, components: { ...document.components, schemas: {} } };
  const blind = new Ajv2020({ strict: false, validateFormats: false }).addSchema(broken, "document");
  const pointing = schemas.find((pointer) => pointer.includes("/responses/") && pointer.startsWith("#/components"));
  expect(() => blind.compile({ $ref: `document${pointing}` })).toThrow(/can't resolve reference/);
});

/** Where the document holds a schema: below `schema`, and each of the components. */
function* schemaPointers(value: unknown, at: string): Generator<string> {
  if (value === null || typeof value !== "object") return;
  for (const [name, field] of Object.entries(value)) {
    const pointer = `${at}/${encodeURIComponent(name.replaceAll("~", "~0").replaceAll("/", "~1"))}`;
    if (name === "schema" || at === "#/components/schemas") yield pointer;
    else yield* schemaPointers(field, pointer);
  }
}

test("JSON for people is the same JSON, in lines of at most 120 characters where it can be", () => {
  const document = documentOf(OPERATIONS);
  expect(JSON.parse(jsonText(document))).toEqual(document);
  const longest = jsonText(document)
    .split("\n")
    .filter((line) => line.length > 120);
  // A text is never broken, also one with brackets.
  const textsLeftOut = longest.map((line) => line.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""'));
  expect(textsLeftOut.filter((line) => /[[{].*[\]}]/.test(line))).toEqual([]);
  expect(jsonText({ a: [], b: {}, c: [1, { d: null }] })).toBe('{ "a": [], "b": {}, "c": [1, { "d": null }] }');
  const long = "x".repeat(60);
  expect(jsonText({ a: [long, long] })).toBe(`{ "a": [\n  "${long}",\n  "${long}"\n] }`);
  expect(jsonText([long, 1, 2, long, 3])).toBe(`[\n  "${long}", 1, 2,\n  "${long}", 3\n]`);
  expect(jsonText({ a: [long], b: [2, 3, 4, 5, long] })).toBe(
    `{\n  "a": ["${long}"],\n  "b": [2, 3, 4, 5, "${long}"]\n}`,
  );
});
