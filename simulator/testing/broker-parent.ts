import { startBroker } from '../broker/broker.ts';

/** Starts a broker, tells its process id, and waits to be killed. */
const broker = await startBroker();
process.send!(broker.pid);
