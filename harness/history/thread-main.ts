/** What a `Thread` runs: waits for the one call, and answers it. */
import { once } from 'node:events';
import { workerData, type MessagePort } from 'node:worker_threads';
import { ANSWERED, AT_WORK } from './thread.ts';

const { module, port, state } = workerData as { module: string; port: MessagePort; state: Int32Array };

signal(AT_WORK);
const called = once(port, 'message');
const answer = await import(module).then(async (functions) => {
  const [{ name, args }] = await called;
  return functions[name](...args);
}).catch(() => {});
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
port.postMessage(answer);
signal(ANSWERED);

function signal(at: number): void {
  Atomics.store(state, 0, at);
  Atomics.notify(state, 0);
}
