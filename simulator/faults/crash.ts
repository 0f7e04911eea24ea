import { z } from 'zod';
import { isLiving, UNSEEN } from '../process-family.ts';
import type { Bite, FaultKind, FaultableNode } from './fault.ts';

const params = z.strictObject({});

/** The node's processes die without warning, and it is started again at the end. */
export const crash: FaultKind<'node', z.output<typeof params>> = {
  kind: 'crash',
  family: 'power',
  target: 'node',
  summary: 'SIGKILL to every process of the node, daemonised ones included; it is started again at the end.',
  limits:
    'What the programs had written survives in the page cache: this is a crash, not a power cut. What the node had another ' +
    `service start for it (systemd, docker) is not reached. ${UNSEEN}`,
  params,
  async apply(node) {
    const { pid } = node;
    const processes = processesOf(node, pid);
    if (processes.length === 0) throw new Error(`${node.name} is down already: there is nothing to crash`);
    await node.kill();
    const bite = death(node, pid, processes);
    return {
      bite: () => bite,
      heal: () => node.boot(),
    };
  },
};

function processesOf(node: FaultableNode, pid: number | undefined): number[] {
  const seen = node.processes?.()?.map((it) => it.pid);
  return seen ?? (pid !== undefined && isLiving(pid) ? [pid] : []);
}

/** What is left of the node once it was killed, and how its first process ended. */
function death(node: FaultableNode, pid: number | undefined, before: readonly number[]): Bite {
  const survivors = processesOf(node, pid);
  const numbers = { pid: pid ?? before[0]!, processes: before.length, survivors: survivors.length };
  if (survivors.length > 0) return { proven: false, detail: `process ${survivors.join(', ')} survived`, numbers };
  const { exit } = node;
  const proven = exit === undefined || exit.signal === 'SIGKILL' || pid === undefined;
  const how = exit === undefined ? '' : `, ended by ${exit.signal ?? `exit code ${exit.code}`}`;
  const all = before.length === 1 ? `process ${before[0]} is gone` : `all ${before.length} processes are gone, with the first, ${numbers.pid},`;
  return { proven, detail: `${all}${how}`, numbers };
}
