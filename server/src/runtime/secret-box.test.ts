import fc from "fast-check";
import { expect, test } from "vitest";
import { createSecretBox, keyIdOf } from "./secret-box.ts";

const box = createSecretBox(Buffer.alloc(32, 7));
const other = createSecretBox(Buffer.alloc(32, 8));
const WORKSPACE = "0190c8a0-0000-7000-8000-000000000001";
const text = fc.string({ unit: "grapheme" });

test("any text can be opened at the place it was sealed for, and is not readable in the sealed value", () => {
  fc.assert(
    fc.property(text, fc.string(), (plain, place) => {
      const sealed = box.seal(WORKSPACE, place, plain);
      expect(box.open(WORKSPACE, place, sealed)).toBe(plain);
      if (plain.length > 8) expect(sealed).not.toContain(plain);
    }),
  );
});

test("sealing a value twice gives two different texts", () => {
  expect(box.seal(WORKSPACE, "place", "plain")).not.toBe(box.seal(WORKSPACE, "place", "plain"));
});

test("another workspace or another place cannot open a value", () => {
  const sealed = box.seal(WORKSPACE, "place", "plain");
  expect(() => box.open("0190c8a0-0000-7000-8000-000000000002", "place", sealed)).toThrow();
  expect(() => box.open(WORKSPACE, "elsewhere", sealed)).toThrow();
});

test("a value with any part changed does not open", () => {
  const sealed = box.seal(WORKSPACE, "place", "plain");
  fc.assert(
    fc.property(fc.nat(sealed.length - 1), fc.constantFrom(..."AZaz09-_."), (index, character) => {
      const tampered = sealed.slice(0, index) + character + sealed.slice(index + 1);
      // The last character has unused bits, so another character can stand for the same value.
      fc.pre(tampered !== sealed && index < sealed.length - 1);
      expect(() => box.open(WORKSPACE, "place", tampered)).toThrow();
    }),
  );
  expect(() => box.open(WORKSPACE, "place", sealed.slice(0, 20))).toThrow("is incomplete");
  expect(() => box.open(WORKSPACE, "place", "plain")).toThrow("not a sealed value");
});

test("the error for a value of another master key names the key", () => {
  expect(() => other.open(WORKSPACE, "place", box.seal(WORKSPACE, "place", "plain"))).toThrow("master key");
});

test("a fingerprint depends on the token and on the master key alone", () => {
  expect(box.fingerprint("token")).toBe(createSecretBox(Buffer.alloc(32, 7)).fingerprint("token"));
  expect(box.fingerprint("token")).not.toBe(box.fingerprint("token2"));
  expect(box.fingerprint("token")).not.toBe(other.fingerprint("token"));
  expect(box.fingerprint("token")).toMatch(/^[\w-]{43}$/);
});

test("a master key of another length is refused", () => {
  expect(() => createSecretBox(Buffer.alloc(16))).toThrow("32 bytes");
});

const keys = [1, 2, 3].map((byte) => Buffer.alloc(32, byte));

test("the first key of a ring seals, and every key of it opens what it sealed", () => {
  const order = fc.shuffledSubarray(keys, { minLength: 1 });
  fc.assert(
    fc.property(order, order, text, (before, after, plain) => {
      const fingerprintKey = Buffer.alloc(32, 9);
      const [old, current] = [before, after].map((ring) => createSecretBox({ keys: () => ring }, fingerprintKey));
      const sealed = old?.seal(WORKSPACE, "place", plain) ?? "";
      expect(sealed.split(".")[1]).toBe(before[0] && keyIdOf(before[0]));
      const isKnown = before[0] !== undefined && after.includes(before[0]);
      if (isKnown) expect(current?.open(WORKSPACE, "place", sealed)).toBe(plain);
      else expect(() => current?.open(WORKSPACE, "place", sealed)).toThrow("which this server does not have");
      // With a new master key every credential stays valid.
      expect(current?.fingerprint("token")).toBe(old?.fingerprint("token"));
    }),
  );
});

test("a value of an unknown key causes the ring to be read again", () => {
  let ring = keys.slice(0, 1);
  const reading = createSecretBox({
    keys: () => ring,
    reload: () => {
      ring = keys;
    },
  });
  const sealed = createSecretBox(keys[2] ?? Buffer.alloc(32)).seal(WORKSPACE, "place", "plain");
  expect(reading.open(WORKSPACE, "place", sealed)).toBe("plain");
});

test("the named key seals, in place of the first one, and without it nothing is sealed", () => {
  let ring = keys.slice(0, 2);
  const box = createSecretBox({ keys: () => ring, reload: () => undefined }, Buffer.alloc(32, 9));
  const [first = "", second = "", third = ""] = keys.map(keyIdOf);
  const idOf = () => box.seal(WORKSPACE, "place", "plain").split(".")[1];
  expect([box.keyId, idOf()]).toEqual([first, first]);
  box.sealWith(second);
  expect([box.keyId, idOf()]).toEqual([second, second]);
  box.sealWith(third);
  expect(() => idOf()).toThrow(`does not have the master key ${third}`);
  ring = keys;
  expect(idOf()).toBe(third);
});
