import type { Message } from '../broker.ts';
import type { Sent } from '../forwarder.ts';
import { numberOf } from '../plan.ts';
import type { World } from '../world.ts';
import { counting, type ActiveFault, type Apply } from './active.ts';

/** Faults of the broker, of the services around, and of who may come in. */
export const serviceFaults: Record<string, Apply> = {
  'broker/restart': (world) => {
    if (world.lives.broker.up) world.broker.keepSessions();
    return brokerOutage(world);
  },
  'broker/forget-sessions': (world) => brokerOutage(world),
  'broker/refuse-logins': (world, fault) => {
    const { broker } = world;
    broker.refusesLogins++;
    if (fault.params.connected !== 'keep') kickAll(world);
    return counting(() => broker.disturbed, 'logins refused', () => broker.refusesLogins--);
  },
  'broker/kick': (world) => {
    const kicked = world.lives.broker.up ? kickAll(world) : 0;
    return { heal: (healed) => healed(), bite: () => ({ proven: kicked > 0, detail: `${kicked} clients were thrown out`, numbers: { kicked } }) };
  },
  /** Who publishes too much within a second is thrown out. */
  'broker/quota': (world, fault) => {
    const perSecond = numberOf(fault, 'per-second', 50);
    const { broker } = world;
    const passed: number[] = [];
    const rejects = (message: Message) => {
      if (message.topic !== 'data') return false;
      while (passed.length > 0 && passed[0]! <= world.loop.nowMicros - 1e6) passed.shift();
      if (passed.length >= perSecond) return true;
      passed.push(world.loop.nowMicros);
      return false;
    };
    broker.rejections.add(rejects);
    return counting(() => broker.disturbed, 'messages were too much', () => broker.rejections.delete(rejects));
  },
  /** Takes the first message for poison, and does not let it pass in that form: until the fault ends, or `forever`. */
  'broker/poison': (world, fault) => {
    const { broker } = world;
    let poisonous: number | undefined;
    let rejected = 0;
    const rejects = (message: Message) => {
      const { entry, plain } = message.payload as Sent;
      if (message.topic !== 'data' || plain) return false;
      if (entry.kind === 'readings') poisonous ??= entry.seq;
      if (entry.seq !== poisonous) return false;
      rejected++;
      return true;
    };
    broker.rejections.add(rejects);
    return {
      heal(healed) {
        poisonous ??= -1;
        if (fault.params.forever !== true) broker.rejections.delete(rejects);
        healed();
      },
      bite: () => ({ proven: rejected > 0, detail: `one message was turned away ${rejected} times`, numbers: { timesRejected: rejected } }),
    };
  },
  'service/down': (world, fault) => {
    if (fault.target === 'pager') {
      const { pager } = world.services;
      pager.down++;
      world.alarms.raise();
      return counting(() => pager.disturbed, 'pages refused', () => pager.down--);
    }
    const { time } = world.services;
    if (fault.target !== 'time') throw new RangeError(`${fault.id}: the model has no service ${fault.target}; it has time, pager`);
    time.down++;
    return counting(() => time.disturbed, 'questions unanswered', () => time.down--);
  },
  /** A gateway asks at its boots only, and believes what it is told then. */
  'clock/lying-ntp': (world, fault) => {
    const { time } = world.services;
    const sinceMicros = world.loop.nowMicros;
    const { stratum, leap, silent } = fault.params;
    const unbelievable = silent === true || leap === 3 || stratum === 0 || stratum === 16 || 'kiss-of-death' in fault.params;
    const lie = (nowMicros: number) =>
      unbelievable ? undefined : numberOf(fault, 'offset', 0) * 1000 + (numberOf(fault, 'drift', 0) / 1000) * (nowMicros - sinceMicros);
    time.lies.add(lie);
    return counting(() => time.disturbed, 'lies told', () => time.lies.delete(lie));
  },
  /** What was typed in is stored, but the person does not hear of it. */
  'service/lose-reply': (world) => {
    const { people } = world;
    people.hearNothing++;
    people.type();
    return counting(() => people.repliesLost, 'replies lost', () => people.hearNothing--);
  },
  'access/revoke': (world) => revoke(world),
  'access/expire': (world) => revoke(world),
};

function brokerOutage(world: World): ActiveFault {
  const { queued } = world.broker;
  const up = world.keepDown('broker', 'crash');
  return { heal: up, bite: () => ({ proven: true, detail: `the broker was down, with ${queued} messages queued`, numbers: { queuedMessages: queued } }) };
}

/** Returns how many there were. */
function kickAll({ broker }: World): number {
  const clients = broker.connectedClients;
  for (const client of clients) broker.kick(client);
  return clients.length;
}

function revoke({ broker }: World): ActiveFault {
  return counting(() => broker.disturbed, 'attempts refused', broker.revoke('gateway-1'));
}
