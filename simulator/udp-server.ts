import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';

export interface UdpServer extends AsyncDisposable {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** True once it was disposed of. */
  readonly closed: boolean;
}

/** A server on 127.0.0.1 that answers datagrams one by one; what `answer` gives nothing for is left unanswered. */
export async function startUdpServer(answer: (request: Buffer) => Buffer | undefined): Promise<UdpServer> {
  const socket = createSocket('udp4');
  let closed = false;
  socket.on('message', (request: Buffer, from: RemoteInfo) => {
    const reply = answer(request);
    if (reply) socket.send(reply, from.port, from.address);
  });
  socket.on('error', () => {}); // who asked is gone already
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    host: '127.0.0.1',
    port: socket.address().port,
    get closed() {
      return closed;
    },
    async [Symbol.asyncDispose]() {
      if (closed) return;
      closed = true;
      await new Promise<void>((done) => socket.close(() => done()));
    },
  };
}
