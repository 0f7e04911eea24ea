import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { randomStream } from '../random.ts';
import { startRunClock } from '../run-clock.ts';
import { openLink } from '../links/link.ts';
import type { LinkOptions } from '../links/link.ts';
import { nameOf, startNameServer } from '../names/name-server.ts';

/** One end of a connection and all that it got so far. `ended` is how it ended: `FIN`, or the code of its error. */
export interface End {
  socket: Socket;
  /** The pieces in which it came. */
  pieces: { bytes: Buffer; atMs: number }[];
  readonly received: Buffer;
  ended: string | undefined;
}

function endOf(socket: Socket): End {
  const pieces: End['pieces'] = [];
  const end: End = {
    socket,
    pieces,
    get received() {
      return Buffer.concat(pieces.map(({ bytes }) => bytes));
    },
    ended: undefined,
  };
  socket.on('data', (bytes: Buffer) => pieces.push({ bytes, atMs: performance.now() }));
  socket.on('end', () => (end.ended ??= 'FIN'));
  socket.on('error', (error: NodeJS.ErrnoException) => (end.ended ??= error.code));
  return end;
}

/** A link between raw socket clients (`call`) and a raw socket server (`accepted`), as a fault's target for tests. */
export async function hop({ protocol, serve, named }: { protocol?: LinkOptions['protocol']; serve?: (socket: Socket) => void; named?: boolean } = {}) {
  const resources = new AsyncDisposableStack();
  const accepted: End[] = [];
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    accepted.push(endOf(socket));
    serve?.(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  resources.defer(() => new Promise((closed) => {
    for (const { socket } of accepted) socket.destroy();
    server.close(() => closed());
  }));
  const clock = startRunClock();
  const byName = named ? { name: nameOf('uplink'), server: resources.use(await startNameServer(['uplink'])) } : undefined;
  const link = resources.use(await openLink({ name: 'uplink', targets: [{ port: (server.address() as AddressInfo).port }], clock, protocol, byName }));
  const call = async (): Promise<End> => {
    const socket = connect({ port: link.ports[0]!, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    const end = endOf(socket);
    resources.defer(() => void socket.destroy());
    await once(socket, 'connect');
    return end;
  };
  return {
    link,
    accepted,
    call,
    /** What a fault's `apply` wants to know besides. */
    context: { clock, random: randomStream(1, 'test') },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** A server that sends back what it gets. */
export const echo = (socket: Socket) => void socket.pipe(socket);
