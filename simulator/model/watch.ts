import type { Parameters } from './parameters.ts';
import { NODE_NAMES, type World } from './world.ts';

/** A control loop's cycle, and what a gateway's process takes besides its buffer. */
const CYCLE_MICROS = 10_000;
const GATEWAY_RSS_BYTES = 60_000_000;
const IDLE_DISK_BYTES = 1_000_000;
const STRANGER_EVERY_LOOKS = 3;

/** What the harness looks at while it runs: health, resources, the machines' own control loops, and strangers at the door. */
export function watch(world: World, random: () => number): void {
  const { loop, recorder, parameters } = world;
  const lookMicros = parameters.healthLookMs * 1000;
  let looks = 0;
  const look = () => {
    looks++;
    askHealth(world);
    weigh(world);
    if (parameters.recordsCycles) listenToMachines(world, lookMicros, random);
    if (looks % STRANGER_EVERY_LOOKS === 0 && world.lives.broker.up) {
      recorder.event({ kind: 'access', atMicros: loop.nowMicros, who: 'stranger', credentials: 'wrong', action: 'login', accepted: false });
    }
    loop.after(lookMicros, look);
  };
  loop.after(lookMicros, look);
}

/** What the gateway's buffer held when it was weighed. */
export function heldReadings({ rssBytes, diskBytes }: { rssBytes: number; diskBytes: number }, { readingBytes }: Pick<Parameters, 'readingBytes'>): number {
  return Math.round((rssBytes - GATEWAY_RSS_BYTES + diskBytes - IDLE_DISK_BYTES) / readingBytes);
}

/** One more check of every node. */
export function checkNodes({ lives, recorder, loop }: World): void {
  for (const node of NODE_NAMES) {
    recorder.event({ kind: 'node', atMicros: loop.nowMicros, node, state: lives[node].up && !lives[node].paused ? 'serving' : 'unreachable' });
  }
}

function askHealth({ lives, cloud, recorder, loop }: World): void {
  if (!lives.ingest.up || lives.ingest.paused) return;
  const { status, said, layer, backlog } = cloud.health();
  recorder.event({ kind: 'health', atMicros: loop.nowMicros, node: 'ingest', status, said, ...(layer && { layer }), backlog });
}

function weigh({ lives, gateway, parameters, protect, recorder, loop }: World): void {
  if (!lives.gateway.up) return;
  const bufferBytes = gateway.outbox.readings * parameters.readingBytes;
  recorder.event({
    kind: 'resource', atMicros: loop.nowMicros, node: 'gateway',
    rssBytes: GATEWAY_RSS_BYTES + (protect.storesOnDisk ? 0 : bufferBytes),
    diskBytes: IDLE_DISK_BYTES + (protect.storesOnDisk ? bufferBytes : 0),
  });
}

/** A machine's control loop needs nobody; one that waits for its gateway stands still when that does not ask. */
function listenToMachines({ plant, protect, recorder, loop }: World, lookMicros: number, random: () => number): void {
  for (const [d, device] of plant.names.entries()) {
    const waitedMicros = protect.machineRunsAlone ? 0 : Math.min(lookMicros, Math.max(0, loop.nowMicros - plant.askedAtMicros[d]! - 500_000));
    recorder.event({
      kind: 'cycle', atMicros: loop.nowMicros, device,
      cycles: Math.round((lookMicros - waitedMicros) / CYCLE_MICROS),
      longestMicros: Math.round(Math.max(CYCLE_MICROS + 200 * random(), waitedMicros)),
    });
  }
}
