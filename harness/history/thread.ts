import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads';
import { siblingModule } from '../../simulator/sibling-module.ts';

type Functions = Record<string, (...args: never[]) => unknown>;

/** A thread that cannot start, or runs out of memory, never says so while this one waits. */
const PATIENCE_MS = 60_000;

/**
 * A thread beside this one, which calls what a module exports, one call after the other. It begins to load the module
 * at once; whoever wants a result waits for it. What is passed is cloned; columns in shared memory are not, both threads
 * see the same.
 */
export class Thread<Module extends Functions> implements Disposable {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  /** How many calls the thread has answered, in memory that both sides see. */
  readonly #answered = new Int32Array(new SharedArrayBuffer(4));
  readonly #answers: unknown[] = [];
  #calls = 0;
  #lost = false;

  /** @param module path of the module, as `siblingModule` gives it. */
  constructor(module: string) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#worker = new Worker(siblingModule(import.meta.url, './thread-main'), { workerData: { module, port: port2, answered: this.#answered }, transferList: [port2] });
    this.#worker.unref();
    // Without a listener a thread that cannot start or go on would end the process; its results are undefined.
    this.#worker.on('error', () => {});
  }

  /** The result blocks until the call is through, and is what the function gave; undefined if it could not. */
  call<Name extends keyof Module>(name: Name, ...args: Parameters<Module[Name]>): () => ReturnType<Module[Name]> | undefined {
    const call = this.#calls++;
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    this.#port.postMessage({ name, args });
    return () => this.#answer(call) as ReturnType<Module[Name]> | undefined;
  }

  #answer(call: number): unknown {
    while (!this.#lost && this.#answers.length <= call) {
      this.#lost = Atomics.wait(this.#answered, 0, this.#answers.length, PATIENCE_MS) === 'timed-out';
      if (!this.#lost) this.#answers.push(receiveMessageOnPort(this.#port)!.message);
    }
    return this.#answers[call];
  }

  [Symbol.dispose](): void {
    this.#port.close();
    void this.#worker.terminate();
  }
}
