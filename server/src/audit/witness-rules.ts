/** The witnesses of this installation, and the meaning of their answers. Pure. */
import type { Settings } from "../kernel/environment.ts";

export interface Witness {
  /** The name of its key. */
  name: string;
  /** The address for requests of C2SP's tlog-witness. */
  url: string;
  key: string;
}

/** Each setting is the address and the verifier key. */
export function witnessesOf({ witnesses }: Pick<Settings, "witnesses">): Witness[] {
  return witnesses.map((text) => {
    const [url = "", key = ""] = text.split(/\s+/);
    return { name: key.slice(0, key.indexOf("+")), url: `${url.replace(/\/$/, "")}/add-checkpoint`, key };
  });
}

/** Returns the size that a witness names when it knows another checkpoint; undefined for any other answer. */
export function knownSize({ status, start }: { status: number; start: string }): number | undefined {
  const [, size] = /^(0|[1-9][0-9]{0,14})\n?$/.exec(start) ?? [];
  return status === 409 && size !== undefined ? Number(size) : undefined;
}

export interface Refusal {
  problem: string;
  is_refused: boolean;
}

/** `from`: the size at which the proof began. Returns undefined when a proof from the known size may be taken. */
export function refusalOf({ known, from, size }: Record<"known" | "from" | "size", number>): Refusal | undefined {
  if (known > size) {
    return { problem: `The witness has seen ${known} facts, and the record has ${size}.`, is_refused: true };
  }
  if (known === from) return { problem: `The witness has seen other facts among the first ${size}.`, is_refused: true };
  return undefined;
}

const WORDS: Readonly<Record<number, Refusal>> = {
  403: { problem: "The witness knows another key of this record.", is_refused: true },
  404: { problem: "The witness does not know this record. Its operator must add the key.", is_refused: false },
  422: { problem: "The record does not begin with the facts that the witness has seen.", is_refused: true },
};

export function problemOfStatus(status: number): Refusal {
  return WORDS[status] ?? { problem: `The witness answered with status ${status}.`, is_refused: false };
}
