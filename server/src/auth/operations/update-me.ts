import { changed, command, unchanged } from "../../kernel/operation.ts";
import { notFound } from "../../kernel/problem.ts";
import { Fields, TEXT_LIMITS, Text } from "../../kernel/schema.ts";
import { personUpdated } from "../facts.ts";
import { requireOwnWorkspace } from "../rules.ts";
import { User } from "../schema.ts";
import { findOwnWorkspace, lockPerson, savePersonName } from "../store/people.ts";

export const updateMe = command({
  name: "auth.update_me",
  summary: "Change your name, which others see.",
  route: "POST /auth/me",
  permission: "auth:write",
  tool: false,
  input: Fields({ name: Text(TEXT_LIMITS.name) }),
  output: User,
  problems: ["not_found", "conflict"],
  async run({ tx, actor }, { name }) {
    requireOwnWorkspace(actor, await findOwnWorkspace(tx, actor.id));
    const person = await lockPerson(tx, actor.id);
    if (!person) throw notFound("person", actor.id);
    if (person.name === name) return unchanged(person);
    await savePersonName(tx, actor.id, name);
    return changed({ ...person, name }, personUpdated(actor.id, { name }));
  },
});
