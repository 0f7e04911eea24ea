/** What a `Thread` runs: it answers one call after the other. */
import { on } from 'node:events';
import { workerData, type MessagePort } from 'node:worker_threads';

const { module, port, answered } = workerData as { module: string; port: MessagePort; answered: Int32Array };

countUp();
const functions = import(module);
// That it cannot be loaded is what every call finds.
functions.catch(() => {});
for await (const [{ name, args }] of on(port, 'message')) {
  const answer = await functions.then((all) => all[name](...args)).catch(() => {});
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  port.postMessage(answer);
  countUp();
}

function countUp(): void {
  Atomics.add(answered, 0, 1);
  Atomics.notify(answered, 0);
}
