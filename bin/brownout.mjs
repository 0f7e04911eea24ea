#!/usr/bin/env node
/**
 * Any Node.js from 18 on can start this. Brownout itself runs on Node.js 24: on an older one, it starts the one that
 * it brings along as a dependency, and passes on its arguments, its streams, the signals and the exit code. Should it be
 * killed, the one that it started notices and ends its run in good order, as after Ctrl-C.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const source = path.join(root, 'harness/cli/main.ts');
const main = existsSync(source) ? source : path.join(root, 'dist/harness/cli/main.js');

/** In the environment of the Node.js that was started here: it has this program to wait for. */
const LAUNCHED = 'BROWNOUT_LAUNCHED';

if (!isNode24(process.versions.node)) {
  const self = fileURLToPath(import.meta.url);
  const stdio = ['inherit', 'inherit', 'inherit', 'ipc'];
  passOn(spawn(bundledNode(), [self, ...process.argv.slice(2)], { stdio, env: { ...process.env, [LAUNCHED]: String(process.pid) } }));
} else {
  if (process.env[LAUNCHED] !== undefined && process.channel) endWithLauncher();
  delete process.env[LAUNCHED];
  await import(pathToFileURL(main).href);
}

function isNode24(version) {
  return Number(version.split('.')[0]) >= 24;
}

/** The channel breaks when the launcher dies, however it dies; that ends this process as a SIGTERM would. */
function endWithLauncher() {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref();
}

function passOn(child) {
  // A terminal sends Ctrl-C to both; brownout takes two in quick succession for one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`brownout: cannot start ${child.spawnfile}: ${error.message}`);
    process.exit(3);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + os.constants.signals[signal]));
}

function bundledNode() {
  const folder = path.dirname(createRequire(import.meta.url).resolve('node/package.json'));
  const bundled = path.join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(bundled)) return bundled;
  console.error(
    `brownout: needs Node.js 24 or newer, and this is ${process.version}.\n` +
      '  The Node.js 24 that comes with it is not installed: its install script did not run.\n' +
      '  Allow it (npm install --allow-scripts=node), or install Node.js 24 yourself.',
  );
  process.exit(3);
}
