import { z } from 'zod';
import { UNSEEN } from '../process-family.ts';
import { duration } from './duration.ts';
import type { Bite, FaultableNode, FaultKind } from './fault.ts';

const params = z.strictObject({
  grace: duration.default(5000).describe('How long it may take to end; then what is left of it is killed, as a service manager does.'),
});
type Params = z.output<typeof params>;

/** Somebody stops the service in an orderly way and starts it again later. */
export const stop: FaultKind<'node', Params> = {
  kind: 'stop',
  family: 'process',
  target: 'node',
  summary: 'The node is asked to end (SIGTERM to all its processes), and is started again at the end.',
  limits: UNSEEN,
  params,
  unavailable,
  async apply(node, { grace }) {
    const bite = await stopNode(node, grace);
    return { bite: () => bite, heal: () => node.boot() };
  },
};

export function unavailable(node: FaultableNode): { reason: string; fix: string } | undefined {
  return node.stop ? undefined : { reason: `${node.name} cannot be stopped gently`, fix: 'start it as a process of its own' };
}

/** Stops it and says how that went. Throws if it is down already. */
export async function stopNode(node: FaultableNode, graceMs: number): Promise<Bite> {
  const { pid } = node;
  if (pid === undefined) throw new Error(`${node.name} is down already: there is nothing to stop`);
  const startMs = performance.now();
  await node.stop!(graceMs);
  const tookMs = performance.now() - startMs;
  const how = node.exit?.signal === 'SIGKILL' ? `did not end within ${graceMs} ms and was killed` : 'ended when it was asked to';
  const left = node.processes?.()?.length ?? 0;
  if (left > 0) return { proven: false, detail: `${left} of its processes survived`, numbers: { pid, tookMs, survivors: left } };
  return { proven: node.pid !== pid, detail: `process ${pid} ${how}, after ${Math.round(tookMs)} ms`, numbers: { pid, tookMs } };
}
