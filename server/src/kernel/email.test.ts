import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isEmail, shownEmail, storedEmail } from "./email.ts";

describe("an address", () => {
  test.each([
    [" Ada@Example.ORG\t", "ada@example.org", "ada@example.org"],
    ["user@MÜNCHEN.de", "user@xn--mnchen-3ya.de", "user@münchen.de"],
    ["user@xn--mnchen-3ya.de", "user@xn--mnchen-3ya.de", "user@münchen.de"],
    ["用户@例子。中国", "用户@xn--fsqu00a.xn--fiqs8s", "用户@例子.中国"],
    ["Mu\u0308ller@example.org", "m\u00fcller@example.org", "m\u00fcller@example.org"],
    ["MÜLLER@example.org", "müller@example.org", "müller@example.org"],
    ['"a b"@example.org', '"a b"@example.org', '"a b"@example.org'],
    ["ada@[192.0.2.1]", "ada@[192.0.2.1]", "ada@[192.0.2.1]"],
  ])("%s is stored as %s and shown as %s", (text, stored, shown) => {
    expect([isEmail(text), storedEmail(text), shownEmail(stored)]).toEqual([true, stored, shown]);
  });

  test.each([
    "",
    "ada",
    "@example.org",
    "ada@",
    "ada@localhost",
    "ada@ü",
    "ada@a..ü.de",
    "ada@ü.de/../x",
    "ada@ü%2ede.de",
    "ada@ü\u00ad.de\n",
    "a\u202eb@example.org",
    "a b@example.org",
    "a\0@ü.de",
    "\ud800@example.org",
    ".a@ü.de",
    "a..ü@example.org",
    `ada@${"ü.".repeat(60)}de`,
  ])("%j is refused", (text) => expect(isEmail(text)).toBe(false));

  test("the stored form of a stored form is the same, and so is that of a shown one", () => {
    const part = fc.stringMatching(/^[a-zA-ZäÖßçЖя例]{1,12}$/);
    fc.assert(
      fc.property(part, part, part, (name, domain, top) => {
        const stored = storedEmail(`${name}@${domain}.${top}`);
        expect([storedEmail(stored), storedEmail(shownEmail(stored))]).toEqual([stored, stored]);
      }),
    );
  });
});
