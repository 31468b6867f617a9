/** The routes of a witness: C2SP's tlog-witness for the logs of other servers, and the key that verifies its cosignatures. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { sendText } from "../http/answer.ts";
import { limitNetwork } from "../http/limits.ts";
import type { Extension } from "../http/tools.ts";

export const WITNESS_PATH = "/api/witness";
/** A proof has at most 63 hashes of 45 bytes. */
const BODY_BYTES_MAX = 16 * 1024;

export interface WitnessOptions {
  /** Returns the line of the cosignature, or the size from which the log must prove its checkpoint. */
  cosign(text: string): Promise<{ line: string } | { known: number }>;
  /** Returns the verifier key. */
  key(): string;
}

export function witness({ cosign, key }: WitnessOptions): Extension {
  return (app, tools) => {
    const onRequest = limitNetwork(tools.allowances, tools.fail);
    const answer = async ({ body }: FastifyRequest, reply: FastifyReply) => {
      const cosigned = await cosign(Buffer.isBuffer(body) ? body.toString() : "");
      if ("line" in cosigned) sendText(reply, "text/plain; charset=utf-8", cosigned.line);
      else sendText(reply, "text/x.tlog.size", `${cosigned.known}\n`, {}, 409);
    };
    app.get(`${WITNESS_PATH}/key`, { onRequest }, (_request, reply) => {
      sendText(reply, "text/plain; charset=utf-8", `${key()}\n`);
    });
    // The protocol names no type for the body.
    app.register(async (scope) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
      scope.post(`${WITNESS_PATH}/add-checkpoint`, { bodyLimit: BODY_BYTES_MAX, onRequest }, (request, reply) => {
        answer(request, reply).catch((error: unknown) => tools.fail(reply, error));
      });
    });
  };
}
