import { describe, expect, it } from "vitest";
import { limitLevel, sharesOf } from "./limit.ts";

describe("a limit", () => {
  it("is near from 80 % and full at its cap, reserved use included", () => {
    expect(limitLevel({ used: 79, cap: 100 })).toBe("free");
    expect(limitLevel({ used: 70, reserved: 10, cap: 100 })).toBe("near");
    expect(limitLevel({ used: 0.1, reserved: 0.2, cap: 0.3 })).toBe("full");
    expect(limitLevel({ used: 120, cap: 100 })).toBe("full");
    expect(limitLevel({ used: 0, cap: 0 })).toBe("full");
  });

  it("never draws more than the whole", () => {
    expect(sharesOf({ used: 90, reserved: 30, cap: 100 })).toEqual({ used: 0.9, reserved: expect.closeTo(0.1) });
    expect(sharesOf({ used: 150, reserved: 10, cap: 100 })).toEqual({ used: 1, reserved: 0 });
  });
});
