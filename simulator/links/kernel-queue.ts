import { readFileSync } from 'node:fs';

/** Whether this machine tells what lies unread in its sockets. */
export const seesKernelQueues = process.platform === 'linux';

const ESTABLISHED = '01';
const CLOSE_WAIT = '08';

/** How many bytes lie unread in the kernel for the sockets of 127.0.0.1 with these ports (Linux: proc(5), /proc/net/tcp). */
export function unreadBytes(sockets: readonly { local: number; remote: number }[]): number {
  const wanted = new Set(sockets.map(({ local, remote }) => `${local}/${remote}`));
  let bytes = 0;
  for (const line of readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1)) {
    const [, local, remote, state, queues] = line.trim().split(/\s+/);
    if (state !== ESTABLISHED && state !== CLOSE_WAIT) continue;
    if (wanted.has(`${portOf(local!)}/${portOf(remote!)}`)) bytes += Number.parseInt(queues!.split(':')[1]!, 16);
  }
  return bytes;
}

/** `0100007F:1F90` is port 8080. */
function portOf(address: string): number {
  return Number.parseInt(address.slice(address.indexOf(':') + 1), 16);
}
