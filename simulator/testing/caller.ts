import { fork } from 'node:child_process';
import type { NameServer } from '../names/name-server.ts';
import { resolvingThrough } from '../names/node-names.ts';
import { siblingModule } from '../sibling-module.ts';

/** A Node.js process that calls a name of ours: see `caller-program.ts`. */
export function caller(server: NameServer, host: string, port: number) {
  const child = fork(siblingModule(import.meta.url, './caller-program'), [host, String(port)], { execArgv: [], env: { ...process.env, ...resolvingThrough(server, process.env) } });
  const said: { connected?: true; failed?: string; question?: string; answer?: unknown }[] = [];
  child.on('message', (message) => said.push(message as (typeof said)[number]));
  return {
    /** From now on it stays connected. */
    call: () => void child.send('call'),
    async ask(question: string): Promise<unknown> {
      child.send(question);
      const answer = new Promise<unknown>((resolve) => {
        const look = (message: { question?: string; answer?: unknown }) => {
          if (message.question !== question) return;
          child.off('message', look);
          resolve(message.answer);
        };
        child.on('message', look);
      });
      return answer;
    },
    connections: () => said.filter(({ connected }) => connected).length,
    failures: () => said.flatMap(({ failed }) => failed ?? []),
    [Symbol.dispose]: () => void child.kill('SIGKILL'),
  };
}
