/** Files of tasks: uploads and downloads, whose bodies are bytes and not JSON. */
import type { Attachment } from "./generated/client.ts";
import { randomKey } from "./retry.ts";
import {
  addressOf,
  answerOf,
  type CallOptions,
  type ClientOptions,
  headersOf,
  jsonAnswer,
  queryOf,
  repeated,
} from "./send.ts";

export interface FileToUpload {
  /** The name of the file, without a path. */
  name: string;
  /** A stream is sent once: the call is not repeated when it fails. */
  body: Blob | ArrayBuffer | Uint8Array<ArrayBuffer> | string | ReadableStream<Uint8Array>;
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
      const attempt = () => send(options, addressOf(options, path), { headers, body: file.body }, call.signal);
      return file.body instanceof ReadableStream ? attempt() : repeated(attempt, call);
    },
    download(id, call = {}) {
      const url = addressOf(options, `/attachments/${encodeURIComponent(id)}`);
      return repeated(() => open(options, url, call.signal), call);
    },
  };
}

function typeOf(body: FileToUpload["body"]): string {
  return (body instanceof Blob && body.type) || "application/octet-stream";
}

async function send(
  options: ClientOptions,
  url: string,
  { headers, body }: { headers: Record<string, string>; body: FileToUpload["body"] },
  signal: AbortSignal | undefined,
): Promise<Attachment> {
  const timeout = AbortSignal.timeout(UPLOAD_TIMEOUT_MS);
  const { response, text } = await answerOf(signal, async () => {
    const response = await (options.fetch ?? fetch)(url, {
      method: "POST",
      headers,
      body,
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      // Without it, fetch refuses to send a stream.
      ...(body instanceof ReadableStream && { duplex: "half" }),
    } as RequestInit);
    return { response, text: await response.text() };
  });
  // The server checks its answers with the schema that this type is printed from.
  return jsonAnswer(response, text) as Attachment;
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
