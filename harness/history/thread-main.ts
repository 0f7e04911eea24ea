/* What a `Thread` runs: it answers one call after the other, with undefined where it cannot. */
import { on } from 'node:events';
import { workerData, type MessagePort } from 'node:worker_threads';

const { module, port, answered } = workerData as { module: string; port: MessagePort; answered: Int32Array };

const functions = import(module);
// Every call finds that there are none.
functions.catch(() => {});
for await (const [{ name, args }] of on(port, 'message')) {
  await functions.then((all) => port.postMessage(all[name](...args))).catch(() => port.postMessage(undefined));
  Atomics.add(answered, 0, 1);
  Atomics.notify(answered, 0);
}
