/** Hosts that speak HTTP but no WinRM, one port each: they end as contact failures at once, or keep whoever asks waiting. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Door {
  readonly name: string;
  readonly port: number;
  /** How often it was asked. */
  asked(): number;
  /** Whoever waits, and whoever comes from now on, is answered at once. */
  open(): void;
}

/** `isOpen`: answers 404 at once, as a listener without the path does. */
export async function door(name: string, isOpen: boolean): Promise<Door> {
  let asked = 0;
  let answers = isOpen;
  const waiting: ServerResponse[] = [];
  const server: Server = createServer((request, response) => {
    request.resume();
    asked += 1;
    if (answers) response.writeHead(404).end();
    else waiting.push(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    name,
    port,
    asked: () => asked,
    open: () => {
      answers = true;
      for (const response of waiting.splice(0)) response.writeHead(404).end();
    },
  };
}

/** An inventory of them; the password is in TEST_PW. */
export function inventoryOf(doors: readonly Door[]): string {
  const hosts = doors.map(
    ({ name, port }) => `{ name: ${name}, address: 127.0.0.1, winrm: { port: ${port} } }`,
  );
  return `apiVersion: patchwhy/inventory/1
credentials:
  c: { user: 'ACME\\svc', password: env:TEST_PW }
defaults: { credential: c, winrm: { tls: never }, timeouts: { connect: 20s } }
groups: { all: { hosts: [${hosts.join(', ')}] } }
`;
}
