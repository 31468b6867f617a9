import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSecretBox } from "../runtime/secret-box.ts";
import { sealedTexts } from "./sealed-text.ts";

const secrets = createSecretBox(Buffer.alloc(32, 7));
const texts = sealedTexts(secrets, "ours", "cursor:audit.list");

/** A text of more than about 700 bytes opens no more: a cursor has a limit of characters. */
const SHORT_JSON = fc
  .jsonValue()
  .map((value) => JSON.stringify(value))
  .filter((plain) => Buffer.byteLength(plain) <= 640);

describe("a sealed text", () => {
  it("opens to what was sealed, and is the same each time", () => {
    fc.assert(
      fc.property(SHORT_JSON, (plain) => {
        const sealed = texts.seal(plain);
        expect(sealed).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(sealed).toBe(texts.seal(plain));
        expect(texts.open(sealed)).toBe(plain);
      }),
      { numRuns: 50 },
    );
  });

  it("does not reveal a number in it, nor the number's length", () => {
    const [first, next, large] = ["1", "2", "9007199254740991"].map((n) => texts.seal(JSON.stringify([n])));
    expect(next?.slice(0, 8)).not.toBe(first?.slice(0, 8));
    expect(large).toHaveLength(first?.length ?? 0);
  });

  it("opens only for its own workspace and use, and not after a bit was changed", () => {
    const sealed = texts.seal('["37"]');
    expect(sealedTexts(secrets, "theirs", "cursor:audit.list").open(sealed)).toBeUndefined();
    expect(sealedTexts(secrets, "ours", "cursor:tasks.list").open(sealed)).toBeUndefined();
    expect(sealedTexts(createSecretBox(Buffer.alloc(32, 8)), "ours", "cursor:audit.list").open(sealed)).toBeUndefined();
    const bytes = Buffer.from(sealed, "base64url");
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(texts.open(changed.toString("base64url"))).toBeUndefined();
    }
  });

  it("is not any other text", () => {
    for (const other of [
      "",
      "x",
      '["37"]',
      Buffer.from('["37"]').toString("base64url"),
      "A".repeat(64),
      "=".repeat(64),
    ]) {
      expect(texts.open(other)).toBeUndefined();
    }
  });
});
