import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Aedes } from 'aedes';

/**
 * The MQTT broker, a process of its own: `broker-process PORT` (0 for any). Sends its port to its parent, and ends
 * with it: a broken IPC channel is the one sign of a dead parent that cannot fail to come.
 */
process.on('disconnect', () => process.exit());

/**
 * By default a hundred messages to one stuck subscriber bring aedes to a halt for all others, which no broker of the
 * field does.
 */
const broker = await Aedes.createBroker({ concurrency: 100_000 });
const server = createServer({ noDelay: true }, broker.handle);
server.listen(Number(process.argv[2]), '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
