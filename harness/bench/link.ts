/** npm run bench -- link: one hop through a link against the same hop through socat, in the same run. Needs socat. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { reservePort } from '../../simulator/ports.ts';
import { measure, median } from './measure.ts';

const ROUNDS = 5;
const FLOOD_BYTES = 400e6;
const PINGS = 5000;

const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** A process that prints a port when it listens. */
async function listener(file: string, ...args: string[]): Promise<{ port: number; child: ChildProcess }> {
  const child = spawn(process.execPath, [script(file), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  return { port: Number(line), child };
}

async function socat(target: number): Promise<{ port: number; child: ChildProcess }> {
  await using reserved = await reservePort();
  const { port } = reserved;
  const child = spawn('socat', [`TCP-LISTEN:${port},fork,reuseaddr,nodelay,bind=127.0.0.1`, `TCP:127.0.0.1:${target},nodelay`], { stdio: 'ignore' });
  return { port, child };
}

export async function benchLink(): Promise<void> {
  if (spawnSync('socat', ['-V']).error) return console.log('link: not measured, socat is not installed (Debian: apt-get install socat)');
  const sink = await listener('./load-process.ts', 'sink');
  const hops = {
    direct: { port: sink.port, child: undefined },
    link: await listener('./link-process.ts', String(sink.port)),
    'link with an MQTT rule': await listener('./link-process.ts', String(sink.port), 'mqtt-rule'),
    socat: await socat(sink.port),
  };
  try {
    await new Promise((listening) => setTimeout(listening, 200)); // socat does not say when it listens
    const figures: Record<string, { large: number; small: number; p50Micros: number }> = {};
    for (const [name, { port }] of Object.entries(hops)) {
      const flood = (bytes: number) =>
        median(Array.from({ length: ROUNDS }, () => measure<{ bytesPerSecond: number }>('./load-process.ts', 'flood', String(port), String(bytes), String(FLOOD_BYTES)).bytesPerSecond));
      const p50Micros = median(Array.from({ length: ROUNDS }, () => measure<{ p50Micros: number }>('./load-process.ts', 'ping', String(port), String(PINGS)).p50Micros));
      figures[name] = { large: flood(10_000), small: flood(100), p50Micros };
      console.log(`${name}: 10 kB writes ${(figures[name].large / 1e6).toFixed(0)} MB/s, 100 B packets ${(figures[name].small / 1e6).toFixed(0)} MB/s (${(figures[name].small / 1e5).toFixed(0)}k packets/s), p50 ${p50Micros.toFixed(0)} µs`);
    }
    const [direct, ours, peer] = [figures.direct!, figures.link!, figures.socat!];
    console.log(
      `link against socat: 10 kB writes ${(ours.large / peer.large).toFixed(2)}, 100 B packets ${(ours.small / peer.small).toFixed(2)}, ` +
        `added p50 ${((ours.p50Micros - direct.p50Micros) / (peer.p50Micros - direct.p50Micros)).toFixed(2)}`,
    );
  } finally {
    sink.child.kill('SIGKILL');
    for (const { child } of Object.values(hops)) child?.kill('SIGKILL');
  }
}
