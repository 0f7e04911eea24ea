import { accessSync, constants, mkdtempSync, rmdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { renderDoctor, type Check } from '../doctor-table.ts';
import type { CommandContext } from '../context.ts';
import { EXIT } from '../exit.ts';
import { brokerObstacle } from '../../../simulator/broker/broker.ts';
import { faketimeLibrary } from '../../../simulator/clock/faketime-clock.ts';
import { vdsoObstacle } from '../../../simulator/clock/vdso/obstacle.ts';
import { unavailable } from '../../../simulator/disk/volatile-disk.ts';
import { reservePort } from '../../../simulator/ports.ts';
import { cleanLeftovers, type Leftovers } from '../leftovers.ts';

export function addDoctor(program: Command, context: CommandContext, done: (exitCode: number) => void): void {
  program
    .command('doctor')
    .summary('say what this machine can and cannot do for a run, and what would help')
    .option('--json', 'print the checks as JSON on standard output')
    .option('--clean', 'first end and remove what a killed harness left behind: processes, mounts, folders')
    .action(async (options: { json?: boolean; clean?: boolean }) => {
      if (options.clean) report(cleanLeftovers(), context);
      const checks = [nodeVersion(), platform(), cores(), temporaryFolder(), runsFolder(), await ports(), volatileDisk(), await nodeClocks(), mosquitto()];
      context.terminal.line(renderDoctor(checks, context.terminal));
      if (options.json) await context.print(`${JSON.stringify(checks, undefined, 2)}\n`);
      done(checks.every((check) => check.ok || !check.needed) ? EXIT.held : EXIT.harnessFailed);
    });
}

function report({ processes, folders, disks }: Leftovers, { terminal }: CommandContext): void {
  for (const pid of processes) terminal.line(`ended process ${pid}`);
  for (const disk of disks) terminal.line(`unmounted ${disk}`);
  for (const folder of folders) terminal.line(`removed ${folder}`);
  if (processes.length + disks.length + folders.length === 0) terminal.line('nothing was left behind');
}

function nodeVersion(): Check {
  const ok = Number(process.versions.node.split('.')[0]) >= 24;
  return { what: 'Node.js', found: process.version, ok, needed: true, why: 'runs TypeScript as it is and brings SQLite', fix: 'npm install brings Node.js 24 along; start brownout through npx or npm' };
}

function platform(): Check {
  const ok = process.platform === 'linux' || process.platform === 'darwin';
  return { what: 'platform', found: `${process.platform} ${process.arch}`, ok, needed: true, why: 'process groups and signals', fix: 'use Linux, macOS, or WSL 2' };
}

function cores(): Check {
  const count = os.availableParallelism();
  return { what: 'cores', found: String(count), ok: count >= 2, needed: false, why: 'a run starts several processes that must not starve each other', fix: 'give the machine or container 2 cores' };
}

function temporaryFolder(): Check {
  return writable('temporary folder', os.tmpdir(), 'set TMPDIR to a folder that can be written to');
}

function runsFolder(): Check {
  return writable('this folder', process.cwd(), 'start brownout where it may make the folder runs, or say --runs FOLDER');
}

function writable(what: string, folder: string, fix: string): Check {
  try {
    accessSync(folder, constants.W_OK);
    rmdirSync(mkdtempSync(path.join(folder, '.brownout-doctor-')));
    return { what, found: folder, ok: true, needed: true, why: 'runs leave their record there', fix };
  } catch (error) {
    return { what, found: `${folder}: ${(error as Error).message}`, ok: false, needed: true, why: 'runs leave their record there', fix };
  }
}

async function ports(): Promise<Check> {
  const needs = { what: 'ports', needed: true, why: 'every hop of a pipeline gets a port on 127.0.0.1', fix: 'allow listening on 127.0.0.1, ports 20000 to 31999' };
  try {
    await using port = await reservePort();
    return { ...needs, found: `127.0.0.1:${port.port} can be listened on`, ok: true };
  } catch (error) {
    return { ...needs, found: (error as Error).message, ok: false };
  }
}

function volatileDisk(): Check {
  const obstacle = unavailable();
  const why = 'power cuts and failing disks: a run without it says not-tested for them';
  return { what: 'volatile disk', found: obstacle?.reason ?? 'can be mounted', ok: !obstacle, needed: false, why, fix: obstacle?.fix ?? '' };
}

async function nodeClocks(): Promise<Check> {
  const obstacle = await vdsoObstacle();
  const needs = { what: 'wrong clocks', ok: obstacle === undefined, needed: false };
  if (obstacle === undefined) return { ...needs, found: 'of any program, through its vDSO (tried: a program was told 1970)', why: '', fix: '' };
  const library = faketimeLibrary();
  const found = `not through the vDSO: ${obstacle}; ${library ? `libfaketime in its place: ${library}` : 'no libfaketime either'}`;
  const why = 'clock faults reach all of a node through its vDSO; else of Node.js the Date only, and of others what libfaketime reaches';
  const fix = `on x86-64 Linux: apt-get install perl-base, and let processes be traced (in a container: --cap-add SYS_PTRACE)${library ? '' : '; elsewhere: apt-get install libfaketime'}`;
  return { ...needs, found, why, fix };
}

function mosquitto(): Check {
  const obstacle = brokerObstacle('mosquitto');
  const why = 'pipelines that ask for `broker: { kind: mosquitto }`';
  return { what: 'mosquitto', found: obstacle?.reason ?? 'installed', ok: !obstacle, needed: false, why, fix: obstacle?.fix ?? '' };
}
