#!/usr/bin/env node
/**
 * Any Node.js from 18 on can start this. Brownout itself runs on Node.js 24: on an older one, it starts the one that
 * it brings along as a dependency, and passes on its arguments, its streams, the signals and the exit code.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const source = path.join(root, 'harness/cli/main.ts');
const main = existsSync(source) ? source : path.join(root, 'dist/harness/cli/main.js');

if (isNode24(process.versions.node)) await import(pathToFileURL(main).href);
else passOn(spawn(bundledNode(), [main, ...process.argv.slice(2)], { stdio: 'inherit' }));

function isNode24(version) {
  return Number(version.split('.')[0]) >= 24;
}

function passOn(child) {
  // A terminal sends Ctrl-C to both; brownout takes two in quick succession for one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => process.exit(code ?? 3));
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
