/* What `judgeAside` runs in a thread of its own. */
import { parentPort, workerData } from 'node:worker_threads';
import { HistoryError } from '../history/store.ts';
import type { Judged } from './judge-aside.ts';
import { judgeRun } from './reports-of.ts';

function judged(historyFile: string): Judged {
  try {
    return { result: judgeRun(historyFile) };
  } catch (error) {
    if (!(error instanceof HistoryError)) throw error;
    return { problem: error.problem, message: error.message };
  }
}
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
parentPort!.postMessage(judged(workerData as string));
