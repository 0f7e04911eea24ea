import { Worker } from 'node:worker_threads';
import { siblingModule } from '../../simulator/sibling-module.ts';
import { HarnessProblem } from '../problem.ts';
import type { Prediction, Question } from './prediction.ts';

/** What a prediction needs is a few hundred megabytes; more than this is a mistake of ours, and is not taken. */
const MOST_MEGABYTES = 1500;

/**
 * `predict` in a thread of its own, so that this one hears Ctrl-C and can tell how far it is.
 *
 * @throws the signal's reason as soon as it is aborted; HarnessProblem if the memory does not do.
 */
export async function predictAside(question: Question, { progress, signal }: { progress: (done: number) => void; signal: AbortSignal }): Promise<Prediction> {
  signal.throwIfAborted();
  const worker = new Worker(siblingModule(import.meta.url, './predict-thread'), {
    workerData: question,
    resourceLimits: { maxOldGenerationSizeMb: MOST_MEGABYTES },
  });
  const { promise, resolve, reject } = Promise.withResolvers<Prediction>();
  const stop = () => reject(signal.reason as Error);
  signal.addEventListener('abort', stop);
  worker.on('message', (said: { done: number } | { prediction: Prediction }) => ('done' in said ? progress(said.done) : resolve(said.prediction)));
  worker.on('error', (error: NodeJS.ErrnoException) => {
    const isMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    reject(isMemory ? new HarnessProblem(`the prediction takes more than ${MOST_MEGABYTES} MB of memory`, 'Ask for a shorter outage or a longer period.') : error);
  });
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', stop);
    await worker.terminate();
  }
}
