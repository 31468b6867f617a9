/** Files of tasks: uploads and downloads, whose bodies are bytes and not JSON. */
import type { Attachment } from "./generated/client.ts";
import { randomKey } from "./retry.ts";
import {
  addressOf,
  answerOf,
  type Body,
  type CallOptions,
  type ClientOptions,
  headersOf,
  jsonAnswer,
  queryOf,
  repeated,
  sendOnce,
} from "./send.ts";

export interface FileToUpload {
  /** The name of the file, without a path. */
  name: string;
  /** A stream is sent once: the call is not repeated when it fails. */
  body: Body;
  /** The media type. By default that of a `Blob`, or `application/octet-stream`. */
  contentType?: string | undefined;
}

export interface Downloaded {
  name: string;
  contentType: string;
  bytes: number;
  sha256: string;
  /** The bytes, as they arrive. */
  body: ReadableStream<Uint8Array>;
}

export interface Files {
  /** Attaches a file of at most 25 MiB to a task. */
  upload(taskId: string, file: FileToUpload, options?: CallOptions): Promise<Attachment>;
  /** Downloads a file. Read or cancel its body. */
  download(id: string, options?: CallOptions): Promise<Downloaded>;
}

const UPLOAD_TIMEOUT_MS = 300_000;

export function filesOf(options: ClientOptions): Files {
  return {
    upload(taskId, file, call = {}) {
      const path = `/tasks/${encodeURIComponent(taskId)}/attachments${queryOf({ name: file.name })}`;
      const headers = {
        ...headersOf(options),
        "content-type": file.contentType ?? typeOf(file.body),
        "idempotency-key": call.idempotencyKey ?? randomKey(),
      };
      const request = { url: addressOf(options, path), method: "POST", headers, body: file.body };
      // The server checks its answers with the schema that this type is printed from.
      const attempt = async () => (await sendOnce(options, request, call.signal, UPLOAD_TIMEOUT_MS)) as Attachment;
      return file.body instanceof ReadableStream ? attempt() : repeated(attempt, call);
    },
    download(id, call = {}) {
      const url = addressOf(options, `/attachments/${encodeURIComponent(id)}`);
      return repeated(() => open(options, url, call.signal), call);
    },
  };
}

function typeOf(body: Body): string {
  return (body instanceof Blob && body.type) || "application/octet-stream";
}

async function open(options: ClientOptions, url: string, signal: AbortSignal | undefined): Promise<Downloaded> {
  const headers = { ...headersOf(options), accept: "*/*" };
  const response = await answerOf(signal, () => (options.fetch ?? fetch)(url, { headers, ...(signal && { signal }) }));
  if (!response.ok || !response.body) jsonAnswer(response, await answerOf(signal, () => response.text()));
  const header = (name: string) => response.headers.get(name) ?? "";
  return {
    name: nameOf(header("content-disposition")),
    contentType: header("content-type"),
    bytes: Number(header("content-length")),
    sha256: header("etag").replaceAll('"', ""),
    body: response.body ?? new ReadableStream(),
  };
}

function nameOf(disposition: string): string {
  return decodeURIComponent(/filename\*=UTF-8''([^;]+)/.exec(disposition)?.[1] ?? "");
}
