/** npm run conformance: has every failure happen under the eyes of a witness, and writes docs/conformance.md. It takes mosquitto and a machine with FUSE. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot, toolVersion } from '../../simulator/package-root.ts';
import { conformancePage } from './page.ts';
import { everyFailure, Scene, type Seen } from './scene.ts';

await using scenes = new AsyncDisposableStack();
const on = { aedes: scenes.use(await Scene.set('aedes')), mosquitto: scenes.use(await Scene.set('mosquitto')) };
const seen: Seen[] = [];
for (const { kind, target, broker } of everyFailure()) {
  const it = await on[broker].see(kind, target);
  console.log(`${it.kind} on ${it.target}: ${it.unavailable ?? (it.asPromised ? it.during : `NOT AS PROMISED: ${it.before} / ${it.during} / ${it.after}`)}`);
  seen.push(it);
}
if (seen.every(({ asPromised }) => asPromised)) writeFileSync(path.join(packageRoot(), 'docs/conformance.md'), conformancePage(seen, { version: toolVersion(), node: process.version }));
else process.exitCode = 1;
