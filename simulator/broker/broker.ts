import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { siblingModule } from '../sibling-module.ts';

export interface Broker extends AsyncDisposable {
  /** Where it serves MQTT 3.1.1 on 127.0.0.1. */
  readonly port: number;
  readonly pid: number;
  /** Resolves when the process has ended, for whatever reason, with what it wrote to stderr. */
  readonly exited: Promise<string>;
  /** Ends it by SIGKILL, as it has nothing to keep; resolves once it is gone. May be called again. */
  stop(): Promise<void>;
}

/**
 * Starts an MQTT broker (aedes) as a process of its own, in a process group of its own, on this port or on any. It
 * acknowledges a QoS 1 message before it has stored it and keeps all in RAM: a broker to inject faults with, no
 * witness for durability.
 *
 * @throws if it does not come up, with what it wrote.
 */
export async function startBroker({ port = 0 }: { port?: number } = {}): Promise<Broker> {
  const child = spawn(process.execPath, [siblingModule(import.meta.url, './broker-process'), String(port)], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    detached: true,
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  let stderr = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const exited = once(child, 'close').then(() => stderr);

  const listening = await Promise.race([once(child, 'message'), exited]);
  if (typeof listening === 'string') throw new Error(`the MQTT broker did not start: ${reason(listening)}`);

  const stop = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  return { port: listening[0] as number, pid: child.pid!, exited, stop, [Symbol.asyncDispose]: stop };
}

/** The line of a Node.js crash report that names the error. */
function reason(stderr: string): string {
  return /^\w*Error: .*$/m.exec(stderr)?.[0] ?? (stderr.trim() || 'it ended without a word');
}
