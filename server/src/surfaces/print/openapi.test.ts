import { describe, expect, test } from "vitest";
import { TEST_OPERATIONS } from "../test-surface.ts";
import { openApiDocument } from "./openapi.ts";

const document = openApiDocument(TEST_OPERATIONS, "1.2.3");
const json = JSON.parse(JSON.stringify(document)) as typeof document;
const all = Object.entries(json.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
);

describe("the OpenAPI document", () => {
  test("has every operation on every route, under ids that differ", () => {
    for (const operation of TEST_OPERATIONS) {
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
    for (const [, reference = ""] of JSON.stringify(json).matchAll(/"\$ref":"([^"]+)"/g)) {
      const found = reference
        .slice(2)
        .split("/")
        .reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], json);
      expect(found).toBeDefined();
    }
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
    expect(list?.parameters).toContainEqual({
      name: "limit",
      in: "query",
      required: false,
      schema: { type: "integer", minimum: 1, maximum: 200, default: 50 },
    });
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
    ]);
    const rename = json.paths["/api/things/{id}/rename"]?.post?.responses ?? {};
    expect(Object.keys(rename)).toEqual(["201", "400", "401", "403", "404", "409", "413", "415", "429", "503"]);
    expect(rename["429"]).toMatchObject({ headers: { RateLimit: { $ref: "#/components/headers/RateLimit" } } });
    expect(rename["409"]).toMatchObject({ description: "in_flight, idempotency_mismatch" });
    const unname = json.paths["/api/things/{id}/name"]?.delete?.responses ?? {};
    expect(Object.keys(unname)).toEqual(expect.arrayContaining(["413", "415"]));
    const wait = json.paths["/api/things/wait"]?.post?.responses ?? {};
    expect(wait["429"]).toMatchObject({ description: "rate_limited, overloaded" });
  });

  test("says that a workspace which is not the caller's is not found, whatever needs a credential", () => {
    const closed = all.filter(({ operation }) => operation.security === undefined);
    expect(closed.length).toBeGreaterThan(5);
    for (const { operation } of closed)
      expect(Object.keys(operation.responses), operation.operationId).toContain("404");
    const live = json.paths["/api/live"]?.get?.responses ?? {};
    expect(Object.keys(live)).toEqual(["200", "400", "401", "403", "404", "429", "503"]);
  });
});
