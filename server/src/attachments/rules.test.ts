import { describe, expect, it } from "vitest";
import { decodeBase64, requireName, servedType, storedType } from "./rules.ts";

const PNG = Buffer.from("89504e470d0a1a0a0000", "hex");
const HTML = Buffer.from("<script>alert(1)</script>");

describe("a name", () => {
  it.each(["a.txt", "a b.txt", "Übergabe 終.pdf", "no ending", ".env", "a..b", "👩‍🚀.png"])("may be %s", (name) => {
    expect(() => requireName(name)).not.toThrow();
  });

  it.each([
    "a/b",
    "..\\b",
    "../../etc/passwd",
    ".",
    "..",
    "a\0b",
    "a\nb",
    "a\x7f",
    "exe.\u202egnp",
    "a\u061cb",
    "a\u200bb",
    "a\ufeff",
    "a\u2028",
  ])("must not be %j", (name) => {
    expect(() => requireName(name)).toThrow(
      expect.objectContaining({
        code: "invalid_input",
        details: { errors: [expect.objectContaining({ path: "/name" })] },
      }),
    );
  });
});

describe("a type", () => {
  it("is that of the bytes for pictures, also when the caller gives another", () => {
    expect(storedType("text/html", PNG)).toBe("image/png");
    expect(storedType(undefined, PNG)).toBe("image/png");
    expect(storedType("image/jpeg", Buffer.from("ffd8ffe0", "hex"))).toBe("image/jpeg");
    expect(storedType("image/x", Buffer.from("GIF89a....."))).toBe("image/gif");
    expect(storedType("image/x", Buffer.from("RIFF1234WEBPVP8 "))).toBe("image/webp");
  });

  it("is unknown for what only claims to be a picture", () => {
    expect(storedType("image/png", HTML)).toBe("application/octet-stream");
    expect(storedType("image/png", Buffer.alloc(0))).toBe("application/octet-stream");
  });

  it("is kept otherwise", () => {
    expect(storedType("Text/X-Diff", HTML)).toBe("text/x-diff");
    expect(storedType(undefined, HTML)).toBe("application/octet-stream");
  });

  it.each([
    "text/html",
    "image/svg+xml",
    "application/xhtml+xml",
    "text/xml",
    "application/pdf",
    "text/javascript",
    "text/css",
    "multipart/x-mixed-replace",
  ])("%s is served as bytes", (type) => {
    expect(servedType(type)).toBe("application/octet-stream");
  });

  it("is served for pictures and plain text", () => {
    expect(servedType("image/png")).toBe("image/png");
    expect(servedType("text/plain")).toBe("text/plain; charset=utf-8");
  });
});

describe("base64", () => {
  it("is read with and without its end", () => {
    expect(decodeBase64("aGk=").toString()).toBe("hi");
    expect(decodeBase64("aGk").toString()).toBe("hi");
    expect(decodeBase64("")).toHaveLength(0);
  });

  it.each(["a", "aGk*", "a G k", "aGl="])("refuses %j", (text) => {
    expect(() => decodeBase64(text)).toThrow(expect.objectContaining({ code: "invalid_input" }));
  });
});
