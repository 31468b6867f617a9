import { expect, test } from "vitest";
import { type Encoding, encodingFor, namesType } from "./encoding.ts";

const all = () => true;

test.each<[string | undefined, Encoding]>([
  [undefined, "identity"],
  ["", "identity"],
  ["gzip, deflate, br, zstd", "br"],
  ["gzip, deflate", "gzip"],
  ["GZIP", "gzip"],
  ["br;q=0, gzip", "gzip"],
  ["br;q=0.0, gzip;q=0", "identity"],
  ["br;q=0.2, gzip;q=0.9", "gzip"],
  ["gzip;q=0.5, br;q=0.5", "br"],
  ["identity, gzip;q=0.5", "identity"],
  ["*", "br"],
  ["*, br;q=0", "gzip"],
  ["*;q=0", "identity"],
  ["identity;q=0", "identity"],
  ["identity;q=0, *;q=0.1", "br"],
  ["brotli", "identity"],
  ["br;q=nonsense", "br"],
  [`${"x,".repeat(1_000_000)}br`, "identity"],
])("accepting %j is sent %s", (accepted, encoding) => {
  expect(encodingFor(accepted, all)).toBe(encoding);
});

test("a form that is not there is not chosen", () => {
  expect(encodingFor("br, gzip", (one) => one !== "br")).toBe("gzip");
  expect(encodingFor("br, gzip;q=0.5", (one) => one === "identity")).toBe("identity");
  expect(encodingFor("br, identity;q=0", (one) => one === "identity")).toBe("identity");
});

test("only the name of a type counts, not a wildcard", () => {
  expect(namesType("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html")).toBe(true);
  expect(namesType("application/json, text/html;q=0.1", "text/html")).toBe(true);
  for (const accepted of [undefined, "*/*", "text/*", "application/json", "text/html;q=0", "text/html5"]) {
    expect(namesType(accepted, "text/html"), accepted).toBe(false);
  }
});
