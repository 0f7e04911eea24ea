import type { Sent } from '../forwarder.ts';
import { counting, type Apply } from './active.ts';

/** Faults of the broker, of the services around, and of who may come in. */
export const serviceFaults: Record<string, Apply> = {
  'broker/restart': (world) => {
    const up = world.keepDown('broker', 'crash');
    return { heal: up, bite: () => ({ proven: true, detail: 'the broker was down, and its sessions are gone', numbers: {} }) };
  },
  'broker/forget-sessions': (world) => {
    let forgotten = 0;
    if (world.lives.broker.up) {
      world.broker.kick('ingest');
      world.broker.kick('gateway');
      forgotten = world.broker.forgetSessions();
    }
    const proven = world.lives.broker.up;
    return {
      heal: (healed) => healed(),
      bite: () => ({ proven, detail: `${forgotten} queued messages and all sessions were forgotten`, numbers: { forgottenMessages: forgotten } }),
    };
  },
  'broker/refuse-logins': (world) => {
    const { broker } = world;
    broker.refusesLogins++;
    broker.kick('gateway');
    return counting(() => broker.disturbed, 'logins refused', () => broker.refusesLogins--);
  },
  'broker/kick': (world) => {
    const proven = world.lives.broker.up && world.broker.connectedClients > 0;
    world.broker.kick('gateway');
    return { heal: (healed) => healed(), bite: () => ({ proven, detail: 'the gateway was thrown out', numbers: {} }) };
  },
  /** Takes one message for poison, and never lets it pass in the form in which it came first. */
  'broker/poison': (world) => {
    const { broker } = world;
    const before = broker.rejects;
    let poisonous: number | undefined;
    let rejected = 0;
    broker.rejects = (message) => {
      if (before?.(message)) return true;
      const { entry, plain } = message.payload as Sent;
      if (message.topic !== 'data' || plain) return false;
      if (entry.kind === 'readings') poisonous ??= entry.seq;
      if (entry.seq !== poisonous) return false;
      rejected++;
      return true;
    };
    return {
      heal(healed) {
        poisonous ??= -1;
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

function revoke({ broker }: Parameters<Apply>[0]) {
  return counting(() => broker.disturbed, 'attempts refused', broker.revoke('gateway-1'));
}
