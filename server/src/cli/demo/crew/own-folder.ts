/** A process reads the folder it was started for, whatever a task says. */
export function requireOwnFolder(asked: string, own: string): void {
  if (asked === own) return;
  throw new Error(`This process audits ${own} and nothing else; the task asks for ${asked}.`);
}
