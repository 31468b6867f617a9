import { expect, it } from "vitest";
import { canceledText } from "./task-steps.tsx";

it("says how many tasks below end later", () => {
  expect(canceledText({})).toBe("Canceled");
  expect(canceledText({ ending: 0 })).toBe("Canceled");
  expect(canceledText({ ending: 1 })).toBe("Canceled. 1 task below it ends within seconds; none of them starts.");
  expect(canceledText({ ending: 1667 })).toBe(
    "Canceled. 1,667 tasks below it end within seconds; none of them starts.",
  );
});
