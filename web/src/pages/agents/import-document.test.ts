import { describe, expect, it } from "vitest";
import { readDocument } from "./import-document.ts";
import { fileName } from "./save-file.ts";

const DOCUMENT = {
  format: "bailiwick.agent.v1",
  name: "Scout",
  llm_config: { model: "m" },
  exported_at: "2026-01-01T00:00:00Z",
};
const whyNot = (value: unknown) => {
  const read = readDocument(typeof value === "string" ? value : JSON.stringify(value));
  return read.ok ? undefined : read.why;
};

describe("a file to import", () => {
  it("is read unchanged when agents.export wrote it", () => {
    expect(readDocument(JSON.stringify(DOCUMENT))).toEqual({ ok: true, document: DOCUMENT });
  });

  it("is refused with a reason otherwise", () => {
    expect(whyNot("name: Scout")).toBe("This is not a JSON file.");
    expect(whyNot([DOCUMENT])).toContain("one JSON object");
    expect(whyNot("null")).toContain("one JSON object");
    expect(whyNot({ name: "bailiwick", version: "1.0.0" })).toContain("has no format");
    expect(whyNot({ ...DOCUMENT, format: "v2" })).toContain("“v2”");
    expect(whyNot({ ...DOCUMENT, name: " " })).toContain("no name");
    expect(whyNot({ ...DOCUMENT, name: 7 })).toContain("no name");
    expect(whyNot({ ...DOCUMENT, is_admin: true })).toContain("is_admin");
  });
});

describe("the name of an exported file", () => {
  it("keeps letters and numbers of any script, and no part of a path", () => {
    expect(fileName("Demo worker 3")).toBe("demo-worker-3.agent.json");
    expect(fileName("../../etc/passwd")).toBe("etc-passwd.agent.json");
    expect(fileName("Söldner 東京")).toBe("söldner-東京.agent.json");
    expect(fileName("🤖")).toBe("agent.agent.json");
  });
});
