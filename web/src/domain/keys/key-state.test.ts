import { describe, expect, it } from "vitest";
import { endedText, keyState } from "./key-state.ts";

const NOW = Date.parse("2026-06-01T12:00:00Z");
const [EARLIER, LATER] = ["2026-06-01T11:59:59Z", "2026-06-01T12:00:01Z"];
const OPEN = { revoked_at: null, expires_at: null, previous_expires_at: null };

describe("the state of a key", () => {
  it("is usable until it ends", () => {
    expect(keyState(OPEN, NOW)).toBe("usable");
    expect(keyState({ ...OPEN, expires_at: LATER }, NOW)).toBe("usable");
    expect(keyState({ ...OPEN, expires_at: EARLIER }, NOW)).toBe("expired");
    expect(keyState({ ...OPEN, expires_at: new Date(NOW).toISOString() }, NOW)).toBe("expired");
  });

  it("is rotating while the previous secret is valid too", () => {
    expect(keyState({ ...OPEN, previous_expires_at: LATER }, NOW)).toBe("rotating");
    expect(keyState({ ...OPEN, previous_expires_at: EARLIER }, NOW)).toBe("usable");
    expect(keyState({ ...OPEN, previous_expires_at: LATER, expires_at: EARLIER }, NOW)).toBe("expired");
  });

  it("is revoked regardless of its other times", () => {
    expect(keyState({ revoked_at: EARLIER, expires_at: EARLIER, previous_expires_at: LATER }, NOW)).toBe("revoked");
  });
});

it("an ended key has a reason why it cannot be changed", () => {
  expect(endedText("usable")).toBeUndefined();
  expect(endedText("rotating")).toBeUndefined();
  expect(endedText("expired")).toContain("expired");
  expect(endedText("revoked")).toContain("revoked");
});
