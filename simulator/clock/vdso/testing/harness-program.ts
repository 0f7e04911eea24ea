import { setTimeout as sleep } from 'node:timers/promises';
import { tellers, told } from './told.ts';

/** A harness that is about to be killed: it starts a node whose clock is off, and says its process id. */
const node = told();
node.clock.impose(node.skew(3600));
const { child, next } = await node.start(tellers['a shell with one `date` after the other']!);
await next();
console.log(child.pid);
await sleep(60_000);
