import type { Link } from '../link.ts';
import { numberOf } from '../plan.ts';
import { counting, targetOf, type Apply } from './active.ts';

const DISTURBED = 'messages and connections disturbed';

/** Faults of the hops between the nodes. */
export const linkFaults: Record<string, Apply> = {
  blackhole: onLink((link, fault) => {
    const direction = fault.params.direction ?? 'both';
    return link.blackhole(direction === 'to' ? ['up'] : direction === 'from' ? ['down'] : ['up', 'down']);
  }),
  hold: onLink((link) => link.blackhole(['up'])),
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
  dns: onLink((link) => {
    const allow = link.refuse();
    link.breakConnections();
    return allow;
  }),
  flap: (world, fault) => {
    const link = targetOf(world.links, fault);
    const everyMicros = numberOf(fault, 'every', 400) * 1000;
    let allow = () => {};
    let over = false;
    const down = () => {
      if (over) return;
      allow = link.refuse();
      link.breakConnections();
      world.loop.after(everyMicros / 2, () => allow());
      world.loop.after(everyMicros, down);
    };
    down();
    return counting(() => link.disturbed, DISTURBED, () => {
      over = true;
      allow();
    });
  },
  latency: (world, fault) => {
    const link = targetOf(world.links, fault);
    const byMicros = numberOf(fault, 'by', 200) * 1000;
    link.addedLatencyMicros += byMicros;
    return counting(() => link.carried, 'messages delayed', () => (link.addedLatencyMicros -= byMicros));
  },
  bandwidth: (world, fault) => {
    const link = targetOf(world.links, fault);
    return counting(() => link.carried, 'messages slowed down', link.limit(numberOf(fault, 'bytesPerSecond', 20_000)));
  },
  'lose-ack': onLink((link, fault) => {
    link.loseAck(numberOf(fault, 'nth', 1));
    return () => link.loseAck(Infinity);
  }),
  'late-reply': (world, fault) => {
    const byMicros = numberOf(fault, 'by', 400) * 1000;
    const undo = world.plant.names.map((_, d) => world.plant.slowDown(d, byMicros));
    return counting(() => world.plant.disturbed.reduce((sum, it) => sum + it, 0), 'replies late', () => undo.forEach((it) => it()));
  },
};

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

