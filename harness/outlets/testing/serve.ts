import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

const here = (name: string) => path.join(import.meta.dirname, name);

/** The authority that signed the certificate of `serveTls`. */
export const CA_FILE = here('ca.pem');

export interface Served extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` or `https://127.0.0.1:PORT`. */
  origin: string;
  port: number;
}

/** A real server on a free port of this machine; its connections end with it. */
export function serve(listener: http.RequestListener): Promise<Served> {
  return listening(http.createServer(listener), 'http');
}

/** The same with TLS, for 127.0.0.1 and localhost. */
export function serveTls(listener: http.RequestListener): Promise<Served> {
  const options = { key: readFileSync(here('server.key.pem')), cert: readFileSync(here('server.pem')) };
  return listening(https.createServer(options, listener), 'https');
}

async function listening(server: http.Server | https.Server, scheme: string): Promise<Served> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `${scheme}://127.0.0.1:${port}`,
    port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Writes the same piece again and again, as fast as it is taken or each so many milliseconds, until the client is gone. */
export function pourOut(response: http.ServerResponse, piece: Buffer | string, everyMs?: number): void {
  if (everyMs !== undefined) {
    const timer = setInterval(() => response.write(piece), everyMs);
    response.on('close', () => clearInterval(timer));
    return;
  }
  const more = () => {
    while (!response.closed && response.write(piece));
  };
  response.on('drain', more);
  more();
}
