import { describe, expect, test } from "vitest";
import { requestInfo, useApp } from "../../test/harness/harness.ts";
import { requestMagicLink } from "./operations/request-magic-link.ts";
import { createOwnerLink, isOwnerKnown } from "./owner.ts";
import { anAddress, anEmail, signIn } from "./test-sign-in.ts";

const app = useApp();

describe("an international address", () => {
  test("is one person in every spelling, stored in ASCII and shown in its script", async () => {
    const name = `ada-${anEmail().slice(4, 40)}`;
    const one = await signIn(app(), ` ${name}@MÜLLER.example `);
    const two = await signIn(app(), `${name}@xn--mller-kva.example`);
    expect([one.user.email, two.user]).toEqual([`${name}@müller.example`, one.user]);
    const { rows } = await app().admin.query("select email from users where id = $1", [one.user.id]);
    expect(rows).toEqual([{ email: `${name}@xn--mller-kva.example` }]);
    const call = { input: { email: `${name}@müller.example` }, request: { ...requestInfo(), ip: anAddress() } };
    const { output } = await app().dispatcher.dispatchPublic(requestMagicLink, call);
    expect(output).toMatchObject({ message: expect.stringContaining(`${name}@müller.example`) });
  });

  test("of an owner keeps its workspace when an earlier version stored it as the setting has it", async () => {
    const email = `Anna-${anEmail().slice(4, 40)}@müller.example`;
    const env = { ...app().env, settings: { ...app().env.settings, ownerEmail: email } };
    await createOwnerLink(app().db, env);
    const rename = "update users set email = $2 where email = $1 returning id";
    const stored = email.toLowerCase().replace("müller", "xn--mller-kva");
    const { rows } = await app().admin.query(rename, [stored, email.toLowerCase()]);
    expect(rows).toHaveLength(1);
    expect(await isOwnerKnown(app().db, env)).toBe(false);
    expect((await signIn(app(), email)).user).toMatchObject({ id: rows[0].id, email: email.toLowerCase() });
    expect(await isOwnerKnown(app().db, env)).toBe(true);
  });
});
