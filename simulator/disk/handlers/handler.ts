import type { OperationName } from '../wire/protocol.ts';
import type { Reply } from '../wire/reply.ts';
import type { Request } from '../wire/request.ts';
import type { Volume } from '../volume.ts';

/** Answers one kind of request: reads its struct, does it, writes the struct of the reply. Throws an Errno to refuse. */
export type Handler = (volume: Volume, request: Request, reply: Reply) => void;
export type Handlers = Partial<Record<OperationName, Handler>>;
