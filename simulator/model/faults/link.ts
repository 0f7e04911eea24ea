import type { Direction, Link } from '../link.ts';
import { numberOf, type PlannedFault } from '../plan.ts';
import { counting, targetOf, type Apply } from './active.ts';

const DISTURBED = 'messages and connections disturbed';

/** Faults of the hops between the nodes. */
export const linkFaults: Record<string, Apply> = {
  blackhole: onLink((link, fault) => link.blackhole(directionsOf(fault, 'both'))),
  hold: onLink((link, fault) => link.blackhole(directionsOf(fault, 'to'))),
  cut: onLink((link) => {
    const allow = link.refuse();
    link.breakConnections();
    return allow;
  }),
  reset: onLink((link) => {
    link.breakConnections();
    return () => {};
  }),
  refuse: onLink((link) => {
    const allow = link.refuse();
    link.breakConnections();
    return allow;
  }),
  /** Whatever the answer, it comes at once: nobody waits here for a name server that says nothing. */
  dns: onLink((link, fault) => {
    const allow = link.refuse();
    if (fault.params.connected !== 'keep') link.breakConnections();
    return allow;
  }),
  flap: (world, fault) => {
    const link = targetOf(world.links, fault);
    const everyMicros = numberOf(fault, 'every', 400) * 1000;
    const silently = (fault.params.as ?? 'blackhole') === 'blackhole';
    let allow: (() => void) | undefined;
    let over = false;
    const down = () => {
      if (over) return;
      allow = silently ? link.blackhole(['up', 'down']) : link.refuse();
      if (!silently) link.breakConnections();
      world.loop.after(everyMicros * numberOf(fault, 'down', 0.5), () => allow?.());
      world.loop.after(everyMicros, down);
    };
    down();
    return counting(() => link.disturbed, DISTURBED, () => {
      over = true;
      allow?.();
    });
  },
  latency: (world, fault) => {
    const link = targetOf(world.links, fault);
    const byMicros = numberOf(fault, 'by', 200) * 1000;
    const directions = directionsOf(fault, 'both');
    for (const direction of directions) link.addedLatencyMicros[direction] += byMicros;
    return counting(() => link.carried, 'messages delayed', () => {
      for (const direction of directions) link.addedLatencyMicros[direction] -= byMicros;
    });
  },
  bandwidth: (world, fault) => {
    const link = targetOf(world.links, fault);
    return counting(() => link.carried, 'messages slowed down', link.limit(numberOf(fault, 'rate', 20_000)));
  },
  /** Messages here are whole: pieces of them, and pauses between pieces, are below what the model knows. */
  slice: (world, fault) => {
    const link = targetOf(world.links, fault);
    return counting(() => link.carried, 'messages in pieces', () => {});
  },
  'lose-ack': onLink((link, fault) => {
    link.loseAck(numberOf(fault, 'nth', 1));
    return () => link.loseAck(Infinity);
  }),
  'late-reply': (world, fault) => {
    const byMicros = numberOf(fault, 'by', 400) * 1000;
    const undo = world.plant.delayReplies(byMicros, numberOf(fault, 'every', 10));
    return counting(() => world.plant.disturbed.reduce((sum, it) => sum + it, 0), 'replies late', undo);
  },
};

function directionsOf({ params }: PlannedFault, otherwise: 'both' | 'to' | 'from'): Direction[] {
  const direction = params.direction ?? otherwise;
  return direction === 'to' ? ['up'] : direction === 'from' ? ['down'] : ['up', 'down'];
}

function onLink(impose: (link: Link, fault: Parameters<Apply>[1]) => () => void): Apply {
  return (world, fault) => {
    const link = targetOf(world.links, fault);
    const before = link.disturbed;
    const undo = impose(link, fault);
    const active = counting(() => link.disturbed, DISTURBED, undo);
    const already = link.disturbed - before;
    return { ...active, bite: () => bitten(active.bite().numbers, already) };
  };
}

/** What was disturbed in the moment of the fault counts too. */
function bitten(numbers: Record<string, number>, already: number) {
  const disturbed = Object.values(numbers)[0]! + already;
  return { proven: disturbed > 0, detail: `${disturbed} ${DISTURBED}`, numbers: { disturbed } };
}

