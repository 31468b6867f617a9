/** The operations on agents. */
import type { Operation } from "../kernel/operation.ts";
import { archiveAgent } from "./operations/archive-agent.ts";
import { checkAgent } from "./operations/check-agent.ts";
import { cloneAgent } from "./operations/clone-agent.ts";
import { createAgent } from "./operations/create-agent.ts";
import { exportAgent } from "./operations/export-agent.ts";
import { getAgent } from "./operations/get-agent.ts";
import { getOwnState } from "./operations/get-own-state.ts";
import { importAgent } from "./operations/import-agent.ts";
import { listAgents } from "./operations/list-agents.ts";
import { listExternalAgents } from "./operations/list-external-agents.ts";
import { listFeaturedAgents } from "./operations/list-featured-agents.ts";
import { listRevisions } from "./operations/list-revisions.ts";
import { notePush } from "./operations/note-push.ts";
import { pauseAgent } from "./operations/pause-agent.ts";
import { resealSecrets } from "./operations/reseal-secrets.ts";
import { restoreAgent } from "./operations/restore-agent.ts";
import { resumeAgent } from "./operations/resume-agent.ts";
import { rotatePushSecret } from "./operations/rotate-push-secret.ts";
import { sealStoredSecrets } from "./operations/seal-stored-secrets.ts";
import { updateAgent } from "./operations/update-agent.ts";
import { updateStatus } from "./operations/update-status.ts";

export const AGENT_OPERATIONS: readonly Operation[] = [
  listAgents,
  getOwnState,
  getAgent,
  createAgent,
  updateAgent,
  cloneAgent,
  exportAgent,
  importAgent,
  listRevisions,
  restoreAgent,
  pauseAgent,
  resumeAgent,
  archiveAgent,
  checkAgent,
  updateStatus,
  rotatePushSecret,
  notePush,
  listExternalAgents,
  listFeaturedAgents,
  resealSecrets,
  sealStoredSecrets,
];
