/** Follows the bytes of an answer and keeps what it says about its usage. It keeps no text. */
import { StringDecoder } from "node:string_decoder";
import { chatEvent, messagesEvent, type Read, responsesEvent, type Seen } from "./usage-rules.ts";

export const READERS = { messages: messagesEvent, chat: chatEvent, responses: responsesEvent } as const;
export type Format = keyof typeof READERS;

/** A longer line of a stream, and the rest of a longer answer, are not read. In characters. */
const LINE_MAX = 4 * 1024 * 1024;
const ANSWER_MAX = 16 * 1024 * 1024;

export interface Reader {
  push(bytes: Buffer): void;
  /** Call once, after the last byte. */
  end(): Seen;
}

export function createReader(format: Format, isStream: boolean): Reader {
  const seen: Seen = { characters: 0, isWhole: false };
  return isStream ? streamReader(READERS[format], seen) : answerReader(READERS[format], seen);
}

function streamReader(read: Read, seen: Seen): Reader {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  let isSkipped = false;
  const take = (line: string) => {
    if (!line.startsWith("data:")) return;
    const data = line.slice(5).trim();
    if (data === "[DONE]") seen.isWhole = true;
    else readJson(read, seen, data);
  };
  return {
    push(bytes) {
      const lines = (rest + decoder.write(bytes)).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (!isSkipped) take(line);
        isSkipped = false;
      }
      if (rest.length <= LINE_MAX) return;
      rest = "";
      isSkipped = true;
    },
    end() {
      if (!isSkipped) take(rest);
      return seen;
    },
  };
}

function answerReader(read: Read, seen: Seen): Reader {
  const pieces: Buffer[] = [];
  let bytes = 0;
  return {
    push(piece) {
      bytes += piece.length;
      if (bytes <= ANSWER_MAX) pieces.push(piece);
      else pieces.length = 0;
    },
    end() {
      readJson(read, seen, Buffer.concat(pieces).toString("utf8"));
      if (!seen.isWhole) seen.characters = Math.max(seen.characters, bytes);
      return seen;
    },
  };
}

/** A line that is no JSON says nothing. */
function readJson(read: Read, seen: Seen, text: string): void {
  if (!text.startsWith("{")) return;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return;
  }
  read(seen, value);
}
