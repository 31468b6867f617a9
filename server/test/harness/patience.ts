/** On a busy machine a call may wait long. Tests of these limits set their own. */
export const PATIENT_MS = 120_000;
export const PATIENT = {
  readMs: PATIENT_MS,
  silenceMs: PATIENT_MS,
  readAnswerMs: PATIENT_MS,
  writeAnswerMs: PATIENT_MS,
  waitMs: PATIENT_MS,
};
