/** The log: one JSON line per entry, without credentials. */
import pino, { type DestinationStream, type Logger } from "pino";

export type { Logger };

export interface LogOptions {
  level: string;
  /** The default is standard error. */
  destination?: DestinationStream;
}

const HIDDEN = "[hidden]";
/** Shorter secrets could be any text, so they are not searched for. */
const KNOWN_LENGTH_MIN = 6;
/** Deeper values are left out. */
const DEPTH_MAX = 8;
const TEXT_LENGTH_MAX = 10_000;

/** A field whose name ends in one of these holds a credential. `key_id`, `tokens_in` and the like do not. */
const SECRET_NAME =
  /(^|[_-])(authorization|cookie|set-cookie|token|key|apikey|password|passwd|pass|secret|credential|session)$|(?:Token|Key|Password|Secret|Cookie)$/i;

/** The forms of credentials inside a text. */
const SECRET_TEXTS: readonly [RegExp, string][] = [
  [/\bbw_[A-Za-z0-9_.~-]+/g, HIDDEN],
  [/\bwhsec_[A-Za-z0-9+/=]+/g, HIDDEN],
  [/\b(bearer|basic)\s+[A-Za-z0-9+/_.~=-]+/gi, `$1 ${HIDDEN}`],
  [/((?:__Host-)?bailiwick_session=)[^;\s"]+/g, `$1${HIDDEN}`],
  [/([?&](?:token|key|api_key|secret|password|code)=)[^&\s"#]+/gi, `$1${HIDDEN}`],
  // The password of postgres://user:password@host and the like.
  [/([a-z][a-z0-9+.-]*:\/\/[^:/?#\s@]*:)[^@\s/]+@/gi, `$1${HIDDEN}@`],
];

/** The secrets that this process was started with. Every log of the process hides them. */
const known = new Set<string>();

/** Adds secrets that every log hides. Another system may repeat them in an error without any mark of a credential. */
export function neverLog(secrets: readonly string[]): void {
  for (const secret of secrets) if (secret.length >= KNOWN_LENGTH_MIN) known.add(secret);
}

export function createLog({ level, destination = pino.destination({ dest: 2, sync: true }) }: LogOptions): Logger {
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => hideFields(fields),
      },
      // The formatter above handles errors, so that their own fields are cleaned too.
      serializers: { err: (error: unknown) => error },
      hooks: {
        logMethod(args, method) {
          // The arguments have the types that pino takes; only their texts are cleaned.
          method.apply(this, safeArguments(args) as Parameters<typeof method>);
        },
      },
    },
    destination,
  );
  const { child } = log;
  // Pino does not run its bindings formatter for child loggers. `this` is the parent logger.
  log.child = function (this: Logger, bindings, options) {
    return child.call(this, hideFields(bindings), options);
  } as Logger["child"];
  return log;
}

/** Cleans the message and its arguments; the formatter cleans the fields. */
function safeArguments([first, ...others]: unknown[]): unknown[] {
  const rest = others.map((part) => hide(part, 0, new Set()));
  if (typeof first === "string") return [hideInText(first), ...rest];
  const fields = first instanceof Error ? { err: first } : first;
  if (rest.length > 0 || fields === null || typeof fields !== "object") return [fields, ...rest];
  // Without a message pino would use the error's message uncleaned.
  const error = "err" in fields ? fields.err : undefined;
  return error instanceof Error ? [fields, hideInText(error.message)] : [fields];
}

/** Hides credentials in a text and cuts a long text. */
function hideInText(text: string): string {
  const short = text.length > TEXT_LENGTH_MAX ? `${text.slice(0, TEXT_LENGTH_MAX)}…` : text;
  const unknown = [...known].reduce((done, secret) => done.replaceAll(secret, HIDDEN), short);
  return SECRET_TEXTS.reduce((done, [secret, instead]) => done.replace(secret, instead), unknown);
}

function hideFields(fields: object): Record<string, unknown> {
  return fieldsOf(fields, 0, new Set());
}

function hide(value: unknown, depth: number, above: Set<object>): unknown {
  if (typeof value === "string") return hideInText(value);
  if (typeof value === "bigint") return String(value);
  if (value === null || typeof value !== "object") return value;
  if (value instanceof Date) return value;
  if (depth > DEPTH_MAX || above.has(value)) return "[left out]";
  if (Buffer.isBuffer(value) || ArrayBuffer.isView(value)) return "[bytes]";
  if (Array.isArray(value)) {
    const within = new Set(above).add(value);
    return value.map((item) => hide(item, depth + 1, within));
  }
  return fieldsOf(value, depth, above);
}

function fieldsOf(value: object, depth: number, above: Set<object>): Record<string, unknown> {
  const within = new Set(above).add(value);
  const entries = value instanceof Error ? errorFields(value) : Object.entries(value);
  return Object.fromEntries(
    entries.map(([name, field]) => [name, SECRET_NAME.test(name) ? hidden(field) : hide(field, depth + 1, within)]),
  );
}

function hidden(field: unknown): unknown {
  return field === undefined || field === null || typeof field === "boolean" ? field : HIDDEN;
}

function errorFields(error: Error): [string, unknown][] {
  const { name, message, stack, cause } = error;
  return [
    ["name", name],
    ["message", message],
    ["stack", stack],
    ["cause", cause],
    ...Object.entries(error).filter(([field]) => !["name", "message", "stack", "cause"].includes(field)),
  ];
}
