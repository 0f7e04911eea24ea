import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { Aedes } from 'aedes';
import type { AedesOptions, Client } from 'aedes';
import { ImposedRules } from './imposed-rules.ts';
import type { Answer, Order } from './orders.ts';

/**
 * The MQTT broker, a process of its own: `broker-process PORT`. Says `ready` to its parent once it listens, takes orders
 * from it, and ends with it: a broken IPC channel is the one sign of a dead parent that cannot fail to come.
 */
process.on('disconnect', () => process.exit());

/** What aedes 1.2 has and its types do not tell. */
interface Insides {
  persistence: { countOffline(): Promise<{ clientsCount: number }> };
  clients: Record<string, Client>;
}

const port = Number(process.argv[2]);
const rules = new ImposedRules();
/** Who asked for the broker to be down. */
const downFor = new Set<string>();
const sockets = new Set<Socket>();
let broker = await newBroker();
let server: Server | undefined;
/** While it is down: what it will remember. */
let kept: Insides['persistence'] | undefined;

/**
 * By default a hundred messages to one stuck subscriber bring aedes to a halt for all others, which no broker of the
 * field does.
 */
async function newBroker(persistence?: Insides['persistence']): Promise<Aedes & Insides> {
  const options: AedesOptions & { persistence?: Insides['persistence'] } = {
    concurrency: 100_000,
    persistence,
    authenticate: (_client, _username, _password, done) => rules.authenticate(done),
    authorizePublish: (client, packet, done) => rules.authorize(client?.id, packet, done),
  };
  return (await Aedes.createBroker(options)) as Aedes & Insides;
}

async function listen(): Promise<void> {
  const listening = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    broker.handle(socket);
  });
  server = listening;
  await new Promise<void>((resolve, reject) => {
    listening.once('listening', resolve).once('close', resolve).once('error', reject);
    listening.listen(port, '127.0.0.1');
  });
}

function dropAll(): number {
  const dropped = sockets.size;
  for (const socket of sockets) socket.destroy();
  return dropped;
}

async function goDown(): Promise<number> {
  server?.close();
  server = undefined;
  const dropped = dropAll();
  await new Promise<void>((closed) => broker.close(closed));
  kept = broker.persistence;
  return dropped;
}

/** The sessions that were kept belong to the next broker; so it is with one that stores them on its disk. */
async function comeUp(): Promise<void> {
  broker = await newBroker(kept);
  await listen();
}

function kick(client: string | undefined): number {
  if (client === undefined) return dropAll();
  const found = broker.clients[client];
  found?.conn.destroy();
  return found ? 1 : 0;
}

async function obey(order: Order): Promise<Answer> {
  let dropped = 0;
  if (order.do === 'go-down') {
    downFor.add(order.id);
    if (downFor.size === 1) dropped = await goDown();
  } else if (order.do === 'come-up') {
    const wasDown = downFor.delete(order.id);
    if (wasDown && order.forget) kept = undefined;
    if (wasDown && downFor.size === 0) await comeUp();
  } else if (order.do === 'kick') dropped = kick(order.client);
  else if (order.do === 'impose') rules.impose(order.id, order.rule);
  else if (order.do === 'lift') rules.lift(order.id);
  const down = downFor.size > 0;
  const memory = down ? kept : broker.persistence;
  const sessions = (await memory?.countOffline())?.clientsCount ?? 0;
  return { dropped, struck: 'id' in order ? rules.struck(order.id) : 0, sessions, down };
}

/** One after the other, in the order in which they came. */
let last: Promise<unknown> = listen().then(() => process.send?.('ready'));
process.on('message', ({ number, order }: { number: number; order: Order }) => {
  last = last.then(async () => process.send?.({ number, answer: await obey(order) }));
});
