import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import type { WitnessLogin } from './broker.ts';

/** The program; undefined where it is not installed. Debian puts it where not every user looks. */
export function mosquittoProgram(): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/local/sbin', '/usr/sbin'];
  return folders.map((folder) => path.join(folder, 'mosquitto')).find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export function mosquittoObstacle(): { reason: string; fix: string } | undefined {
  return mosquittoProgram() ? undefined : { reason: 'mosquitto is not installed', fix: 'apt-get install mosquitto' };
}

/**
 * Its configuration, mosquitto.conf(5). It saves whenever something has changed that it has to remember, all of it each
 * time: what waits in thousands for absent clients makes it slow (5,000 messages: 600 a second). Other than by default it
 * throws away nothing that waits, so that what is lost was lost by the fault. With `closed` only the witness is let in.
 */
export function mosquittoConfig({ port, store, passwords, closed }: { port: number; store: string; passwords: string; closed: boolean }): string {
  return [
    `listener ${port} 127.0.0.1`,
    ...(process.getuid?.() === 0 ? ['user root'] : []), // otherwise it becomes a user who cannot write to the store
    ...(closed ? ['allow_anonymous false', `password_file ${passwords}`] : ['allow_anonymous true']),
    'persistence true',
    `persistence_location ${store}/`,
    'autosave_on_changes true',
    'autosave_interval 1',
    'max_queued_messages 0',
    'set_tcp_nodelay true',
    'log_dest stderr',
    ...['error', 'warning', 'notice'].map((type) => `log_type ${type}`), // clients come and go with a notice
    'log_timestamp false',
    '',
  ].join('\n');
}

/** A file as mosquitto_passwd(1) makes it. */
export function passwordFile({ username, password }: WitnessLogin): string {
  const iterations = 101;
  const salt = randomBytes(12);
  const hash = pbkdf2Sync(password, salt, iterations, 64, 'sha512');
  return `${username}:$7$${iterations}$${salt.toString('base64')}$${hash.toString('base64')}\n`;
}
