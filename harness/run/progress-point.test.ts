import { connectAsync } from 'mqtt';
import { expect, test } from 'vitest';
import { startBroker } from '../../simulator/broker/broker.ts';
import { openLink } from '../../simulator/links/link.ts';
import { startRunClock } from '../../simulator/run-clock.ts';
import { reach } from './progress-point.ts';

const noLink = () => {
  throw new Error('no link is asked for');
};

test('readings are counted from the moment on at which the counting begins; what waits is a level', async () => {
  const flow = { arrivedRows: 100, acknowledged: 200, backlog: 7 };
  const { signal } = new AbortController();
  const world = { flow, link: noLink, signal };
  const told: string[] = [];
  const points = (['delivered', 'acknowledged', 'waiting'] as const).map((of) => reach({ count: 10, of }, world).then(() => told.push(of)));
  flow.arrivedRows = 109;
  flow.backlog = 10;
  await points[2];
  flow.acknowledged = 210;
  await points[1];
  flow.arrivedRows = 110;
  await points[0];
  expect(told).toEqual(['waiting', 'acknowledged', 'delivered']);
});

test('packets are counted as they come by, and the link is as before afterwards', async () => {
  await using broker = await startBroker();
  await using link = await openLink({ name: 'uplink', targets: [{ port: broker.port }], clock: startRunClock(), protocol: 'mqtt' });
  const client = await connectAsync(`mqtt://127.0.0.1:${link.ports[0]}`, { reconnectPeriod: 0 });
  try {
    await client.publishAsync('t', 'before', { qos: 1 });
    const flow = { arrivedRows: 0, acknowledged: 0, backlog: 0 };
    let reached = false;
    const point = reach({ count: 3, of: 'puback', on: 'uplink' }, { flow, link: () => link, signal: new AbortController().signal }).then((came) => (reached = came));
    for (let sent = 1; sent <= 3; sent++) {
      expect(reached).toBe(false);
      await client.publishAsync('t', 'counted', { qos: 1 });
      await client.publishAsync('t', 'without an acknowledgement', { qos: 0 });
    }
    expect(await point).toBe(true);
  } finally {
    await client.endAsync(true);
  }
});

test('a run that is interrupted waits for nothing more', async () => {
  const interrupted = new AbortController();
  const flow = { arrivedRows: 0, acknowledged: 0, backlog: 0 };
  const waiting = reach({ count: 1, of: 'delivered' }, { flow, link: noLink, signal: interrupted.signal });
  interrupted.abort(new Error('interrupted'));
  await expect(waiting).rejects.toThrow('interrupted');
});
