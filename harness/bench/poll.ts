/**
 * npm run bench -- poll: how many machines the plant can be asked for at once. A client that does nothing else reads them
 * all at 10 Hz over a link; what is counted is the share of its readings that are known to be taken (acknowledged), and
 * what each costs this process.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { startPlant } from '../../simulator/devices/plant.ts';
import { openLink } from '../../simulator/links/link.ts';
import { startRunClock } from '../../simulator/run-clock.ts';
import { siblingModule } from '../../simulator/sibling-module.ts';

const PERIOD_MS = 100;
const POLL_TIMEOUT_MS = 1000;
const SECONDS = 8;

export async function benchPoll(): Promise<void> {
  for (const machines of [100, 500, 1000]) {
    const { readings, acknowledged, cpuMicros, got } = await polled(machines);
    const share = ((100 * acknowledged) / readings).toFixed(1);
    console.log(
      `${machines} machines at ${1000 / PERIOD_MS} Hz, poll-timeout ${POLL_TIMEOUT_MS} ms: ${(readings / SECONDS).toFixed(0)} readings/s, ` +
        `${share} % acknowledged, ${(cpuMicros / readings).toFixed(0)} µs of CPU each; the client got ${got.inTime} in time, ${got.late} late`,
    );
  }
}

async function polled(machines: number) {
  let readings = 0;
  let acknowledged = 0;
  const recorder = {
    reading({ handover }: { handover: string }) {
      readings++;
      if (handover === 'acknowledged') acknowledged++;
    },
    delivery() {},
    event() {},
  };
  const clock = startRunClock();
  await using plant = await startPlant({ machines, seed: 1, watermark: 'registers', pollTimeoutMs: POLL_TIMEOUT_MS, clock, recorder });
  await using link = await openLink({ name: 'field', targets: plant.machines, clock, observer: plant.handover.observe('field'), protocol: 'modbus' });
  const client = fork(siblingModule(import.meta.url, './poll-process'), [PERIOD_MS, POLL_TIMEOUT_MS, ...link.ports].map(String));
  try {
    await once(client, 'message');
    [readings, acknowledged] = [0, 0];
    const before = process.cpuUsage();
    let got = { inTime: 0, late: 0 };
    for (let second = 0; second < SECONDS; second++) [got] = (await once(client, 'message')) as [typeof got];
    const { user, system } = process.cpuUsage(before);
    return { readings, acknowledged, cpuMicros: user + system, got };
  } finally {
    client.kill('SIGKILL');
    await once(client, 'exit');
  }
}
