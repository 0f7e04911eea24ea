import { z } from 'zod';
import { UNSEEN } from '../process-family.ts';
import { duration } from './duration.ts';
import type { Bite, FaultKind } from './fault.ts';
import { stopNode, unavailable } from './stop.ts';

const params = z.strictObject({
  holding: z.int().min(1).max(1_000_000_000).default(1).describe('How many readings must be on their way, unstored at the other end, when it is stopped. With fewer nothing is proven.'),
  grace: duration.default(5000).describe('How long it may take to end; then what is left of it is killed, as a service manager does.'),
});
type Params = z.output<typeof params>;

/** A new version is installed at the worst time: the buffer is full because of an outage, and only what is stored lives on. */
export const upgrade: FaultKind<'node', Params> = {
  kind: 'upgrade',
  family: 'process',
  target: 'node',
  summary: 'The node is stopped in an orderly way with a full buffer, and started again at the end.',
  limits: `The same program is started again: what another version makes of the files of this one is not shown. ${UNSEEN}`,
  params,
  unavailable,
  async apply(node, { holding, grace }, { backlog }) {
    const backlogReadings = backlog?.() ?? 0;
    const stopped = await stopNode(node, grace);
    const bite: Bite = {
      proven: stopped.proven && backlogReadings >= holding,
      detail: `${stopped.detail}, with ${backlogReadings} readings on their way`,
      numbers: { ...stopped.numbers, backlogReadings },
    };
    return { bite: () => bite, heal: () => node.boot() };
  },
};
