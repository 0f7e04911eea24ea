import { Server } from 'node:net';
import type { Socket } from 'node:net';
import { ServerTCP } from 'modbus-serial';
import type { IServiceVector } from 'modbus-serial/ServerTCP.js';

export interface ModbusServer {
  port: number;
  /** Stops listening and breaks the connections; resolves once the port is free. */
  close(): Promise<void>;
}

/**
 * A Modbus TCP server of modbus-serial on 127.0.0.1 that answers to every unit id.
 * Its functions must take a callback (promises are answered with exception 4) and must not throw.
 *
 * @throws with code EADDRINUSE if the port is taken.
 */
export async function startModbusServer(
  port: number,
  functions: IServiceVector,
  connected: (socket: Socket) => void,
): Promise<ModbusServer> {
  const server = new ServerTCP(functions, { host: '127.0.0.1', port });
  acceptor(server).on('connection', (socket) => {
    socket.setNoDelay(true);
    connected(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.on('initialized', () => resolve());
    server.on('serverError', reject);
  });
  return { port, close: () => new Promise((closed) => server.close(() => closed())) };
}

/** modbus-serial offers no way to its sockets, which need TCP_NODELAY. */
function acceptor(server: ServerTCP): Server {
  const inner: unknown = Reflect.get(server, '_server');
  if (inner instanceof Server) return inner;
  throw new Error('modbus-serial has changed: its ServerTCP holds no net.Server any more');
}
