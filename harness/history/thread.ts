import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads';
import { siblingModule } from '../../simulator/sibling-module.ts';

type Functions = Record<string, (...args: never[]) => unknown>;

/** What a thread is at, in memory that both sides see. */
export const STARTING = 0;
export const AT_WORK = 1;
export const ANSWERED = 2;

/** A thread that cannot start never says so while this one waits. */
const STARTS_WITHIN_MS = 10_000;

/**
 * A thread beside this one for one call of a function that a module exports: it begins to load the module at once, the
 * call may follow later, and whoever wants the result waits for it. What is passed is cloned; columns in shared memory
 * are not, both threads see the same.
 */
export class Thread<Module extends Functions> implements Disposable {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #state = new Int32Array(new SharedArrayBuffer(4));

  /** @param module path of the module, as `siblingModule` gives it. */
  constructor(module: string) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#worker = new Worker(siblingModule(import.meta.url, './thread-main'), { workerData: { module, port: port2, state: this.#state }, transferList: [port2] });
    this.#worker.unref();
    // Without a listener a thread that cannot start would end the process; its result is undefined.
    this.#worker.on('error', () => {});
  }

  call<Name extends keyof Module>(name: Name, ...args: Parameters<Module[Name]>): { result(): ReturnType<Module[Name]> | undefined } {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    this.#port.postMessage({ name, args });
    return { result: () => this.#result() as ReturnType<Module[Name]> | undefined };
  }

  /** Blocks until the function is through, and gives what it gave; undefined if it could not. */
  #result(): unknown {
    if (Atomics.wait(this.#state, 0, STARTING, STARTS_WITHIN_MS) === 'timed-out') return undefined;
    Atomics.wait(this.#state, 0, AT_WORK);
    return receiveMessageOnPort(this.#port)!.message;
  }

  [Symbol.dispose](): void {
    this.#port.close();
    void this.#worker.terminate();
  }
}
