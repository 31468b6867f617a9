import { expect, it } from "vitest";
import { canceledText } from "./step-confirms.tsx";

it("the notice has the number of subtasks that end later", () => {
  expect(canceledText({})).toBe("Canceled");
  expect(canceledText({ ending: 0 })).toBe("Canceled");
  expect(canceledText({ ending: 1 })).toBe("Canceled. 1 subtask ends within seconds; none of them starts.");
  expect(canceledText({ ending: 1667 })).toBe("Canceled. 1,667 subtasks end within seconds; none of them starts.");
});
