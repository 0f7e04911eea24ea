import { once } from 'node:events';
import { createServer } from 'node:net';
import type { ListenOptions } from 'node:net';

/**
 * A TCP port of 127.0.0.1 that something else will listen on: a node of the pipeline, now and after each restart.
 *
 * It lies below the ephemeral range of Linux, macOS and Windows, so that no outgoing connection takes it while its
 * owner is down. Other Brownout processes are kept off it by a socket in Linux's abstract namespace, which vanishes
 * with this process; on other platforms two runs that start at once could, rarely, choose the same.
 */
export interface ReservedPort extends AsyncDisposable {
  readonly port: number;
}

const FIRST = 20_000;
const COUNT = 12_000;

/** @throws if every port from 20000 to 31999 is taken. */
export async function reservePort(): Promise<ReservedPort> {
  const start = Math.floor(Math.random() * COUNT);
  for (let step = 0; step < COUNT; step++) {
    const port = FIRST + ((start + step) % COUNT);
    const claim = process.platform === 'linux' ? await tryListen({ path: `\0brownout-port-${port}` }) : noClaim;
    if (!claim) continue;
    const probe = await tryListen({ port, host: '127.0.0.1' });
    if (probe) {
      await probe[Symbol.asyncDispose]();
      return { port, [Symbol.asyncDispose]: () => claim[Symbol.asyncDispose]() };
    }
    await claim[Symbol.asyncDispose]();
  }
  throw new Error(`no free TCP port on 127.0.0.1 between ${FIRST} and ${FIRST + COUNT - 1}`);
}

const noClaim: AsyncDisposable = { [Symbol.asyncDispose]: async () => {} };

/** Undefined if somebody else listens there. The listener does not keep the process alive. */
async function tryListen(where: ListenOptions): Promise<AsyncDisposable | undefined> {
  const server = createServer().unref();
  try {
    server.listen(where);
    await once(server, 'listening');
    return server;
  } catch (error) {
    if (['EADDRINUSE', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
