import net from 'node:net';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { reservePort } from '../../simulator/ports.ts';
import { HarnessProblem } from '../problem.ts';

/** A port for every name: a free one of ours for `auto`, or the one asked for if nobody has it. Throws HarnessProblem. */
export async function claimPorts(
  wanted: Readonly<Record<string, number | 'auto'>>,
  owned: AsyncDisposableStack,
): Promise<Record<string, number>> {
  const ports: Record<string, number> = {};
  for (const [name, port] of Object.entries(wanted)) {
    if (port === 'auto') {
      ports[name] = owned.use(await reservePort()).port;
      continue;
    }
    if (!(await isFree(port))) {
      throw new HarnessProblem(
        `port ${name}: ${port} is taken${ownerOf(port)}`,
        `End that program, or write "${name}: auto" under ports in the pipeline file and use \${port.${name}}.`,
      );
    }
    ports[name] = port;
  }
  return ports;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** ` by pid 123 (name)` where this machine tells, otherwise nothing. */
function ownerOf(port: number): string {
  try {
    const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
    const listening = ['/proc/net/tcp', '/proc/net/tcp6']
      .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
      .map((line) => line.trim().split(/\s+/))
      .find((columns) => columns[1]?.endsWith(`:${hexPort}`) && columns[3] === '0A');
    const socket = `socket:[${listening?.[9]}]`;
    const pid = readdirSync('/proc').find((entry) => /^\d+$/.test(entry) && holds(entry, socket));
    return pid ? ` by pid ${pid} (${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()})` : '';
  } catch {
    return '';
  }
}

function holds(pid: string, socket: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === socket);
  } catch {
    return false;
  }
}
