import { Worker } from 'node:worker_threads';
import type { Result } from '../../reports/index.ts';
import { siblingModule } from '../../simulator/sibling-module.ts';
import { HistoryError, type HistoryProblem } from '../history/store.ts';
import { HarnessProblem } from '../problem.ts';

export type Judged = { result: Result } | { problem: HistoryProblem; message: string };

/**
 * `judgeRun` in a thread of its own: judging a long record takes seconds, in which another run beside this one must not
 * stand still and Ctrl-C must be heard.
 *
 * @throws HistoryError; the signal's reason as soon as it is aborted; HarnessProblem if the memory does not do.
 */
export async function judgeAside(historyFile: string, signal?: AbortSignal): Promise<Result> {
  signal?.throwIfAborted();
  const worker = new Worker(siblingModule(import.meta.url, './judge-thread'), { workerData: historyFile });
  const { promise, resolve, reject } = Promise.withResolvers<Judged>();
  const stop = () => reject(signal!.reason as Error);
  signal?.addEventListener('abort', stop);
  worker.on('message', resolve);
  worker.on('error', (error: NodeJS.ErrnoException) => {
    const isMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    reject(isMemory ? new HarnessProblem(`${historyFile} takes more memory to judge than there is`, 'Give Node.js more: NODE_OPTIONS=--max-old-space-size=8000.') : error);
  });
  try {
    const judged = await promise;
    if ('problem' in judged) throw new HistoryError(judged.problem, judged.message);
    return judged.result;
  } finally {
    signal?.removeEventListener('abort', stop);
    await worker.terminate();
  }
}
