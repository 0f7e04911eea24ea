import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { Aedes } from 'aedes';
import type { AedesOptions, Client } from 'aedes';
import { Doorkeeper } from './doorkeeper.ts';
import { DurablePersistence } from './durable-persistence.ts';
import { ImposedRules } from './imposed-rules.ts';
import type { Order, Saying } from './orders.ts';
import { SessionStore } from './session-store.ts';

/**
 * The MQTT broker, a process of its own: `aedes-process PORT STORE_FILE USERNAME PASSWORD`, the last two being those of the
 * witness. Takes orders from its parent and ends with it: a broken IPC channel is the one sign of a dead parent that
 * cannot fail to come.
 */
const [, , port, storeFile, username, password] = process.argv as [string, string, string, string, string, string];
const store = new SessionStore(storeFile);
const door = new Doorkeeper({ username, password }, (line) => void process.stderr.write(`${line}\n`));
const rules = new ImposedRules({ username, password }, (struck, poison) => say({ struck, poison }));
const sockets = new Set<Socket>();

process.on('disconnect', () => process.exit());
process.on('SIGTERM', shutDown);

/**
 * By default a hundred messages to one stuck subscriber bring aedes to a halt for all others, which no broker of the
 * field does.
 */
const options: AedesOptions & { persistence: DurablePersistence } = {
  concurrency: 100_000,
  persistence: new DurablePersistence(store),
  preConnect: (client, packet, done) => {
    door.knocks(client, packet);
    done(null, true);
  },
  authenticate: (client, name, secret, done) => rules.authenticate(client, { username: name, password: secret?.toString() }, done),
  authorizePublish: (client, packet, done) =>
    rules.authorize(client, packet, (error) => {
      if (error && client) door.forbids(client, error.message, (error as { fix?: string }).fix);
      done(error);
    }),
};
// What aedes 1.2 has and its types do not tell.
const broker = (await Aedes.createBroker(options)) as Aedes & { clients: Record<string, Client> };
broker.on('client', (client) => door.comesIn(client));
broker.on('clientDisconnect', (client) => door.leaves(client));
broker.on('keepaliveTimeout', (client) => door.keepsSilent(client));
broker.on('publish', (_packet, client) => door.publishes(client));
for (const event of ['clientError', 'connectionError'] as const) broker.on(event, (client: Client, error: Error) => door.fails(client, error));
const server: Server = createServer({ noDelay: true }, (socket) => {
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket));
  broker.handle(socket);
});

async function obey(order: Order): Promise<number> {
  if (order.do === 'kick') return kick(order.client);
  if (order.do === 'listen') {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(Number(port), '127.0.0.1', resolve));
  } else if (order.do === 'impose') rules.impose(order.id, order.rule, order.poison);
  else if (order.do === 'lift') rules.lift(order.id);
  return sockets.size;
}

function kick(client: string | undefined): number {
  if (client === undefined) return dropAll();
  const found = broker.clients[client];
  found?.conn.destroy();
  return found ? 1 : 0;
}

function dropAll(): number {
  const dropped = sockets.size;
  for (const socket of sockets) socket.destroy();
  return dropped;
}

function shutDown(): void {
  server.close();
  dropAll();
  broker.close(() => {
    store.close();
    process.exit();
  });
}

function say(saying: Saying): void {
  process.send?.(saying);
}

/** One after the other, in the order in which they came. */
let last: Promise<unknown> = Promise.resolve();
process.on('message', ({ number, order }: { number: number; order: Order }) => {
  last = last.then(async () => say({ number, connections: await obey(order), census: door.census() }));
});
