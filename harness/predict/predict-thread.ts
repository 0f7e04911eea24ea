/* What `predictAside` runs in a thread of its own. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Question } from './prediction.ts';
import { predict } from './predict.ts';

const SAY_EVERY_MS = 200;
let saidAtMs = 0;

const progress = (done: number) => {
  if (performance.now() - saidAtMs < SAY_EVERY_MS) return;
  saidAtMs = performance.now();
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort!.postMessage({ done });
};
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
parentPort!.postMessage({ prediction: predict(workerData as Question, { progress }) });
