/** The inputs and outputs of the crew's tasks. The receiver validates them, because they come from another process. */
import Type, { type Static, type TSchema } from "typebox";
import { Compile } from "typebox/compile";

const Count = Type.Integer({ minimum: 0 });
const Named = {
  name: Type.String(),
  version: Type.String(),
  /** The path below the audited folder, with forward slashes. */
  path: Type.String(),
};

const Script = Type.Object({ name: Type.String(), command: Type.String() });

/** The findings of a worker about one package. */
export const PackageFacts = Type.Object({
  ...Named,
  license: Type.String(),
  license_from: Type.Unsafe<"field" | "file" | "nowhere">({ enum: ["field", "file", "nowhere"] }),
  files: Count,
  bytes: Count,
  /** SHA-256 over the names and contents of its files. */
  digest: Type.String(),
  install_scripts: Type.Array(Script),
  /** The reason why package.json could not be read. */
  problem: Type.Optional(Type.String()),
});
export type PackageFacts = Static<typeof PackageFacts>;

/** The input of the whole audit, with the agents of the crew. */
export const AuditInput = Type.Object({
  path: Type.String(),
  worker_agent_ids: Type.Array(Type.String(), { minItems: 1 }),
  specialist_agent_id: Type.String(),
  /** The person who gets the question of the supervisor. */
  asked_user_id: Type.Optional(Type.String()),
  /** The connection over which the supervisor sends the report, if there is one. */
  register_connection_id: Type.Optional(Type.String()),
});
export type AuditInput = Static<typeof AuditInput>;
export const BatchInput = Type.Object({ path: Type.String(), packages: Type.Array(Type.String()) });
export type BatchInput = Static<typeof BatchInput>;
export const BatchResult = Type.Object({ packages: Type.Array(PackageFacts) });
export type BatchResult = Static<typeof BatchResult>;

function Shortened<T extends TSchema>(item: T) {
  return Type.Object({ total: Count, items: Type.Array(item) });
}

export const Report = Type.Object({
  packages: Count,
  names: Count,
  files: Count,
  bytes: Count,
  /** A digest over the digests of all packages, so equal installations have the same digest. */
  digest: Type.String(),
  licenses: Type.Array(Type.Object({ license: Type.String(), packages: Count })),
  biggest: Shortened(Type.Object({ ...Named, bytes: Count })),
  install_scripts: Shortened(Type.Object({ ...Named, scripts: Type.Array(Script) })),
  several_versions: Shortened(Type.Object({ name: Type.String(), versions: Type.Array(Type.String()), copies: Count })),
  unknown_licenses: Shortened(Type.Object(Named)),
  unreadable: Shortened(Type.Object({ ...Named, problem: Type.String() })),
});
export type Report = Static<typeof Report>;

const validators = new WeakMap<TSchema, ReturnType<typeof Compile>>();

/** Throws an error of one line when the value does not have the shape. */
export function parse<T extends TSchema>(shape: T, value: unknown, what: string): Static<T> {
  const validator = validators.get(shape) ?? Compile(shape);
  validators.set(shape, validator);
  // `Check` has validated the value.
  if (validator.Check(value)) return value as Static<T>;
  const [first] = validator.Errors(value);
  throw new Error(`${what} is not valid: ${first?.instancePath || "the whole"} ${first?.message ?? ""}.`);
}
