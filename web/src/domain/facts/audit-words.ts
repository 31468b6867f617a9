/** The words of facts about the sealed record. */
import type { FactType } from "@bailiwick/sdk";
import { acted, count, type Words, word } from "./telling.ts";

type AuditType = Extract<FactType, `audit.${string}`>;

export const AUDIT_WORDS: { readonly [T in AuditType]: Words<T> } = {
  "audit.checkpoint_published": acted(({ size }) => [`published the checkpoint of ${count(size)} facts`]),
  "audit.witness_refused": acted(({ witness }) => [`could not prove the record to the witness ${witness}`]),
  "audit.payloads_trimmed": acted(({ facts, before }) => [
    `deleted the large data of ${count(facts) === 1 ? "a fact" : `${count(facts)} facts`}`,
    ...word("from before", before),
  ]),
};
