/** A process reads only the folder that it was started for, also when a task names another one. */
export function requireOwnFolder(requested: string, own: string): void {
  if (requested === own) return;
  throw new Error(`This process audits only ${own}; the task names ${requested}.`);
}
