import type { Trouble } from '../disk/troubles.ts';
import type { ActiveFault, Bite, FaultableNode, FaultKind } from './fault.ts';

/** For kinds that happen to a node's disk: whether its folder lies on one that we can do something to. */
export const needsDisk: NonNullable<FaultKind<'node'>['unavailable']> = (node) =>
  node.disk
    ? undefined
    : (node.diskObstacle ?? { reason: `the folder of ${node.name} does not lie on a volatile disk`, fix: 'let Brownout start the node, and keep its data in ${folder}' });

/** Makes a node's disk behave badly until it is healed. `hit` says what became of the requests that it has hit. */
export async function troubleDisk(node: FaultableNode, trouble: Trouble, hit: (requests: number) => string): Promise<ActiveFault> {
  const imposed = await node.disk!.impose(trouble);
  return {
    async bite(): Promise<Bite> {
      const requests = await imposed.hits();
      return { proven: requests > 0, detail: requests > 0 ? hit(requests) : 'the node did not ask that of its disk meanwhile', numbers: { requests } };
    },
    heal: () => imposed.lift(),
  };
}
