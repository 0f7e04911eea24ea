import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { obey, type Command } from './control.ts';
import { about } from './handlers/about.ts';
import { files } from './handlers/files.ts';
import type { Handler } from './handlers/handler.ts';
import { names } from './handlers/names.ts';
import { Volume, type VolumeOptions } from './volume.ts';
import { EIO, ENOSYS, Errno } from './wire/errno.ts';
import { OPCODE, type OperationName } from './wire/protocol.ts';
import { Reply } from './wire/reply.ts';
import { Request } from './wire/request.ts';

/**
 * Serves the requests of the kernel, one after the other, in a thread of its own: it blocks on the device, as nothing
 * of Node.js that waits without blocking is as fast. Whoever has a command for it posts it and then rings: any STATFS
 * is the doorbell, as the kernel never answers that by itself.
 */
const { device, options } = workerData as { device: number; options: VolumeOptions };
const volume = new Volume(options);
const request = new Request();
const reply = new Reply();

const handlers: (Handler | undefined)[] = [];
for (const [name, handler] of Object.entries({ ...about, ...files, ...names })) handlers[OPCODE[name as OperationName]] = handler;
const unanswered = new Set<number>([OPCODE.forget, OPCODE['batch-forget'], OPCODE.interrupt]);

while (request.read(device)) {
  const { opcode } = request;
  if (opcode === OPCODE.statfs) answerCommands();
  const errno = handle(opcode);
  if (!unanswered.has(opcode)) reply.send(device, request.unique, errno);
}
parentPort!.close();

/** 0, or the number of the error to give to the program. */
function handle(opcode: number): number {
  reply.clear();
  const handler = handlers[opcode];
  if (!handler) return ENOSYS.code;
  try {
    handler(volume, request, reply);
    return 0;
  } catch (error) {
    if (error instanceof Errno) return error.code;
    const { errno } = error as NodeJS.ErrnoException;
    if (errno) return -errno; // what our own disk says, such as ENOSPC
    process.stderr.write(`volatile disk: ${(error as Error).stack}\n`);
    return EIO.code;
  }
}

function answerCommands(): void {
  for (let received = receiveMessageOnPort(parentPort!); received; received = receiveMessageOnPort(parentPort!)) {
    const { id, command } = received.message as { id: number; command: Command };
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    parentPort!.postMessage({ id, ...obey(volume, command) });
  }
}
