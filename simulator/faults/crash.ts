import { z } from 'zod';
import { groupAlive } from '../process-group.ts';
import type { Bite, FaultKind } from './fault.ts';

const params = z.strictObject({});

/** The node's processes die without warning, and it is started again at the end. */
export const crash: FaultKind<'node', z.output<typeof params>> = {
  kind: 'crash',
  family: 'power',
  target: 'node',
  summary: 'SIGKILL to every process of the node; it is started again at the end.',
  limits: 'What the programs had written survives in the page cache: this is a crash, not a power cut.',
  params,
  async apply(node) {
    const { pid } = node;
    if (pid === undefined || !groupAlive(pid)) throw new Error(`${node.name} is down already: there is nothing to crash`);
    await node.kill();
    const bite: Bite = groupAlive(pid)
      ? { proven: false, detail: `the process group ${pid} survived`, numbers: { pid } }
      : death(pid, node.exit);
    return {
      bite: () => bite,
      heal: () => node.boot(),
    };
  },
};

function death(pid: number, exit: { code: number | null; signal: NodeJS.Signals | null } | undefined): Bite {
  const proven = exit === undefined || exit.signal === 'SIGKILL';
  const how = exit === undefined ? '' : `, ended by ${exit.signal ?? `exit code ${exit.code}`}`;
  return { proven, detail: `the process group ${pid} is gone${how}`, numbers: { pid } };
}
